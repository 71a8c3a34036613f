"""Screening a partner: fifteen steps, and a decision by two people.

    open_screening -> mark, mark, mark ... -> propose -> confirm -> decided
                         ^                       |           |
                         +-----------------------+-----------+   the second person disagrees

A screening is a value; each function returns a new one, or every problem with what
was asked of it. Nothing in it is changed or deleted: a later mark stands in the
place of an earlier one, and a proposal that was not agreed to stays on file.

After a "hold" the looking goes on, and another decision takes its place.

A step that was not possible says why, and calls for the conditions that its
content names: what nobody could look at is not passed over. Whoever marks a step
may call for more. A plain "go" is not to be had while a condition is called for.

Every outcome is a decision about doing business. None says how people are treated.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeAlias

import msgspec

from duediligence.chain.clause import Suggestion, conditions, suggested
from duediligence.chain.screening_steps import Outcome, Phase, Step, StepState, Trigger, steps
from duediligence.validity import later
from duediligence.words import problem
from questionnaires import privacy
from questionnaires import words as wording
from questionnaires.problem import Problem
from questionnaires.text import LANGUAGES, Text, say
from risk_models.parameter import Parameter

LONGEST = 2000
"""The most characters of a reason or of what proves a step."""

_CARRY, _TOLD = "carry", "told"
_GOING = (Outcome.GO, Outcome.CONDITIONS)
_HUNDRED = 100


class Risk(StrEnum):
    """How soon a partner is looked at again."""

    HIGH = "high"
    OTHER = "other"


class Mark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What somebody noted of one step."""

    step: str
    state: StepState
    proof: str = ""  # what shows that it was done
    reason: str = ""  # why it was not possible, or is open again
    files: tuple[str, ...] = ()  # ids of documents of the buyer
    calls_for: tuple[str, ...] = ()  # ids of conditions, because of what was found
    by: str
    on: date


class Imposed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One condition of a decision: from the list, in somebody's own words, or both."""

    condition: str = ""
    words: str = ""
    due: date | None = None


class Proposal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What one person proposes, and why."""

    outcome: Outcome
    reason: str
    conditions: tuple[Imposed, ...] = ()  # of "go with conditions"
    until: date | None = None  # of "hold": when it is looked at again
    why_told: str = ""  # of "no": what the partner is told
    path: str = ""  # of "no": what would change the answer
    by: str
    on: date


class Second(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a second person says of a proposal, and why."""

    agrees: bool
    reason: str
    by: str
    on: date


class Attempt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A proposal, and the answer to it once there is one."""

    proposal: Proposal
    second: Second | None = None


class Screening(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One look at one party by one buyer."""

    party: str
    risk: Risk
    opened: date
    opened_by: str
    marks: tuple[Mark, ...] = ()  # in the order in which they were made
    attempts: tuple[Attempt, ...] = ()

    @property
    def waiting(self) -> Proposal | None:
        """The proposal that waits for a second person."""
        last = self.attempts[-1] if self.attempts else None
        return last.proposal if last and last.second is None else None

    @property
    def decision(self) -> Attempt | None:
        """What two people have agreed on last."""
        agreed = [attempt for attempt in self.attempts if attempt.second and attempt.second.agrees]
        return agreed[-1] if agreed else None

    @property
    def closed(self) -> bool:
        """Whether it is decided for good; after a "hold" the looking goes on."""
        return self.decision is not None and self.decision.proposal.outcome is not Outcome.HOLD


Looked: TypeAlias = Screening | tuple[Problem, ...]
"""The screening after a step, or everything that keeps the step from being taken."""


