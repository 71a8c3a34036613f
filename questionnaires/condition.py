"""Conditions on answers, as data, in three-valued logic.

A comparison with an unanswered question is UNKNOWN, and Kleene's tables do the
rest: truth is ordered FALSE < UNKNOWN < TRUE, so "and" is the minimum, "or" the
maximum and "not" the reflection 2 - x. A question that is not asked of this
respondent makes every comparison with it FALSE.

The same tree decides which questions are asked. There, as in every ODK engine,
logic is two-valued: a comparison with an unanswered question is FALSE at the
leaf and "not" is plain negation. `program.py` evaluates these trees.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import TypeAlias

import msgspec


class Relation(StrEnum):
    """How a number is compared with another."""

    AT_LEAST = "at_least"
    ABOVE = "above"
    AT_MOST = "at_most"
    BELOW = "below"


class _Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="is"):
    """What every condition has in common: its kind, under the key `is`."""


class Equals(_Condition, frozen=True, kw_only=True, tag="equals"):
    """The answer to a select-one question is `value`."""

    question: str
    value: str


class In(_Condition, frozen=True, kw_only=True, tag="in"):
    """The answer to a select-one question is one of `values`."""

    question: str
    values: tuple[str, ...]


class Includes(_Condition, frozen=True, kw_only=True, tag="includes"):
    """The answer to a select-many question has `value` among others."""

    question: str
    value: str


class Counts(_Condition, frozen=True, kw_only=True, tag="counts"):
    """The number of choices taken in a select-many question, compared with `value`."""

    question: str
    relation: Relation
    value: int


class Compares(_Condition, frozen=True, kw_only=True, tag="compares"):
    """A number or a date (as days since 1 January of year 1), compared with a figure.

    Exactly one of `value` and `parameter` is given; a parameter is looked up on
    the day of evaluation, and a parameter not in force leaves the truth UNKNOWN.
    """

    question: str
    relation: Relation
    value: float | None = None
    parameter: str = ""

    def __post_init__(self) -> None:
        """Refuse a comparison with two figures, or with none."""
        if (self.value is None) == (not self.parameter):
            raise ValueError("a comparison needs either a value or a parameter")


class ComparesWith(_Condition, frozen=True, kw_only=True, tag="compares_with"):
    """A number, compared with `times` the answer to another question."""

    question: str
    relation: Relation
    other: str
    times: float = 1.0


class Answered(_Condition, frozen=True, kw_only=True, tag="answered"):
    """The question has a value; "not known" is none."""

    question: str


class All(_Condition, frozen=True, kw_only=True, tag="all"):
    """Every part holds; with no parts it always holds."""

    parts: tuple["AnyCondition", ...] = ()


class Any(_Condition, frozen=True, kw_only=True, tag="any"):
    """At least one part holds; with no parts it never holds."""

    parts: tuple["AnyCondition", ...] = ()


class Not(_Condition, frozen=True, kw_only=True, tag="not"):
    """The part does not hold."""

    part: "AnyCondition"


AnyCondition: TypeAlias = Equals | In | Includes | Counts | Compares | ComparesWith | Answered | All | Any | Not

ALWAYS = All()


def leaves(condition: AnyCondition) -> Iterator[AnyCondition]:
    """Yield the comparisons of `condition`, from left to right."""
    match condition:
        case All(parts=parts) | Any(parts=parts):
            for part in parts:
                yield from leaves(part)
        case Not(part=part):
            yield from leaves(part)
        case _:
            yield condition


def questions_of(condition: AnyCondition) -> frozenset[str]:
    """Return the ids of all questions that `condition` reads."""
    found: set[str] = set()
    for leaf in leaves(condition):
        assert not isinstance(leaf, All | Any | Not)
        found.add(leaf.question)
        if isinstance(leaf, ComparesWith):
            found.add(leaf.other)
    return frozenset(found)


def parameters_of(condition: AnyCondition) -> frozenset[str]:
    """Return the ids of all dated parameters that `condition` reads."""
    return frozenset(leaf.parameter for leaf in leaves(condition) if isinstance(leaf, Compares) and leaf.parameter)
