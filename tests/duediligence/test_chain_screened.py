"""A firm screens a partner: steps, a price, a decision by two people, and the day on which it looks again."""

from datetime import date, timedelta

import msgspec
import pytest

from duediligence import reminder
from duediligence.access import Actor
from duediligence.chain.screening import Happened, Imposed, Mark, Proposal, Risk
from duediligence.chain.screening_file import ScreeningFile, Stage
from duediligence.chain.screening_steps import Outcome, Phase, StepState, Trigger, steps
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.organisation import Role
from duediligence.workflow import partner_screening
from duediligence.workflow.partner_screening import Screened
from risk_models.labour_cost import Bid, Cover
from tests.duediligence.test_chain_asking import Buyer, Partner
from tests.world import World, world

REASON = "The papers agree."


class Here(Buyer):
    """A firm that screens the one partner in its register."""

    def __init__(self, made: World) -> None:
        super().__init__(made)
        self.respondent = made.somebody((self.firm, Role.RESPONDENT))

    def begin(self, risk: Risk = Risk.HIGH) -> ScreeningFile:
        with self.world.work(self.respondent) as work:
            return partner_screening.begin(work, self.party, risk)

    def screened(self, actor: Actor | None = None) -> Screened:
        with self.world.work(actor or self.lead) as work:
            return partner_screening.screened(work, self.party)

    def mark(self, one: ScreeningFile, step: str, state: StepState = StepState.DONE, **more: object) -> ScreeningFile:
        made = Mark(step=step, state=state, proof="Paper 12 of 3 May", reason="No answer", by="", on=self.day, **more)
        with self.world.work(self.respondent) as work:
            return partner_screening.mark(work, one.id, one.revision, made)

    def looked_at(self) -> ScreeningFile:
        one = self.begin()
        for step in steps().values():
            if step.phase is Phase.LOOKING:
                one = self.mark(one, step.id)
        return one

    def propose(self, one: ScreeningFile, actor: Actor | None = None, **more: object) -> ScreeningFile:
        proposal = Proposal(**{"outcome": Outcome.GO, "reason": REASON, "by": "", "on": self.day} | more)
        with self.world.work(actor or self.respondent) as work:
            return partner_screening.propose(work, one.id, one.revision, proposal)

    def confirm(self, one: ScreeningFile, actor: Actor | None = None, *, agrees: bool = True) -> ScreeningFile:
        with self.world.work(actor or self.lead) as work:
            return partner_screening.confirm(work, one.id, one.revision, agrees=agrees, reason=REASON)

    def decided(self) -> ScreeningFile:
        return self.confirm(self.propose(self.looked_at()))

    @property
    def day(self) -> date:
        return self.world.now.date()


@pytest.fixture
def here(db, settings) -> Here:
    return Here(world(db, settings))


