"""A firm works its plan: takes actions on, sends evidence, has them verified.

Nobody verifies what they themselves reported. Actions that protected answers
alone call for are seen by the firm; in the main database they go by their place
in the plan, so that no row tells what they are about.
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

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
    latest_day,
    needs_workers,
    worked,
)
from duediligence.engagement import Engagement, Stage
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.improvement import ImprovementPlan, Status
from duediligence.store import engagement as store
from duediligence.store import plan as plans
from duediligence.words import problem
from duediligence.workflow.handing_in import kept_last
from duediligence.workflow.work import Work, subject_of
from questionnaires import privacy
from questionnaires import words as wording
from questionnaires.problem import Problem
from risk_models import remedies

_BY_PLACE = "place:"

_WITH_REASON = (PutOff, Reopened)


class Plan(NamedTuple):
    """A plan as the actor may see it, with how far each action has come."""

    engagement: Engagement
    plan: ImprovementPlan
    actions: tuple[Worked, ...]


def plan(work: Work, identifier: str) -> Plan:
    """Return the plan of an assessment; reviewers see it without what protected answers alone call for.

    Raises:
        NotFound: nothing was handed in, or see `Work.allow`.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.PLAN_SEE, subject_of(one))
    drawn_up = _drawn_up(work, one)
    return Plan(one, drawn_up, worked(drawn_up, _done(work, one)))


def act(work: Work, identifier: str, remedy: str, step: AnyStep, reason: str = "") -> Worked:
    """Return an action after one step on it.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; nobody verifies what they reported.
        WrongMoment: the action does not stand where the step needs it.
        Unfit: something is missing or cannot be; everything is listed.
    """
    found = plan(work, identifier)
    one = found.engagement
    work.allow(_step_of(step), subject_of(one))
    if one.stage in (Stage.ANSWERING, Stage.WITHDRAWN):
        raise WrongMoment("There is no work on the plan of an assessment that does not stand.")
    before = next((each for each in found.actions if each.action.remedy == remedy), None)
    if before is None:
        raise NotFound("The plan has no such action.")
    _refuse_out_of_turn(work, before, step)
    if wrong := tuple(_faults(found, before, step, reason)):
        raise Unfit(wrong)
    done = Done(remedy=remedy, step=step, by=work.actor.person, at=work.now, reason=reason.strip())
    number = len(plans.changes(work.connection, identifier)) + 1
    plans.note(
        work.connection,
        identifier,
        plans.PlanChange(
            number=number,
            remedy=_name(work, one, remedy),
            kind=type(step).__name__.lower(),
            content=msgspec.json.encode(step),
            reason=done.reason,
            by=done.by,
            at=done.at,
        ),
    )
    work.record(_step_of(step), identifier, {"change": number, "kind": type(step).__name__.lower()})
    after = worked(found.plan, _done(work, one))
    plans.mark(work.connection, identifier, overdue=any(each.urgent_and_late(work.day) for each in after))
    return next(each for each in after if each.action.remedy == remedy)


def _step_of(step: AnyStep) -> Step:
    match step:
        case Verified() | Reopened() | WorkersConfirmed():
            return Step.PLAN_VERIFY
        case PutOff():
            return Step.PLAN_EXTEND
    return Step.PLAN_WORK


def _drawn_up(work: Work, one: Engagement) -> ImprovementPlan:
    if may(work.actor, Step.PROTECTED_SEE, subject_of(one)) or one.protected_released:
        return kept_last(work, one).plan
    document = plans.document_of(work.connection, one.id)
    if document is None:
        raise NotFound("There is no plan before an assessment is handed in.")
    return msgspec.json.decode(document, type=ImprovementPlan)


def _done(work: Work, one: Engagement) -> Iterable[Done]:
    """Yield the steps taken; those on actions that go by their place only to whoever may see them."""
    changes = plans.changes(work.connection, one.id)
    whole = _drawn_up(work, one)
    for change in changes:
        remedy = change.remedy
        if remedy.startswith(_BY_PLACE):
            place = int(remedy.removeprefix(_BY_PLACE))
            if not may(work.actor, Step.PROTECTED_SEE, subject_of(one)) and not one.protected_released:
                continue
            remedy = whole.actions[place].remedy
        step = msgspec.json.decode(change.content, type=AnyStep)
        yield Done(remedy=remedy, step=step, by=change.by, at=change.at, reason=change.reason)


def _name(work: Work, one: Engagement, remedy: str) -> str:
    """Return how an action goes by in the main database."""
    document = plans.document_of(work.connection, one.id) or b""
    shown = msgspec.json.decode(document, type=ImprovementPlan)
    if any(action.remedy == remedy for action in shown.actions):
        return remedy
    whole = kept_last(work, one).plan
    return f"{_BY_PLACE}{[action.remedy for action in whole.actions].index(remedy)}"


def _refuse_out_of_turn(work: Work, before: Worked, step: AnyStep) -> None:
    match step:
        case Verified() | WorkersConfirmed() if before.status is not Status.EVIDENCE_SENT:
            raise WrongMoment("Closure is verified after the evidence was sent.")
        case Verified() if before.sent_by == work.actor.person:
            raise NotAllowed("Nobody verifies what they reported themselves. Ask a second person.")
        case Reopened() if before.status not in (Status.EVIDENCE_SENT, Status.VERIFIED):
            raise WrongMoment("Only what was reported as done can be reopened.")
        case EvidenceSent() | PutOff() if before.status is Status.VERIFIED:
            raise WrongMoment("This action is closed. Reopen it first.")


def _faults(found: Plan, before: Worked, step: AnyStep, reason: str) -> Iterable[Problem]:
    if isinstance(step, _WITH_REASON) and not reason.strip():
        yield problem("REASON_MISSING", "reason")
    for words, where in ((reason, "reason"), (_words(step), "words")):
        for trait in privacy.traits(words):
            yield wording.problem("MAY_NAME_A_PERSON", where=where, trait=trait.label)
    match step:
        case EvidenceSent(evidence=evidence) if not evidence.strip():
            yield problem("EVIDENCE_MISSING", "evidence")
        case Verified() if needs_workers(before, remedies.read()) and not before.workers:
            yield problem("WORKERS_NOT_ASKED", "workers")
        case PutOff() if before.action.priority == "P0":
            yield problem("EXTENSION_IMMEDIATE", "due")
        case PutOff() if before.put_off:
            yield problem("EXTENSION_USED", "due")
        case PutOff(due=due) if not before.due < due <= latest_day(before, found.plan.begun):
            room = (latest_day(before, found.plan.begun) - before.due).days
            yield problem("EXTENSION_NOT_LATER", "due", due=before.due.isoformat(), days=room)


def _words(step: AnyStep) -> str:
    match step:
        case EvidenceSent(evidence=words) | Agreed(owner=words):
            return words
    return ""
