"""The shipments of each organisation."""

from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, delete, insert, select, tuple_, update

from duediligence.errors import NotFound, WrongMoment
from duediligence.shipment import Shipment, ShipmentAbout
from duediligence.store.table import shipment

OVERTAKEN = "Somebody has changed this shipment since you opened it. Look at it again."

_PLAIN = [name for name in Shipment.__struct_fields__ if name != "about"]
_COLUMNS = [*(shipment.c[name] for name in _PLAIN), shipment.c.document]


def add(connection: Connection, one: Shipment) -> None:
    """Write a new shipment."""
    connection.execute(insert(shipment).values(_values(one)))


def save(connection: Connection, before: Shipment, after: Shipment) -> None:
    """Write the next revision of a shipment.

    Raises:
        WrongMoment: somebody has changed it since `before` was read.
    """
    place = (shipment.c.id == before.id, shipment.c.revision == before.revision)
    if connection.execute(update(shipment).where(*place).values(_values(after))).rowcount != 1:
        raise WrongMoment(OVERTAKEN)


def remove(connection: Connection, one: Shipment) -> None:
    """Delete a shipment.

    Raises:
        WrongMoment: somebody has changed it since `one` was read.
    """
    place = (shipment.c.id == one.id, shipment.c.revision == one.revision)
    if connection.execute(delete(shipment).where(*place)).rowcount != 1:
        raise WrongMoment(OVERTAKEN)


def load(connection: Connection, identifier: str) -> Shipment:
    """Return one shipment.

    Raises:
        NotFound: there is none of this id.
    """
    found = connection.execute(select(*_COLUMNS).where(shipment.c.id == identifier)).mappings().one_or_none()
    if found is None:
        raise NotFound("There is no such shipment.")
    return _shipment(found)


def listed(connection: Connection, organisation: str, *, limit: int, after: str = "") -> tuple[Shipment, ...]:
    """Return shipments of an organisation, the last changed first.

    Args:
        connection: an open one.
        organisation: whose they are.
        limit: at most so many.
        after: id of the last one already shown.
    """
    own = shipment.c.organisation == organisation
    place = (shipment.c.changed, shipment.c.id)
    wanted = select(*_COLUMNS).where(own)
    if after:
        last = select(*place).where(shipment.c.id == after, own)
        wanted = wanted.where(tuple_(*place) < last.scalar_subquery())
    rows = connection.execute(wanted.order_by(*(column.desc() for column in place)).limit(limit))
    return tuple(map(_shipment, rows.mappings()))


def _values(one: Shipment) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _PLAIN} | {
        "reference": one.about.reference,
        "destination": one.about.destination,
        "engagement": one.about.engagement,
        "document": msgspec.json.encode(one.about),
    }


def _shipment(row: RowMapping) -> Shipment:
    about = msgspec.json.decode(row["document"], type=ShipmentAbout)
    return Shipment(about=about, **{name: row[name] for name in _PLAIN})
