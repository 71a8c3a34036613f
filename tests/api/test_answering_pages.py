"""The pages on which a firm answers: not found, not allowed, wrong moment, well done."""

import html

import pytest

from duediligence.organisation import Role
from duediligence.workflow import answering, handing_in
from tests.conftest import book

PERIOD = {"begins": "01.08.2026", "ends": "31.10.2026"}


@pytest.fixture
def firm(service):
    return service.firm()


@pytest.fixture
def lead(service, firm):
    return service.browser(firm[2])


@pytest.fixture
def begun(service, firm):
    return f"/assessments/{service.here.begun(firm[2], firm[1])}"


@pytest.fixture
def answered(service, firm):
    return f"/assessments/{service.here.answered(firm[2], firm[1])}"


PAGES = ("", "/sections/pro", "/check", "/result", "/report?kind=json")


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_led_to_sign_in(service, begun, page):
    answer = service.browser().get(begun + page)
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")


@pytest.mark.parametrize("page", PAGES)
def test_another_firm_finds_nothing(service, begun, page):
    assert service.browser(service.firm()[2]).get(begun + page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_what_does_not_exist_is_not_found(lead, page):
    assert lead.get(f"/assessments/{'0' * 32}{page}").status_code == 404


def test_a_section_that_the_form_does_not_have_is_not_found(lead, begun):
    assert lead.get(f"{begun}/sections/nothing").status_code == 404


def test_an_exporter_does_not_answer(service, firm, begun):
    exporter = service.browser(service.here.somebody((firm[0], Role.EXPORTER)))
    assert exporter.post(f"{begun}/sections/pro", {"revision": "0"}).status_code == 403


def test_what_was_handed_in_no_longer_changes(service, firm, lead, answered):
    with service.here.work(firm[2]) as work:
        handing_in.submit(work, answered.removeprefix("/assessments/"))
    assert lead.post(f"{answered}/sections/pro", {"revision": "1"}).status_code == 409


def test_an_assessment_is_begun(lead, firm):
    answer = lead.post("/assessments/new", {"site": firm[1], **PERIOD})
    assert answer.status_code == 303
    assert lead.get(answer.headers["location"]).status_code == 200


def test_what_does_not_fit_stands_beside_its_field_with_what_was_typed(lead, firm):
    answer = lead.post("/assessments/new", {"site": firm[1], "begins": "31.31.2026", "ends": "31.10.2026"})
    assert answer.status_code == 422
    assert 'value="31.31.2026"' in answer.text
    assert 'id="begins-error"' in answer.text


def test_nobody_begins_an_assessment_of_another_firms_site(service, lead):
    _, site, _ = service.firm()
    assert lead.post("/assessments/new", {"site": site, **PERIOD}).status_code == 404


def test_a_page_of_answers_is_saved_and_leads_on(service, firm, lead, begun):
    fields = {"revision": "0", "pro.sector": "cotton_growing", "pro.sector.comment": ""}
    answer = lead.post(f"{begun}/sections/pro", fields)
    assert answer.status_code == 303
    with service.here.work(firm[2]) as work:
        found = answering.opened(work, begun.removeprefix("/assessments/"))
    assert found.response.answers["pro.sector"].value == "cotton_growing"


def test_a_question_that_was_not_on_the_page_is_left_alone(service, firm, lead, begun):
    lead.post(f"{begun}/sections/pro", {"revision": "0", "pro.headcount": "40", "pro.headcount.comment": ""})
    lead.post(f"{begun}/sections/pro", {"revision": "1", "pro.sector": "services", "pro.sector.comment": ""})
    with service.here.work(firm[2]) as work:
        found = answering.opened(work, begun.removeprefix("/assessments/"))
    assert found.response.answers["pro.headcount"].value == 40


@pytest.mark.parametrize("typed", ["abc", "-3", "99999999999", "12,5,3"])
def test_a_quantity_that_cannot_be_is_shown_again_as_it_was_typed(lead, begun, typed):
    answer = lead.post(f"{begun}/sections/pro", {"revision": "0", "pro.headcount": typed, "pro.headcount.comment": ""})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert 'id="pro.headcount-error"' in answer.text


def test_an_answer_is_saved_as_it_is_given(lead, begun):
    fields = {"revision": "0", "question": "pro.headcount", "pro.headcount": "40", "pro.headcount.comment": ""}
    answer = lead.post(f"{begun}/sections/pro", fields, **{"x-part": "saved"})
    assert (answer.status_code, answer.headers["x-revision"]) == (200, "1")
    assert "Saved" in answer.text
    assert "<html" not in answer.text


def test_an_answer_that_opens_questions_says_so(lead, begun):
    fields = {"revision": "0", "question": "rec.fees_paid", "rec.fees_paid": "yes", "rec.fees_paid.comment": ""}
    answer = lead.post(f"{begun}/sections/rec", fields, **{"x-part": "saved"})
    assert answer.headers["x-changed"] == "questions"
    assert "rec.fees_paid.to" in lead.get(f"{begun}/sections/rec", **{"x-part": "questions"}).text


def test_an_answer_that_somebody_else_changed_shows_both(service, firm, lead, begun):
    colleague = service.browser(service.here.somebody((firm[0], Role.RESPONDENT)))
    field = {"revision": "0", "question": "pro.headcount", "pro.headcount.comment": ""}
    lead.post(f"{begun}/sections/pro", field | {"pro.headcount": "40"}, **{"x-part": "saved"})
    answer = colleague.post(f"{begun}/sections/pro", field | {"pro.headcount": "50"}, **{"x-part": "saved"})
    assert answer.status_code == 409
    assert "mine:pro.headcount:1" in answer.text
    settled = field | {"pro.headcount": "50", "keep": "mine:pro.headcount:1"}
    assert colleague.post(f"{begun}/sections/pro", settled, **{"x-part": "saved"}).status_code == 200


def test_what_is_missing_is_listed_when_it_is_handed_in(lead, begun):
    answer = lead.post(f"{begun}/submit")
    assert answer.status_code == 422
    assert "#answered_by" in answer.text


def test_a_complete_assessment_is_handed_in_and_leads_to_its_result(lead, answered):
    answer = lead.post(f"{answered}/submit")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{answered}/result")
    assert lead.get(f"{answered}/result").status_code == 200


def test_guidance_comes_before_the_numbers_where_signs_are_grave(lead, answered):
    page = lead.get(f"{answered}/result").text
    assert page.index("First look after people") < page.index("four numbers" if "four numbers" in page else "<figure")
    assert "data-leave" in page


def test_an_exporter_sees_the_result_without_protected_answers(service, firm, lead, answered):
    lead.post(f"{answered}/submit")
    exporter = service.browser(service.here.somebody((firm[0], Role.EXPORTER)))
    assert exporter.get(f"{answered}/result").status_code == 200
    assert b'"sif.asked":' not in exporter.get(f"{answered}/report?kind=json").content
    assert exporter.get(f"{answered}/report?kind=json&copy=firm").status_code == 403


@pytest.mark.parametrize(("kind", "begins"), [("pdf", b"%PDF"), ("xlsx", b"PK"), ("json", b"{")])
def test_the_report_is_taken_along(service, lead, answered, kind, begins):
    answer = lead.fetch(service.here, f"{answered}/report?kind={kind}")
    assert answer.content.startswith(begins)
    assert answer.headers["content-disposition"].startswith("attachment")


def test_a_draft_is_deleted(lead, begun):
    assert lead.post(f"{begun}/delete").status_code == 303
    assert lead.get(begun).status_code == 404


def test_what_is_missing_is_named_by_its_question(service):
    _, site, lead = service.firm()
    page = service.browser(lead).get(f"/assessments/{service.here.begun(lead, site)}/check").text
    question = book().questions[book().row["pro.headcount"]]
    assert f'#{question.id}">{question.text["en"]}</a>' in html.unescape(page)
