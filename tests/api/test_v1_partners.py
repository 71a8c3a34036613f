"""The JSON routes of partners: asked, what they share, and a screening from its first step to a decision."""

from datetime import timedelta

import pytest

from duediligence.chain.party import About
from duediligence.chain.request import What
from duediligence.chain.screening_steps import Phase, steps
from duediligence.organisation import Role
from duediligence.workflow import chain, partner_answering
from duediligence.workflow.partner_door import NOBODY
from duediligence.workflow.partner_sharing import Sharing
from questionnaires.response import Answer
from tests.api.programs import program

DONE = {"state": "done", "proof": "Paper 12 of 3 May"}
GO = {"outcome": "go", "reason": "The papers agree."}
AGREED = {"agrees": True, "reason": "I looked myself."}


@pytest.fixture
def firm(service):
    service.here.now += timedelta(minutes=2)  # costly routes answer again
    return service.firm()


@pytest.fixture
def lead(service, firm):
    return program(service, firm[2])


@pytest.fixture
def respondent(service, firm):
    return program(service, service.here.somebody((firm[0], Role.RESPONDENT)))


@pytest.fixture
def party(service, firm):
    with service.here.work(firm[2]) as work:
        return f"/chain/parties/{chain.add(work, firm[0], About(name='Ak Pagta')).id}"


@pytest.fixture
def begun(respondent, party):
    return respondent("POST", f"{party}/screening", {"risk": "high"}).json()


def answered(service, link: str) -> None:
    secret = link.rpartition("/")[2]
    with service.here.work(NOBODY) as work:
        key = partner_answering.begin(work, secret, "").key
        draft = partner_answering.draft(work, secret, key)
        partner_answering.save(work, draft, {"mov.id_kept": Answer(value="yes")}, 0)
    with service.here.work(NOBODY) as work:
        partner_answering.hand_in(work, secret, key, "Director", Sharing(What.NUMBERS))


def test_a_request_gives_its_link_once(lead, party):
    made = lead("POST", f"{party}/requests", {"channel": "link"})
    assert made.status_code == 201
    secret = made.json()["link"].rpartition("/")[2]
    assert len(secret) == 43
    assert secret not in lead("GET", f"{party}/requests").text


def test_a_link_that_goes_by_mail_is_not_told(lead, party):
    asked = {"channel": "mail", "email": "office@partner.example"}
    assert lead("POST", f"{party}/requests", asked).json()["link"] == ""


def test_what_is_shared_is_told_and_not_under_which_key(service, lead, party):
    link = lead("POST", f"{party}/requests", {"channel": "link"}).json()["link"]
    answered(service, link)
    found = lead("GET", f"{party}/requests")
    assert found.json()["shared"]["told"]["band"]
    assert found.json()["shared"]["told"]["indicators"] == []
    assert found.json()["shared"]["told"]["answers"] == {}
    assert "party_key" not in found.text


def test_a_request_is_taken_back_once(lead, party):
    made = lead("POST", f"{party}/requests", {"channel": "link"}).json()["request"]
    address = f"/chain/requests/{made['id']}/withdrawal"
    assert lead("POST", address).json()["standing"] == "withdrawn"
    assert lead("POST", address).status_code == 409


def test_a_screening_is_decided_by_two_people(lead, respondent, party, begun):
    place, revision = f"/chain/screenings/{begun['id']}", begun["revision"]
    for step in steps().values():
        if step.phase is Phase.LOOKING:
            revision = respondent("PUT", f"{place}/steps/{step.id}", DONE, if_match=f'"{revision}"').json()["revision"]
    revision = respondent("POST", f"{place}/proposal", GO, if_match=f'"{revision}"').json()["revision"]
    own = respondent("POST", f"{place}/confirmation", AGREED, if_match=f'"{revision}"')
    assert own.status_code == 403
    decided = lead("POST", f"{place}/confirmation", AGREED, if_match=f'"{revision}"').json()
    assert (decided["stage"], lead("GET", f"{party}/screening").json()) == ("decided", decided)


def test_a_change_names_the_revision_it_was_read_at(respondent, begun):
    place = f"/chain/screenings/{begun['id']}/steps/site"
    assert respondent("PUT", place, DONE).status_code == 428
    assert respondent("PUT", place, DONE, if_match='"7"').status_code == 412


def test_what_does_not_fit_is_told(respondent, begun):
    refused = respondent("POST", f"/chain/screenings/{begun['id']}/proposal", GO, if_match='"1"')
    assert (refused.status_code, refused.json()["problems"][0]["code"]) == (422, "SCREENING_STEPS_OPEN")


def test_another_firm_finds_nothing(service, party, begun):
    stranger = program(service, service.firm()[2])
    assert stranger("GET", f"{party}/requests").status_code == 404
    assert stranger("GET", f"{party}/screening").status_code == 404
    place = f"/chain/screenings/{begun['id']}/steps/site"
    assert stranger("PUT", place, DONE, if_match='"1"').status_code == 404


def test_a_party_that_was_not_screened_has_no_screening(lead, party):
    assert lead("GET", f"{party}/screening").status_code == 404
