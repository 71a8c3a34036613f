"""Which counts may be printed, so that no print tells on a firm.

A count is printed when it is 5 or more, and rounded to 5. Every other count, zero
among them, is withheld: that no firm of a sector is in the worst band says something
about each of its firms. One mark stands for every withheld count, so that it does
not tell which of them are small.

    printed p    p - 2 <= count <= p + 2, and 5 <= count
    withheld     0 <= count
    sums         the outcomes of a group add up to its firms; its groups to the whole

A reader can set up these lines too, so the withheld counts are tried against them.
The reader is taken to know more than is printed: the exact number of firms in every
group, and one firm besides. Where that leaves a withheld count fewer than 5 possible
values, the smallest printed count of its group or outcome is withheld as well, and
so on until all have 5.

The counts of one table, broken down in at most two ways, are a flow in a network:
from the groups of one way through the outcomes to the groups of the other. So the
bounds of the linear programme are whole numbers, and everything between is possible.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST_FIRMS = 5
"""The smallest count of firms that is printed."""

FEWEST_PEOPLE = 11
"""The smallest count of people that is printed."""

FEWEST_IN_GROUP = 2 * FEWEST_FIRMS
"""The smallest group whose outcomes are told apart; in a smaller one at most one could be printed."""

STEP = 5
"""Printed counts are multiples of this."""

ROOM = FEWEST_FIRMS - 1
"""How far apart the least and the greatest possible value of a withheld count must lie."""

TOGETHER = ""
"""The group of those that are too few for one of their own."""

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]


def rounded(count: int) -> int:
    """Return the multiple of `STEP` nearest to a count."""
    return STEP * ((count + STEP // 2) // STEP)


def gathered(sizes: Mapping[str, int]) -> tuple[str, ...]:
    """Return the groups that are told apart, in the order given; the last may be `TOGETHER`.

    Groups below `FEWEST_IN_GROUP`, and those without a name, go together. Where these are
    too few even so, the smallest other groups join them. Empty where all are too few.
    """
    apart = {name: size for name, size in sizes.items() if name != TOGETHER and size >= FEWEST_IN_GROUP}
    rest = sum(sizes.values()) - sum(apart.values())
    while 0 < rest < FEWEST_IN_GROUP and apart:
        rest += apart.pop(min(apart, key=apart.__getitem__))
    if rest >= FEWEST_IN_GROUP:
        return (*apart, TOGETHER)
    return tuple(apart)


def printable(whole: Counts, breakdowns: Sequence[Counts] = ()) -> tuple[Flags, ...]:
    """Return which counts may be printed, for the whole and for each breakdown.

    Args:
        whole: firms by outcome, shape (n_outcomes,).
        breakdowns: at most two, each of shape (n_groups, n_outcomes), with columns that add up to `whole`.

    Raises:
        ValueError: a group is too small, a breakdown does not add up, or there are more than two.
    """
    tables = [whole[np.newaxis, :], *breakdowns]
    if len(breakdowns) > 2:  # noqa: PLR2004  a third one is no network any more
        raise ValueError("counts can be broken down in two ways at most")
    if any((table.sum(axis=1) < FEWEST_IN_GROUP).any() or (table.sum(axis=0) != whole).any() for table in tables):
        raise ValueError("a group is too small, or a breakdown does not add up")
    known = _known(tables)
    counts = np.concatenate([table.ravel() for table in tables])
    shown = counts >= FEWEST_FIRMS
    while (narrow := _narrow(counts, shown, known)).size and shown.any():
        _withhold(counts, shown, known, narrow)
    parts = np.split(shown, np.cumsum([table.size for table in tables])[:-1])
    return (parts[0], *(part.reshape(table.shape) for part, table in zip(parts[1:], breakdowns, strict=True)))


def people(amounts: Sequence[int]) -> int | None:
    """Return the number of people that may be printed for some firms, rounded; None where it is withheld.

    Args:
        amounts: people in each firm; those of one firm may not be more than half of all.
    """
    total = sum(amounts)
    if len(amounts) < FEWEST_FIRMS or total < FEWEST_PEOPLE or 2 * max(amounts) > total:
        return None
    return rounded(total)


@dataclass(frozen=True)
class _Known:
    """What every reader knows of the cells of all tables, laid out in one row: `sums @ cells = totals`."""

    group: NDArray[np.int64]  # the row of a table that a cell stands in; 0 is the whole
    outcome: NDArray[np.int64]
    sums: NDArray[np.float64]
    totals: NDArray[np.float64]


def _known(tables: Sequence[Counts]) -> _Known:
    """Return the sums of tables, of which the first is the whole."""
    outcomes = tables[0].shape[1]
    firms = np.concatenate([table.sum(axis=1) for table in tables])
    group = np.repeat(np.arange(firms.size), outcomes)
    outcome = np.tile(np.arange(outcomes), firms.size)
    sums = [np.equal(group, number).astype(np.float64) for number in range(firms.size)]
    start = 1
    for table in tables[1:]:
        inside = (group >= start) & (group < start + len(table))
        for number in range(outcomes):
            own, whole = inside & (outcome == number), (group == 0) & (outcome == number)
            sums.append(own.astype(np.float64) - whole.astype(np.float64))
        start += len(table)
    totals = np.append(firms, np.zeros(len(sums) - firms.size)).astype(np.float64)
    return _Known(group, outcome, np.array(sums), totals)


def _withhold(counts: Counts, shown: Flags, known: _Known, narrow: NDArray[np.intp]) -> None:
    """Withhold the smallest printed count of each group with a narrow cell, or one beside where none is left.

    The counts of the whole serve the most readers, so they go last.
    """
    closed = False
    for group in np.unique(known.group[narrow])[::-1]:
        own = np.flatnonzero(shown & (known.group == group))
        if own.size and (group > 0 or not closed):
            shown[own[np.argmin(counts[own])]] = False
            closed = True
    if not closed:
        open_ = np.flatnonzero(shown)
        beside = open_[np.isin(known.outcome[open_], known.outcome[narrow])]
        pool = beside if beside.size else open_
        shown[pool[np.lexsort((counts[pool], known.group[pool] == 0))[0]]] = False


def _narrow(counts: Counts, shown: Flags, known: _Known) -> NDArray[np.intp]:
    """Return the withheld cells that a reader who knows one firm could pin down too closely.

    To know a firm takes at most one value from each end, so wide cells need no second look. To
    know one that counts in a printed cell takes nothing: its count is known to be 5 or more.
    """
    least = np.where(shown, np.maximum(_printed(counts) - STEP // 2, FEWEST_FIRMS), 0)
    most = np.where(shown, _printed(counts) + STEP // 2, counts.sum())
    hidden = np.flatnonzero(~shown)
    spans = _spans(counts, hidden, (least, most), known, ROOM + 2)
    if (spans < ROOM).any():
        return np.asarray(hidden[spans < ROOM])
    close = hidden[spans < ROOM + 2]
    for firm in hidden[counts[hidden] > 0] if close.size else []:
        raised = least.copy()
        raised[firm] = 1
        narrow = _spans(counts, close, (raised, most), known, ROOM) < ROOM
        if narrow.any():
            return np.asarray(close[narrow])
    return np.array([], np.intp)


def _spans(
    counts: Counts, cells: NDArray[np.intp], limits: tuple[Counts, Counts], known: _Known, enough: int
) -> NDArray[np.float64]:
    """Return how far apart the least and the greatest possible values of cells lie, at least up to `enough`.

    Every solution found counts for all cells at once, so few programmes need solving.
    """
    # A second of start and 40 MB that most processes never need.
    from scipy.optimize import linprog  # noqa: PLC0415

    bounds = np.column_stack(limits).tolist()
    low, high = counts.astype(np.float64), counts.astype(np.float64)
    for cell in cells:
        for sign in (-1.0, 1.0):
            if high[cell] - low[cell] >= enough:
                break
            goal = np.zeros(counts.size)
            goal[cell] = sign
            found = linprog(goal, A_eq=known.sums, b_eq=known.totals, bounds=bounds)
            assert found.x is not None  # the counts themselves fit
            possible = np.rint(found.x)
            low, high = np.minimum(low, possible), np.maximum(high, possible)
    return np.asarray((high - low)[cells], np.float64)


def _printed(counts: Counts) -> Counts:
    return STEP * ((counts + STEP // 2) // STEP)
