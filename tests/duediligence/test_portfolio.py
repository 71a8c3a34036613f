"""A choice of actions is the best there is, never drops what is immediate, and says what it could not afford."""

from datetime import timedelta
from itertools import chain, combinations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.assessment import Assessment, assess
from duediligence.improvement import Action, ImprovementPlan, draft, gaps
from duediligence.portfolio import VERIFIED_CLOSURE, Limit, Limits, Portfolio, optimise, project
from questionnaires.response import Missing
from risk_models.model import Element
from risk_models.profile import RiskProfile
from risk_models.remedies import Kind, Priority, read
from tests.conftest import TODAY, answers, favourable_answers, response
from tests.duediligence.test_improvement import SECTORS, Reported, reports

LIBRARY = read()
REMEDIES = {remedy.id: remedy for remedy in LIBRARY.remedies}
HARM = (Kind.CONTAIN, Kind.REMEDY)
GAPS: Reported = {
    "wag.delay_days": 40,
    "wag.payslip": "no",
    "gov.records": "no",
    "gov.policy": "no",
    "rec.fee_policy": "partly",
    "grv.remedy": "no",
}
TENTHS = st.none() | st.integers(-2, 10)
DAYS = st.none() | st.sampled_from([20, 45, 75, 200])


def assessed(reported: Reported, sector: str = "services") -> Assessment:
    return assess(response(answers(reported, favourable_answers(sector))), TODAY)


def chosen(reported: Reported, limits: Limits) -> Portfolio:
    profile = assessed(reported).profile
    return optimise(draft(profile, LIBRARY, TODAY), LIBRARY, profile, limits)


def ids(found: Portfolio) -> set[str]:
    return {action.remedy for action in found.chosen}


def answered(found: Portfolio) -> list[int]:
    return [len(one.answered) for one in found.coverage]


def projected(reported: Reported, without: tuple[str, ...] = ()) -> tuple[Assessment, object]:
    assessment = assessed(reported)
    plan = draft(assessment.profile, LIBRARY, TODAY)
    return project(assessment, plan, {action.remedy for action in plan.actions}.difference(without))


def limited(plan: ImprovementPlan, staff: int | None, money: int | None, days: int | None) -> Limits:
    """Return limits that leave so many tenths of what the plan takes beyond its immediate actions."""
    urgent = {action.remedy: action.priority is Priority.P0 for action in plan.actions}

    def part(costs: dict[str, float], tenths: int) -> float:
        least = sum(cost for id_, cost in costs.items() if urgent[id_])
        return max(least + (sum(costs.values()) - least) * tenths / 10, 0.0)

    staff_days = {id_: REMEDIES[id_].staff_days for id_ in urgent}
    budgets = {id_: REMEDIES[id_].budget_tmt or 0.0 for id_ in urgent}
    return Limits(
        staff_days=None if staff is None else part(staff_days, staff),
        budget=None if money is None else part(budgets, money),
        until=None if days is None else TODAY + timedelta(days=days),
    )


