"""A buyer reads a partner's workbook in with its consent; a lost code is replaced; the buyer never answers itself."""

from datetime import timedelta

import pytest

from duediligence.accounts import token
from duediligence.chain.party import About
from duediligence.chain.request import FORMS, Channel, Granted, Origin, What
from duediligence.chain.screening import Risk
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.organisation import Role
from duediligence.store import job as jobs
from duediligence.workflow import (
    chain,
    chain_merging,
    partner_answering,
    partner_code,
    partner_door,
    partner_screening,
    partner_sent_in,
    partner_sharing,
)
from duediligence.workflow.partner_code import Renewal
from duediligence.workflow.partner_door import NOBODY, anonymous
from duediligence.workflow.partner_sent_in import Stated
from duediligence.workflow.partner_sharing import Sharing
from questionnaires import catalogue, workbook
from questionnaires.response import Answer, Response
from tests.duediligence.test_chain_asking import Buyer, Partner
from tests.world import World, world


@pytest.fixture
def made(db, settings) -> World:
    return world(db, settings)


@pytest.fixture
def buyer(made) -> Buyer:
    return Buyer(made)


@pytest.fixture
def partner(made) -> Partner:
    return Partner(made)


def filled(form: str = FORMS[0], **answers: Answer) -> bytes:
    given = {name.replace("__", "."): answer for name, answer in answers.items()}
    questionnaire = catalogue.load(form, catalogue.latest(form))
    response = Response(questionnaire=form, version=questionnaire.version, answers=given)
    return workbook.write(questionnaire, "en", response)


WORKBOOK = filled(mov__id_kept=Answer(value="yes"))


def read_in(buyer: Buyer, data: bytes = WORKBOOK, who=None, **more: object):
    request = buyer.requests()[0].request.id
    with buyer.world.work(who or buyer.lead) as work:
        stated = Stated(**{"role": "Director", "on": work.day, "months": 6} | more)
        return partner_sent_in.read_in(work, request, data, stated)


def codes(refused: pytest.ExceptionInfo[Unfit]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_it_is_marked_as_sent_in_with_the_consent_as_the_buyer_states_it(buyer):
    buyer.ask()
    done = read_in(buyer)
    seen = buyer.sees()
    assert done.answers == 1
    assert (seen.origin, seen.consented_by, seen.told.answers["mov.id_kept"].value) == (
        Origin.SENT_IN,
        "Director",
        "yes",
    )


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"role": ""}, "ROLE_MISSING"),
        ({"role": "x" * 121}, "WORDS_TOO_LONG"),
        ({"months": 0}, "CONSENT_UNTIL_MISSING"),
    ],
)
def test_a_consent_is_stated_in_full(buyer, stated, code):
    buyer.ask()
    with pytest.raises(Unfit) as refused:
        read_in(buyer, **stated)
    assert codes(refused) == [code]
    assert buyer.sees() is None


@pytest.mark.parametrize("days", [-1, 1])
def test_a_consent_was_given_between_the_request_and_today(buyer, days):
    buyer.ask()
    with buyer.world.work(buyer.lead) as work:
        day = work.day + timedelta(days=days)
    with pytest.raises(Unfit) as refused:
        read_in(buyer, on=day)
    assert codes(refused) == ["CONSENT_DAY_OUT_OF_RANGE"]


def test_what_is_no_such_workbook_is_refused(buyer):
    buyer.ask()
    for data in (b"", b"PK\x03\x04 no workbook", filled(), filled("risk_assessment", gov__policy=Answer(value="no"))):
        with pytest.raises(Unfit):
            read_in(buyer, data)


def test_nothing_is_read_in_once_the_partner_has_begun_itself(buyer, partner):
    partner.begin(buyer.ask())
    with pytest.raises(WrongMoment):
        read_in(buyer)


def test_what_the_partner_answers_itself_takes_its_place_for_good(buyer, partner):
    secret = buyer.ask()
    read_in(buyer)
    partner.answered(secret, What.NUMBERS)
    assert buyer.sees().origin is Origin.ANSWERS
    partner.change(buyer, None)
    assert buyer.sees().granted is Granted.WITHDRAWN


def test_a_partner_that_answers_and_shares_nothing_is_not_spoken_for(buyer, partner):
    secret = buyer.ask()
    read_in(buyer)
    partner.answered(secret, None)
    assert buyer.sees() is None


def test_the_partner_sees_it_behind_its_link_and_has_it_taken_out(buyer, partner):
    secret = buyer.ask()
    read_in(buyer)
    assert partner.door(secret).sent_in.role == "Director"
    with buyer.world.work(NOBODY) as work:
        partner_sent_in.object_to(work, secret)
    assert buyer.sees() is None
    assert partner.door(secret).sent_in is None


def test_a_second_workbook_takes_the_place_of_the_first(buyer):
    buyer.ask()
    read_in(buyer)
    read_in(buyer, filled(mov__id_kept=Answer(value="no")))
    assert buyer.sees().told.answers["mov.id_kept"].value == "no"


def test_it_is_over_on_its_day(buyer):
    buyer.ask()
    read_in(buyer, months=3)
    buyer.world.now += timedelta(days=93)
    assert (buyer.sees().granted, buyer.sees().told) == (Granted.ENDED, None)


