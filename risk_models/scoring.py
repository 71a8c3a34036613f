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

import numpy as np
from numpy.typing import NDArray

from questionnaires.machine import Found
from questionnaires.relevance import shut
from questionnaires.response import Answers
from risk_models.layout import Layout
from risk_models.model import Cause, Override
from risk_models.wiring import Blocks

DECIMALS = 1
"""Decimals of inherent, control and residual as they are stated."""

_HUNDRED = 100

_THIRDS = np.array([0, 1, 1])
"""Where each set of facts finds what is the same at best and at worst: as stated, then as it may be."""


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
    levels: NDArray[np.int8]  # 0 none, 1 weak, ..., shape (indicators, responses); as stated and at worst only
    acted: NDArray[np.bool_]  # shape (overrides, responses)
    band: NDArray[np.int8]  # position among the bands
    pattern: NDArray[np.int8]  # what the two-part test finds


@dataclass(frozen=True, slots=True)
class Profiles:
    """The scores of many responses: as stated, and the interval that the unknown leaves open."""

    stated: Scores
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    coverage: NDArray[np.float64]  # share of the weight that has an answer, 0 to 1; 1 where nothing applies
    highest_levels: NDArray[np.int8]  # what missing answers may still raise a level to
    highest_band: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Scored:
    """Profiles, and all that they were added up from."""

    profiles: Profiles
    blocks: Blocks
    found: Found  # the facts, by the names in `blocks`
    answers: Answers
    grades: NDArray[np.int8]

    @property
    def seen(self) -> Answers:
        """The answers, with every question that is not asked marked so."""
        return shut(self.answers, self.blocks.asked.bits(self.found))

    @property
    def outcomes(self) -> NDArray[np.int8]:
        """The `Outcome` of each reading as stated, shape (readings, responses)."""
        return self.blocks.outcomes.numbers(self.found).view(np.int8)


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
    found = layout.run(answers, grades)
    scores = _scores(layout, found, beyond)
    profiles = Profiles(
        stated=Scores(*(getattr(scores, one.name)[0] for one in fields(Scores))),
        low=scores.residual[1],
        high=scores.residual[2],
        coverage=_coverage(layout.blocks, found),
        highest_levels=scores.levels[1],
        highest_band=np.maximum(scores.band[0], scores.band[2]),
    )
    return Scored(profiles, layout.blocks, found, answers, grades)


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


def _scores(layout: Layout, found: Found, beyond: Circumstances) -> Scores:
    model, blocks = layout.model, layout.blocks
    inherent = blocks.inherent.of(found).astype(np.float64)
    control = _quotient(blocks.earned.of(found), blocks.controls.of(found).take(_THIRDS, axis=0))
    confidence = _confidence(layout, found)
    false_share = model.figures["confidence_false_statement"].value / _HUNDRED
    np.minimum(confidence, np.where(beyond.false_statement, false_share, np.inf), out=confidence)
    floors = np.array([0, *(level.floor for level in model.levels)], np.float64)
    floor = floors.take(blocks.highest.numbers(found))
    left = residual(inherent, control, confidence, floor, relief=model.figures["relief_max"].value / _HUNDRED)
    acted = blocks.acted.holds(found)
    for row, override in enumerate(model.overrides):
        if override.cause is Cause.FALSE_STATEMENT:
            acted[:, row] = beyond.false_statement
        elif override.cause is Cause.OVERDUE:
            acted[:, row] = beyond.overdue
        elif override.limit is not None:
            acted[:, row] = _beyond_limit(blocks, found, override, confidence)
    levels, sides = (one.numbers(found).view(np.int8) for one in (blocks.levels, blocks.patterns))
    return Scores(inherent, control, confidence, left, levels, acted, _band(layout, left, acted), sides)


def _confidence(layout: Layout, found: Found) -> NDArray[np.float64]:
    blocks = layout.blocks
    stated, worst = blocks.carried.of(found)
    best = worst + layout.proof.most * blocks.lacking.of(found)[0]
    confidence = _quotient(np.stack([stated, best, worst]), blocks.applying.of(found).take(_THIRDS, axis=0))
    confidence /= _HUNDRED
    return confidence


def _coverage(blocks: Blocks, found: Found) -> NDArray[np.float64]:
    whole, silent = blocks.applying.of(found)[0], blocks.silent.of(found)[0]
    covered: NDArray[np.float64] = np.divide(whole - silent, whole, out=np.ones(found.size), where=whole > 0)
    return covered


def _quotient(part: NDArray[np.int32], whole: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return part / whole, and 0 where nothing applies: no control earns no credit."""
    return part / np.maximum(whole, 1)


def _beyond_limit(
    blocks: Blocks, found: Found, override: Override, confidence: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return where confidence, or the share of answers set aside or not known, is beyond a limit."""
    limit = override.limit or 0
    if override.cause is Cause.CONFIDENCE_BELOW:
        return np.less(confidence * _HUNDRED, limit)
    aside = blocks.not_applicable if override.cause is Cause.NOT_APPLICABLE_ABOVE else blocks.not_known
    # Without the unanswered: questions that an answer merely opened must not make the share look small.
    above: NDArray[np.bool_] = _HUNDRED * aside.of(found) > limit * blocks.replied.of(found)
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
