"""A firm hands in: what is complete is scored, sealed, and a plan drawn up.

What was computed is kept twice: whole, in the vault, for the firm; and without
protected answers, beside the row, for its reviewers. Both are sealed under one
number and never touched again. The ledger keeps the digest of the copy that may
travel, and nothing that could be guessed back from it.
"""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

import msgspec

from duediligence import record
from duediligence.access import Step, may
from duediligence.assessment import Assessment, assess, examine, layout
from duediligence.database import new_id
from duediligence.engagement import Engagement, Stage, Stated
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.improvement import ImprovementPlan, draft, gaps
from duediligence.record_shared import STATE_IMPOSED, Reader, SharedAssessment, shared
from duediligence.reports import Copy
from duediligence.review import Review
from duediligence.store import engagement as store
from duediligence.store import plan as plans
from duediligence.store import safety
from duediligence.validity import expiry
from duediligence.words import problem
from duediligence.workflow import standing
from duediligence.workflow.answering import Opened, opened
from duediligence.workflow.drafting import with_protected
from duediligence.workflow.second_look import look_soon
from duediligence.workflow.work import Work, subject_of
from questionnaires.problem import Problem
from questionnaires.response import Response
from risk_models import remedies
from risk_models.priority_features import signs

SAFETY_CHECK_DAYS = (30, 90)
"""After how many days somebody looks whether anyone suffered for having spoken; our design value."""


class Kept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the vault holds of one step: everything, protected answers included."""

    assessment: Assessment
    plan: ImprovementPlan


class Result(NamedTuple):
    """What was computed, as the firm sees it."""

    engagement: Engagement
    assessment: Assessment
    plan: ImprovementPlan


def live(work: Work, identifier: str) -> Result:
    """Return what the answers given so far come to; nothing is kept.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    return _live(work, *opened(work, identifier, Step.PROTECTED_SEE))


def hindrances(work: Work, found: Opened) -> tuple[Problem, ...]:
    """Return everything that keeps a response from being handed in, each with its place and way out."""
    one, response = found
    checked = examine(response, work.day)
    waiting = store.to_confirm(work.connection, one.id) if one.carried_from else ()
    return (
        *([] if response.scope.answered_by else [problem("ROLE_MISSING", "answered_by")]),
        *checked.errors,
        *checked.gaps,
        *_not_confirmed(waiting, checked.asked),
    )


def submit(work: Work, identifier: str) -> Result:
    """Return what the answers come to, after closing them and sealing the result.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: it was handed in before, or is a rehearsal.
        Unfit: something is missing or wrong; everything is listed.
    """
    one, data = store.load_with_response(work.connection, identifier)
    work.allow(Step.ASSESSMENT_SUBMIT, subject_of(one))
    if one.stage is not Stage.ANSWERING:
        raise WrongMoment("This assessment was handed in already.")
    if one.rehearsal:
        raise WrongMoment("A rehearsal is not handed in. Begin an assessment with its answers instead.")
    response = with_protected(work, one, msgspec.json.decode(data, type=Response))
    if found := hindrances(work, Opened(one, response)):
        raise Unfit(found)
    overdue = plans.overdue_at(work.connection, one.site)
    assessment = assess(response, work.day, overdue=overdue)
    drawn_up = draft(assessment.profile, remedies.read(), work.day)
    after = msgspec.structs.replace(
        one, stage=Stage.SUBMITTED, submitted=work.now, changed=work.now, revision=one.revision + 1
    )
    after = seal(work, one, after, Kept(assessment=assessment, plan=drawn_up), Step.ASSESSMENT_SUBMIT)
    plans.add(work.connection, one.id, msgspec.json.encode(for_reviewers(drawn_up, assessment)), work.now)
    if after.stated and after.stated.grave:
        for days in SAFETY_CHECK_DAYS:
            safety.plan_check(work.connection, new_id(), one.id, work.day + timedelta(days=days))
    if not one.sample:
        look_soon(work.connection, one.id, work.now)
    return Result(after, assessment, drawn_up)


def result(work: Work, identifier: str) -> Result:
    """Return the newest sealed result of the actor's firm.

    Raises:
        NotFound: nothing was handed in, or see `Work.allow`.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.PROTECTED_SEE, subject_of(one))
    kept = kept_last(work, one)
    return Result(one, kept.assessment, kept.plan)


def results(work: Work, identifier: str) -> tuple[tuple[str, Assessment], ...]:
    """Return every sealed result of the actor's firm with the step that made it, oldest first.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.PROTECTED_SEE, subject_of(one))
    return tuple(
        (found.reason, _kept(work, one.id, found.number).assessment)
        for found in store.seals(work.connection, identifier)
    )


def kept_last(work: Work, one: Engagement) -> Kept:
    """Return everything of the newest sealed step; for the workflow only.

    Raises:
        NotFound: nothing was sealed.
    """
    last = store.last_seal(work.connection, one.id)
    if last is None:
        raise NotFound("This assessment was not handed in yet.")
    return _kept(work, one.id, last.number)


