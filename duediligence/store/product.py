"""Rows of files that a job made for somebody to fetch; their bytes lie where evidence lies, sealed.

The id of a row is the mark of what the file shows: what is asked for a second time
is found under it. Bytes that no row names any more go with the daily sweep.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from duediligence.store.table import product

_INSERT: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a job made."""

    id: str  # the mark of what it shows
    organisation: str  # whose it is
    job: str
    sha256: str  # of the sealed bytes
    size: int  # in bytes, unsealed
    media_type: str
    name: str  # under which it is saved
    created: datetime
    expires: datetime


_COLUMNS = [product.c[name] for name in Product.__struct_fields__]


def find(connection: Connection, mark: str, now: datetime) -> Product | None:
    """Return the file under a mark; None where none was made, or its time is over."""
    wanted = select(*_COLUMNS).where(product.c.id == mark, product.c.expires > now)
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else Product(**row)


def keep(connection: Connection, one: Product) -> None:
    """Write a file, in the place of one under the same mark."""
    values = msgspec.structs.asdict(one)
    rest = {name: value for name, value in values.items() if name != "id"}
    added = _INSERT[connection.dialect.name](product).values(values)
    connection.execute(added.on_conflict_do_update(index_elements=["id"], set_=rest))


def sweep(connection: Connection, now: datetime) -> None:
    """Delete the rows of files whose time is over."""
    connection.execute(delete(product).where(product.c.expires <= now))
