"""The name of an assessment: the beginning of its digest.

    id = the first 12 digits of SHA-256(shared record as JSON), in groups of four

The digest is taken over the record that travels, not over the firm's own: a
protected answer has so few possible values that a digest over it could be
guessed. Whoever holds the attached record can compute it.
"""

import hashlib

from duediligence import record
from duediligence.assessment import Assessment

_GROUP = 4
_LENGTH = 12


def digest(assessment: Assessment) -> str:
    """Return the SHA-256 of the record of an assessment that may be shared, in hexadecimal."""
    return hashlib.sha256(record.encode(record.shared(assessment))).hexdigest()


def short_digest(assessment: Assessment) -> str:
    """Return the first twelve digits of the digest in groups of four."""
    begins = digest(assessment)[:_LENGTH]
    return "-".join(begins[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))
