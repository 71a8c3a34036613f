"""One entry of the ledger, and how it is sealed onto the one before.

    seal = SHA-256 of the JSON list [number, previous, event, subject, by, at, facts]

without blanks, `at` in UTC with six digits of seconds, `facts` as the text that is stored.
"""

import hashlib
from datetime import UTC, datetime

import msgspec


class Shown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry as it is shown to others; it holds marks and digests, never words."""

    number: int
    previous: str
    event: str
    subject: str
    by: str
    at: datetime
    facts: str  # the JSON text that was sealed


def seal(one: Shown) -> str:
    """Return the seal of an entry, in hexadecimal."""
    at = one.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = (one.number, one.previous, one.event, one.subject, one.by, at, one.facts)
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()
