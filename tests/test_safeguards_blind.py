"""A second judgement tells something only if whoever gives it learns nothing of the first: each leak, one test."""

from collections.abc import Iterator

import msgspec
import pytest

from duediligence.access import Actor
from duediligence.engagement import Stage
from duediligence.judgement import Confirmed, Nonconformity, Proposed, Severity
from duediligence.organisation import Role
from duediligence.store import double as readings
from duediligence.store import person as people
from duediligence.store.prompt import Outcome
from duediligence.workflow import doubling, reviewing, second_look
from risk_models.model import Attribution
from tests.api.conftest import Service
from tests.api.programs import program
from tests.looking import asked
from tests.served import served
from tests.stages import Parties, parties
from tests.test_safeguards_service import PAGES, said

NAME, REASON, WORDS, MESSAGE = "Birinji Barlagçy", "Birinjiniň sebäbi", "Birinjiniň tapany", "Birinjiniň soragy"
MORE = ("/doubles", "/doubles/{}", "/doubles/{}/sections/pro", "/doubles/{}/sections/wag", "/reviews/order")
LISTS = tuple(f"/queue?stage={stage}" for stage in Stage)
JSON = (
    *(f"/queue?stage={stage}" for stage in Stage),
    "/doubles",
    "/doubles/{}",
    "/doubles/{}/candidates",
    "/files/{}",
    "/files/{}/candidates",
    "/files/{}/documents",
    "/assessments/{}",
    "/assessments/{}/result",
    "/assessments/{}/plan",
    "/assessments/{}/messages",
    "/agreement",
)


@pytest.fixture(scope="module")
def service(sqlite, tmp_path_factory) -> Iterator[Service]:
    with served(sqlite, tmp_path_factory.mktemp("blind") / "data") as found:
        yield found


@pytest.fixture(scope="module")
def around(service: Service) -> Parties:
    return parties(service.here)


@pytest.fixture(scope="module")
def blind(around: Parties) -> Actor:
    return around.here.somebody((around.body, Role.AUDITOR))


@pytest.fixture(scope="module", params=[Stage.IN_REVIEW, Stage.CONCLUDED])
def read(request, around: Parties, blind: Actor) -> str:
    """Give a file that somebody judges blind, while the first auditor is at it and after they concluded."""
    here = around.here
    identifier = around.at(Stage.SUBMITTED, "cotton_farm_mary")
    prompt = asked(here, identifier, "Soragyň sözleri")
    with here.db.writing() as connection:
        readings.draw(connection, identifier, here.now)
        first = people.load(connection, around.auditor.person)
        people.save(connection, msgspec.structs.replace(first, name=NAME))
    with here.work(around.lead_auditor) as work:
        doubling.give(work, identifier, blind.person)
    with here.work(blind) as work:
        doubling.begin(work, identifier, "")
    around.reviewed(identifier)
    found = Nonconformity(severity=Severity.MAJOR, attribution=Attribution.CAUSED, words=WORDS)
    with here.work(around.auditor) as work:
        reviewing.decide(work, identifier, found, REASON)
        reviewing.ask(work, identifier, MESSAGE)
        second_look.conclude(work, identifier, prompt, Outcome.FINDING, REASON)
        reviewing.decide(work, identifier, Proposed(), REASON)
    if request.param is Stage.CONCLUDED:
        with here.work(around.second) as work:
            reviewing.decide(work, identifier, Confirmed(), "The papers say the same.")
    return identifier


def traces(around: Parties) -> tuple[str, ...]:
    return NAME, REASON, WORDS, MESSAGE, around.auditor.person, around.second.person


def test_the_first_auditors_own_pages_hold_all_of_it(service, around, read):
    """Without this the searches below could find nothing for the wrong reason."""
    words = said(service.browser(around.auditor).get(f"/files/{read}").content)
    assert all(trace in words for trace in (REASON, WORDS, MESSAGE))
    assert around.auditor.person in program(service, around.auditor)("GET", f"/files/{read}").text


def test_no_page_shows_a_blind_reader_a_trace_of_the_first(service, around, blind, read):
    browser, found = service.browser(blind), []
    for page in (*PAGES, *MORE, *LISTS):
        words = said(browser.fetch(service.here, page.format(read)).content)
        found += [f"{page}: {trace}" for trace in traces(around) if trace in words]
    assert found == []


def test_no_json_route_gives_a_blind_reader_a_trace_of_the_first(service, around, blind, read):
    ask, found = program(service, blind), []
    for route in JSON:
        words = ask("GET", route.format(read)).text
        found += [f"{route}: {trace}" for trace in traces(around) if trace in words]
    assert found == []


def test_a_blind_reader_does_read_the_file(service, blind, read):
    """Without this nothing at all might be shown."""
    assert "Soragyň sözleri" in service.browser(blind).get(f"/doubles/{read}").text
    assert program(service, blind)("GET", f"/doubles/{read}").json()["to_judge"]


def test_no_page_of_the_first_auditor_tells_that_somebody_judges_the_file_again(service, around, blind, read):
    browser, found = service.browser(around.auditor), []
    for page in ("/queue", "/queue?mine=yes", "/doubles", f"/files/{read}", f"/files/{read}/sections/pro"):
        words = browser.get(page).text
        found += [page for trace in (blind.person, f"/doubles/{read}") if trace in words]
    assert found == []
