"""What the service does for itself each morning: the ledger looked through, old sessions swept, statistics released.

Nobody orders it. The release of a quarter is a job of its own under the name of
the quarter, so that it is made once, and can be tried again where it failed.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import msgspec

from duediligence import ledger
from duediligence.database import Connection
from duediligence.job import Context, Done, Nothing, Order
from duediligence.key import Tampered
from duediligence.statistics import Quarter
from duediligence.store import job as jobs
from duediligence.store import partner_request, partner_shown, repeated, setting
from duediligence.store import product as products
from duediligence.store import session as sessions
from duediligence.store import statistics as releases
from duediligence.store.setting import Checked
from duediligence.workflow.work import ASHGABAT

LEDGER = "ledger"
STATISTICS = "statistics"
TIDY = "tidy"

DROPPED = "partner:drop"
"""What the ledger calls it when answers are dropped that nobody has handed in."""


class Release(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which statistics to release."""

    quarter: Quarter


def look_through(context: Context, _: Nothing) -> Done:
    """Compare the ledger with its seals, then close the days that are over; a ledger that does not fit stays open."""
    now = context.clock()
    with context.db.reading() as connection:
        found = _checked(connection, now)
        days = () if found.fault else tuple(_open_days(connection, now))

    def write(connection: Connection) -> None:
        for day in days:
            ledger.close_day(connection, day, now)
        setting.note(connection, setting.LEDGER, found, now)

    return Done(result=found, write=write)


def tidy(context: Context, _: Nothing) -> Done:
    """Delete what is over: sessions, repeated answers, made files, answers of partners that nobody has handed in.

    The statistics of the last quarter are ordered.
    """
    now = context.clock()
    quarter = Quarter.before(now.astimezone(UTC).date())
    silent = now - timedelta(minutes=context.settings.session_minutes)
    order = Order(kind=STATISTICS, arguments=Release(quarter=quarter), once=f"{STATISTICS}:{quarter}")

    def write(connection: Connection) -> None:
        sessions.sweep(connection, silent, now)
        repeated.sweep(connection, now)
        products.sweep(connection, now)
        partner_shown.forget_partners(connection, now.astimezone(ASHGABAT).date())
        jobs.enqueue(connection, order, now)
        if dropped := partner_request.drop_drafts(connection, now - timedelta(days=context.settings.draft_days)):
            ledger.record(connection, DROPPED, context.job, "", now, {"answers": dropped})

    return Done(write=write)


def release(context: Context, wanted: Release) -> Done:
    """Work out the statistics of a quarter beside those who write, and keep them in the end."""
    now = context.clock()
    with context.db.reading() as connection:
        drawn = releases.drawn_up(connection, wanted.quarter, now)

    def write(connection: Connection) -> None:
        if drawn is not None:
            releases.keep(connection, drawn, now)

    return Done(write=write)


def _checked(connection: Connection, now: datetime) -> Checked:
    last = ledger.newest(connection)
    number = last.number if last else 0
    try:
        ledger.verify(connection)
    except Tampered as fault:
        return Checked(at=now, number=number, fault=str(fault))
    return Checked(at=now, number=number)


def _open_days(connection: Connection, now: datetime) -> Iterator[date]:
    """Yield the days that are over and have no root yet, since the last that has one."""
    yesterday = now.astimezone(UTC).date() - timedelta(days=1)
    roots = ledger.roots(connection)
    day = roots[-1].day + timedelta(days=1) if roots else yesterday
    while day <= yesterday:
        yield day
        day += timedelta(days=1)
