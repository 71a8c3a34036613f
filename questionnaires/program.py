"""Conditions made ready: many of them evaluated over many responses at once.

All leaves of a kind are one array operation, then the inner nodes follow depth
by depth. A comparison with an unanswered question takes the truth `blank`:
UNKNOWN gives Kleene's three-valued logic, FALSE the two-valued logic of ODK. A
comparison with a question that is not asked, or does not apply, is FALSE.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from questionnaires.codebook import UNANSWERED, Codebook
from questionnaires.condition import (
    All,
    Any,
    AnyCondition,
    Compares,
    ComparesWith,
    Counts,
    Equals,
    In,
    Includes,
    Not,
    Relation,
)
from questionnaires.response import Answers

FALSE, UNKNOWN, TRUE = 0, 1, 2

Truths: TypeAlias = NDArray[np.int8]
"""FALSE, UNKNOWN or TRUE, shape (conditions, responses)."""

Comparison: TypeAlias = Callable[[Answers], NDArray[np.bool_]]
"""Where comparisons of one kind hold, shape (comparisons, responses)."""

Leaf = TypeVar("Leaf")

_COMPARE = {
    Relation.AT_LEAST: np.greater_equal,
    Relation.ABOVE: np.greater,
    Relation.AT_MOST: np.less_equal,
    Relation.BELOW: np.less,
}


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
        """Number the distinct nodes of `conditions`, leaves first."""
        self._codebook = codebook
        self._parameters = parameters or {}
        depths: dict[AnyCondition, int] = {}
        for condition in conditions:
            _measure(condition, depths)
        ordered = sorted(depths, key=lambda node: (depths[node], _kind(node)))
        self._node = {node: number for number, node in enumerate(ordered)}
        self._leaves = _Leaves(codebook, [node for node in ordered if depths[node] == 0], self._parameters)
        self._layers = [
            _Layer([node for node in ordered if depths[node] == depth], self._node)
            for depth in range(1, max(depths.values(), default=0) + 1)
        ]
        self._wanted = np.array([self._node[condition] for condition in conditions], np.intp)

    def run(self, answers: Answers, blank: int = UNKNOWN, asked: Truths | None = None) -> Truths:
        """Return the truth of every condition in every response.

        Args:
            answers: responses laid out by the same codebook.
            blank: what a comparison with an unanswered question is worth, UNKNOWN or FALSE.
            asked: how far each question is known to be asked, shape (questions,
                responses); a comparison is no truer than its question is asked.
        """
        truths = np.empty((len(self._node), answers.size), np.int8)
        self._leaves.fill(truths, answers, blank, asked)
        for layer in self._layers:
            layer.fill(truths)
        return truths[self._wanted]


def holds(condition: AnyCondition, answers: Answers, parameters: Mapping[str, float] | None = None) -> Truths:
    """Return the three-valued truth of one condition in each response, shape (responses,)."""
    truths: Truths = Program(answers.codebook, (condition,), parameters).run(answers)[0]
    return truths


def _measure(condition: AnyCondition, depths: dict[AnyCondition, int]) -> int:
    """Return the height of `condition` above its leaves, noting that of every node."""
    if condition not in depths:
        match condition:
            case All(parts=()) | Any(parts=()) | In(values=()):
                depths[condition] = 1
            case All() | Any() | In() | Not():
                depths[condition] = 1 + max(_measure(part, depths) for part in _parts(condition))
            case _:
                depths[condition] = 0
    return depths[condition]


def _parts(condition: AnyCondition) -> tuple[AnyCondition, ...]:
    """Return what an inner node joins; "in" is an "any" of equalities."""
    match condition:
        case All(parts=parts) | Any(parts=parts):
            return parts
        case In(question=question, values=values):
            return tuple(Equals(question=question, value=value) for value in values)
        case Not(part=part):
            return (part,)
    return ()


class _Layer:
    """Inner nodes of one depth; their parts all lie deeper."""

    def __init__(self, nodes: Sequence[AnyCondition], number: Mapping[AnyCondition, int]) -> None:
        self._joints: list[tuple[int, np.ufunc, int, NDArray[np.intp]]] = []
        self._not = [(number[node], number[node.part]) for node in nodes if isinstance(node, Not)]
        for node in nodes:
            parts = np.array([number[part] for part in _parts(node)], np.intp)
            match node:
                case All():
                    self._joints.append((number[node], np.minimum, TRUE, parts))
                case Any() | In():
                    self._joints.append((number[node], np.maximum, FALSE, parts))

    def fill(self, truths: Truths) -> None:
        for row, part in self._not:
            np.subtract(TRUE, truths[part], out=truths[row])
        for row, join, start, parts in self._joints:
            if len(parts):
                join.reduce(truths[parts], axis=0, out=truths[row])
            else:
                truths[row] = start


class _Leaves:
    """Comparisons, those of one kind side by side, so that each kind is one array operation.

    Equalities come first: no code equals a missing one, so they need no look at
    what is missing.
    """

    def __init__(self, book: Codebook, nodes: Sequence[AnyCondition], parameters: Mapping[str, float]) -> None:
        self._question = np.array([book.row[_question(node)] for node in nodes], np.intp)
        self._kinds = [
            (slice(places[0], places[-1] + 1), _comparison(book, [nodes[place] for place in places], parameters))
            for places in _alike(nodes)
        ]
        self._equal = sum(isinstance(node, Equals) for node in nodes)
        others = list(enumerate(nodes[self._equal :]))
        pairs = [(place, node.other) for place, node in others if isinstance(node, ComparesWith)]
        self._paired = np.array([place for place, _ in pairs], np.intp)
        self._other = np.array([book.row[other] for _, other in pairs], np.intp)
        self._unset = np.array(
            [
                place
                for place, node in others
                if isinstance(node, Compares) and node.parameter and node.parameter not in parameters
            ],
            np.intp,
        )

    def fill(self, truths: Truths, answers: Answers, blank: int, asked: Truths | None) -> None:
        leaves = truths[: len(self._question)]
        others = leaves[self._equal :]
        codes = answers.codes[self._question]
        for places, compare in self._kinds:
            leaves[places] = compare(answers)
        told = (codes[self._equal :] >= 0).view(np.int8)
        others &= told
        np.left_shift(leaves, 1, out=leaves)
        if blank == UNKNOWN:
            np.maximum(leaves, (codes <= UNANSWERED).view(np.int8), out=leaves)
            self._blur(others, answers, told)
        if asked is not None:
            np.minimum(leaves, asked[self._question], out=leaves)
            others[self._paired] = np.minimum(others[self._paired], asked[self._other])

    def _blur(self, others: Truths, answers: Answers, told: Truths) -> None:
        """Make comparisons UNKNOWN whose second question or dated figure is missing."""
        codes = answers.codes[self._other]
        missing = (codes <= UNANSWERED).view(np.int8)
        in_play = missing | (codes >= 0).view(np.int8)
        others[self._paired] = np.maximum(others[self._paired], missing & told[self._paired]) * in_play
        others[self._unset] = np.maximum(others[self._unset], told[self._unset])


def _kind(node: AnyCondition) -> tuple[bool, str, str]:
    return not isinstance(node, Equals), type(node).__name__, getattr(node, "relation", "")


def _alike(nodes: Sequence[AnyCondition]) -> list[list[int]]:
    """Return the places of the comparisons of each kind; those of one kind are neighbours."""
    return [list(places) for _, places in groupby(range(len(nodes)), key=lambda place: _kind(nodes[place]))]


def _comparison(book: Codebook, nodes: Sequence[AnyCondition], parameters: Mapping[str, float]) -> Comparison:
    """Return the comparison that all `nodes`, being of one kind, make; blanks may come out either way."""
    match nodes[0]:
        case Equals():
            rows = _rows(book.row, nodes)
            codes = np.array([[book.code[node.question][node.value]] for node in _of(Equals, nodes)], np.int8)
            return lambda answers: np.equal(answers.codes[rows], codes)
        case Includes():
            rows = _rows(book.many_row, nodes)
            bits = np.array([[1 << book.code[node.question][node.value]] for node in _of(Includes, nodes)], np.uint64)
            return lambda answers: np.not_equal(answers.bits[rows] & bits, 0)
        case Counts(relation=relation):
            rows, compare = _rows(book.many_row, nodes), _COMPARE[relation]
            counts = np.array([[node.value] for node in _of(Counts, nodes)], np.int64)
            return lambda answers: compare(np.bitwise_count(answers.bits[rows]), counts)
        case Compares(relation=relation):
            rows, compare = _rows(book.number_row, nodes), _COMPARE[relation]
            figures = np.array([[_figure(node, parameters)] for node in _of(Compares, nodes)])
            return lambda answers: compare(answers.numbers[rows], figures)
        case ComparesWith(relation=relation):
            rows, compare = _rows(book.number_row, nodes), _COMPARE[relation]
            others = np.array([book.number_row[node.other] for node in _of(ComparesWith, nodes)], np.intp)
            codes = np.array([book.row[node.other] for node in _of(ComparesWith, nodes)], np.intp)
            times = np.array([[node.times] for node in _of(ComparesWith, nodes)])
            return lambda answers: (
                compare(answers.numbers[rows], times * answers.numbers[others]) & (answers.codes[codes] >= 0)
            )
    return lambda answers: np.ones((len(nodes), answers.size), np.bool_)


def _of(kind: type[Leaf], nodes: Sequence[AnyCondition]) -> list[Leaf]:
    return [node for node in nodes if isinstance(node, kind)]


def _rows(numbering: Mapping[str, int], nodes: Sequence[AnyCondition]) -> NDArray[np.intp]:
    return np.array([numbering[_question(node)] for node in nodes], np.intp)


def _figure(node: Compares, parameters: Mapping[str, float]) -> float:
    return parameters.get(node.parameter, np.nan) if node.value is None else node.value


def _question(node: AnyCondition) -> str:
    assert not isinstance(node, All | Any | Not)
    return node.question
