"""What the pages of a plan say of its actions, in the language of the page.

The text of an action is that of the library, as in the report; how far it has come
is what people reported. For those who are not shown protected answers nothing
points to state-imposed labour, as in the copy of a report that travels.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from api.part import Action as Due
from api.part import Link, Part
from api.translation import Words
from duediligence.assessment import MODEL, codebook
from duediligence.closure import (
    Agreed,
    AnyStep,
    Done,
    EvidenceSent,
    PutOff,
    Reopened,
    Verified,
    Worked,
    WorkersConfirmed,
)
from duediligence.improvement import Status
from duediligence.portfolio import LeftOut, Limit
from duediligence.record_shared import STATE_IMPOSED
from duediligence.reports import Action, Figure, Passage, Plan, Table, texts
from duediligence.workflow import improving
from risk_models import catalogue, requirements
from risk_models.remedies import Remedy
from risk_models.requirements import Registry

LANES = ("to_agree", "under_way", "sent", "verified")
"""Where an action can stand on the board, in the order of the work."""

_LANE = {Status.DRAFT: "to_agree", Status.EVIDENCE_SENT: "sent", Status.VERIFIED: "verified"}
_OTHER_LANE = "under_way"


class Row(Part, frozen=True, kw_only=True):
    """One action as the pages of a plan show it."""

    told: Action
    worked: Worked
    address: str
    lane: str
    late: bool
    responsible: str  # the role, in words
    confidential: bool  # only protected answers call for it


class Law(Part, frozen=True, kw_only=True):
    """A requirement that an action rests on."""

    instrument: str
    locator: str  # "" where it is not known
    asks: str
    address: str  # of the text; "" where there is none
    confirmed: bool


class Event(Part, frozen=True, kw_only=True):
    """One step in the history of an action."""

    done: Done
    kind: str
    who: str
    detail: str  # "" where the kind says all
    closes: bool


class Limited(Part, frozen=True, kw_only=True):
    """An action that does not fit, and why."""

    row: Row
    why: str


def rows(found: improving.Plan, told: Words, today: date) -> tuple[Row, ...]:
    """Return the actions of a plan, in its order."""
    numbers = {one.action.remedy: number for number, one in enumerate(found.actions, start=1)}
    return tuple(
        Row(
            told=_said(found, one, numbers, told),
            worked=one,
            address=f"/assessments/{found.engagement.id}/plan/{one.action.remedy}",
            lane=_LANE.get(one.status, _OTHER_LANE),
            late=one.late(today),
            responsible=told.say(improving.library().owners[one.responsible]),
            confidential=one.action.remedy in found.confidential,
        )
        for one in found.actions
    )


def timeline(found: improving.Plan, shown: Iterable[Row], told: Words) -> Plan:
    """Return some actions as the chart of a report takes them."""
    said = texts.read(told.language)
    actions = tuple(row.told for row in shown)
    return Plan(
        passage=Passage(heading=said.say("plan.heading")),
        begun=found.plan.begun,
        actions=actions,
        find_out=(),
        withheld="",
        figure=Figure(
            title=said.say("plan.figure", begun=said.day(found.plan.begun)),
            description=" ".join(
                said.say("plan.part", number=one.number, title=one.title, due=one.due_words) for one in actions
            ),
            table=Table(
                columns=said.all("plan.column"),
                rows=tuple((str(one.number), one.title, one.owners, one.due_words) for one in actions),
            ),
        ),
    )


def due(row: Row) -> Due:
    """Return an action as the list by day shows it."""
    state = "overdue" if row.late else "closed" if row.lane == "verified" else "open"
    return Due(title=row.told.title, address=row.address, due=row.worked.due, state=state, who=row.responsible)


def laws(row: Row, told: Words) -> tuple[Law, ...]:
    """Return the requirements that an action rests on."""
    registry = _registry()
    instruments = {one.id: one for one in registry.instruments}
    asked = {one.id: one for one in registry.requirements}
    return tuple(
        Law(
            instrument=told.say(instruments[one.instrument].title),
            locator=one.locator,
            asks=told.say(one.asks),
            address=next((source.href for source in one.sources if source.href.startswith("https://")), ""),
            confirmed=one.confirmed,
        )
        for one in (asked[basis] for basis in _remedies()[row.told.remedy].basis if basis in asked)
    )


def first_steps(row: Row, shown: Iterable[Row]) -> tuple[Link, ...]:
    """Return the actions that come before one, as ways to them."""
    return tuple(Link(label=one.told.title, address=one.address) for one in shown if one.told.number in row.told.after)


def history(row: Row, people: dict[str, str], told: Words) -> tuple[Event, ...]:
    """Return what was done about an action, the newest first.

    Args:
        row: the action.
        people: names by id of those whom the reader may know by name.
        told: the words of the page.
    """
    return tuple(
        Event(
            done=done,
            kind=told(f"improving.did_{type(done.step).__name__.lower()}"),
            who=people.get(done.by) or told("improving.by_firm" if done.step.inside else "improving.by_reviewer"),
            detail=_detail(done.step, told),
            closes=isinstance(done.step, Verified),
        )
        for done in reversed(row.worked.history)
    )


def left_out(one: LeftOut, every: Mapping[str, Row], told: Words) -> Limited:
    """Return an action that does not fit, with the reason in words."""
    row = every[one.action.remedy]
    if one.waits_for:
        why = told("improving.waits_for", actions=told.joined(every[before].told.title for before in one.waits_for))
    elif one.limits:
        why = told("improving.lifted", limits=limits(one.limits, told))
    else:
        why = told("improving.several_limits")
    return Limited(row=row, why=why)


def limits(found: Iterable[Limit], told: Words) -> str:
    """Return limits as a list in a sentence; "" where there are none."""
    return told.joined(told(f"improving.limit_{limit}") for limit in found)


def roles(told: Words) -> dict[str, str]:
    """Return the roles of the library in words, in the order of the alphabet."""
    named = {told.say(label): role for role, label in improving.library().owners.items()}
    return {named[label]: label for label in told.in_order(named)}


def bands(told: Words) -> dict[str, str]:
    """Return the bands of risk in words."""
    return {band.id: told.say(band.label) for band in catalogue.load(*MODEL).bands}


def _said(found: improving.Plan, one: Worked, numbers: dict[str, int], told: Words) -> Action:
    library, said, action = improving.library(), texts.read(told.language), one.action
    remedy = _remedies()[action.remedy]
    book = codebook(found.engagement.questionnaire, found.engagement.questionnaire_version)
    indicators = {each.id: told.say(each.label) for each in catalogue.load(*MODEL).indicators}
    return Action(
        number=numbers[action.remedy],
        remedy=action.remedy,
        title=told.say(remedy.title),
        kind=action.kind,
        kind_word=said.say(f"kind.{action.kind}"),
        priority=action.priority,
        priority_word=told.say(library.priorities[action.priority].label),
        steps=tuple(told.say(step) for step in remedy.steps),
        why=told.say(remedy.why),
        owners=", ".join(told.say(library.owners[owner]) for owner in action.owners),
        start=action.start,
        start_words=told.day(action.start) if action.start else "",
        due=one.due,
        due_words=told.day(one.due),
        evidence=told.say(remedy.evidence),
        cost=said.say(f"cost.{remedy.cost}"),
        answers=tuple(told.say(book.questions[book.row[question]].text) for question in action.questions),
        indicators=tuple(indicators[code] for code in action.indicators if found.whole or code != STATE_IMPOSED),
        after=tuple(sorted(numbers[before] for before in action.after if before in numbers)),
        status=told(f"improving.status_{one.status}"),
    )


def _detail(step: AnyStep, told: Words) -> str:
    match step:
        case Agreed(owner=owner):
            return told.say(improving.library().owners[owner])
        case EvidenceSent(evidence=words):
            return words
        case WorkersConfirmed(people=people):
            return told("improving.people_count", count=people)
        case PutOff(due=day):
            return told("improving.until", day=day)
        case Verified() | Reopened():
            return ""


@cache
def _registry() -> Registry:
    return requirements.read()


@cache
def _remedies() -> dict[str, Remedy]:
    return {one.id: one for one in improving.library().remedies}
