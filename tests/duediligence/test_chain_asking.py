"""A partner is asked, answers over a link, and decides who sees what: the steps, and what must never happen."""

from datetime import timedelta

import msgspec
import pytest

from duediligence import key as keys
from duediligence import ledger
from duediligence.access import Step
from duediligence.accounts import token
from duediligence.chain.party import About
from duediligence.chain.request import Channel, Granted, Standing, What, open_questions
from duediligence.database import new_id
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.organisation import Role
from duediligence.store import job as jobs
from duediligence.store import partner_request as store
from duediligence.workflow import asking, chain, partner_answering, partner_door, partner_sharing
from duediligence.workflow.asking import Wanted
from duediligence.workflow.partner_door import NOBODY
from duediligence.workflow.partner_sharing import Sharing
from questionnaires.response import Answer, Missing
from tests.conftest import codebook
from tests.world import World, world

ROLE = "Head of personnel"


class Buyer:
    """A firm with one partner in its register."""

    def __init__(self, made: World, name: str = "Altyn Hasyl") -> None:
        self.world = made
        self.firm = made.organisation(name=name)
        self.lead = made.somebody((self.firm, Role.COMPANY_LEAD))
        self.key = keys.read_or_make(made.settings.key_path())
        with made.work(self.lead) as work:
            self.party = chain.add(work, self.firm, About(name="Ak Pagta")).id

    def ask(self, **more: object) -> str:
        """Return the secret of a new link."""
        with self.world.work(self.lead) as work:
            wanted = Wanted(**{"party": self.party, "channel": Channel.LINK, "language": "en"} | more)
            return asking.invite(work, self.key, wanted).link.removeprefix("/partner/")

    def sees(self):
        with self.world.work(self.lead) as work:
            return asking.asking(work, self.party).seen

    def requests(self):
        with self.world.work(self.lead) as work:
            return asking.asking(work, self.party).requests


class Partner:
    """Somebody who answers over links, with the key of a code."""

    def __init__(self, made: World) -> None:
        self.world = made
        self.key = ""

    def door(self, secret: str):
        with self.world.work(NOBODY) as work:
            return partner_door.door(work, secret, self.key)

    def begin(self, secret: str, **more: bool):
        with self.world.work(NOBODY) as work:
            begun = partner_answering.begin(work, secret, self.key, **more)
        self.key = begun.key
        return begun

    def save(self, secret: str, given: dict[str, Answer], base: int = 0):
        with self.world.work(NOBODY) as work:
            return partner_answering.save(work, partner_answering.draft(work, secret, self.key), given, base)

    def hand_in(self, secret: str, what: What | None = What.ANSWERS, months: int = 12, role: str = ROLE):
        with self.world.work(NOBODY) as work:
            return partner_answering.hand_in(work, secret, self.key, role, Sharing(what, months))

    def answered(self, secret: str, what: What | None = What.ANSWERS, months: int = 12):
        self.begin(secret)
        self.save(secret, {"mov.id_kept": Answer(value="yes", comment="Asked on Monday.")})
        return self.hand_in(secret, what, months)

    def share(self, secret: str, what: What | None, months: int = 12) -> None:
        with self.world.work(NOBODY) as work:
            partner_sharing.share(work, secret, self.key, Sharing(what, months))

    def change(self, buyer: Buyer, what: What | None, months: int = 12) -> None:
        with self.world.work(NOBODY) as work:
            partner_sharing.change_consent(work, self.key, buyer.firm, Sharing(what, months))


@pytest.fixture
def made(db, settings) -> World:
    return world(db, settings)


@pytest.fixture
def buyer(made) -> Buyer:
    return Buyer(made)


@pytest.fixture
def partner(made) -> Partner:
    return Partner(made)


def codes(refused: pytest.ExceptionInfo[Unfit]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_request_is_kept_without_its_secret(buyer):
    secret = buyer.ask()
    with buyer.world.work(buyer.lead) as work:
        kept = work.connection.exec_driver_sql("SELECT * FROM partner_request").all()
    assert secret not in str(kept)
    assert [each.standing for each in buyer.requests()] == [Standing.WAITING]


def test_a_request_by_mail_sends_one_letter_in_the_language_of_the_partner(buyer):
    buyer.ask(channel=Channel.MAIL, email="office@partner.example", language="ru")
    with buyer.world.work(buyer.lead) as work:
        identifier = store.of_party(work.connection, buyer.party)[0].id
        assert jobs.ordered(work.connection, [f"partner {identifier}"])


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"channel": Channel.MAIL}, "EMAIL_UNFIT"),
        ({"channel": Channel.MAIL, "email": "office"}, "REQUEST_ADDRESS_MISSING"),
        ({"form": "no_form"}, "REQUEST_FORM_UNKNOWN"),
        ({"language": "de"}, "REQUEST_LANGUAGE_UNKNOWN"),
    ],
)
def test_what_will_not_do_in_a_request_is_said(buyer, wanted, code):
    with pytest.raises(Unfit) as refused:
        buyer.ask(**wanted)
    assert codes(refused) == [code]


