"""The laws of exposure through the chain."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_models.network import Exposure, Network, Own, Web, carries, carrying, known
from tests.risk_models.chains import (
    CLOSE,
    GOODS,
    INDICATORS,
    KINDS,
    LABOUR,
    RULES,
    STRONG,
    Chain,
    chains,
    found,
    named,
    network,
    with_edge,
)


def no_lower(after: Exposure, before: Exposure, names=("low", "stated", "high")):
    size = before.low.shape[1]
    for name in names:
        assert (getattr(after, name)[:, :size] >= getattr(before, name) - 1e-9).all()


def same(one: Exposure, other: Exposure, columns=slice(None), size=None):
    for name in ("low", "stated", "high"):
        np.testing.assert_allclose(getattr(one, name)[:, :size], getattr(other, name)[:, columns], **CLOSE)
    assert (one.worst[:, :size] == other.worst[:, columns]).all()


# 1. A riskier supplier never lowers exposure.


@given(chains(), st.data())
def test_a_graver_finding_anywhere_never_lowers_any_exposure(chain, data):
    row, column = (data.draw(st.integers(0, size - 1)) for size in chain.own.low.shape)
    low, high = chain.own.low.copy(), chain.own.high.copy()
    low[row, column] = data.draw(st.integers(low[row, column], STRONG))
    high[row, column] = max(high[row, column], low[row, column])
    after, before = replace(chain, own=Own(low, high)).seen(), chain.seen()
    no_lower(after, before)
    assert (after.worst >= before.worst).all()


@given(chains(), st.data())
def test_naming_a_supplier_found_at_the_gravest_level_never_lowers_any_exposure(chain, data):
    buyer, kind = data.draw(st.integers(0, chain.network.parties - 1)), data.draw(st.integers(0, KINDS - 1))
    after = named(chain, buyer, kind, STRONG, STRONG, unnamed=1).seen()
    no_lower(after, chain.seen())


@given(chains(), st.data())
def test_taking_from_a_supplier_what_came_from_nobody_never_lowers_any_exposure(chain, data):
    parties = chain.network.parties
    buyer, supplier = data.draw(st.integers(0, parties - 1)), data.draw(st.integers(0, parties - 1))
    kind = data.draw(st.integers(0, KINDS - 1))
    taken = chain.network.share[(chain.network.buyer == buyer) & (chain.network.kind == kind)].sum()
    share = max(0, 1 - taken - chain.network.unnamed[kind, buyer]) / 2
    after = replace(chain, network=with_edge(chain.network, buyer, supplier, kind, share)).seen()
    no_lower(after, chain.seen())


NOBODY, SOMEBODY = np.array(False), np.array(True)


def drawn_levels(chain: Chain, data: st.DataObject) -> np.ndarray:
    """Draw what assessments state of each party, or that there is none."""
    size = chain.own.low.size
    told = data.draw(st.lists(st.integers(-1, STRONG), min_size=size, max_size=size))
    return np.array(told, np.int8).reshape(chain.own.low.shape)


@given(chains(), st.data())
def test_what_a_party_tells_of_itself_never_lowers_any_exposure(chain, data):
    levels = drawn_levels(chain, data)
    silence = np.full_like(levels, -1)
    told, untold = (known(one, one, checked=NOBODY, most=STRONG) for one in (levels, silence))
    no_lower(replace(chain, own=told).seen(), replace(chain, own=untold).seen())


@given(chains(), st.data())
def test_a_check_only_lowers_what_was_open(chain, data):
    levels = drawn_levels(chain, data)
    told, checked = (known(levels, levels, checked=by, most=STRONG) for by in (NOBODY, SOMEBODY))
    before, after = (replace(chain, own=own).seen() for own in (told, checked))
    np.testing.assert_allclose(after.low, before.low, **CLOSE)
    assert (after.open <= before.open + 1e-9).all()


def test_missing_answers_keep_a_checked_place_open():
    levels, highest = np.array([[1, -1]], np.int8), np.array([[2, -1]], np.int8)
    own = known(levels, highest, checked=SOMEBODY, most=STRONG)
    assert own.low.tolist() == [[1, 0]]
    assert own.high.tolist() == [[2, STRONG]]


# 2. One supplier or its two halves.


def split(chain: Chain, party: int) -> Chain:
    """Return the chain with a party in two halves: the last one is new, and takes in what the first does."""
    before = chain.network
    new = before.parties
    edges = []
    rows = zip(before.buyer, before.supplier, before.kind, before.share, before.good, strict=True)
    for buyer, supplier, kind, share, good in rows:
        halves = [(party, share / 2), (new, share / 2)] if supplier == party else [(supplier, share)]
        buyers = [party, new] if buyer == party else [buyer]
        edges += [(one, half, kind, part, good) for one in buyers for half, part in halves]
    order = [*range(new), party]
    own = Own(chain.own.low[:, order], chain.own.high[:, order])
    return Chain(network(edges, before.unnamed[:, order], before.codes), own)


@given(chains(), st.data())
def test_splitting_a_supplier_into_two_equal_halves_changes_nothing(chain, data):
    party = data.draw(st.integers(0, chain.network.parties - 1))
    order = [*range(chain.network.parties), party]
    same(split(chain, party).seen(), chain.seen(), order)


# 3. Cycles.


def at_rest(chain: Chain) -> np.ndarray:
    """Return what is sure to reach each party if all tiers are followed without end, by solving equations."""
    solved = []
    for indicator, weight in enumerate(RULES.weight):
        matrix = np.zeros((chain.network.parties,) * 2)
        np.add.at(
            matrix, (chain.network.buyer, chain.network.supplier), weight[chain.network.kind] * chain.network.share
        )
        own = (1 - RULES.reach) * matrix @ RULES.points[chain.own.low[indicator]]
        solved.append(np.linalg.solve(np.eye(len(matrix)) - RULES.reach * matrix, own))
    return np.array(solved)


@given(chains())
def test_cycles_converge_to_the_solution_of_the_equations(chain):
    seen = chain.seen()
    np.testing.assert_allclose(seen.low, at_rest(chain), rtol=0, atol=RULES.most * RULES.reach**RULES.tiers)
    assert (seen.low <= at_rest(chain) + 1e-9).all()


@given(chains(), st.integers(1, 12))
def test_following_one_more_tier_only_narrows_the_interval(chain, tiers):
    fewer, more = (chain.seen(replace(RULES, tiers=number)) for number in (tiers, tiers + 1))
    assert (more.low >= fewer.low - 1e-9).all()
    assert (more.high <= fewer.high + 1e-9).all()


def test_two_parties_that_supply_each_other_keep_within_the_scale():
    ring = Chain(network([(0, 1, GOODS, 1), (1, 0, GOODS, 1)], np.zeros((KINDS, 2))), found(3, 3))
    assert ring.seen().high[0] == pytest.approx([75, 75], abs=1e-9)


# 4. What is unknown is unknown, never safe.


@given(chains(cycles=False), st.data())
def test_the_interval_holds_whatever_the_unknown_turns_out_to_be(chain, data):
    before = chain.seen()
    levels = np.array(
        [data.draw(st.integers(*pair)) for pair in zip(chain.own.low.flat, chain.own.high.flat, strict=True)]
    )
    levels = levels.reshape(chain.own.low.shape).astype(np.int8)
    after = replace(chain, own=Own(levels, levels))
    for buyer in range(chain.network.parties):
        for kind in range(KINDS):
            level = data.draw(st.integers(0, STRONG))
            after = named(after, buyer, kind, level, level)
    seen = after.seen()
    truth = seen.stated[:, : chain.network.parties]
    np.testing.assert_allclose(seen.open[:, : chain.network.parties], 0, **CLOSE)
    assert (before.low - 1e-9 <= truth).all()
    assert (truth <= before.high + 1e-9).all()


@given(chains())
def test_the_stated_exposure_lies_inside_the_interval(chain):
    seen = chain.seen()
    assert (seen.low <= seen.stated).all()
    assert (seen.stated <= seen.high).all()
    assert (seen.low >= 0).all()
    assert (seen.high <= RULES.most + 1e-9).all()


@given(chains(), st.data())
def test_naming_somebody_of_whom_nothing_is_known_changes_nothing(chain, data):
    buyer, kind = data.draw(st.integers(0, chain.network.parties - 1)), data.draw(st.integers(0, KINDS - 1))
    after, before = named(chain, buyer, kind, 0, STRONG, unnamed=1).seen(), chain.seen()
    same(after, before, size=chain.network.parties)


@given(chains(), st.data())
def test_naming_a_supplier_never_widens_an_interval(chain, data):
    buyer, kind = data.draw(st.integers(0, chain.network.parties - 1)), data.draw(st.integers(0, KINDS - 1))
    low, high = sorted(data.draw(st.tuples(st.integers(0, STRONG), st.integers(0, STRONG))))
    unnamed = data.draw(st.sampled_from([0, 0.5, 1]))
    after, before = named(chain, buyer, kind, low, high, unnamed).seen(), chain.seen()
    size = chain.network.parties
    assert (after.low[:, :size] >= before.low - 1e-9).all()
    assert (after.high[:, :size] <= before.high + 1e-9).all()


def test_a_buyer_of_whose_chain_nothing_is_known_is_not_safe():
    alone = Chain(network([], np.ones((KINDS, 1))), found(0)).seen()
    assert alone.low[1, 0] == 0
    assert alone.stated[1, 0] == 50
    assert alone.high[1, 0] == 75


# 5. The worst that is reached.


def worst_by_hand(chain: Chain, indicator: int) -> list[int]:
    """Return the highest level upstream of each party, by walking every edge until nothing is new."""
    runs = RULES.weight[indicator][chain.network.kind] > 0
    edges = list(zip(chain.network.buyer[runs].tolist(), chain.network.supplier[runs].tolist(), strict=True))
    upstream = [{supplier for buyer, supplier in edges if buyer == party} for party in range(chain.network.parties)]
    for _ in range(chain.network.parties):
        upstream = [seen.union(*(upstream[party] for party in seen)) for seen in upstream]
    return [max((int(chain.own.low[indicator, party]) for party in seen), default=0) for seen in upstream]


@given(chains(most=6))
def test_the_worst_is_the_highest_level_found_anywhere_upstream(chain):
    seen = chain.seen()
    for indicator in range(INDICATORS):
        assert seen.worst[indicator].tolist() == worst_by_hand(chain, indicator)


@given(chains(), st.floats(0.0001, 1))
def test_no_share_waters_the_worst_down(chain, scale):
    thinner = replace(chain, network=replace(chain.network, share=chain.network.share * scale))
    assert (thinner.seen().worst == chain.seen().worst).all()


# 6. Order and blocks.


@given(chains(), st.randoms(use_true_random=False))
def test_the_order_of_parties_and_edges_changes_nothing(chain, random):
    before = chain.network
    turned, edges = list(range(before.parties)), list(range(len(before.share)))
    random.shuffle(turned)
    random.shuffle(edges)
    place = np.argsort(turned)
    shuffled = replace(
        before,
        buyer=place[before.buyer][edges].astype(np.int32),
        supplier=place[before.supplier][edges].astype(np.int32),
        kind=before.kind[edges],
        share=before.share[edges],
        good=before.good[edges],
        unnamed=before.unnamed[:, turned],
    )
    own = Own(chain.own.low[:, turned], chain.own.high[:, turned])
    same(Chain(shuffled, own).seen(), chain.seen(), turned)


@given(chains(most=3))
def test_a_chain_among_thousands_has_the_digits_it_has_alone(chain):
    one, times = chain.network, 9_000
    shift = np.repeat(np.arange(times, dtype=np.int32) * one.parties, len(one.share))
    many = Network(
        buyer=np.tile(one.buyer, times) + shift,
        supplier=np.tile(one.supplier, times) + shift,
        kind=np.tile(one.kind, times),
        share=np.tile(one.share, times),
        good=np.tile(one.good, times),
        codes=one.codes,
        unnamed=np.tile(one.unnamed, times),
    )
    own = Own(np.tile(chain.own.low, times), np.tile(chain.own.high, times))
    seen, alone = Chain(many, own).seen(), chain.seen()
    for name in ("low", "open", "worst"):
        assert np.array_equal(getattr(seen, name), np.tile(getattr(alone, name), times))


# 7. Kinds of edge and goods.


def test_a_labour_providers_finding_reaches_the_buyer_by_the_share_of_labour_it_supplies():
    chain = Chain(network([(0, 1, LABOUR, 0.2)], np.zeros((KINDS, 2))), found(0, 3))
    only_goods, both, only_labour = chain.seen().low[:, 0]
    assert only_goods == 0
    assert both == pytest.approx(0.5 * 0.2 * 0.5 * 75)
    assert only_labour == pytest.approx(0.2 * 0.5 * 75)


COTTON = ("52",)


@pytest.mark.parametrize(
    ("code", "heading", "may"),
    [("52", "52", True), ("520942", "52", True), ("52", "5201", True), ("0702", "52", False), ("5209", "5201", False)],
)
def test_an_edge_carries_a_heading_when_its_code_is_or_may_be_of_it(code, heading, may):
    one = network([(0, 0, GOODS, 1, 0)], np.zeros((KINDS, 1)), [code])
    assert carries(one, (heading,)).tolist() == [may]


def test_an_edge_of_which_no_code_is_told_may_carry_anything():
    one = network([(0, 0, GOODS, 1)], np.zeros((KINDS, 1)), ["0702"])
    assert carries(one, COTTON).tolist() == [True]


@given(chains())
def test_what_surely_carries_other_goods_leaves_only_less(chain):
    kept = replace(chain, network=carrying(chain.network, COTTON))
    no_lower(chain.seen(), kept.seen(), ("low", "high"))


# 8. What cannot be a network is refused.


@pytest.mark.parametrize(
    ("edges", "unnamed", "words"),
    [
        ([(0, 2, GOODS, 0.5)], [[0, 0], [0, 0]], "a supplier"),
        ([(0, -1, GOODS, 0.5)], [[0, 0], [0, 0]], "a supplier"),
        ([(0, 1, 5, 0.5)], [[0, 0], [0, 0]], "a kind"),
        ([(0, 1, GOODS, 0.5, 7)], [[0, 0], [0, 0]], "a good"),
        ([(0, 1, GOODS, -0.5)], [[0, 0], [0, 0]], "negative"),
        ([(0, 1, GOODS, float("nan"))], [[0, 0], [0, 0]], "more than the whole"),
        ([(0, 1, GOODS, 0.5)], [[0.6, 0], [0, 0]], "more than the whole"),
        ([], [[float("nan"), 0], [0, 0]], "not a number"),
    ],
)
def test_what_cannot_be_a_network_is_refused(edges, unnamed, words):
    with pytest.raises(ValueError, match=words):
        Web(network(edges, unnamed), RULES)


def test_a_network_without_edges_has_an_exposure():
    seen = Chain(network([], np.zeros((KINDS, 2))), found(3, 3)).seen()
    assert not seen.high.any()
    assert not seen.worst.any()


@pytest.mark.parametrize(("low", "high"), [(-1, 1), (2, 1)])
def test_levels_the_wrong_way_round_are_refused(low, high):
    with pytest.raises(ValueError, match="level"):
        Own(np.array([[low]], np.int8), np.array([[high]], np.int8))


def test_a_line_of_a_hundred_parties_hands_the_worst_to_its_end():
    line = [(party, party + 1, GOODS, 0.01) for party in range(100)]
    chain = Chain(network(line, np.zeros((KINDS, 101))), found(*[0] * 100, STRONG))
    assert chain.seen().worst[0].tolist() == [*[STRONG] * 100, 0]
