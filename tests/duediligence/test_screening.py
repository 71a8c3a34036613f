"""Files from outside: what is refused, what is asked about, and what is left of a picture."""

import io
import random
import zipfile
import zlib

import pikepdf
import pytest
from hostile_files import (
    SECRET,
    docx,
    docx_parts,
    javascript,
    object_stream,
    odf,
    packed,
    pdf,
    photographed,
    picture,
    png_that_claims,
    raw_pdf,
    relations,
    words,
    xlsx,
    xlsx_parts,
)
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from duediligence import file_name
from duediligence.screening.screen import MOST_BYTES, Screened, accepted, screen
from questionnaires.text import LANGUAGES

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAUGHS = '<!DOCTYPE d [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><d>&c;</d>'
FETCHED = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
HTML = b"<!doctype html><script>alert(1)</script>"
BLANKS = random.Random(1).randbytes(200_000).translate(bytes(b" \n"[sign & 1] for sign in range(256)))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
GOOD = {
    "contract.pdf": pdf(),
    "contract packed.pdf": pdf(streams=True),
    "room.jpg": picture("JPEG"),
    "room.JPEG": picture("JPEG"),
    "plan.png": picture("PNG"),
    "door.webp": picture("WEBP"),
    "hours.xlsx": xlsx(),
    "policy.docx": docx(),
    "policy.odt": odf(),
    "hours.ods": odf("spreadsheet", "<table:table table:name='May'/>"),
    "hours.csv": b"month;hours\nMay;176\n",
    "note.txt": "Iş wagty 8 sagat. Рабочий день 8 часов.".encode(),
}


def instruction(code: str) -> str:
    return f"<w:p><w:r><w:fldChar w:fldCharType='begin'/><w:instrText>{code}</w:instrText></w:r></w:p>"


def moved(data: bytes) -> bytes:
    """Return a workbook behind a program that unpacks it."""
    return b"MZ" + bytes(60) + data


