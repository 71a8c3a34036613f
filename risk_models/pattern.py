"""The two-part test: is work not offered freely, and is there a menace of a penalty?

ILO Convention 29, Art. 2, needs both. Signs of unfree recruitment, duress or the
impossibility of leaving stand on one side, signs of a penalty on the other; one
response (one site in one period) is the scope within which they must meet.

    side positive = one of the tallies of the model is reached; by the Delphi rule
                    2 strong, or 1 strong and 1 other, or 3 medium, or 2 medium and 1 weak
    A = some sign, none of them medium
    B = a medium or strong sign on at least one side
    C = a medium or strong sign on both sides, and either one strong sign among
        them or both sides positive

Only what was reported counts here; a missing answer never completes a pattern.
"""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from risk_models.layout import Layout
from risk_models.reading import Outcome, Outcomes


class Pattern(IntEnum):
    """What the two-part test finds in one response."""

    NONE = 0
    A = 1
    B = 2
    C = 3


def meets(at_least: Sequence[NDArray[np.uint8]], tally: tuple[int, int, int]) -> NDArray[np.bool_]:
    """Return where the signs suffice for a tally of (weak, medium, strong).

    A stronger sign may stand for a weaker one.

    Args:
        at_least: the number of signs that are at least weak, medium and strong.
        tally: how many of each are wanted.
    """
    weak, medium, strong = tally
    wanted = (weak + medium + strong, medium + strong, strong)
    met = np.ones(at_least[0].shape, np.bool_)
    for have, want in zip(at_least, wanted, strict=True):
        if want:
            met &= have >= want
    return met


def two_part_test(layout: Layout, outcomes: Outcomes) -> NDArray[np.int8]:
    """Return the `Pattern` of every response."""
    involuntary = _side(layout, outcomes, layout.involuntary)
    penalty = _side(layout, outcomes, layout.penalty)
    grave = [side[1] > 0 for side in (involuntary, penalty)]
    strong = (involuntary[2] > 0) | (penalty[2] > 0)
    positive = [
        np.logical_or.reduce([meets(side, tally) for tally in layout.model.two_part_test.tallies])
        for side in (involuntary, penalty)
    ]
    found = ((involuntary[0] > 0) | (penalty[0] > 0)).astype(np.int8)
    found[grave[0] | grave[1]] = Pattern.B
    found[grave[0] & grave[1] & (strong | (positive[0] & positive[1]))] = Pattern.C
    return found


def _side(layout: Layout, outcomes: Outcomes, rows: slice) -> list[NDArray[np.uint8]]:
    """Return how many readings of one side are at least weak, medium and strong signs."""
    peak = layout.peak[rows]
    strengths = (outcomes[rows] == Outcome.ADVERSE).view(np.int8) * peak
    strengths += (outcomes[rows] == Outcome.PARTLY).view(np.int8) * np.maximum(peak - np.int8(1), 0)
    return [np.add.reduce((strengths >= least).view(np.uint8), axis=0, dtype=np.uint8) for least in (1, 2, 3)]
