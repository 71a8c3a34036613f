"""Files in the order of urgency, read part by part: each part begins at the place where the one before ended."""

import operator
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, Select, and_, false, or_, select, union_all

from duediligence.engagement import Engagement, Stage
from duediligence.store.engagement import Listed, Sought, conditions, listed_in, listing
from duediligence.store.table import engagement, organisation, queue_place, site

_COLUMNS = tuple(engagement.c[name] for name in ("grave", "residual", "signs", "submitted", "id"))


class Urgency(NamedTuple):
    """Where an engagement stands in the order of urgency; none stands where another does."""

    grave: bool
    residual: float
    signs: int
    submitted: datetime
    identifier: str


def urgency(one: Engagement) -> Urgency:
    """Return where an engagement that was handed in stands."""
    assert one.stated, "only what was handed in has a place"
    assert one.submitted, "only what was handed in has a place"
    return Urgency(one.stated.grave, one.stated.residual, one.stated.signs, one.submitted, one.id)


def queue(  # noqa: PLR0913  each narrows the list in a way of its own
    connection: Connection,
    sought: Sought,
    *,
    limit: int,
    after: Urgency | None = None,
    before: Urgency | None = None,
    unplaced: bool = False,
) -> tuple[Listed, ...]:
    """Return engagements in the order of urgency: grave ones, then by residual, then by signs, then who waits longest.

    Args:
        connection: an open one.
        sought: what the list is narrowed to.
        limit: at most so many.
        after: of the last one already shown.
        before: of the first one already shown; those that stand just in front of it come, still in order.
        unplaced: only those without a place in the queue of the day.
    """
    grave, residual, signs, submitted, identifier = _COLUMNS
    order = (
        (grave, residual, signs, submitted.desc(), identifier.desc())
        if before
        else (grave.desc(), residual.desc(), signs.desc(), submitted, identifier)
    )
    # First which, by an index alone, then what they are: a row is long, because answers lie in the middle of it.
    # The index is in order within a stage; of several, the first of each are read and no others.
    first = [
        select(
            _which(replace(sought, stages=stages), after, before, unplaced=unplaced)
            .order_by(*order)
            .limit(limit)
            .subquery()
        )
        for stages in (*((stage,) for stage in sought.stages), *(() if sought.stages else ((),)))
    ]
    found = union_all(*first).subquery()
    chosen = listing().join(found, found.c.id == identifier).order_by(*order).limit(limit)
    rows = [listed_in(row) for row in connection.execute(chosen)]
    return tuple(reversed(rows) if before else rows)


def _which(sought: Sought, after: Urgency | None, before: Urgency | None, *, unplaced: bool) -> Select[str]:
    """Return the ids of what is sought, between two places."""
    wanted = conditions(sought)
    if unplaced and sought.stages in ((), (Stage.SUBMITTED,)):  # none but these have one
        there = select(queue_place.c.engagement)
        wanted.append(or_(engagement.c.stage != Stage.SUBMITTED, engagement.c.id.not_in(there)))
    if after:
        wanted.append(_stands(after, behind=True))
    if before:
        wanted.append(_stands(before, behind=False))
    which = select(engagement.c.id)
    which = which.join(organisation, organisation.c.id == engagement.c.organisation) if sought.sector else which
    which = which.join(site, site.c.id == engagement.c.site) if sought.region else which
    return which.where(*wanted)


def _stands(place: Urgency, *, behind: bool) -> ColumnElement[bool]:
    """Return which engagements stand behind a place in the order of urgency, or in front of it."""
    grave, residual, signs, submitted, identifier = _COLUMNS
    less = operator.lt if behind else operator.gt  # of what counts downwards
    more = operator.gt if behind else operator.lt
    other_kind = grave.is_(not behind) if place.grave is behind else false()
    later = or_(
        more(submitted, place.submitted), and_(submitted == place.submitted, more(identifier, place.identifier))
    )
    fewer = or_(less(signs, place.signs), and_(signs == place.signs, later))
    within = or_(less(residual, place.residual), and_(residual == place.residual, fewer))
    return or_(other_kind, and_(grave.is_(place.grave), within))
