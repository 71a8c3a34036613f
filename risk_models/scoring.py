"""The score: from facts to the four numbers, the levels and the band.

    inherent   = sum over groups of min(cap, points of the exposures that hold)            0 to 100
    control    = 100 * sum(weight * credit) / sum(weight)   over controls that apply       0 to 100
                 credit: 1 met, 1/2 partly, 0 adverse, not known, declined or unanswered
    confidence = sum(weight * evidence) / sum(weight)       over readings that apply       0 to 1
                 evidence: hundredths of the grade, 0 where there is no answer;
                 at most 0.25 once a false statement has been proven
    level      = the highest of weak, moderate, strong whose tally the signs reach, for each indicator;
                 a sign that is only partly there counts one strength lower, and so does
                 "not known" on an element of coercion, which reaches moderate at most
    floor      = the highest floor among the levels                                        0, 25, 50 or 75
    residual   = max(inherent * (1 - relief * control/100 * confidence), floor)            0 to 100
                 relief is 70 %: controls never take all risk away
    band       = that of the residual, lifted by the ordered overrides, never lowered

The figures named here are those of the rule set 2026.1; each is data. Unknown
exposures count as present. The interval [low, high] applies the same
formulas to the best and to the worst that missing answers may still turn out to
be. All sums are of whole numbers, so that order and blocks change no digit; a
number is rounded once, at the end.

One response and a million take the same path. What is returned for explanation
is what was added up, never a second computation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from questionnaires.response import Answers
from risk_models import pattern
from risk_models.layout import Layout, Span
from risk_models.model import STRENGTHS, Cause, Override
from risk_models.reading import Facts, Outcome, read

DECIMALS = 1
"""Decimals of inherent, control and residual as they are stated."""

_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of responses beyond their answers, one entry each."""

    overdue: NDArray[np.bool_]  # an immediate or urgent action is
    false_statement: NDArray[np.bool_]  # one has been proven


@dataclass(frozen=True, slots=True)
class Scores:
    """The result of one set of facts, one column a response."""

    inherent: NDArray[np.float64]  # 0 to 100
    control: NDArray[np.float64]  # 0 to 100
    confidence: NDArray[np.float64]  # 0 to 1
    residual: NDArray[np.float64]  # 0 to 100, rounded
    levels: NDArray[np.int8]  # 0 none, 1 weak, ..., shape (indicators, responses)
    acted: NDArray[np.bool_]  # shape (overrides, responses)
    band: NDArray[np.int8]  # position among the bands
    pattern: NDArray[np.int8]  # what the two-part test finds

    def third(self, number: int) -> "Scores":
        """Return the scores as stated (0), at best (1) or at worst (2), without copying."""
        size = len(self.band) // 3
        part = slice(number * size, (number + 1) * size)
        return Scores(
            self.inherent[part],
            self.control[part],
            self.confidence[part],
            self.residual[part],
            self.levels[:, part],
            self.acted[:, part],
            self.band[part],
            self.pattern[part],
        )


@dataclass(frozen=True, slots=True)
class Profiles:
    """The scores of many responses: as stated, and the interval that the unknown leaves open."""

    stated: Scores
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    highest_levels: NDArray[np.int8]  # what missing answers may still raise a level to
    highest_band: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Scored:
    """Profiles, and all that they were added up from."""

    profiles: Profiles
    facts: Facts  # as stated, at best and at worst
    seen: Answers  # what was asked and answered
    grades: NDArray[np.int8]


def score(
    layout: Layout, answers: Answers, grades: NDArray[np.int8], circumstances: Circumstances | None = None
) -> Scored:
    """Return the profile of every response, with the facts it was added up from.

    Args:
        layout: the rules, for the day of the assessment.
        answers: as `columns` gives them.
        grades: evidence grade of each answer, shape (questions, responses).
        circumstances: nothing overdue and nothing false when left out.
    """
    beyond = circumstances or Circumstances(np.zeros(answers.size, np.bool_), np.zeros(answers.size, np.bool_))
    seen = layout.relevance.apply(answers)
    facts = read(layout, seen, grades)
    scores = _scores(layout, facts, Circumstances(np.tile(beyond.overdue, 3), np.tile(beyond.false_statement, 3)))
    stated, best, worst = (scores.third(number) for number in range(3))
    profiles = Profiles(
        stated=stated,
        low=best.residual,
        high=worst.residual,
        highest_levels=worst.levels,
        highest_band=np.maximum(worst.band, stated.band),
    )
    return Scored(profiles, facts, seen, grades)


