"""A price that cannot pay the lowest lawful wages is seen; what is not known decides nothing."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.text import Source
from risk_models.labour_cost import (
    MARGIN,
    MINIMUM_WAGE,
    NORMAL_WEEK,
    OVERTIME_PAY,
    OVERTIME_YEAR,
    SOCIAL,
    UNKNOWN,
    Basis,
    Bid,
    Cover,
    Labour,
    LabourCost,
    Range,
    exactly,
    labour_cost,
)
from risk_models.parameter import DatedValue, NotInForce, Parameter, read_all

SHIPPED = read_all()
WAGE_KNOWN = date(2024, 6, 1)
WAGE_UNKNOWN = date(2026, 6, 1)
BEGIN = date(2020, 1, 1)
DAY = date(2024, 1, 1)
WORST_FIRST = tuple(Cover)
NOTHING = exactly(0)


def parameter(name: str, value: float | None, *, confirmed: bool = True) -> Parameter:
    source = Source(title="a law", confirmed=confirmed)
    return Parameter(id=name, description={}, unit="", values=(DatedValue(since=BEGIN, value=value, source=source),))


CERTAIN = {
    one.id: one
    for one in (
        parameter(MINIMUM_WAGE, 1000),
        parameter(NORMAL_WEEK, 40),
        parameter(SOCIAL, 20),
        parameter(OVERTIME_PAY, 2),
        parameter(OVERTIME_YEAR, 120),
        parameter(MARGIN, 10),
    )
}


def crew(workers: float = 10, months: float = 3, hours: float = 40, **more: object) -> Labour:
    return Labour(workers=exactly(workers), months=exactly(months), hours_week=exactly(hours), **more)


def bid(price: float, *labour: Labour, other: Range = NOTHING, **more: object) -> Bid:
    return Bid(price=price, labour=labour or (crew(),), other=other, **more)


def worked_out(one: Bid) -> LabourCost:
    return labour_cost(one, CERTAIN, DAY)


class TestWhereEverythingIsKnown:
    def test_the_sums_are_those_worked_out_by_hand(self):
        """10 workers, 3 months, 1000 TMT: 30,000; 20 % on top; 5 of them housed at 100 TMT; 2,500 of material."""
        found = worked_out(bid(50_000, crew(housed=exactly(5), lodging=exactly(100)), other=exactly(2_500)))
        assert found.wages == exactly(30_000)
        assert found.social == exactly(6_000)
        assert found.housing == exactly(1_500)
        assert found.needed.low == 40_000
        assert found.needed.high == pytest.approx(44_000)
        assert found.left_low == pytest.approx(6_000)
        assert found.left_high == 10_000

    def test_overtime_is_paid_at_its_rate(self):
        """50 hours a week are 40 and 10 at twice the pay: 60 paid hours, one and a half weeks."""
        assert worked_out(bid(0, crew(hours=50))).wages == exactly(45_000)

    def test_part_of_a_week_earns_its_part_of_the_wage(self):
        assert worked_out(bid(0, crew(hours=20))).wages == exactly(15_000)

    def test_an_agreed_wage_above_the_lowest_counts(self):
        assert worked_out(bid(0, crew(agreed=1_200))).wages == exactly(36_000)
        assert worked_out(bid(0, crew(agreed=900))).wages == exactly(30_000)

    def test_groups_are_added_up(self):
        assert worked_out(bid(0, crew(), crew(workers=2, months=1))).wages == exactly(32_000)

    @pytest.mark.parametrize(
        ("price", "cover"),
        [
            (35_999, Cover.NOT_COVERED),
            (36_000, Cover.OPEN),
            (39_599, Cover.OPEN),
            (39_601, Cover.COVERED),
        ],
    )
    def test_below_bare_cost_is_not_covered_and_above_it_a_margin_is_wanted(self, price, cover):
        assert worked_out(bid(price)).cover is cover

    def test_a_price_that_just_pays_the_bare_cost_is_not_below_it(self):
        """20 workers, 3 months, 48 hours a week: 56 paid hours of 40, and 20 % on top."""
        assert worked_out(bid(100_800, crew(workers=20, hours=48))).cover is Cover.OPEN
        assert worked_out(bid(100_799.99, crew(workers=20, hours=48))).cover is Cover.NOT_COVERED

    def test_it_says_what_a_month_can_be_paid_at_most(self):
        assert worked_out(bid(18_000)).month_at_most == pytest.approx(500)

    def test_nothing_is_said_of_a_month_where_no_work_is_sure(self):
        assert worked_out(bid(18_000, Labour())).month_at_most is None

    def test_overtime_beyond_the_limit_of_a_year_is_seen(self):
        assert not worked_out(bid(0, crew(months=12, hours=42))).too_long
        assert worked_out(bid(0, crew(months=12, hours=43))).too_long
        assert not worked_out(bid(0, crew(workers=0, months=12, hours=60))).too_long


class TestWhatIsNotKnown:
    def test_what_has_no_upper_end_leaves_the_result_open(self):
        found = worked_out(bid(1_000_000, other=UNKNOWN))
        assert (found.cover, found.left_low) == (Cover.OPEN, None)

    def test_a_price_below_what_is_sure_is_not_covered_whatever_else_it_has_to_pay(self):
        assert worked_out(bid(20_000, other=UNKNOWN)).cover is Cover.NOT_COVERED

    def test_nobody_housed_costs_nothing_whatever_a_place_costs(self):
        assert worked_out(bid(0, crew(lodging=UNKNOWN))).housing == NOTHING

    def test_a_reported_figure_counts_in_the_upper_end_alone(self):
        reported = CERTAIN | {SOCIAL: parameter(SOCIAL, 20, confirmed=False)}
        found = labour_cost(bid(33_000), reported, DAY)
        assert found.social == Range(low=0, high=6_000)
        assert found.cover is Cover.OPEN
        assert [(one.id, one.basis) for one in found.unconfirmed] == [(SOCIAL, Basis.REPORTED)]

    def test_a_figure_that_was_stated_counts_and_is_named_so(self):
        missing = CERTAIN | {SOCIAL: parameter(SOCIAL, None, confirmed=False)}
        found = labour_cost(bid(50_000, stated={SOCIAL: 30}), missing, DAY)
        assert found.social == exactly(9_000)
        assert [(one.id, one.basis) for one in found.unconfirmed] == [(SOCIAL, Basis.STATED)]

    def test_without_any_wage_on_record_only_an_agreed_one_decides(self):
        silent = CERTAIN | {MINIMUM_WAGE: parameter(MINIMUM_WAGE, None, confirmed=False)}
        assert labour_cost(bid(0), silent, DAY).cover is Cover.OPEN
        assert labour_cost(bid(20_000, crew(agreed=1_000)), silent, DAY).cover is Cover.NOT_COVERED

    def test_without_a_normal_week_there_is_no_test(self):
        with pytest.raises(NotInForce, match=NORMAL_WEEK):
            labour_cost(bid(0), CERTAIN | {NORMAL_WEEK: parameter(NORMAL_WEEK, None, confirmed=False)}, DAY)


class TestTheShippedFigures:
    def test_the_wage_of_a_confirmed_year_counts_as_it_is(self):
        found = labour_cost(bid(38_399), SHIPPED, WAGE_KNOWN)
        assert found.wages == exactly(38_400)
        assert found.cover is Cover.NOT_COVERED

    def test_a_wage_to_be_confirmed_stays_unconfirmed_and_is_said_so(self):
        found = labour_cost(bid(1_000_000), SHIPPED, WAGE_UNKNOWN)
        wage = next(one for one in found.unconfirmed if one.id == MINIMUM_WAGE)
        assert wage.basis is Basis.EARLIER
        assert wage.range == Range(low=1_280, high=None)
        assert wage.since == date(2024, 1, 1)

    def test_no_price_is_covered_while_the_wage_is_to_be_confirmed(self):
        assert labour_cost(bid(10_000_000), SHIPPED, WAGE_UNKNOWN).cover is Cover.OPEN

    def test_a_price_below_the_last_confirmed_wage_is_seen_all_the_same(self):
        assert labour_cost(bid(30_000), SHIPPED, WAGE_UNKNOWN).cover is Cover.NOT_COVERED

    def test_the_pay_for_overtime_lies_between_once_and_the_highest_reported(self):
        found = labour_cost(bid(0, crew(hours=50)), SHIPPED, WAGE_KNOWN)
        assert found.wages.low == pytest.approx(48_000)
        assert found.wages.high == pytest.approx(57_600)

    def test_social_charges_are_only_reported(self):
        found = labour_cost(bid(0), SHIPPED, WAGE_KNOWN)
        assert found.social.low == 0
        assert found.social.high == pytest.approx(7_680)
        assert SOCIAL in {one.id for one in found.unconfirmed}


@pytest.mark.parametrize(("low", "high"), [(-1, 2), (3, 2), (float("nan"), 2), (0, float("inf"))])
def test_a_range_that_cannot_be_is_refused(low, high):
    with pytest.raises(ValueError, match="range"):
        Range(low=low, high=high)


def test_a_negative_price_is_refused():
    with pytest.raises(ValueError, match="price"):
        bid(-1)


def test_a_result_goes_into_json_and_back():
    found = labour_cost(bid(1_000, other=UNKNOWN), SHIPPED, WAGE_UNKNOWN)
    assert msgspec.json.decode(msgspec.json.encode(found), type=LabourCost) == found


AMOUNTS = st.integers(0, 200).map(float)
RANGES = st.tuples(AMOUNTS, AMOUNTS | st.none()).map(
    lambda ends: Range(low=ends[0], high=None if ends[1] is None else sum(ends))
)
GROUPS = st.builds(
    Labour,
    workers=RANGES,
    months=RANGES,
    hours_week=RANGES,
    agreed=AMOUNTS,
    housed=RANGES,
    lodging=RANGES,
)
BIDS = st.builds(
    Bid, price=st.integers(0, 10_000_000).map(float), labour=st.lists(GROUPS, max_size=3).map(tuple), other=RANGES
)
FIGURES = st.sampled_from([(CERTAIN, DAY), (SHIPPED, date(2026, 6, 1))])


def better(one: LabourCost, other: LabourCost) -> bool:
    """Return whether the first result looks better than the second anywhere."""
    lows = [float("-inf") if found.left_low is None else found.left_low for found in (one, other)]
    order = WORST_FIRST.index(one.cover) > WORST_FIRST.index(other.cover)
    return order or one.left_high > other.left_high or lows[0] > lows[1]


@given(BIDS, AMOUNTS, FIGURES)
def test_a_dearer_bid_never_makes_it_worse(one, more, known):
    dearer = msgspec.structs.replace(one, price=one.price + more)
    assert not better(labour_cost(one, *known), labour_cost(dearer, *known))


def raised(amount: Range, more: float) -> Range:
    return Range(low=amount.low + more, high=None if amount.high is None else amount.high + more)


@given(BIDS, GROUPS, AMOUNTS, st.sampled_from(["workers", "months", "hours_week", "housed", "lodging"]), FIGURES)
def test_more_workers_hours_or_housing_never_make_it_better(one, group, more, what, known):
    fewer = msgspec.structs.replace(one, labour=(*one.labour, group))
    changed = msgspec.structs.replace(group, **{what: raised(getattr(group, what), more)})
    many = msgspec.structs.replace(one, labour=(*one.labour, changed))
    assert not better(labour_cost(many, *known), labour_cost(fewer, *known))


@given(BIDS, GROUPS, FIGURES)
def test_one_more_group_of_workers_never_makes_it_better(one, group, known):
    many = msgspec.structs.replace(one, labour=(*one.labour, group))
    assert not better(labour_cost(many, *known), labour_cost(one, *known))


@given(BIDS, GROUPS, st.floats(0, 1), st.sampled_from(["workers", "months", "hours_week", "lodging"]), FIGURES)
def test_naming_what_was_unknown_stays_within_the_interval(one, group, share, what, known):
    vague = msgspec.structs.replace(group, **{what: UNKNOWN})
    named = msgspec.structs.replace(group, **{what: exactly(200 * share)})
    before = labour_cost(msgspec.structs.replace(one, labour=(*one.labour, vague)), *known)
    after = labour_cost(msgspec.structs.replace(one, labour=(*one.labour, named)), *known)
    assert before.needed.low <= after.needed.low
    assert before.needed.high is None or (after.needed.high is not None and after.needed.high <= before.needed.high)
    if before.cover is not Cover.OPEN:
        assert after.cover is before.cover


@given(BIDS, FIGURES)
def test_the_order_of_groups_changes_nothing(one, known):
    turned = msgspec.structs.replace(one, labour=one.labour[::-1])
    assert labour_cost(turned, *known) == labour_cost(one, *known)
