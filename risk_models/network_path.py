"""The exposure of one buyer taken apart: by supplier, by edge, by path, and by what is not known.

Exposure is a sum over paths: from the buyer along named edges to a party, and
there either its own place, or somebody it takes from and nobody has named. Up to
a party p that is reached over the edges e1 ... et the weight of a path is

    reach^(t-1) * product of (weight * share) of e1 ... et

and it ends in (1 - reach) * own(p), in reach * unnamed(p) * U, or, where the last
tier is reached, in reach * taken(p) * U. Paths that end alike are added up here
in several ways; each of them comes to the exposure that is stated.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import count

import msgspec
import numpy as np
from numpy.typing import NDArray

from risk_models.network import Exposure, Matrix, Own, Road, Web, reaching


@dataclass(frozen=True, slots=True)
class Summands:
    """What reaches one buyer for one indicator, by where it comes from, in points.

    `found + asked` is what the party's own place adds, `unnamed` what comes in
    from those whom the party has not named.
    """

    party: NDArray[np.intp]  # the buyer first, then those upstream that add something, by number
    found: NDArray[np.float64]  # sure, shape (parties,)
    asked: NDArray[np.float64]  # what is not known of its place may add, shape (parties,)
    unnamed: NDArray[np.float64]  # may be added, shape (kinds, parties)
    beyond: float  # may be added from beyond the tiers that are followed

    @property
    def low(self) -> float:
        """What is sure in all."""
        return float(self.found.sum())

    @property
    def open(self) -> float:
        """What the unknown may add in all."""
        return float(self.asked.sum() + self.unnamed.sum()) + self.beyond


@dataclass(frozen=True, slots=True)
class Openings:
    """What could be learned, most telling first: each closes that much of the interval.

    The stated exposure then lies between `unknown * points` lower and `(1 - unknown) * points` higher.
    """

    party: NDArray[np.intp]
    kind: NDArray[np.intp]  # whose suppliers of this kind are not named; `PLACE` for the party's own place
    points: NDArray[np.float64]  # by which the interval shrinks once all of it is known
    at_once: NDArray[np.float64]  # by which it shrinks before the suppliers of a newly named party are known


PLACE = -1
"""Stands where a kind of edge would, for what is not known of a party's own place."""


@dataclass(frozen=True, slots=True)
class Direct:
    """What comes to one buyer over each of its own edges, in points."""

    edge: NDArray[np.intp]  # places among the edges of the network
    low: NDArray[np.float64]  # shape (indicators, edges)
    open: NDArray[np.float64]
    unnamed: NDArray[np.float64]  # what the unnamed may add, shape (indicators, kinds)


class End(StrEnum):
    """Where a path ends."""

    PLACE = "place"  # at the last party's own place
    UNNAMED = "unnamed"  # with somebody whom the last party has not named
    BEYOND = "beyond"  # at the last tier that is followed; its suppliers are not


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """One way from a buyer upstream, and what it adds, in points."""

    parties: tuple[int, ...]  # the buyer first
    end: End
    low: float
    open: float
    stated: float


def summands(web: Web, own: Own, buyer: int, indicator: int) -> Summands:
    """Return what the exposure of `buyer` to an indicator is added up from."""
    rules, road = web.rules, _road_of(web, indicator)
    at_place, of_unnamed = np.zeros(web.network.parties), np.zeros(web.network.parties)
    here = np.zeros(web.network.parties)
    here[buyer] = 1
    for _ in range(rules.tiers):
        of_unnamed += here
        here = np.asarray(road.matrix.T @ here)
        at_place += (1 - rules.reach) * here
        here *= rules.reach
    low, high = (rules.points.take(levels[indicator]) for levels in (own.low, own.high))
    unnamed = of_unnamed * rules.weight[indicator][:, None] * web.network.unnamed * rules.most
    adds = (at_place * high > 0) | unnamed.any(axis=0)
    adds[buyer] = False
    party = np.array([buyer, *np.flatnonzero(adds)], np.intp)
    return Summands(
        party=party,
        found=(at_place * low)[party],
        asked=(at_place * (high - low))[party],
        unnamed=unnamed[:, party],
        beyond=float(here @ _taken(road)) * rules.most,
    )


