"""Opinions of worker representatives: sealed words, and the day on which they were given."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, insert, select

from duediligence.store.table import opinion


class Opinion(msgspec.Struct, frozen=True, kw_only=True):
    """One opinion as it is kept; whose it is is not."""

    id: str
    kind: str
    sealed: bytes
    at: datetime


_COLUMNS = [opinion.c[name] for name in Opinion.__struct_fields__]


def add(connection: Connection, engagement: str, one: Opinion) -> None:
    """Write an opinion on an engagement."""
    connection.execute(insert(opinion).values(engagement=engagement, **msgspec.structs.asdict(one)))


def listed(connection: Connection, engagement: str) -> tuple[Opinion, ...]:
    """Return the opinions on an engagement, by day; those of one day in no order that tells anything."""
    rows = connection.execute(
        select(*_COLUMNS).where(opinion.c.engagement == engagement).order_by(opinion.c.at, opinion.c.id)
    )
    return tuple(Opinion(**row) for row in rows.mappings())
