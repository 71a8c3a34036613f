"""Blind readings: files that chance drew to be judged a second time, and the grades they got."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select, update

from duediligence.engagement import Stage
from duediligence.errors import NotFound
from duediligence.store.engagement import Listed, listed_in, listing
from duediligence.store.table import double_grade, double_reading, engagement, review_entry


class Reading(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file that is judged a second time, by somebody who knows nothing of the first."""

    engagement: str
    drawn: datetime
    person: str | None = None  # the blind reader; None until the lead auditor has given it
    by: str | None = None
    given: datetime | None = None
    begun: datetime | None = None  # the reader said that nothing ties them to the firm
    done: datetime | None = None


class BlindGrade(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The grade that a blind reader gave to the evidence for one answer."""

    question: str
    section: str
    stated: int  # the grade that the answer had when it was handed in
    grade: int
    at: datetime


class Twice(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of a file that was concluded and read blind: what both made of it."""

    engagement: str
    section: str
    stated: int
    grade: int  # of the blind reader
    decision: bytes | None  # JSON: the last grade of the auditor; None where the stated one was left as it was
    concluded: datetime
    done: datetime


class Sample(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far the double sample has come, by files."""

    drawn: int
    read: int  # judged by both
    missed: int  # concluded before anybody was given them to read, or withdrawn


_READING = [double_reading.c[name] for name in Reading.__struct_fields__]
_GRADE = [double_grade.c[name] for name in BlindGrade.__struct_fields__]
_OPEN = (Stage.SUBMITTED, Stage.IN_REVIEW)


def draw(connection: Connection, identifier: str, now: datetime) -> None:
    """Note that chance drew a file; a file is drawn once."""
    known = select(double_reading.c.engagement).where(double_reading.c.engagement == identifier)
    if connection.execute(known).first() is None:
        connection.execute(insert(double_reading).values(engagement=identifier, drawn=now))


def find(connection: Connection, identifier: str) -> Reading | None:
    """Return the reading of a file, None where chance did not draw it."""
    wanted = select(*_READING).where(double_reading.c.engagement == identifier)
    row = connection.execute(wanted).mappings().one_or_none()
    return Reading(**row) if row else None


def load(connection: Connection, identifier: str) -> Reading:
    """Return the reading of a file.

    Raises:
        NotFound: chance did not draw it.
    """
    found = find(connection, identifier)
    if found is None:
        raise NotFound("There is no such reading.")
    return found


def save(connection: Connection, one: Reading) -> None:
    """Write how far a reading has come."""
    values = msgspec.structs.asdict(one)
    connection.execute(
        update(double_reading).where(double_reading.c.engagement == values.pop("engagement")).values(**values)
    )


def waiting(connection: Connection, limit: int) -> tuple[tuple[Reading, Listed], ...]:
    """Return the readings that are not done, of files that may still be given or were given, the oldest first."""
    may_be = engagement.c.stage.in_(_OPEN) | (
        double_reading.c.person.is_not(None) & (engagement.c.stage == Stage.CONCLUDED)
    )
    return _listed(connection, [double_reading.c.done.is_(None), may_be], limit)


def held(connection: Connection, person: str) -> tuple[tuple[Reading, Listed], ...]:
    """Return the readings that somebody was given and has not finished, the oldest first."""
    wanted = [double_reading.c.person == person, double_reading.c.done.is_(None)]
    return _listed(connection, [*wanted, engagement.c.stage != Stage.WITHDRAWN], None)


def unread(connection: Connection, person: str) -> tuple[str, ...]:
    """Return the files of which somebody may learn nothing elsewhere, because they have yet to judge them blind."""
    wanted = select(double_reading.c.engagement).where(
        double_reading.c.person == person, double_reading.c.done.is_(None)
    )
    return tuple(connection.execute(wanted).scalars())


def grades(connection: Connection, identifier: str) -> dict[str, BlindGrade]:
    """Return the grades that a blind reader gave, by question."""
    rows = connection.execute(select(*_GRADE).where(double_grade.c.engagement == identifier)).mappings()
    return {row["question"]: BlindGrade(**row) for row in rows}


def grade(connection: Connection, identifier: str, given: Iterable[BlindGrade]) -> None:
    """Write grades, each in the place of the one that its answer had before."""
    rows = [{"engagement": identifier, **msgspec.structs.asdict(one)} for one in given]
    if rows:
        forget(connection, identifier, [str(row["question"]) for row in rows])
        connection.execute(insert(double_grade), rows)


def forget(connection: Connection, identifier: str, questions: list[str] | None = None) -> None:
    """Take grades off a reading: those of some questions, or all."""
    gone = delete(double_grade).where(double_grade.c.engagement == identifier)
    connection.execute(gone if questions is None else gone.where(double_grade.c.question.in_(questions)))


def twice(connection: Connection, limit: int) -> tuple[Twice, ...]:
    """Return the answers that were judged by both on the last files that were read blind and concluded, no samples."""
    files = (
        select(double_reading.c.engagement, double_reading.c.done, engagement.c.concluded)
        .join(engagement, engagement.c.id == double_reading.c.engagement)
        .where(
            double_reading.c.done.is_not(None),
            engagement.c.concluded.is_not(None),
            engagement.c.sample.is_(False),
        )
        .order_by(double_reading.c.done.desc(), double_reading.c.engagement)
        .limit(limit)
        .subquery()
    )
    first = _first_grades(connection, select(files.c.engagement))
    rows = connection.execute(
        select(files, double_grade.c.question, double_grade.c.section, double_grade.c.stated, double_grade.c.grade)
        .join(double_grade, double_grade.c.engagement == files.c.engagement)
        .order_by(files.c.engagement, double_grade.c.question)
    )
    return tuple(
        Twice(
            engagement=row.engagement,
            section=row.section,
            stated=row.stated,
            grade=row.grade,
            decision=first.get((row.engagement, row.question)),
            concluded=row.concluded,
            done=row.done,
        )
        for row in rows
    )


def sample(connection: Connection) -> Sample:
    """Return how far the double sample has come, samples of the service left out."""
    read = double_reading.c.done.is_not(None) & engagement.c.concluded.is_not(None)
    gone = engagement.c.stage == Stage.WITHDRAWN
    late = double_reading.c.person.is_(None) & (engagement.c.stage == Stage.CONCLUDED)
    missed = double_reading.c.done.is_(None) & (gone | late)
    row = connection.execute(
        select(func.count(), func.count().filter(read), func.count().filter(missed))
        .select_from(double_reading.join(engagement, engagement.c.id == double_reading.c.engagement))
        .where(engagement.c.sample.is_(False))
    ).one()
    return Sample(drawn=row[0], read=row[1], missed=row[2])


def _first_grades(connection: Connection, files: Select[str]) -> Mapping[tuple[str, str], bytes]:
    """Return the last grade that the auditor of each file gave to each answer, as JSON."""
    rows = connection.execute(
        select(review_entry.c.engagement, review_entry.c.question, review_entry.c.content)
        .where(review_entry.c.kind == "graded", review_entry.c.engagement.in_(files))
        .order_by(review_entry.c.number)
    )
    return {(row.engagement, row.question): row.content for row in rows}


def _listed(
    connection: Connection, wanted: list[ColumnElement[bool]], limit: int | None
) -> tuple[tuple[Reading, Listed], ...]:
    rows = connection.execute(
        listing()
        .add_columns(*(column.label(f"reading_{column.name}") for column in _READING))
        .join(double_reading, double_reading.c.engagement == engagement.c.id)
        .where(*wanted)
        .order_by(double_reading.c.drawn, double_reading.c.engagement)
        .limit(limit)
    ).all()
    names = Reading.__struct_fields__
    return tuple((Reading(**{name: getattr(row, f"reading_{name}") for name in names}), listed_in(row)) for row in rows)
