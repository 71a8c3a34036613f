"""Truth: three-valued for rules, two-valued for relevance, sound where it is uncertain."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.codebook import NOT_APPLICABLE, NOT_ASKED, Codebook
from questionnaires.condition import (
    All,
    Answered,
    Any,
    AnyCondition,
    Compares,
    ComparesWith,
    Counts,
    Equals,
    In,
    Includes,
    Not,
    Relation,
)
from questionnaires.program import FALSE, TRUE, UNKNOWN, Program
from questionnaires.response import Answer, Answers, Missing, Value
from tests.strategies import (
    PARAMETERS,
    conditions,
    form,
    forms,
    holds,
    lay,
    number,
    replies,
    select_many,
    select_one,
    values,
)

BOOK = form([select_one("one"), select_many("many"), number("figure"), number("other")])
COMPARE = {
    Relation.AT_LEAST: lambda a, b: a >= b,
    Relation.ABOVE: lambda a, b: a > b,
    Relation.AT_MOST: lambda a, b: a <= b,
    Relation.BELOW: lambda a, b: a < b,
}


def truth(condition: AnyCondition, given: Mapping[str, Answer], blank: int) -> int:
    """Return the truth of a condition in one response, worked out one node at a time."""
    match condition:
        case All(parts=parts):
            return min((truth(part, given, blank) for part in parts), default=TRUE)
        case Any(parts=parts):
            return max((truth(part, given, blank) for part in parts), default=FALSE)
        case Not(part=part):
            return TRUE - truth(part, given, blank)
        case In(question=question, values=wanted):
            return max((compared(Equals(question=question, value=one), given, blank) for one in wanted), default=FALSE)
    return compared(condition, given, blank)


def compared(leaf: AnyCondition, given: Mapping[str, Answer], blank: int) -> int:
    """Return the truth of one comparison."""
    read = [leaf.question, *([leaf.other] if isinstance(leaf, ComparesWith) else [])]
    found = [given.get(question, Answer()) for question in read]
    if any(one.missing is Missing.NOT_APPLICABLE for one in found):
        return FALSE
    lapsed = isinstance(leaf, Compares) and leaf.value is None and leaf.parameter not in PARAMETERS
    if lapsed or any(one.value is None for one in found):
        return blank
    return TRUE if meets(leaf, *(one.value for one in found)) else FALSE


def meets(leaf: AnyCondition, value: Value, other: float = 0) -> bool:
    """Return whether a value meets one comparison."""
    match leaf:
        case Equals(value=wanted):
            return value == wanted
        case Includes(value=wanted):
            return wanted in value
        case Counts(relation=relation, value=wanted):
            return COMPARE[relation](len(value), wanted)
        case Compares(relation=relation, value=figure, parameter=parameter):
            return COMPARE[relation](value, PARAMETERS[parameter] if figure is None else figure)
        case ComparesWith(relation=relation, times=times):
            return COMPARE[relation](value, times * other)
    return isinstance(leaf, Answered)


@settings(max_examples=200)
@given(conditions(BOOK.questions), replies(BOOK))
def test_rules_follow_the_tables_of_kleene(condition: AnyCondition, given: dict[str, Answer]):
    assert holds(condition, lay(BOOK, [given]), PARAMETERS)[0] == truth(condition, given, UNKNOWN)


@given(st.lists(conditions(BOOK.questions), max_size=4), replies(BOOK), replies(BOOK))
def test_many_conditions_over_many_responses_are_what_each_is_alone(
    several: list[AnyCondition], first: dict[str, Answer], second: dict[str, Answer]
):
    found = Program(BOOK, several, PARAMETERS).run(lay(BOOK, [first, second]))
    assert found.tolist() == [[truth(one, given, UNKNOWN) for given in (first, second)] for one in several]


@given(conditions(BOOK.questions), replies(BOOK), st.data())
def test_what_is_certain_stays_so_as_answers_come(
    condition: AnyCondition, given: dict[str, Answer], data: st.DataObject
):
    before = holds(condition, lay(BOOK, [given]), PARAMETERS)[0]
    later = dict(given)
    for question in BOOK.questions:
        if given.get(question.id, Answer()).value is None and question.id not in given and data.draw(st.booleans()):
            later[question.id] = data.draw(values(question))
    after = holds(condition, lay(BOOK, [later]), PARAMETERS)[0]
    assert before in (UNKNOWN, after)


@given(forms().flatmap(lambda book: st.tuples(st.just(book), conditions(book.questions), replies(book))), st.data())
def test_what_may_not_be_asked_bounds_every_truth(drawn: tuple[Codebook, AnyCondition, dict[str, Answer]], data):
    """A truth found while it is open what is asked holds in either case."""
    book, condition, given = drawn
    answers = lay(book, [given])
    asked = np.array([[data.draw(st.sampled_from((UNKNOWN, TRUE)))] for _ in book.questions], np.int8)
    open_truth = Program(book, [condition], PARAMETERS).run(answers, asked=asked)[0, 0]
    codes = answers.codes.copy()
    for row in range(len(book.questions)):
        if asked[row, 0] == UNKNOWN and data.draw(st.booleans()):
            codes[row, 0] = NOT_ASKED
    settled = holds(condition, Answers(book, codes, answers.numbers, answers.bits), PARAMETERS)[0]
    assert open_truth in (UNKNOWN, settled)


def test_a_comparison_with_a_question_that_may_not_be_asked_is_open():
    more = ComparesWith(question="figure", relation=Relation.ABOVE, other="other")
    answers = lay(BOOK, [{"figure": Answer(value=3), "other": Answer(value=1)}])
    for row, expected in ((BOOK.row["figure"], UNKNOWN), (BOOK.row["other"], UNKNOWN), (BOOK.row["one"], TRUE)):
        asked = np.full((4, 1), TRUE, np.int8)
        asked[row] = UNKNOWN
        assert Program(BOOK, [more]).run(answers, asked=asked)[0, 0] == expected


@pytest.mark.parametrize("code", [NOT_ASKED, NOT_APPLICABLE])
def test_a_comparison_with_a_question_out_of_play_is_false(code: int):
    answers = lay(BOOK, [{"one": Answer(value="good")}])
    answers.codes[BOOK.row["one"], 0] = code
    good = Equals(question="one", value="good")
    assert holds(good, answers)[0] == FALSE
    assert holds(Not(part=good), answers)[0] == TRUE
    assert holds(Answered(question="one"), answers)[0] == FALSE


@pytest.mark.parametrize(("first", "second"), [("figure", "other"), ("other", "figure")])
def test_a_comparison_of_two_questions_is_false_when_either_is_out_of_play(first: str, second: str):
    more = ComparesWith(question=first, relation=Relation.ABOVE, other=second)
    assert holds(more, lay(BOOK, [{"figure": Answer(missing=Missing.NOT_APPLICABLE)}]))[0] == FALSE
    assert holds(more, lay(BOOK, [{"figure": Answer(value=1)}]))[0] == UNKNOWN


def test_a_figure_that_is_not_in_force_leaves_the_truth_open():
    above = Compares(question="figure", relation=Relation.ABOVE, parameter="lapsed")
    answers = lay(BOOK, [{"figure": Answer(value=99)}])
    assert holds(above, answers)[0] == UNKNOWN
    assert holds(above, answers, {"lapsed": 60.0})[0] == TRUE


def test_a_condition_on_an_unknown_choice_is_refused():
    with pytest.raises(KeyError):
        Program(BOOK, [Equals(question="one", value="excellent")])


def test_a_program_without_conditions_runs():
    assert Program(BOOK, []).run(lay(BOOK, [{}, {}])).shape == (0, 2)


def test_a_list_without_values_never_holds():
    assert holds(In(question="one", values=()), lay(BOOK, [{"one": Answer(value="good")}]))[0] == FALSE
