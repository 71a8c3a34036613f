"""What conclusions suggest, drawn to the order of the rule set."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from risk_models.priority_features import Table
from risk_models.priority_fit import anchor, fit
from tests.orders import NAMES, concluded


@given(st.integers(0, 1000), st.floats(0.5, 100))
def test_no_coefficient_but_the_base_is_below_zero(seed, strength):
    random = np.random.default_rng(seed)
    files = Table(random.random(40), ("a", "b"), random.random((40, 2)))
    found = fit(files, random.random(40) < 0.4, strength)
    assert min(found.slope, *found.weights) >= 0


def test_where_adverse_answers_speak_against_a_case_the_weight_is_zero():
    random = np.random.default_rng(1)
    values = random.random((300, 1))
    found = fit(Table(random.random(300), ("a",), values), values[:, 0] < 0.3, 1.0)
    assert found.weights.tolist() == [0]


def test_drawn_hard_enough_nothing_is_left_but_the_rule_set():
    rows = concluded(300, weight=4)
    alone, drawn = anchor(rows.table.rule, rows.cases), fit(rows.table, rows.cases, 1e7)
    assert drawn.weights == pytest.approx(np.zeros(len(NAMES)), abs=1e-4)
    assert (drawn.base, drawn.slope) == pytest.approx((alone.base, alone.slope), abs=1e-3)


def test_where_neither_bound_nor_anchor_binds_it_agrees_with_scikit_learn():
    random = np.random.default_rng(2)
    values = random.random((400, 2))
    cases = random.random(400) < 1 / (1 + np.exp(3 - 3 * values[:, 0] - 2 * values[:, 1]))
    ours = fit(Table(np.zeros(400), ("a", "b"), values), cases, 2.0)
    theirs = LogisticRegression(C=0.5, tol=1e-10).fit(values, cases)
    assert ours.weights == pytest.approx(theirs.coef_[0], abs=1e-3)
    assert ours.base == pytest.approx(theirs.intercept_[0], abs=1e-3)


def test_an_anchor_stays_finite_where_cases_are_all_on_one_side():
    found = anchor(np.arange(20.0), np.arange(20) >= 10)
    assert 0 < found.slope < 100


def test_a_line_is_never_flatter_than_wanted_even_where_cases_speak_against_it():
    assert anchor(np.arange(20.0), np.arange(20) < 10, 0.01).slope == pytest.approx(0.01)
