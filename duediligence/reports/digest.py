"""The name of an assessment: the beginning of its digest.

    id = the first 12 digits of SHA-256(assessment as JSON, keys in order), in groups of four

Whoever holds the assessment can compute it; two assessments that differ in one
letter have different names.
"""

import hashlib

import msgspec

from duediligence.assessment import Assessment

_GROUP = 4
_LENGTH = 12


def digest(assessment: Assessment) -> str:
    """Return the SHA-256 of an assessment, in hexadecimal."""
    return hashlib.sha256(msgspec.json.encode(assessment, order="deterministic")).hexdigest()


def short_digest(assessment: Assessment) -> str:
    """Return the first twelve digits of the digest in groups of four."""
    begins = digest(assessment)[:_LENGTH]
    return "-".join(begins[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))
