"""Samples in the main database: whether there are any, and taking them out again.

A row is a sample's when it says so itself, or when a row that it refers to is one. The
ledger is no table of this kind: what it says of samples stays.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, delete, func, or_, select, update

from duediligence.organisation import Kind
from duediligence.store.table import (
    api_key,
    engagement,
    file,
    membership,
    metadata,
    organisation,
    passkey,
    person,
    recovery_code,
    repeated,
    session,
)

_THINGS = (organisation, engagement)
"""What marks itself as a sample and takes with it all that refers to it."""

_OWN = (session, membership, api_key, passkey, recovery_code, repeated)
"""What a person has for themselves; it is no trace that others rely on."""


def are_there(connection: Connection) -> bool:
    """Return whether there is a sample organisation."""
    return connection.execute(select(organisation.c.id).where(organisation.c.sample).limit(1)).first() is not None


def real_firms(connection: Connection) -> bool:
    """Return whether there is a firm that is no sample."""
    real = select(organisation.c.id).where(organisation.c.kind == Kind.FIRM, ~organisation.c.sample)
    return connection.execute(real.limit(1)).first() is not None


def engagements(connection: Connection) -> tuple[str, ...]:
    """Return the ids of all sample assessments."""
    return tuple(connection.execute(_doomed(engagement)).scalars())


def files(connection: Connection) -> tuple[tuple[str, str], ...]:
    """Return organisation and digest of all files that samples hold."""
    held = select(file.c.organisation, file.c.sha256).where(file.c.organisation.in_(_doomed(organisation)))
    return tuple((owner, digest) for owner, digest in connection.execute(held.distinct()))


def remove(connection: Connection) -> int:
    """Return how many sample organisations were taken out, with all that belongs to them."""
    number = connection.execute(
        select(func.count()).select_from(organisation).where(organisation.c.sample)
    ).scalar_one()
    for kept in reversed(metadata.sorted_tables):
        if (condition := _belongs(kept)) is not None:
            connection.execute(delete(kept).where(condition))
    return int(number)


def remove_people(connection: Connection, now: datetime) -> tuple[int, int]:
    """Return how many sample people were taken out, and how many left traces elsewhere.

    The latter stay by name, for others rely on what they did, but cannot come in any more. To be
    called after `remove`.
    """
    people = select(person.c.id).where(person.c.sample)
    for own in _OWN:
        connection.execute(delete(own).where(own.c.person.in_(people)))
    traced = or_(*(person.c.id.in_(select(column).where(column.is_not(None))) for column in _naming(person)))
    stay = connection.execute(select(person.c.id).where(person.c.sample, traced)).scalars().all()
    connection.execute(update(person).where(person.c.id.in_(stay)).values(disabled=now, password=""))
    gone = connection.execute(delete(person).where(person.c.sample, person.c.id.not_in(stay)))
    return gone.rowcount, len(stay)


def _naming(parent: Table) -> Iterator[Column[Any]]:
    """Yield every column that names a row of a table."""
    for kept in metadata.sorted_tables:
        for reference in kept.foreign_keys:
            if reference.column.table is parent and kept is not parent:
                yield reference.parent


def _doomed(kept: Table) -> Select[Any]:
    """Return the ids of the rows of a table that belong to samples."""
    condition = _belongs(kept)
    assert condition is not None
    return select(kept.c.id).where(condition)


def _belongs(kept: Table) -> ColumnElement[bool] | None:
    """Return which rows of a table belong to samples; None where none can."""
    conditions: list[ColumnElement[bool]] = [kept.c.sample] if kept in _THINGS else []
    for reference in kept.foreign_keys:
        parent = reference.column.table
        if parent is kept or parent is person:
            continue
        above = _belongs(parent)
        if above is not None:
            conditions.append(reference.parent.in_(select(reference.column).where(above)))
    return or_(*conditions) if conditions else None
