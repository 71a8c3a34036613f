"""What partners let a buyer see, whichever way they said it; assessments they share, workbooks their buyer read in."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, RowMapping, Select, exists, func, insert, select, update

from duediligence.chain.request import Seen, Told
from duediligence.chain.sharing import SentIn, Share, seen_of_sent_in, seen_of_share, together
from duediligence.engagement import Stage
from duediligence.errors import NotFound, WrongMoment
from duediligence.store import partner_request as answers
from duediligence.store.table import assessment_share, engagement, partner_request, party, sealed, sent_workbook

_SHARE = [name for name in Share.__struct_fields__ if name != "told"]
_SENT_IN = [name for name in SentIn.__struct_fields__ if name != "told"]
_NEWEST = (
    select(func.max(sealed.c.number)).where(sealed.c.engagement == assessment_share.c.engagement).scalar_subquery()
)


def shown_to(connection: Connection, buyer: str, on: date, party_id: str = "") -> dict[str, Seen]:
    """Return what a buyer sees of its partners, by party; one that shares nothing is left out.

    Args:
        connection: a reading one.
        buyer: who looks.
        on: the day on which it looks.
        party_id: of its register; "" for all.
    """
    said: dict[str, list[Seen]] = {
        name: [one] for name, one in answers.shared_with(connection, buyer, on, party_id).items()
    }
    for name, one in _shares(connection, buyer, on, party_id):
        said.setdefault(name, []).append(one)
    found = {name: whole for name, every in said.items() if (whole := together(every))}
    for sent in _sent_in(connection, buyer, party_id):
        found.setdefault(sent.party, seen_of_sent_in(sent, on))
    return found


def add_share(connection: Connection, one: Share) -> None:
    """Write that an assessment is shared, and by it which organisation an entry of the buyer is."""
    values = {name: getattr(one, name) for name in _SHARE} | {"profile": msgspec.json.encode(one.told)}
    connection.execute(insert(assessment_share).values(values))
    name_partner(connection, one.party)


def load_share(connection: Connection, identifier: str) -> Share:
    """Return what was agreed once.

    Raises:
        NotFound: there is none of this id.
    """
    wanted = _share_columns().where(assessment_share.c.id == identifier)
    found = connection.execute(wanted).mappings().one_or_none()
    if found is None:
        raise NotFound("Nothing of this kind is shared.")
    return _share(found)


def shares_of(connection: Connection, organisations: Iterable[str]) -> tuple[Share, ...]:
    """Return everything that organisations have shared of their own assessments, the newest first."""
    wanted = _share_columns().where(assessment_share.c.organisation.in_(tuple(organisations)))
    rows = connection.execute(wanted.order_by(assessment_share.c.id.desc()))
    return tuple(_share(row) for row in rows.mappings())


def withdraw_share(connection: Connection, one: Share, now: datetime) -> None:
    """Take a consent back; the entry of the buyer is that organisation's no longer.

    Raises:
        WrongMoment: it was taken back already.
    """
    place = (assessment_share.c.id == one.id, assessment_share.c.withdrawn.is_(None))
    if connection.execute(update(assessment_share).where(*place).values(withdrawn=now)).rowcount != 1:
        raise WrongMoment("This was taken back already.")
    name_partner(connection, one.party)


def name_partner(connection: Connection, party_id: str) -> None:
    """Write which organisation an entry is: whoever let it be known last and has not taken that back; else nobody."""
    newest = (
        select(assessment_share.c.organisation)
        .where(assessment_share.c.party == party_id, assessment_share.c.withdrawn.is_(None))
        .order_by(assessment_share.c.id.desc())
        .limit(1)
    )
    partner = connection.scalar(newest)
    connection.execute(update(party).where(party.c.id == party_id).values(partner=partner))


def forget_partners(connection: Connection, today: date) -> None:
    """Take the name of the organisation off every entry for which no consent runs any more."""
    runs = exists().where(
        assessment_share.c.party == party.c.id,
        assessment_share.c.withdrawn.is_(None),
        assessment_share.c.until >= today,
    )
    connection.execute(update(party).where(party.c.partner.is_not(None), ~runs).values(partner=None))


def add_sent_in(connection: Connection, one: SentIn) -> None:
    """Write that a buyer has read a workbook in; what it read in before for the same entry is over."""
    place = (sent_workbook.c.party == one.party, sent_workbook.c.withdrawn.is_(None))
    connection.execute(update(sent_workbook).where(*place).values(withdrawn=one.at))
    values = {name: getattr(one, name) for name in _SENT_IN} | {"profile": msgspec.json.encode(one.told)}
    connection.execute(insert(sent_workbook).values(values))


def sent_in_for(connection: Connection, request: str) -> SentIn | None:
    """Return the workbook that was read in for a request and stands; None where there is none."""
    wanted = select(sent_workbook).where(sent_workbook.c.request == request, sent_workbook.c.withdrawn.is_(None))
    found = connection.execute(wanted).mappings().one_or_none()
    return None if found is None else _sent(found)


def withdraw_sent_in(connection: Connection, one: SentIn, now: datetime) -> None:
    """Take out what was read in of a workbook."""
    connection.execute(update(sent_workbook).where(sent_workbook.c.id == one.id).values(withdrawn=now))


def _shares(connection: Connection, buyer: str, on: date, party_id: str) -> Iterator[tuple[str, Seen]]:
    """Yield the newest word of each organisation for each entry of a buyer."""
    query = (
        select(*_share_columns().selected_columns, engagement.c.stage, _NEWEST.label("newest"))
        .join(engagement, engagement.c.id == assessment_share.c.engagement)
        .where(assessment_share.c.buyer == buyer)
        .order_by(assessment_share.c.id)
    )
    if party_id:
        query = query.where(assessment_share.c.party == party_id)
    newest = {(row["party"], row["organisation"]): row for row in connection.execute(query).mappings()}
    for row in newest.values():
        gone, newer = row["stage"] == Stage.WITHDRAWN, row["newest"] != row["number"]
        yield row["party"], seen_of_share(_share(row), on, gone=gone, newer=newer)


def _sent_in(connection: Connection, buyer: str, party_id: str) -> Iterator[SentIn]:
    """Yield the workbooks that a buyer read in and that still speak: the partner has not answered itself."""
    itself = select(partner_request.c.party).where(
        partner_request.c.organisation == buyer, partner_request.c.answered.is_not(None)
    )
    query = select(sent_workbook).where(
        sent_workbook.c.organisation == buyer,
        sent_workbook.c.withdrawn.is_(None),
        sent_workbook.c.party.not_in(itself),
    )
    query = query.order_by(sent_workbook.c.id.desc())
    if party_id:
        query = query.where(sent_workbook.c.party == party_id)
    for row in connection.execute(query).mappings():
        yield _sent(row)


def _share_columns() -> Select[tuple[object, ...]]:
    return select(*(assessment_share.c[name] for name in _SHARE), assessment_share.c.profile)


def _share(row: RowMapping) -> Share:
    return msgspec.convert({name: row[name] for name in _SHARE} | {"told": _told(row)}, Share)


def _sent(row: RowMapping) -> SentIn:
    return msgspec.convert({name: row[name] for name in _SENT_IN} | {"told": _told(row)}, SentIn)


def _told(row: RowMapping) -> Told:
    return msgspec.json.decode(row["profile"], type=Told)
