"""The improvement plan of a firm: what has to be done about its answers, by whom and by when.

Each answer that calls for action is a gap. Its class says how soon it must be met:

    P0  a zero-tolerance answer; any medium or strong sign of coercion when both
        sides of the two-part test are met (pattern C)
    P1  a critical answer; a medium or strong sign of coercion (pattern B)
    P2  another medium sign, among them what is merely not known
    P3  the rest

    containment   P0 and P1, where coercion was reported
    remedy        where coercion was reported, for then people were harmed
    system        always: the cause
    verification  always: nothing else closes an action

An action takes the most urgent class among its gaps and its own in the library,
but causes and verification are never P0: that class promises a stop and
redress. Where the library allows more days than the class, they stand, and a
first part is due within those of the class. Inside a class the order is by
severity, then likelihood, then the number of answers, and cost only breaks ties.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import get_args

import msgspec

from duediligence.errors import PaperFix
from risk_models import catalogue
from risk_models.model import COERCION, STRENGTHS, Element, Gravity, Reading
from risk_models.profile import RiskProfile, SignPart
from risk_models.remedies import Cost, Kind, Library, Priority, Remedy, choose

_SEVERITY = tuple(Gravity)
_LIKELIHOOD = ("unanswered", "not_known", "partly", "adverse")
_REPORTED = ("partly", "adverse")
_COSTS = get_args(Cost)
_MEDIUM, _STRONG = 2, 3


class Status(StrEnum):
    """How far one action has come; only `verified` closes it."""

    DRAFT = "draft"
    AGREED = "agreed"
    IN_PROGRESS = "in_progress"
    EVIDENCE_SENT = "evidence_sent"
    UNDER_REVIEW = "under_review"
    VERIFIED = "verified"
    OVERDUE = "overdue"
    REOPENED = "reopened"


class Action(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One thing to do, and the answers that call for it."""

    remedy: str  # id in the remedies library
    kind: Kind
    priority: Priority
    owners: tuple[str, ...]  # roles, the first one leads
    questions: tuple[str, ...]  # whose answers call for it
    indicators: tuple[str, ...]  # to which these answers point
    start: date | None  # the day by which a first part must stand; None where the whole falls due by then
    due: date
    after: tuple[str, ...]  # remedies of the same plan that come first
    status: Status = Status.DRAFT


