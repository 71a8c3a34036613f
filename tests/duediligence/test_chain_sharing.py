"""A partner with an account shares an assessment of its own: what the buyer sees of it, and what never happens."""

from datetime import timedelta

import msgspec
import pytest

from duediligence import key as keys
from duediligence.chain.exposure import Look
from duediligence.chain.party import About, Terms
from duediligence.chain.request import Channel, Granted, Origin, Standing, What
from duediligence.chain.sharing import told_of_assessment
from duediligence.engagement import Stage
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.organisation import Role
from duediligence.review import Label
from duediligence.store import engagement as engagements
from duediligence.store import partner_shown
from duediligence.workflow import asking, chain, chain_merging, handing_in, looking_through, own_sharing, reviewing
from duediligence.workflow.asking import Wanted
from duediligence.workflow.partner_sharing import Sharing
from tests.stages import Parties, parties
from tests.world import World, world

YEAR = Sharing(What.ANSWERS, 12)


class Buyer:
    """A firm that buys from one partner, and has asked it."""

    def __init__(self, made: World) -> None:
        self.world = made
        self.firm = made.organisation(name="Ak Ýol")
        self.lead = made.somebody((self.firm, Role.COMPANY_LEAD))
        self.party = self.add("Ak Pagta")

    def add(self, name: str) -> str:
        with self.world.work(self.lead) as work:
            party = chain.add(work, self.firm, About(name=name)).id
            chain.link(work, party, None, Terms(share_of_spend=40))
            return party

    def ask(self, **more: object) -> str:
        key = keys.read_or_make(self.world.settings.key_path())
        with self.world.work(self.lead) as work:
            wanted = Wanted(**{"party": self.party, "channel": Channel.LINK, "language": "en"} | more)
            return asking.invite(work, key, wanted).link.removeprefix("/partner/")

    def asked(self):
        with self.world.work(self.lead) as work:
            return asking.asking(work, self.party)

    def reached(self, indicator: str):
        with self.world.work(self.lead) as work:
            _, look, _ = looking_through.look(work, self.firm)
        return look.reached(indicator)

    def entry(self):
        with self.world.work(self.lead) as work:
            return chain.entry(work, self.party).party


@pytest.fixture
def made(db, settings) -> World:
    return world(db, settings)


@pytest.fixture
def buyer(made) -> Buyer:
    return Buyer(made)


@pytest.fixture
def partner(made) -> Parties:
    return parties(made)


def offered(partner: Parties, engagement: str):
    with partner.here.work(partner.lead) as work:
        return own_sharing.offer(work, engagement)


def share(partner: Parties, place: str, engagement: str, sharing: Sharing = YEAR, who=None):
    digest = offered(partner, engagement).told.digest
    with partner.here.work(who or partner.lead) as work:
        return own_sharing.share(work, place, engagement, sharing, digest)


def take_back(partner: Parties, identifier: str):
    with partner.here.work(partner.lead) as work:
        return own_sharing.take_back(work, identifier)


def test_a_buyer_sees_what_the_partner_has_seen_before_and_whose_word_it_is(buyer, partner):
    engagement = partner.at(Stage.SUBMITTED)
    before = offered(partner, engagement).told
    share(partner, buyer.ask(), engagement)
    seen = buyer.asked().seen
    assert seen.told == before
    assert (seen.origin, seen.told.label) == (Origin.ASSESSMENT, Label.SELF_DECLARED)


def test_the_copy_that_is_shared_is_the_one_that_was_sealed(buyer, partner):
    engagement = partner.at(Stage.SUBMITTED)
    given = share(partner, buyer.ask(), engagement)
    with partner.here.work(partner.lead) as work:
        assert engagements.last_seal(work.connection, engagement).digest == given.digest


