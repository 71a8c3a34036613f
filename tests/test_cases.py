"""What an expert in labour law expects of whole sheets: the files in `cases/`, read and run."""

from datetime import date
from pathlib import Path
from typing import Literal

import msgspec
import pytest

from duediligence.assessment import Assessment, assess
from duediligence.review import Label, Review, Reviewer
from questionnaires import content
from questionnaires.response import Answer, Missing, Value
from risk_models.evidence import EvidenceGrade
from tests.conftest import TODAY, answers, book, favourable_answers, response, rules

FIGURES = ("inherent", "confidence", "residual", "high", "band", "highest_band", "pattern", "zero_tolerance")


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sheet and what matters of its result; `null` leaves a question unanswered."""

    name: str
    rule: str  # where the method says so
    start: Literal["favourable", "empty"] = "favourable"
    sector: str = "services"
    on: date = TODAY
    answers: dict[str, Value | Answer | None] = {}
    grades: dict[str, str] = {}  # by question; "all" for every other
    overdue: bool = False
    false_statement: bool = False
    expect: dict[str, object]


def run(case: Case) -> Assessment:
    base = favourable_answers(case.sector) if case.start == "favourable" else {}
    given = answers({name: Answer() if value is None else value for name, value in case.answers.items()}, base)
    named = {name: case.grades.get(name, case.grades.get("all", "E0")) for name in book().row}
    grades = {name: EvidenceGrade[grade] for name, grade in named.items()}
    reviewer = Reviewer(body="an independent body", role="assessor", state_body=False)
    review = Review(
        label=Label.SITE_CHECKED,
        on=case.on,
        reviewer=reviewer,
        grades=grades,
        not_applicable=tuple(name for name, one in given.items() if one.missing is Missing.NOT_APPLICABLE),
        false_statement=case.false_statement,
    )
    return assess(response(given), case.on, review=review, overdue=case.overdue)


def seen(found: Assessment) -> dict[str, object]:
    floors = {level.id: level.floor for level in rules().model.levels}
    findings = {one.indicator: one for one in found.profile.findings}
    acted = [part.override for part in found.profile.overrides]
    return {
        **{name: getattr(found.profile, name) for name in FIGURES},
        "levels": {name: one.level for name, one in findings.items()},
        "highest": {name: one.highest for name, one in findings.items()},
        "floor": max(floors.get(one.level, 0) for one in findings.values()),
        "assessed": {name: one.assessed for name, one in findings.items()},
        "attribution": {name: one.attribution for name, one in findings.items()},
        "to_lower": {name: len(one.to_lower) for name, one in findings.items()},
        "to_clear": {name: sorted(change.question for change in one.to_clear) for name, one in findings.items()},
        "overrides": {one.id: one.id in acted for one in rules().model.overrides},
        "shown": dict.fromkeys(found.notices, "sure") | dict.fromkeys(found.unsure_notices, "not ruled out"),
    }


def picked(found: object, wanted: object) -> object:
    if isinstance(found, dict) and isinstance(wanted, dict):
        return {name: found.get(name) for name in wanted}
    return list(found) if isinstance(found, tuple) else found


FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
CASES = [
    pytest.param(case, id=f"{path.stem}: {case.name}") for path in FILES for case in content.read(path, list[Case])
]


@pytest.mark.parametrize("case", CASES)
def test_the_method_gives_what_the_expert_expects(case: Case):
    found = seen(run(case))
    assert {name: picked(found[name], wanted) for name, wanted in case.expect.items()} == case.expect


def test_every_case_names_known_questions_and_answers():
    for case in (param.values[0] for param in CASES):
        assert case.answers.keys() <= book().row.keys(), case.name
        assert case.grades.keys() <= {"all", *book().row}, case.name
        for name, value in case.answers.items():
            if isinstance(value, str | tuple) and name in book().code:
                assert set([value] if isinstance(value, str) else value) <= book().code[name].keys(), case.name
