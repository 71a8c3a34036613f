"""The worked checks of the method, and each rule of the score on the smallest sheet that shows it."""

import msgspec
import numpy as np
import pytest

from questionnaires.condition import ALWAYS, Any, AnyCondition, Equals, Not
from questionnaires.response import Answer, Missing
from risk_models.layout import Layout
from risk_models.model import Element, Exposure, Gravity, Reading, Strength
from risk_models.scoring import Circumstances, Scored, Scores, residual, score
from tests.conftest import answers, favourable_answers, rules, scored
from tests.strategies import BAD, GOOD, PARTLY, form, lay, reading, rule_set, select_one

BANDS = [band.id for band in rules().model.bands]
LEVELS = ["none", *(level.id for level in rules().model.levels)]


def band(left: float) -> str:
    """Return the band in which a residual lies, before any override."""
    return [one.id for one in rules().model.bands if one.begins is not None and one.begins <= left][-1]


@pytest.mark.parametrize(
    ("parts", "left", "where"),
    [
        pytest.param((36, 90, 0.25, 0), 30.3, "moderate", id="greenhouse without papers"),
        pytest.param((36, 90, 0.60, 0), 22.4, "low", id="greenhouse with checked papers"),
        pytest.param((87, 70, 0.50, 0), 65.7, "high", id="cotton farm, no sign reported"),
        pytest.param((87, 70, 0.50, 75), 75.0, "severe", id="cotton farm, a penalty for refusing"),
        pytest.param((62, 60, 0.50, 0), 49.0, "moderate", id="builder before any sign"),
        pytest.param((62, 60, 0.50, 50), 50.0, "high", id="builder, crews paid when paid"),
        pytest.param((62, 60, 0.50, 75), 75.0, "severe", id="builder, wages held back"),
        pytest.param((100, 100, 1.0, 0), 30.0, "moderate", id="perfect controls at the greatest inherent risk"),
        pytest.param((0, 0, 0.0, 50), 50.0, "high", id="two medium signs, whatever the setting"),
    ],
)
def test_the_worked_checks_come_out_as_printed(parts: tuple[float, float, float, float], left: float, where: str):
    """f.7, as inherent, control, confidence and floor; the overrides on top of it are in `cases/`."""
    found = residual(*(np.array([float(part)]) for part in parts), relief=0.7)[0]
    assert found == left
    assert band(found) == where


@pytest.mark.parametrize(
    ("left", "where"), [(0, "low"), (24.9, "low"), (25, "moderate"), (49.9, "moderate"), (50, "high"), (75, "severe")]
)
def test_a_band_begins_at_its_first_point(left: float, where: str):
    assert band(left) == where


def test_no_residual_alone_is_critical():
    assert band(100) == "severe"


# Small sheets


def exposure(name: str, group: str, points: int, when: AnyCondition) -> Exposure:
    return Exposure(id=name, group=group, label={}, points=points, when=when, sources=())


def sign(name: str, strength: Strength = Strength.MEDIUM, element: Element = Element.DURESS) -> Reading:
    return reading(name, bad(name), partly(name), element=element, signs={"VUL": strength})


def control(name: str, gravity: Gravity = Gravity.ORDINARY) -> Reading:
    return reading(name, bad(name), partly(name), gravity=gravity)


def bad(name: str) -> Equals:
    return Equals(question=name, value=BAD)


def partly(name: str) -> Equals:
    return Equals(question=name, value=PARTLY)


def sheet(
    readings: list[Reading], given: dict[str, str | Missing], exposures: tuple[Exposure, ...] = (), grade: int = 4
) -> Scored:
    """Return the score of one response to a form with one question a reading."""
    codebook = form([select_one(one.question) for one in readings])
    layout = Layout(rule_set(readings, exposures), codebook, {})
    found = lay(codebook, [answers(given)])
    return score(layout, found, np.full(found.codes.shape, grade, np.int8))


def stated(*args: object, **rest: object) -> Scores:
    return sheet(*args, **rest).profiles.stated  # type: ignore[arg-type]


def level(*args: object) -> str:
    return LEVELS[stated(*args).levels[0, 0]]


