"""What would have to be different: the fewest changes, found by trying them all."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.condition import AnyCondition, Compares, Equals, In, Relation
from questionnaires.response import Missing
from risk_models.counterfactual import Change, Weighed, change, evidence_needed, reached, smallest_removal
from risk_models.explanation import explain
from risk_models.layout import Layout
from risk_models.model import Element, Strength
from risk_models.profile import Finding
from risk_models.scoring import score
from tests.conftest import TODAY, answers, rules
from tests.strategies import BAD, GOOD, PARTLY, form, lay, number, reading, rule_set, select_many, select_one

LEVELS = rules().model.levels
BOOK = form([select_one("one"), select_many("many"), number("figure")])


def weighed(strengths: list[int]) -> list[Weighed]:
    return [Weighed(question=f"q{place}", strength=strength) for place, strength in enumerate(strengths)]


def level(signs: list[Weighed]) -> int:
    counts = Counter(sign.strength for sign in signs)
    return reached(LEVELS, [counts[strength] for strength in (1, 2, 3)])


@given(st.lists(st.integers(1, 3), max_size=6), st.integers(0, 2))
def test_no_smaller_removal_reaches_the_target(strengths: list[int], target: int):
    signs = weighed(strengths)
    removed = smallest_removal(LEVELS, signs, target)
    assert level([sign for sign in signs if sign.question not in removed]) <= target
    for size in range(len(removed)):
        for taken in combinations(signs, size):
            assert level([sign for sign in signs if sign not in taken]) > target


def test_nothing_is_removed_where_the_level_is_low_enough():
    assert smallest_removal(LEVELS, weighed([2]), 2) == ()


def test_of_equal_ways_the_same_one_is_always_named():
    assert smallest_removal(LEVELS, weighed([2, 2, 2]), 2) == smallest_removal(LEVELS, weighed([2, 2, 2]), 2)
    assert len(smallest_removal(LEVELS, weighed([2, 2, 2]), 2)) == 1


@pytest.mark.parametrize(
    ("question", "adverse", "partly", "expected"),
    [
        ("one", Equals(question="one", value=BAD), None, Change(question="one", choices=(GOOD, PARTLY))),
        (
            "one",
            Equals(question="one", value=BAD),
            Equals(question="one", value=PARTLY),
            Change(question="one", choices=(GOOD,)),
        ),
        ("one", In(question="one", values=(BAD, PARTLY)), None, Change(question="one", choices=(GOOD,))),
        (
            "figure",
            Compares(question="figure", relation=Relation.AT_LEAST, value=30),
            Compares(question="figure", relation=Relation.AT_LEAST, value=7),
            Change(question="figure", relation=Relation.BELOW, figure=7),
        ),
        (
            "figure",
            Compares(question="figure", relation=Relation.ABOVE, parameter="limit"),
            None,
            Change(question="figure", relation=Relation.AT_MOST, figure=60),
        ),
        ("many", Equals(question="one", value=BAD), None, Change(question="many")),
    ],
)
def test_a_change_says_what_the_answer_would_have_to_be(
    question: str, adverse: AnyCondition, partly: AnyCondition | None, expected: Change
):
    assert change(BOOK, reading(question, adverse, partly), {"limit": 60.0}) == expected


def finding(given: dict[str, str | Missing], strength: Strength = Strength.STRONG) -> Finding:
    """Return what one sheet of equally strong signs says of its indicator."""
    readings = [
        reading(
            name,
            Equals(question=name, value=BAD),
            Equals(question=name, value=PARTLY),
            element=Element.DURESS,
            signs={"VUL": strength},
        )
        for name in given
    ]
    book = form([select_one(name) for name in given])
    layout = Layout(rule_set(readings), book, {})
    laid = lay(book, [answers(given)])
    return explain(layout, score(layout, laid, np.zeros(laid.codes.shape, np.int8)), TODAY).findings[0]


def test_what_is_not_known_needs_no_change_to_leave_the_strong_level():
    """Not knowing reaches moderate at most, so one changed answer is enough."""
    found = finding({"a": BAD, "b": Missing.NOT_KNOWN, "c": Missing.NOT_KNOWN, "d": Missing.NOT_KNOWN})
    assert found.level == "strong"
    assert [one.question for one in found.to_lower] == ["a"]
    assert [one.question for one in found.to_clear] == ["a", "b", "c", "d"]


def test_a_moderate_level_that_rests_on_not_knowing_names_what_to_find_out():
    found = finding({"a": Missing.NOT_KNOWN, "b": Missing.NOT_KNOWN})
    assert found.level == "moderate"
    assert len(found.to_lower) == 2


def test_without_a_finding_there_is_nothing_to_change():
    found = finding({"a": GOOD})
    assert (found.level, found.to_lower, found.to_clear) == ("none", (), ())


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 200)), st.integers(-50, 600))
def test_the_fewest_answers_are_named_for_better_evidence(gains: dict[str, int], missing: int):
    found = evidence_needed(missing, gains)
    ways = [way for size in range(len(gains) + 1) for way in combinations(gains, size)]
    enough = [way for way in ways if sum(gains[name] for name in way) >= missing]
    if not enough:
        assert found is None
        return
    assert found is not None
    assert sum(gains[name] for name in found) >= missing
    assert len(found) == min(map(len, enough))
