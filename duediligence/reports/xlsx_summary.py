"""The first sheet: whose report it is, its numbers with their charts, and what it does not show."""

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from duediligence.reports import Band, Figure, Measure, Notice, Passage
from duediligence.reports.xlsx_book import ACCENT, FIRST_ROW, FONT, PALE, Book, Value, Width

_LETTERS = (36, 14, 12, 12, 12, 54)
_WIDTH = Width(len(_LETTERS), sum(_LETTERS))
_ROW = 20  # pixels
_CHART_WIDTH = 990  # pixels, as wide as the columns

_SMALL = {"name": FONT, "size": 9, "color": "#333333"}
_TITLE = {"name": FONT, "size": 11, "bold": True, "color": ACCENT}
_QUIET = {"line": {"color": "#9AA5AB", "width": 0.75}, "num_font": _SMALL}

_Area = tuple[int, int, int, int]


def summary(book: Book) -> None:
    """Write the first sheet."""
    page = book.sheet("summary", landscape=False)
    for column, letters in enumerate(_LETTERS):
        page.set_column(column, column, letters)
    row = _head(book, page)
    row = _numbers(book, page, row)
    row = _levels(book, page, row)
    row = _passages(book, page, row)
    row = _exposures(book, page, row)
    row = _controls(book, page, row)
    page.print_area(0, 0, row, len(_LETTERS) - 1)


def _head(book: Book, page: Worksheet) -> int:
    """Write whose report it is; return the next row."""
    head = book.report.head
    book.write(page, (0, 0), head.title, "title")
    page.set_row(0, 30)
    for row, fact in enumerate(head.facts, 1):
        book.write(page, (row, 0), fact.label)
        _wide(book, page, row, 1, fact.value)
    row = 1 + len(head.facts)
    book.write(page, (row, 0), book.word("label"))
    _wide(book, page, row, 1, f"{head.label}. {head.label_meaning}")
    book.across(page, row + 1, head.copy_note, _WIDTH, "quiet")
    return row + 2


def _wide(book: Book, page: Worksheet, row: int, column: int, words: str) -> None:
    """Write a text from a column to the last one, its row as high as it needs."""
    last = len(_LETTERS) - 1
    page.merge_range(row, column, row, last, "", book.styles["bold"])
    book.write(page, (row, column), words, "bold")
    lines = 1 + len(words) // sum(_LETTERS[column:])
    page.set_row(row, 6 + 13 * lines)


def _numbers(book: Book, page: Worksheet, row: int) -> int:
    """Write the four numbers, the residual risk and its band; return the next row."""
    numbers = book.report.numbers
    row = _passage(book, page, row, numbers.passage)
    label, value, _, meaning = numbers.figure.table.columns
    book.row(page, row, (label, value, book.word("low"), book.word("high"), None, meaning), ["head"] * len(_LETTERS))
    for number, measure in enumerate(numbers.measures, row + 1):
        _measure(book, page, number, measure)
    last = row + len(numbers.measures)
    bar = {"type": "data_bar", "bar_solid": True, "bar_color": "#A9C6D4", "bar_border_color": ACCENT}
    bar |= {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 100}
    page.conditional_format(row + 1, 1, last, 1, bar)
    _band(book, page, last + 1, book.word("band"), numbers.band)
    book.define("band", page, (last + 1, 1, last + 1, 1))
    for number, words in enumerate((numbers.interval, numbers.coverage), last + 2):
        book.across(page, number, words, _WIDTH)
    row = last + 5
    book.row(page, row - 1, (book.word("bands"), None, book.word("from"), book.word("to")), ["head"] * 4)
    book.row(page, row - 1, (None, None, None, None, None, meaning), ["head"] * 6) if False else None
    return row


def _measure(book: Book, page: Worksheet, row: int, measure: Measure) -> None:
    """Write one number; the level of the indicators is a word."""
    style = "tenth" if measure.id == "residual" else "whole"
    value: Value = measure.text if measure.id == "indicators" else measure.value
    values = (measure.label, value, measure.low, measure.high, None, measure.meaning)
    book.row(page, row, values, ("bold", "bold" if measure.id == "indicators" else style, "tenth", "tenth", "cell", "cell"))
    book.define(measure.id, page, (row, 1, row, 1))
    if measure.id == "residual":
        book.define("low", page, (row, 2, row, 2))
        book.define("high", page, (row, 3, row, 3))


def _band(book: Book, page: Worksheet, row: int, label: str, band: Band) -> None:
    values = (label, band.label, band.begins, band.ends, None, band.meaning)
    book.row(page, row, values, ("bold", "bold", "whole", "whole", "cell", "cell"))
