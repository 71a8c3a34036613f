"""From practices to answers: honest, careless and concealing respondents.

Honest ones state what is practised, with a few gaps. Careless ones slip, leave
gaps and sometimes tick one choice all the way down. Concealing ones state good
practice in place of bad, fast, leave hardly a gap, and some take their answers
from a set that others use too. What stands on the page of the profile (activity,
region, people) is stated as it is by all.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulation.assumptions import CARELESS, CONCEALING, KINDS, Assumptions
from benchmarks.simulation.choices import anything, empty, put
from benchmarks.simulation.ground import Ground
from benchmarks.simulation.truth import ADVERSE, COTTON, GOOD, Firms
from questionnaires.codebook import DECLINED, NOT_KNOWN, UNANSWERED
from questionnaires.questionnaire import AnyQuestion
from questionnaires.response import Answers
from risk_models.layout import Layout
from risk_models.model import Element

AVOIDED = {"lpr.subagents.paid": "by_workers"}
"""Choices that no random detail takes, because they would speak of fees where none were drawn."""

_CONTROL = (Element.CONTROL, Element.CONTEXT)
_YES_NO = ("yes", "partly", "no")


@dataclass(frozen=True, slots=True)
class Stated:
    """What firms hand in, one column (or entry) each."""

    kind: NDArray[np.str_]  # who answers
    answers: Answers
    grades: NDArray[np.int8]  # evidence, shape (questions, firms)
    pace: NDArray[np.float64]  # seconds an answer
    shared: NDArray[np.intp]  # papers shown that another firm shows too


def kinds(
    firms: Firms, without: Mapping[str, float], with_case: Mapping[str, float], random: np.random.Generator
) -> NDArray[np.str_]:
    """Return who answers at each firm, drawn in the shares of firms without and with a case."""
    drawn = random.random(firms.size)
    shares = [[share[kind] for kind in KINDS] for share in (without, with_case)]
    cuts = np.cumsum(shares, axis=1)[firms.case.astype(int)]
    drawn_kinds: NDArray[np.str_] = np.array(KINDS)[(drawn[:, None] > cuts[:, :-1]).sum(axis=1)]
    return drawn_kinds


def respond(ground: Ground, firms: Firms, kind: NDArray[np.str_], random: np.random.Generator) -> Stated:
    """Return what firms hand in.

    Args:
        ground: the rules, and what is assumed.
        firms: and what is practised there.
        kind: who answers at each.
        random: the source of all chance.
    """
    layout, said, answered = ground.layout, ground.said, ground.answered
    states = _hidden(layout, said, firms, kind, random)
    answers = empty(layout.codebook, firms.size)
    for question in layout.codebook.questions:
        if question.id not in answered:
            put(answers, question.id, random.choice(_details(layout, question), firms.size))
    for reading, row in zip(layout.model.readings, states, strict=True):
        draws = [random.choice(one.values, firms.size) for one in answered[reading.question]]
        put(answers, reading.question, np.choose(row, draws))
    _slip(layout, said, answers, kind, random)
    _copy(layout, said, answers, kind, random)
    _straight(layout, said, answers, kind, random)
    _profile(answers, firms, random)
    _gaps(said, answers, kind, random)
    shown = random.random(answers.codes.shape) < _share(said.papers, kind)
    median = _share(said.seconds_an_answer, kind)
    return Stated(
        kind=kind,
        answers=answers,
        grades=(shown & (answers.codes >= 0)).astype(np.int8),
        pace=median * np.exp(said.seconds_spread * random.standard_normal(firms.size)),
        shared=random.binomial(shown.sum(axis=0), _share(said.papers_shared, kind)),
    )


def _details(layout: Layout, question: AnyQuestion) -> NDArray[np.generic]:
    """Return answers to a question that the rules do not read, without those that contradict good practice by name."""
    values = anything(question).values
    if question.id not in AVOIDED:
        return values
    bit = layout.codebook.code[question.id][AVOIDED[question.id]]
    others: NDArray[np.generic] = values[values != np.uint64(1) << np.uint64(bit)]
    return others


def _share(shares: Mapping[str, float], kind: NDArray[np.str_]) -> NDArray[np.float64]:
    """Return what is assumed of each firm's respondent."""
    return np.select([kind == name for name in KINDS], [shares[name] for name in KINDS])


def _hidden(
    layout: Layout, said: Assumptions, firms: Firms, kind: NDArray[np.str_], random: np.random.Generator
) -> NDArray[np.int8]:
    """Return what is stated of each practice: as it is, or good where it is concealed."""
    control = np.array([reading.element in _CONTROL for reading in layout.model.readings])[:, None]
    share = np.where(control, said.hidden_controls, said.hidden_signs)
    hides = (kind == CONCEALING) & (random.random(firms.practice.shape) < share)
    return np.where(hides, np.int8(GOOD), firms.practice)


