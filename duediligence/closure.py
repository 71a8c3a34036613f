"""How far the actions of a plan have come: what people reported, step by step.

    agreed -> evidence sent -> verified        closed; a second person has looked
       ^            |             |
       +- reopened -+-------------+            for a reason

An action that touches workers is verified only after workers have confirmed it.
It may be put off once, for a reason, by at most half as long again as it had; an
immediate one never. What is not verified by its day is overdue.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import reduce
from typing import TypeAlias

import msgspec

from duediligence.improvement import Action, ImprovementPlan, Status
from risk_models.remedies import Library, Priority

URGENT = (Priority.P0, Priority.P1)
"""Classes of action whose delay lifts the band."""


class _Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag=str.lower):
    """Something that was done about one action."""

    inside: bool = True  # by somebody of the firm; otherwise by a reviewer


class Agreed(_Step, frozen=True, kw_only=True):
    """Somebody takes the action on."""

    owner: str  # a role of the remedies library, never a name


class EvidenceSent(_Step, frozen=True, kw_only=True):
    """The firm says it is done, and what shows it."""

    evidence: str
    files: tuple[str, ...] = ()  # ids of documents of the firm


class WorkersConfirmed(_Step, frozen=True, kw_only=True):
    """Workers were asked, in confidence, and bear it out; only how many, never who."""

    people: int


class Verified(_Step, frozen=True, kw_only=True):
    """A second person has looked and agrees."""


class Reopened(_Step, frozen=True, kw_only=True):
    """It is not done after all."""


class PutOff(_Step, frozen=True, kw_only=True):
    """Its day is moved."""

    due: date


AnyStep: TypeAlias = Agreed | EvidenceSent | WorkersConfirmed | Verified | Reopened | PutOff


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """One step as it was taken."""

    remedy: str
    step: AnyStep
    by: str
    at: datetime
    reason: str = ""


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """One action and how far it has come."""

    action: Action
    status: Status
    owner: str
    due: date
    put_off: bool
    evidence: str
    files: tuple[str, ...]  # that go with the evidence
    senders: tuple[str, ...]  # who reported it as done since it was last reopened
    workers: int | None  # who confirmed it; None where none were asked
    inside: bool  # verified by the firm itself, not by a reviewer
    history: tuple[Done, ...]

    @property
    def responsible(self) -> str:
        """The role that took it on; before anybody did, the one that the library puts first."""
        return self.owner or self.action.owners[0]

    def urgent_and_late(self, today: date) -> bool:
        """Return whether its delay lifts the band."""
        return self.action.priority in URGENT and self.late(today)

    def late(self, today: date) -> bool:
        """Return whether its day has passed without a verified closure."""
        return self.status is not Status.VERIFIED and self.due < today


def worked(plan: ImprovementPlan, done: Iterable[Done]) -> tuple[Worked, ...]:
    """Return every action of a plan with how far it has come, in the order of the plan."""
    steps: dict[str, list[Done]] = {}
    for one in done:
        steps.setdefault(one.remedy, []).append(one)
    return tuple(reduce(after, steps.get(action.remedy, ()), _untouched(action)) for action in plan.actions)


def after(one: Worked, done: Done) -> Worked:
    """Return an action as it stands after one step more; whether the step may be taken is not asked here."""
    change = msgspec.structs.replace
    one = change(one, history=(*one.history, done))
    match done.step:
        case Agreed(owner=owner):
            return change(one, status=Status.AGREED, owner=owner)
        case EvidenceSent(evidence=evidence, files=files):
            senders = tuple(dict.fromkeys((*one.senders, done.by)))
            return change(one, status=Status.EVIDENCE_SENT, evidence=evidence, files=files, senders=senders)
        case WorkersConfirmed(people=people):
            return change(one, workers=people)
        case Verified(inside=inside):
            return change(one, status=Status.VERIFIED, inside=inside)
        case Reopened():
            return change(one, status=Status.REOPENED, senders=(), workers=None, inside=False)
        case PutOff(due=due):
            return change(one, due=due, put_off=True)


def room(one: Worked, begun: date, today: date) -> tuple[date, date] | None:
    """Return the first and the last day to which an action can be put off, None where it cannot.

    Args:
        one: the action.
        begun: the day from which the times of its plan run.
        today: no day that has passed is offered.
    """
    if one.action.priority is Priority.P0 or one.put_off:
        return None
    first = max(one.due + timedelta(days=1), today)
    last = one.due + (one.due - begun) / 2
    return (first, last) if first <= last else None


def needs_workers(one: Worked, library: Library) -> bool:
    """Return whether workers must confirm an action before it can be closed."""
    touching: Mapping[str, bool] = {remedy.id: remedy.touches_workers for remedy in library.remedies}
    return touching.get(one.action.remedy, False)


def _untouched(action: Action) -> Worked:
    return Worked(
        action=action,
        status=Status.DRAFT,
        owner="",
        due=action.due,
        put_off=False,
        evidence="",
        files=(),
        senders=(),
        workers=None,
        inside=False,
        history=(),
    )
