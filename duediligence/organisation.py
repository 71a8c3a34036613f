"""Who takes part: organisations with their sites, and people with their roles.

The people are those who answer, review and look after the service. Workers are
never among them: no worker has an account, a row or a name here.
"""

from datetime import datetime
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What an organisation is to the service."""

    FIRM = "firm"  # answers questionnaires
    REVIEWING_BODY = "reviewing_body"  # examines the answers of others
    OPERATOR = "operator"  # runs the service


class Role(StrEnum):
    """What a person may be within an organisation."""

    RESPONDENT = "respondent"
    COMPANY_LEAD = "company_lead"
    WORKER_REPRESENTATIVE = "worker_representative"
    EXPORTER = "exporter"
    AUDITOR = "auditor"
    SECOND_REVIEWER = "second_reviewer"
    LEAD_AUDITOR = "lead_auditor"
    ADMINISTRATOR = "administrator"
    OBSERVER = "observer"


ROLES = {
    Kind.FIRM: (Role.RESPONDENT, Role.COMPANY_LEAD, Role.WORKER_REPRESENTATIVE, Role.EXPORTER),
    Kind.REVIEWING_BODY: (Role.AUDITOR, Role.SECOND_REVIEWER, Role.LEAD_AUDITOR),
    Kind.OPERATOR: (Role.ADMINISTRATOR, Role.OBSERVER),
}
"""Which roles an organisation of each kind can give."""


class Organisation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A firm, a reviewing body or the operator of the service."""

    id: str
    name: str
    kind: Kind
    state_body: bool
    sector: str  # a choice of `pro.sector`; "" where none applies
    region: str  # ISO 3166-2; "" where none applies
    created: datetime
    disabled: datetime | None = None
    sample: bool = False  # made by `duediligence demo`


class Site(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place of work of a firm."""

    id: str
    organisation: str
    name: str
    region: str
    created: datetime


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who signs in."""

    id: str
    email: str
    name: str
    language: str
    created: datetime
    disabled: datetime | None = None
    sample: bool = False


class Membership(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The role one person has in one organisation."""

    organisation: str
    role: Role
    sections: tuple[str, ...] = ()  # a respondent's part of the questionnaire; empty: all of it
