"""How far the numbers of the method decide: each is changed by a quarter, and what moves is counted.

For each number and each factor (0.75 and 1.25) the same made-up responses are
scored with the shipped rules and with the changed ones:

    correlation = Spearman's rank correlation of the two residuals
    flipped     = share of responses whose band differs

Points, caps, weights, floors and the figures of the formula are changed one at a
time and rounded to whole numbers. Weights are small and only their proportion
matters, so all are multiplied by four before one of them is changed. A weighting that decides little is honest to
call a judgement; one that flips many bands needs a better source.
"""

from collections.abc import Iterator
from typing import TypeVar

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.stats import spearmanr

from risk_models.layout import Layout
from risk_models.model import RiskModel
from risk_models.population import population
from risk_models.scoring import score

Entry = TypeVar("Entry")

FACTORS = (0.75, 1.25)
"""By how much each number is changed."""

_MOST = 100
_FINER = 4


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """What moves when one number of the method is changed."""

    number: str
    factor: float
    correlation: float  # of ranks, -1 to 1; 1 where nothing moves
    flipped: float  # share of responses in another band, 0 to 1


def measure(layout: Layout, responses: int, seed: int) -> tuple[Movement, ...]:
    """Return what moves for every number of the method, the most bands first.

    Args:
        layout: the shipped rules.
        responses: how many responses to make up.
        seed: which ones; the same seed gives the same responses.
    """
    answers, grades = population(layout, responses, seed)
    stated = score(layout, answers, grades).profiles.stated
    found = []
    for number, factor, changed in _variants(layout.model):
        rules = Layout(changed, layout.codebook, layout.parameters)
        other = score(rules, answers, grades).profiles.stated
        found.append(
            Movement(
                number=number,
                factor=factor,
                correlation=_correlation(stated.residual, other.residual),
                flipped=float(np.mean(stated.band != other.band)),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.flipped, one.correlation, one.number, one.factor)))


def _correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return Spearman's rank correlation; 1 where both are the same, even if constant."""
    if np.array_equal(first, second):
        return 1.0
    return float(spearmanr(first, second).statistic)


def _variants(model: RiskModel) -> Iterator[tuple[str, float, RiskModel]]:
    """Yield every number of the method with each factor, and the model so changed."""
    fine = {
        name: replace(figure, value=figure.value * _FINER) if figure.unit == "weight" else figure
        for name, figure in model.figures.items()
    }
    for factor in FACTORS:
        for name, figure in fine.items():
            if figure.unit == "level":
                continue
            changed = replace(figure, value=round(figure.value * factor))
            yield f"figures.{name}", factor, replace(model, figures={**fine, name: changed})
        for place, group in enumerate(model.groups):
            groups = _with(model.groups, place, replace(group, cap=round(group.cap * factor)))
            yield f"groups.{group.id}.cap", factor, replace(model, groups=groups)
        for place, exposure in enumerate(model.exposures):
            exposures = _with(model.exposures, place, replace(exposure, points=round(exposure.points * factor)))
            yield f"exposures.{exposure.id}", factor, replace(model, exposures=exposures)
        for place, level in enumerate(model.levels):
            levels = _with(model.levels, place, replace(level, floor=min(round(level.floor * factor), _MOST)))
            yield f"levels.{level.id}.floor", factor, replace(model, levels=levels)


def _with(entries: tuple[Entry, ...], place: int, changed: Entry) -> tuple[Entry, ...]:
    return (*entries[:place], changed, *entries[place + 1 :])
