"""A first look at a file from outside, before any parser sees it.

An .xlsx file is a zip archive of XML parts. Nothing it declares about itself is
believed: every part is unpacked under a limit that counts what really comes
out, only XML parts are handed on, and an archive with anything a form never
needs is refused with a way out.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TypeAlias

from questionnaires.archive import ENCRYPTED, FAULTS, LINKS, MACROS, OLE, faults, inflate
from questionnaires.problem import Problem
from questionnaires.workbook_words import problem

Parts: TypeAlias = dict[str, bytes]
"""The XML parts of a workbook by their name in the archive."""

MOST_BYTES = 10 * 2**20
MOST_UNPACKED = 8 * 2**20  # a full form is about one
MOST_PARTS = 400
MOST_ROWS = 20_000
MOST_COLUMNS = 200
_LONGEST_LETTERS, _LONGEST_DIGITS = 2, 5

_MACRO_TYPE = re.compile(rb"macroEnabled|vbaProject", re.IGNORECASE)
_EXTERNAL = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*External[^>]*>", re.IGNORECASE)
_HYPERLINK = re.compile(rb"\bType\s*=\s*[\"'][^\"']*/hyperlink[\"']")
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
_PLACE = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]+)([0-9]+)[\"']")


def unpack(data: bytes) -> Parts | Problem:
    """Return the XML parts of a workbook, or the reason it is refused.

    No exception escapes, whatever the bytes are.
    """
    if refusal := _outside(data):
        return refusal
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return next(_archive_refusals(archive.infolist()), None) or _unpacked(archive)
    except FAULTS:
        return problem("FILE_DAMAGED", "")


def column_number(letters: str) -> int:
    """Return the position of a column, counted from 0 ("A")."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _outside(data: bytes) -> Problem | None:
    """Return the reason to refuse a file by its size and first bytes."""
    if not data:
        return problem("FILE_EMPTY", "")
    if len(data) > MOST_BYTES:
        return problem("FILE_TOO_BIG", "", limit=MOST_BYTES // 2**20)
    if data.startswith(OLE):
        return problem("FILE_ENCRYPTED" if ENCRYPTED in data else "FILE_OLD_EXCEL", "")
    if not data.startswith(b"PK"):
        return problem("FILE_NOT_A_WORKBOOK", "")
    return None


def _archive_refusals(entries: list[zipfile.ZipInfo]) -> Iterator[Problem]:
    """Yield the reasons to refuse an archive by its list of parts."""
    names = [entry.filename for entry in entries]
    yield from (problem(fault, "") for fault in faults(entries, MOST_PARTS))
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(names):
        yield problem("FILE_NOT_A_WORKBOOK", "")
    if any(MACROS.search(name) for name in names):
        yield problem("FILE_WITH_MACROS", "")
    if linked := next(filter(LINKS.search, names), None):
        yield problem("FILE_WITH_LINKS", "", part=linked[:80])


def _unpacked(archive: zipfile.ZipFile) -> Parts | Problem:
    """Return the XML parts, unpacked under the limit and looked through."""
    parts: Parts = {}
    room = MOST_UNPACKED
    for entry in archive.infolist():
        if not entry.filename.endswith((".xml", ".rels")):
            continue
        part = inflate(archive, entry, room)
        if part is None:
            return problem("FILE_UNPACKS_TOO_BIG", "")
        room -= len(part)
        if refusal := next(_part_refusals(entry.filename, part), None):
            return refusal
        parts[entry.filename] = part
    return parts


def _part_refusals(name: str, part: bytes) -> Iterator[Problem]:
    """Yield the reasons to refuse a workbook for one of its parts."""
    start = part.removeprefix(b"\xef\xbb\xbf").lstrip()
    encoding = _ENCODING.match(start)
    foreign = encoding is not None and encoding[1].lower() not in (b"utf-8", b"us-ascii")
    if not start.startswith(b"<") or b"\x00" in part or foreign or b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        yield problem("FILE_UNSAFE_XML", "")
    if name == "[Content_Types].xml" and _MACRO_TYPE.search(part):
        yield problem("FILE_WITH_MACROS", "")
    if name.endswith(".rels"):
        for link in _EXTERNAL.findall(part):
            if not _HYPERLINK.search(link):  # an address typed into a comment becomes one by itself
                yield problem("FILE_WITH_LINKS", "", part=name[:80])
    elif name.startswith("xl/worksheets/"):
        yield from _far_cells(part)


def _far_cells(part: bytes) -> Iterator[Problem]:
    """Yield the cells beyond the limits, whatever the sheet declares as its size."""
    for letters, digits in _PLACE.findall(part):
        column, row = letters.decode(), digits.decode()
        short = len(column) <= _LONGEST_LETTERS and len(row) <= _LONGEST_DIGITS
        if not short or int(row) > MOST_ROWS or column_number(column) >= MOST_COLUMNS:
            yield problem("CELL_TOO_FAR", "", cell=column[:8] + row[:12])
