"""An order is learned from earlier files, and used only where later ones bear it out."""

from dataclasses import replace

import numpy as np
import pytest

from duediligence.assessment import MODEL
from questionnaires.text import LANGUAGES
from risk_models import catalogue, parameter
from risk_models.priority_card import card
from risk_models.priority_fit import fit
from risk_models.priority_learning import in_time, later_files, learn
from risk_models.priority_outcome import Standing, Terms, terms, usable
from tests.conftest import TODAY
from tests.orders import concluded

TERMS = Terms(files_min=300, cases_min=30, first=0.2)
RULE_SET = "forced_labour 2026.1"


def learned(rows, wanted=TERMS):
    return learn(rows, wanted, rule_set=RULE_SET, seed=1)


@pytest.fixture(scope="module")
def good():
    return learned(concluded(1200, slope=0.3, weight=6, base=-5))


def test_an_order_that_finds_more_on_later_files_is_used(good):
    assert good.standing is Standing.ON
    assert good.trial.learned > good.trial.rules
    assert good.trial.low > 0


def test_an_order_that_adds_nothing_to_the_rules_is_not_used():
    found = learned(concluded(1200, slope=2, weight=0))
    assert found.standing is Standing.NOT_BETTER
    assert found.trial.low <= 0


def test_random_conclusions_are_hardly_ever_taken_for_knowledge():
    used = [learned(concluded(300, seed=seed, slope=0, base=-1)).standing is Standing.ON for seed in range(3)]
    assert used == [False] * 3


def test_too_few_files_teach_nothing():
    found = learned(concluded(299))
    assert (found.standing, found.model, found.trial) == (Standing.TOO_FEW_FILES, None, None)
    assert "299" in found.says["en"]


def test_too_few_cases_teach_nothing():
    rows = concluded(400)
    found = learned(replace(rows, cases=np.arange(400) < 29))
    assert found.standing is Standing.TOO_FEW_CASES


def test_an_order_learned_under_other_rules_is_taken_out_of_use(good):
    assert usable(good, RULE_SET) == good
    other = usable(good, "forced_labour 2027.1")
    assert other.standing is Standing.OTHER_RULES
    assert "2027.1" in other.says["ru"]


def test_the_sequence_of_rows_changes_nothing(good):
    rows = concluded(1200, slope=0.3, weight=6, base=-5)
    shuffled = rows.part(np.random.default_rng(3).permutation(1200))
    assert learned(shuffled) == good


def test_another_row_gives_another_version(good):
    rows = concluded(1200, slope=0.3, weight=6, base=-5)
    cases = rows.cases.copy()
    cases[7] = ~cases[7]
    assert learned(replace(rows, cases=cases)).model.version != good.model.version


def test_later_files_never_teach_about_earlier_ones():
    rows = in_time(concluded(600, weight=4))
    late = replace(rows, cases=np.where(np.arange(600) < 480, rows.cases, ~rows.cases))
    before, after = (fit(one.table.part(np.arange(480)), one.cases[:480], 10.0) for one in (rows, late))
    assert before.weights.tolist() == after.weights.tolist()


def test_only_fair_files_are_compared():
    rows = in_time(concluded(600, weight=4))
    fair = np.arange(600) % 5 == 0
    assert later_files(replace(rows, fair=fair), 0.2, 1).files == sum(fair[240:])


def test_on_later_files_the_estimates_are_neither_far_too_sure_nor_far_too_timid(good):
    assert 0.5 < good.trial.stretch < 1.5


def test_the_trial_tells_fifth_by_fifth_what_was_expected_and_what_was_found(good):
    fifths = good.trial.fifths
    assert len(fifths) == 5
    assert sum(one.files for one in fifths) == good.trial.files
    assert sum(one.files * one.seen for one in fifths) == pytest.approx(good.trial.cases)
    assert [one.expected for one in fifths] == sorted(one.expected for one in fifths)
    assert all(one.low <= one.seen <= one.high for one in fifths)


def test_the_terms_are_dated_parameters():
    found = terms(parameter.values_on(parameter.read_all(), TODAY))
    assert (found.files_min, found.cases_min, found.first) == (300, 30, 0.2)


def test_the_card_tells_the_run_in_three_languages(good):
    told = card(good, catalogue.load(*MODEL))
    assert set(told) == set(LANGUAGES)
    for text in told.values():
        for fact in (good.model.version, good.model.rows, str(good.model.files), str(good.trial.cases)):
            assert fact in text
        assert "{" not in text
        assert all(f"{100 * one.expected:.1f}" in text for one in good.trial.fifths)


def test_the_card_shows_every_point_of_the_curve(good):
    told = card(good, catalogue.load(*MODEL))
    assert len(good.model.curve) > 2
    for text in told.values():
        assert all(f" {at:.2f}" in text for at, _ in good.model.curve)


def test_there_is_no_card_of_an_order_that_was_never_learned():
    with pytest.raises(ValueError, match="nothing was learned"):
        card(learned(concluded(10)), catalogue.load(*MODEL))


def test_conclusions_of_a_single_day_have_no_later_files_and_are_not_used():
    rows = concluded(400, slope=0.3, weight=6, base=-4)
    found = learned(replace(rows, days=np.full(400, 739_000)))
    assert found.standing is Standing.NOT_BETTER
    assert not found.trial.fifths
