"""Conditions made ready: many of them evaluated over many responses at once.

A truth is kept as two planes of bits, eight responses to a byte: where it is
TRUE, and where it is not FALSE. In Kleene's three-valued logic "and" and "or"
are then the same on both planes, and "not" turns the planes about.

A comparison with an unanswered question is UNKNOWN. One plane alone gives the
two-valued logic of ODK, in which it is FALSE. A comparison with a question that
is not asked, or does not apply, is FALSE in both.
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

Bits: TypeAlias = NDArray[np.uint8]
"""One bit a response, the first in the highest place of a byte; spare bits at the end say nothing."""

Planes: TypeAlias = NDArray[np.uint8]
"""Truths as bits, shape (2, conditions, bytes): where TRUE, and where not FALSE; the first alone if two-valued."""

Comparison: TypeAlias = Callable[[Answers], NDArray[np.bool_]]
"""Where comparisons of one kind hold, shape (comparisons, responses)."""

Leaf = TypeVar("Leaf")

_LEAST = np.array([TRUE, UNKNOWN], np.int8)[:, None, None]
"""How true a truth is at least where it is set in the first plane, and in the second."""

_COMPARE = {
    Relation.AT_LEAST: np.greater_equal,
    Relation.ABOVE: np.greater,
    Relation.AT_MOST: np.less_equal,
    Relation.BELOW: np.less,
}


_JOINS: dict[type, np.ufunc] = {All: np.bitwise_and, Any: np.bitwise_or, In: np.bitwise_or, Not: np.invert}
"""How the parts of an inner node are joined, on both planes; "not" turns the planes about besides."""


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
        depths: dict[AnyCondition, int] = {}
        for condition in conditions:
            _measure(condition, depths)
        ordered = sorted(depths, key=lambda node: (depths[node], _kind(node)))
        number = {node: place for place, node in enumerate(ordered)}
        self._size = len(ordered)
        self._leaves = _Leaves(codebook, [node for node in ordered if depths[node] == 0], parameters or {})
        self._layers = [
            _Layer([node for node in ordered if depths[node] == depth], number)
            for depth in range(1, max(depths.values(), default=0) + 1)
        ]
        self._wanted = np.array([number[condition] for condition in conditions], np.intp)

    def run(self, answers: Answers, blank: int = UNKNOWN, asked: Truths | None = None) -> Truths:
        """Return the truth of every condition in every response.

        Args:
            answers: responses laid out by the same codebook.
            blank: what a comparison with an unanswered question is worth, UNKNOWN or FALSE.
            asked: how far each question is known to be asked, shape (questions,
                responses); a comparison is no truer than its question is asked.
        """
        told, open_ended = given(answers), blank == UNKNOWN
        limits = None if asked is None else np.packbits(asked >= _LEAST, axis=-1)
        planes = self.evaluate(self.compare(answers), told if open_ended else told[:1], limits)
        return truths(planes if open_ended else planes.repeat(2, axis=0), answers.size)

    def compare(self, answers: Answers) -> Bits:
        """Return where the values stand in the relation that each leaf names, blanks either way."""
        return self._leaves.compare(answers)

    def evaluate(self, compared: Bits, told: Planes, asked: Planes | None = None) -> Planes:
        """Return the truth of every condition in every response.

        Args:
            compared: as `compare` returns it.
            told: where each question has a value, and where it has or may come to
                have one; the first plane alone for two-valued logic.
            asked: where each question is asked, and where it may be; a comparison
                is no truer than its question is asked.
        """
        planes = np.empty((len(told), self._size, compared.shape[1]), np.uint8)
        self._leaves.fill(planes, compared, told, asked)
        for layer in self._layers:
            layer.fill(planes)
        return planes.take(self._wanted, axis=1)


def given(answers: Answers) -> Planes:
    """Return where each question has a value, and where it has or may come to have one."""
    value, missing = np.packbits(answers.codes >= 0, axis=-1), np.packbits(answers.codes <= UNANSWERED, axis=-1)
    return np.stack([value, value | missing])


def truths(planes: Planes, size: int) -> Truths:
    """Return the truths that two planes of bits stand for, in the first `size` responses."""
    found: Truths = np.add.reduce(unpack(planes, size), axis=0, dtype=np.int8)
    return found


def unpack(bits: Bits, size: int) -> NDArray[np.uint8]:
    """Return 0 or 1 for each of the first `size` responses, one byte each."""
    return np.unpackbits(bits, axis=-1, count=size)


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
    """Inner nodes of one depth, those of one kind side by side; their parts all lie deeper."""

    def __init__(self, nodes: Sequence[AnyCondition], number: Mapping[AnyCondition, int]) -> None:
        self._joints = [
            (_JOINS[type(nodes[places[0]])], _rows_of(places, number[nodes[0]]), _side_by_side(nodes, places, number))
            for places in _alike(nodes)
        ]

    def fill(self, planes: Planes) -> None:
        for join, rows, parts in self._joints:
            if join is np.invert:
                np.invert(planes[::-1, parts[0]], out=planes[:, rows])
            else:
                join.reduce(planes.take(parts, axis=1), axis=1, out=planes[:, rows])


def _side_by_side(
    nodes: Sequence[AnyCondition], places: Sequence[int], number: Mapping[AnyCondition, int]
) -> NDArray[np.intp]:
    """Return the parts of each node as a column; the last is repeated, which changes no "and" and no "or"."""
    columns = [[number[part] for part in _parts(nodes[place])] for place in places]
    longest = max(map(len, columns))
    return np.array([column + column[-1:] * (longest - len(column)) for column in columns], np.intp).T


class _Leaves:
    """Comparisons, those of one kind side by side, so that each kind is one array operation."""

    def __init__(self, book: Codebook, nodes: Sequence[AnyCondition], parameters: Mapping[str, float]) -> None:
        self._question = np.array([book.row[_question(node)] for node in nodes], np.intp)
        self._kinds = [
            (_rows_of(places, 0), _comparison(book, [nodes[place] for place in places], parameters))
            for places in _alike(nodes)
        ]
        pairs = [(place, book.row[node.other]) for place, node in enumerate(nodes) if isinstance(node, ComparesWith)]
        self._paired, self._other = np.array(pairs, np.intp).reshape(-1, 2).T
        lapsed = [isinstance(one, Compares) and one.value is None and one.parameter not in parameters for one in nodes]
        self._lapsed = np.flatnonzero(lapsed)

    def compare(self, answers: Answers) -> Bits:
        compared = np.empty((len(self._question), (answers.size + 7) // 8), np.uint8)
        for places, compare in self._kinds:
            compared[places] = np.packbits(compare(answers), axis=-1)
        return compared

    def fill(self, planes: Planes, compared: Bits, told: Planes, asked: Planes | None) -> None:
        leaves = planes[:, : len(compared)]
        read = self._both(told)
        np.bitwise_and(compared, read[0], out=leaves[0])
        if len(told) > 1:
            np.bitwise_or(leaves[0], read[0] ^ read[1], out=leaves[1])
            if len(self._lapsed):
                leaves[1, self._lapsed] = read[1, self._lapsed]
        if asked is not None:
            leaves &= self._both(asked)

    def _both(self, planes: Planes) -> Planes:
        """Return what the planes say of the question of each leaf, or of both its questions."""
        found = planes.take(self._question, axis=1)
        if len(self._paired):
            found[:, self._paired] &= planes[:, self._other]
        return found


def _kind(node: AnyCondition) -> tuple[str, str]:
    """Return what those nodes have in common that are worked out in one operation."""
    if join := _JOINS.get(type(node)):
        return join.__name__, "joined" if _parts(node) else "bare"
    return type(node).__name__, getattr(node, "relation", "")


def _alike(nodes: Sequence[AnyCondition]) -> list[list[int]]:
    """Return the places of the nodes of each kind; those of one kind are neighbours."""
    return [list(places) for _, places in groupby(range(len(nodes)), key=lambda place: _kind(nodes[place]))]


def _rows_of(places: Sequence[int], start: int) -> slice:
    return slice(start + places[0], start + places[-1] + 1)


def _comparison(book: Codebook, nodes: Sequence[AnyCondition], parameters: Mapping[str, float]) -> Comparison:
    """Return the comparison that all `nodes`, being of one kind, make; blanks may come out either way."""
    match nodes[0]:
        case Equals():
            rows = _rows(book.row, nodes)
            codes = np.array([[book.code[node.question][node.value]] for node in _of(Equals, nodes)], np.int8)
            return lambda answers: np.equal(answers.codes.take(rows, axis=0), codes)
        case Includes():
            rows = _rows(book.many_row, nodes)
            bits = np.array([[1 << book.code[node.question][node.value]] for node in _of(Includes, nodes)], np.uint64)
            return lambda answers: np.not_equal(answers.bits.take(rows, axis=0) & bits, 0)
        case Counts(relation=relation):
            rows, compare = _rows(book.many_row, nodes), _COMPARE[relation]
            counts = np.array([[node.value] for node in _of(Counts, nodes)], np.int64)
            return lambda answers: compare(np.bitwise_count(answers.bits.take(rows, axis=0)), counts)
        case Compares(relation=relation):
            rows, compare = _rows(book.number_row, nodes), _COMPARE[relation]
            figures = np.array([[_figure(node, parameters)] for node in _of(Compares, nodes)])
            return lambda answers: compare(answers.numbers.take(rows, axis=0), figures)
        case ComparesWith(relation=relation):
            rows, compare = _rows(book.number_row, nodes), _COMPARE[relation]
            others = np.array([book.number_row[node.other] for node in _of(ComparesWith, nodes)], np.intp)
            times = np.array([[node.times] for node in _of(ComparesWith, nodes)])
            return lambda answers: compare(answers.numbers.take(rows, axis=0), times * answers.numbers[others])
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
