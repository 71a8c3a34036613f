"""What partners were asked, what they answered, and whom they let see it.

Of the secret in a link no more is kept than its digest, and of the code of an
answering side its party key, which is a digest too.
"""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from duediligence.chain.request import Consent, PartnerRequest, PartnerResponse, Seen, Sheet, Told, seen
from duediligence.errors import NotFound, WrongMoment
from duediligence.store.table import consent, partner_request, partner_response

_REQUEST = [partner_request.c[name] for name in PartnerRequest.__struct_fields__]
_PLAIN = [name for name in PartnerResponse.__struct_fields__ if name not in ("sheet", "told")]
_RESPONSE = [*(partner_response.c[name] for name in _PLAIN), partner_response.c.document, partner_response.c.profile]
_CONSENT = [consent.c[name] for name in Consent.__struct_fields__]


def add_request(connection: Connection, one: PartnerRequest, digest: str) -> None:
    """Write a new request, under the digest of the secret in its link."""
    connection.execute(insert(partner_request).values(msgspec.structs.asdict(one) | {"token_hash": digest}))


def by_digest(connection: Connection, digest: str) -> PartnerRequest | None:
    """Return the request whose secret has this digest, however it stands; None where there is none."""
    rows = connection.execute(select(*_REQUEST).where(partner_request.c.token_hash == digest)).mappings()
    found = rows.one_or_none()
    return None if found is None else _request(found)


def load_request(connection: Connection, identifier: str) -> PartnerRequest:
    """Return one request.

    Raises:
        NotFound: there is none of this id.
    """
    found = connection.execute(select(*_REQUEST).where(partner_request.c.id == identifier)).mappings().one_or_none()
    if found is None:
        raise NotFound("There is no such request.")
    return _request(found)


def of_party(connection: Connection, party: str) -> tuple[PartnerRequest, ...]:
    """Return what a party of a register was asked, the newest first."""
    asked = select(*_REQUEST).where(partner_request.c.party == party).order_by(partner_request.c.id.desc())
    return tuple(_request(row) for row in connection.execute(asked).mappings())


def of_key(connection: Connection, key: str) -> tuple[PartnerRequest, ...]:
    """Return what the side that holds a key was asked, by whichever buyer, the newest first."""
    asked = select(*_REQUEST).where(partner_request.c.party_key == key).order_by(partner_request.c.id.desc())
    return tuple(_request(row) for row in connection.execute(asked).mappings())


def save_request(connection: Connection, before: PartnerRequest, after: PartnerRequest) -> None:
    """Write a request anew.

    Raises:
        WrongMoment: it was answered, taken back or begun by somebody since `before` was read.
    """
    place = (
        partner_request.c.id == before.id,
        partner_request.c.withdrawn.is_(None),
        partner_request.c.party_key.is_(None)
        if before.party_key is None
        else partner_request.c.party_key == before.party_key,
    )
    values = {name: getattr(after, name) for name in ("party_key", "opened", "answered", "withdrawn", "recovery")}
    if connection.execute(update(partner_request).where(*place).values(values)).rowcount != 1:
        raise WrongMoment("Something has happened to this request since you opened it. Look at it again.")


def to_address(connection: Connection, email: str) -> tuple[PartnerRequest, ...]:
    """Return what was asked by a letter to an address and is neither answered nor taken back, the newest first."""
    waiting = (partner_request.c.answered.is_(None), partner_request.c.withdrawn.is_(None))
    asked = select(*_REQUEST).where(partner_request.c.email == email, *waiting)
    return tuple(_request(row) for row in connection.execute(asked.order_by(partner_request.c.id.desc())).mappings())


def change_key(connection: Connection, before: str, after: str) -> None:
    """Lead everything that is kept under one key to another one; the one before opens nothing any more."""
    for kept in (partner_request, partner_response):
        connection.execute(update(kept).where(kept.c.party_key == before).values(party_key=after))


def add_response(connection: Connection, one: PartnerResponse) -> None:
    """Write new answers."""
    connection.execute(insert(partner_response).values(_values(one)))


