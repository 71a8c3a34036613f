"""Exposure through the chain, from a register to what a page shows of it.

The method stands in `risk_models.network`; here a register becomes its numbers, and
its numbers become parties, paths and sentences again. The firm itself is number 0.

    edges    a link is one edge for goods and work, one for people, or both
    goods    of a link with several goods each carries the same part of its share
    levels   what a party tells of itself counts as found where it is a sign; the high end
             of its interval stays, because nobody else has looked

How much of the goods or the people comes from nobody (own fields, own staff) stands in
no register. So what is not named counts as unknown.
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
from risk_models import catalogue as models
from risk_models import network, network_path, parameter
from risk_models.model import RiskModel
from risk_models.network import UNTOLD, Exposure, Network, Own, Web
from risk_models.network_path import PLACE, End
from risk_models.network_rules import GOODS, LABOUR, EdgeKind, kinds, rules
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
        self._register = register
        figures = parameter.values_on(parameter.read_all(), on)
        whole = _network(register, {one: place for place, one in enumerate(self.ids)}, self.kinds)
        self.network = network.carrying(whole, headings) if headings else whole
        self.web = Web(self.network, rules(self.model, self.kinds, figures))

    @cached_property
    def told(self) -> NDArray[np.int8]:
        """Levels that parties tell of themselves, -1 where they tell none; shape (indicators, parties)."""
        rows = {one.id: row for row, one in enumerate(self.model.indicators)}
        number = {level: place for place, level in enumerate(self._levels)}
        found = np.full((len(rows), len(self.ids)), -1, np.int8)
        for column, party in enumerate(self.ids):
            told = told_of(self._register, party)
            for one in told.indicators if told else ():
                if one.indicator in rows and (one.assessed or number.get(one.level, 0)):
                    found[rows[one.indicator], column] = number.get(one.level, 0)
        return found

    @cached_property
    def own(self) -> Own:
        """What is known of each party's own place."""
        nobody = np.zeros((1, 1), np.bool_)
        return network.known(self.told, self.told, checked=nobody, most=len(self._levels) - 1)

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
        return Reached(
            indicator=indicator,
            stated=float(found.stated[row, column]),
            low=float(found.low[row, column]),
            high=float(found.high[row, column]),
            unknown=float(found.open[row, column]) / self.web.rules.most,
            worst=self._levels[found.worst[row, column]],
            worst_path=tuple(self.ids[one] for one in path),
        )

    def detail(self, indicator: str) -> Detail:
        """Return what reaches the firm of one indicator, taken apart.

        Raises:
            KeyError: there is no such indicator.
        """
        row = self._row(indicator)
        ways = network_path.paths(self.web, self.own, 0, row, most=MOST_PATHS)
        return Detail(
            reached=self.reached(indicator),
            ways=tuple(self._way(one, row) for one in ways),
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

    def _openings(self, row: int) -> tuple[Opening, ...]:
        found = network_path.openings(self.web, network_path.summands(self.web, self.own, 0, row))
        columns = (found.party.tolist(), found.kind.tolist(), found.points.tolist(), found.at_once.tolist())
        rows = list(zip(*columns, strict=True))[:MOST_OPENINGS]
        return tuple(
            Opening(
                party=self.ids[party],
                kind="" if kind == PLACE else self.kinds[kind].id,
                points=points,
                at_once=at_once,
            )
            for party, kind, points, at_once in rows
        )

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
        return tuple(sorted((one for one in parts_found if one.high > 0), key=lambda one: (-one.stated, one.good)))

    def _row(self, indicator: str) -> int:
        return {one.id: row for row, one in enumerate(self.model.indicators)}[indicator]


def headings(register: Register) -> tuple[str, ...]:
    """Return the headings of the Harmonized System of all goods in a register, four digits at most, ascending."""
    return tuple(
        sorted(
            {code[:_HEADING] for one in register.flows for code in goods_of(register.parties[one.supplier], one.terms)}
        )
    )


def _network(register: Register, place: Mapping[str, int], known: Sequence[EdgeKind]) -> Network:
    edges = _edges(register, place, {one.id: number for number, one in enumerate(known)})
    buyer, kind = np.array(edges.buyer, np.int32), np.array(edges.kind, np.int8)
    shape = (len(known), len(place))
    share, unnamed = shared_out(
        buyer,
        kind,
        np.array(edges.share, np.float64),
        elsewhere=np.full(shape, np.nan),
        all_named=np.zeros(shape, np.bool_),
    )
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
