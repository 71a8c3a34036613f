"""Exposure through the chain: what reaches a buyer from those who supply it.

A supplier hands on a part of what is found at its own place and a part of what
reaches itself; a buyer takes that in by the supplier's share. For an indicator i,
in points of its levels (none 0, weak 25, moderate 50, strong 75):

    handed(i, s) = (1 - reach) * own(i, s) + reach * chain(i, s)
    chain(i, b)  = sum over kinds of edge k of weight(i, k) *
                   ( sum over suppliers s of share(k, b, s) * handed(i, s)  +  unnamed(k, b) * U )

    reach    1/2: direct suppliers make up half of the whole, theirs a quarter, the next an eighth
    weight   of goods and of labour, 1/2 each where an indicator runs along both; they add up to 1
    share    of what b takes in of this kind, 0 to 1; with `unnamed` they add up to 1 at most, and
             the rest comes from nobody: own fields, own staff
    own, U   at best (low), at worst (high) and as stated:
             of a place found at a level, its points, three times the same; of one that may be
             anything from one level to another, the points of both; of what nobody has named, 0 and 75
    stated   = low + unknown * (high - low), where `unknown` is 2/3: nothing known counts as 50

The chain is followed for `tiers` tiers; all that lies beyond counts as unnamed. So
cycles end, and the interval [low, high] holds whatever the unknown turns out to be.
All is a sum of products without a minus: a graver finding lowers nothing, two halves
of a supplier hand on what the whole did, and the summands (`network_path`) add up.

A share-weighted sum can make one grave finding small. So beside it stands

    worst(i, b) = the highest level surely found anywhere upstream, along edges on which i runs

which no share waters down. Sums run in the order of parties; blocks change no digit.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from risk_models.network_rules import Rules

if TYPE_CHECKING:
    from scipy import sparse

Matrix: TypeAlias = "sparse.csr_array[np.float64]"

BLOCK = 8192
"""Parties in a block."""

UNTOLD = -1
"""The place of a good that nobody has told."""

_SLACK = 1e-9
"""By how much shares may add up to more than 1 because decimals are not binary."""

_BITS = 64

_FARTHEST = 1000
"""Tiers within which the worst is looked for: no chain is longer, and a made-up one must not hold up everybody."""


@dataclass(frozen=True, slots=True)
class Network:
    """Who takes what from whom; parties are numbered from 0, and an edge runs from a buyer to its supplier."""

    buyer: NDArray[np.int32]  # shape (edges,), as the next four
    supplier: NDArray[np.int32]
    kind: NDArray[np.int8]  # place among the kinds of edge
    share: NDArray[np.float64]  # of what the buyer takes in of this kind, 0 to 1
    good: NDArray[np.int32]  # place in `codes`, or `UNTOLD`
    codes: tuple[str, ...]  # of the Harmonized System: digits, as many as were told
    unnamed: NDArray[np.float64]  # share that comes from nobody named, shape (kinds, parties)

    @property
    def parties(self) -> int:
        """How many parties there are."""
        return int(self.unnamed.shape[1])


@dataclass(frozen=True, slots=True)
class Own:
    """What is known of each party's own place: each indicator has some level from `low` to `high`."""

    low: NDArray[np.int8]  # 0 none, 1 weak, ..., shape (indicators, parties)
    high: NDArray[np.int8]

    def __post_init__(self) -> None:
        """Refuse levels that are none or stand the wrong way round."""
        if (self.low < 0).any() or (self.low > self.high).any():
            raise ValueError("a level is below 0, or the lowest that a place may have lies above the highest")


@dataclass(frozen=True, slots=True)
class Exposure:
    """What reaches each party through its chain, in points, unrounded; shape (indicators, parties)."""

    low: NDArray[np.float64]
    open: NDArray[np.float64]  # what the unknown may add
    worst: NDArray[np.int8]  # highest level surely found anywhere upstream
    unknown: float  # the part of `open` that is counted as stated

    @property
    def stated(self) -> NDArray[np.float64]:
        """The exposure with the unknown counted as the rules say."""
        return self.low + self.unknown * self.open

    @property
    def high(self) -> NDArray[np.float64]:
        """The exposure if all that is unknown were at its worst."""
        return self.low + self.open