def test_nobody_reads_one_in_for_another_firm_or_without_the_right_to_ask(buyer, made):
    buyer.ask()
    with pytest.raises(NotFound):
        read_in(buyer, who=made.somebody((made.organisation(), Role.COMPANY_LEAD)))
    with pytest.raises(NotAllowed):
        read_in(buyer, who=made.somebody((buyer.firm, Role.EXPORTER)))


class TestBuyersSide:
    """Whoever is signed in for the buyer does not answer in the partner's place."""

    def test_nothing_is_begun_nor_shared_from_there(self, buyer, partner):
        secret = buyer.ask()
        with buyer.world.work(anonymous(buyer.lead)) as work:
            assert partner_door.door(work, secret, "").of_buyer
            with pytest.raises(NotAllowed):
                partner_answering.begin(work, secret, "")
        partner.begin(secret)
        with buyer.world.work(anonymous(buyer.lead)) as work, pytest.raises(NotAllowed):
            partner_answering.draft(work, secret, partner.key)
        partner.answered(buyer.ask())
        with buyer.world.work(anonymous(buyer.lead)) as work, pytest.raises(NotAllowed):
            partner_sharing.change_consent(work, partner.key, buyer.firm, Sharing(What.ANSWERS))

    def test_whoever_is_signed_in_for_another_firm_answers(self, buyer, made):
        somebody = made.somebody((made.organisation(), Role.COMPANY_LEAD))
        secret = buyer.ask()
        with made.work(anonymous(somebody)) as work:
            assert partner_answering.begin(work, secret, "").code


class TestLostCode:
    MAIL = "office@partner.example"

    def begun(self, buyer: Buyer, partner: Partner, *, recovery: bool = True, **more: object) -> str:
        secret = buyer.ask(**{"channel": Channel.MAIL, "email": self.MAIL} | more)
        partner.begin(secret, recovery=recovery)
        return secret

    def note(self, buyer: Buyer, partner: Partner) -> str:
        one = buyer.requests()[0].request
        return token.note(
            buyer.key, "partner code", Renewal(one.id, partner.key), buyer.world.now + partner_code.STANDS
        )

    def send(self, buyer: Buyer, secret: str) -> None:
        with buyer.world.work(NOBODY) as work:
            partner_code.send(work, buyer.key, secret)

    def renew(self, buyer: Buyer, note: str):
        with buyer.world.work(NOBODY) as work:
            return partner_code.renew(work, buyer.key, note)

    def test_the_letter_goes_to_the_address_of_the_request(self, buyer, partner):
        self.send(buyer, self.begun(buyer, partner))
        identifier = buyer.requests()[0].request.id
        with buyer.world.work(buyer.lead) as work:
            assert jobs.ordered(work.connection, [f"partner code {identifier} {buyer.world.now:%Y%m%d%H}"])

    @pytest.mark.parametrize(("recovery", "more"), [(False, {}), (True, {"channel": Channel.LINK, "email": ""})])
    def test_it_goes_nowhere_unless_whoever_began_has_agreed(self, buyer, partner, recovery, more):
        secret = self.begun(buyer, partner, recovery=recovery, **more)
        with pytest.raises(NotAllowed):
            self.send(buyer, secret)

    def test_the_buyer_cannot_have_it_sent(self, buyer, partner):
        secret = self.begun(buyer, partner)
        with buyer.world.work(anonymous(buyer.lead)) as work, pytest.raises(NotAllowed):
            partner_code.send(work, buyer.key, secret)

    def test_the_new_code_opens_the_answers_and_the_old_one_nothing(self, buyer, partner):
        secret = self.begun(buyer, partner)
        partner.save(secret, {"mov.id_kept": Answer(value="yes")})
        old, partner.key = partner.key, self.renew(buyer, self.note(buyer, partner)).key
        assert partner.door(secret).draft.sheet.response.answers["mov.id_kept"].value == "yes"
        partner.key = old
        assert partner.door(secret).draft is None

    def test_what_is_shared_stays_shared_under_the_new_code(self, buyer, partner):
        secret = self.begun(buyer, partner)
        partner.save(secret, {"mov.id_kept": Answer(value="yes")})
        partner.hand_in(secret)
        before = buyer.sees()
        self.renew(buyer, self.note(buyer, partner))
        assert buyer.sees() == before

    def test_a_letter_serves_once_and_for_one_day(self, buyer, partner):
        self.begun(buyer, partner)
        note = self.note(buyer, partner)
        self.renew(buyer, note)
        with pytest.raises(NotFound):
            self.renew(buyer, note)
        other = Partner(buyer.world)
        self.begun(buyer, other)
        late = self.note(buyer, other)
        buyer.world.now += partner_code.STANDS
        with pytest.raises(NotFound):
            self.renew(buyer, late)

    def test_behind_a_new_link_the_answers_under_the_old_code_are_named(self, buyer, partner):
        self.begun(buyer, partner, recovery=False)
        stranger = Partner(buyer.world)
        assert [one.party_key for one in stranger.door(buyer.ask()).earlier] == [partner.key]


def test_screenings_move_with_a_merge_and_come_back_with_the_split(buyer):
    with buyer.world.work(buyer.lead) as work:
        other = chain.add(work, buyer.firm, About(name="Ak Pagta HJ")).id
        partner_screening.begin(work, buyer.party, Risk.HIGH)
        merge = chain_merging.merge(work, other, buyer.party)
        assert partner_screening.screened(work, other).current
        chain_merging.split(work, merge.id)
        assert partner_screening.screened(work, other).current is None
        assert partner_screening.screened(work, buyer.party).current