def test_a_group_counts_at_most_its_cap():
    piled = tuple(exposure(f"e{place}", "y", 30, bad("a")) for place in range(2))
    assert stated([control("a")], {"a": BAD}, piled).inherent[0] == 40


@pytest.mark.parametrize(
    ("given", "counted"), [({"a": BAD}, 30), ({"a": GOOD}, 0), ({}, 30), ({"a": Missing.NOT_KNOWN}, 30)]
)
def test_an_exposure_that_nothing_rules_out_counts(given: dict[str, str | Missing], counted: float):
    assert stated([control("a")], given, (exposure("e", "x", 30, bad("a")),)).inherent[0] == counted


@pytest.mark.parametrize(
    ("given", "credit"),
    [
        ({"a": GOOD, "b": GOOD}, 100),
        ({"a": GOOD, "b": PARTLY}, 75),
        ({"a": GOOD, "b": BAD}, 50),
        ({"a": GOOD, "b": Missing.NOT_KNOWN}, 50),
        ({"a": GOOD, "b": Missing.DECLINED}, 50),
        ({"a": GOOD}, 50),
        ({"a": GOOD, "b": Missing.NOT_APPLICABLE}, 100),
    ],
)
def test_only_a_control_in_place_earns_credit(given: dict[str, str | Missing], credit: float):
    """f.3/3 and f.5: not known and unanswered are gaps; not applicable leaves the sum."""
    assert stated([control("a"), control("b")], given).control[0] == credit


def test_a_critical_control_weighs_twice():
    grave = control("a", Gravity.CRITICAL)
    assert stated([grave, control("b")], {"a": GOOD, "b": BAD}).control[0] == pytest.approx(200 / 3)


def test_without_controls_there_is_no_credit():
    assert stated([sign("a")], {"a": GOOD}).control[0] == 0


@pytest.mark.parametrize(
    ("element", "grade", "share"),
    [
        (Element.CONTROL, 0, 0.25),
        (Element.CONTROL, 1, 0.5),
        (Element.CONTROL, 2, 0.75),
        (Element.CONTROL, 3, 1.0),
        (Element.CONTROL, 4, 1.0),
        (Element.DURESS, 2, 0.75),
        (Element.RECRUITMENT, 2, 0.5),
        (Element.LEAVING, 2, 0.5),
        (Element.PENALTY, 2, 0.5),
        (Element.PENALTY, 4, 1.0),
    ],
)
def test_papers_prove_little_about_coercion(element: Element, grade: int, share: float):
    """f.3/4: documents alone cap at one half for recruitment, leaving and penalty."""
    assert stated([reading("a", bad("a"), element=element)], {"a": GOOD}, grade=grade).confidence[0] == share


@pytest.mark.parametrize("missing", [Missing.NOT_KNOWN, Missing.DECLINED])
def test_what_has_no_value_carries_no_evidence(missing: Missing):
    assert stated([control("a"), control("b")], {"a": GOOD, "b": missing}).confidence[0] == 0.5


def test_context_answers_carry_no_confidence_and_no_level():
    context = sign("b", Strength.STRONG, Element.CONTEXT)
    found = stated([control("a"), context], {"a": GOOD, "b": BAD})
    assert found.confidence[0] == 1
    assert found.levels[0, 0] == 0


WEAK, MEDIUM, STRONG = Strength.WEAK, Strength.MEDIUM, Strength.STRONG


@pytest.mark.parametrize(
    ("strengths", "expected"),
    [
        ([WEAK], "weak"),
        ([WEAK] * 5, "weak"),
        ([MEDIUM], "moderate"),
        ([MEDIUM, WEAK], "moderate"),
        ([MEDIUM] * 2, "moderate"),
        ([MEDIUM, WEAK, WEAK, WEAK], "moderate"),
        ([MEDIUM, MEDIUM, WEAK], "strong"),
        ([MEDIUM] * 3, "strong"),
        ([STRONG], "strong"),
    ],
)
def test_signs_reach_the_levels_of_the_delphi_survey(strengths: list[Strength], expected: str):
    """f.3/2."""
    readings = [sign(f"q{place}", strength) for place, strength in enumerate(strengths)]
    assert level(readings, {one.question: BAD for one in readings}) == expected


