"""What it costs to show how an attestation stands, and what signing in the background costs those who look.

    python -m benchmarks.checking

Prints one line a measurement and writes `checking.json` beside this file. CPU is that of
the whole process, framework included. The second part starts the service as people start
it, with its worker beside it, and compares the time of page loads while a hundred dossiers are
being signed with the time before.
"""

import http.client
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np

from benchmarks.measure import Measurement
from benchmarks.service import PORT_WAIT, Asked, cpu, database
from duediligence import signing
from duediligence.engagement import Stage
from duediligence.job import State
from duediligence.settings import Settings
from duediligence.store import attestation as store
from duediligence.store import job as jobs
from duediligence.workflow import attesting
from duediligence.workflow.installation import Installation, opened
from questionnaires.text import LANGUAGES
from tests import attested
from tests.stages import Parties, parties
from tests.world import World

DOSSIERS = 100
LOADS = 400
PAUSE = 0.02
"""Seconds between two loads: somebody who looks at pages, not a siege."""


def page(installation: Installation, all_: Parties, code: str) -> list[Measurement]:
    """Measure the public page of one attestation."""
    ask = Asked(installation, all_.lead)
    sizes = [len(ask("GET", f"/check/{code}", accept_language=language)[1]) for language in LANGUAGES]

    def look() -> None:
        assert ask("GET", f"/check/{code}")[0] == 200

    return [
        Measurement(name="page of an attestation, CPU", value=1000 * cpu(look, 100), limit=10, unit="ms"),
        Measurement(name="page of an attestation, largest", value=max(sizes) / 1000, limit=40, unit="kB"),
    ]


def beside(settings: Settings, all_: Parties, engagement: str, code: str) -> list[Measurement]:
    """Measure page loads before and while dossiers are signed."""
    here = all_.here
    goods = attested.shipment(here, all_.lead, all_.firm, engagement)
    with started(settings) as port:
        quiet = loads(port, code, lambda: False)
        for _ in range(DOSSIERS):
            one = attested.drawn_up(here, all_.lead, engagement, goods)
            with here.work(all_.lead) as work:
                attesting.consent(work, one.id)
        begun = time.perf_counter()
        busy = loads(port, code, lambda: waiting(here) > 0)
        signed = time.perf_counter() - begun
    with here.db.reading() as connection:
        done = sum(one.issued is not None for one in store.of_organisation(connection, all_.firm, 2 * DOSSIERS))
    assert done >= DOSSIERS, f"only {done} were signed"
    ratio = float(np.median(busy) / np.median(quiet))
    return [
        Measurement(name="page load, all else quiet", value=1000 * float(np.median(quiet)), limit=100, unit="ms"),
        Measurement(name=f"the same while {DOSSIERS} dossiers are signed, times", value=ratio, limit=1.25, unit=""),
        Measurement(name=f"{DOSSIERS} dossiers signed", value=signed, limit=600, unit="s"),
    ]


def waiting(here: World) -> int:
    """Return how many orders are waiting or being worked on."""
    with here.db.reading() as connection:
        return sum(jobs.counts(connection).get(state, 0) for state in (State.QUEUED, State.RUNNING))


def loads(port: int, code: str, more: Callable[[], bool]) -> list[float]:
    """Return the seconds of page loads: `LOADS` of them, and for as long as there is more to wait for."""
    spent: list[float] = []
    while len(spent) < LOADS or (len(spent) % 50 == 0 and more()) or len(spent) % 50:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        start = time.perf_counter()
        line.request("GET", f"/check/{code}")
        assert line.getresponse().read()
        spent.append(time.perf_counter() - start)
        line.close()
        time.sleep(PAUSE)
    return spent


@contextmanager
def started(settings: Settings) -> Iterator[int]:
    """Give the port of a service with a worker beside it."""
    port = int(settings.address.rpartition(":")[2])
    environment = os.environ | {"DUE_FOLDER": str(settings.folder), "DUE_ADDRESS": settings.address}
    program = str(Path(sys.executable).with_name("duediligence"))
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([program, "serve", "--port", str(port)], env=environment, stdout=quiet, stderr=quiet)
    start = time.perf_counter()
    while True:
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).request("GET", "/health")
            break
        except OSError:
            assert time.perf_counter() - start < PORT_WAIT, "the service did not start"
            time.sleep(0.05)
    yield port
    process.terminate()
    process.wait(30)


def main() -> None:
    """Measure everything, print it, and write it down."""
    with database("sqlite") as settings:
        installation = opened(settings)
        here = World(installation.db, settings, installation.vault)
        with here.db.writing() as connection:
            signing.prepare(settings, connection, here.now)
        all_ = parties(here)
        engagement = all_.at(Stage.CONCLUDED)
        one = attested.issued(here, all_.lead, engagement)
        measurements = [*page(installation, all_, one.id), *beside(settings, all_, engagement, one.id)]
        installation.close()
    for one_ in measurements:
        verdict = "kept" if one_.kept else "MISSED"
        print(f"{one_.name:<55} {one_.value:>9.2f} {one_.unit:<3} limit {one_.limit:>6g} {one_.unit:<3} {verdict}")
    machine = {"python": platform.python_version(), "cores": os.cpu_count()}
    rows = [{**msgspec.to_builtins(one_), "kept": one_.kept} for one_ in measurements]
    target = Path(__file__).with_suffix(".json")
    target.write_text(json.dumps({"machine": machine, "measurements": rows}, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
