"""All rows of one database brought to another, whatever kind either is, and the proof that they are the same.

Values go through the types of the tables, so that a moment or a number means the
same on both sides. The proof is a digest of each table over its rows in the order
of the primary key, taken on either side after the move.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import MetaData, RowMapping, Select, String, Table, bindparam, func, insert, select, update

from duediligence.database import Connection
from duediligence.errors import Unusable

_ROWS_AT_ONCE = 200
"""Some rows hold a whole assessment; this many fit into memory on any machine."""


class Content(msgspec.Struct, frozen=True):
    """What a table holds: how many rows, and their digest."""

    rows: int
    sha256: str


def move(source: Connection, target: Connection, metadata: MetaData) -> dict[str, Content]:
    """Return what each table holds, after every row of `source` was written to `target`.

    Nothing is committed; `source` should see one moment throughout.

    Raises:
        Unusable: the target holds rows already, or what arrived is not what was sent.
    """
    full = [kept.name for kept in metadata.sorted_tables if target.scalar(select(func.count()).select_from(kept))]
    if full:
        raise Unusable(f"The target is not empty: {', '.join(full)}. Nothing was written.")
    for kept in metadata.sorted_tables:
        _move(source, target, kept)
    sent, arrived = contents(source, metadata), contents(target, metadata)
    different = [name for name in sent if sent[name] != arrived[name]]
    if different:
        raise Unusable(f"These tables did not arrive as they were: {', '.join(different)}. Nothing was kept.")
    return arrived


def contents(connection: Connection, metadata: MetaData) -> dict[str, Content]:
    """Return what each table holds, by its name."""
    return {kept.name: _content(connection, kept) for kept in metadata.sorted_tables}


def _move(source: Connection, target: Connection, kept: Table) -> None:
    """Write the rows of one table; references among them come last, when every row is there."""
    within = [column for column in kept.columns if any(key.column.table is kept for key in column.foreign_keys)]
    without = {column.name: None for column in within}
    for rows in _chunks(source, select(kept)):
        target.execute(insert(kept), [{**row, **without} for row in rows])
    for column in within:
        keys = [key.label(f"key_{key.name}") for key in kept.primary_key]
        place = [key == bindparam(f"key_{key.name}") for key in kept.primary_key]
        statement = update(kept).where(*place).values({column.name: bindparam("value")})
        for rows in _chunks(source, select(*keys, column.label("value")).where(column.is_not(None))):
            target.execute(statement, [dict(row) for row in rows])


def _content(connection: Connection, kept: Table) -> Content:
    # PostgreSQL sorts letters by the language of the server unless told otherwise; SQLite sorts bytes.
    bytewise = connection.dialect.name == "postgresql"
    order = [key.collate("C") if bytewise and isinstance(key.type, String) else key for key in kept.primary_key]
    rows, digest = 0, hashlib.sha256()
    for chunk in _chunks(connection, select(kept).order_by(*order)):
        rows += len(chunk)
        for row in chunk:
            digest.update(msgspec.msgpack.encode(list(row.values())))
    return Content(rows=rows, sha256=digest.hexdigest())


def _chunks(connection: Connection, wanted: Select[Any]) -> Iterator[Sequence[RowMapping]]:
    with connection.execute(wanted.execution_options(yield_per=_ROWS_AT_ONCE)) as found:
        yield from found.mappings().partitions()