class Happened(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What has come to be known of a partner since it was decided on."""

    new_owner: bool = False
    new_broker: bool = False  # or labour provider
    price_before: float | None = None  # for the same work, in TMT
    price_now: float | None = None
    incident: bool = False
    harvests: bool = False  # it grows, picks, gins or buys what is harvested, or supplies people for it


def open_screening(party: str, risk: Risk, *, by: str, on: date) -> Screening:
    """Return a screening in which every step is open."""
    return Screening(party=party, risk=risk, opened=on, opened_by=by)


def standing(screening: Screening) -> dict[str, StepState]:
    """Return how far every step has come that this screening needs, in their order.

    The decision is done once two people agree. Carrying conditions into a
    contract is needed only where business goes on, telling why only after a "no".
    """
    latest = latest_marks(screening)
    found = {name: latest[name].state if name in latest else StepState.OPEN for name in _needed(screening)}
    if screening.decision:
        found |= {name: StepState.DONE for name, step in steps().items() if step.phase is Phase.DECIDING}
    return found


def latest_marks(screening: Screening) -> dict[str, Mark]:
    """Return the mark that stands for each step, by its id."""
    return {mark.step: mark for mark in screening.marks}


def called_for(screening: Screening) -> tuple[str, ...]:
    """Return the ids of the conditions that the steps call for, in the order of the list."""
    latest, wanted = latest_marks(screening), set[str]()
    for name, step in steps().items():
        if name in latest:
            wanted |= set(latest[name].calls_for)
            wanted |= set(step.otherwise) if latest[name].state is StepState.NOT_POSSIBLE else set()
    return tuple(name for name in conditions() if name in wanted)


def mark(screening: Screening, made: Mark) -> Looked:
    """Return the screening with one step marked, or every problem with the mark."""
    if problems := tuple(_faults_of_mark(screening, made)):
        return problems
    return msgspec.structs.replace(screening, marks=(*screening.marks, made))


def propose(screening: Screening, proposal: Proposal) -> Looked:
    """Return the screening with a proposal that waits for a second person, or every problem with it.

    It takes the place of one that still waits.
    """
    if screening.closed:
        return (problem("SCREENING_DECIDED", "screening"),)
    if problems := tuple(_faults_of_proposal(screening, proposal)):
        return problems
    return msgspec.structs.replace(screening, attempts=(*screening.attempts, Attempt(proposal=proposal)))


def confirm(screening: Screening, second: Second) -> Looked:
    """Return the screening with the second person's answer, or every problem with it.

    Where the second person agrees, it is decided; otherwise somebody proposes again. What has been
    marked since the proposal counts: one that no longer fits cannot be agreed to.
    """
    if screening.closed:
        return (problem("SCREENING_DECIDED", "screening"),)
    if (proposal := screening.waiting) is None:
        return (problem("SCREENING_NOTHING_PROPOSED", "screening"),)
    problems = [*_wanted("REASON_MISSING", "reason", second.reason), *faults_of_words({"reason": second.reason})]
    if second.by == proposal.by:
        problems.append(problem("SCREENING_SAME_PERSON", "by"))
    if second.agrees:
        problems.extend(_faults_of_proposal(screening, proposal))
    if problems:
        return tuple(problems)
    answered = Attempt(proposal=proposal, second=second)
    return msgspec.structs.replace(screening, attempts=(*screening.attempts[:-1], answered))


def clauses(screening: Screening) -> Suggestion | None:
    """Return the model clauses for a contract under the decision; None where no business is decided on."""
    decision = screening.decision
    if decision is None or decision.proposal.outcome not in _GOING:
        return None
    return suggested([imposed.condition for imposed in decision.proposal.conditions])


def rescreen_on(screening: Screening, parameters: Mapping[str, Parameter]) -> date | None:
    """Return the day on which the partner is looked at again; None while undecided and after a "no".

    Raises:
        NotInForce: the number of months has no value on the day of the decision.
    """
    if (decision := screening.decision) is None or decision.second is None:
        return None
    if decision.proposal.outcome is Outcome.HOLD:
        return decision.proposal.until
    if decision.proposal.outcome is Outcome.NO:
        return None
    name = "screening.months_high" if screening.risk is Risk.HIGH else "screening.months_other"
    return later(decision.second.on, int(parameters[name].on(decision.second.on)))


def triggered(
    screening: Screening, happened: Happened, parameters: Mapping[str, Parameter], on: date
) -> tuple[Trigger, ...]:
    """Return what calls for a new screening before its day; nothing where no business is decided on.

    A harvest calls for one where it has begun since the decision and is not over.

    Raises:
        NotInForce: a figure that is needed has no value on the day.
    """
    decision = screening.decision
    if decision is None or decision.second is None or decision.proposal.outcome not in _GOING:
        return ()
    holds = {
        Trigger.NEW_OWNER: happened.new_owner,
        Trigger.NEW_BROKER: happened.new_broker,
        Trigger.PRICE_FALL: _fell(happened, parameters["screening.price_fall"].on(on)),
        Trigger.INCIDENT: happened.incident,
        Trigger.HARVEST: happened.harvests and _harvest_since(decision.second.on, parameters, on),
    }
    return tuple(trigger for trigger, held in holds.items() if held)


def faults_of_words(words: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what is too long, and what may point to a person."""
    for where, said in words.items():
        if len(said) > LONGEST:
            yield wording.problem("TEXT_TOO_LONG", where=where, longest=LONGEST, length=len(said))
        for trait in privacy.traits(said):
            yield wording.problem("MAY_NAME_A_PERSON", where=where, trait=trait.label)


def _fell(happened: Happened, most: float) -> bool:
    """Return whether the price fell by more than `most` percent."""
    before, now = happened.price_before, happened.price_now
    if before is None or now is None:
        return False
    return _HUNDRED * (before - now) > most * before


def _harvest_since(decided: date, parameters: Mapping[str, Parameter], on: date) -> bool:
    first, last = (int(parameters[f"season.cotton_{end}_month"].on(on)) for end in ("first", "last"))
    return first <= on.month <= last and decided < date(on.year, first, 1)


def _needed(screening: Screening) -> Iterator[str]:
    """Yield the steps that a screening needs, in their order."""
    outcome = screening.decision.proposal.outcome if screening.decision else None
    for name, step in steps().items():
        afterwards = (name == _CARRY and outcome in _GOING) or (name == _TOLD and outcome is Outcome.NO)
        if step.phase is not Phase.AFTERWARDS or afterwards:
            yield name


def _faults_of_mark(screening: Screening, made: Mark) -> Iterator[Problem]:
    step = steps().get(made.step)
    if step is None:
        yield problem("SCREENING_STEP_UNKNOWN", "step")
    else:
        yield from _faults_of_moment(screening, step)
    if made.state is StepState.DONE:
        yield from _wanted("SCREENING_PROOF_MISSING", "proof", made.proof)
    else:
        yield from _wanted("REASON_MISSING", "reason", made.reason)
    yield from (
        problem("SCREENING_CONDITION_UNKNOWN", "calls_for") for one in made.calls_for if one not in conditions()
    )
    yield from faults_of_words({"proof": made.proof, "reason": made.reason})


def _faults_of_moment(screening: Screening, step: Step) -> Iterator[Problem]:
    """Yield what is wrong with taking a step now."""
    match step.phase:
        case Phase.LOOKING if screening.closed:
            yield problem("SCREENING_DECIDED", "step")
        case Phase.DECIDING:
            yield problem("SCREENING_STEP_BY_DECIDING", "step")
        case Phase.AFTERWARDS if step.id not in _needed(screening):
            yield problem("SCREENING_STEP_TOO_EARLY", "step")


def _faults_of_proposal(screening: Screening, proposal: Proposal) -> Iterator[Problem]:
    yield from _wanted("REASON_MISSING", "reason", proposal.reason)
    words = {"reason": proposal.reason, "why_told": proposal.why_told, "path": proposal.path}
    words |= {f"conditions.{number}": one.words for number, one in enumerate(proposal.conditions)}
    yield from faults_of_words(words)
    if proposal.conditions and proposal.outcome is not Outcome.CONDITIONS:
        yield problem("SCREENING_CONDITIONS_NOT_WANTED", "conditions")
    match proposal.outcome:
        case Outcome.GO | Outcome.CONDITIONS:
            yield from _faults_of_going(screening, proposal)
        case Outcome.HOLD:
            if proposal.until is None or proposal.until <= proposal.on:
                yield problem("SCREENING_HOLD_WITHOUT_DAY", "until")
        case Outcome.NO:
            yield from _wanted("SCREENING_WHY_MISSING", "why_told", proposal.why_told)
            yield from _wanted("SCREENING_PATH_MISSING", "path", proposal.path)


def _faults_of_going(screening: Screening, proposal: Proposal) -> Iterator[Problem]:
    """Yield what keeps business from being proposed: open steps, and conditions that are called for and left out."""
    states = standing(screening)
    left = [step for step in steps().values() if step.phase is Phase.LOOKING and states[step.id] is StepState.OPEN]
    if left:
        yield problem("SCREENING_STEPS_OPEN", "steps", steps=_listed(step.title for step in left))
    if proposal.outcome is Outcome.CONDITIONS and not proposal.conditions:
        yield problem("SCREENING_CONDITIONS_MISSING", "conditions")
    for number, one in enumerate(proposal.conditions):
        if one.condition and one.condition not in conditions():
            yield problem("SCREENING_CONDITION_UNKNOWN", f"conditions.{number}")
        if not one.condition and not one.words.strip():
            yield problem("SCREENING_CONDITION_EMPTY", f"conditions.{number}")
    imposed = {one.condition for one in proposal.conditions}
    for name in called_for(screening):
        if name not in imposed:
            yield problem("SCREENING_CONDITION_LEFT_OUT", "conditions", condition=conditions()[name].words)


def _listed(titles: Iterable[Text]) -> Text:
    """Return several titles as one text, a comma between them."""
    found = tuple(titles)
    return {language: ", ".join(say(title, language) for title in found) for language in LANGUAGES}


def _wanted(code: str, where: str, words: str) -> Iterator[Problem]:
    if not words.strip():
        yield problem(code, where)
