"""Rows of evidence files and of the answers they stand for.

Every query names the organisation: the id of another firm's file finds nothing.
"""

from datetime import date, datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from duediligence.errors import NotFound
from duediligence.evidence import File, Link, Linked
from duediligence.store.table import engagement, file, file_link, organisation, product

_COLUMNS = [file.c[name] for name in File.__struct_fields__]


def hold(connection: Connection, owner: str) -> None:
    """Keep other uploads and erasures of one organisation waiting until this transaction ends.

    On SQLite a writer has the database to itself already.

    Raises:
        NotFound: there is no such organisation.
    """
    # Not the key: rows that only refer to the organisation are written meanwhile.
    wanted = select(organisation.c.id).where(organisation.c.id == owner).with_for_update(key_share=True)
    held = connection.execute(wanted)
    if held.one_or_none() is None:
        raise NotFound("There is no such organisation.")


def add(connection: Connection, one: File) -> None:
    """Write a new file."""
    connection.execute(insert(file).values(**msgspec.structs.asdict(one)))


def load(connection: Connection, owner: str, identifier: str) -> File:
    """Return one file of an organisation, erased or not.

    Raises:
        NotFound: it has none of this id.
    """
    wanted = select(*_COLUMNS).where(file.c.id == identifier, file.c.organisation == owner)
    found = connection.execute(wanted).mappings().one_or_none()
    if found is None:
        raise NotFound("There is no such file.")
    return File(**found)


def load_shared(connection: Connection, owner: str, about: str, identifier: str) -> File:
    """Return one file of an organisation as a reviewer of one of its assessments may open it.

    Args:
        connection: an open one.
        owner: the organisation.
        about: the assessment under review.
        identifier: id of the file.

    Raises:
        NotFound: it has none of this id, or it is private, erased, or stands for no answer of the assessment.
    """
    links = select(file_link.c.file).where(file_link.c.engagement == about)
    wanted = select(*_COLUMNS).where(
        file.c.id == identifier,
        file.c.organisation == owner,
        file.c.shared,
        file.c.erased.is_(None),
        file.c.id.in_(links),
    )
    found = connection.execute(wanted).mappings().one_or_none()
    if found is None:
        raise NotFound("There is no such file.")
    return File(**found)


def listed(connection: Connection, owner: str, *, limit: int | None = None, before: str = "") -> tuple[File, ...]:
    """Return the files of an organisation that are not erased, the newest first; with `before` those older than it."""
    wanted = select(*_COLUMNS).where(file.c.organisation == owner, file.c.erased.is_(None)).order_by(file.c.id.desc())
    wanted = (wanted.where(file.c.id < before) if before else wanted).limit(limit)
    return tuple(File(**row) for row in connection.execute(wanted).mappings())


def of_engagement(
    connection: Connection, owner: str, about: str, *, until: datetime | None = None
) -> tuple[Linked, ...]:
    """Return the files that stand for answers of an assessment, private and erased ones too, by question.

    Args:
        connection: an open one.
        owner: the organisation.
        about: the assessment.
        until: only those that stood for an answer at that moment; all for None.
    """
    wanted = (
        select(file_link.c.question, *_COLUMNS)
        .join(file_link, file_link.c.file == file.c.id)
        .where(file.c.organisation == owner, file_link.c.engagement == about)
        .order_by(file_link.c.question, file.c.id)
    )
    wanted = wanted if until is None else wanted.where(file_link.c.at <= until)
    rows = (dict(row) for row in connection.execute(wanted).mappings())
    return tuple(Linked(question=row.pop("question"), file=File(**row)) for row in rows)


def links(connection: Connection, owner: str, identifier: str) -> tuple[Link, ...]:
    """Return the answers that a file stands for, by assessment and question."""
    wanted = (
        select(file_link.c.file, file_link.c.engagement, file_link.c.question)
        .join(file, file.c.id == file_link.c.file)
        .where(file.c.organisation == owner, file.c.id == identifier)
        .order_by(file_link.c.engagement, file_link.c.question)
    )
    return tuple(Link(**row) for row in connection.execute(wanted).mappings())


def link(connection: Connection, owner: str, one: Link, now: datetime) -> None:
    """Let a file stand for an answer; nothing changes where it does already.

    Raises:
        NotFound: file and assessment are not both of this organisation.
    """
    load(connection, owner, one.file)
    own = select(engagement.c.id).where(engagement.c.id == one.engagement, engagement.c.organisation == owner)
    if connection.execute(own).one_or_none() is None:
        raise NotFound("There is no such assessment.")
    if connection.execute(select(file_link.c.file).where(_is(one))).one_or_none() is None:
        connection.execute(insert(file_link).values(**msgspec.structs.asdict(one), at=now))


def unlink(connection: Connection, owner: str, one: Link) -> None:
    """Let a file no longer stand for an answer; nothing changes where it does not.

    Raises:
        NotFound: the organisation has no such file.
    """
    load(connection, owner, one.file)
    connection.execute(delete(file_link).where(_is(one)))


def describe(connection: Connection, one: File) -> None:
    """Write what a firm may say otherwise later: the dates of a document, and who may open it."""
    connection.execute(
        update(file)
        .where(file.c.id == one.id, file.c.organisation == one.organisation)
        .values(dated=one.dated, valid_until=one.valid_until, shared=one.shared)
    )


def erase(connection: Connection, one: File, now: datetime, reason: str) -> None:
    """Leave of a file its digest, its kind and the reason; its name goes too, for it may name somebody."""
    connection.execute(
        update(file)
        .where(file.c.id == one.id, file.c.organisation == one.organisation, file.c.erased.is_(None))
        .values(size=0, name="", erased=now, erased_reason=reason)
    )


def occupied(connection: Connection, owner: str) -> int:
    """Return how many bytes the files of an organisation hold together."""
    total = select(func.coalesce(func.sum(file.c.size), 0)).where(file.c.organisation == owner)
    return int(connection.execute(total).scalar_one())


def in_use(connection: Connection, owner: str, sha256: str) -> bool:
    """Return whether an organisation has a file with this content that is not erased, or a job made one for it."""
    sent = select(file.c.id).where(file.c.organisation == owner, file.c.sha256 == sha256, file.c.erased.is_(None))
    made = select(product.c.id).where(product.c.organisation == owner, product.c.sha256 == sha256)
    return connection.execute(sent.union_all(made).limit(1)).first() is not None


def expiring(connection: Connection, owner: str, until: date) -> tuple[File, ...]:
    """Return the files of an organisation whose documents end on or before a day, the first to end first."""
    wanted = (
        select(*_COLUMNS)
        .where(file.c.organisation == owner, file.c.erased.is_(None), file.c.valid_until <= until)
        .order_by(file.c.valid_until, file.c.id)
    )
    return tuple(File(**row) for row in connection.execute(wanted).mappings())


def _is(one: Link) -> ColumnElement[bool]:
    return and_(
        file_link.c.file == one.file,
        file_link.c.engagement == one.engagement,
        file_link.c.question == one.question,
    )
