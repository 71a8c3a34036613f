"""Screenings of partners as a buyer keeps them, and the days on which partners are looked at again."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, RowMapping, insert, select, update

from duediligence.chain.screening_file import Content, ScreeningFile
from duediligence.errors import NotFound, WrongMoment
from duediligence.organisation import Role
from duediligence.store.reminder import Concern
from duediligence.store.table import membership, organisation, party, person, screening_file

_PLAIN = [name for name in ScreeningFile.__struct_fields__ if name != "content"]
_COLUMNS = [*(screening_file.c[name] for name in _PLAIN), screening_file.c.document]


class Due(NamedTuple):
    """A partner that is to be looked at again."""

    party: str
    name: str
    file: str
    on: date


def add(connection: Connection, one: ScreeningFile) -> None:
    """Write a new screening."""
    connection.execute(insert(screening_file).values(_values(one)))


def save(connection: Connection, before: ScreeningFile, after: ScreeningFile) -> None:
    """Write the next revision of a screening.

    Raises:
        WrongMoment: somebody has changed it since `before` was read.
    """
    place = (screening_file.c.id == before.id, screening_file.c.revision == before.revision)
    if connection.execute(update(screening_file).where(*place).values(_values(after))).rowcount != 1:
        raise WrongMoment("Somebody has changed this screening since you opened it. Look at it again.")


def load(connection: Connection, identifier: str) -> ScreeningFile:
    """Return one screening.

    Raises:
        NotFound: there is none of this id.
    """
    found = connection.execute(select(*_COLUMNS).where(screening_file.c.id == identifier)).mappings().one_or_none()
    if found is None:
        raise NotFound("There is no such screening.")
    return _file(found)


def of_party(connection: Connection, identifier: str) -> tuple[ScreeningFile, ...]:
    """Return the screenings of a party, the newest first."""
    theirs = select(*_COLUMNS).where(screening_file.c.party == identifier).order_by(screening_file.c.id.desc())
    return tuple(_file(row) for row in connection.execute(theirs).mappings())


def due(connection: Connection, buyer: str) -> tuple[Due, ...]:
    """Return the partners of a buyer that are to be looked at again, by their day."""
    query = (
        select(party.c.id, party.c.name, screening_file.c.id.label("file"), screening_file.c.rescreen_on)
        .join_from(screening_file, party, screening_file.c.party == party.c.id)
        .where(screening_file.c.organisation == buyer, screening_file.c.rescreen_on.is_not(None))
        .where(party.c.retired.is_(None))
        .order_by(screening_file.c.rescreen_on, party.c.sort)
    )
    return tuple(Due(*row) for row in connection.execute(query))


def concerned(connection: Connection, last: date) -> Sequence[Concern]:
    """Return the partners that are to be looked at again by `last`, for the leads of the buyers.

    `engagement` names the party.
    """
    query = (
        select(party.c.id, person.c.id, person.c.email, person.c.language, screening_file.c.rescreen_on)
        .distinct()
        .join_from(screening_file, party, screening_file.c.party == party.c.id)
        .join(organisation, organisation.c.id == screening_file.c.organisation)
        .join(membership, membership.c.organisation == organisation.c.id)
        .join(person, membership.c.person == person.c.id)
        .where(screening_file.c.rescreen_on <= last, party.c.retired.is_(None))
        .where(membership.c.role == Role.COMPANY_LEAD, membership.c.ended.is_(None))
        .where(organisation.c.disabled.is_(None), person.c.disabled.is_(None))
    )
    return [
        Concern(engagement=whose, person=who, email=email, language=language, day=day)
        for whose, who, email, language, day in connection.execute(query)
    ]


def _values(one: ScreeningFile) -> dict[str, object]:
    return {name: getattr(one, name) for name in _PLAIN} | {"document": msgspec.json.encode(one.content)}


def _file(row: RowMapping) -> ScreeningFile:
    content = msgspec.json.decode(row["document"], type=Content)
    return msgspec.convert({name: row[name] for name in _PLAIN} | {"content": content}, ScreeningFile)
