"""What one buyer's exposure is taken apart into adds up, and what learning would bring is foretold."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from risk_models.network import Own, carries
from risk_models.network_path import PLACE, End, direct, openings, paths, summands, worst_path
from tests.risk_models.chains import (
    CLOSE,
    GOODS,
    INDICATORS,
    KINDS,
    RULES,
    STRONG,
    Chain,
    chains,
    found,
    named,
    network,
)

# 1. What is named adds up to what is stated.


@given(chains(), st.integers(1, 12))
def test_the_parties_add_up_to_the_exposure_of_a_buyer(chain, tiers):
    rules = replace(RULES, tiers=tiers)
    web, seen = chain.web(rules), chain.seen(rules)
    for indicator in range(INDICATORS):
        parts = summands(web, chain.own, 0, indicator)
        assert parts.low == pytest.approx(seen.low[indicator, 0], abs=1e-9)
        assert parts.open == pytest.approx(seen.open[indicator, 0], abs=1e-9)


@given(chains(), st.integers(1, 12))
def test_the_edges_of_a_buyer_add_up_to_its_exposure(chain, tiers):
    rules = replace(RULES, tiers=tiers)
    seen, parts = chain.seen(rules), direct(chain.web(rules), chain.own, 0)
    np.testing.assert_allclose(parts.low.sum(axis=1), seen.low[:, 0], **CLOSE)
    np.testing.assert_allclose(parts.open.sum(axis=1) + parts.unnamed.sum(axis=1), seen.open[:, 0], **CLOSE)


@given(chains(most=4), st.integers(1, 3))
def test_all_paths_add_up_to_the_exposure_of_a_buyer(chain, tiers):
    rules = replace(RULES, tiers=tiers)
    web, seen = chain.web(rules), chain.seen(rules)
    for indicator in range(INDICATORS):
        every = paths(web, chain.own, 0, indicator, most=100_000)
        assert sum(path.stated for path in every) == pytest.approx(seen.stated[indicator, 0], abs=1e-9)
        assert sum(path.low for path in every) == pytest.approx(seen.low[indicator, 0], abs=1e-9)


@given(chains(most=4), st.integers(1, 4))
def test_paths_come_in_the_order_of_what_they_add(chain, tiers):
    stated = [path.stated for path in paths(chain.web(replace(RULES, tiers=tiers)), chain.own, 0, 1, most=50)]
    assert all(first >= second - 1e-12 for first, second in pairwise(stated))


@given(chains())
def test_a_path_follows_edges_that_are_there(chain):
    edges = set(zip(chain.network.buyer.tolist(), chain.network.supplier.tolist(), strict=True))
    for path in paths(chain.web(), chain.own, 0, 1, most=10):
        assert path.parties[0] == 0
        assert set(pairwise(path.parties)) <= edges


@given(chains())
def test_the_edges_of_all_headings_add_up_to_what_comes_over_edges(chain):
    """Where each code is told, the headings 07 and 52 part the edges."""
    told = replace(chain, network=replace(chain.network, good=np.abs(chain.network.good)))
    parts = direct(told.web(), told.own, 0)
    headings = [carries(told.network, (heading,))[parts.edge] for heading in ("52", "07")]
    added = sum(parts.low[:, mask].sum(axis=1) for mask in headings)
    np.testing.assert_allclose(added, parts.low.sum(axis=1), **CLOSE)


# 2. What learning would bring.


@given(chains(cycles=False), st.data())
def test_what_is_learned_closes_the_interval_by_as_much_as_was_foretold(chain, data):
    indicator = data.draw(st.integers(0, INDICATORS - 1))
    web, before = chain.web(), chain.seen()
    gaps = openings(web, summands(web, chain.own, 0, indicator))
    assume(len(gaps.party))
    place = data.draw(st.integers(0, len(gaps.party) - 1))
    party, kind, points = int(gaps.party[place]), int(gaps.kind[place]), gaps.points[place]
    after = learned(chain, party, kind, indicator, data)
    seen = after.seen()
    closed = before.open[indicator, 0] - seen.open[indicator, 0]
    moved = seen.stated[indicator, 0] - before.stated[indicator, 0]
    assert closed == pytest.approx(points, abs=1e-9)
    assert -RULES.unknown * points - 1e-9 <= moved <= (1 - RULES.unknown) * points + 1e-9


def learned(chain: Chain, party: int, kind: int, indicator: int, data) -> Chain:
    """Return the chain once one opening is closed: a place is found at a level, or somebody is named and all known."""
    if kind != PLACE:
        level = data.draw(st.integers(0, STRONG))
        return named(chain, party, kind, level, level)
    low, high = chain.own.low.copy(), chain.own.high.copy()
    low[indicator, party] = high[indicator, party] = data.draw(
        st.integers(low[indicator, party], high[indicator, party])
    )
    return replace(chain, own=Own(low, high))


@given(chains(cycles=False), st.data())
def test_the_place_of_a_newly_named_supplier_closes_the_interval_at_once_by_as_much_as_was_foretold(chain, data):
    web, before = chain.web(), chain.seen()
    gaps = openings(web, summands(web, chain.own, 0, 1))
    open_ends = np.flatnonzero(gaps.kind != PLACE)
    assume(len(open_ends))
    place = data.draw(st.sampled_from(open_ends.tolist()))
    after = named(chain, int(gaps.party[place]), int(gaps.kind[place]), 1, 1, unnamed=1).seen()
    assert before.open[1, 0] - after.open[1, 0] == pytest.approx(gaps.at_once[place], abs=1e-9)


# 3. Paths that are told.


@given(chains(most=6))
def test_the_path_to_the_worst_leads_there_along_edges(chain):
    web, seen = chain.web(), chain.seen()
    edges = set(zip(chain.network.buyer.tolist(), chain.network.supplier.tolist(), strict=True))
    for buyer in range(chain.network.parties):
        way = worst_path(web, chain.own, seen, buyer, 1)
        assert bool(way) == (seen.worst[1, buyer] > 0)
        assert set(pairwise(way)) <= edges
        if way:
            assert way[0] == buyer
            assert chain.own.low[1, way[-1]] == seen.worst[1, buyer]


def test_the_path_to_the_worst_is_the_shortest():
    edges = [(0, 1, GOODS, 0.5), (1, 2, GOODS, 1), (2, 3, GOODS, 1), (0, 4, GOODS, 0.01), (4, 3, GOODS, 0.01)]
    chain = Chain(network(edges, np.zeros((KINDS, 5))), found(0, 0, 0, 3, 1))
    assert worst_path(chain.web(), chain.own, chain.seen(), 0, 0) == (0, 4, 3)


def test_an_unnamed_supplier_may_be_the_path_that_adds_most():
    chain = Chain(network([(0, 1, GOODS, 0.1)], [[0.9, 0], [0, 0]]), found(0, 3))
    first = paths(chain.web(), chain.own, 0, 0, most=1)[0]
    assert (first.parties, first.end) == ((0,), End.UNNAMED)
    assert first.stated == pytest.approx(0.9 * 50)
