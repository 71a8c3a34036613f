"""A partner decides who sees what came of its answers, how much of it, and until when.

There is one consent at a time between a partner and a buyer: a new one takes the
place of the one before, and every one can be taken back on any day.
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from duediligence.access import Step
from duediligence.chain.request import MONTHS, Consent, PartnerResponse, What
from duediligence.chain.words import problem
from duediligence.database import new_id
from duediligence.errors import NotAllowed, NotFound, Unfit
from duediligence.store import partner_request as store
from duediligence.validity import later
from duediligence.workflow.partner_door import Door, bind, door, refuse_closed, works_for
from duediligence.workflow.work import Work
from questionnaires.problem import Problem


class Sharing(NamedTuple):
    """How much is shared, and for how many months; None shares nothing."""

    what: What | None
    months: int = MONTHS[-1]


def share(work: Work, secret: str, key: str, sharing: Sharing) -> None:
    """Share answers that were handed in before with the buyer behind a link.

    Raises:
        NotFound: there is no such link, or nothing was handed in under the key.
        NotAllowed, WrongMoment: as in `begin`.
        Unfit: it is not said how much or how long.
    """
    found = door(work, secret, key)
    refuse_closed(found)
    if not key or found.handed_in is None:
        raise NotFound("Nothing was handed in under this code.")
    wrong = (*faults_of_sharing(sharing), *(() if sharing.what else (problem("CONSENT_WHAT_MISSING", "what"),)))
    if wrong:
        raise Unfit(wrong)
    bound = bind(work, found.request, key)
    answered(work, found._replace(request=bound), found.handed_in, sharing)


def change_consent(work: Work, key: str, buyer: str, sharing: Sharing) -> None:
    """Let a buyer see less, more, shorter or longer; or nothing from now on.

    Raises:
        NotFound: this buyer was never answered under the key.
        NotAllowed: whoever is signed in belongs to this buyer.
        Unfit: it is not said how long.
    """
    if works_for(work, buyer):
        raise NotAllowed("You are signed in for the firm that asks. Only the partner decides what it sees.")
    if wrong := tuple(faults_of_sharing(sharing)):
        raise Unfit(wrong)
    theirs = tuple(one for one in store.consents(work.connection, key) if one.organisation == buyer)
    asked = any(one.organisation == buyer and one.answered for one in store.of_key(work.connection, key))
    sealed = next((one for one in store.responses(work.connection, key) if one.sealed), None)
    shown = next((one.partner_response for one in theirs), sealed.id if sealed else None)
    if not asked or shown is None:
        raise NotFound("Nothing is shared with such a buyer.")
    _consent(work, theirs, buyer, shown, sharing)


def answered(work: Work, found: Door, sealed: PartnerResponse, sharing: Sharing) -> None:
    """Note that a request is answered, and share what was chosen."""
    after = msgspec.structs.replace(found.request, answered=work.now)
    store.save_request(work.connection, found.request, after)
    theirs = tuple(
        one
        for one in store.consents(work.connection, sealed.party_key)
        if one.organisation == found.request.organisation
    )
    _consent(work, theirs, found.request.organisation, sealed.id, sharing)


def _consent(work: Work, earlier: Iterable[Consent], buyer: str, response: str, sharing: Sharing) -> None:
    """Put a consent, or none, in the place of those before."""
    store.withdraw_consents(work.connection, earlier, work.now)
    if sharing.what is not None:
        until = later(work.day, sharing.months)
        one = Consent(
            id=new_id(),
            partner_response=response,
            organisation=buyer,
            what=sharing.what,
            given=work.now,
            until=until,
        )
        store.add_consent(work.connection, one)
    facts = {"buyer": buyer, "what": sharing.what or "nothing", "months": sharing.months if sharing.what else 0}
    work.record(Step.PARTNER_SHARE, response, facts)


def faults_of_sharing(sharing: Sharing) -> Iterable[Problem]:
    """Yield what is missing in a choice of how much is shared."""
    if sharing.what is not None and sharing.months not in MONTHS:
        yield problem("CONSENT_UNTIL_MISSING", "months")
