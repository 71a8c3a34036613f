"""Every file of content keeps the rules of content."""

import pytest

from duediligence import library
from duediligence.assessment import MODEL
from questionnaires import catalogue
from questionnaires.questionnaire import Lifecycle, Questionnaire, SelectMany, SelectOne
from questionnaires.relevance import dependency_layers
from risk_models import catalogue as models

BANK_SECTIONS = "pro map rec ctr wag mov acc osh dis deb chi sif mig gen grv sup gov agr con lpr".split()


@pytest.fixture(scope="module")
def form() -> Questionnaire:
    return catalogue.load("risk_assessment", "2026.1")


def test_the_library_has_no_fault():
    assert library.faults() == ()


def test_the_form_has_twenty_sections_in_the_order_of_the_bank(form):
    assert [section.id for section in form.sections] == BANK_SECTIONS


def test_the_form_asks_all_159_questions_of_the_bank_and_five_more(form):
    asked = [question for question in form.questions() if not question.part_of]
    added = {"pro.work", "grv.join", "grv.meet", "grv.agreement", "grv.heard"}
    assert len(asked) - len(added) == 159
    assert added < {question.id for question in asked}


def test_question_ids_are_unique(form):
    ids = [question.id for question in form.questions()]
    assert len(ids) == len(set(ids))


def test_a_detail_belongs_to_a_question_of_the_form(form):
    ids = {question.id for question in form.questions()}
    assert {question.part_of for question in form.questions() if question.part_of} <= ids


def test_questions_do_not_wait_for_each_other(form):
    assert dependency_layers(tuple(form.questions()))


def test_not_known_is_offered_for_every_question_on_practice(form):
    assert all(question.unknown for question in form.questions())


def test_state_mobilisation_is_protected(form):
    section = next(section for section in form.sections if section.id == "sif")
    assert all(question.protected for question in section.questions)


def test_prefer_not_to_say_is_offered_on_protected_questions_alone(form):
    assert all(question.protected for question in form.questions() if question.declinable)


def test_choice_ids_fit_an_xlsform(form):
    for question in form.questions():
        if isinstance(question, SelectOne | SelectMany):
            ids = [choice.id for choice in question.choices]
            assert len(ids) == len(set(ids)) <= 63
            assert not [name for name in ids if " " in name or "'" in name]


def test_zero_tolerance_is_what_the_bank_says():
    model = models.load(*MODEL)
    grave = {reading.question for reading in model.readings if reading.gravity == "zero_tolerance"}
    assert grave == set(
        "rec.handed_over wag.held_back wag.card_control mov.id_kept mov.leave_work mov.leave_housing mov.quit_blocked "
        "dis.violence dis.sexual dis.family_threat dis.deprive deb.leave_owing deb.inflated deb.relatives "
        "chi.below_min chi.hazard chi.school sif.penalty sif.paid_out sif.custody grv.reprisal lpr.no_docs".split()
    )


def test_translations_say_that_no_native_speaker_has_read_them(form):
    assert form.reviewed is False
    assert models.load(*MODEL).reviewed is False


def test_what_is_issued_is_what_was_issued(form):
    """`load` compares an issued version with its digest, and raises `Tampered`."""
    assert form.lifecycle is models.load(*MODEL).lifecycle is Lifecycle.ISSUED
