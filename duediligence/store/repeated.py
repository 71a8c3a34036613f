"""Answers already given to requests that may be sent twice; after a day they count no more, and soon they are gone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from duediligence.store.table import repeated

KEPT = timedelta(hours=24)
"""How long the answer to a request is known."""

_INSERT: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A request under a key that its sender chose."""

    person: str
    key: str
    request: str  # SHA-256 of what was asked for


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered."""

    status: int
    body: bytes


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """A request that came before under the same key."""

    request: str
    given: Given


def claim(connection: Connection, one: Claim, now: datetime) -> Earlier | None:
    """Return the request that came before under the same key; None for the first, whose key is then taken.

    A second one that comes at the same moment waits for the first to end.
    """
    old = and_(repeated.c.person == one.person, repeated.c.at < now - KEPT)
    connection.execute(delete(repeated).where(old))
    values = msgspec.structs.asdict(one) | {"status": 0, "body": b"", "at": now}
    added = _INSERT[connection.dialect.name](repeated).values(values).on_conflict_do_nothing()
    if connection.execute(added.returning(repeated.c.key)).one_or_none() is not None:
        return None
    fields = (repeated.c.request, repeated.c.status, repeated.c.body)
    row = connection.execute(select(*fields).where(_is(one))).one()
    return Earlier(request=row.request, given=Given(status=row.status, body=row.body))


def keep(connection: Connection, one: Claim, given: Given) -> None:
    """Write what was answered to a request whose key was taken in the same transaction."""
    connection.execute(update(repeated).where(_is(one)).values(status=given.status, body=given.body))


def sweep(connection: Connection, now: datetime) -> None:
    """Delete what is too old to be answered once more."""
    connection.execute(delete(repeated).where(repeated.c.at < now - KEPT))


def _is(one: Claim) -> ColumnElement[bool]:
    return and_(repeated.c.person == one.person, repeated.c.key == one.key)
