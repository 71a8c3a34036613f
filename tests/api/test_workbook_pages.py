"""An assessment as a workbook on the pages: taken along, sent back, decided on."""

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec
import pytest

from duediligence.organisation import Role
from duediligence.workflow import answering
from questionnaires import catalogue, workbook
from questionnaires.response import Answer


@pytest.fixture
def firm(service):
    return service.firm()


@pytest.fixture
def lead(service, firm):
    return service.browser(firm[2])


@pytest.fixture
def begun(service, firm):
    return f"/assessments/{service.here.begun(firm[2], firm[1])}"


def filled(service, lead, begun, **answers: Answer) -> dict:
    data = lead.fetch(service.here, f"{begun}/workbook?lang=ru").content
    said = workbook.read(data, catalogue.load).response
    given = {name.replace("_", ".", 1): answer for name, answer in answers.items()}
    form = catalogue.load(said.questionnaire, said.version)
    return {"file": ("form.xlsx", workbook.write(form, "ru", msgspec.structs.replace(said, answers=given)))}


def test_another_firm_finds_nothing(service, begun):
    stranger = service.browser(service.firm()[2])
    assert stranger.get(f"{begun}/workbook").status_code == 404
    assert stranger.get(f"{begun}/workbook?lang=tk").status_code == 404


def test_who_does_not_answer_takes_no_workbook_along(service, firm, begun):
    exporter = service.browser(service.here.somebody((firm[0], Role.EXPORTER)))
    assert exporter.get(f"{begun}/workbook?lang=tk").status_code == 403


def test_a_workbook_comes_in_the_language_that_was_asked_for(service, lead, begun):
    answer = lead.fetch(service.here, f"{begun}/workbook?lang=tk")
    assert answer.headers["content-disposition"].endswith("-tk.xlsx")
    assert workbook.read(answer.content, catalogue.load).response.language == "tk"


@pytest.mark.parametrize("content", [b"", b"PK nothing", b"%PDF-1.7"])
def test_what_is_no_workbook_is_refused_with_the_reason(lead, begun, content):
    answer = lead.post(f"{begun}/workbook", {}, {"file": ("form.xlsx", content)})
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text


def test_nothing_is_taken_before_somebody_has_seen_it(service, lead, begun):
    page = lead.post(f"{begun}/workbook", {}, filled(service, lead, begun, pro_headcount=Answer(value=50.0)))
    shown = lead.get(page.headers["location"])
    assert "50" in shown.text
    assert 'value="50"' not in lead.get(f"{begun}/sections/pro").text


def test_what_was_taken_is_there_and_the_workbook_is_gone(service, lead, begun):
    page = lead.post(f"{begun}/workbook", {}, filled(service, lead, begun, pro_headcount=Answer(value=50.0)))
    address = page.headers["location"]
    revision = re.search(r'name="revision" value="(\d+)"', lead.get(address).text)[1]
    assert lead.post(address, {"decision": "take", "revision": revision}).headers["location"] == begun
    assert 'value="50"' in lead.get(f"{begun}/sections/pro").text
    assert lead.get(address).status_code == 404


def test_a_workbook_can_be_sent_away_again(service, lead, begun):
    page = lead.post(f"{begun}/workbook", {}, filled(service, lead, begun, pro_headcount=Answer(value=50.0)))
    lead.post(page.headers["location"], {"decision": "drop"})
    assert lead.get(page.headers["location"]).status_code == 404
    assert 'value="50"' not in lead.get(f"{begun}/sections/pro").text


def test_what_both_changed_must_be_decided(service, firm, lead, begun):
    file = filled(service, lead, begun, pro_headcount=Answer(value=50.0))
    with service.here.work(service.here.somebody((firm[0], Role.RESPONDENT))) as work:
        answering.save(work, begun.rpartition("/")[2], {"pro.headcount": Answer(value=60.0)}, 0)
    address = lead.post(f"{begun}/workbook", {}, file).headers["location"]
    undecided = lead.post(address, {"decision": "take", "revision": "1"})
    assert undecided.status_code == 422
    assert 'href="#pro.headcount"' in undecided.text
    lead.post(address, {"decision": "take", "revision": "1", "pro.headcount": "theirs"})
    assert 'value="50"' in lead.get(f"{begun}/sections/pro").text


@pytest.fixture
def long(service, lead, begun) -> dict:
    """Give a workbook in which somebody wrote far more than the form has room for."""
    file = filled(service, lead, begun, pro_headcount=Answer(value=50.0))
    cell = '<row r="{0}"><c r="J{0}" t="inlineStr"><is><t>What somebody noted on line {0}.</t></is></c></row>'
    more = "".join(map(cell.format, range(1000, 9000)))
    saved = BytesIO()
    with ZipFile(BytesIO(file["file"][1])) as book, ZipFile(saved, "w", ZIP_DEFLATED) as longer:
        for name in book.namelist():
            part = book.read(name).decode()
            longer.writestr(name, part.replace("</sheetData>", f"{more}</sheetData>") if "sheet2" in name else part)
    return {"file": ("form.xlsx", saved.getvalue())}


def test_a_long_workbook_is_read_by_a_worker_and_then_shown(service, lead, begun, long):
    address = lead.post(f"{begun}/workbook", {}, long).headers["location"]
    assert lead.get(address).status_code == 202
    shown = lead.fetch(service.here, address)
    assert (shown.status_code, "50" in shown.text) == (200, True)


def test_what_a_long_workbook_says_is_taken_once_it_was_read(service, lead, begun, long):
    address = lead.post(f"{begun}/workbook", {}, long).headers["location"]
    revision = re.search(r'name="revision" value="(\d+)"', lead.fetch(service.here, address).text)[1]
    assert lead.post(address, {"decision": "take", "revision": revision}).headers["location"] == begun
    assert 'value="50"' in lead.get(f"{begun}/sections/pro").text


def test_a_long_workbook_is_not_read_for_a_colleague(service, firm, lead, begun, long):
    address = lead.post(f"{begun}/workbook", {}, long).headers["location"]
    colleague = service.browser(service.here.somebody((firm[0], Role.RESPONDENT)))
    assert colleague.get(address).status_code == 404
