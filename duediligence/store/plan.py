"""Improvement plans: the document as it was drawn up, and every change since."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from duediligence.engagement import Stage
from duediligence.errors import WrongMoment
from duediligence.store.table import engagement, plan, plan_change


class PlanChange(msgspec.Struct, frozen=True, kw_only=True):
    """One step on one action; `content` is JSON."""

    number: int
    remedy: str
    kind: str
    content: bytes
    reason: str
    by: str
    at: datetime


_CHANGE = [plan_change.c[name] for name in PlanChange.__struct_fields__]


def add(connection: Connection, identifier: str, document: bytes, now: datetime) -> None:
    """Write the plan of an engagement, or replace it before anything was done about it.

    Raises:
        WrongMoment: work on the plan has begun.
    """
    if document_of(connection, identifier) is None:
        values = {"engagement": identifier, "document": document, "drawn_up": now, "overdue": False}
        connection.execute(insert(plan).values(**values))
        return
    if changes(connection, identifier):
        raise WrongMoment("Work on this plan has begun; it changes step by step.")
    connection.execute(update(plan).where(plan.c.engagement == identifier).values(document=document, drawn_up=now))


def hold(connection: Connection, identifier: str) -> None:
    """Keep other steps on a plan waiting until this transaction ends; nothing happens where there is no plan.

    On SQLite a writer has the database to itself already.
    """
    # Not the key: changes to the plan refer to it.
    wanted = select(plan.c.engagement).where(plan.c.engagement == identifier).with_for_update(key_share=True)
    connection.execute(wanted)


def document_of(connection: Connection, identifier: str) -> bytes | None:
    """Return the plan of an engagement as JSON, None before there is one."""
    found: bytes | None = connection.scalar(select(plan.c.document).where(plan.c.engagement == identifier))
    return found


def note(connection: Connection, identifier: str, change: PlanChange) -> None:
    """Add a change; a number serves once."""
    connection.execute(insert(plan_change).values(engagement=identifier, **msgspec.structs.asdict(change)))


def changes(connection: Connection, identifier: str) -> tuple[PlanChange, ...]:
    """Return every change to a plan, oldest first."""
    rows = connection.execute(
        select(*_CHANGE).where(plan_change.c.engagement == identifier).order_by(plan_change.c.number)
    )
    return tuple(PlanChange(**row) for row in rows.mappings())


def mark(connection: Connection, identifier: str, *, overdue: bool) -> None:
    """Write whether an immediate or urgent action is overdue."""
    connection.execute(update(plan).where(plan.c.engagement == identifier).values(overdue=overdue))


def marked(connection: Connection) -> frozenset[str]:
    """Return the engagements in whose plan an immediate or urgent action is marked as overdue."""
    return frozenset(connection.execute(select(plan.c.engagement).where(plan.c.overdue)).scalars())


def overdue_at(connection: Connection, site: str) -> bool:
    """Return whether an immediate or urgent action of any plan of a site is overdue."""
    found = connection.scalar(
        select(func.count())
        .select_from(plan.join(engagement, engagement.c.id == plan.c.engagement))
        .where(engagement.c.site == site, engagement.c.stage != Stage.WITHDRAWN, plan.c.overdue)
    )
    return bool(found)


def open_plans(connection: Connection) -> tuple[str, ...]:
    """Return the engagements with a plan that may still have work in it."""
    rows = connection.execute(
        select(plan.c.engagement)
        .join(engagement, engagement.c.id == plan.c.engagement)
        .where(engagement.c.stage.in_((Stage.SUBMITTED, Stage.IN_REVIEW, Stage.CONCLUDED)))
    )
    return tuple(row.engagement for row in rows)
