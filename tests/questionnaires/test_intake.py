"""Files that no parser may see are refused, quickly and with a way out."""

import io
import re
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from returned_forms import WRITTEN, repacked

from questionnaires.intake import MOST_BYTES, MOST_PARTS, column_number, unpack
from questionnaires.problem import Problem
from questionnaires.text import LANGUAGES

GOOD = WRITTEN["en"]
SHEET = "xl/worksheets/sheet2.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"


def part(name):
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        return archive.read(name)


def refusal(data):
    found = unpack(data)
    assert isinstance(found, Problem)
    assert set(found.detail) == set(LANGUAGES)
    assert all(words.endswith(".") and "{" not in words for words in found.detail.values())
    return found.code


def test_a_form_we_wrote_is_let_in():
    parts = unpack(GOOD)
    assert isinstance(parts, dict)
    assert parts[SHEET] == part(SHEET)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "FILE_EMPTY"),
        (b"question;answer\nwag.hours;12\n", "FILE_NOT_A_WORKBOOK"),
        (b"%PDF-1.7 ...", "FILE_NOT_A_WORKBOOK"),
        (b"<html>Please log in</html>", "FILE_NOT_A_WORKBOOK"),
        (b"PK", "FILE_DAMAGED"),
        (GOOD[: len(GOOD) // 2], "FILE_DAMAGED"),
        (GOOD[:-10], "FILE_DAMAGED"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "FILE_OLD_EXCEL"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "FILE_ENCRYPTED"),
    ],
    ids=["empty", "csv", "pdf", "html", "two_bytes", "half", "cut_end", "xls", "password"],
)
def test_what_is_not_a_workbook_is_named(data, code):
    assert refusal(data) == code


def test_fifty_megabytes_of_junk_are_refused_by_their_size():
    assert refusal(b"PK\x03\x04" + bytes(50 * 2**20)) == "FILE_TOO_BIG"
    assert MOST_BYTES < 50 * 2**20


def test_a_document_of_another_kind_is_not_a_workbook():
    assert refusal(repacked({"xl/workbook.xml": None, "word/document.xml": b"<w/>"})) == "FILE_NOT_A_WORKBOOK"


def test_an_archive_of_very_many_parts_is_refused():
    assert refusal(repacked({f"xl/{number}.xml": b"<a/>" for number in range(MOST_PARTS)})) == "FILE_TOO_MANY_PARTS"


@pytest.mark.parametrize("name", ["../../etc/passwd.xml", "/etc/a.xml", "xl/../../a.xml", "C:a.xml", "xl/WORKBOOK.xml"])
def test_part_names_that_lead_elsewhere_are_refused(name):
    assert refusal(repacked({name: b"<a/>"})) == "FILE_UNSAFE_NAMES"


def test_a_sheet_that_unpacks_to_a_gigabyte_is_refused_quickly():
    bomb = repacked({SHEET: b"<worksheet>" + b" " * (64 * 2**20) + b"</worksheet>"})
    assert refusal(bomb) == "FILE_UNPACKS_TOO_BIG"


def test_many_parts_that_together_unpack_too_far_are_refused():
    noise = "".join(f"<c{number}/>" for number in range(300_000)).encode()
    many = {f"xl/part{number}.xml": b"<a>" + noise + b"</a>" for number in range(12)}
    assert refusal(repacked(many)) == "FILE_UNPACKS_TOO_BIG"


def test_a_declared_size_is_not_believed():
    bomb = bytearray(repacked({SHEET: b"<worksheet>" + b" " * (64 * 2**20) + b"</worksheet>"}))
    with zipfile.ZipFile(io.BytesIO(bytes(bomb))) as archive:
        size = struct.pack("<I", archive.getinfo(SHEET).file_size)
    lying = bytes(bomb).replace(size, struct.pack("<I", 1000))
    assert refusal(lying) in {"FILE_DAMAGED", "FILE_UNPACKS_TOO_BIG"}


@pytest.mark.parametrize(
    "definition",
    [
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>',
        b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd">',
    ],
    ids=["external", "bomb", "remote"],
)
def test_documents_that_define_entities_are_refused(definition):
    assert refusal(repacked({SHEET: definition + part(SHEET)[55:]})) == "FILE_UNSAFE_XML"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp037"])
def test_xml_in_an_encoding_that_could_hide_something_is_refused(encoding):
    words = part(SHEET).decode().replace("UTF-8", encoding)
    assert refusal(repacked({SHEET: words.encode(encoding, "replace")})) == "FILE_UNSAFE_XML"


def test_macros_are_refused_by_part_and_by_type():
    assert refusal(repacked({"xl/vbaProject.bin": b"\x00"})) == "FILE_WITH_MACROS"
    types = part("[Content_Types].xml").replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
    assert refusal(repacked({"[Content_Types].xml": types})) == "FILE_WITH_MACROS"


@pytest.mark.parametrize(
    "name",
    [
        "xl/externalLinks/externalLink1.xml",
        "xl/connections.xml",
        "xl/embeddings/oleObject1.bin",
        "xl/queryTables/q.xml",
    ],
)
def test_links_connections_and_embedded_files_are_refused(name):
    found = unpack(repacked({name: b"<a/>"}))
    assert found.code == "FILE_WITH_LINKS"
    assert name in found.detail["ru"]


def test_a_relation_to_another_file_is_refused_but_a_link_in_a_comment_is_not():
    outside = b'<Relationship Id="x" Type="%s" Target="http://example.org" TargetMode="External"/></Relationships>'
    relations = part(RELATIONS)
    other = relations.replace(b"</Relationships>", outside % b"http://t/externalLinkPath")
    assert refusal(repacked({RELATIONS: other})) == "FILE_WITH_LINKS"
    address = relations.replace(b"</Relationships>", outside % b"http://t/hyperlink")
    assert isinstance(unpack(repacked({RELATIONS: address})), dict)


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576", "ZZ1", "XFD1", "a99999999999", "E20001"])
def test_a_cell_far_outside_is_refused_whatever_the_sheet_declares(place):
    sheet = part(SHEET).replace(b"</sheetData>", f'<row><c r="{place}"><v>1</v></c></row></sheetData>'.encode())
    sheet = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', sheet)
    found = unpack(repacked({SHEET: sheet}))
    assert found.code == "CELL_TOO_FAR"
    assert place[:8] in found.detail["en"]


def test_far_cells_are_found_in_other_spellings():
    for cell in (b"<x:c s='1' r = 'XFD1'/>", b'<c\n r="XFD1"></c>'):
        sheet = part(SHEET).replace(b"</sheetData>", b"<row>" + cell + b"</row></sheetData>")
        assert refusal(repacked({SHEET: sheet})) == "CELL_TOO_FAR"


def test_an_encrypted_or_oddly_packed_part_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("[Content_Types].xml", b"<a/>")
        archive.writestr("xl/workbook.xml", b"<a/>")
    assert refusal(buffer.getvalue()) == "FILE_DAMAGED"
    locked = bytearray(GOOD)
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        locked[archive.start_dir + 8] |= 1
    assert refusal(bytes(locked)) == "FILE_ENCRYPTED"


def test_columns_are_counted_from_nothing():
    assert [column_number(letters) for letters in ("A", "Z", "AA", "gr")] == [0, 25, 26, 199]


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_no_bytes_make_it_fail(junk):
    assert isinstance(unpack(junk), Problem)
    assert isinstance(unpack(b"PK\x03\x04" + junk), Problem)
