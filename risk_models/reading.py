"""From answers to facts: what each reading, exposure and override finds in a response.

Three sets of facts are taken. `stated` is what the answers say. `best` and
`worst` are what they might come to say once everything missing is known: every
open question answered well and with the best evidence, or answered badly. The
true facts lie between the two, and the gap closes as answers come.

A fact is a bit, eight responses to a byte: what is found out of many answers by
"and", "or" and "not" needs no more, and moves the less through memory.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from questionnaires.codebook import DECLINED, NOT_APPLICABLE, NOT_ASKED, NOT_KNOWN, UNANSWERED
from questionnaires.program import Bits, Planes, unpack
from questionnaires.relevance import Settled
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
"""The `Outcome` of each reading, shape (readings, responses)."""


@dataclass(frozen=True, slots=True)
class Third:
    """What the rules find if one of the three sets of facts is true, one column a response."""

    outcomes: Outcomes
    exposures: NDArray[np.bool_]  # shape (exposures, responses)
    gates: NDArray[np.bool_]  # shape (overrides that read answers, responses)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules find, as bits.

    The three sets of facts, as stated, at best and at worst, lie along an axis
    of their own.
    """

    size: int  # the number of responses
    asked: Bits  # shape (questions, bytes)
    found: Bits  # where each outcome was found, shape (outcomes, 3, readings, bytes)
    evidence: Bits  # where evidence counts and reaches each step, stated and worst, shape (2, steps, readings, bytes)
    lacking: Bits  # where the best evidence may still come, shape (readings, bytes)
    exposures: Bits  # shape (3, exposures, bytes)
    gates: Bits  # shape (3, overrides that read answers, bytes)
    attributions: Bits  # where a rule of attribution holds, as stated, shape (rules, bytes)

    def third(self, number: int) -> Third:
        """Return the facts as stated (0), at best (1) or at worst (2), one byte a fact."""
        found = unpack(self.found[:, number], self.size).view(np.int8)
        outcomes = np.einsum("o,orc->rc", np.array(Outcome, np.int8), found)
        exposures, gates = (unpack(part[number], self.size).view(np.bool_) for part in (self.exposures, self.gates))
        return Third(outcomes, exposures, gates)

    def one(self, row: int) -> "Facts":
        """Return the facts of one of the responses."""
        byte, place = divmod(row, 8)
        parts = (self.asked, self.found, self.evidence, self.lacking, self.exposures, self.gates, self.attributions)
        return Facts(1, *(np.left_shift(part[..., byte : byte + 1], place, dtype=np.uint8) for part in parts))


def read(layout: Layout, answers: Answers, grades: NDArray[np.int8]) -> Facts:
    """Return the facts of every response: as stated, at best and at worst.

    Args:
        layout: the rules.
        answers: as `columns` gives them.
        grades: evidence grade of each answer, shape (questions, responses).
    """
    settled = layout.relevance.settle(answers)
    compared = layout.program.compare(answers)
    stated = layout.split(layout.program.evaluate(compared, settled.told))
    later = layout.split(layout.program.evaluate(compared, settled.possible, settled.open))
    found = np.zeros((len(Outcome), 3, len(layout.question), compared.shape[1]), np.uint8)
    of_reading = settled.rows(layout.question)
    answered = _as_stated(found[:, 0], of_reading, *stated[:2])
    certain, play = _as_it_may_be(found[:, 1:], of_reading, *later[:2])
    steps = np.packbits(grades >= layout.proof.steps[:, None, None], axis=-1).take(layout.question, axis=1)
    exposures, gates = (np.stack([now[1], *then]) for now, then in zip(stated[2:4], later[2:4], strict=True))
    return Facts(
        size=answers.size,
        asked=settled.asked,
        found=found,
        evidence=np.stack([steps & answered, steps & certain]),
        lacking=play & ~certain,
        exposures=exposures,
        gates=gates,
        attributions=stated[4][0],
    )


def _as_stated(found: Bits, settled: Settled, adverse: Planes, partly: Planes) -> Bits:
    """Note what the answers say, and return where one says anything; a comparison left open counts as unanswered."""
    not_applicable, unanswered, declined, not_known = settled.reasons
    value = settled.told[0]
    play = settled.asked & ~not_applicable
    found[Outcome.NOT_ASKED] = ~settled.asked
    found[Outcome.NOT_APPLICABLE] = not_applicable
    found[Outcome.ADVERSE] = bad = play & adverse[0]
    found[Outcome.PARTLY] = so_so = play & partly[0] & ~bad
    left = play & ~(bad | so_so)
    found[Outcome.NOT_KNOWN] = left & not_known
    found[Outcome.DECLINED] = left & declined
    found[Outcome.UNANSWERED] = left & (unanswered | (value & adverse[1]))
    found[Outcome.MET] = met = left & value & ~adverse[1]
    answered: Bits = met | so_so | bad
    return answered


def _as_it_may_be(found: Bits, settled: Settled, adverse: Planes, partly: Planes) -> tuple[Bits, Bits]:
    """Note what may come to be found, and return where an answer is certain to stand and where one may be due.

    A favourable answer to a question that may yet be closed counts as none at
    worst: losing it is the worse of the two cases.
    """
    sure, may = settled.open
    value, missing = settled.possible[0], settled.possible[1] & ~settled.possible[0]
    not_applicable = may & settled.reasons[0]
    play = may & ~not_applicable
    best, worst = adverse & settled.open
    certain = value & sure & (best | ~worst)
    bad = play & np.stack([best, worst | missing])
    so_so = play & partly & settled.open & ~bad
    left = play & ~(bad | so_so)
    found[Outcome.NOT_ASKED] = ~may
    found[Outcome.NOT_APPLICABLE] = not_applicable
    found[Outcome.ADVERSE] = bad
    found[Outcome.PARTLY] = so_so
    found[Outcome.UNANSWERED, 1] = left[1] & ~sure
    found[Outcome.MET] = left
    found[Outcome.MET, 1] &= sure
    return certain, play
