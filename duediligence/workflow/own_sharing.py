"""A firm with an account answers a buyer with an assessment of its own, and takes that back.

The request is found behind its link, or because it was sent to the address of
whoever is signed in. What the buyer will see is shown first, and the consent is to
that and to nothing else. No protected answer is in it: it is the copy that travels.
"""

from typing import NamedTuple

import msgspec

from duediligence.access import Step, may
from duediligence.accounts import token
from duediligence.chain import request
from duediligence.chain.request import PartnerRequest, Standing, Told, What
from duediligence.chain.sharing import Share, told_of_assessment
from duediligence.chain.words import unfit
from duediligence.database import new_id
from duediligence.engagement import Engagement, Stage
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.organisation import Organisation
from duediligence.store import engagement as engagements
from duediligence.store import organisation as organisations
from duediligence.store import partner_request as requests
from duediligence.store import partner_shown as store
from duediligence.store import person as people
from duediligence.store.engagement import Listed, Sought
from duediligence.validity import later
from duediligence.workflow.handing_in import kept_last
from duediligence.workflow.partner_sharing import Sharing, faults_of_sharing
from duediligence.workflow.work import Work, subject_of

STAGES = (Stage.SUBMITTED, Stage.IN_REVIEW, Stage.CONCLUDED)
"""Of which assessments a result is sealed and stands."""

_OPEN = (Standing.WAITING, Standing.OPENED)
_MOST = 100


class Call(NamedTuple):
    """A request, as the firm sees it that is asked."""

    request: PartnerRequest
    buyer: Organisation
    standing: Standing
    own_buyer: bool  # whoever looks belongs to the buyer
    begun: bool  # somebody answers behind the link already

    @property
    def open(self) -> bool:
        """Whether it can be answered by an assessment now."""
        return self.standing in _OPEN and not self.own_buyer and not self.begun


class Offer(NamedTuple):
    """An assessment as its buyer would see it."""

    engagement: Engagement
    number: int  # of the sealed result
    told: Told


class Given(NamedTuple):
    """What was shared once, and how that stands."""

    share: Share
    buyer: Organisation
    site: str
    newer: bool  # the assessment has come further since


def call(work: Work, place: str) -> Call:
    """Return the request behind the secret of a link, or of an id where it was sent to the actor's own address.

    Raises:
        NotFound: there is none, or it was sent to somebody else.
    """
    found = requests.by_digest(work.connection, token.digest(place))
    return _call(work, found or _sent_to_actor(work, place))


def calls(work: Work) -> tuple[Call, ...]:
    """Return the open requests that were sent to the address of the actor, the newest first."""
    sent = requests.to_address(work.connection, people.load(work.connection, work.actor.person).email)
    return tuple(one for one in (_call(work, each) for each in sent) if one.open)


def sharable(work: Work) -> tuple[Listed, ...]:
    """Return the assessments that the actor may share, the last changed first."""
    own = _own(work)
    if not own:
        return ()
    sought = Sought(organisations=own, stages=STAGES, handed_in=True)
    return engagements.listed(work.connection, sought, limit=_MOST)


def offer(work: Work, engagement: str) -> Offer:
    """Return an assessment as the copy that travels says it, whole.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: it was not handed in, or was withdrawn.
    """
    one = engagements.load(work.connection, engagement)
    work.allow(Step.ASSESSMENT_SHARE, subject_of(one))
    sealed = engagements.last_seal(work.connection, one.id)
    if one.stage not in STAGES or one.rehearsal or sealed is None:
        raise WrongMoment("Only an assessment that was handed in and not withdrawn can be shared.")
    return Offer(one, sealed.number, told_of_assessment(kept_last(work, one).assessment))


