"""Conditions made ready: many of them evaluated over many responses at once.

A truth is kept as two bits: where it is TRUE, and where it is not FALSE. In
Kleene's three-valued logic "and" and "or" are then the same on both bits, and
"not" turns the two about.

A comparison with an unanswered question is UNKNOWN. In the two-valued logic of
ODK it is FALSE, and so is one with a figure that is not in force. A comparison
with a question that is not asked, or does not apply, is FALSE in both.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from questionnaires.circuit import Bit, Circuit, Truth, all_of, any_of
from questionnaires.codebook import DECLINED, NOT_KNOWN, UNANSWERED, Codebook
from questionnaires.condition import All, Any, AnyCondition, Compares, ComparesWith, Equals, In, Not
from questionnaires.machine import Machine, Wanted
from questionnaires.response import Answers
from questionnaires.sheet import Sheet

FALSE, UNKNOWN, TRUE = 0, 1, 2

Truths: TypeAlias = NDArray[np.int8]
"""FALSE, UNKNOWN or TRUE, shape (conditions, responses)."""

OfLeaf: TypeAlias = Callable[[AnyCondition], Truth]
"""How true a comparison is."""

OfQuestion: TypeAlias = Callable[[str], Truth]
"""What holds of a question."""

_SURE, _MAY = 0, 1

_PLACES = np.array([0, 1 << _MAY, 1 << _SURE | 1 << _MAY], np.uint8)
"""FALSE, UNKNOWN and TRUE, as the two places of a byte."""

MISSING = (UNANSWERED, DECLINED, NOT_KNOWN)
"""The reasons for which a value may still come to be."""


class Program:
    """The conditions of a form or a model, compiled for one codebook.

    `parameters` are the dated figures in force on the day of evaluation. A
    figure that is not in force makes its comparison UNKNOWN for everybody.

    Raises:
        KeyError: a condition reads a question or choice that the codebook lacks.
    """

    def __init__(
        self, codebook: Codebook, conditions: Sequence[AnyCondition], parameters: Mapping[str, float] | None = None
    ) -> None:
        """Build the circuit of `conditions`."""
        circuit = Circuit()
        sheet = Sheet(circuit, codebook, parameters)
        self._asked = circuit.take(len(codebook.questions))
        told = partial(given, sheet)

        def asked(name: str) -> Truth:
            row = self._asked.start + codebook.row[name]
            return Truth(circuit.read(row, _SURE), circuit.read(row, _MAY))

        open_ended = [truth(circuit, one, three_valued(sheet, told, asked)) for one in conditions]
        wanted = Wanted()
        self._truths = wanted.block([digits_of(one) for one in open_ended])
        self._machine = Machine(circuit, wanted)
        self._intake = sheet.intake()

    def run(self, answers: Answers, asked: Truths | None = None) -> Truths:
        """Return the truth of every condition in every response.

        Args:
            answers: responses laid out by the same codebook.
            asked: how far each question is known to be asked, shape (questions,
                responses); a comparison is no truer than its question is asked.
        """
        rows = self._intake.lay(answers)
        rows.put(self._asked, _PLACES.take(np.full(answers.codes.shape, TRUE, np.int8) if asked is None else asked))
        return self._truths.numbers(self._machine.run(rows)).view(np.int8)


def given(sheet: Sheet, question: str) -> Truth:
    """Return where a question has a value, and where it has or may come to have one."""
    value = sheet.value(question)
    return Truth(value, value | any_of(sheet.circuit, (sheet.said(question, reason) for reason in MISSING)))


def digits_of(one: Truth) -> tuple[Bit, Bit]:
    """Return FALSE, UNKNOWN or TRUE as a number."""
    return one.may & ~one.sure, one.sure


def three_valued(sheet: Sheet, told: OfQuestion, asked: OfQuestion | None = None) -> OfLeaf:
    """Return how true a comparison is where an unanswered question leaves it open.

    Args:
        sheet: where the answers are read.
        told: where a question has a value, and where it has or may come to have one.
        asked: where a question is asked, and where it may be; a comparison is no
            truer than its question is asked.
    """

    def of(leaf: AnyCondition) -> Truth:
        read = _both(leaf, told)
        sure = sheet.compared(leaf) & read.sure
        lapsed = isinstance(leaf, Compares) and leaf.value is None and leaf.parameter not in sheet.parameters
        found = Truth(sure, read.may if lapsed else sure | (read.may & ~read.sure))
        return found if asked is None else found.within(_both(leaf, asked))

    return of


def two_valued(sheet: Sheet, told: OfQuestion) -> OfLeaf:
    """Return how true a comparison is where an unanswered question makes it FALSE."""

    def of(leaf: AnyCondition) -> Truth:
        sure = sheet.compared(leaf) & _both(leaf, told).sure
        return Truth(sure, sure)

    return of


def truth(circuit: Circuit, condition: AnyCondition, of_leaf: OfLeaf) -> Truth:
    """Return how true a condition is, given how true its comparisons are."""
    match condition:
        case All(parts=parts):
            found = [truth(circuit, part, of_leaf) for part in parts]
            return Truth(all_of(circuit, (one.sure for one in found)), all_of(circuit, (one.may for one in found)))
        case Any(parts=parts):
            found = [truth(circuit, part, of_leaf) for part in parts]
            return Truth(any_of(circuit, (one.sure for one in found)), any_of(circuit, (one.may for one in found)))
        case In(question=question, values=values):
            return truth(circuit, Any(parts=tuple(Equals(question=question, value=value) for value in values)), of_leaf)
        case Not(part=part):
            sure, may = truth(circuit, part, of_leaf)
            return Truth(~may, ~sure)
    return of_leaf(condition)


@lru_cache(maxsize=64)
def compiled(
    codebook: Codebook, conditions: tuple[AnyCondition, ...], parameters: tuple[tuple[str, float], ...] = ()
) -> Program:
    """Return the program of some conditions, compiled once; `parameters` are pairs of a name and a figure."""
    return Program(codebook, conditions, dict(parameters))


def _both(leaf: AnyCondition, of: OfQuestion) -> Truth:
    """Return what holds of the question of a comparison, or of both its questions."""
    assert not isinstance(leaf, All | Any | Not)
    found = of(leaf.question)
    return found.within(of(leaf.other)) if isinstance(leaf, ComparesWith) else found
