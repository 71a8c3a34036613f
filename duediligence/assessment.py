"""One assessment: a response, who judged it, and the risk profile that follows.

An assessment is a value that carries all it was computed from. Anyone who holds
it and the named versions of form and rules can compute it again, to the digit.
"""

from collections.abc import Collection
from datetime import date
from functools import cache

import msgspec
import numpy as np

from duediligence.errors import Unusable
from duediligence.review import Label, Review
from questionnaires import catalogue as forms
from questionnaires.check import Checked, check, fitting
from questionnaires.codebook import Codebook
from questionnaires.condition import questions_of
from questionnaires.edition import digest
from questionnaires.questionnaire import Questionnaire
from questionnaires.response import Answer, Missing, Response, columns
from risk_models import catalogue as models
from risk_models import evidence, notices, parameter
from risk_models.explanation import explain
from risk_models.layout import Layout
from risk_models.profile import RiskProfile
from risk_models.reading import Outcome
from risk_models.scoring import Circumstances, score

MODEL = ("forced_labour", "2026.1")
"""The rule set in force."""

NOTICES = "2026.1"
"""The edition of the notices in force."""

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


class Computed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What follows from a response, and what an assessment states of it."""

    profile: RiskProfile
    notices: tuple[str, ...]  # ids of those that show
    unsure_notices: tuple[str, ...]  # of these, the ones that merely could not be ruled out


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
    figures = parameter.values_on(parameter.read_all(), on)
    return _layout(model, version, tuple(sorted(figures.items())))


@cache
def _layout(model: str, version: str, figures: tuple[tuple[str, float], ...]) -> Layout:
    """Return a rule set made ready for dated figures, which stay the same for many days."""
    rules = models.load(model, version)
    return Layout(rules, codebook(rules.questionnaire, rules.questionnaire_version), dict(figures))


def examine(response: Response, on: date, review: Review | None = None) -> Checked:
    """Return what is missing, wrong or hard to reconcile in a response.

    Dated figures are those of the last day the response speaks of, and of the
    day `on` where it names none. Only a review makes a question not applicable.
    """
    figures = parameter.values_on(parameter.read_all(), response.scope.ends or on)
    accepted = review.not_applicable if review else ()
    return check(codebook(response.questionnaire, response.version), response, figures, accepted=accepted)


def _unread(response: Response, form: Questionnaire) -> str:
    """Return why the rules in force do not read answers to a form, and the way out."""
    theirs = f"{response.questionnaire} {response.version}"
    known = (response.questionnaire, response.version) in forms.versions()
    origin = forms.load(response.questionnaire, response.version).selected_from if known else None
    if origin and (origin.id, origin.version) == (form.id, form.version):
        return (
            f"These answers are to {theirs}, a short form out of {form.id} {form.version}; "
            "it makes no report by itself. A partner hands it in over the link it was sent; or answer the whole form."
        )
    return (
        f"The rule set in force reads {form.id} {form.version}; "
        f"these answers are to {theirs}. Fill in the form of today."
    )


def assess(response: Response, on: date, *, review: Review | None = None, overdue: bool = False) -> Assessment:
    """Return the assessment of one response on a day, by the rule set in force.

    Args:
        response: answers to the questionnaire the rule set was written for.
        on: the day whose figures and notices apply.
        review: the evidence grades of reviewers; without it the answers stand
            as declared by the firm.
        overdue: whether an urgent action of an earlier plan is overdue.

    Raises:
        Unusable: the response answers another questionnaire or version.
    """
    rules = layout(*MODEL, on)
    form = rules.codebook.questionnaire
    if (response.questionnaire, response.version) != (form.id, form.version):
        raise Unusable(_unread(response, form))
    versions = versions_of(rules)
    found = compute(response, versions, on, review=review, overdue=overdue)
    return Assessment(
        on=on,
        versions=versions,
        response=response,
        review=review,
        overdue=overdue,
        profile=found.profile,
        notices=found.notices,
        unsure_notices=found.unsure_notices,
    )


def compute(response: Response, versions: Versions, on: date, *, review: Review | None, overdue: bool) -> Computed:
    """Return what follows from a response by the versions named, today's or those of an old record."""
    rules = layout(versions.model, versions.model_version, on)
    counted = usable(response, rules.codebook, review)
    if review and review.not_supported:
        counted = doubted(rules, counted, review.not_supported)
    answers = columns(rules.codebook, [counted])
    grades = evidence.grades(rules.codebook, [counted], [review.grades if review else {}])
    beyond = Circumstances(np.array([overdue]), np.array([bool(review and review.false_statement)]))
    scored = score(rules, answers, grades, beyond)
    shown = notices.standing(notices.read(versions.notices), scored.seen, on)[0]
    return Computed(
        profile=explain(rules, scored, on),
        notices=tuple(one.notice.id for one in shown),
        unsure_notices=tuple(one.notice.id for one in shown if not one.sure),
    )


def usable(response: Response, book: Codebook, review: Review | None) -> Response:
    """Return a response with the answers that count: those that fit, and what a reviewer has set aside.

    Anybody can write "not applicable" into a file. Where no reviewer has
    accepted it the question counts as unanswered, so that setting questions
    aside never makes a result look better.
    """
    accepted = review.not_applicable if review else ()
    fit = fitting(book, response)
    answers = {
        question: answer
        for question, answer in fit.answers.items()
        if answer.missing is not Missing.NOT_APPLICABLE or question in accepted
    }
    return msgspec.structs.replace(fit, answers=answers)


def doubted(rules: Layout, response: Response, questions: Collection[str]) -> Response:
    """Return a response in which favourable answers that nothing bears out count as not known.

    An adverse answer stays what it is: to doubt it would make a result look
    better. So does an answer that opens other questions, since these would close.
    """
    plain = score(rules, columns(rules.codebook, [response]), evidence.grades(rules.codebook, [response]))
    met = {
        reading.question
        for reading, outcome in zip(rules.model.readings, plain.outcomes[:, 0], strict=True)
        if outcome == Outcome.MET
    }
    doubt = Answer(missing=Missing.NOT_KNOWN)
    changed = {one: doubt for one in questions if one in met and one in doubtable(rules.codebook)}
    return msgspec.structs.replace(response, answers=response.answers | changed)


@cache
def doubtable(book: Codebook) -> frozenset[str]:
    """Return the questions whose answer opens no other question."""
    opening = frozenset[str]().union(*(questions_of(question.relevant) for question in book.questions))
    return frozenset(question.id for question in book.questions) - opening


@cache
def _form_digest(book: Codebook) -> str:
    return digest(book.questionnaire)


def versions_of(rules: Layout) -> Versions:
    """Return which form, rules and figures a rule set made ready stands for."""
    form, model = rules.codebook.questionnaire, rules.model
    return Versions(
        questionnaire=form.id,
        questionnaire_version=form.version,
        questionnaire_digest=_form_digest(rules.codebook),
        model=model.id,
        model_version=model.version,
        model_digest=rules.digest,
        notices=NOTICES,
        parameters=rules.parameters,
    )
