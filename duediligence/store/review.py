"""What reviewers did, entry by entry, and what they and the firm wrote to each other."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, insert, select

from duediligence.store.table import engagement, message, review_entry


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


class Grading(msgspec.Struct, frozen=True, kw_only=True):
    """One grade that a reviewer gave to the evidence for an answer; `content` is JSON."""

    engagement: str
    questionnaire: str
    questionnaire_version: str
    question: str
    content: bytes
    by: str
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


def gradings(connection: Connection, limit: int) -> tuple[Grading, ...]:
    """Return the newest grades, samples left out: those of one answer beside each other, the oldest first."""
    recent = (
        select(
            *(review_entry.c[name] for name in ("engagement", "question", "content", "by", "at", "number")),
            engagement.c.questionnaire,
            engagement.c.questionnaire_version,
        )
        .join(engagement, engagement.c.id == review_entry.c.engagement)
        .where(review_entry.c.kind == "graded", engagement.c.sample.is_(False))
        .order_by(review_entry.c.at.desc())
        .limit(limit)
        .subquery()
    )
    fields = [recent.c[name] for name in Grading.__struct_fields__]
    rows = connection.execute(select(*fields).order_by(recent.c.engagement, recent.c.question, recent.c.number))
    return tuple(Grading(**row) for row in rows.mappings())


def write(connection: Connection, identifier: str, one: Message) -> None:
    """Add a message."""
    connection.execute(insert(message).values(engagement=identifier, **msgspec.structs.asdict(one)))


def messages(connection: Connection, identifier: str) -> tuple[Message, ...]:
    """Return what was written about one assessment, oldest first."""
    rows = connection.execute(select(*_MESSAGE).where(message.c.engagement == identifier).order_by(message.c.id))
    return tuple(Message(**row) for row in rows.mappings())
