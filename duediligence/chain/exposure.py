"""Exposure through the chain, from a register to what a page shows of it.

The method stands in `risk_models.network`; here a register becomes its numbers, and
its numbers become parties, paths and sentences again. The firm itself is number 0.

    edges    a link is one edge for goods and work, one for people, or both
    goods    of a link with several goods each carries the same part of its share
    levels   what a party tells of itself counts as found where it is a sign; the high end
             of its interval comes down only where somebody else has looked
    own      the part of the goods from own fields, and of the people on own staff, as the firm
             tells it; `found` is what its own assessments find there. It is added to what
             comes through the chain:

    own(i)   = sum over kinds of edge k of weight(i, k) * part(k) * points of i at the own place
    goods    shares of spend are parts of what is bought, and so of what is left beside own fields
    labour   shares of people are parts of the whole; the own part is what is left at most

Where the own part is not told, what is not named counts as unknown.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from duediligence.assessment import MODEL
from duediligence.chain.register import (
    Register,
    goods_of,
    supplies_goods,
    supplies_labour,
    told_of,
)
from duediligence.chain.request import IndicatorTold
from risk_models import catalogue as models
from risk_models import network, network_path, parameter
from risk_models.model import RiskModel
from risk_models.network import UNTOLD, Exposure, Network, Own, Web
from risk_models.network_path import PLACE, End
from risk_models.network_rules import GOODS, LABOUR, EdgeKind, kinds, looks, rules
from risk_models.network_share import shared_out

FIRM = ""
"""Stands among ids of parties for the firm itself."""

MOST_PATHS = 8
MOST_OPENINGS = 8

_HUNDRED = 100
_HEADING = 4
"""Digits of the goods by which exposure is told."""


class Reached(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What reaches the firm of one indicator: points of 0 to 75, unrounded."""

    indicator: str
    stated: float
    low: float
    high: float
    unknown: float  # the part of the whole of which nothing is known, 0 to 1
    worst: str  # the gravest level found anywhere upstream, "none" where none was
    worst_path: tuple[str, ...]  # ids of parties from the firm ("") to where it was found


