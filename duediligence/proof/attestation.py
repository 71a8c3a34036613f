"""What was issued to a firm to show others: one assessment, for one reader's regime, until one day.

An attestation says who stated what, who looked at it and what was not seen. It is
never a certificate. It stands from the day it was issued until the first of these:

    expires     the last day, never later than the assessment stands, and at most 12 months after issue
    withdrawn   by the firm, by the reviewing body or by the service, with a reason out of a list
    replaced    by a newer one for the same shipment, or for the same assessment where there is no shipment
    suspended   a newer result of the same assessment says something else than the one it was made from
"""

import secrets
from datetime import date, datetime
from enum import StrEnum

import msgspec

from duediligence.review import Label

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is read as another one."""

CODE_LENGTH, _GROUP = 20, 5
"""100 bits: nobody finds an attestation that they were not shown."""


class Standing(StrEnum):
    """Whether an attestation stands on a day."""

    VALID = "valid"
    EXPIRED = "expired"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"


class WhyWithdrawn(StrEnum):
    """Why an attestation was withdrawn."""

    CONSENT = "consent"  # the firm no longer wants it to be shown
    ERROR = "error"  # something in it is wrong
    REVIEW = "review"  # the review it rests on was withdrawn
    FINDING = "finding"  # something grave came to light
    KEY = "key"  # a key that signed it may not be trusted any more


class FaceReviewer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who looked at an assessment: a body and a function, never a person."""

    body: str
    role: str
    state_body: bool
    interests: str = ""  # "" where none was declared


class FaceGood(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One product line of a shipment, as far as it is shown to everybody."""

    name: str
    hs: str  # HS 2022
    lots: tuple[str, ...] = ()  # marks of bales or lots


class FaceShipment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The shipment an attestation was issued for; nothing about the buyer but the country."""

    reference: str
    destination: str  # ISO 3166-1
    regime: str  # id of a dossier
    goods: tuple[FaceGood, ...] = ()


class Face(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What anybody with the code may see; frozen when it was issued, so that a changed paper is found out."""

    firm: str
    site: str
    region: str  # ISO 3166-2 of the site, "" where not told
    begins: date
    ends: date
    assessed: date
    label: Label
    questionnaire: str  # id/version
    model: str  # id/version
    inherent: float  # 0 to 100, as printed
    control: float  # 0 to 100
    confidence: float  # 0 to 1
    residual: float  # 0 to 100
    low: float
    high: float
    coverage: float  # 0 to 1
    band: str
    indicators: dict[str, str]  # level by indicator, as the shared copy shows it
    notices: tuple[str, ...]  # ids; none of them can be left out
    withheld: int  # how many questions the copy leaves out
    reviewer: FaceReviewer | None = None
    second_reviewer: FaceReviewer | None = None
    reviewed: date | None = None
    announced: bool | None = None
    shipment: FaceShipment | None = None


class Attestation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One attestation, without its files."""

    id: str  # the code in its address
    organisation: str
    engagement: str
    shipment: str | None
    regime: str  # id of a dossier
    language: str
    label: Label
    face: Face
    asked_by: str
    asked: datetime
    expires: date  # the last day on which it stands
    expires_because: str  # label, review, cotton, twelve_months
    status_index: int  # its place in the status lists
    consented_by: str | None = None
    consented: datetime | None = None  # the firm lets it be shown; nothing is signed before
    issued: datetime | None = None  # None until it is signed
    record_sha256: str = ""  # of the assessment attached to it
    dossier_sha256: str = ""
    pdf_sha256: str = ""  # of the signed PDF
    credential: str = ""  # compact JWS
    report_key: str = ""  # id of the key that signed the PDF
    credential_key: str = ""
    entry: int = 0  # of the ledger
    timestamp: str = ""  # "B-T", or why there is none: "no_server", "no_answer"
    withdrawn: datetime | None = None
    withdrawn_because: WhyWithdrawn | None = None
    replaced_by: str | None = None
    suspended: datetime | None = None  # a newer result of the same assessment says something else
    sample: bool = False


def new_code() -> str:
    """Return a code that nobody can guess."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def grouped(code: str) -> str:
    """Return a code in groups that can be read out."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def standing(one: Attestation, on: date) -> Standing:
    """Return whether an attestation stands on a day; one that is not signed yet is unknown."""
    if one.issued is None:
        return Standing.UNKNOWN
    if one.withdrawn is not None:
        return Standing.WITHDRAWN
    if one.replaced_by is not None:
        return Standing.REPLACED
    if one.suspended is not None:
        return Standing.SUSPENDED
    return Standing.EXPIRED if on > one.expires else Standing.VALID