def codes(refused: pytest.ExceptionInfo[Unfit]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_partner_is_screened_once_at_a_time(here):
    here.begin()
    with pytest.raises(Unfit) as refused:
        here.begin()
    assert codes(refused) == ["SCREENING_OPEN_ALREADY"]


def test_a_mark_says_who_made_it_and_when(here):
    here.mark(here.begin(), "identity")
    made = here.screened().current.content.screening.marks[0]
    assert (made.by, made.on) == (here.respondent.person, here.day)


def test_a_mark_without_proof_is_refused(here):
    one = here.begin()
    bare = Mark(step="identity", state=StepState.DONE, by="", on=here.day)
    with here.world.work(here.lead) as work, pytest.raises(Unfit) as refused:
        partner_screening.mark(work, one.id, one.revision, bare)
    assert codes(refused) == ["SCREENING_PROOF_MISSING"]


def test_what_somebody_else_has_changed_since_is_not_overwritten(here):
    one = here.begin()
    here.mark(one, "identity")
    with pytest.raises(WrongMoment):
        here.mark(one, "registers")


def test_two_people_decide(here):
    one = here.decided()
    assert one.stage is Stage.DECIDED
    assert one.content.screening.decision.proposal.by != one.content.screening.decision.second.by


def test_nobody_confirms_what_they_have_proposed(here):
    one = here.propose(here.looked_at(), here.lead)
    with pytest.raises(Unfit) as refused:
        here.confirm(one, here.lead)
    assert codes(refused) == ["SCREENING_SAME_PERSON"]


def test_only_who_leads_the_firm_confirms(here):
    one = here.propose(here.looked_at(), here.lead)
    with pytest.raises(NotAllowed):
        here.confirm(one, here.respondent)


def test_a_disagreement_stays_on_file_and_decides_nothing(here):
    one = here.confirm(here.propose(here.looked_at()), agrees=False)
    assert one.stage is Stage.OPEN
    assert len(one.content.screening.attempts) == 1


def test_a_step_that_was_not_possible_calls_for_its_condition(here):
    one = here.mark(here.looked_at(), "site", StepState.NOT_POSSIBLE)
    with pytest.raises(Unfit) as refused:
        here.propose(one)
    assert codes(refused) == ["SCREENING_CONDITION_LEFT_OUT"]
    proposed = here.propose(one, outcome=Outcome.CONDITIONS, conditions=(Imposed(condition="site_seen"),))
    assert proposed.stage is Stage.PROPOSED


@pytest.mark.parametrize(("risk", "months"), [(Risk.HIGH, 12), (Risk.OTHER, 24)])
def test_a_decision_sets_the_day_of_the_next_look(here, risk, months):
    one = here.begin(risk)
    for step in steps().values():
        if step.phase is Phase.LOOKING:
            one = here.mark(one, step.id)
    one = here.confirm(here.propose(one))
    assert one.rescreen_on == date(here.day.year + months // 12, here.day.month, here.day.day)
    with here.world.work(here.lead) as work:
        assert [due.on for due in partner_screening.due(work, here.firm)] == [one.rescreen_on]


def test_a_new_screening_takes_the_day_of_the_one_before(here):
    here.decided()
    here.begin()
    with here.world.work(here.lead) as work:
        assert partner_screening.due(work, here.firm) == ()


def test_leads_are_reminded_before_the_day_and_of_nothing_else(here):
    here.decided()
    here.world.now += timedelta(days=360)
    with here.world.work(here.lead) as work:
        found = reminder.due_reminders(work.connection, work.now)
    assert [one.letter.link for one in found] == [f"/chain/parties/{here.party}"]
    assert "Ak Pagta" not in msgspec.json.encode(found).decode()


def test_an_event_calls_for_a_look_from_today_on(here):
    one = here.decided()
    with here.world.work(here.respondent) as work:
        found = partner_screening.note(work, one.id, one.revision, Happened(incident=True), "A fire in the housing")
    assert found == (Trigger.INCIDENT,)
    assert here.screened().current.rescreen_on == here.day


def test_a_price_that_fell_a_little_calls_for_nothing(here):
    one = here.decided()
    with here.world.work(here.respondent) as work:
        fell = Happened(price_before=100, price_now=90)
        assert partner_screening.note(work, one.id, one.revision, fell, "") == ()
    assert here.screened().current.content.noted == ()


def test_a_price_is_tested_and_what_came_of_it_is_kept(here):
    one = here.begin()
    with here.world.work(here.respondent) as work:
        bid = Bid(price=100, labour=())
        after = partner_screening.try_price(work, one.id, one.revision, bid)
    assert after.content.tests[0].result.cover is Cover.OPEN


def test_a_decision_keeps_a_digest_and_a_band_of_numbers_that_are_taken_back(here):
    partner = Partner(here.world)
    partner.answered(here.ask())
    digest = here.sees().told.digest
    here.decided()
    partner.change(here, None)
    found = here.screened()
    assert found.seen.told is None
    assert msgspec.structs.asdict(found.current.content.carried).keys() == {"digest", "band", "answered"}
    assert found.current.content.carried.digest == digest


def test_a_decision_without_shared_numbers_keeps_none(here):
    assert here.decided().content.carried is None


def test_another_firm_finds_no_screening(here):
    one = here.begin()
    stranger = here.world.somebody((here.world.organisation(), Role.COMPANY_LEAD))
    with pytest.raises(NotFound):
        here.screened(stranger)
    with pytest.raises(NotFound):
        here.propose(one, stranger)


def test_an_exporter_sees_a_screening_and_works_on_none(here):
    one = here.begin()
    exporter = here.world.somebody((here.firm, Role.EXPORTER))
    assert here.screened(exporter).current == one
    with pytest.raises(NotAllowed):
        here.propose(one, exporter)
