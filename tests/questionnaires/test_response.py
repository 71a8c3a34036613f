"""Answers, and how they are laid out as arrays."""

import msgspec
import numpy as np
import pytest

from questionnaires.codebook import DECLINED, NOT_APPLICABLE, NOT_KNOWN, UNANSWERED
from questionnaires.questionnaire import Date, Words
from questionnaires.response import Answer, Missing, Response, Value, columns
from tests.strategies import form, lay, number, select_many, select_one

BOOK = form(
    [
        select_one("one"),
        select_many("many"),
        number("figure"),
        Date(id="day", text={}),
        Words(id="words", text={}),
    ]
)


def code(question: str, answer: Answer) -> int:
    return int(lay(BOOK, [{question: answer}]).codes[BOOK.row[question], 0])


def test_an_answer_is_a_value_or_a_reason_never_both():
    with pytest.raises(ValueError, match="not both"):
        Answer(value="yes", missing=Missing.NOT_KNOWN)


def test_a_remark_alone_is_no_answer():
    assert not Answer(comment="asked the accountant").given
    assert Answer(value="").given
    assert Answer(value=0).given
    assert Answer(missing=Missing.DECLINED).given


def test_a_choice_is_coded_by_its_place():
    assert [code("one", Answer(value=kind)) for kind in ("good", "partly", "bad")] == [0, 1, 2]


@pytest.mark.parametrize(
    ("missing", "expected"),
    [(Missing.NOT_KNOWN, NOT_KNOWN), (Missing.DECLINED, DECLINED), (Missing.NOT_APPLICABLE, NOT_APPLICABLE)],
)
def test_each_reason_has_its_own_code(missing: Missing, expected: int):
    assert code("one", Answer(missing=missing)) == expected


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("one", "excellent"),
        ("one", 3),
        ("one", ("good",)),
        ("many", "a"),
        ("many", ("a", "z")),
        ("figure", "many"),
        ("figure", ("a",)),
        ("day", "31 December"),
        ("day", "2026-02-30"),
        ("words", ""),
        ("words", 3),
    ],
)
def test_what_does_not_fit_its_question_counts_as_unanswered(question: str, value: Value):
    answers = lay(BOOK, [{question: Answer(value=value)}])
    assert answers.codes[BOOK.row[question], 0] == UNANSWERED
    assert not answers.bits.any()


def test_choices_are_bits_however_often_they_are_named():
    answers = lay(BOOK, [{"many": Answer(value=("c", "a", "a"))}, {"many": Answer(value=())}])
    assert answers.bits[0].tolist() == [0b101, 0]
    assert answers.codes[BOOK.row["many"]].tolist() == [0, 0]


def test_numbers_and_days_stand_in_their_own_rows():
    answers = lay(BOOK, [{"figure": Answer(value=2.5), "day": Answer(value="0001-01-02")}, {}])
    assert answers.numbers[BOOK.number_row["figure"]].tolist()[0] == 2.5
    assert answers.numbers[BOOK.number_row["day"]].tolist()[0] == 2
    assert np.isnan(answers.numbers[:, 1]).all()


def test_answers_to_other_questions_are_passed_over():
    assert (lay(BOOK, [{"elsewhere": Answer(value="good")}]).codes == UNANSWERED).all()


def test_a_block_is_those_responses_and_no_copy():
    answers = lay(BOOK, [{"one": Answer(value=kind)} for kind in ("good", "partly", "bad")])
    block = answers.block(1, 3)
    assert block.size == 2
    assert block.codes[0].tolist() == [1, 2]
    assert np.shares_memory(block.codes, answers.codes)


def test_no_responses_make_empty_arrays():
    assert columns(BOOK, []).codes.shape == (5, 0)


@pytest.mark.parametrize("value", ["good", 5.0, 2.5, ("a", "b"), ()])
def test_a_response_survives_being_written_down(value: Value):
    given = Response(questionnaire="small", version="1", answers={"q": Answer(value=value, evidence=("paper",))})
    assert msgspec.json.decode(msgspec.json.encode(given), type=Response) == given


def test_a_misspelt_key_is_refused():
    with pytest.raises(msgspec.ValidationError, match="anwsers"):
        msgspec.json.decode(b'{"questionnaire": "small", "version": "1", "anwsers": {}}', type=Response)
