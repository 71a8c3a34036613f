"""Statistics: what is counted, read out of sealed assessments, and the releases made of it.

A release is kept with the firms it was taken of, so that the next one can tell how
many of them moved. The firms never leave this module but to `duediligence.statistics`.
"""

from datetime import datetime
from functools import cache

import msgspec
from sqlalchemy import Connection, extract, func, insert, or_, select

from duediligence import statistics
from duediligence.organisation import Kind
from duediligence.statistics import HEADCOUNT, Firms, Observation, Quarter, Release
from duediligence.store.table import engagement, organisation, sealed
from duediligence.store.table import statistics_release as release
from questionnaires.response import Answer
from risk_models.profile import RiskProfile

_HELD = 100
"""Documents that are held at once."""


class _Response(msgspec.Struct, frozen=True):
    answers: dict[str, Answer]


class _Sealed(msgspec.Struct, frozen=True):
    """What is read of a sealed assessment."""

    response: _Response
    profile: RiskProfile


def published(connection: Connection) -> Release | None:
    """Return the newest release, None before the first."""
    row = connection.execute(select(release.c.document).order_by(release.c.quarter.desc()).limit(1)).one_or_none()
    return msgspec.json.decode(row.document, type=Release) if row else None


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A release that is worked out and not kept yet, with the firms it was taken of."""

    release: Release
    firms: Firms


def drawn_up(connection: Connection, quarter: Quarter, now: datetime) -> Drawn | None:
    """Return the release of a quarter that is over, None where it was made before.

    This takes a minute where there are many firms, so it is done on a reading connection. Nothing is
    lost by that: a release speaks of what was known when the quarter ended.

    Raises:
        ValueError: the quarter is not over, or a later one was published.
    """
    last = published(connection)
    if last and last.quarter == quarter:
        return None
    if now < quarter.end or (last and last.quarter > quarter):
        raise ValueError(f"{quarter} cannot be published")
    found = statistics.firms(observations(connection, quarter.end))
    made = statistics.released(found, quarter, last, cache(lambda earlier: _firms(connection, earlier)))
    return Drawn(release=made, firms=found)


def keep(connection: Connection, drawn: Drawn, now: datetime) -> None:
    """Publish a release, unless one of its quarter or a later one was published meanwhile: made once, it stays."""
    quarter = drawn.release.quarter
    last = published(connection)
    if last and last.quarter >= quarter:
        return
    row = {"document": msgspec.json.encode(drawn.release), "firms": msgspec.json.encode(drawn.firms)}
    connection.execute(insert(release).values(quarter=str(quarter), **row, at=now))


def observations(connection: Connection, before: datetime) -> tuple[Observation, ...]:
    """Return what was known of each site and year at a moment: its latest assessment, as it was sealed then.

    Rehearsals, samples, and assessments not yet handed in or already withdrawn are left out.
    """
    newest = (
        select(sealed.c.engagement, func.max(sealed.c.number).label("number"))
        .where(sealed.c.at < before)
        .group_by(sealed.c.engagement)
        .subquery()
    )
    of_year = (engagement.c.site, extract("year", engagement.c.ends))
    latest_first = (engagement.c.submitted.desc(), engagement.c.id.desc())
    ranked = (
        select(
            engagement.c.id,
            engagement.c.organisation,
            engagement.c.ends,
            organisation.c.sector,
            organisation.c.region,
            newest.c.number,
            func.row_number().over(partition_by=of_year, order_by=latest_first).label("place"),
        )
        .join(newest, newest.c.engagement == engagement.c.id)
        .join(organisation, organisation.c.id == engagement.c.organisation)
        .where(
            engagement.c.submitted < before,
            or_(engagement.c.withdrawn.is_(None), engagement.c.withdrawn >= before),
            ~engagement.c.rehearsal,
            ~engagement.c.sample,
            ~organisation.c.sample,
            organisation.c.kind == Kind.FIRM,
        )
        .subquery()
    )
    latest = (
        select(ranked, sealed.c.document)
        .join(sealed, (sealed.c.engagement == ranked.c.id) & (sealed.c.number == ranked.c.number))
        .where(ranked.c.place == 1)
    )
    # A document is long and is let go as soon as it was counted, so that few are held at once.
    rows = connection.execute(latest, execution_options={"yield_per": _HELD})
    return tuple(_observation(row.organisation, row.ends.year, row.sector, row.region, row.document) for row in rows)


def _observation(firm: str, year: int, sector: str, region: str, document: bytes) -> Observation:
    read = msgspec.json.decode(document, type=_Sealed)
    people = read.response.answers.get(HEADCOUNT, Answer()).value
    return Observation(
        firm=firm,
        year=year,
        sector=sector,
        region=region,
        people=int(people) if isinstance(people, int | float) else 0,
        outcomes=statistics.outcomes(read.profile),
    )


def _firms(connection: Connection, quarter: Quarter) -> Firms:
    data = connection.execute(select(release.c.firms).where(release.c.quarter == str(quarter))).scalar_one()
    return msgspec.json.decode(data, type=Firms)
