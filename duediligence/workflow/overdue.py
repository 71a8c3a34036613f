"""Days pass without anybody acting: every morning each plan is marked by whether something urgent is overdue.

A mark lifts the band of the next result of its site. Confidential actions have no
part in it: a mark without an open action behind it would give them away.
"""

from collections.abc import Iterable
from datetime import date

import msgspec

from duediligence import job
from duediligence.database import Connection
from duediligence.store import plan as plans
from duediligence.workflow.improving import in_the_open
from duediligence.workflow.work import ASHGABAT


class Marked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came of a morning."""

    plans: int  # whose mark was changed


def look(context: job.Context, _: job.Nothing) -> job.Done:
    """Mark the plans in which something became overdue, or no longer is."""
    today = context.clock().astimezone(ASHGABAT).date()
    with context.db.reading() as connection:
        found = wrongly_marked(connection, today)

    def write(connection: Connection) -> None:
        mark_overdue(connection, today, found)

    return job.Done(result=Marked(len(found)), write=write)


def wrongly_marked(connection: Connection, today: date) -> tuple[str, ...]:
    """Return the engagements whose plan is marked otherwise than it should be today."""
    marked = plans.marked(connection)
    return tuple(one for one in plans.open_plans(connection) if _late(connection, one, today) != (one in marked))


def mark_overdue(connection: Connection, today: date, engagements: Iterable[str]) -> None:
    """Write of some plans whether an immediate or urgent action is overdue today."""
    for one in engagements:
        plans.hold(connection, one)
        plans.mark(connection, one, overdue=_late(connection, one, today))


def _late(connection: Connection, engagement: str, today: date) -> bool:
    return any(one.urgent_and_late(today) for one in in_the_open(connection, engagement))
