"""Wake-ups through a real Redis server; skipped where there is none."""

import shutil
import socket
import subprocess
import time
from threading import Event, Thread

import msgspec
import pytest

from duediligence import database, queue
from duediligence.errors import Unavailable
from duediligence.job import Context, Done, Kind, Nothing, Order, State
from duediligence.settings import Settings
from duediligence.store import job as jobs
from duediligence.worker import Pace, run_worker
from duediligence.workflow.installation import opened
from tests.world import NOW

PATIENCE = 10.0
PROGRAM = shutil.which("redis-server")

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="redis-server is not installed: make system")


class Redis:
    """A server of this test process alone, which can be stopped and started."""

    def __init__(self, folder) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._folder = folder
        self.start()

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        said = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder))
        self._running = subprocess.Popen([str(PROGRAM), *said], stdout=subprocess.DEVNULL)
        until(self._answers)

    def stop(self) -> None:
        self._running.terminate()
        self._running.wait(PATIENCE)

    def _answers(self) -> bool:
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    found = Redis(tmp_path_factory.mktemp("redis"))
    yield found
    found.stop()


@pytest.fixture
def settings(server, sqlite, tmp_path) -> Settings:
    """Give the settings of an installation whose workers are woken by Redis."""
    for file in sqlite.glob("*.sqlite"):
        shutil.copy(file, tmp_path)
    return Settings(folder=tmp_path, queue=server.address)


@pytest.fixture
def calls(settings):
    found = queue.opened(settings)
    found.storage.flush_queue()
    yield found
    found.close()


def until(happened) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def rest(context: Context, _: Nothing) -> Done:
    return Done()


def order(db: database.Database, once: str) -> None:
    with db.writing() as connection:
        jobs.enqueue(connection, Order(kind="rest", arguments=Nothing(), once=once), NOW)


def done(db: database.Database) -> int:
    with db.reading() as connection:
        return jobs.counts(connection)[State.DONE]


def test_a_wake_up_is_heard(calls):
    calls.wake()
    calls.wait(PATIENCE, Event())
    assert calls.storage.queue_size() == 0


def test_whoever_waits_already_hears_it(settings, calls):
    heard = Event()

    def listen() -> None:
        own = queue.opened(settings)
        own.wait(PATIENCE, Event())
        own.close()
        heard.set()

    thread = Thread(target=listen)
    thread.start()
    calls.wake()
    assert heard.wait(PATIENCE)
    thread.join()


def test_wake_ups_that_nobody_hears_do_not_pile_up(calls):
    for _ in range(100):
        calls.wake()
    assert calls.storage.queue_size() < 20


def test_a_worker_is_woken_by_what_another_process_orders(settings):
    stop = Event()
    kinds = [Kind("rest", Nothing, rest)]
    pace = Pace(sweep=60.0)  # so that only a wake-up can be why it works
    worker = Thread(target=run_worker, args=(settings, stop, lambda: NOW), kwargs={"kinds": kinds, "pace": pace})
    here = opened(settings)
    worker.start()
    try:
        for number in range(3):
            order(here.db, str(number))
            until(lambda expected=number + 1: done(here.db) == expected)
    finally:
        stop.set()
        here.caller.wake()
        here.caller.wake()
        worker.join(PATIENCE)
        here.close()


def test_a_server_that_was_restarted_is_found_again(server, calls):
    server.stop()
    calls.wake()  # nobody hears it, and nothing breaks
    server.start()
    calls.wake()
    calls.wait(PATIENCE, Event())
    assert calls.storage.queue_size() == 0


def test_a_server_that_is_gone_does_not_end_a_wait_early_or_late(server, calls):
    server.stop()
    try:
        calls.wait(0.2, Event())
    finally:
        server.start()


def test_a_server_that_does_not_answer_is_told_when_a_queue_is_opened(settings):
    with pytest.raises(Unavailable):
        queue.opened(msgspec.structs.replace(settings, queue="redis://127.0.0.1:1/0"))
