"""The first sheets: whose report it is, its numbers with their charts, and what it does not show."""

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from duediligence.reports import Band, Measure, Notice, Passage
from duediligence.reports.xlsx_book import Book, Styled, Value, Width, height, row_height
from duediligence.reports.xlsx_charts import Area, Bars, draw, rows
from duediligence.reports.xlsx_sheets import CHART_COLUMN, LEVELS, LISTS

_LETTERS = (36, 12, 11, 11, 11, 30)
_WIDTH = Width(len(_LETTERS), sum(_LETTERS))
_LAST = len(_LETTERS) - 1
_MEANING = 4
"""The column in which meanings begin; they end with the last one."""

_WHOLE = 100
"""Where the scales of the risks and of the controls end."""


def summary(book: Book) -> None:
    """Write the first sheet."""
    page = _page(book, "summary")
    row = _head(book, page)
    row = _numbers(book, page, row)
    row = _levels(book, page, row)
    for notice in book.report.notices:
        row = _notice(book, page, row, notice)
    row = _passage(book, page, row, book.report.limits)
    row = _passage(book, page, row, book.report.check)
    page.print_area(0, 0, row - 1, _LAST)


def parts(book: Book) -> None:
    """Write the sheet that shows what the inherent risk and the controls are made of."""
    page = _page(book, "parts")
    row = _exposures(book, page, 0)
    row = _controls(book, page, row + 1)
    page.print_area(0, 0, row - 1, _LAST)


def _page(book: Book, name: str) -> Worksheet:
    page = book.sheet(name, landscape=False)
    for column, letters in enumerate(_LETTERS):
        page.set_column(column, column, letters)
    return page


def _head(book: Book, page: Worksheet) -> int:
    """Write whose report it is; return the next row."""
    head = book.report.head
    book.write(page, (0, 0), head.title, "title")
    page.set_row(0, 30)
    label = (book.word("label"), f"{head.label}. {head.label_meaning} {head.relation}")
    for row, (name, value) in enumerate([*((fact.label, fact.value) for fact in head.facts), label], 1):
        book.write(page, (row, 0), name)
        _merge(book, page, (row, 1), value, "bold")
    row = 2 + len(head.facts)
    book.across(page, row, f"{head.copy_note} {head.period_over}".strip(), _WIDTH, "quiet")
    return row + 1


def _merge(book: Book, page: Worksheet, place: tuple[int, int], words: str, style: str) -> None:
    """Write a text from a cell to the last column, its row as high as it needs."""
    row, column = place
    page.merge_range(row, column, row, _LAST, "", book.styles[style])
    book.write(page, place, words, style)
    page.set_row(row, height(words, sum(_LETTERS[column:])))


def _numbers(book: Book, page: Worksheet, row: int) -> int:
    """Write the four numbers, the residual risk and the bands; return the next row."""
    numbers = book.report.numbers
    label, value, _, meaning = numbers.figure.table.columns
    row = _passage(book, page, row, numbers.passage)
    _header(book, page, row, (label, value, book.word("low"), book.word("high"), meaning))
    for measure in numbers.measures:
        row += 1
        _measure(book, page, row, measure)
    row += 1
    _values(book, page, row, (book.word("band"), Styled(numbers.band.label, "word"), None, None), numbers.band.meaning)
    book.define("band", page, (row, 1, row, 1))
    book.across(page, row + 1, f"{numbers.interval} {numbers.coverage}", _WIDTH)
    _header(book, page, row + 3, (book.word("bands"), "", book.word("from"), book.word("to"), meaning))
    for below, band in enumerate(numbers.bands, row + 4):
        _band(book, page, below, band)
    return row + 4 + len(numbers.bands)


def _header(book: Book, page: Worksheet, row: int, names: Sequence[str]) -> None:
    """Write the headers of a table whose last column is twice as wide."""
    book.row(page, row, names[:_MEANING], ("head", "head_number", "head_number", "head_number"))
    _merge(book, page, (row, _MEANING), names[_MEANING], "head")


def _values(book: Book, page: Worksheet, row: int, values: Sequence[Value | Styled], meaning: str) -> None:
    """Write a row of a table whose last column is twice as wide."""
    book.row(page, row, values, ("bold", "whole", "tenth", "tenth"))
    _merge(book, page, (row, _MEANING), meaning, "cell")
    page.set_row(row, row_height((values[0], meaning), (_LETTERS[0], sum(_LETTERS[_MEANING:]))))


def _measure(book: Book, page: Worksheet, row: int, measure: Measure) -> None:
    """Write one number; the level of the indicators is a word."""
    residual = measure.id == "residual"
    value = Styled(measure.value, "tenth" if residual else "whole")
    if measure.id == "indicators":
        value = Styled(measure.text, "word")
    _values(book, page, row, (measure.label, value, measure.low, measure.high), measure.meaning)
    book.define(measure.id, page, (row, 1, row, 1))
    if residual:
        book.define("low", page, (row, 2, row, 2))
        book.define("high", page, (row, 3, row, 3))