def seal(work: Work, before: Engagement, after: Engagement, kept: Kept, step: Step) -> Engagement:
    """Return an engagement whose stated numbers are those of what was just sealed.

    Args:
        work: who took the step.
        before: as it was read.
        after: as it will be, its revision raised.
        kept: the assessment and plan to seal.
        step: the step that made them.
    """
    last = store.last_seal(work.connection, before.id)
    number = last.number + 1 if last else 1
    copy = for_reviewer(kept.assessment, released=after.protected_released)
    travels = record.encode(shared(kept.assessment))
    digest = hashlib.sha256(travels).hexdigest()
    work.vault.keep_document(before.id, number, msgspec.json.encode(kept), work.now)
    document = msgspec.json.encode(copy)
    store.seal(
        work.connection,
        before.id,
        store.Sealed(number=number, reason=step, document=document, digest=digest, at=work.now),
    )
    standing.overtaken(work, before.id, digest)
    ends, _ = expiry(kept.assessment)
    after = msgspec.structs.replace(after, stated=stated(copy), expires=ends)
    store.save(work.connection, before, after)
    versions = kept.assessment.versions
    work.record(
        step,
        before.id,
        {
            "number": number,
            "digest": digest,
            "model": versions.model,
            "model_version": versions.model_version,
            "model_digest": versions.model_digest,
            "questionnaire_digest": versions.questionnaire_digest,
        },
    )
    return after


def for_reviewer(assessment: Assessment, *, released: bool) -> Assessment | SharedAssessment:
    """Return an assessment as its reviewers may see it: everything once the firm has released it."""
    return assessment if released else shared(assessment, Reader.REVIEWER)


def for_reviewers(plan: ImprovementPlan, assessment: Assessment) -> ImprovementPlan:
    """Return a plan without the actions that protected answers alone call for, nor any mention of these."""
    questions = layout(assessment.versions.model, assessment.versions.model_version, assessment.on).codebook
    secret = {question.id for question in questions.questions if question.protected}
    actions = [
        msgspec.structs.replace(
            action, questions=shown, indicators=tuple(one for one in action.indicators if one != STATE_IMPOSED)
        )
        for action in plan.actions
        if (shown := tuple(question for question in action.questions if question not in secret))
    ]
    here = {action.remedy for action in actions}
    told = shared(assessment, Reader.REVIEWER).profile
    return msgspec.structs.replace(
        plan,
        protocol=any(gap.grave for gap in gaps(told)),
        actions=tuple(
            msgspec.structs.replace(action, after=tuple(one for one in action.after if one in here))
            for action in actions
        ),
        find_out=tuple(question for question in plan.find_out if question not in secret),
    )


def stated(copy: Assessment | SharedAssessment) -> Stated:
    """Return what lists show of an assessment."""
    profile, versions = copy.profile, copy.versions
    levels = {finding.indicator: finding.level for finding in profile.findings}
    rules = layout(versions.model, versions.model_version, copy.on).model
    return Stated(
        label=copy.label,
        inherent=profile.inherent,
        control=profile.control,
        confidence=profile.confidence,
        residual=profile.residual,
        low=profile.low,
        high=profile.high,
        band=profile.band,
        coverage=profile.coverage,
        indicators=levels,
        grave="strong" in levels.values() or bool(profile.zero_tolerance),
        signs=signs(rules, levels),
    )


def release(work: Work, identifier: str) -> Engagement:
    """Let the reviewers of an assessment read its protected answers; this cannot be taken back.

    Raises:
        NotFound, NotAllowed, SecondFactorNeeded: see `Work.allow`.
        WrongMoment: it was released before.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.PROTECTED_RELEASE, subject_of(one))
    if one.protected_released:
        raise WrongMoment("These answers were released before.")
    after = msgspec.structs.replace(one, protected_released=True, revision=one.revision + 1, changed=work.now)
    if one.stage in (Stage.SUBMITTED, Stage.IN_REVIEW):
        return seal(work, one, after, kept_last(work, one), Step.PROTECTED_RELEASE)
    store.save(work.connection, one, after)
    return after


def reviewers_copy(work: Work, one: Engagement) -> Assessment | SharedAssessment:
    """Return the newest sealed copy for reviewers.

    Raises:
        NotFound: nothing was sealed.
    """
    last = store.last_seal(work.connection, one.id)
    if last is None:
        raise NotFound("This assessment was not handed in yet.")
    found = record.decode(last.document)
    assert not isinstance(found, tuple), "a sealed copy is no record"
    return found


def reviewed(kept: Kept, review: Review | None) -> Assessment:
    """Return a kept assessment computed again under a review, by the rules and on the day of its own."""
    before = kept.assessment
    return assess(before.response, before.on, review=review, overdue=before.overdue)


def shown(work: Work, identifier: str) -> tuple[Result, Copy]:
    """Return the result of the actor's firm, live while it is answered, and the kind of copy the actor may see.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or nothing was handed in and the
            actor may not see results before.
    """
    one, response = opened(work, identifier)
    most = copy_for(work, one)
    if one.stage is Stage.ANSWERING:
        return _live(work, one, response), most
    kept = kept_last(work, one)
    return Result(one, kept.assessment, kept.plan), most


def copy_for(work: Work, one: Engagement) -> Copy:
    """Return the kind of copy of an assessment that the actor may see, once they may see it at all.

    Raises:
        NotFound: nothing was handed in, and the actor may not see results before.
    """
    if may(work.actor, Step.PROTECTED_SEE, subject_of(one)):
        return Copy.FIRM
    if one.stage is Stage.ANSWERING:
        raise NotFound("This assessment was not handed in yet.")
    return Copy.SHARED


def _live(work: Work, one: Engagement, response: Response) -> Result:
    assessment = assess(response, work.day, overdue=plans.overdue_at(work.connection, one.site))
    return Result(one, assessment, draft(assessment.profile, remedies.read(), work.day))


def _kept(work: Work, identifier: str, number: int) -> Kept:
    return msgspec.json.decode(work.vault.document(identifier, number), type=Kept)


def _not_confirmed(waiting: Iterable[str], asked: Iterable[str]) -> Iterable[Problem]:
    open_ones = set(asked)
    for question in waiting:
        if question in open_ones:
            yield problem("CARRIED_NOT_CONFIRMED", question, question=question)
