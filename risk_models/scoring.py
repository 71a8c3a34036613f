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

from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from questionnaires.program import Bits, unpack
from questionnaires.relevance import shut
from questionnaires.response import Answers
from risk_models import pattern
from risk_models.layout import Layout, Shares
from risk_models.model import STRENGTHS, Cause, Override
from risk_models.reading import Facts, Outcome, read

DECIMALS = 1
"""Decimals of inherent, control and residual as they are stated."""

_HUNDRED = 100

_THIRDS = np.array([0, 1, 1])
"""Where each set of facts finds what is the same at best and at worst: as stated, then as it may be."""

_BESIDE = (Outcome.NOT_ASKED, Outcome.NOT_APPLICABLE, Outcome.UNANSWERED, Outcome.NOT_KNOWN)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of responses beyond their answers, one entry each."""

    overdue: NDArray[np.bool_]  # an immediate or urgent action is
    false_statement: NDArray[np.bool_]  # one has been proven


@dataclass(frozen=True, slots=True)
class Scores:
    """The result of one set of facts, one column a response; for all three sets, with an axis for them in front."""

    inherent: NDArray[np.float64]  # 0 to 100
    control: NDArray[np.float64]  # 0 to 100
    confidence: NDArray[np.float64]  # 0 to 1
    residual: NDArray[np.float64]  # 0 to 100, rounded
    levels: NDArray[np.int8]  # 0 none, 1 weak, ..., shape (indicators, responses)
    acted: NDArray[np.bool_]  # shape (overrides, responses)
    band: NDArray[np.int8]  # position among the bands
    pattern: NDArray[np.int8]  # what the two-part test finds


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
    answers: Answers
    grades: NDArray[np.int8]

    @property
    def seen(self) -> Answers:
        """The answers, with every question that is not asked marked so."""
        return shut(self.answers, self.facts.asked)


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
    facts = read(layout, answers, grades)
    scores = _scores(layout, facts, beyond)
    profiles = Profiles(
        stated=Scores(*(getattr(scores, one.name)[0] for one in fields(Scores))),
        low=scores.residual[1],
        high=scores.residual[2],
        highest_levels=scores.levels[2],
        highest_band=np.maximum(scores.band[0], scores.band[2]),
    )
    return Scored(profiles, facts, answers, grades)


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
    beside = _beside(layout, facts)
    inherent = _inherent(layout, facts)
    control = _control(layout, facts)
    confidence = _confidence(layout, facts, beside)
    false_share = model.figures["confidence_false_statement"].value / _HUNDRED
    np.minimum(confidence, np.where(beyond.false_statement, false_share, np.inf), out=confidence)
    counts = _counts(layout, facts)
    levels = _levels(layout, counts)
    sides = pattern.two_part_test(layout, counts[:, :3, -2:])
    floors = np.array([0, *(level.floor for level in model.levels)], np.float64)
    floor = floors.take(levels.max(axis=1, initial=0))
    left = residual(inherent, control, confidence, floor, relief=model.figures["relief_max"].value / _HUNDRED)
    acted = _acted(layout, facts, sides, beyond)
    for row, override in enumerate(model.overrides):
        if override.limit is not None:
            acted[:, row] = _beyond_limit(layout, override, confidence, beside)
    return Scores(inherent, control, confidence, left, levels, acted, _band(layout, left, acted), sides)


def _inherent(layout: Layout, facts: Facts) -> NDArray[np.float64]:
    points = unpack(facts.exposures, facts.size) * layout.exposure_points
    inherent = np.zeros((3, facts.size))
    for group, rows in zip(layout.model.groups, layout.exposure_groups, strict=True):
        inherent += np.minimum(np.add.reduce(points.take(rows, axis=1), axis=1, dtype=points.dtype), group.cap)
    return inherent


def _control(layout: Layout, facts: Facts) -> NDArray[np.float64]:
    span = layout.control
    found = facts.found[:, :, : span.size]
    credited = np.concatenate([found[Outcome.MET], found[Outcome.PARTLY]], axis=1)
    aside = found[Outcome.NOT_ASKED, ::2] | found[Outcome.NOT_APPLICABLE, ::2]
    whole = span.total - weighted(aside, span.shares, facts.size)
    return _quotient(weighted(credited, layout.earned, facts.size), whole.take(_THIRDS, axis=0))


def _beside(layout: Layout, facts: Facts) -> dict[Outcome, NDArray[np.int32]]:
    """Return the weight of the readings without an answer, by the reason there is none, as stated and at worst.

    At best as many readings are asked, and apply, as at worst.
    """
    found = facts.found.take(_BESIDE, axis=0)[:, ::2, : layout.counted.size]
    return dict(zip(_BESIDE, weighted(found, layout.counted.shares, facts.size), strict=True))


def _confidence(layout: Layout, facts: Facts, beside: dict[Outcome, NDArray[np.int32]]) -> NDArray[np.float64]:
    span = layout.counted
    evidence = facts.evidence[:, :, : span.size]
    stated, worst = weighted(evidence.reshape(2, -1, evidence.shape[-1]), layout.proof.shares, facts.size)
    best = worst + layout.proof.most * weighted(facts.lacking[: span.size], span.shares, facts.size)
    possible = span.total - beside[Outcome.NOT_ASKED] - beside[Outcome.NOT_APPLICABLE]
    return _quotient(np.stack([stated, best, worst]), possible.take(_THIRDS, axis=0)) / _HUNDRED


def weighted(bits: Bits, shares: Shares, size: int) -> NDArray[np.int32]:
    """Return what the rows that are set add up to in each response, shape (..., responses).

    Bytes are added up as bytes, because that is many times faster than adding
    them up as wider numbers.
    """
    total = np.zeros((*bits.shape[:-2], size), np.int32)
    for rows, share in shares:
        count = np.add.reduce(unpack(bits.take(rows, axis=-2), size), axis=-2, dtype=np.uint8)
        total += np.multiply(count, share, dtype=np.int32)
    return total


def _quotient(part: NDArray[np.int32], whole: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return part / whole, and 0 where nothing applies: no control earns no credit."""
    return part / np.maximum(whole, 1)


