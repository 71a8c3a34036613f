"""Which share of the cases stands in the first part of an order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_models.priority_ranking import Sampling, differences, found, found_in_blocks

CASES = np.array([True, False, False, True, False, False, False, False, False, False])


def test_an_order_that_puts_all_cases_first_finds_them_all():
    assert found(CASES.astype(float), CASES, 0.2) == 1


def test_an_order_that_puts_them_last_finds_none():
    assert found(-CASES.astype(float), CASES, 0.2) == 0


@given(st.floats(0.01, 1))
def test_an_order_that_tells_nothing_apart_finds_its_share(share):
    assert found(np.zeros(10), CASES, share) == pytest.approx(share)


def test_of_a_group_over_the_end_cases_count_by_its_share():
    scores = np.array([3.0, 2, 1, 1, 1, 1, 0, 0, 0, 0])
    assert found(scores, CASES, 0.4) == pytest.approx(0.5 + 0.5 * 2 / 4)


@given(st.permutations(range(10)), st.lists(st.integers(0, 3), min_size=10, max_size=10))
def test_the_sequence_of_files_changes_nothing(places, scores):
    numbers = np.array(scores, np.float64)
    moved = np.array(places)
    assert found(numbers[moved], CASES[moved], 0.3) == pytest.approx(found(numbers, CASES, 0.3))


def test_cases_may_be_worth_more_than_others():
    worth = np.where(CASES, [9.0, 0, 0, 1, 0, 0, 0, 0, 0, 0], 0)
    assert found(np.arange(10, 0, -1.0), worth, 0.1) == pytest.approx(0.9)


def test_each_block_is_a_queue_of_its_own():
    scores, blocks = np.array([9.0, 8, 1, 0]), np.array([0, 0, 1, 1])
    assert found_in_blocks(scores, np.array([False, True, True, False]), blocks, 0.5) == 0.5


def test_an_order_is_no_better_than_itself():
    scores = np.random.default_rng(1).random(50)
    gains = differences((scores, scores), scores > 0.8, np.zeros(50, np.intp), Sampling(0.2, 300, 1))
    assert gains.tolist() == [0] * 300


def test_two_orders_change_places_with_the_sign():
    random = np.random.default_rng(2)
    first, second, cases = random.random(80), random.random(80), random.random(80) < 0.2
    blocks = np.arange(80) // 40
    there = differences((first, second), cases, blocks, Sampling(0.2, 50, 1))
    back = differences((second, first), cases, blocks, Sampling(0.2, 50, 1))
    assert there == pytest.approx(-back)
