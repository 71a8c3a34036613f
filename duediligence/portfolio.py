"""The choice among the actions of a plan when staff days, money or time are short.

Immediate actions (P0), and what they wait for, are always chosen; no limit ever
drops one. The rest is an integer programme, solved to the optimum in this order:

    1  the most answers of class P0 answered, then of P1, of P2, of P3
    2  the greatest relief, in score points
    3  the most actions; among equals, those whose ids come first

An answer is answered when every containment, remedy and system action that the
plan holds for it is chosen. Its relief is what its control, once met, would take
away from the inherent risk at the present confidence:

    relief = inherent * 70 % * confidence * weight * (1 - credit) / sum of weights

Signs of coercion have no share in step 2: a floor falls only with the last sign
that holds it up, and step 1 sees to those. Nothing is chosen before what it
waits for, no cause before the harm of the same answer is stopped and made good,
and nothing is verified before one of its answers is answered.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import msgspec
import numpy as np
from numpy.typing import NDArray

from duediligence.assessment import Assessment, assess, layout
from duediligence.improvement import Action, Gap, ImprovementPlan, gaps
from questionnaires.response import Answer
from risk_models import catalogue
from risk_models.counterfactual import favourable
from risk_models.model import Element
from risk_models.profile import RiskProfile
from risk_models.remedies import Kind, Library, Priority, Remedy

VERIFIED_CLOSURE = "only_verified_closure"
"""The key of the sentence that every projection carries: only verified closure can make it true."""

_HARM = (Kind.CONTAIN, Kind.REMEDY)
_SOLVER_TOLERANCE = 1e-6
_TOUCHED = 1e-3


class Limit(StrEnum):
    """What a choice of actions can run up against."""

    STAFF_DAYS = "staff_days"
    BUDGET = "budget"
    UNTIL = "until"


class Limits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a firm can spend on one plan; None sets no limit."""

    staff_days: float | None = None
    budget: float | None = None  # manat
    until: date | None = None  # inclusive; an action due later does not fit


