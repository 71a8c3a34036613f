"""What came of checking a file: a list of checks, each of which held, was refused, or could not be made.

A file is refused as soon as one check is. What could not be made is said with the
reason, so that nobody takes silence for a yes. Words lie in `texts/proof.yaml`: under
`check_<id>` what is looked at, under `held_<id>` that it holds, under `<reason>` why
not; facts are filled in.
"""

from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from questionnaires import content
from questionnaires.text import Text, filled

_FILE = Path(__file__).parent / "texts" / "proof.yaml"
_REFUSALS = _FILE.with_name("credential.yaml")  # why something signed is refused, see `jose`


class Outcome(StrEnum):
    """What came of one check."""

    HELD = "held"
    REFUSED = "refused"
    NOT_CHECKED = "not_checked"


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that was looked at."""

    id: str
    outcome: Outcome
    reason: str = ""  # why it was refused or not checked; "" where it held
    facts: dict[str, str] = {}


class Said(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a file says of itself, in short; worth as much as its checks are."""

    code: str = ""  # of the attestation
    firm: str = ""
    label: str = ""
    assessed: date | None = None
    expires: date | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of checking one file."""

    kind: Literal["pdf", "credential", "record", "unknown"]
    sha256: str  # of the file
    checks: tuple[Check, ...]
    said: Said = Said()

    @property
    def refused(self) -> bool:
        """Return whether anything does not fit."""
        return any(check.outcome is Outcome.REFUSED for check in self.checks)


@cache
def sentences() -> dict[str, Text]:
    """Return every sentence by its name."""
    return {**content.read(_FILE, dict[str, Text]), **content.read(_REFUSALS, dict[str, Text])}


def held(id_: str, /, **facts: str) -> Check:
    """Return a check that held."""
    return Check(id=id_, outcome=Outcome.HELD, facts=facts)


def refused(id_: str, reason: str, /, **facts: str) -> Check:
    """Return a check that was refused, and why."""
    return Check(id=id_, outcome=Outcome.REFUSED, reason=reason, facts=facts)


def not_checked(id_: str, reason: str, /, **facts: str) -> Check:
    """Return a check that could not be made, and why."""
    return Check(id=id_, outcome=Outcome.NOT_CHECKED, reason=reason, facts=facts)


def title(check: Check) -> Text:
    """Return what was looked at, in every language."""
    return sentences()[f"check_{check.id}"]


def words(check: Check) -> Text:
    """Return what came of a check, in every language."""
    return filled(sentences()[check.reason or f"held_{check.id}"], **check.facts)
