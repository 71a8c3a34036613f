"""How likely a file is to hold a case: the rule set's own numbers, and what reviewers' conclusions add to them.

    rule      = 1 if a strong sign was reported + residual / 100 + signs / 100,000         0 to a little over 2
    sum       = base + slope * rule + sum(weight * feature)
    log-odds  = curve(sum)                                    straight between points that rise; without any the sum
    estimate  = 1 / (1 + exp(-log-odds))                                                   0 to 1

Signs are the levels of all indicators that reviewers may know of, added up: they
tell files apart whose strong sign has lifted them to the same residual risk. Every
feature grows with what speaks for a look (`priority_features`); the slope
and every weight are zero or more. So one more adverse answer never makes
a file look less urgent, and with weights of zero the order is that of the rule
set. The curve says how likely a case is at such a sum, and changes nobody's
place. The summands are the explanation: those of the sum, and last what the
curve adds to it or takes away. Nothing here touches a grade, a level or
a band: it says who is looked at first.

This module needs numpy alone, so that a file can be estimated wherever a queue
is shown; `priority_learning` finds the weights.
"""

from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from questionnaires import content
from questionnaires.text import Text, filled
from risk_models.model import RiskModel
from risk_models.priority_features import LEVEL, PROMPT, Table

LIBRARY = Path(__file__).parent / "library" / "priority"

Curve: TypeAlias = tuple[tuple[float, float], ...]
"""Points from a sum to log-odds, both rising; straight between them. Without any a sum stays as it is."""

BASE, CURVE = "base", "curve"
"""What the summands are called that every file starts from, and that the curve adds."""


class Reference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the files were spread on which an order was learned, for drift to be seen."""

    edges: dict[str, tuple[float, ...]]  # inner bounds of the groups, by what was grouped
    shares: dict[str, tuple[float, ...]]  # share of the files in each group


class OrderModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A learned order: plain numbers, with what they were learned from."""

    version: str  # the last day learned from, and the beginning of the digest of the rows
    rule_set: str  # id and version of the rules whose numbers it reads
    rows: str  # SHA-256 of the rows it was learned from
    files: int
    cases: int
    until: date  # the last conclusion it was learned from
    base: float
    slope: float  # of the rule set's number, zero or more
    weights: dict[str, float]  # of the features, zero or more
    reference: Reference
    curve: Curve = ()

    def __post_init__(self) -> None:
        """Refuse a model under which an adverse answer could lower an estimate, or change a place."""
        if min([self.slope, *self.weights.values()]) < 0:
            raise ValueError("the slope and every weight of an order are zero or more")
        if any(later[0] <= point[0] or later[1] <= point[1] for point, later in pairwise(self.curve)):
            raise ValueError("the curve of an order rises from point to point")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A summand of one file's estimate."""

    name: str
    says: Text
    value: float  # of a feature 0 to 1, of the rule set's number 0 to a little over 2; base 1; curve: the sum
    log_odds: float


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """Why a file stands where it stands: the summands add up to `log_odds`."""

    model: str
    estimate: float  # 0 to 1
    log_odds: float
    parts: tuple[Part, ...]  # base and rule set first, then what weighs most; the curve last


def log_odds(model: OrderModel, files: Table) -> NDArray[np.float64]:
    """Return the log-odds of each file, as the order has them."""
    return curved(model.curve, model.base + model.slope * files.rule + files.values @ _weights(model, files))


def curved(curve: Curve, sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log-odds that belong to sums; beyond the ends of the curve they stay as they are there."""
    if not curve:
        return sums
    points = np.array(curve)
    read: NDArray[np.float64] = np.interp(sums, points[:, 0], points[:, 1])
    return read


def estimates(model: OrderModel, files: Table) -> NDArray[np.float64]:
    """Return how likely each file is to hold a case, 0 to 1."""
    return probability(log_odds(model, files))


def probability(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities that belong to log-odds; none overflows."""
    shrunk = np.exp(-np.abs(odds))
    likely: NDArray[np.float64] = np.where(odds >= 0, 1, shrunk) / (1 + shrunk)
    return likely


def explain(model: OrderModel, files: Table, row: int, rules: RiskModel) -> Explained:
    """Return the summands of one file's estimate.

    Args:
        model: the order.
        files: as `table` gives them.
        row: which of the files.
        rules: the rule set, for the names of indicators.
    """
    shares = files.values[row] * _weights(model, files)
    heaviest = sorted(zip(files.names, files.values[row], shares, strict=True), key=lambda one: (-one[2], one[0]))
    rule = float(files.rule[row])
    parts = [
        Part(name=BASE, says=_words()[BASE], value=1.0, log_odds=model.base),
        Part(name="rule", says=_words()["rule"], value=rule, log_odds=model.slope * rule),
        *(
            Part(name=name, says=named(name, rules), value=float(value), log_odds=float(share))
            for name, value, share in heaviest
            if share
        ),
    ]
    total = sum(part.log_odds for part in parts)
    odds = float(curved(model.curve, np.array(total)))
    if model.curve:
        parts.append(Part(name=CURVE, says=_words()[CURVE], value=total, log_odds=odds - total))
    likely = float(probability(np.array(odds)))
    return Explained(model=model.version, estimate=likely, log_odds=odds, parts=tuple(parts))


def named(feature: str, rules: RiskModel) -> Text:
    """Return what a feature is called."""
    if feature.startswith(LEVEL):
        label = next(one.label for one in rules.indicators if one.id == feature.removeprefix(LEVEL))
        return filled(_words()["level"], indicator=label)
    if feature.startswith(PROMPT):
        kind = feature.removeprefix(PROMPT)
        return filled(_words()["prompt"], kind=_words().get(feature, dict.fromkeys(_words()["prompt"], kind)))
    return _words()[feature]


def sentence(name: str, /, **facts: object) -> Text:
    """Return one of the sentences on the order of the queue, filled in."""
    return filled(_words()[name], **facts)


def _weights(model: OrderModel, files: Table) -> NDArray[np.float64]:
    """Return the weight of each feature of a table; one that the order did not know weighs nothing.

    Raises:
        ValueError: the order wants a feature that the table has not.
    """
    if lacking := model.weights.keys() - set(files.names):
        raise ValueError(f"this order was learned with features that the files have not: {', '.join(sorted(lacking))}")
    return np.array([model.weights.get(name, 0.0) for name in files.names])


@cache
def _words() -> dict[str, Text]:
    return content.read(LIBRARY / "words.yaml", dict[str, Text])