def test_answers_given_in_confidence_never_reach_the_buyer(buyer, partner):
    engagement = partner.at(Stage.SUBMITTED, "cotton_farm_mary")
    with partner.here.work(partner.lead) as work:
        whole = handing_in.result(work, engagement).assessment
    share(partner, buyer.ask(), engagement)
    told = buyer.asked().seen.told
    confided = {name for name in whole.response.answers if name.startswith("sif.")}
    assert confided
    assert confided.isdisjoint(told.answers)
    assert {one.level for one in told.indicators if one.indicator == "SIF"} <= {
        "declared",
        "not_declared",
        "not_answered",
    }
    assert all(not answer.comment and not answer.evidence for answer in told.answers.values())


def test_no_more_is_seen_than_the_consent_names(buyer, partner):
    share(partner, buyer.ask(), partner.at(Stage.SUBMITTED), Sharing(What.NUMBERS, 3))
    told = buyer.asked().seen.told
    assert (told.indicators, told.answers, told.notices) == ((), {}, ())


def test_the_entry_of_the_buyer_is_the_partner_by_its_consent_alone(buyer, partner):
    assert buyer.entry().partner is None
    given = share(partner, buyer.ask(), partner.at(Stage.SUBMITTED))
    assert buyer.entry().partner == partner.firm
    take_back(partner, given.id)
    assert buyer.entry().partner is None


def test_a_change_of_the_entry_leaves_the_partner_where_it_is(buyer, partner):
    before = buyer.entry()
    share(partner, buyer.ask(), partner.at(Stage.SUBMITTED))
    with buyer.world.work(buyer.lead) as work:
        chain.change(work, buyer.party, About(name="Ak Pagta 2"), before.revision)
    assert buyer.entry().partner == partner.firm


def test_a_sign_in_it_raises_the_exposure_and_vanishes_when_it_is_taken_back(buyer, partner):
    engagement = partner.at(Stage.SUBMITTED, "cotton_farm_mary")
    signs = [
        one.indicator for one in offered(partner, engagement).told.indicators if one.level in ("moderate", "strong")
    ]
    nothing = buyer.reached(signs[0])
    given = share(partner, buyer.ask(), engagement)
    assert buyer.reached(signs[0]).low > nothing.low
    assert buyer.reached(signs[0]).worst_path == ("", buyer.party)
    take_back(partner, given.id)
    assert buyer.reached(signs[0]) == nothing


def test_what_nobody_else_has_looked_at_lowers_nothing(buyer, partner):
    every = [one.indicator for one in offered(partner, partner.at(Stage.SUBMITTED)).told.indicators]
    before = {one: buyer.reached(one).high for one in every}
    share(partner, buyer.ask(), partner.at(Stage.SUBMITTED))
    assert {one: buyer.reached(one).high for one in every} == pytest.approx(before)


def test_papers_that_were_reviewed_lower_nothing_either(buyer, partner):
    engagement = partner.at(Stage.CONCLUDED)
    told = offered(partner, engagement).told
    assert told.looked.bodies == ("Reviewing body",)
    assert not any(one.settled for one in told.indicators)


def test_labour_imposed_by_the_state_counts_as_the_weakest_sign_once_it_is_declared(buyer, partner):
    engagement = partner.at(Stage.SUBMITTED, "cotton_farm_mary")
    level = next(one.level for one in offered(partner, engagement).told.indicators if one.indicator == "SIF")
    assert level == "declared"
    share(partner, buyer.ask(), engagement)
    assert buyer.reached("SIF").worst == "weak"


def test_a_withdrawn_assessment_shows_nothing_any_more(buyer, partner):
    engagement = partner.at(Stage.SUBMITTED)
    share(partner, buyer.ask(), engagement)
    with partner.here.work(partner.lead_auditor) as work:
        reviewing.withdraw(work, engagement, "The period was given wrongly.")
    seen = buyer.asked().seen
    assert (seen.granted, seen.told) == (Granted.GONE, None)


def test_what_comes_later_is_not_shared_by_an_earlier_consent(buyer, partner):
    engagement = partner.at(Stage.SUBMITTED)
    share(partner, buyer.ask(), engagement)
    before = buyer.asked().seen
    partner.reviewed(engagement)
    partner.concluded(engagement)
    after = buyer.asked().seen
    assert (before.newer, after.newer) == (False, True)
    assert after.told == before.told


