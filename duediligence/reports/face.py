"""Which letters the shipped faces have, so that no name can stop a report.

A PDF/A file may not hold a letter that its face lacks. A firm may well have a
name in another script; what cannot be shown is replaced by a mark that says so,
and the attached data keep the name whole.

The letters are read from the `cmap` table of each file, subtable format 4:
parallel arrays of ends, starts and offsets, one entry a run of code points.
"""

import re
import struct
from functools import cache
from pathlib import Path
from unicodedata import category, normalize

FOLDER = Path(__file__).parent / "fonts"

STAND_IN = "?"

_SEGMENTED = 4
"""The subtable format that covers the Basic Multilingual Plane."""

_LAST = 0xFFFF


@cache
def letters() -> frozenset[str]:
    """Return the letters that every shipped face has, control characters left out."""
    found = frozenset.intersection(*(_letters(path) for path in sorted(FOLDER.glob("*.ttf"))))
    return frozenset(letter for letter in found if category(letter) != "Cc")


def legible(value: object) -> object:
    """Return a plain value, at any depth, with the letters no face has replaced."""
    match value:
        case str():
            return _lacking().sub(_stand_in, normalize("NFC", value))
        case dict():
            return {key: legible(part) for key, part in value.items()}
        case list() | tuple():
            return [legible(part) for part in value]
    return value


@cache
def _lacking() -> re.Pattern[str]:
    """Return what matches a letter that cannot be shown."""
    return re.compile(f"[^{''.join(re.escape(letter) for letter in sorted(letters()))}\\n]")


def _stand_in(found: re.Match[str]) -> str:
    """Return nothing for an invisible letter, a space for an unknown space, and a mark for any other."""
    kind = category(found[0])
    return " " if kind in ("Zs", "Cc") else "" if kind in ("Cf", "Mn") else STAND_IN


def _letters(path: Path) -> frozenset[str]:
    data = path.read_bytes()
    cmap = _table(data, b"cmap")
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    for record in range(count):
        (offset,) = struct.unpack_from(">I", data, cmap + 4 + 8 * record + 4)
        if struct.unpack_from(">H", data, cmap + offset) == (_SEGMENTED,):
            return frozenset(map(chr, _covered(data, cmap + offset)))
    raise ValueError(f"{path.name} has no cmap subtable of format {_SEGMENTED}; take a face that has one")


def _table(data: bytes, tag: bytes) -> int:
    """Return where a table of a font file begins."""
    (count,) = struct.unpack_from(">H", data, 4)
    for record in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + 16 * record)
        if name == tag:
            return int(offset)
    raise ValueError(f"the font file has no table {tag.decode()}")


def _covered(data: bytes, start: int) -> set[int]:
    """Return the code points within the segments of a subtable."""
    (doubled,) = struct.unpack_from(">H", data, start + 6)
    ends = struct.unpack_from(f">{doubled // 2}H", data, start + 14)
    begins = struct.unpack_from(f">{doubled // 2}H", data, start + 16 + doubled)
    return {code for begin, end in zip(begins, ends, strict=True) for code in range(begin, end + 1) if code != _LAST}
