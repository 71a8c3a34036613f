"""How a worker learns that there is something to do, sooner than it would look by itself.

A wake-up means "look at the jobs" and nothing else: the row of a job is the truth,
and a worker that is awake works until nothing is due. So a wake-up may be lost or
heard twice, and costs seconds at most. Of Huey only its stores are used, which are
the same few calls on SQLite, PostgreSQL and Redis; a worker waits at the last two
without asking again and again. Its tasks, results and schedule are not used: they
lose a job when its worker dies. They are loaded when a queue is opened: half a second
that a web process need not spend before its first answer.
"""

import importlib
import logging
import sqlite3
import time
from dataclasses import dataclass
from threading import Event, Lock
from typing import TYPE_CHECKING

from duediligence.errors import Unavailable, Unusable
from duediligence.settings import Settings

if TYPE_CHECKING:
    from huey.storage import BaseStorage

_NAME = "duediligence"
_ENOUGH = 16
"""Wake-ups that wait to be heard; one more would tell nobody anything new."""
_GLANCE = 0.2
"""Seconds between two looks at a store that cannot wait by itself."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Queue:
    """The wake-ups of one installation: any thread may call, and the one that waits for calls closes it."""

    storage: "BaseStorage"
    faults: tuple[type[Exception], ...]  # what its driver raises when the store does not answer

    def wake(self) -> None:
        """Wake a worker; to be called once the transaction that ordered the job is kept.

        A store that does not answer is noted in the log and forgiven: the job
        waits a few seconds longer.
        """
        try:
            if self.storage.queue_size() < _ENOUGH:
                self.storage.enqueue(b"look")
        except self.faults as error:
            _log.warning("No worker was woken: %s", type(error).__name__)

    def wait(self, seconds: float, stop: Event) -> None:
        """Return when there may be something to do, after `seconds` at the latest, and soon once `stop` is set."""
        end = time.monotonic() + seconds
        try:
            while not stop.is_set() and self.storage.dequeue() is None and time.monotonic() < end:
                if not self.storage.blocking:
                    stop.wait(_GLANCE)
        except self.faults as error:
            _log.warning("Wake-ups are not heard: %s", type(error).__name__)
            stop.wait(max(0.0, end - time.monotonic()))

    def close(self) -> None:
        """Close its connections."""
        try:
            self.storage.close()
        except self.faults as error:
            _log.warning("The queue was not closed: %s", type(error).__name__)


def opened(settings: Settings) -> Queue:
    """Return the queue that settings name.

    Raises:
        Unusable: there is no such queue, or what it needs is not installed.
        Unavailable: it does not answer.
    """
    match settings.queue.partition(":")[0]:
        case "" | "sqlite":
            return _sqlite(settings)
        case "postgres" if settings.main_url().startswith("postgresql"):
            dsn = settings.main_url().replace("postgresql+psycopg:", "postgresql:", 1)
            return _served("PostgresStorage", "psycopg", "Error", dsn=dsn)
        case "redis" | "rediss":
            return _served("RedisStorage", "redis", "RedisError", url=settings.queue)
    raise Unusable("DUE_QUEUE is `sqlite`, `postgres` where the main database is PostgreSQL, or a `redis://` address.")


class Caller:
    """Wakes workers from a process that waits for none; any thread may call."""

    def __init__(self, settings: Settings) -> None:
        """Open nothing yet: most processes order nothing for a while."""
        self._settings = settings
        self._queue: Queue | None = None
        self._lock = Lock()

    def wake(self) -> None:
        """Wake a worker, see `Queue.wake`."""
        try:
            with self._lock:
                queue = self._queue = self._queue or opened(self._settings)
            queue.wake()
        except (Unavailable, OSError, sqlite3.Error) as error:  # what was ordered is kept: nobody is told of a fault
            _log.warning("No worker was woken: %s", type(error).__name__)

    def close(self) -> None:
        """Close its connections; a later call opens them again."""
        with self._lock:
            if self._queue:
                self._queue.close()
            self._queue = None


def _sqlite(settings: Settings) -> Queue:
    from huey.storage import SqliteStorage  # noqa: PLC0415

    path = settings.folder / "queue.sqlite"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A wake-up that a power cut takes is no loss: nothing waits for the disk.
    return Queue(SqliteStorage(_NAME, filename=str(path), fsync=False, cache_mb=1), (sqlite3.Error,))


def _served(kind: str, driver: str, fault: str, **where: str) -> Queue:
    """Return a queue on a server, whose driver is an extra that need not be installed."""
    from huey import storage  # noqa: PLC0415

    try:
        faults = (getattr(importlib.import_module(driver), fault),)
    except ModuleNotFoundError as error:
        raise Unusable(f"This queue needs {driver}, which is not installed.") from error
    try:
        found = Queue(getattr(storage, kind)(_NAME, **where), faults)
        found.storage.queue_size()  # Redis is not called before there is something to ask
        return found  # noqa: TRY300  the question is part of the opening
    except faults as error:
        raise Unavailable("The queue does not answer. Is its server running?") from error
