"""Where a circuit reads a form: the answers to its questions, and what is compared with them.

A code is read as the bits of its two's complement: its sign, which says whether
there is a value, and as many digits as the codes of its question need. A
comparison of numbers or of sets of choices is made beforehand and read as one
bit. A code that a question does not have is mistaken for another; `columns`
lays out none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from questionnaires.circuit import Bit, Circuit
from questionnaires.codebook import NOT_KNOWN, Codebook
from questionnaires.condition import (
    Answered,
    AnyCondition,
    Compares,
    ComparesWith,
    Counts,
    Equals,
    Includes,
    Relation,
)
from questionnaires.machine import Rows
from questionnaires.response import Answers

Compared: TypeAlias = Counts | Compares | ComparesWith | Includes

Comparison: TypeAlias = Callable[[Answers], NDArray[np.bool_]]
"""Where comparisons of one kind hold, shape (comparisons, responses); blanks may come out either way."""

Leaf = TypeVar("Leaf")

_COMPARE = {
    Relation.AT_LEAST: np.greater_equal,
    Relation.ABOVE: np.greater,
    Relation.AT_MOST: np.less_equal,
    Relation.BELOW: np.less,
}

_SIGN = 7
"""The place of the sign in a code."""

_FEWEST = (-NOT_KNOWN - 1).bit_length()
"""Digits that tell the reasons apart for which there is no value."""


class Sheet:
    """The rows in which a circuit finds the answers to one form.

    `parameters` are the dated figures in force on the day of evaluation.
    """

    def __init__(self, circuit: Circuit, codebook: Codebook, parameters: Mapping[str, float] | None = None) -> None:
        """Set out the rows of the codes."""
        self.circuit = circuit
        self.codebook = codebook
        self.parameters = parameters or {}
        self._compared: dict[Compared, tuple[int, Bit]] = {}
        self._codes = circuit.take(len(codebook.questions))
        self._first: int = self._codes.start

    def value(self, question: str) -> Bit:
        """Return where a question has a value."""
        return ~self.circuit.read(self._row(question), _SIGN)

    def said(self, question: str, code: int) -> Bit:
        """Return where the code of a question is this one."""
        row, found = self._row(question), self.value(question)
        if code < 0:
            found = ~found
        digits = max(_FEWEST, (len(self.codebook.code.get(question, "?")) - 1).bit_length())
        for place in reversed(range(digits)):  # codes that begin alike share joints
            digit = self.circuit.read(row, place)
            found &= digit if code >> place & 1 else ~digit
        return found

    def compared(self, leaf: AnyCondition) -> Bit:
        """Return where the answer stands in the relation that a comparison names; blanks may come out either way.

        Raises:
            KeyError: it reads a question or choice that the codebook lacks.
        """
        match leaf:
            case Equals(question=question, value=value):
                return self.said(question, self.codebook.code[question][value])
            case Answered():
                return self.circuit.always
            case Counts() | Compares() | ComparesWith() | Includes():
                if leaf not in self._compared:
                    _comparison(self.codebook, [leaf], self.parameters)  # what the codebook lacks is found now
                    row = self.circuit.take(1).start
                    self._compared[leaf] = row, self.circuit.read(row)
                return self._compared[leaf][1]
        raise TypeError(f"{leaf} compares nothing")

    def intake(self) -> "Intake":
        """Return how answers are laid into the rows that were set out."""
        kinds: dict[tuple[type, str], list[Compared]] = {}
        for leaf in self._compared:
            kinds.setdefault((type(leaf), getattr(leaf, "relation", "")), []).append(leaf)
        return Intake(
            self.circuit.rows,
            self._codes,
            tuple(
                (
                    np.array([self._compared[leaf][0] for leaf in leaves], np.intp),
                    _comparison(self.codebook, leaves, self.parameters),
                )
                for leaves in kinds.values()
            ),
        )

    def _row(self, question: str) -> int:
        return self._first + self.codebook.row[question]


@dataclass(frozen=True, slots=True)
class Intake:
    """How answers are laid into rows; those of one kind of comparison are one operation on arrays."""

    rows: int
    codes: slice
    comparisons: tuple[tuple[NDArray[np.intp], Comparison], ...]

    def lay(self, answers: Answers) -> Rows:
        """Return the rows with the answers in them; rows of others are still to be put."""
        rows = Rows(self.rows, answers.size)
        rows.put(self.codes, answers.codes)
        for places, compare in self.comparisons:
            rows.put(places, compare(answers))
        return rows


def _comparison(book: Codebook, leaves: Sequence[Compared], parameters: Mapping[str, float]) -> Comparison:
    """Return the comparison that all `leaves`, being of one kind, make."""
    match leaves[0]:
        case Includes():
            rows = _rows(book.many_row, leaves)
            bits = np.array([[1 << book.code[leaf.question][leaf.value]] for leaf in _of(Includes, leaves)], np.uint64)
            return lambda answers: np.not_equal(answers.bits[rows] & bits, 0)
        case Counts(relation=relation):
            rows, compare = _rows(book.many_row, leaves), _COMPARE[relation]
            counts = np.array([[leaf.value] for leaf in _of(Counts, leaves)], np.int64)
            return lambda answers: compare(np.bitwise_count(answers.bits[rows]), counts)
        case Compares(relation=relation):
            rows, compare = _rows(book.number_row, leaves), _COMPARE[relation]
            figures = np.array([[_figure(leaf, parameters)] for leaf in _of(Compares, leaves)])
            return lambda answers: compare(answers.numbers[rows], figures)
        case ComparesWith(relation=relation):
            rows, compare = _rows(book.number_row, leaves), _COMPARE[relation]
            others = np.array([book.number_row[leaf.other] for leaf in _of(ComparesWith, leaves)], np.intp)
            times = np.array([[leaf.times] for leaf in _of(ComparesWith, leaves)])
            return lambda answers: compare(answers.numbers[rows], times * answers.numbers[others])


def _of(kind: type[Leaf], leaves: Sequence[Compared]) -> list[Leaf]:
    return [leaf for leaf in leaves if isinstance(leaf, kind)]


def _rows(numbering: Mapping[str, int], leaves: Sequence[Compared]) -> NDArray[np.intp]:
    return np.array([numbering[leaf.question] for leaf in leaves], np.intp)


def _figure(leaf: Compares, parameters: Mapping[str, float]) -> float:
    return parameters.get(leaf.parameter, np.nan) if leaf.value is None else leaf.value
