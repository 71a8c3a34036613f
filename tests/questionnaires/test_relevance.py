"""Which questions are asked, and what may still come to be asked."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.codebook import NOT_ASKED, UNANSWERED, Codebook
from questionnaires.condition import ALWAYS, Any, Equals, Not
from questionnaires.content import ContentError
from questionnaires.program import FALSE, TRUE, UNKNOWN
from questionnaires.relevance import Relevance, dependency_layers
from questionnaires.response import Answer
from tests.conftest import book, favourable_answers, laid_out
from tests.questionnaires.test_program import truth
from tests.strategies import form, forms, lay, replies, select_one, values

BAD_FIRST = Equals(question="first", value="bad")
CHAIN = form([select_one("first"), select_one("second", BAD_FIRST), select_one("third", Not(part=BAD_FIRST))])


def asked(codebook: Codebook, given: Mapping[str, Answer]) -> list[bool]:
    return Relevance(codebook).asked(lay(codebook, [given]))[:, 0].tolist()


def reference(codebook: Codebook, given: Mapping[str, Answer]) -> list[bool]:
    """Return what a form engine would ask, going through the questions one by one."""
    seen: dict[str, Answer] = {}
    shown = []
    for question in codebook.questions:
        shown.append(truth(question.relevant, seen, FALSE) == TRUE)
        if shown[-1] and question.id in given:
            seen[question.id] = given[question.id]
    return shown


@settings(max_examples=200)
@given(forms().flatmap(lambda codebook: st.tuples(st.just(codebook), replies(codebook))))
def test_questions_open_and_close_as_in_a_form_engine(drawn: tuple[Codebook, dict[str, Answer]]):
    codebook, given = drawn
    assert asked(codebook, given) == reference(codebook, given)


@given(forms().flatmap(lambda codebook: st.tuples(st.just(codebook), replies(codebook))), st.data())
def test_what_is_settled_about_asking_stays_settled(drawn: tuple[Codebook, dict[str, Answer]], data: st.DataObject):
    codebook, before = drawn
    rules = Relevance(codebook)
    open_now = rules.possible(rules.apply(lay(codebook, [before])))[1][:, 0]
    after = dict(before)
    for question in codebook.questions:
        if question.id not in before and data.draw(st.booleans()):
            after[question.id] = data.draw(values(question))
    later = rules.possible(rules.apply(lay(codebook, [after])))[1][:, 0]
    for now, then, is_asked in zip(open_now, later, asked(codebook, after), strict=True):
        assert now in (UNKNOWN, then)
        assert now in (UNKNOWN, TRUE * is_asked)


def test_a_closed_question_counts_as_unanswered_further_down():
    nested = form([*CHAIN.questions, select_one("fourth", Equals(question="second", value="bad"))])
    hidden = {"first": Answer(value="good"), "second": Answer(value="bad")}
    assert asked(nested, hidden) == [True, False, True, False]
    assert asked(nested, {**hidden, "first": Answer(value="bad")}) == [True, True, False, True]


def test_an_unanswered_gate_opens_nothing_but_what_it_does_not_rule_out():
    assert asked(CHAIN, {}) == [True, False, True]


def test_what_hangs_on_a_question_that_may_yet_close_is_open():
    third = select_one("fourth", Equals(question="third", value="bad"))
    nested = form([*CHAIN.questions, third])
    rules = Relevance(nested)
    answers = rules.apply(lay(nested, [{"third": Answer(value="bad")}]))
    assert rules.asked(answers)[:, 0].tolist() == [True, False, True, True]
    assert rules.possible(answers)[1][:, 0].tolist() == [TRUE, UNKNOWN, UNKNOWN, UNKNOWN]


def test_not_asked_is_marked_and_the_answer_kept():
    hidden = {"first": Answer(value="good"), "second": Answer(value="bad")}
    answers = lay(CHAIN, [hidden])
    applied = Relevance(CHAIN).apply(answers)
    assert applied.codes[1, 0] == NOT_ASKED
    assert answers.codes[1, 0] == CHAIN.code["second"]["bad"]


def test_while_the_gate_is_unanswered_both_ways_are_possible():
    rules = Relevance(CHAIN)
    seen, truths = rules.possible(rules.apply(lay(CHAIN, [{}])))
    assert truths[:, 0].tolist() == [TRUE, UNKNOWN, UNKNOWN]
    assert seen.codes[1, 0] == UNANSWERED


def test_a_question_that_is_never_relevant_is_never_asked():
    assert asked(form([select_one("first", Any()), select_one("second")]), {}) == [False, True]


def test_layers_read_only_earlier_layers():
    assert dependency_layers(CHAIN.questions) == (("first",), ("second", "third"))


@pytest.mark.parametrize(
    "questions",
    [
        [select_one("first", Equals(question="second", value="bad")), select_one("second", BAD_FIRST)],
        [select_one("first", Equals(question="elsewhere", value="bad"))],
    ],
)
def test_questions_that_wait_for_each_other_are_refused_by_name(questions: list):
    with pytest.raises(ContentError, match="first"):
        dependency_layers(tuple(questions))


def shipped(sector: str, **changes: str) -> set[str]:
    given = favourable_answers(sector) | {
        question.replace("__", "."): Answer(value=value) for question, value in changes.items()
    }
    shown = Relevance(book()).asked(laid_out(given))[:, 0]
    return {question.id for question, is_asked in zip(book().questions, shown, strict=True) if is_asked}


@pytest.mark.parametrize(
    ("opens", "shut", "change"),
    [
        ("acc.fire", True, {"pro__housing": "yes"}),
        ("mov.leave_housing", True, {"pro__housing": "yes"}),
        ("lpr.no_docs", True, {"pro__agency": "yes"}),
        ("sup.screen", True, {"pro__agency": "yes"}),
        ("sif.penalty", True, {"sif__asked": "yes"}),
        ("sif.received", False, {"sif__asked": "yes"}),
        ("mov.id_return", True, {"mov__id_kept": "yes"}),
        ("rec.fee_refund", True, {"rec__fees_paid": "yes"}),
        ("deb.inflated", True, {"deb__lends": "yes"}),
    ],
)
def test_the_shipped_form_opens_what_an_answer_calls_for(opens: str, shut: bool, change: dict[str, str]):  # noqa: FBT001
    assert (opens in shipped("services")) is not shut
    assert opens in shipped("services", **change)


@pytest.mark.parametrize(
    ("sector", "asks"),
    [("orchard", "agr.plot_link"), ("building", "con.safety"), ("labour_supply", "lpr.zero_fee")],
)
def test_each_sector_has_its_own_questions(sector: str, asks: str):
    assert asks in shipped(sector)
    assert asks not in shipped("services")


def test_everything_is_relevant_by_default():
    assert select_one("first").relevant is ALWAYS
