"""A returned workbook is read by its ids, and whatever is lost or spoiled in it is named without loss of the rest."""

import io
import zipfile
from datetime import date

import msgspec
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from returned_forms import (
    ANSWER,
    GIVEN,
    WRITTEN,
    edited,
    find,
    only,
    others_kept,
    place,
    repacked,
    replaced,
)
from workbook_forms import SMALL, three

from questionnaires.edition import digest
from questionnaires.questionnaire import Lifecycle
from questionnaires.response import Scope
from questionnaires.text import LANGUAGES
from questionnaires.workbook import Reading, read
from questionnaires.workbook_layout import Column


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_untouched_form_comes_back_as_it_went_out(language):
    assert read(WRITTEN[language], find) == Reading(response=msgspec.structs.replace(GIVEN, language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_program_may_save_the_form(language):
    reading = read(edited(lambda _: None, language), find)
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
    reading = read(WRITTEN["en"], lambda *_: changed)
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
@pytest.mark.parametrize(
    "part", [None, b"", b"<a/>", b"<a><b", b"<worksheet xmlns='x'><c r='A1' t='s'><v>9</v></c></worksheet>"]
)
def test_a_lost_or_broken_part_never_raises(name, part):
    assert isinstance(read(repacked({name: part}, WRITTEN["en"]), find), Reading)


def test_numbers_and_references_that_make_no_sense_are_named():
    for bad in (b"<v>1e999</v>", b"<v>nan</v>", b"<v>1_2</v>", b"<v></v>"):
        data = replaced(WRITTEN["en"], "xl/worksheets/sheet2.xml", b"<v>1234</v>", bad)
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
        part[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b"99", b'"', b"A"])
        )
    assert isinstance(read(repacked({name: bytes(part)}, WRITTEN["en"]), find), Reading)
