"""The service as a process: pages and programming interface at one address, a worker beside them, and a calm end.

Pages are served by a thread of their own, so that the main thread has nothing to do
but wait for the word to stop. The worker beside it is a process of its own, the one
that `duediligence worker` starts: reports are set and models learned there, and pages
neither wait for that nor carry its libraries. It ends with the server, also with one
that was killed, because the line between them closes.

Told to stop, both finish what they have in hand; what has not ended after `PATIENCE`
seconds is cut off, which it can bear: a transaction is kept whole or not at all, and
a job whose worker died is begun again.
"""

import ctypes
import gc
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from threading import Event, Thread
from types import FrameType
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import msgspec
import uvicorn
from uvicorn.importer import import_from_string

from duediligence import database, log, mail, queue, signing, tracing
from duediligence.errors import Unavailable, Unusable
from duediligence.settings import Settings

Clock: TypeAlias = Callable[[], datetime]

Told: TypeAlias = Callable[[float], bool]

APPLICATION = "api.app:create_app"
"""What is served. It lies above this package, which therefore names it, as uvicorn is used to, and imports nothing."""

PATIENCE = 8.0
"""Seconds from the word to stop until whatever is left is cut off; systemd and docker wait ten at least."""

_FOR_ANSWERS = 5
"""Seconds of these for answers that are on their way."""

_GLANCE = 0.02
"""Seconds between two looks whether the server has started."""

_PAUSE = 30.0
"""Seconds before another worker takes the place of one that met a fault."""

_ARENA_MAX, _ARENAS = -8, 1
"""What glibc calls the setting (`M_ARENA_MAX`), and its value."""

_WORKER = (sys.executable, "-c", "from duediligence.cli import main; main()", "worker", "--beside")
"""How the worker beside the server is started: as people start one, by the Python that runs this."""

_GIVES_WAY = 10
"""By how much the worker beside the server steps back: pages come before files."""

_LOG = log.logger()


def serve(settings: Settings, where: tuple[str, int], ready: Callable[[], None]) -> None:
    """Serve until the process is told to stop.

    Args:
        settings: of the installation, whose databases are brought up to date first.
        where: the host and port to listen at.
        ready: called once, when people may come.

    Raises:
        Unusable: a setting does not fit, the port is taken, or a key file is open to others.
        Unavailable: a database or the queue does not answer, or the server ended by itself.
    """
    _spare_memory()
    with stopping() as told, _bound(*where) as door:
        mail.server(settings)
        queue.opened(settings).close()
        server = uvicorn.Server(_configured(import_from_string(APPLICATION)(settings)))
        _make_keys(settings)
        stop = Event()
        web = Thread(target=server.run, kwargs={"sockets": [door]}, name="web", daemon=True)
        beside = Thread(target=_keep_one_beside, args=(settings, stop), name="worker", daemon=True)
        web.start()
        asked = _watch(web, server, told, lambda: _begun(ready, beside if settings.worker else None))
        server.should_exit = True
        stop.set()
        _end([one for one in (web, beside) if one.is_alive()])
    if not asked:
        raise Unavailable("The web server has ended by itself. Its last lines say why.")


def work(settings: Settings, clock: Clock, ready: Callable[[], None], *, beside: bool = False) -> None:
    """Work through jobs until the process is told to stop.

    Args:
        settings: of the installation, whose databases are brought up to date first.
        clock: the time, aware.
        ready: called once, when the work begins.
        beside: whether to end as well when nobody holds the other end of standard input any more.

    Raises:
        Unusable: a setting does not fit.
        Unavailable: a database or the queue does not answer at the start.
    """
    if beside:
        os.nice(_GIVES_WAY)
    with stopping() as told:
        mail.server(settings)
        queue.opened(settings).close()
        tracing.set_up(settings.traces)
        database.upgrade(settings)
        stop = Event()
        thread = Thread(target=_keep_working, args=(settings, stop, clock), name="worker", daemon=True)
        thread.start()
        ready()
        while thread.is_alive() and not told(1) and not (beside and _alone()):
            pass
        stop.set()
        _end([thread])


def located(settings: Settings, port: int) -> Settings:
    """Return settings whose address has the port that is listened at, where nobody set an address."""
    if settings.address != Settings().address:
        return settings
    parts = urlsplit(settings.address)
    return msgspec.structs.replace(settings, address=f"{parts.scheme}://{parts.hostname}:{port}")


