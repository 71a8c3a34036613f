"""A learned order as a file that scikit-learn reads, without pickle."""

import io as memory
import zipfile

import msgspec
import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import Ridge
from skops import io

from risk_models.priority import estimates
from risk_models.priority_file import Untrusted, design, read, write
from tests.orders import NAMES, drawn_files, model_of

ORDER = model_of(-3, 1.0, [0.5] * len(NAMES))


class Stranger:
    """A type that no learned order holds."""


def test_scikit_learn_gives_the_estimates_that_pages_reckon():
    files = drawn_files(50)
    estimator = read(write(ORDER), ORDER)
    given = pd.DataFrame(design(files, ORDER), columns=estimator.feature_names_in_)
    likely = estimator.predict_proba(given)[:, 1]
    assert likely == pytest.approx(estimates(ORDER, files), abs=1e-12)


def test_the_file_is_a_zip_without_a_pickle():
    with zipfile.ZipFile(memory.BytesIO(write(ORDER))) as archive:
        names = archive.namelist()
        assert "schema.json" in names
        assert not [name for name in names if archive.read(name)[:1] == b"\x80"]


def test_a_type_that_is_not_on_the_list_is_refused():
    with pytest.raises(Untrusted, match="Stranger"):
        read(io.dumps({"here": Stranger()}), ORDER)


@pytest.mark.parametrize("other", [Ridge(), [1, 2], RandomForestClassifier()])
def test_anything_but_a_logistic_regression_is_refused(other):
    with pytest.raises(Untrusted, match=r"no logistic regression|types"):
        read(io.dumps(other), ORDER)


@pytest.mark.parametrize("change", [{"base": -2.0}, {"slope": 2.0}, {"weights": {**ORDER.weights, "inherent": 0.6}}])
def test_a_file_that_says_something_else_than_the_order_beside_it_is_refused(change):
    with pytest.raises(Untrusted, match="differ"):
        read(write(ORDER), msgspec.structs.replace(ORDER, **change))


def test_features_stand_in_the_order_of_the_model_whatever_the_table_has():
    files = drawn_files(5)
    assert design(files, ORDER).shape == (5, 1 + len(NAMES))
    assert np.array_equal(design(files, ORDER)[:, 0], files.rule)
