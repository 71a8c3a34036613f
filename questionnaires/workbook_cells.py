"""The cells of an unpacked workbook, exactly as they were saved.

Besides its value a cell tells whether it came from a formula, whether it is
shown as a percentage, and which error it holds: "12 %" is saved as 0.12, and
only the format tells the two apart. Cells are kept by position, so that what a
sheet declares about its size costs nothing.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from itertools import islice
from typing import NamedTuple, TypeAlias
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from questionnaires.intake import MOST_ROWS, Parts, column_number

Value: TypeAlias = str | float | bool | date | None


class Kind(Enum):
    """What a number format makes of a number."""

    PLAIN = "plain"
    PERCENT = "percent"
    DATE = "date"


class Cell(NamedTuple):
    """One cell; `error` is its error sign ("#N/A"), and a percentage keeps its fraction."""

    value: Value = None
    formula: bool = False
    percent: bool = False
    error: str = ""


EMPTY = Cell()

Range: TypeAlias = tuple[int, int, int, int]
"""First row, first column, last row and last column, counted from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One sheet: its cells by row and column, counted from 0, and its merged ranges."""

    name: str
    rows: dict[int, dict[int, Cell]]
    merged: tuple[Range, ...]


_MOST_MERGED = 200
_PERCENT_IDS = (9, 10)
_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NOT_A_SIGN = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMERAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_PLACE = re.compile(r"([A-Z]{1,2})([1-9][0-9]{0,5})")
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_SERIALS = range(1, 2_958_466)  # up to 31 December 9999


class _Shared(NamedTuple):
    """What the cells of all sheets refer to."""

    strings: list[str]
    kinds: list[Kind]
    epoch: date


def pages(parts: Parts) -> tuple[Page, ...] | None:
    """Return the sheets in their order, or None when the workbook cannot be read."""
    try:
        book = ET.fromstring(parts["xl/workbook.xml"])  # noqa: S314  `intake` refuses every definition
        paths = _paths(parts)
        shared = _Shared(_strings(parts), _kinds(parts), _epoch(book))
        found = [(name, paths.get(target, "")) for name, target in _sheets(book)]
        return tuple(_page(name, ET.fromstring(parts[path]), shared) for name, path in found if path in parts)  # noqa: S314
    except (ET.ParseError, KeyError):
        return None


def properties(parts: Parts) -> dict[str, str]:
    """Return the custom properties of the workbook by name; none when they cannot be read."""
    try:
        root = ET.fromstring(parts.get("docProps/custom.xml", b"<none/>"))  # noqa: S314
    except ET.ParseError:
        return {}
    found = {item.get("name", ""): "".join(item.itertext()).strip() for item in root}
    return {name: value for name, value in found.items() if value}


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _prefix(root: Element) -> str:
    """Return the namespace of the root, as it stands before each tag."""
    return root.tag[: root.tag.rfind("}") + 1]


def _sheets(book: Element) -> Iterator[tuple[str, str]]:
    """Yield the name and relation of each sheet."""
    for sheet in book.iter(f"{_prefix(book)}sheet"):
        relation = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        yield sheet.get("name", ""), relation


def _paths(parts: Parts) -> dict[str, str]:
    """Return the part that each relation of the workbook points to."""
    relations = ET.fromstring(parts["xl/_rels/workbook.xml.rels"])  # noqa: S314
    found = {}
    for relation in relations:
        target = relation.get("Target", "")
        found[relation.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    return found


def _epoch(book: Element) -> date:
    settings = book.find(f"{_prefix(book)}workbookPr")
    late = settings is not None and settings.get("date1904") in ("1", "true")
    return _EPOCH_1904 if late else _EPOCH


def _strings(parts: Parts) -> list[str]:
    """Return the strings that cells refer to by number."""
    root = ET.fromstring(parts.get("xl/sharedStrings.xml", b"<none/>"))  # noqa: S314
    return [_words(item) for item in root]


def _words(item: Element) -> str:
    """Return the words of a string, its runs joined, without the reading aids of Asian scripts."""
    pieces = []
    for child in item:
        match _local(child):
            case "t":
                pieces.append(child.text or "")
            case "r":
                pieces += [run.text or "" for run in child if _local(run) == "t"]
    return _unescaped("".join(pieces))


def _unescaped(words: str) -> str:
    """Return `words` with the letters Excel writes as `_x0041_`, and without signs that are no text."""
    return _ESCAPED.sub(_letter, words) if "_x" in words else words


def _letter(found: re.Match[str]) -> str:
    letter = chr(int(found[1], 16))
    return letter if letter.isprintable() or letter in "\t\n" else ""


def _kinds(parts: Parts) -> list[Kind]:
    """Return what each cell format makes of a number."""
    root = ET.fromstring(parts.get("xl/styles.xml", b"<none/>"))  # noqa: S314
    space = _prefix(root)
    own = {item.get("numFmtId", ""): item.get("formatCode", "") for item in root.iter(f"{space}numFmt")}
    formats = root.find(f"{space}cellXfs")
    return [_kind(item.get("numFmtId", ""), own) for item in (formats if formats is not None else ())]


def _kind(number: str, own: Mapping[str, str]) -> Kind:
    if number in own:
        signs = _NOT_A_SIGN.sub("", own[number]).lower()
        if "%" in signs:
            return Kind.PERCENT
        return Kind.DATE if re.search(r"[dy]|mmm", signs) and "general" not in signs else Kind.PLAIN
    if number in map(str, _PERCENT_IDS):
        return Kind.PERCENT
    return Kind.DATE if number.isdecimal() and int(number[:4]) in _DATE_IDS else Kind.PLAIN


def _page(name: str, root: Element, shared: _Shared) -> Page:
    space = _prefix(root)
    rows: dict[int, dict[int, Cell]] = {}
    for position, row in enumerate(root.iter(f"{space}row")):
        cells: dict[int, Cell] = {}
        number = _index(row.get("r"), position + 1) - 1
        for column, element in enumerate(row):
            if len(element):
                place = _PLACE.fullmatch(element.get("r", ""))
                cells[column_number(place[1]) if place else column] = _cell(element, space, shared)
        if cells:
            rows.setdefault(number, {}).update(cells)
    merged = islice(root.iter(f"{space}mergeCell"), _MOST_MERGED)
    ranges = (_range(item.get("ref", "")) for item in merged)
    return Page(name=name, rows=rows, merged=tuple(found for found in ranges if found))


def _index(words: str | None, otherwise: int) -> int:
    """Return a count that a file states, or `otherwise` when it states none that makes sense."""
    if words and words.isascii() and words.isdecimal() and len(words) <= len(str(MOST_ROWS)):
        return int(words)
    return otherwise


def _range(words: str) -> Range | None:
    first, _, last = words.partition(":")
    start, stop = _PLACE.fullmatch(first), _PLACE.fullmatch(last)
    if not start or not stop:
        return None
    return (int(start[2]) - 1, column_number(start[1]), int(stop[2]) - 1, column_number(stop[1]))


def _cell(element: Element, space: str, shared: _Shared) -> Cell:
    """Return what one cell holds; a reference to nothing counts as an error."""
    formula = element.find(f"{space}f") is not None
    inline = element.find(f"{space}is")
    if inline is not None:
        return Cell(_words(inline), formula)
    raw = element.findtext(f"{space}v")
    if not raw:
        return Cell(None, formula)
    match element.get("t", "n"):
        case "s":
            number = _index(raw, len(shared.strings))
            found = Cell(shared.strings[number]) if number < len(shared.strings) else Cell(error="#REF!")
        case "str":
            found = Cell(_unescaped(raw))
        case "b":
            found = Cell(raw.strip() == "1")
        case "e":
            found = Cell(error=raw[:20])
        case "d":
            found = Cell(raw[:10])
        case _:
            found = _number(raw, _index(element.get("s"), 0), shared)
    return found._replace(formula=True) if formula else found


def _number(raw: str, style: int, shared: _Shared) -> Cell:
    """Return a number as its format shows it: plain, as a percentage or as a day."""
    number = float(raw) if _NUMERAL.fullmatch(raw.strip()) else math.inf
    if not math.isfinite(number):
        return Cell(error="#NUM!")
    kind = shared.kinds[style] if style < len(shared.kinds) else Kind.PLAIN
    if kind is Kind.DATE and int(number) in _SERIALS:
        days = min(int(number), (date.max - shared.epoch).days)
        return Cell(shared.epoch + timedelta(days=days))
    return Cell(number, percent=kind is Kind.PERCENT)
