"""Every problem of a response is told at once, with its place and in every language."""

from datetime import date

import pytest

from questionnaires.check import Checked, check
from questionnaires.codebook import Codebook
from questionnaires.condition import Compares, Equals, Relation
from questionnaires.questionnaire import Choice, CrossCheck, Date, Number, Questionnaire, SelectMany, SelectOne, Words
from questionnaires.response import Answer, Missing, Value
from questionnaires.text import LANGUAGES
from tests.conftest import answers, book, favourable_answers, response
from tests.strategies import form, select_one

KINDS = tuple(Choice(id=kind, label={}) for kind in ("good", "bad"))
BOOK = form(
    [
        SelectOne(id="one", text={}, choices=KINDS, unknown=False),
        SelectMany(id="many", text={}, choices=(*KINDS, Choice(id="none", label={}, exclusive=True))),
        Number(id="figure", text={}, unit={}, minimum=0, maximum=100),
        Date(id="day", text={}, earliest=date(2026, 1, 1)),
        Words(id="words", text={}, longest=5, required=False),
        select_one("detail", Equals(question="one", value="bad")),
    ]
)
FINE = {"one": "good", "many": ("good",), "figure": 3, "day": "2026-02-01"}


def look(values: dict[str, Value | Missing | Answer], codebook: Codebook = BOOK, **figures: float) -> Checked:
    return check(codebook, response(answers(values), codebook), figures)


def codes(values: dict[str, Value | Missing | Answer]) -> set[tuple[str, str]]:
    return {(problem.code, problem.question) for problem in look({**FINE, **values}).errors}


def test_a_whole_response_has_no_problem():
    found = look(FINE)
    assert found == Checked(asked=("one", "many", "figure", "day", "words"), errors=(), gaps=(), queries=())


@pytest.mark.parametrize(
    ("question", "value", "code"),
    [
        ("one", "excellent", "CHOICE_UNKNOWN"),
        ("one", 3, "WRONG_TYPE"),
        ("one", Missing.NOT_KNOWN, "NOT_KNOWN_NOT_OFFERED"),
        ("one", Missing.DECLINED, "DECLINED_NOT_OFFERED"),
        ("many", ("good", "excellent"), "CHOICE_UNKNOWN"),
        ("many", ("good", "none"), "CHOICE_STANDS_ALONE"),
        ("figure", -1, "NUMBER_OUT_OF_RANGE"),
        ("figure", 101, "NUMBER_OUT_OF_RANGE"),
        ("figure", float("nan"), "NUMBER_OUT_OF_RANGE"),
        ("figure", 2.5, "NUMBER_NOT_WHOLE"),
        ("figure", "three", "WRONG_TYPE"),
        ("day", "tomorrow", "WRONG_TYPE"),
        ("day", "2025-12-31", "DATE_OUT_OF_RANGE"),
        ("words", "too long", "TEXT_TOO_LONG"),
        ("elsewhere", "good", "QUESTION_UNKNOWN"),
    ],
)
def test_an_answer_that_does_not_fit_is_told(question: str, value: Value | Missing, code: str):
    assert codes({question: value}) == {(code, question)}


def test_all_problems_are_told_at_once_and_in_every_language():
    found = look({"one": "excellent", "figure": -1}).errors
    assert [problem.question for problem in found] == ["one", "figure"]
    assert all(set(LANGUAGES) <= problem.detail.keys() for problem in found)


def test_a_required_question_without_answer_is_a_gap_and_not_an_error():
    found = look({"one": "bad", "many": Answer(comment="later")})
    assert [problem.question for problem in found.gaps] == ["many", "figure", "day", "detail"]
    assert found.errors == ()


def test_a_reason_fills_a_gap():
    assert look({**FINE, "figure": Missing.NOT_KNOWN}).gaps == ()


def test_answers_to_closed_questions_are_left_alone():
    assert look({**FINE, "detail": "nonsense"}).errors == ()


def with_check(relation: Relation, **figure: float | str) -> Codebook:
    when = Compares(question="figure", relation=relation, **figure)  # type: ignore[arg-type]
    crossed = CrossCheck(id="check.figure", when=when, ask={"en": "Is this so?"}, questions=("figure", "one"))
    shape = {name: getattr(BOOK.questionnaire, name) for name in BOOK.questionnaire.__struct_fields__}
    return Codebook(Questionnaire(**{**shape, "cross_checks": (crossed,)}))


def test_a_cross_check_asks_and_is_no_error():
    found = look({**FINE, "figure": 90}, with_check(Relation.ABOVE, value=50))
    assert [(problem.code, problem.question) for problem in found.queries] == [("check.figure", "figure")]
    assert found.errors == found.gaps == ()


def test_a_cross_check_is_silent_while_it_cannot_be_told():
    assert look({"one": "good"}, with_check(Relation.ABOVE, value=50)).queries == ()


def test_a_cross_check_waits_for_its_figure():
    codebook = with_check(Relation.ABOVE, parameter="limit")
    assert look({**FINE, "figure": 90}, codebook).queries == ()
    assert len(look({**FINE, "figure": 90}, codebook, limit=50).queries) == 1


@pytest.mark.parametrize("sector", sorted(book().code["pro.sector"]))
def test_the_best_answers_of_every_sector_pass_without_a_question(sector: str):
    found = check(book(), response(favourable_answers(sector)))
    assert (found.errors, found.gaps, found.queries) == ((), (), ())