@dataclass(frozen=True, slots=True)
class Road:
    """The edges along which some indicators run, all with the same weights."""

    indicators: NDArray[np.intp]  # rows of these
    matrix: Matrix  # weight * share, from buyers (rows) to suppliers
    unnamed: NDArray[np.float64]  # weight * share, shape (parties,)


class Web:
    """A network made ready for the rules: a matrix for each set of indicators that run alike."""

    def __init__(self, network: Network, rules: Rules) -> None:
        """Take in a network.

        Raises:
            ValueError: a number points nowhere, or shares are negative or add up to more than 1.
        """
        _accept(network)
        self.network = network
        self.rules = rules
        weights, alike = np.unique(rules.weight, axis=0, return_inverse=True)
        self.roads = tuple(_road(network, weight, np.flatnonzero(alike == row)) for row, weight in enumerate(weights))


def known(levels: NDArray[np.int8], highest: NDArray[np.int8], *, checked: NDArray[np.bool_], most: int) -> Own:
    """Return what assessments say of their parties: what a party tells of itself raises a concern and never clears one.

    Args:
        levels: as stated, shape (indicators, parties); negative where not assessed.
        highest: what missing answers may still raise them to, of the same shape.
        checked: whether somebody else has confirmed it, of the same shape or one to stretch to it.
        most: the gravest level.
    """
    sure = checked & (levels >= 0)
    return Own(np.maximum(levels, 0).astype(np.int8), np.where(sure, highest, most).astype(np.int8))


def carries(network: Network, headings: Sequence[str]) -> NDArray[np.bool_]:
    """Return which edges carry, or may carry, goods of some headings, shape (edges,).

    An edge whose code is not told, or too short to tell, may carry them.

    Args:
        network: whose codes are looked at.
        headings: beginnings of codes of the Harmonized System.
    """
    meets = [any(code.startswith(one) or one.startswith(code) for one in headings) for code in network.codes]
    return np.array([*meets, True])[network.good]  # the last is for `UNTOLD`


def carrying(network: Network, headings: Sequence[str]) -> Network:
    """Return the network without the edges that surely carry other goods.

    What comes along these adds nothing. What nobody has named stays, because it
    may be these goods, and so do people, who may make them.
    """
    kept = carries(network, headings)
    names = ("buyer", "supplier", "kind", "share", "good")
    return replace(network, **{name: getattr(network, name)[kept] for name in names})


def exposure(web: Web, own: Own) -> Exposure:
    """Return what reaches every party through its chain."""
    shape = own.low.shape
    low, unknown, worst = np.empty(shape), np.empty(shape), np.empty(shape, np.int8)
    for road in web.roads:
        rows = road.indicators
        low[rows], unknown[rows] = reaching(web.rules, road, own, web.rules.tiers)
        worst[rows] = _worst(road, own.low[rows], len(web.rules.points) - 1)
    return Exposure(low, unknown, worst, web.rules.unknown)


def reaching(rules: Rules, road: Road, own: Own, tiers: int) -> NDArray[np.float64]:
    """Return what reaches each party along one road: what is sure, and what the unknown may add.

    The result has shape (2, indicators of the road, parties).

    Args:
        rules: the numbers.
        road: which indicators, along which edges.
        own: what is known of each party.
        tiers: how many to follow; what lies beyond counts as unnamed.
    """
    size, parties = len(road.indicators), own.low.shape[1]
    lows, highs = own.low[road.indicators], own.high[road.indicators]
    somebody = np.repeat([0.0, rules.most], size)  # nothing is sure of somebody unnamed, and everything may come
    rows = [(part, _rows(road.matrix, part)) for part in _blocks(parties)]
    came, after, nearest = (np.empty((parties, 2 * size)) for _ in range(3))

    def own_part(one: tuple[slice, Matrix]) -> None:
        part = one[0]
        low, high = (rules.points.take(levels[:, part].T) for levels in (lows, highs))
        after[part, :size], after[part, size:] = low, high - low

    def first(one: tuple[slice, Matrix]) -> None:
        part, matrix = one
        nearest[part] = (1 - rules.reach) * (matrix @ after) + road.unnamed[part, None] * somebody
        came[part] = (matrix.sum(axis=1) + road.unnamed[part])[:, None] * somebody

    def further(one: tuple[slice, Matrix]) -> None:
        part, matrix = one
        after[part] = nearest[part] + rules.reach * (matrix @ came)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for work in (own_part, first):
            list(pool.map(work, rows))
        for _ in range(tiers):
            list(pool.map(further, rows))
            came, after = after, came
    return came.T.reshape(2, size, parties)


