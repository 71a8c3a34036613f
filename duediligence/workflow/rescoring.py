"""What would change if another rule set were in force: sealed results computed again in memory, and only counted.

Each is computed on its own day, under its own review, so that nothing but the rules
differs. Nothing is kept of it but how many bands moved from where to where.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import msgspec

from duediligence import key
from duediligence.assessment import Assessment, compute
from duediligence.database import Connection
from duediligence.job import Context, Done
from duediligence.protected import Vault
from duediligence.store import administration as store
from duediligence.store import setting
from duediligence.workflow.handing_in import Kept
from risk_models import catalogue

RESCORE = "rescore"

MOST = 2000
"""How many of the newest results are computed again."""

_STEP = 20
"""After so many it is told how far the work has come."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rule set to try."""

    model: str
    version: str


class Move(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many results go from one band to another."""

    before: str
    after: str
    count: int


class Compared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of trying a rule set."""

    at: datetime
    computed: int
    other_form: int  # answers to a questionnaire that the rule set does not read
    moves: tuple[Move, ...]  # bands that differ


def compare(context: Context, wanted: Candidate) -> Done:
    """Compute the newest sealed results again by another rule set, and count the bands that differ."""
    now = context.clock()
    with context.db.reading() as connection:
        seals = store.sealed_last(connection, now, MOST)
    vault = Vault(context.db.vault, key.read_or_make(context.settings.protected_key_path()))
    found: list[tuple[str, str] | None] = []
    for place, seal in enumerate(seals):
        if place % _STEP == 0:
            context.progress(place / len(seals))
        kept = msgspec.json.decode(vault.document(seal.engagement, seal.number), type=Kept)
        found.append(_bands(kept.assessment, wanted))
    bands = Counter(pair for pair in found if pair)
    outcome = Compared(
        at=now, computed=bands.total(), other_form=len(found) - bands.total(), moves=tuple(_moves(bands))
    )

    def write(connection: Connection) -> None:
        setting.note(connection, noted_as(wanted.model, wanted.version), outcome, now)

    return Done(result=outcome, write=write)


def noted_as(model: str, version: str) -> str:
    """Return the name under which the outcome for a rule set is noted."""
    return f"{RESCORE}:{model}:{version}"


def _bands(one: Assessment, wanted: Candidate) -> tuple[str, str] | None:
    """Return the band that was sealed and the one it would be, None where the rules do not read these answers."""
    rules = catalogue.load(wanted.model, wanted.version)
    if (one.response.questionnaire, one.response.version) != (rules.questionnaire, rules.questionnaire_version):
        return None
    versions = msgspec.structs.replace(one.versions, model=wanted.model, model_version=wanted.version)
    again = compute(one.response, versions, one.on, review=one.review, overdue=one.overdue)
    return one.profile.band, again.profile.band


def _moves(bands: Counter[tuple[str, str]]) -> Iterator[Move]:
    for (before, after), count in sorted(bands.items()):
        if before != after:
            yield Move(before=before, after=after, count=count)
