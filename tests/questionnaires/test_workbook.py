"""The workbook is a form in one language, and brings back every answer it was given."""

import io
import re
import shutil
import subprocess
import warnings
from datetime import date

import msgspec
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbook_forms import SMALL, responses

from questionnaires import catalogue
from questionnaires.edition import digest
from questionnaires.glossary import inconsistencies
from questionnaires.glossary import read as read_glossary
from questionnaires.questionnaire import SelectMany
from questionnaires.response import Answer, Missing, Response, Scope
from questionnaires.text import LANGUAGES
from questionnaires.workbook import Reading, read, write
from questionnaires.workbook_layout import Column, labels
from questionnaires.workbook_words import shipped, word

SHIPPED = catalogue.read(catalogue.LIBRARY / "risk_assessment" / "2026.1")
SOFFICE = shutil.which("soffice")
GIVEN = Response(
    questionnaire="small",
    version="2026.1",
    scope=Scope(organisation="Ak Altyn", site="Mary", ends=date(2026, 11, 30), workers_consulted=False),
    revision=3,
    answers={
        "crews": Answer(value="partly"),
        "workers": Answer(value=12.0, comment="Two lines\nof words"),
        "seasonal": Answer(value=8.0),
        "share": Answer(value=12.5),
        "crops": Answer(value=("cotton", "silk"), evidence=("Lease", "Map")),
        "sent": Answer(missing=Missing.DECLINED),
    },
)


