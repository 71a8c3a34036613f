"""The rows of jobs: ordered, taken, kept alive, ended.

Each change is one UPDATE that says in its condition what it takes for granted.
Two workers never hold one job, and a worker that lost it cannot end it. Every
thread that works has a name of its own.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from duediligence import database, tracing
from duediligence.database import new_id
from duediligence.errors import NotFound, WrongMoment
from duediligence.job import ENDED, MOST_TRIES, Job, Lost, Order, State
from duediligence.store.table import job

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

DIED = "The worker stopped in the middle, again and again."

_MANY = 500
"""Names that one query asks for."""

_INSERT: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_COLUMNS = [job.c[name] for name in Job.__struct_fields__]


def enqueue(connection: Connection, order: Order, now: datetime) -> str:
    """Return the id of the job for an order: a new one, or the one ordered before under the same name.

    It is seen by workers once the transaction is kept, and one of them is woken then.
    """
    database.order(connection)
    insert = _INSERT[connection.dialect.name](job)
    values = {
        "id": new_id(),
        "kind": order.kind,
        "arguments": msgspec.json.encode(order.arguments),
        "once": order.once,
        "state": State.QUEUED,
        "due": order.due or now,
        "worker": "",
        "tries": 0,
        "progress": 0.0,
        "failure": "",
        "organisation": order.organisation,
        "by": order.by,
        "created": now,
        "trace": tracing.traceparent(),
    }
    added = insert.values(values).on_conflict_do_nothing(index_elements=["once"]).returning(job.c.id)
    identifier = connection.execute(added).scalar_one_or_none()
    return str(identifier or connection.execute(select(job.c.id).where(job.c.once == order.once)).scalar_one())


def ordered(connection: Connection, names: Sequence[str]) -> set[str]:
    """Return those of `names` under which a job was ordered, however it ended."""
    return {
        name
        for start in range(0, len(names), _MANY)
        for (name,) in connection.execute(select(job.c.once).where(job.c.once.in_(names[start : start + _MANY])))
    }


def anything_due(connection: Connection, kinds: Collection[str], now: datetime) -> bool:
    """Return whether a worker that knows `kinds` could begin something."""
    return connection.execute(_next_due(kinds, now)).first() is not None


def claim(connection: Connection, kinds: Collection[str], worker: str, now: datetime, lease: datetime) -> Job | None:
    """Return the job that has been due longest, now this worker's; None where nothing is due.

    Args:
        connection: a writing one.
        kinds: those that the worker knows; a newer release may have ordered others.
        worker: the name of the worker, at most 64 characters.
        now: the time.
        lease: when the worker counts as dead unless it was heard of again.
    """
    chosen = _next_due(kinds, now).with_for_update(skip_locked=True).scalar_subquery()
    taken = (
        update(job)
        .where(job.c.id == chosen, job.c.state == State.QUEUED)
        .values(state=State.RUNNING, worker=worker, tries=job.c.tries + 1, lease=lease, progress=0.0, failure="")
        .returning(*_COLUMNS)
    )
    row = connection.execute(taken).one_or_none()
    return None if row is None else _job(row)


def report(connection: Connection, held: Job, progress: float, lease: datetime) -> None:
    """Write how far a job has come, 0 to 1, and renew its lease.

    Raises:
        Lost: it is no longer this worker's.
    """
    _change(connection, held, progress=progress, lease=lease)


def renew(connection: Connection, held: Collection[Job], lease: datetime) -> None:
    """Renew the leases of jobs that are worked on; one that was lost meanwhile is passed over."""
    for one in held:
        connection.execute(update(job).where(_is_mine(one)).values(lease=lease))


def finish(connection: Connection, held: Job, result: bytes, now: datetime) -> None:
    """Mark a job as done, with its result as JSON; its arguments are wanted no more and are not kept.

    Raises:
        Lost: it is no longer this worker's.
    """
    done = {"state": State.DONE, "progress": 1.0, "result": result, "arguments": b"{}", "lease": None, "ended": now}
    _change(connection, held, **done)


def fail(connection: Connection, held: Job, failure: str, now: datetime) -> None:
    """Mark a job as failed for good.

    Raises:
        Lost: it is no longer this worker's.
    """
    _change(connection, held, state=State.FAILED, failure=failure, lease=None, ended=now)


def put_back(connection: Connection, held: Job, failure: str, due: datetime) -> None:
    """Put a job back in the queue, to be tried again when it is due.

    Raises:
        Lost: it is no longer this worker's.
    """
    _change(connection, held, state=State.QUEUED, failure=failure, lease=None, due=due)


def anything_orphaned(connection: Connection, now: datetime, lease: timedelta) -> bool:
    """Return whether a running job has nobody who works on it."""
    return connection.execute(select(job.c.id).where(_orphaned(now, lease)).limit(1)).first() is not None


def reap(connection: Connection, now: datetime, lease: timedelta) -> int:
    """Return how many jobs were taken from workers that died: put back, or failed after too many tries."""
    orphaned = _orphaned(now, lease)
    spent = update(job).where(orphaned, job.c.tries >= MOST_TRIES)
    failed = connection.execute(spent.values(state=State.FAILED, failure=DIED, lease=None, ended=now))
    put = connection.execute(update(job).where(orphaned).values(state=State.QUEUED, lease=None))
    return failed.rowcount + put.rowcount


def cancel(connection: Connection, identifier: str, now: datetime) -> None:
    """Cancel a job; one that is running stops at its next report of progress and leaves nothing behind.

    Raises:
        NotFound: there is no job of this id.
        WrongMoment: it has ended already.
    """
    open_ = and_(job.c.id == identifier, job.c.state.not_in(ENDED))
    changed = connection.execute(update(job).where(open_).values(state=State.CANCELLED, lease=None, ended=now))
    if changed.rowcount != 1:
        raise WrongMoment(f"The job has ended already: {load(connection, identifier).state}.")


def try_again(connection: Connection, identifier: str) -> None:
    """Queue a job that failed or was cancelled once more, with all its tries.

    Raises:
        NotFound: there is no job of this id.
        WrongMoment: it is under way or done.
    """
    database.order(connection)
    stopped = and_(job.c.id == identifier, job.c.state.in_((State.FAILED, State.CANCELLED)))
    values = {"state": State.QUEUED, "due": job.c.created, "tries": 0, "ended": None}
    if connection.execute(update(job).where(stopped).values(values)).rowcount != 1:
        raise WrongMoment(f"The job cannot be tried again: {load(connection, identifier).state}.")


def anew(connection: Connection, identifier: str, order: Order, now: datetime) -> None:
    """Queue a job that has ended once more, as if it had never run; one that has not ended stays as it is."""
    database.order(connection)
    ended = and_(job.c.id == identifier, job.c.state.in_(ENDED))
    fresh = {
        "state": State.QUEUED,
        "arguments": msgspec.json.encode(order.arguments),
        "due": order.due or now,
        "tries": 0,
        "progress": 0.0,
        "result": None,
        "failure": "",
        "created": now,
        "ended": None,
    }
    connection.execute(update(job).where(ended).values(fresh))


def load(connection: Connection, identifier: str, *, organisation: str | None = None) -> Job:
    """Return one job; given an organisation, only if the job is its own.

    Raises:
        NotFound: there is none.
    """
    query = select(*_COLUMNS).where(job.c.id == identifier)
    if organisation is not None:
        query = query.where(job.c.organisation == organisation)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("There is no such job, or it is not yours to see.")
    return _job(row)


def named(connection: Connection, once: str) -> Job | None:
    """Return the job that was ordered under a name, None where there is none."""
    row = connection.execute(select(*_COLUMNS).where(job.c.once == once)).one_or_none()
    return None if row is None else _job(row)


def history(
    connection: Connection, *, organisation: str | None = None, state: State | None = None, before: str = "", most: int
) -> tuple[Job, ...]:
    """Return jobs, the newest first.

    Args:
        connection: a reading one.
        organisation: only its own; None for those of everybody.
        state: only those that have come so far.
        before: id of the last job of the page before; "" for the first page.
        most: how many at most.
    """
    query = select(*_COLUMNS).order_by(job.c.id.desc()).limit(most)
    if organisation is not None:
        query = query.where(job.c.organisation == organisation)
    if state is not None:
        query = query.where(job.c.state == state)
    if before:
        query = query.where(job.c.id < before)
    return tuple(_job(row) for row in connection.execute(query))


def counts(connection: Connection) -> dict[State, int]:
    """Return how many jobs there are in each state."""
    by_state = select(job.c.state, func.count()).group_by(job.c.state)
    found = {State(state): number for state, number in connection.execute(by_state)}
    return {state: found.get(state, 0) for state in State}


def _next_due(kinds: Collection[str], now: datetime) -> Select[tuple[str]]:
    # A job ordered for at once stays due when the clock is moved back behind its order.
    due = or_(job.c.due <= now, job.c.due == job.c.created)
    waiting = and_(job.c.state == State.QUEUED, job.c.kind.in_(sorted(kinds)), due)
    return select(job.c.id).where(waiting).order_by(job.c.due, job.c.id).limit(1)


def _orphaned(now: datetime, lease: timedelta) -> ColumnElement[bool]:
    # No lease is ever given so far ahead: the clock was moved back, and the lease means nothing any more.
    lapsed = or_(job.c.lease < now, job.c.lease > now + 2 * lease)
    return and_(job.c.state == State.RUNNING, lapsed)


def _change(connection: Connection, held: Job, **values: object) -> None:
    if connection.execute(update(job).where(_is_mine(held)).values(**values)).rowcount != 1:
        raise Lost(held.id)


def _is_mine(held: Job) -> ColumnElement[bool]:
    return and_(job.c.id == held.id, job.c.worker == held.worker, job.c.state == State.RUNNING)


def _job(row: AnyRow) -> Job:
    return msgspec.convert(dict(zip(Job.__struct_fields__, row, strict=True)), Job)