def test_a_link_that_nobody_gave_out_leads_nowhere(partner):
    with pytest.raises(NotFound):
        partner.door("x" * 43)


@pytest.mark.parametrize("days", [60, 61])
def test_a_link_that_has_run_out_says_so(buyer, partner, days):
    secret = buyer.ask()
    buyer.world.now += timedelta(days=days)
    assert partner.door(secret).standing is Standing.EXPIRED
    with pytest.raises(WrongMoment):
        partner.begin(secret)


def test_a_link_that_was_taken_back_says_so(buyer, partner):
    secret = buyer.ask()
    identifier = buyer.requests()[0].request.id
    with buyer.world.work(buyer.lead) as work:
        asking.withdraw(work, identifier)
    assert partner.door(secret).standing is Standing.WITHDRAWN
    with pytest.raises(WrongMoment):
        partner.begin(secret)


def test_a_form_that_is_gone_is_said_to_be(buyer, partner):
    buyer.ask()
    old = msgspec.structs.replace(buyer.requests()[0].request, id=new_id(), form_version="2020.1")
    with buyer.world.work(buyer.lead) as work:
        store.add_request(work.connection, old, token.digest("an old link"))
    assert partner.door("an old link").standing is Standing.FORM_GONE


def test_a_link_alone_opens_no_answer_once_somebody_has_begun(buyer, partner, made):
    secret = buyer.ask()
    partner.begin(secret)
    other = Partner(made)
    assert other.door(secret).locked
    assert other.door(secret).draft is None
    with pytest.raises(NotAllowed):
        other.begin(secret)
    other.key = "0" * 32
    with pytest.raises(NotAllowed):
        other.save(secret, {"mov.id_kept": Answer(value="no")})


def test_the_code_brings_back_what_was_begun(buyer, partner, made):
    secret = buyer.ask()
    code = partner.begin(secret).code
    partner.save(secret, {"mov.id_kept": Answer(missing=Missing.NOT_KNOWN)})
    later = Partner(made)
    with made.work(NOBODY) as work:
        later.key = partner_door.returned(work, f" {code.lower().replace('-', ' ')}")
    assert later.begin(secret).code == ""
    assert later.door(secret).draft.sheet.response.answers == {"mov.id_kept": Answer(missing=Missing.NOT_KNOWN)}


def test_a_code_under_which_nothing_is_kept_is_refused(made):
    with made.work(NOBODY) as work, pytest.raises(Unfit) as refused:
        partner_door.returned(work, "7KQM-R2XD")
    assert codes(refused) == ["CODE_UNKNOWN"]


def test_the_whole_form_is_asked_without_what_may_not_travel(buyer, partner):
    secret = buyer.ask(form="risk_assessment")
    partner.begin(secret)
    book = codebook("risk_assessment", "2026.1")
    hidden = [one.id for one in book.questions if not one.travels]
    assert hidden
    asked = {one.id for one in open_questions(book, partner.door(secret).draft.sheet.response)}
    assert asked.isdisjoint(hidden)
    with pytest.raises(NotFound):
        partner.save(secret, {hidden[0]: Answer(missing=Missing.DECLINED)})


def test_an_answer_changed_on_another_device_is_shown_and_not_overwritten(buyer, partner):
    secret = buyer.ask()
    partner.begin(secret)
    partner.save(secret, {"mov.id_kept": Answer(value="yes")}, 0)
    late = partner.save(secret, {"mov.id_kept": Answer(value="no"), "mov.guarded": Answer(value="no")}, 0)
    assert [clash.question for clash in late.conflicts] == ["mov.id_kept"]
    assert partner.door(secret).draft.sheet.response.answers["mov.id_kept"].value == "yes"


def test_what_does_not_fit_is_said_and_the_rest_is_kept(buyer, partner):
    secret = buyer.ask()
    partner.begin(secret)
    saved = partner.save(
        secret, {"mov.id_kept": Answer(value="purple"), "mov.guarded": Answer(missing=Missing.NOT_KNOWN)}
    )
    assert [one.question for one in saved.problems] == ["mov.id_kept"]
    assert set(partner.door(secret).draft.sheet.response.answers) == {"mov.guarded"}


def test_nothing_is_handed_in_empty_or_by_name(buyer, partner):
    secret = buyer.ask()
    partner.begin(secret)
    with pytest.raises(Unfit) as refused:
        partner.hand_in(secret, What.NUMBERS, months=5, role="")
    assert codes(refused) == ["ROLE_MISSING", "CONSENT_UNTIL_MISSING", "NOTHING_ANSWERED"]


def test_what_was_handed_in_changes_no_more(buyer, partner):
    secret = buyer.ask()
    partner.answered(secret)
    with pytest.raises(WrongMoment):
        partner.save(secret, {"mov.id_kept": Answer(value="no")}, 5)
    assert [each.standing for each in buyer.requests()] == [Standing.ANSWERED]


