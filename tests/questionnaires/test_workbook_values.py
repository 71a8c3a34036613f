"""An answer cell is read as a careful person reads it; a wrong one is named and the others are kept."""

from datetime import date

import msgspec
import pytest
from returned_forms import (
    COMMENT,
    GIVEN,
    WRITTEN,
    edited,
    find,
    only,
    others_kept,
    place,
    repacked,
    replaced,
    with_answer,
)
from workbook_forms import SMALL

from questionnaires.response import Answer, Missing
from questionnaires.workbook import read, write


@pytest.mark.parametrize(
    "written", [" no ", "NO", "No\u00a0", "no", "No", False], ids=["blanks", "capitals", "nbsp", "id", "label", "false"]
)
def test_blanks_and_letter_case_do_not_matter(written):
    reading = with_answer("crews", written)
    assert reading.response.answers["crews"].value == "no"
    assert reading.problems == reading.notes == ()


@pytest.mark.parametrize(
    ("written", "note"),
    [("Нет", "READ_OTHER_LANGUAGE"), ("Ýok", "READ_OTHER_LANGUAGE"), ("Nо", "READ_OTHER_LETTERS")],
    ids=["russian", "turkmen", "cyrillic_o"],
)
def test_labels_of_other_languages_and_letters_are_taken_with_a_note(written, note):
    reading = with_answer("crews", written)
    assert reading.response.answers["crews"].value == "no"
    assert [one.code for one in reading.notes] == [note]
    assert "Ýok" in reading.notes[0].detail["tk"]


@pytest.mark.parametrize(("written", "value"), [("Хава", "yes"), ("Ёк", "no"), ("Бөлеклейин", "partly")])
def test_cyrillic_turkmen_is_understood(written, value):
    reading = with_answer("crews", written, language="tk")
    assert reading.response.answers["crews"].value == value
    assert [one.code for one in reading.notes] == ["READ_OTHER_LETTERS"]


def test_a_choice_not_offered_is_named_with_those_that_are():
    reading = with_answer("crews", "Maybe")
    found = only(reading, "CHOICE_NOT_OFFERED", "crews")
    assert found.where == "1 People at work!E6"
    assert "«Yes»" in found.detail["en"]
    assert "«Да»" in found.detail["ru"]
    assert reading.response.answers["crews"] == Answer(comment="Since spring")
    assert others_kept(reading, "crews")


@pytest.mark.parametrize(
    ("written", "number"),
    [("12", 12.0), (" 1 200 ", 1200.0), ("1\u00a0200", 1200.0), ("40,0", 40.0), (7, 7.0), ("+5", 5.0)],
)
def test_numbers_written_as_text_are_read(written, number):
    reading = with_answer("workers", written)
    assert reading.response.answers["workers"].value == number
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("written", "number_format", "number"),
    [("12 %", None, 12.0), ("12,5", None, 12.5), (0.12, "0%", 12.0), (0.12, None, 0.12), ("12.5%", None, 12.5)],
)
def test_percentages_are_read_as_they_look(written, number_format, number):
    reading = with_answer("share", written, number_format=number_format)
    assert reading.response.answers["share"].value == number
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("question", "written", "code"),
    [
        ("workers", "about twelve", "NUMBER_EXPECTED"),
        ("workers", "1,200", "NUMBER_AMBIGUOUS"),
        ("workers", "1.200", "NUMBER_AMBIGUOUS"),
        ("workers", 1.5, "NUMBER_NOT_WHOLE"),
        ("workers", "12 %", "NUMBER_NOT_PERCENT"),
        ("workers", -1, "NUMBER_OUT_OF_RANGE"),
        ("share", 101, "NUMBER_OUT_OF_RANGE"),
        ("workers", True, "NUMBER_EXPECTED"),
        ("workers", date(2026, 1, 2), "NUMBER_EXPECTED"),
        ("workers", "1e5", "NUMBER_EXPECTED"),
        ("workers", "9" * 400, "NUMBER_EXPECTED"),
        ("since", "next spring", "DATE_EXPECTED"),
        ("since", "31.02.2025", "DATE_EXPECTED"),
        ("since", 12, "DATE_OUT_OF_RANGE"),
        ("since", True, "DATE_EXPECTED"),
        ("since", date(2019, 12, 31), "DATE_OUT_OF_RANGE"),
        ("workers", "#N/A", "CELL_ERROR"),
        ("crews", "#REF!", "CELL_ERROR"),
        ("order", "#VALUE!", "CELL_ERROR"),
        ("workers", "=B1*2", "FORMULA_WITHOUT_VALUE"),
        ("crops", "Cotton", "CHOICE_NOT_OFFERED"),
    ],
)
def test_a_wrong_value_is_named_and_the_rest_is_kept(question, written, code):
    reading = with_answer(question, written)
    only(reading, code, question)
    assert (
        question == "crops" or question not in reading.response.answers or not reading.response.answers[question].given
    )
    assert others_kept(reading, question)


