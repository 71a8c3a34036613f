"""A firm says which of its programs are told that something changed."""

import msgspec

from duediligence.access import Step, Subject
from duediligence.accounts import token
from duediligence.database import new_id
from duediligence.errors import NotAllowed, Unfit, WrongMoment
from duediligence.key import Key
from duediligence.organisation import Role
from duediligence.store import webhook as store
from duediligence.webhook import Webhook, fits, sealed
from duediligence.words import problem
from duediligence.workflow.work import Work

MOST = 5
"""Addresses of one organisation."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address that is to be called."""

    url: str


class Made(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new address with the secret by which calls are signed; it is shown this once."""

    webhook: Webhook
    secret: str


def webhooks(work: Work, organisation: str) -> tuple[Webhook, ...]:
    """Return the addresses of a firm, the newest first.

    Raises:
        NotFound, NotAllowed: see `register`.
    """
    _allow(work, organisation)
    return store.of_organisation(work.connection, organisation)


def register(work: Work, key: Key, organisation: str, wanted: Wanted) -> Made:
    """Return a new address; whoever leads the firm names it.

    Raises:
        NotFound: see `Work.allow`.
        NotAllowed: the actor does not lead this firm.
        WrongMoment: the firm has as many as it can have.
        Unfit: it is no address that may be called.
    """
    _allow(work, organisation)
    if not fits(wanted.url, private=work.settings.private_webhooks):
        raise Unfit((problem("WEBHOOK_UNFIT", "url"),))
    if store.in_use(work.connection, organisation) >= MOST:
        raise WrongMoment("The firm has as many webhooks as it can have. End one first.")
    one = Webhook(id=new_id(), organisation=organisation, url=wanted.url, created=work.now)
    secret = token.fresh()
    store.add(work.connection, one, sealed(key, one.id, secret.encode()))
    work.record(Step.ORGANISATION_EDIT, organisation, {"webhook": one.id})
    return Made(webhook=one, secret=secret)


def end(work: Work, organisation: str, identifier: str) -> None:
    """Take an address out of use.

    Raises:
        NotFound, NotAllowed: see `register`; or the firm has no such address.
    """
    _allow(work, organisation)
    store.disable(work.connection, organisation, identifier, work.now)
    work.record(Step.ORGANISATION_EDIT, organisation, {"webhook_ended": identifier})


def _allow(work: Work, organisation: str) -> None:
    """Return if the actor leads the firm: an administrator does not say where a firm's programs are."""
    work.allow(Step.ORGANISATION_EDIT, Subject(organisation=organisation))
    leads = [one.organisation for one in work.actor.memberships if one.role is Role.COMPANY_LEAD]
    if organisation not in leads:
        raise NotAllowed("Only whoever leads a firm names its webhooks.")