class Brute:
    """The optimum found by trying every choice, from the rules as the module states them."""

    def __init__(self, plan: ImprovementPlan, profile: RiskProfile, limits: Limits) -> None:
        self.plan, self.limits = plan, limits
        self.actions = {action.remedy: action for action in plan.actions}
        self.classes = {gap.question: gap.priority for gap in gaps(profile)}
        self.missing = {one.question: 1 - one.credit for one in profile.controls}
        whole = sum(one.weight for one in profile.controls)
        self.points = {one.question: one.weight / whole for one in profile.controls}
        self.scale = profile.inherent * 0.7 * profile.confidence
        self.forced = {id_ for id_, action in self.actions.items() if action.priority is Priority.P0}
        for _ in self.actions:
            self.forced |= {first for id_ in self.forced for first in self.first(self.actions[id_])}

    def needed(self, question: str) -> set[str]:
        return {id_ for id_, one in self.actions.items() if question in one.questions and one.kind is not Kind.VERIFY}

    def first(self, action: Action) -> set[str]:
        harm = {one for question in action.questions for one in self.needed(question) if self.actions[one].kind in HARM}
        return set(action.after) & self.actions.keys() | (harm if action.kind is Kind.SYSTEM else set())

    def allowed(self, choice: set[str]) -> bool:
        staff = sum(REMEDIES[id_].staff_days for id_ in choice)
        money = sum(REMEDIES[id_].budget_tmt or 0 for id_ in choice)
        least = (
            sum(REMEDIES[id_].staff_days for id_ in self.forced),
            sum(REMEDIES[id_].budget_tmt or 0 for id_ in self.forced),
        )
        limits = self.limits
        return (
            (limits.staff_days is None or staff <= max(limits.staff_days, least[0]))
            and (limits.budget is None or money <= max(limits.budget, least[1]))
            and all(self.fits(self.actions[id_], choice) for id_ in choice - self.forced)
        )

    def fits(self, action: Action, choice: set[str]) -> bool:
        in_time = self.limits.until is None or action.due <= self.limits.until
        something = action.kind is not Kind.VERIFY or any(self.needed(each) <= choice for each in action.questions)
        return in_time and something and self.first(action) <= choice

    def worth(self, choice: set[str]) -> tuple[float, ...]:
        met = [question for question in self.classes if self.needed(question) and self.needed(question) <= choice]
        counts = [sum(self.classes[question] is priority for question in met) for priority in Priority]
        relief = sum(self.scale * self.points.get(each, 0) * self.missing.get(each, 0) for each in met)
        return (*counts, round(relief, 6), len(choice))

    def best(self) -> tuple[float, ...]:
        free = sorted(self.actions.keys() - self.forced)
        choices = (
            self.forced.union(some) for some in chain.from_iterable(combinations(free, n) for n in range(len(free) + 1))
        )
        return max(self.worth(choice) for choice in choices if self.allowed(choice))


def test_without_limits_everything_is_chosen_in_the_order_of_the_plan():
    profile = assessed(GAPS).profile
    plan = draft(profile, LIBRARY, TODAY)
    found = optimise(plan, LIBRARY, profile, Limits())
    assert found.chosen == plan.actions
    assert (found.left_out, found.binding, found.exceeded) == ((), (), ())
    assert not any(one.unanswered for one in found.coverage)


def test_the_immediate_actions_are_chosen_even_when_they_alone_exceed_the_limits():
    found = chosen({"mov.id_kept": "yes"}, Limits(staff_days=1, budget=0, until=TODAY))
    immediate = {action.remedy for action in found.chosen if action.priority is Priority.P0}
    assert ids(found) == immediate >= {"A01", "A02", "C01", "A03"}
    assert found.exceeded == (Limit.STAFF_DAYS, Limit.BUDGET, Limit.UNTIL)


def test_what_an_immediate_action_waits_for_is_chosen_as_well():
    profile = assessed({"wag.delay_days": 40}).profile
    plan = draft(profile, LIBRARY, TODAY)
    fields = {"V03": {"priority": Priority.P0}}
    tied = [msgspec.structs.replace(action, **fields.get(action.remedy, {})) for action in plan.actions]
    found = optimise(msgspec.structs.replace(plan, actions=tuple(tied)), LIBRARY, profile, Limits(staff_days=0))
    assert ids(found) == {"C02", "A11", "V03"}


def test_what_waits_through_others_for_an_action_that_comes_too_late_is_left_out():
    profile = assessed({"gov.policy": "no", "gov.checks": "no", "grv.remedy": "no"}).profile
    plan = draft(profile, LIBRARY, TODAY)
    fields = {"A53": {"after": ("A55",)}, "S14": {"after": ("A53",)}}
    tied = [msgspec.structs.replace(action, **fields.get(action.remedy, {})) for action in plan.actions]
    limits = Limits(until=TODAY + timedelta(days=100))
    found = optimise(msgspec.structs.replace(plan, actions=tuple(tied)), LIBRARY, profile, limits)
    assert ids(found).isdisjoint({"A55", "A53", "S14"})


def test_graver_classes_are_covered_first():
    found = chosen({"gov.records": "no", "gov.policy": "no"}, Limits(staff_days=5))
    assert ids(found) == {"A56"}
    assert [one.priority for one in found.coverage if one.answered] == [Priority.P1]


def test_within_a_class_the_greater_relief_is_covered():
    reported = {"gov.policy": "partly", "rec.fee_policy": "no"}
    assert chosen(reported, Limits(staff_days=5)).coverage[3].answered == ("rec.fee_policy",)


