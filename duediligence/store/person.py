"""People, how they prove who they are, and their roles."""

import json
from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from duediligence.database import new_id
from duediligence.errors import NotFound, WrongMoment
from duediligence.organisation import Membership, Person, Role
from duediligence.store.table import membership, organisation, person

_PERSON = [person.c[name] for name in Person.__struct_fields__]
_PROOFS = [person.c.password, person.c.totp, person.c.totp_step, person.c.failures]
_MEMBERSHIP = [membership.c[name] for name in Membership.__struct_fields__]

# Written out once, because every request asks it.
_ROLES_NOW = (
    select(*_MEMBERSHIP)
    .join(organisation, organisation.c.id == membership.c.organisation)
    .where(membership.c.person == bindparam("whose"), membership.c.ended.is_(None), organisation.c.disabled.is_(None))
    .order_by(membership.c.created, membership.c.id)
)


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """A person with what they prove themselves by; for the modules that check it and no other."""

    person: Person
    password: str  # Argon2id; "" until one is chosen
    totp: bytes | None  # sealed; None without a second factor
    totp_step: int
    failures: int  # sign-ins that failed since the last good one


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A person as one organisation knows them."""

    person: Person
    membership: Membership
    since: datetime


def add(connection: Connection, one: Person, *, password: str) -> None:
    """Write a new person.

    Args:
        connection: an open one.
        one: who.
        password: its Argon2id hash; "" where none is chosen yet.

    Raises:
        WrongMoment: somebody took the address a moment ago; the transaction is lost.
    """
    values = msgspec.structs.asdict(one) | {"password": password, "totp": None, "totp_step": 0, "failures": 0}
    try:
        connection.execute(insert(person).values(values))
    except IntegrityError as error:
        raise WrongMoment("Somebody else took this address a moment ago.") from error


def load(connection: Connection, identifier: str) -> Person:
    """Return one person.

    Raises:
        NotFound: there is none of this id.
    """
    return credentials(connection, identifier).person


def load_many(connection: Connection, identifiers: Collection[str]) -> tuple[Person, ...]:
    """Return those of some people who can come in, by name."""
    wanted = person.c.id.in_(tuple(identifiers)) & person.c.disabled.is_(None)
    rows = connection.execute(select(*_PERSON).where(wanted).order_by(person.c.name, person.c.id)).mappings()
    return tuple(map(_person, rows))


def credentials(connection: Connection, identifier: str) -> Credentials:
    """Return one person with their proofs.

    Raises:
        NotFound: there is none of this id.
    """
    found = connection.execute(select(*_PERSON, *_PROOFS).where(person.c.id == identifier)).mappings().one_or_none()
    if found is None:
        raise NotFound("There is no such person.")
    return _credentials(found)


def by_email(connection: Connection, email: str) -> Credentials | None:
    """Return the person with this address, in lower case, and their proofs; None where there is nobody."""
    found = connection.execute(select(*_PERSON, *_PROOFS).where(person.c.email == email)).mappings().one_or_none()
    return None if found is None else _credentials(found)


def save(connection: Connection, one: Person) -> None:
    """Write a person who is there already; the proofs stay as they are."""
    connection.execute(update(person).where(person.c.id == one.id).values(**msgspec.structs.asdict(one)))


def keep_password(connection: Connection, identifier: str, password: str, *, instead_of: str) -> bool:
    """Put one hash in the place of another, and return whether the other was still there.

    Two requests that both checked the old password cannot both replace it.
    """
    changed = connection.execute(
        update(person).where(person.c.id == identifier, person.c.password == instead_of).values(password=password)
    )
    return changed.rowcount == 1


def keep_totp(connection: Connection, identifier: str, sealed: bytes | None, step: int = 0) -> None:
    """Write the sealed secret of the second factor and the last step used; None takes the factor away."""
    connection.execute(update(person).where(person.c.id == identifier).values(totp=sealed, totp_step=step))


def take_step(connection: Connection, identifier: str, step: int) -> bool:
    """Mark a step of the second factor as used, and return whether it was still unused.

    Steps only ever go up, so that neither this code nor an earlier one serves again.
    """
    changed = connection.execute(
        update(person).where(person.c.id == identifier, person.c.totp_step < step).values(totp_step=step)
    )
    return changed.rowcount == 1


def count_failure(connection: Connection, identifier: str) -> None:
    """Count a sign-in that failed."""
    connection.execute(update(person).where(person.c.id == identifier).values(failures=person.c.failures + 1))


def forget_failures(connection: Connection, identifier: str) -> None:
    """Begin counting failed sign-ins anew."""
    connection.execute(update(person).where(person.c.id == identifier).values(failures=0))


def memberships(connection: Connection, identifier: str) -> tuple[Membership, ...]:
    """Return the roles a person has now, in organisations that are in use."""
    return tuple(map(_membership, connection.execute(_ROLES_NOW, {"whose": identifier}).mappings()))


def organisations_of(connection: Connection, identifier: str) -> frozenset[str]:
    """Return every organisation a person has a role in now, those out of use included."""
    rows = connection.execute(
        select(membership.c.organisation).where(membership.c.person == identifier, membership.c.ended.is_(None))
    )
    return frozenset(rows.scalars())


def members(connection: Connection, organisation_id: str) -> tuple[Member, ...]:
    """Return who has a role in an organisation now, by name; somebody with two roles stands there twice."""
    rows = connection.execute(
        select(*_PERSON, *_MEMBERSHIP, membership.c.created.label("since"))
        .join(membership, membership.c.person == person.c.id)
        .where(membership.c.organisation == organisation_id, membership.c.ended.is_(None))
        .order_by(person.c.name, person.c.id, membership.c.role)
    ).mappings()
    return tuple(Member(person=_person(row), membership=_membership(row), since=row["since"]) for row in rows)


def join(connection: Connection, identifier: str, one: Membership, now: datetime) -> None:
    """Give a person a role; one that had ended begins anew, one that goes on gets these sections.

    Raises:
        WrongMoment: the same role was given at the same time; the transaction is lost.
    """
    values = {"sections": json.dumps(one.sections), "created": now, "ended": None}
    again = connection.execute(
        update(membership)
        .where(
            membership.c.person == identifier,
            membership.c.organisation == one.organisation,
            membership.c.role == one.role,
        )
        .values(values)
    )
    if again.rowcount == 0:
        named = {"id": new_id(), "person": identifier, "organisation": one.organisation, "role": one.role}
        try:
            connection.execute(insert(membership).values(named | values))
        except IntegrityError as error:
            raise WrongMoment("The same role was given a moment ago.") from error


def leave(connection: Connection, identifier: str, organisation_id: str, role: Role, now: datetime) -> bool:
    """End a role, and return whether the person had it."""
    changed = connection.execute(
        update(membership)
        .where(
            membership.c.person == identifier,
            membership.c.organisation == organisation_id,
            membership.c.role == role,
            membership.c.ended.is_(None),
        )
        .values(ended=now)
    )
    return changed.rowcount == 1


def _person(row: RowMapping) -> Person:
    return Person(**{name: row[name] for name in Person.__struct_fields__})


def _credentials(row: RowMapping) -> Credentials:
    return Credentials(
        person=_person(row),
        password=row["password"],
        totp=row["totp"],
        totp_step=row["totp_step"],
        failures=row["failures"],
    )


def _membership(row: RowMapping) -> Membership:
    return Membership(
        organisation=row["organisation"], role=Role(row["role"]), sections=tuple(json.loads(row["sections"]))
    )
