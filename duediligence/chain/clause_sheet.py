"""Clauses for one contract as something to copy: plain text, or a workbook of one sheet; always under their notice."""

from typing import TYPE_CHECKING

from duediligence.chain.clause import Suggestion, conditions
from duediligence.chain.screening import Imposed
from duediligence.one_sheet import one_sheet
from questionnaires.text import say

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_WIDTHS = (6, 28, 90)


def in_words(imposed: Imposed, language: str) -> str:
    """Return a condition of a decision in words: from the list, in somebody's own, or both."""
    listed = say(conditions()[imposed.condition].words, language) if imposed.condition in conditions() else ""
    return " ".join(filter(None, (listed, imposed.words)))


def as_text(found: Suggestion, imposed: tuple[Imposed, ...], language: str) -> str:
    """Return the notice, the conditions and the clauses as plain text."""
    terms = [f"- {in_words(one, language)}" for one in imposed]
    clauses = [f"{one.number}. {say(one.topic, language)}\n{say(one.words, language)}" for one in found.clauses]
    return "\n\n".join(filter(None, (say(found.notice, language), "\n".join(terms), *clauses))) + "\n"


def as_workbook(found: Suggestion, imposed: tuple[Imposed, ...], language: str) -> bytes:
    """Return the same as a workbook of one sheet; whatever somebody wrote stays words."""

    def draw(page: "Worksheet", bold: "Format", plain: "Format") -> None:
        page.merge_range(0, 0, 0, 2, say(found.notice, language), bold)
        page.set_row(0, 60)
        rows = [
            *(("", "", in_words(one, language)) for one in imposed),
            *((str(one.number), say(one.topic, language), say(one.words, language)) for one in found.clauses),
        ]
        for number, row in enumerate(rows, start=2):
            for column, cell in enumerate(row):
                page.write_string(number, column, cell, plain)
        for column, width in enumerate(_WIDTHS):
            page.set_column(column, column, width)
        page.fit_to_pages(1, 0)

    return one_sheet(draw)
