"""Assessments to report on: almost nothing answered, a cotton farm, and a builder where much is wrong."""

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from duediligence.assessment import Assessment, assess, layout
from duediligence.improvement import ImprovementPlan, draft
from duediligence.reports import Copy, Report
from duediligence.reports.compose import compose
from duediligence.review import Label, Review, Reviewer
from duediligence.source import take
from questionnaires.questionnaire import AnyQuestion, Date, Number, SelectMany, SelectOne
from questionnaires.response import Answer, Missing, Response, Scope, Value, columns
from risk_models import remedies
from risk_models.evidence import EvidenceGrade
from risk_models.layout import Layout
from risk_models.reading import Outcome
from risk_models.scoring import score

ON = date(2026, 11, 21)

EXAMPLES = Path(__file__).parents[3] / "examples"

COTTON_FARM = {
    "pro.sector": "cotton_growing",
    "pro.sites": "mary",
    "pro.headcount": 140.0,
    "pro.headcount.women": 64.0,
    "pro.headcount.under_18": 0.0,
    "pro.headcount.foreign": 6.0,
    "pro.work": ("hand_harvest",),
    "pro.seasonal_share": 45.0,
    "sif.asked": "yes",
}

WORSE_AT_THE_FARM = frozenset(
    "wag.fines wag.hours_max wag.payslip ctr.can_resign ctr.coverage osh.heat osh.ppe grv.channels grv.reps sup.screen "
    "agr.weighing gov.checks acc.fire sif.sent mov.way_home".split()
)

NOT_KNOWN = Answer(missing=Missing.NOT_KNOWN)

BUILDER = {"pro.sector": "building", "pro.sites": "ahal", "sif.asked": "yes"}

SCOPE = Scope(
    organisation="Ýüpek Ýoly daýhan hojalygy",
    site="Mary welaýaty, Baýramaly etraby, 4-nji meýdança",
    begins=date(2025, 11, 1),
    ends=date(2026, 10, 31),
    answered_by="Head of staff matters",
    workers_consulted=True,
)

REVIEW = Review(
    label=Label.DOCUMENTS_REVIEWED,
    on=date(2026, 11, 14),
    reviewer=Reviewer(body="Türkmenstandartlary", role="reviewer of files", state_body=True),
    second_reviewer=Reviewer(body="Merw Audit", role="second reader", state_body=False, interests="Advises the buyer"),
    workers_heard=7,
    languages=("tk", "ru"),
    grades={"wag.delay_days": EvidenceGrade.E2, "ctr.written": EvidenceGrade.E2, "mov.id_kept": EvidenceGrade.E2},
)


def fill(start: dict[str, Value], adverse: Callable[[str], bool]) -> Response:
    """Return a response that answers every question asked, well or badly, from some given answers."""
    rules = layout("forced_labour", "2026.1", ON)
    readings = {reading.question: row for row, reading in enumerate(rules.model.readings)}
    answers = {question: Answer(value=value) for question, value in start.items()}
    for _ in range(6):
        for row in _open(rules, answers):
            question = rules.codebook.questions[row]
            options = _options(question)
            chosen = options[0]
            if question.id in readings:
                outcomes = _outcomes(rules, answers, question.id, options)[readings[question.id]]
                wanted = Outcome.ADVERSE if adverse(question.id) else Outcome.MET
                chosen = next((one for one, got in zip(options, outcomes, strict=True) if got == wanted), options[0])
            evidence = (f"File {row}, staff office",) if row % 4 == 0 else ()
            answers[question.id] = Answer(value=chosen, evidence=evidence)
    return _response(answers)


def _open(rules: Layout, answers: dict[str, Answer]) -> list[int]:
    asked = rules.relevance.asked(columns(rules.codebook, [_response(answers)]))[:, 0]
    return [row for row, question in enumerate(rules.codebook.questions) if asked[row] and question.id not in answers]


def _outcomes(rules: Layout, answers: dict[str, Answer], question: str, options: list[Value]) -> np.ndarray:
    tried = columns(rules.codebook, [_response({**answers, question: Answer(value=option)}) for option in options])
    grades = np.zeros((len(rules.codebook.questions), len(options)), np.int8)
    return score(rules, tried, grades).outcomes


def _options(question: AnyQuestion) -> list[Value]:
    match question:
        case SelectOne():
            return [choice.id for choice in question.choices]
        case SelectMany():
            return [(choice.id,) for choice in question.choices]
        case Number():
            low, high = question.minimum or 0, question.maximum or 1000
            return [float(value) for value in (low, 8, 16, 30, 60, 90, high) if low <= value <= high]
        case Date():
            return ["2026-03-01"]
    return ["Written down by the office, line by line"]


def _response(answers: dict[str, Answer]) -> Response:
    return Response(questionnaire="risk_assessment", version="2026.1", scope=SCOPE, answers=answers)


@cache
def case(name: str) -> tuple[Assessment, ImprovementPlan]:
    """Return one of the assessments and its plan."""
    if name == "almost_empty":
        response = Response(
            questionnaire="risk_assessment", version="2026.1", answers={"pro.sector": Answer(value="services")}
        )
    elif name == "cotton_farm":
        response = fill(COTTON_FARM, WORSE_AT_THE_FARM.__contains__)
        unknown = dict.fromkeys(("map.tier1", "sup.own_practice", "rec.fee_check"), NOT_KNOWN)
        response = msgspec.structs.replace(response, answers=response.answers | unknown)
    else:
        response = fill(BUILDER, lambda _: True)
    assessment = assess(response, ON, review=REVIEW if name == "cotton_farm" else None)
    return assessment, draft(assessment.profile, remedies.read(), ON)


@cache
def report_of(name: str, language: str, copy: Copy = Copy.SHARED) -> Report:
    """Return the report of one of the assessments."""
    assessment, plan = case(name)
    return compose(assessment, plan, language, copy)


@cache
def example(name: str) -> tuple[Assessment, ImprovementPlan]:
    """Return the assessment of an example firm, without a review, and its plan."""
    response = take(EXAMPLES / f"{name}.json").response
    assert response is not None
    assessment = assess(response, ON)
    return assessment, draft(assessment.profile, remedies.read(), ON)
