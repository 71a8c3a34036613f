"""Sessions of browsers and keys of programs: who is behind a token.

A token is never kept, only its SHA-256. Asking who is behind one costs a single
statement; the roles of the person are another (`store.person.memberships`).

A row of `api_key` whose scope is `reset` is no key but the code on paper with
which a person chooses a new password; it opens nothing else.
"""

from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, delete, insert, select, update

from duediligence.organisation import Person
from duediligence.store.table import api_key, person, session


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One browser that is signed in."""

    digest: str
    person: str
    created: datetime
    seen: datetime
    expires: datetime
    second_factor: bool
    agent: str  # what the browser calls itself


class Scope(StrEnum):
    """What a key opens."""

    READ = "read"
    WRITE = "write"
    RESET = "reset"


FOR_PROGRAMS = (Scope.READ, Scope.WRITE)
"""The scopes of keys that a program may show."""


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key with which a program, or once a person, stands in for somebody."""

    id: str
    person: str
    name: str
    scope: Scope
    created: datetime
    expires: datetime
    used: datetime | None = None
    revoked: datetime | None = None


_SESSION = [session.c[name] for name in Session.__struct_fields__]
_KEY = [api_key.c[name] for name in ApiKey.__struct_fields__]
_PERSON = [person.c[name].label(f"person_{name}") for name in Person.__struct_fields__]

# Written out once, because every request asks it: to build a statement takes longer than to run it.
_BEHIND = (
    select(*_SESSION, *_PERSON)
    .join(person, person.c.id == session.c.person)
    .where(session.c.digest == bindparam("token_digest"))
)


def add(connection: Connection, one: Session) -> None:
    """Write a new session."""
    connection.execute(insert(session).values(**msgspec.structs.asdict(one)))


def behind(connection: Connection, digest: str) -> tuple[Session, Person] | None:
    """Return the session of a token and whose it is, whether or not its time is over; None where there is none."""
    found = connection.execute(_BEHIND, {"token_digest": digest}).mappings().one_or_none()
    if found is None:
        return None
    return Session(**{name: found[name] for name in Session.__struct_fields__}), _person(found)


def see(connection: Connection, digest: str, now: datetime) -> None:
    """Write that a session showed a sign of life."""
    connection.execute(update(session).where(session.c.digest == digest).values(seen=now))


def of_person(connection: Connection, identifier: str) -> tuple[Session, ...]:
    """Return the sessions of a person, the one last seen first."""
    rows = connection.execute(select(*_SESSION).where(session.c.person == identifier).order_by(session.c.seen.desc()))
    return tuple(Session(**row) for row in rows.mappings())


def end(connection: Connection, identifier: str, digest: str) -> bool:
    """Delete one session of a person, and return whether it was there."""
    gone = connection.execute(delete(session).where(session.c.digest == digest, session.c.person == identifier))
    return gone.rowcount == 1


def forget(connection: Connection, digest: str) -> None:
    """Delete a session, whoever's it is, if it is there."""
    connection.execute(delete(session).where(session.c.digest == digest))


def end_others(connection: Connection, identifier: str, digest: str = "") -> int:
    """Delete every session of a person but one, and return how many there were; "" spares none."""
    gone = connection.execute(delete(session).where(session.c.person == identifier, session.c.digest != digest))
    return gone.rowcount


def sweep(connection: Connection, seen_before: datetime, now: datetime) -> int:
    """Delete sessions and reset codes whose time is over, and return how many there were."""
    old = delete(session).where((session.c.expires <= now) | (session.c.seen < seen_before))
    spent = delete(api_key).where(api_key.c.scope == Scope.RESET, api_key.c.expires <= now)
    return connection.execute(old).rowcount + connection.execute(spent).rowcount


def add_key(connection: Connection, one: ApiKey, digest: str) -> None:
    """Write a new key."""
    connection.execute(insert(api_key).values(**msgspec.structs.asdict(one), digest=digest))


def behind_key(connection: Connection, digest: str) -> tuple[ApiKey, Person] | None:
    """Return the key with this digest and whose it is, whether or not it still opens; None where there is none."""
    rows = connection.execute(
        select(*_KEY, *_PERSON).join(person, person.c.id == api_key.c.person).where(api_key.c.digest == digest)
    ).mappings()
    found = rows.one_or_none()
    return None if found is None else (_key(found), _person(found))


def use_key(connection: Connection, identifier: str, now: datetime) -> None:
    """Write that a key was used."""
    connection.execute(update(api_key).where(api_key.c.id == identifier).values(used=now))


def keys_of_person(connection: Connection, identifier: str) -> tuple[ApiKey, ...]:
    """Return the keys that programs of a person use, revoked and expired ones too, the newest first."""
    rows = connection.execute(
        select(*_KEY)
        .where(api_key.c.person == identifier, api_key.c.scope.in_(FOR_PROGRAMS))
        .order_by(api_key.c.id.desc())
    )
    return tuple(map(_key, rows.mappings()))


def revoke_key(connection: Connection, identifier: str, key: str, now: datetime) -> bool:
    """Take a key of a person out of use, and return whether it was in use."""
    return _revoke(connection, now, api_key.c.person == identifier, api_key.c.id == key) == 1


def revoke_keys(connection: Connection, identifier: str, scopes: tuple[Scope, ...], now: datetime) -> int:
    """Take every key of these scopes of a person out of use, and return how many were in use."""
    return _revoke(connection, now, api_key.c.person == identifier, api_key.c.scope.in_(scopes))


def _revoke(connection: Connection, now: datetime, *those: ColumnElement[bool]) -> int:
    return connection.execute(update(api_key).where(*those, api_key.c.revoked.is_(None)).values(revoked=now)).rowcount


def _key(row: RowMapping) -> ApiKey:
    named = {name: row[name] for name in ApiKey.__struct_fields__}
    return ApiKey(**(named | {"scope": Scope(row["scope"])}))


def _person(row: RowMapping) -> Person:
    return Person(**{name: row[f"person_{name}"] for name in Person.__struct_fields__})
