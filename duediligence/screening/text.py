"""Plain texts and tables in plain text: decoded, and looked at line by line."""

import codecs
import csv
import re
from collections.abc import Iterator

import filetype

from duediligence.screening.row import MOST_LETTERS, MOST_ROWS, Place, Row
from duediligence.screening.words import problem
from questionnaires.problem import Problem

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_GUESSES = ("utf-8", "cp1251")
"""How a text without a mark is read: the first that fits. The second is what older Windows programs write."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
_MARKUP = re.compile(r"\s*<(?:!|\?|html|head|body|script|svg|iframe|meta|link|style|xml)", re.IGNORECASE)
_FORMULA = re.compile(r"=(?!=)|[@+-][A-Za-z_][\w.]*\(|[@+-][^|]*\|[^!]*!")
"""How a cell begins that a table program would compute: plain words and numbers with a sign in front do not."""


def rows(data: bytes, *, table: bool) -> list[Row] | Problem:
    """Return the lines of a text, or the reason it is refused; no exception escapes, whatever the bytes are.

    Args:
        data: the whole file.
        table: whether each line holds cells.
    """
    if filetype.guess(data[:8_192]) is not None:
        return problem("FILE_NOT_ITS_NAME")
    text = _decoded(data)
    if text is None:
        return problem("FILE_NOT_TEXT")
    if _MARKUP.match(text):
        return problem("FILE_NOT_ITS_NAME")
    lines = text.splitlines()
    if len(text) > MOST_LETTERS or len(lines) > MOST_ROWS:
        return problem("FILE_TOO_MUCH_TEXT")
    if not table:
        return [Row(Place.LINE, "", number, (line,)) for number, line in enumerate(lines, 1)]
    found = list(_cells(lines))
    computed = next((row for row in found if any(map(_FORMULA.match, row.cells))), None)
    return problem("FILE_WITH_FORMULAS", str(computed.number), number=computed.number) if computed else found


def _decoded(data: bytes) -> str | None:
    """Return the text, or None where the bytes are none."""
    marked = next((encoding for mark, encoding in _BOMS.items() if data.startswith(mark)), None)
    for encoding in (marked,) if marked else _GUESSES:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _CONTROL.search(text) else text
    return None


def _cells(lines: list[str]) -> Iterator[Row]:
    """Yield the lines of a table, cut at the sign that its first line uses most.

    A quotation mark that is never closed must not swallow the lines below it, so
    that every line is cut by itself.
    """
    sign = max(";\t,", key=(lines[0] if lines else "").count)
    for number, line in enumerate(lines, 1):
        try:
            cells = next(csv.reader([line], delimiter=sign), [])
        except csv.Error:  # a cell beyond the reader's limit
            cells = line.split(sign)
        yield Row(Place.LINE, "", number, tuple(cells))
