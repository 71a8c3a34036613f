"""What hangs on an entry of a register and goes with it when two entries become one: requests, screenings, consents."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select, update

from duediligence.store import partner_shown
from duediligence.store.table import assessment_share, partner_request, screening_file, sent_workbook

_TABLES = {one.name: one for one in (partner_request, screening_file, sent_workbook, assessment_share)}


def of(connection: Connection, party: str) -> dict[str, tuple[str, ...]]:
    """Return the ids of everything that hangs on an entry, by the name of its table."""
    return {
        name: tuple(connection.execute(select(kept.c.id).where(kept.c.party == party).order_by(kept.c.id)).scalars())
        for name, kept in _TABLES.items()
    }


def lead(connection: Connection, found: Mapping[str, Sequence[str]], party: str) -> None:
    """Have everything named hang on an entry from now on."""
    for name, identifiers in found.items():
        kept = _TABLES[name]
        connection.execute(update(kept).where(kept.c.id.in_(identifiers)).values(party=party))
    partner_shown.name_partner(connection, party)
