"""Whether the files of today are still like those an order was learned from.

    index        = sum over groups of (now - then) * ln(now / then)         population stability index
    calibration  = (cases seen - cases expected) / sqrt(sum of p (1 - p))   standard deviations

Groups are tenths of the files the order was learned from, by its estimate and by
each feature; a share of nothing counts as a ten-thousandth. What has drifted is
a value for the lead auditor; it changes nothing by itself.
"""

from enum import StrEnum

import msgspec
import numpy as np
from numpy.typing import NDArray

from questionnaires.text import Text
from risk_models.model import RiskModel
from risk_models.priority import OrderModel, Reference, estimates, log_odds, named, sentence
from risk_models.priority_features import Table

ESTIMATE = "estimate"
"""What the spread of the estimates is called among the features."""

SURPRISE = 3.0
"""From so many standard deviations on, chance no longer explains how many cases were seen."""

_TENTHS = np.arange(0.1, 0.95, 0.1)
_NOTHING = 1e-4


class Kind(StrEnum):
    """What may drift."""

    SPREAD = "spread"  # how the files are spread
    CALIBRATION = "calibration"  # how many cases there are, beside how many were expected


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at; `raised` where it is beyond its limit."""

    kind: Kind
    name: str  # a feature, or "estimate"
    figure: float
    limit: float
    raised: bool
    says: Text


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, the furthest off first; `enough` is false where there were too few files to say."""

    enough: bool
    says: Text  # empty where there were enough
    drifts: tuple[Drift, ...]


def reference(files: Table, odds: NDArray[np.float64]) -> Reference:
    """Return how files are spread, by their log-odds and by each feature."""
    columns = {ESTIMATE: odds, **dict(zip(files.names, files.values.T, strict=True))}
    edges = {name: np.unique(np.quantile(column, _TENTHS)) for name, column in columns.items()}
    return Reference(
        edges={name: tuple(bounds.tolist()) for name, bounds in edges.items()},
        shares={name: tuple(_shares(columns[name], bounds).tolist()) for name, bounds in edges.items()},
    )


def spread(model: OrderModel, files: Table, rules: RiskModel, *, files_min: int, limit: float) -> Watch:
    """Return how far the files of today have drifted from those the order was learned from.

    Args:
        model: the order.
        files: of today, concluded or not.
        rules: the rule set, for the names of indicators.
        files_min: fewer files tell nothing.
        limit: the index from which on a drift is raised.
    """
    if len(files.rule) < files_min:
        return _too_few(len(files.rule), files_min)
    columns = {ESTIMATE: log_odds(model, files), **dict(zip(files.names, files.values.T, strict=True))}
    drifts = []
    for name, edges in model.reference.edges.items():
        then = np.array(model.reference.shares[name])
        figure = index(then, _shares(columns[name], np.array(edges)))
        called = sentence(ESTIMATE) if name == ESTIMATE else named(name, rules)
        says = sentence("drift_spread", name=called, figure=f"{figure:.2f}", limit=f"{limit:.2f}")
        drifts.append(Drift(kind=Kind.SPREAD, name=name, figure=figure, limit=limit, raised=figure >= limit, says=says))
    return Watch(enough=True, says={}, drifts=tuple(sorted(drifts, key=lambda one: (-one.figure, one.name))))


def calibration(model: OrderModel, files: Table, cases: NDArray[np.bool_], *, files_min: int) -> Watch:
    """Return whether reviewers concluded on as many cases as the order expected.

    Args:
        model: the order.
        files: concluded after the order was learned.
        cases: whether reviewers concluded on a case.
        files_min: fewer files tell nothing.
    """
    if len(cases) < files_min:
        return _too_few(len(cases), files_min)
    likely = estimates(model, files)
    expected, seen = float(likely.sum()), int(cases.sum())
    figure = abs(seen - expected) / float(np.sqrt(max((likely * (1 - likely)).sum(), _NOTHING)))
    says = sentence("drift_calibration", expected=round(expected, 1), files=len(cases), seen=seen)
    drift = Drift(
        kind=Kind.CALIBRATION, name=ESTIMATE, figure=figure, limit=SURPRISE, raised=figure >= SURPRISE, says=says
    )
    return Watch(enough=True, says={}, drifts=(drift,))


def index(then: NDArray[np.float64], now: NDArray[np.float64]) -> float:
    """Return the population stability index of two lists of shares; 0 where they are the same."""
    before, after = np.maximum(then, _NOTHING), np.maximum(now, _NOTHING)
    return float(((after - before) * np.log(after / before)).sum())


def _shares(column: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of files in each group; a file on an edge belongs to the group below it."""
    groups = np.searchsorted(edges, column, side="left")
    return np.bincount(groups, minlength=len(edges) + 1) / max(len(column), 1)


def _too_few(files: int, wanted: int) -> Watch:
    return Watch(enough=False, says=sentence("drift_too_few", files=files, wanted=wanted), drifts=())
