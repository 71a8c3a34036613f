"""What was issued to be shown, and who was given a copy of it by name."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, Update, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from duediligence.errors import NotFound, WrongMoment
from duediligence.proof.attestation import Attestation, Face, WhyWithdrawn
from duediligence.store.table import attestation, named_copy, status_list

_INSERT: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_COLUMNS = [attestation.c[name] for name in Attestation.__struct_fields__]


class NamedCopy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A copy of an attestation for one reader, who opens it by a link."""

    id: str
    attestation: str
    reader: str  # a business or an office
    purpose: str
    left_out: dict[str, str]  # reason by part
    expires: date  # the last day on which the link opens
    made_by: str
    made: datetime
    revoked: datetime | None = None
    opened: int = 0
    opened_last: datetime | None = None


_COPY = [named_copy.c[name] for name in NamedCopy.__struct_fields__]


def add(connection: Connection, one: Attestation, dossier: bytes) -> None:
    """Write a new attestation with its dossier, in JSON; neither changes from now on."""
    connection.execute(insert(attestation).values(_values(one) | {"dossier": dossier}))


def load(connection: Connection, code: str) -> Attestation:
    """Return one attestation.

    Raises:
        NotFound: there is none of this code.
    """
    found = find(connection, code)
    if found is None:
        raise NotFound("There is no such attestation.")
    return found


def dossier(connection: Connection, code: str) -> bytes:
    """Return the dossier of an attestation, in JSON.

    Raises:
        NotFound: there is none of this code.
    """
    found = connection.execute(select(attestation.c.dossier).where(attestation.c.id == code)).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such attestation.")
    return bytes(found)


def find(connection: Connection, code: str) -> Attestation | None:
    """Return the attestation of a code, None where there is none."""
    row = connection.execute(select(*_COLUMNS).where(attestation.c.id == code)).mappings().one_or_none()
    return None if row is None else _attestation(row)


def of_organisation(connection: Connection, organisation: str, most: int = 200) -> tuple[Attestation, ...]:
    """Return what an organisation had issued, the newest first."""
    found = select(*_COLUMNS).where(attestation.c.organisation == organisation)
    newest = found.order_by(attestation.c.asked.desc(), attestation.c.id).limit(most)
    return tuple(_attestation(row) for row in connection.execute(newest).mappings())


def of_engagement(connection: Connection, engagement: str) -> tuple[Attestation, ...]:
    """Return what was signed for an assessment, the newest first."""
    found = select(*_COLUMNS).where(attestation.c.engagement == engagement, attestation.c.issued.is_not(None))
    return tuple(
        _attestation(row) for row in connection.execute(found.order_by(attestation.c.issued.desc())).mappings()
    )


def names_shipment(connection: Connection, shipment: str) -> bool:
    """Return whether anything was drawn up for a shipment, signed or not."""
    found = select(attestation.c.id).where(attestation.c.shipment == shipment).limit(1)
    return connection.execute(found).first() is not None


def save(connection: Connection, before: Attestation, after: Attestation) -> None:
    """Write an attestation anew.

    Raises:
        WrongMoment: it was signed, withdrawn or replaced since `before` was read.
    """
    place = attestation.c.id == before.id
    same = [_same(name, getattr(before, name)) for name in ("consented", "issued", "withdrawn", "replaced_by", "entry")]
    if connection.execute(update(attestation).where(place, *same).values(_values(after))).rowcount != 1:
        raise WrongMoment("Something has happened to this attestation since you opened it. Look at it again.")


def issued_as(connection: Connection, sha256: str) -> datetime | None:
    """Return when a signed PDF of a digest was issued, None where none was."""
    found = select(attestation.c.issued).where(attestation.c.pdf_sha256 == sha256)
    at: datetime | None = connection.execute(found.limit(1)).scalar_one_or_none()
    return at


def remove_unsigned(connection: Connection, code: str) -> bool:
    """Return whether an attestation that nobody had consented to was deleted."""
    unsigned = attestation.delete().where(attestation.c.id == code, attestation.c.consented.is_(None))
    return connection.execute(unsigned).rowcount == 1


def replace_earlier(connection: Connection, one: Attestation) -> None:
    """Mark as replaced what was signed before for the same shipment, or assessment where there is no shipment."""
    same = (
        attestation.c.shipment == one.shipment
        if one.shipment
        else (attestation.c.engagement == one.engagement) & attestation.c.shipment.is_(None)
    )
    same &= (attestation.c.regime == one.regime) & (attestation.c.language == one.language)
    connection.execute(_standing().where(same, attestation.c.id != one.id).values(replaced_by=one.id))


def overtaken(connection: Connection, engagement: str, digest: str, now: datetime) -> bool:
    """Return whether anything was suspended: what was made from a result that a newer one differs from.

    Args:
        connection: of a writer.
        engagement: the assessment.
        digest: SHA-256 of the shared copy of the newest result.
        now: the moment.
    """
    other = (attestation.c.engagement == engagement) & (attestation.c.record_sha256 != digest)
    standing = _standing().where(other, attestation.c.suspended.is_(None))
    return connection.execute(standing.values(suspended=now)).rowcount > 0


