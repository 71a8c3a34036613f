"""Files on their way to reviewers: which come first, who has how many in hand, and what is written to and fro.

What is waiting stands in the order of urgency; nobody sees files of an
organisation they belong to, for nobody reviews their own.
"""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

import msgspec

from duediligence.access import Step, may
from duediligence.engagement import Engagement, Stage
from duediligence.errors import NotFound
from duediligence.organisation import Role
from duediligence.store import engagement as store
from duediligence.store import organisation as organisations
from duediligence.store import person as people
from duediligence.store import review as entries
from duediligence.store.engagement import Listed, Sought
from duediligence.workflow.work import Work, subject_of

UNDER_REVIEW = 2000
"""More files than all reviewers together have in hand at a time; a bound, not a goal."""

_REVIEWERS = (Role.AUDITOR, Role.SECOND_REVIEWER)


class Waiting(NamedTuple):
    """A part of the queue."""

    rows: tuple[Listed, ...]
    more: bool  # whether others come after


class Load(NamedTuple):
    """What one reviewer has in hand."""

    name: str
    first: int  # files under review as their auditor
    second: int  # and as their second reviewer
    oldest: datetime | None  # when the longest waiting of them was handed in; None without any


class Conversation(NamedTuple):
    """What a firm and its reviewers wrote to each other."""

    engagement: Engagement
    messages: tuple[entries.Message, ...]
    from_firm: bool  # whether the actor writes for the firm


def waiting(work: Work, sought: Sought, *, first: int, limit: int) -> Waiting:
    """Return files that were handed in: grave ones first, then by residual risk, then who waits longest.

    Args:
        work: who looks; without a role in a reviewing body there is nothing to see.
        sought: what the list is narrowed to.
        first: place of the first file, from 0.
        limit: at most so many.
    """
    narrowed = msgspec.structs.replace(sought, handed_in=True)
    found = store.queue(work.connection, narrowed, limit=first + limit + 1)
    rows = found[first : first + limit]
    return Waiting(
        rows=tuple(row for row in rows if may(work.actor, Step.REVIEW_QUEUE, subject_of(row.engagement))),
        more=len(found) > first + limit,
    )


def one_waiting(work: Work, identifier: str) -> Listed:
    """Return one file as the queue shows it.

    Raises:
        NotFound: there is none, or it is not the actor's to review.
    """
    one = store.load(work.connection, identifier)
    if not may(work.actor, Step.REVIEW_QUEUE, subject_of(one)):
        raise NotFound("There is no such file, or it is not yours to review.")
    firm = organisations.load(work.connection, one.organisation)
    site = organisations.load_site(work.connection, one.site)
    return Listed(engagement=one, organisation=firm.name, site=site.name, sector=firm.sector, region=site.region)


def may_join(work: Work, one: Engagement) -> bool:
    """Return whether the actor could become the second reviewer of a file."""
    return (
        one.stage is Stage.IN_REVIEW
        and one.second_reviewer is None
        and one.reviewer != work.actor.person
        and may(work.actor, Step.REVIEW_QUEUE, subject_of(one))
        and any(member.role is Role.SECOND_REVIEWER for member in work.actor.memberships)
    )


def may_take(work: Work, one: Engagement) -> bool:
    """Return whether the actor could become the auditor of a file."""
    return one.stage is Stage.SUBMITTED and may(work.actor, Step.REVIEW_TAKE, subject_of(one))


def workload(work: Work) -> tuple[Load, ...]:
    """Return what each reviewer of the bodies that the actor leads has in hand, the busiest first."""
    led = [member.organisation for member in work.actor.memberships if member.role is Role.LEAD_AUDITOR]
    names = {
        member.person.id: member.person.name
        for body in led
        for member in people.members(work.connection, body)
        if member.membership.role in _REVIEWERS
    }
    if not names:
        return ()
    files = [row.engagement for row in store.queue(work.connection, _in_review(), limit=UNDER_REVIEW)]
    first = Counter(one.reviewer for one in files)
    second = Counter(one.second_reviewer for one in files)
    loads = [
        Load(
            name=name,
            first=first[person],
            second=second[person],
            oldest=min(
                (one.submitted for one in files if one.submitted and person in (one.reviewer, one.second_reviewer)),
                default=None,
            ),
        )
        for person, name in names.items()
    ]
    return tuple(sorted(loads, key=lambda load: (-load.first - load.second, load.name)))


def conversation(work: Work, identifier: str) -> Conversation:
    """Return what was written about a file, oldest first.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.MESSAGE_WRITE, subject_of(one))
    from_firm = any(member.organisation == one.organisation for member in work.actor.memberships)
    return Conversation(one, entries.messages(work.connection, identifier), from_firm)


def _in_review() -> Sought:
    return Sought(stages=(Stage.IN_REVIEW,))
