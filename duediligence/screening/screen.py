"""Files from outside: every one is hostile until it was looked through.

What a file is called, what it says it is and what it holds must agree with one
kind on a short list. Nothing on the list acts by itself when somebody opens it:
programs, links that are fetched unasked, files within files and archives that
unpack to more than they can honestly hold are refused, each with a way out.

What is kept is what was sent, except for pictures: they are drawn anew
(`image`). Words that may point to people are asked about
(`row`); in pictures and PDF files they are not found.
"""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from duediligence.file_name import shown, suffix
from duediligence.screening import image, office, pdf, text
from duediligence.screening.office import DOCX, ODS, ODT, XLSX, Format
from duediligence.screening.row import MOST_LETTERS, Row, asks, letters
from duediligence.screening.words import problem
from questionnaires.problem import Problem

MOST_BYTES = 20 * 2**20
"""The largest file that is taken."""


class Screened(msgspec.Struct, frozen=True, kw_only=True):
    """A file that may be kept, once what it asks is answered."""

    data: bytes  # what is kept; of a picture, the points alone
    media_type: str
    name: str  # fit to be shown
    asks: tuple[Problem, ...] = ()  # to be confirmed by a person before the file is kept
    read: bool = False  # whether its words were looked through for what points to people


class _Kind(NamedTuple):
    """How files with some endings are looked through."""

    suffixes: tuple[str, ...]
    look: Callable[[bytes, str], Screened | Problem]


def screen(data: bytes, name: str) -> Screened | tuple[Problem, ...]:
    """Return a file that may be kept, or every reason to refuse it.

    No exception escapes, whatever the bytes and the name are.

    Args:
        data: the whole file.
        name: what the sender calls it.
    """
    name = shown(name)
    ending = suffix(name).lower()
    kind = next((kind for kind in _KINDS if ending in kind.suffixes), None)
    if kind is None:
        return (problem(_REFUSED.get(ending, "FILE_KIND_NOT_TAKEN"), name),)
    if not data:
        return (problem("FILE_EMPTY", name),)
    if len(data) > MOST_BYTES:
        return (problem("FILE_TOO_BIG", name, limit=MOST_BYTES // 2**20),)
    found = kind.look(data, name)
    return (found,) if isinstance(found, Problem) else found


def accepted() -> tuple[str, ...]:
    """Return the endings of the files that are taken, as a form's `accept` lists them."""
    return tuple(ending for kind in _KINDS for ending in kind.suffixes)


def _pdf(data: bytes, name: str) -> Screened | Problem:
    return pdf.refusal(data) or Screened(data=data, media_type="application/pdf", name=name)


def _picture(data: bytes, name: str) -> Screened | Problem:
    """Return a picture drawn anew; one that was given the ending of another kind gets its own."""
    found = image.redrawn(data)
    if isinstance(found, Problem):
        return found
    media_type, endings = _PICTURES[found.format]
    ending = suffix(name)
    right = name if ending.lower() in endings else f"{name.removesuffix(ending)}{endings[0]}"
    return Screened(data=found.data, media_type=media_type, name=right)


def _office(wanted: Format) -> Callable[[bytes, str], Screened | Problem]:
    return lambda data, name: _worded(data, name, wanted.media_type, office.rows(data, wanted))


def _text(media_type: str, *, table: bool) -> Callable[[bytes, str], Screened | Problem]:
    return lambda data, name: _worded(data, name, media_type, text.rows(data, table=table))


def _worded(data: bytes, name: str, media_type: str, rows: list[Row] | Problem) -> Screened | Problem:
    """Return a file with what its words ask for, or the reason it was refused."""
    if isinstance(rows, Problem):
        return rows
    if letters(rows) > MOST_LETTERS:
        return problem("FILE_TOO_MUCH_TEXT", name)
    return Screened(data=data, media_type=media_type, name=name, asks=asks(rows), read=True)


_PICTURES = {
    "JPEG": ("image/jpeg", (".jpg", ".jpeg", ".jfif")),
    "PNG": ("image/png", (".png",)),
    "WEBP": ("image/webp", (".webp",)),
}

_KINDS = (
    _Kind((".pdf",), _pdf),
    _Kind(tuple(ending for _, endings in _PICTURES.values() for ending in endings), _picture),
    _Kind((".xlsx",), _office(XLSX)),
    _Kind((".docx",), _office(DOCX)),
    _Kind((".ods",), _office(ODS)),
    _Kind((".odt",), _office(ODT)),
    _Kind((".csv",), _text("text/csv", table=True)),
    _Kind((".txt",), _text("text/plain", table=False)),
)

_REFUSED = {
    **dict.fromkeys((".heic", ".heif", ".avif", ".hif"), "FILE_HEIC"),
    **dict.fromkeys((".xls", ".doc", ".rtf", ".ppt", ".pps"), "FILE_OLD_OFFICE"),
    **dict.fromkeys((".xlsm", ".docm", ".xlsb", ".xltm", ".dotm", ".xlam"), "FILE_WITH_MACROS"),
    **dict.fromkeys((".zip", ".rar", ".7z", ".gz", ".tar"), "FILE_ARCHIVE"),
}
"""Endings that people do send, and what to tell them."""
