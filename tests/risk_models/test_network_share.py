"""Shares that were told stand; what is left over is divided, and somebody missing is somebody unnamed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_models.network import UNTOLD, Network, Web
from risk_models.network_share import shared_out
from tests.risk_models.chains import RULES

UNKNOWN = float("nan")


def shared(*told, elsewhere=UNKNOWN, all_named=False):
    """Return the shares of one buyer's suppliers and what is unnamed, for one kind of edge."""
    size = len(told)
    share, unnamed = shared_out(
        np.zeros(size, np.int32),
        np.zeros(size, np.int8),
        np.array(told, np.float64),
        elsewhere=np.array([[elsewhere]]),
        all_named=np.array([[all_named]]),
    )
    return [*share.tolist(), float(unnamed[0, 0])]


def test_what_is_told_stands_and_the_rest_is_unnamed():
    assert shared(0.6, 0.1) == pytest.approx([0.6, 0.1, 0.3])


def test_suppliers_without_a_share_and_the_unnamed_divide_the_rest():
    assert shared(0.4, UNKNOWN, UNKNOWN) == pytest.approx([0.4, 0.2, 0.2, 0.2])


def test_once_all_are_named_nothing_is_left_for_the_unnamed():
    assert shared(0.4, UNKNOWN, UNKNOWN, all_named=True) == pytest.approx([0.4, 0.3, 0.3, 0])


def test_what_is_missing_although_all_are_named_and_told_is_unnamed():
    assert shared(0.4, 0.5, elsewhere=1, all_named=True) == pytest.approx([0.4, 0.5, 0.1])


def test_a_party_that_named_and_told_all_takes_the_rest_from_nobody():
    assert shared(0.2, all_named=True) == pytest.approx([0.2, 0])
    assert shared(all_named=True) == [0]


def test_what_a_party_makes_itself_comes_from_nobody():
    assert shared(0.2, elsewhere=0.2) == pytest.approx([0.2, 0])
    assert shared(elsewhere=0.3) == pytest.approx([0.3])


def test_of_a_party_without_suppliers_everything_is_unnamed():
    assert shared() == [1]


def test_shares_that_come_to_more_than_the_whole_are_made_smaller_alike():
    assert shared(0.9, 0.6) == pytest.approx([0.6, 0.4, 0])


ONE = st.none() | st.floats(0, 1)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), ONE), max_size=8),
    st.lists(st.floats(0, 1) | st.just(UNKNOWN), min_size=6, max_size=6),
    st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_whatever_a_register_holds_becomes_a_network(links, elsewhere, all_named):
    buyer = np.array([link[0] for link in links], np.int32)
    kind = np.array([link[1] for link in links], np.int8)
    told = np.array([UNKNOWN if link[2] is None else link[2] for link in links], np.float64)
    share, unnamed = shared_out(
        buyer, kind, told, elsewhere=np.reshape(elsewhere, (2, 3)), all_named=np.reshape(all_named, (2, 3))
    )
    supplier, good = np.zeros(len(links), np.int32), np.full(len(links), UNTOLD, np.int32)
    assert Web(Network(buyer, supplier, kind, share, good, (), unnamed), RULES).roads