@pytest.mark.parametrize(
    ("what", "indicators", "answers"),
    [(What.NUMBERS, False, False), (What.INDICATORS, True, False), (What.ANSWERS, True, True)],
)
def test_a_buyer_sees_what_the_consent_names_and_no_more(buyer, partner, what, indicators, answers):
    partner.answered(buyer.ask(), what)
    told = buyer.sees().told
    assert told.band
    assert (bool(told.indicators), bool(told.notices), bool(told.answers)) == (indicators, indicators, answers)


def test_no_remark_reaches_a_buyer(buyer, partner):
    partner.answered(buyer.ask())
    assert "Monday" not in repr(buyer.sees())


def test_what_may_not_travel_never_reaches_a_buyer(buyer, partner):
    secret = buyer.ask(form="risk_assessment")
    partner.answered(secret)
    book = codebook("risk_assessment", "2026.1")
    assert all(book.questions[book.row[name]].travels for name in buyer.sees().told.answers)
    state = next(one for one in buyer.sees().told.indicators if one.indicator == "SIF")
    assert state.level == "not_answered"


def test_nothing_is_seen_where_nothing_is_shared(buyer, partner):
    partner.answered(buyer.ask(), None)
    assert buyer.sees() is None


def test_a_consent_that_was_taken_back_shows_nothing(buyer, partner):
    partner.answered(buyer.ask())
    partner.change(buyer, None)
    seen = buyer.sees()
    assert (seen.granted, seen.told, seen.answered) == (Granted.WITHDRAWN, None, None)


def test_a_consent_that_was_narrowed_shows_the_narrower_part(buyer, partner):
    partner.answered(buyer.ask())
    partner.change(buyer, What.NUMBERS, 3)
    assert buyer.sees().told.indicators == ()
    assert buyer.sees().told.answers == {}


def test_a_consent_that_has_run_out_shows_nothing(buyer, partner):
    partner.answered(buyer.ask(), months=3)
    buyer.world.now += timedelta(days=120)
    assert (buyer.sees().granted, buyer.sees().told) == (Granted.ENDED, None)


def test_another_buyer_sees_nothing_until_it_is_shared_with_it_too(buyer, partner, made):
    second = Buyer(made, "Täze Ýol")
    partner.answered(buyer.ask())
    secret = second.ask()
    assert second.sees() is None
    assert partner.door(secret).handed_in is not None
    partner.share(secret, What.INDICATORS)
    assert second.sees().what is What.INDICATORS
    assert buyer.sees().what is What.ANSWERS


def test_taking_back_from_one_buyer_leaves_the_other(buyer, partner, made):
    second = Buyer(made, "Täze Ýol")
    partner.answered(buyer.ask())
    partner.share(second.ask(), What.NUMBERS)
    partner.change(buyer, None)
    assert second.sees().granted is Granted.RUNS
    assert buyer.sees().granted is Granted.WITHDRAWN


def test_answers_can_be_brought_up_to_date_for_another_buyer(buyer, partner, made):
    partner.answered(buyer.ask())
    secret = Buyer(made, "Täze Ýol").ask()
    begun = partner.begin(secret, update=True)
    assert begun.response.sheet.response.answers["mov.id_kept"].value == "yes"


def test_nothing_is_shared_with_who_never_asked(buyer, partner, made):
    partner.answered(buyer.ask())
    with pytest.raises(NotFound):
        partner.change(Buyer(made, "Täze Ýol"), What.ANSWERS)


def test_another_firm_finds_no_request(buyer, made):
    buyer.ask()
    identifier = buyer.requests()[0].request.id
    stranger = made.somebody((made.organisation(), Role.COMPANY_LEAD))
    with made.work(stranger) as work, pytest.raises(NotFound):
        asking.asking(work, buyer.party)
    with made.work(stranger) as work, pytest.raises(NotFound):
        asking.withdraw(work, identifier)


def test_whoever_only_reads_the_register_asks_nobody(buyer, made):
    exporter = made.somebody((buyer.firm, Role.EXPORTER))
    with made.work(exporter) as work, pytest.raises(NotAllowed):
        asking.invite(work, buyer.key, Wanted(party=buyer.party, channel=Channel.LINK))


def test_the_ledger_tells_each_step_and_nobody_behind_the_partner(buyer, partner):
    partner.answered(buyer.ask())
    partner.change(buyer, None)
    with buyer.world.work(buyer.lead) as work:
        request = store.of_party(work.connection, buyer.party)[0].id
        response = partner_door.held(work, partner.key).responses[0].id
        entries = [
            (one.event, one.by)
            for subject in (buyer.party, request, response)
            for one in ledger.entries(work.connection, subject)
            if one.event.startswith("partner")
        ]
    assert entries == [
        (Step.PARTNER_ASK, buyer.lead.person),
        (Step.PARTNER_ANSWER, ""),
        (Step.PARTNER_ANSWER, ""),
        (Step.PARTNER_SHARE, ""),
        (Step.PARTNER_SHARE, ""),
    ]


def test_what_all_partners_share_is_read_in_one_go(buyer, partner):
    partner.answered(buyer.ask())
    with buyer.world.work(buyer.lead) as work:
        assert set(store.shared_with(work.connection, buyer.firm, work.day)) == {buyer.party}
