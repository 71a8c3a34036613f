"""What deserves a second look in one file by itself."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.check import check
from questionnaires.condition import (
    All,
    Any,
    AnyCondition,
    Compares,
    ComparesWith,
    Equals,
    In,
    Includes,
    Relation,
    questions_of,
)
from questionnaires.response import Answers, Value
from risk_models import integrity
from risk_models.integrity import Kind, Strength
from risk_models.integrity_alone import Change, contradictions, haste, sided, straight_lines
from risk_models.population import population
from tests.conftest import answers, book, favourable_answers, laid_out, response, rules

LOOK = integrity.read()
SETTING: dict[str, Value] = {
    "pro.work": ("field_work", "harvest", "hand_harvest", "posted_crews"),
    "pro.headcount": 60,
    "pro.peak": 60,
    "map.sub_levels": 1,
    **dict.fromkeys(("pro.housing", "pro.agency", "rec.fees_paid", "deb.lends", "lpr.subagents"), "yes"),
}
"""Answers that open the questions which contradictions read."""

BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)
TYPED = [question.id for question in book().questions if not question.protected][:60]


def asked(found: Answers) -> Answers:
    return rules().relevance.apply(found)


def fitting(condition: AnyCondition) -> dict[str, Value]:
    """Return answers under which a condition holds."""
    match condition:
        case All(parts=parts):
            return {name: value for part in parts for name, value in fitting(part).items()}
        case Any(parts=(first, *_)):
            return fitting(first)
        case Equals(question=question, value=value) | In(question=question, values=(value, *_)):
            return {question: value}
        case Includes(question=question, value=value):
            return {question: (*SETTING.get(question, ()), value)}
        case Compares(question=question, relation=relation, value=float(figure)):
            return {question: figure + (relation is Relation.ABOVE)}
    assert isinstance(condition, ComparesWith)
    return {condition.question: 60, condition.other: 60}


def witness(rule: integrity.Contradiction) -> Mapping[str, Value]:
    reads = questions_of(rule.when)
    sector = "building" if any(name.startswith("con.") for name in reads) else "cotton_growing"
    return {**SETTING, "pro.sector": sector, **fitting(rule.when)}


EACH = pytest.mark.parametrize("rule", LOOK.contradictions, ids=lambda rule: rule.id)


# Contradictions


@EACH
def test_a_contradiction_is_raised_where_it_holds(rule):
    found = contradictions(LOOK, asked(laid_out(answers(witness(rule), favourable_answers()))))
    assert rule.id in {prompt.rule for prompt in found[0]}


@EACH
def test_the_form_does_not_ask_the_respondent_about_the_same_answers(rule):
    given = response(answers(witness(rule), favourable_answers()))
    asked_of_firm = {frozenset(problem.where.split(", ")) for problem in check(book(), given).queries}
    assert frozenset(rule.questions) not in asked_of_firm


@EACH
def test_the_answers_stand_side_by_side_in_words(rule):
    found = contradictions(LOOK, asked(laid_out(answers(witness(rule), favourable_answers()))))
    prompt = next(one for one in found[0] if one.rule == rule.id)
    assert [side.question for side in prompt.sides] == list(rule.questions)
    assert all(side.answer.en for side in prompt.sides)


@pytest.mark.parametrize("sector", ["cotton_growing", "building", "labour_supply", "services"])
def test_favourable_answers_contradict_nothing(sector):
    assert contradictions(LOOK, asked(laid_out(favourable_answers(sector)))) == ((),)


def test_a_number_is_told_with_its_unit():
    given = answers({"wag.hours_max": 90, "wag.rest_day": "yes"}, favourable_answers())
    assert "longest week is 90 hours" in contradictions(LOOK, asked(laid_out(given)))[0][0].why.en


def test_an_answer_that_is_not_asked_contradicts_nothing():
    given = answers({"pro.housing": "no", "acc.unfit": "no", "acc.basics": ("none",)}, favourable_answers())
    assert contradictions(LOOK, asked(laid_out(given))) == ((),)


def test_each_response_has_its_own_contradictions():
    ill = answers({"wag.to_self": "yes", "wag.card_control": "yes"}, favourable_answers())
    found = contradictions(LOOK, asked(laid_out(favourable_answers(), ill, favourable_answers())))
    assert [len(one) for one in found] == [0, 1, 0]


# Straight lines


def every(choice: str) -> dict[str, Value]:
    names = (book().questions[row].id for row in sided(rules()).rows)
    return {name: choice for name in names if choice in book().code[name] and not name.startswith("pro.")}


@pytest.mark.parametrize("choice", ["yes", "partly", "no"])
def test_one_choice_all_along_is_a_straight_line(choice):
    given = asked(laid_out(answers(every(choice), favourable_answers("cotton_growing"))))
    (prompt,) = straight_lines(LOOK, rules(), given)[0]
    assert (prompt.kind, prompt.strength) == (Kind.STRAIGHT_LINE, Strength.MARKED)


@pytest.mark.parametrize("sector", ["cotton_growing", "building", "labour_supply", "services"])
def test_a_firm_that_answers_everything_well_draws_no_straight_line(sector):
    """It says yes to a long row of controls, but never where no is favourable."""
    assert straight_lines(LOOK, rules(), asked(laid_out(favourable_answers(sector)))) == ((),)


def test_the_form_turns_about_often_enough_for_straight_lines_to_show():
    assert np.diff(sided(rules()).yes.astype(int)).nonzero()[0].size > 40


def test_a_straight_line_says_how_often_the_favourable_answer_changes_sides():
    (prompt,) = straight_lines(LOOK, rules(), asked(laid_out(answers(every("yes"), favourable_answers()))))[0]
    sides = [bool(one) for one in sided(rules()).yes]
    names = [book().questions[row].id for row in sided(rules()).rows]
    within = [sides[names.index(name)] for name in prompt.questions]
    turns = sum(one != other for one, other in pairwise(within))
    assert f"stands {len(within)} times in a row" in prompt.why.en
    assert f"changes sides {turns} times" in prompt.why.en


def test_a_missing_answer_ends_a_straight_line():
    line = every("yes")
    broken = {name: value for place, (name, value) in enumerate(line.items()) if place % 10}
    given = {name: one for name, one in favourable_answers().items() if name not in line}
    assert straight_lines(LOOK, rules(), asked(laid_out(answers(broken, given)))) == ((),)


def test_no_protected_question_is_part_of_a_straight_line():
    (prompt,) = straight_lines(LOOK, rules(), asked(laid_out(answers(every("yes"), favourable_answers()))))[0]
    assert not [name for name in prompt.questions if book().questions[book().row[name]].protected]


# Haste


def typed(seconds: float, *, by: str = "one", questions: list[str] = TYPED, begin: datetime = BEGIN) -> list[Change]:
    return [
        Change(question=name, at=begin + timedelta(seconds=seconds * place), by=by)
        for place, name in enumerate(questions)
    ]


def test_answers_that_come_faster_than_they_can_be_read_are_asked_about():
    (prompt,) = haste(LOOK, book(), typed(3))
    assert "59 answers were saved within 3 minutes of work, 3.0 seconds for each" in prompt.why.en


def test_answers_at_a_reading_pace_are_not():
    assert haste(LOOK, book(), typed(8)) == ()


def test_the_night_between_two_sittings_does_not_count_as_work():
    half = len(TYPED) // 2
    later = typed(3, questions=TYPED[half:], begin=BEGIN + timedelta(hours=20))
    assert haste(LOOK, book(), [*typed(3, questions=TYPED[:half]), *later])


def test_two_people_at_once_are_not_in_haste():
    half = len(TYPED) // 2
    both = [*typed(10, questions=TYPED[:half]), *typed(10, by="two", questions=TYPED[half:])]
    assert haste(LOOK, book(), both) == ()


def test_a_workbook_brought_in_at_once_is_not_haste():
    at_once = [Change(question=name, at=BEGIN + timedelta(minutes=1), by="one") for name in TYPED]
    assert haste(LOOK, book(), [Change(question="pro.sector", at=BEGIN, by="one"), *at_once]) == ()


def test_few_answers_have_no_pace():
    assert haste(LOOK, book(), typed(1, questions=TYPED[:20])) == ()


def test_protected_answers_have_no_pace():
    hidden = [question.id for question in book().questions if question.protected]
    fast = typed(1, questions=[*hidden, *TYPED[:39]])
    assert haste(LOOK, book(), fast) == ()


@given(st.randoms(use_true_random=False))
def test_the_order_of_changes_does_not_matter(random):
    changes = typed(3)
    mixed = random.sample(changes, len(changes))
    assert haste(LOOK, book(), mixed) == haste(LOOK, book(), changes)


# What holds for all of them


@given(st.integers(0, 2**32 - 1))
def test_protected_answers_change_no_prompt_about_one_file(seed: int):
    one, other = (population(rules(), 8, seed + step)[0] for step in (0, 1))
    hidden = np.array([question.protected for question in book().questions])
    codes = np.where(hidden[:, None], other.codes, one.codes)
    numbers, bits = one.numbers.copy(), one.bits.copy()
    for name, row in book().number_row.items():
        if hidden[book().row[name]]:
            numbers[row] = other.numbers[row]
    for name, row in book().many_row.items():
        if hidden[book().row[name]]:
            bits[row] = other.bits[row]
    mixed = Answers(book(), codes, numbers, bits)
    before, after = asked(one), asked(mixed)
    assert contradictions(LOOK, before) == contradictions(LOOK, after)
    assert straight_lines(LOOK, rules(), before) == straight_lines(LOOK, rules(), after)


@given(st.integers(0, 2**32 - 1), st.permutations(range(12)))
def test_the_order_of_files_does_not_matter_to_what_each_says_alone(seed: int, order: list[int]):
    found = asked(population(rules(), 12, seed)[0])
    turned = Answers(book(), found.codes[:, order], found.numbers[:, order], found.bits[:, order])
    once, again = contradictions(LOOK, found), contradictions(LOOK, turned)
    assert again == tuple(once[row] for row in order)
