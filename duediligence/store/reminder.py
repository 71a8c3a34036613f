"""Who is to be reminded of what: days that come near or have passed, with the people they concern."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.store.table import engagement, membership, organisation, person, safety_check

Query: TypeAlias = Select[*tuple[Any, ...]]

_MANY = 500


class Concern(msgspec.Struct, frozen=True, kw_only=True):
    """One engagement that one person is to be reminded of."""

    engagement: str
    person: str
    email: str  # or a login name
    language: str
    day: date


def expiring(connection: Connection, first: date, last: date) -> list[Concern]:
    """Return concluded assessments that expire from `first` to `last`, for the leads of their firms."""
    expires = engagement.c.expires.between(first, last)
    return _read(connection, _to_firm(engagement.c.expires, engagement.c.stage == Stage.CONCLUDED, expires))


def idle(connection: Connection, since: datetime) -> list[Concern]:
    """Return questionnaires not changed after `since`, rehearsals apart, for the leads and whoever began them.

    The day is the one of the last change.
    """
    waiting = and_(engagement.c.stage == Stage.ANSWERING, engagement.c.rehearsal.is_(False))
    query = _to_firm(engagement.c.changed, waiting, engagement.c.changed <= since, or_begun=True)
    return _read(connection, query)


def checks(connection: Connection, last: date) -> list[Concern]:
    """Return safety checks that are due by `last` and not done, for the reviewers of the assessment."""
    query = (
        select(engagement.c.id, person.c.id, person.c.email, person.c.language, safety_check.c.due)
        .join_from(safety_check, engagement, safety_check.c.engagement == engagement.c.id)
        .join(person, or_(person.c.id == engagement.c.reviewer, person.c.id == engagement.c.second_reviewer))
        .where(safety_check.c.done.is_(None), safety_check.c.due <= last)
        .where(engagement.c.sample.is_(False), person.c.disabled.is_(None))
    )
    return _read(connection, query)


def leads(connection: Connection, engagements: Collection[str]) -> dict[str, list[Concern]]:
    """Return the leads of the firms whose engagements are named, by engagement; the day is the one it was begun."""
    wanted = sorted(engagements)
    found: dict[str, list[Concern]] = {}
    for start in range(0, len(wanted), _MANY):
        some = engagement.c.id.in_(wanted[start : start + _MANY])
        for one in _read(connection, _to_firm(engagement.c.created, some)):
            found.setdefault(one.engagement, []).append(one)
    return found


def _to_firm(day: ColumnElement[Any], *conditions: ColumnElement[bool], or_begun: bool = False) -> Query:
    """Return engagements with the people of their firm who look after them; samples and withdrawn ones apart."""
    lead = membership.c.role == Role.COMPANY_LEAD
    concerned = or_(lead, person.c.id == engagement.c.created_by) if or_begun else lead
    return (
        select(engagement.c.id, person.c.id, person.c.email, person.c.language, day)
        .distinct()
        .join_from(engagement, organisation, engagement.c.organisation == organisation.c.id)
        .join(membership, membership.c.organisation == organisation.c.id)
        .join(person, membership.c.person == person.c.id)
        .where(*conditions, concerned, engagement.c.sample.is_(False), engagement.c.withdrawn.is_(None))
        .where(organisation.c.disabled.is_(None), membership.c.ended.is_(None), person.c.disabled.is_(None))
    )


def _read(connection: Connection, query: Query) -> list[Concern]:
    return [
        Concern(
            engagement=whose,
            person=who,
            email=email,
            language=language,
            day=day.date() if isinstance(day, datetime) else day,
        )
        for whose, who, email, language, day in connection.execute(query)
    ]
