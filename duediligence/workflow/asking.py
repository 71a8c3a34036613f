"""A buyer asks its partners: sends a request, takes it back, and sees what they agreed to share.

The secret in a link is given out once and kept as a digest. A buyer never learns
more of an answer than a consent that runs today names; another buyer learns nothing.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from duediligence import mail
from duediligence.access import Step, Subject
from duediligence.accounts import token
from duediligence.accounts.invitation import faults_of_email
from duediligence.chain import request
from duediligence.chain.party import Party
from duediligence.chain.request import FORMS, LASTS, Channel, PartnerRequest, Seen, Standing
from duediligence.chain.words import problem
from duediligence.database import new_id
from duediligence.errors import Unfit, WrongMoment
from duediligence.key import Key
from duediligence.store import organisation as organisations
from duediligence.store import partner_request as store
from duediligence.store import partner_shown
from duediligence.workflow import chain, exchange
from duediligence.workflow.work import ASHGABAT, Work
from questionnaires import catalogue
from questionnaires.problem import Problem
from questionnaires.text import LANGUAGES


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to ask, for what, and how it reaches them."""

    party: str
    channel: Channel
    form: str = FORMS[0]
    language: str = LANGUAGES[0]
    email: str = ""  # where the channel is mail


class Issued(NamedTuple):
    """A new request, and the path of its link, which is shown this once."""

    request: PartnerRequest
    link: str


class Asked(NamedTuple):
    """One request, and how it stands."""

    request: PartnerRequest
    standing: Standing


class Asking(NamedTuple):
    """What a party was asked, the newest first, and what it lets the buyer see."""

    party: Party
    requests: tuple[Asked, ...]
    seen: Seen | None  # None where it shares nothing


def asking(work: Work, party: str) -> Asking:
    """Return what a party was asked and what of its answers may be seen.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one = chain.party_of(work, party, Step.CHAIN_SEE)
    requests = tuple(Asked(each, request.standing(each, work.now)) for each in store.of_party(work.connection, party))
    shared = partner_shown.shown_to(work.connection, one.organisation, work.day, party)
    return Asking(one, requests, shared.get(party))


def invite(work: Work, key: Key, wanted: Wanted) -> Issued:
    """Return a new request with its link; where it goes by mail, a letter is on its way.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unfit: the party is out of use, there is no such form or language, or the address is none.
    """
    party = chain.party_of(work, wanted.party, Step.PARTNER_ASK)
    if wrong := tuple(_faults(party, wanted)):
        raise Unfit(wrong)
    one = PartnerRequest(
        id=new_id(),
        organisation=party.organisation,
        party=party.id,
        channel=wanted.channel,
        form=wanted.form,
        form_version=catalogue.latest(wanted.form),
        language=wanted.language,
        email=wanted.email.strip() if wanted.channel is Channel.MAIL else None,
        party_key=None,
        created_by=work.actor.person,
        created=work.now,
        expires=work.now + LASTS,
    )
    secret = token.fresh()
    store.add_request(work.connection, one, token.digest(secret))
    link = f"/partner/{secret}"
    _post(work, key, one, link)
    work.record(Step.PARTNER_ASK, party.id, {"request": one.id, "channel": one.channel, "form": one.form})
    return Issued(one, link)


def withdraw(work: Work, identifier: str) -> PartnerRequest:
    """Return a request after it was taken back; what the partner has begun stays the partner's.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: it was answered, or taken back already.
    """
    before = _mine(work, identifier, Step.PARTNER_ASK)
    if before.answered or before.withdrawn:
        raise WrongMoment("This request was answered or taken back already.")
    after = msgspec.structs.replace(before, withdrawn=work.now)
    store.save_request(work.connection, before, after)
    work.record(Step.PARTNER_ASK, before.party, {"request": identifier, "done": "withdraw"})
    return after


def blank(work: Work, identifier: str, language: str) -> bytes:
    """Return the form of a request as an empty workbook, to be handed to the partner.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: the request is not open any more.
    """
    one = _mine(work, identifier, Step.PARTNER_ASK)
    if request.standing(one, work.now) not in (Standing.WAITING, Standing.OPENED) or one.form != FORMS[0]:
        raise WrongMoment("This request cannot be answered in a workbook any more.")
    return exchange.sheets(catalogue.load(one.form, one.form_version), language)


def _mine(work: Work, identifier: str, step: Step) -> PartnerRequest:
    one = store.load_request(work.connection, identifier)
    work.allow(step, Subject(organisation=one.organisation))
    return one


def _faults(party: Party, wanted: Wanted) -> Iterator[Problem]:
    if party.retired:
        yield problem("PARTY_RETIRED", "party")
    if wanted.form not in FORMS or not request.in_use(wanted.form, catalogue.latest(wanted.form)):
        yield problem("REQUEST_FORM_UNKNOWN", "form")
    if wanted.language not in LANGUAGES:
        yield problem("REQUEST_LANGUAGE_UNKNOWN", "language")
    if wanted.channel is Channel.MAIL:
        found = faults_of_email(wanted.email.strip(), "email")
        yield from found or (() if "@" in wanted.email else (problem("REQUEST_ADDRESS_MISSING", "email"),))


def _post(work: Work, key: Key, one: PartnerRequest, link: str) -> None:
    if not one.email:
        return
    letter = mail.Letter(
        subject=mail.Subject.PARTNER_ASKED,
        to=one.email,
        language=one.language,
        link=link,
        organisation=organisations.load(work.connection, one.organisation).name,
        until=one.expires.astimezone(ASHGABAT).date(),
    )
    mail.post(work.connection, key, letter, f"partner {one.id}", work.now)
