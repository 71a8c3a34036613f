"""Long work: what is to be done, how far it has come, and what does it.

    queued -> running -> done
      ^ |        |  |
      | |        |  +--> failed
      | +--------+-----> cancelled
      +----------+  its worker died, or something it needs does not answer

The row of a job is the truth. Whoever works on it holds a lease, and renews it;
a row whose lease ran out goes back to the queue. So a job may be begun more than
once, and its function must bear that:

1. what it makes (a file, a letter) it puts under the id of the job, where a second
   run finds or replaces it;
2. what it changes in the database it leaves to `Done.write`, which runs in the
   transaction that marks the job as done: once, whatever dies in between.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

import msgspec

from duediligence.database import Connection, Database
from duediligence.key import Key
from duediligence.settings import Settings

MOST_TRIES = 5
"""A job that was begun so often without an end has failed."""

DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))
"""How long a job waits after its first, second and further tries when something it needs does not answer."""

assert len(DELAYS) == MOST_TRIES - 1


class State(StrEnum):
    """How far a job has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = (State.DONE, State.FAILED, State.CANCELLED)
"""What a job comes to in the end."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Work that somebody wants done."""

    kind: str
    arguments: msgspec.Struct
    once: str  # at most 120 characters; two orders of one name are one job
    due: datetime | None = None  # None: at once
    organisation: str | None = None  # whose work it is; None for the service itself
    by: str | None = None  # the person who ordered it


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work as its row tells it."""

    id: str
    kind: str
    arguments: bytes  # JSON; empty once the job is done
    once: str
    state: State
    due: datetime
    lease: datetime | None
    worker: str  # "" while nobody has begun it
    tries: int
    progress: float  # 0 to 1
    result: bytes | None  # JSON; None before it is done
    failure: str  # for operators: where it broke, never words of people
    organisation: str | None
    by: str | None
    created: datetime
    ended: datetime | None
    trace: str = ""  # W3C traceparent of what ordered it; "" where nobody traces


Progress: TypeAlias = Callable[[float], None]
"""Is told how far work has come, 0 to 1."""

T = TypeVar("T")

_WORDS = 20
"""How often long work says how far it has come: each time is a transaction."""


def unwatched(_: float) -> None:
    """Let nobody know how far work has come."""


def watched(things: Iterable[T], count: int, progress: Progress) -> Iterator[T]:
    """Yield `count` things one by one, and say now and then how far that has come."""
    every = -(-count // _WORDS) or 1
    for number, one in enumerate(things, start=1):
        yield one
        if not number % every:
            progress(min(number / count, 1.0))


class Lost(Exception):
    """The job is no longer this worker's: it was cancelled, or the lease ran out and another took it."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the function of a job may use."""

    job: str  # its id, the same at each try
    by: str | None = None  # the person who ordered it; what they may not see it must not make
    db: Database
    settings: Settings
    key: Key  # of the service
    clock: Callable[[], datetime]
    progress: Progress  # keeps the lease, and raises `Lost`


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Arguments of a job that need not be told anything, and the result of one that has nothing to show."""


def leave_as_it_is(connection: Connection) -> None:
    """Write nothing to the database."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What came of a job."""

    result: msgspec.Struct = field(default_factory=Nothing)
    write: Callable[[Connection], None] = leave_as_it_is  # in the transaction that marks the job as done


A = TypeVar("A", bound=msgspec.Struct)


@dataclass(frozen=True)
class Kind(Generic[A]):
    """One kind of work: its name in the row, the type of its arguments, and the function that does it."""

    name: str
    arguments: type[A]
    run: Callable[[Context, A], Done]
    daily: bool = False  # once every morning, without anybody ordering it; its arguments have defaults
