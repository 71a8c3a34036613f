"""The pages of a firm's documents: not found, not allowed, wrong moment, well done."""

import re

import pytest

from duediligence.organisation import Role
from duediligence.workflow import handing_in, reviewing

NOTE = {"file": ("note.txt", b"Hours are kept.")}
ASKS = b"Call +993 65 123456"


@pytest.fixture
def firm(service):
    return service.firm()


@pytest.fixture
def lead(service, firm):
    return service.browser(firm[2])


@pytest.fixture
def kept(lead):
    return lead.post("/documents/new", {"dated": "01.03.2026", "shared": "yes"}, NOTE).headers["location"]


@pytest.fixture
def begun(service, firm):
    return service.here.begun(firm[2], firm[1])


def sent_with(lead, begun, content: bytes, name: str = "paper.txt", **headers: str):
    fields = {"revision": "0", "question": "pro.sector", "pro.sector": "services", "pro.sector.comment": ""}
    files = {"pro.sector.file": (name, content)}
    return lead.post(f"/assessments/{begun}/sections/pro", fields, files, **headers)


PAGES = ("", "/content", "/answers")


@pytest.mark.parametrize("page", PAGES)
def test_another_firm_finds_no_document(service, kept, page):
    assert service.browser(service.firm()[2]).get(kept + page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_led_to_sign_in(service, kept, page):
    assert service.browser().get(kept + page).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("role", [Role.EXPORTER, Role.WORKER_REPRESENTATIVE])
def test_who_does_not_answer_sees_no_documents(service, firm, kept, role):
    browser = service.browser(service.here.somebody((firm[0], role)))
    assert {browser.get(address).status_code for address in ("/documents", "/documents/new", kept)} == {403}


def test_a_document_is_listed_described_and_saved_as_a_file(lead, kept):
    assert "note.txt" in lead.get("/documents").text
    assert "01.03.2026" in lead.get(kept).text
    answer = lead.get(f"{kept}/content")
    assert answer.content == b"Hours are kept."
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]


def test_what_is_refused_is_said_beside_the_field_and_nothing_typed_is_lost(lead):
    answer = lead.post("/documents/new", {"dated": "01.03.2026"}, {"file": ("program.exe", b"MZ")})
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert 'value="01.03.2026"' in answer.text


def test_without_a_file_nothing_is_added(lead):
    assert lead.post("/documents/new", {}, {"other": ("", b"")}).status_code == 422


def test_a_day_that_is_none_is_asked_about_and_the_file_is_not_sent_again(lead):
    page = lead.post("/documents/new", {"dated": "32.03.2026"}, NOTE).headers["location"]
    assert 'value="32.03.2026"' in lead.get(page).text
    assert lead.post(page, {"decision": "keep", "dated": "32.03.2026"}).status_code == 422
    assert lead.post(page, {"decision": "keep", "dated": "31.03.2026"}).status_code == 303
    assert "31.03.2026" in lead.get("/documents").text


def test_dates_the_wrong_way_round_are_asked_about(lead):
    days = {"dated": "01.03.2026", "valid_until": "01.03.2025"}
    page = lead.post("/documents/new", days, NOTE).headers["location"]
    assert lead.post(page, {"decision": "keep"} | days).status_code == 422


def test_what_may_point_to_people_is_asked_about_and_kept_once_somebody_has_checked(lead):
    page = lead.post("/documents/new", {}, {"file": ("list.txt", ASKS)}).headers["location"]
    assert "phone number" in lead.get(page).text
    assert "list.txt" not in lead.get("/documents").text
    assert lead.post(page, {"decision": "keep"}).headers["location"] == "/documents"
    assert "list.txt" in lead.get("/documents").text
    assert lead.get(page).status_code == 404


def test_what_somebody_would_rather_not_keep_is_gone(lead):
    page = lead.post("/documents/new", {}, {"file": ("list.txt", ASKS)}).headers["location"]
    lead.post(page, {"decision": "drop"})
    assert lead.get(page).status_code == 404
    assert "list.txt" not in lead.get("/documents").text


def test_a_file_sent_beside_an_answer_stands_for_it(lead, begun):
    answer = sent_with(lead, begun, b"A paper", **{"x-part": "saved"})
    assert answer.status_code == 200
    assert "paper.txt" in answer.text
    page = re.search(r"/documents/[0-9a-f]{32}", answer.text)[0]
    assert f"/assessments/{begun}" in lead.get(page).text
    assert page in lead.get(f"/assessments/{begun}/sections/pro").text


