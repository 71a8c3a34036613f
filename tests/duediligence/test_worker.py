"""The worker: it does what is due, hears when there is more, and may die at any moment."""

import gc
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import msgspec
import pytest
from sqlalchemy import func, select

from duediligence import mail, queue
from duediligence.database import Database, opened
from duediligence.errors import Unusable
from duediligence.job import MOST_TRIES, Context, Done, Kind, Nothing, Order, State
from duediligence.key import read_or_make
from duediligence.mail import Letter, Subject
from duediligence.settings import Settings
from duediligence.store import job as store
from duediligence.store.table import job, setting
from duediligence.worker import KINDS, Pace, run_worker

MORNING = datetime(2026, 11, 22, 3, tzinfo=UTC)
NIGHT = datetime(2026, 11, 22, 1, tzinfo=UTC)
QUICK = Pace(hands=2, sweep=0.1)
PATIENCE = 120  # seconds until a test gives up


class Number(msgspec.Struct, frozen=True):
    number: int


def nothing_more(_: Context, __: Number) -> Done:
    return Done()


@contextmanager
def working(settings: Settings, *kinds: Kind, clock: Callable[[], datetime] = lambda: NIGHT) -> Iterator[Event]:
    """Let a worker work beside the test, and wait for its end; gives what tells it to stop."""
    stop = Event()
    thread = Thread(target=run_worker, args=(settings, stop, clock), kwargs={"kinds": kinds, "pace": QUICK})
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def until(happened: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def order_numbers(db: Database, count: int, kind: str = "make") -> None:
    with db.writing() as connection:
        for number in range(count):
            store.enqueue(connection, Order(kind=kind, arguments=Number(number), once=f"{kind} {number}"), NIGHT)


def states(db: Database) -> Counter[str]:
    with db.reading() as connection:
        return Counter(connection.scalars(select(job.c.state)))


def test_a_worker_does_all_that_is_due(db, settings):
    order_numbers(db, 20)
    with working(settings, Kind("make", Number, nothing_more)):
        until(lambda: states(db) == {State.DONE: 20})


def test_a_worker_that_is_told_to_stop_ends_what_it_has_begun(db, settings):
    begun, go_on = Event(), Event()

    def slow(_: Context, __: Number) -> Done:
        begun.set()
        go_on.wait(PATIENCE)
        return Done()

    order_numbers(db, 1)
    with working(settings, Kind("make", Number, slow)) as stop:
        assert begun.wait(PATIENCE)
        stop.set()
        go_on.set()
    assert states(db) == {State.DONE: 1}


def test_a_fault_in_one_job_does_not_stop_the_others(db, settings):
    def odd_ones_break(_: Context, arguments: Number) -> Done:
        assert arguments.number % 2 == 0
        return Done()

    order_numbers(db, 10)
    with working(settings, Kind("make", Number, odd_ones_break)):
        until(lambda: states(db) == {State.DONE: 5, State.FAILED: 5})


def test_a_long_job_keeps_its_worker(db, settings):
    moments, starts = [NIGHT], []

    def lease() -> datetime | None:
        with db.reading() as connection:
            return connection.scalar(select(job.c.lease))

    def long(_: Context, arguments: Number) -> Done:
        starts.append(arguments.number)
        for _round in range(5):
            moments.append(moments[-1] + QUICK.lease * 0.9)
            until(lambda: lease() == moments[-1] + QUICK.lease)
        return Done()

    order_numbers(db, 1)
    with working(settings, Kind("make", Number, long), clock=lambda: moments[-1]):
        until(lambda: states(db) == {State.DONE: 1})
    assert starts == [0]


def test_what_is_done_every_morning_is_ordered_once_a_day_by_however_many_workers(db, settings):
    daily = Kind("daily", Nothing, nothing_more, daily=True)
    for _ in range(2):
        with working(settings, daily, clock=lambda: MORNING):
            until(lambda: states(db) == {State.DONE: 1})
    assert states(db) == {State.DONE: 1}


def test_nothing_is_ordered_before_the_morning_of_ashgabat(db, settings):
    daily = Kind("daily", Nothing, nothing_more, daily=True)
    order_numbers(db, 1)
    with working(settings, Kind("make", Number, nothing_more), daily):
        until(lambda: states(db) == {State.DONE: 1})
        time.sleep(3 * QUICK.sweep)
    assert states(db) == {State.DONE: 1}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_worker_waits_out_a_database_that_does_not_answer(settings):
    file = settings.folder / "duediligence.sqlite"
    hidden = file.rename(file.with_suffix(".away"))
    file.mkdir()  # a folder in the place of the file cannot be opened
    with working(settings, Kind("make", Number, nothing_more)):
        time.sleep(3 * QUICK.sweep)
        file.rmdir()
        hidden.rename(file)
        db = opened(settings)
        order_numbers(db, 1)
        until(lambda: states(db) == {State.DONE: 1})
        db.close()


def test_a_wake_up_is_heard(settings):
    for kind in ("sqlite", "postgres") if settings.database else ("sqlite",):
        calls = queue.opened(msgspec.structs.replace(settings, queue=kind))
        calls.wake()
        calls.wait(PATIENCE, Event())
        assert calls.storage.queue_size() == 0
        calls.close()


def test_a_wake_up_is_heard_by_a_worker_that_waits_already(settings):
    own = msgspec.structs.replace(settings, queue="postgres" if settings.database else "")
    caller, heard = queue.opened(own), Event()

    def listen() -> None:
        calls = queue.opened(own)
        calls.wait(PATIENCE, Event())
        calls.close()
        heard.set()

    thread = Thread(target=listen)
    thread.start()
    caller.wake()
    caller.close()
    assert heard.wait(PATIENCE)
    thread.join()


def test_a_process_that_waits_for_none_wakes_a_worker(settings):
    with closing(queue.Caller(settings)) as caller, closing(queue.opened(settings)) as calls:
        caller.wake()
        assert calls.storage.queue_size() == 1


def test_a_line_to_workers_that_was_closed_opens_again(settings):
    with closing(queue.Caller(settings)) as caller, closing(queue.opened(settings)) as calls:
        caller.wake()
        caller.close()
        caller.wake()
        assert calls.storage.queue_size() == 2


def test_a_queue_that_does_not_answer_is_forgiven(settings):
    queue.Caller(msgspec.structs.replace(settings, queue="redis://127.0.0.1:1/0")).wake()


def test_wake_ups_that_nobody_hears_do_not_pile_up(settings):
    calls = queue.opened(settings)
    for _ in range(100):
        calls.wake()
    assert calls.storage.queue_size() < 20
    calls.close()


@pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")  # Huey leaves open what is no database
def test_a_queue_that_is_gone_costs_a_wake_up_and_no_more(settings):
    calls = queue.opened(settings)
    calls.close()
    (settings.folder / "queue.sqlite").write_bytes(b"this is no database, and it is longer than a header")
    calls.wake()
    calls.wait(0, Event())
    calls.close()
    gc.collect()


def test_the_postgres_queue_needs_postgresql():
    with pytest.raises(Unusable):
        queue.opened(Settings(queue="postgres"))


def test_a_queue_that_does_not_exist_is_refused():
    with pytest.raises(Unusable):
        queue.opened(Settings(queue="carrier pigeon"))


def test_every_kind_of_work_has_a_name_of_its_own():
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_a_letter_that_was_posted_is_sent(db, settings):
    letter = Letter(subject=Subject.REVIEW_CONCLUDED, to="lead@firm.example", language="tk", link="/")
    with db.writing() as connection:
        identifier = mail.post(connection, read_or_make(settings.key_path()), letter, "one", NIGHT)
    with working(settings, *KINDS):
        until(lambda: states(db) == {State.DONE: 1})
    assert (settings.folder / "mail" / f"{identifier}.eml").is_file()


def test_workers_killed_at_any_moment_lose_nothing_and_do_nothing_twice(db, settings):
    count, chance = 30, random.Random(7)
    order_numbers(db, count)
    for _ in range(MOST_TRIES - 1):  # the last try of a job is left alone
        with started(settings) as worker:
            wait_for_its_first_job(db, worker.pid)
            time.sleep(chance.uniform(0.0, 0.15))
    with started(settings):
        until(lambda: states(db) == {State.DONE: count})
    with db.reading() as connection:
        notes = [name.split(":")[0] for name in connection.scalars(select(setting.c.name))]
        jobs = set(connection.scalars(select(job.c.id)))
        assert connection.scalar(select(func.max(job.c.tries))) > 1, "no worker was killed in the middle"
    assert sorted(map(int, notes)) == list(range(count))
    assert {path.stem for path in settings.folder.glob("*.made")} == jobs


def wait_for_its_first_job(db: Database, process: int) -> None:
    def begun() -> bool:
        with db.reading() as connection:
            names = set(connection.execute(select(job.c.worker, job.c.state)))
        return any(f":{process}:" in name for name, _ in names) or {state for _, state in names} == {State.DONE}

    until(begun)


@contextmanager
def started(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """Give a worker in a process of its own, which is killed in the end."""
    environment = {
        "DUE_FOLDER": str(settings.folder),
        "DUE_DATABASE": settings.database,
        "DUE_PROTECTED_DATABASE": settings.protected_database,
    }
    script = Path(__file__).with_name("work_to_kill.py")
    worker = subprocess.Popen([sys.executable, str(script)], env={**os.environ, **environment})
    try:
        yield worker
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
