"""The lead auditor's page and JSON route by which files are given to reviewers."""

import pytest

from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.store import engagement as engagements
from tests.api.programs import program
from tests.stages import parties

WHY = "It is their turn."
NOBODY = "0" * 32


@pytest.fixture
def around(service):
    return parties(service.here)


@pytest.fixture
def lead(service, around):
    return service.browser(around.lead_auditor)


@pytest.fixture
def waiting(around):
    return around.at(Stage.SUBMITTED)


@pytest.fixture
def taken(around):
    return around.at(Stage.IN_REVIEW)


def chosen(person: str, part: str = "auditor", reason: str = WHY) -> dict[str, str]:
    return {"part": part, f"{part}.person": person, f"{part}.reason": reason}


class TestThePage:
    def test_a_file_that_is_not_there_is_not_found(self, lead):
        assert lead.get(f"/files/{NOBODY}/reviewers").status_code == 404

    def test_an_auditor_does_not_give_files(self, service, around, taken):
        assert service.browser(around.auditor).get(f"/files/{taken}/reviewers").status_code == 403

    def test_a_file_that_is_concluded_keeps_its_reviewers(self, lead, around):
        page = lead.get(f"/files/{around.at(Stage.CONCLUDED)}/reviewers").text
        assert "its reviewers cannot be changed" in page

    def test_the_way_there_leads_from_the_file(self, lead, taken):
        assert f'href="/files/{taken}/reviewers"' in lead.get(f"/files/{taken}").text

    def test_a_file_is_given_and_waits(self, lead, around, waiting):
        answer = lead.post(f"/files/{waiting}/reviewers", chosen(around.auditor.person))
        assert answer.headers["location"] == f"/files/{waiting}/reviewers"
        page = lead.get(f"/files/{waiting}/reviewers").text
        assert WHY in page
        assert "(waits)" in page

    def test_somebody_of_the_firm_is_shown_with_why_not(self, service, lead, around, waiting):
        service.here.somebody((around.body, Role.AUDITOR), (around.firm, Role.RESPONDENT))
        page = lead.get(f"/files/{waiting}/reviewers").text
        assert "belongs to the firm" in page

    def test_nobody_chosen_is_said_beside_the_choice(self, lead, waiting):
        answer = lead.post(f"/files/{waiting}/reviewers", chosen(""))
        assert answer.status_code == 422
        assert "Choose somebody." in answer.text

    def test_a_reason_that_is_missing_is_said_beside_it(self, lead, around, waiting):
        answer = lead.post(f"/files/{waiting}/reviewers", chosen(around.auditor.person, reason=""))
        assert answer.status_code == 422
        assert "Write the reason." in answer.text

    @pytest.mark.parametrize("part", ["", "observer", "AUDITOR"])
    def test_a_part_that_is_none_is_not_found(self, lead, around, waiting, part):
        assert lead.post(f"/files/{waiting}/reviewers", chosen(around.auditor.person, part)).status_code == 404

    @pytest.mark.parametrize("language", ["tk", "ru"])
    def test_it_speaks_every_language(self, lead, waiting, language):
        page = lead.get(f"/files/{waiting}/reviewers", cookie=f"{lead.headers['cookie']}; language={language}")
        assert "reviewing." not in page.text


class TestWhoItWasGivenTo:
    @pytest.fixture
    def given(self, lead, around, waiting):
        lead.post(f"/files/{waiting}/reviewers", chosen(around.auditor.person))
        return waiting

    @pytest.fixture
    def auditor(self, service, around):
        return service.browser(around.auditor)

    def test_finds_it_among_their_own(self, auditor, given):
        assert f'href="/queue/{given}"' in auditor.get("/queue?mine=yes").text

    def test_is_told_who_gave_it_before_they_declare(self, auditor, given):
        assert "The lead auditor gave you this file" in auditor.get(f"/queue/{given}").text

    def test_has_it_after_saying_that_nothing_ties_them(self, auditor, given):
        assert auditor.post(f"/queue/{given}/take", {"tied": "no"}).headers["location"] == f"/files/{given}"

    def test_is_led_to_the_queue_where_something_ties_them(self, auditor, given):
        tied = {"tied": "yes", "interest": "A cousin of mine owns it."}
        assert auditor.post(f"/queue/{given}/take", tied).headers["location"] == "/queue"

    def test_others_cannot_take_it(self, service, around, given):
        other = service.browser(service.here.somebody((around.body, Role.AUDITOR)))
        assert "take" not in other.get(f"/queue/{given}").text.split("<form")[-1].split("</form>")[0]
        assert other.post(f"/queue/{given}/take", {"tied": "no"}).status_code == 409


class TestTheRoute:
    @pytest.fixture
    def calling(self, service, around):
        return program(service, around.lead_auditor)

    def test_a_file_that_is_not_there_is_not_found(self, calling):
        assert calling("GET", f"/files/{NOBODY}/candidates").status_code == 404

    def test_an_auditor_does_not_give_files(self, service, around, taken):
        assert program(service, around.auditor)("GET", f"/files/{taken}/candidates").status_code == 403

    def test_candidates_come_with_what_they_have_in_hand(self, calling, around, taken):
        found = calling("GET", f"/files/{taken}/candidates").json()
        (one,) = found["auditor"]
        assert (one["person"], one["hindrance"]) == (around.auditor.person, "has_it")
        assert one["load"]["first"] >= 1

    def test_a_file_is_given_at_the_revision_that_was_read(self, service, calling, around, waiting):
        mark = calling("GET", f"/files/{waiting}/candidates").headers["etag"]
        body = {"person": around.auditor.person, "reason": WHY}
        first, again = (
            calling("PUT", f"/files/{waiting}/reviewers/auditor", body, if_match=mark).status_code for _ in range(2)
        )
        assert (first, again) == (200, 412)

    def test_who_cannot_have_it_is_named_by_a_code(self, calling, around, taken):
        mark = calling("GET", f"/files/{taken}/candidates").headers["etag"]
        body = {"person": around.auditor.person, "reason": WHY}
        answer = calling("PUT", f"/files/{taken}/reviewers/auditor", body, if_match=mark)
        assert [one["code"] for one in answer.json()["problems"]] == ["REVIEWER_HAS_IT"]

    def test_a_replaced_auditor_leaves_the_file_waiting(self, service, calling, around, taken):
        other = service.here.somebody((around.body, Role.AUDITOR))
        mark = calling("GET", f"/files/{taken}/candidates").headers["etag"]
        calling("PUT", f"/files/{taken}/reviewers/auditor", {"person": other.person, "reason": WHY}, if_match=mark)
        with service.here.db.reading() as connection:
            one = engagements.load(connection, taken)
        assert (one.stage, one.reviewer) == (Stage.SUBMITTED, None)
