"""One assessment on its way: whose it is, what it speaks of, and how far it has come.

    answering -> submitted -> in_review -> concluded
                     |            |            |
                     +------------+------------+--> withdrawn

A file that is taken from its auditor goes from `in_review` back to `submitted` until
the next one has it. A rehearsal stays at `answering`; nobody but the firm ever sees it. What was
answered is a document beside the row; what was computed of it is sealed at each
change of stage and never touched again.
"""

from datetime import date, datetime
from enum import StrEnum

import msgspec


class Stage(StrEnum):
    """How far an assessment has come."""

    ANSWERING = "answering"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"


class Part(StrEnum):
    """In which part somebody reviews a file."""

    AUDITOR = "auditor"
    SECOND_REVIEWER = "second_reviewer"


class Stated(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the last sealed assessment states, as lists show it."""

    label: str
    inherent: float  # 0 to 100
    control: float  # 0 to 100
    confidence: float  # 0 to 1
    residual: float  # 0 to 100
    low: float
    high: float
    band: str
    coverage: float  # 0 to 1
    indicators: dict[str, str]  # level by indicator, as a reviewer may see it
    grave: bool  # a strong sign was reported
    signs: int  # the levels of those indicators added up: 1 weak, 2 moderate, 3 strong


class Engagement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One assessment of one site in one period, without its documents."""

    id: str
    organisation: str
    site: str
    stage: Stage
    rehearsal: bool
    questionnaire: str
    questionnaire_version: str
    begins: date
    ends: date  # inclusive
    revision: int
    answered: int
    asked: int
    created_by: str
    created: datetime
    changed: datetime
    submitted: datetime | None = None
    concluded: datetime | None = None
    expires: date | None = None
    withdrawn: datetime | None = None
    withdrawn_reason: str = ""
    protected_released: bool = False
    carried_from: str | None = None
    stated: Stated | None = None
    reviewer: str | None = None
    second_reviewer: str | None = None
    sample: bool = False
