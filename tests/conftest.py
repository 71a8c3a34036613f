"""The smallest valid things that tests start from, as plain functions."""

from collections.abc import Mapping
from datetime import date

import numpy as np
from hypothesis import settings

from duediligence.assessment import MODEL, codebook, layout
from questionnaires.codebook import Codebook
from questionnaires.questionnaire import Number, SelectMany, SelectOne
from questionnaires.response import Answer, Answers, Missing, Response, Value, columns
from risk_models.counterfactual import change
from risk_models.layout import Layout
from risk_models.scoring import Profiles, score

settings.register_profile("steady", deadline=None, derandomize=True, database=None, max_examples=40)
settings.load_profile("steady")

TODAY = date(2026, 11, 21)
FORM = ("risk_assessment", "2026.1")

_SETTING: dict[str, Value] = {
    "pro.work": ("none",),
    "pro.sites": "ashgabat",
    "pro.sites.reach": "near_town",
    "pro.headcount": 40,
    "pro.peak": 45,
    "pro.peak.months": ("m05",),
    "pro.peak.harvest": "no",
    "pro.export": ("no_export",),
    "pro.export.markets": ("kazakhstan",),
    "map.cotton": "not_used",
    "rec.channels": ("own_staff",),
    "rec.fees_paid.to": ("other",),
    "mov.id_kept.by": ("other",),
    "wag.hours_max": 44,
    "wag.hours_max.usual": 40,
    "wag.minimum.lowest": 2000,
    "acc.density": 6,
    "acc.density.per_room": 4,
    "ctr.coverage": 100,
    "ctr.content": ("pay", "hours", "place", "housing", "deductions", "leave", "ending"),
    "acc.basics": ("water", "toilets", "washing", "heating_cooling", "kitchen", "separated_by_sex"),
    "osh.incidents": "none_happened",
    "rec.fee_refund": "none_found",
    "grv.volume": 5,
    "grv.volume.closed": 100,
    "sup.clauses": 100,
    "sup.findings.closed": 100,
    "gov.training": 100,
    "gov.policy.approved": "2026-01-15",
    "gov.assessment.date": "2026-07-01",
}


def book() -> Codebook:
    """Return the codebook of the shipped form."""
    return codebook(*FORM)


def rules(on: date = TODAY) -> Layout:
    """Return the shipped rule set, ready for a day."""
    return layout(*MODEL, on)


def favourable_answers(sector: str = "services") -> dict[str, Answer]:
    """Return an answer to every question of the shipped form, each the best there is.

    The setting is the plainest: in town, nobody housed, no season, no brokers, no export.
    """
    readings = {reading.question: reading for reading in rules().model.readings}
    given: dict[str, Value] = {**_SETTING, "pro.sector": sector}
    for question in book().questions:
        if question.id in given:
            continue
        match question:
            case SelectOne() if question.id in readings:
                given[question.id] = change(book(), readings[question.id], {}).choices[0]
            case SelectOne():
                given[question.id] = "no"
            case SelectMany():
                given[question.id] = (question.choices[-1].id,)
            case Number():
                given[question.id] = 0
    return {question: Answer(value=value) for question, value in given.items()}


def answers(
    values: Mapping[str, Value | Missing | Answer], base: Mapping[str, Answer] | None = None
) -> dict[str, Answer]:
    """Return `base` with some answers replaced, each by a value or the reason there is none."""
    return {**(base or {}), **{question: _answer(value) for question, value in values.items()}}


def response(given: Mapping[str, Answer], form: Codebook | None = None) -> Response:
    """Return a response to the shipped form, or to another."""
    asked = (form or book()).questionnaire
    return Response(questionnaire=asked.id, version=asked.version, answers=dict(given))


def laid_out(*given: Mapping[str, Answer], form: Codebook | None = None) -> Answers:
    """Return several sets of answers as arrays, one response each."""
    return columns(form or book(), [response(one, form) for one in given])


def scored(*given: Mapping[str, Answer], grade: int = 0) -> Profiles:
    """Return the profiles of several sets of answers to the shipped form, all evidence of one grade."""
    found = laid_out(*given)
    return score(rules(), found, np.full(found.codes.shape, grade, np.int8)).profiles


def _answer(value: Value | Missing | Answer) -> Answer:
    match value:
        case Answer():
            return value
        case Missing():
            return Answer(missing=value)
    return Answer(value=value)
