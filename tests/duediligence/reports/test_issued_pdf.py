"""The issued PDF: its seal, its marks on every page, its files; and nothing that a copy leaves out, in any byte."""

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from io import BytesIO

import msgspec
import pikepdf
import pypdf
import pytest
from issued_cases import ADDRESS, CASES, CODE, MADE, READER, TOMATOES, YARN, attestation, copied, dossier_of, whole
from PIL import Image
from report_cases import ON, report_of

from duediligence import record
from duediligence.dossier import to_json
from duediligence.proof.key_file import KeyFolder, create, unlock
from duediligence.proof.seal import Sealing, sign
from duediligence.proof.signing_key import Algorithm, Purpose
from duediligence.redaction import NamedReader, Piece, Redaction, Why
from duediligence.reports.compose_issued import issued
from duediligence.reports.compose_named import named
from duediligence.reports.issued import SEAL_PLACE
from duediligence.reports.pdf import render
from questionnaires.text import LANGUAGES

EVERY = [(name, language) for name in CASES for language in LANGUAGES]

POINTS = 72

needs = {
    tool: pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not here")
    for tool in ("qpdf", "pdftotext", "pdftoppm")
}


@cache
def rendered(name: str, language: str) -> bytes:
    return render(*whole(name, language))


@cache
def rendered_copy(name: str, language: str, pieces: tuple[Piece, ...]) -> bytes:
    return render(*copied(name, language, dict.fromkeys(pieces, Why.NOT_NEEDED)))


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(pdf)).pages]


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_file_is_archivable_and_tagged_with_all_it_carries(name, language):
    with pikepdf.open(BytesIO(rendered(name, language))) as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
            assert metadata["pdfuaid:part"] == "1"
        assert sorted(str(one.UF) for one in pdf.Root.AF) == ["assessment.json", "dossier.json"]
        assert pdf.attachments["dossier.json"].get_file().read_bytes() == to_json(dossier_of(name))


@needs["qpdf"]
@pytest.mark.parametrize("name", CASES)
def test_the_file_has_no_fault(name, tmp_path):
    path = tmp_path / "issued.pdf"
    path.write_bytes(rendered(name, "tk"))
    assert subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_first_page_answers_and_stands_alone(name, language):
    report, _ = whole(name, language)
    face = report.issued
    assert face
    first = pages(rendered(name, language))[0]
    wanted = [
        face.title,
        face.code,
        report.head.label,
        report.head.relation,
        face.judged[0].value,
        face.standing.heading,
        face.limits.sentences[0],
        face.limits.sentences[-1],
        face.seal.sentences[-1],
        *(notice.text for notice in face.notices),
    ]
    assert [words for words in wanted if words.replace("\N{NO-BREAK SPACE}", " ") not in first] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_has_room_for_two_reviewers_and_the_notice(language):
    one = msgspec.structs.replace(attestation(YARN, language), language=language)
    report = report_of("cotton_farm", language)
    full, _ = whole(YARN, language)
    assert full.issued
    made = issued(report, one, address=ADDRESS, on=ON, dossier=full.issued.dossier)
    assert made.issued
    assert made.issued.limits.sentences[-1] in pages(render(made, []))[0]


@needs["pdftotext"]
@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_words_of_the_dossier_can_be_taken_out_again(name, language):
    report, _ = whole(name, language)
    assert report.issued
    assert report.issued.dossier
    asked = ["pdftotext", "-raw", "-", "-"]
    text = subprocess.run(asked, input=rendered(name, language), capture_output=True, check=True).stdout.decode()
    plain = " ".join(text.split())
    for group in report.issued.dossier.groups:
        assert group.title in plain
        assert all(item.asks.split()[0] in plain for item in group.items)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_self_declaration_says_so_on_every_page(language):
    report, _ = whole(TOMATOES, language)
    assert report.issued
    assert all(report.issued.watermark in page for page in pages(rendered(TOMATOES, language)))


def test_the_mark_behind_the_page_is_no_part_of_what_is_read_aloud():
    with pikepdf.open(BytesIO(rendered(TOMATOES, "en"))) as pdf:
        for page in pdf.pages:
            marks = [str(one.operands[0]) for one in pikepdf.parse_content_stream(page) if str(one.operator) == "BDC"]
            assert marks[0] == "/Artifact"


@needs["pdftoppm"]
def test_the_place_of_the_seal_is_an_empty_box_on_the_page(tmp_path):
    page = picture(rendered(YARN, "en"), tmp_path)
    assert lightest(page, within=-2) == 255
    assert darkest_edge(page) < 200


def picture(pdf: bytes, folder) -> Image.Image:
    (folder / "issued.pdf").write_bytes(pdf)
    asked = ["pdftoppm", "-r", str(2 * POINTS), "-f", str(SEAL_PLACE.page + 1), "-singlefile", "-gray"]
    subprocess.run([*asked, folder / "issued.pdf", folder / "page"], capture_output=True, check=True)
    return Image.open(folder / "page.pgm")


def cut(page: Image.Image, wider: float) -> Image.Image:
    """Return the place of the seal, wider by some points on every side."""
    left, right = SEAL_PLACE.left - wider, SEAL_PLACE.right + wider
    top, bottom = page.height / 2 - SEAL_PLACE.top - wider, page.height / 2 - SEAL_PLACE.bottom + wider
    return page.crop(tuple(round(2 * edge) for edge in (left, top, right, bottom)))


def lightest(page: Image.Image, within: float) -> int:
    return int(cut(page, within).getextrema()[0])


