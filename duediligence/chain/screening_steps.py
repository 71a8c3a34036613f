"""The fifteen steps of a screening, and the words of its decision.

They are content (`texts/screening_steps.yaml`): what to do in each step, what
proves that it was done and who does it, and which conditions it calls for when it
was not possible.
"""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec

from duediligence.chain.clause import conditions
from questionnaires import content
from questionnaires.content import ContentError
from questionnaires.text import Text
from risk_models.labour_cost import Basis, Cover

_FILE = Path(__file__).parent.parent / "texts" / "screening_steps.yaml"


class Phase(StrEnum):
    """When a step is taken."""

    LOOKING = "looking"
    DECIDING = "deciding"
    AFTERWARDS = "afterwards"


class StepState(StrEnum):
    """How far a step has come."""

    OPEN = "open"
    DONE = "done"
    NOT_POSSIBLE = "not_possible"


class Outcome(StrEnum):
    """What is decided about doing business with a partner; never a statement about the partner."""

    GO = "go"
    CONDITIONS = "conditions"
    HOLD = "hold"
    NO = "no"


class Trigger(StrEnum):
    """What makes a partner be screened again before its day."""

    NEW_OWNER = "new_owner"
    NEW_BROKER = "new_broker"
    PRICE_FALL = "price_fall"
    INCIDENT = "incident"
    HARVEST = "harvest"


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the fifteen steps."""

    number: int
    id: str
    phase: Phase
    title: Text
    what: Text
    proof: Text
    who: Text
    otherwise: tuple[str, ...]  # conditions it calls for when it was not possible


class OutcomeWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a decision is called, and what it says and does not say; the two are shown together."""

    label: Text
    meaning: Text


class LabourCostWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said of a labour-cost test; a value in braces is filled in."""

    findings: dict[Cover, Text]
    too_long: Text
    bases: dict[Basis, Text]


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that is said of a screening."""

    steps: tuple[Step, ...]
    states: dict[StepState, Text]
    outcomes: dict[Outcome, OutcomeWords]
    triggers: dict[Trigger, Text]
    labour_cost: LabourCostWords


@cache
def read() -> Words:
    """Return the steps and words of a screening.

    Raises:
        ContentError: the file does not fit, a word is missing, or a step calls for a condition there is not.
    """
    words = content.read(_FILE, Words)
    kinds: tuple[type[StrEnum], ...] = (StepState, Outcome, Trigger, Cover, Basis)
    told: tuple[Iterable[StrEnum], ...] = (
        words.states,
        words.outcomes,
        words.triggers,
        words.labour_cost.findings,
        words.labour_cost.bases,
    )
    for kind, found in zip(kinds, told, strict=True):
        if set(found) != set(kind):
            raise ContentError(f"{_FILE.name}: there must be words for each {kind.__name__}, and for nothing else")
    if [step.number for step in words.steps] != list(range(1, len(words.steps) + 1)):
        raise ContentError(f"{_FILE.name}: the steps are not numbered one after the other")
    unknown = {name for step in words.steps for name in step.otherwise} - conditions().keys()
    if unknown:
        raise ContentError(f"{_FILE.name}: there is no condition {', '.join(sorted(unknown))}")
    return words


@cache
def steps() -> dict[str, Step]:
    """Return every step by its id, in order."""
    return {step.id: step for step in read().steps}
