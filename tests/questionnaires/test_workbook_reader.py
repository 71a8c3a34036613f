"""A returned workbook is read exactly, and whatever is spoiled in it is named without loss of the rest."""

import io
import warnings
import zipfile
from datetime import date, datetime

import msgspec
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_intake import repacked
from workbook_forms import SMALL, three

from questionnaires.catalogue import UnknownQuestionnaire, digest
from questionnaires.questionnaire import Lifecycle
from questionnaires.response import Answer, Missing, Response, Scope
from questionnaires.text import LANGUAGES
from questionnaires.workbook import Reading, read, write
from questionnaires.workbook_layout import Column, plan

GIVEN = Response(
    questionnaire="small",
    version="2026.1",
    scope=Scope(organisation="Ak Altyn", begins=date(2026, 9, 1)),
    revision=7,
    answers={
        "crews": Answer(value="yes", comment="Since spring"),
        "workers": Answer(value=1234.0, evidence=("Staff list", "Order 4")),
        "crops": Answer(value=("cotton", "wheat")),
        "sent": Answer(missing=Missing.DECLINED),
    },
)
WRITTEN = {language: write(SMALL, language, GIVEN) for language in LANGUAGES}
ANSWER, COMMENT = Column.ANSWER + 1, Column.COMMENT + 1


def find(identifier, version):
    if (identifier, version) != ("small", "2026.1"):
        raise UnknownQuestionnaire(identifier)
    return SMALL


