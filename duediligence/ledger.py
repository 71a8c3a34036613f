"""Who did what and when: entries that are only ever added, each sealed onto the one before.

`proof.ledger_entry` says how. The first entry follows `BEGINNING`. Whoever changes, drops,
adds or moves an entry must write every later seal anew; at the end of each day the last seal is
published as the root of that day, and a root that others have seen cannot be
rewritten by anyone, the operator included.

Numbers tell the order, not clocks: an entry is never refused because a clock was
set back. Days are those of UTC.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
from sqlalchemy import CursorResult, RowMapping, insert, select, text
from sqlalchemy.exc import OperationalError

from duediligence.database import Connection
from duediligence.errors import WrongMoment
from duediligence.key import Tampered
from duediligence.proof import ledger_entry
from duediligence.store import table

BEGINNING = "0" * 64
"""What the first entry follows."""

_LOCK = 7_203_115
"""PostgreSQL's advisory lock that lets one transaction at a time add entries."""

_MARK = re.compile(r"[\w.:/+-]{0,100}", re.ASCII)
"""What a fact in letters may be: an id, a digest, a version, a day. Words of people have blanks, names an `@`."""

_ROWS_AT_ONCE = 1000


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One step that was taken."""

    number: int
    previous: str
    seal: str
    event: str
    subject: str
    by: str  # a person, or "" for the service itself
    at: datetime
    facts: dict[str, Any]


class Root(msgspec.Struct, frozen=True, kw_only=True):
    """The last seal of a day: `number` is 0 and `seal` is `BEGINNING` where nothing had happened yet."""

    day: date
    number: int
    seal: str
    at: datetime


def record(  # noqa: PLR0913, PLR0917  an entry has these parts, and no caller holds them in one value
    connection: Connection, event: str, subject: str, by: str, now: datetime, facts: Mapping[str, object]
) -> Entry:
    """Return the entry that was added at the end of the chain.

    Until the transaction ends, no other one adds entries; record last.

    Args:
        connection: of a writer.
        event: what was done, as `engagement.submitted`.
        subject: the id of what it was done to.
        by: the id of the person who did it, "" for the service itself.
        facts: digests, versions, numbers, days and ids; lists of them.

    Raises:
        ValueError: a fact reads like words of a person.
    """
    alone(connection)
    _refuse_words(facts)
    last = newest(connection)
    content = msgspec.json.encode(facts, order="deterministic")
    values: dict[str, Any] = {
        "number": last.number + 1 if last else 1,
        "previous": last.seal if last else BEGINNING,
        "event": event,
        "subject": subject,
        "by": by,
        "at": now.astimezone(UTC),
        "facts": content,
    }
    values["seal"] = _seal(values)
    connection.execute(insert(table.ledger).values(values))
    return _entry(values)


def alone(connection: Connection) -> None:
    """Keep every other transaction from adding entries until this one, a writer's, has ended."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def newest(connection: Connection) -> Entry | None:
    """Return the last entry, None where nothing has happened yet."""
    found = select(table.ledger).order_by(table.ledger.c.number.desc()).limit(1)
    row = connection.execute(found).mappings().first()
    return None if row is None else _entry(row)


def entries(connection: Connection, subject: str) -> tuple[Entry, ...]:
    """Return what was done to one thing, oldest first."""
    found = select(table.ledger).where(table.ledger.c.subject == subject).order_by(table.ledger.c.number)
    return tuple(_entry(row) for row in connection.execute(found).mappings())


def latest(connection: Connection, most: int, *, before: int = 0) -> tuple[Entry, ...]:
    """Return the last entries, the newest first; with `before` those that stand in front of that number."""
    found = select(table.ledger).order_by(table.ledger.c.number.desc()).limit(most)
    if before:
        found = found.where(table.ledger.c.number < before)
    return tuple(_entry(row) for row in connection.execute(found).mappings())


