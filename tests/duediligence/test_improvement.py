"""A plan answers every gap, the gravest first, and never a grave one on paper alone."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeAlias

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.assessment import assess
from duediligence.errors import PaperFix
from duediligence.improvement import Action, ImprovementPlan, Status, draft, gaps, overdue, refuse_paper_fix
from questionnaires.response import Answer, Missing, Value
from risk_models.model import Gravity
from risk_models.profile import RiskProfile
from risk_models.remedies import Kind, Library, Priority, Remedy, read
from tests.conftest import TODAY, answers, book, favourable_answers, response, rules
from tests.strategies import OPEN, values

LIBRARY = read()
REMEDIES = {remedy.id: remedy for remedy in LIBRARY.remedies}
Reported: TypeAlias = Mapping[str, Value | Missing | Answer]
HOUSED: Reported = {"pro.housing": "yes"}


def profile(reported: Reported, sector: str = "services") -> RiskProfile:
    return assess(response(answers(reported, favourable_answers(sector))), TODAY).profile


def planned(reported: Reported, sector: str = "services") -> ImprovementPlan:
    return draft(profile(reported, sector), LIBRARY, TODAY)


def actions(plan: ImprovementPlan) -> dict[str, Action]:
    return {action.remedy: action for action in plan.actions}


def answering(plan: ImprovementPlan, question: str) -> dict[str, Action]:
    return {id_: action for id_, action in actions(plan).items() if question in action.questions}


def kinds(found: dict[str, Action]) -> set[Kind]:
    return {action.kind for action in found.values()}


def changed(library: Library, **fields: dict[str, object]) -> Library:
    """Return a library in which some remedies, by id, have other fields."""
    remedies = [msgspec.structs.replace(remedy, **fields.get(remedy.id, {})) for remedy in library.remedies]
    return msgspec.structs.replace(library, remedies=tuple(remedies))


def on_paper(remedy: Remedy) -> Remedy:
    return msgspec.structs.replace(remedy, paper=remedy.kind is not Kind.VERIFY)


SECTORS = st.sampled_from(sorted(book().code["pro.sector"]))


MENACED: Reported = {"dis.loss_threat": "yes", "dis.report_threat": "yes", "wag.fines": "yes"}
OPENING: Reported = {"pro.housing": "yes", "pro.agency": "yes", "deb.lends": "yes", "sif.asked": "yes"}
"""Answers that open most of the form."""


@st.composite
def reports(draw: st.DrawFn) -> Reported:
    """Draw what a firm reports beside favourable answers: up to thirty answers at random, some missing."""
    names = [reading.question for reading in rules().model.readings if reading.question not in OPENING]
    chosen = draw(st.lists(st.sampled_from(names), unique=True, min_size=5, max_size=30))
    drawn = {name: draw(values(book().questions[book().row[name]]) | OPEN.filter(bool)) for name in chosen}
    return {**OPENING, **drawn}


def test_a_firm_without_gaps_needs_no_action():
    plan = planned({})
    assert plan == ImprovementPlan(begun=TODAY, version=LIBRARY.version, protocol=False, actions=())


def test_a_zero_tolerance_answer_brings_protection_a_stop_redress_a_cause_and_verification():
    found = answering(planned({"mov.id_kept": "yes"}), "mov.id_kept")
    assert {"A01", "A02", "C01", "A03", "S01", "V02"} <= found.keys()
    assert kinds(found) == set(Kind)


def test_a_zero_tolerance_answer_makes_stop_and_redress_immediate_and_the_rest_urgent():
    found = answering(planned({"mov.id_kept": "partly"}), "mov.id_kept")
    assert {action.priority for action in found.values() if action.kind in (Kind.CONTAIN, Kind.REMEDY)} == {Priority.P0}
    assert {action.priority for action in found.values() if action.kind in (Kind.SYSTEM, Kind.VERIFY)} == {Priority.P1}


@pytest.mark.parametrize(
    "reported",
    [
        pytest.param({"mov.id_kept": "partly"}, id="zero tolerance, in part"),
        pytest.param({"rec.as_promised": "no"}, id="strong sign"),
        pytest.param({"wag.minimum": "no", "dis.loss_threat": "yes", "wag.ot_refuse": "no"}, id="pattern C"),
        pytest.param({**MENACED, "wag.to_self": "no", "wag.minimum": "no", "wag.delay_days": 40}, id="no strong sign"),
    ],
)
def test_a_grave_answer_puts_the_case_protocol_first(reported):
    assert planned(reported).protocol


def test_a_medium_sign_alone_does_not_open_the_case_protocol():
    assert not planned({"wag.delay_days": 40}).protocol


def test_both_sides_of_the_two_part_test_make_their_answers_immediate():
    alone = answering(planned({"wag.ot_refuse": "no"}), "wag.ot_refuse")
    plan = planned({"wag.ot_refuse": "no", "dis.loss_threat": "yes"})
    assert alone["A39"].priority is Priority.P1
    assert answering(plan, "wag.ot_refuse")["A39"].priority is Priority.P0
    assert answering(plan, "dis.loss_threat")["A44"].priority is Priority.P0


def test_a_medium_sign_of_coercion_is_urgent_and_is_contained():
    found = answering(planned({"wag.delay_days": 40}), "wag.delay_days")
    assert found["C02"].kind is Kind.CONTAIN
    assert found["A11"].priority is Priority.P1


def test_a_weak_sign_of_coercion_is_made_good_but_not_contained():
    found = answering(planned({**HOUSED, "acc.choice": "partly"}), "acc.choice")
    assert kinds(found) == {Kind.REMEDY, Kind.SYSTEM, Kind.VERIFY}


def test_an_unmet_control_brings_a_cause_and_verification_only():
    found = answering(planned({"rec.fee_policy": "no"}), "rec.fee_policy")
    assert kinds(found) == {Kind.SYSTEM, Kind.VERIFY}
    assert found["S08"].indicators == ()


def test_a_control_without_an_answer_counts_as_unmet_and_is_to_be_found_out():
    given_answers = favourable_answers()
    del given_answers["rec.fee_policy"]
    plan = draft(assess(response(given_answers), TODAY).profile, LIBRARY, TODAY)
    assert "S08" in answering(plan, "rec.fee_policy")
    assert plan.find_out == ("rec.fee_policy",)


def test_a_critical_control_is_urgent():
    assert answering(planned({"gov.records": "no"}), "gov.records")["V03"].priority is Priority.P1
    assert answering(planned({"map.origin": "no"}, "textile"), "map.origin")["A51"].priority is Priority.P1


def test_the_class_of_the_library_stands_where_the_answer_is_less_urgent():
    assert answering(planned({"chi.age_check": "partly"}), "chi.age_check")["A29"].priority is Priority.P1
    assert answering(planned({"gov.checks": "no"}), "gov.checks")["A55"].priority is Priority.P3


def test_a_circumstance_alone_brings_only_what_the_library_ties_to_its_question():
    far = {**HOUSED, "pro.sites.reach": "remote"}
    assert answering(planned({"pro.agency": "yes"}), "pro.agency").keys() == {"A47", "A52", "V12"}
    assert answering(planned(far), "pro.sites.reach").keys() <= {"S03"}


def test_a_grave_circumstance_is_no_more_urgent_than_its_actions():
    assert actions(planned({"map.cotton": "mixed"}, "textile"))["A51"].priority is Priority.P2


def test_neither_a_control_nor_a_weak_sign_calls_for_what_its_indicator_would():
    bare = changed(LIBRARY, A46={"trigger": ()}, A41={"trigger": ()}, S12={"trigger": ()})
    plan = draft(profile({**HOUSED, "grv.join": "no", "acc.choice": "partly"}), bare, TODAY)
    assert "S09" in {remedy.id for remedy in LIBRARY.remedies if "VUL" in remedy.trigger}
    assert "S09" not in actions(plan)


def test_what_nobody_knows_brings_a_cause_and_verification_and_is_to_be_found_out():
    plan = planned({"mov.id_kept": Missing.NOT_KNOWN})
    assert kinds(answering(plan, "mov.id_kept")) == {Kind.SYSTEM, Kind.VERIFY}
    assert "mov.id_kept" in plan.find_out
    assert not plan.protocol


def test_an_answer_that_was_declined_brings_nothing():
    plan = planned({"sif.asked": "yes", "sif.sent": Missing.DECLINED, "sif.penalty": Missing.DECLINED})
    asked = {question for action in plan.actions for question in action.questions}
    assert not asked & {"sif.sent", "sif.penalty"}
    assert plan.find_out == ()


def test_equal_actions_are_merged_with_all_their_answers_and_indicators():
    action = actions(planned({"mov.guarded": "yes", "mov.leave_work": "no"}))["A05"]
    assert action.questions == ("mov.leave_work", "mov.guarded")
    assert set(action.indicators) == {"MOV", "ISO"}


def test_an_action_takes_the_most_urgent_class_of_its_answers():
    assert actions(planned({"wag.delay_days": 40}))["S07"].priority is Priority.P1
    assert actions(planned({"wag.delay_days": 40, "gen.paid_via": "partly"}))["A15"].priority is Priority.P2
    assert actions(planned({"wag.card_control": "yes", "gen.paid_via": "partly"}))["A15"].priority is Priority.P1


def test_times_run_from_the_day_the_plan_began():
    begun = date(2027, 2, 1)
    found = actions(draft(profile({"rec.fees_paid": "yes"}), LIBRARY, begun))
    assert found["C03"].due == begun + timedelta(days=3)
    assert (found["A16"].start, found["A16"].due) == (begun + timedelta(days=30), begun + timedelta(days=90))


def test_an_action_is_not_due_before_the_one_it_waits_for_but_begins_in_its_own_time():
    found = actions(planned({"dis.sexual": "yes"}))
    assert found["A08"].due == found["A07"].due == TODAY + timedelta(days=30)
    assert found["A08"].start == TODAY + timedelta(days=1)


def test_a_longer_time_of_the_library_stands_and_a_first_part_is_due_in_that_of_the_class():
    action = actions(planned({"wag.ot_refuse": "no", "dis.loss_threat": "yes"}))["A39"]
    assert action.due == TODAY + timedelta(days=30)
    assert action.start == TODAY + timedelta(days=14)


def test_only_what_the_plan_holds_is_waited_for():
    found = actions(planned({"wag.delay_days": 40}))
    assert REMEDIES["V03"].after == ("A10", "A11", "A13")
    assert found["V03"].after == ("A11",)


def test_severity_comes_before_likelihood_and_likelihood_before_the_number_of_answers():
    graver = [action.remedy for action in planned({"wag.minimum": "partly", "wag.delay_days": 40}).actions]
    assert graver.index("A13") < graver.index("A11")
    surer = [action.remedy for action in planned({"grv.remedy": "no", "gov.policy": "partly"}).actions]
    assert surer.index("S14") < surer.index("A53")
    more = [action.remedy for action in planned({"gov.policy": "no", "gov.owner": "no", "grv.remedy": "no"}).actions]
    assert more.index("A53") < more.index("S14")


def test_cost_only_breaks_ties():
    reported = {"grv.remedy": "no", "gov.owner": "no"}
    plan = draft(profile(reported), changed(LIBRARY, A53={"cost": "high"}, S14={"cost": "low"}), TODAY)
    other = draft(profile(reported), changed(LIBRARY, A53={"cost": "low"}, S14={"cost": "high"}), TODAY)
    graver = draft(profile({**reported, "gov.policy": "no"}), changed(LIBRARY, A53={"cost": "high"}), TODAY)
    orders = [
        [action.remedy for action in one.actions if action.remedy in ("A53", "S14")] for one in (plan, other, graver)
    ]
    assert orders == [["S14", "A53"], ["A53", "S14"], ["A53", "S14"]]


def test_what_is_due_sooner_comes_first_among_equals():
    sooner = changed(LIBRARY, A53={"due_days": 61})
    order = [action.remedy for action in draft(profile({"grv.remedy": "no", "gov.owner": "no"}), sooner, TODAY).actions]
    assert order.index("S14") < order.index("A53")


def test_a_plan_of_policies_and_training_for_a_strong_sign_is_refused():
    found = profile({"rec.as_promised": "no"})
    plan = draft(found, LIBRARY, TODAY)
    paper = msgspec.structs.replace(plan, actions=tuple(one for one in plan.actions if one.kind is Kind.VERIFY))
    with pytest.raises(PaperFix, match=r"rec\.as_promised"):
        refuse_paper_fix(paper, gaps(found), LIBRARY)


def test_a_grave_answer_that_no_action_answers_is_refused_with_all_others():
    found = profile({"rec.as_promised": "no", "mov.id_kept": "partly"})
    empty = msgspec.structs.replace(draft(found, LIBRARY, TODAY), actions=())
    with pytest.raises(PaperFix, match=r"rec\.as_promised, mov\.id_kept"):
        refuse_paper_fix(empty, gaps(found), LIBRARY)


def test_a_draft_from_a_library_of_paper_is_refused():
    library = msgspec.structs.replace(LIBRARY, remedies=tuple(on_paper(remedy) for remedy in LIBRARY.remedies))
    with pytest.raises(PaperFix):
        draft(profile({"dis.violence": "yes"}), library, TODAY)


def test_paper_may_answer_what_is_not_grave():
    library = msgspec.structs.replace(LIBRARY, remedies=tuple(on_paper(remedy) for remedy in LIBRARY.remedies))
    assert draft(profile({"gov.policy": "no"}), library, TODAY).actions


def test_an_action_is_overdue_from_the_day_after_it_was_due_until_it_is_verified():
    plan = planned({"wag.delay_days": 40})
    due = actions(plan)["C02"].due
    late = due + timedelta(days=1)
    assert overdue(plan, due) == ()
    assert [action.remedy for action in overdue(plan, late)] == ["C02"]
    assert overdue(plan, late, done=("C02",)) == ()


def test_evidence_sent_does_not_stop_an_action_from_being_overdue_and_verification_does():
    plan = planned({"wag.delay_days": 40})

    def late(status: Status) -> int:
        stated = tuple(msgspec.structs.replace(action, status=status) for action in plan.actions)
        return len(overdue(msgspec.structs.replace(plan, actions=stated), date(2030, 1, 1)))

    assert late(Status.EVIDENCE_SENT) == len(plan.actions)
    assert late(Status.VERIFIED) == 0


def test_a_plan_survives_being_written_and_read_again():
    plan = planned({"mov.id_kept": "yes", "rec.fee_policy": Missing.NOT_KNOWN})
    assert msgspec.json.decode(msgspec.json.encode(plan), type=ImprovementPlan) == plan


def test_the_order_of_the_library_does_not_matter():
    found = profile({"mov.id_kept": "yes", "wag.delay_days": 40, "gov.policy": "no"})
    turned = msgspec.structs.replace(LIBRARY, remedies=LIBRARY.remedies[::-1])
    assert draft(found, turned, TODAY) == draft(found, LIBRARY, TODAY)


@settings(max_examples=25)
@given(SECTORS, reports())
def test_every_grave_answer_is_stopped_or_made_good_by_more_than_paper(sector, reported):
    found = profile(reported, sector)
    plan = draft(found, LIBRARY, TODAY)
    signs = [sign for finding in found.findings for sign in finding.signs]
    strong = {sign.question for sign in signs if sign.strength == "strong"}
    for question in strong.union(found.zero_tolerance):
        helping = [one for one in answering(plan, question).values() if one.kind in (Kind.CONTAIN, Kind.REMEDY)]
        assert any(not REMEDIES[one.remedy].paper for one in helping), question


@settings(max_examples=25)
@given(SECTORS, reports())
def test_a_plan_holds_no_action_twice_and_none_before_what_it_waits_for(sector, reported):
    found = profile(reported, sector)
    plan = draft(found, LIBRARY, TODAY)
    order = [action.remedy for action in plan.actions]
    held = actions(plan)
    assert len(order) == len(set(order))
    for action in plan.actions:
        assert action.start is None or TODAY < action.start < action.due
        for first in action.after:
            assert order.index(first) < order.index(action.remedy)
            assert held[first].due <= action.due


@settings(max_examples=25)
@given(SECTORS, reports())
def test_every_reported_sign_and_unmet_control_meets_its_cause_and_is_verified(sector, reported):
    found = profile(reported, sector)
    plan = draft(found, LIBRARY, TODAY)
    signs = {sign.question for finding in found.findings for sign in finding.signs}
    controls = {one.question for one in found.controls if one.credit < 1 and one.outcome != "declined"}
    for question in signs | controls:
        known = {remedy.kind for remedy in LIBRARY.remedies if question in remedy.trigger}
        assert {Kind.SYSTEM, *(known & {Kind.VERIFY})} <= kinds(answering(plan, question)), question


@settings(max_examples=25)
@given(SECTORS, reports())
def test_every_immediate_harm_is_met_within_three_days(sector, reported):
    found = profile(reported, sector)
    for action in draft(found, LIBRARY, TODAY).actions:
        if action.priority is Priority.P0 and action.kind is Kind.CONTAIN:
            assert (action.start or action.due) <= TODAY + timedelta(days=3)


@settings(max_examples=25)
@given(SECTORS, reports())
def test_every_zero_tolerance_answer_is_of_the_most_urgent_class(sector, reported):
    found = profile(reported, sector)
    for gap in gaps(found):
        immediate = gap.reported and gap.gravity is Gravity.ZERO_TOLERANCE
        assert not immediate or gap.priority is Priority.P0
        assert gap.priority is not Priority.P0 or immediate or found.pattern == "c"
