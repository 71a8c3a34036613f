"""Who judged a response, and on what evidence.

Three labels, never merged into one number: what the firm declared, what
documents bore out, what was seen on site. Without a review a response is
self-declared, whatever it says.
"""

from datetime import date
from enum import StrEnum

import msgspec

from risk_models.evidence import EvidenceGrade


class Label(StrEnum):
    """How far somebody other than the firm has looked."""

    SELF_DECLARED = "self_declared"
    DOCUMENTS_REVIEWED = "documents_reviewed"
    SITE_CHECKED = "site_checked"


class Reviewer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The body that reviewed, by role, with its interests declared."""

    body: str
    role: str  # a function, never a person's name
    state_body: bool  # whether it belongs to the state
    interests: str = ""  # ties to the firm, its owners or its buyers; empty when none was declared


class Review(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What reviewers found of the evidence; they grade it, and never edit an answer."""

    label: Label
    on: date
    reviewer: Reviewer
    second_reviewer: Reviewer | None = None
    announced: bool | None = None  # whether the firm knew of the visit; None without a visit
    workers_heard: int | None = None  # people who spoke in confidence; None when nobody was asked
    languages: tuple[str, ...] = ()
    grades: dict[str, EvidenceGrade] = {}
    not_applicable: tuple[str, ...] = ()  # questions accepted as not applicable, each for a reason on record
    false_statement: bool = False  # one was proven