Counts: TypeAlias = NDArray[np.uint8]
"""How many signs are at least weak, medium and strong, shape (3, sets of facts, indicators and sides, responses)."""


def _counts(layout: Layout, facts: Facts) -> Counts:
    """Return the signs of each set of facts; in a fourth, those stated with what is not known of coercion."""
    signs = layout.counts
    adverse, partly = facts.found[Outcome.ADVERSE], facts.found[Outcome.PARTLY]
    silent = facts.found[Outcome.NOT_KNOWN, :1] & layout.coercion
    whole = np.concatenate([adverse, adverse[:1]]).take(signs.reading, axis=1)
    lowered = np.concatenate([partly, partly[:1] | silent]).take(signs.reading, axis=1)
    rows = unpack(whole | (lowered & signs.still), facts.size)
    counts = np.empty((len(signs.together), len(rows), facts.size), np.uint8)
    for place, part in enumerate(signs.together):
        np.add.reduce(rows[:, part], axis=1, out=counts[place])
    return counts.reshape(len(STRENGTHS), -1, len(rows), facts.size).swapaxes(1, 2)


def _levels(layout: Layout, counts: Counts) -> NDArray[np.int8]:
    """Return the highest level whose tally the signs reach, for each indicator in each set of facts."""
    have = counts[:, :, : len(layout.model.indicators)]
    reached = np.zeros(have.shape[1:], np.int8)
    for number, level in enumerate(layout.model.levels, start=1):
        met = np.logical_or.reduce([pattern.meets(have, tally) for tally in level.tallies])
        np.maximum(reached, met.view(np.int8) * np.int8(number), out=reached)
    ceiling = np.int8(layout.model.figures["unknown_ceiling"].value)
    np.maximum(reached[0], np.minimum(reached[3], ceiling), out=reached[0])
    return reached[:3]


def _acted(layout: Layout, facts: Facts, sides: NDArray[np.int8], beyond: Circumstances) -> NDArray[np.bool_]:
    """Return which overrides act, in the order of the model; those with a limit are left open."""
    gates = iter(unpack(facts.gates, facts.size).view(np.bool_).swapaxes(0, 1))
    grave = np.bitwise_or.reduce(facts.found[Outcome.ADVERSE].take(layout.grave, axis=1), axis=1)
    acting = {
        Cause.ZERO_TOLERANCE: unpack(grave, facts.size).view(np.bool_),
        Cause.PATTERN_B: sides >= pattern.Pattern.B,
        Cause.PATTERN_C: sides >= pattern.Pattern.C,
        Cause.FALSE_STATEMENT: beyond.false_statement,
        Cause.OVERDUE: beyond.overdue,
    }
    acted = np.zeros((3, len(layout.model.overrides), facts.size), np.bool_)
    for row, override in enumerate(layout.model.overrides):
        if override.limit is None:
            acted[:, row] = next(gates) if override.cause is Cause.ANSWERS else acting[override.cause]
    return acted


def _beyond_limit(
    layout: Layout, override: Override, confidence: NDArray[np.float64], beside: dict[Outcome, NDArray[np.int32]]
) -> NDArray[np.bool_]:
    """Return where confidence, or the share of answers set aside or not known, is beyond a limit."""
    limit = override.limit or 0
    if override.cause is Cause.CONFIDENCE_BELOW:
        return np.less(confidence * _HUNDRED, limit)
    reason = Outcome.NOT_APPLICABLE if override.cause is Cause.NOT_APPLICABLE_ABOVE else Outcome.NOT_KNOWN
    # Without the unanswered: questions that an answer merely opened must not make the share look small.
    told = layout.counted.total - beside[Outcome.NOT_ASKED] - beside[Outcome.UNANSWERED]
    above: NDArray[np.bool_] = _HUNDRED * beside[reason] > limit * told
    return above.take(_THIRDS, axis=0)


def _band(layout: Layout, left: NDArray[np.float64], acted: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Return the band of the residual, lifted by the overrides that act."""
    bands = layout.model.bands
    place = {band.id: number for number, band in enumerate(bands)}
    found = np.full(left.shape, -1, np.int8)
    for band in bands:
        if band.begins is not None:
            found += (left >= band.begins).view(np.int8)
    acts = acted.view(np.int8).swapaxes(0, 1)
    for override, one in zip(layout.model.overrides, acts, strict=True):
        if override.at_least:
            np.maximum(found, one * np.int8(place[override.at_least]), out=found)
    for override, one in zip(layout.model.overrides, acts, strict=True):
        if override.up:
            np.minimum(found + one * np.int8(override.up), np.int8(len(bands) - 1), out=found)
    return found
