"""A CSV of responses: cut into parts of whole records without being parsed, and read part by part.

A record ends where a line ends outside quotes. One row whose quote is never closed would
swallow all that follow; so a record that does not end within `LONGEST_RECORD` is cut at
its first line, and one of several lines that does not make a row is tried line by line.
Rows are named by the line of the file on which they begin; the heading is line 1.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from duediligence.batch.job import Columns, Job, Kind, Part, Reading, Source
from duediligence.batch.table import EVIDENCE, Block, Column, Decoder, block, understood, unreadable
from duediligence.batch.words import problem, unusable
from questionnaires.codebook import Codebook
from questionnaires.problem import Problem
from risk_models.batch import BLOCK

LONGEST_RECORD = 1_000_000
"""In bytes."""

PART_ROWS, PART_BYTES = 65_536, 32_000_000
"""A part ends with whichever comes first."""

_DELIMITERS = ",;\t"
_MARK = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_NEWLINE, _QUOTE = ord("\n"), ord('"')


def opened(path: Path, book: Codebook, reading: Reading, digest: str) -> tuple[Source, tuple[Part, ...]]:
    """Return a CSV file and the parts it is done in.

    Raises:
        Unfit: it cannot be read as responses to the form of `book`.
    """
    with path.open("rb") as file:
        begins = file.read(LONGEST_RECORD)
        if begins.startswith(_WIDE) or b"\0" in begins[:1000]:
            raise unusable("NOT_PLAIN_TEXT", path.name)
        mark = len(_MARK) if begins.startswith(_MARK) else 0
        ends = _ends(begins[mark:], _quoted(begins[mark:]))
        header = begins[mark : mark + int(ends[0])] if len(ends) else begins[mark:]
        delimiter, headings = _headings(header, book, reading, path.name)
        columns = understood(headings, book, reading, path.name)
        parts = tuple(_parts(file, mark + len(header), header.count(b"\n")))
    source = Source(
        kind=Kind.CSV,
        path=str(path),
        size=path.stat().st_size,
        digest=digest,
        columns=columns,
        delimiter=delimiter,
    )
    return source, parts


def blocks(job: Job, part: Part, decoder: Decoder) -> Iterator[Block]:
    """Yield the responses of one part, a few thousand at a time."""
    with Path(job.source.path).open("rb") as file:
        file.seek(part.start)
        data = file.read(part.stop - part.start)
    quoted = _quoted(data)
    ends = _ends(data, quoted)
    if not len(ends) or ends[-1] < len(data):
        ends = np.append(ends, len(data))
    line, start = part.first, 0
    for first in range(0, len(ends), BLOCK):
        held = ends[first : first + BLOCK]
        some = _Records(data[start : held[-1]], quoted[start : held[-1]], held - start, line)
        regular = _regular(some, job, decoder)
        if regular is not None:
            yield regular
        elif rows := _rows(some, job):
            yield _block(job, rows, decoder)
        line, start = line + some.data.count(b"\n"), int(held[-1])


class _Records(NamedTuple):
    """Some records of the file."""

    data: bytes
    quoted: NDArray[np.bool_]  # of each byte, whether it stands inside quotes
    ends: NDArray[np.intp]  # of each record, the place behind it
    line: int  # on which the first one begins


class _Row(NamedTuple):
    line: int
    cells: Sequence[str]
    problem: Problem | None = None  # why it could not be read


def _quoted(data: bytes) -> NDArray[np.bool_]:
    """Return of each byte whether it stands inside quotes: the quotes up to it are odd in number."""
    quotes = np.frombuffer(data, np.uint8) == _QUOTE
    return np.bitwise_xor.accumulate(quotes.view(np.uint8)).view(np.bool_)


def _ends(data: bytes, quoted: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the places behind each line end that stands outside quotes."""
    return np.flatnonzero((np.frombuffer(data, np.uint8) == _NEWLINE) & ~quoted) + 1


def _parts(file: io.BufferedReader, position: int, lines: int) -> Iterator[Part]:
    """Yield parts of whole records, from a byte of the file that begins one."""
    start, first, rows, number = position, lines + 1, 0, 0
    while data := file.read(LONGEST_RECORD) if file.seek(position) >= 0 else b"":
        ends = _ends(data, _quoted(data))
        taken = int(ends[-1]) if len(ends) else data.find(b"\n") + 1 or len(data)
        position += taken
        rows += max(len(ends), 1)
        lines += data.count(b"\n", 0, taken)
        if rows >= PART_ROWS or position - start >= PART_BYTES:
            yield Part(number=number, rows=rows, first=first, start=start, stop=position)
            start, first, rows, number = position, lines + 1, 0, number + 1
    if rows:
        yield Part(number=number, rows=rows, first=first, start=start, stop=position)


