"""Tables over many firms: bands, indicators and sections, by sector, region and year.

Which tables there are is fixed; nobody can ask for another cut. A firm counts once
a year, with the worst of its sites. A year is told when it is over, in quarterly
releases that speak of what was known when the quarter ended. A table is then taken
anew as a whole, and only if each figure that comes, goes or stays has at least five
firms more or fewer than before, or stays with the same; if not, the earlier one stands. So two releases never
differ by what one firm did. Which figures are printed says `suppression`.

State-imposed labour is in no table: those answers are protected, and a count of
them by place could be laid at the door of the firms that spoke. How a release is
shown says `statistics_view`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from itertools import groupby
from typing import Self

import msgspec
import numpy as np

from duediligence import suppression
from duediligence.assessment import MODEL
from duediligence.record_shared import STATE_IMPOSED
from duediligence.suppression import FEWEST_FIRMS, FEWEST_IN_GROUP, TOGETHER, Counts, rounded
from risk_models import catalogue
from risk_models.model import Element
from risk_models.profile import NONE, ControlPart, RiskProfile

BAND = "band"
"""The measure that counts firms by the band of their residual risk."""

NOT_ASSESSED = "not_assessed"
NOT_ASKED, HALF, LESS = "not_asked", "half", "less"
"""How much of what a section asks for is in place; nothing is asked of a firm where the section is closed."""

HEADCOUNT = "pro.headcount"

WHOLE, SECTOR, REGION = "", "sector", "region"
"""How a table is broken down."""

_PROTECTED_SECTION = "section.sif"


class Quarter(msgspec.Struct, frozen=True, order=True):
    """A quarter of a calendar year, in UTC."""

    year: int
    number: int  # 1 to 4

    @classmethod
    def before(cls, day: date) -> Self:
        """Return the last quarter that is over on a day."""
        number = (day.month - 1) // 3
        return cls(day.year, number) if number else cls(day.year - 1, 4)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        year, month = (self.year + 1, 1) if self.number == 4 else (self.year, 3 * self.number + 1)  # noqa: PLR2004
        return datetime(year, month, 1, tzinfo=UTC)

    def covers(self, year: int) -> bool:
        """Return whether a year is over when this quarter is."""
        return datetime(year + 1, 1, 1, tzinfo=UTC) <= self.end

    def __str__(self) -> str:
        """Return it as it is written: 2026-Q3."""
        return f"{self.year}-Q{self.number}"


class Observation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one assessment says of one firm in one year, as far as it is counted."""

    firm: str
    year: int
    sector: str
    region: str
    people: int  # who work there; 0 where it is not known
    outcomes: dict[str, str]  # by measure; one that some firm lacks is not told


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Firms by group and outcome; every count is rounded, and None where it is withheld."""

    measure: str
    by: str
    year: int
    taken: Quarter  # the release that first printed it
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    totals: tuple[int, ...]  # firms in each row
    cells: tuple[tuple[int | None, ...], ...]


class People(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many people work in the firms of each sector; None where it is withheld. There is no total."""

    year: int
    sectors: dict[str, int | None]
    taken: dict[str, Quarter]  # by sector, the release that first printed the figure