@pytest.mark.parametrize(("strength", "expected"), [(WEAK, "none"), (MEDIUM, "weak"), (STRONG, "moderate")])
@pytest.mark.parametrize("told", [PARTLY, Missing.NOT_KNOWN])
def test_partly_and_not_known_count_one_strength_lower(strength: Strength, expected: str, told: str | Missing):
    """f.3/2 and f.5."""
    assert level([sign("a", strength)], {"a": told}) == expected


def test_not_knowing_raises_no_level_above_moderate():
    readings = [sign(name, STRONG) for name in "abc"]
    assert level(readings, dict.fromkeys("abc", PARTLY)) == "strong"
    assert level(readings, dict.fromkeys("abc", Missing.NOT_KNOWN)) == "moderate"


def test_not_knowing_a_control_is_no_sign():
    readings = [reading("a", bad("a"), element=Element.CONTROL, signs={"VUL": STRONG})]
    assert level(readings, {"a": Missing.NOT_KNOWN}) == "none"


@pytest.mark.parametrize("missing", [Missing.DECLINED, Missing.NOT_APPLICABLE])
def test_declined_and_not_applicable_are_no_signs(missing: Missing):
    assert level([sign("a", STRONG)], {"a": missing}) == "none"


def test_silence_is_no_sign():
    assert level([sign("a", STRONG)], {}) == "none"


@pytest.mark.parametrize(("strength", "floor"), [(WEAK, 25), (MEDIUM, 50), (STRONG, 75)])
def test_no_control_takes_the_residual_below_the_floor(strength: Strength, floor: float):
    found = stated([sign("a", strength), control("b")], {"a": BAD, "b": GOOD})
    assert found.inherent[0] == 0
    assert found.residual[0] == floor


def test_the_floor_is_that_of_the_highest_level_not_a_mean():
    weaker = reading("b", bad("b"), element=Element.DURESS, signs={"DEC": WEAK})
    assert stated([sign("a", STRONG), weaker], {"a": BAD, "b": BAD}).residual[0] == 75


# The interval


def test_losing_a_good_answer_is_among_the_worst_cases():
    """A control in place is asked about only while a gate is not good; the gate is still open."""
    codebook = form(
        [select_one("gate"), select_one("b", Not(part=Equals(question="gate", value=GOOD))), select_one("c")]
    )
    thirty = exposure("e", "x", 30, ALWAYS)
    layout = Layout(rule_set([control("b"), control("c")], (thirty,)), codebook, {})
    before = answers({"b": GOOD, "c": BAD})
    found = lay(codebook, [before, answers({"gate": GOOD}, before)])
    profiles = score(layout, found, np.full(found.codes.shape, 4, np.int8)).profiles
    assert profiles.stated.residual.tolist() == [19.5, 30]
    assert profiles.high[0] == 30


@pytest.mark.parametrize(("told", "low", "high"), [(GOOD, 9, 9), (None, 9, 30), (Missing.NOT_KNOWN, 9, 30)])
def test_the_interval_runs_from_the_best_to_the_worst_answer(told: str | Missing | None, low: float, high: float):
    given = {} if told is None else {"a": told}
    found = sheet([control("a")], given, (exposure("e", "x", 30, ALWAYS),)).profiles
    assert (found.low[0], found.high[0]) == (low, high)


def test_the_worst_case_is_never_better_than_what_is_stated():
    """A question whose answer could not be adverse still earns nothing while it is open."""
    readings = [msgspec.structs.replace(control("a"), adverse=Any(), partly=None), control("b")]
    found = sheet(readings, {"b": GOOD}, (exposure("e", "x", 30, ALWAYS),)).profiles
    assert found.high[0] >= found.stated.residual[0]


# Overrides


def shipped_band(given: dict[str, Answer], beyond: Circumstances | None = None, grade: int = 4) -> str:
    found = lay(rules().codebook, [given])
    grades = np.full(found.codes.shape, grade, np.int8)
    return BANDS[score(rules(), found, grades, beyond).profiles.stated.band[0]]