def openings(web: Web, parts: Summands) -> Openings:
    """Return what naming and asking would bring, for every place and every kind of supplier still unknown.

    To name somebody changes nothing by itself; what is then learned of them does.
    """
    points = np.vstack([parts.asked, parts.unnamed])
    at_once = points * np.array([1, *[1 - web.rules.reach] * len(parts.unnamed)])[:, None]
    kind, column = np.nonzero(points)
    order = np.argsort(-points[kind, column], kind="stable")
    kind, column = kind[order], column[order]
    return Openings(parts.party[column], kind + PLACE, points[kind, column], at_once[kind, column])


def direct(web: Web, own: Own, buyer: int) -> Direct:
    """Return what comes over each edge of `buyer`; over goods it can be added up by `network.carries`."""
    rules, network = web.rules, web.network
    edge = np.flatnonzero(network.buyer == buyer)
    supplier, kind = network.supplier[edge], network.kind[edge]
    parts = np.empty((2, len(rules.weight), len(edge)))
    for road in web.roads:
        rows = road.indicators
        came = reaching(rules, road, own, rules.tiers - 1)[:, :, supplier]
        low, high = (rules.points.take(levels[np.ix_(rows, supplier)]) for levels in (own.low, own.high))
        given = (1 - rules.reach) * np.stack([low, high - low]) + rules.reach * came
        parts[:, rows] = given * rules.weight[np.ix_(rows, kind)] * network.share[edge]
    return Direct(edge, parts[0], parts[1], rules.weight * network.unnamed[:, buyer] * rules.most)


def paths(web: Web, own: Own, buyer: int, indicator: int, *, most: int) -> tuple[Path, ...]:
    """Return the paths that add most to what is stated, the first of them first; at most `most`."""
    search = _Search(web, own, indicator)
    found: list[Path] = []
    for path in search.run(buyer):
        if len(found) == most:
            break
        found.append(path)
    return tuple(found)


def worst_path(web: Web, own: Own, reached: Exposure, buyer: int, indicator: int) -> tuple[int, ...]:
    """Return the shortest way from `buyer` to a party found at the worst level upstream; empty if there is none."""
    level = reached.worst[indicator, buyer]
    if level == 0:
        return ()
    return _shortest(_road_of(web, indicator).matrix, buyer, own.low[indicator] == level)


def _road_of(web: Web, indicator: int) -> Road:
    return next(road for road in web.roads if indicator in road.indicators)


def _taken(road: Road) -> NDArray[np.float64]:
    """Return what each party takes in from others, named or not, 0 to 1."""
    taken: NDArray[np.float64] = road.matrix.sum(axis=1) + road.unnamed
    return taken


