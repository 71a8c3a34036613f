"""Fifteen steps, two people, reasons: and no decision says more than that business is done."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec
import pytest

from duediligence import library
from duediligence.chain.clause import conditions
from duediligence.chain.screening import (
    Happened,
    Imposed,
    Looked,
    Mark,
    Proposal,
    Risk,
    Screening,
    Second,
    called_for,
    clauses,
    confirm,
    latest_marks,
    mark,
    open_screening,
    propose,
    rescreen_on,
    standing,
    triggered,
)
from duediligence.chain.screening_steps import Outcome, Phase, StepState, Trigger, read, steps
from duediligence.chain.wage_question import basis, questions
from duediligence.chain.wage_question import called_for as called_for_by_wages
from questionnaires.problem import Problem
from questionnaires.text import LANGUAGES
from risk_models import labour_cost as labour_cost_module
from risk_models.labour_cost import Basis, Bid, Cover, Labour, LabourCost, Range, exactly, labour_cost
from risk_models.parameter import read_all

DAY = date(2026, 3, 2)
FIRST, OTHER = "purchasing-1", "lawyer-1"
PARAMETERS = read_all()
LOOKING = [step.id for step in steps().values() if step.phase is Phase.LOOKING]
NO = {"why_told": "The papers of the owner could not be seen.", "path": "We look again once they can."}


def taken(looked: Looked) -> Screening:
    assert isinstance(looked, Screening), [one.detail["en"] for one in looked]
    return looked


def refused(looked: Looked) -> list[str]:
    assert not isinstance(looked, Screening)
    return [one.code for one in looked]


def opened(risk: Risk = Risk.OTHER) -> Screening:
    return open_screening("gin-7", risk, by=FIRST, on=DAY)


def done(step: str, **more: object) -> Mark:
    return Mark(step=step, state=StepState.DONE, proof="Seen in the register.", by=FIRST, on=DAY, **more)


def impossible(step: str) -> Mark:
    return Mark(step=step, state=StepState.NOT_POSSIBLE, reason="Nobody let us in.", by=FIRST, on=DAY)


def looked_at(*marks: Mark, risk: Risk = Risk.OTHER) -> Screening:
    """Return a screening with every step of looking done, save as marked."""
    screening = opened(risk)
    said = {one.step: one for one in marks}
    for step in LOOKING:
        screening = taken(mark(screening, said.get(step, done(step))))
    return screening


def proposal(outcome: Outcome = Outcome.GO, **more: object) -> Proposal:
    return Proposal(**{"outcome": outcome, "reason": "The papers agree.", "by": FIRST, "on": DAY} | more)


def second(*, agrees: bool = True, **more: object) -> Second:
    return Second(**{"agrees": agrees, "reason": "I looked myself.", "by": OTHER, "on": DAY} | more)


def under(*names: str) -> tuple[Imposed, ...]:
    return tuple(Imposed(condition=name) for name in names)


def decided(one: Proposal, screening: Screening | None = None, on: date = DAY) -> Screening:
    return taken(confirm(taken(propose(screening or looked_at(), one)), second(on=on)))


class TestTheSteps:
    def test_there_are_fifteen_and_each_says_what_proof_and_who_in_three_languages(self):
        assert len(steps()) == 15
        for step in steps().values():
            for text in (step.title, step.what, step.proof, step.who):
                assert all(text.get(language) for language in LANGUAGES)

    def test_every_step_is_open_at_first(self):
        assert set(standing(opened()).values()) == {StepState.OPEN}

    def test_a_marked_step_is_what_it_was_marked_last(self):
        screening = taken(mark(taken(mark(opened(), done("site"))), impossible("site")))
        assert standing(screening)["site"] is StepState.NOT_POSSIBLE
        assert len(screening.marks) == 2

    def test_done_wants_what_shows_it(self):
        bare = Mark(step="site", state=StepState.DONE, by=FIRST, on=DAY)
        assert refused(mark(opened(), bare)) == ["SCREENING_PROOF_MISSING"]

    @pytest.mark.parametrize("state", [StepState.NOT_POSSIBLE, StepState.OPEN])
    def test_not_possible_and_open_again_want_a_reason(self, state):
        bare = Mark(step="site", state=state, by=FIRST, on=DAY)
        assert refused(mark(opened(), bare)) == ["REASON_MISSING"]

    def test_all_that_is_wrong_with_a_mark_is_told_at_once(self):
        odd = Mark(step="x", state=StepState.DONE, proof=" ", calls_for=("magic",), by=FIRST, on=DAY)
        codes = ["SCREENING_STEP_UNKNOWN", "SCREENING_PROOF_MISSING", "SCREENING_CONDITION_UNKNOWN"]
        assert refused(mark(opened(), odd)) == codes

    def test_words_that_may_point_to_a_person_are_asked_about(self):
        told = msgspec.structs.replace(done("references"), proof="Told by +993 65 123456")
        assert refused(mark(opened(), told)) == ["MAY_NAME_A_PERSON"]

    def test_endless_words_are_refused(self):
        assert refused(mark(opened(), msgspec.structs.replace(done("site"), proof="a" * 2001))) == ["TEXT_TOO_LONG"]

    def test_the_decision_is_not_marked_but_taken(self):
        assert refused(mark(opened(), done("decision"))) == ["SCREENING_STEP_BY_DECIDING"]

    @pytest.mark.parametrize("step", ["carry", "told"])
    def test_what_comes_after_the_decision_waits_for_it(self, step):
        assert refused(mark(looked_at(), done(step))) == ["SCREENING_STEP_TOO_EARLY"]

    def test_after_a_go_conditions_are_carried_and_nobody_is_told_a_no(self):
        screening = decided(proposal())
        assert "told" not in standing(screening)
        assert standing(taken(mark(screening, done("carry"))))["carry"] is StepState.DONE

    def test_after_a_no_the_partner_is_told(self):
        screening = decided(proposal(Outcome.NO, **NO))
        assert standing(screening)["told"] is StepState.OPEN
        assert standing(taken(mark(screening, done("told"))))["told"] is StepState.DONE


class TestProposing:
    def test_a_go_wants_every_step_looked_at(self):
        looked = propose(taken(mark(opened(), done("identity"))), proposal())
        assert refused(looked) == ["SCREENING_STEPS_OPEN"]
        assert isinstance(looked, tuple)
        assert "A look at the site" in looked[0].detail["en"]
        assert "Who the partner is" not in looked[0].detail["en"]

    def test_a_step_that_was_not_possible_is_not_passed_over(self):
        screening = looked_at(impossible("site"))
        assert called_for(screening) == ("site_seen",)
        assert refused(propose(screening, proposal())) == ["SCREENING_CONDITION_LEFT_OUT"]
        assert decided(proposal(Outcome.CONDITIONS, conditions=under("site_seen")), screening).closed

    def test_a_finding_that_calls_for_a_condition_rules_out_a_plain_go(self):
        screening = looked_at(done("recruitment", calls_for=("no_fees",)))
        assert refused(propose(screening, proposal())) == ["SCREENING_CONDITION_LEFT_OUT"]

    def test_a_condition_is_no_longer_called_for_once_the_step_is_marked_without_it(self):
        screening = taken(mark(looked_at(impossible("site")), done("site")))
        assert called_for(screening) == ()

    def test_every_step_names_conditions_there_are(self):
        assert {name for step in steps().values() for name in step.otherwise} <= conditions().keys()

    def test_conditions_belong_to_go_with_conditions_and_are_not_empty(self):
        screening = looked_at()
        assert refused(propose(screening, proposal(conditions=under("no_fees")))) == ["SCREENING_CONDITIONS_NOT_WANTED"]
        assert refused(propose(screening, proposal(Outcome.CONDITIONS))) == ["SCREENING_CONDITIONS_MISSING"]
        odd = (Imposed(condition="magic"), Imposed(words=" "))
        codes = ["SCREENING_CONDITION_UNKNOWN", "SCREENING_CONDITION_EMPTY"]
        assert refused(propose(screening, proposal(Outcome.CONDITIONS, conditions=odd))) == codes

    def test_a_condition_may_be_in_ones_own_words(self):
        own = (Imposed(words="A second lamp at the gate."),)
        assert decided(proposal(Outcome.CONDITIONS, conditions=own)).closed

    def test_a_hold_names_a_later_day(self):
        assert refused(propose(opened(), proposal(Outcome.HOLD))) == ["SCREENING_HOLD_WITHOUT_DAY"]
        assert refused(propose(opened(), proposal(Outcome.HOLD, until=DAY))) == ["SCREENING_HOLD_WITHOUT_DAY"]

    def test_a_no_wants_what_is_told_and_a_way_back(self):
        bare = proposal(Outcome.NO, reason="")
        codes = ["REASON_MISSING", "SCREENING_WHY_MISSING", "SCREENING_PATH_MISSING"]
        assert refused(propose(opened(), bare)) == codes

    def test_a_no_need_not_wait_for_every_step(self):
        assert decided(proposal(Outcome.NO, **NO), opened()).closed

    def test_a_proposal_takes_the_place_of_one_that_waits_and_both_stay_on_file(self):
        screening = taken(propose(taken(propose(looked_at(), proposal())), proposal(Outcome.NO, **NO)))
        assert [one.proposal.outcome for one in screening.attempts] == [Outcome.GO, Outcome.NO]
        assert screening.waiting == proposal(Outcome.NO, **NO)


class TestConfirming:
    def test_nobody_confirms_their_own_proposal(self):
        screening = taken(propose(looked_at(), proposal()))
        assert refused(confirm(screening, second(by=FIRST))) == ["SCREENING_SAME_PERSON"]

    def test_nobody_disputes_their_own_proposal_either(self):
        screening = taken(propose(looked_at(), proposal()))
        assert refused(confirm(screening, second(by=FIRST, agrees=False))) == ["SCREENING_SAME_PERSON"]

    def test_the_second_person_gives_a_reason(self):
        screening = taken(propose(looked_at(), proposal()))
        assert refused(confirm(screening, second(reason="  "))) == ["REASON_MISSING"]

    def test_nothing_is_decided_by_one_person(self):
        screening = taken(propose(looked_at(), proposal()))
        assert screening.decision is None
        assert standing(screening)["decision"] is StepState.OPEN

    def test_what_two_people_agree_on_is_decided(self):
        screening = decided(proposal())
        assert screening.decision is not None
        assert (screening.decision.proposal.by, screening.decision.second.by) == (FIRST, OTHER)
        assert standing(screening)["decision"] is StepState.DONE

    def test_there_must_be_something_to_confirm(self):
        assert refused(confirm(looked_at(), second())) == ["SCREENING_NOTHING_PROPOSED"]

    def test_where_the_second_person_disagrees_nothing_is_decided_and_somebody_proposes_again(self):
        screening = taken(confirm(taken(propose(looked_at(), proposal())), second(agrees=False)))
        assert (screening.decision, screening.waiting) == (None, None)
        again = decided(proposal(Outcome.NO, **NO), screening)
        assert [one.second.agrees for one in again.attempts] == [False, True]

    def test_a_proposal_that_no_longer_fits_cannot_be_agreed_to(self):
        waits = taken(propose(looked_at(), proposal()))
        changed = taken(mark(waits, done("media", calls_for=("complaints_open",))))
        assert refused(confirm(changed, second())) == ["SCREENING_CONDITION_LEFT_OUT"]

    def test_what_is_decided_stays_so(self):
        screening = decided(proposal())
        assert refused(mark(screening, done("site"))) == ["SCREENING_DECIDED"]
        assert refused(propose(screening, proposal())) == ["SCREENING_DECIDED"]
        assert refused(confirm(screening, second())) == ["SCREENING_DECIDED"]

    def test_after_a_hold_the_looking_goes_on(self):
        held = decided(proposal(Outcome.HOLD, until=date(2026, 5, 1)), opened())
        further = taken(mark(held, done("site")))
        assert standing(further)["site"] is StepState.DONE
        assert decided(proposal(Outcome.NO, **NO), further).decision.proposal.outcome is Outcome.NO


class TestTheNextTime:
    @pytest.mark.parametrize(("risk", "day"), [(Risk.HIGH, date(2027, 3, 2)), (Risk.OTHER, date(2028, 3, 2))])
    def test_a_partner_is_screened_again_after_one_or_two_years(self, risk, day):
        assert rescreen_on(decided(proposal(), looked_at(risk=risk)), PARAMETERS) == day

    def test_a_hold_ends_on_its_day(self):
        held = decided(proposal(Outcome.HOLD, until=date(2026, 5, 1)), opened())
        assert rescreen_on(held, PARAMETERS) == date(2026, 5, 1)

    def test_there_is_no_day_while_undecided_and_after_a_no(self):
        assert rescreen_on(looked_at(), PARAMETERS) is None
        assert rescreen_on(decided(proposal(Outcome.NO, **NO)), PARAMETERS) is None

    @pytest.mark.parametrize(
        ("happened", "expected"),
        [
            (Happened(), ()),
            (Happened(new_owner=True), (Trigger.NEW_OWNER,)),
            (Happened(new_broker=True), (Trigger.NEW_BROKER,)),
            (Happened(incident=True), (Trigger.INCIDENT,)),
            (Happened(price_before=100, price_now=85), ()),
            (Happened(price_before=100, price_now=84.9), (Trigger.PRICE_FALL,)),
            (Happened(price_before=0, price_now=0), ()),
            (Happened(price_now=10), ()),
            (Happened(new_owner=True, incident=True), (Trigger.NEW_OWNER, Trigger.INCIDENT)),
        ],
    )
    def test_some_things_make_it_sooner(self, happened, expected):
        assert triggered(decided(proposal()), happened, PARAMETERS, date(2026, 6, 1)) == expected

    @pytest.mark.parametrize(
        ("on", "sooner"),
        [(date(2026, 7, 31), False), (date(2026, 8, 1), True), (date(2026, 11, 30), True), (date(2026, 12, 1), False)],
    )
    def test_the_harvest_makes_it_sooner_while_it_lasts(self, on, sooner):
        found = triggered(decided(proposal()), Happened(harvests=True), PARAMETERS, on)
        assert (Trigger.HARVEST in found) is sooner

    def test_a_decision_of_this_harvest_is_not_asked_for_again(self):
        screening = decided(proposal(), on=date(2026, 8, 20))
        assert triggered(screening, Happened(harvests=True), PARAMETERS, date(2026, 9, 10)) == ()

    def test_where_no_business_is_done_nothing_is_triggered(self):
        screening = decided(proposal(Outcome.NO, **NO))
        assert triggered(screening, Happened(new_owner=True), PARAMETERS, DAY) == ()


class TestClauses:
    def test_each_condition_of_the_decision_brings_its_clauses(self):
        found = clauses(decided(proposal(Outcome.CONDITIONS, conditions=under("no_fees"))))
        assert {"hiring_costs", "labour_providers", "remedy_first"} <= {one.id for one in found.clauses}

    def test_they_stand_under_the_notice_that_a_lawyer_must_adapt_them(self):
        assert clauses(decided(proposal())).notice["en"] == "Model text; a lawyer must adapt it."

    def test_without_business_there_is_no_contract(self):
        assert clauses(decided(proposal(Outcome.NO, **NO))) is None
        assert clauses(looked_at()) is None


class TestWords:
    @pytest.mark.parametrize("outcome", [Outcome.GO, Outcome.CONDITIONS])
    def test_going_is_said_to_be_a_decision_about_business_that_clears_nobody(self, outcome):
        meaning = read().outcomes[outcome].meaning
        assert "decision to do business" in meaning["en"]
        assert "clears nobody" in meaning["en"]
        assert "ни с кого не снимает" in meaning["ru"]
        assert "aklamaýar" in meaning["tk"]

    def test_no_word_of_it_is_banned(self):
        assert library.faults() == ()

    def test_every_problem_speaks_three_languages(self):
        found = propose(opened(), proposal(Outcome.CONDITIONS, reason="", conditions=(Imposed(),)))
        assert isinstance(found, tuple)
        assert all(told(one) for one in found)


def told(one: Problem) -> bool:
    return all(one.detail.get(language) for language in LANGUAGES)


class TestTheWageQuestion:
    @staticmethod
    def result(price: float, months: float = 2, hours: float = 40) -> LabourCost:
        crew = Labour(workers=exactly(4), months=exactly(months), hours_week=exactly(hours))
        stated = {"tm.social_charges": 20.0, "tm.overtime_pay": 2.0}
        return labour_cost(
            Bid(price=price, labour=(crew,), other=exactly(0), stated=stated), PARAMETERS, date(2024, 5, 1)
        )

    @pytest.mark.parametrize(
        ("price", "cover", "wanted"),
        [
            (8_000, Cover.NOT_COVERED, ("wage_cover",)),
            (12_500, Cover.OPEN, ("price_breakdown",)),
            (20_000, Cover.COVERED, ()),
        ],
    )
    def test_a_low_price_is_a_condition_and_no_verdict(self, price, cover, wanted):
        found = self.result(price)
        assert found.cover is cover
        assert called_for_by_wages(found) == wanted
        assert set(wanted) <= conditions().keys()

    def test_it_is_put_to_the_partner_as_a_question(self):
        (asked,) = questions(self.result(8_000))
        assert "at most" in asked["en"]
        assert "833 TMT" in asked["en"]
        assert all("?" in asked[language] for language in LANGUAGES)

    def test_too_much_overtime_is_a_question_of_its_own(self):
        found = self.result(1_000_000, months=6, hours=60)
        assert len(questions(found)) == 2
        assert "hours_kept" in called_for_by_wages(found)

    def test_a_wage_to_be_confirmed_is_said_to_be_so(self):
        found = labour_cost(Bid(price=1, labour=()), PARAMETERS, date(2026, 5, 1))
        said = {figure.id: basis(figure)["en"] for figure in found.unconfirmed}
        assert said["tm.minimum_wage"].startswith("to be confirmed; the last confirmed value, in force from 2024-01-01")

    def test_a_test_that_calls_for_a_condition_rules_out_a_plain_go(self):
        wanted = called_for_by_wages(self.result(8_000))
        screening = looked_at(done("labour_cost", calls_for=wanted))
        assert refused(propose(screening, proposal())) == ["SCREENING_CONDITION_LEFT_OUT"]


def test_a_screening_goes_into_json_and_back():
    screening = decided(proposal(Outcome.CONDITIONS, conditions=under("no_fees")), looked_at(impossible("media")))
    assert msgspec.json.decode(msgspec.json.encode(screening), type=Screening) == screening


def test_marks_are_kept_for_good():
    screening = opened()
    kept: Iterable[Mark] = ()
    for step in LOOKING:
        screening = taken(mark(screening, done(step)))
        assert screening.marks[: len(tuple(kept))] == tuple(kept)
        kept = screening.marks
    assert set(latest_marks(screening)) == set(LOOKING)


class TestThePage:
    PAGE = (Path(__file__).parents[2] / "docs" / "screening.md").read_text(encoding="utf-8")

    def test_it_names_every_step_with_what_it_calls_for(self):
        for step in steps().values():
            wanted = ", ".join(f"`{name}`" for name in step.otherwise)
            title = step.title["en"]
            assert f"| {step.number} `{step.id}` {title[0].lower()}{title[1:]} | {wanted}".rstrip() in self.PAGE

    def test_it_names_every_decision_trigger_basis_and_finding(self):
        names = [*Outcome, *Trigger, *Cover, *Basis]
        assert not [name for name in names if f"`{name}`" not in self.PAGE]

    @pytest.mark.parametrize("name", ["screening.months_high", "screening.months_other", "screening.price_fall"])
    def test_it_states_the_numbers_in_force(self, name):
        assert f"| `{name}` | {PARAMETERS[name].on(DAY):g} |" in self.PAGE

    @pytest.mark.parametrize("name", ["hours", "wages", "social", "housing", "bare", "needed"])
    def test_its_formulas_are_those_of_the_test(self, name):
        formula = re.search(rf"^{name} += .*$", self.PAGE, re.MULTILINE)
        assert formula
        assert formula[0] in (labour_cost_module.__doc__ or "")

    def test_its_example_is_what_the_test_finds(self):
        crew = Labour(
            workers=exactly(20),
            months=exactly(3),
            hours_week=exactly(48),
            housed=exactly(20),
            lodging=Range(low=100, high=150),
        )
        bid = Bid(price=150_000, labour=(crew,), other=Range(low=10_000, high=15_000))
        found = labour_cost(bid, PARAMETERS, date(2024, 9, 1))
        cheaper = labour_cost(msgspec.structs.replace(bid, price=100_000), PARAMETERS, date(2024, 9, 1))
        assert found.wages == Range(low=92_160, high=107_520)
        assert found.needed == Range(low=108_160, high=168_326.40)
        assert (found.cover, cheaper.cover) == (Cover.OPEN, Cover.NOT_COVERED)
        assert cheaper.month_at_most == pytest.approx(1_166.67, abs=0.01)
