"""What an administrator sees of assessments: how many there are by version, and which were sealed last. No answers."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select

from duediligence.engagement import Stage
from duediligence.store.table import engagement, sealed


class InUse(msgspec.Struct, frozen=True, kw_only=True):
    """How many assessments answer one version of a questionnaire; samples are not counted."""

    questionnaire: str
    version: str
    open: int  # still being answered, rehearsals among them
    handed_in: int


class LastSeal(msgspec.Struct, frozen=True, kw_only=True):
    """Where the newest sealed result of one assessment lies in the vault."""

    engagement: str
    number: int


def in_use(connection: Connection) -> tuple[InUse, ...]:
    """Return every version of a questionnaire that somebody answers or has answered."""
    version = (engagement.c.questionnaire, engagement.c.questionnaire_version)
    still_open = engagement.c.stage == Stage.ANSWERING
    rows = connection.execute(
        select(
            *version,
            func.count().filter(still_open).label("open"),
            func.count().filter(~still_open).label("handed_in"),
        )
        .where(~engagement.c.sample)
        .group_by(*version)
        .order_by(*version)
    )
    return tuple(
        InUse(
            questionnaire=row.questionnaire,
            version=row.questionnaire_version,
            open=row.open,
            handed_in=row.handed_in,
        )
        for row in rows
    )


def sealed_last(connection: Connection, before: datetime, most: int) -> tuple[LastSeal, ...]:
    """Return the newest seal of each assessment that stands, the one sealed last first.

    Args:
        connection: a reading one.
        before: what was sealed later is left out.
        most: how many at most.
    """
    newest = func.max(sealed.c.number).label("number")
    last = func.max(sealed.c.at)
    rows = connection.execute(
        select(sealed.c.engagement, newest)
        .join(engagement, engagement.c.id == sealed.c.engagement)
        .where(~engagement.c.sample, engagement.c.withdrawn.is_(None), sealed.c.at <= before)
        .group_by(sealed.c.engagement)
        .order_by(last.desc(), sealed.c.engagement)
        .limit(most)
    )
    return tuple(LastSeal(engagement=row.engagement, number=row.number) for row in rows)
