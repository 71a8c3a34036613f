"""The explained risk of one response: the score's own summands, with their names.

    inherent  = sum of what the groups count
    residual  = inherent - sum of the reliefs + lift, and that rounded to one decimal
    relief    = inherent * 70 % * confidence * weight * credit / sum of weights, for each control
    lift      = what the highest floor adds above that, if anything
    coverage  = weight of the readings with an answer / weight of those that apply

`explanation.py` fills it in.
"""

from datetime import date

import msgspec

from risk_models.counterfactual import Change
from risk_models.model import Attribution, Element, Gravity

NONE = "none"
"""The level of an indicator to which no sign points."""


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a profile."""


class ExposurePart(_Part, frozen=True, kw_only=True):
    """Points of one exposure; `sure` is false where it counts because nothing rules it out."""

    exposure: str
    group: str
    points: int
    sure: bool


class GroupPart(_Part, frozen=True, kw_only=True):
    """What one group of exposures comes to, and how much of it counts."""

    group: str
    points: int
    counted: int  # at most the cap of the group


class ControlPart(_Part, frozen=True, kw_only=True):
    """What one control takes away from the inherent risk."""

    question: str
    outcome: str
    weight: int
    credit: float  # 0, 1/2 or 1
    relief: float  # score points


class EvidencePart(_Part, frozen=True, kw_only=True):
    """What one answer adds to the confidence."""

    question: str
    weight: int
    hundredths: int
    grade: int  # 0 to 4


class SignPart(_Part, frozen=True, kw_only=True):
    """One answer that points to an indicator; a sign, never a finding of law."""

    question: str
    element: Element
    gravity: Gravity
    strength: str  # as it counts here: one lower when partly there or not known
    outcome: str
    attribution: Attribution


class Finding(_Part, frozen=True, kw_only=True):
    """What the answers say of one indicator."""

    indicator: str
    level: str  # none, weak, moderate or strong
    highest: str  # what missing answers may still raise it to
    assessed: bool
    answered: float  # share of the indicator's weight that was answered, 0 to 1
    signs: tuple[SignPart, ...]
    context: tuple[SignPart, ...]  # circumstances that point the same way and raise no level
    unknown: tuple[str, ...]  # questions without an answer that bear on it
    attribution: Attribution | None  # the closest among the signs
    to_lower: tuple[Change, ...]  # the smallest change that brings it down one level
    to_clear: tuple[Change, ...]  # the smallest change after which no sign is reported


class OverridePart(_Part, frozen=True, kw_only=True):
    """An override that acted, and the questions that made it act."""

    override: str
    band: str  # what it demands at least; empty when it lifts by steps
    questions: tuple[str, ...]


class RiskProfile(_Part, frozen=True, kw_only=True):
    """The explained risk of one response; the four numbers are always shown together."""

    model: str
    version: str
    digest: str
    on: date
    inherent: float  # 0 to 100
    control: float  # 0 to 100
    confidence: float  # 0 to 1
    residual: float  # 0 to 100
    low: float  # the residual if everything missing turned out well
    high: float  # the residual if everything missing turned out badly
    band: str
    highest_band: str
    pattern: str  # none, a, b or c: the two-part test
    coverage: float  # 0 to 1
    groups: tuple[GroupPart, ...]
    exposures: tuple[ExposurePart, ...]
    controls: tuple[ControlPart, ...]
    lift: float
    evidence: tuple[EvidencePart, ...]
    evidence_wanted: tuple[str, ...] | None  # answers whose papers, if checked, would suffice; None: papers never do
    findings: tuple[Finding, ...]
    overrides: tuple[OverridePart, ...]
    zero_tolerance: tuple[str, ...]  # questions with an adverse or partly adverse answer of that gravity
