"""The worker: every kind of work, and the hands that do it.

A worker is a process, or a thread of the web process, with a few threads of its
own. Each takes the job that has been due longest, does it, and takes the next;
with nothing due it waits for a wake-up, or looks again after a few seconds. Beside
them one keeper renews their leases, puts back the jobs of workers that died, and
orders what is done every morning. Any number of workers may run at once.
"""

import logging
import os
import secrets
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from threading import Event
from typing import Any

from duediligence import database, housekeeping, key, mail, queue, reminder, telling, webhook
from duediligence.errors import Unavailable
from duediligence.job import Kind, Nothing, Order
from duediligence.jobs import Bench, work_one
from duediligence.prepared import prepare
from duediligence.queue import Queue
from duediligence.settings import Settings
from duediligence.store import job as store
from duediligence.workflow import (
    issuing,
    learned_order,
    looking_again,
    making,
    order_learning,
    overdue,
    rescoring,
    second_look,
    sweeping,
)
from duediligence.workflow.work import ASHGABAT

KINDS: tuple[Kind[Any], ...] = (
    *making.KINDS,
    *issuing.KINDS,
    Kind("call", webhook.Call, webhook.call),
    Kind(housekeeping.LEDGER, Nothing, housekeeping.look_through, daily=True),
    Kind(learned_order.LEARN, Nothing, order_learning.learn),
    Kind(second_look.LOOK, second_look.Wanted, looking_again.look_at),
    Kind(looking_again.TOGETHER, Nothing, looking_again.look_together, daily=True),
    Kind("mail", mail.Posted, mail.send),
    Kind(learned_order.ORDER, Nothing, order_learning.order, daily=True),
    Kind("overdue", Nothing, overdue.look, daily=True),
    Kind("remind", Nothing, reminder.remind, daily=True),
    Kind(rescoring.RESCORE, rescoring.Candidate, rescoring.compare),
    Kind(housekeeping.STATISTICS, housekeeping.Release, housekeeping.release),
    Kind(telling.TELL, telling.Told, telling.write_letters),
    Kind("sweep", Nothing, sweeping.sweep, daily=True),
    Kind(housekeeping.TIDY, Nothing, housekeeping.tidy, daily=True),
)
"""Every kind of work."""

MORNING = time(7)
"""When the work of a day is ordered, by the clock of Ashgabat."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How a worker works."""

    hands: int = 2  # jobs at a time
    sweep: float = 5.0  # seconds from one look at what is due, or whose worker died, to the next
    lease: timedelta = timedelta(seconds=60)


def run_worker(
    settings: Settings,
    stop: Event,
    clock: Callable[[], datetime],
    *,
    kinds: Sequence[Kind[Any]] = KINDS,
    pace: Pace = Pace(),
) -> None:
    """Work through jobs until `stop` is set; return when those in hand have ended.

    Args:
        settings: of the installation, whose databases are up to date.
        stop: when to take no further job.
        clock: the time, aware.
        kinds: the work this worker knows.
        pace: how it works.

    Raises:
        Unusable: a setting does not fit.
        Unavailable: the queue does not answer at the start; later this is waited out.
    """
    mail.server(settings)  # refused here rather than letter by letter
    prepare()
    db = database.opened(settings)
    bench = Bench(
        db=db, settings=settings, key=key.read_or_make(settings.key_path()), clock=clock, kinds=kinds, lease=pace.lease
    )
    process = f"{socket.gethostname()[:24]}:{os.getpid()}:{secrets.token_hex(4)}"
    try:
        calls = {f"{process}:{number}": queue.opened(settings) for number in range(pace.hands)}
        with ThreadPoolExecutor(pace.hands, thread_name_prefix="worker") as pool:
            hands = [pool.submit(_hand, bench, name, heard, pace.sweep, stop) for name, heard in calls.items()]
            try:
                _keep(bench, hands, pace.sweep, stop)
            finally:
                stop.set()
        for hand in hands:
            hand.result()
    finally:
        db.close()


def _hand(bench: Bench, name: str, calls: Queue, sweep: float, stop: Event) -> None:
    """Do one job after the other until told to stop."""
    try:
        while not stop.is_set():
            try:
                worked = work_one(bench, name)
            except Unavailable as error:
                _log.warning("%s", error)
                stop.wait(sweep)
                continue
            if not worked:
                calls.wait(sweep, stop)
    finally:
        calls.close()


def _keep(bench: Bench, hands: Sequence[Future[None]], sweep: float, stop: Event) -> None:
    """Look after jobs until every hand has come to its end.

    A hand that ends by itself has met a fault of ours: the others finish what they
    do and the worker ends, for whoever started it to see and start it anew.
    """
    resting = set(hands)
    while resting:
        ended, resting = wait(resting, timeout=sweep, return_when=FIRST_COMPLETED)
        if ended:
            stop.set()
        try:
            _look_after(bench)
        except Unavailable as error:
            _log.warning("%s", error)


def _look_after(bench: Bench) -> None:
    """Renew leases, put back what dead workers held, and order the work of the day; write only if there is a need."""
    now = bench.clock()
    held = tuple(bench.in_hand.values())
    wanted = _orders_of_the_day(bench.kinds, now)
    with bench.db.reading() as connection:
        there = store.ordered(connection, [order.once for order in wanted])
        orphaned = store.anything_orphaned(connection, now, bench.lease)
    orders = [order for order in wanted if order.once not in there]
    if not (held or orphaned or orders):
        return
    with bench.db.writing() as connection:
        store.renew(connection, held, now + bench.lease)
        if orphaned:
            _log.warning("%s jobs were taken from workers that died", store.reap(connection, now, bench.lease))
        for order in orders:
            store.enqueue(connection, order, now)


def _orders_of_the_day(kinds: Sequence[Kind[Any]], now: datetime) -> list[Order]:
    """Return what is done every morning, with the day in its name; nothing before the morning has come."""
    local = now.astimezone(ASHGABAT)
    if local.time() < MORNING:
        return []
    return [
        Order(kind=kind.name, arguments=kind.arguments(), once=f"{kind.name}:{local.date()}")
        for kind in kinds
        if kind.daily
    ]