def save_response(connection: Connection, before: PartnerResponse, after: PartnerResponse) -> None:
    """Write the next revision of answers that were not handed in before.

    Raises:
        WrongMoment: somebody has changed them since `before` was read, or handed them in.
    """
    place = (
        partner_response.c.id == before.id,
        partner_response.c.revision == before.revision,
        partner_response.c.sealed.is_(None),
    )
    if connection.execute(update(partner_response).where(*place).values(_values(after))).rowcount != 1:
        raise WrongMoment("These answers have changed since you opened them. Look at them again.")


def drop_drafts(connection: Connection, before: datetime) -> int:
    """Return how many answers were dropped that nobody has handed in or changed since a moment."""
    old = (partner_response.c.sealed.is_(None), partner_response.c.changed < before)
    return connection.execute(delete(partner_response).where(*old)).rowcount


def responses(connection: Connection, key: str) -> tuple[PartnerResponse, ...]:
    """Return all answers of the side that holds a key, the newest first."""
    theirs = select(*_RESPONSE).where(partner_response.c.party_key == key).order_by(partner_response.c.id.desc())
    return tuple(_response(row) for row in connection.execute(theirs).mappings())


def add_consent(connection: Connection, one: Consent) -> None:
    """Write a new consent."""
    connection.execute(insert(consent).values(msgspec.structs.asdict(one)))


def consents(connection: Connection, key: str) -> tuple[Consent, ...]:
    """Return every consent of the side that holds a key, the newest first."""
    rows = connection.execute(
        select(*_CONSENT)
        .join(partner_response, consent.c.partner_response == partner_response.c.id)
        .where(partner_response.c.party_key == key)
        .order_by(consent.c.given.desc(), consent.c.id.desc())
    )
    return tuple(_consent(row) for row in rows.mappings())


def withdraw_consents(connection: Connection, found: Iterable[Consent], now: datetime) -> None:
    """Take back consents."""
    those = [one.id for one in found if one.withdrawn is None]
    connection.execute(update(consent).where(consent.c.id.in_(those)).values(withdrawn=now))


def shared_with(connection: Connection, organisation: str, on: date, party: str = "") -> dict[str, Seen]:
    """Return what a buyer sees of the answers given over links, by party; one that shares nothing is left out.

    Args:
        connection: a reading one.
        organisation: the buyer.
        on: the day on which it looks.
        party: of its register; "" for all.
    """
    query = (
        select(
            partner_request.c.party,
            partner_response.c.sealed,
            partner_response.c.profile,
            *(column.label(f"consent_{column.name}") for column in _CONSENT),
        )
        .join(partner_response, partner_response.c.party_key == partner_request.c.party_key)
        .join(consent, consent.c.partner_response == partner_response.c.id)
        .where(partner_request.c.organisation == organisation, consent.c.organisation == organisation)
        .order_by(consent.c.given, consent.c.id)
    )
    if party:
        query = query.where(partner_request.c.party == party)
    newest = {row["party"]: row for row in connection.execute(query).mappings()}
    return {name: _seen(row, on) for name, row in newest.items()}


def _seen(row: RowMapping, on: date) -> Seen:
    given = _consent({name: row[f"consent_{name}"] for name in Consent.__struct_fields__})
    return seen(given, row["sealed"], _told(row["profile"]), on)


def _values(one: PartnerResponse) -> dict[str, object]:
    plain = {name: getattr(one, name) for name in _PLAIN}
    profile = None if one.told is None else msgspec.json.encode(one.told)
    return plain | {"document": msgspec.json.encode(one.sheet), "profile": profile}


def _told(profile: bytes | None) -> Told | None:
    return None if profile is None else msgspec.json.decode(profile, type=Told)


def _request(row: RowMapping) -> PartnerRequest:
    return msgspec.convert({name: row[name] for name in PartnerRequest.__struct_fields__}, PartnerRequest)


def _response(row: RowMapping) -> PartnerResponse:
    sheet = msgspec.json.decode(row["document"], type=Sheet)
    return PartnerResponse(sheet=sheet, told=_told(row["profile"]), **{name: row[name] for name in _PLAIN})


def _consent(row: RowMapping | dict[str, object]) -> Consent:
    return msgspec.convert({name: row[name] for name in Consent.__struct_fields__}, Consent)
