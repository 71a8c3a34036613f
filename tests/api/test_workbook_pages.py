"""An assessment as a workbook on the pages: taken along, sent back, decided on."""

import re

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


def filled(lead, begun, **answers: Answer) -> dict:
    said = workbook.read(lead.get(f"{begun}/workbook?lang=ru").content, catalogue.load).response
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


def test_a_workbook_comes_in_the_language_that_was_asked_for(lead, begun):
    answer = lead.get(f"{begun}/workbook?lang=tk")
    assert answer.headers["content-disposition"].endswith("-tk.xlsx")
    assert workbook.read(answer.content, catalogue.load).response.language == "tk"


@pytest.mark.parametrize("content", [b"", b"PK nothing", b"%PDF-1.7"])
def test_what_is_no_workbook_is_refused_with_the_reason(lead, begun, content):
    answer = lead.post(f"{begun}/workbook", {}, {"file": ("form.xlsx", content)})
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text


def test_nothing_is_taken_before_somebody_has_seen_it(lead, begun):
    page = lead.post(f"{begun}/workbook", {}, filled(lead, begun, pro_headcount=Answer(value=50.0)))
    shown = lead.get(page.headers["location"])
    assert "50" in shown.text
    assert 'value="50"' not in lead.get(f"{begun}/sections/pro").text


def test_what_was_taken_is_there_and_the_workbook_is_gone(lead, begun):
    page = lead.post(f"{begun}/workbook", {}, filled(lead, begun, pro_headcount=Answer(value=50.0)))
    address = page.headers["location"]
    revision = re.search(r'name="revision" value="(\d+)"', lead.get(address).text)[1]
    assert lead.post(address, {"decision": "take", "revision": revision}).headers["location"] == begun
    assert 'value="50"' in lead.get(f"{begun}/sections/pro").text
    assert lead.get(address).status_code == 404


def test_a_workbook_can_be_sent_away_again(lead, begun):
    page = lead.post(f"{begun}/workbook", {}, filled(lead, begun, pro_headcount=Answer(value=50.0)))
    lead.post(page.headers["location"], {"decision": "drop"})
    assert lead.get(page.headers["location"]).status_code == 404
    assert 'value="50"' not in lead.get(f"{begun}/sections/pro").text


def test_what_both_changed_must_be_decided(service, firm, lead, begun):
    file = filled(lead, begun, pro_headcount=Answer(value=50.0))
    with service.here.work(service.here.somebody((firm[0], Role.RESPONDENT))) as work:
        answering.save(work, begun.rpartition("/")[2], {"pro.headcount": Answer(value=60.0)}, 0)
    address = lead.post(f"{begun}/workbook", {}, file).headers["location"]
    undecided = lead.post(address, {"decision": "take", "revision": "1"})
    assert undecided.status_code == 422
    assert 'href="#pro.headcount"' in undecided.text
    lead.post(address, {"decision": "take", "revision": "1", "pro.headcount": "theirs"})
    assert 'value="50"' in lead.get(f"{begun}/sections/pro").text
