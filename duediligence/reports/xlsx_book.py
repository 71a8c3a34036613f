"""The paper of the workbook: styles, words, and the way a sheet is laid out.

Every text goes in as a text, whatever it begins with, so that nothing in an
answer becomes a formula or a link. A sheet with a table has its heading and the
sentences about it above, a header row that stays in view and is printed on every
page, and a filter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import ceil
from typing import NamedTuple, TypeAlias

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from duediligence.reports import Passage, Report
from duediligence.reports.texts import FOLDER
from questionnaires import content
from questionnaires.text import Text, say

ACCENT, PALE, LINE, FILL, LATE = "#1F5A7A", "#DCE8EE", "#D5D9DC", "#FFF8E1", "#D9D9D9"
FONT = "Arial"

TITLE_ROW, NOTE_ROW, HEAD_ROW, FIRST_ROW = range(4)
"""The rows of a sheet with a table."""

_A4 = 9
_BODY = 10.0
_LONGEST = 32_767  # letters that a cell holds
_LONGEST_FOOT = 200

Value: TypeAlias = str | float | date | None
"""What a cell holds."""

_BASE = {"font_name": FONT, "font_size": _BODY, "align": "left", "valign": "top", "text_wrap": True}
_RULED = {**_BASE, "bottom": 1, "bottom_color": LINE, "indent": 1}
_HEAD = {**_BASE, "bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "valign": "vcenter", "indent": 1}
_STYLES: dict[str, dict[str, object]] = {
    "title": {**_BASE, "font_size": 16, "bold": True, "font_color": ACCENT, "valign": "vcenter", "text_wrap": False},
    "heading": {**_BASE, "font_size": 12, "bold": True, "font_color": ACCENT, "valign": "bottom", "text_wrap": False},
    "plain": _BASE,
    "strong": {**_BASE, "bold": True},
    "quiet": {**_BASE, "font_color": "#555555"},
    "head": _HEAD,
    "head_number": {**_HEAD, "align": "right"},
    "cell": _RULED,
    "bold": {**_RULED, "bold": True},
    "word": {**_RULED, "bold": True, "align": "right"},
    "grey": {**_RULED, "font_color": "#666666"},
    "whole": {**_RULED, "num_format": "0", "align": "right"},
    "tenth": {**_RULED, "num_format": "0.0", "align": "right"},
    "day": {**_RULED, "num_format": "dd.mm.yyyy"},
    "fill": {**_RULED, "bg_color": FILL, "border": 1, "border_color": LINE},
    "strong_level": {**_RULED, "bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT},
    "moderate_level": {**_RULED, "bold": True, "bg_color": "#A9C6D4"},
    "weak_level": {**_RULED, "bg_color": PALE},
    "late": {"bold": True, "bg_color": LATE},
}


NUMBERS = ("whole", "tenth")
"""The styles of numbers, which stand on the right."""


class Styled(NamedTuple):
    """A value with a style of its own."""

    value: Value
    style: str


class Column(NamedTuple):
    """A column of a table: its header, its width in letters, the style of its cells, and whether it is printed."""

    head: str
    width: float
    style: str = "cell"
    printed: bool = True


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook in the making, and the report it shows."""

    book: Workbook
    report: Report
    styles: dict[str, Format]

    def word(self, name: str) -> str:
        """Return a label, from the report or from the words of the workbook.

        Raises:
            KeyError: neither has it.
        """
        return self.report.words[name] if name in self.report.words else say(_words()[name], self.report.language)

    def tab(self, name: str) -> str:
        """Return the name of a sheet."""
        return say(_words()[f"tab.{name}"], self.report.language)

    def sheet(self, name: str, *, landscape: bool = True) -> Worksheet:
        """Return a new sheet, set up for A4."""
        page: Worksheet = self.book.add_worksheet(self.tab(name))
        page.hide_gridlines(2)
        page.set_paper(_A4)
        if landscape:
            page.set_landscape()
        page.set_margins(0.5, 0.5, 0.6, 0.7)
        page.fit_to_pages(1, 0)
        foot = self.report.head.running_foot[:_LONGEST_FOOT].replace("&", "&&")
        page.set_footer(f"&L&8 {foot}&R&8 &P / &N")
        return page

    def define(self, name: str, page: Worksheet, area: tuple[int, int, int, int]) -> None:
        """Give a range a name; `area` is first row, first column, last row and last column."""
        first = xl_rowcol_to_cell(area[0], area[1], row_abs=True, col_abs=True)
        last = xl_rowcol_to_cell(area[2], area[3], row_abs=True, col_abs=True)
        place = first if first == last else f"{first}:{last}"
        self.book.define_name(name, f"='{page.get_name()}'!{place}")

    def write(self, page: Worksheet, place: tuple[int, int], value: Value, style: str = "cell") -> None:
        """Write one cell; a text is never taken for anything else."""
        look = self.styles[style]
        match value:
            case None | "":
                page.write_blank(*place, None, look)
            case str():
                page.write_string(*place, value[:_LONGEST], look)
            case date():
                page.write_datetime(*place, value, look)
            case _:
                page.write_number(*place, value, look)

    def row(self, page: Worksheet, row: int, values: Iterable[Value | Styled], styles: Iterable[str]) -> None:
        """Write the cells of one row, from its first column on."""
        for column, (value, style) in enumerate(zip(values, styles, strict=True)):
            plain, look = value if isinstance(value, Styled) else (value, style)
            self.write(page, (row, column), plain, look)

    def across(self, page: Worksheet, row: int, words: str, width: "Width", style: str = "plain") -> None:
        """Write a paragraph over all columns, in a row as high as it needs."""
        page.merge_range(row, 0, row, width.columns - 1, "", self.styles[style])
        page.write_string(row, 0, words[:_LONGEST], self.styles[style])
        page.set_row(row, height(words, width.letters))

    def table(
        self, page: Worksheet, passage: Passage, columns: Sequence[Column], rows: Sequence[Sequence[Value | Styled]]
    ) -> None:
        """Write a heading, the sentences about it, and a table with a filter; some columns are not printed."""
        printed = [column.width for column in columns if column.printed]
        width = Width(len(printed), sum(printed))
        page.write_string(TITLE_ROW, 0, passage.heading, self.styles["title"])
        page.set_row(TITLE_ROW, 28)
        self.across(page, NOTE_ROW, " ".join(passage.sentences), width, "quiet")
        widths = [column.width for column in columns]
        for number, column in enumerate(columns):
            page.set_column(number, number, column.width)
        heads = ["head_number" if column.style in NUMBERS else "head" for column in columns]
        self.row(page, HEAD_ROW, [column.head for column in columns], heads)
        page.set_row(HEAD_ROW, row_height([column.head for column in columns], widths))
        styles = [column.style for column in columns]
        for number, values in enumerate(rows, FIRST_ROW):
            self.row(page, number, values, styles)
            page.set_row(number, row_height(values, widths))
        page.freeze_panes(FIRST_ROW, 0)
        page.repeat_rows(HEAD_ROW)
        last = HEAD_ROW + max(len(rows), 1)
        page.autofilter(HEAD_ROW, 0, last, len(columns) - 1)
        if len(printed) < len(columns):
            page.print_area(0, 0, last, len(printed) - 1)


class Width(NamedTuple):
    """How wide the written part of a sheet is."""

    columns: int
    letters: float


def height(words: str, letters: float) -> float:
    """Return the height in points of a row that holds these words in so many letters' width."""
    return _lines(words, letters) * _BODY * 1.3 + 5


def row_height(values: Iterable[Value | Styled], widths: Iterable[float]) -> float:
    """Return the height in points of a row; spreadsheets do not all find it themselves."""
    plain = (value.value if isinstance(value, Styled) else value for value in values)
    return max(height(one, width) for one, width in zip(plain, widths, strict=True) if isinstance(one, str))


def styles(book: Workbook) -> dict[str, Format]:
    """Return the cell formats of the workbook by name."""
    return {name: book.add_format(properties) for name, properties in _STYLES.items()}


def _lines(words: str, letters: float) -> int:
    room = letters * 1.22 - 2  # letters are narrower than digits, and lines end at words
    return sum(ceil(len(line) / room) or 1 for line in words.split("\n"))


@cache
def _words() -> dict[str, Text]:
    return content.read(FOLDER / "xlsx.yaml", dict[str, Text])
