"""How far the numbers of the method decide: each is changed by a quarter, and what moves is counted.

For each number and each factor (0.75 and 1.25) the same made-up responses are
scored with the shipped rules and with the changed ones:

    correlation = Spearman's rank correlation of the two residuals
    flipped     = share of responses whose band differs

Points, caps, weights, floors, limits and the figures of the formula are changed
one at a time and rounded to whole numbers. Tallies, strengths, thresholds of
answers and the ceiling of "not known" are no quantities of that kind and stay.
Weights are small and only their proportion matters, so all are multiplied by
four before one of them is changed. A weighting that decides little is honest to
call a judgement; one that flips many bands needs a better source.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.stats import spearmanr

from risk_models.layout import Layout
from risk_models.model import Band, Exposure, Grade, Group, Level, Override, RiskModel
from risk_models.population import population
from risk_models.scoring import score

Entry: TypeAlias = Group | Exposure | Level | Band | Grade | Override
"""A rule that holds a number."""

FACTORS = (0.75, 1.25)
"""By how much each number is changed."""

_NUMBERS = (
    ("groups", "cap"),
    ("exposures", "points"),
    ("levels", "floor"),
    ("bands", "begins"),
    ("grades", "points"),
    ("grades", "coercion_points"),
    ("overrides", "limit"),
)
"""Which numbers of which rules are varied, besides the figures."""

_MOST = 100
_FINER = 4


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """What moves when one number of the method is changed."""

    number: str
    factor: float
    correlation: float  # of ranks, -1 to 1; 1 where nothing moves
    flipped: float  # share of responses in another band, 0 to 1


def measure(layout: Layout, responses: int, seed: int, told: Callable[[int, int], object]) -> tuple[Movement, ...]:
    """Return what moves for every number that is varied, the most bands first.

    Args:
        layout: the shipped rules.
        responses: how many responses to make up.
        seed: which ones; the same seed gives the same responses.
        told: called with how many variants are done, and how many there are.
    """
    answers, grades = population(layout, responses, seed)
    stated = score(layout, answers, grades).profiles.stated
    found = []
    variants = list(_variants(layout.model))
    for done, (number, factor, changed) in enumerate(variants, start=1):
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
        told(done, len(variants))
    return tuple(sorted(found, key=lambda one: (-one.flipped, one.correlation, one.number, one.factor)))


def _correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return Spearman's rank correlation; 1 where both are the same, even if constant."""
    if np.array_equal(first, second):
        return 1.0
    return float(spearmanr(first, second).statistic)


def _variants(model: RiskModel) -> Iterator[tuple[str, float, RiskModel]]:
    """Yield every number that is varied with each factor, and the model so changed."""
    fine = {
        name: replace(figure, value=figure.value * _FINER) if figure.unit == "weight" else figure
        for name, figure in model.figures.items()
    }
    model = replace(model, figures=fine)
    for factor in FACTORS:
        for name, figure in fine.items():
            if figure.unit != "level":
                changed = replace(figure, value=round(figure.value * factor))
                yield f"figures.{name}", factor, replace(model, figures={**fine, name: changed})
        for rules, field in _NUMBERS:
            for name, entries in _scaled(getattr(model, rules), field, factor):
                yield f"{rules}.{name}.{field}", factor, replace(model, **{rules: entries})


def _scaled(entries: tuple[Entry, ...], field: str, factor: float) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """Yield the entries with one number of one of them changed, and the id of that one."""
    for place, entry in enumerate(entries):
        if value := getattr(entry, field):
            changed = replace(entry, **{field: min(round(value * factor), _MOST)})
            yield entry.id, _with(entries, place, changed)


def _with(entries: tuple[Entry, ...], place: int, changed: Entry) -> tuple[Entry, ...]:
    return (*entries[:place], changed, *entries[place + 1 :])
