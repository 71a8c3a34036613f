"""Files that are no longer like those an order was learned from are noticed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.assessment import MODEL
from risk_models import catalogue
from risk_models.priority import estimates
from risk_models.priority_drift import calibration, index, spread
from risk_models.priority_features import Table
from tests.orders import NAMES, drawn_files, model_of

RULES = catalogue.load(*MODEL)
ORDER = model_of(-3, 1.0, [0.5] * len(NAMES))


def watched(files, **changed):
    return spread(ORDER, files, RULES, **{"files_min": 100, "limit": 0.25, **changed})


def test_files_like_those_learned_from_raise_nothing():
    watch = watched(drawn_files(500, seed=9))
    assert watch.enough
    assert not [drift.name for drift in watch.drifts if drift.raised]


def test_a_feature_that_has_moved_is_named_first():
    files = drawn_files(500, seed=9)
    values = files.values.copy()
    values[:, NAMES.index("confidence")] = 0.95
    first = watched(Table(files.rule, NAMES, values)).drifts[0]
    assert (first.name, first.raised) == ("confidence", True)
    assert "0.25" in first.says["ru"]


def test_too_few_files_say_nothing():
    watch = watched(drawn_files(99))
    assert not watch.enough
    assert not watch.drifts
    assert "99" in watch.says["tk"]


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5), st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_the_index_is_never_below_zero_and_zero_of_the_same(then, now):
    assert index(np.array(then), np.array(then)) == 0
    assert index(np.array(then), np.array(now)) >= 0


def test_as_many_cases_as_expected_raise_nothing():
    files = drawn_files(400, seed=3)
    cases = np.random.default_rng(4).random(400) < estimates(ORDER, files)
    (drift,) = calibration(ORDER, files, cases, files_min=100).drifts
    assert not drift.raised


@pytest.mark.parametrize("cases", [np.zeros(400, np.bool_), np.ones(400, np.bool_)])
def test_far_more_or_fewer_cases_than_expected_are_raised(cases):
    (drift,) = calibration(ORDER, drawn_files(400, seed=3), cases, files_min=100).drifts
    assert drift.raised


def test_too_few_conclusions_say_nothing_of_calibration():
    assert not calibration(ORDER, drawn_files(20), np.zeros(20, np.bool_), files_min=100).enough
