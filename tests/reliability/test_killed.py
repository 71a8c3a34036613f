"""The service killed at any moment: what was acknowledged is there, and nothing is there twice.

In the suite a few dozen answers and two deaths; `RELIABILITY_SAVES=200` and more for a long run.
"""

import logging
import os
import random
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import pytest

from api.auth import session_cookie
from duediligence import ledger
from duediligence.accounts import session
from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.settings import Settings
from duediligence.store import engagement as engagements
from duediligence.workflow import answering
from duediligence.workflow.installation import opened
from questionnaires.codebook import Codebook
from tests.conftest import book
from tests.reliability.running import Running, free_port
from tests.world import World

SAVES = int(os.environ.get("RELIABILITY_SAVES", "40"))
DEATHS = 2
PATIENCE = 60.0
"""Seconds after which a service that acknowledges nothing is killed all the same."""
WRITERS = 4
QUESTIONS = ("gov.policy", "ctr.content", "wag.payslip", "sif.sent")
"""One for each writer; the last is protected, and lies in a database of its own."""


_LOG = logging.getLogger(__name__)  # figures of a long run, with --log-cli-level=INFO


@dataclass
class Writer:
    """Somebody who answers one question again and again, and notes what was acknowledged."""

    address: str
    question: str
    headers: dict[str, str]
    tried: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def write(self, until: threading.Event) -> None:
        while not until.is_set():
            words = f"{self.question} {len(self.tried)}"
            self.tried.append(words)
            fields = {"revision": "0", "question": self.question, f"{self.question}.comment": words}
            try:
                answer = httpx.post(self.address, data=fields, headers=self.headers, timeout=30)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.status_code == 200:
                self.kept.append(words)


@pytest.fixture
def here(sqlite, tmp_path) -> Iterator[World]:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    for file in sqlite.glob("*.sqlite"):
        shutil.copy(file, folder)
    installation = opened(Settings(folder=folder, worker=False, address=f"http://127.0.0.1:{free_port()}"))
    # The process has a clock of its own, and the two must agree on who is signed in.
    yield World(installation.db, installation.settings, installation.vault, now=datetime.now(UTC))
    installation.close()


@pytest.fixture
def running(here) -> Iterator[Running]:
    one = Running(here.settings)
    one.start()
    yield one
    one.kill()


@pytest.fixture
def lead(here):
    firm = here.organisation()
    return here.somebody((firm, Role.COMPANY_LEAD)), here.site(firm)


def signed_in(here: World, person: str) -> dict[str, str]:
    with here.db.writing() as connection:
        fresh = session.begin(connection, person, "test", here.now, settings=here.settings, second_factor=True)
    cookie = session_cookie(here.settings, fresh)
    return {"cookie": f"{cookie.key}={cookie.value}", "origin": here.settings.address, "x-part": "saved"}


def section(question: str, form: Codebook) -> str:
    return form.section[question]


def test_every_acknowledged_answer_outlives_the_service(here, running, lead):
    actor, site = lead
    identifier = here.begun(actor, site)
    headers = signed_in(here, actor.person)
    place = f"{here.settings.address}/assessments/{identifier}/sections"
    writers = [Writer(f"{place}/{section(one, book())}", one, headers) for one in QUESTIONS[:WRITERS]]
    chance = random.Random(7)
    deaths = 0
    while deaths < DEATHS or sum(len(one.kept) for one in writers) < SAVES:
        if deaths:
            running.start()
        write_until_killed(writers, running, chance)
        deaths += 1
    with here.work(actor) as work:
        found = answering.opened(work, identifier)
        changes = engagements.changes(work.connection, identifier)
        ledger.verify(work.connection)
    acknowledged = sum(len(one.kept) for one in writers)
    _LOG.info("%s acknowledged, %s kept, %s deaths", acknowledged, len(changes), deaths)
    for one in writers:
        there = found.response.answers[one.question].comment
        # Either the last that was acknowledged, or one that was under way when the service died.
        assert there in one.tried[one.tried.index(one.kept[-1]) :]
    assert len({(change.revision, change.question) for change in changes}) == len(changes)
    assert found.engagement.revision == len(changes)
    assert acknowledged <= len(changes)


def write_until_killed(writers: list[Writer], running: Running, chance: random.Random) -> None:
    """Let everybody write until some more answers were acknowledged, and kill the service in the midst of it."""
    over = threading.Event()
    threads = [threading.Thread(target=one.write, args=(over,)) for one in writers]
    enough = sum(len(one.kept) for one in writers) + chance.randint(5, 25)
    for thread in threads:
        thread.start()
    until = time.monotonic() + PATIENCE
    while sum(len(one.kept) for one in writers) < enough and time.monotonic() < until:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.05))
    running.kill()
    over.set()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("seconds", [0.02, 0.2])
def test_an_assessment_is_handed_in_as_a_whole_or_not_at_all(here, running, lead, seconds):
    actor, site = lead
    identifier = here.answered(actor, site)
    headers = signed_in(here, actor.person)
    address = f"{here.settings.address}/assessments/{identifier}/submit"
    sent = threading.Thread(target=_quietly, args=(address, headers))
    sent.start()
    time.sleep(seconds)
    running.kill()
    sent.join()
    with here.db.reading() as connection:
        one = engagements.load(connection, identifier)
        seals = engagements.seals(connection, identifier)
        noted = [entry.event for entry in ledger.entries(connection, identifier)]
        ledger.verify(connection)
    handed_in = one.stage is Stage.SUBMITTED
    assert (len(seals), noted.count("assessment:submit"), one.stated is not None) == (handed_in,) * 3


def _quietly(address: str, headers: dict[str, str]) -> None:
    with suppress(httpx.TransportError):
        httpx.post(address, headers=headers, timeout=30)