def edited(change, language="en"):
    """Return the written workbook after `change` was made to it in another program."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the other program tells that it drops the data bars
        book = openpyxl.load_workbook(io.BytesIO(WRITTEN[language]))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def place(question, choice=""):
    """Return sheet and row of a question or choice, counted from 1."""
    for sheet in plan(SMALL, "en").sheets:
        if question in sheet.rows:
            wanted = next(one for one in sheet.section.questions if one.id == question)
            below = [one.id for one in wanted.choices].index(choice) + 1 if choice else 0
            return sheet.number, sheet.rows[question] + 1 + below
    raise AssertionError(question)


def with_answer(question, value, choice="", number_format=None, language="en"):
    """Return the reading of the form after one answer cell was overwritten."""

    def change(book):
        number, row = place(question, choice)
        cell = book.worksheets[number].cell(row, ANSWER)
        cell.value = value
        if number_format:
            cell.number_format = number_format

    return read(edited(change, language), find)


def others_kept(reading, *but):
    return all(reading.response.answers[name] == answer for name, answer in GIVEN.answers.items() if name not in but)


def only(reading, code, question=""):
    """Return the one problem of a reading, which must be in words in every language."""
    (found,) = reading.problems
    assert (found.code, found.question) == (code, question)
    assert set(found.detail) == set(LANGUAGES)
    assert all("{" not in words for words in found.detail.values())
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_untouched_form_comes_back_as_it_went_out(language):
    assert read(WRITTEN[language], find) == Reading(response=msgspec.structs.replace(GIVEN, language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_program_may_save_the_form(language):
    reading = read(edited(lambda book: None, language), find)
    assert reading == Reading(response=msgspec.structs.replace(GIVEN, language=language))


def test_the_rows_are_found_when_columns_are_moved_and_rows_reordered():
    def change(book):
        page = book.worksheets[1]
        page.unmerge_cells("C5:F5")
        for row in page.iter_rows(min_row=1, max_row=20):
            row[4].value, row[10].value = row[10].value, row[4].value
        page.move_range("A9:N9", rows=30)

    reading = read(edited(change), find)
    assert reading.response == GIVEN
    assert reading.problems == ()


def test_renamed_and_reordered_sheets_are_found():
    def change(book):
        book.worksheets[1].title = "whatever"
        book.move_sheet(book.worksheets[1], 1)

    assert read(edited(change), find).response == GIVEN


def test_an_edited_question_is_read_by_its_id_and_noted():
    def change(book):
        number, row = place("crews")
        book.worksheets[number].cell(row, Column.TEXT + 1).value = "Do crews come from the moon?"

    reading = read(edited(change), find)
    assert reading.response == GIVEN
    assert [(note.code, note.question) for note in reading.notes] == [("TEXT_DIFFERS", "crews")]
    assert "Do crews come from other firms?" in reading.notes[0].detail["en"]


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
        ("workers", datetime(2026, 1, 2), "NUMBER_EXPECTED"),
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
    assert question == "crops" or question not in reading.response.answers or not reading.response.answers[question].given
    assert others_kept(reading, question)


@pytest.mark.parametrize(
    "written",
    ["2025-06-01", "01.06.2025", "1.6.2025", "1/6/2025", datetime(2025, 6, 1), date(2025, 6, 1), 45809, "2025-06-01T00:00:00"],
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


@pytest.mark.parametrize("written", ["Not known", "not known ", "Не знаю", "not_known"])
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


def test_the_last_result_of_a_formula_is_taken_with_a_note():
    data = WRITTEN["en"]
    sheet = "xl/worksheets/sheet2.xml"
    with_formula = repacked({}, data)
    with_formula = _replaced(with_formula, sheet, b"<v>1234</v>", b"<f>617*2</f><v>1234</v>")
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


def test_a_row_without_a_question_is_named_only_when_it_says_something():
    def change(book):
        page = book.worksheets[1]
        page.cell(40, ANSWER).value = "42"
        page.cell(41, 4).value = "my own note"

    reading = read(edited(change), find)
    assert only(reading, "ROW_UNKNOWN").where == "1 People at work!E40"
    assert reading.response == GIVEN


def _with_copy(value):
    def change(book):
        page = book.worksheets[1]
        page.cell(40, 1).value = "workers"
        page.cell(40, ANSWER).value = value

    return read(edited(change), find)


def test_a_question_in_two_rows_is_named_with_both_cells():
    reading = _with_copy(13)
    detail = only(reading, "ROW_TWICE", "workers").detail["ru"]
    assert "1 People at work!E7" in detail
    assert "1 People at work!E40" in detail
    assert "workers" not in reading.response.answers
    assert others_kept(reading, "workers")


def test_a_second_row_that_says_nothing_else_takes_nothing_away():
    for value in (None, 1234):
        reading = _with_copy(value)
        only(reading, "ROW_TWICE", "workers")
        assert reading.response == GIVEN


def test_a_deleted_row_is_named():
    reading = read(edited(lambda book: book.worksheets[2].delete_rows(place("since")[1])), find)
    assert "Since when?" in only(reading, "ROW_MISSING", "since").detail["en"]
    assert reading.response == GIVEN


def test_a_missing_sheet_is_named_and_the_others_are_read():
    reading = read(edited(lambda book: book.remove(book.worksheets[2])), find)
    assert "Правила и приказы" in only(reading, "SECTION_MISSING").detail["ru"]
    assert others_kept(reading, "sent")


def test_joined_answer_cells_are_named():
    def change(book):
        book.worksheets[1].merge_cells("E6:E7")

    reading = read(edited(change), find)
    found = only(reading, "CELLS_MERGED", "workers")
    assert "E6:E7" in found.detail["en"]
    assert reading.response.answers["crews"].value == "yes"
    assert others_kept(reading, "workers")


def _without_properties(book):
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]


def test_a_form_without_properties_is_known_by_its_first_sheet():
    assert read(edited(_without_properties, "ru"), find).response == msgspec.structs.replace(GIVEN, language="ru")


def test_an_unknown_form_is_named():
    def change(book):
        book.custom_doc_props["version"].value = "1999.9"

    reading = read(edited(change), find)
    assert reading.response is None
    assert "1999.9" in only(reading, "FORM_UNKNOWN").detail["tk"]


def test_an_earlier_draft_and_a_withdrawn_version_are_read_with_a_note():
    changed = msgspec.structs.replace(SMALL, title=three("Other", "Другая", "Başga"), lifecycle=Lifecycle.WITHDRAWN)
    assert digest(changed) != digest(SMALL)
    reading = read(WRITTEN["en"], lambda identifier, version: changed)
    assert [note.code for note in reading.notes] == ["FORM_WITHDRAWN", "FORM_CHANGED"]
    assert reading.response == GIVEN


def test_a_form_of_a_later_layout_is_refused():
    def change(book):
        book.custom_doc_props["format"].value = "2"

    assert read(edited(change), find).problems[0].code == "FORM_TOO_NEW"


def test_another_workbook_is_not_our_form():
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    assert only(read(buffer.getvalue(), find), "FORM_NOT_FOUND")


def test_a_wrong_scope_is_named_and_the_rest_kept():
    def change(book):
        page = book.worksheets[0]
        rows = {page.cell(row, 1).value: row for row in range(1, 40)}
        page.cell(rows["#ends"], 3).value = "autumn"
        page.cell(rows["#workers_consulted"], 3).value = "Hawa"
        page.cell(rows["#site"], 3).value = "s" * 300

    reading = read(edited(change), find)
    assert [found.code for found in reading.problems] == ["DATE_EXPECTED", "TEXT_TOO_LONG"]
    assert reading.response.scope == Scope(
        organisation="Ak Altyn", site="s" * 200, begins=date(2026, 9, 1), workers_consulted=True
    )


def _replaced(data, name, old, new):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        whole = archive.read(name)
    assert whole.count(old) == 1
    return repacked({name: whole.replace(old, new)}, data)


PARTS = (
    "xl/workbook.xml",
    "xl/styles.xml",
    "xl/sharedStrings.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet2.xml",
    "docProps/custom.xml",
)


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("part", [None, b"", b"<a/>", b"<a><b", b"<worksheet xmlns='x'><c r='A1' t='s'><v>9</v></c></worksheet>"])
def test_a_lost_or_broken_part_never_raises(name, part):
    assert isinstance(read(repacked({name: part}, WRITTEN["en"]), find), Reading)


def test_numbers_and_references_that_make_no_sense_are_named():
    for bad in (b"<v>1e999</v>", b"<v>nan</v>", b"<v>1_2</v>", b"<v></v>"):
        data = _replaced(WRITTEN["en"], "xl/worksheets/sheet2.xml", b"<v>1234</v>", bad)
        reading = read(data, find)
        assert reading.response.answers["workers"].value is None
        assert others_kept(reading, "workers")


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_mutation_of_the_bytes_raises(data):
    spoiled = bytearray(WRITTEN["en"])
    for _ in range(data.draw(st.integers(1, 8))):
        spoiled[data.draw(st.integers(0, len(spoiled) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(read(bytes(spoiled), find), Reading)


@given(st.sampled_from(PARTS), st.data())
@settings(max_examples=80, deadline=None)
def test_no_mutation_inside_a_part_raises(name, data):
    with zipfile.ZipFile(io.BytesIO(WRITTEN["en"])) as archive:
        part = bytearray(archive.read(name))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(part) - 1))
        part[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3) | st.sampled_from([b"99", b'"', b"A"]))
    assert isinstance(read(repacked({name: bytes(part)}, WRITTEN["en"]), find), Reading)
