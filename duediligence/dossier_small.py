"""The small export: a sheet of few data points that a small supplier can give a large buyer, each under a name.

Large companies are to ask small suppliers for no more than is needed. The list is our own,
in `texts/small_export.yaml`; which line of the voluntary European standard a point belongs
to nobody has confirmed, and every line says so. A program finds each value by the name of
its cell.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from duediligence.assessment import codebook
from duediligence.dossier import Dossier
from duediligence.one_sheet import one_sheet
from duediligence.record_shared import SharedAssessment
from questionnaires import content
from questionnaires.questionnaire import AnyQuestion, Number, SelectMany, SelectOne
from questionnaires.response import Answer, Missing
from questionnaires.text import Text, say
from risk_models.dossier import CHECKED

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_FILE = Path(__file__).parent / "texts" / "small_export.yaml"
_WIDTHS = (44, 44, 12, 30, 24)
_FIRST = 4
"""The row of the first point, counted from 0: title, words and headings stand above it."""

_VALUE = "B"
_HIGH = 60


class Point(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One data point: an answer, or something that the dossier says."""

    name: str  # of the cell
    title: Text
    question: str = ""
    reads: str = ""


class _Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the sheet says."""

    title: Text
    intro: Text
    headings: dict[str, Text]
    to_confirm: Text
    not_known: Text
    withheld: Text
    not_asked: Text
    stated: Text
    cited: Text
    checked: Text
    nobody: Text
    state_body: Text
    no_state_body: Text
    labels: dict[str, Text]
    cotton: dict[str, Text]
    points: tuple[Point, ...]


class Line(NamedTuple):
    """One point as it is shown."""

    name: str
    title: str
    value: str | float
    unit: str
    basis: str


def lines(one: Dossier, copy: SharedAssessment | None, language: str) -> tuple[Line, ...]:
    """Return every point with its value; what is not known says so, and so does what is not shown."""
    words, said = small_words(), _said(one, language)
    found = []
    for point in words.points:
        if point.question:
            value, unit, basis = _answer(point.question, copy, language)
        else:
            value, unit, basis = said[point.reads], "", say(words.stated, language)
        found.append(Line(point.name, say(point.title, language), value, unit, basis))
    return tuple(found)


def workbook(one: Dossier, copy: SharedAssessment | None, language: str) -> bytes:
    """Return the points as a workbook of one sheet, between the notices that nothing lifts and the limits."""
    words, told = small_words(), lines(one, copy, language)

    def draw(page: "Worksheet", bold: "Format", plain: "Format") -> None:
        page.merge_range(0, 0, 0, len(_WIDTHS) - 1, say(words.title, language), bold)
        page.merge_range(1, 0, 1, len(_WIDTHS) - 1, say(words.intro, language), plain)
        page.set_row(1, _HIGH)
        page.merge_range(2, 0, 2, len(_WIDTHS) - 1, _notices(one, language), bold)
        page.set_row(2, _HIGH * max(1, len(one.gates)))
        for column, heading in enumerate(words.headings.values()):
            page.write_string(_FIRST - 1, column, say(heading, language), bold)
            page.set_column(column, column, _WIDTHS[column])
        for row, line in enumerate(told, start=_FIRST):
            page.write_string(row, 0, line.title, plain)
            if isinstance(line.value, str):
                page.write_string(row, 1, line.value, plain)
            else:
                page.write_number(row, 1, line.value, plain)
            for column, cell in enumerate((line.unit, line.basis, say(words.to_confirm, language)), start=2):
                page.write_string(row, column, cell, plain)
        for row, limit in enumerate(one.limits, start=_FIRST + len(told) + 1):
            page.merge_range(row, 0, row, len(_WIDTHS) - 1, say(limit, language), plain)
            page.set_row(row, _HIGH / 2)
        page.fit_to_pages(1, 0)

    return one_sheet(draw, say(words.title, language), _names(told))


@cache
def small_words() -> _Words:
    """Return what the sheet says, and its points."""
    return content.read(_FILE, _Words)


def _names(told: tuple[Line, ...]) -> dict[str, str]:
    return {line.name: f"${_VALUE}${row + 1}" for row, line in enumerate(told, start=_FIRST)}


def _notices(one: Dossier, language: str) -> str:
    return "\n".join(f"{say(notice.title, language)}. {say(notice.text, language)}" for notice in one.gates)


def _said(one: Dossier, language: str) -> Mapping[str, str | float]:
    """Return what the dossier says, by the names that points read."""
    words = small_words()
    unknown = say(words.not_known, language)
    assessed = one.assessment
    looked = [who for who in (assessed.reviewer, assessed.second_reviewer) if who] if assessed else []
    return {
        "firm": one.firm,
        "reference": one.shipment.reference,
        "destination": one.shipment.destination,
        "day": one.on.isoformat(),
        "assessed": assessed.on.isoformat() if assessed else unknown,
        "label": say(words.labels[assessed.label], language) if assessed else unknown,
        "reviewer": "; ".join(who.body for who in looked) or say(words.nobody, language),
        "relation": "; ".join(
            say(words.state_body if who.state_body else words.no_state_body, language) for who in looked
        ),
        "parties": float(len(one.chain.parties)),
        "cotton": say(words.cotton[one.cotton], language),
    }


def _answer(question: str, copy: SharedAssessment | None, language: str) -> tuple[str | float, str, str]:
    """Return an answer in words or as a number, its unit, and what it rests on."""
    words = small_words()
    if copy is None:
        return say(words.not_known, language), "", ""
    if question in copy.withheld:
        return say(words.withheld, language), "", ""
    answer = copy.response.answers.get(question, Answer())
    if answer.value is None:
        silent = words.not_asked if answer.missing is Missing.NOT_APPLICABLE else words.not_known
        return say(silent, language), "", ""
    book = codebook(copy.response.questionnaire, copy.response.version)
    asked = book.questions[book.row[question]]
    return *_value(asked, answer, language), say(_basis(question, answer, copy), language)


def _value(asked: AnyQuestion, answer: Answer, language: str) -> tuple[str | float, str]:
    match asked, answer.value:
        case Number(unit=unit), float() | int() as number:
            return float(number), say(unit, language)
        case SelectOne() | SelectMany(), str() | tuple() as chosen:
            labels = {one.id: say(one.label, language) for one in asked.choices}
            return "; ".join(labels.get(one, one) for one in ([chosen] if isinstance(chosen, str) else chosen)), ""
    return str(answer.value), ""


def _basis(question: str, answer: Answer, copy: SharedAssessment) -> Text:
    """Return what an answer rests on, in words."""
    words = small_words()
    if copy.review and copy.review.grades.get(question, 0) >= CHECKED:
        return words.checked
    return words.cited if answer.evidence else words.stated