def fall(connection: Connection, engagement: str, because: WhyWithdrawn, now: datetime) -> bool:
    """Return whether anything was withdrawn with the assessment it rests on."""
    found = _standing().where(attestation.c.engagement == engagement)
    return connection.execute(found.values(withdrawn=now, withdrawn_because=because)).rowcount > 0


def places(connection: Connection) -> frozenset[int]:
    """Return the places in the status lists that were given away."""
    return frozenset(connection.execute(select(attestation.c.status_index)).scalars())


def fallen(connection: Connection) -> tuple[frozenset[int], frozenset[int]]:
    """Return the places in the status lists of what stands no longer, and of those among them that are on hold.

    A credential has room for one list. So what is on hold is revoked in it too, for good: a firm
    that wants to show its newer result has it attested anew.
    """
    place = attestation.c.status_index
    on_hold = attestation.c.suspended.is_not(None)
    gone = or_(attestation.c.withdrawn.is_not(None), attestation.c.replaced_by.is_not(None), on_hold)
    revoked = frozenset(connection.execute(select(place).where(gone)).scalars())
    return revoked, frozenset(connection.execute(select(place).where(on_hold)).scalars())


def keep_status(connection: Connection, purpose: str, signed: str, at: datetime, until: datetime) -> None:
    """Write a signed status list in the place of the one before."""
    rest = {"signed": signed, "at": at, "until": until}
    added = _INSERT[connection.dialect.name](status_list).values(purpose=purpose, **rest)
    connection.execute(added.on_conflict_do_update(index_elements=["purpose"], set_=rest))


def status(connection: Connection, purpose: str) -> str:
    """Return the signed status list for a purpose, "" where none was published yet."""
    return connection.execute(select(status_list.c.signed).where(status_list.c.purpose == purpose)).scalar() or ""


def add_copy(connection: Connection, one: NamedCopy, digest: str) -> None:
    """Write a copy for a named reader, under the digest of the secret in its link."""
    values = msgspec.structs.asdict(one) | {"left_out": _json(one.left_out), "token_sha256": digest}
    connection.execute(insert(named_copy).values(values))


def copies(connection: Connection, code: str) -> tuple[NamedCopy, ...]:
    """Return the copies made of an attestation, the newest first."""
    found = select(*_COPY).where(named_copy.c.attestation == code).order_by(named_copy.c.made.desc())
    return tuple(_copy(row) for row in connection.execute(found).mappings())


def load_copy(connection: Connection, identifier: str) -> NamedCopy:
    """Return one copy.

    Raises:
        NotFound: there is none of this id.
    """
    row = connection.execute(select(*_COPY).where(named_copy.c.id == identifier)).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such copy.")
    return _copy(row)


def copy_behind(connection: Connection, digest: str) -> NamedCopy | None:
    """Return the copy whose link holds the secret of this digest, however it stands."""
    row = connection.execute(select(*_COPY).where(named_copy.c.token_sha256 == digest)).mappings().one_or_none()
    return None if row is None else _copy(row)


def revoke_copy(connection: Connection, identifier: str, now: datetime) -> bool:
    """Return whether a copy that was open is closed now."""
    closed = update(named_copy).where(named_copy.c.id == identifier, named_copy.c.revoked.is_(None))
    return connection.execute(closed.values(revoked=now)).rowcount == 1


def note_opening(connection: Connection, identifier: str, now: datetime) -> None:
    """Count that a copy was opened."""
    opened = update(named_copy).where(named_copy.c.id == identifier)
    connection.execute(opened.values(opened=named_copy.c.opened + 1, opened_last=now))


def _standing() -> Update:
    """Return a change of what was signed and neither withdrawn nor replaced."""
    signed = attestation.c.issued.is_not(None)
    return update(attestation).where(signed, attestation.c.withdrawn.is_(None), attestation.c.replaced_by.is_(None))


def _same(name: str, value: object) -> Any:  # noqa: ANN401  a condition of SQLAlchemy
    column = attestation.c[name]
    return column.is_(None) if value is None else column == value


def _values(one: Attestation) -> dict[str, Any]:
    return msgspec.structs.asdict(one) | {"face": msgspec.json.encode(one.face)}


def _attestation(row: RowMapping) -> Attestation:
    face = msgspec.json.decode(row["face"], type=Face)
    values = {str(name): value for name, value in row.items()} | {"face": face}
    return msgspec.convert(values, Attestation, builtin_types=(datetime, date))


def _copy(row: RowMapping) -> NamedCopy:
    return NamedCopy(**{**row, "left_out": msgspec.json.decode(row["left_out"], type=dict[str, str])})


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
