"""One assessment: a response, who judged it, and the risk profile that follows.

An assessment is a value that carries all it was computed from. Anyone who holds
it and the named versions of form and rules can compute it again, to the digit.
"""

from datetime import date
from functools import cache

import msgspec
import numpy as np

from duediligence.review import Label, Review
from questionnaires import catalogue as forms
from questionnaires.check import Checked, check
from questionnaires.codebook import Codebook
from questionnaires.edition import digest
from questionnaires.response import Response, columns
from risk_models import catalogue as models
from risk_models import evidence, notices, parameter
from risk_models.layout import Layout
from risk_models.profile import RiskProfile, explain
from risk_models.scoring import Circumstances, score

MODEL = ("forced_labour", "2026.1")
"""The rule set in force."""

FORMAT = "duediligence/assessment/1"
"""The shape of an encoded assessment."""


class Versions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which form, rules and figures an assessment was made with."""

    questionnaire: str
    questionnaire_version: str
    questionnaire_digest: str
    model: str
    model_version: str
    model_digest: str
    notices: str
    parameters: dict[str, float]  # those in force on the day


class Assessment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything known of one assessment."""

    format: str = FORMAT
    on: date
    versions: Versions
    response: Response
    review: Review | None
    overdue: bool  # an immediate or urgent action of an earlier plan is
    profile: RiskProfile
    notices: tuple[str, ...]  # ids of those that show
    unsure_notices: tuple[str, ...]  # of these, the ones that merely could not be ruled out

    @property
    def label(self) -> Label:
        """How far somebody other than the firm has looked."""
        return self.review.label if self.review else Label.SELF_DECLARED


@cache
def codebook(questionnaire: str, version: str) -> Codebook:
    """Return the codebook of a questionnaire in the library."""
    return Codebook(forms.load(questionnaire, version))


@cache
def layout(model: str, version: str, on: date) -> Layout:
    """Return a rule set made ready for its questionnaire and a day."""
    rules = models.load(model, version)
    figures = parameter.values_on(parameter.read_all(), on)
    return Layout(rules, codebook(rules.questionnaire, rules.questionnaire_version), figures)


def examine(response: Response, on: date) -> Checked:
    """Return what is missing, wrong or hard to reconcile in a response.

    Dated figures are those of the last day the response speaks of, and of the
    day `on` where it names none.
    """
    figures = parameter.values_on(parameter.read_all(), response.scope.ends or on)
    return check(codebook(response.questionnaire, response.version), response, figures)


def assess(response: Response, on: date, *, review: Review | None = None, overdue: bool = False) -> Assessment:
    """Return the assessment of one response on a day.

    Args:
        response: answers to the questionnaire the rule set was written for.
        on: the day whose figures and notices apply.
        review: the evidence grades of reviewers; without it the answers stand
            as declared by the firm.
        overdue: whether an urgent action of an earlier plan is overdue.
    """
    rules = layout(*MODEL, on)
    answers = columns(rules.codebook, [response])
    grades = evidence.grades(rules.codebook, [response], [review.grades if review else {}])
    beyond = Circumstances(np.array([overdue]), np.array([bool(review and review.false_statement)]))
    scored = score(rules, answers, grades, beyond)
    profile = explain(rules, scored, on)
    shown = notices.standing(notices.read(), scored.seen, on)[0]
    return Assessment(
        on=on,
        versions=_versions(rules),
        response=response,
        review=review,
        overdue=overdue,
        profile=profile,
        notices=tuple(one.notice.id for one in shown),
        unsure_notices=tuple(one.notice.id for one in shown if not one.sure),
    )


def _versions(rules: Layout) -> Versions:
    form, model = rules.codebook.questionnaire, rules.model
    return Versions(
        questionnaire=form.id,
        questionnaire_version=form.version,
        questionnaire_digest=digest(form),
        model=model.id,
        model_version=model.version,
        model_digest=rules.digest,
        notices="2026.1",
        parameters=rules.parameters,
    )
