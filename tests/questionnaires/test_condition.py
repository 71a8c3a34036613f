"""Conditions are data: they say what they read, and refuse what makes no sense."""

import msgspec
import pytest
from hypothesis import given

from questionnaires.condition import (
    ALWAYS,
    All,
    Any,
    AnyCondition,
    Compares,
    ComparesWith,
    Equals,
    In,
    Not,
    Relation,
    leaves,
    parameters_of,
    questions_of,
)
from questionnaires.content import ContentError, convert, parse
from tests.strategies import conditions, number, select_many, select_one

QUESTIONS = [select_one("one"), select_many("many"), number("figure"), number("other")]

YES = Equals(question="one", value="good")
ABOVE = Compares(question="figure", relation=Relation.ABOVE, parameter="limit")
TWICE = ComparesWith(question="figure", relation=Relation.AT_LEAST, other="other", times=2)
TREE = All(parts=(YES, Not(part=Any(parts=(ABOVE, TWICE)))))


def test_a_tree_names_its_comparisons_from_left_to_right():
    assert list(leaves(TREE)) == [YES, ABOVE, TWICE]


def test_a_comparison_with_another_answer_reads_both_questions():
    assert questions_of(TREE) == {"one", "figure", "other"}


def test_only_dated_figures_count_as_parameters():
    assert parameters_of(TREE) == {"limit"}
    assert parameters_of(Compares(question="figure", relation=Relation.ABOVE, value=3)) == set()


def test_what_always_holds_reads_nothing():
    assert questions_of(ALWAYS) == set()


@pytest.mark.parametrize("figures", [{}, {"value": 3, "parameter": "limit"}])
def test_a_comparison_needs_exactly_one_figure(figures: dict[str, object]):
    with pytest.raises(ValueError, match="either a value or a parameter"):
        Compares(question="figure", relation=Relation.ABOVE, **figures)


def test_zero_is_a_figure():
    assert Compares(question="figure", relation=Relation.ABOVE, value=0).value == 0


def test_yes_and_no_are_words_in_a_written_condition():
    written = parse("{is: in, question: one, values: [yes, no]}", "here")
    assert convert(written, AnyCondition, "here") == In(question="one", values=("yes", "no"))


@pytest.mark.parametrize(
    "written",
    ["{is: equal, question: one, value: yes}", "{is: equals, question: one}", "{is: not, part: {}, parts: []}"],
)
def test_a_misspelt_condition_is_refused(written: str):
    with pytest.raises(ContentError, match="here: "):
        convert(parse(written, "here"), AnyCondition, "here")


@given(conditions(QUESTIONS))
def test_a_condition_survives_being_written_down(condition: AnyCondition):
    assert msgspec.json.decode(msgspec.json.encode(condition), type=AnyCondition) == condition
