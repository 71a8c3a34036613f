"""Jobs: ordered once, held by one worker, done once, whatever happens in between."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import insert, select

from duediligence.errors import NotFound, Unavailable, WrongMoment
from duediligence.job import DELAYS, MOST_TRIES, Context, Done, Job, Kind, Lost, Order, State
from duediligence.jobs import Bench, work_one
from duediligence.key import read_or_make
from duediligence.organisation import Person
from duediligence.store import job as store
from duediligence.store import person as people
from duediligence.store.table import setting

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
LEASE = timedelta(seconds=60)
SOMEBODY = Person(id="1" * 32, email="somebody@example.test", name="Somebody", language="en", created=NOW)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


class Sum(msgspec.Struct, frozen=True):
    terms: list[int]


class Total(msgspec.Struct, frozen=True):
    total: int


def add_up(_, sum_: Sum) -> Done:
    return Done(result=Total(sum(sum_.terms)))


def fail_with(error: Exception):
    def run(_context: Context, _arguments: Sum) -> Done:
        raise error

    return run


def order(once: str = "one", kind: str = "sum", *, terms: tuple[int, ...] = (), **more) -> Order:
    return Order(kind=kind, arguments=Sum(list(terms)), once=once, **more)


@pytest.fixture
def bench(db, settings) -> Bench:
    kinds = (Kind("sum", Sum, add_up),)
    key = read_or_make(settings.key_path())
    return Bench(db=db, settings=settings, key=key, clock=Clock(), kinds=kinds, lease=LEASE)


def with_kind(bench: Bench, run, arguments: type[msgspec.Struct] = Sum) -> Bench:
    return Bench(
        db=bench.db,
        settings=bench.settings,
        key=bench.key,
        clock=bench.clock,
        kinds=(Kind("sum", arguments, run),),
        lease=LEASE,
    )


def enqueue(db, one: Order, now: datetime = NOW) -> str:
    with db.writing() as connection:
        return store.enqueue(connection, one, now)


def claim(db, worker: str = "a", now: datetime = NOW, kinds: tuple[str, ...] = ("sum",)) -> Job | None:
    with db.writing() as connection:
        return store.claim(connection, kinds, worker, now, now + LEASE)


def load(db, identifier: str) -> Job:
    with db.reading() as connection:
        return store.load(connection, identifier)


def reap(db, now: datetime) -> int:
    with db.writing() as connection:
        return store.reap(connection, now, LEASE)


def settings_in(db) -> list[str]:
    with db.reading() as connection:
        return list(connection.scalars(select(setting.c.name)))


def test_two_orders_of_one_name_are_one_job(db):
    assert enqueue(db, order("report:7")) == enqueue(db, order("report:7"))


def test_two_orders_of_one_name_at_the_same_moment_are_one_job(db):
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: enqueue(db, order("report:7")), range(20)))
    assert len(found) == 1


def test_an_order_whose_transaction_is_undone_was_never_given(db):
    with suppress(ZeroDivisionError), db.writing() as connection:
        store.enqueue(connection, order(), NOW)
        raise ZeroDivisionError
    assert claim(db) is None


def test_a_job_that_is_not_due_waits(db):
    enqueue(db, order(due=NOW + timedelta(seconds=1)))
    assert claim(db) is None
    assert claim(db, now=NOW + timedelta(seconds=1))


def test_the_job_that_has_been_due_longest_comes_first(db):
    enqueue(db, order("later"))
    enqueue(db, order("earlier", due=NOW - timedelta(hours=1)))
    assert claim(db).once == "earlier"


def test_a_job_ordered_for_at_once_is_due_though_the_clock_was_moved_back(db):
    enqueue(db, order())
    assert claim(db, now=NOW - timedelta(hours=1))


def test_a_worker_leaves_alone_what_it_does_not_know(db):
    enqueue(db, order(kind="of_a_newer_release"))
    assert claim(db) is None


def test_one_job_is_never_held_by_two_workers(db):
    for number in range(60):
        enqueue(db, order(f"job {number}"))

    def take(worker: int) -> list[str]:
        held = []
        while one := claim(db, f"worker {worker}"):
            held.append(one.id)
        return held

    with ThreadPoolExecutor(4) as pool:
        taken = [one for held in pool.map(take, range(4)) for one in held]
    assert len(taken) == len(set(taken)) == 60


def test_a_job_is_done_and_shows_its_result(bench):
    identifier = enqueue(bench.db, order(terms=(1, 2, 3)))
    work_one(bench, "a")
    found = load(bench.db, identifier)
    assert (found.state, found.result, found.progress) == (State.DONE, b'{"total":6}', 1)


def test_a_job_that_is_done_keeps_nothing_of_what_it_was_told(bench):
    identifier = enqueue(bench.db, order(terms=(1, 2, 3)))
    work_one(bench, "a")
    assert load(bench.db, identifier).arguments == b"{}"


def test_with_nothing_due_there_is_nothing_to_do(bench):
    assert not work_one(bench, "a")


def test_what_a_job_writes_is_kept_with_its_end(bench):
    def run(_context: Context, _arguments: Sum) -> Done:
        return Done(write=lambda connection: connection.execute(insert(setting).values(name="x", value="", at=NOW)))

    enqueue(bench.db, order())
    work_one(with_kind(bench, run), "a")
    assert settings_in(bench.db) == ["x"]


def test_what_a_job_writes_is_not_kept_if_the_job_was_lost(bench):
    identifier = enqueue(bench.db, order())

    def run(_context: Context, _arguments: Sum) -> Done:
        with bench.db.writing() as connection:
            store.cancel(connection, identifier, NOW)
        return Done(write=lambda connection: connection.execute(insert(setting).values(name="x", value="", at=NOW)))

    work_one(with_kind(bench, run), "a")
    assert not settings_in(bench.db)
    assert load(bench.db, identifier).state is State.CANCELLED


def test_what_does_not_answer_is_tried_again_after_longer_and_longer(bench):
    identifier = enqueue(bench.db, order())
    failing = with_kind(bench, fail_with(Unavailable("The mail server does not answer.")))
    waits = []
    while work_one(failing, "a") and load(bench.db, identifier).state is State.QUEUED:
        due = load(bench.db, identifier).due
        waits.append(due - failing.clock())
        failing.clock.time = due
    assert tuple(waits) == DELAYS
    assert load(bench.db, identifier).failure == "The mail server does not answer."
    assert load(bench.db, identifier).state is State.FAILED


def test_a_fault_of_the_program_is_not_repeated(bench):
    identifier = enqueue(bench.db, order())
    work_one(with_kind(bench, fail_with(ValueError("Aýna was not paid"))), "a")
    found = load(bench.db, identifier)
    assert (found.state, found.tries) == (State.FAILED, 1)


def test_a_failure_says_where_and_repeats_nobodys_words(bench):
    identifier = enqueue(bench.db, order())
    work_one(with_kind(bench, fail_with(ValueError("Aýna was not paid"))), "a")
    failure = load(bench.db, identifier).failure
    assert failure.startswith(f"ValueError at {Path(__file__).name}:")
    assert "Aýna" not in failure


def test_arguments_that_no_longer_fit_fail_the_job_and_not_the_worker(bench):
    identifier = enqueue(bench.db, order())
    work_one(with_kind(bench, add_up, Total), "a")
    assert load(bench.db, identifier).state is State.FAILED


def test_progress_is_shown_and_keeps_the_lease(bench):
    identifier = enqueue(bench.db, order())
    seen = []

    def run(context: Context, _arguments: Sum) -> Done:
        bench.clock.time += timedelta(seconds=50)
        context.progress(0.5)
        seen.append(load(bench.db, identifier))
        return Done()

    work_one(with_kind(bench, run), "a")
    assert (seen[0].progress, seen[0].lease) == (0.5, NOW + timedelta(seconds=50) + LEASE)


def test_a_job_that_is_cancelled_stops_at_its_next_report(bench):
    identifier = enqueue(bench.db, order())
    reached = []

    def run(context: Context, _arguments: Sum) -> Done:
        with bench.db.writing() as connection:
            store.cancel(connection, identifier, NOW)
        context.progress(0.5)
        reached.append("the end")
        return Done()

    work_one(with_kind(bench, run), "a")
    assert not reached


def test_a_job_whose_worker_died_is_taken_by_another(db):
    identifier = enqueue(db, order())
    claim(db, "dead")
    assert reap(db, NOW + LEASE + timedelta(seconds=1)) == 1
    assert claim(db, "living").id == identifier


def test_a_job_whose_worker_lives_is_left_to_it(db):
    enqueue(db, order())
    claim(db, "living")
    assert reap(db, NOW + LEASE) == 0


def test_leases_from_before_the_clock_was_moved_back_mean_nothing(db):
    enqueue(db, order())
    claim(db, "dead")
    assert reap(db, NOW - timedelta(hours=1)) == 1


def test_a_job_that_kills_every_worker_fails_in_the_end(db):
    identifier = enqueue(db, order())
    now = NOW
    for _ in range(MOST_TRIES):
        assert claim(db, "dies", now)
        now += LEASE + timedelta(seconds=1)
        reap(db, now)
    assert load(db, identifier).state is State.FAILED


def test_a_worker_that_lost_a_job_cannot_end_it(db):
    enqueue(db, order())
    slow = claim(db, "slow")
    reap(db, NOW + LEASE + timedelta(seconds=1))
    claim(db, "quick", NOW + LEASE)
    with pytest.raises(Lost), db.writing() as connection:
        store.finish(connection, slow, b"{}", NOW)


def test_a_renewed_lease_keeps_a_long_job_with_its_worker(db):
    enqueue(db, order())
    held = claim(db)
    with db.writing() as connection:
        store.renew(connection, [held], NOW + 2 * LEASE)
    assert reap(db, NOW + LEASE + timedelta(seconds=1)) == 0


def test_a_job_that_has_ended_cannot_be_cancelled(bench):
    identifier = enqueue(bench.db, order())
    work_one(bench, "a")
    with pytest.raises(WrongMoment), bench.db.writing() as connection:
        store.cancel(connection, identifier, NOW)


def test_a_job_that_failed_can_be_tried_again(bench):
    identifier = enqueue(bench.db, order())
    work_one(with_kind(bench, fail_with(ValueError())), "a")
    with bench.db.writing() as connection:
        store.try_again(connection, identifier)
    work_one(bench, "a")
    assert load(bench.db, identifier).state is State.DONE


def test_a_job_that_has_ended_is_ordered_anew_as_if_it_had_never_run(bench):
    identifier = enqueue(bench.db, order(terms=(1,)))
    work_one(bench, "a")
    bench.clock.time += timedelta(days=8)
    with bench.db.writing() as connection:
        store.anew(connection, identifier, order(terms=(2,)), bench.clock())
    found = load(bench.db, identifier)
    assert (found.state, found.result, found.progress, found.tries) == (State.QUEUED, None, 0, 0)
    work_one(bench, "a")
    assert load(bench.db, identifier).result == b'{"total":2}'


def test_a_job_that_has_not_ended_is_not_ordered_anew(bench):
    identifier = enqueue(bench.db, order(terms=(1,)))
    with bench.db.writing() as connection:
        store.anew(connection, identifier, order(terms=(2,)), bench.clock())
    work_one(bench, "a")
    assert load(bench.db, identifier).result == b'{"total":1}'


def test_a_job_knows_who_ordered_it(bench):
    with bench.db.writing() as connection:
        people.add(connection, SOMEBODY, password="")
        store.enqueue(connection, order(by=SOMEBODY.id), NOW)
    asked = []

    def run(context: Context, _arguments: Sum) -> Done:
        asked.append(context.by)
        return Done()

    work_one(with_kind(bench, run), "a")
    assert asked == [SOMEBODY.id]


def test_a_job_that_is_done_cannot_be_tried_again(bench):
    identifier = enqueue(bench.db, order())
    work_one(bench, "a")
    with pytest.raises(WrongMoment), bench.db.writing() as connection:
        store.try_again(connection, identifier)


def test_a_job_of_another_organisation_is_not_found(db):
    identifier = enqueue(db, order())
    with pytest.raises(NotFound), db.reading() as connection:
        store.load(connection, identifier, organisation="0" * 32)


def test_the_history_runs_from_the_newest_and_goes_on_where_a_page_ended(db):
    made = [enqueue(db, order(f"job {number}")) for number in range(5)]
    with db.reading() as connection:
        first = store.history(connection, most=2)
        second = store.history(connection, before=first[-1].id, most=3)
    assert [one.id for one in (*first, *second)] == made[::-1]


def test_the_history_can_be_narrowed_to_what_failed(bench):
    enqueue(bench.db, order("good"))
    work_one(bench, "a")
    bad = enqueue(bench.db, order("bad"))
    work_one(with_kind(bench, fail_with(ValueError())), "a")
    with bench.db.reading() as connection:
        assert [one.id for one in store.history(connection, state=State.FAILED, most=9)] == [bad]


def test_every_state_is_counted(bench):
    enqueue(bench.db, order("first"))
    work_one(bench, "a")
    enqueue(bench.db, order("second"))
    with bench.db.reading() as connection:
        found = store.counts(connection)
    assert (found[State.DONE], found[State.QUEUED], found[State.FAILED]) == (1, 1, 0)
