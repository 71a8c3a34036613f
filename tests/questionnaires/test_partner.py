"""The short form for partners: a part of the risk assessment that a buyer may read."""

import io
import warnings

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbook_forms import responses

from questionnaires import catalogue, workbook
from questionnaires.check import check
from questionnaires.codebook import Codebook
from questionnaires.condition import questions_of
from questionnaires.progress import asked, progress
from questionnaires.questionnaire import Lifecycle, Origin
from questionnaires.relevance import dependency_layers
from questionnaires.response import Answer, Response
from questionnaires.text import LANGUAGES
from questionnaires.workbook_words import word

FORM = catalogue.load("partner", "2026.1")
WHOLE = catalogue.load("risk_assessment", "2026.1")
BOOK = Codebook(FORM)
MOST, FEWEST = 30, 24


def response(**answers: object) -> Response:
    values = {name.replace("_", ".", 1): Answer(value=value) for name, value in answers.items()}
    return Response(questionnaire="partner", version="2026.1", answers=values)


def test_it_is_taken_out_of_the_risk_assessment():
    assert FORM.selected_from == Origin(id="risk_assessment", version="2026.1")


def test_it_is_issued_and_as_it_was_issued():
    """`load` compares an issued version with its digest, and raises `Tampered`."""
    assert FORM.lifecycle is Lifecycle.ISSUED


def test_every_question_is_that_of_the_risk_assessment_word_for_word():
    whole = {question.id: question for question in WHOLE.questions()}
    assert all(question == whole[question.id] for question in FORM.questions())


def test_no_path_through_it_is_longer_than_thirty_questions():
    assert len(tuple(FORM.questions())) <= MOST


@given(responses(FORM))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_whatever_is_answered_it_asks_24_to_30_questions(given_answers: Response):
    assert FEWEST <= len(asked(BOOK, given_answers)) <= MOST


def test_most_of_it_is_on_recruitment_pay_movement_and_labour_providers():
    core = [question for question in FORM.questions() if question.id.split(".")[0] in {"rec", "wag", "mov", "lpr"}]
    assert 2 * len(core) > len(tuple(FORM.questions()))


def test_a_condition_reads_only_questions_that_are_asked():
    names = {question.id for question in FORM.questions()}
    assert not [question.id for question in FORM.questions() if questions_of(question.relevant) - names]
    assert dependency_layers(tuple(FORM.questions()))


def test_a_buyer_may_read_every_answer():
    assert all(question.travels for question in FORM.questions())


def test_it_asks_nothing_about_state_mobilisation():
    assert "sif" not in {section.id for section in FORM.sections}


def test_questions_on_labour_providers_open_for_those_who_use_one_or_are_one():
    used = asked(BOOK, response(pro_agency="yes"))
    is_one = asked(BOOK, response(pro_agency="no", pro_sector="labour_supply"))
    assert "lpr.zero_fee" in used
    assert "lpr.zero_fee" in is_one
    assert "lpr.zero_fee" not in asked(BOOK, response(pro_agency="no", pro_sector="services"))


def test_check_names_what_is_missing_and_progress_counts_it():
    given_answers = response(pro_agency="no", pro_housing="no", pro_sector="services", wag_minimum="yes")
    found = check(BOOK, given_answers)
    counted = progress(BOOK, given_answers)
    assert (counted.asked, counted.answered) == (FEWEST, 4)
    assert len(found.gaps) == counted.asked - counted.answered
    assert not found.errors


def test_an_answer_to_a_question_it_does_not_ask_is_named():
    assert [one.code for one in check(BOOK, response(sif_asked="yes")).errors] == ["QUESTION_UNKNOWN"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_workbook_comes_back_as_it_went_out(language: str):
    given_answers = Response(
        questionnaire="partner", version="2026.1", language=language, answers={"wag.minimum": Answer(value="partly")}
    )
    assert workbook.read(workbook.write(FORM, language, given_answers), catalogue.load).response == given_answers


@given(st.sampled_from(LANGUAGES).flatmap(lambda language: responses(FORM, language)))
@settings(max_examples=6, suppress_health_check=list(HealthCheck))
def test_any_answers_to_it_come_back_from_the_workbook(given_answers: Response):
    written = workbook.write(FORM, given_answers.language, given_answers)
    assert workbook.read(written, catalogue.load).response == given_answers


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_workbook_says_that_whoever_gets_the_file_reads_the_answers(language: str):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells that it does not know data bars
        book = openpyxl.load_workbook(io.BytesIO(workbook.write(FORM, language)))
    told = {cell.value for row in book.worksheets[0].iter_rows() for cell in row}
    assert word("see_words_short", language) in told
    assert word("see_words", language) not in told
