"""Organisations and their sites."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, RowMapping, insert, select, update

from duediligence.errors import NotFound
from duediligence.organisation import Kind, Organisation, Role, Site
from duediligence.store.table import membership, organisation, site

_ORGANISATION = [organisation.c[name] for name in Organisation.__struct_fields__]
_SITE = [site.c[name] for name in Site.__struct_fields__]


def add(connection: Connection, one: Organisation) -> None:
    """Write a new organisation."""
    connection.execute(insert(organisation).values(**msgspec.structs.asdict(one)))


def save(connection: Connection, one: Organisation) -> None:
    """Write an organisation that is there already."""
    connection.execute(update(organisation).where(organisation.c.id == one.id).values(**msgspec.structs.asdict(one)))


def load(connection: Connection, identifier: str) -> Organisation:
    """Return one organisation.

    Raises:
        NotFound: there is none of this id.
    """
    rows = connection.execute(select(*_ORGANISATION).where(organisation.c.id == identifier)).mappings()
    found = rows.one_or_none()
    if found is None:
        raise NotFound("There is no such organisation.")
    return _organisation(found)


def load_many(connection: Connection, identifiers: Sequence[str]) -> tuple[Organisation, ...]:
    """Return the organisations of these ids, by name."""
    rows = connection.execute(
        select(*_ORGANISATION).where(organisation.c.id.in_(identifiers)).order_by(organisation.c.name)
    ).mappings()
    return tuple(_organisation(row) for row in rows)


def listed(
    connection: Connection, *, limit: int, kind: Kind | None = None, words: str = "", after: str = ""
) -> tuple[Organisation, ...]:
    """Return organisations, the newest first.

    Args:
        connection: an open one.
        limit: at most so many.
        kind: only of this kind.
        words: only those whose name holds them, capitals or not.
        after: id of the last one already shown.
    """
    wanted = select(*_ORGANISATION).order_by(organisation.c.id.desc()).limit(limit)
    if kind:
        wanted = wanted.where(organisation.c.kind == kind)
    if words:
        wanted = wanted.where(organisation.c.name.icontains(words, autoescape=True))
    if after:
        wanted = wanted.where(organisation.c.id < after)
    return tuple(_organisation(row) for row in connection.execute(wanted).mappings())


def disable(connection: Connection, identifier: str, now: datetime) -> None:
    """Take an organisation out of use; what it did stays."""
    connection.execute(update(organisation).where(organisation.c.id == identifier).values(disabled=now))


def body_of(connection: Connection, person: str, role: Role) -> Organisation:
    """Return the organisation in which a person has a role, the one joined first.

    Raises:
        NotFound: the person never had it.
    """
    rows = connection.execute(
        select(*_ORGANISATION)
        .join(membership, membership.c.organisation == organisation.c.id)
        .where(membership.c.person == person, membership.c.role == role)
        .order_by(membership.c.created)
        .limit(1)
    ).mappings()
    found = rows.one_or_none()
    if found is None:
        raise NotFound("Nobody of this role belongs to any organisation.")
    return _organisation(found)


def add_site(connection: Connection, one: Site) -> None:
    """Write a new site."""
    connection.execute(insert(site).values(**msgspec.structs.asdict(one)))


def save_site(connection: Connection, one: Site) -> None:
    """Write a site that is there already."""
    connection.execute(update(site).where(site.c.id == one.id).values(**msgspec.structs.asdict(one)))


def sites(connection: Connection, identifier: str) -> tuple[Site, ...]:
    """Return the sites of an organisation, by name."""
    rows = connection.execute(select(*_SITE).where(site.c.organisation == identifier).order_by(site.c.name))
    return tuple(Site(**row) for row in rows.mappings())


def load_site(connection: Connection, identifier: str) -> Site:
    """Return one site.

    Raises:
        NotFound: there is none of this id.
    """
    found = connection.execute(select(*_SITE).where(site.c.id == identifier)).mappings().one_or_none()
    if found is None:
        raise NotFound("There is no such site.")
    return Site(**found)


def _organisation(row: RowMapping) -> Organisation:
    return Organisation(**{**row, "kind": Kind(row["kind"])})
