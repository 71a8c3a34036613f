"""A firm works its plan: takes actions on, sends evidence, has them verified.

Nobody verifies what they themselves reported. What protected answers alone call
for is in the plan of the firm only: such an action, and all that is done about it,
lies in the vault. The main database holds no row of it, and reviewers learn of it
when the firm releases its protected answers.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import NamedTuple

import msgspec

from duediligence import portfolio
from duediligence.access import Step, may
from duediligence.closure import (
    Agreed,
    AnyStep,
    Done,
    EvidenceSent,
    PutOff,
    Reopened,
    Verified,
    Worked,
    WorkersConfirmed,
    after,
    needs_workers,
    room,
    worked,
)
from duediligence.database import Connection
from duediligence.engagement import Engagement, Stage
from duediligence.errors import DueDiligenceError, NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.evidence import File, Link
from duediligence.improvement import ImprovementPlan, Status
from duediligence.portfolio import Limits, Portfolio, Projection
from duediligence.store import engagement as store
from duediligence.store import file as files
from duediligence.store import plan as plans
from duediligence.words import problem
from duediligence.workflow.handing_in import kept_last
from duediligence.workflow.work import Work, subject_of
from questionnaires import privacy
from questionnaires import words as wording
from questionnaires.problem import Problem
from risk_models import remedies
from risk_models.remedies import Library, Priority

LONGEST = 2000
"""Characters that a reason, or the words of evidence, may have."""

_IN_VAULT = 0
"""The document of the vault with what was done about confidential actions; sealed steps are numbered from 1."""

_STEPS: Mapping[type[AnyStep], Step] = {
    Agreed: Step.PLAN_WORK,
    EvidenceSent: Step.PLAN_WORK,
    PutOff: Step.PLAN_EXTEND,
    WorkersConfirmed: Step.PLAN_VERIFY,
    Verified: Step.PLAN_VERIFY,
    Reopened: Step.PLAN_VERIFY,
}
_WITH_REASON = (PutOff, Reopened)
_VERIFYING = (Verified, WorkersConfirmed)


class Plan(NamedTuple):
    """A plan as the actor may see it, with how far each action has come."""

    engagement: Engagement
    plan: ImprovementPlan
    actions: tuple[Worked, ...]
    confidential: frozenset[str]  # remedies that protected answers alone call for
    whole: bool  # whether these would be among the actions, if there were any

    def action(self, remedy: str) -> Worked:
        """Return one action.

        Raises:
            NotFound: the actor sees none of this id.
        """
        for one in self.actions:
            if one.action.remedy == remedy:
                return one
        raise NotFound("The plan has no such action.")


class WhatIf(NamedTuple):
    """What of a plan fits into given means, and what would follow if it worked."""

    engagement: Engagement
    best: Portfolio
    projected: Projection


@cache
def library() -> Library:
    """Return the remedies in force; they do not change while a program runs."""
    return remedies.read()


def plan(work: Work, identifier: str) -> Plan:
    """Return the plan of an assessment; reviewers see it without what protected answers alone call for.

    Raises:
        NotFound: nothing was handed in, or see `Work.allow`.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.PLAN_SEE, subject_of(one))
    shown = _shown(work.connection, identifier)
    done = steps(work.connection, identifier)
    if not _sees_all(work, one):
        return Plan(one, shown, worked(shown, done), frozenset(), whole=False)
    full = kept_last(work, one).plan
    here = {action.remedy for action in shown.actions}
    hidden = frozenset(action.remedy for action in full.actions if action.remedy not in here)
    return Plan(one, full, worked(full, (*done, *_confidential_steps(work, identifier))), hidden, whole=True)


def steps(connection: Connection, identifier: str) -> tuple[Done, ...]:
    """Return what was done about a plan, oldest first, without the steps on confidential actions."""
    return tuple(
        Done(
            remedy=change.remedy,
            step=msgspec.json.decode(change.content, type=AnyStep),
            by=change.by,
            at=change.at,
            reason=change.reason,
        )
        for change in plans.changes(connection, identifier)
    )


def in_the_open(connection: Connection, identifier: str) -> tuple[Worked, ...]:
    """Return the actions of a plan that are not confidential, with how far each has come."""
    return worked(_shown(connection, identifier), steps(connection, identifier))


