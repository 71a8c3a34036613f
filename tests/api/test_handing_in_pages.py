"""The page on which a firm hands in: who helped is asked there, and told to nobody but its reviewers."""

from datetime import timedelta

import pytest

from duediligence.engagement import Stage
from duediligence.preparer import Help, Preparer
from duediligence.workflow import preparing
from tests.api.programs import program
from tests.looking import asked
from tests.stages import parties
from tests.test_safeguards_service import said

HELPER = "Ekinçileriň Birleşigi"
BY_UNION = {"helper.help": "organisation", "helper.name": HELPER}
COPIES = ("report?kind=json", "report?kind=xlsx", "report?kind=pdf", "result")


@pytest.fixture
def around(service):
    service.here.now += timedelta(minutes=2)
    return parties(service.here)


@pytest.fixture
def answered(around):
    return around.here.answered(around.lead, around.site, "greenhouse_ahal")


@pytest.fixture
def lead(service, around):
    return service.browser(around.lead)


def kept(around, identifier: str) -> Preparer:
    with around.here.work(around.lead) as work:
        return preparing.said(work, identifier)


def test_it_asks_who_helped_and_chooses_nothing_by_itself(lead, answered):
    page = lead.get(f"/assessments/{answered}/check").text
    assert "Did anybody outside the firm help" in page
    assert 'name="helper.help" value="nobody" checked' not in page


def test_what_was_chosen_is_kept_with_what_was_handed_in(lead, around, answered):
    answer = lead.post(f"/assessments/{answered}/submit", BY_UNION)
    assert answer.headers["location"] == f"/assessments/{answered}/result"
    assert kept(around, answered) == Preparer(help=Help.ORGANISATION, name=HELPER)


def test_who_says_nothing_hands_in_all_the_same(lead, around, answered):
    assert lead.post(f"/assessments/{answered}/submit").status_code == 303
    assert kept(around, answered).help is Help.NOT_STATED


def test_a_name_alone_says_that_an_organisation_helped(lead, around, answered):
    assert lead.post(f"/assessments/{answered}/submit", {"helper.name": HELPER}).status_code == 303
    assert kept(around, answered).help is Help.ORGANISATION


def test_what_does_not_fit_stands_beside_its_field_and_nothing_is_handed_in(lead, around, answered):
    answer = lead.post(f"/assessments/{answered}/submit", {"helper.help": "nobody", "helper.name": HELPER})
    assert answer.status_code == 422
    assert 'id="helper.name-error"' in answer.text
    assert f'value="{HELPER}"' in answer.text
    assert kept(around, answered) == Preparer()


class TestTheRoute:
    def test_what_is_not_there_is_not_found(self, service, around):
        ask = program(service, around.lead)
        assert ask("PUT", f"/assessments/{'0' * 32}/preparer", {"help": "nobody"}).status_code == 404

    def test_after_handing_in_it_is_too_late(self, service, around):
        ask = program(service, around.lead)
        assert ask("PUT", f"/assessments/{around.at(Stage.SUBMITTED)}/preparer", {"help": "nobody"}).status_code == 409

    def test_what_was_said_before_handing_in_stays(self, service, around, answered):
        ask = program(service, around.lead)
        said_so = {"help": "organisation", "name": HELPER}
        assert ask("PUT", f"/assessments/{answered}/preparer", said_so).json() == said_so
        revision = ask("GET", f"/assessments/{answered}").headers["etag"]
        assert ask("POST", f"/assessments/{answered}/submission", if_match=revision).status_code == 200
        assert kept(around, answered).name == HELPER


def test_reviewers_read_it_and_no_copy_that_travels_holds_it(service, lead, around, answered):
    lead.post(f"/assessments/{answered}/submit", BY_UNION)
    around.reviewed(answered)
    around.concluded(answered)
    assert HELPER in _second_look(service, around, answered)
    found = [one for one in COPIES if HELPER in said(lead.fetch(around.here, f"/assessments/{answered}/{one}").content)]
    assert found == []


def _second_look(service, around, identifier: str) -> str:
    """Return the page of a file for its auditor, once something about it deserves a second look."""
    asked(around.here, identifier, "Soragyň sözleri")
    return service.browser(around.auditor).get(f"/files/{identifier}").text
