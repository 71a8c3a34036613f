"""The made-up population is what it says, and the page shows what was measured."""

from itertools import product

import numpy as np
import pytest

from benchmarks.simulation.assumptions import CONCEALING, HONEST, KINDS
from benchmarks.simulation.ground import fewest_rounds, ground
from benchmarks.simulation.measuring import WORLDS, over, population, spread
from benchmarks.simulation.orders import ORDERS, orders, severity, weighed
from benchmarks.simulation.report import NAMES, PAGE, page, shown
from benchmarks.simulation.respondents import kinds, respond
from benchmarks.simulation.results import RESULTS, kept
from benchmarks.simulation.truth import ADVERSE, _means, firms
from questionnaires.codebook import NOT_KNOWN
from risk_models.model import Gravity
from risk_models.priority_features import of_scores
from risk_models.priority_outcome import Learned, Standing
from risk_models.scoring import score

SIZE = 1500


@pytest.fixture(scope="module")
def common():
    return ground()


@pytest.fixture(scope="module")
def people(common):
    return firms(common.layout, common.said, common.tables, SIZE, np.random.default_rng(1))


def handed_in(common, people, kind):
    return respond(common, people, np.full(people.size, kind), np.random.default_rng(2))


def scored(common, stated):
    return score(common.layout, stated.answers, stated.grades)


def test_the_means_of_control_are_as_frequent_as_on_record(common):
    drawn = _means(common.tables, 20_000, np.random.default_rng(1))
    assert drawn.any(axis=0).all()
    assert drawn.mean(axis=1) == pytest.approx(common.tables.shares, abs=0.05)


def test_means_that_go_together_on_record_go_together_here(common):
    drawn = _means(common.tables, 20_000, np.random.default_rng(1))
    pair = [common.tables.means.index(name) for name in ("debt_bondage_or_earnings", "excessive_work_hours")]
    apart = [common.tables.means.index(name) for name in ("debt_bondage_or_earnings", "abuse_psy_phys_sex")]
    assert np.corrcoef(drawn[pair])[0, 1] > np.corrcoef(drawn[apart])[0, 1] + 0.05


def test_about_as_many_cases_are_drawn_as_assumed(common, people):
    assert 0.05 < people.case.mean() < 0.14
    assert not people.state[~people.harvest].any()


def test_the_same_seed_gives_the_same_firms(common, people):
    again = firms(common.layout, common.said, common.tables, SIZE, np.random.default_rng(1))
    assert (again.practice == people.practice).all()


def test_every_adverse_option_is_adverse_to_the_rules(common):
    known = {"grv.volume", "sup.findings"}  # adverse only together with another answer
    for question, (good, _, adverse) in common.answered.items():
        if question not in known:
            assert not set(np.asarray(good.values).tolist()) & set(np.asarray(adverse.values).tolist()), question


def test_answers_are_ones_that_the_form_can_hold(common, people):
    stated = handed_in(common, people, HONEST)
    book = common.layout.codebook
    for row, question in enumerate(book.questions):
        if question.id in book.code and question.id not in book.many_row:
            assert stated.answers.codes[row].max() < len(book.code[question.id])
    assert (stated.answers.codes >= NOT_KNOWN).all()


def test_who_conceals_looks_better_than_who_is_honest(common, people):
    cases = people.case
    residual = {
        kind: scored(common, handed_in(common, people, kind)).profiles.stated.residual[cases].mean()
        for kind in (HONEST, CONCEALING)
    }
    assert residual[CONCEALING] < residual[HONEST] - 5


def test_firms_with_a_case_score_worse_where_they_are_honest(common, people):
    residual = scored(common, handed_in(common, people, HONEST)).profiles.stated.residual
    assert residual[people.case].mean() > residual[~people.case].mean() + 5


def test_respondents_are_drawn_in_the_assumed_shares(common, people):
    said = common.said
    kind = kinds(people, said.respondents_without, said.respondents_with_case, np.random.default_rng(1))
    for name in KINDS:
        assert (kind[~people.case] == name).mean() == pytest.approx(common.said.respondents_without[name], abs=0.05)


def test_a_question_of_zero_tolerance_has_the_greatest_severity(common):
    severities = {reading.question: severity(reading) for reading in common.layout.model.readings}
    assert set(severities.values()) <= {1, 2, 3, 4, 5}
    assert all(
        severities[one.question] == 5 for one in common.layout.model.readings if one.gravity is Gravity.ZERO_TOLERANCE
    )


def test_every_order_says_something_of_every_firm(common, people):
    results = scored(common, handed_in(common, people, HONEST))
    numbers = of_scores(common.layout, results, {"haste": np.ones(people.size, np.int64)})
    nothing = Learned(standing=Standing.TOO_FEW_FILES, says={}, trial=None, model=None, strength=0)
    found = orders(common.layout, people, results, numbers, nothing)
    assert tuple(found) == ORDERS
    assert all(len(scores) == people.size for scores in found.values())
    assert (found["learned"] == numbers.rule).all()
    assert len(weighed(numbers).rule) == people.size


def test_practices_are_worse_where_there_is_a_case(people):
    adverse = (people.practice == ADVERSE).mean(axis=0)
    assert adverse[people.case].mean() > 1.5 * adverse[~people.case].mean()


def test_firms_that_are_alike_can_stand_out_in_as_many_rounds_as_are_taken(common):
    percent, rounds = common.look.figure("alike_percent"), common.look.figure("alike_rounds")
    assert rounds == fewest_rounds(percent)
    assert 1 / rounds <= percent / 100


def test_a_population_is_measured_the_same_way_twice(common):
    first, second = (population(common, 150, 7) for _ in range(2))
    assert first.keys() == second.keys()
    assert list(first.values()) == pytest.approx(list(second.values()), nan_ok=True, abs=0)
    for world, order in product(WORLDS, ORDERS):
        assert 0 <= first[f"{world}.found.{order}.20"] <= 1


def test_figures_that_could_not_be_measured_are_left_out():
    found = over([{"a": 1.0}, {"a": 3.0, "b": float("nan")}])
    assert list(found) == ["a"]
    assert found["a"].mean == 2


def test_a_spread_holds_its_mean():
    found = spread(np.array([0.1, 0.2, 0.6]))
    assert found.mean_low < found.mean < found.mean_high
    assert found.low <= found.mean <= found.high


def test_the_page_shows_what_was_measured():
    results = kept(RESULTS)
    assert results.simulated
    assert results.populations >= 30
    assert shown(PAGE.read_text(encoding="utf-8")) == page(results)


def test_the_page_shows_every_order():
    assert set(NAMES) == set(ORDERS)
    assert all(label in shown(PAGE.read_text(encoding="utf-8")) for label in NAMES.values())


def test_the_page_says_that_it_is_simulated():
    text = PAGE.read_text(encoding="utf-8")
    assert "No public data set has suppliers with indicators and verified outcomes" in " ".join(text.split())
    assert "**Simulated.**" in text