def residual(
    inherent: NDArray[np.float64],
    control: NDArray[np.float64],
    confidence: NDArray[np.float64],
    floor: NDArray[np.float64],
    *,
    relief: float,
) -> NDArray[np.float64]:
    """Return max(inherent * (1 - relief * control/100 * confidence), floor), rounded once.

    Args:
        inherent: 0 to 100.
        control: 0 to 100.
        confidence: 0 to 1.
        floor: 0 to 100.
        relief: the largest part that controls can take away, 0 to 1.
    """
    remaining = inherent * (1 - relief * (control / _HUNDRED) * confidence)
    rounded: NDArray[np.float64] = np.maximum(remaining, floor).round(DECIMALS)
    return rounded


def _scores(layout: Layout, facts: Facts, beyond: Circumstances) -> Scores:
    model = layout.model
    inherent = _inherent(layout, facts)
    control = _control(layout, facts)
    beside = _beside(layout, facts)
    confidence = _confidence(layout, facts, beside)
    false_share = model.figures["confidence_false_statement"].value / _HUNDRED
    confidence = np.where(beyond.false_statement, np.minimum(confidence, false_share), confidence)
    levels = _levels(layout, facts)
    floors = np.array([0, *(level.floor for level in model.levels)], np.float64)
    left = residual(
        inherent,
        control,
        confidence,
        floors[levels.max(axis=0, initial=0)],
        relief=model.figures["relief_max"].value / _HUNDRED,
    )
    sides = pattern.two_part_test(layout, facts.outcomes)
    acted = _acted(layout, facts, sides, beyond)
    for row, override in enumerate(model.overrides):
        if override.limit is not None:
            acted[row] = _beyond_limit(layout, override, confidence, beside)
    return Scores(inherent, control, confidence, left, levels, acted, _band(layout, left, acted), sides)


def _inherent(layout: Layout, facts: Facts) -> NDArray[np.float64]:
    points = facts.exposures * layout.exposure_points[:, None]
    total = np.zeros(facts.exposures.shape[1], np.int64)
    for group, rows in zip(layout.model.groups, layout.exposure_groups, strict=True):
        total += np.minimum(group.cap, points[rows].sum(axis=0))
    return total.astype(np.float64)


def _control(layout: Layout, facts: Facts) -> NDArray[np.float64]:
    span = layout.control
    outcomes = facts.outcomes[span.rows]
    credit = layout.model.figures["credit_partly"].value
    earned = _HUNDRED * weighted(outcomes == Outcome.MET, span) + credit * weighted(outcomes == Outcome.PARTLY, span)
    beside = weighted(outcomes == Outcome.NOT_ASKED, span) + weighted(outcomes == Outcome.NOT_APPLICABLE, span)
    return _quotient(earned, span.total - beside)


def _beside(layout: Layout, facts: Facts) -> dict[Outcome, NDArray[np.int64]]:
    """Return the weight of the readings without an answer, by the reason there is none."""
    outcomes = facts.outcomes[layout.counted.rows]
    return {
        reason: weighted(outcomes == reason, layout.counted)
        for reason in (Outcome.NOT_ASKED, Outcome.NOT_APPLICABLE, Outcome.UNANSWERED, Outcome.NOT_KNOWN)
    }


def _confidence(layout: Layout, facts: Facts, beside: dict[Outcome, NDArray[np.int64]]) -> NDArray[np.float64]:
    span = layout.counted
    points = facts.points[span.rows]
    carried = np.zeros(points.shape[1], np.int64)
    for value in layout.grade_values:
        carried += value * weighted(points == value, span)
    possible = span.total - beside[Outcome.NOT_ASKED] - beside[Outcome.NOT_APPLICABLE]
    return _quotient(carried, possible) / _HUNDRED


def weighted(chosen: NDArray[np.bool_], span: Span) -> NDArray[np.int64]:
    """Return the weight of the chosen readings of a span, for each response."""
    total = np.zeros(chosen.shape[1], np.int64)
    for rows, weight in span.runs:
        total += weight * count(chosen[rows])
    return total