class Way(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One path up the chain, and what it adds."""

    parties: tuple[str, ...]  # the firm ("") first
    end: End
    stated: float
    low: float
    open: float
    level: str = ""  # told at the last place; "" where nothing is told of it


class Opening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What asking one party, or naming who supplies it, would bring."""

    party: str  # "" is the firm
    kind: str  # goods or labour: whoever supplies it is to be named; "": it is to be asked and looked at itself
    points: float  # by which the interval closes once all of it is known
    at_once: float  # by which it closes before the suppliers of a newly named party are known


class Inflow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What comes with one good, or from nobody named."""

    good: str  # four digits of the Harmonized System or fewer; "" where none is told
    kind: str  # goods or labour
    named: bool
    stated: float
    low: float
    high: float
    own: bool = False  # from own fields or own staff


class Detail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One indicator taken apart; `ways` and `parts` are summands of what is stated."""

    reached: Reached
    ways: tuple[Way, ...]  # those that add most first
    openings: tuple[Opening, ...]  # those that close most first
    parts: tuple[Inflow, ...]


class _Edges(NamedTuple):
    buyer: list[int]
    supplier: list[int]
    kind: list[int]
    share: list[float]  # of what the buyer takes in, not a number where it is not told
    goods: list[tuple[str, ...]]


class Look:
    """A register made ready to be looked through on one day."""

    def __init__(self, register: Register, on: date, headings: Sequence[str] = ()) -> None:
        """Take in a register; with headings, only what carries these goods, or may carry them."""
        self.model: RiskModel = models.load(*MODEL)
        self.kinds: tuple[EdgeKind, ...] = kinds()
        self.ids = (FIRM, *register.parties)
        self._levels = ("none", *(level.id for level in self.model.levels))
        self._numbers = {level: place for place, level in enumerate(self._levels)}
        self._numbers |= {bare.level: self._numbers[bare.counts_as] for bare in looks().bare}
        self._register = register
        figures = parameter.values_on(parameter.read_all(), on)
        self.own_parts: NDArray[np.float64] = _own_parts(register, self.kinds)
        whole = _network(register, {one: place for place, one in enumerate(self.ids)}, self.kinds)
        self.network = network.carrying(whole, headings) if headings else whole
        self.web = Web(self.network, rules(self.model, self.kinds, figures))

    @cached_property
    def told(self) -> NDArray[np.int8]:
        """Levels that parties tell of themselves, -1 where they tell none; shape (indicators, parties)."""
        found = np.full((len(self.model.indicators), len(self.ids)), -1, np.int8)
        for row, column, one in self._told:
            found[row, column] = self._number(one.level)
        return found

    @cached_property
    def _told(self) -> tuple[tuple[int, int, IndicatorTold], ...]:
        """What parties tell of themselves: row, column and what was told."""
        rows = {one.id: row for row, one in enumerate(self.model.indicators)}
        return tuple(
            (rows[one.indicator], column, one)
            for column, party in enumerate(self.ids)
            if (told := told_of(self._register, party))
            for one in told.indicators
            if one.indicator in rows and (one.assessed or self._number(one.level))
        )

    def _number(self, level: str) -> int:
        """Return how grave a level is, 0 for what is none."""
        return self._numbers.get(level, 0)

    @cached_property
    def own(self) -> Own:
        """What is known of each party's own place."""
        settled = np.zeros(self.told.shape, np.bool_)
        highest = self.told.copy()
        for row, column, one in self._told:
            settled[row, column] = one.settled
            highest[row, column] = max(self._number(one.highest), self.told[row, column])
        return network.known(self.told, highest, checked=settled, most=len(self._levels) - 1)

    @cached_property
    def own_points(self) -> NDArray[np.float64]:
        """What comes from the firm itself, at least and on top of that at most; shape (2, indicators, kinds)."""
        points = self.web.rules.points
        found = self._register.own.found
        spans = [found.get(one.id) for one in self.model.indicators]
        low = np.array([points[self._number(one.low)] if one else 0.0 for one in spans])
        high = np.array([points[self._number(one.high)] if one else points[-1] for one in spans])
        weighed = self.web.rules.weight * self.own_parts
        return np.stack([low[:, None] * weighed, (high - low)[:, None] * weighed])

    @cached_property
    def exposure(self) -> Exposure:
        """What reaches every party."""
        return network.exposure(self.web, self.own)

    def all(self) -> tuple[Reached, ...]:
        """Return what reaches the firm, in the order of the rule set."""
        return tuple(self.reached(one.id) for one in self.model.indicators)

    def reached(self, indicator: str, party: str = FIRM) -> Reached:
        """Return what reaches the firm, or one of the parties."""
        row, column = self._row(indicator), self.ids.index(party)
        found = self.exposure
        path = network_path.worst_path(self.web, self.own, found, column, row)
        low, more = float(found.low[row, column]), float(found.open[row, column])
        if party == FIRM:
            own = self.own_points[:, row].sum(axis=1)
            low, more = low + float(own[0]), more + float(own[1])
        return Reached(
            indicator=indicator,
            stated=low + self.web.rules.unknown * more,
            low=low,
            high=low + more,
            unknown=more / self.web.rules.most,
            worst=self._levels[found.worst[row, column]],
            worst_path=tuple(self.ids[one] for one in path),
        )

    def detail(self, indicator: str) -> Detail:
        """Return what reaches the firm of one indicator, taken apart.

        Raises:
            KeyError: there is no such indicator.
        """
        row = self._row(indicator)
        ways = [self._way(one, row) for one in network_path.paths(self.web, self.own, 0, row, most=MOST_PATHS)]
        ways += self._own_way(row)
        return Detail(
            reached=self.reached(indicator),
            ways=tuple(sorted(ways, key=lambda one: -one.stated)[:MOST_PATHS]),
            openings=self._openings(row),
            parts=self._parts(row),
        )

    def _way(self, one: network_path.Path, row: int) -> Way:
        told = int(self.told[row, one.parties[-1]])
        return Way(
            parties=tuple(self.ids[party] for party in one.parties),
            end=one.end,
            stated=one.stated,
            low=one.low,
            open=one.open,
            level=self._levels[told] if one.end is End.PLACE and told >= 0 else "",
        )

    def _own_way(self, row: int) -> list[Way]:
        """Return what comes from the firm itself as one more path; none where it adds nothing."""
        low, more = (float(part) for part in self.own_points[:, row].sum(axis=1))
        if low + more <= 0:
            return []
        span = self._register.own.found.get(self.model.indicators[row].id)
        stated = low + self.web.rules.unknown * more
        return [Way(parties=(FIRM,), end=End.PLACE, stated=stated, low=low, open=more, level=span.low if span else "")]

    def _openings(self, row: int) -> tuple[Opening, ...]:
        found = network_path.openings(self.web, network_path.summands(self.web, self.own, 0, row))
        columns = (found.party.tolist(), found.kind.tolist(), found.points.tolist(), found.at_once.tolist())
        others = [
            Opening(
                party=self.ids[party],
                kind="" if kind == PLACE else self.kinds[kind].id,
                points=points,
                at_once=at_once,
            )
            for party, kind, points, at_once in zip(*columns, strict=True)
        ]
        more = float(self.own_points[1, row].sum())
        own = [Opening(party=FIRM, kind="", points=more, at_once=more)] if more > 0 else []
        return tuple(sorted([*own, *others[:MOST_OPENINGS]], key=lambda one: -one.points)[:MOST_OPENINGS])

    def _parts(self, row: int) -> tuple[Inflow, ...]:
        """Return what comes with each good, with people, and from nobody named, the most first."""
        found = network_path.direct(self.web, self.own, 0)
        sums: dict[tuple[str, str, bool], NDArray[np.float64]] = {}
        for place, edge in enumerate(found.edge.tolist()):
            kind = self.kinds[self.network.kind[edge]].id
            good = self.network.good[edge]
            heading = "" if kind == LABOUR or good == UNTOLD else self.network.codes[good][:_HEADING]
            parts = np.array([found.low[row, place], found.open[row, place]])
            sums[heading, kind, True] = sums.get((heading, kind, True), 0) + parts
        for place, kind_of in enumerate(self.kinds):
            sums["", kind_of.id, False] = np.array([0.0, found.unnamed[row, place]])
        counted = self.web.rules.unknown
        own = (
            Inflow(
                good="",
                kind=kind.id,
                named=True,
                own=True,
                stated=float(low + counted * more),
                low=float(low),
                high=float(low + more),
            )
            for kind, low, more in zip(self.kinds, *self.own_points[:, row], strict=True)
        )
        parts_found = (
            Inflow(
                good=good,
                kind=kind,
                named=named,
                stated=float(low + counted * more),
                low=float(low),
                high=float(low + more),
            )
            for (good, kind, named), (low, more) in sums.items()
        )
        shown = (one for one in (*parts_found, *own) if one.high > 0)
        return tuple(sorted(shown, key=lambda one: (-one.stated, one.good)))

    def _row(self, indicator: str) -> int:
        return {one.id: row for row, one in enumerate(self.model.indicators)}[indicator]


def headings(register: Register) -> tuple[str, ...]:
    """Return the headings of the Harmonized System of all goods in a register, four digits at most, ascending."""
    return tuple(
        sorted(
            {code[:_HEADING] for one in register.flows for code in goods_of(register.parties[one.supplier], one.terms)}
        )
    )


def _own_parts(register: Register, known: Sequence[EdgeKind]) -> NDArray[np.float64]:
    """Return the part of each kind that comes from the firm itself, 0 to 1; 0 where it is not told."""
    told = {GOODS: register.own.share.goods, LABOUR: register.own.share.labour}
    parts = {kind: (share or 0.0) / _HUNDRED for kind, share in told.items()}
    named = sum(one.terms.share_of_labour or 0.0 for one in register.flows if one.buyer is None) / _HUNDRED
    parts[LABOUR] = min(parts[LABOUR], max(1 - named, 0.0))
    return np.array([parts[one.id] for one in known])


def _network(register: Register, place: Mapping[str, int], known: Sequence[EdgeKind]) -> Network:
    edges = _edges(register, place, {one.id: number for number, one in enumerate(known)})
    buyer, kind = np.array(edges.buyer, np.int32), np.array(edges.kind, np.int8)
    shape = (len(known), len(place))
    own = dict(zip((one.id for one in known), _own_parts(register, known).tolist(), strict=True))
    rows = {one.id: row for row, one in enumerate(known)}
    elsewhere = np.full(shape, np.nan)
    elsewhere[rows[LABOUR], 0] = 1 - own[LABOUR] if own[LABOUR] else np.nan
    share, unnamed = shared_out(
        buyer,
        kind,
        np.array(edges.share, np.float64),
        elsewhere=elsewhere,
        all_named=np.zeros(shape, np.bool_),
    )
    share[(kind == rows[GOODS]) & (buyer == 0)] *= 1 - own[GOODS]
    unnamed[rows[GOODS], 0] *= 1 - own[GOODS]
    many = np.array([max(len(goods), 1) for goods in edges.goods], np.intp)
    codes = tuple(sorted({code for goods in edges.goods for code in goods}))
    numbers = {code: number for number, code in enumerate(codes)}
    good = [numbers[code] if code else UNTOLD for goods in edges.goods for code in goods or ("",)]
    return Network(
        buyer=np.repeat(buyer, many),
        supplier=np.repeat(np.array(edges.supplier, np.int32), many),
        kind=np.repeat(kind, many),
        share=np.repeat(share / many, many),
        good=np.array(good, np.int32),
        codes=codes,
        unnamed=unnamed,
    )


def _edges(register: Register, place: Mapping[str, int], kind: Mapping[str, int]) -> _Edges:
    found = _Edges([], [], [], [], [])
    for one in register.flows:
        about = register.parties[one.supplier]
        ways = (
            (GOODS, supplies_goods(about, one.terms), one.terms.share_of_spend, goods_of(about, one.terms)),
            (LABOUR, supplies_labour(about, one.terms), one.terms.share_of_labour, ()),
        )
        for name, comes, share, goods in ways:
            if comes:
                found.buyer.append(place[one.buyer or FIRM])
                found.supplier.append(place[one.supplier])
                found.kind.append(kind[name])
                found.share.append(np.nan if share is None else share / _HUNDRED)
                found.goods.append(goods)
    return found
