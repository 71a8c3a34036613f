"""What a buyer keeps of one screening: the steps and decisions, the prices tested, what has happened since.

When a partner takes its consent back, its numbers are no longer shown. Those that a
decision stands on are kept as a digest and a band, so that the decision can still be
told apart from one that was made without them.
"""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from duediligence.chain.request import Granted, Seen
from duediligence.chain.screening import Screening
from duediligence.chain.screening_steps import Trigger
from risk_models.labour_cost import Bid, LabourCost


class Stage(StrEnum):
    """How far a screening has come."""

    OPEN = "open"
    PROPOSED = "proposed"
    DECIDED = "decided"


class Tested(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A price that was tested, and what came of it on that day."""

    bid: Bid
    result: LabourCost
    by: str
    on: date


class Noted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that calls for a new screening before its day."""

    trigger: Trigger
    words: str
    by: str
    on: date


class Carried(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left of a partner's numbers in a decision: enough to know them again, nothing to read."""

    digest: str
    band: str
    answered: datetime


class Content(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """All that is kept of one screening."""

    screening: Screening
    tests: tuple[Tested, ...] = ()  # in the order in which they were made
    noted: tuple[Noted, ...] = ()
    carried: Carried | None = None


class ScreeningFile(msgspec.Struct, frozen=True, kw_only=True):
    """One screening of one party by one buyer."""

    id: str
    organisation: str
    party: str
    content: Content
    revision: int
    stage: Stage
    rescreen_on: date | None
    created_by: str
    created: datetime
    changed: datetime


def stage(screening: Screening) -> Stage:
    """Return how far a screening has come; one that waits after a "hold" is decided until somebody proposes again."""
    if screening.waiting:
        return Stage.PROPOSED
    return Stage.DECIDED if screening.decision else Stage.OPEN


def carried(seen: Seen | None) -> Carried | None:
    """Return what a decision keeps of what the buyer sees on its day; None where it sees no number."""
    if seen is None or seen.granted is not Granted.RUNS or seen.told is None or seen.answered is None:
        return None
    return Carried(digest=seen.told.digest, band=seen.told.band, answered=seen.answered)