def count(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many rows are chosen in each column.

    Bytes are added up as bytes, 255 rows at a time, because that is several
    times faster than adding them up as whole numbers.
    """
    total = np.zeros(chosen.shape[1], np.int64)
    for start in range(0, len(chosen), 255):
        total += np.add.reduce(chosen[start : start + 255].view(np.uint8), axis=0, dtype=np.uint8)
    return total


def _quotient(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return part / whole, and 0 where nothing applies: no control earns no credit."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def _levels(layout: Layout, facts: Facts) -> NDArray[np.int8]:
    """Return the level of every indicator in every response."""
    outcomes = facts.outcomes[layout.pairs.reading]
    counts = _counts(layout, outcomes == Outcome.ADVERSE, outcomes == Outcome.PARTLY)
    levels = _reached(layout, counts)
    stated = slice(0, outcomes.shape[1] // 3)  # at best and at worst nothing is left "not known"
    silent = (outcomes[:, stated] == Outcome.NOT_KNOWN) & layout.coercion[layout.pairs.reading]
    lowered = _counts(layout, None, silent)
    guessed = _reached(layout, [told[:, stated] + more for told, more in zip(counts, lowered, strict=True)])
    ceiling = np.int8(layout.model.figures["unknown_ceiling"].value)
    np.maximum(levels[:, stated], np.minimum(guessed, ceiling), out=levels[:, stated])
    return levels


def _counts(layout: Layout, whole: NDArray[np.bool_] | None, lowered: NDArray[np.bool_]) -> list[NDArray[np.uint8]]:
    """Return how many signs of each indicator are at least weak, medium and strong.

    Args:
        layout: the rules.
        whole: where a sign counts with its strength, shape (signs, responses).
        lowered: where it counts one strength lower.
    """
    pairs = layout.pairs.at_least
    counts = [np.zeros((len(pairs), lowered.shape[1]), np.uint8) for _ in STRENGTHS]
    for least, count_of in enumerate(counts, start=1):
        for indicator, signs in enumerate(pairs):
            np.add.reduce(lowered[signs[least + 1]].view(np.uint8), axis=0, out=count_of[indicator])
            if whole is not None:
                count_of[indicator] += np.add.reduce(whole[signs[least]].view(np.uint8), axis=0, dtype=np.uint8)
    return counts


def _reached(layout: Layout, counts: Sequence[NDArray[np.uint8]]) -> NDArray[np.int8]:
    """Return the highest level whose tally the signs reach, for each indicator."""
    reached = np.zeros(counts[0].shape, np.int8)
    for number, level in enumerate(layout.model.levels, start=1):
        met = np.logical_or.reduce([pattern.meets(counts, tally) for tally in level.tallies])
        np.maximum(reached, met.view(np.int8) * np.int8(number), out=reached)
    return reached


def _acted(layout: Layout, facts: Facts, sides: NDArray[np.int8], beyond: Circumstances) -> NDArray[np.bool_]:
    """Return which overrides act, in the order of the model; those with a limit are left open."""
    gates = iter(facts.gates)
    acted = np.zeros((len(layout.model.overrides), len(sides)), np.bool_)
    for row, override in enumerate(layout.model.overrides):
        match override.cause:
            case Cause.ZERO_TOLERANCE:
                acted[row] = (facts.outcomes[layout.grave] == Outcome.ADVERSE).any(axis=0)
            case Cause.PATTERN_B:
                acted[row] = sides >= pattern.Pattern.B
            case Cause.PATTERN_C:
                acted[row] = sides >= pattern.Pattern.C
            case Cause.ANSWERS:
                acted[row] = next(gates)
            case Cause.FALSE_STATEMENT:
                acted[row] = beyond.false_statement
            case Cause.OVERDUE:
                acted[row] = beyond.overdue
    return acted


def _beyond_limit(
    layout: Layout, override: Override, confidence: NDArray[np.float64], beside: dict[Outcome, NDArray[np.int64]]
) -> NDArray[np.bool_]:
    """Return where confidence, or the share of answers set aside or not known, is beyond a limit."""
    limit = override.limit or 0
    if override.cause is Cause.CONFIDENCE_BELOW:
        return np.less(confidence * _HUNDRED, limit)
    reason = Outcome.NOT_APPLICABLE if override.cause is Cause.NOT_APPLICABLE_ABOVE else Outcome.NOT_KNOWN
    # Without the unanswered: questions that an answer merely opened must not make the share look small.
    told = layout.counted.total - beside[Outcome.NOT_ASKED] - beside[Outcome.UNANSWERED]
    above: NDArray[np.bool_] = _HUNDRED * beside[reason] > limit * told
    return above


def _band(layout: Layout, left: NDArray[np.float64], acted: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Return the band of the residual, lifted by the overrides that act."""
    bands = layout.model.bands
    place = {band.id: number for number, band in enumerate(bands)}
    begins = [band.begins for band in bands if band.begins is not None]
    found = (np.searchsorted(begins, left, side="right") - 1).astype(np.int8)
    for override, acts in zip(layout.model.overrides, acted, strict=True):
        if override.at_least:
            np.maximum(found, np.int8(place[override.at_least]), out=found, where=acts)
    for override, acts in zip(layout.model.overrides, acted, strict=True):
        if override.up:
            np.minimum(found + np.int8(override.up), np.int8(len(bands) - 1), out=found, where=acts)
    return found
