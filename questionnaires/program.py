"""Conditions made ready: many of them evaluated over many responses at once.

All leaves of a kind are one array operation, then the inner nodes follow depth
by depth. A comparison with an unanswered question takes the truth `blank`:
UNKNOWN gives Kleene's three-valued logic, FALSE the two-valued logic of ODK. A
comparison with a question that is not asked, or does not apply, is FALSE.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

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
        ordered = sorted(depths, key=lambda node: (depths[node], not isinstance(node, Equals)))
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
            blank: what a comparison with an unanswered question is worth.
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
    """Comparisons: first all equalities, which are one array operation, then the others one by one."""

    def __init__(self, book: Codebook, nodes: Sequence[AnyCondition], parameters: Mapping[str, float]) -> None:
        self._book = book
        self._parameters = parameters
        self._question = np.array([book.row[_question(node)] for node in nodes], np.intp)
        equal = [book.code[node.question][node.value] for node in nodes if isinstance(node, Equals)]
        self._equal = np.array(equal, np.int8)[:, None]
        self._others = list(enumerate(nodes))[len(equal) :]

    def fill(self, truths: Truths, answers: Answers, blank: int, asked: Truths | None) -> None:
        leaves = truths[: len(self._question)]
        codes = answers.codes[self._question]
        equal = len(self._equal)
        np.left_shift((codes[:equal] == self._equal).view(np.int8), 1, out=leaves[:equal])
        for row, node in self._others:
            leaves[row] = self._truth(node, answers) << 1
        if blank:
            np.maximum(leaves, (codes <= UNANSWERED).view(np.int8) * np.int8(blank), out=leaves)
            self._blur(leaves, answers, blank)
        if asked is not None:
            np.minimum(leaves, asked[self._question], out=leaves)
            for row, node in self._others:
                if isinstance(node, ComparesWith):
                    np.minimum(leaves[row], asked[self._book.row[node.other]], out=leaves[row])

    def _blur(self, leaves: Truths, answers: Answers, blank: int) -> None:
        """Make comparisons UNKNOWN whose second question or parameter is missing."""
        for row, node in self._others:
            match node:
                case ComparesWith(question=question, other=other):
                    first, second = (answers.codes[self._book.row[name]] for name in (question, other))
                    unknown = (second <= UNANSWERED) & ((first >= 0) | (first <= UNANSWERED))
                    np.maximum(leaves[row], unknown.view(np.int8) * np.int8(blank), out=leaves[row])
                case Compares(question=question, parameter=parameter) if parameter:
                    if parameter not in self._parameters:
                        known = answers.codes[self._book.row[question]] >= 0
                        np.maximum(leaves[row], known.view(np.int8) * np.int8(blank), out=leaves[row])

    def _truth(self, node: AnyCondition, answers: Answers) -> Truths:
        """Return 1 where the comparison holds and 0 elsewhere, blanks included."""
        book = self._book
        match node:
            case Includes(question=question, value=value):
                bit = np.uint64(1 << book.code[question][value])
                found = (answers.bits[book.many_row[question]] & bit) != 0
            case Counts(question=question, relation=relation, value=value):
                found = _COMPARE[relation](np.bitwise_count(answers.bits[book.many_row[question]]), value)
            case Compares(question=question, relation=relation, value=value, parameter=parameter):
                figure = self._parameters.get(parameter, np.nan) if value is None else value
                found = _COMPARE[relation](answers.numbers[book.number_row[question]], figure)
            case ComparesWith(question=question, relation=relation, other=other, times=times):
                numbers = answers.numbers
                found = _COMPARE[relation](numbers[book.number_row[question]], times * numbers[book.number_row[other]])
                found &= answers.codes[book.row[other]] >= 0
            case _:
                found = np.ones(answers.size, np.bool_)
        truth: Truths = (found & (answers.codes[book.row[_question(node)]] >= 0)).view(np.int8)
        return truth


def _question(node: AnyCondition) -> str:
    assert not isinstance(node, All | Any | Not)
    return node.question
