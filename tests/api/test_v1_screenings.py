"""What follows a screening, over JSON: a price tested, the day of the next one, what calls for it, and the clauses."""

from datetime import timedelta

import pytest

from duediligence.chain.party import About
from duediligence.chain.screening_steps import Phase, steps
from duediligence.organisation import Role
from duediligence.workflow import chain
from tests.api.programs import program

TEN = {"low": 10, "high": 10}
BID = {"price": 1000.0, "labour": [{"workers": TEN, "months": TEN, "hours_week": {"low": 40, "high": 48}}]}
DONE = {"state": "done", "proof": "Paper 12 of 3 May"}
GO = {
    "outcome": "conditions",
    "reason": "The papers agree; nobody could see the site.",
    "conditions": [{"condition": "site_seen", "due": "2027-01-31"}],
}
OWNER = {"happened": {"new_owner": True}, "words": "The register names another owner."}


@pytest.fixture
def firm(service):
    service.here.now += timedelta(minutes=2)
    return service.firm()


@pytest.fixture
def lead(service, firm):
    return program(service, firm[2])


@pytest.fixture
def respondent(service, firm):
    return program(service, service.here.somebody((firm[0], Role.RESPONDENT)))


@pytest.fixture
def begun(service, firm, respondent):
    with service.here.work(firm[2]) as work:
        party = chain.add(work, firm[0], About(name="Ak Pagta")).id
    one = respondent("POST", f"/chain/parties/{party}/screening", {"risk": "high"}).json()
    return f"/chain/screenings/{one['id']}"


@pytest.fixture
def decided(lead, respondent, begun):
    revision = 1
    for step in steps().values():
        if step.phase is Phase.LOOKING:
            revision = respondent("PUT", f"{begun}/steps/{step.id}", DONE, if_match=f'"{revision}"').json()["revision"]
    revision = respondent("POST", f"{begun}/proposal", GO, if_match=f'"{revision}"').json()["revision"]
    agreed = lead(
        "POST", f"{begun}/confirmation", {"agrees": True, "reason": "I looked myself."}, if_match=f'"{revision}"'
    )
    return begun, agreed.json()["revision"]


def test_a_price_is_tested_and_stands_in_the_screening(respondent, begun):
    tried = respondent("POST", f"{begun}/prices", BID, if_match='"1"')
    (test,) = tried.json()["content"]["tests"]
    assert (tried.headers["etag"], test["bid"]["price"], test["result"]["cover"]) == ('"2"', 1000.0, "not_covered")


@pytest.mark.parametrize("body", [{}, {"price": -1.0, "labour": []}, {"price": "much", "labour": []}])
def test_a_price_that_is_none_is_refused(respondent, begun, body):
    assert respondent("POST", f"{begun}/prices", body, if_match='"1"').status_code == 400


def test_a_price_names_the_revision_it_was_tested_at(respondent, begun):
    assert respondent("POST", f"{begun}/prices", BID).status_code == 428
    assert respondent("POST", f"{begun}/prices", BID, if_match='"7"').status_code == 412


def test_a_decided_screening_takes_no_price(respondent, decided):
    place, revision = decided
    assert respondent("POST", f"{place}/prices", BID, if_match=f'"{revision}"').status_code == 409


def test_a_decision_has_its_clauses_and_conditions_under_their_notice(lead, decided):
    found = lead("GET", f"{decided[0]}/clauses").json()
    assert len(found["conditions"]) == 1
    assert found["clauses"][0]["number"] == 1
    assert set(found["notice"]) == {"en", "ru", "tk"}


def test_without_a_decision_there_are_no_clauses(lead, begun):
    assert lead("GET", f"{begun}/clauses").status_code == 404


def test_what_has_happened_calls_for_a_new_screening_that_is_due_at_once(firm, lead, respondent, decided):
    place, revision = decided
    (planned,) = lead("GET", f"/chain/{firm[0]}/screenings").json()
    noted = respondent("POST", f"{place}/events", OWNER, if_match=f'"{revision}"')
    assert noted.json()["triggers"] == ["new_owner"]
    (due,) = lead("GET", f"/chain/{firm[0]}/screenings").json()
    assert due["on"] < planned["on"]


def test_another_firm_finds_nothing(service, firm, begun):
    stranger = program(service, service.firm()[2])
    assert stranger("GET", f"/chain/{firm[0]}/screenings").status_code == 404
    assert stranger("POST", f"{begun}/prices", BID, if_match='"1"').status_code == 404
    assert stranger("POST", f"{begun}/events", OWNER, if_match='"1"').status_code == 404


def test_who_only_reads_tests_no_price(service, firm, begun):
    exporter = program(service, service.here.somebody((firm[0], Role.EXPORTER)))
    assert exporter("POST", f"{begun}/prices", BID, if_match='"1"').status_code == 403
