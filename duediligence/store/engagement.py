"""Assessments on their way: rows, changes to answers, and sealed documents."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    union,
    update,
)

from duediligence.engagement import Engagement, Stage, Stated
from duediligence.errors import NotFound, WrongMoment
from duediligence.store.table import (
    answer_change,
    assignment,
    confirmation,
    engagement,
    file_link,
    given_section,
    interest,
    opinion,
    organisation,
    preparer,
    sealed,
    site,
)

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

_PLAIN = [name for name in Engagement.__struct_fields__ if name != "stated"]
_STATED = Stated.__struct_fields__
_COLUMNS = [engagement.c[name] for name in (*_PLAIN, *_STATED)]

# Written out once, because every saved answer asks them: to build a statement takes longer than to run it.
_WITH_RESPONSE = select(*_COLUMNS, engagement.c.response).where(engagement.c.id == bindparam("wanted"))
_CHANGED_BY_OTHERS = (
    select(answer_change.c.question, answer_change.c.by)
    .where(
        answer_change.c.engagement == bindparam("wanted"),
        answer_change.c.revision > bindparam("since"),
        answer_change.c.question.in_(bindparam("questions", expanding=True)),
        answer_change.c.by != bindparam("person"),
    )
    .order_by(answer_change.c.revision)
)
_GIVEN = (
    select(given_section.c.section, given_section.c.person)
    .where(given_section.c.engagement == bindparam("wanted"))
    .order_by(given_section.c.section, given_section.c.person)
)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One answer that was changed; old and new are JSON, None without an answer and for protected questions."""

    revision: int
    question: str
    old: bytes | None
    new: bytes | None
    by: str
    at: datetime


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What was computed at one step, as a reviewer may see it."""

    number: int
    reason: str
    document: bytes
    digest: str
    at: datetime


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An engagement with the names that a list shows."""

    engagement: Engagement
    organisation: str
    site: str
    sector: str
    region: str


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is narrowed to; empty fields narrow nothing."""

    organisations: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    reviewer: str = ""  # as first or second, or to whom it was given
    sector: str = ""
    region: str = ""
    band: str = ""
    handed_in: bool = False  # neither rehearsals nor what is still being answered


def add(connection: Connection, one: Engagement, response: bytes) -> None:
    """Write a new engagement with its response."""
    values = {name: getattr(one, name) for name in _PLAIN}
    connection.execute(insert(engagement).values(response=response, indicators="{}", grave=False, **values))


def load(connection: Connection, identifier: str) -> Engagement:
    """Return one engagement.

    Raises:
        NotFound: there is none of this id.
    """
    row = connection.execute(select(*_COLUMNS).where(engagement.c.id == identifier)).one_or_none()
    return _engagement(_found(row))


def load_with_response(connection: Connection, identifier: str) -> tuple[Engagement, bytes]:
    """Return one engagement and its response as JSON, without protected answers.

    Raises:
        NotFound: there is none of this id.
    """
    row = _found(connection.execute(_WITH_RESPONSE, {"wanted": identifier}).one_or_none())
    return _engagement(row), row.response


def replace_response(connection: Connection, before: Engagement, after: Engagement, response: bytes) -> None:
    """Write the next revision of a response in place.

    Raises:
        WrongMoment: somebody has changed it since `before` was read.
    """
    values = {"revision": after.revision, "answered": after.answered, "asked": after.asked, "changed": after.changed}
    _update(connection, before, {**values, "response": response})


def save(connection: Connection, before: Engagement, after: Engagement) -> None:
    """Write everything of an engagement but its response.

    Raises:
        WrongMoment: somebody has changed it since `before` was read.
    """
    values = {name: getattr(after, name) for name in _PLAIN}
    if after.stated:
        stated = msgspec.structs.asdict(after.stated)
        values |= stated | {"indicators": msgspec.json.encode(after.stated.indicators).decode()}
    _update(connection, before, values)


def remove(connection: Connection, identifier: str) -> None:
    """Delete an engagement that was never handed in, with all that hangs on it."""
    for table in (answer_change, confirmation, given_section, opinion, interest, file_link, preparer, sealed):
        connection.execute(delete(table).where(table.c.engagement == identifier))
    connection.execute(delete(engagement).where(engagement.c.id == identifier))


def _update(connection: Connection, before: Engagement, values: dict[str, object]) -> None:
    result = connection.execute(
        update(engagement)
        .where(engagement.c.id == before.id, engagement.c.revision == before.revision)
        .values(**values)
    )
    if result.rowcount != 1:
        raise WrongMoment(f"Assessment {before.id} was changed by somebody else meanwhile.")


def note_changes(connection: Connection, identifier: str, changes: Iterable[Change]) -> None:
    """Add rows to the history of a response."""
    rows = [{"engagement": identifier, **msgspec.structs.asdict(one)} for one in changes]
    if rows:
        connection.execute(insert(answer_change), rows)


def changes(
    connection: Connection, identifier: str, *, questions: Sequence[str] = (), since: int = -1
) -> tuple[Change, ...]:
    """Return changes to answers after a revision, oldest first.

    Args:
        connection: an open one.
        identifier: of the engagement.
        questions: only these; all when empty.
        since: changes of later revisions only.
    """
    wanted: list[ColumnElement[bool]] = [answer_change.c.engagement == identifier, answer_change.c.revision > since]
    if questions:
        wanted.append(answer_change.c.question.in_(questions))
    fields = [answer_change.c[name] for name in Change.__struct_fields__]
    rows = connection.execute(select(*fields).where(*wanted).order_by(answer_change.c.revision))
    return tuple(Change(**row) for row in rows.mappings())


def changed_by_others(
    connection: Connection, identifier: str, person: str, questions: Sequence[str], *, since: int
) -> dict[str, str]:
    """Return who else last changed each of some questions after a revision, where anybody did."""
    sought = {"wanted": identifier, "person": person, "questions": list(questions), "since": since}
    rows = connection.execute(_CHANGED_BY_OTHERS, sought)
    return {row.question: row.by for row in rows}


def seal(connection: Connection, identifier: str, one: Sealed) -> None:
    """Add a sealed document; a number serves once."""
    connection.execute(insert(sealed).values(engagement=identifier, **msgspec.structs.asdict(one)))


def seals(connection: Connection, identifier: str) -> tuple[Sealed, ...]:
    """Return every sealed document of an engagement, oldest first."""
    fields = [sealed.c[name] for name in Sealed.__struct_fields__]
    rows = connection.execute(select(*fields).where(sealed.c.engagement == identifier).order_by(sealed.c.number))
    return tuple(Sealed(**row) for row in rows.mappings())


def last_seal(connection: Connection, identifier: str) -> Sealed | None:
    """Return the newest sealed document, None before the first."""
    fields = [sealed.c[name] for name in Sealed.__struct_fields__]
    row = (
        connection.execute(
            select(*fields).where(sealed.c.engagement == identifier).order_by(sealed.c.number.desc()).limit(1)
        )
        .mappings()
        .one_or_none()
    )
    return Sealed(**row) if row else None


def to_confirm(connection: Connection, identifier: str) -> tuple[str, ...]:
    """Return the questions whose carried answer nobody has confirmed yet."""
    rows = connection.execute(select(confirmation.c.question).where(confirmation.c.engagement == identifier))
    return tuple(sorted(row.question for row in rows))


def ask_to_confirm(connection: Connection, identifier: str, questions: Iterable[str]) -> None:
    """Mark answers as carried over and not yet confirmed."""
    rows = [{"engagement": identifier, "question": question} for question in questions]
    if rows:
        connection.execute(insert(confirmation), rows)


def confirm(connection: Connection, identifier: str, questions: Iterable[str]) -> None:
    """Take the mark off answers that a person has confirmed or changed."""
    connection.execute(
        delete(confirmation).where(
            confirmation.c.engagement == identifier, confirmation.c.question.in_(tuple(questions))
        )
    )


def sections_given(connection: Connection, identifier: str) -> dict[str, tuple[str, ...]]:
    """Return the people to whom each section was given."""
    rows = connection.execute(_GIVEN, {"wanted": identifier})
    given: dict[str, tuple[str, ...]] = {}
    for row in rows:
        given[row.section] = (*given.get(row.section, ()), row.person)
    return given


def give_section(connection: Connection, identifier: str, section: str, people: Iterable[str]) -> None:
    """Give a section to these people and to nobody else."""
    connection.execute(
        delete(given_section).where(given_section.c.engagement == identifier, given_section.c.section == section)
    )
    rows = [{"engagement": identifier, "section": section, "person": one} for one in people]
    if rows:
        connection.execute(insert(given_section), rows)


def declare_interest(connection: Connection, identifier: str, person: str, words: str, now: datetime) -> None:
    """Write what ties a reviewer to a firm, "" when nothing does; what somebody said before gives way to it."""
    whose = (interest.c.engagement == identifier) & (interest.c.person == person)
    if connection.execute(update(interest).where(whose).values(words=words, at=now)).rowcount == 0:
        connection.execute(insert(interest).values(engagement=identifier, person=person, words=words, at=now))


def interests(connection: Connection, identifier: str) -> dict[str, str]:
    """Return the declared interests by person."""
    rows = connection.execute(select(interest.c.person, interest.c.words).where(interest.c.engagement == identifier))
    return {row.person: row.words for row in rows}


def tied_to(connection: Connection, organisation_id: str) -> frozenset[str]:
    """Return who has ever declared, at one of its files, that something ties them to a firm."""
    rows = connection.execute(
        select(interest.c.person)
        .join(engagement, engagement.c.id == interest.c.engagement)
        .where(engagement.c.organisation == organisation_id, interest.c.words != "")
    )
    return frozenset(rows.scalars())


def listed(
    connection: Connection, sought: Sought, *, limit: int, after: tuple[datetime, str] | None = None
) -> tuple[Listed, ...]:
    """Return engagements, the last changed first.

    Args:
        connection: an open one.
        sought: what the list is narrowed to.
        limit: at most so many.
        after: `changed` and id of the last one already shown.
    """
    wanted = conditions(sought)
    if after:
        moment, identifier = after
        wanted.append(
            or_(
                engagement.c.changed < moment,
                and_(engagement.c.changed == moment, engagement.c.id < identifier),
            )
        )
    rows = connection.execute(
        listing().where(*wanted).order_by(engagement.c.changed.desc(), engagement.c.id.desc()).limit(limit)
    )
    return tuple(listed_in(row) for row in rows)


def expiring(connection: Connection, day: date) -> tuple[Engagement, ...]:
    """Return the concluded engagements that expire on a day or before."""
    rows = connection.execute(
        select(*_COLUMNS).where(engagement.c.stage == Stage.CONCLUDED, engagement.c.expires <= day)
    )
    return tuple(_engagement(row) for row in rows)


def listing() -> Select[*tuple[Any, ...]]:
    """Return the query behind every list of engagements."""
    return (
        select(
            *_COLUMNS,
            organisation.c.name.label("organisation_name"),
            site.c.name.label("site_name"),
            organisation.c.sector.label("firm_sector"),
            site.c.region.label("site_region"),
        )
        .join(organisation, organisation.c.id == engagement.c.organisation)
        .join(site, site.c.id == engagement.c.site)
    )


def conditions(sought: Sought) -> list[ColumnElement[bool]]:
    """Return what it is narrowed by."""
    wanted: list[ColumnElement[bool]] = []
    if sought.organisations:
        wanted.append(engagement.c.organisation.in_(sought.organisations))
    if sought.stages:
        wanted.append(engagement.c.stage.in_(sought.stages))
    if sought.reviewer:
        given = select(assignment.c.engagement).where(
            assignment.c.person == sought.reviewer, assignment.c.ended.is_(None)
        )
        parts = (engagement.c.reviewer, engagement.c.second_reviewer)
        held = (select(engagement.c.id).where(part == sought.reviewer) for part in parts)
        wanted.append(engagement.c.id.in_(union(*held, given)))  # each by its index, which "or" would not use
    if sought.handed_in:
        wanted += [engagement.c.rehearsal.is_(False), engagement.c.stage != Stage.ANSWERING]
    for column, value in (
        (organisation.c.sector, sought.sector),
        (site.c.region, sought.region),
        (engagement.c.band, sought.band),
    ):
        if value:
            wanted.append(column == value)
    return wanted


def listed_in(row: AnyRow) -> Listed:
    """Return what one of its rows holds."""
    return Listed(
        engagement=_engagement(row),
        organisation=row.organisation_name,
        site=row.site_name,
        sector=row.firm_sector,
        region=row.site_region,
    )


def _engagement(row: AnyRow) -> Engagement:
    values = {name: getattr(row, name) for name in _PLAIN}
    stated = None
    if row.band is not None:
        facts = {name: getattr(row, name) for name in _STATED}
        facts["indicators"] = msgspec.json.decode(row.indicators, type=dict[str, str])
        stated = Stated(**facts)
    values["stage"] = Stage(row.stage)
    return Engagement(**values, stated=stated)


def _found(row: AnyRow | None) -> AnyRow:
    if row is None:
        raise NotFound("There is no such assessment.")
    return row
