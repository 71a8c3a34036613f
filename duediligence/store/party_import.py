"""Imports of lists: what each brought, what was remembered of its columns, and what stands on it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, RowMapping, func, insert, select, update

from duediligence.chain.mapping import Field
from duediligence.chain.matching import Decision
from duediligence.errors import NotFound, WrongMoment
from duediligence.store.table import (
    import_mapping,
    match_decision,
    partner_request,
    party,
    party_import,
    screening_file,
)

_AT_ONCE = 500


class Row(msgspec.Struct, frozen=True):
    """What became of some lines of a list: the party they now are."""

    lines: tuple[int, ...]
    party: str
    known: bool  # whether it was in the register before


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """One list that was taken into a register."""

    id: str
    organisation: str
    name: str
    sha256: str
    rows: tuple[Row, ...]
    added: int
    joined: int
    left_out: int
    by: str
    at: datetime
    undone_by: str | None = None
    undone: datetime | None = None


_PLAIN = [name for name in Batch.__struct_fields__ if name != "rows"]
_COLUMNS = [*(party_import.c[name] for name in _PLAIN), party_import.c.document]


def add(connection: Connection, one: Batch) -> None:
    """Write a new import; to be done before the parties that name it."""
    values = {name: getattr(one, name) for name in _PLAIN}
    connection.execute(insert(party_import).values(document=msgspec.json.encode(one.rows), **values))


def load(connection: Connection, identifier: str) -> Batch:
    """Return one import.

    Raises:
        NotFound: there is none of this id.
    """
    found = connection.execute(select(*_COLUMNS).where(party_import.c.id == identifier)).mappings().one_or_none()
    if found is None:
        raise NotFound("There is no such import.")
    return _batch(found)


def listed(connection: Connection, organisation: str, *, limit: int, after: str = "") -> tuple[Batch, ...]:
    """Return the imports of an organisation, the newest first; `after` is the id of the last one already shown."""
    wanted = select(*_COLUMNS).where(party_import.c.organisation == organisation)
    if after:
        wanted = wanted.where(party_import.c.id < after)
    rows = connection.execute(wanted.order_by(party_import.c.id.desc()).limit(limit))
    return tuple(_batch(row) for row in rows.mappings())


def newest(connection: Connection, organisation: str) -> str:
    """Return the id of the last import of an organisation, "" where there was none."""
    found = connection.scalar(select(func.max(party_import.c.id)).where(party_import.c.organisation == organisation))
    return found or ""


def standing(connection: Connection, organisation: str) -> tuple[object, ...]:
    """Return what changes whenever a list would be read or matched otherwise: a count of all that has an influence."""
    parties = select(func.count(), func.sum(party.c.revision)).where(party.c.organisation == organisation)
    decided = select(func.count(), func.max(match_decision.c.at)).where(match_decision.c.organisation == organisation)
    meant = select(func.count(), func.max(import_mapping.c.changed)).where(
        import_mapping.c.organisation == organisation
    )
    return tuple(value for wanted in (parties, decided, meant) for value in connection.execute(wanted).one())


def mark_undone(connection: Connection, identifier: str, by: str, now: datetime) -> None:
    """Write that an import was taken back.

    Raises:
        WrongMoment: somebody has taken it back already.
    """
    place = (party_import.c.id == identifier, party_import.c.undone.is_(None))
    if connection.execute(update(party_import).where(*place).values(undone_by=by, undone=now)).rowcount != 1:
        raise WrongMoment("This import was taken back already.")


def asked_or_screened(connection: Connection, parties: Sequence[str]) -> frozenset[str]:
    """Return those of some parties that were asked or screened."""
    found: set[str] = set()
    for start in range(0, len(parties), _AT_ONCE):
        chunk = parties[start : start + _AT_ONCE]
        for kept in (partner_request, screening_file):
            found |= set(connection.execute(select(kept.c.party).where(kept.c.party.in_(chunk))).scalars())
    return frozenset(found)


def decided_since(connection: Connection, batch: str, parties: Sequence[str]) -> frozenset[str]:
    """Return those of some parties of which something was decided outside of an import, not only put off."""
    found: set[str] = set()
    for start in range(0, len(parties), _AT_ONCE):
        chunk = parties[start : start + _AT_ONCE]
        other = (match_decision.c.batch.is_distinct_from(batch), match_decision.c.decision != Decision.LATER)
        for column in (match_decision.c.party, match_decision.c.mark):
            found |= set(connection.execute(select(column).where(column.in_(chunk), *other)).scalars())
    return frozenset(found)


def meanings(connection: Connection, organisation: str, headers: str) -> dict[str, Field | None] | None:
    """Return what the columns of a list with these headings meant the last time, None where there was none."""
    place = (import_mapping.c.organisation == organisation, import_mapping.c.headers == headers)
    document = connection.scalar(select(import_mapping.c.document).where(*place))
    return None if document is None else msgspec.json.decode(document, type=dict[str, Field | None])


def remember_meanings(
    connection: Connection, organisation: str, headers: str, found: dict[str, Field | None], now: datetime
) -> None:
    """Write what the columns of a list with these headings mean."""
    values = {"document": msgspec.json.encode(found), "changed": now}
    place = (import_mapping.c.organisation == organisation, import_mapping.c.headers == headers)
    if not connection.execute(update(import_mapping).where(*place).values(values)).rowcount:
        connection.execute(insert(import_mapping).values(organisation=organisation, headers=headers, **values))


def _batch(row: RowMapping) -> Batch:
    rows = msgspec.json.decode(row["document"], type=tuple[Row, ...])
    return Batch(rows=rows, **{name: row[name] for name in _PLAIN})
