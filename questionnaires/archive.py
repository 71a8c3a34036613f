"""Zip archives of XML parts, looked through before any parser sees them.

Workbooks and text documents of every office program are such archives. Nothing
they declare about themselves is believed: names are compared with what is safe,
and every part is unpacked under a limit that counts what really comes out.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from enum import StrEnum

HIGHEST_RATIO = 150  # documents pack about 10 : 1
RATIO_FROM = 2**20  # a small part may pack as well as it likes

FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
)
"""What the zip reader raises on a spoiled archive."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of the old office programs begin, and new ones that are locked with a password."""

ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""What tells a locked file from an old one."""

MACROS = re.compile(r"vba|macrosheets|dialogsheets|activex", re.IGNORECASE)
"""Names of parts that hold programs."""

LINKS = re.compile(r"externallink|connections\.xml|embeddings|oleobject|querytable|webextension", re.IGNORECASE)
"""Names of parts that reach out of the file, or hold another one."""

_UNSAFE_NAME = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|[\\:\x00]")


class Fault(StrEnum):
    """Why an archive is refused; the value is the code of the problem that says so."""

    TOO_MANY_PARTS = "FILE_TOO_MANY_PARTS"
    UNSAFE_NAMES = "FILE_UNSAFE_NAMES"
    ENCRYPTED = "FILE_ENCRYPTED"
    DAMAGED = "FILE_DAMAGED"


def faults(entries: list[zipfile.ZipInfo], most_parts: int) -> Iterator[Fault]:
    """Yield the reasons to refuse an archive by its list of parts."""
    names = [entry.filename for entry in entries]
    if len(names) > most_parts:
        yield Fault.TOO_MANY_PARTS
    if len({name.lower() for name in names}) < len(names) or any(_UNSAFE_NAME.search(name) for name in names):
        yield Fault.UNSAFE_NAMES
    if any(entry.flag_bits & 1 for entry in entries):
        yield Fault.ENCRYPTED
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        yield Fault.DAMAGED


def inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes | None:
    """Return one part, or None when more than `room` bytes come out, or more than it can honestly hold.

    Raises:
        one of `FAULTS`: the part is spoiled.
    """
    packed = max(entry.compress_size, 1)
    limit = min(room, max(RATIO_FROM, HIGHEST_RATIO * packed))
    if entry.file_size > limit:
        return None
    with archive.open(entry) as stream:
        part = stream.read(limit + 1)
    return part if len(part) <= limit else None