def beyond(*, overdue: bool = False, false_statement: bool = False) -> Circumstances:
    return Circumstances(np.array([overdue]), np.array([false_statement]))


def test_an_overdue_action_lifts_the_band_by_one_after_all_else():
    good = favourable_answers()
    assert shipped_band(good) == "low"
    assert shipped_band(good, beyond(overdue=True)) == "moderate"
    assert shipped_band(good, beyond(overdue=True), grade=0) == "high"


def test_nothing_is_above_critical():
    grave = answers({"dis.violence": "yes"}, favourable_answers())
    assert shipped_band(grave, beyond(overdue=True)) == "critical"


def test_a_proven_false_statement_is_severe_and_takes_the_confidence():
    found = lay(rules().codebook, [favourable_answers()])
    result = score(rules(), found, np.full(found.codes.shape, 4, np.int8), beyond(false_statement=True))
    assert BANDS[result.profiles.stated.band[0]] == "severe"
    assert result.profiles.stated.confidence[0] == 0.25


def share_of(missing: Missing, asked: int, aside: int) -> str:
    readings = [control(f"q{place}") for place in range(asked)]
    given = {one.question: missing if place < aside else GOOD for place, one in enumerate(readings)}
    return BANDS[stated(readings, given).band[0]]


def test_more_than_a_fifth_set_aside_is_not_low():
    """f.4/5."""
    assert share_of(Missing.NOT_APPLICABLE, 10, 2) == "low"
    assert share_of(Missing.NOT_APPLICABLE, 10, 3) == "moderate"


def test_more_than_a_tenth_not_known_is_not_low():
    """f.4/5."""
    assert share_of(Missing.NOT_KNOWN, 10, 1) == "low"
    assert share_of(Missing.NOT_KNOWN, 10, 2) == "moderate"


@pytest.mark.parametrize(
    ("missing", "controls", "aside", "opens"), [(Missing.NOT_APPLICABLE, 13, 3, 5), (Missing.NOT_KNOWN, 29, 3, 2)]
)
def test_a_worse_answer_does_not_dilute_what_was_set_aside(missing: Missing, controls: int, aside: int, opens: int):
    """An answer that opens further questions, all left unanswered, must not make the share look small."""
    names = [f"q{place}" for place in range(1 + controls)]
    opened = [f"p{place}" for place in range(opens)]
    codebook = form([*map(select_one, names), *(select_one(name, bad("q0")) for name in opened)])
    plain = [reading("q0", bad("q0"), element=Element.CONTEXT), *map(control, names[1:]), *map(control, opened)]
    layout = Layout(rule_set(plain), codebook, {})
    good = answers({name: missing if place <= aside else GOOD for place, name in enumerate(names)} | {"q0": GOOD})
    found = lay(codebook, [good, answers({"q0": BAD}, good)])
    bands = score(layout, found, np.full(found.codes.shape, 4, np.int8)).profiles.stated.band
    assert BANDS[bands[0]] == "moderate"
    assert bands[1] >= bands[0]


def test_overrides_never_lower_a_band():
    for one in ("wag.held_back", "mov.guarded"):
        severe = answers({one: "yes"}, favourable_answers())
        assert shipped_band(severe) in ("severe", "critical")


def test_gates_hold_where_the_answer_is_open():
    """f.4/3: cotton that cannot be ruled out is not ruled out."""
    open_origin = {name: one for name, one in favourable_answers("textile").items() if name != "map.cotton"}
    assert shipped_band(open_origin) == "high"
    assert shipped_band(favourable_answers("textile")) == "low"


def test_an_empty_sheet_is_not_low():
    assert BANDS[scored({}).stated.band[0]] != "low"


def test_the_sum_of_many_rows_does_not_overflow():
    readings = [control(f"q{place}", Gravity.CRITICAL) for place in range(300)]
    given = {one.question: GOOD for one in readings}
    found = stated(readings, given)
    assert found.control[0] == 100
    assert found.confidence[0] == 1


def test_a_reading_that_nothing_makes_adverse_is_met():
    assert stated([msgspec.structs.replace(control("a"), adverse=Any())], {"a": BAD}).control[0] == 100
