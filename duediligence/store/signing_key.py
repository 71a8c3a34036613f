"""Public halves of the keys that sign, and what became of them; the private halves are never here."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, insert, select, update

from duediligence.errors import NotFound
from duediligence.proof.signing_key import PublicKey
from duediligence.store.table import signing_key


def add(connection: Connection, key: PublicKey) -> None:
    """Write a new key."""
    values = msgspec.structs.asdict(key) | {"jwk": msgspec.json.encode(key.jwk).decode()}
    connection.execute(insert(signing_key).values(values))


def load(connection: Connection, id_: str) -> PublicKey:
    """Return one key.

    Raises:
        NotFound: there is none of this id.
    """
    row = connection.execute(select(signing_key).where(signing_key.c.id == id_)).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no signing key of this id.")
    return _key(row)


def load_all(connection: Connection) -> tuple[PublicKey, ...]:
    """Return every key there ever was, the oldest first."""
    found = select(signing_key).order_by(signing_key.c.created, signing_key.c.id)
    return tuple(_key(row) for row in connection.execute(found).mappings())


def retire(connection: Connection, id_: str, now: datetime) -> bool:
    """Return whether a key that was in use signs no more."""
    used = update(signing_key).where(signing_key.c.id == id_, signing_key.c.retired.is_(None))
    return connection.execute(used.values(retired=now)).rowcount == 1


def revoke(connection: Connection, id_: str, since: datetime, because: str) -> bool:
    """Return whether a key that was not revoked is now.

    Args:
        connection: of a writer.
        id_: of the key.
        since: from when nothing it signed is to be believed.
        because: why, in the operator's words.
    """
    held = update(signing_key).where(signing_key.c.id == id_, signing_key.c.revoked.is_(None))
    return connection.execute(held.values(revoked=since, revoked_because=because)).rowcount == 1


def _key(row: RowMapping) -> PublicKey:
    values: dict[str, Any] = {str(name): value for name, value in row.items()}
    values["jwk"] = msgspec.json.decode(row["jwk"], type=dict[str, str])
    return msgspec.convert(values, PublicKey, builtin_types=(datetime, bytes))