def share(work: Work, place: str, engagement: str, sharing: Sharing, digest: str) -> Share:
    """Return what was agreed: the buyer of a request sees an assessment until a day, instead of answers over the link.

    Args:
        work: of somebody who may hand out the copy that travels.
        place: secret of the link, or id of the request.
        engagement: the assessment.
        sharing: how much, and for how long.
        digest: of the copy that the actor has looked at.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or the actor belongs to the buyer.
        WrongMoment: the request is not open, or the assessment has changed since it was looked at.
        Unfit: it is not said how much or how long.
    """
    found = call(work, place)
    _refuse(found)
    if sharing.what is None:
        raise unfit("CONSENT_WHAT_MISSING", "what")
    if wrong := tuple(faults_of_sharing(sharing)):
        raise Unfit(wrong)
    offered = offer(work, engagement)
    if offered.told.digest != digest:
        raise WrongMoment("This assessment has changed since you looked at it. Look at it again.")
    one = _share(work, found.request, offered, sharing.what, sharing.months)
    for before in store.shares_of(work.connection, (one.organisation,)):
        if before.party == one.party and before.withdrawn is None:
            store.withdraw_share(work.connection, before, work.now)
    store.add_share(work.connection, one)
    after = msgspec.structs.replace(found.request, opened=found.request.opened or work.now, answered=work.now)
    requests.save_request(work.connection, found.request, after)
    facts = {"share": one.id, "buyer": one.buyer, "what": one.what, "months": sharing.months, "digest": one.digest}
    work.record(Step.ASSESSMENT_SHARE, engagement, facts)
    return one


def given(work: Work) -> tuple[Given, ...]:
    """Return everything that the firms of the actor have shared, the newest first."""
    found = store.shares_of(work.connection, _own(work))
    buyers = {one.id: one for one in organisations.load_many(work.connection, [each.buyer for each in found])}
    return tuple(_given(work, one, buyers[one.buyer]) for one in found)


def take_back(work: Work, identifier: str) -> Share:
    """Return what was agreed once, after it was taken back; the buyer sees no more than that.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: it was taken back already.
    """
    one = store.load_share(work.connection, identifier)
    work.allow(Step.ASSESSMENT_SHARE, subject_of(engagements.load(work.connection, one.engagement)))
    store.withdraw_share(work.connection, one, work.now)
    facts = {"share": one.id, "buyer": one.buyer, "done": "withdraw"}
    work.record(Step.ASSESSMENT_SHARE, one.engagement, facts)
    return msgspec.structs.replace(one, withdrawn=work.now)


def _own(work: Work) -> tuple[str, ...]:
    """Return the organisations whose assessments the actor may share."""
    return tuple(
        dict.fromkeys(
            one.organisation
            for one in work.actor.memberships
            if may(msgspec.structs.replace(work.actor, memberships=(one,)), Step.ASSESSMENT_SHARE)
        )
    )


def _sent_to_actor(work: Work, identifier: str) -> PartnerRequest:
    """Return a request that was sent to the address of the actor.

    Raises:
        NotFound: there is none, or it was sent to somebody else.
    """
    found = requests.load_request(work.connection, identifier)
    if not found.email or found.email != people.load(work.connection, work.actor.person).email:
        raise NotFound("There is no such request.")
    return found


def _call(work: Work, one: PartnerRequest) -> Call:
    buyer = organisations.load(work.connection, one.organisation)
    stands = Standing.WITHDRAWN if buyer.disabled and not one.answered else request.standing(one, work.now)
    mine = any(member.organisation == one.organisation for member in work.actor.memberships)
    return Call(one, buyer, stands, own_buyer=mine, begun=one.party_key is not None)


def _refuse(found: Call) -> None:
    if found.own_buyer:
        raise NotAllowed("You belong to the firm that asks. Only the partner answers.")
    if found.begun:
        raise WrongMoment("Answers were begun behind this link. Go on with them, or ask for a new link.")
    if not found.open:
        raise WrongMoment("This request is not open any more.")


def _share(work: Work, asked: PartnerRequest, offered: Offer, what: What, months: int) -> Share:
    return Share(
        id=new_id(),
        engagement=offered.engagement.id,
        organisation=offered.engagement.organisation,
        buyer=asked.organisation,
        party=asked.party,
        request=asked.id,
        number=offered.number,
        digest=offered.told.digest,
        what=what,
        given=work.now,
        until=later(work.day, months),
        by=work.actor.person,
        told=offered.told,
    )


def _given(work: Work, one: Share, buyer: Organisation) -> Given:
    engagement = engagements.load(work.connection, one.engagement)
    sealed = engagements.last_seal(work.connection, one.engagement)
    site = organisations.load_site(work.connection, engagement.site).name
    return Given(one, buyer, site, newer=sealed is not None and sealed.number != one.number)
