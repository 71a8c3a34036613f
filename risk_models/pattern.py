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

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from risk_models.layout import Layout


class Pattern(IntEnum):
    """What the two-part test finds in one response."""

    NONE = 0
    A = 1
    B = 2
    C = 3


def meets(at_least: NDArray[np.uint8], tally: tuple[int, int, int]) -> NDArray[np.bool_]:
    """Return where the signs suffice for a tally of (weak, medium, strong).

    A stronger sign may stand for a weaker one.

    Args:
        at_least: the number of signs that are at least weak, medium and strong, shape (3, ...).
        tally: how many of each are wanted.
    """
    weak, medium, strong = tally
    wanted = (weak + medium + strong, medium + strong, strong)
    met: NDArray[np.bool_] = at_least[0] >= wanted[0]
    for have, want in zip(at_least[1:], wanted[1:], strict=True):
        if want:
            met &= have >= want
    return met


def two_part_test(layout: Layout, at_least: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Return the `Pattern` of every response.

    Args:
        layout: the rules.
        at_least: the number of signs on both sides that are at least weak, medium
            and strong, shape (3, ..., 2, responses).
    """
    some, medium, strong = np.logical_or.reduce(at_least, axis=-2)
    positive = np.logical_or.reduce([meets(at_least, tally) for tally in layout.model.two_part_test.tallies])
    grave = np.logical_and.reduce(at_least[1], axis=-2)
    both = grave & (strong | np.logical_and.reduce(positive, axis=-2))
    found = np.zeros(both.shape, np.int8)
    for holds, pattern in ((some, Pattern.A), (medium, Pattern.B), (both, Pattern.C)):
        np.maximum(found, holds.view(np.int8) * np.int8(pattern), out=found)
    return found
