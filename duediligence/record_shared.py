"""The copies of an assessment for others than the firm: the same numbers, without what could endanger people.

A copy for a reviewer holds everything but the protected answers, and of
state-imposed labour says only whether it was assessed. A copy that travels holds
less still.

Withheld are, always, the answers to protected questions and to discreet ones, which
may name an authority; where they stand, counts of 1 to 10 people; and every remark.
With an answer goes all that would tell it: its evidence, the sign it is, and the
change it asks for. Numbers and bands stay as they were computed from everything. The
level of an indicator rests on the signs that are left, save that state-imposed labour
is only declared, not declared or not answered.

The list of what is withheld names every such question, answered or not, so that the
list itself tells nothing. What a reader may still work out of the numbers is stated
in `docs/decisions/008-shared-copy-and-firms-copy.md`.
"""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import TypeVar

import msgspec

from duediligence.assessment import Assessment, Versions, layout, usable
from duediligence.review import Label, Review
from questionnaires.privacy import veiled
from questionnaires.questionnaire import AnyQuestion, Number
from questionnaires.response import Answer, Response
from risk_models import counterfactual
from risk_models.counterfactual import Change
from risk_models.layout import Layout
from risk_models.model import STRENGTHS, Attribution
from risk_models.profile import NONE, ControlPart, EvidencePart, Finding, RiskProfile, SignPart

SHARED_FORMAT = "duediligence/shared-assessment/1"
"""The shape of an encoded copy that may travel."""

STATE_IMPOSED = "SIF"
"""The indicator of state-imposed labour."""

DECLARED, NOT_DECLARED, NOT_ANSWERED = "declared", "not_declared", "not_answered"
ASSESSED, NOT_ASSESSED = "assessed", "not_assessed"

WORKERS_HEARD = "review.workers_heard"
"""How the number of people who spoke in confidence is called among what is withheld."""

FEWEST_PEOPLE = 11
"""The smallest count of people that is stated."""

_TOLD = ("partly", "adverse")


class Reader(StrEnum):
    """For whom a copy is made."""

    ANYONE = "anyone"  # it travels
    REVIEWER = "reviewer"  # who may belong to the state


_Part = TypeVar("_Part", ControlPart, EvidencePart, SignPart, Change)


