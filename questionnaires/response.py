"""What was answered: one response for one site and one period, and many as arrays.

An answer is a value or the reason there is none, never both. `Answers` holds any
number of responses with one row a question, so that one response and a million
are read by the same code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from questionnaires.codebook import DECLINED, NOT_APPLICABLE, NOT_KNOWN, UNANSWERED, Codebook


class Missing(StrEnum):
    """Why there is no value."""

    NOT_KNOWN = "not_known"
    DECLINED = "declined"  # "prefer not to say"
    NOT_APPLICABLE = "not_applicable"  # a reason a reviewer has accepted


Value: TypeAlias = str | float | tuple[str, ...]
"""A choice id or words or an ISO date; a quantity; or the ids of several choices."""


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A value, or the reason there is none; with neither, only a remark was left."""

    value: Value | None = None
    missing: Missing | None = None
    evidence: tuple[str, ...] = ()  # references to documents, never the documents
    comment: str = ""

    def __post_init__(self) -> None:
        """Refuse a value that is at the same time missing."""
        if self.value is not None and self.missing is not None:
            raise ValueError("an answer is a value or the reason there is none, not both")

    @property
    def given(self) -> bool:
        """Whether the question was answered, be it with a reason."""
        return self.value is not None or self.missing is not None


class Scope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a response speaks of: one site of one organisation in one period."""

    organisation: str = ""
    site: str = ""
    begins: date | None = None
    ends: date | None = None  # inclusive
    answered_by: str = ""  # a role, never a name
    workers_consulted: bool | None = None  # whether a worker representative saw the answers


class Response(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One respondent's answers to one version of a questionnaire."""

    questionnaire: str
    version: str
    scope: Scope = Scope()
    language: str = "en"
    revision: int = 0
    updated: datetime | None = None
    answers: dict[str, Answer] = {}


_CODES = {
    Missing.NOT_KNOWN: NOT_KNOWN,
    Missing.DECLINED: DECLINED,
    Missing.NOT_APPLICABLE: NOT_APPLICABLE,
}


@dataclass(frozen=True, slots=True)
class Answers:
    """Responses to one questionnaire, one column each.

    `codes` is int8 with shape (questions, responses), coded as in `codebook`.
    `numbers` is float64 with shape (numeric questions, responses), NaN where
    there is no value; a date is its proleptic ordinal. `bits` is uint64 with
    shape (select-many questions, responses), one bit a choice.
    """

    codebook: Codebook
    codes: NDArray[np.int8]
    numbers: NDArray[np.float64]
    bits: NDArray[np.uint64]

    @property
    def size(self) -> int:
        """The number of responses."""
        return int(self.codes.shape[1])

    def block(self, start: int, stop: int) -> "Answers":
        """Return the responses from `start` up to but not including `stop`, without copying."""
        return Answers(self.codebook, self.codes[:, start:stop], self.numbers[:, start:stop], self.bits[:, start:stop])


def columns(codebook: Codebook, responses: Sequence[Response]) -> Answers:
    """Return `responses` as arrays, in their order.

    Answers to questions the questionnaire does not have, and values that do not
    fit their question, count as unanswered; `check` names them.
    """
    codes = np.full((len(codebook.questions), len(responses)), UNANSWERED, np.int8)
    numbers = np.full((len(codebook.number_row), len(responses)), np.nan)
    bits = np.zeros((len(codebook.many_row), len(responses)), np.uint64)
    answers = Answers(codebook, codes, numbers, bits)
    for column, response in enumerate(responses):
        for question, answer in response.answers.items():
            if question in codebook.row:
                _place(answers, question, answer, column)
    return answers


def _place(answers: Answers, question: str, answer: Answer, column: int) -> None:
    """Write one answer into the arrays."""
    book = answers.codebook
    row = book.row[question]
    if answer.missing is not None:
        answers.codes[row, column] = _CODES[answer.missing]
        return
    match answer.value:
        case str() as chosen if question in book.code and question not in book.many_row:
            answers.codes[row, column] = book.code[question].get(chosen, UNANSWERED)
            return
        case float() | int() as quantity if question in book.number_row:
            answers.numbers[book.number_row[question], column] = quantity
        case str() as day if question in book.number_row and (ordinal := _ordinal(day)):
            answers.numbers[book.number_row[question], column] = ordinal
        case tuple() as chosen if question in book.many_row and all(one in book.code[question] for one in chosen):
            answers.bits[book.many_row[question], column] = sum(1 << book.code[question][one] for one in set(chosen))
        case str() as words if words and question not in book.code and question not in book.number_row:
            pass
        case _:
            return
    answers.codes[row, column] = 0


def _ordinal(day: str) -> int:
    """Return the day as a proleptic ordinal, or 0 when it is none."""
    try:
        return date.fromisoformat(day).toordinal()
    except ValueError:
        return 0
