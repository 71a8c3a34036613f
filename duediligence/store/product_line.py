"""The product lines of each organisation."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, insert, select, update

from duediligence.chain.spelling import core
from duediligence.errors import NotFound, WrongMoment
from duediligence.shipment import LONGEST_NAME, LineAbout, ProductLine
from duediligence.store.table import product_line

_PLAIN = [name for name in ProductLine.__struct_fields__ if name != "about"]
_COLUMNS = [*(product_line.c[name] for name in _PLAIN), product_line.c.document]


def add(connection: Connection, one: ProductLine) -> None:
    """Write a new product line."""
    connection.execute(insert(product_line).values(_values(one)))


def save(connection: Connection, before: ProductLine, after: ProductLine) -> None:
    """Write the next revision of a product line.

    Raises:
        WrongMoment: somebody has changed it since `before` was read.
    """
    place = (product_line.c.id == before.id, product_line.c.revision == before.revision)
    if connection.execute(update(product_line).where(*place).values(_values(after))).rowcount != 1:
        raise WrongMoment("Somebody has changed this product line since you opened it. Look at it again.")


def load(connection: Connection, identifier: str) -> ProductLine:
    """Return one product line.

    Raises:
        NotFound: there is none of this id.
    """
    found = connection.execute(select(*_COLUMNS).where(product_line.c.id == identifier)).mappings().one_or_none()
    if found is None:
        raise NotFound("There is no such product line.")
    return _line(found)


def load_many(connection: Connection, organisation: str, identifiers: Iterable[str]) -> dict[str, ProductLine]:
    """Return those of some product lines that are the organisation's, in use or not, by id."""
    wanted = tuple(set(identifiers))
    if not wanted:
        return {}
    own = (product_line.c.organisation == organisation, product_line.c.id.in_(wanted))
    rows = connection.execute(select(*_COLUMNS).where(*own))
    return {one.id: one for one in map(_line, rows.mappings())}


def listed(connection: Connection, organisation: str, *, retired: bool = False) -> tuple[ProductLine, ...]:
    """Return the product lines of an organisation by name: those in use, or those out of use."""
    ended = product_line.c.retired.is_not(None) if retired else product_line.c.retired.is_(None)
    wanted = select(*_COLUMNS).where(product_line.c.organisation == organisation, ended)
    rows = connection.execute(wanted.order_by(product_line.c.sort, product_line.c.id))
    return tuple(map(_line, rows.mappings()))


def _values(one: ProductLine) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _PLAIN} | {
        "name": one.about.name,
        "sort": core(one.about.name)[:LONGEST_NAME],
        "hs": one.about.hs,
        "document": msgspec.json.encode(one.about),
    }


def _line(row: RowMapping) -> ProductLine:
    about = msgspec.json.decode(row["document"], type=LineAbout)
    return ProductLine(about=about, **{name: row[name] for name in _PLAIN})