class Release(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that is published until the next quarter is over."""

    quarter: Quarter
    tables: tuple[Table, ...] = ()
    people: tuple[People, ...] = ()


Firms = tuple[Observation, ...]
Past = Callable[[Quarter], Firms]
"""The firms that an earlier release was taken of."""


@cache
def measures() -> dict[str, tuple[str, ...]]:
    """Return the outcomes of every measure, the best first; sections are named `section.` and their id."""
    model = catalogue.load(*MODEL)
    levels = (NONE, NOT_ASSESSED, *(level.id for level in model.levels))
    controls = [reading.question for reading in model.readings if reading.element is Element.CONTROL]
    sections = dict.fromkeys(section_of(question) for question in controls)
    return {
        BAND: tuple(band.id for band in model.bands),
        **{one.id: levels for one in model.indicators if one.id != STATE_IMPOSED},
        **{one: (NOT_ASKED, HALF, LESS) for one in sections if one != _PROTECTED_SECTION},
    }


def section_of(question: str) -> str:
    """Return the measure of the section that a question stands in."""
    return f"section.{question.split('.', maxsplit=1)[0]}"


def outcomes(profile: RiskProfile) -> dict[str, str]:
    """Return what a profile says to each measure."""
    levels = {
        one.indicator: one.level if one.assessed or one.level != NONE else NOT_ASSESSED for one in profile.findings
    }
    parts = groupby(sorted(profile.controls, key=_section), key=_section)
    sections = {section: _in_place(tuple(controls)) for section, controls in parts}
    silent = {measure: NOT_ASKED if NOT_ASKED in allowed else NOT_ASSESSED for measure, allowed in measures().items()}
    told = silent | levels | sections | {BAND: profile.band}
    return {measure: told[measure] for measure in measures()}


def firms(observations: Iterable[Observation]) -> Firms:
    """Return one observation a firm and year: the worst of its sites in each measure, all their people."""
    ordered = sorted(observations, key=lambda one: (one.year, one.firm, one.sector, one.region))
    return tuple(
        _together(tuple(sites))
        for _, sites in groupby(ordered, key=lambda observation: (observation.year, observation.firm))
    )


def released(found: Firms, quarter: Quarter, last: Release | None, past: Past) -> Release:
    """Return the release of a quarter.

    Args:
        found: what was known when the quarter ended, one observation a firm and year.
        quarter: whose release it is.
        last: the release before it, None for the first.
        past: gives the firms that an earlier release was taken of.
    """
    earlier = last or Release(quarter=quarter)
    tables: list[Table] = []
    counted: list[People] = []
    known = {table.year for table in earlier.tables} | {one.year for one in found}
    for year in sorted(known):
        if not quarter.covers(year):
            continue
        now = _of_year(found, year)
        for measure in (name for name in measures() if all(name in one.outcomes for one in now)):
            old = tuple(table for table in earlier.tables if (table.year, table.measure) == (year, measure))
            tables.extend(_renewed(now, measure, quarter, old, past) if old else _taken(now, measure, quarter))
        before = next((one for one in earlier.people if one.year == year), None)
        counted.append(_people(now, year, quarter, before, past))
    return Release(quarter=quarter, tables=tuple(tables), people=tuple(counted))


def _section(control: ControlPart) -> str:
    return section_of(control.question)


def _in_place(controls: tuple[ControlPart, ...]) -> str:
    weight = sum(one.weight for one in controls)
    return HALF if 2 * sum(one.weight * one.credit for one in controls) >= weight else LESS


def _together(sites: Firms) -> Observation:
    worst = {
        measure: max((site.outcomes[measure] for site in sites), key=allowed.index)
        for measure, allowed in measures().items()
        if all(measure in site.outcomes for site in sites)
    }
    return msgspec.structs.replace(sites[0], outcomes=worst, people=sum(site.people for site in sites))


def _of_year(found: Firms, year: int) -> Firms:
    return tuple(one for one in found if one.year == year)


def _group(one: Observation, by: str) -> str:
    return {WHOLE: WHOLE, SECTOR: one.sector, REGION: one.region}[by]


def _row(one: Observation, by: str, rows: tuple[str, ...]) -> str:
    group = _group(one, by)
    return group if group in rows else TOGETHER


def _rows(found: Firms, by: str) -> tuple[str, ...]:
    sizes = Counter(_group(one, by) for one in found)
    return suppression.gathered(dict(sorted(sizes.items())))


def _taken(found: Firms, measure: str, quarter: Quarter) -> tuple[Table, ...]:
    """Return the tables of a measure for the first time; none while there are too few firms."""
    if len(found) < FEWEST_IN_GROUP:
        return ()
    return _printed(found, measure, quarter, {by: _rows(found, by) for by in (WHOLE, SECTOR, REGION)})


def _renewed(found: Firms, measure: str, quarter: Quarter, old: tuple[Table, ...], past: Past) -> tuple[Table, ...]:
    """Return the tables of a measure taken anew, with the groups they had, or the old ones where those stand."""
    rows = {table.by: table.rows for table in old}
    sizes = Counter((by, _row(one, by, names)) for by, names in rows.items() for one in found)
    if any(sizes[by, name] < FEWEST_IN_GROUP for by, names in rows.items() for name in names):
        return old
    if any(name == TOGETHER and TOGETHER not in rows[by] for by, name in sizes):
        return old
    before = _places(_of_year(past(old[0].taken), old[0].year), measure, rows)
    after = _places(found, measure, rows)
    moved = Counter(
        place
        for firm in before.keys() | after.keys()
        for place in before.get(firm, frozenset()) ^ after.get(firm, frozenset())
    )
    if not moved:
        return old
    new = _printed(found, measure, quarter, rows)
    was, will_be = _figures(old), _figures(new)
    too_close = any(moved[place] < FEWEST_FIRMS for place in was ^ will_be)
    too_close |= any(0 < moved[place] < FEWEST_FIRMS for place in was & will_be)
    return old if too_close else new


def _printed(found: Firms, measure: str, quarter: Quarter, rows: Mapping[str, tuple[str, ...]]) -> tuple[Table, ...]:
    columns = measures()[measure]
    counts = {by: _counts(found, measure, by, names) for by, names in rows.items()}
    flags = suppression.printable(counts[WHOLE][0], [counts[SECTOR], counts[REGION]])
    return tuple(
        Table(
            measure=measure,
            by=by,
            year=found[0].year,
            taken=quarter,
            rows=rows[by],
            columns=columns,
            totals=tuple(rounded(int(total)) for total in counts[by].sum(axis=1)),
            cells=tuple(
                tuple(rounded(int(count)) if open_ else None for count, open_ in zip(line, allowed, strict=True))
                for line, allowed in zip(counts[by], shown.reshape(counts[by].shape), strict=True)
            ),
        )
        for by, shown in zip((WHOLE, SECTOR, REGION), flags, strict=True)
    )


def _counts(found: Firms, measure: str, by: str, rows: tuple[str, ...]) -> Counts:
    columns = measures()[measure]
    counts = np.zeros((len(rows), len(columns)), np.int64)
    for one in found:
        counts[rows.index(_row(one, by, rows)), columns.index(one.outcomes[measure])] += 1
    return counts


_Place = tuple[str, str, str]
"""How a table is broken down, a row of it, and an outcome, or "" for all of the row."""


def _places(found: Firms, measure: str, rows: Mapping[str, tuple[str, ...]]) -> dict[str, frozenset[_Place]]:
    """Return by firm the figures it counts in."""
    return {
        one.firm: frozenset(
            (by, _row(one, by, names), outcome) for by, names in rows.items() for outcome in ("", one.outcomes[measure])
        )
        for one in found
    }


def _figures(tables: tuple[Table, ...]) -> set[_Place]:
    """Return the places at which something is printed."""
    return set(_figures_of(tables))


def _figures_of(tables: tuple[Table, ...]) -> Iterator[_Place]:
    for table in tables:
        for row, cells in zip(table.rows, table.cells, strict=True):
            yield table.by, row, ""
            yield from (
                (table.by, row, column) for column, count in zip(table.columns, cells, strict=True) if count is not None
            )


def _people(found: Firms, year: int, quarter: Quarter, before: People | None, past: Past) -> People:
    """Return the people of each sector; a figure stands where fewer than five firms changed it."""
    figures: dict[str, int | None] = {}
    taken: dict[str, Quarter] = {}
    old = before.sectors if before else {}
    for sector in sorted({one.sector for one in found} | old.keys()):
        now = _staff(found, sector)
        if before and sector in old:
            then = _staff(_of_year(past(before.taken[sector]), year), sector)
            if len(dict(now.items() ^ then.items())) < FEWEST_FIRMS:
                figures[sector], taken[sector] = old[sector], before.taken[sector]
                continue
        figures[sector], taken[sector] = suppression.people(tuple(now.values())), quarter
    return People(year=year, sectors=figures, taken=taken)


def _staff(found: Firms, sector: str) -> dict[str, int]:
    return {one.firm: one.people for one in found if one.sector == sector and one.people}