class ImprovementPlan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The actions that one assessment calls for, the gravest first, none before what it waits for."""

    begun: date
    version: str  # of the remedies library
    protocol: bool  # the case protocol comes before any action
    actions: tuple[Action, ...]
    find_out: tuple[str, ...] = ()  # questions to which nobody has the answer yet


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """One answer that calls for action."""

    question: str
    element: Element
    gravity: Gravity
    outcome: str  # adverse, partly, not_known or, of a control, unanswered
    strength: int  # of its strongest sign as it counts here: 0 none, 1 weak to 3 strong
    priority: Priority
    indicators: tuple[str, ...]  # to which it points
    notable: tuple[str, ...]  # of these, the ones to which it is a medium or strong sign of coercion

    @property
    def reported(self) -> bool:
        """Whether the firm says so itself, be it in part."""
        return self.outcome in _REPORTED

    @property
    def coercion(self) -> bool:
        """Whether it speaks of coercion and was reported: then people were harmed."""
        return self.reported and self.element in COERCION

    @property
    def grave(self) -> bool:
        """Whether rules and training alone can never answer it."""
        return self.reported and (self.gravity is Gravity.ZERO_TOLERANCE or self.strength == _STRONG)


def gaps(profile: RiskProfile) -> tuple[Gap, ...]:
    """Return every answer that calls for action, in the order of the rule set.

    An answer that was declined calls for none. A control without an answer is
    one that nobody has shown; a sign without an answer is no sign.

    Raises:
        UnknownModel: the rule set of the profile is not in the library.
    """
    signs: dict[str, dict[str, SignPart]] = {}
    for finding in profile.findings:
        for sign in (*finding.signs, *finding.context):
            signs.setdefault(sign.question, {})[finding.indicator] = sign
    outcomes = {control.question: control.outcome for control in profile.controls}
    outcomes |= {question: sign.outcome for question, found in signs.items() for sign in found.values()}
    readings = catalogue.load(profile.model, profile.version).readings
    return tuple(
        _gap(reading, outcomes[reading.question], signs.get(reading.question, {}), profile.pattern)
        for reading in readings
        if outcomes.get(reading.question) in _LIKELIHOOD
    )


def draft(profile: RiskProfile, library: Library, begun: date) -> ImprovementPlan:
    """Return the plan that a profile calls for, each action once however many answers call for it.

    Args:
        profile: explained risk of one response.
        library: the remedies in force.
        begun: the day from which all times run.

    Raises:
        UnknownModel: the rule set of the profile is not in the library.
        PaperFix: the library has nothing but paper for a grave answer.
    """
    found = gaps(profile)
    causes: dict[str, list[Gap]] = {}
    for gap in found:
        for remedy in _called_for(library, gap):
            causes.setdefault(remedy.id, []).append(gap)
    remedies = {remedy.id: remedy for remedy in library.remedies if remedy.id in causes}
    actions = {id_: _action(library, remedies, remedy, causes[id_], begun) for id_, remedy in remedies.items()}
    ranked = sorted(actions.values(), key=lambda action: _rank(action, remedies[action.remedy], causes[action.remedy]))
    plan = ImprovementPlan(
        begun=begun,
        version=library.version,
        protocol=profile.pattern == "c" or any(gap.grave for gap in found),
        actions=tuple(_in_turn(ranked)),
        find_out=tuple(gap.question for gap in found if not gap.reported),
    )
    refuse_paper_fix(plan, found, library)
    return plan


def refuse_paper_fix(plan: ImprovementPlan, found: Iterable[Gap], library: Library) -> None:
    """Refuse a plan that answers a grave answer with paper alone, or not at all.

    A strong sign and a zero-tolerance answer are grave. Verification answers
    nothing by itself, so it does not count.

    Raises:
        PaperFix: names every question that is so answered.
    """
    paper = {remedy.id for remedy in library.remedies if remedy.paper}
    answered = {
        question
        for action in plan.actions
        if action.kind is not Kind.VERIFY and action.remedy not in paper
        for question in action.questions
    }
    if left := [gap.question for gap in found if gap.grave and gap.question not in answered]:
        raise PaperFix(
            f"The plan answers {', '.join(left)} with rules and training alone. "
            "These answers are grave: add an action that stops the harm, makes it good or changes the practice."
        )


def overdue(plan: ImprovementPlan, on: date, done: Collection[str] = ()) -> tuple[Action, ...]:
    """Return the actions that were due before `on` and are not closed, in the order of the plan.

    Args:
        plan: the plan as agreed.
        on: the day of the question; what falls due on it is still in time.
        done: remedies whose closure has been verified since.
    """
    return tuple(
        action
        for action in plan.actions
        if action.due < on and action.remedy not in done and action.status is not Status.VERIFIED
    )


def _gap(reading: Reading, outcome: str, signs: dict[str, SignPart], pattern: str) -> Gap:
    strengths = {indicator: 1 + STRENGTHS.index(sign.strength) for indicator, sign in signs.items()}
    strength = max(strengths.values(), default=0)
    coercion = reading.element in COERCION
    return Gap(
        question=reading.question,
        element=reading.element,
        gravity=reading.gravity,
        outcome=outcome,
        strength=strength,
        priority=_priority(reading, outcome, strength, pattern),
        indicators=tuple(strengths),
        notable=tuple(one for one, found in strengths.items() if coercion and found >= _MEDIUM),
    )


def _priority(reading: Reading, outcome: str, strength: int, pattern: str) -> Priority:
    """Return how soon one answer must be met, whatever actions meet it."""
    if reading.element is Element.CONTEXT:
        return Priority.P3
    reported = outcome in _REPORTED
    completes = reported and reading.element in COERCION and strength >= _MEDIUM
    if reported and (reading.gravity is Gravity.ZERO_TOLERANCE or (completes and pattern == "c")):
        return Priority.P0
    if completes or (reported and reading.gravity is Gravity.CRITICAL):
        return Priority.P1
    return Priority.P2 if strength >= _MEDIUM else Priority.P3


def _called_for(library: Library, gap: Gap) -> list[Remedy]:
    kinds = {Kind.SYSTEM, Kind.VERIFY}
    if gap.coercion:
        kinds.add(Kind.REMEDY)
        if gap.priority in (Priority.P0, Priority.P1):
            kinds.add(Kind.CONTAIN)
    grave = gap.coercion and gap.gravity is Gravity.ZERO_TOLERANCE
    return [one for one in choose(library, gap.question, gap.notable, zero_tolerance=grave) if one.kind in kinds]


def _action(library: Library, remedies: dict[str, Remedy], remedy: Remedy, causes: list[Gap], begun: date) -> Action:
    urgency = min(gap.priority for gap in causes)
    if remedy.kind in (Kind.SYSTEM, Kind.VERIFY):
        urgency = max(urgency, Priority.P1)
    priority = min(remedy.priority, urgency)
    days = _days(remedy, remedies)
    first = min(remedy.start_days or remedy.due_days, _allowed(library, remedy.kind, priority))
    return Action(
        remedy=remedy.id,
        kind=remedy.kind,
        priority=priority,
        owners=remedy.owners,
        questions=tuple(gap.question for gap in causes),
        indicators=tuple(dict.fromkeys(indicator for gap in causes for indicator in gap.indicators)),
        start=begun + timedelta(days=first) if first < days else None,
        due=begun + timedelta(days=days),
        after=tuple(id_ for id_ in remedy.after if id_ in remedies),
    )


def _days(remedy: Remedy, remedies: dict[str, Remedy]) -> int:
    """Return the days until a remedy is due, never fewer than those of what comes first."""
    first = (remedies[id_] for id_ in remedy.after if id_ in remedies)
    return max([remedy.due_days, *(_days(one, remedies) for one in first)])


def _allowed(library: Library, kind: Kind, priority: Priority) -> int:
    """Return the days within which a class wants at least a first part."""
    limits = library.priorities[priority]
    return limits.contain_days if kind is Kind.CONTAIN and limits.contain_days is not None else limits.due_days


def _rank(action: Action, remedy: Remedy, causes: list[Gap]) -> tuple[object, ...]:
    gravest = max((_SEVERITY.index(gap.gravity), gap.strength, _LIKELIHOOD.index(gap.outcome)) for gap in causes)
    worst_first = tuple(-part for part in (*gravest, len(causes)))
    return action.priority, worst_first, _COSTS.index(remedy.cost), action.due, action.remedy


def _in_turn(ranked: Iterable[Action]) -> Iterable[Action]:
    """Yield actions in their rank, each held back until what it waits for has come."""
    waiting = {action.remedy: action for action in ranked}
    while waiting:
        ready = next(action for action in waiting.values() if waiting.keys().isdisjoint(action.after))
        yield waiting.pop(ready.remedy)
