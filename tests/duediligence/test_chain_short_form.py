"""A short form is scored by the one rule set, and says how little it rests on."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.assessment import assess
from duediligence.chain.short_form import assess_short
from duediligence.errors import Unusable
from questionnaires import catalogue
from questionnaires.questionnaire import Number, SelectMany, SelectOne
from questionnaires.response import Answer, Missing, Response

DAY = date(2026, 11, 22)
FORM = catalogue.load("partner", "2026.1")
WELL = {
    "pro.sector": "services",
    "pro.agency": "no",
    "pro.housing": "no",
    "pro.export": ("no_export",),
    "map.sub_levels": 0.0,
    "rec.fees_paid": "no",
    "rec.as_promised": "yes",
    "rec.handed_over": "no",
    "wag.minimum": "yes",
    "wag.delay_days": 0.0,
    "wag.held_back": "no",
    "wag.to_self": "yes",
    "wag.card_control": "no",
    "wag.deduct_max": 0.0,
    "wag.fines": "no",
    "wag.hours_max": 40.0,
    "wag.ot_refuse": "yes",
    "mov.id_kept": "no",
    "mov.leave_work": "yes",
    "mov.guarded": "no",
    "mov.quit_blocked": "no",
    "deb.deposit": "no",
    "chi.below_min": "no",
    "chi.hazard": "no",
}


def partner(form: tuple[str, str] = ("partner", "2026.1"), /, **changes: object) -> Response:
    values = WELL | {name.replace("_", ".", 1): value for name, value in changes.items()}
    answers = {
        name: value if isinstance(value, Answer) else Answer(value=value)
        for name, value in values.items()
        if value is not None
    }
    return Response(questionnaire=form[0], version=form[1], answers=answers)


def test_it_is_the_assessment_of_the_same_answers_to_the_whole_form():
    whole = partner(("risk_assessment", "2026.1"))
    assert assess_short(partner(), DAY).assessment == assess(whole, DAY)


def test_the_note_says_on_how_many_questions_it_rests():
    found = assess_short(partner(), DAY)
    assert (found.answered, found.asked.questions, found.asked.of) == (24, 30, 164)
    assert found.note["en"].startswith("Assessed on 24 of 164 questions.")
    assert found.note["ru"].startswith("Оценено по ответам на 24 из 164 вопросов.")
    assert found.note["tk"].startswith("164 soragyň 24 soragynyň")


def test_an_indicator_nobody_is_asked_about_is_not_assessed():
    found = assess_short(partner(), DAY)
    violence = next(one for one in found.assessment.profile.findings if one.indicator == "VIO")
    assert not violence.assessed
    assert violence.answered == 0
    assert "VIO" in found.not_assessed


def test_with_every_question_answered_four_of_thirteen_indicators_are_assessed():
    left = assess_short(partner(), DAY).not_assessed
    assert left == ("VUL", "DEC", "ISO", "VIO", "INT", "DEB", "CON", "SIF", "CHL")


def test_state_imposed_labour_is_never_assessed_on_a_short_form():
    assert "SIF" in assess_short(partner(), DAY).not_assessed
    assert "SIF" in assess_short(partner(rec_handed_over="yes"), DAY).not_assessed


def test_the_best_answers_to_a_short_form_clear_nobody():
    profile = assess_short(partner(), DAY).assessment.profile
    assert profile.coverage < 0.3
    assert profile.band not in {"low", "moderate"}
    assert profile.highest_band == "critical"
    assert (profile.low, profile.high) == (12.1, 75)


def test_one_grave_answer_is_as_grave_as_in_the_whole_form():
    profile = assess_short(partner(mov_id_kept="yes"), DAY).assessment.profile
    assert profile.band == "critical"
    assert profile.zero_tolerance == ("mov.id_kept",)


def test_not_known_does_not_count_as_answered():
    found = assess_short(partner(wag_minimum=Answer(missing=Missing.NOT_KNOWN)), DAY)
    assert found.answered == 23


def test_an_answer_that_does_not_fit_does_not_count_as_answered():
    assert assess_short(partner(wag_minimum="perhaps"), DAY).answered == 23


def test_answers_to_a_whole_form_are_refused_here():
    with pytest.raises(Unusable, match="not to a short form"):
        assess_short(partner(("risk_assessment", "2026.1")), DAY)


def values() -> st.SearchStrategy[dict[str, object]]:
    offered: dict[str, st.SearchStrategy[object]] = {}
    for question in FORM.questions():
        match question:
            case SelectOne():
                offered[question.id] = st.sampled_from([choice.id for choice in question.choices])
            case SelectMany():
                offered[question.id] = st.sampled_from([(choice.id,) for choice in question.choices])
            case Number():
                offered[question.id] = st.integers(0, 60).map(float)
    return st.fixed_dictionaries({}, optional=offered)


@given(values(), st.sampled_from([question.id for question in FORM.questions()]))
@settings(max_examples=25)
def test_leaving_out_an_answer_never_narrows_the_interval(chosen, left_out):
    def interval(answers: dict[str, object]) -> tuple[float, float]:
        given_answers = {name: Answer(value=value) for name, value in answers.items()}
        response = Response(questionnaire="partner", version="2026.1", answers=given_answers)
        profile = assess_short(response, DAY).assessment.profile
        return profile.low, profile.high

    fewer = {name: value for name, value in chosen.items() if name != left_out}
    low, high = interval(chosen)
    wider = interval(fewer)
    assert wider[0] <= low
    assert wider[1] >= high
