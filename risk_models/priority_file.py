"""A learned order as a file that scikit-learn reads, without pickle.

The file holds a logistic regression whose coefficients are the base, the slope
and the weights of an `OrderModel`, so that anyone with scikit-learn can load it
and get the same estimates. It is written with skops and opened only if every
type in it is on the list below. Pages need none of this: they reckon with the
`OrderModel` beside it. Only workers import this module; scikit-learn takes
seconds to load.
"""

import numpy as np
from sklearn.linear_model import LogisticRegression
from skops import io

from risk_models.priority import OrderModel
from risk_models.priority_features import Table

RULE = "rule"
"""What the number of the rule set is called among the features of the file."""

TRUSTED: frozenset[str] = frozenset()
"""Types that may be in a file beside those that skops itself knows to be harmless: none."""

KIND = "LogisticRegression"

_CLOSE = 1e-9


class Untrusted(Exception):
    """A file holds what no learned order holds, or not what the order beside it says."""


def write(model: OrderModel) -> bytes:
    """Return a learned order as the bytes of a skops file."""
    estimator = LogisticRegression()
    estimator.classes_ = np.array([0, 1])
    estimator.coef_ = np.array([[model.slope, *model.weights.values()]])
    estimator.intercept_ = np.array([model.base])
    estimator.n_features_in_ = 1 + len(model.weights)
    estimator.feature_names_in_ = np.array([RULE, *model.weights], object)
    estimator.n_iter_ = np.array([0], np.int32)
    data: bytes = io.dumps(estimator)
    return data


def read(data: bytes, model: OrderModel) -> LogisticRegression:
    """Return the estimator of a file.

    Args:
        data: as `write` returned it.
        model: the order beside it, which must say the same.

    Raises:
        Untrusted: a type in the file is not on the list, or the file and the order differ.
    """
    if others := set(io.get_untrusted_types(data=data)) - TRUSTED:
        raise Untrusted(f"the file holds types that no learned order holds: {', '.join(sorted(others))}")
    estimator = io.loads(data, trusted=sorted(TRUSTED))
    if type(estimator) is not LogisticRegression:
        raise Untrusted("the file holds no logistic regression")
    wanted = np.array([model.base, model.slope, *model.weights.values()])
    given = np.concatenate([estimator.intercept_, estimator.coef_[0]])
    if list(estimator.feature_names_in_) != [RULE, *model.weights] or not np.array_equal(wanted, given):
        raise Untrusted("the file and the order beside it differ")
    return estimator


def design(files: Table, model: OrderModel) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Return files as the estimator of a file wants them: the rule set's number, then the features it knows."""
    places = [files.names.index(name) for name in model.weights]
    return np.column_stack([files.rule, files.values[:, places]])
