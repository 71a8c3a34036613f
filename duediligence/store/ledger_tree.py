"""The Merkle tree over the ledger, kept beside it: nodes that are complete, and signed heads.

The tree is made of the entries alone and can be thrown away and grown again. It grows
when it is wanted, not with every entry: steps of people do not wait for it.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from duediligence import ledger
from duediligence.database import Connection
from duediligence.errors import NotFound
from duediligence.proof import tree
from duediligence.proof.ledger_entry import Shown
from duediligence.proof.ledger_proof import Head, LedgerProof
from duediligence.store.table import ledger as entries
from duediligence.store.table import ledger_head, ledger_node

_INSERT: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_ROWS_AT_ONCE = 5000


def grow(connection: Connection) -> int:
    """Return how many entries the tree covers, after adding all that the ledger holds.

    Args:
        connection: of a writer. Until the transaction ends, no other one adds entries.
    """
    ledger.alone(connection)
    size = _leaves(connection)
    while seals := _seals(connection, size):
        grown = tree.completed(size, [tree.leaf(seal) for seal in seals], reader(connection))
        rows = [{"level": level, "place": place, "hash": hashed} for level, place, hashed in grown]
        connection.execute(insert(ledger_node), rows)
        size += len(seals)
    return size


def reader(connection: Connection) -> tree.Read:
    """Return how a node is read."""

    def read(level: int, place: int) -> bytes:
        found = select(ledger_node.c.hash).where(ledger_node.c.level == level, ledger_node.c.place == place)
        return bytes(connection.execute(found).scalar_one())

    return read


def proved(connection: Connection, number: int, size: int, head: str) -> LedgerProof:
    """Return an entry with the proof that it is among the first `size`.

    Args:
        connection: to read with.
        number: of the entry.
        size: of a tree that has grown so far.
        head: the signed head of that size.

    Raises:
        NotFound: no such entry is covered.
    """
    row = connection.execute(select(entries).where(entries.c.number == number)).mappings().first()
    if row is None or not 0 < number <= size <= _leaves(connection):
        raise NotFound("There is no such entry in the ledger, or no root covers it yet.")
    shown = Shown(
        number=number,
        previous=row["previous"],
        event=row["event"],
        subject=row["subject"],
        by=row["by"],
        at=row["at"],
        facts=row["facts"].decode(),
    )
    path = tree.inclusion(number - 1, size, reader(connection))
    return LedgerProof(entry=shown, size=size, path=tuple(one.hex() for one in path), head=head)


def consistency(connection: Connection, earlier: int, size: int) -> tuple[str, ...]:
    """Return the proof that the first `earlier` entries are the same in a tree of `size`, in hexadecimal.

    Raises:
        NotFound: no tree of that size was grown yet.
    """
    if not 0 <= earlier <= size <= _leaves(connection):
        raise NotFound("The ledger has no roots of these sizes.")
    return tuple(one.hex() for one in tree.consistency(earlier, size, reader(connection)))


def keep_head(connection: Connection, head: Head, signed: str) -> None:
    """Write a head, unless one of the same size is kept already: a size has one root."""
    values = {"size": head.size, "root": head.root, "at": head.at, "signed": signed}
    connection.execute(_INSERT[connection.dialect.name](ledger_head).values(values).on_conflict_do_nothing())


def head_at(connection: Connection, size: int) -> str:
    """Return the signed head of a size, "" where none is kept."""
    found = select(ledger_head.c.signed).where(ledger_head.c.size == size)
    return connection.execute(found).scalar_one_or_none() or ""


class KeptHead(msgspec.Struct, frozen=True, kw_only=True):
    """A head that was published."""

    size: int
    root: str
    signed: str


def heads(connection: Connection, most: int, *, before: int = 0) -> tuple[KeptHead, ...]:
    """Return published heads, the newest first; with `before` those of fewer entries."""
    columns = (ledger_head.c.size, ledger_head.c.root, ledger_head.c.signed)
    found = select(*columns).order_by(ledger_head.c.size.desc()).limit(most)
    if before:
        found = found.where(ledger_head.c.size < before)
    return tuple(KeptHead(**row) for row in connection.execute(found).mappings())


def _leaves(connection: Connection) -> int:
    found = select(func.max(ledger_node.c.place)).where(ledger_node.c.level == 0)
    last: int | None = connection.execute(found).scalar_one()
    return 0 if last is None else last + 1


def _seals(connection: Connection, after: int) -> list[str]:
    found = select(entries.c.seal).where(entries.c.number > after).order_by(entries.c.number).limit(_ROWS_AT_ONCE)
    return list(connection.execute(found).scalars())