def test_a_consent_ends_on_its_day(buyer, partner):
    share(partner, buyer.ask(), partner.at(Stage.SUBMITTED), Sharing(What.ANSWERS, 3))
    buyer.world.now += timedelta(days=93)
    assert buyer.asked().seen.granted is Granted.ENDED
    assert buyer.asked().seen.told is None


def test_the_morning_after_its_day_the_entry_names_no_organisation_any_more(buyer, partner):
    share(partner, buyer.ask(), partner.at(Stage.SUBMITTED), Sharing(What.ANSWERS, 3))
    for days, named in ((92, partner.firm), (1, None)):
        buyer.world.now += timedelta(days=days)
        with buyer.world.work(buyer.lead) as work:
            partner_shown.forget_partners(work.connection, work.day)
        assert buyer.entry().partner == named


def test_a_request_is_answered_by_it_and_cannot_be_answered_twice(buyer, partner):
    secret, engagement = buyer.ask(), partner.at(Stage.SUBMITTED)
    share(partner, secret, engagement)
    assert buyer.asked().requests[0].standing is Standing.ANSWERED
    with pytest.raises(WrongMoment):
        share(partner, secret, engagement)


def test_a_newer_consent_takes_the_place_of_the_one_before(buyer, partner):
    engagement = partner.at(Stage.SUBMITTED)
    first = share(partner, buyer.ask(), engagement)
    share(partner, buyer.ask(), engagement, Sharing(What.NUMBERS, 3))
    assert buyer.asked().seen.what is What.NUMBERS
    with partner.here.work(partner.lead) as work:
        stands = {one.share.id: one.share.withdrawn for one in own_sharing.given(work)}
    assert stands[first.id]


@pytest.mark.parametrize("stage", [Stage.ANSWERING, Stage.WITHDRAWN])
def test_only_what_was_handed_in_and_stands_can_be_shared(partner, stage):
    engagement = partner.at(stage)
    with pytest.raises(WrongMoment):
        offered(partner, engagement)


def test_a_consent_is_to_what_was_looked_at_and_to_nothing_else(buyer, partner):
    secret, engagement = buyer.ask(), partner.at(Stage.SUBMITTED)
    with partner.here.work(partner.lead) as work, pytest.raises(WrongMoment):
        own_sharing.share(work, secret, engagement, YEAR, "0" * 64)


@pytest.mark.parametrize("sharing", [Sharing(None, 12), Sharing(What.NUMBERS, 0)])
def test_how_much_and_how_long_must_be_said(buyer, partner, sharing):
    with pytest.raises(Unfit):
        share(partner, buyer.ask(), partner.at(Stage.SUBMITTED), sharing)


@pytest.mark.parametrize("role", [Role.RESPONDENT, Role.WORKER_REPRESENTATIVE])
def test_nobody_shares_without_the_right_to_hand_the_copy_out(buyer, partner, role):
    somebody = partner.here.somebody((partner.firm, role))
    with pytest.raises(NotAllowed):
        share(partner, buyer.ask(), partner.at(Stage.SUBMITTED), who=somebody)


def test_nobody_shares_the_assessment_of_another_firm(buyer, partner):
    stranger = partner.here.somebody((partner.here.organisation(), Role.COMPANY_LEAD))
    with pytest.raises(NotFound):
        share(partner, buyer.ask(), partner.at(Stage.SUBMITTED), who=stranger)


def test_whoever_works_for_the_buyer_too_does_not_answer_it(buyer, partner):
    both = partner.here.somebody((partner.firm, Role.COMPANY_LEAD), (buyer.firm, Role.RESPONDENT))
    with pytest.raises(NotAllowed):
        share(partner, buyer.ask(), partner.at(Stage.SUBMITTED), who=both)


