"""The year of a chain: who is busy when, with how many people, and which days come up.

Harvest and building are when people are sent for in haste, and when debts and fees
are made. What nobody has told of a party's months is shown as not told.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from duediligence.chain.register import Flow, Register, flows_of, goods_of

MONTHS = range(1, 13)


class Busy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One party in the course of a year."""

    party: str
    name: str
    goods: tuple[str, ...]
    months: tuple[int, ...]  # empty where nobody has told them
    heads: int | None  # people at work in an ordinary month
    peak_heads: int | None  # in the busiest one


class Month(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One month over all parties whose busy months are told."""

    month: int
    parties: int  # busy in it
    heads: int  # the most people they have told
    untold: int  # of them, those whose number of people nobody has told


class Due(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day that comes up with a party."""

    party: str
    name: str
    on: date
    kind: str  # rescreen, request (runs out) or consent (runs out)


class Season(NamedTuple):
    """A year of a chain."""

    busy: tuple[Busy, ...]  # those with told months first, by their first month
    months: tuple[Month, ...]  # twelve
    due: tuple[Due, ...]  # the earliest first


def season(register: Register) -> Season:
    """Return the year of a chain."""
    flows = flows_of(register)
    busy = tuple(sorted((_busy(register, flows, party) for party in register.parties), key=_first))
    return Season(
        busy, tuple(_month(busy, month) for month in MONTHS), tuple(sorted(_due(register), key=lambda one: one.on))
    )


def _busy(register: Register, flows: Mapping[str, Sequence[Flow]], party: str) -> Busy:
    about = register.parties[party]
    own = flows.get(party, [])
    return Busy(
        party=party,
        name=about.name,
        goods=tuple(dict.fromkeys(code for one in own for code in goods_of(about, one.terms)) or about.goods),
        months=tuple(sorted({*about.months, *(month for one in own for month in one.terms.months)})),
        heads=about.heads,
        peak_heads=about.peak_heads,
    )


def _first(one: Busy) -> tuple[bool, int]:
    return (not one.months, one.months[0] if one.months else 0)


def _month(busy: tuple[Busy, ...], month: int) -> Month:
    there = [one for one in busy if month in one.months]
    told = [one.heads if one.peak_heads is None else one.peak_heads for one in there]
    return Month(
        month=month,
        parties=len(there),
        heads=sum(heads or 0 for heads in told),
        untold=sum(heads is None for heads in told),
    )


def _due(register: Register) -> Iterator[Due]:
    for party, about in register.parties.items():
        screened, asked, seen = (register.screened.get(party), register.asked.get(party), register.seen.get(party))
        days = {
            "rescreen": screened.rescreen_on if screened else None,
            "request": asked.expires.date() if asked and not asked.answered else None,
            "consent": seen.until if seen and seen.told else None,
        }
        for kind, day in days.items():
            if day:
                yield Due(party=party, name=about.name, on=day, kind=kind)
