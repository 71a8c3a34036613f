"""A rule set: what answers mean, as data.

A model belongs to one version of one questionnaire and never changes once it is
issued. It reads each answer in at most one way (`Reading`); a reading may be a
sign of an indicator, a control, or both. Everything that is a number has a unit
and a source here, so that code holds none.
"""

from datetime import date
from enum import StrEnum

import msgspec

from questionnaires.condition import AnyCondition
from questionnaires.questionnaire import Lifecycle
from questionnaires.text import Source, Text


class Element(StrEnum):
    """Which part of the definition of forced labour an answer speaks to."""

    RECRUITMENT = "recruitment"  # unfree recruitment
    DURESS = "duress"  # work and life under duress
    LEAVING = "leaving"  # impossibility of leaving
    PENALTY = "penalty"  # penalty or menace of a penalty
    CONTEXT = "context"  # vulnerability and exposure; no sign by itself
    CONTROL = "control"  # what the firm does about it


INVOLUNTARY = (Element.RECRUITMENT, Element.DURESS, Element.LEAVING)
"""The side of the two-part test on which work is not offered freely."""

COERCION = (*INVOLUNTARY, Element.PENALTY)

UNPROVABLE = (Element.RECRUITMENT, Element.LEAVING, Element.PENALTY)
"""Where coercion leaves few papers, so that documents alone prove little."""


class Strength(StrEnum):
    """How much one sign says, after the ILO and EC Delphi survey of 2009."""

    WEAK = "weak"
    MEDIUM = "medium"
    STRONG = "strong"


STRENGTHS = (Strength.WEAK, Strength.MEDIUM, Strength.STRONG)


class Gravity(StrEnum):
    """How grave an adverse answer is, whatever the rest says."""

    ORDINARY = "ordinary"
    CRITICAL = "critical"
    ZERO_TOLERANCE = "zero_tolerance"


class Attribution(StrEnum):
    """How the firm stands to what a sign describes (UN Guiding Principles)."""

    CAUSED = "caused"
    CONTRIBUTED = "contributed"
    LINKED = "linked"
    SUBJECTED = "subjected"  # to third-party coercion


class Rule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What every rule has: where it comes from."""

    sources: tuple[Source, ...]


class Indicator(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the eleven ILO indicators of forced labour, or one of ours beside them."""

    id: str
    label: Text
    about: Text
    ilo: bool


class Reading(Rule, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What the answer to one question means."""

    question: str
    element: Element
    gravity: Gravity = Gravity.ORDINARY
    adverse: AnyCondition
    partly: AnyCondition | None = None
    signs: dict[str, Strength] = {}  # indicator id -> strength of an adverse answer
    attribution: Attribution = Attribution.CAUSED


class AttributionRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Readings that are attributed otherwise while a condition holds; the first that holds decides."""

    questions: tuple[str, ...]
    when: AnyCondition
    attribution: Attribution


class Group(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exposures that are added up together, and the most they may come to."""

    id: str
    label: Text
    cap: int  # points


class Exposure(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A circumstance that raises inherent risk before anything the firm does."""

    id: str
    group: str
    label: Text
    points: int
    when: AnyCondition


class Level(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How strongly the answers point to an indicator.

    A level is reached by any of its tallies, each a number of (weak, medium,
    strong) signs; a stronger sign may stand for a weaker one.
    """

    id: str
    label: Text
    floor: int  # the least the residual risk can be
    tallies: tuple[tuple[int, int, int], ...]


class TwoPartTest(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When one side of the two-part test is positive: by any of these tallies of (weak, medium, strong) signs."""

    tallies: tuple[tuple[int, int, int], ...]


class Band(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A range of residual risk that routes the work; without `begins` only an override reaches it."""

    id: str
    label: Text
    meaning: Text
    begins: int | None  # the least residual risk, inclusive


class Grade(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an answer rests on, and how far that carries.

    `points` are hundredths; `coercion_points` stand in their place for
    recruitment, leaving and penalty, where papers prove little.
    """

    id: str
    label: Text
    points: int
    coercion_points: int


class Cause(StrEnum):
    """What makes an override act."""

    ZERO_TOLERANCE = "zero_tolerance"  # an adverse answer of that gravity
    PATTERN_B = "pattern_b"  # signs on one side of the two-part test
    PATTERN_C = "pattern_c"  # signs on both sides of it
    ANSWERS = "answers"  # the condition `when` holds, or cannot be ruled out
    CONFIDENCE_BELOW = "confidence_below"  # `limit`, in hundredths
    NOT_APPLICABLE_ABOVE = "not_applicable_above"  # `limit`, in percent of the weight
    NOT_KNOWN_ABOVE = "not_known_above"  # `limit`, in percent of the weight
    FALSE_STATEMENT = "false_statement"  # proven
    OVERDUE = "overdue"  # an immediate or urgent action is


class Override(Rule, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A rule that lifts the band above what the numbers say; none ever lowers it."""

    id: str
    label: Text
    cause: Cause
    when: AnyCondition | None = None
    limit: int | None = None
    at_least: str = ""  # a band
    up: int = 0  # bands to rise, after all others have acted

    def __post_init__(self) -> None:
        """Refuse an override that could never act, or that would do nothing or two things at once."""
        limited = self.cause in (Cause.CONFIDENCE_BELOW, Cause.NOT_APPLICABLE_ABOVE, Cause.NOT_KNOWN_ABOVE)
        if (self.limit is not None) != limited:
            raise ValueError(f"override {self.id}: a limit belongs to the causes below and above, and only to these")
        if (self.when is not None) != (self.cause is Cause.ANSWERS):
            raise ValueError(f"override {self.id}: a condition belongs to the cause 'answers', and only to it")
        if bool(self.at_least) == bool(self.up):
            raise ValueError(f"override {self.id}: it names a band, or how many bands to rise; one of the two")


class Figure(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number of the method, fixed within one version of the model."""

    value: int
    unit: str
    about: Text


class RiskModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A published rule set: (id, version) never changes once issued."""

    id: str
    version: str
    lifecycle: Lifecycle
    issued: date
    questionnaire: str
    questionnaire_version: str
    reviewed: bool  # a native speaker has read every translation
    review_note: Text
    title: Text
    figures: dict[str, Figure]
    indicators: tuple[Indicator, ...]
    groups: tuple[Group, ...]
    exposures: tuple[Exposure, ...]
    readings: tuple[Reading, ...]
    attribution_rules: tuple[AttributionRule, ...]
    levels: tuple[Level, ...]  # from weak to strong
    two_part_test: TwoPartTest
    bands: tuple[Band, ...]  # from low to critical
    grades: tuple[Grade, ...]  # from E0 to E4
    overrides: tuple[Override, ...]
