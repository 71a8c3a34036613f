"""Answers as a page sends them: fields of a form, read into values without losing a letter.

A question's control bears its id as name; `missing:not_known` among its values is
a reason for no value. Beside it stand `<id>.reference` (one document a line) and
`<id>.comment`. The comment is sent even when empty, so that its presence says the
question was on the page: what was not shown is not touched.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from litestar.datastructures import FormMultiDict, UploadFile

from questionnaires.problem import Problem
from questionnaires.questionnaire import AnyQuestion, Date, Number, SelectMany
from questionnaires.response import Answer, Missing, Value
from questionnaires.text import Text, say

_MISSING = "missing:"
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def answers(form: FormMultiDict, questions: Iterable[AnyQuestion]) -> dict[str, Answer]:
    """Return the answers to those questions that were on the page; an empty one where nothing was given."""
    return {one.id: _answer(form, one) for one in questions if f"{one.id}.comment" in form}


def words_of(form: FormMultiDict, name: str) -> str:
    """Return one field, without blanks around it; "" where it was not sent."""
    found = form.get(name, "")
    return found.strip() if isinstance(found, str) else ""


def secret_of(form: FormMultiDict, name: str) -> str:
    """Return a password as it was typed: blanks at its ends belong to it."""
    found = form.get(name, "")
    return found if isinstance(found, str) else ""


def told_of(problems: Iterable[Problem], language: str) -> list[tuple[str, str]]:
    """Return what does not fit as pairs of field and words, for the summary of a page."""
    return [(problem.where, say(problem.detail, language)) for problem in problems]


def options(texts: Mapping[str, Text], language: str) -> list[tuple[str, str]]:
    """Return texts by id as what a field offers to choose from: pairs of id and words."""
    return [(name, say(text, language)) for name, text in texts.items()]


def all_of(form: FormMultiDict, name: str) -> tuple[str, ...]:
    """Return every value of a field that can be ticked more than once."""
    return tuple(value for value in form.getall(name, []) if isinstance(value, str) and value)


def file_of(form: FormMultiDict, name: str) -> UploadFile | None:
    """Return an uploaded file, None where no file was chosen."""
    found = form.get(name)
    return found if isinstance(found, UploadFile) and found.filename else None


def number_of(words: str) -> float | None:
    """Return a number as people type it: 12 500,5 and 12500.5 alike; None where it is none."""
    plain = words.replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", ".")
    return float(plain) if re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", plain) else None


def day_of(words: str) -> date | None:
    """Return a day as people type it, 21.11.2026, or as programs do; None where it is none."""
    found = _DAY.fullmatch(words)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(words)
    except ValueError:
        return None


def _answer(form: FormMultiDict, question: AnyQuestion) -> Answer:
    given = all_of(form, question.id)
    reasons = [value.removeprefix(_MISSING) for value in given if value.startswith(_MISSING)]
    values = tuple(value for value in given if not value.startswith(_MISSING))
    known = [reason for reason in reasons if reason in {Missing.NOT_KNOWN, Missing.DECLINED}]
    missing = Missing(known[0]) if known and not any(value.strip() for value in values) else None
    references = tuple(line.strip() for line in words_of(form, f"{question.id}.reference").splitlines())
    return Answer(
        value=None if missing else _value(question, values),
        missing=missing,
        evidence=tuple(line for line in references if line),
        comment=words_of(form, f"{question.id}.comment"),
    )


def _value(question: AnyQuestion, values: tuple[str, ...]) -> Value | None:
    """Return what was typed as a value; what cannot be one stays as it is, and `check` says so."""
    if isinstance(question, SelectMany):
        return values or None
    words = values[0].strip() if values else ""
    if not words:
        return None
    match question:
        case Number():
            quantity = number_of(words)
            return words if quantity is None else quantity
        case Date():
            day = day_of(words)
            return words if day is None else day.isoformat()
    return words