def test_a_file_beside_an_answer_that_asks_something_leads_to_its_question(lead, begun):
    line = sent_with(lead, begun, ASKS, **{"x-part": "saved"}).text
    assert re.search(r"/documents/waiting/[0-9a-f]{64}", line)
    page = sent_with(lead, begun, ASKS).headers["location"]
    assert page.startswith("/documents/waiting/")
    assert lead.post(page, {"decision": "keep"}).headers["location"] == f"/assessments/{begun}/sections/map"
    assert "paper.txt" in lead.get(f"/assessments/{begun}/sections/pro").text


def test_a_refused_file_beside_an_answer_does_not_cost_the_answer(lead, begun):
    assert sent_with(lead, begun, b"MZ", "program.exe", **{"x-part": "saved"}).status_code == 422
    page = lead.get(f"/assessments/{begun}/sections/pro").text
    assert re.search(r'value="services" checked', page)


def test_a_page_without_script_says_which_file_was_refused(lead, begun):
    answer = sent_with(lead, begun, b"MZ", "program.exe")
    assert answer.status_code == 422
    assert "program.exe" in answer.text


def test_a_document_stands_for_the_answers_that_were_ticked(lead, kept, begun):
    assert f"?assessment={begun}" in lead.get(f"{kept}/answers").text
    lead.post(f"{kept}/answers", {"assessment": begun, "question": ["pro.sector", "pro.headcount"]})
    page = lead.get(f"{kept}/answers?assessment={begun}").text
    assert set(re.findall(r'value="(\S+)" checked', page)) == {"pro.sector", "pro.headcount"}


def test_during_a_review_documents_are_added_and_not_taken_off(service, firm, lead, kept):
    engagement = service.here.answered(firm[2], firm[1])
    lead.post(f"{kept}/answers", {"assessment": engagement, "question": "pro.sector"})
    with service.here.work(firm[2]) as work:
        handing_in.submit(work, engagement)
    page = lead.get(f"{kept}/answers?assessment={engagement}").text
    assert '<input type="hidden" name="question" value="pro.sector">' in page
    both = {"assessment": engagement, "question": ["pro.sector", "pro.headcount"]}
    assert lead.post(f"{kept}/answers", both).status_code == 303
    assert lead.post(f"{kept}/answers", {"assessment": engagement}).status_code == 409


def test_dates_and_readers_can_be_changed(lead, kept):
    assert lead.post(kept, {"dated": "soon"}).status_code == 422
    assert lead.post(kept, {"dated": "02.03.2026", "shared": "no"}).status_code == 303
    assert "Only your firm" in lead.get("/documents").text


def test_an_erased_document_leaves_its_reason(lead, kept):
    assert lead.post(f"{kept}/erase", {"reason": ""}).status_code == 422
    assert lead.post(f"{kept}/erase", {"reason": "Out of date"}).status_code == 303
    assert "Out of date" in lead.get(kept).text
    assert lead.get(f"{kept}/content").status_code == 409
    assert "note.txt" not in lead.get("/documents").text


def test_a_respondent_erases_nothing(service, firm, kept):
    respondent = service.browser(service.here.somebody((firm[0], Role.RESPONDENT)))
    assert respondent.post(f"{kept}/erase", {"reason": "Out of date"}).status_code == 403


def test_a_reviewer_opens_what_is_shared_with_the_file_and_nothing_before(service, firm, lead, kept):
    engagement = service.here.answered(firm[2], firm[1])
    lead.post(f"{kept}/answers", {"assessment": engagement, "question": "pro.sector"})
    file = kept.rpartition("/")[2]
    _, auditor, _, _ = service.body()
    browser, address = service.browser(auditor), f"/assessments/{engagement}/documents/{file}"
    assert browser.get(address).status_code == 404
    with service.here.work(firm[2]) as work:
        handing_in.submit(work, engagement)
    with service.here.work(auditor) as work:
        reviewing.take(work, engagement, "")
    assert browser.get(address).content == b"Hours are kept."
    assert browser.get(kept).status_code == 403


def test_a_file_too_big_for_any_document_is_refused_before_it_is_read(lead):
    assert lead.post("/documents/new", {}, {"file": ("big.pdf", b"x" * (26 * 2**20))}).status_code == 413


def test_files_cost_what_they_weigh(service, firm):
    browser = service.browser(service.here.somebody((firm[0], Role.RESPONDENT)))
    heavy = {"file": ("big.exe", b"x" * (20 * 2**20))}
    codes = [browser.post("/documents/new", {}, heavy).status_code for _ in range(5)]
    assert codes == [422, 422, 422, 422, 429]
