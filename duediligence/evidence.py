"""A file that a firm shows for what it answered, and what it stands for."""

from datetime import date, datetime

import msgspec


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of an organisation; of an erased one only the digest and the reason are left."""

    id: str
    organisation: str
    sha256: str  # of what is kept, in hexadecimal
    size: int  # bytes; 0 once erased
    media_type: str
    name: str  # fit to be shown; "" once erased
    dated: date | None  # of the document itself, None where it bears none
    valid_until: date | None  # its last day, None where it does not end
    shared: bool  # reviewers may open it; a private one is only counted
    uploaded: datetime
    uploaded_by: str
    erased: datetime | None = None
    erased_reason: str = ""

    def expired(self, on: date) -> bool:
        """Return whether the document had ended before a day."""
        return self.valid_until is not None and self.valid_until < on


class Upload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the sender of a file says about it."""

    organisation: str
    by: str
    at: datetime
    shared: bool
    dated: date | None = None
    valid_until: date | None = None
    confirmed: bool = False  # that what the file asks about does not point to a worker


class Link(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer that a file stands for."""

    file: str
    engagement: str
    question: str


class Linked(msgspec.Struct, frozen=True, kw_only=True):
    """A file beside one of the answers it stands for."""

    question: str
    file: File
