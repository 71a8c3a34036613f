"""The improvement plan of a firm: which actions answer what was reported, how urgent they are, and when they are due."""

from datetime import date
from enum import StrEnum

import msgspec

from risk_models.remedies import Kind, Priority


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
    """One thing to do, and the answers it answers."""

    remedy: str  # id in the remedies library
    kind: Kind
    priority: Priority
    owners: tuple[str, ...]  # roles, the first one leads
    questions: tuple[str, ...]  # whose answers it answers
    indicators: tuple[str, ...]  # to which these point
    start: date | None  # the day by which a first part must stand; None where the whole is due at once
    due: date
    after: tuple[str, ...]  # remedies of the same plan that come first
    status: Status = Status.DRAFT


class ImprovementPlan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The actions drawn up after one assessment, the gravest first."""

    begun: date
    version: str  # of the remedies library
    protocol: bool  # whether the case protocol comes before any action
    actions: tuple[Action, ...]