def opened(data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells that it does not know data bars
        return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


def words_of(page):
    return [cell.value for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]


@given(st.sampled_from(LANGUAGES).flatmap(lambda language: st.tuples(st.just(language), responses(SMALL, language))))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_every_response_comes_back_as_it_went_out(case):
    language, response = case
    assert read(write(SMALL, language, response), lambda *_: SMALL) == Reading(response=response)


@given(responses(SHIPPED))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_responses_to_the_shipped_form_come_back(response):
    assert read(write(SHIPPED, "en", response), lambda *_: SHIPPED).response == response


@pytest.mark.skipif(
    SOFFICE is None, reason="LibreOffice (soffice) is not installed, and the test saves the form with it"
)
def test_a_form_saved_by_libreoffice_comes_back(tmp_path):
    for language in LANGUAGES:
        (tmp_path / f"{language}.xlsx").write_bytes(write(SMALL, language, GIVEN))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    files = sorted(map(str, tmp_path.glob("*.xlsx")))
    command = [SOFFICE, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    for language in LANGUAGES:
        reading = read((tmp_path / "out" / f"{language}.xlsx").read_bytes(), lambda *_: SMALL)
        assert reading == Reading(response=msgspec.structs.replace(GIVEN, language=language))


def test_the_same_form_gives_the_same_bytes():
    assert write(SMALL, "tk", GIVEN) == write(SMALL, "tk", GIVEN)


def test_an_empty_form_is_the_form_without_answers():
    reading = read(write(SMALL, "ru"), lambda *_: SMALL)
    assert reading.response == Response(questionnaire="small", version="2026.1", language="ru")


def test_an_accepted_not_applicable_is_shown():
    response = Response(
        questionnaire="small", version="2026.1", answers={"workers": Answer(missing=Missing.NOT_APPLICABLE)}
    )
    assert read(write(SMALL, "en", response), lambda *_: SMALL).response == response


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_start_a_sheet_a_section_and_a_very_hidden_one(language):
    book = opened(write(SMALL, language))
    titles = [section.title[language].replace("&", " ").split()[0] for section in SMALL.sections]
    assert book.sheetnames[0] == word("start", language)
    assert [book.sheetnames[number].split()[:2] for number in (1, 2)] == [["1", titles[0]], ["2", titles[1]]]
    assert [page.sheet_state for page in book.worksheets] == ["visible", "visible", "visible", "veryHidden"]
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_the_first_sheet_says_how_and_what_for_and_how_far():
    words = words_of(opened(write(SMALL, "en", GIVEN)).worksheets[0])
    for name in ("how_yellow", "how_grey", "how_names", "use_words", "see_words", "workers_consulted"):
        assert word(name, "en") in words
    assert "Answered: 6 of 7. Still to answer: 1." in words
    assert "Complete" in words


def test_only_cells_for_answers_are_unlocked_on_protected_sheets():
    book = opened(write(SMALL, "en", GIVEN))
    for page in book.worksheets:
        assert page.protection.sheet
        assert page.protection.password is None
    page = book.worksheets[1]
    unlocked = {cell.column - 1 for row in page.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {Column.ANSWER, Column.EVIDENCE, Column.COMMENT}


def test_ids_and_helpers_are_hidden_and_heads_repeat_on_paper():
    page = opened(write(SMALL, "en")).worksheets[1]
    hidden = [(one.min, one.max) for one in page.column_dimensions.values() if one.hidden]
    assert hidden == [(1, 2), (12, 14)]
    assert page.row_dimensions[1].hidden
    assert page.print_title_rows == "$4:$4"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.page_setup.fitToHeight == 0
    assert page.freeze_panes == "A5"


def test_a_protected_question_says_so_before_it_is_read():
    words = words_of(opened(write(SMALL, "ru")).worksheets[2])
    asked = next(one for one in words if "Требовали ли" in one)
    assert asked.startswith("Защищено")


def test_a_question_that_is_not_asked_says_so_before_anything_recalculates():
    page = opened(write(SMALL, "en", GIVEN)).worksheets[2]
    states = {row[Column.QUESTION].value: row[Column.STATUS].value for row in page.iter_rows(min_row=6)}
    assert states["sent"] == "Answered"
    assert states["since"] == states["order"] == "Not asked of you"
    assert states["mixed"] == "Please answer"
    assert states["remark"] == "May stay blank"


def test_grey_follows_the_hidden_helper_column():
    page = opened(write(SMALL, "en")).worksheets[1]
    rules = {str(area.sqref): rule.formula[0] for area in page.conditional_formatting for rule in area.rules}
    assert rules["C6:K14"] == "$L6=0"


def test_reasons_for_no_answer_are_offered_where_the_question_allows_them():
    sent, seasonal = SMALL.sections[1].questions[0], SMALL.sections[0].questions[2]
    assert labels(sent, "tk")[-2:] == ("Belli däl", "Jogap bermezligi saýlaýaryn")
    assert labels(seasonal, "tk") == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_cell_checks_what_is_typed_in_the_language_of_the_form(language):
    book = opened(write(SHIPPED, language))
    for page in book.worksheets[:-1]:
        for rule in page.data_validations.dataValidation:
            assert rule.errorTitle == word("error_title", language)
            assert 0 < len(rule.error) <= 255
            assert len(rule.formula1) <= 255


def test_every_question_of_the_shipped_form_has_its_row_and_its_check():
    book = opened(write(SHIPPED, "en"))
    rows, checks = 0, 0
    for page in book.worksheets[1:-1]:
        rows += sum(1 for row in page.iter_rows(min_row=6, max_col=2) if row[0].value and not row[1].value)
        checks += sum(len(rule.sqref.ranges) for rule in page.data_validations.dataValidation)
    many = [question for question in SHIPPED.questions() if isinstance(question, SelectMany)]
    assert rows == len(list(SHIPPED.questions()))
    assert checks >= rows - len(many)


def test_the_file_says_what_it_is():
    properties = opened(write(SMALL, "ru", GIVEN)).custom_doc_props
    found = {one.name: one.value for one in properties.props}
    assert found == {
        "questionnaire": "small",
        "version": "2026.1",
        "language": "ru",
        "revision": "3",
        "digest": digest(SMALL),
        "format": "1",
    }


def test_every_word_is_there_in_every_language_with_the_same_blanks():
    for entries in (shipped().words, shipped().problems):
        for name, entry in entries.items():
            assert set(entry) == set(LANGUAGES), name
            assert all(words.strip() for words in entry.values()), name
            assert len({tuple(sorted(re.findall(r"{\w+}", words))) for words in entry.values()}) == 1, name


def test_the_words_keep_to_the_glossary():
    glossary = read_glossary()
    for entries in (shipped().words, shipped().problems):
        for name, entry in entries.items():
            assert [fault for fault in inconsistencies(glossary, entry) if fault.found] == [], name