def _slip(
    layout: Layout, said: Assumptions, answers: Answers, kind: NDArray[np.str_], random: np.random.Generator
) -> None:
    """Let careless respondents give some answers at random."""
    careless = kind == CARELESS
    for question in layout.codebook.questions:
        slips = np.flatnonzero(careless & (random.random(len(kind)) < said.slips))
        _write(answers, question.id, slips, random.choice(anything(question).values, len(slips)))


def _copy(
    layout: Layout, said: Assumptions, answers: Answers, kind: NDArray[np.str_], random: np.random.Generator
) -> None:
    """Let some concealing respondents take over a set of answers that others use too."""
    copies = np.flatnonzero((kind == CONCEALING) & (random.random(len(kind)) < said.templates))
    taken = random.integers(0, said.template_sets, len(copies))
    for number in range(said.template_sets):
        rows = copies[taken == number]
        for question in layout.codebook.questions if rows.size else ():
            kept = rows[random.random(len(rows)) < said.template_kept]
            for part, place in _places(answers, question.id):
                part[place, kept] = part[place, rows[0]]


def _straight(
    layout: Layout, said: Assumptions, answers: Answers, kind: NDArray[np.str_], random: np.random.Generator
) -> None:
    """Let some careless respondents give one choice over a stretch of questions."""
    book = layout.codebook
    same = [question for question in book.questions if book.code.get(question.id, {}).keys() >= {"yes", "no"}]
    rows = np.flatnonzero((kind == CARELESS) & (random.random(len(kind)) < said.straight_lines))
    for row in rows.tolist():
        start, choice = random.integers(0, max(len(same) - said.straight_length, 1)), random.choice(("yes", "no"))
        for question in same[start : start + said.straight_length]:
            if set(book.code[question.id]) <= set(_YES_NO):
                answers.codes[book.row[question.id], row] = book.code[question.id][choice]


def _profile(answers: Answers, firms: Firms, random: np.random.Generator) -> None:
    """State what everybody can see: activity, place, people, season."""
    book, size = answers.codebook, firms.size
    code = book.code["pro.sector"]
    put(answers, "pro.sector", np.array([code[name] for name in firms.activity.tolist()], np.int8))
    nothing = np.uint64(1) << np.uint64(book.code["pro.work"]["none"])
    by_hand = np.uint64(1) << np.uint64(book.code["pro.work"]["hand_harvest"])
    put(answers, "pro.work", np.where(firms.activity == "cotton_growing", by_hand, nothing))
    regions = len(book.code["pro.sites"])
    put(answers, "pro.sites", random.integers(0, regions, size).astype(np.int8))
    people = np.exp(random.normal(np.log(40), 1, size)).round() + 1
    put(answers, "pro.headcount", people)
    put(answers, "pro.peak", (people * random.choice([1.0, 1.2, 1.5, 2.0, 3.0], size)).round())
    cotton = np.isin(firms.activity, COTTON)
    yes, no = (book.code["pro.peak.harvest"][choice] for choice in ("yes", "no"))
    put(answers, "pro.peak.harvest", np.where(cotton & firms.harvest, yes, no).astype(np.int8))
    origin = book.code["map.cotton"]
    put(answers, "map.cotton", np.where(cotton, origin["turkmenistan"], origin["not_used"]).astype(np.int8))
    none = np.uint64(1) << np.uint64(book.code["pro.export"]["no_export"])
    fibre = np.uint64(1) << np.uint64(book.code["pro.export"]["cotton_fibre"])
    put(answers, "pro.export", np.where(cotton & (random.random(size) < ADVERSE / 4), fibre, none))


def _gaps(said: Assumptions, answers: Answers, kind: NDArray[np.str_], random: np.random.Generator) -> None:
    """Leave gaps: not known, not answered, and "prefer not to say" where it is offered."""
    profile = np.array([question.id.startswith("pro.") for question in answers.codebook.questions])[:, None]
    declinable = np.array([question.declinable for question in answers.codebook.questions])[:, None]
    drawn = random.random(answers.codes.shape)
    unknown, silent = _share(said.not_known, kind), _share(said.unanswered, kind)
    declined = declinable & (random.random(answers.codes.shape) < _share(said.declined_protected, kind))
    gap = np.select(
        [profile, declined, drawn < unknown, drawn < unknown + silent], [0, DECLINED, NOT_KNOWN, UNANSWERED], 0
    )
    answers.codes[gap < 0] = gap[gap < 0]


def _write(answers: Answers, question: str, rows: NDArray[np.intp], values: NDArray[np.generic]) -> None:
    for part, place in _places(answers, question)[:1]:
        part[place, rows] = values


def _places(answers: Answers, question: str) -> list[tuple[NDArray[np.generic], int]]:
    """Return where the answers to a question stand, its value first."""
    book = answers.codebook
    code = (answers.codes, book.row[question])
    if question in book.number_row:
        return [(answers.numbers, book.number_row[question]), code]
    if question in book.many_row:
        return [(answers.bits, book.many_row[question]), code]
    return [code]
