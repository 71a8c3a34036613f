"""Files that a lead auditor gave to a reviewer, and how that ended."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, RowMapping, func, insert, select, update

from duediligence.engagement import Part, Stage
from duediligence.store.table import assignment, engagement


class Assignment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file that was given to one reviewer."""

    id: str
    engagement: str
    part: Part
    person: str  # to whom
    reason: str
    by: str
    at: datetime
    ended: datetime | None = None  # taken, given back or given to somebody else; None while it waits


class InHand(msgspec.Struct, frozen=True, kw_only=True):
    """Files under review that one person has taken in one part."""

    person: str
    part: Part
    files: int
    oldest: datetime | None  # when the one that waits longest was handed in


_COLUMNS = [assignment.c[name] for name in Assignment.__struct_fields__]
_WAITS = assignment.c.ended.is_(None)


def add(connection: Connection, one: Assignment) -> None:
    """Give a file to a reviewer; what waited of that file for somebody else must have been ended."""
    connection.execute(insert(assignment).values(msgspec.structs.asdict(one)))


def end(connection: Connection, engagement: str, part: Part, now: datetime) -> None:
    """End what waits of a file in one part, if anything does."""
    waits = (assignment.c.engagement == engagement) & (assignment.c.part == part) & _WAITS
    connection.execute(update(assignment).where(waits).values(ended=now))


def waiting(connection: Connection, engagements: Collection[str]) -> dict[tuple[str, Part], str]:
    """Return for whom files wait, by engagement and part."""
    if not engagements:
        return {}
    columns = (assignment.c.engagement, assignment.c.part, assignment.c.person)
    rows = connection.execute(select(*columns).where(assignment.c.engagement.in_(tuple(engagements)), _WAITS))
    return {(row.engagement, Part(row.part)): row.person for row in rows}


def in_hand(connection: Connection, people: Collection[str]) -> tuple[InHand, ...]:
    """Return what some people have under review, those left out who have nothing."""
    parts = {Part.AUDITOR: engagement.c.reviewer, Part.SECOND_REVIEWER: engagement.c.second_reviewer}
    return tuple(
        InHand(person=row.person, part=part, files=row.files, oldest=row.oldest)
        for part, column in parts.items()
        for row in connection.execute(
            select(
                column.label("person"), func.count().label("files"), func.min(engagement.c.submitted).label("oldest")
            )
            .where(engagement.c.stage == Stage.IN_REVIEW, column.in_(tuple(people)))
            .group_by(column)
        )
    )


def waiting_for(connection: Connection, people: Collection[str]) -> tuple[Assignment, ...]:
    """Return the files that wait for some people."""
    rows = connection.execute(select(*_COLUMNS).where(assignment.c.person.in_(tuple(people)), _WAITS))
    return tuple(map(_read, rows.mappings()))


def of_engagement(connection: Connection, engagement: str) -> tuple[Assignment, ...]:
    """Return to whom a file was given so far, oldest first."""
    rows = connection.execute(select(*_COLUMNS).where(assignment.c.engagement == engagement).order_by(assignment.c.id))
    return tuple(map(_read, rows.mappings()))


def _read(row: RowMapping) -> Assignment:
    return Assignment(**{**row, "part": Part(row["part"])})
