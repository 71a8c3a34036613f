"""One job worked off: taken, done by the function of its kind, and marked with what came of it.

A function that finds something it needs not answering (`Unavailable`) is tried
again later, five times in all; any other exception is a fault of the program, and
trying again would only repeat it. What is noted of it says where it broke, not
the message: a message may hold somebody's words.
"""

import logging
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from duediligence import tracing
from duediligence.database import Database
from duediligence.errors import Unavailable
from duediligence.job import DELAYS, MOST_TRIES, Context, Done, Job, Kind, Lost
from duediligence.key import Key
from duediligence.settings import Settings
from duediligence.store import job as store
from duediligence.tracing import SpanKind

_FRAMES = 3
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What a worker works with."""

    db: Database
    settings: Settings
    key: Key
    clock: Callable[[], datetime]
    kinds: Sequence[Kind[Any]]
    lease: timedelta  # a worker that was not heard of for so long is dead
    in_hand: dict[str, Job] = field(default_factory=dict)  # what its threads work on just now, by thread name


def work_one(bench: Bench, worker: str) -> bool:
    """Return whether there was a job to do; it is then done, failed, put back or lost.

    Args:
        bench: what the worker works with.
        worker: a name that no other thread of any process has, at most 64 characters.

    Raises:
        Unavailable: the database does not answer. A job in hand goes back to the queue once its lease has run out.
    """
    kinds = {kind.name: kind for kind in bench.kinds}
    now = bench.clock()
    with bench.db.reading() as connection:
        if not store.anything_due(connection, kinds, now):
            return False
    with bench.db.writing() as connection:
        held = store.claim(connection, kinds, worker, now, now + bench.lease)
    if held is not None:
        bench.in_hand[worker] = held
        facts: dict[str, str | int] = {"job.kind": held.kind, "job.tries": held.tries}
        try:
            with tracing.span(f"job {held.kind}", SpanKind.CONSUMER, parent=held.trace, facts=facts):
                _work(bench, kinds[held.kind], held)
        finally:
            del bench.in_hand[worker]
    return True


def _work(bench: Bench, kind: Kind[Any], held: Job) -> None:
    try:
        _finish(bench, held, _run(bench, kind, held))
    except Lost:
        _log.info("job %s (%s) was cancelled or taken over", held.id, held.kind)
    except Unavailable as error:
        tracing.failed(type(error).__name__)
        _postpone(bench, held, str(error))
    except Exception as error:  # noqa: BLE001  a fault in one kind of work must not stop the others
        tracing.failed(type(error).__name__)
        _fail(bench, held, _place(error))


def _run(bench: Bench, kind: Kind[Any], held: Job) -> Done:
    def progress(share: float) -> None:
        with bench.db.writing() as connection:
            store.report(connection, held, share, bench.clock() + bench.lease)

    context = Context(
        job=held.id,
        by=held.by,
        db=bench.db,
        settings=bench.settings,
        key=bench.key,
        clock=bench.clock,
        progress=progress,
    )
    done: Done = kind.run(context, msgspec.json.decode(held.arguments, type=kind.arguments))
    return done


def _finish(bench: Bench, held: Job, done: Done) -> None:
    with bench.db.writing() as connection:
        store.finish(connection, held, msgspec.json.encode(done.result), bench.clock())
        done.write(connection)


def _postpone(bench: Bench, held: Job, failure: str) -> None:
    if held.tries >= MOST_TRIES:
        _fail(bench, held, failure)
        return
    due = bench.clock() + DELAYS[held.tries - 1]
    _log.warning("job %s (%s) waits: %s", held.id, held.kind, failure)
    with suppress(Lost), bench.db.writing() as connection:
        store.put_back(connection, held, failure, due)


def _fail(bench: Bench, held: Job, failure: str) -> None:
    _log.error("job %s (%s) failed: %s", held.id, held.kind, failure)
    with suppress(Lost), bench.db.writing() as connection:
        store.fail(connection, held, failure, bench.clock())


def _place(error: Exception) -> str:
    """Return the name of an exception and the lines it came through, innermost first."""
    frames = reversed(traceback.extract_tb(error.__traceback__)[-_FRAMES:])
    return f"{type(error).__name__} at " + ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
