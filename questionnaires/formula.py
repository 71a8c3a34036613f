"""Conditions as Excel formulas, for forms that open and close their own rows.

Logic is two-valued, as in `relevance`: a comparison with a blank cell, or with
a question that is not asked, is FALSE, and "not" is plain negation. Excel needs
guards for that, because there `"" > 3` is TRUE. A choice cell holds the label
in the language of the form, so an equality is

    AND(asked, EXACT(UPPER(TRIM(answer)), UPPER(label)))

which takes " yes" for "Yes", as the reader of a returned workbook does, and
still tells apart what `=` confuses. A date is the serial number of its day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from questionnaires.condition import (
    All,
    Answered,
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
from questionnaires.questionnaire import AnyQuestion, Date, Number, SelectMany

SERIAL_ZERO = 693_594
"""The proleptic ordinal of Excel's day 0, 30 December 1899."""

YES, NOT_KNOWN, DECLINED, NOT_APPLICABLE = "answer_yes", "answer_not_known", "answer_declined", "answer_not_applicable"
"""Names of the cells that hold these words in the language of the form."""

_SIGNS = {Relation.AT_LEAST: ">=", Relation.ABOVE: ">", Relation.AT_MOST: "<=", Relation.BELOW: "<"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a question stands in the workbook, as absolute references.

    `asked` is a cell with 1 or 0. `choices` gives for each choice of a
    select-one question the cell with its label, of a select-many question the
    cell where it is marked; `ticks` is the range of those cells.
    """

    question: AnyQuestion
    asked: str
    answer: str
    choices: Mapping[str, str] = field(default_factory=dict)
    ticks: str = ""


def formula(condition: AnyCondition, places: Mapping[str, Place]) -> str:
    """Return `condition` as an Excel formula without the leading equals sign.

    A comparison with a dated parameter is FALSE: a file that people fill in
    knows no figures in force.

    Raises:
        KeyError: the condition reads a question or choice without a place.
    """
    match condition:
        case All(parts=()):
            return "TRUE"
        case Any(parts=()):
            return "FALSE"
        case All(parts=parts):
            return f"AND({','.join(formula(part, places) for part in parts)})"
        case Any(parts=parts):
            return f"OR({','.join(formula(part, places) for part in parts)})"
        case Not(part=part):
            return f"NOT({formula(part, places)})"
    return _comparison(condition, places)


def same(cell: str, label: str) -> str:
    """Return the formula that is true when `cell` holds the words of the cell `label`."""
    return f"EXACT(UPPER(TRIM({cell})),UPPER({label}))"


def answered(place: Place) -> str:
    """Return the formula that is true when the question has an answer, be it a reason."""
    given = f"LEN(TRIM({place.answer}))>0"
    return f"OR({given},COUNTIF({place.ticks},{YES})>0)" if place.ticks else given


def _comparison(condition: AnyCondition, places: Mapping[str, Place]) -> str:
    assert not isinstance(condition, All | Any | Not)
    place = places[condition.question]
    match condition:
        case Equals(value=value):
            truth = same(place.answer, place.choices[value])
        case In(values=values):
            equal = ",".join(["FALSE", *(same(place.answer, place.choices[value]) for value in values)])
            truth = f"OR({equal})"
        case Includes(value=value):
            truth = same(place.choices[value], YES)
        case Counts(relation=relation, value=number):
            count = f"COUNTIF({place.ticks},{YES})"
            truth = f"{count}>0,{count}{_SIGNS[relation]}{number}"
        case Compares(value=None):
            return "FALSE"
        case Compares(relation=relation, value=figure):
            assert figure is not None
            edge = figure - SERIAL_ZERO if isinstance(place.question, Date) else figure
            truth = f"ISNUMBER({place.answer}),{place.answer}{_SIGNS[relation]}{edge:.15g}"
        case ComparesWith(relation=relation, other=other, times=times):
            second = places[other]
            product = f"{times:.15g}*N({second.answer})"
            truth = (
                f"{second.asked},ISNUMBER({place.answer}),ISNUMBER({second.answer}),"
                f"{place.answer}{_SIGNS[relation]}{product}"
            )
        case Answered():
            truth = _has_value(place)
    return f"AND({place.asked},{truth})"


def _has_value(place: Place) -> str:
    """Return the arguments that are all true when there is a value, not a reason for none."""
    if isinstance(place.question, SelectMany):
        return f"COUNTIF({place.ticks},{YES})>0"
    if isinstance(place.question, Number | Date):
        return f"ISNUMBER({place.answer})"
    reasons = ",".join(same(place.answer, name) for name in (NOT_KNOWN, DECLINED, NOT_APPLICABLE))
    return f"LEN(TRIM({place.answer}))>0,NOT(OR({reasons}))"
