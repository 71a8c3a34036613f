"""How likely a case is at a sum: a line that bends where conclusions bend it, and never falls."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_models.priority import probability
from risk_models.priority_calibration import CASES_A_PIECE, FOLDS, PIECES_MOST, calibrated, curve
from risk_models.priority_features import Table

SIZE = 6000
FLAT = 0.7
"""Up to here a feature says nothing; beyond, cases become more and more frequent."""

CLOSE, FAR = 0.035, 0.06


def likely(files):
    """Return how likely each file is a case: about 3 % as long as the feature is low, then up to 70 %."""
    return probability(-3.5 + 15 * np.maximum(files.values[:, 0] - FLAT, 0))


def drawn(seed, size=SIZE):
    random = np.random.default_rng(seed)
    files = Table(2 * random.random(size), ("a", "b"), random.random((size, 2)))
    return files, random.random(size) < likely(files)


def found(seed, size=SIZE, fair=None):
    files, cases = drawn(seed, size)
    return calibrated(files, cases, np.ones(size, np.bool_) if fair is None else fair, 3.0)


def off(odds, files):
    """Return how far estimates are off in each fifth of the files, 0 to 1."""
    fifths = np.array_split(np.argsort(odds, kind="stable"), 5)
    return np.array([abs(probability(odds[rows]).mean() - likely(files)[rows].mean()) for rows in fifths])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_where_cases_are_few_and_then_many_a_straight_line_misses_and_the_curve_holds_in_every_fifth(seed):
    learned, (later, _) = found(seed), drawn(seed + 100)
    assert off(learned.sums.log_odds(later), later).max() > FAR
    assert off(learned.log_odds(later), later).max() < CLOSE


@given(st.integers(0, 10_000), st.integers(0, 300), st.floats(-3, 3))
def test_the_curve_rises_from_point_to_point_whatever_was_concluded(seed, cases, tilt):
    random = np.random.default_rng(seed)
    sums = random.normal(size=400)
    concluded = np.argsort(np.argsort(tilt * sums + random.normal(size=400))) < cases
    points = np.array(curve(sums, concluded, (-5.0, 5.0))).reshape(-1, 2)
    assert (np.diff(points, axis=0) > 0).all()


def test_the_curve_changes_nobodys_place():
    learned, (later, _) = found(4), drawn(5)
    assert learned.curve
    order = np.argsort(learned.sums.log_odds(later), kind="stable")
    assert (np.diff(learned.log_odds(later)[order]) > 0).all()


def test_no_file_lies_beyond_the_ends_of_the_curve():
    learned = found(6)
    corners = Table(np.array([0.0, 2.001]), ("a", "b"), np.array([[0.0, 0.0], [1.0, 1.0]]))
    low, high = learned.sums.log_odds(corners)
    assert learned.curve[0][0] < low < high < learned.curve[-1][0]


@pytest.mark.parametrize(
    ("cases", "pieces"),
    [(0, 0), (2 * CASES_A_PIECE - 1, 0), (2 * CASES_A_PIECE, 2), (3 * CASES_A_PIECE, 3), (1000, PIECES_MOST)],
)
def test_the_more_cases_the_more_pieces_and_with_too_few_the_line_stays_straight(cases, pieces):
    sums = np.linspace(-4, 2, 2000)
    points = curve(sums, np.arange(2000) >= 2000 - cases, (-4.0, 2.0))
    assert max(len(points) - 1, 0) == pieces


def test_sums_that_are_all_the_same_are_no_trouble():
    points = curve(np.zeros(200), np.arange(200) % 2 == 0, (0.0, 0.0))
    assert all(np.isfinite(points).ravel())


def test_only_fair_files_bend_the_curve():
    fair = np.arange(SIZE) < CASES_A_PIECE
    assert not found(7, fair=fair).curve


def test_no_file_is_held_against_weights_that_it_helped_to_find():
    random = np.random.default_rng(8)
    size = 40 * FOLDS
    files = Table(random.random(size), tuple(f"f{n}" for n in range(60)), random.random((size, 60)))
    learned = calibrated(files, random.random(size) < 0.4, np.ones(size, np.bool_), 0.01)
    assert np.ptp(learned.sums.log_odds(files)) < 1  # nothing can be learned here, and so nothing tells files apart
