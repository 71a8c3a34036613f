"""What would have to be different for a finding to be lower, or gone.

A counterfactual is the smallest number of answers that would have to change. It
is never advice to answer otherwise: an answer may change only because practice
has changed, and evidence shows it.

The level of an indicator depends only on how many signs of each strength there
are. So the search runs over how many of each to take away, few first, and is
exact.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import TypeAlias

import msgspec

from questionnaires.codebook import Codebook
from questionnaires.condition import (
    AnyCondition,
    Compares,
    Equals,
    In,
    Relation,
)
from questionnaires.questionnaire import AnyQuestion, Number, SelectMany, SelectOne
from questionnaires.response import Value
from risk_models.model import Level, Reading

Counts: TypeAlias = tuple[int, int, int]
"""How many weak, medium and strong signs."""

Tallies: TypeAlias = tuple[Counts, ...]

_OPPOSITE = {
    Relation.AT_LEAST: Relation.BELOW,
    Relation.ABOVE: Relation.AT_MOST,
    Relation.AT_MOST: Relation.ABOVE,
    Relation.BELOW: Relation.AT_LEAST,
}


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer that would have to be different, and what it would have to be.

    Either `choices` names the answers that are no sign, or `relation` and
    `figure` bound a number; with neither, the question alone is named.
    """

    question: str
    choices: tuple[str, ...] = ()
    relation: Relation | None = None
    figure: float | None = None


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """A sign that counts towards a level: its question and its strength, 1 weak to 3 strong."""

    question: str
    strength: int


def smallest_removal(levels: Sequence[Level], signs: Sequence[Weighed], target: int) -> tuple[str, ...]:
    """Return the questions of the fewest signs without which the level is at most `target`.

    Args:
        levels: from weak to strong.
        signs: those that count towards the level.
        target: the wanted level, 0 for none.
    """
    by_strength = [[sign.question for sign in signs if sign.strength == strength] for strength in (1, 2, 3)]
    tallies = tuple(level.tallies for level in levels)
    taken = _fewest(tallies, (len(by_strength[0]), len(by_strength[1]), len(by_strength[2])), target)
    return tuple(name for group, count in zip(by_strength, taken, strict=True) for name in group[:count])


@lru_cache(maxsize=4096)
def _fewest(tallies: tuple[Tallies, ...], counts: Counts, target: int) -> Counts:
    """Return how many weak, medium and strong signs to take away, few first and weak ones first."""
    ways = product(*(range(count + 1) for count in counts))
    for weak, medium, strong in sorted(ways, key=lambda way: (sum(way), way)):
        left = (counts[0] - weak, counts[1] - medium, counts[2] - strong)
        if _reached(tallies, left) <= target:
            return weak, medium, strong
    return counts


def reached(levels: Sequence[Level], counts: Sequence[int]) -> int:
    """Return the level that (weak, medium, strong) signs reach, 0 for none."""
    weak, medium, strong = counts
    return _reached(tuple(level.tallies for level in levels), (weak, medium, strong))


def _reached(tallies: tuple[Tallies, ...], counts: Counts) -> int:
    weak, medium, strong = counts
    have = (weak + medium + strong, medium + strong, strong)
    found = 0
    for number, level in enumerate(tallies, start=1):
        for one, two, three in level:
            if have[0] >= one + two + three and have[1] >= two + three and have[2] >= three:
                found = number
    return found


def change(codebook: Codebook, reading: Reading, parameters: Mapping[str, float]) -> Change:
    """Return what the answer of a reading would have to be for it to be no sign."""
    question = codebook.questions[codebook.row[reading.question]]
    conditions = [reading.adverse, *([reading.partly] if reading.partly else [])]
    unwanted = {value for condition in conditions for value in _values(condition, reading.question)}
    if isinstance(question, SelectOne) and unwanted:
        fine = tuple(choice.id for choice in question.choices if choice.id not in unwanted)
        return Change(question=reading.question, choices=fine)
    last = conditions[-1]
    if isinstance(last, Compares) and last.question == reading.question:
        figure = parameters.get(last.parameter) if last.value is None else last.value
        return Change(question=reading.question, relation=_OPPOSITE[last.relation], figure=figure)
    return Change(question=reading.question)


def _values(condition: AnyCondition, question: str) -> tuple[str, ...]:
    match condition:
        case Equals(question=name, value=value) if name == question:
            return (value,)
        case In(question=name, values=values) if name == question:
            return values
    return ()


def evidence_needed(missing: float, gains: Mapping[str, int]) -> tuple[str, ...] | None:
    """Return the fewest questions whose better evidence lifts confidence by `missing`, or None.

    Args:
        missing: weighted hundredths that are wanted.
        gains: for each question, the weighted hundredths that better evidence adds.
    """
    chosen: list[str] = []
    for question in sorted(sorted(gains), key=gains.__getitem__, reverse=True):
        if missing <= 0 or gains[question] <= 0:
            break
        chosen.append(question)
        missing -= gains[question]
    return tuple(chosen) if missing <= 0 else None


def favourable(question: AnyQuestion, change: Change) -> Value | None:
    """Return an answer that is no sign, or None where none can be named."""
    match question:
        case SelectOne() if change.choices:
            return change.choices[0]
        case SelectMany():
            return tuple(choice.id for choice in question.choices if not choice.exclusive)
        case Number() if change.relation is not None and change.figure is not None:
            return _bound(change.relation, change.figure)
    return None


def _bound(relation: Relation, figure: float) -> float:
    """Return the whole number nearest to a figure that stands in the relation to it."""
    if relation in (Relation.AT_LEAST, Relation.BELOW):
        return float(math.ceil(figure) - (relation is Relation.BELOW))
    return float(math.floor(figure) + (relation is Relation.ABOVE))
