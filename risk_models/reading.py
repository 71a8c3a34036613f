"""From answers to facts: what each reading, exposure and override finds in a response.

Three sets of facts are taken. `stated` is what the answers say. `best` and
`worst` are what they might come to say once everything missing is known: every
open question answered well and with the best evidence, or answered badly. The
true facts lie between the two, and the gap closes as answers come.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from questionnaires.codebook import DECLINED, NOT_APPLICABLE, NOT_ASKED, NOT_KNOWN, UNANSWERED
from questionnaires.program import FALSE, TRUE, UNKNOWN, Truths
from questionnaires.response import Answers
from risk_models.layout import Layout


class Outcome(IntEnum):
    """What one reading finds in one response, from favourable to adverse."""

    MET = 0
    NOT_ASKED = 1
    NOT_APPLICABLE = 2
    UNANSWERED = 3
    DECLINED = 4
    NOT_KNOWN = 5
    PARTLY = 6
    ADVERSE = 7


# An outcome without a value is the negative of the code that says why.
assert tuple(Outcome)[1:6] == (-NOT_ASKED, -NOT_APPLICABLE, -UNANSWERED, -DECLINED, -NOT_KNOWN)

Outcomes: TypeAlias = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules find, one column a response.

    `outcomes` has shape (readings, responses); `points` are the hundredths that
    the evidence of each reading carries, in the same shape; `exposures` and
    `gates` are truth values, shape (exposures, responses) and (overrides that
    read answers, responses).
    """

    outcomes: Outcomes
    points: NDArray[np.uint8]
    exposures: NDArray[np.bool_]
    gates: NDArray[np.bool_]

    def third(self, number: int) -> "Facts":
        """Return the facts as stated (0), at best (1) or at worst (2), without copying."""
        size = self.outcomes.shape[1] // 3
        part = slice(number * size, (number + 1) * size)
        return Facts(self.outcomes[:, part], self.points[:, part], self.exposures[:, part], self.gates[:, part])


def read(layout: Layout, seen: Answers, grades: NDArray[np.int8]) -> Facts:
    """Return the facts of every response: first all as stated, then all at best, then all at worst.

    Args:
        layout: the rules.
        seen: answers in which every question that is not asked is marked so.
        grades: evidence grade of each answer, shape (questions, responses).
    """
    facts = _empty(layout, seen.size)
    stated, best, worst = (facts.third(number) for number in range(3))
    adverse, partly, exposures, gates = layout.split(layout.program.run(seen))
    stated.outcomes[:] = _outcomes(seen.codes[layout.question], adverse, partly)
    points = _points(layout, grades[layout.question])
    answered = (stated.outcomes == Outcome.MET) | (stated.outcomes >= Outcome.PARTLY)
    np.multiply(points, answered.view(np.uint8), out=stated.points)
    np.greater_equal(exposures, UNKNOWN, out=stated.exposures)
    np.greater_equal(gates, UNKNOWN, out=stated.gates)

    possible, asked = layout.relevance.possible(seen)
    adverse, partly, exposures, gates = layout.split(layout.program.run(possible, asked=asked))
    codes, asked = possible.codes[layout.question], asked[layout.question]
    adverse, partly = np.minimum(adverse, asked), np.minimum(partly, asked)
    best.outcomes[:] = _best(codes, adverse, partly, asked)
    worst.outcomes[:] = _worst(codes, adverse, partly, asked)
    settled = (codes >= 0) & (asked == TRUE) & (adverse != UNKNOWN)
    np.multiply(points, settled.view(np.uint8), out=worst.points)
    in_play = (best.outcomes != Outcome.NOT_ASKED) & (best.outcomes != Outcome.NOT_APPLICABLE)
    np.multiply(in_play.view(np.uint8), layout.grade_points.max(), out=best.points)
    np.copyto(best.points, points, where=settled)
    np.equal(exposures, TRUE, out=best.exposures)
    np.equal(gates, TRUE, out=best.gates)
    np.greater_equal(exposures, UNKNOWN, out=worst.exposures)
    np.greater_equal(gates, UNKNOWN, out=worst.gates)
    return facts


def _empty(layout: Layout, size: int) -> Facts:
    readings, exposures = len(layout.model.readings), len(layout.model.exposures)
    return Facts(
        np.empty((readings, 3 * size), np.int8),
        np.empty((readings, 3 * size), np.uint8),
        np.empty((exposures, 3 * size), np.bool_),
        np.empty((layout.gates, 3 * size), np.bool_),
    )


def _points(layout: Layout, grades: NDArray[np.int8]) -> NDArray[np.uint8]:
    """Return the hundredths that go with the grade of each reading."""
    points = np.zeros(grades.shape, np.uint8)
    for grade, of_grade in enumerate(layout.grade_points.T):
        points += (grades == grade).view(np.uint8) * of_grade[layout.unprovable]
    return points


def _outcomes(codes: NDArray[np.int8], adverse: Truths, partly: Truths) -> Outcomes:
    """Return what the answers say; a comparison left open counts as unanswered."""
    found = np.maximum(np.negative(codes), 0)
    closed = (codes == NOT_ASKED) | (codes == NOT_APPLICABLE)
    left_open = (codes >= 0) & (adverse == UNKNOWN)
    return _raise(
        found,
        closed,
        (left_open, Outcome.UNANSWERED),
        (partly == TRUE, Outcome.PARTLY),
        (adverse == TRUE, Outcome.ADVERSE),
    )


def _best(codes: NDArray[np.int8], adverse: Truths, partly: Truths, asked: Truths) -> Outcomes:
    """Return the most favourable outcomes that are still possible."""
    closed = (codes == NOT_APPLICABLE) | (asked == FALSE)
    found = _closed(codes, asked)
    return _raise(found, closed, (partly == TRUE, Outcome.PARTLY), (adverse == TRUE, Outcome.ADVERSE))


def _worst(codes: NDArray[np.int8], adverse: Truths, partly: Truths, asked: Truths) -> Outcomes:
    """Return the most adverse outcomes that are still possible.

    A favourable answer to a question that may yet be closed counts as none:
    losing it is the worse of the two cases.
    """
    closed = (codes == NOT_APPLICABLE) | (asked == FALSE)
    found = _closed(codes, asked)
    doubtful = (adverse != FALSE) | (codes <= UNANSWERED)
    return _raise(
        found,
        closed,
        (asked == UNKNOWN, Outcome.UNANSWERED),
        (partly != FALSE, Outcome.PARTLY),
        (doubtful, Outcome.ADVERSE),
    )


def _closed(codes: NDArray[np.int8], asked: Truths) -> Outcomes:
    """Return NOT_ASKED or NOT_APPLICABLE where a reading is out of play, and MET elsewhere."""
    shut = (asked == FALSE).view(np.int8)
    beside = (codes == NOT_APPLICABLE).view(np.int8) & ~shut
    found: Outcomes = beside * np.int8(Outcome.NOT_APPLICABLE) + shut * np.int8(Outcome.NOT_ASKED)
    return found


def _raise(found: Outcomes, closed: NDArray[np.bool_], *rules: tuple[NDArray[np.bool_], Outcome]) -> Outcomes:
    """Lift `found` to the outcome of each rule that applies, save where the reading is out of play."""
    in_play = (~closed).view(np.int8)
    for applies, outcome in rules:
        np.maximum(found, (applies.view(np.int8) & in_play) * np.int8(outcome), out=found)
    return found
