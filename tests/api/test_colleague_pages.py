"""Sections given to colleagues, and the opinion of a worker representative, on the pages."""

import pytest

from duediligence.organisation import Role
from duediligence.workflow import handing_in


@pytest.fixture
def firm(service):
    return service.firm()


@pytest.fixture
def lead(service, firm):
    return service.browser(firm[2])


@pytest.fixture
def representative(service, firm):
    return service.browser(service.here.somebody((firm[0], Role.WORKER_REPRESENTATIVE)))


@pytest.fixture
def begun(service, firm):
    return f"/assessments/{service.here.begun(firm[2], firm[1])}"


@pytest.fixture
def handed_in(service, firm):
    identifier = service.here.answered(firm[2], firm[1])
    with service.here.work(firm[2]) as work:
        handing_in.submit(work, identifier)
    return f"/assessments/{identifier}"


def test_a_section_is_given_and_the_list_says_to_whom(service, firm, lead, begun):
    colleague = service.here.somebody((firm[0], Role.RESPONDENT))
    assert colleague.person in lead.get(f"{begun}/sections/pro/give").text
    assert lead.post(f"{begun}/sections/pro/give", {"person": colleague.person}).status_code == 303
    assert "With Somebody" in lead.get(begun).text
    assert lead.get(f"{begun}/give").text.count("Somebody") > 1


def test_a_section_that_the_form_does_not_have_is_not_found(lead, begun):
    assert lead.get(f"{begun}/sections/nothing/give").status_code == 404


def test_another_firm_gives_nothing(service, begun):
    stranger = service.browser(service.firm()[2])
    assert stranger.get(f"{begun}/give").status_code == 404
    assert stranger.post(f"{begun}/sections/pro/give", {}).status_code == 404


def test_a_respondent_gives_nothing(service, firm, begun):
    respondent = service.browser(service.here.somebody((firm[0], Role.RESPONDENT)))
    assert respondent.get(f"{begun}/give").status_code == 403


def test_management_has_no_page_for_the_opinion_of_workers(lead, handed_in):
    assert lead.get(f"{handed_in}/opinion").status_code == 403
    assert lead.post(f"{handed_in}/opinion", {"agrees": "yes"}).status_code == 403


def test_nothing_is_said_before_answers_are_handed_in(representative, begun):
    assert "<form" not in representative.get(f"{begun}/opinion").text.split("<main")[1]
    assert representative.post(f"{begun}/opinion", {"agrees": "yes"}).status_code == 409


def test_words_that_may_name_a_person_come_back_to_be_mended(representative, handed_in):
    answer = representative.post(f"{handed_in}/opinion", {"agrees": "no", "words": "call +993 65 123456"})
    assert answer.status_code == 422
    assert "call +993 65 123456" in answer.text


def test_somebody_who_does_not_choose_is_asked_to(representative, handed_in):
    assert representative.post(f"{handed_in}/opinion", {"words": "Well"}).status_code == 422


def test_retaliation_the_pages_of_the_firm_are_the_same_after_a_dissent(lead, representative, handed_in):
    pages = ("", "/result", "/check", "/sections/pro")
    before = [lead.get(handed_in + page).text for page in pages]
    representative.post(f"{handed_in}/opinion", {"agrees": "no", "words": "Hours are longer."})
    assert [lead.get(handed_in + page).text for page in pages] == before


def test_retaliation_the_page_after_it_tells_nothing_of_what_was_said(representative, handed_in):
    said = []
    for agrees in ("yes", "no"):
        answer = representative.post(f"{handed_in}/opinion", {"agrees": agrees, "words": "Hours are longer."})
        said.append(representative.get(answer.headers["location"]).text)
    assert said[0] == said[1]
    assert "longer" not in said[0]
    assert "longer" not in representative.get(f"{handed_in}/opinion").text


def test_a_co_signature_stands_on_the_page_of_the_assessment(lead, representative, handed_in):
    representative.post(f"{handed_in}/opinion", {"agrees": "yes"})
    assert "co-signed" in lead.get(handed_in).text