def close_day(connection: Connection, day: date, now: datetime) -> Root:
    """Return the root of a day, which is written once and then stays.

    Raises:
        WrongMoment: the day is not over yet.
    """
    found = select(table.ledger_root).where(table.ledger_root.c.day == day)
    written = connection.execute(found).mappings().first()
    if written is not None:
        return Root(**written)
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    if now < end:
        raise WrongMoment(f"{day} is not over yet; its root can be taken from midnight UTC on.")
    last = connection.execute(
        select(table.ledger).where(table.ledger.c.at < end).order_by(table.ledger.c.number.desc()).limit(1)
    ).first()
    root = Root(day=day, number=last.number if last else 0, seal=last.seal if last else BEGINNING, at=now)
    connection.execute(insert(table.ledger_root).values(msgspec.structs.asdict(root)))
    return root


def roots(connection: Connection) -> tuple[Root, ...]:
    """Return the roots of all days that were closed, oldest first."""
    found = select(table.ledger_root).order_by(table.ledger_root.c.day)
    return tuple(Root(**row) for row in connection.execute(found).mappings())


def verify(connection: Connection) -> None:
    """Compare every entry with its seal, its place in the chain and the roots.

    What nobody can see from within is that the newest entries were cut off after the last root: compare
    the last seal with one that was written down elsewhere, as backups and the public page do.

    Raises:
        Tampered: names the first entry or root that does not fit.
    """
    published = roots(connection)
    closing = {root.number for root in published}
    seals = {0: BEGINNING}
    previous = BEGINNING
    found = select(table.ledger).order_by(table.ledger.c.number).execution_options(yield_per=_ROWS_AT_ONCE)
    with connection.execute(found) as rows:
        for number, row in enumerate(_readable(rows), start=1):
            previous = _fitting(number, previous, row)
            if number in closing:
                seals[number] = previous
    for root in published:
        if seals.get(root.number) != root.seal:
            raise Tampered(f"The ledger is not the one whose root was taken on {root.day}, at entry {root.number}.")


def _readable(rows: CursorResult[Any]) -> Iterator[RowMapping | None]:
    """Give the entries in order, and None in the place of one that the driver cannot read."""
    try:
        yield from rows.mappings()
    except (ValueError, OperationalError) as error:  # a moment that is none; letters that are none
        if isinstance(error, OperationalError) and "decode" not in str(error.orig):
            raise
        yield None


def _fitting(number: int, previous: str, row: RowMapping | None) -> str:
    """Return the seal of an entry that fits its place; raise where it does not."""
    if row is None:
        raise Tampered(f"Entry {number} of the ledger, or one soon after it, cannot be read.")
    if row["number"] != number:
        raise Tampered(f"Entry {number} of the ledger is missing.")
    if row["previous"] != previous:
        raise Tampered(f"Entry {number} of the ledger does not follow the one before.")
    seal = _seal(row)
    if row["seal"] != seal:
        raise Tampered(f"Entry {number} of the ledger was changed.")
    return seal


def _seal(values: Mapping[Any, Any]) -> str:
    """Return the seal of an entry, by what is stored of it."""
    names = ("number", "previous", "event", "subject", "by", "at")
    facts = values["facts"].decode(errors="backslashreplace")
    return ledger_entry.seal(ledger_entry.Shown(**{name: values[name] for name in names}, facts=facts))


def _entry(values: Mapping[Any, Any]) -> Entry:
    return Entry(**{**values, "facts": msgspec.json.decode(values["facts"])})


def _refuse_words(fact: object) -> None:
    """Raise where a fact is not a number, a mark, or a list or mapping of them."""
    match fact:
        case str() if not _MARK.fullmatch(fact):
            raise ValueError("the ledger keeps ids, digests, versions and numbers, never words of people")
        case Mapping():
            for part in (*fact.keys(), *fact.values()):
                _refuse_words(part)
        case list() | tuple():
            for part in fact:
                _refuse_words(part)
