"""Learned orders and conclusions to test with."""

from datetime import date

import numpy as np

from duediligence.assessment import MODEL
from risk_models import catalogue
from risk_models.priority import OrderModel, probability
from risk_models.priority_drift import reference
from risk_models.priority_features import LEVEL, PROMPT, PROTECTED, Table
from risk_models.priority_learning import Conclusions

KINDS = ("contradiction", "alike", "haste")
INDICATORS = tuple(one.id for one in catalogue.load(*MODEL).indicators if one.id != PROTECTED)
NAMES = (
    "inherent",
    "control",
    "confidence",
    "coverage",
    "interval",
    "not_known",
    *(LEVEL + name for name in INDICATORS),
    *(PROMPT + kind for kind in KINDS),
)
START = date(2026, 1, 1).toordinal()


def drawn_files(size, seed=1) -> Table:
    """Return files with random features."""
    random = np.random.default_rng(seed)
    return Table(2 * random.random(size), NAMES, random.random((size, len(NAMES))))


def model_of(base, slope, weights, curve=()) -> OrderModel:
    """Return an order with the coefficients and the curve given."""
    files = drawn_files(200)
    weights = np.array(weights, np.float64)
    return OrderModel(
        version="2026-11-01-abcdef12",
        rule_set="forced_labour 2026.1",
        rows="0" * 64,
        files=200,
        cases=20,
        until=date(2026, 11, 1),
        base=base,
        slope=slope,
        weights=dict(zip(NAMES, weights.tolist(), strict=True)),
        reference=reference(files, base + slope * files.rule + files.values @ weights),
        curve=curve,
    )


def concluded(size, seed=1, slope=1.0, weight=0.0, base=-3.0) -> Conclusions:
    """Return conclusions in which the rule set's number and the feature "control" say how likely a case is."""
    random = np.random.default_rng([seed, 1])  # another source than that of the features
    files = drawn_files(size, seed)
    odds = base + slope * files.rule + weight * files.values[:, NAMES.index("control")]
    return Conclusions(
        files=tuple(f"file-{row:05}" for row in range(size)),
        days=START + np.arange(size, dtype=np.int64) // 4,
        table=files,
        cases=random.random(size) < probability(odds),
        fair=np.ones(size, np.bool_),
    )