def act(work: Work, identifier: str, remedy: str, step: AnyStep, reason: str = "") -> Worked:
    """Return an action after one step on it.

    Args:
        work: who takes it.
        identifier: of the engagement.
        remedy: id of the action.
        step: what is done; on which side the actor stands is filled in here.
        reason: needed to put off and to reopen.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; nobody verifies what they reported.
        WrongMoment: the action does not stand where the step needs it.
        Unfit: something is missing or cannot be; everything is listed.
    """
    plans.hold(work.connection, identifier)
    found = plan(work, identifier)
    before = found.action(remedy)
    if refused := refusal(work, found, before, type(step)):
        raise refused
    if wrong := tuple(_faults(work, found, before, step, reason)):
        raise Unfit(wrong)
    step = msgspec.structs.replace(step, inside=_inside(work, found.engagement))
    done = Done(remedy=remedy, step=step, by=work.actor.person, at=work.now, reason=reason.strip())
    if remedy in found.confidential:
        _keep_in_vault(work, identifier, done)
    else:
        _note(work, found, before, done)
    # Without the number of a change: the entry must not tell a confidential action from another.
    work.record(_STEPS[type(step)], identifier, {"kind": _kind(step)})
    now = after(before, done)
    open_ones = (now if one is before else one for one in found.actions if one.action.remedy not in found.confidential)
    plans.mark(work.connection, identifier, overdue=any(one.urgent_and_late(work.day) for one in open_ones))
    return now


def refusal(work: Work, found: Plan, before: Worked, step: type[AnyStep]) -> DueDiligenceError | None:
    """Return why the actor cannot take a kind of step on an action now, None where they can."""
    one = found.engagement
    if one.stage in (Stage.ANSWERING, Stage.WITHDRAWN):
        return WrongMoment("There is no work on the plan of an assessment that does not stand.")
    try:
        work.allow(_STEPS[step], subject_of(one))
    except DueDiligenceError as refused:
        return refused
    return _out_of_turn(before, step, work.actor.person)


def documents(work: Work, found: Plan) -> tuple[File, ...]:
    """Return the documents of the firm that can go with evidence of closure, the newest first."""
    one = found.engagement
    return files.listed(work.connection, one.organisation) if may(work.actor, Step.PLAN_WORK, subject_of(one)) else ()


def attached(work: Work, found: Plan, one: Worked) -> tuple[File, ...]:
    """Return the documents that go with the evidence of an action, as far as the actor may open them."""
    subject = subject_of(found.engagement)
    if not one.files or not may(work.actor, Step.FILE_SEE, subject):
        return ()
    own = may(work.actor, Step.FILE_ADD, subject)
    linked = files.of_engagement(work.connection, found.engagement.organisation, found.engagement.id)
    kept = {each.file.id: each.file for each in linked if not each.file.erased and (own or each.file.shared)}
    return tuple(kept[file] for file in one.files if file in kept)


