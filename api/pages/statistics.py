"""The statistics: what is released of many firms, as charts, tables and CSV. No other cut can be asked for."""

from datetime import UTC, date
from http import HTTPStatus
from typing import NamedTuple

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from api.auth import signed_in
from api.visit import Visit
from duediligence import statistics_chart, statistics_view
from duediligence.errors import NotFound
from duediligence.reports.chart import Chart
from duediligence.reports.opening import Table as Cells
from duediligence.statistics import BAND, REGION, SECTOR, WHOLE, Quarter, Release, Table, measures
from duediligence.statistics_chart import Wording
from duediligence.statistics_view import INDICATORS, SECTIONS, YEAR, Told
from duediligence.workflow import observing

PEOPLE = "people"
"""The table of those who work in the firms, which is no count of firms."""

_OVERVIEW = ((BAND, WHOLE), (BAND, SECTOR), (BAND, REGION), (INDICATORS, INDICATORS), (SECTIONS, SECTIONS))
"""What stands on the first page, in this order: measure and breakdown."""

_RELEASE_NOTE = 2
"""Which of the notes of a table speaks of the release it was taken in; the others are the same for all."""


class Shown(NamedTuple):
    """One table as the page shows it."""

    told: Told
    chart: Chart | None  # the table is beside it; None where only the table is shown
    cells: Cells
    address: str  # of the same as CSV


@get("/statistics", opt=signed_in(), sync_to_thread=True)
def overview(visit: NamedDependency[Visit], year: FromQuery[int] = 0) -> Response[str]:
    """Return the tables of a year, the newest where none is named."""
    with visit.reading() as work:
        release = observing.released(work)
    years = sorted({table.year for table in release.tables}, reverse=True) if release else []
    if release is None or not years:
        return _nothing_yet(visit, release)
    chosen = year if year in years else years[0]
    tables = [_shown(visit, release, measure, by, chosen) for measure, by in _OVERVIEW]
    tables.append(_shown(visit, release, PEOPLE, SECTOR, chosen))
    if len(years) > 1:
        tables.append(_shown(visit, release, BAND, YEAR, chosen))
    facts = {
        "tables": [table for table in tables if table],
        "years": years,
        "year": chosen,
        "measures": _measures(visit),
        "quarter": str(release.quarter),
        "release_note": _RELEASE_NOTE,
    }
    return visit.page("statistics.html", facts)


@get("/statistics/table", opt=signed_in(), sync_to_thread=True)
def table(
    visit: NamedDependency[Visit], measure: FromQuery[str] = BAND, by: FromQuery[str] = WHOLE, year: FromQuery[int] = 0
) -> Response[str]:
    """Return one table."""
    with visit.reading() as work:
        release = observing.released(work)
    found = _shown(visit, release, measure, by, year) if release else None
    facts = {"one": found, "year": year, "release_note": _RELEASE_NOTE}
    return visit.page("statistics_table.html", facts)


@get("/statistics/table.csv", opt=signed_in(), sync_to_thread=True)
def as_csv(
    visit: NamedDependency[Visit], measure: FromQuery[str] = BAND, by: FromQuery[str] = WHOLE, year: FromQuery[int] = 0
) -> Response[bytes]:
    """Return one table as CSV, its notes in front."""
    with visit.reading() as work:
        release = observing.released(work)
    told = _told(visit, release, measure, by, year) if release else None
    if told is None:
        raise NotFound("No such table is told.")
    name = f"{measure}-{by or 'whole'}-{year}-{visit.language}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    data = statistics_view.to_csv(told)
    return Response(data, status_code=HTTPStatus.OK, media_type="text/csv; charset=utf-8", headers=headers)


def _nothing_yet(visit: Visit, release: Release | None) -> Response[str]:
    """Return the page of a time at which no year is told."""
    today = visit.now.astimezone(UTC).date()
    facts = {
        "quarter": str(release.quarter) if release else "",
        "next": Quarter(today.year, (today.month + 2) // 3).end.date(),
        "year": str(today.year),
        "year_told": date(today.year + 1, 1, 1),
    }
    return visit.page("statistics_empty.html", facts)


def _shown(visit: Visit, release: Release, measure: str, by: str, year: int) -> Shown | None:
    told = _told(visit, release, measure, by, year)
    if told is None:
        return None
    wording = Wording(measured=visit.told("statistics.measured"), withheld=visit.told("statistics.hidden"))
    chart = None
    if by == WHOLE:
        chart = statistics_chart.of_whole(told, wording)
    elif by in (INDICATORS, SECTIONS):
        chart = statistics_chart.of_column(told, 0, wording)
    return Shown(
        told=told,
        chart=chart,
        cells=statistics_chart.cells(told, wording.withheld),
        address=f"/statistics/table.csv?measure={measure}&by={by}&year={year}",
    )


def _told(visit: Visit, release: Release, measure: str, by: str, year: int) -> Told | None:
    """Return a table in words, None where it is not told."""
    if measure == PEOPLE:
        people = next((one for one in release.people if one.year == year), None)
        return statistics_view.told_people(people, visit.language) if people and by == SECTOR else None
    found = _table(release, measure, by, year)
    return statistics_view.told(found, visit.language) if found else None


def _table(release: Release, measure: str, by: str, year: int) -> Table | None:
    if by == YEAR:
        return statistics_view.over_years(release, measure)
    if measure in (INDICATORS, SECTIONS):
        return statistics_view.side_by_side(release, year, measure) if by == measure else None
    return next((one for one in release.tables if (one.measure, one.by, one.year) == (measure, by, year)), None)


def _measures(visit: Visit) -> list[tuple[str, str]]:
    """Return every measure with its name."""
    return [(one, statistics_view.name_of(one, visit.language)) for one in measures()]


ROUTES = (overview, table, as_csv)
