"""No reader of the printed counts learns what is withheld."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from duediligence.suppression import (
    FEWEST_FIRMS,
    FEWEST_IN_GROUP,
    TOGETHER,
    Counts,
    Flags,
    gathered,
    people,
    printable,
    rounded,
)

OUTCOMES = 4

rows = st.lists(st.integers(0, 14), min_size=OUTCOMES, max_size=OUTCOMES).filter(
    lambda row: sum(row) >= FEWEST_IN_GROUP
)
breakdowns = st.lists(rows, min_size=1, max_size=4).map(lambda groups: np.array(groups, np.int64))
tiny = st.lists(
    st.lists(st.integers(0, 8), min_size=3, max_size=3).filter(lambda row: sum(row) >= FEWEST_IN_GROUP),
    min_size=2,
    max_size=2,
).map(lambda groups: np.array(groups, np.int64))


@st.composite
def registries(draw: st.DrawFn) -> tuple[Counts, Counts]:
    """Return the same firms by outcome, told apart in two ways."""
    first = draw(breakdowns)
    firms = np.repeat(np.tile(np.arange(OUTCOMES), len(first)), first.ravel())
    ways = draw(st.integers(1, 3))
    place = np.array(draw(st.lists(st.integers(0, ways - 1), min_size=firms.size, max_size=firms.size)))
    second = np.array([np.bincount(firms[place == way], minlength=OUTCOMES) for way in range(ways)], np.int64)
    assume((second.sum(axis=1) >= FEWEST_IN_GROUP).all())
    return first, second


def limits(count: int, *, shown: bool) -> tuple[int, int | None]:
    """Return what a reader knows of one count, told in the plainest way."""
    if not shown:
        return 0, None
    fitting = [one for one in range(FEWEST_FIRMS, count + 10) if rounded(one) == rounded(count)]
    return min(fitting), max(fitting)


def splits(total: int, parts: int) -> list[tuple[int, ...]]:
    """Return every way to deal out a total among some parts."""
    if parts == 1:
        return [(total,)]
    return [(first, *rest) for first in range(total + 1) for rest in splits(total - first, parts - 1)]


def fits(counts: tuple[int, ...], printed: Counts, shown: Flags) -> bool:
    return all(
        not open_ or (one >= FEWEST_FIRMS and rounded(one) == rounded(int(true)))
        for one, true, open_ in zip(counts, printed, shown, strict=True)
    )


@given(tiny)
def test_a_reader_who_tries_every_table_is_left_with_five_values(table):
    whole = table.sum(axis=0)
    flags, shown = printable(whole, [table])
    each = [
        [row for row in splits(int(line.sum()), 3) if fits(row, line, open_)]
        for line, open_ in zip(table, shown, strict=True)
    ]
    possible = np.array([pair for pair in product(*each) if fits(tuple(np.sum(pair, axis=0)), whole, flags)])
    for group, outcome in np.argwhere(~shown):
        assert len(np.unique(possible[:, group, outcome])) >= FEWEST_FIRMS
    for (outcome,) in np.argwhere(~flags):
        assert len(np.unique(possible.sum(axis=1)[:, outcome])) >= FEWEST_FIRMS


@given(registries(), st.data())
def test_a_reader_who_knows_one_firm_is_left_with_five_values(registry, data):
    whole = registry[0].sum(axis=0)
    shown = np.concatenate([flags.ravel() for flags in printable(whole, registry)])
    counts = np.concatenate([whole, *(table.ravel() for table in registry)])
    assume(not shown.all())
    known = data.draw(st.sampled_from(np.flatnonzero(counts).tolist()))
    bounds = [limits(int(count), shown=bool(open_)) for count, open_ in zip(counts, shown, strict=True)]
    bounds[known] = max(bounds[known][0], 1), bounds[known][1]
    hidden = data.draw(st.sampled_from(np.flatnonzero(~shown).tolist()))
    sums, totals = known_sums(registry)
    goal = np.eye(counts.size)[hidden]
    least = linprog(goal, A_eq=sums, b_eq=totals, bounds=bounds)
    most = linprog(-goal, A_eq=sums, b_eq=totals, bounds=bounds)
    assert round(-most.fun - least.fun) + 1 >= FEWEST_FIRMS


def known_sums(registry: tuple[Counts, Counts]) -> tuple[Counts, list[int]]:
    """Return the firms of each group, and each outcome of the whole, as sums of the cells."""
    names = [("whole", 0, outcome) for outcome in range(OUTCOMES)]
    names += [(way, g, o) for way, table in enumerate(registry) for g in range(len(table)) for o in range(OUTCOMES)]
    sums, totals = [], []
    for way, table in enumerate(registry):
        for group, line in enumerate(table):
            sums.append([int(name[:2] == (way, group)) for name in names])
            totals.append(int(line.sum()))
        for outcome in range(OUTCOMES):
            sums.append([{way: 1, "whole": -1}.get(name[0], 0) * (name[2] == outcome) for name in names])
            totals.append(0)
    return np.array(sums), totals


@given(registries())
def test_no_count_under_five_is_printed(registry):
    flags = printable(registry[0].sum(axis=0), registry)
    for shown, counts in zip(flags, (registry[0].sum(axis=0), *registry), strict=True):
        assert (counts[shown] >= FEWEST_FIRMS).all()


def test_what_all_firms_of_a_group_have_in_common_is_not_printed():
    flags, shown = printable(np.array([30, 30]), [np.array([[30, 0], [0, 30]])])
    assert not shown.any()
    assert flags.all()


def test_outcomes_that_no_firm_has_do_not_hide_the_others():
    (flags,) = printable(np.array([30, 30, 0, 0]))
    assert flags.tolist() == [True, True, False, False]


def test_the_whole_is_told_where_no_sector_can_be():
    flags, _ = printable(np.array([30, 20, 3, 0]), [np.array([[12, 1, 0, 0], [9, 10, 1, 0], [9, 9, 2, 0]])])
    assert flags.tolist() == [True, True, False, False]


def test_counts_that_tell_on_nobody_are_all_printed():
    table = np.array([[20, 30], [25, 15]])
    assert all(shown.all() for shown in printable(table.sum(axis=0), [table]))


@pytest.mark.parametrize(
    ("whole", "ways"),
    [([5, 4], []), ([10, 10], [[[10, 1], [0, 9]]]), ([10, 10], [[[10, 9]]])],
    ids=["few firms", "a small group", "a sum that is none"],
)
def test_counts_that_are_no_table_are_refused(whole, ways):
    with pytest.raises(ValueError, match="too small"):
        printable(np.array(whole), [np.array(way) for way in ways])


@given(st.dictionaries(st.sampled_from(["", *"abcdef"]), st.integers(1, 30)))
def test_every_group_told_apart_is_large_enough(sizes):
    names = gathered(sizes)
    grouped = Counter[str]()
    for name, size in sizes.items():
        grouped[name if name in names else TOGETHER] += size
    assert all(grouped[name] >= FEWEST_IN_GROUP for name in names)
    assert not names or set(names) == set(grouped)


@pytest.mark.parametrize(("count", "printed"), [(0, 0), (2, 0), (3, 5), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15)])
def test_counts_are_rounded_to_five(count, printed):
    assert rounded(count) == printed


@pytest.mark.parametrize("number", range(11))
def test_fewer_than_eleven_people_are_never_printed(number):
    spread = [number // 5 + (place < number % 5) for place in range(5)]
    assert people(spread) is None


def test_people_of_fewer_than_five_firms_are_not_printed():
    assert people([100, 100, 100, 100]) is None


def test_people_are_not_printed_where_one_firm_has_most_of_them():
    assert people([101, 25, 25, 25, 25]) is None


def test_people_of_five_firms_are_printed_rounded():
    assert people([100, 27, 25, 25, 25]) == 200
