"""Which questions are asked, given the answers so far.

Questions are settled in the order of their dependencies: first those that are
always asked, then those whose condition reads only settled ones. A question
that is not asked counts as unanswered in every later condition, and its stored
answer comes back when it is asked again, as in ODK.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from questionnaires.circuit import Bit, Circuit, Truth, any_of
from questionnaires.codebook import DECLINED, NOT_APPLICABLE, NOT_ASKED, NOT_KNOWN, UNANSWERED, Codebook
from questionnaires.condition import questions_of
from questionnaires.content import ContentError
from questionnaires.machine import Bits, Machine, Wanted, unpack
from questionnaires.program import MISSING, Truths, digits_of, three_valued, truth, two_valued
from questionnaires.questionnaire import AnyQuestion
from questionnaires.response import Answers
from questionnaires.sheet import Sheet

REASONS = (NOT_APPLICABLE, UNANSWERED, DECLINED, NOT_KNOWN)


@dataclass(frozen=True, slots=True)
class Settled:
    """What is asked of one question and answered to it.

    First as things stand, then as they may come to be once everything missing
    is known. There, what is hidden for now counts as missing.
    """

    asked: Bit
    told: Truth  # where there is a value, and where there is one or may come to be
    reasons: dict[int, Bit]  # where there is none, by the code that says why
    open: Truth  # where it is sure to be asked, and where it may be
    possible: Truth  # where there is a value, and where there is one or may come to be


def dependency_layers(questions: tuple[AnyQuestion, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the ids of `questions`, each layer reading only earlier layers.

    Raises:
        ContentError: some questions wait for each other; the message names them.
    """
    reads = {question.id: questions_of(question.relevant) for question in questions}
    settled: set[str] = set()
    layers: list[tuple[str, ...]] = []
    while waiting := [name for name in reads if name not in settled]:
        layer = tuple(name for name in waiting if reads[name] <= settled)
        if not layer:
            raise ContentError(f"these questions wait for each other or for unknown ones: {', '.join(waiting)}")
        layers.append(layer)
        settled.update(layer)
    return tuple(layers)


class Settling:
    """What is asked and answered, worked out for a question when it is first called for."""

    def __init__(self, sheet: Sheet) -> None:
        """Begin with nothing settled.

        Raises:
            ContentError: some questions wait for each other.
        """
        dependency_layers(sheet.codebook.questions)
        self._sheet = sheet
        self._relevant = {question.id: question.relevant for question in sheet.codebook.questions}
        self._known: dict[str, Settled] = {}

    def __call__(self, name: str) -> Settled:
        """Return what is asked of a question and answered to it."""
        if name not in self._known:
            self._known[name] = self._settle(name)
        return self._known[name]

    def _settle(self, name: str) -> Settled:
        sheet, circuit, relevant = self._sheet, self._sheet.circuit, self._relevant[name]
        shown = truth(circuit, relevant, two_valued(sheet, lambda other: self(other).told)).sure
        possible = three_valued(sheet, lambda other: self(other).possible, lambda other: self(other).open)
        still = truth(circuit, relevant, possible)
        value, reasons = sheet.value(name), {reason: sheet.said(name, reason) for reason in REASONS}
        missing = any_of(circuit, (reasons[reason] for reason in MISSING))
        asked = (value | missing | reasons[NOT_APPLICABLE]) & shown
        told = value & shown
        return Settled(
            asked=asked,
            told=Truth(told, told | (missing & shown)),
            reasons={reason: bit & shown for reason, bit in reasons.items()},
            open=still,
            possible=Truth(told & still.may, (value | missing | ~asked) & still.may),
        )


class Relevance:
    """The rules by which one questionnaire opens and closes its questions."""

    def __init__(self, codebook: Codebook) -> None:
        """Build the circuit of the rules."""
        self.read = frozenset[str]().union(*(questions_of(question.relevant) for question in codebook.questions))
        """The questions on which it depends what else is asked."""
        circuit, now, later = Circuit(), Wanted(), Wanted()
        sheet = Sheet(circuit, codebook)
        settled = list(map(Settling(sheet), codebook.row))
        self._intake = sheet.intake()
        self._asked = now.block([[one.asked] for one in settled])
        self._open = later.block([digits_of(one.open) for one in settled])
        self._may = later.block([[one.open.may] for one in settled])
        self._now, self._later = Machine(circuit, now), Machine(circuit, later)

    def asked(self, answers: Answers) -> NDArray[np.bool_]:
        """Return which questions are asked, two-valued, shape (questions, responses)."""
        return self._asked.holds(self._now.run(self._intake.lay(answers)))

    def apply(self, answers: Answers) -> Answers:
        """Return `answers` with every question that is not asked marked so."""
        return shut(answers, self._asked.bits(self._now.run(self._intake.lay(answers))))

    def possible(self, answers: Answers) -> tuple[Answers, Truths]:
        """Return what may still turn out to be asked, once the unknown is known.

        The truths, shape (questions, responses), are FALSE where a question is
        settled as not asked and UNKNOWN where it depends on a missing answer.
        Stored answers to questions that are hidden for now count as missing.

        Args:
            answers: as `apply` returns them.
        """
        found = self._later.run(self._intake.lay(answers))
        codes = np.where(answers.codes == NOT_ASKED, np.int8(UNANSWERED), answers.codes)
        seen = shut(replace(answers, codes=codes), self._may.bits(found))
        return seen, self._open.numbers(found).view(np.int8)


@lru_cache(maxsize=16)
def relevance(codebook: Codebook) -> Relevance:
    """Return the rules by which a questionnaire opens its questions, compiled once."""
    return Relevance(codebook)


def shut(answers: Answers, asked: Bits) -> Answers:
    """Return `answers` with the code NOT_ASKED, all bits of which are set, wherever a question is not asked."""
    closed = unpack(~asked, answers.size)
    return replace(answers, codes=answers.codes | np.negative(closed, out=closed).view(np.int8))


assert NOT_ASKED == -1
