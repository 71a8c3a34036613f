"""The labour-cost test: can a price pay those who do the work what the law says at the least?

For each group of workers, then summed over the groups:

    hours    = min(h, N) + p * max(h - N, 0)                  paid hours of a week, overtime at its rate
    wages    = workers * months * max(W, agreed) * hours / N  TMT
    social   = s * wages                                      TMT
    housing  = housed * months * lodging                      TMT

    bare     = wages + social + housing + other               what must be paid before anybody earns
    needed   = [bare.low, bare.high * (1 + m)]                m is what overheads, risk and profit take
    left     = [price - needed.high, price - needed.low]

    cover    = not covered   if price <  needed.low           below bare cost, whatever is not known
               covered       if price >= needed.high          enough, whatever is not known
               open          otherwise

    h workers' hours a week; N a normal week (`tm.hours_week`); W the lowest lawful wage for a month of normal weeks
    (`tm.minimum_wage`); p the rate of overtime (`tm.overtime_pay`); s social charges (`tm.social_charges`);
    m the margin (`labour_cost.margin`). Part of a week earns its part of W.

Every quantity is a range; one that nobody knows is open upwards. All terms grow
with each quantity, so the ends of a range give the ends of the result. Sums are
rounded to hundredths of a manat, so that a price which just suffices does.

A figure of law is as sure as its source. `confirmed`: it counts as it is. `stated`:
whoever tests the price has read it in the law and says so. `reported`: a source
nobody has confirmed names it; it counts in the upper end only. `earlier`: the figure
of the day is to be confirmed; the last one that was confirmed is the lower end, on
the ground that a lowest wage is raised and not cut, and the upper end is open. So
what is not confirmed can leave the question open and never answers it against
anybody, and a price is "covered" only where every figure has an upper end.

The result is a question to the partner and a condition of doing business. It is no
verdict: a low price may rest on other income, and a sufficient one proves no pay.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from risk_models.parameter import NotInForce, Parameter

MINIMUM_WAGE = "tm.minimum_wage"
NORMAL_WEEK = "tm.hours_week"
SOCIAL = "tm.social_charges"
OVERTIME_PAY = "tm.overtime_pay"
OVERTIME_YEAR = "tm.overtime_year_max"
MARGIN = "labour_cost.margin"

_OVERTIME_REPORTED = "labour_cost.overtime_pay_high"
_WEEKS_IN_A_MONTH = 365.25 / 12 / 7
_MONTHS_IN_A_YEAR = 12
_HUNDRED = 100
_DECIMALS = 2


class Range(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A quantity of zero or more, between two ends inclusive; without `high` nobody knows how much it may be."""

    low: float = 0
    high: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is negative, no number, or turned round."""
        top = self.low if self.high is None else self.high
        if not (math.isfinite(self.low) and math.isfinite(top) and 0 <= self.low <= top):
            raise ValueError("a range begins at zero or above and does not end before it begins")


UNKNOWN = Range()
"""A quantity of which nothing is known."""


def exactly(value: float) -> Range:
    """Return the range that holds one value alone."""
    return Range(low=value, high=value)


class Labour(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One group of workers that a price has to pay for."""

    workers: Range = UNKNOWN
    months: Range = UNKNOWN
    hours_week: Range = UNKNOWN  # of each worker, overtime included
    agreed: float = 0  # TMT a month, where an agreement sets more than the law
    housed: Range = exactly(0)  # of the workers, those in housing that the price pays for
    lodging: Range = UNKNOWN  # TMT for a person and a month

    def __post_init__(self) -> None:
        """Refuse an agreed wage that is negative or no number."""
        if not (math.isfinite(self.agreed) and self.agreed >= 0):
            raise ValueError("an agreed wage is a number of zero or more")


class Bid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A price and what it has to pay for, in TMT."""

    price: float
    labour: tuple[Labour, ...]
    other: Range = UNKNOWN  # material, machines, fuel, rent, what subcontractors take
    stated: dict[str, float] = {}  # figures of law by their id, as whoever tests the price has read them

    def __post_init__(self) -> None:
        """Refuse figures that are negative or no numbers."""
        if not all(math.isfinite(value) and value >= 0 for value in (self.price, *self.stated.values())):
            raise ValueError("a price and the figures stated with it are numbers of zero or more")


class Basis(StrEnum):
    """What a figure rests on."""

    CONFIRMED = "confirmed"
    STATED = "stated"
    REPORTED = "reported"
    EARLIER = "earlier"
    UNKNOWN = "unknown"


class Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A figure as it counted, in the unit of its parameter."""

    id: str
    basis: Basis
    range: Range
    since: date | None = None  # from which day the value named holds; None where it was stated or is unknown


