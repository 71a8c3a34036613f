"""A worker representative agrees with what was handed in, or does not, in confidence.

A firm has few representatives, often one: whoever learns that there is a dissent
knows whose it is. What follows from that:

- **Management** sees a co-signature and the day it was given. A dissent leaves
  nothing to be seen: no row of the ledger, no count, no mail, no changed number.
  "No co-signature" is also how a firm looks whose representative said nothing.
- **Reviewers of the file** who belong to no state body read a dissent, and the
  words of either. Those of a state body do so only where the representative has
  allowed it; otherwise a dissent does not exist for them. The firm cannot release it.
- **The representative** does not see it again either: whoever is made to show
  their screen has nothing to show.
- What agrees and what dissents is sealed together with its words, with the
  protected key and to one length, under an id that tells no time and the day
  alone. Who gave it is not written down.

It neither raises nor lowers a score, and it is given on what was handed in: before
that, an answer could change under a co-signature.
"""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import NamedTuple

import msgspec

from duediligence.access import Step, may
from duediligence.engagement import Engagement, Stage
from duediligence.errors import NotAllowed, Unfit, WrongMoment
from duediligence.organisation import Role
from duediligence.store import engagement as engagements
from duediligence.store import opinion as store
from duediligence.store import organisation as organisations
from duediligence.words import problem
from duediligence.workflow.work import ASHGABAT, Work, subject_of
from questionnaires import privacy
from questionnaires import words as wording
from questionnaires.problem import Problem

LONGEST = 2_000
"""Characters of an opinion."""

_SEALED_BYTES = 16_384
"""Every opinion is sealed at this length: the longest one, each character in the most bytes JSON may need for it."""

_KIND = "sealed"
_OPEN = (Stage.SUBMITTED, Stage.IN_REVIEW, Stage.CONCLUDED)


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a worker representative said."""

    agrees: bool
    words: str = ""
    state_may_read: bool = False  # whether reviewers of a state body may know of it


class Given(NamedTuple):
    """An opinion as one of its readers sees it."""

    said: Said
    day: date


def give(work: Work, identifier: str, said: Said) -> None:
    """Keep the opinion of a worker representative on what was handed in.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; nor may somebody who also leads the firm.
        WrongMoment: nothing was handed in, or it was withdrawn.
        Unfit: the words are too long or may point to a person.
    """
    one = engagements.load(work.connection, identifier)
    work.allow(Step.ASSESSMENT_OPINE, subject_of(one))
    roles = {member.role for member in work.actor.memberships if member.organisation == one.organisation}
    if Role.COMPANY_LEAD in roles:
        raise NotAllowed("Nobody speaks for the workers and for the management of one firm at once.")
    if one.stage not in _OPEN:
        raise WrongMoment("An opinion is given on what was handed in and not withdrawn.")
    if wrong := tuple(_faults(said.words)):
        raise Unfit(wrong)
    name = secrets.token_hex(16)  # not an id that tells the moment
    plain = msgspec.json.encode(said).ljust(_SEALED_BYTES)
    midnight = datetime.combine(work.day, time(), ASHGABAT)
    sealed = work.vault.key.seal(plain, _about(identifier, name))
    store.add(work.connection, identifier, store.Opinion(id=name, kind=_KIND, sealed=sealed, at=midnight))


def cosigned(work: Work, one: Engagement) -> tuple[date, ...]:
    """Return the days on which worker representatives of the actor's firm co-signed, and nothing else.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Tampered: an opinion was changed.
    """
    work.allow(Step.ASSESSMENT_SEE, subject_of(one))
    return tuple(given.day for given in _all(work, one.id) if given.said.agrees)


def for_reviewers(work: Work, one: Engagement) -> tuple[Given, ...]:
    """Return the opinions that the actor, a reviewer of this file, may read.

    Raises:
        NotFound, NotAllowed: the actor does not review this file.
        Tampered: an opinion was changed.
    """
    work.allow(Step.REVIEW_SEE, subject_of(one))
    if not may(work.actor, Step.FILE_SEE, subject_of(one)):
        raise NotAllowed("Opinions of worker representatives are for the reviewers of the file alone.")
    bodies = organisations.load_many(work.connection, [member.organisation for member in work.actor.memberships])
    if not any(body.state_body for body in bodies):
        return _all(work, one.id)
    return tuple(shown for given in _all(work, one.id) if (shown := _for_state(given)))


def _for_state(given: Given) -> Given | None:
    """Return what reviewers of a state body may know of an opinion; without leave, of a co-signature that it exists."""
    if given.said.state_may_read:
        return given
    return Given(Said(agrees=True), given.day) if given.said.agrees else None


def _all(work: Work, engagement: str) -> tuple[Given, ...]:
    return tuple(
        Given(
            msgspec.json.decode(work.vault.key.open(kept.sealed, _about(engagement, kept.id)), type=Said),
            kept.at.astimezone(ASHGABAT).date(),
        )
        for kept in store.listed(work.connection, engagement)
    )


def _faults(words: str) -> Iterable[Problem]:
    if len(words) > LONGEST:
        yield problem("OPINION_TOO_LONG", "words", longest=LONGEST)
    for trait in privacy.traits(words):
        yield wording.problem("MAY_NAME_A_PERSON", where="words", trait=trait.label)


def _about(engagement: str, name: str) -> bytes:
    return f"opinion/{engagement}/{name}".encode()
