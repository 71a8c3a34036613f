"""Where everything stands in the workbook.

The sheets are: the start, one sheet a section, and a very hidden one with the
lists of answers. Every row that takes an answer carries its id in a hidden
first column, and every column its key in a hidden first row, so that a returned
file is read by id and key, wherever its rows and columns have gone. Whoever only
reads workbooks needs this module and not the library that writes them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from math import ceil

from questionnaires.formula import Place
from questionnaires.questionnaire import (
    AnyQuestion,
    Choice,
    Date,
    Number,
    Questionnaire,
    Section,
    SelectMany,
    SelectOne,
    Words,
)
from questionnaires.text import say
from questionnaires.workbook_words import word

FORMAT = 1
"""The version of this layout, written into every file."""

LISTS = "lists"

KEYS = {"question": "#question", "choice": "#choice", "text": "#text", "answer": "#answer"} | {
    "evidence": "#evidence",
    "comment": "#comment",
}
"""What stands in the hidden first row above each column that is read."""


class Column(IntEnum):
    """The columns of a section sheet."""

    QUESTION = 0  # hidden: id of the question
    CHOICE = 1  # hidden: id of the choice
    NUMBER = 2
    TEXT = 3
    ANSWER = 4
    NOTE = 5
    STATUS = 6
    HINT = 7
    WANTED = 8
    EVIDENCE = 9
    COMMENT = 10
    ASKED = 11  # hidden: 1 or 0
    ANSWERED = 12  # hidden: 1 or 0
    COUNTED = 13  # hidden: 1 when the progress counts the question


HIDDEN = (Column.QUESTION, Column.CHOICE, Column.ASKED, Column.ANSWERED, Column.COUNTED)

WIDTHS = {
    Column.NUMBER: 6,
    Column.TEXT: 44,
    Column.ANSWER: 30,
    Column.NOTE: 19,
    Column.STATUS: 14,
    Column.HINT: 34,
    Column.WANTED: 20,
    Column.EVIDENCE: 22,
    Column.COMMENT: 26,
}

KEY_ROW, TITLE_ROW, PROGRESS_ROW, HEAD_ROW, INTRO_ROW, FIRST_ROW = range(6)

_LONGEST_TAB = 22  # longer ones push the others out of sight

ACCENT, FILL, NOT_ASKED, LINE = "#1F5A7A", "#FFF8E1", "#E7E7E7", "#D5D9DC"

BODY, SMALL = 11.0, 9.5
"""The two sizes of words, in points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One section on its sheet: its tab, the row of each question and the last row."""

    section: Section
    number: int
    tab: str
    rows: dict[str, int]
    last: int

    def cell(self, row: int, column: int) -> str:
        """Return a reference to a cell of this sheet, as it is written on other sheets."""
        return f"'{self.tab}'!{fixed(row, column)}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole workbook: its sheets, the place of each question, and the lists of answers."""

    questionnaire: Questionnaire
    language: str
    sheets: tuple[Sheet, ...]
    lists: dict[tuple[str, ...], int] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def list_of(self, labels: tuple[str, ...]) -> int:
        """Return the column of the lists sheet that holds `labels`, a new one if need be."""
        return self.lists.setdefault(labels, len(self.lists) + 1)


def fixed(row: int, column: int) -> str:
    """Return the name of a cell that stays when a formula is copied, `$A$1` for row 0 and column 0."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"${letters}${row + 1}"


def plan(questionnaire: Questionnaire, language: str) -> Plan:
    """Return where everything of `questionnaire` stands in its workbook."""
    sheets = tuple(_sheet(section, number, language) for number, section in enumerate(questionnaire.sections, 1))
    whole = Plan(questionnaire, language, sheets)
    for sheet in sheets:
        for question in sheet.section.questions:
            whole.places[question.id] = _place(whole, sheet, question)
    return whole


def label(choice: Choice, language: str) -> str:
    """Return the words of a choice on one line, or its id while it has none."""
    return " ".join(say(choice.label, language).split()) or choice.id


def reasons(question: AnyQuestion) -> tuple[str, ...]:
    """Return the names of the reasons for giving no value that the question offers."""
    offered = (("not_known", question.unknown), ("declined", question.declinable))
    return tuple(name for name, offer in offered if offer)


def labels(question: AnyQuestion, language: str) -> tuple[str, ...]:
    """Return what the drop-down list of the question's own cell offers."""
    chosen = tuple(label(choice, language) for choice in question.choices) if isinstance(question, SelectOne) else ()
    return (*chosen, *(word(name, language) for name in reasons(question)))


