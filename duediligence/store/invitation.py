"""Invitations, and requests of firms to take part."""

import json
from datetime import datetime

import msgspec
from sqlalchemy import Connection, RowMapping, insert, select, update

from duediligence.errors import NotFound
from duediligence.organisation import Role
from duediligence.store.table import invitation, request_to_join


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """A role in an organisation that waits for somebody."""

    id: str
    organisation: str
    role: Role
    sections: tuple[str, ...]
    email: str  # "" where it is handed over on paper
    invited_by: str
    created: datetime
    expires: datetime
    used: datetime | None = None
    withdrawn: datetime | None = None


class JoinRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A firm that asks to take part, and who asks for it."""

    id: str
    organisation_name: str
    sector: str
    region: str
    email: str
    name: str
    language: str
    words: str
    created: datetime
    decided: datetime | None = None
    accepted: bool | None = None
    decided_by: str | None = None


_INVITATION = [invitation.c[name] for name in Invitation.__struct_fields__]
_REQUEST = [request_to_join.c[name] for name in JoinRequest.__struct_fields__]


def add(connection: Connection, one: Invitation, digest: str) -> None:
    """Write a new invitation, under the digest of its code."""
    values = msgspec.structs.asdict(one) | {"sections": json.dumps(one.sections), "digest": digest}
    connection.execute(insert(invitation).values(values))


def by_digest(connection: Connection, digest: str) -> Invitation | None:
    """Return the invitation whose code has this digest, whether or not it still holds; None where there is none."""
    found = connection.execute(select(*_INVITATION).where(invitation.c.digest == digest)).mappings().one_or_none()
    return None if found is None else _invitation(found)


def of_organisation(connection: Connection, organisation: str) -> tuple[Invitation, ...]:
    """Return the invitations of an organisation, the newest first."""
    rows = connection.execute(
        select(*_INVITATION).where(invitation.c.organisation == organisation).order_by(invitation.c.id.desc())
    )
    return tuple(map(_invitation, rows.mappings()))


def use(connection: Connection, identifier: str, now: datetime) -> bool:
    """Mark an invitation as accepted, and return whether it was still open; of two at once, one is told no."""
    return _close(connection, identifier, now, used=now)


def withdraw(connection: Connection, organisation: str, identifier: str, now: datetime) -> bool:
    """Take back an invitation of an organisation, and return whether it was still open."""
    return _close(connection, identifier, now, organisation, withdrawn=now)


def add_request(connection: Connection, one: JoinRequest) -> None:
    """Write a new request."""
    connection.execute(insert(request_to_join).values(**msgspec.structs.asdict(one)))


def load_request(connection: Connection, identifier: str) -> JoinRequest:
    """Return one request.

    Raises:
        NotFound: there is none of this id.
    """
    rows = connection.execute(select(*_REQUEST).where(request_to_join.c.id == identifier)).mappings()
    found = rows.one_or_none()
    if found is None:
        raise NotFound("There is no such request.")
    return JoinRequest(**found)


def waiting_requests(connection: Connection, *, limit: int) -> tuple[JoinRequest, ...]:
    """Return the requests that nobody has decided, the oldest first."""
    rows = connection.execute(
        select(*_REQUEST).where(request_to_join.c.decided.is_(None)).order_by(request_to_join.c.id).limit(limit)
    )
    return tuple(JoinRequest(**row) for row in rows.mappings())


def decide_request(connection: Connection, identifier: str, by: str, now: datetime, *, accepted: bool) -> bool:
    """Write what was decided on a request, and return whether it was still open."""
    changed = connection.execute(
        update(request_to_join)
        .where(request_to_join.c.id == identifier, request_to_join.c.decided.is_(None))
        .values(decided=now, decided_by=by, accepted=accepted)
    )
    return changed.rowcount == 1


def _close(connection: Connection, identifier: str, now: datetime, organisation: str = "", **how: datetime) -> bool:
    those = [
        invitation.c.id == identifier,
        invitation.c.used.is_(None),
        invitation.c.withdrawn.is_(None),
        invitation.c.expires > now,
    ]
    if organisation:
        those.append(invitation.c.organisation == organisation)
    return connection.execute(update(invitation).where(*those).values(**how)).rowcount == 1


def _invitation(row: RowMapping) -> Invitation:
    named = {name: row[name] for name in Invitation.__struct_fields__}
    return Invitation(**(named | {"role": Role(row["role"]), "sections": tuple(json.loads(row["sections"]))}))
