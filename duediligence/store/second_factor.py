"""Passkeys and recovery codes."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from duediligence.store.table import passkey, recovery_code


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that a phone, a computer or a stick keeps for one person."""

    id: str
    person: str
    credential: bytes
    public_key: bytes
    uses: int  # the authenticator's own counter; stays 0 where it keeps none
    name: str
    created: datetime
    used: datetime | None = None


_PASSKEY = [passkey.c[name] for name in Passkey.__struct_fields__]


def passkeys(connection: Connection, person: str) -> tuple[Passkey, ...]:
    """Return the passkeys of a person, the oldest first."""
    rows = connection.execute(select(*_PASSKEY).where(passkey.c.person == person).order_by(passkey.c.id)).mappings()
    return tuple(Passkey(**row) for row in rows)


def passkey_by_credential(connection: Connection, credential: bytes) -> Passkey | None:
    """Return the passkey that an authenticator names; None where it is not known."""
    rows = connection.execute(select(*_PASSKEY).where(passkey.c.credential == credential)).mappings()
    found = rows.one_or_none()
    return None if found is None else Passkey(**found)


def add_passkey(connection: Connection, one: Passkey) -> None:
    """Write a new passkey."""
    connection.execute(insert(passkey).values(**msgspec.structs.asdict(one)))


def use_passkey(connection: Connection, one: Passkey, uses: int, now: datetime) -> bool:
    """Write that a passkey was used, and return whether nobody used it since `one` was read."""
    changed = connection.execute(
        update(passkey)
        .where(passkey.c.id == one.id, passkey.c.used.is_not_distinct_from(one.used), passkey.c.uses == one.uses)
        .values(uses=uses, used=now)
    )
    return changed.rowcount == 1


def remove_passkey(connection: Connection, person: str, identifier: str) -> bool:
    """Delete a passkey of a person, and return whether they had it."""
    gone = connection.execute(delete(passkey).where(passkey.c.id == identifier, passkey.c.person == person))
    return gone.rowcount == 1


def replace_codes(connection: Connection, person: str, digests: Iterable[str]) -> None:
    """Put new recovery codes in the place of all a person had; no digests take them away."""
    connection.execute(delete(recovery_code).where(recovery_code.c.person == person))
    rows = [{"digest": digest, "person": person, "used": None} for digest in digests]
    if rows:
        connection.execute(insert(recovery_code), rows)


def spend_code(connection: Connection, person: str, digest: str, now: datetime) -> bool:
    """Mark a recovery code as used, and return whether it was there and unused."""
    changed = connection.execute(
        update(recovery_code)
        .where(recovery_code.c.digest == digest, recovery_code.c.person == person, recovery_code.c.used.is_(None))
        .values(used=now)
    )
    return changed.rowcount == 1


def codes_left(connection: Connection, person: str) -> int:
    """Return how many recovery codes a person has not used yet."""
    left = select(func.count()).where(recovery_code.c.person == person, recovery_code.c.used.is_(None))
    return connection.execute(left).scalar_one()
