"""What reviewers did, entry by entry, and what they and the firm wrote to each other."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, insert, select

from duediligence.store.table import message, review_entry


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a reviewer did; `content` is JSON."""

    number: int
    kind: str
    question: str  # "" where it speaks of the whole
    content: bytes
    reason: str
    by: str
    at: datetime


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One question to the firm, or its answer."""

    id: str
    question: str
    words: str
    by: str
    from_firm: bool
    at: datetime


_ENTRY = [review_entry.c[name] for name in Entry.__struct_fields__]
_MESSAGE = [message.c[name] for name in Message.__struct_fields__]


def entries(connection: Connection, identifier: str) -> tuple[Entry, ...]:
    """Return everything that reviewers did in one assessment, oldest first."""
    rows = connection.execute(
        select(*_ENTRY).where(review_entry.c.engagement == identifier).order_by(review_entry.c.number)
    )
    return tuple(Entry(**row) for row in rows.mappings())


def next_number(connection: Connection, identifier: str) -> int:
    """Return the number of the next entry; a number serves once."""
    last = connection.scalar(select(func.max(review_entry.c.number)).where(review_entry.c.engagement == identifier))
    return (last or 0) + 1


def add(connection: Connection, identifier: str, entry: Entry) -> None:
    """Add an entry."""
    connection.execute(insert(review_entry).values(engagement=identifier, **msgspec.structs.asdict(entry)))


def write(connection: Connection, identifier: str, one: Message) -> None:
    """Add a message."""
    connection.execute(insert(message).values(engagement=identifier, **msgspec.structs.asdict(one)))


def messages(connection: Connection, identifier: str) -> tuple[Message, ...]:
    """Return what was written about one assessment, oldest first."""
    rows = connection.execute(select(*_MESSAGE).where(message.c.engagement == identifier).order_by(message.c.id))
    return tuple(Message(**row) for row in rows.mappings())
