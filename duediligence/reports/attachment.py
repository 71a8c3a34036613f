"""Files inside of a PDF: the same things as data, for machines."""

from typing import Literal

import msgspec

from duediligence.reports import Report


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a PDF carries."""

    name: str
    description: str  # in the language of the report
    data: bytes  # text in UTF-8
    mime_type: str = "application/json"
    relationship: Literal["data", "source", "supplement", "alternative"] = "data"


def assessment(report: Report, data: bytes) -> Attachment:
    """Return the shared record of the assessment as an attachment; it must leave out what the report leaves out."""
    return Attachment(name="assessment.json", description=report.words["attachment"], data=data)


def dossier(report: Report, data: bytes) -> Attachment:
    """Return the dossier as an attachment."""
    return Attachment(name="dossier.json", description=report.words["attachment_dossier"], data=data)


def ledger(report: Report, data: bytes) -> Attachment:
    """Return the entry in the ledger with the proof that it stands there, as an attachment."""
    words = report.words["attachment_ledger"]
    return Attachment(name="ledger.json", description=words, data=data, relationship="supplement")


def left_out(report: Report, data: bytes) -> Attachment:
    """Return the list of what a named copy leaves out, as an attachment."""
    words = report.words["attachment_left_out"]
    return Attachment(name="left_out.json", description=words, data=data, relationship="supplement")