def test_an_outlay_that_depends_on_what_is_owed_is_listed_and_not_summed():
    found = chosen({"wag.delay_days": 40}, Limits())
    assert found.unknown_budget == ("A11",)
    assert found.budget == sum(REMEDIES[id_].budget_tmt for id_ in ids(found) - {"A11"})


def test_the_limit_that_binds_is_named_and_so_is_what_it_keeps_out():
    found = chosen(GAPS, Limits(staff_days=20, budget=1_000_000))
    assert found.binding == (Limit.STAFF_DAYS,)
    assert found.staff_days <= 20
    assert found.left_out
    assert all(one.limits == (Limit.STAFF_DAYS,) for one in found.left_out)


def test_an_action_due_after_the_last_day_is_left_out_for_the_date():
    found = chosen({"gov.policy": "no", "gov.checks": "no"}, Limits(until=TODAY + timedelta(days=100)))
    assert {one.action.remedy: one.limits for one in found.left_out} == {
        "A55": (Limit.UNTIL,),
        "V14": (Limit.UNTIL,),
    }
    assert found.binding == (Limit.UNTIL,)


def test_where_only_several_limits_together_keep_an_action_out_none_is_blamed_alone():
    found = chosen({"gov.policy": "no"}, Limits(staff_days=0, budget=0))
    assert [one.limits for one in found.left_out] == [(), ()]
    assert found.binding == ()


def test_what_is_left_out_says_what_it_would_have_to_wait_for():
    found = chosen({"wag.delay_days": 40}, Limits(until=TODAY + timedelta(days=10)))
    waiting = {one.action.remedy: one.waits_for for one in found.left_out}
    assert waiting["S07"] == ("A11",)


def test_the_order_of_the_plan_does_not_change_the_choice():
    profile = assessed(GAPS).profile
    plan = draft(profile, LIBRARY, TODAY)
    turned = msgspec.structs.replace(plan, actions=plan.actions[::-1])
    limits = Limits(staff_days=22)
    assert ids(optimise(plan, LIBRARY, profile, limits)) == ids(optimise(turned, LIBRARY, profile, limits))


def test_a_plan_without_actions_is_an_empty_choice():
    found = chosen({}, Limits(staff_days=0))
    assert (found.chosen, found.left_out, found.staff_days) == ((), (), 0)


def test_a_portfolio_survives_being_written_and_read_again():
    found = chosen(GAPS, Limits(staff_days=20))
    assert msgspec.json.decode(msgspec.json.encode(found), type=Portfolio) == found


@settings(max_examples=25)
@given(SECTORS, reports(), st.tuples(TENTHS, TENTHS, DAYS), st.randoms(use_true_random=False))
def test_no_other_choice_is_better(sector, reported, scarce, chance):
    profile = assessed(reported, sector).profile
    plan = draft(profile, LIBRARY, TODAY)
    immediate = [action for action in plan.actions if action.priority is Priority.P0]
    rest = [action for action in plan.actions if action.priority is not Priority.P0]
    small = msgspec.structs.replace(plan, actions=(*immediate, *chance.sample(rest, min(len(rest), 9))))
    limits = limited(small, *scarce)
    brute = Brute(small, profile, limits)
    found = ids(optimise(small, LIBRARY, profile, limits))
    assert brute.allowed(found)
    assert brute.worth(found) == pytest.approx(brute.best(), abs=1e-5)


@settings(max_examples=15)
@given(SECTORS, reports(), st.tuples(TENTHS, TENTHS, DAYS))
def test_a_choice_keeps_every_immediate_action_every_order_and_every_limit(sector, reported, scarce):
    profile = assessed(reported, sector).profile
    plan = draft(profile, LIBRARY, TODAY)
    limits = limited(plan, *scarce)
    found = optimise(plan, LIBRARY, profile, limits)
    assert ids(found) >= {action.remedy for action in plan.actions if action.priority is Priority.P0}
    assert ids(found).isdisjoint(one.action.remedy for one in found.left_out)
    assert len(found.chosen) + len(found.left_out) == len(plan.actions)
    assert Brute(plan, profile, limits).allowed(ids(found))
    assert bool(found.exceeded) or limits.staff_days is None or found.staff_days <= limits.staff_days
    assert bool(found.exceeded) or limits.budget is None or found.budget <= limits.budget


