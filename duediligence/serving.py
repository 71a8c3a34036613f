"""The service as a process: pages and programming interface at one address, a worker beside them, and a calm end.

Pages are served by a thread of their own, and so is the worker, so that the main
thread has nothing to do but wait for the word to stop. Both then finish what they
have in hand; what has not ended after `PATIENCE` seconds is cut off with the process,
which it can bear: a transaction is kept whole or not at all, and a job whose worker
died is begun again.
"""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Event, Thread
from types import FrameType
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import msgspec
import structlog
import uvicorn
from uvicorn.importer import import_from_string

from duediligence import database, mail, queue
from duediligence.errors import Unavailable, Unusable
from duediligence.settings import Settings
from duediligence.worker import run_worker

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

_LOG = structlog.get_logger()


def serve(settings: Settings, where: tuple[str, int], clock: Clock, ready: Callable[[], None]) -> None:
    """Serve until the process is told to stop.

    Args:
        settings: of the installation, whose databases are brought up to date first.
        where: the host and port to listen at.
        clock: the time, aware.
        ready: called once, when people may come.

    Raises:
        Unusable: a setting does not fit, the port is taken, or a key file is open to others.
        Unavailable: a database or the queue does not answer, or the server ended by itself.
    """
    with stopping() as told, _bound(*where) as door:
        mail.server(settings)
        queue.opened(settings).close()
        server = uvicorn.Server(_configured(import_from_string(APPLICATION)(settings)))
        stop = Event()
        web = Thread(target=server.run, kwargs={"sockets": [door]}, name="web", daemon=True)
        threads = [web, *([_worker(settings, stop, clock)] if settings.worker else [])]
        for thread in threads:
            thread.start()
        asked = _watch(web, server, told, ready)
        server.should_exit = True
        stop.set()
        _end(threads)
    if not asked:
        raise Unavailable("The web server has ended by itself. Its last lines say why.")


def work(settings: Settings, clock: Clock, ready: Callable[[], None]) -> None:
    """Work through jobs until the process is told to stop.

    Args:
        settings: of the installation, whose databases are brought up to date first.
        clock: the time, aware.
        ready: called once, when the work begins.

    Raises:
        Unusable: a setting does not fit.
        Unavailable: a database or the queue does not answer at the start.
    """
    with stopping() as told:
        mail.server(settings)
        queue.opened(settings).close()
        database.upgrade(settings)
        stop = Event()
        thread = _worker(settings, stop, clock)
        thread.start()
        ready()
        while thread.is_alive() and not told(1):
            pass
        stop.set()
        _end([thread])


def located(settings: Settings, port: int) -> Settings:
    """Return settings whose address has the port that is listened at, where nobody set an address."""
    if settings.address != Settings().address:
        return settings
    parts = urlsplit(settings.address)
    return msgspec.structs.replace(settings, address=f"{parts.scheme}://{parts.hostname}:{port}")


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
        ready()
    while web.is_alive():
        if told(1):
            return True
    return False


def _worker(settings: Settings, stop: Event, clock: Clock) -> Thread:
    return Thread(target=_keep_working, args=(settings, stop, clock), name="worker", daemon=True)


def _keep_working(settings: Settings, stop: Event, clock: Clock) -> None:
    """Run one worker after the other until told to stop; a fault that ended one is noted, and waits for its mending."""
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
