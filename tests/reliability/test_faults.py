"""A disk that is full, a database that takes no writes or is away, a clock that goes back: what is served meanwhile.

A person reads on a page what is the matter, a program in a problem document, both with
the number of the request. Once the fault is over everything goes on, and nobody has had
to mend anything.
"""

import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from duediligence import database, ledger
from duediligence.access import Actor
from duediligence.settings import Settings
from duediligence.workflow import answering
from tests.api.conftest import Browser, Service
from tests.served import served, serving

OPEN, PROTECTED = "gov.policy", "sif.sent"
"""A question whose answer lies in the main database, and one whose answer lies in the vault."""

DISK = 24
"""Megabytes of a disk made to be filled."""


@dataclass
class Lead:
    """Whoever answers the questions of one assessment, in a browser and by a program."""

    service: Service
    actor: Actor
    browser: Browser
    assessment: str

    def save(self, words: str, question: str = OPEN):
        address = f"/assessments/{self.assessment}/sections/{question.partition('.')[0]}"
        return self.browser.post(address, {"revision": "0", f"{question}.comment": words})

    def save_by_program(self, words: str):
        return self.browser.client.patch(
            f"/api/v1/assessments/{self.assessment}/answers",
            json={"answers": {OPEN: {"comment": words}}},
            headers=self.browser.headers | {"if-match": '"0"', "accept": "application/json"},
        )

    def attach(self):
        file = {"file": ("policy.txt", b"What was agreed upon. " * 20_000)}
        return self.browser.post("/documents/new", files=file)

    def read(self):
        return self.browser.get(f"/assessments/{self.assessment}/sections/gov")

    def kept(self, question: str = OPEN) -> str:
        """Return what is kept of an answer; the ledger has not suffered."""
        with self.service.here.work(self.actor) as work:
            ledger.verify(work.connection)
            return answering.opened(work, self.assessment).response.answers[question].comment


def lead(service: Service) -> Lead:
    _, site, actor = service.firm()
    return Lead(service, actor, service.browser(actor), service.here.begun(actor, site))


@pytest.fixture
def one(sqlite, tmp_path, monkeypatch) -> Iterator[Lead]:
    monkeypatch.setattr(database, "_PATIENCE", 0.05)
    with served(sqlite, tmp_path / "data") as service:
        yield lead(service)


@contextmanager
def pragma(service: Service, fault: str, mended: str) -> Iterator[None]:
    """Make SQLite itself refuse, as it does when the disk or the file refuses."""
    said = [fault]

    def taken(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
        connection.execute(f"PRAGMA {said[0]}")

    for engine in (service.installation.db.writer, service.installation.db.vault):
        event.listen(engine, "checkout", taken)
    try:
        yield
    finally:
        said[0] = mended


@contextmanager
def full(service: Service) -> Iterator[None]:
    with pragma(service, "max_page_count = 1", "max_page_count = 1000000"):
        yield


@contextmanager
def read_only(service: Service) -> Iterator[None]:
    with pragma(service, "query_only = ON", "query_only = OFF"):
        yield


@contextmanager
def locked(service: Service) -> Iterator[None]:
    with ExitStack() as over:
        for file in ("duediligence.sqlite", "protected.sqlite"):
            path = service.installation.settings.folder / file
            other = over.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
            other.execute("BEGIN IMMEDIATE")
        yield


HINDRANCES = pytest.mark.parametrize("hindered", [full, read_only, locked])
LONG = "words " * 2_000
"""More than fits on the pages that a database has to spare."""


@HINDRANCES
@pytest.mark.parametrize("question", [OPEN, PROTECTED])
class TestSavingWhileTheDatabaseTakesNoWrites:
    def test_a_person_is_told_on_a_page_with_the_number_of_the_request(self, one, hindered, question):
        with hindered(one.service):
            answer = one.save(LONG, question)
        assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
        assert "<h1" in answer.text
        assert answer.headers["x-request-id"] in answer.text
        assert answer.headers["retry-after"]

    def test_it_goes_on_by_itself_afterwards(self, one, hindered, question):
        with hindered(one.service):
            one.save(LONG, question)
        assert one.save("after", question).status_code < 400
        assert one.kept(question) == "after"


@HINDRANCES
class TestEverythingElseMeanwhile:
    def test_a_program_is_told_in_a_problem_document(self, one, hindered):
        with hindered(one.service):
            answer = one.save_by_program(LONG)
        told = answer.json()
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert (told["status"], told["type"]) == (503, "/problems/unavailable")
        assert told["request_id"] == answer.headers["x-request-id"]

    def test_pages_are_still_read(self, one, hindered):
        with hindered(one.service):
            assert one.read().status_code == 200


class TestDiskThatIsFull:
    """With a disk of its own, so that files and every database meet its end."""

    @pytest.fixture
    def disk(self) -> Iterator[Path]:
        place = Path(tempfile.mkdtemp(prefix="duediligence-disk-"))
        mounting = ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "tmpfs", str(place)]
        if not shutil.which("mount") or subprocess.run(mounting, check=False, capture_output=True).returncode:
            place.rmdir()
            pytest.skip("only root can mount a small disk")
        yield place
        subprocess.run(["umount", str(place)], check=True)
        place.rmdir()

    @pytest.fixture
    def one(self, sqlite, disk) -> Iterator[Lead]:
        with served(sqlite, disk / "data") as service:
            yield lead(service)

    @contextmanager
    def filled(self, disk: Path) -> Iterator[None]:
        ballast = disk / "ballast"
        with ballast.open("wb", buffering=0) as file:
            with suppress(OSError):
                while True:
                    file.write(bytes(4096))
            yield
        ballast.unlink()

    def test_nothing_is_kept_by_half_and_all_of_it_afterwards(self, one, disk):
        assert one.save("before", PROTECTED).status_code == 303
        with self.filled(disk):
            answers = [one.save(LONG), one.save(LONG, PROTECTED), one.save_by_program(LONG), one.attach()]
            assert one.read().status_code == 200
        assert [answer.status_code for answer in answers] == [503] * 4
        again = [one.save("after"), one.save("after", PROTECTED), one.attach()]
        assert [answer.status_code for answer in again] == [303] * 3
        assert (one.kept(), one.kept(PROTECTED)) == ("after", "after")