def _band(book: Book, page: Worksheet, row: int, band: Band) -> None:
    label = Styled(band.label, "bold" if band.id == book.report.numbers.band.id else "cell")
    edges = (Styled(band.begins, "whole"), Styled(band.ends, "whole"))
    _values(book, page, row, (label, None, *edges), band.meaning)


def _levels(book: Book, page: Worksheet, row: int) -> int:
    """Draw the level of every indicator; return the next row."""
    strip = book.report.strip
    row = _passage(book, page, row, strip.passage)
    last = len(strip.cells) - 1
    labels: Area = [LISTS, 0, CHART_COLUMN, last, CHART_COLUMN]
    levels: Area = [LISTS, 0, CHART_COLUMN + 1, last, CHART_COLUMN + 1]
    bars = Bars(labels=labels, numbers=levels, ends=max(LEVELS.values()), numbered=False)
    draw(book, page, row, strip.figure, bars)
    return row + rows(bars.drawn) + 1


def _exposures(book: Book, page: Worksheet, row: int) -> int:
    """Draw where the inherent risk comes from, and write its table; return the next row."""
    told = book.report.exposures
    row = _passage(book, page, row, told.passage)
    head = row + rows(len(told.groups)) + 1
    names = told.figure.table.columns
    book.row(page, head, (*names, book.word("from")), ("head", *["head_number"] * len(names)))
    for number, group in enumerate(told.groups, head + 1):
        values = (group.label, group.points, group.cap, group.counted, group.begins)
        book.row(page, number, values, ("bold", *["whole"] * 4))
        page.set_row(number, height(group.label, _LETTERS[0]))
    last = head + len(told.groups)
    labels, counted, begins = (_below(page, head, last, column) for column in (0, 3, 4))
    draw(book, page, row, told.figure, Bars(labels=labels, numbers=counted, ends=_WHOLE, begins=begins))
    for exposure in told.exposures:
        last += 1
        sure = book.word("reported" if exposure.sure else "not_ruled_out")
        book.row(page, last, (f"– {exposure.label}", exposure.points), ("cell", "whole"))
        _merge(book, page, (last, 2), f"{exposure.group} – {sure}", "grey")
        page.set_row(last, height(f"– {exposure.label}", _LETTERS[0]))
    return last + 1


def _controls(book: Book, page: Worksheet, row: int) -> int:
    """Draw what the firm does by section, and write its table; return the next row."""
    told = book.report.controls
    withheld = (told.withheld,) if told.withheld else ()
    row = _passage(book, page, row, Passage(heading=told.passage.heading, sentences=withheld))
    if not told.sections:
        return row
    head = row + rows(len(told.sections)) + 1
    section, met, partly, unmet, unknown, share = told.figure.table.columns
    book.row(page, head, (section, share, met, partly, unmet, unknown), ("head", *["head_number"] * 4, "head"))
    for number, one in enumerate(told.sections, head + 1):
        values = (one.label, one.share, one.met, one.partly, one.unmet, one.unknown)
        book.row(page, number, values, ("bold", *["whole"] * 4, "cell"))
        page.set_row(number, height(one.label, _LETTERS[0]))
    last = head + len(told.sections)
    labels, shares = (_below(page, head, last, column) for column in (0, 1))
    draw(book, page, row, told.figure, Bars(labels=labels, numbers=shares, ends=_WHOLE))
    return last + 1


def _below(page: Worksheet, head: int, last: int, column: int) -> Area:
    """Return the cells of a column below the header of a table."""
    return [page.get_name(), head + 1, column, last, column]


def _notice(book: Book, page: Worksheet, row: int, notice: Notice) -> int:
    """Write words that go with the report whatever the score; return the next row."""
    title = notice.title if notice.sure else f"{notice.title} ({book.word('unsure')})"
    sources = tuple(", ".join(filter(None, (one.title, one.href, one.checked))) for one in notice.sources)
    row = _passage(book, page, row, Passage(heading=title, sentences=(notice.text,)))
    for source in sources:
        book.across(page, row, source, _WIDTH, "quiet")
        row += 1
    return row


def _passage(book: Book, page: Worksheet, row: int, passage: Passage) -> int:
    """Write a heading and its sentences; return the next row."""
    book.write(page, (row, 0), passage.heading, "heading")
    page.set_row(row, 30)
    for number, sentence in enumerate(passage.sentences, row + 1):
        book.across(page, number, sentence, _WIDTH)
    return row + 1 + len(passage.sentences)
