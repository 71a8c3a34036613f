"""Addresses that are called when something changes."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from duediligence.errors import NotFound
from duediligence.store.table import engagement, webhook


class Webhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address of a program of an organisation."""

    id: str
    organisation: str
    url: str
    created: datetime
    disabled: datetime | None = None


_WEBHOOK = [webhook.c[name] for name in Webhook.__struct_fields__]


def add(connection: Connection, one: Webhook, sealed: bytes) -> None:
    """Write a new address with its sealed secret."""
    connection.execute(insert(webhook).values(**msgspec.structs.asdict(one), secret=sealed))


def load(connection: Connection, identifier: str) -> tuple[Webhook, bytes] | None:
    """Return an address with its sealed secret, None where there is none of this id."""
    row = connection.execute(select(*_WEBHOOK, webhook.c.secret).where(webhook.c.id == identifier)).one_or_none()
    return (Webhook(**{name: getattr(row, name) for name in Webhook.__struct_fields__}), row.secret) if row else None


def of_organisation(connection: Connection, organisation: str) -> tuple[Webhook, ...]:
    """Return the addresses of an organisation that are in use, the newest first."""
    mine = (webhook.c.organisation == organisation) & webhook.c.disabled.is_(None)
    rows = connection.execute(select(*_WEBHOOK).where(mine).order_by(webhook.c.id.desc()))
    return tuple(Webhook(**row) for row in rows.mappings())


def in_use(connection: Connection, organisation: str) -> int:
    """Return how many addresses of an organisation are in use."""
    mine = (webhook.c.organisation == organisation) & webhook.c.disabled.is_(None)
    return connection.execute(select(func.count()).select_from(webhook).where(mine)).scalar_one()


def concerned(connection: Connection, identifier: str) -> tuple[Webhook, ...]:
    """Return the addresses in use of the organisation that an engagement belongs to."""
    rows = connection.execute(
        select(*_WEBHOOK)
        .join(engagement, engagement.c.organisation == webhook.c.organisation)
        .where(engagement.c.id == identifier, webhook.c.disabled.is_(None))
        .order_by(webhook.c.id)
    )
    return tuple(Webhook(**row) for row in rows.mappings())


def disable(connection: Connection, organisation: str, identifier: str, now: datetime) -> None:
    """Take an address out of use.

    Raises:
        NotFound: the organisation has none of this id in use.
    """
    mine = (webhook.c.id == identifier) & (webhook.c.organisation == organisation) & webhook.c.disabled.is_(None)
    if connection.execute(update(webhook).where(mine).values(disabled=now)).rowcount != 1:
        raise NotFound("There is no such webhook.")