def darkest_edge(page: Image.Image) -> int:
    """Return the lightest of the darkest dots in a strip along each side of the box."""
    box = cut(page, 2)
    strip = 8
    sides = (
        (0, strip, strip, box.height - strip),
        (box.width - strip, strip, box.width, box.height - strip),
        (strip, 0, box.width - strip, strip),
        (strip, box.height - strip, box.width - strip, box.height),
    )
    return max(int(box.crop(side).getextrema()[0]) for side in sides)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_issued_dossier_is_no_longer_than_a_reader_bears(language):
    for name in CASES:
        assert len(pages(rendered(name, language))) <= 20


def test_a_copy_names_its_reader_purpose_and_last_day_on_every_page():
    report, _ = copied(YARN, "en", {Piece.BALES: Why.NOT_NEEDED})
    assert report.issued
    assert report.issued.named
    text = pages(rendered_copy(YARN, "en", (Piece.BALES,)))
    band = report.issued.named.band.replace("\N{NO-BREAK SPACE}", " ")
    assert all(band in page for page in text)
    assert READER.purpose in report.issued.named.band


SECRETS = {
    Piece.SUPPLIERS: ["Altyn Süýüm", "Garagum Ak Altyn", "Pagtaçylyk köçesi", "Baýramaly"],
    Piece.CONSIGNEE: ["Tidewater", "Harbour Line"],
    Piece.BALES: ["B-4410", "B-4411"],
    Piece.DOCUMENT_NUMBERS: ["P-2291", "INV-88213", "PL-5521"],
}


def everything_in(pdf: bytes) -> str:
    """Return all text of a PDF, its files, its metadata, and every stream and string in it as far as it is text."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        files = [spec.get_file().read_bytes().decode() for spec in opened.attachments.values()]
        streams = [one.read_bytes().decode("latin-1") for one in opened.objects if isinstance(one, pikepdf.Stream)]
        strings = [words for one in opened.objects for words in strings_of(one)]
    return "\n".join((*pages(pdf), *files, *streams, *strings))


def strings_of(value: object) -> Iterator[str]:
    """Yield the strings of one object of a PDF; the objects it points to come by themselves."""
    if isinstance(value, pikepdf.String):
        yield str(value)
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Array):
        parts = value.values() if isinstance(value, pikepdf.Dictionary) else value
        yield from (words for part in parts if not part_of_its_own(part) for words in strings_of(part))


def part_of_its_own(value: object) -> bool:
    return isinstance(value, pikepdf.Object) and value.is_indirect


@pytest.mark.parametrize("piece", SECRETS)
def test_what_is_left_out_is_in_the_whole_and_in_no_byte_of_the_copy(piece):
    before, after = everything_in(rendered(YARN, "en")), everything_in(rendered_copy(YARN, "en", (piece,)))
    assert [words for words in SECRETS[piece] if words not in before] == []
    assert [words for words in SECRETS[piece] if words in after] == []


def test_a_copy_without_answers_carries_no_record_and_no_answer():
    pdf = rendered_copy(TOMATOES, "en", (Piece.ANSWERS,))
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert sorted(opened.attachments) == ["dossier.json", "left_out.json"]
    report, _ = whole(TOMATOES, "en")
    shown = {fact.label for group in report.evidence.groups for fact in group.answers}
    text = everything_in(pdf)
    assert [words for words in sorted(shown) if words in text] == []


def test_the_whole_carries_the_record_as_it_is():
    _, files = whole(TOMATOES, "en")
    with pikepdf.open(BytesIO(rendered(TOMATOES, "en"))) as opened:
        data = opened.attachments["assessment.json"].get_file().read_bytes()
    assert data == files[0].data
    assert not isinstance(record.decode(data), tuple)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_left_out_and_why_is_printed_and_in_the_data(language):
    report, files = copied(YARN, language, {Piece.BALES: Why.OF_THE_FIRM})
    assert report.issued
    assert report.issued.named
    text = " ".join(pages(rendered_copy(YARN, language, (Piece.BALES,))))
    assert report.issued.named.passage.heading in text
    assert report.issued.named.left_out.rows[0][0].split()[0] in text
    data = msgspec.json.decode(files[-1].data)
    assert data["left_out"] == [{"piece": "bales", "why": "of_the_firm", "count": 2}]


def test_the_same_issued_report_gives_the_same_bytes():
    assert render(*whole(YARN, "ru")) == rendered(YARN, "ru")


def test_the_seal_fits_its_place_and_the_file_stays_archivable(tmp_path):
    folder = KeyFolder(path=tmp_path, passphrase_file=tmp_path / "passphrase")
    signer = unlock(folder, create(folder, Purpose.REPORT, Algorithm.ES256, "labour.example", MADE))
    sealing = Sealing(name="Labour service", reason="Issued", words="Seal", at=MADE, place=SEAL_PLACE)
    sealed = sign(rendered(YARN, "tk"), signer, sealing).pdf
    with pikepdf.open(BytesIO(sealed)) as pdf:
        box = [float(edge) for edge in pdf.pages[SEAL_PLACE.page].Annots[-1].Rect]
        wanted = [SEAL_PLACE.left, SEAL_PLACE.bottom, SEAL_PLACE.right, SEAL_PLACE.top]
        assert box == pytest.approx(wanted, abs=1)
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"


def test_the_longest_name_of_a_reader_stops_no_copy():
    report, files = copied(YARN, "tk", {})
    longest = NamedReader(reader="Ülke Harytlary " * 13, purpose="Ýükleri barlamak " * 11, until=READER.until)
    made = render(named(report, Redaction(attestation=CODE, reader=longest, left_out=())), files)
    assert len(pages(made)) == len(pages(render(report, files)))