def shown_text(question: AnyQuestion, language: str) -> str:
    """Return the question as it stands on the sheet; a protected one says so first."""
    words = say(question.text, language) or question.id
    return f"{word('protected', language)}\n{words}" if question.protected else words


def expected(question: AnyQuestion, language: str) -> str:
    """Return in words what the answer cell takes."""
    match question:
        case SelectOne():
            return word("choose_one", language)
        case SelectMany():
            return word("choose_many", language)
        case Number(whole=whole, minimum=low, maximum=high):
            kind = word("whole" if whole else "decimal", language)
            return ", ".join(filter(None, (say(question.unit, language), kind, _edges(low, high, language))))
        case Date():
            return word("day", language)
        case Words(longest=longest):
            return word("words", language).format(longest=longest)


def note(question: AnyQuestion, language: str) -> str:
    """Return the words beside the answer cell: what it takes, and what else may be written."""
    lines = [expected(question, language)]
    if not isinstance(question, SelectOne | SelectMany):
        lines += [word("or_write", language).format(label=word(name, language)) for name in reasons(question)]
    if not question.required:
        lines.append(word("optional", language))
    return "\n".join(lines)


def height(cells: Iterable[tuple[str, float]], points: float = BODY) -> float:
    """Return the height in points of a row that holds these words in columns of these widths."""
    lines = 1
    for words, width in cells:
        room = width * 11.3 / points - 2  # a letter is nearly half as wide as high, and lines end at words
        lines = max(lines, sum(max(1, ceil(len(line) / room)) for line in words.split("\n")))
    return lines * points * 1.3 + 9


def _edges(low: float | None, high: float | None, language: str) -> str:
    """Return in words what a number lies between, thousands set apart."""
    first, last = (f"{edge:,.15g}".replace(",", "\u00a0") if edge is not None else "" for edge in (low, high))
    if first and last:
        return f"{first}–{last}"
    if first or last:
        return word("from" if first else "to", language).format(low=first, high=last)
    return ""


def _sheet(section: Section, number: int, language: str) -> Sheet:
    rows: dict[str, int] = {}
    row = FIRST_ROW
    for question in section.questions:
        rows[question.id] = row
        row += 1 + (len(question.choices) if isinstance(question, SelectMany) else 0)
    return Sheet(section=section, number=number, tab=_tab(section, number, language), rows=rows, last=row - 1)


def _tab(section: Section, number: int, language: str) -> str:
    """Return a short name: the number and the first words of the title, not ending in a joining word."""
    words = re.sub(r"[^\w\s-]", " ", say(section.title, language) or section.id).split()
    kept = [str(number)]
    for one in words:
        if len(" ".join([*kept, one])) > _LONGEST_TAB:
            while len(kept) > 1 and len(kept[-1]) <= len("and"):
                kept.pop()
            break
        kept.append(one)
    return " ".join(kept)


def _place(whole: Plan, sheet: Sheet, question: AnyQuestion) -> Place:
    row = sheet.rows[question.id]
    choices: dict[str, str] = {}
    ticks = ""
    offered = labels(question, whole.language)
    match question:
        case SelectOne():
            column = whole.list_of(offered)
            for position, choice in enumerate(question.choices):
                choices[choice.id] = f"{LISTS}!{fixed(position, column)}"
        case SelectMany():
            for below, choice in enumerate(question.choices, row + 1):
                choices[choice.id] = sheet.cell(below, Column.ANSWER)
            last = fixed(row + len(question.choices), Column.ANSWER)
            ticks = f"{sheet.cell(row + 1, Column.ANSWER)}:{last}"
            whole.list_of(offered)
    return Place(
        question=question,
        asked=sheet.cell(row, Column.ASKED),
        answer=sheet.cell(row, Column.ANSWER),
        choices=choices,
        ticks=ticks,
    )
