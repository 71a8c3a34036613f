"""A whole register at a glance: only the columns that tables, drawings and sums over it need.

A list of a thousand partners is drawn from all of their links, and reading whole
rows would take most of the time.
"""

import msgspec
from sqlalchemy import Connection, func, select

from duediligence.chain.party import About, Terms
from duediligence.chain.register import Asked, Flow, Screened
from duediligence.store.table import partner_request, party, screening_file, supply_link


def parties(connection: Connection, organisation: str) -> dict[str, About]:
    """Return what is said of the parties in use, by id, in the order of their names."""
    own = (party.c.organisation == organisation, party.c.retired.is_(None))
    rows = connection.execute(select(party.c.id, party.c.document).where(*own).order_by(party.c.sort, party.c.id))
    decoder = msgspec.json.Decoder(About)
    return {identifier: decoder.decode(document) for identifier, document in rows}


def names(connection: Connection, organisation: str, *, retired: bool = False) -> dict[str, str]:
    """Return what the parties are called, by id, in the order of their names; with `retired` those out of use too."""
    wanted = select(party.c.id, party.c.name).where(party.c.organisation == organisation)
    wanted = wanted if retired else wanted.where(party.c.retired.is_(None))
    rows = connection.execute(wanted.order_by(party.c.sort, party.c.id))
    return {identifier: name for identifier, name in rows}  # noqa: C416  mypy knows a row only taken apart


def flows(connection: Connection, organisation: str) -> tuple[Flow, ...]:
    """Return the links that have not ended, the oldest first."""
    own = (supply_link.c.organisation == organisation, supply_link.c.ended.is_(None))
    columns = (supply_link.c.supplier, supply_link.c.buyer, supply_link.c.document)
    rows = connection.execute(select(*columns).where(*own).order_by(supply_link.c.id))
    decoder = msgspec.json.Decoder(Terms)
    return tuple(Flow(supplier, buyer, decoder.decode(document)) for supplier, buyer, document in rows)


def requests(connection: Connection, organisation: str) -> dict[str, Asked]:
    """Return the newest request to each party that was asked and not let off, by party."""
    own = (partner_request.c.organisation == organisation, partner_request.c.withdrawn.is_(None))
    columns = [partner_request.c[name] for name in ("party", *Asked._fields)]
    rows = connection.execute(select(*columns).where(*own).order_by(partner_request.c.id))
    return {row[0]: Asked(*row[1:]) for row in rows}


def screenings(connection: Connection, organisation: str) -> dict[str, Screened]:
    """Return the newest screening of each party that was screened, by party."""
    columns = [screening_file.c[name] for name in ("party", *Screened._fields)]
    own = screening_file.c.organisation == organisation
    rows = connection.execute(select(*columns).where(own).order_by(screening_file.c.id))
    return {row[0]: Screened(*row[1:]) for row in rows}


def retired(connection: Connection, organisation: str) -> int:
    """Return how many parties are out of use."""
    own = (party.c.organisation == organisation, party.c.retired.is_not(None))
    return connection.scalar(select(func.count()).select_from(party).where(*own)) or 0
