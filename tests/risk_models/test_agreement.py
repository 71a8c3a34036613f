"""How far two reviewers agree who did not know of each other."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from questionnaires.text import LANGUAGES
from risk_models import parameter
from risk_models.agreement import Measured, Terms, Twice, agreement, changes, double_sample, kappa, telling
from tests.conftest import TODAY

TERMS = Terms(grades=5, files_min=20, draws=300)
KEY = b"a key of the installation"


def read_twice(files, slip, section="wag", on=TODAY, seed=1, answers=6):
    """Return answers graded twice; the second grade differs by one in a share `slip` of them."""
    random = np.random.default_rng(seed)
    first = random.integers(0, 5, (files, answers))
    step = np.where(first == 4, -1, 1) * (random.random((files, answers)) < slip)
    return [
        Twice(f"{section}-{on}-{file:03}", section, on, int(first[file, answer]), int((first + step)[file, answer]))
        for file in range(files)
        for answer in range(answers)
    ]


def one(pairs, terms=TERMS):
    (found,) = agreement(pairs, terms)
    return found


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=60))
def test_kappa_is_that_of_scikit_learn(pairs):
    first, second = zip(*pairs, strict=True)
    table = np.zeros((5, 5), np.int64)
    np.add.at(table, (np.array(first), np.array(second)), 1)
    found = kappa(table)
    if found is None:
        assert len(set(first) | set(second)) == 1
    else:
        assert found == pytest.approx(cohen_kappa_score(first, second, labels=range(5), weights="quadratic"))


def test_reviewers_who_always_agree_have_a_kappa_of_one():
    assert one(read_twice(30, 0)).kappa == 1


def test_two_who_grade_by_chance_agree_no_more_than_chance():
    random = np.random.default_rng(3)
    pairs = [Twice(f"f{file}", "wag", TODAY, *random.integers(0, 5, 2).tolist()) for file in range(400)]
    found = one(pairs)
    assert found.low < 0 < found.high


def test_the_interval_holds_the_kappa():
    found = one(read_twice(40, 0.3))
    assert found.low < found.kappa < found.high < 1


def test_below_the_minimum_of_files_no_kappa_is_stated():
    found = one(read_twice(19, 0.1))
    assert (found.measured, found.kappa, found.low, found.files) == (Measured.TOO_FEW, None, None, 19)


def test_many_answers_of_few_files_are_still_too_few():
    assert one(read_twice(5, 0.1, answers=50)).measured is Measured.TOO_FEW


def test_where_both_only_ever_gave_one_grade_nothing_can_be_said():
    pairs = [Twice(f"f{file}", "wag", TODAY, 2, 2) for file in range(30)]
    found = one(pairs)
    assert (found.measured, found.kappa, found.same) == (Measured.NO_VARIATION, None, 1)


def test_every_section_is_measured_for_itself():
    pairs = [*read_twice(30, 0, "mov"), *read_twice(30, 0.8, "wag")]
    mov, wag = agreement(pairs, TERMS)
    assert (mov.section, wag.section) == ("mov", "wag")
    assert mov.kappa > wag.kappa


def test_the_sequence_of_pairs_changes_nothing():
    pairs = read_twice(30, 0.3)
    moved = [pairs[row] for row in np.random.default_rng(1).permutation(len(pairs))]
    assert agreement(moved, TERMS) == agreement(pairs, TERMS)


def test_agreement_that_falls_is_noticed():
    earlier = read_twice(60, 0.05, on=TODAY - timedelta(200))
    (change,) = changes([*earlier, *read_twice(60, 0.9, seed=2)], TODAY - timedelta(30), TERMS)
    assert change.falling
    assert not change.rising
    assert change.difference < 0


def test_agreement_that_stays_the_same_raises_nothing():
    earlier = read_twice(60, 0.3, on=TODAY - timedelta(200))
    (change,) = changes([*earlier, *read_twice(60, 0.3, seed=2)], TODAY - timedelta(30), TERMS)
    assert not change.falling
    assert not change.rising


def test_too_few_on_either_side_leave_the_change_open():
    (change,) = changes(read_twice(60, 0.3), TODAY - timedelta(30), TERMS)
    assert (change.difference, change.low, change.high) == (None, None, None)
    assert change.earlier.measured is Measured.TOO_FEW


EARLIER = read_twice(30, 0.05, on=TODAY - timedelta(200))
TOLD = {
    "falling": (changes([*EARLIER, *read_twice(30, 0.9, seed=2)], TODAY, TERMS)[0], "fell from"),
    "same": (changes([*EARLIER, *read_twice(30, 0.05, seed=3)], TODAY, TERMS)[0], "chance alone"),
    "open": (changes(EARLIER, TODAY, TERMS)[0], "too little was read twice"),
}


@pytest.mark.parametrize("name", TOLD)
def test_how_agreement_moved_is_told_in_three_languages(name):
    measured, wanted = TOLD[name]
    words = telling(measured, {"en": "Wages", "ru": "Зарплата", "tk": "Zähmet haky"})
    assert set(words) == set(LANGUAGES)
    assert words["en"].startswith("Wages: ")
    assert words["tk"].startswith("Zähmet haky: ")
    assert wanted in words["en"]


def test_about_the_share_asked_for_is_read_twice():
    files = [f"file-{number}" for number in range(2000)]
    assert 150 < len(double_sample(files, key=KEY, share=0.1)) < 250
    assert double_sample(files, key=KEY, share=0) == frozenset()
    assert len(double_sample(files, key=KEY, share=1)) == 2000


def test_whether_a_file_is_read_twice_does_not_depend_on_the_others():
    files = [f"file-{number}" for number in range(200)]
    whole = double_sample(files, key=KEY, share=0.2)
    assert double_sample(files[:50], key=KEY, share=0.2) == whole & set(files[:50])
    assert double_sample(files, key=b"another", share=0.2) != whole


def test_the_minimum_is_a_dated_parameter():
    assert parameter.read_all()["agreement.pairs_min"].on(date(2026, 11, 21)) == 20
