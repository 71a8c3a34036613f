"""Files on their way to reviewers: who may take one, who has how many in hand, and what is written to and fro.

Nobody sees files of an organisation they belong to, for nobody reviews their own. In
which order files wait stands in `learned_order`.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from duediligence.access import Step, may
from duediligence.engagement import Engagement, Part, Stage
from duediligence.errors import NotFound
from duediligence.organisation import Person, Role
from duediligence.store import assignment as assignments
from duediligence.store import double as readings
from duediligence.store import engagement as store
from duediligence.store import organisation as organisations
from duediligence.store import person as people
from duediligence.store import review as entries
from duediligence.store.engagement import Listed
from duediligence.workflow.work import Work, subject_of

ROLES: Mapping[Part, Role] = {Part.AUDITOR: Role.AUDITOR, Part.SECOND_REVIEWER: Role.SECOND_REVIEWER}
"""The role that somebody needs for each part."""

Given = Mapping[tuple[str, Part], str]
"""For whom files wait that a lead auditor gave away, by id and part."""


class Load(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one reviewer has in hand."""

    name: str
    first: int  # files as their auditor, those among them that were given and wait to be taken
    second: int  # and as their second reviewer
    oldest: datetime | None  # when the longest waiting of those under review was handed in; None without any


class Conversation(NamedTuple):
    """What a firm and its reviewers wrote to each other."""

    engagement: Engagement
    messages: tuple[entries.Message, ...]
    from_firm: bool  # whether the actor writes for the firm


def one_waiting(work: Work, identifier: str) -> Listed:
    """Return one file as the queue shows it.

    Raises:
        NotFound: there is none, or it is not the actor's to review.
    """
    one = store.load(work.connection, identifier)
    if not may(work.actor, Step.REVIEW_QUEUE, subject_of(one)) or identifier in unread(work):
        raise NotFound("There is no such file, or it is not yours to review.")
    return listed(work, one)


def unread(work: Work) -> tuple[str, ...]:
    """Return the files that the actor is to judge blind, and meets in no list before that is done."""
    return readings.unread(work.connection, work.actor.person)


def listed(work: Work, one: Engagement) -> Listed:
    """Return a file with the names that a list shows."""
    firm = organisations.load(work.connection, one.organisation)
    site = organisations.load_site(work.connection, one.site)
    return Listed(engagement=one, organisation=firm.name, site=site.name, sector=firm.sector, region=site.region)


def given(work: Work, engagements: Collection[str]) -> Given:
    """Return for whom some files wait that a lead auditor gave away."""
    return assignments.waiting(work.connection, engagements)


def may_join(work: Work, one: Engagement, given: Given) -> bool:
    """Return whether the actor could become the second reviewer of a file."""
    return (
        one.stage is Stage.IN_REVIEW
        and one.second_reviewer is None
        and one.reviewer != work.actor.person
        and may(work.actor, Step.REVIEW_QUEUE, subject_of(one))
        and any(member.role is Role.SECOND_REVIEWER for member in work.actor.memberships)
        and given.get((one.id, Part.SECOND_REVIEWER), work.actor.person) == work.actor.person
    )


def may_take(work: Work, one: Engagement, given: Given) -> bool:
    """Return whether the actor could become the auditor of a file."""
    return (
        one.stage is Stage.SUBMITTED
        and one.second_reviewer != work.actor.person
        and may(work.actor, Step.REVIEW_TAKE, subject_of(one))
        and given.get((one.id, Part.AUDITOR), work.actor.person) == work.actor.person
    )


def workload(work: Work) -> tuple[Load, ...]:
    """Return what each reviewer of the bodies that the actor leads has in hand, the busiest first."""
    loads = loads_of(work, {one.id: one.name for part in Part for one in reviewers(work, part)})
    return tuple(sorted(loads.values(), key=lambda load: (-load.first - load.second, load.name)))


def reviewers(work: Work, part: Part) -> tuple[Person, ...]:
    """Return who could review files in one part, in the bodies that the actor leads, by name."""
    led = [member.organisation for member in work.actor.memberships if member.role is Role.LEAD_AUDITOR]
    found = {
        member.person.id: member.person
        for body in led
        for member in people.members(work.connection, body)
        if member.membership.role is ROLES[part] and member.person.disabled is None
    }
    return tuple(sorted(found.values(), key=lambda person: (person.name, person.id)))


def loads_of(work: Work, names: Mapping[str, str]) -> dict[str, Load]:
    """Return what some people have in hand, by their id.

    Args:
        work: who asks.
        names: of the people, by id.
    """
    if not names:
        return {}
    taken = assignments.in_hand(work.connection, names)
    counts = Counter((one.person, one.part) for one in assignments.waiting_for(work.connection, names))
    counts.update({(one.person, one.part): one.files for one in taken})
    return {
        person: Load(
            name=name,
            first=counts[person, Part.AUDITOR],
            second=counts[person, Part.SECOND_REVIEWER],
            oldest=min((one.oldest for one in taken if one.oldest and one.person == person), default=None),
        )
        for person, name in names.items()
    }


def conversation(work: Work, identifier: str) -> Conversation:
    """Return what was written about a file, oldest first.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.MESSAGE_WRITE, subject_of(one))
    from_firm = any(member.organisation == one.organisation for member in work.actor.memberships)
    return Conversation(one, entries.messages(work.connection, identifier), from_firm)
