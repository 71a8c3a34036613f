"""What stands behind a link that a partner was sent, and what is kept under the partner's key.

The link says who asks. Answers are opened by the party key alone, the digest of a
code that is shown once: whoever made the link must not be able to read what is
answered behind it.
"""

from typing import NamedTuple

import msgspec

from duediligence.access import Actor
from duediligence.accounts import token
from duediligence.chain import request
from duediligence.chain.request import Consent, PartnerRequest, PartnerResponse, Standing
from duediligence.chain.sharing import SentIn
from duediligence.chain.words import unfit
from duediligence.errors import NotAllowed, NotFound, WrongMoment
from duediligence.organisation import Organisation
from duediligence.store import organisation as organisations
from duediligence.store import partner_request as store
from duediligence.store import partner_shown
from duediligence.workflow.work import Work

NOBODY = Actor(person="", name="", language="", memberships=(), second_factor=False)
"""Who takes the steps of a partner: the ledger knows no person behind them."""

_KEY_DIGITS = 32
_OPEN = (Standing.WAITING, Standing.OPENED)


class Door(NamedTuple):
    """What stands behind a link, for whoever holds a key or none."""

    request: PartnerRequest
    standing: Standing
    buyer: Organisation
    mine: bool  # the key opens what was begun here
    draft: PartnerResponse | None  # of the holder of the key, to the form that is asked
    handed_in: PartnerResponse | None  # the newest that the holder of the key has handed in, to that form
    consent: Consent | None  # the newest between the holder of the key and the buyer
    of_buyer: bool  # whoever looks is signed in for the buyer, who never answers in the partner's place
    sent_in: SentIn | None  # a workbook that the buyer has read in meanwhile
    earlier: tuple[PartnerRequest, ...]  # of the same buyer, behind which answers were begun under another code

    @property
    def locked(self) -> bool:
        """Whether somebody has begun here whose code is needed to go on."""
        return self.request.party_key is not None and not self.mine


class Held(NamedTuple):
    """Everything under one key: what was asked by whom, what was answered, who may see it."""

    doors: tuple[Door, ...]
    responses: tuple[PartnerResponse, ...]
    consents: tuple[Consent, ...]


def anonymous(actor: Actor | None) -> Actor:
    """Return who takes the steps of a partner: nobody, with the memberships of whoever is signed in."""
    return NOBODY if actor is None else msgspec.structs.replace(NOBODY, memberships=actor.memberships)


def works_for(work: Work, organisation: str) -> bool:
    """Return whether whoever is signed in belongs to an organisation."""
    return any(member.organisation == organisation for member in work.actor.memberships)


def key_of(code: str) -> str:
    """Return the party key of a code, however it was typed."""
    return token.digest(token.typed(code))[:_KEY_DIGITS]


def returned(work: Work, code: str) -> str:
    """Return the key of a code under which something is kept.

    Raises:
        Unfit: there is nothing under it.
    """
    key = key_of(code)
    if not store.of_key(work.connection, key) and not store.responses(work.connection, key):
        raise unfit("CODE_UNKNOWN", "code")
    return key


def door(work: Work, secret: str, key: str) -> Door:
    """Return what stands behind a link, for the holder of a key or of none.

    Raises:
        NotFound: there is no such link.
    """
    found = store.by_digest(work.connection, token.digest(secret))
    if found is None:
        raise NotFound("There is no such link.")
    return _door(work, found, key)


def held(work: Work, key: str) -> Held:
    """Return everything under a key."""
    requests = store.of_key(work.connection, key)
    return Held(
        doors=tuple(_door(work, one, key) for one in requests),
        responses=store.responses(work.connection, key),
        consents=store.consents(work.connection, key),
    )


def _door(work: Work, one: PartnerRequest, key: str) -> Door:
    buyer = organisations.load(work.connection, one.organisation)
    stands = Standing.WITHDRAWN if buyer.disabled and not one.answered else request.standing(one, work.now)
    own = store.responses(work.connection, key) if key else ()
    fit = [each for each in own if (each.form, each.form_version) == (one.form, one.form_version)]
    theirs = store.consents(work.connection, key) if key else ()
    others = store.of_party(work.connection, one.party) if one.party_key is None else ()
    return Door(
        request=one,
        standing=stands,
        buyer=buyer,
        mine=bool(key) and one.party_key == key,
        draft=next((each for each in fit if not each.sealed), None),
        handed_in=next((each for each in fit if each.sealed), None),
        consent=next((each for each in theirs if each.organisation == one.organisation), None),
        of_buyer=works_for(work, one.organisation),
        sent_in=partner_shown.sent_in_for(work.connection, one.id),
        earlier=tuple(each for each in others if each.party_key and each.party_key != key),
    )


def refuse_closed(found: Door) -> None:
    """Let pass whoever may answer behind a link now.

    Raises:
        NotAllowed: somebody else has begun here, or it is the buyer itself.
        WrongMoment: the request is not open any more.
    """
    if found.of_buyer:
        raise NotAllowed("You are signed in for the firm that asks. Only the partner answers behind this link.")
    if found.locked:
        raise NotAllowed("Somebody has begun here. The code they were given opens it.")
    if found.standing not in _OPEN:
        raise WrongMoment("This request is not open any more.")


def bind(work: Work, one: PartnerRequest, key: str, *, recovery: bool = False) -> PartnerRequest:
    """Return a request that the holder of a key has taken up.

    Args:
        work: of nobody.
        one: the request.
        key: of whoever takes it up.
        recovery: a new code may be sent to the address of the request, where it has one.
    """
    if one.party_key == key:
        return one
    recovery = recovery and one.email is not None
    after = msgspec.structs.replace(one, party_key=key, opened=one.opened or work.now, recovery=recovery)
    store.save_request(work.connection, one, after)
    return after