def test_a_request_by_mail_waits_for_whoever_reads_that_address(buyer, partner):
    with partner.here.work(partner.lead) as work:
        address = own_sharing.people.load(work.connection, partner.lead.person).email
    buyer.ask(channel=Channel.MAIL, email=address)
    with partner.here.work(partner.lead) as work:
        found = own_sharing.calls(work)
    assert [one.buyer.id for one in found] == [buyer.firm]
    share(partner, found[0].request.id, partner.at(Stage.SUBMITTED))
    assert buyer.asked().seen.origin is Origin.ASSESSMENT


def test_a_request_sent_to_somebody_else_is_not_found_by_its_id(buyer, partner):
    buyer.ask(channel=Channel.MAIL, email="office@partner.example")
    identifier = buyer.asked().requests[0].request.id
    with partner.here.work(partner.lead) as work, pytest.raises(NotFound):
        own_sharing.call(work, identifier)


def test_what_was_asked_and_shared_moves_with_a_merge_and_comes_back_with_the_split(buyer, partner):
    share(partner, buyer.ask(), partner.at(Stage.SUBMITTED))
    gone, buyer.party = buyer.party, buyer.add("Ak Pagta HJ")
    with buyer.world.work(buyer.lead) as work:
        merge = chain_merging.merge(work, buyer.party, gone)
    assert buyer.asked().seen.origin is Origin.ASSESSMENT
    assert buyer.entry().partner == partner.firm
    with buyer.world.work(buyer.lead) as work:
        chain_merging.split(work, merge.id)
    assert (buyer.asked().requests, buyer.asked().seen, buyer.entry().partner) == ((), None, None)
    buyer.party = gone
    assert buyer.asked().seen.origin is Origin.ASSESSMENT


def test_the_graver_word_counts_where_a_partner_has_answered_twice(buyer, partner):
    grave = partner.at(Stage.SUBMITTED, "cotton_farm_mary")
    told = {one.indicator: one.level for one in offered(partner, grave).told.indicators}
    sign = next(one for one, level in told.items() if level == "strong")
    share(partner, buyer.ask(), grave)
    other = parties(partner.here)
    share(other, buyer.ask(), other.at(Stage.SUBMITTED, "greenhouse_ahal"))
    levels = {one.indicator: one.level for one in buyer.asked().seen.told.indicators}
    assert levels[sign] == "strong"


def test_a_visit_in_which_workers_were_heard_settles_what_rests_on_answers_that_travel(partner, buyer):
    engagement = partner.at(Stage.CONCLUDED)
    with partner.here.work(partner.lead) as work:
        assessment = handing_in.result(work, engagement).assessment
    reviewer = msgspec.structs.replace(assessment.review.reviewer, state_body=False)
    review = msgspec.structs.replace(
        assessment.review, label=Label.SITE_CHECKED, announced=False, workers_heard=12, reviewer=reviewer
    )
    told = told_of_assessment(msgspec.structs.replace(assessment, review=review))
    settled = {one.indicator for one in told.indicators if one.settled}
    assert "DEB" in settled
    assert "SIF" not in settled
    of_the_state = msgspec.structs.replace(review, reviewer=assessment.review.reviewer)
    told = told_of_assessment(msgspec.structs.replace(assessment, review=of_the_state))
    assert not any(one.settled for one in told.indicators)


def test_a_settled_place_narrows_the_interval(buyer, partner):
    with buyer.world.work(buyer.lead) as work:
        register = looking_through.register(work, buyer.firm)
    share(partner, buyer.ask(), partner.at(Stage.SUBMITTED))
    seen = buyer.asked().seen
    told = msgspec.structs.replace(
        seen.told,
        indicators=tuple(msgspec.structs.replace(one, highest=one.level, settled=True) for one in seen.told.indicators),
    )
    settled = register._replace(seen={buyer.party: msgspec.structs.replace(seen, told=told)})
    open_still = register._replace(seen={buyer.party: seen})
    with buyer.world.work(buyer.lead) as work:
        assert Look(settled, work.day).reached("DEB").high < Look(open_still, work.day).reached("DEB").high
