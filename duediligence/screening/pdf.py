"""PDF files: refused when they act by themselves, hide files or cannot be looked into.

A PDF names what it can do: `/JavaScript`, `/Launch` and so on. The names are
looked for in the whole file and in every compressed stream that may hold objects,
also where a letter is written by its number (`/J#61vaScript`). No object is
interpreted: it is enough that a name occurs. The words on the pages are not read.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from duediligence.screening.words import problem
from questionnaires.problem import Problem

MOST_UNPACKED = 64 * 2**20
MOST_STREAMS = 50_000

_START = b"%PDF-"
_END = re.compile(rb"startxref\s+\d+\s+%%EOF[\s\x00]*\Z")
_TAIL = 2_048
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n|stream\r")
_HEAD = 4_096  # the longest description of a stream
_BITE = 4_096  # so much is unpacked at a time
_OBJECTS = re.compile(rb"\s*(?:%|\d+\s+\d+(?:\s|\Z)|\d*\s*\Z)")
"""How a stream of objects begins: with the numbers and places of its objects, after blanks or a remark."""

_END_OF_NAME = rb"(?=[\s\x00/<>\[\]()%{}]|\Z)"
_ACTS = re.compile(
    rb"/(?:JavaScript|Launch|RichMedia|SubmitForm|ImportData|GoToR|GoToE|Rendition|XFA)"
    + _END_OF_NAME
    # A place in the document may be opened at the start; anything else that happens by itself may not.
    + rb"|/OpenAction(?!\s*\[)"
    + _END_OF_NAME
    + rb"|/AA\s*(?:<<|\d+\s+\d+\s+R)"
)
_HOLDS = re.compile(rb"/(?:EmbeddedFiles?|Filespec|FileAttachment)" + _END_OF_NAME)
_LOCKED = re.compile(rb"/Encrypt\s*(?:<<|\d+\s+\d+\s+R)")
_OBJECT_STREAM = re.compile(rb"/(?:ObjStm|First)" + _END_OF_NAME)
"""What the description of a stream of objects says; some viewers need no more than the second."""

_FLATE = re.compile(rb"/Filter\s*\[?\s*/(?:FlateDecode|Fl)\s*\]?\s*(?=/|>>)")
_ANY_FILTER = re.compile(rb"/(?:Filter|F)\s*[\[/\d]")


class _Hidden(Exception):
    """A stream holds objects in a way that is not looked into."""


def refusal(data: bytes) -> Problem | None:
    """Return the reason a PDF is refused, or None; no exception escapes, whatever the bytes are."""
    if not data.startswith(_START):
        return problem("FILE_NOT_ITS_NAME")
    if not _END.search(data[-_TAIL:]):
        return problem("FILE_DAMAGED")
    if zipfile.is_zipfile(io.BytesIO(data)):
        return problem("FILE_HOLDS_ANOTHER", part="zip")
    if found := _named(data):
        return found
    try:
        return next((found for part in _streams(data) if (found := _named(part))), None)
    except _Hidden:
        return problem("FILE_PDF_UNREADABLE")


def _named(part: bytes) -> Problem | None:
    """Return a refusal for what a part of the file names."""
    plain = _plain(part)
    for pattern, code in ((_LOCKED, "FILE_LOCKED"), (_ACTS, "FILE_PDF_ACTS"), (_HOLDS, "FILE_PDF_HOLDS_FILES")):
        if pattern.search(plain):
            return problem(code)
    return None


def _plain(part: bytes) -> bytes:
    """Return part of a file with every letter of a name written as itself."""
    return _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), part)


def _streams(data: bytes) -> Iterator[bytes]:
    """Yield what every stream unpacks to that may hold objects.

    A stream is judged by what comes out rather than by what it is said to be: its
    description may lie, or stand elsewhere.

    Raises:
        _Hidden: there are too many, too much comes out, or a stream of objects is packed in an unusual way.
    """
    room = MOST_UNPACKED
    for number, found in enumerate(_STREAM.finditer(data)):
        if number == MOST_STREAMS:
            raise _Hidden
        said = _plain(data[max(0, found.start() - _HEAD) : found.start()].rpartition(b"obj")[2])
        declared = _OBJECT_STREAM.search(said) is not None
        if declared and _ANY_FILTER.search(said) and (b"/DecodeParms" in said or not _FLATE.search(said)):
            raise _Hidden
        part = _inflated(memoryview(data)[found.end() :], room, whole=declared)
        room -= len(part)
        if part:
            yield part


def _inflated(packed: memoryview, room: int, *, whole: bool) -> bytes:
    """Return what zlib data unpacks to where it looks like objects, else nothing.

    Raises:
        _Hidden: more comes out than there is room for.
    """
    reader = zlib.decompressobj()
    found = bytearray()
    try:
        for begin in range(0, len(packed), _BITE):
            found += reader.decompress(packed[begin : begin + _BITE], room - len(found) + 1)
            if len(found) > room or reader.unconsumed_tail:
                raise _Hidden
            if reader.eof or not (whole or _OBJECTS.match(found)):
                break
    except zlib.error:
        pass  # what came out before the fault is what a lenient viewer would see
    return bytes(found) if whole or _OBJECTS.match(found) else b""
