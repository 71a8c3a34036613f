"""A partner has lost its code: a new one goes to the address of the request, and to no other.

It goes there only where whoever began has agreed to it: the buyer has written that
address, and must not come by the answers in this way. The letter leads to a page
that makes the new code when it is asked to, so that nothing changes before somebody
has read the letter. The old code opens nothing from then on.
"""

from datetime import timedelta

import msgspec

from duediligence import mail
from duediligence.access import Step
from duediligence.accounts import token
from duediligence.chain.request import PartnerRequest
from duediligence.errors import NotAllowed, NotFound
from duediligence.key import Key
from duediligence.store import organisation as organisations
from duediligence.store import partner_request as store
from duediligence.workflow.partner_answering import Begun
from duediligence.workflow.partner_door import Door, door, key_of
from duediligence.workflow.work import ASHGABAT, Work

STANDS = timedelta(days=1)
"""How long the letter leads to a new code."""

_PURPOSE = "partner code"


class Renewal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the letter proves: somebody reads the mailbox of a request."""

    request: str
    key: str  # under which the answers were kept when the letter went


def renewable(found: Door) -> bool:
    """Return whether a new code may be sent for what was begun behind a link."""
    one = found.request
    return bool(one.email and one.party_key and one.recovery) and not found.of_buyer


def send(work: Work, key: Key, secret: str) -> None:
    """Have a letter that leads to a new code sent to the address of a request; one an hour at most.

    Raises:
        NotFound: there is no such link.
        NotAllowed: whoever began has not agreed to it.
    """
    found = door(work, secret, "")
    one = found.request
    if not renewable(found) or one.email is None or one.party_key is None:
        raise NotAllowed("No new code can be sent for these answers.")
    ends = work.now + STANDS
    note = token.note(key, _PURPOSE, Renewal(one.id, one.party_key), ends)
    letter = mail.Letter(
        subject=mail.Subject.PARTNER_CODE,
        to=one.email,
        language=one.language,
        link=f"/partner/renew/{note}",
        organisation=organisations.load(work.connection, one.organisation).name,
        until=ends.astimezone(ASHGABAT).date(),
    )
    mail.post(work.connection, key, letter, f"partner code {one.id} {work.now:%Y%m%d%H}", work.now)
    work.record(Step.PARTNER_ANSWER, one.id, {"done": "send_code"})


def renewal(work: Work, key: Key, note: str) -> PartnerRequest:
    """Return the request for which a letter leads to a new code.

    Raises:
        NotFound: the letter is not ours, has run out, or has served already.
    """
    said = token.read(key, _PURPOSE, note, Renewal, work.now)
    if said is None:
        raise NotFound("This link leads nowhere any more.")
    one = store.load_request(work.connection, said.request)
    if one.party_key != said.key:
        raise NotFound("This link has served already.")
    return one


def renew(work: Work, key: Key, note: str) -> Begun:
    """Return a new code for everything that was kept under the old one.

    Raises:
        NotFound: the letter is not ours, has run out, or has served already.
    """
    one = renewal(work, key, note)
    code = token.code()
    fresh = key_of(code)
    store.change_key(work.connection, one.party_key or "", fresh)
    work.record(Step.PARTNER_ANSWER, one.id, {"done": "new_code"})
    return Begun(fresh, code, store.responses(work.connection, fresh)[0])
