"""How good an order is: which share of the cases stands in its first part.

    found(share) = cases among the first `share` of the files / all cases                  0 to 1

Files that an order does not tell apart stand together: of a group that reaches
over the end of the first part, cases count as its files do, by their share. So
no order gains by the accident of who came first. Two orders are compared on the
same files, drawn again many times with replacement.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Worth: TypeAlias = NDArray[np.bool_] | NDArray[np.float64]
"""Which files are cases; or what each is worth, such as the workers it touches, 0 where it is none."""

DRAWS_AT_ONCE = 200
"""Samples that are looked at together, so that memory stays small."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Files in an order, the groups that it does not tell apart, and which are cases."""

    rows: NDArray[np.intp]  # the files, first ones first
    starts: NDArray[np.intp]  # where each group begins
    cases: Worth  # in that order


@dataclass(frozen=True, slots=True)
class Sampling:
    """How files are drawn again to compare two orders."""

    share: float  # of each block that is looked at first, 0 to 1
    draws: int  # how many samples
    seed: int  # the same seed gives the same samples


def ranked(scores: NDArray[np.float64], cases: Worth) -> Ranked:
    """Return files in the order of their scores, the highest first."""
    rows = np.argsort(-scores, kind="stable")
    ordered = scores[rows]
    return Ranked(rows, np.flatnonzero(np.diff(ordered, prepend=np.nan) != 0), cases[rows])


def found(scores: NDArray[np.float64], cases: Worth, share: float) -> float:
    """Return the share of the cases in the first part of an order, 0 to 1; NaN without cases."""
    return float(_found(ranked(scores, cases), np.ones((1, len(scores)), np.int64), share)[0])


def found_in_blocks(scores: NDArray[np.float64], cases: Worth, blocks: NDArray[np.intp], share: float) -> float:
    """Return the share of all cases that stand in the first part of their block, 0 to 1; 0 without cases.

    Args:
        scores: the highest first, each block (one season, say) for itself.
        cases: which files are cases, or what each is worth.
        blocks: the block of each file.
        share: of each block that is looked at first, 0 to 1.
    """
    parts = [(found(scores[here], cases[here], share), cases[here].sum()) for here in _each(blocks)]
    reached = sum(part * worth for part, worth in parts if worth)
    return float(reached / cases.sum()) if cases.any() else 0.0


def differences(
    orders: tuple[NDArray[np.float64], NDArray[np.float64]],
    cases: NDArray[np.bool_],
    blocks: NDArray[np.intp],
    sampling: Sampling,
) -> NDArray[np.float64]:
    """Return how much more the first order finds than the second, in each of many samples of the files.

    Each block of files (one season, say) is ordered for itself and drawn for
    itself; what is found is added up over the blocks. A sample without a case
    counts as no difference.

    Args:
        orders: the scores of both, the highest first.
        cases: which files are cases.
        blocks: the block of each file.
        sampling: how the files are drawn.
    """
    draws, random = sampling.draws, np.random.default_rng(sampling.seed)
    gained, total = np.zeros(draws), np.zeros(draws)
    for here in _each(blocks):
        both = [ranked(scores[here], cases[here]) for scores in orders]
        for start in range(0, draws, DRAWS_AT_ONCE):
            part = slice(start, min(start + DRAWS_AT_ONCE, draws))
            times = random.multinomial(len(here), np.full(len(here), 1 / len(here)), part.stop - part.start)
            drawn = times @ cases[here]
            shares = [np.nan_to_num(_found(order, times, sampling.share)) for order in both]
            gained[part] += (shares[0] - shares[1]) * drawn
            total[part] += drawn
    return np.divide(gained, total, out=np.zeros(draws), where=total > 0)


def _each(blocks: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """Yield the files of each block."""
    return (np.flatnonzero(blocks == block) for block in np.unique(blocks))


def _found(order: Ranked, times: NDArray[np.int64], share: float) -> NDArray[np.float64]:
    """Return the share of the cases found in each sample; `times` says how often a file was drawn into it."""
    drawn = times[:, order.rows]
    files = np.add.reduceat(drawn, order.starts, axis=1)
    cases = np.add.reduceat(drawn * order.cases, order.starts, axis=1)
    before = np.cumsum(files, axis=1) - files
    room = share * drawn.sum(axis=1, keepdims=True) - before
    taken = np.clip(np.divide(room, files, out=np.zeros(files.shape), where=files > 0), 0, 1)
    all_cases = cases.sum(axis=1)
    result: NDArray[np.float64] = np.divide(
        (taken * cases).sum(axis=1), all_cases, out=np.full(len(times), np.nan), where=all_cases > 0
    )
    return result
