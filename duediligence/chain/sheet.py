"""A list that somebody sent, as lines of cells: CSV in any encoding and with any sign between cells, or XLSX.

    at most 10 MB (a workbook 8 MB unpacked), 20,000 lines, 200 columns, 2,000 letters in a cell
    .csv .tsv .txt   a byte order mark decides; else UTF-8, UTF-16 without a mark, and then the
                     Windows code page whose letters stand where letters of words stand
    .xlsx            looked through by `questionnaires.intake` before anything is parsed; the
                     values that were saved, never what a formula would give

Cells come out as words. A merged cell stands in every place that it covers. Empty
lines and empty columns at the right are left out; lines keep the numbers that a
person sees in the file.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple, TypeAlias

from duediligence.chain.words import problem
from questionnaires import intake, workbook_cells
from questionnaires.problem import Problem
from questionnaires.workbook_cells import Cell, Page

MOST_BYTES = intake.MOST_BYTES
MOST_LINES = intake.MOST_ROWS
MOST_COLUMNS = intake.MOST_COLUMNS
LONGEST_CELL = 2_000
MOST_MERGED = 20_000
"""Places that merged cells of one sheet may cover; more are read unmerged."""

ENCODINGS = ("utf-8", "utf-16", "cp1251", "cp1250", "cp1254", "cp1252")
DELIMITERS = (";", "\t", ",", "|")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LATIN = ("cp1252", "cp1250", "cp1254")
_TURKMEN = frozenset("äçžňöşüýÄÇŽŇÖŞÜÝ")
_SEEN = 30  # lines at the beginning that tell how cells are parted
_HIGH = (0, 1, 4)  # the upper half of Latin, Turkmen and Russian letters in UTF-16; no byte of any text otherwise
_MOST_HALVES = 0.8
_LONGEST_QUOTE = 30  # lines that one quoted cell may run over; more is a quotation mark left open
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
_BETWEEN_ASCII = re.compile(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")
_CYRILLIC_PAIR = re.compile(r"[А-яЁё]{2}")
_FORMULA = re.compile(r"\s*(?:=(?!=)|[@+-][A-Za-z_][\w.]*\(|[@+-][^|]*\|[^!]*!)")


class Line(NamedTuple):
    """One line of a list with its number in the file, counted from 1."""

    number: int
    cells: tuple[str, ...]


class Sheet(NamedTuple):
    """A list, cut into cells, and how it was read."""

    name: str  # of the sheet in a workbook; "" of a text
    lines: tuple[Line, ...]
    sheets: tuple[str, ...] = ()  # all sheets of the workbook
    encoding: str = ""  # of a text
    delimiter: str = ""


class Asked(NamedTuple):
    """How somebody wants a list to be read; "" leaves it to `read`."""

    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""


Refusal: TypeAlias = tuple[Problem, ...]

_AS_FOUND = Asked()


def read(data: bytes, name: str, asked: Asked = _AS_FOUND) -> Sheet | Refusal:
    """Return a list cut into cells, or the reasons to refuse it; no exception escapes, whatever the bytes are.

    Args:
        data: the whole file.
        name: what it is called; its ending tells a workbook from a text.
        asked: how to read it.
    """
    if len(data) > MOST_BYTES:
        return (problem("LIST_TOO_BIG", "file", limit=MOST_BYTES // 2**20),)
    if not data.strip():
        return (problem("LIST_EMPTY", "file"),)
    book = data.startswith((b"PK", b"\xd0\xcf\x11\xe0")) or name.lower().endswith((".xlsx", ".xlsm", ".xls"))
    found = _book(data, asked) if book else _text(data, asked)
    if not isinstance(found, Sheet):
        return found
    if not found.lines:
        return (problem("LIST_EMPTY", "file"),)
    return found


def is_formula(cell: str) -> bool:
    """Return whether a table program would compute a cell instead of showing it."""
    return _FORMULA.match(cell) is not None


def _book(data: bytes, asked: Asked) -> Sheet | Refusal:
    parts = intake.unpack(data)
    if isinstance(parts, Problem):
        return (parts,)
    pages = workbook_cells.pages(parts)
    if not pages:
        return (problem("LIST_UNREADABLE", "file"),)
    names = tuple(page.name for page in pages)
    if asked.sheet and asked.sheet not in names:
        return (problem("LIST_SHEET_MISSING", "file", sheet=asked.sheet[:40]),)
    chosen = next((page for page in pages if page.name == asked.sheet), max(pages, key=_filled))
    if len(chosen.rows) > MOST_LINES or any(len(cells) > MOST_COLUMNS for cells in chosen.rows.values()):
        return (problem("LIST_TOO_LONG", "file", lines=MOST_LINES, columns=MOST_COLUMNS),)
    return Sheet(name=chosen.name, lines=_squared(_lines(chosen)), sheets=names)


def _filled(page: Page) -> int:
    return sum(len(cells) for cells in page.rows.values())


def _lines(page: Page) -> Iterator[Line]:
    """Yield the lines of a sheet, merged cells repeated wherever they reach."""
    rows = {number: {column: _words(cell) for column, cell in cells.items()} for number, cells in page.rows.items()}
    room = MOST_MERGED
    for top, left, bottom, right in page.merged:
        within = [number for number in range(top, min(bottom, MOST_LINES) + 1) if number in rows]
        columns = range(left, min(right, MOST_COLUMNS) + 1)
        room -= len(within) * len(columns)
        if room < 0:
            break
        said = rows.get(top, {}).get(left, "")
        for number in within:
            rows[number].update(dict.fromkeys(columns, said))
    for number in sorted(rows):
        width = max(rows[number], default=-1) + 1
        yield Line(number + 1, tuple(rows[number].get(column, "") for column in range(width)))


def _words(cell: Cell) -> str:
    """Return what a cell shows; nothing where it shows an error."""
    match cell.value:
        case None:
            return ""
        case bool():
            return "1" if cell.value else "0"
        case float() if cell.percent:
            return f"{cell.value * 100:.6g} %"
        case float():
            return str(int(cell.value)) if cell.value.is_integer() else f"{cell.value:.12g}"
        case date():
            return cell.value.isoformat()
    return str(cell.value)


def _text(data: bytes, asked: Asked) -> Sheet | Refusal:
    encoding = asked.encoding if asked.encoding in ENCODINGS else _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return (problem("LIST_NOT_TEXT", "file"),)
    text = text.removeprefix("\ufeff")
    if _CONTROL.search(text):
        return (problem("LIST_NOT_TEXT", "file"),)
    first, _, rest = text.partition("\n")
    stated = re.fullmatch(r"sep=(.)", first.strip())
    start = 2 if stated else 1
    text = rest if stated else text
    delimiter = stated[1] if stated else asked.delimiter
    if delimiter not in DELIMITERS:
        delimiter = _delimiter(text.splitlines()[:_SEEN])
    lines = tuple(_squared(_records(text, delimiter, start)))
    if len(lines) > MOST_LINES or any(len(line.cells) > MOST_COLUMNS for line in lines):
        return (problem("LIST_TOO_LONG", "file", lines=MOST_LINES, columns=MOST_COLUMNS),)
    return Sheet(name="", lines=lines, encoding=encoding, delimiter=delimiter)


def _encoding(data: bytes) -> str:
    """Return the encoding of a text, guessed where no mark states it."""
    if marked := next((encoding for mark, encoding in _MARKS if data.startswith(mark)), ""):
        return marked
    start = data[:4_000]
    for halves, encoding in ((start[1::2], "utf-16-le"), (start[::2], "utf-16-be")):
        if sum(half in _HIGH for half in halves) > _MOST_HALVES * len(halves):
            return encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _code_page(data)
    return "utf-8"


def _code_page(data: bytes) -> str:
    """Return the Windows code page of a text: Russian letters stand beside each other, others among plain ones."""
    russian = data.decode("cp1251", errors="replace")
    if len(_CYRILLIC_PAIR.findall(russian)) >= len(_BETWEEN_ASCII.findall(russian)):
        return "cp1251"
    # Turkmen wants more letters than the western page has; where it tells no difference, that one is meant.
    return max(_LATIN, key=lambda page: sum(sign in _TURKMEN for sign in data.decode(page, errors="replace")))


def _delimiter(lines: list[str]) -> str:
    """Return the sign that cuts most of the first lines into the same number of cells, more than one."""

    def evenness(sign: str) -> tuple[int, int]:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=sign)]
        common = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        return (widths.count(common) if common > 1 else 0, common)

    try:
        return max(DELIMITERS, key=evenness)
    except csv.Error:  # a cell beyond the reader's limit
        return max(DELIMITERS, key="".join(lines).count)


def _records(text: str, delimiter: str, start: int) -> Iterator[Line]:
    """Yield the lines of a table in plain text; where a quotation mark was left open, each line by itself."""
    lines = list(io.StringIO(text, newline=""))
    found, before = [], 0
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for cells in reader:
            if reader.line_num - before > _LONGEST_QUOTE:
                break
            found.append(Line(start + before, tuple(cells)))
            before = reader.line_num
        else:
            yield from found
            return
    except csv.Error:
        pass
    for number, line in enumerate(lines, start):
        yield Line(number, tuple(cell.strip('" ') for cell in line.rstrip("\r\n").split(delimiter)))


def _plain(cell: str) -> str:
    """Return a cell without needless blanks, and without the apostrophe that keeps plain words from being computed."""
    words = " ".join(cell.split())[:LONGEST_CELL]
    marked = words.startswith(("'=", "'+", "'-", "'@")) and not is_formula(words[1:])
    return words[1:] if marked else words


def _squared(lines: Iterator[Line]) -> tuple[Line, ...]:
    """Return the lines that say something, all of one width, their cells without needless blanks."""
    kept = []
    for line in lines:
        cells = tuple(map(_plain, line.cells))
        if any(cells):
            kept.append(Line(line.number, cells))
    width = max((max(place for place, cell in enumerate(line.cells) if cell) for line in kept), default=-1) + 1
    return tuple(Line(line.number, (*line.cells, *("",) * width)[:width]) for line in kept)