def what_if(work: Work, identifier: str, limits: Limits) -> WhatIf:
    """Return what of the work that is left fits into given means, for those who see the whole plan of the firm.

    The projection counts what was verified as done.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or nothing was handed in.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.PROTECTED_SEE, subject_of(one))
    found = plan(work, identifier)
    kept = kept_last(work, one)
    left = tuple(
        msgspec.structs.replace(each.action, due=each.due)
        for each in found.actions
        if each.status is not Status.VERIFIED
    )
    best = portfolio.optimise(
        msgspec.structs.replace(found.plan, actions=left), library(), kept.assessment.profile, limits
    )
    closed = [each.action.remedy for each in found.actions if each.status is Status.VERIFIED]
    chosen = [action.remedy for action in best.chosen]
    return WhatIf(one, best, portfolio.project(kept.assessment, found.plan, {*closed, *chosen}))


def _shown(connection: Connection, identifier: str) -> ImprovementPlan:
    """Return a plan without confidential actions.

    Raises:
        NotFound: nothing was handed in.
    """
    document = plans.document_of(connection, identifier)
    if document is None:
        raise NotFound("There is no plan before an assessment is handed in.")
    return msgspec.json.decode(document, type=ImprovementPlan)


def _sees_all(work: Work, one: Engagement) -> bool:
    subject = subject_of(one)
    released = one.protected_released and may(work.actor, Step.REVIEW_SEE, subject)
    return released or may(work.actor, Step.PROTECTED_SEE, subject)


def _inside(work: Work, one: Engagement) -> bool:
    return any(member.organisation == one.organisation for member in work.actor.memberships)


def _confidential_steps(work: Work, identifier: str) -> tuple[Done, ...]:
    try:
        found = work.vault.document(identifier, _IN_VAULT)
    except NotFound:
        return ()
    return msgspec.json.decode(found, type=tuple[Done, ...])


def _keep_in_vault(work: Work, identifier: str, done: Done) -> None:
    kept = (*_confidential_steps(work, identifier), done)
    work.vault.keep_document(identifier, _IN_VAULT, msgspec.json.encode(kept), work.now)


def _note(work: Work, found: Plan, before: Worked, done: Done) -> None:
    identifier = found.engagement.id
    change = plans.PlanChange(
        number=len(plans.changes(work.connection, identifier)) + 1,
        remedy=done.remedy,
        kind=_kind(done.step),
        content=msgspec.json.encode(done.step),
        reason=done.reason,
        by=done.by,
        at=done.at,
    )
    plans.note(work.connection, identifier, change)
    match done.step:
        case EvidenceSent(files=added) if added:
            # Under an answer that everybody may know of: the row of a link names the question.
            shown = {action.remedy: action for action in _shown(work.connection, identifier).actions}
            question = shown[before.action.remedy].questions[0]
            for file in added:
                link = Link(file=file, engagement=identifier, question=question)
                files.link(work.connection, found.engagement.organisation, link, work.now)


def _kind(step: AnyStep) -> str:
    return type(step).__name__.lower()


def _out_of_turn(before: Worked, step: type[AnyStep], person: str) -> DueDiligenceError | None:
    """Return what keeps a kind of step from being taken where an action stands."""
    status = before.status
    if step in _VERIFYING and status is not Status.EVIDENCE_SENT:
        return WrongMoment("Closure is verified after the evidence was sent.")
    if step in _VERIFYING and person in before.senders:
        return NotAllowed("Nobody verifies what they reported themselves. Ask a second person.")
    if step is Reopened and status not in (Status.EVIDENCE_SENT, Status.VERIFIED):
        return WrongMoment("Only what was reported as done can be reopened.")
    if step is Agreed and status is Status.EVIDENCE_SENT:
        return WrongMoment("This action was reported as done and waits for a second person.")
    if step in (Agreed, EvidenceSent, PutOff) and status is Status.VERIFIED:
        return WrongMoment("This action is closed. Reopen it first.")
    return None


def _faults(work: Work, found: Plan, before: Worked, step: AnyStep, reason: str) -> Iterable[Problem]:
    if isinstance(step, _WITH_REASON) and not reason.strip():
        yield problem("REASON_MISSING", "reason")
    yield from _faults_of_words(reason, "reason")
    match step:
        case Agreed(owner=owner) if owner not in library().owners:
            yield problem("OWNER_UNKNOWN", "owner")
        case EvidenceSent():
            yield from _faults_of_evidence(work, found, before, step)
        case WorkersConfirmed(people=people) if people < 1:
            yield problem("WORKERS_NONE", "people")
        case Verified() if needs_workers(before, library()) and not before.workers:
            yield problem("WORKERS_NOT_ASKED", "people")
        case PutOff(due=due):
            yield from _faults_of_day(work, found, before, due)


def _faults_of_words(words: str, where: str) -> Iterable[Problem]:
    if len(words) > LONGEST:
        yield wording.problem("TEXT_TOO_LONG", where=where, longest=LONGEST, length=len(words))
    for trait in privacy.traits(words):
        yield wording.problem("MAY_NAME_A_PERSON", where=where, trait=trait.label)


def _faults_of_evidence(work: Work, found: Plan, before: Worked, step: EvidenceSent) -> Iterable[Problem]:
    yield from _faults_of_words(step.evidence, "evidence")
    if not step.evidence.strip() and not step.files:
        yield problem("EVIDENCE_MISSING", "evidence")
    if step.files and before.action.remedy in found.confidential:
        yield problem("EVIDENCE_IN_WORDS", "files")
    for file in step.files:
        if files.load(work.connection, found.engagement.organisation, file).erased:
            raise NotFound("There is no such file.")


def _faults_of_day(work: Work, found: Plan, before: Worked, due: date) -> Iterable[Problem]:
    left = room(before, found.plan.begun, work.day)
    if before.action.priority is Priority.P0:
        yield problem("EXTENSION_IMMEDIATE", "due")
    elif before.put_off:
        yield problem("EXTENSION_USED", "due")
    elif left is None:
        yield problem("EXTENSION_TOO_LATE", "due")
    elif not left[0] <= due <= left[1]:
        first, last = (f"{day:%d.%m.%Y}" for day in left)
        yield problem("EXTENSION_OUTSIDE", "due", first=first, last=last)