@pytest.mark.parametrize(
    "written",
    [
        "2025-06-01",
        "01.06.2025",
        "1.6.2025",
        "1/6/2025",
        date(2025, 6, 1),
        45809,
        "2025-06-01T00:00:00",
    ],
)
def test_a_day_is_read_however_it_was_saved(written):
    number_format = "General" if isinstance(written, int) else None
    reading = with_answer("since", written, number_format=number_format)
    assert reading.response.answers["since"].value == "2025-06-01"
    assert reading.problems == ()


@pytest.mark.parametrize("written", ["x", "Х", "+", 1, True, "yes", "Да", "✓", "HAWA"])
def test_a_choice_can_be_marked_in_many_ways(written):
    assert with_answer("crops", written, "silk").response.answers["crops"].value == ("cotton", "wheat", "silk")


@pytest.mark.parametrize("written", ["no", "-", 0, False, "Нет", " "])
def test_a_choice_can_be_left_out_in_many_ways(written):
    assert with_answer("crops", written, "wheat").response.answers["crops"].value == ("cotton",)


def test_a_mark_that_is_neither_is_named():
    reading = with_answer("crops", "perhaps", "silk")
    assert only(reading, "CHOICE_NOT_OFFERED", "crops").where == "1 People at work!E13"
    assert reading.response.answers["crops"].value == ("cotton", "wheat")


def test_a_choice_that_stands_alone_is_not_taken_with_others():
    reading = with_answer("crops", "Yes", "none")
    assert "None of these" in only(reading, "CHOICE_STANDS_ALONE", "crops").detail["en"]
    assert "crops" not in reading.response.answers
    assert others_kept(reading, "crops")


def test_a_reason_and_choices_together_are_named():
    reading = with_answer("crops", "Not known")
    only(reading, "CHOICE_AND_REASON", "crops")
    assert others_kept(reading, "crops")


@pytest.mark.parametrize("written", ["Not known", "not known ", "Неизвестно", "not_known"])
def test_not_known_is_a_reason_in_any_kind_of_question(written):
    for question in ("workers", "since", "order", "crews"):
        assert with_answer(question, written).response.answers[question].missing is Missing.NOT_KNOWN


def test_not_applicable_is_read_with_the_note_that_a_reviewer_decides():
    reading = with_answer("workers", "Not applicable")
    assert reading.response.answers["workers"].missing is Missing.NOT_APPLICABLE
    assert [note.code for note in reading.notes] == ["READ_NOT_APPLICABLE"]


def test_answers_to_questions_that_are_not_asked_are_kept():
    reading = with_answer("order", "A letter of 3 May")
    assert reading.response.answers["order"].value == "A letter of 3 May"


def test_words_that_look_like_a_formula_stay_words():
    words = '=cmd|" /C calc"!A1'
    response = msgspec.structs.replace(GIVEN, answers={"crews": Answer(value="yes", comment=words)})
    data = write(SMALL, "en", response)
    assert b"<f>cmd" not in repacked({}, data)
    assert read(data, find).response == response


def test_signs_that_are_no_text_are_left_out():
    data = replaced(WRITTEN["en"], "xl/sharedStrings.xml", b"Since spring", b"Since_xD800__x0000_ spr_x0069_ng")
    assert read(data, find).response == GIVEN


def test_the_last_result_of_a_formula_is_taken_with_a_note():
    data = WRITTEN["en"]
    sheet = "xl/worksheets/sheet2.xml"
    with_formula = repacked({}, data)
    with_formula = replaced(with_formula, sheet, b"<v>1234</v>", b"<f>617*2</f><v>1234</v>")
    reading = read(with_formula, find)
    assert reading.response == GIVEN
    assert [(note.code, note.question) for note in reading.notes] == [("READ_FORMULA", "workers")]


def test_an_overlong_comment_is_cut_and_named_and_the_answer_kept():
    def change(book):
        number, row = place("crews")
        book.worksheets[number].cell(row, COMMENT).value = "a" * 2_500

    reading = read(edited(change), find)
    found = only(reading, "TEXT_TOO_LONG", "crews")
    assert "2500" in found.detail["tk"]
    assert found.where.endswith("!K6")
    assert reading.response.answers["crews"] == Answer(value="yes", comment="a" * 2_000)
