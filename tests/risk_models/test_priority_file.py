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

from risk_models.priority import CURVE, estimates, probability
from risk_models.priority_file import SUM, Untrusted, design, read, write
from tests.orders import NAMES, drawn_files, model_of

STRAIGHT = model_of(-3, 1.0, [0.5] * len(NAMES))
ORDER = model_of(-3, 1.0, [0.5] * len(NAMES), ((-5.0, -4.0), (6.0, -3.5), (9.0, 1.0), (20.0, 2.0)))


class Stranger:
    """A type that no learned order holds."""


def test_scikit_learn_gives_the_estimates_that_pages_reckon():
    files = drawn_files(50)
    found = read(write(ORDER), ORDER)
    given = pd.DataFrame(design(files, ORDER), columns=found[SUM].feature_names_in_)
    likely = probability(found[CURVE].predict(found[SUM].decision_function(given)))
    assert likely == pytest.approx(estimates(ORDER, files), abs=1e-12)


def test_without_a_curve_the_logistic_regression_gives_them_by_itself():
    files = drawn_files(50)
    found = read(write(STRAIGHT), STRAIGHT)
    given = pd.DataFrame(design(files, STRAIGHT), columns=found[SUM].feature_names_in_)
    assert found.keys() == {SUM}
    assert found[SUM].predict_proba(given)[:, 1] == pytest.approx(estimates(STRAIGHT, files), abs=1e-12)


def test_the_file_is_a_zip_without_a_pickle():
    with zipfile.ZipFile(memory.BytesIO(write(ORDER))) as archive:
        names = archive.namelist()
        assert "schema.json" in names
        assert not [name for name in names if archive.read(name)[:1] == b"\x80"]


def test_a_type_that_is_not_on_the_list_is_refused():
    with pytest.raises(Untrusted, match="Stranger"):
        read(io.dumps({"here": Stranger()}), ORDER)


@pytest.mark.parametrize("other", [Ridge(), [1, 2], RandomForestClassifier(), {SUM: Ridge(), CURVE: Ridge()}])
def test_anything_but_a_logistic_regression_and_its_curve_is_refused(other):
    with pytest.raises(Untrusted, match=r"does not hold|types"):
        read(io.dumps(other), ORDER)


@pytest.mark.parametrize(
    "change",
    [
        {"base": -2.0},
        {"slope": 2.0},
        {"weights": {**ORDER.weights, "inherent": 0.6}},
        {"curve": (*ORDER.curve[:-1], (20.0, 2.5))},
    ],
)
def test_a_file_that_says_something_else_than_the_order_beside_it_is_refused(change):
    with pytest.raises(Untrusted, match="differ"):
        read(write(ORDER), msgspec.structs.replace(ORDER, **change))


def test_features_stand_in_the_order_of_the_model_whatever_the_table_has():
    files = drawn_files(5)
    assert design(files, ORDER).shape == (5, 1 + len(NAMES))
    assert np.array_equal(design(files, ORDER)[:, 0], files.rule)
