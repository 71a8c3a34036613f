"""The PDF: archivable, tagged, reproducible, and readable by machine and by ear in three languages."""

import shutil
import subprocess
from functools import cache
from io import BytesIO

import msgspec
import pikepdf
import pypdf
import pytest
from report_cases import ON, case, example, report_of

from duediligence.reports import Copy, Fact, attachment
from duediligence.reports.compose import compose
from duediligence.reports.face import STAND_IN, legible, letters
from duediligence.reports.pdf import NotRendered, render
from questionnaires.text import LANGUAGES

EVERY = [(name, language) for name in ("almost_empty", "cotton_farm", "much_wrong") for language in LANGUAGES]

needs = {
    tool: pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not here") for tool in ("qpdf", "pdftotext")
}


@cache
def rendered(name: str, language: str, copy: Copy = Copy.SHARED) -> bytes:
    report = report_of(name, language, copy)
    return render(report, [attachment.assessment(report, msgspec.json.encode(case(name)[0]))])


def text_of(pdf: bytes) -> str:
    asked = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(asked, input=pdf, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_file_is_archivable_tagged_and_carries_the_data(name, language):
    with pikepdf.open(BytesIO(rendered(name, language))) as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["xmp:CreateDate"].startswith(ON.isoformat())
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == language
        assert pdf.Root.AF[0].AFRelationship == "/Data"
        attached = pdf.attachments["assessment.json"].get_file().read_bytes()
        assert attached == msgspec.json.encode(case(name)[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_face_is_embedded_and_is_a_shipped_one(language):
    with pikepdf.open(BytesIO(rendered("cotton_farm", language))) as pdf:
        faces = [part for part in pdf.objects if isinstance(part, pikepdf.Dictionary) and "/FontDescriptor" in part]
        assert faces
        for face in faces:
            assert "PTSans" in str(face.BaseFont)
            assert "/FontFile2" in face.FontDescriptor or "/FontFile3" in face.FontDescriptor


@needs["qpdf"]
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_has_no_fault(language, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(rendered("cotton_farm", language))
    assert subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0


@needs["pdftotext"]
@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_words_can_be_taken_out_again(name, language):
    report, text = report_of(name, language), " ".join(text_of(rendered(name, language)).split())
    wanted = [
        report.head.label,
        report.head.id,
        report.limits.heading,
        report.reviewer.passage.heading,
        report.plan.passage.heading,
        *(cell.word.split()[0] for cell in report.strip.cells),
    ]
    assert [words for words in wanted if words not in text] == []


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_first_page_answers_and_stands_alone(name, language):
    pages = pypdf.PdfReader(BytesIO(rendered(name, language))).pages
    first, second = (" ".join(page.extract_text().split()) for page in pages[:2])
    report = report_of(name, language)
    last = report.limits.sentences[-1].split()[-1]
    assert last in first
    assert report.reviewer.passage.heading in second


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_first_page_says_how_the_reviewer_stands_to_the_state_and_what_the_main_risk_is(name, language):
    report = report_of(name, language)
    first = " ".join(pypdf.PdfReader(BytesIO(rendered(name, language))).pages[0].extract_text().split())
    assert report.head.relation in first
    assert report.limits.sentences[0] in first


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("copy", Copy)
@pytest.mark.parametrize("name", ["cotton_farm_mary", "builder_ashgabat", "labour_provider_lebap"])
def test_a_full_report_is_no_longer_than_it_needs(name, copy, language):
    report = compose(*example(name), language, copy)
    assert 8 <= len(pypdf.PdfReader(BytesIO(render(report, []))).pages) <= 14


@needs["pdftotext"]
@pytest.mark.parametrize("language", ["tk", "ru"])
def test_no_line_ends_within_a_short_word_with_a_hyphen(language):
    lines = text_of(rendered("cotton_farm", language)).splitlines()
    assert [line for line in lines if line.rstrip().endswith("-")] == []


def test_headings_begin_at_the_top_and_are_in_the_outline():
    titles = [
        entry.title
        for entry in pypdf.PdfReader(BytesIO(rendered("cotton_farm", "en"))).outline
        if not isinstance(entry, list)
    ]
    assert titles == ["Labour risk report"]


def test_the_same_report_gives_the_same_bytes():
    report = report_of("cotton_farm", "ru")
    attached = [attachment.assessment(report, b"{}")]
    assert render(report, attached) == render(report, attached)


@needs["pdftotext"]
def test_the_copy_of_the_firm_says_so_on_every_page():
    text = text_of(rendered("cotton_farm", "en", Copy.FIRM))
    pages = text.count("\f")
    assert text.count("Holds protected answers") == pages


@needs["pdftotext"]
def test_words_are_never_read_as_markup():
    words = '#panic("x") *bold* $x$ <tag> \\ @cite'
    assert words in " ".join(text_of(named(words)).split())


@needs["pdftotext"]
@pytest.mark.parametrize("name", ["工厂 Ltd", "ქართული", "a\x00b", "\u200bzero", "😀 Co", "مصنع"])
def test_no_name_stops_a_report(name):
    assert named(name).startswith(b"%PDF")


def named(name: str) -> bytes:
    """Return the PDF of a report of a firm with this name."""
    report = report_of("almost_empty", "en")
    head = msgspec.structs.replace(report.head, facts=(Fact(label="Firm", value=name), *report.head.facts[1:]))
    return render(msgspec.structs.replace(report, head=head), [])


def test_every_letter_of_the_three_languages_can_be_shown():
    turkmen, russian = "AÄBÇDEFGHIJKLMNŇOÖPRSŞTUÜWYÝZŽ", "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
    assert set(turkmen + turkmen.lower() + russian + russian.lower() + "«»„“—–…№×−<≤0123456789") <= letters()


def test_a_letter_no_face_has_is_replaced_and_an_invisible_one_dropped():
    assert legible({"name": ["工 Ýol", "a\u200bb", "e\u0301"]}) == {"name": [f"{STAND_IN} Ýol", "ab", "é"]}


def test_a_template_that_does_not_fit_is_refused():
    report = report_of("almost_empty", "en")
    with pytest.raises(NotRendered, match="words"):
        render(msgspec.structs.replace(report, words={}), [])
