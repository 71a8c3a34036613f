"""Looking after people who spoke: days on which somebody checks for retaliation, and confidential contacts."""

from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import Connection, insert, select, update

from duediligence.store.table import contact, safety_check

CONTACT_HOLDS_DAYS = 90
"""A contact that nobody has called for longer is not shown; our design value."""


class SafetyCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A day on which somebody looks whether anyone suffered for having spoken."""

    id: str
    engagement: str
    due: date
    done: datetime | None
    outcome: str  # "", no_sign, sign, not_possible


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody outside the firm and the reviewing body to whom a person can turn in confidence."""

    id: str
    name: str
    reach: str
    languages: str
    hours: str
    checked: date | None


_CHECK = [safety_check.c[name] for name in SafetyCheck.__struct_fields__]
_CONTACT = [contact.c[name] for name in Contact.__struct_fields__]


def plan_check(connection: Connection, identifier: str, engagement: str, due: date) -> None:
    """Write a day on which to look."""
    connection.execute(insert(safety_check).values(id=identifier, engagement=engagement, due=due, outcome=""))


def checks(connection: Connection, engagement: str) -> tuple[SafetyCheck, ...]:
    """Return the days of an engagement, the soonest first."""
    rows = connection.execute(
        select(*_CHECK).where(safety_check.c.engagement == engagement).order_by(safety_check.c.due)
    )
    return tuple(SafetyCheck(**row) for row in rows.mappings())


def finish_check(connection: Connection, identifier: str, outcome: str, now: datetime) -> None:
    """Write what a look has shown."""
    connection.execute(update(safety_check).where(safety_check.c.id == identifier).values(done=now, outcome=outcome))


def contacts(connection: Connection, today: date) -> tuple[Contact, ...]:
    """Return the contacts that somebody has called and reached lately; none rather than an old one."""
    rows = connection.execute(
        select(*_CONTACT)
        .where(
            contact.c.withdrawn.is_(None),
            contact.c.checked.is_not(None),
            contact.c.checked >= today - timedelta(days=CONTACT_HOLDS_DAYS),
        )
        .order_by(contact.c.name)
    )
    return tuple(Contact(**row) for row in rows.mappings())


def all_contacts(connection: Connection) -> tuple[Contact, ...]:
    """Return every contact on the list, checked or not, for whoever keeps the list."""
    rows = connection.execute(select(*_CONTACT).where(contact.c.withdrawn.is_(None)).order_by(contact.c.name))
    return tuple(Contact(**row) for row in rows.mappings())


def add_contact(connection: Connection, one: Contact) -> None:
    """Write a new contact."""
    connection.execute(insert(contact).values(**msgspec.structs.asdict(one)))


def confirm_contact(connection: Connection, identifier: str, day: date, by: str) -> None:
    """Write that somebody called a contact and it answered."""
    connection.execute(update(contact).where(contact.c.id == identifier).values(checked=day, checked_by=by))


def withdraw_contact(connection: Connection, identifier: str, now: datetime) -> None:
    """Take a contact off the list."""
    connection.execute(update(contact).where(contact.c.id == identifier).values(withdrawn=now))
