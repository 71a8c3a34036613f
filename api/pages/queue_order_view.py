"""The order of the queue in words and charts: what it rests on, how it did, what drifted, how far reviewers agree."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from api.pages import second_look_view
from api.translation import Words
from duediligence import order_chart
from duediligence.assessment import codebook
from duediligence.order_chart import Bar
from duediligence.reports.chart import Chart
from duediligence.store.queue_model import Model
from duediligence.workflow import learned_order
from duediligence.workflow.agreeing import Agreeing
from duediligence.workflow.learned_order import Ordered
from duediligence.workflow.second_look import Told
from duediligence.workflow.work import Work
from questionnaires import catalogue as forms
from questionnaires.text import Text
from risk_models.agreement import Agreement, Measured, telling
from risk_models.integrity import Kind
from risk_models.priority import BASE, CURVE, Explained
from risk_models.priority_outcome import Trial
from risk_models.priority_queue import How

_HEADING, _ITEM = "## ", "- "
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
_SHOWN = 5
"""Of what adds up to a place, so many parts are named; the rest weighs less."""

_NO_PLACE = (BASE, CURVE)


class InShort(NamedTuple):
    """The order in force, as the queue says it."""

    says: str
    why: str  # why a learned order is in use or not; "" where the rule set gives it and nothing was learned
    since: datetime | None  # when it was learned; None for that of the rule set
    drifts: tuple[str, ...]  # that were raised


class Chapter(NamedTuple):
    """One part of a model card: a title, and below it paragraphs and lists."""

    title: str
    blocks: tuple[tuple[str, ...], ...]  # a paragraph has one line, a list any number
    lists: tuple[bool, ...]  # which of the blocks are lists


class Attempt(NamedTuple):
    """One time that conclusions were learned from."""

    made: datetime
    files: int
    says: str
    version: str  # "" where nothing was learned


def in_short(work: Work, told: Words) -> InShort:
    """Return which order is in force, and why."""
    found = learned_order.ordered(work.connection)
    if found is None:
        return InShort(told("looking.not_ordered"), "", None, ())
    off = learned_order.switched_off(work.connection)
    why = told("looking.switched_off", day=told.day(off.at), reason=off.reason) if off else _said(found.why, told)
    return InShort(told.say(found.says), why, found.since, tuple(_raised(found, told)))


def parts(one: Explained, told: Words) -> tuple[tuple[str, str], ...]:
    """Return what a place adds up to, what weighs most first.

    Left out are what every file starts from, and the curve, which moves no place.
    """
    heaviest = sorted((part for part in one.parts if part.name not in _NO_PLACE), key=lambda part: -part.log_odds)
    return tuple((told.say(part.says), f"+{told.number(part.log_odds, 2)}") for part in heaviest[:_SHOWN])


def drifts(one: Ordered | None, told: Words) -> tuple[tuple[str, bool], ...]:
    """Return what was looked at for drift, in words, and whether it is beyond its limit."""
    if one is None or one.how is not How.LEARNED:
        return ()
    watches = [watch for watch in (one.spread, one.calibration) if watch]
    found = [(told.say(drift.says), drift.raised) for watch in watches for drift in watch.drifts]
    named = (("spread", one.spread), ("calibration", one.calibration))
    few = [
        (told(f"looking.drift_of_{name}", words=told.say(watch.says)), False)
        for name, watch in named
        if watch and not watch.enough
    ]
    return (*sorted(found, key=lambda drift: not drift[1]), *few)


def trial(one: Trial, told: Words) -> Chart:
    """Return how much of the cases both orders found in the first part of later files, as bars."""
    first = told.percent(one.first)
    rows = [
        Bar(told("looking.by_rules"), one.rules, told.percent(one.rules)),
        Bar(told("looking.by_learned"), one.learned, told.percent(one.learned)),
    ]
    columns = (told("looking.order_column"), told("looking.found_column"))
    return order_chart.bars(told("looking.trial_title", first=first), rows, columns, _percents(told))


def difference(one: Trial, told: Words) -> str:
    """Return how much more the learned order found, with its interval."""
    points = (told.number(100 * value, 1) for value in (one.learned - one.rules, one.low, one.high))
    return told(
        "looking.difference",
        **dict(zip(("points", "low", "high"), points, strict=True)),
        files=one.files,
        cases=one.cases,
    )


def agreement(found: Agreeing, told: Words) -> Chart:
    """Return the agreement on each section as bars."""
    titles = _titles()
    rows = [
        Bar(told.say(titles[one.section]), one.kappa, _agreed(one, found.wanted, told), one.low, one.high)
        for one in found.sections
    ]
    ticks = [(value, told.number(value, 2)) for value in _QUARTERS]
    columns = (told("looking.section_column"), told("looking.kappa_column"))
    return order_chart.bars(told("looking.agreement_chart"), rows, columns, ticks)


def moved(found: Agreeing, told: Words) -> tuple[tuple[str, bool], ...]:
    """Return how agreement has moved, in words, and whether it fell by more than chance explains.

    Sections on which too little was read twice, before or after, are left out.
    """
    titles = _titles()
    known = [one for one in found.changes if one.difference is not None]
    rows = [(told.say(telling(one, titles[one.section])), one.falling) for one in known]
    return tuple(sorted(rows, key=lambda row: not row[1]))


def records(found: dict[Kind, Told], told: Words) -> list[tuple[str, str]]:
    """Return how often each kind of prompt was right, in words."""
    return [(second_look_view.kind(kind, told), one.says.to_reviewer(told.language)) for kind, one in found.items()]


def card(model: Model, told: Words) -> tuple[Chapter, ...]:
    """Return the model card of a learned order, cut into its parts."""
    chapters: list[Chapter] = []
    for block in told.say(model.card).split("\n\n"):
        lines = tuple(line for line in block.splitlines() if line)
        if lines and lines[0].startswith(_HEADING):
            chapters.append(Chapter(lines[0].removeprefix(_HEADING), (), ()))
        elif lines and chapters:
            listed = lines[0].startswith(_ITEM)
            shown = tuple(line.removeprefix(_ITEM) for line in lines) if listed else (" ".join(lines),)
            last = chapters[-1]
            chapters[-1] = Chapter(last.title, (*last.blocks, shown), (*last.lists, listed))
    return tuple(chapters)


def attempts(models: tuple[Model, ...], told: Words) -> list[Attempt]:
    """Return the times that conclusions were learned from, the last first."""
    return [
        Attempt(one.made, one.files, told.say(one.learned.says), one.learned.model.version if one.learned.model else "")
        for one in models
    ]


def _titles() -> dict[str, Text]:
    """Return what the sections of the forms are called, the newest edition last."""
    books = (codebook(*version) for version in forms.versions())
    return {section.id: section.title for book in books for section in book.questionnaire.sections}


def _raised(found: Ordered, told: Words) -> Iterator[str]:
    for words, raised in drifts(found, told):
        if raised:
            yield words


def _agreed(one: Agreement, wanted: int, told: Words) -> str:
    if one.measured is Measured.TOO_FEW:
        return told("looking.agreement_few", files=one.files, wanted=wanted)
    if one.kappa is None or one.low is None or one.high is None:
        return told("looking.agreement_same", files=one.files)
    kappa, low, high = (told.number(value, 2) for value in (one.kappa, one.low, one.high))
    return told("looking.agreement_said", kappa=kappa, low=low, high=high, files=one.files)


def _percents(told: Words) -> list[tuple[float, str]]:
    return [(value, told.percent(value)) for value in _QUARTERS]


def _said(text: Text, told: Words) -> str:
    return told.say(text) if text else ""