class Cover(StrEnum):
    """What the test finds, from the worst."""

    NOT_COVERED = "not_covered"
    OPEN = "open"
    COVERED = "covered"


class LabourCost(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a price leaves, and the sums it was worked out from; TMT."""

    on: date
    price: float
    wages: Range
    social: Range
    housing: Range
    other: Range
    needed: Range
    left_low: float | None  # None: no lower end, something is open upwards
    left_high: float
    cover: Cover
    month_at_most: float | None  # a month of normal weeks can be paid so much at most; None where no work is sure
    overtime_year: float  # hours of overtime that one worker does in a year, at the least
    too_long: bool  # it is more than the limit that is known or reported
    figures: tuple[Figure, ...]

    @property
    def unconfirmed(self) -> tuple[Figure, ...]:
        """The figures that nobody has confirmed."""
        return tuple(figure for figure in self.figures if figure.basis is not Basis.CONFIRMED)


def labour_cost(bid: Bid, parameters: Mapping[str, Parameter], on: date) -> LabourCost:
    """Return whether a price can pay the lowest lawful cost of its labour, as a range.

    Args:
        bid: the price and what it pays for.
        parameters: dated figures, those named at the head of this module among them.
        on: the day whose figures apply, as a rule the first day of the work.

    Raises:
        NotInForce: the length of a normal week or the margin has no value on that day.
    """
    figures = _figures(bid, parameters, on)
    wages = _rounded(_sum([_wages(group, figures) for group in bid.labour]))
    social = _rounded(_times(wages, _scaled(figures[SOCIAL].range, 1 / _HUNDRED)))
    housing = _rounded(_sum([_times(_times(group.housed, group.months), group.lodging) for group in bid.labour]))
    bare = _sum([wages, social, housing, bid.other])
    margin = 1 + parameters[MARGIN].on(on) / _HUNDRED
    needed = _rounded(Range(low=bare.low, high=None if bare.high is None else bare.high * margin))
    overtime = max((_overtime_year(group, figures) for group in bid.labour), default=0.0)
    limit = figures[OVERTIME_YEAR].range.high
    return LabourCost(
        on=on,
        price=bid.price,
        wages=wages,
        social=social,
        housing=housing,
        other=bid.other,
        needed=needed,
        left_low=None if needed.high is None else bid.price - needed.high,
        left_high=bid.price - needed.low,
        cover=_cover(bid.price, needed),
        month_at_most=_month_at_most(bid, figures, housing),
        overtime_year=overtime,
        too_long=limit is not None and overtime > limit,
        figures=tuple(figures.values()),
    )


def _cover(price: float, needed: Range) -> Cover:
    if price < needed.low:
        return Cover.NOT_COVERED
    return Cover.COVERED if needed.high is not None and price >= needed.high else Cover.OPEN


def _figures(bid: Bid, parameters: Mapping[str, Parameter], on: date) -> dict[str, Figure]:
    """Return the figures of law that count, by their id."""
    found = {
        MINIMUM_WAGE: _wage(parameters[MINIMUM_WAGE], on),
        NORMAL_WEEK: _figure(parameters[NORMAL_WEEK], on, least=0),
        SOCIAL: _figure(parameters[SOCIAL], on, least=0),
        OVERTIME_PAY: _overtime_pay(parameters, on),
        OVERTIME_YEAR: _figure(parameters[OVERTIME_YEAR], on, least=0),
    }
    stated = {
        name: Figure(id=name, basis=Basis.STATED, range=exactly(bid.stated[name]))
        for name in found
        if name in bid.stated
    }
    found |= stated
    if found[NORMAL_WEEK].range.low <= 0:
        raise NotInForce(f"{NORMAL_WEEK}: no value that can be relied on for {on}; state one with the price")
    return found


def _figure(parameter: Parameter, on: date, *, least: float) -> Figure:
    """Return a figure as sure as its source; `least` is what it comes to if the source is wrong."""
    try:
        entry = parameter.entry(on)
    except NotInForce:
        return Figure(id=parameter.id, basis=Basis.UNKNOWN, range=Range(low=least))
    if entry.value is None:
        return Figure(id=parameter.id, basis=Basis.UNKNOWN, range=Range(low=least))
    if entry.source.confirmed:
        return Figure(id=parameter.id, basis=Basis.CONFIRMED, range=exactly(entry.value), since=entry.since)
    low = min(least, entry.value)
    return Figure(id=parameter.id, basis=Basis.REPORTED, range=Range(low=low, high=entry.value), since=entry.since)


def _wage(parameter: Parameter, on: date) -> Figure:
    """Return the lowest wage of a day; where it is to be confirmed, the last that was confirmed is its lower end."""
    now = _figure(parameter, on, least=0)
    if now.basis is not Basis.UNKNOWN:
        return now
    earlier = [one for one in parameter.values if one.since <= on and one.value is not None and one.source.confirmed]
    if not earlier:
        return now
    last = earlier[-1]
    return Figure(id=parameter.id, basis=Basis.EARLIER, range=Range(low=last.value or 0), since=last.since)


def _overtime_pay(parameters: Mapping[str, Parameter], on: date) -> Figure:
    """Return what an hour of overtime earns: at least as much as another, at most what is reported."""
    known = _figure(parameters[OVERTIME_PAY], on, least=1)
    if known.basis is not Basis.UNKNOWN:
        return known
    reported = _figure(parameters[_OVERTIME_REPORTED], on, least=1)
    return msgspec.structs.replace(reported, id=OVERTIME_PAY)


def _wages(group: Labour, figures: Mapping[str, Figure]) -> Range:
    wage = figures[MINIMUM_WAGE].range
    wage = Range(low=max(wage.low, group.agreed), high=None if wage.high is None else max(wage.high, group.agreed))
    return _times(_effort(group, figures), wage)


def _effort(group: Labour, figures: Mapping[str, Figure]) -> Range:
    """Return the work of a group as months of normal weeks of one worker, overtime counted at its rate."""
    normal, rate = figures[NORMAL_WEEK].range, figures[OVERTIME_PAY].range
    weeks = Range(
        low=_paid(group.hours_week.low, normal.low, rate.low),
        high=None if group.hours_week.high is None else _highest(group.hours_week.high, normal.low, rate.high),
    )
    return _times(_times(group.workers, group.months), _scaled(weeks, 1 / normal.low))


def _paid(hours: float, normal: float, rate: float) -> float:
    """Return for how many normal hours a week is paid."""
    return min(hours, normal) + rate * max(hours - normal, 0)


def _highest(hours: float, normal: float, rate: float | None) -> float | None:
    """Return the same where the rate of overtime may be open; it matters only where there is overtime."""
    if rate is None:
        return None if hours > normal else hours
    return _paid(hours, normal, rate)


def _overtime_year(group: Labour, figures: Mapping[str, Figure]) -> float:
    """Return the hours of overtime one worker of a group does in a year, at the least; 0 where there is nobody."""
    if not group.workers.low:
        return 0.0
    weekly = max(group.hours_week.low - figures[NORMAL_WEEK].range.low, 0)
    return weekly * _WEEKS_IN_A_MONTH * min(group.months.low, _MONTHS_IN_A_YEAR)


def _month_at_most(bid: Bid, figures: Mapping[str, Figure], housing: Range) -> float | None:
    """Return what a month of normal weeks can be paid at most, once the rest is paid at its least."""
    effort = math.fsum(_effort(group, figures).low for group in bid.labour)
    if not effort:
        return None
    rest = max(bid.price - housing.low - bid.other.low, 0)
    return rest / (effort * (1 + figures[SOCIAL].range.low / _HUNDRED))


def _sum(parts: Sequence[Range]) -> Range:
    highs = [part.high for part in parts if part.high is not None]
    open_end = len(highs) < len(parts)
    return Range(low=math.fsum(part.low for part in parts), high=None if open_end else math.fsum(highs))


def _times(one: Range, other: Range) -> Range:
    """Return the product; nothing of something unknown is nothing."""
    if one.high == 0 or other.high == 0:
        return exactly(0)
    high = None if one.high is None or other.high is None else one.high * other.high
    return Range(low=one.low * other.low, high=high)


def _rounded(one: Range) -> Range:
    return Range(low=round(one.low, _DECIMALS), high=None if one.high is None else round(one.high, _DECIMALS))


def _scaled(one: Range, factor: float) -> Range:
    return Range(low=one.low * factor, high=None if one.high is None else one.high * factor)