def _make_keys(settings: Settings) -> None:
    """Make the keys that sign reports and credentials, where there are none yet."""
    with closing(database.opened(settings)) as db, db.writing() as connection:
        signing.prepare(settings, connection, datetime.now(UTC))


def _spare_memory() -> None:
    """Let threads share one arena of memory, where the C library is one that gives each thread its own."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, _ARENAS)


@contextmanager
def stopping() -> Iterator[Told]:
    """Give a way to wait, in seconds, that returns true as soon as the process is told to stop."""
    # A handler runs in the midst of what the main thread does. An event would wait for ever there for a lock
    # that this thread holds itself; of all that threads share, this kind of queue alone is safe.
    words: SimpleQueue[int] = SimpleQueue()

    def heard(word: int, _frame: FrameType | None) -> None:
        words.put(word)

    def told(seconds: float) -> bool:
        try:
            words.get(timeout=seconds)
        except Empty:
            return False
        return True

    before = {word: signal.signal(word, heard) for word in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        for word, handler in before.items():
            signal.signal(word, handler)


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    """Give a socket that is ours alone, before anything else is begun."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        door = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise Unusable(f"There is no address {host} on this machine.") from error
    with door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as error:
            raise Unusable(
                f"Nothing can listen at {host}, port {port}: {error.strerror}. "
                "Is the service running already? Another port: duediligence serve --port 8001"
            ) from error
        yield door


def _configured(app: Callable[..., Any]) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="on",
        ws="none",
        log_config=None,
        # Addresses hold codes that open accounts. `api.operation` notes requests without them.
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_FOR_ANSWERS,
    )


def _watch(web: Thread, server: uvicorn.Server, told: Told, ready: Callable[[], None]) -> bool:
    """Say when the server runs, and return whether it was told to stop; false where it ended by itself."""
    while web.is_alive() and not server.started:
        if told(_GLANCE):
            return True
    if server.started:
        gc.collect()
        gc.freeze()  # what lives as long as the process is not looked through again; it held up everybody for 0.1 s
        ready()
    while web.is_alive():
        if told(1):
            return True
    return False


def _begun(ready: Callable[[], None], beside: Thread | None) -> None:
    """Let people in, and only then start the worker, so that it does not hold up the first page."""
    ready()
    if beside:
        beside.start()


def _keep_one_beside(settings: Settings, stop: Event) -> None:
    """Keep a worker process until told to stop; one that ended by itself is noted, and replaced after a pause."""
    own = os.environ | {"DUE_ADDRESS": settings.address}
    while not stop.is_set():
        # Our own command, with nothing of others in it.
        with subprocess.Popen(  # noqa: S603
            _WORKER, env=own, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        ) as worker:
            while not stop.is_set() and worker.poll() is None:
                stop.wait(1)
            _let_go(worker)
        if not stop.is_set():
            _LOG.error("worker", ended=worker.returncode, again_in=_PAUSE)
            stop.wait(_PAUSE)


def _let_go(worker: subprocess.Popen[bytes]) -> None:
    """Close the line to a worker, which ends it, and cut it off when it takes too long."""
    assert worker.stdin
    worker.stdin.close()
    try:
        worker.wait(PATIENCE - 1)
    except subprocess.TimeoutExpired:
        worker.kill()


def _alone() -> bool:
    """Return whether the process at the other end of standard input is gone; it never writes anything."""
    return bool(select.select([sys.stdin], [], [], 0)[0])


def _keep_working(settings: Settings, stop: Event, clock: Clock) -> None:
    """Run one worker after the other until told to stop; a fault that ended one is noted, and waits for its mending."""
    from duediligence.worker import run_worker

    while not stop.is_set():
        ended = Event()
        with ThreadPoolExecutor(1, thread_name_prefix="worker") as pool:
            running = pool.submit(run_worker, settings, ended, clock)
            while not (stop.is_set() or running.done()):
                stop.wait(1)
            ended.set()
        if error := running.exception():
            _LOG.error("worker", exc_info=error, again_in=_PAUSE)
            stop.wait(_PAUSE)


def _end(threads: list[Thread]) -> None:
    """Wait for threads that were told to stop, and cut off those that do not."""
    end = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    if any(thread.is_alive() for thread in threads):
        _LOG.warning("cut off", threads=[thread.name for thread in threads if thread.is_alive()])
        os._exit(0)  # nothing gentler ends a thread
