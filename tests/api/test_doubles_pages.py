"""Pages and JSON routes of files that are judged twice: given, begun, judged, done, and what agreement comes of it."""

import re
from datetime import timedelta

import pytest

from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.store import double as readings
from duediligence.workflow import doubling
from tests.api.programs import program
from tests.stages import parties

NOBODY = "0" * 32
WITH_PAPERS = "cotton_farm_mary"


@pytest.fixture
def around(service):
    service.here.now += timedelta(minutes=2)
    return parties(service.here)


@pytest.fixture
def reader(around):
    return around.here.somebody((around.body, Role.AUDITOR))


@pytest.fixture
def blind(service, reader):
    return service.browser(reader)


@pytest.fixture
def lead(service, around):
    return service.browser(around.lead_auditor)


@pytest.fixture
def drawn(around):
    identifier = around.at(Stage.IN_REVIEW, WITH_PAPERS)
    with around.here.db.writing() as connection:
        readings.draw(connection, identifier, around.here.now)
    return identifier


@pytest.fixture
def given(around, reader, drawn):
    with around.here.work(around.lead_auditor) as work:
        doubling.give(work, drawn, reader.person)
    return drawn


@pytest.fixture
def begun(around, reader, given):
    with around.here.work(reader) as work:
        doubling.begin(work, given, "")
    return given


def judged(around, reader, identifier) -> tuple[str, ...]:
    with around.here.work(reader) as work:
        return doubling.read(work, identifier).judged


class TestThePages:
    def test_a_file_that_chance_did_not_draw_is_not_found(self, lead, around):
        assert lead.get(f"/doubles/{around.at(Stage.SUBMITTED)}/reader").status_code == 404

    def test_its_first_auditor_is_not_told_that_it_was_drawn(self, service, around, given):
        browser = service.browser(around.auditor)
        assert browser.get(f"/doubles/{given}").status_code == 404
        assert given not in browser.get("/doubles").text

    def test_the_lead_auditor_chooses_among_those_who_know_nothing_of_it(self, lead, around, reader, drawn):
        assert f'href="/doubles/{drawn}/reader"' in lead.get("/doubles").text
        page = lead.get(f"/doubles/{drawn}/reader").text
        assert f'value="{reader.person}"' in page
        assert f'value="{around.auditor.person}"' not in page

    def test_who_chooses_nobody_is_asked_to(self, lead, drawn):
        assert lead.post(f"/doubles/{drawn}/reader").status_code == 422

    def test_a_file_that_is_given_waits_for_its_reader(self, lead, blind, reader, drawn):
        assert lead.post(f"/doubles/{drawn}/reader", {"person": reader.person}).headers["location"] == "/doubles"
        assert f'href="/doubles/{drawn}"' in blind.get("/doubles").text

    def test_the_way_there_leads_from_the_queue(self, blind):
        assert 'href="/doubles"' in blind.get("/queue").text

    def test_what_ties_the_reader_is_asked_first(self, blind, given):
        assert "Nothing ties me to it" in blind.get(f"/doubles/{given}").text
        assert blind.post(f"/doubles/{given}/begin").status_code == 422
        assert blind.post(f"/doubles/{given}/begin", {"tied": "no"}).headers["location"] == f"/doubles/{given}"

    def test_a_tie_leads_back_to_the_list(self, blind, given):
        fields = {"tied": "yes", "interest": "A relative works there."}
        assert blind.post(f"/doubles/{given}/begin", fields).headers["location"] == "/doubles"
        assert blind.get(f"/doubles/{given}").status_code == 404

    def test_a_section_takes_the_grades_that_were_chosen(self, blind, around, reader, begun):
        name = judged(around, reader, begun)[0]
        answer = blind.post(f"/doubles/{begun}/sections/pro", {f"{name}.grade": "2"})
        assert answer.headers["location"].startswith(f"/doubles/{begun}/sections/")
        page = blind.get(f"/doubles/{begun}/sections/pro").text
        assert re.search(rf'name="{re.escape(name)}.grade" value="2" checked', page)

    def test_a_section_that_is_not_there_is_not_found(self, blind, begun):
        assert blind.get(f"/doubles/{begun}/sections/none").status_code == 404

    def test_it_is_not_done_before_all_is_judged(self, blind, around, reader, begun):
        assert "not judged yet" in blind.post(f"/doubles/{begun}/end").text
        with around.here.work(reader) as work:
            doubling.grade(work, begun, dict.fromkeys(doubling.read(work, begun).judged, 1))
        assert blind.post(f"/doubles/{begun}/end").headers["location"] == "/doubles"

    def test_agreement_stands_on_the_lead_auditors_page_once_both_are_done(self, lead, around, reader, begun):
        with around.here.work(reader) as work:
            doubling.grade(work, begun, dict.fromkeys(doubling.read(work, begun).judged, 1))
            doubling.finish(work, begun)
        assert "Agreement by section" not in lead.get("/reviews/order").text
        around.concluded(begun)
        page = lead.get("/reviews/order").text
        assert "Agreement by section" in page
        assert "too few: 1 of 20 files" in page


class TestTheRoutes:
    def test_a_file_that_is_not_there_is_not_found(self, service, around):
        ask = program(service, around.lead_auditor)
        assert ask("PUT", f"/doubles/{NOBODY}/reader", {"person": NOBODY}).status_code == 404

    def test_an_auditor_gives_nothing(self, service, around, reader, drawn):
        ask = program(service, around.auditor)
        assert ask("PUT", f"/doubles/{drawn}/reader", {"person": reader.person}).status_code == 403

    def test_who_had_a_part_in_the_file_cannot_be_given_it(self, service, around, drawn):
        ask = program(service, around.lead_auditor)
        assert ask("PUT", f"/doubles/{drawn}/reader", {"person": around.auditor.person}).status_code == 422

    def test_nothing_is_read_before_it_has_begun(self, service, reader, given):
        assert program(service, reader)("GET", f"/doubles/{given}").status_code == 409

    def test_a_program_may_do_all_of_it(self, service, around, reader, drawn):
        lead, ask = program(service, around.lead_auditor), program(service, reader)
        named = {one["person"]: one["hindrance"] for one in lead("GET", f"/doubles/{drawn}/candidates").json()}
        assert named[reader.person] is None
        assert lead("PUT", f"/doubles/{drawn}/reader", {"person": reader.person}).json()["reader"] == reader.person
        assert [one["file"] for one in ask("GET", "/doubles").json()["mine"]] == [drawn]
        assert ask("POST", f"/doubles/{drawn}/beginning", {"interest": ""}).status_code == 204
        found = ask("GET", f"/doubles/{drawn}").json()
        grades = {"grades": dict.fromkeys(found["to_judge"], 2)}
        assert ask("PUT", f"/doubles/{drawn}/grades", grades).json()["grades"] == grades["grades"]
        assert ask("POST", f"/doubles/{drawn}/end").status_code == 204
        assert ask("GET", "/doubles").json()["mine"] == []
        around.concluded(drawn)
        assert lead("GET", "/agreement").json()["sample"]["read"] >= 1
