"""Who supplies whom: the links of one organisation's register."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, RowMapping, delete, insert, or_, select, update

from duediligence.chain.party import SupplyLink, Terms
from duediligence.errors import NotFound, WrongMoment
from duediligence.store.table import supply_link

_AT_ONCE = 500
_PLAIN = [name for name in SupplyLink.__struct_fields__ if name != "terms"]
_COLUMNS = [*(supply_link.c[name] for name in _PLAIN), supply_link.c.document]


def add(connection: Connection, links: Iterable[SupplyLink]) -> None:
    """Write new links."""
    rows = [_values(one) for one in links]
    for start in range(0, len(rows), _AT_ONCE):
        connection.execute(insert(supply_link), rows[start : start + _AT_ONCE])


def save(connection: Connection, before: SupplyLink, after: SupplyLink) -> None:
    """Write the next revision of a link.

    Raises:
        WrongMoment: somebody has changed it since `before` was read.
    """
    place = (supply_link.c.id == before.id, supply_link.c.revision == before.revision)
    if connection.execute(update(supply_link).where(*place).values(_values(after))).rowcount != 1:
        raise WrongMoment("Somebody has changed this link since you opened it. Look at it again.")


def load(connection: Connection, identifier: str) -> SupplyLink:
    """Return one link.

    Raises:
        NotFound: there is none of this id.
    """
    found = connection.execute(select(*_COLUMNS).where(supply_link.c.id == identifier)).mappings().one_or_none()
    if found is None:
        raise NotFound("There is no such link.")
    return _link(found)


def of_organisation(connection: Connection, organisation: str) -> tuple[SupplyLink, ...]:
    """Return all links of a register that have not ended, the oldest first."""
    own = (supply_link.c.organisation == organisation, supply_link.c.ended.is_(None))
    rows = connection.execute(select(*_COLUMNS).where(*own).order_by(supply_link.c.id))
    return tuple(_link(row) for row in rows.mappings())


def of_parties(connection: Connection, parties: Sequence[str], *, ended: bool = False) -> tuple[SupplyLink, ...]:
    """Return the links from and to some parties, the oldest first; with `ended` those that are over as well."""
    found: dict[str, SupplyLink] = {}
    for start in range(0, len(parties), _AT_ONCE):
        chunk = parties[start : start + _AT_ONCE]
        wanted = select(*_COLUMNS).where(or_(supply_link.c.supplier.in_(chunk), supply_link.c.buyer.in_(chunk)))
        if not ended:
            wanted = wanted.where(supply_link.c.ended.is_(None))
        found |= {row["id"]: _link(row) for row in connection.execute(wanted).mappings()}
    return tuple(found[identifier] for identifier in sorted(found))


def added_by(connection: Connection, batch: str) -> tuple[SupplyLink, ...]:
    """Return the links that an import added, in whatever state they are now."""
    rows = connection.execute(select(*_COLUMNS).where(supply_link.c.batch == batch).order_by(supply_link.c.id))
    return tuple(_link(row) for row in rows.mappings())


def remove(connection: Connection, batch: str) -> None:
    """Take out the links that an import added."""
    connection.execute(delete(supply_link).where(supply_link.c.batch == batch))


def _values(one: SupplyLink) -> dict[str, object]:
    return {name: getattr(one, name) for name in _PLAIN} | {"document": msgspec.json.encode(one.terms)}


def _link(row: RowMapping) -> SupplyLink:
    terms = msgspec.json.decode(row["document"], type=Terms)
    return SupplyLink(terms=terms, **{name: row[name] for name in _PLAIN})
