"""How likely a case is at a sum of weights: a line that bends where conclusions bend it.

    sums   of every fifth file, by what the other four fifths teach; five times over
    line   minimise  loss(a + s sum) + 0.01 s^2 / 2                                         s >= 0.01
    curve  minimise  loss(b + r_1 piece_1 + r_2 piece_2 + ...) + 0.01 |r - 1|^2 / 2         r >= 0.01

So no file is held against weights that it helped to find. A piece is the part of
the line between two points, and as many cases lie on each: 20 or more, so that
with fewer than 40 the line stays straight, and at most 10 pieces. Where cases
are few among low sums and many among high ones a straight line expects too many
in between; a curve does not. Line and curve rise everywhere, so they change nobody's
place.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_models.priority import Curve, curved
from risk_models.priority_features import Table
from risk_models.priority_fit import LIGHT, Fit, anchor, fit, least

FOLDS = 5
"""Into how many parts files are put, each to be held against what the others teach."""

CASES_A_PIECE, PIECES_MOST = 20, 10
"""How many cases a piece of the curve rests on at least, and how many pieces there may be."""

FLATTEST = 0.01
"""The least that line and curve rise: a hair, so that no two sums come to be equal."""

_RULE_MOST, _MARGIN = 2, 1
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Coefficients, and the curve by which their sums are read."""

    sums: Fit
    curve: Curve

    def log_odds(self, files: Table) -> NDArray[np.float64]:
        """Return the log-odds of files."""
        return curved(self.curve, self.sums.log_odds(files))


def calibrated(files: Table, cases: NDArray[np.bool_], fair: NDArray[np.bool_], strength: float) -> Calibrated:
    """Return the coefficients that conclusions suggest, and how likely a case is at their sums.

    Args:
        files: as they stood before anybody looked, in the order of time.
        cases: whether reviewers concluded on a case.
        fair: whether a file was reviewed whatever its order said; only these bend the curve.
        strength: of the draw to the rule set's order, above 0.
    """
    found = fit(files, cases, strength)
    odds, seen = _held_out(files, cases, strength)[fair], cases[fair]
    line = anchor(odds, seen, FLATTEST)
    sums = Fit(line.base + line.slope * found.base, line.slope * found.slope, line.slope * found.weights)
    ends = (sums.base, sums.base + _RULE_MOST * sums.slope + float(sums.weights.sum()))
    return Calibrated(sums, curve(line.base + line.slope * odds, seen, ends))


def curve(sums: NDArray[np.float64], cases: NDArray[np.bool_], ends: tuple[float, float]) -> Curve:
    """Return how likely cases are at sums, as points that rise; none where there are too few cases to bend a line.

    Args:
        sums: of files, as log-odds by a straight line.
        cases: whether reviewers concluded on a case.
        ends: the lowest sum that a file can have, and the highest.
    """
    pieces = min(int(cases.sum()) // CASES_A_PIECE, PIECES_MOST)
    shares = np.arange(1, pieces) / max(pieces, 1)
    bends = np.unique(np.quantile(sums[cases], shares).round(_DIGITS)) if len(shares) else shares
    if not bends.size:
        return ()
    points = np.array([min(ends[0], bends[0]) - _MARGIN, *bends, max(ends[1], bends[-1]) + _MARGIN])
    design = np.column_stack([np.ones(len(sums)), _pieces(sums, points)])
    towards, pull = np.ones(len(points)), np.full(len(points), LIGHT)
    towards[0], pull[0] = points[0], 0
    base, *rises = least(design, cases, towards, pull, FLATTEST)
    reached = base + np.cumsum([0.0, *(np.array(rises) * np.diff(points))])
    return tuple(zip(points.tolist(), reached.tolist(), strict=True))


def _pieces(sums: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each sum has come on each piece, a row a sum."""
    way: NDArray[np.float64] = np.clip(sums[:, None], points[:-1], points[1:]) - points[:-1]
    return way


def _held_out(files: Table, cases: NDArray[np.bool_], strength: float) -> NDArray[np.float64]:
    """Return the log-odds of each file by what the other parts teach."""
    part = np.arange(len(cases)) % FOLDS
    odds = np.zeros(len(cases))
    for number in range(FOLDS):
        others, here = np.flatnonzero(part != number), np.flatnonzero(part == number)
        odds[here] = fit(files.part(others), cases[others], strength).log_odds(files.part(here))
    return odds