class TestServerThatIsRestarted:
    @pytest.fixture
    def one(self, postgres, tmp_path) -> Iterator[Lead]:
        settings = Settings(
            folder=tmp_path, database=postgres.url("main"), protected_database=postgres.url("protected"), worker=False
        )
        with serving(settings) as service:
            yield lead(service)
        postgres.emptied()

    @pytest.fixture
    def away(self, one, postgres) -> Iterator[None]:
        assert one.read().status_code == 200
        postgres.stop()
        yield
        postgres.start()

    @pytest.mark.usefixtures("away")
    def test_a_person_is_told_on_a_page_with_the_number_of_the_request(self, one):
        for answer in (one.read(), one.save("words")):
            assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
            assert answer.headers["x-request-id"] in answer.text

    @pytest.mark.usefixtures("away")
    def test_a_program_is_told_in_a_problem_document(self, one):
        answer = one.save_by_program("words")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
        assert answer.json()["request_id"] == answer.headers["x-request-id"]

    @pytest.mark.usefixtures("away")
    def test_who_asks_about_health_hears_of_it(self, one):
        assert one.browser.get("/health").status_code == 503

    def test_it_goes_on_by_itself_afterwards(self, one, postgres):
        assert one.save("before").status_code < 400
        postgres.stop()
        assert one.save("meanwhile").status_code == 503
        postgres.start()
        assert one.browser.get("/health").status_code == 200
        assert one.save("after", PROTECTED).status_code < 400
        assert (one.kept(), one.kept(PROTECTED)) == ("before", "after")


class TestClockThatGoesBack:
    @pytest.mark.parametrize("back", [timedelta(hours=2), timedelta(days=400)])
    def test_whoever_is_signed_in_stays_so_and_saves(self, one, back):
        assert one.save("before").status_code < 400
        one.service.here.now -= back
        assert one.save("after", PROTECTED).status_code < 400
        assert (one.kept(), one.kept(PROTECTED)) == ("before", "after")

    def test_it_goes_on_when_the_clock_is_right_again(self, one):
        one.service.here.now -= timedelta(days=1)
        assert one.save("before").status_code < 400
        one.service.here.now += timedelta(days=1)
        assert one.save("after", PROTECTED).status_code < 400
        assert (one.kept(), one.kept(PROTECTED)) == ("before", "after")