class LeftOut(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One action that was not chosen, and why."""

    action: Action
    limits: tuple[Limit, ...]  # each of which, lifted alone, would bring it in; empty where several would have to be
    waits_for: tuple[str, ...]  # remedies left out as well that would have to come first


class Coverage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answers of one class, by whether the chosen actions answer them."""

    priority: Priority
    answered: tuple[str, ...]
    unanswered: tuple[str, ...]  # among them those for which the plan holds nothing


class Portfolio(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The best choice of actions within the limits, in the order of the plan."""

    chosen: tuple[Action, ...]
    left_out: tuple[LeftOut, ...]
    staff_days: float  # of what is chosen
    budget: float  # manat, of what is chosen and has a known outlay
    unknown_budget: tuple[str, ...]  # chosen remedies whose outlay depends on what is owed; not in `budget`
    coverage: tuple[Coverage, ...]  # from P0 to P3
    relief: float  # score points
    binding: tuple[Limit, ...]  # each of which, lifted alone, would allow a better choice
    exceeded: tuple[Limit, ...]  # by the immediate actions alone, which are chosen all the same


class Projection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an assessment would say if chosen actions had worked: a projection, never a result.

    A band falls only after verified closure, and `condition` is the key of the
    sentence that says so.
    """

    condition: str = VERIFIED_CLOSURE
    changed: tuple[str, ...]  # questions whose answer would be favourable
    unchanged: tuple[str, ...]  # questions fully acted on whose favourable answer cannot be named
    residual_before: float  # 0 to 100
    residual_after: float  # 0 to 100
    band_before: str
    band_after: str


@dataclass(frozen=True, slots=True)
class _Choice:
    """What there is to choose from; every mapping is by remedy or by question."""

    actions: Mapping[str, Action]  # in the order of their ids
    remedies: Mapping[str, Remedy]
    first: Mapping[str, frozenset[str]]  # what must be chosen for an action to be
    needs: Mapping[str, frozenset[str]]  # what must be chosen for an answer to be answered
    classes: Mapping[str, Priority]
    relief: Mapping[str, float]
    forced: frozenset[str]

    def answered(self, chosen: Collection[str]) -> list[str]:
        """Return the questions that `chosen` answers."""
        return [question for question, needed in self.needs.items() if needed.issubset(chosen)]

    def worth(self, chosen: Collection[str]) -> tuple[float, ...]:
        """Return what the optimum is the lexicographic maximum of."""
        answered = self.answered(chosen)
        counts = [sum(self.classes[question] is priority for question in answered) for priority in Priority]
        return (*counts, round(sum(self.relief[question] for question in answered), 6), len(chosen))

    def staff_days(self, chosen: Iterable[str]) -> float:
        """Return the days of work that `chosen` takes."""
        return sum(self.remedies[id_].staff_days for id_ in chosen)

    def budget(self, chosen: Iterable[str]) -> float:
        """Return the known outlay of `chosen`, in manat."""
        return sum(self.remedies[id_].budget_tmt or 0.0 for id_ in chosen)

    def broken(self, chosen: Collection[str], limits: Limits) -> tuple[Limit, ...]:
        """Return the limits that `chosen` exceeds."""
        last = max((self.actions[id_].due for id_ in chosen), default=date.min)
        over = {
            Limit.STAFF_DAYS: limits.staff_days is not None and self.staff_days(chosen) > limits.staff_days,
            Limit.BUDGET: limits.budget is not None and self.budget(chosen) > limits.budget,
            Limit.UNTIL: limits.until is not None and last > limits.until,
        }
        return tuple(limit for limit, exceeded in over.items() if exceeded)


def optimise(plan: ImprovementPlan, library: Library, profile: RiskProfile, limits: Limits) -> Portfolio:
    """Return the best choice among the actions of a plan.

    Args:
        plan: as drafted for `profile`.
        library: the remedies that the plan names.
        profile: gives the class and the relief of each answer.
        limits: what the firm can spend.

    Raises:
        KeyError: the plan names a remedy that the library does not have.
        UnknownModel: the rule set of the profile is not in its library.
    """
    choice = _choice(plan, library, profile)
    chosen = _solve(choice, limits)
    tight = choice.broken(choice.actions.keys(), limits) if len(chosen) < len(choice.actions) else ()
    lifted = {limit: _solve(choice, msgspec.structs.replace(limits, **{limit.value: None})) for limit in tight}
    answered = set(choice.answered(chosen))
    return Portfolio(
        chosen=tuple(action for action in plan.actions if action.remedy in chosen),
        left_out=tuple(
            LeftOut(
                action=action,
                limits=tuple(limit for limit, other in lifted.items() if action.remedy in other),
                waits_for=tuple(sorted(choice.first[action.remedy] - chosen)),
            )
            for action in plan.actions
            if action.remedy not in chosen
        ),
        staff_days=choice.staff_days(chosen),
        budget=choice.budget(chosen),
        unknown_budget=tuple(id_ for id_ in sorted(chosen) if choice.remedies[id_].budget_tmt is None),
        coverage=tuple(_coverage(choice, priority, answered) for priority in Priority),
        relief=sum(choice.relief[question] for question in answered),
        binding=tuple(limit for limit, other in lifted.items() if choice.worth(other) > choice.worth(chosen)),
        exceeded=choice.broken(choice.forced, limits),
    )


def project(assessment: Assessment, plan: ImprovementPlan, chosen: Collection[str]) -> Projection:
    """Return what the assessment would say if the chosen actions had worked.

    An answer turns favourable when every containment, remedy and system action
    that the plan holds for it is chosen; it keeps its present evidence. What is
    merely a circumstance stays, and so does what nobody knows of coercion: that
    has to be found out first.

    Args:
        assessment: the one that the plan was drafted for.
        plan: what there is to do.
        chosen: remedies of the plan.

    Raises:
        UnknownModel: the rule set of the assessment is not in the library.
    """
    found = [gap for gap in gaps(assessment.profile) if gap.coercion or gap.element is Element.CONTROL]
    needs = _needs(plan)
    met = [gap.question for gap in found if gap.question in needs and needs[gap.question].issubset(chosen)]
    versions = assessment.versions
    rules = layout(versions.model, versions.model_version, assessment.on)
    answers = dict(assessment.response.answers)
    for id_ in met:
        value = favourable(rules.codebook.questions[rules.codebook.row[id_]], rules.changes[id_])
        if value is not None:
            answers[id_] = msgspec.structs.replace(answers.get(id_, Answer()), value=value, missing=None)
    response = msgspec.structs.replace(assessment.response, answers=answers)
    after = assess(response, assessment.on, review=assessment.review, overdue=assessment.overdue).profile
    left = {gap.question for gap in gaps(after)}
    return Projection(
        changed=tuple(id_ for id_ in met if id_ not in left),
        unchanged=tuple(id_ for id_ in met if id_ in left),
        residual_before=assessment.profile.residual,
        residual_after=after.residual,
        band_before=assessment.profile.band,
        band_after=after.band,
    )


def _needs(plan: ImprovementPlan) -> dict[str, frozenset[str]]:
    """Return the containment, remedy and system actions that each answer needs."""
    needs: dict[str, set[str]] = {}
    for action in plan.actions:
        for question in action.questions if action.kind is not Kind.VERIFY else ():
            needs.setdefault(question, set()).add(action.remedy)
    return {question: frozenset(needed) for question, needed in needs.items()}


def _choice(plan: ImprovementPlan, library: Library, profile: RiskProfile) -> _Choice:
    actions = {action.remedy: action for action in sorted(plan.actions, key=lambda action: action.remedy)}
    remedies = {remedy.id: remedy for remedy in library.remedies}
    found = {gap.question: gap for gap in gaps(profile)}
    needs = _needs(plan)
    first = {id_: _first(action, actions) for id_, action in actions.items()}
    forced = {id_ for id_, action in actions.items() if action.priority is Priority.P0}
    while more := {id_ for one in forced for id_ in first[one]} - forced:
        forced |= more
    return _Choice(
        actions=actions,
        remedies={id_: remedies[id_] for id_ in actions},
        first=first,
        needs={question: needed for question, needed in needs.items() if question in found},
        classes={id_: gap.priority for id_, gap in found.items() if id_ in needs or gap.element is not Element.CONTEXT},
        relief=_relief(profile, found),
        forced=frozenset(forced),
    )


def _first(action: Action, actions: Mapping[str, Action]) -> frozenset[str]:
    """Return what comes before an action: what it waits for, and before a cause the harm it did."""
    harm: set[str] = set()
    if action.kind is Kind.SYSTEM:
        harm = {
            id_
            for id_, one in actions.items()
            if one.kind in _HARM and not set(one.questions).isdisjoint(action.questions)
        }
    return frozenset(harm.union(id_ for id_ in action.after if id_ in actions))


def _relief(profile: RiskProfile, found: Mapping[str, Gap]) -> dict[str, float]:
    """Return the score points that each control, once met, would add to those taken away."""
    share = catalogue.load(profile.model, profile.version).figures["relief_max"].value / 100
    whole = sum(part.weight for part in profile.controls)
    points = {
        part.question: profile.inherent * share * profile.confidence * part.weight * (1 - part.credit) / whole
        for part in profile.controls
    }
    return {question: points.get(question, 0.0) for question in found}


def _solve(choice: _Choice, limits: Limits) -> frozenset[str]:
    """Return the remedies of the best choice, the forced ones among them."""
    free = _within_reach(choice, limits.until)
    open_ = [
        question
        for question, needed in choice.needs.items()
        if needed <= choice.forced.union(free) and not needed <= choice.forced
    ]
    column = {name: number for number, name in enumerate([*free, *open_])}
    rows, most = _rows(choice, limits, free, open_)
    everything = np.ones(len(column))
    best = everything if (rows @ everything <= most).all() else np.zeros(len(column))
    for goal in _goals(choice, free, open_):
        if goal @ best < goal.sum():
            best = _maximum(goal, rows, most, whole=len(free))
        rows, most = np.vstack([rows, -goal]), np.append(most, _SOLVER_TOLERANCE - goal @ best)
    return choice.forced.union(id_ for id_ in free if best[column[id_]] > 1 / 2)


def _within_reach(choice: _Choice, until: date | None) -> list[str]:
    """Return the actions that are free to be chosen: due in time, as is all that comes before them."""
    free = {
        id_
        for id_, action in choice.actions.items()
        if id_ not in choice.forced and (until is None or action.due <= until)
    }
    while stuck := {id_ for id_ in free if not choice.first[id_] <= free | choice.forced}:
        free -= stuck
    return sorted(free)


def _rows(
    choice: _Choice, limits: Limits, free: list[str], open_: list[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the constraints `rows @ (actions, answers) <= most`."""
    column = {name: number for number, name in enumerate([*free, *open_])}
    least = [({id_: 1.0, one: -1.0}, 0.0) for id_ in free for one in choice.first[id_] if one in column]
    least += [
        ({question: 1.0, one: -1.0}, 0.0) for question in open_ for one in choice.needs[question] if one in column
    ]
    least += [
        ({id_: 1.0, **dict.fromkeys(set(open_).intersection(choice.actions[id_].questions), -1.0)}, 0.0)
        for id_ in free
        if choice.actions[id_].kind is Kind.VERIFY and not _settled(choice, choice.actions[id_])
    ]
    if limits.staff_days is not None:
        left = limits.staff_days - choice.staff_days(choice.forced)
        least.append(({id_: choice.remedies[id_].staff_days for id_ in free}, max(left, 0.0)))
    if limits.budget is not None:
        left = limits.budget - choice.budget(choice.forced)
        least.append(({id_: choice.remedies[id_].budget_tmt or 0.0 for id_ in free}, max(left, 0.0)))
    rows = np.zeros((len(least), len(column)))
    for number, (factors, _) in enumerate(least):
        for name, factor in factors.items():
            rows[number, column[name]] = factor
    return rows, np.array([most for _, most in least])


def _settled(choice: _Choice, action: Action) -> bool:
    """Return whether one of the answers is answered whatever else is chosen, or calls for no other action."""
    return any(choice.needs.get(question, frozenset()) <= choice.forced for question in action.questions)


def _goals(choice: _Choice, free: list[str], open_: list[str]) -> list[NDArray[np.float64]]:
    """Return what is maximised, in order."""
    none = np.zeros(len(free))
    goals = [
        np.append(none, [float(choice.classes[question] is priority) for question in open_]) for priority in Priority
    ]
    earlier = np.arange(len(free), 0, -1) / (len(free) + 1) ** 2
    relief = [choice.relief[question] for question in open_]
    return [*goals, np.append(none, relief), np.append(1 + earlier, np.zeros(len(open_)))]


def _maximum(
    goal: NDArray[np.float64], rows: NDArray[np.float64], most: NDArray[np.float64], *, whole: int
) -> NDArray[np.float64]:
    """Return the best point of zeros and ones.

    Only the first `whole` entries are asked to be whole: an answer above nothing
    may be raised to 1. Made exact, since the next goal starts from this one's edge.
    """
    # A second of start and 40 MB that most processes never need.
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415

    integral = (np.arange(goal.size) < whole).astype(np.int8)
    for presolve in (True, False):  # the presolve of HiGHS at times calls a narrow edge empty
        found = milp(
            -goal,
            constraints=LinearConstraint(rows, ub=most),
            integrality=integral,
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0.0, "presolve": presolve},
        )
        if found.x is not None:
            break
    assert found.x is not None  # to choose nothing is always allowed
    return (found.x > np.where(integral == 1, 1 / 2, _TOUCHED)).astype(np.float64)


def _coverage(choice: _Choice, priority: Priority, answered: Collection[str]) -> Coverage:
    questions = [question for question, found in choice.classes.items() if found is priority]
    return Coverage(
        priority=priority,
        answered=tuple(question for question in questions if question in answered),
        unanswered=tuple(question for question in questions if question not in answered),
    )
