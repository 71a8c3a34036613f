"""A worker killed while it makes reports: each is made in the end, once, and what was half made goes.

In the suite six reports and two deaths; `RELIABILITY_REPORTS=200` for a long run.
"""

import logging
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from duediligence import blob
from duediligence.engagement import Stage
from duediligence.job import Context, Job, Nothing, State
from duediligence.key import read_or_make
from duediligence.reports import Copy
from duediligence.store.table import job, product
from duediligence.workflow import ordering, sweeping
from duediligence.workflow.ordering import Report, Shape
from duediligence.workflow.waiting import place
from questionnaires.text import LANGUAGES
from tests.stages import Parties, parties
from tests.world import World, world

REPORTS = int(os.environ.get("RELIABILITY_REPORTS", "6"))
DEATHS = max(2, REPORTS // 8)
PATIENCE = 600.0 + 10 * REPORTS  # seconds; a machine with much else to do starts a worker slowly
_WORKER = Path(__file__).with_name("making_to_kill.py")
_LOG = logging.getLogger(__name__)


@pytest.fixture
def here(db, settings) -> World:
    found = world(db, settings)
    found.now = datetime.now(UTC)  # the worker has a clock of its own
    return found


def ordered(around: Parties) -> list[tuple[Report, Job]]:
    """Return reports of several assessments in every language, shape and copy, each with its job."""
    wanted: list[Report] = []
    while len(wanted) < REPORTS:
        one = around.at(Stage.SUBMITTED)
        wanted += [
            Report(engagement=one, shape=shape, copy=copy, language=language)
            for shape in Shape
            for copy in Copy
            for language in LANGUAGES
        ]
    found = []
    for one in wanted[:REPORTS]:
        with around.here.work(around.lead) as work:
            found.append((one, ordering.order(work, one)))
    return found


def started(here: World) -> subprocess.Popen[bytes]:
    names = {"DUE_FOLDER": here.settings.folder, "DUE_DATABASE": here.settings.database}
    names["DUE_PROTECTED_DATABASE"] = here.settings.protected_database
    environ = {name: str(value) for name, value in names.items() if value}
    command = [sys.executable, "-c", f"import runpy; runpy.run_path({str(_WORKER)!r}, run_name='__main__')"]
    return subprocess.Popen(command, env={**os.environ, **environ})


@contextmanager
def working(here: World) -> Iterator[subprocess.Popen[bytes]]:
    """Let a worker work, and kill it in the end."""
    worker = started(here)
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def states(here: World) -> Counter[str]:
    with here.db.reading() as connection:
        return Counter(connection.scalars(select(job.c.state)))


def test_each_report_is_made_once_however_often_its_worker_dies(here):
    around, chance = parties(here), random.Random(11)
    wanted = ordered(around)
    end = time.monotonic() + PATIENCE
    deaths = 0
    while (done := states(here)[State.DONE]) < REPORTS:
        enough = min(REPORTS, done + chance.randint(1, 2) if deaths < DEATHS else REPORTS)
        with working(here) as worker:
            while states(here)[State.DONE] < enough:
                assert time.monotonic() < end, states(here)
                assert worker.poll() is None, "the worker has ended by itself"
                time.sleep(0.02)
            time.sleep(chance.uniform(0, 0.4))
        deaths += 1
    _LOG.info("%s reports, %s deaths", REPORTS, deaths)
    with here.db.reading() as connection:
        rows = connection.execute(select(product)).all()
    assert sorted(row.job for row in rows) == sorted(one.id for _, one in wanted)
    for report, _ in wanted:
        with here.work(around.lead) as work:
            assert ordering.made(work, report)
    sweep(here)
    assert len(list(blob.listed(place(here.settings)))) == len({row.sha256 for row in rows})


def sweep(here: World) -> None:
    """Let two days pass, after which bytes that no row names are removed."""
    later = datetime.now(UTC) + timedelta(days=2)
    key = read_or_make(here.settings.key_path())
    context = Context(
        job="sweep", db=here.db, settings=here.settings, key=key, clock=lambda: later, progress=lambda _: None
    )
    sweeping.sweep(context, Nothing())
