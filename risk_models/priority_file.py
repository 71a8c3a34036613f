"""A learned order as a file that scikit-learn reads, without pickle.

The file holds a logistic regression whose coefficients are the base, the slope
and the weights of an `OrderModel`, and an isotonic regression that is its curve,
unless sums are read as they are. So anyone with scikit-learn can load it and get
the same estimates:

    sums = file["sum"].decision_function(files)
    estimates = 1 / (1 + exp(-file["curve"].predict(sums)))

It is written with skops and opened only if every type in it is on the list
below. Pages need none of this: they reckon with the `OrderModel` beside it. Only
workers import this module; scikit-learn takes seconds to load.
"""

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from skops import io

from risk_models.priority import CURVE, OrderModel
from risk_models.priority_features import Table

RULE = "rule"
"""What the number of the rule set is called among the features of the file."""

SUM = "sum"
"""What the logistic regression is called in the file."""

TRUSTED: frozenset[str] = frozenset()
"""Types that may be in a file beside those that skops itself knows to be harmless: none."""


class Untrusted(Exception):
    """A file holds what no learned order holds, or not what the order beside it says."""


def write(model: OrderModel) -> bytes:
    """Return a learned order as the bytes of a skops file."""
    data: bytes = io.dumps({SUM: _sum(model)} | ({CURVE: _curve(model)} if model.curve else {}))
    return data


def read(data: bytes, model: OrderModel) -> dict[str, LogisticRegression | IsotonicRegression]:
    """Return the estimators of a file: of the sum, and of the curve if it bends.

    Args:
        data: as `write` returned it.
        model: the order beside it, which must say the same.

    Raises:
        Untrusted: a type in the file is not on the list, or the file and the order differ.
    """
    if others := set(io.get_untrusted_types(data=data)) - TRUSTED:
        raise Untrusted(f"the file holds types that no learned order holds: {', '.join(sorted(others))}")
    found = io.loads(data, trusted=sorted(TRUSTED))
    wanted = {SUM: LogisticRegression} | ({CURVE: IsotonicRegression} if model.curve else {})
    if type(found) is not dict or {name: type(one) for name, one in found.items()} != wanted:
        raise Untrusted(f"the file does not hold {' and '.join(one.__name__ for one in wanted.values())} alone")
    if not _says(found, model):
        raise Untrusted("the file and the order beside it differ")
    return found


def design(files: Table, model: OrderModel) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Return files as the logistic regression wants them: the rule set's number, then the features it knows."""
    places = [files.names.index(name) for name in model.weights]
    return np.column_stack([files.rule, files.values[:, places]])


def _sum(model: OrderModel) -> LogisticRegression:
    estimator = LogisticRegression()
    estimator.classes_ = np.array([0, 1])
    estimator.coef_ = np.array([[model.slope, *model.weights.values()]])
    estimator.intercept_ = np.array([model.base])
    estimator.n_features_in_ = 1 + len(model.weights)
    estimator.feature_names_in_ = np.array([RULE, *model.weights], object)
    estimator.n_iter_ = np.array([0], np.int32)
    return estimator


def _curve(model: OrderModel) -> IsotonicRegression:
    points = np.array(model.curve)
    return IsotonicRegression(out_of_bounds="clip").fit(points[:, 0], points[:, 1])


def _says(found: dict[str, LogisticRegression | IsotonicRegression], model: OrderModel) -> bool:
    """Return whether a file says what the order beside it says."""
    estimator, wanted = found[SUM], [model.base, model.slope, *model.weights.values()]
    given = [*estimator.intercept_.tolist(), *estimator.coef_[0].tolist()]
    curve = found.get(CURVE)
    points = () if curve is None else tuple(zip(curve.X_thresholds_, curve.y_thresholds_, strict=True))
    named = list(estimator.feature_names_in_) == [RULE, *model.weights]
    return named and given == wanted and points == model.curve