@settings(max_examples=15)
@given(SECTORS, reports(), TENTHS, st.integers(0, 9), st.integers(1, 5))
def test_more_money_never_worsens_the_cover_of_grave_answers(sector, reported, staff, tenths, more):
    profile = assessed(reported, sector).profile
    plan = draft(profile, LIBRARY, TODAY)
    poorer, richer = limited(plan, staff, tenths, None), limited(plan, staff, tenths + more, None)
    assert answered(optimise(plan, LIBRARY, profile, richer)) >= answered(optimise(plan, LIBRARY, profile, poorer))


def test_a_projection_says_that_only_verified_closure_makes_it_true():
    found = projected({"mov.id_kept": "yes"})
    assert found.condition == VERIFIED_CLOSURE
    assert b"only_verified_closure" in msgspec.json.encode(found)


def test_an_answer_with_all_its_actions_turns_favourable_and_the_risk_falls():
    found = projected({"mov.id_kept": "yes", "gov.policy": "no"})
    assert found.changed == ("mov.id_kept", "gov.policy")
    assert (found.residual_before, found.band_before) == (75.0, "critical")
    assert found.residual_after == assessed({}).profile.residual


@pytest.mark.parametrize("missing", ["A01", "A03", "S01"])
def test_an_answer_stays_while_one_of_its_actions_is_missing(missing):
    found = projected({"mov.id_kept": "yes"}, without=(missing,))
    assert found.changed == ()
    assert (found.residual_after, found.band_after) == (found.residual_before, found.band_before)


def test_a_projection_waits_for_no_verification():
    assert projected({"mov.id_kept": "yes"}, without=("V01", "V02")).changed == ("mov.id_kept",)


def test_a_projection_keeps_the_present_evidence():
    given_answers = answers({"gov.policy": "no"}, favourable_answers())
    given_answers["gov.policy"] = msgspec.structs.replace(given_answers["gov.policy"], evidence=("Order 12",))
    assessment = assess(response(given_answers), TODAY)
    plan = draft(assessment.profile, LIBRARY, TODAY)
    given_answers["gov.policy"] = msgspec.structs.replace(given_answers["gov.policy"], value="yes")
    found = project(assessment, plan, {action.remedy for action in plan.actions})
    assert found.residual_after == assess(response(given_answers), TODAY).profile.residual


@pytest.mark.parametrize(
    ("question", "value"),
    [
        pytest.param("wag.delay_days", 40, id="a number that must be lower"),
        pytest.param("sup.clauses", 10, id="a share that must be higher"),
        pytest.param("wag.deduct_max", 31, id="a share that may reach its limit"),
        pytest.param("ctr.content", ("pay",), id="several choices that must be there"),
    ],
)
def test_a_number_and_a_list_turn_favourable_too(question, value):
    assert question in projected({question: value, "pro.agency": "yes"}).changed


def test_a_favourable_answer_that_cannot_be_named_is_listed_and_stays():
    found = projected({"grv.volume": 5, "grv.volume.closed": 20})
    assert (found.changed, found.unchanged) == ((), ("grv.volume",))
    assert found.residual_after == found.residual_before


def test_circumstances_and_what_nobody_knows_stay_as_they_are():
    found = projected({"pro.agency": "yes", "mov.id_kept": Missing.NOT_KNOWN})
    assert "pro.agency" not in found.changed + found.unchanged
    assert "mov.id_kept" not in found.changed + found.unchanged


@settings(max_examples=15)
@given(SECTORS, reports())
def test_to_choose_nothing_projects_nothing(sector, reported):
    assessment = assessed(reported, sector)
    plan = draft(assessment.profile, LIBRARY, TODAY)
    found = project(assessment, plan, ())
    assert (found.changed, found.residual_after) == ((), assessment.profile.residual)
    everything = project(assessment, plan, {action.remedy for action in plan.actions})
    controls = {gap.question for gap in gaps(assessment.profile) if gap.element is Element.CONTROL or gap.coercion}
    assert {*everything.changed, *everything.unchanged} == controls