def _rows(matrix: Matrix, part: slice) -> Matrix:
    """Return some rows of a matrix, without a copy."""
    # Half a second of start and 26 MB that a process without a chain never needs.
    from scipy import sparse  # noqa: PLC0415

    bounds = matrix.indptr[part.start : part.stop + 1]
    inside = slice(bounds[0], bounds[-1])
    shape = (len(bounds) - 1, matrix.shape[1])
    return sparse.csr_array((matrix.data[inside], matrix.indices[inside], bounds - bounds[0]), shape=shape)


def _worst(road: Road, found: NDArray[np.int8], levels: int) -> NDArray[np.int8]:
    """Return the highest level upstream of each party, shape (indicators, parties).

    A level is as many bits as it is high, those of several indicators stand in
    one word, and so the highest of many levels is one "or".
    """
    worst = np.empty_like(found)
    at_once = _BITS // levels
    for start in range(0, len(found), at_once):
        rows = found[start : start + at_once]
        places = np.arange(len(rows), dtype=np.uint64)[:, None] * np.uint64(levels)
        words = np.bitwise_or.reduce(((np.uint64(1) << rows.astype(np.uint64)) - np.uint64(1)) << places, axis=0)
        upstream = _upstream(road.matrix, words) >> places
        worst[start : start + at_once] = np.bitwise_count(upstream & np.uint64((1 << levels) - 1))
    return worst


def _upstream(matrix: Matrix, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the bits that any party upstream has, for each party."""
    upstream = np.zeros_like(words)
    buyers = np.flatnonzero(np.diff(matrix.indptr))
    if not buyers.size:
        return upstream
    first_edges = matrix.indptr[buyers]
    for _ in range(_FARTHEST):
        after = np.bitwise_or.reduceat((words | upstream)[matrix.indices], first_edges)
        if np.array_equal(after, upstream[buyers]):
            break
        upstream[buyers] = after
    return upstream


def _blocks(size: int) -> Iterator[slice]:
    return (slice(start, min(start + BLOCK, size)) for start in range(0, size, BLOCK))


def _road(network: Network, weight: NDArray[np.float64], indicators: NDArray[np.intp]) -> Road:
    from scipy import sparse  # noqa: PLC0415  # as in `_rows`

    runs = (weight > 0)[network.kind]
    buyer, supplier, kind, share = (
        part if runs.all() else part[runs] for part in (network.buyer, network.supplier, network.kind, network.share)
    )
    size = network.parties
    matrix = sparse.csr_array((weight[kind] * share, (buyer, supplier)), shape=(size, size))
    return Road(indicators, matrix, weight @ network.unnamed)


def _accept(network: Network) -> None:
    """Raise `ValueError` unless every number points somewhere and shares are shares."""
    amount, size = network.unnamed.shape
    for name, end in (("buyer", size), ("supplier", size), ("kind", amount), ("good", len(network.codes))):
        numbers = getattr(network, name)
        if numbers.size and not (-(name == "good") <= numbers.min() and numbers.max() < end):
            raise ValueError(f"a {name} of an edge is not among the {end} there are")
    if (network.share < 0).any() or (network.unnamed < 0).any() or np.isnan(network.unnamed).any():
        raise ValueError("a share is negative or not a number")
    places = network.kind.astype(np.int64) * size + network.buyer
    named = np.bincount(places, network.share, minlength=amount * size).reshape(amount, size)
    if not (named + network.unnamed <= 1 + _SLACK).all():
        raise ValueError("what a party takes in of one kind adds up to more than the whole")
