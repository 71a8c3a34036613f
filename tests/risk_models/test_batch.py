"""Many responses at once: the figures of each are those it has by itself."""

import numpy as np
import pytest

from risk_models import batch
from risk_models.batch import score_many
from risk_models.explanation import explain
from risk_models.population import population
from risk_models.scoring import score
from tests.conftest import TODAY, rules

SIZE = 60


@pytest.fixture(scope="module")
def made_up():
    return population(rules(), SIZE, 3)


def test_each_has_the_figures_of_its_own_profile(made_up):
    answers, grades = made_up
    results, scored = score_many(rules(), answers, grades), score(rules(), answers, grades)
    for row in range(SIZE):
        profile = explain(rules(), scored, TODAY, row=row)
        stated = (profile.inherent, profile.residual, profile.low, profile.high)
        assert tuple(getattr(results, name)[row] for name in ("inherent", "residual", "low", "high")) == stated
        assert round(float(results.coverage[row]), 3) == profile.coverage
        assert round(float(results.confidence[row]), 3) == profile.confidence
        bands = [band.id for band in rules().model.bands]
        assert (bands[results.band[row]], bands[results.highest_band[row]]) == (profile.band, profile.highest_band)


def test_the_size_of_a_block_changes_no_digit(made_up, monkeypatch):
    answers, grades = made_up
    whole = score_many(rules(), answers, grades)
    monkeypatch.setattr(batch, "BLOCK", 7)
    parts = score_many(rules(), answers, grades)
    for name in batch.Results.__slots__:
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))


def test_where_nothing_is_answered_nothing_is_covered(made_up):
    answers, grades = made_up
    answers.codes[:, 0] = -3
    assert score_many(rules(), answers.block(0, 1), grades[:, :1]).coverage[0] == 0
