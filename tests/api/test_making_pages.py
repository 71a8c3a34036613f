"""What a worker makes, on pages and for programs: at once, or a page that says how far it has come."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread

import msgspec
import pytest
from litestar.testing import TestClient

from api.app import litestar
from api.security import enclosed
from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.store import job as jobs
from duediligence.worker import Pace, run_worker
from duediligence.workflow import making
from tests.api.conftest import ADDRESS, Browser
from tests.api.programs import program
from tests.stages import Parties, parties

PATIENCE = 120  # seconds until a test gives up


@pytest.fixture
def around(service) -> Parties:
    return parties(service.here)


@pytest.fixture
def report(around) -> str:
    return f"/assessments/{around.at(Stage.SUBMITTED)}/report?kind=xlsx"


@pytest.fixture
def lead(service, around) -> Browser:
    return service.browser(around.lead)


class TestPage:
    def test_another_firm_finds_nothing(self, service, lead, report):
        lead.fetch(service.here, report)
        assert service.browser(service.firm()[2]).get(report).status_code == 404

    def test_who_may_not_read_all_of_it_is_refused_the_firms_own_copy(self, service, around, lead, report):
        lead.fetch(service.here, f"{report}&copy=firm")
        exporter = service.browser(service.here.somebody((around.firm, Role.EXPORTER)))
        assert exporter.get(f"{report}&copy=firm").status_code == 403

    def test_without_a_worker_it_says_that_it_waits_and_when_to_look_again(self, lead, report):
        page = lead.get(report)
        assert (page.status_code, page.headers["retry-after"]) == (202, "2")
        assert "It waits for its turn." in page.text

    def test_it_leads_back_to_where_the_file_will_be_and_does_not_go_there_by_itself(self, lead, report):
        page = lead.get(report)
        assert f'href="{report.replace("&", "&amp;")}"' in page.text
        assert "http-equiv" not in page.text
        assert "refresh" not in page.headers

    def test_after_a_while_it_says_that_nobody_works(self, service, lead, report):
        lead.get(report)
        service.here.now += timedelta(minutes=2)
        assert "Nobody has begun it yet" in lead.get(report).text

    def test_once_it_is_made_the_file_is_there(self, service, lead, report):
        file = lead.fetch(service.here, report)
        assert file.content.startswith(b"PK")
        assert file.headers["content-disposition"].startswith("attachment")

    def test_what_could_not_be_made_is_told_with_when_to_ask_again(self, service, lead, report):
        lead.get(report)
        break_one(service)
        page = lead.get(report)
        assert page.status_code == 503
        assert "retry-after" in page.headers

    @pytest.mark.parametrize("language", ["en", "ru", "tk"])
    def test_it_speaks_every_language(self, lead, report, language):
        page = lead.get(report, cookie=f"{lead.headers['cookie']}; language={language}")
        assert f'<html lang="{language}">' in page.text
        assert page.status_code == 202


class TestPrograms:
    def test_the_answer_leads_to_the_job_and_then_to_the_file(self, service, around, report):
        firm = program(service, around.lead)
        ordered = firm("GET", report)
        assert (ordered.status_code, ordered.headers["retry-after"]) == (202, "2")
        job = ordered.headers["location"].removeprefix("/api/v1")
        assert firm("GET", job).json() == ordered.json()
        service.here.make_files()
        assert firm("GET", job).json()["state"] == "done"
        assert firm("GET", report).content.startswith(b"PK")

    def test_asked_twice_it_is_one_job(self, service, around, report):
        firm = program(service, around.lead)
        assert firm("GET", report).json()["id"] == firm("GET", report).json()["id"]

    def test_the_job_of_somebody_else_is_not_found(self, service, around, report):
        job = program(service, around.lead)("GET", report).headers["location"].removeprefix("/api/v1")
        colleague = program(service, service.here.somebody((around.firm, Role.RESPONDENT)))
        assert colleague("GET", job).status_code == 404

    def test_another_firm_finds_nothing(self, service, around, lead, report):
        lead.fetch(service.here, report)
        assert program(service, service.firm()[2])("GET", report).status_code == 404

    def test_the_data_are_there_at_once(self, service, around, report):
        found = program(service, around.lead)("GET", report.replace("xlsx", "json"))
        assert (found.status_code, "profile" in found.json()) == (200, True)


class TestWorkerBesideThePages:
    @pytest.fixture
    def beside(self, service, lead) -> Iterator[Browser]:
        """Give a browser at a process that does its own work, as an installation does unless it is told otherwise."""
        running = service.installation
        settings = msgspec.structs.replace(running.settings, worker=True)
        own = replace(running, settings=settings)
        stop, clock = Event(), lambda: service.here.now
        more = {"kinds": making.KINDS, "pace": Pace(hands=1, sweep=0.2)}
        worker = Thread(target=run_worker, args=(settings, stop, clock), kwargs=more)
        worker.start()
        app = litestar(own)
        app.on_shutdown.clear()  # the databases are those of all tests
        with TestClient(enclosed(app, settings, clock), base_url=ADDRESS) as client:
            yield Browser(client, lead.headers)
        stop.set()
        worker.join(PATIENCE)

    @pytest.mark.parametrize(("kind", "begins"), [("pdf", b"%PDF"), ("xlsx", b"PK")])
    def test_the_file_arrives_by_itself(self, beside, report, kind, begins):
        end = time.monotonic() + PATIENCE
        while (answer := beside.get(report.replace("xlsx", kind))).status_code == 202:
            assert time.monotonic() < end, "it never arrived"
        assert answer.content.startswith(begins)


def break_one(service) -> None:
    """Let the job that was ordered last meet a fault."""
    here = service.here
    with service.installation.db.writing() as connection:
        held = jobs.claim(connection, ["report"], "a worker", here.now, here.now + timedelta(minutes=1))
        assert held
        jobs.fail(connection, held, "ValueError at report.py:1", here.now)


def test_a_page_that_waits_says_nothing_of_a_finding(service, lead, report):
    words = re.sub(r"<[^>]*>", " ", lead.get(report).text).lower()
    assert not re.search(r"finding|sign of|critical|severe", words)
