"""The coefficients that conclusions suggest, drawn to the order of the rule set.

First the rule set alone, with two numbers; then the features beside it:

    anchor    minimise  loss(a + s rule)                         + 0.01 s^2 / 2           s >= 0
    fit       minimise  loss(base + slope rule + weights values)
                        + strength (|weights|^2 + (slope - s)^2) / 2                      slope, weights >= 0

`loss` is the sum of the logistic losses. The weights are drawn towards zero and
the slope towards the rule set's own, so that few conclusions change little, and
none change nothing. Bounds and anchor are why the fit is L-BFGS-B of scipy: the
estimators of scikit-learn have neither; where both do not bind, the two agree.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, minimize

from risk_models.priority import probability
from risk_models.priority_features import Table

LIGHT = 0.01
"""How strongly the rule set's own slope is drawn to zero, so that it stays finite where cases are all on one side."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients of the rule set's number and the features."""

    base: float
    slope: float
    weights: NDArray[np.float64]

    def log_odds(self, files: Table) -> NDArray[np.float64]:
        """Return the log-odds of files."""
        odds: NDArray[np.float64] = self.base + self.slope * files.rule + files.values @ self.weights
        return odds


def anchor(rule: NDArray[np.float64], cases: NDArray[np.bool_], flattest: float = 0.0) -> Fit:
    """Return the log-odds of a case as a straight line over one number, never falling.

    Args:
        rule: the number.
        cases: whether reviewers concluded on a case.
        flattest: the least slope, zero or more.
    """
    design = np.ones((len(rule), 2))
    design[:, 1] = rule
    base, slope = least(design, cases, towards=np.zeros(2), pull=np.array([0.0, LIGHT]), floor=flattest)
    return Fit(base, slope, np.zeros(0))


def fit(files: Table, cases: NDArray[np.bool_], strength: float) -> Fit:
    """Return the coefficients that conclusions suggest, drawn to the rule set's order.

    Args:
        files: as they stood before anybody looked.
        cases: whether reviewers concluded on a case.
        strength: of the draw, above 0; the larger, the closer to the rule set's order.
    """
    alone = anchor(files.rule, cases)
    design = np.column_stack([np.ones(len(cases)), files.rule, files.values])
    towards = np.zeros(design.shape[1])
    towards[:2] = alone.base, alone.slope
    pull = np.full(design.shape[1], strength)
    pull[0] = 0
    base, slope, *weights = least(design, cases, towards, pull)
    return Fit(base, slope, np.array(weights))


def least(
    design: NDArray[np.float64],
    cases: NDArray[np.bool_],
    towards: NDArray[np.float64],
    pull: NDArray[np.float64],
    floor: float = 0.0,
) -> list[float]:
    """Return the coefficients with the least penalised loss.

    Args:
        design: a row a file; the first column is the base.
        cases: whether reviewers concluded on a case.
        towards: where the coefficients are drawn to.
        pull: how strongly each is.
        floor: the least that any coefficient but the base may be.
    """
    signs = np.where(cases, 1.0, -1.0)

    def loss(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (design @ at)
        away = at - towards
        slopes = design.T @ (-signs * probability(-margins)) + pull * away
        return float(np.logaddexp(0, -margins).sum() + (pull * away**2).sum() / 2), slopes

    lowest = np.full(design.shape[1], floor)
    lowest[0] = -np.inf
    reached = minimize(
        loss,
        np.maximum(towards, lowest),
        jac=True,
        method="L-BFGS-B",
        bounds=Bounds(lowest, np.inf),
        options={"maxiter": 500, "ftol": 1e-10, "gtol": 1e-6},
    )
    least: list[float] = reached.x.tolist()
    return least
