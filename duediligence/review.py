"""Who judged a response, and on what evidence.

Three labels, never merged into one number: what the firm declared, what
documents bore out, what was seen on site. Without a review a response is
self-declared, whatever it says.
"""

from collections.abc import Collection, Iterator
from datetime import date
from enum import StrEnum

import msgspec

from duediligence.terminal import problem
from questionnaires.problem import Problem
from risk_models.evidence import EvidenceGrade


class Label(StrEnum):
    """How far somebody other than the firm has looked."""

    SELF_DECLARED = "self_declared"
    DOCUMENTS_REVIEWED = "documents_reviewed"
    SITE_CHECKED = "site_checked"


_HIGHEST = {
    Label.SELF_DECLARED: EvidenceGrade.E1,
    Label.DOCUMENTS_REVIEWED: EvidenceGrade.E2,
    Label.SITE_CHECKED: EvidenceGrade.E4,
}


class Reviewer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The body that reviewed, by role, with its interests declared."""

    body: str
    role: str  # a function, never a person's name
    state_body: bool  # whether it belongs to the state
    interests: str = ""  # ties to the firm, its owners or its buyers; empty when none was declared


class Review(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What reviewers found of the evidence; they grade it, and never edit an answer."""

    label: Label
    on: date
    reviewer: Reviewer
    second_reviewer: Reviewer | None = None
    announced: bool | None = None  # whether the firm knew of the visit; None without a visit
    workers_heard: int | None = None  # people who spoke in confidence; None when nobody was asked
    languages: tuple[str, ...] = ()
    grades: dict[str, EvidenceGrade] = {}
    not_applicable: tuple[str, ...] = ()  # questions accepted as not applicable, each for a reason on record
    not_supported: tuple[str, ...] = ()  # favourable answers that the evidence does not bear out
    false_statement: bool = False  # one was proven


def faults(review: Review, questions: Collection[str], on: date) -> Iterator[Problem]:
    """Yield what in a review cannot be true, so that no grade carries more than its label allows.

    Args:
        review: as it was handed in.
        questions: ids of the questions of the form.
        on: the day of the assessment.
    """
    reviewers = [review.reviewer, *([review.second_reviewer] if review.second_reviewer else [])]
    if review.on > on:
        yield problem("review_later", "on")
    if (review.workers_heard or 0) < 0:
        yield problem("review_heard", "workers_heard")
    if not all(one.body.strip() and one.role.strip() for one in reviewers):
        yield problem("review_without_body", "reviewer")
    independent = any(not one.state_body for one in reviewers) and bool(review.workers_heard)
    for question, grade in review.grades.items():
        if grade > _HIGHEST[review.label]:
            yield problem("review_grade_without_visit", question)
        elif grade is EvidenceGrade.E4 and not independent:
            yield problem("review_state_body", question)
    for question in (*review.grades, *review.not_applicable, *review.not_supported):
        if question not in questions:
            yield problem("review_unknown_question", question)