class SharedAssessment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An assessment without protected or discreet answers, small counts of people and remarks.

    `withheld` names what was left out: every protected or discreet question, whether
    or not it was answered, and each count of 1 to 10 people. In the profile the finding
    on state-imposed labour has one of the levels `declared`, `not_declared` and
    `not_answered`, and nothing else.
    """

    format: str = SHARED_FORMAT
    on: date
    versions: Versions
    withheld: tuple[str, ...]
    response: Response
    review: Review | None
    overdue: bool
    profile: RiskProfile
    notices: tuple[str, ...]
    unsure_notices: tuple[str, ...]

    @property
    def label(self) -> Label:
        """How far somebody other than the firm has looked."""
        return self.review.label if self.review else Label.SELF_DECLARED


def shared(assessment: Assessment, reader: Reader = Reader.ANYONE) -> SharedAssessment:
    """Return the copy of an assessment that may travel, or the one that a reviewer may see.

    Args:
        assessment: one that was computed here, or in which `rescore` found no difference.
        reader: for whom it is.

    Raises:
        UnknownModel: the library has no longer the rule set it was made with.
    """
    versions, review = assessment.versions, assessment.review
    rules = layout(versions.model, versions.model_version, assessment.on)
    travels = reader is Reader.ANYONE
    hidden = _hidden(rules, assessment.response) if travels else _protected_ones(rules)
    few_heard = travels and review is not None and _too_few(review.workers_heard)
    response = usable(assessment.response, rules.codebook, review)
    return SharedAssessment(
        on=assessment.on,
        versions=versions,
        withheld=(*sorted(hidden), *([WORKERS_HEARD] if few_heard else [])),
        response=_response(response, hidden) if travels else _without(response, hidden),
        review=_review(review, hidden, few_heard=few_heard) if review else None,
        overdue=assessment.overdue,
        profile=_profile(rules, assessment.profile, hidden, reader),
        notices=assessment.notices,
        unsure_notices=assessment.unsure_notices,
    )


def _hidden(rules: Layout, response: Response) -> frozenset[str]:
    """Return the ids of the questions whose answers are withheld."""
    return frozenset(
        question.id
        for question in rules.codebook.questions
        if not question.travels or _few(question, response.answers.get(question.id, Answer()))
    )


def _protected_ones(rules: Layout) -> frozenset[str]:
    return frozenset(question.id for question in rules.codebook.questions if question.protected)


def _protected(rules: Layout, question: str) -> bool:
    return rules.codebook.questions[rules.codebook.row[question]].protected


def _few(question: AnyQuestion, answer: Answer) -> bool:
    """Return whether an answer counts so few people that they could be told apart."""
    if not isinstance(question, Number) or not question.people:
        return False
    return isinstance(answer.value, float | int) and 0 < answer.value < FEWEST_PEOPLE


def _too_few(count: int | None) -> bool:
    return count is not None and 0 < count < FEWEST_PEOPLE


def _without(response: Response, hidden: frozenset[str]) -> Response:
    answers = {question: answer for question, answer in response.answers.items() if question not in hidden}
    return msgspec.structs.replace(response, answers=answers)


def _response(response: Response, hidden: frozenset[str]) -> Response:
    answers = {
        question: msgspec.structs.replace(answer, comment="", evidence=tuple(veiled(one) for one in answer.evidence))
        for question, answer in _without(response, hidden).answers.items()
    }
    return msgspec.structs.replace(response, answers=answers)


def _review(review: Review, hidden: frozenset[str], *, few_heard: bool) -> Review:
    heard = None if few_heard else review.workers_heard
    grades = {question: grade for question, grade in review.grades.items() if question not in hidden}
    aside = tuple(question for question in review.not_applicable if question not in hidden)
    doubted = tuple(question for question in review.not_supported if question not in hidden)
    return msgspec.structs.replace(
        review, workers_heard=heard, grades=grades, not_applicable=aside, not_supported=doubted
    )


def _profile(rules: Layout, profile: RiskProfile, hidden: frozenset[str], reader: Reader) -> RiskProfile:
    """Return a profile with its numbers and bands, and without the parts that tell a withheld answer."""
    evidence = _shown(profile.evidence, hidden)
    answered = _answered(rules, evidence)
    return msgspec.structs.replace(
        profile,
        controls=_shown(profile.controls, hidden),
        evidence_wanted=_named(profile.evidence_wanted, hidden) if profile.evidence_wanted is not None else None,
        evidence=evidence,
        findings=tuple(
            _state_imposed(rules, finding, profile.evidence, reader)
            if finding.indicator == STATE_IMPOSED
            else _finding(rules, finding, hidden, answered(finding.indicator))
            for finding in profile.findings
        ),
        overrides=tuple(
            msgspec.structs.replace(override, questions=_named(override.questions, hidden))
            for override in profile.overrides
        ),
        zero_tolerance=_named(profile.zero_tolerance, hidden),
    )


def _shown(parts: tuple[_Part, ...], hidden: frozenset[str]) -> tuple[_Part, ...]:
    return tuple(part for part in parts if part.question not in hidden)


def _named(questions: tuple[str, ...], hidden: frozenset[str]) -> tuple[str, ...]:
    return tuple(question for question in questions if question not in hidden)


def _answered(rules: Layout, evidence: tuple[EvidencePart, ...]) -> Callable[[str], float]:
    """Return a function from an indicator to the answered share of its weight, of what is left."""
    bearing = {
        indicator.id: {rules.model.readings[row].question for row, _ in signs}
        for indicator, signs in zip(rules.model.indicators, rules.signs, strict=True)
    }

    def share(indicator: str) -> float:
        parts = [part for part in evidence if part.question in bearing[indicator]]
        told = sum(part.weight for part in parts if part.hundredths)
        return round(told / sum(part.weight for part in parts), 3) if parts else 0.0

    return share


def _finding(rules: Layout, finding: Finding, hidden: frozenset[str], answered: float) -> Finding:
    """Return a finding as far as it rests on what is left."""
    signs = _shown(finding.signs, hidden)
    level = finding.level if signs == finding.signs else _level(rules, finding.level, signs)
    touched = any(rules.model.readings[row].question in hidden for row, _ in rules.signs[_row(rules, finding)])
    return msgspec.structs.replace(
        finding,
        level=level,
        highest=level if touched else finding.highest,  # what may be added to a level would tell what was taken off
        answered=answered,
        signs=signs,
        context=_shown(finding.context, hidden),
        unknown=_named(finding.unknown, hidden),
        attribution=min((sign.attribution for sign in signs), key=list(Attribution).index, default=None),
        to_lower=_shown(finding.to_lower, hidden),
        to_clear=_shown(finding.to_clear, hidden),
    )


def _row(rules: Layout, finding: Finding) -> int:
    return next(row for row, one in enumerate(rules.model.indicators) if one.id == finding.indicator)


def _level(rules: Layout, level: str, signs: tuple[SignPart, ...]) -> str:
    """Return the level that the signs which are left reach, never above the level of all."""
    levels = (NONE, *(one.id for one in rules.model.levels))
    counts = [sum(sign.strength == strength for sign in signs) for strength in STRENGTHS]
    return levels[min(counterfactual.reached(rules.model.levels, counts), levels.index(level))]


def _state_imposed(rules: Layout, finding: Finding, evidence: tuple[EvidencePart, ...], reader: Reader) -> Finding:
    """Return the finding on state-imposed labour reduced to whether it was declared; to a reviewer, assessed.

    Only protected answers declare; what else points the same way, such as a gin
    that mixes origins, is no statement about pressure. How much was answered is
    not told either.
    """
    signs = {rules.names[row] for row, _ in rules.signs[_row(rules, finding)]}
    bearing = {question for question in signs if _protected(rules, question)}
    asked = {part.question: part.weight for part in evidence if part.question in bearing}
    silent = sum(weight for question, weight in asked.items() if question in finding.unknown)
    told = [sign for sign in finding.signs if sign.outcome in _TOLD and sign.question in bearing]
    least = rules.model.figures["assessed_min"].value
    enough = bool(asked) and 100 * (sum(asked.values()) - silent) >= least * sum(asked.values())
    state = DECLARED if told else NOT_DECLARED if enough else NOT_ANSWERED
    if reader is Reader.REVIEWER:
        state = NOT_ASSESSED if state == NOT_ANSWERED else ASSESSED
    return Finding(
        indicator=finding.indicator,
        level=state,
        highest=state,
        assessed=state not in (NOT_ANSWERED, NOT_ASSESSED),
        answered=0.0,
        signs=(),
        context=(),
        unknown=(),
        attribution=None,
        to_lower=(),
        to_clear=(),
    )