def _headings(header: bytes, book: Codebook, reading: Reading, where: str) -> tuple[str, list[str]]:
    """Return the sign between columns, the one that gives the most questions, and what the columns are called."""
    try:
        words = header.decode(reading.encoding)
        tried = {sign: next(csv.reader(io.StringIO(words, newline=""), delimiter=sign), []) for sign in _DELIMITERS}
    except UnicodeDecodeError as error:
        raise unusable("HEADING_ENCODING", where, encoding=reading.encoding) from error
    except csv.Error as error:
        raise unusable("NOT_PLAIN_TEXT", where) from error
    return max(tried.items(), key=lambda one: sum(name.strip() in book.row for name in one[1]))


def _regular(some: _Records, job: Job, decoder: Decoder) -> Block | None:
    """Return records as a block; None where any of them is odd.

    Most have the right number of cells and nothing else to be said of them. They are read
    several times faster as columns, in which each thing that is said is made words once.
    """
    columns = job.source.columns
    assert columns
    raw = np.frombuffer(some.data, np.uint8)
    starts = np.concatenate([[0], some.ends[:-1]])
    outside = (raw == ord(job.source.delimiter)) & ~some.quoted
    if (np.add.reduceat(outside, starts, dtype=np.int32) != columns.width - 1).any():
        return None
    try:
        frame = pd.read_csv(
            io.BytesIO(some.data),
            sep=job.source.delimiter,
            header=None,
            dtype=object,  # words as they stand; as a category, "02" would become the number 2
            na_filter=False,
            encoding=job.reading.encoding,
        )
    except (ValueError, csv.Error):  # bytes that are no words, or quotes that do not fit
        return None
    if frame.shape != (len(some.ends), columns.width):
        return None
    lines = np.add.reduceat(raw == _NEWLINE, starts, dtype=np.int32)
    names = (some.line + np.cumsum(lines) - lines).astype(str).tolist()
    cells = {name: _of_frame(frame[at]) for name, at in _wanted(columns).items()}
    identifiers = [""] * len(names) if columns.identifier is None else frame[columns.identifier].tolist()
    return block(decoder, names, identifiers, cells)


def _of_frame(column: "pd.Series[str]") -> Column:
    places, said = pd.factorize(column)
    return Column(said.tolist(), places)


def _wanted(columns: Columns) -> dict[str, int]:
    """Return the columns with answers and evidence, by heading."""
    return columns.answers | {f"{question}{EVIDENCE}": place for question, place in columns.evidence.items()}


def _rows(some: _Records, job: Job) -> list[_Row]:
    """Return the rows of some records, each by itself."""
    places = zip([0, *some.ends.tolist()], some.ends.tolist(), strict=False)
    records = [some.data[start:end] for start, end in places]
    lines = [some.line, *(some.line + np.cumsum([one.count(b"\n") for one in records])).tolist()]
    width = job.source.columns.width if job.source.columns else 0
    return [row for place, record in zip(lines, records, strict=False) for row in _apart(record, place, job, width)]


def _apart(record: bytes, line: int, job: Job, width: int) -> Iterator[_Row]:
    """Yield the row of one record; of one that holds several lines and makes no row, a row for each of them."""
    parsed = _parsed(record, job)
    if not isinstance(parsed, Problem) and [len(one) for one in parsed] == [width]:
        yield _Row(line, parsed[0])
    elif record.count(b"\n", 0, -1):
        for number, one in enumerate(record.splitlines(keepends=True)):
            yield from _apart(one, line + number, job, width)
    elif isinstance(parsed, Problem):
        yield _Row(line, (), parsed)
    elif any(parsed):
        wrong = problem("ROW_WIDTH", "", found=sum(map(len, parsed)), expected=width)
        yield _Row(line, (), wrong)


def _parsed(data: bytes, job: Job) -> list[list[str]] | Problem:
    """Return the rows that some bytes hold, or why they cannot be read."""
    try:
        words = data.decode(job.reading.encoding)
        return list(csv.reader(io.StringIO(words, newline=""), delimiter=job.source.delimiter))
    except UnicodeDecodeError:
        return problem("ROW_ENCODING", "", encoding=job.reading.encoding)
    except csv.Error:
        return problem("ROW_BROKEN", "")


class _Numbered(dict[str, int]):
    """Numbers the different words it is asked for, in their order."""

    def __missing__(self, words: str) -> int:
        self[words] = number = len(self)
        return number


def _block(job: Job, rows: Sequence[_Row], decoder: Decoder) -> Block:
    columns = job.source.columns
    assert columns
    empty = ("",) * columns.width
    turned = list(zip(*(row.cells or empty for row in rows), strict=True))
    identifiers = turned[columns.identifier] if columns.identifier is not None else ("",) * len(rows)
    names = [str(row.line) for row in rows]
    cells = {name: _column(turned[at]) for name, at in _wanted(columns).items()}
    made = block(decoder, names, identifiers, cells)
    return unreadable(made, {place: row.problem for place, row in enumerate(rows) if row.problem})


def _column(cells: Sequence[str]) -> Column:
    numbered = _Numbered()
    places = np.fromiter(map(numbered.__getitem__, cells), np.intp, len(cells))
    return Column(list(numbered), places)
