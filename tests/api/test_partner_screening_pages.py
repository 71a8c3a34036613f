"""A partner is screened on the pages: steps, a price, a proposal, a second person, clauses, and what happens since."""

import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from duediligence.chain.party import About
from duediligence.chain.screening_steps import Phase, steps
from duediligence.organisation import Role
from duediligence.workflow import chain

DONE = {"state": "done", "proof": "Paper 12 of 3 May", "reason": ""}
GO = {"outcome": "go", "reason": "The papers agree."}


@pytest.fixture
def firm(service):
    service.here.now += timedelta(minutes=2)  # costly pages are free again
    return service.firm()


@pytest.fixture
def lead(service, firm):
    return service.browser(firm[2])


@pytest.fixture
def respondent(service, firm):
    return service.browser(service.here.somebody((firm[0], Role.RESPONDENT)))


@pytest.fixture
def party(service, firm):
    with service.here.work(firm[2]) as work:
        return chain.add(work, firm[0], About(name="Ak <Pagta>")).id


@pytest.fixture
def place(party):
    return f"/chain/parties/{party}/screening"


@pytest.fixture
def begun(respondent, place):
    assert respondent.post(place, {"risk": "high"}).status_code == 303
    return place


@pytest.fixture
def looked_at(respondent, begun):
    for step in steps().values():
        if step.phase is Phase.LOOKING:
            assert sent(respondent, f"{begun}/steps/{step.id}", DONE, begun).status_code == 303
    return begun


@pytest.fixture
def decided(lead, respondent, looked_at):
    sent(respondent, f"{looked_at}/decision", GO, looked_at)
    assert agreed(lead, looked_at).status_code == 303
    return looked_at


def revision(browser, place: str) -> str:
    return re.search(r'name="revision" value="(\d+)"', browser.get(f"{place}/price").text)[1]


def sent(browser, address: str, fields: dict, place: str):
    return browser.post(address, {"revision": revision(browser, place)} | fields)


def agreed(browser, place: str, agrees: str = "yes"):
    fields = {"agrees": agrees, "second_reason": "I looked myself."}
    number = re.search(r'name="revision" value="(\d+)"', browser.get(place).text)
    return browser.post(f"{place}/confirmation", {"revision": number[1] if number else "0"} | fields)


def test_how_soon_is_asked_first(lead, place):
    answer = lead.post(place, {})
    assert answer.status_code == 422
    assert 'href="#risk"' in answer.text


def test_the_fifteen_steps_stand_on_the_page(lead, begun):
    page = lead.get(begun).text
    assert all(f"{step.number}. " in page for step in steps().values() if step.phase is not Phase.AFTERWARDS)
    assert "Ak <Pagta>" not in page


def test_what_is_missing_in_a_mark_is_said_at_its_field_and_nothing_is_lost(lead, begun):
    for fields, field in (({"state": ""}, "state"), ({"state": "not_possible", "proof": "Seen"}, "reason")):
        answer = sent(lead, f"{begun}/steps/site", fields, begun)
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
    assert "Seen" in answer.text


def test_there_is_no_sixteenth_step(lead, begun):
    assert lead.get(f"{begun}/steps/nothing").status_code == 404


def test_a_proposal_with_steps_left_open_is_refused_with_the_reason(lead, begun):
    answer = sent(lead, f"{begun}/decision", GO, begun)
    assert answer.status_code == 422
    assert "The papers agree." in answer.text


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"outcome": ""}, "outcome"), ({"outcome": "hold", "reason": "Not yet", "until": "soon"}, "until")],
)
def test_what_is_missing_in_a_proposal_is_said_at_its_field(lead, begun, fields, field):
    answer = sent(lead, f"{begun}/decision", fields, begun)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


def test_whoever_proposed_is_not_offered_to_confirm(lead, looked_at):
    sent(lead, f"{looked_at}/decision", GO, looked_at)
    assert "/confirmation" not in lead.get(looked_at).text
    assert agreed(lead, looked_at).status_code == 422


def test_a_respondent_does_not_confirm(lead, respondent, looked_at):
    sent(lead, f"{looked_at}/decision", GO, looked_at)
    assert agreed(respondent, looked_at).status_code == 403


def test_two_people_decide_and_the_words_clear_nobody(lead, decided):
    page = lead.get(decided).text
    assert "Decided on" in page
    assert "clears nobody" in page
    assert "Look again on" in page


def test_clauses_follow_as_a_page_as_text_and_as_a_workbook(lead, decided):
    page = lead.get(f"{decided}/clauses").text
    text = lead.get(f"{decided}/clauses?kind=txt")
    assert "a lawyer must adapt it" in page
    assert "a lawyer must adapt it" in text.text
    assert text.headers["content-disposition"].startswith("attachment")
    with ZipFile(BytesIO(lead.get(f"{decided}/clauses?kind=xlsx").content)) as book:
        assert b"a lawyer must adapt it" in book.read("xl/sharedStrings.xml")


def test_there_are_no_clauses_before_a_decision(lead, begun):
    assert lead.get(f"{begun}/clauses").status_code == 404


def test_a_price_comes_out_as_a_question_and_no_verdict(lead, begun):
    bid = {"price": "1000", "workers_low": "20", "workers_high": "20", "months_low": "3", "hours_low": "48"}
    assert sent(lead, f"{begun}/price", bid, begun).status_code == 303
    page = lead.get(f"{begun}/price").text
    assert "This is a question, not a judgement" in page


@pytest.mark.parametrize(
    ("bid", "field"),
    [({"price": ""}, "price"), ({"price": "100", "workers_low": "9", "workers_high": "3"}, "workers_low")],
)
def test_a_number_that_will_not_do_is_said_at_its_field(lead, begun, bid, field):
    answer = sent(lead, f"{begun}/price", bid, begun)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_an_event_is_kept_and_puts_the_partner_on_the_list(lead, decided):
    number = re.search(r'name="revision" value="(\d+)"', lead.get(decided).text)[1]
    answer = lead.post(f"{decided}/events", {"revision": number, "happened": "incident", "words": "A fire"})
    assert answer.status_code == 303
    assert "A fire" in lead.get(decided).text
    assert "Ak &lt;Pagta&gt;" in lead.get("/chain/screenings").text


def test_an_old_page_changes_nothing(lead, begun):
    assert lead.post(f"{begun}/steps/site", {"revision": "0"} | DONE).status_code == 409


def test_another_firm_finds_nothing(service, begun):
    stranger = service.browser(service.firm()[2])
    assert stranger.get(begun).status_code == 404
    assert stranger.get(f"{begun}/steps/site").status_code == 404
    assert stranger.get(f"{begun}/price").status_code == 404
    assert stranger.post(f"{begun}/decision", GO).status_code == 404


def test_an_exporter_reads_and_does_not_work(service, firm, begun):
    exporter = service.browser(service.here.somebody((firm[0], Role.EXPORTER)))
    assert exporter.get(begun).status_code == 200
    assert exporter.get(f"{begun}/steps/site").status_code == 403
