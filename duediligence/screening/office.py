"""Workbooks and text documents of office programs: what is refused, and the words they hold.

Such a file is a zip archive of XML parts. Every part is unpacked under a limit
and every XML part is read once, event by event, so that a part costs no more
memory than its words. Refused is what acts by itself when somebody opens the
file (macros, fields and formulas that fetch or start something), what reaches
out of it, and what hides another file inside.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple
from xml.etree import ElementTree as ET

from duediligence.screening.row import Row
from duediligence.screening.words import problem
from duediligence.screening.xml import DOCUMENT, OPEN_DOCUMENT, WORKBOOK, Family, Refused, parse
from questionnaires.archive import ENCRYPTED, FAULTS, LINKS, MACROS, OLE, Fault, faults, inflate
from questionnaires.problem import Problem

MOST_PARTS = 2_000
MOST_UNPACKED = 80 * 2**20
MOST_XML = 24 * 2**20
MOST_TAGS = 3_000_000  # a sheet has four for each cell

_START = b"PK\x03\x04"
_XML = (".xml", ".rels", ".rdf", ".svg")
_PASSIVE = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".vml", ".odttf", ".ttf", ".otf")
"""Pictures and faces: shown, never run."""

_REMARKS = re.compile(r"printersettings\d*\.bin$|^layout-cache$|^xl/metadata$|^ObjectReplacements/", re.IGNORECASE)
"""What office programs note for themselves: a printer, where pages end, how a chart looks."""

_ODF_MACROS = re.compile(r"^(?:basic|scripts)/|\.(?:xba|xlb|py|js|bsh)$", re.IGNORECASE)
_ARCHIVES_AND_PROGRAMS = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    OLE,
    b"MZ",
    b"\x7fELF",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x1f\x8b",
    b"%PDF",
)


class Format(NamedTuple):
    """One kind of office file and what tells it from the others."""

    media_type: str
    main: str  # OOXML: the declared type of the main part; OpenDocument: the content of `mimetype`
    family: Family


_SHEETS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

XLSX = Format(f"{_OOXML}spreadsheetml.sheet", f"{_OOXML}spreadsheetml.sheet.main+xml", WORKBOOK)
DOCX = Format(f"{_OOXML}wordprocessingml.document", f"{_OOXML}wordprocessingml.document.main+xml", DOCUMENT)
ODS = Format(f"{_ODF}spreadsheet", f"{_ODF}spreadsheet", OPEN_DOCUMENT)
ODT = Format(f"{_ODF}text", f"{_ODF}text", OPEN_DOCUMENT)


def rows(data: bytes, wanted: Format) -> list[Row] | Problem:
    """Return the words of an office file row by row, or the reason it is refused.

    No exception escapes, whatever the bytes are.
    """
    if data.startswith(OLE):
        return problem("FILE_LOCKED" if ENCRYPTED in data else "FILE_OLD_OFFICE")
    if not data.startswith(_START):
        return problem("FILE_NOT_ITS_NAME")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            refusal = next(_refusals(entries), None) or _gap(data, archive)
            return refusal or _rows(_unpacked(archive), wanted)
    except Refused as refused:
        return refused.problem
    except FAULTS:
        return problem("FILE_DAMAGED")


def _refusals(entries: list[zipfile.ZipInfo]) -> Iterator[Problem]:
    """Yield the reasons to refuse a file by its list of parts."""
    for fault in faults(entries, MOST_PARTS):
        yield problem("FILE_LOCKED" if fault is Fault.ENCRYPTED else fault)
    for name in (entry.filename for entry in entries):
        if MACROS.search(name) or _ODF_MACROS.search(name):
            yield problem("FILE_WITH_MACROS", name[:80])
        elif LINKS.search(name):
            yield problem("FILE_WITH_LINKS", name[:80], part=name[:80])


def _gap(data: bytes, archive: zipfile.ZipFile) -> Problem | None:
    """Return a refusal where bytes stand before the first part or after the last: another file may be there."""
    first = min((entry.header_offset for entry in archive.infolist()), default=0)
    end = data.rfind(b"PK\x05\x06")
    tidy = first == 0 and not archive.comment and end + 22 == len(data)
    return None if tidy else problem("FILE_HOLDS_ANOTHER", part="zip")


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the XML parts and `mimetype`; all others are unpacked too, looked at and dropped.

    Raises:
        Refused: too much comes out, or a part has no place in a document.
    """
    kept = {}
    room, room_for_xml = MOST_UNPACKED, MOST_XML
    for entry in archive.infolist():
        if entry.is_dir():
            continue
        name = entry.filename
        xml = name.lower().endswith(_XML)
        part = inflate(archive, entry, room_for_xml if xml else room)
        if part is None:
            raise Refused(problem("FILE_UNPACKS_TOO_BIG"))
        room -= len(part)
        if xml or name == "mimetype":
            room_for_xml -= len(part)
            kept[name] = part
        elif not _passive(name, part):
            raise Refused(problem("FILE_HOLDS_ANOTHER", name[:80], part=name[:80]))
    if sum(part.count(b"<") for part in kept.values()) > MOST_TAGS:
        raise Refused(problem("FILE_TOO_MUCH_TEXT"))
    return kept


def _passive(name: str, part: bytes) -> bool:
    """Return whether a part is a picture, a face or a remark of an office program, also by its first bytes."""
    known = name.lower().endswith(_PASSIVE) or _REMARKS.search(name) or not part
    return bool(known) and not part.startswith(_ARCHIVES_AND_PROGRAMS)


def _rows(parts: dict[str, bytes], wanted: Format) -> list[Row] | Problem:
    found: list[Row] = []
    shared: list[str] = []
    # The strings that cells name by number come first; then the sheets can be read in one pass.
    for name in sorted(parts, key=lambda name: not name.endswith("sharedStrings.xml")):
        if name != "mimetype" and parts[name]:  # LibreOffice writes an empty part for keys nobody changed
            found += parse(name, parts[name], wanted.family, shared)
    # Not before: of a workbook with macros one should hear about the macros.
    if not _is(parts, wanted):
        return problem("FILE_NOT_ITS_NAME")
    titles = _titles(parts) if wanted is XLSX else {}
    return [row._replace(sheet=titles.get(row.sheet, row.sheet)) for row in found]


def _titles(parts: dict[str, bytes]) -> dict[str, str]:
    """Return what people call the sheets of a workbook, by the name of their part."""
    book, relations = (parts.get(name, b"<none/>") for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): one.get("Target", "") for one in ET.fromstring(relations)}  # noqa: S314  read once already, without definitions
    names = {}
    for sheet in ET.fromstring(book).iter(f"{_SHEETS}sheet"):  # noqa: S314  the same
        target = targets.get(sheet.get(f"{_RELATIONS}id"), "")
        names[PurePosixPath(target).stem] = sheet.get("name", "")
    return names


def _is(parts: dict[str, bytes], wanted: Format) -> bool:
    """Return whether the file declares itself to be of a format."""
    if wanted.family is OPEN_DOCUMENT:
        return parts.get("mimetype", b"").strip() == wanted.main.encode() and "content.xml" in parts
    return wanted.main.encode() in parts.get("[Content_Types].xml", b"")