def zipped_comment(data: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"<html>"
    return out.getvalue()


def locked_pdf() -> bytes:
    out = io.BytesIO()
    made = pikepdf.new()
    made.add_blank_page()
    made.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


def attached_pdf() -> bytes:
    out = io.BytesIO()
    made = pikepdf.new()
    made.add_blank_page()
    made.attachments["payload.exe"] = b"MZ"
    made.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


HOSTILE = [
    ("empty.pdf", b"", "FILE_EMPTY"),
    ("large.pdf", b"%PDF-" + bytes(21 * 2**20), "FILE_TOO_BIG"),
    ("program.exe", b"MZ", "FILE_KIND_NOT_TAKEN"),
    ("page.html", HTML, "FILE_KIND_NOT_TAKEN"),
    ("drawing.svg", SVG, "FILE_KIND_NOT_TAKEN"),
    ("no ending", b"words", "FILE_KIND_NOT_TAKEN"),
    ("contract.pdf.exe", pdf(), "FILE_KIND_NOT_TAKEN"),
    ("contract\u202efdp.exe", pdf(), "FILE_KIND_NOT_TAKEN"),
    ("folder.zip", packed({"a.txt": "a"}), "FILE_ARCHIVE"),
    ("photo.heic", b"\x00\x00\x00\x18ftypheic", "FILE_HEIC"),
    ("hours.xls", OLE, "FILE_OLD_OFFICE"),
    ("hours.xlsm", xlsx(), "FILE_WITH_MACROS"),
    # Renamed
    ("page.pdf", HTML, "FILE_NOT_ITS_NAME"),
    ("program.pdf", b"MZ\x90\x00", "FILE_NOT_ITS_NAME"),
    ("drawing.png", SVG, "FILE_NOT_ITS_NAME"),
    ("animation.png", picture("GIF"), "FILE_NOT_ITS_NAME"),
    ("page.txt", HTML, "FILE_NOT_ITS_NAME"),
    ("drawing.csv", b"\xef\xbb\xbf " + SVG, "FILE_NOT_ITS_NAME"),
    ("letter.txt", b"{\\rtf1 {\\object}}", "FILE_NOT_ITS_NAME"),
    ("contract.txt", pdf(), "FILE_NOT_ITS_NAME"),
    ("policy.xlsx", docx(), "FILE_NOT_ITS_NAME"),
    ("hours.docx", xlsx(), "FILE_NOT_ITS_NAME"),
    ("policy.odt", odf("spreadsheet"), "FILE_NOT_ITS_NAME"),
    ("folder.docx", packed({"a.xml": "<a/>"}), "FILE_NOT_ITS_NAME"),
    ("hours old.xlsx", OLE + bytes(500), "FILE_OLD_OFFICE"),
    ("hours locked.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "FILE_LOCKED"),
    # Cut short or spoiled
    ("half.pdf", pdf()[:-300], "FILE_DAMAGED"),
    ("half.jpg", picture(size=(600, 600))[:2000], "FILE_DAMAGED"),
    ("half.png", picture("PNG", (600, 600))[:200], "FILE_DAMAGED"),
    ("half.webp", picture("WEBP", (600, 600))[:40], "FILE_DAMAGED"),
    ("half.xlsx", xlsx()[:400], "FILE_DAMAGED"),
    ("broken.docx", docx("<w:p>"), "FILE_DAMAGED"),
    ("letters.txt", b"words\x00words", "FILE_NOT_TEXT"),
    ("odd.txt", "words".encode("utf-16")[:-1], "FILE_NOT_TEXT"),
    ("noise.csv", bytes(range(128, 160)) + b"\x01\x02", "FILE_NOT_TEXT"),
    # Bombs
    ("bomb.xlsx", xlsx(**{"xl/worksheets/sheet2.xml": b"<a>" + bytes(30 * 2**20)}), "FILE_UNPACKS_TOO_BIG"),
    ("pictures.docx", docx(**{"word/media/image1.bmp": bytes(90 * 2**20)}), "FILE_UNPACKS_TOO_BIG"),
    ("parts.docx", docx(**{f"word/{number}.xml": "<a/>" for number in range(2_001)}), "FILE_TOO_MANY_PARTS"),
    ("laughs.docx", packed(docx_parts() | {"word/footer.xml": LAUGHS}), "FILE_UNSAFE_XML"),
    ("laughs.odt", odf(**{"styles.xml": LAUGHS}), "FILE_UNSAFE_XML"),
    ("fetched.xlsx", xlsx(**{"xl/styles.xml": FETCHED}), "FILE_UNSAFE_XML"),
    ("fetched utf-16.xlsx", xlsx(**{"xl/styles.xml": FETCHED.encode("utf-16")}), "FILE_UNSAFE_XML"),
    ("claims.png", png_that_claims(60_000, 60_000), "FILE_PICTURE_TOO_LARGE"),
    ("claims less.png", png_that_claims(9_000, 9_000), "FILE_PICTURE_TOO_LARGE"),
    ("long.txt", b"a " * 2_500_000, "FILE_TOO_MUCH_TEXT"),
    ("lines.csv", b"\n" * 400_000, "FILE_TOO_MUCH_TEXT"),
    ("cells.xlsx", packed(xlsx_parts(f"<row>{'<c/>' * 3_000_000}</row>"), zipfile.ZIP_STORED), "FILE_TOO_MUCH_TEXT"),
    (
        "strings.xlsx",
        xlsx(
            "<row>" + "<c t='s'><v>0</v></c>" * 5000 + "</row>",
            **{"xl/sharedStrings.xml": f"<sst><si><t>{'a' * 9000}</t></si></sst>"},
        ),
        "FILE_TOO_MUCH_TEXT",
    ),
    ("bomb.pdf", raw_pdf(object_stream(b"1 0 " + b" " * (65 * 2**20))), "FILE_PDF_UNREADABLE"),
    ("streams.pdf", raw_pdf(b"stream\n" * 60_000), "FILE_PDF_UNREADABLE"),
    # Names within archives
    ("up.docx", docx(**{"../../etc/cron.d/x.xml": "<a/>"}), "FILE_UNSAFE_NAMES"),
    ("root.docx", docx(**{"/etc/passwd": "x"}), "FILE_UNSAFE_NAMES"),
    ("twice.docx", docx(**{"WORD/document.xml": "<a/>"}), "FILE_UNSAFE_NAMES"),
    # Programs
    ("macro.docx", docx(**{"word/vbaProject.bin": b"x"}), "FILE_WITH_MACROS"),
    ("active.docx", docx(**{"word/activeX/activeX1.xml": "<a/>"}), "FILE_WITH_MACROS"),
    ("basic.odt", odf(**{"Basic/Standard/Module1.xml": "<a/>"}), "FILE_WITH_MACROS"),
    ("event.odt", odf(body="<script:event-listener/>"), "FILE_WITH_MACROS"),
    (
        "declared.xlsx",
        packed(
            xlsx_parts()
            | {"[Content_Types].xml": '<T><Override ContentType="vnd.ms-excel.sheet.macro&#69;nabled.main+xml"/></T>'}
        ),
        "FILE_WITH_MACROS",
    ),
    # What reaches out
    ("image.docx", docx(**{"word/_rels/document.xml.rels": relations("image", "http://a.test/b")}), "FILE_WITH_LINKS"),
    (
        "image named like a link.docx",
        docx(**{"word/_rels/document.xml.rels": relations("image", "http://a.test/hyperlink")}),
        "FILE_WITH_LINKS",
    ),
    (
        "template.docx",
        docx(**{"word/_rels/settings.xml.rels": relations("attachedTemplate", "http://a.test/t.dotm")}),
        "FILE_WITH_LINKS",
    ),
    ("book.xlsx", xlsx(**{"xl/externalLinks/externalLink1.xml": "<a/>"}), "FILE_WITH_LINKS"),
    ("data.xlsx", xlsx(**{"xl/connections.xml": "<a/>"}), "FILE_WITH_LINKS"),
    ("image.odt", odf(body="<draw:image xlink:href='http://a.test/b.png'/>"), "FILE_WITH_LINKS"),
    ("neighbour.odt", odf(body="<draw:image xlink:href='../b.png'/>"), "FILE_WITH_LINKS"),
    ("command.docx", docx(instruction('DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"')), "FILE_WITH_LINKS"),
    (
        "split command.docx",
        docx(instruction("DD</w:instrText><w:instrText>EAUTO cmd")),
        "FILE_WITH_LINKS",
    ),
    ("formula.xlsx", xlsx("<row><c><f>WEBSERVICE(&quot;http://a.test&quot;)</f></c></row>"), "FILE_WITH_LINKS"),
    ("formula.ods", odf("spreadsheet", "<table:table-cell table:formula='of:=DDE(1)'/>"), "FILE_WITH_LINKS"),
    ("formula.csv", b"month;hours\nMay;=cmd|'/c calc'!A1\n", "FILE_WITH_FORMULAS"),
    ("hidden formula.csv", b'a,b\n"x","+HYPERLINK(""http://a.test"")"\n', "FILE_WITH_FORMULAS"),
    # Files within files
    ("nested.docx", docx(**{"word/media/image1.png": packed({"a": "a"})}), "FILE_HOLDS_ANOTHER"),
    ("program.docx", docx(**{"word/media/image1.png": b"MZ"}), "FILE_HOLDS_ANOTHER"),
    ("script.docx", docx(**{"word/run.js": b"x"}), "FILE_WITH_MACROS"),
    ("chunk.docx", docx(**{"word/part.html": HTML}), "FILE_HOLDS_ANOTHER"),
    ("object.docx", docx(**{"word/embeddings/oleObject1.bin": OLE}), "FILE_WITH_LINKS"),
    ("moved.xlsx", moved(xlsx()), "FILE_NOT_ITS_NAME"),
    ("two.xlsx", packed({"a": "a"}) + xlsx(), "FILE_HOLDS_ANOTHER"),
    ("comment.xlsx", zipped_comment(xlsx()), "FILE_HOLDS_ANOTHER"),
    ("tail.xlsx", xlsx() + b"<script>", "FILE_HOLDS_ANOTHER"),
    (
        "zip.pdf",
        pdf()[:9] + packed({"a": "a"}, zipfile.ZIP_STORED)[:-2] + b"\x10\x00startxref\n0\n%%EOF",
        "FILE_HOLDS_ANOTHER",
    ),
    ("tail.pdf", pdf() + HTML, "FILE_DAMAGED"),
    # PDF that acts
    ("script.pdf", pdf(root={"/OpenAction": javascript()}), "FILE_PDF_ACTS"),
    ("script packed.pdf", pdf(root={"/OpenAction": javascript()}, streams=True), "FILE_PDF_ACTS"),
    ("spelt.pdf", raw_pdf(b"1 0 obj <</S /J#61vaScript /JS (x)>> endobj"), "FILE_PDF_ACTS"),
    ("launch.pdf", raw_pdf(b"1 0 obj <</S/Launch/F(cmd.exe)>> endobj"), "FILE_PDF_ACTS"),
    ("page.pdf", raw_pdf(b"1 0 obj <</Type/Page/AA<</O 2 0 R>>>> endobj"), "FILE_PDF_ACTS"),
    ("form.pdf", raw_pdf(b"1 0 obj <</AcroForm<</XFA 2 0 R>>>> endobj"), "FILE_PDF_ACTS"),
    (
        "behind blanks.pdf",
        raw_pdf(object_stream(BLANKS + b"5 0 <</S/Launch>>", b"/Type 9 0 R /Filter/FlateDecode")),
        "FILE_PDF_ACTS",
    ),
    ("undeclared.pdf", raw_pdf(object_stream(b"5 0 <</S/Launch>>", b"/Type 9 0 R")), "FILE_PDF_ACTS"),
    (
        "twice packed.pdf",
        raw_pdf(object_stream(b"5 0 x", b"/Type/ObjStm/Filter[/ASCIIHexDecode/FlateDecode]")),
        "FILE_PDF_UNREADABLE",
    ),
    (
        "foretold.pdf",
        raw_pdf(object_stream(b"5 0 x", b"/Type/ObjStm/Filter/FlateDecode/DecodeParms<</Predictor 12>>")),
        "FILE_PDF_UNREADABLE",
    ),
    ("attached.pdf", attached_pdf(), "FILE_PDF_HOLDS_FILES"),
    ("locked.pdf", locked_pdf(), "FILE_LOCKED"),
]


def refused(data: bytes, name: str) -> str:
    """Return the code of a refusal that is told in full in every language."""
    found = screen(data, name)
    assert isinstance(found, tuple)
    assert all(set(one.detail) == set(LANGUAGES) for one in found)
    assert all(said.endswith(".") and "{" not in said for one in found for said in one.detail.values())
    return found[0].code


def taken(data: bytes, name: str) -> Screened:
    found = screen(data, name)
    assert isinstance(found, Screened), found
    return found


def asked(data: bytes, name: str) -> list[tuple[str, str]]:
    return [(one.code, one.where) for one in taken(data, name).asks]


@pytest.mark.parametrize("name", GOOD)
def test_what_a_firm_honestly_sends_is_taken_without_a_question(name):
    assert taken(GOOD[name], name).asks == ()


@pytest.mark.parametrize(
    "name", [name for name in GOOD if not name.lower().endswith((".jpg", ".jpeg", ".png", ".webp"))]
)
def test_a_document_is_kept_as_it_was_sent(name):
    assert taken(GOOD[name], name).data == GOOD[name]


@pytest.mark.parametrize(("name", "data", "code"), HOSTILE, ids=[name for name, _, _ in HOSTILE])
def test_a_hostile_file_is_refused_with_its_reason(name, data, code):
    assert refused(data, name) == code


def test_the_largest_size_is_still_looked_at():
    assert refused(b"%PDF-" + bytes(MOST_BYTES - 5), "large.pdf") == "FILE_DAMAGED"


@given(st.binary(max_size=300), st.sampled_from(accepted()), st.sampled_from(list(GOOD.values())))
def test_no_bytes_make_screening_fail(noise, ending, start):
    for data in (noise, start[: len(noise)] + noise, start + noise, start.replace(start[20:24], noise[:4])):
        screen(data, f"file{ending}")


@given(st.text(max_size=300))
def test_no_name_makes_screening_fail(name):
    screen(b"words", name)


class TestPictures:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_a_photo_holds_a_place_before_it_is_screened(self, kind):
        assert SECRET in photographed(kind)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_nothing_beside_the_points_is_left(self, kind):
        kept = taken(photographed(kind), f"photo.{kind.lower()}").data
        with Image.open(io.BytesIO(kept)) as found:
            assert SECRET not in kept
            assert not found.getexif()
            assert not {"exif", "xmp", "icc_profile", "comment", "Comment"} & found.info.keys()

    def test_a_photo_is_turned_as_it_was_held(self):
        with Image.open(io.BytesIO(taken(photographed("JPEG", orientation=6), "photo.jpg").data)) as found:
            assert found.size == (32, 64)
            assert found.getpixel((28, 4))[1] < 60  # the red corner went from the left to the right

    def test_a_large_picture_is_made_smaller(self):
        with Image.open(io.BytesIO(taken(picture(size=(6000, 1500)), "photo.jpg").data)) as found:
            assert found.size == (3000, 750)

    def test_a_small_picture_keeps_its_size(self):
        with Image.open(io.BytesIO(taken(picture(), "photo.jpg").data)) as found:
            assert found.size == (64, 32)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_what_follows_a_picture_is_not_kept(self, kind):
        both = picture(kind) + packed({"payload.exe": b"MZ"}) + HTML
        kept = taken(both, f"photo.{kind.lower()}").data
        assert b"payload" not in kept
        assert b"<script" not in kept

    def test_a_picture_sent_under_another_ending_gets_its_own(self):
        found = taken(picture("PNG"), "screenshot.jpg")
        assert (found.name, found.media_type) == ("screenshot.png", "image/png")

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
    def test_every_kind_of_points_is_drawn(self, mode):
        out = io.BytesIO()
        Image.new(mode, (8, 8)).save(out, "PNG")
        assert taken(out.getvalue(), "scan.png").media_type == "image/png"

    def test_what_is_see_through_stays_so(self):
        out = io.BytesIO()
        Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
        with Image.open(io.BytesIO(taken(out.getvalue(), "stamp.png").data)) as found:
            assert found.getpixel((1, 1))[3] == 0


class TestPeople:
    @pytest.mark.parametrize(
        "line",
        [
            pytest.param("Ring +993 65 12 34 56", id="telephone"),
            pytest.param("Паспорт I-МР 123456", id="passport"),
            pytest.param("write to somebody@example.test", id="address"),
            pytest.param("Дата рождения: 01.02.1990", id="birth"),
        ],
    )
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_words_that_may_point_to_a_person_are_asked_about(self, line, encoding):
        text = f"Note\n{line}\n".encode(encoding)
        assert asked(text, "note.txt") == [("FILE_MAY_POINT_TO_PEOPLE", "2")]

    def test_a_text_of_older_windows_programs_is_read(self):
        text = "Дата рождения: 01.02.1990".encode("cp1251")
        assert asked(text, "note.txt") == [("FILE_MAY_POINT_TO_PEOPLE", "1")]

    def test_a_finding_is_not_repeated_to_the_reader(self):
        (found,) = taken(b"Ring +993 65 12 34 56", "note.txt").asks
        assert not [said for said in found.detail.values() if "65" in said]

    def test_one_kind_of_finding_is_asked_once_with_its_places(self):
        text = b"a +993 65 123456\n" * 7
        (found,) = taken(text, "note.txt").asks
        assert "line 1; line 2; line 3; line 4; line 5; and 2 more" in found.detail["en"]

    @pytest.mark.parametrize(
        "heading",
        [
            *("Surname", "First name", "Names", "Worker's name", "Passport No", "Date of birth", "DOB"),
            *("ФИО", "Ф.И.О.", "Фамилия", "Имя работника", "Номер паспорта", "Дата рождения"),
            *("Familiýasy", "Ady", "Işgäriň ady", "Pasport belgisi", "Doglan senesi", "Telefon"),
        ],
    )
    def test_a_column_that_lists_people_is_asked_about(self, heading):
        table = f"No;{heading};Days\n1;x;22\n".encode()
        assert asked(table, "list.csv") == [("FILE_LISTS_PEOPLE", "1")]

    @pytest.mark.parametrize(
        "heading",
        [
            *("Name of goods", "Brand name", "Site name", "Наименование", "Имя файла"),
            *("Harydyň ady", "Önümiň ady", "Amount", "Сумма", "Senesi"),
        ],
    )
    def test_a_column_about_things_is_not(self, heading):
        assert asked(f"No;{heading};Days\n1;x;22\n".encode(), "list.csv") == []

    def test_a_sheet_is_called_by_its_name(self):
        data = xlsx(words("Month", "Hours") + words("May", "+993 65 12 34 56", number=4))
        (found,) = taken(data, "hours.xlsx").asks
        assert found.where == "Payroll!4"
        assert "sheet “Payroll”, row 4" in found.detail["en"]

    def test_a_string_that_cells_share_is_found_where_it_is_used(self):
        shared = "<sst><si><t>May</t></si><si><r><t>+993 65 </t></r><r><t>12 34 56</t></r></si></sst>"
        data = xlsx("<row r='9'><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row>", **{"xl/sharedStrings.xml": shared})
        assert asked(data, "hours.xlsx") == [("FILE_MAY_POINT_TO_PEOPLE", "Payroll!9")]

    def test_a_number_kept_as_a_number_is_found(self):
        assert asked(xlsx("<row r='2'><c><v>99365123456</v></c></row>"), "hours.xlsx")

    def test_two_cells_do_not_read_like_one_number(self):
        assert asked(xlsx(words("993", "65", "123", "456")), "hours.xlsx") == []

    def test_a_comment_in_a_workbook_is_read(self):
        comment = "<comments><comment ref='A1'><text><t>+993 65 12 34 56</t></text></comment></comments>"
        assert asked(xlsx(**{"xl/comments1.xml": comment}), "hours.xlsx")

    def test_words_cut_into_pieces_are_read_as_one(self):
        runs = "<w:r><w:t>+993 65 </w:t></w:r><w:r><w:t>12 34 56</w:t></w:r>"
        assert asked(docx(f"<w:p/><w:p>{runs}</w:p>"), "letter.docx") == [("FILE_MAY_POINT_TO_PEOPLE", "2")]

    def test_words_struck_out_are_read_too(self):
        assert asked(
            docx("<w:p><w:del><w:r><w:delText>+993 65 12 34 56</w:delText></w:r></w:del></w:p>"), "letter.docx"
        )

    def test_a_header_of_a_letter_is_read(self):
        header = '<w:hdr xmlns:w="x"><w:p><w:r><w:t>+993 65 12 34 56</w:t></w:r></w:p></w:hdr>'
        assert asked(docx(**{"word/header1.xml": header}), "letter.docx")

    def test_a_table_in_a_letter_is_read_by_row(self):
        cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
        table = f"<w:tbl><w:tr>{cell.format('Month')}{cell.format('Surname')}</w:tr></w:tbl>"
        assert asked(docx(table), "letter.docx") == [("FILE_LISTS_PEOPLE", "1!1")]

    def test_an_open_document_is_read(self):
        assert asked(odf(body="<text:p>+993 <text:span>65 12 34 56</text:span></text:p>"), "letter.odt")

    def test_rows_left_out_of_an_open_sheet_are_counted(self):
        blank = "<table:table-row table:number-rows-repeated='4'/>"
        cell = "<table:table-cell><text:p>+993 65 12 34 56</text:p></table:table-cell>"
        row = f"<table:table-row>{cell}</table:table-row>"
        data = odf("spreadsheet", f"<table:table table:name='May'>{blank}{row}</table:table>")
        assert asked(data, "hours.ods") == [("FILE_MAY_POINT_TO_PEOPLE", "May!5")]

    def test_a_file_whose_words_cannot_be_read_says_so(self):
        assert [taken(GOOD[name], name).read for name in ("contract.pdf", "room.jpg", "note.txt")] == [
            False,
            False,
            True,
        ]


class TestNotRefused:
    """What looks dangerous and is everyday."""

    def test_a_pdf_that_opens_at_a_page(self):
        place = pikepdf.Array([0, pikepdf.Name.Fit])
        assert taken(pdf(root={"/OpenAction": place}), "contract.pdf")

    def test_a_pdf_whose_page_is_drawn_with_numbers(self):
        page = zlib.compress(b"0 0 1 rg 10 10 20 20 re f")
        assert taken(raw_pdf(b"3 0 obj <</Filter/FlateDecode>> stream\n" + page + b"\nendstream endobj"), "plan.pdf")

    def test_a_hyperlink_in_a_letter(self):
        assert taken(docx(**{"word/_rels/document.xml.rels": relations("hyperlink", "https://a.test")}), "letter.docx")

    def test_a_letter_that_remembers_its_template(self):
        meta = '<m xmlns:x="http://www.w3.org/1999/xlink"><template x:href="file:///C:/a.ott"/></m>'
        assert taken(odf(**{"meta.xml": meta}), "letter.odt")

    @pytest.mark.parametrize("part", ["xl/printerSettings/printerSettings1.bin", "xl/metadata"])
    def test_what_a_table_program_notes_for_itself(self, part):
        assert taken(xlsx(**{part: b"\x01\x02"}), "hours.xlsx")

    @pytest.mark.parametrize("part", ["manifest.rdf", "layout-cache", "ObjectReplacements/Object 1"])
    def test_what_a_text_program_notes_for_itself(self, part):
        assert taken(odf(**{part: b"<rdf/>"}), "letter.odt")

    def test_a_field_with_the_number_of_the_page(self):
        assert taken(docx(instruction(" PAGE ")), "letter.docx")

    def test_numbers_and_words_with_a_sign_in_front(self):
        assert taken(b"a;b;c\n-5;+12,5;- paid\n== total ==;@home;-x\n", "hours.csv")

    def test_an_empty_part(self):
        assert taken(odf(**{"Configurations2/accelerator/current.xml": b""}), "letter.odt")

    def test_a_picture_in_a_letter(self):
        assert taken(docx(**{"word/media/image1.png": picture("PNG")}), "letter.docx")


class TestNames:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("C:\\Users\\me\\hours.xlsx", "hours.xlsx"),
            ("a\u202efdp.exe", "afdp.exe"),
            ("a\x00b\r\nSet-Cookie: x.pdf", "abSet-Cookie_ x.pdf"),
            ('quote".pdf', "quote_.pdf"),
            ("CON.pdf", "_CON.pdf"),
            ("  Zähmet şertnamasy №7 .pdf", "Zähmet şertnamasy №7.pdf"),
            ("договор.pdf", "договор.pdf"),
            ("", "file"),
            ("...", "file"),
            (".pdf", "pdf"),
        ],
    )
    def test_a_name_is_made_fit_to_be_shown(self, name, expected):
        assert file_name.shown(name) == expected

    def test_a_long_name_keeps_its_ending(self):
        found = file_name.shown("a" * 500 + ".pdf")
        assert len(found) == file_name.LONGEST
        assert found.endswith(".pdf")

    @given(st.text(max_size=300))
    def test_a_name_made_fit_stays_as_it_is(self, name):
        assert file_name.shown(file_name.shown(name)) == file_name.shown(name)

    @given(st.text(max_size=300))
    def test_no_name_breaks_out_of_its_header(self, name):
        line = file_name.disposition(file_name.shown(name))
        assert line.isascii()
        assert line.isprintable()
        assert line.count('"') == 2

    def test_a_name_in_any_script_reaches_the_browser(self):
        line = file_name.disposition("şertnama.pdf")
        assert line == "attachment; filename=\"sertnama.pdf\"; filename*=UTF-8''%C5%9Fertnama.pdf"