class _Search:
    """Best first: no path is looked into unless the most it can still add is the most there is."""

    def __init__(self, web: Web, own: Own, indicator: int) -> None:
        """Work out the most that any path from each party can add, for each number of tiers left."""
        rules, road = web.rules, _road_of(web, indicator)
        self.rules, self.matrix = rules, road.matrix
        low, high = (rules.points.take(levels[indicator]) for levels in (own.low, own.high))
        self.place = (1 - rules.reach) * np.stack([low, high - low])
        self.unnamed = road.unnamed * rules.most
        self.beyond = _taken(road) * rules.most
        self.upstream = [self._stated(np.stack([np.zeros_like(low), self.beyond]))]
        at_place, at_unnamed = self._stated(self.place), rules.unknown * self.unnamed
        for _ in range(rules.tiers):
            handed = np.maximum(at_place, rules.reach * self.upstream[-1])
            self.upstream.append(np.maximum(at_unnamed, _greatest(self.matrix, handed)))

    def run(self, buyer: int) -> Iterator[Path]:
        """Yield paths from `buyer`, those that add most first."""
        turn = count()  # among equals the first found goes first
        tiers = self.rules.tiers
        waiting: list[tuple[float, int, float, tuple[int, ...], Path | None]] = []
        heapq.heappush(waiting, (-self.upstream[tiers][buyer], next(turn), 1.0, (buyer,), None))
        while waiting:
            most, _, weight, parties, path = heapq.heappop(waiting)
            if most == 0:
                return
            if path is not None:
                yield path
                continue
            for found in self._ends(weight, parties):
                heapq.heappush(waiting, (-found.stated, next(turn), 0.0, parties, found))
            for further, onward in self._onward(weight, parties):
                left = tiers + 1 - len(onward)
                bound = further * self.upstream[left][onward[-1]]
                heapq.heappush(waiting, (-bound, next(turn), further, onward, None))

    def _ends(self, weight: float, parties: tuple[int, ...]) -> Iterator[Path]:
        """Yield the paths that end upstream of the last party, one tier up or unnamed."""
        if len(parties) > self.rules.tiers:
            yield self._path(parties, End.BEYOND, 0, weight * self.beyond[parties[-1]])
            return
        yield self._path(parties, End.UNNAMED, 0, weight * self.unnamed[parties[-1]])
        for supplier, share in self._suppliers(parties[-1]):
            low, unknown = weight * share * self.place[:, supplier]
            yield self._path((*parties, supplier), End.PLACE, low, unknown)

    def _onward(self, weight: float, parties: tuple[int, ...]) -> Iterator[tuple[float, tuple[int, ...]]]:
        """Yield the ways one tier further, with their weights."""
        if len(parties) <= self.rules.tiers:
            for supplier, share in self._suppliers(parties[-1]):
                yield weight * share * self.rules.reach, (*parties, supplier)

    def _suppliers(self, party: int) -> Iterator[tuple[int, float]]:
        inside = slice(self.matrix.indptr[party], self.matrix.indptr[party + 1])
        return zip(self.matrix.indices[inside].tolist(), self.matrix.data[inside].tolist(), strict=True)

    def _path(self, parties: tuple[int, ...], end: End, low: float, unknown: float) -> Path:
        stated = low + self.rules.unknown * unknown
        return Path(parties=parties, end=end, low=float(low), open=float(unknown), stated=float(stated))

    def _stated(self, parts: NDArray[np.float64]) -> NDArray[np.float64]:
        stated: NDArray[np.float64] = parts[0] + self.rules.unknown * parts[1]
        return stated


def _greatest(matrix: Matrix, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the greatest of share times value among the suppliers of each party, 0 without any."""
    greatest = np.zeros(len(values))
    buyers = np.flatnonzero(np.diff(matrix.indptr))
    if buyers.size:
        greatest[buyers] = np.maximum.reduceat(matrix.data * values[matrix.indices], matrix.indptr[buyers])
    return greatest


def _shortest(matrix: Matrix, start: int, wanted: NDArray[np.bool_]) -> tuple[int, ...]:
    """Return the shortest way of at least one edge from `start` to a party that is wanted."""
    buyer_of = np.full(len(wanted), -1)
    newest = np.array([start])
    while newest.size:
        rows = matrix[newest]
        buyers = np.repeat(newest, np.diff(rows.indptr))
        fresh = buyer_of[rows.indices] < 0
        newest, first = np.unique(rows.indices[fresh], return_index=True)
        buyer_of[newest] = buyers[fresh][first]
        if wanted[newest].any():
            way = [int(newest[wanted[newest]][0])]
            while len(way) == 1 or way[-1] != start:
                way.append(int(buyer_of[way[-1]]))
            return tuple(reversed(way))
    return ()
