"""A release as it is shown: views worked out of the printed figures, their words, and CSV.

Nothing here sees a firm. Whatever a view says follows from what is printed, so it
tells nothing more; and no figure leaves without the notes on what it rests on.
"""

import csv
import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from duediligence.assessment import MODEL, codebook
from duediligence.statistics import (
    BAND,
    LESS,
    NOT_ASKED,
    NOT_ASSESSED,
    REGION,
    SECTOR,
    WHOLE,
    People,
    Release,
    Table,
    measures,
    section_of,
)
from duediligence.suppression import FEWEST_FIRMS, STEP, TOGETHER
from questionnaires import content
from questionnaires.questionnaire import SelectOne
from questionnaires.text import Text, say
from risk_models import catalogue, reference

INDICATORS, SECTIONS = "indicators", "sections"
"""Measures that show many others side by side."""

YEAR = "year"
"""How a table is broken down that shows one measure year by year."""

_TEXTS = Path(__file__).parent / "texts" / "statistics.yaml"

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With what a cell may not begin, because a spreadsheet would compute it."""


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table in words; a withheld count is None and `withheld` says what that means."""

    title: str
    heading: tuple[str, ...]  # of the groups, of the counts, and of their total where there is one
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]  # the group and its counts
    shares: tuple[tuple[int | None, ...], ...]  # percent of the total of the row, without the total; empty for people
    withheld: str
    notes: tuple[str, ...]  # never empty


def at_least(table: Table, row: int, column: int) -> int | None:
    """Return how many firms of a row have the outcome of a column or a worse one, None where that is withheld.

    Where a part is withheld the number is what the better outcomes leave of the row. Each of these
    is rounded, so it is told only where it is five firms or more whichever way they were rounded.
    """
    below, upward = table.cells[row][:column], table.cells[row][column:]
    if None not in upward:
        return min(_added(upward), table.totals[row])
    left = table.totals[row] - _added(below)
    surely = left - STEP // 2 * (1 + len(below))
    return left if None not in below and surely >= FEWEST_FIRMS else None


def share(count: int | None, total: int) -> int | None:
    """Return a printed count in percent of a printed total, at most 100; None where it is withheld."""
    return None if count is None or not total else min(round(100 * count / total), 100)


def over_years(release: Release, measure: str) -> Table | None:
    """Return one measure year by year, None where no year is told.

    An outcome withheld in one year is withheld in all: a series that crosses the limit tells when it did.
    """
    years = [table for table in release.tables if (table.measure, table.by) == (measure, WHOLE)]
    if not years:
        return None
    columns = years[0].columns
    whole = [all(table.cells[0][column] is not None for table in years) for column in range(len(columns))]
    return Table(
        measure=measure,
        by=YEAR,
        year=years[-1].year,
        taken=max(table.taken for table in years),
        rows=tuple(str(table.year) for table in years),
        columns=columns,
        totals=tuple(table.totals[0] for table in years),
        cells=tuple(
            tuple(count if keep else None for count, keep in zip(table.cells[0], whole, strict=True)) for table in years
        ),
    )


def side_by_side(release: Release, year: int, kind: str) -> Table | None:
    """Return all indicators, or all sections, of one year in one table; None where the year is not told.

    Args:
        release: what is published.
        year: the year the assessments speak of.
        kind: `INDICATORS` counts firms at each level or a worse one; `SECTIONS` firms
            with less than half of the section in place.
    """
    wanted = [
        name for name, allowed in measures().items() if name != BAND and (kind == SECTIONS) == (NOT_ASKED in allowed)
    ]
    tables = [
        table
        for name in wanted
        for table in release.tables
        if (table.measure, table.by, table.year) == (name, WHOLE, year)
    ]
    if not tables:
        return None
    columns = (LESS,) if kind == SECTIONS else tables[0].columns[tables[0].columns.index(NOT_ASSESSED) + 1 :]
    return Table(
        measure=kind,
        by=kind,
        year=year,
        taken=max(table.taken for table in tables),
        rows=tuple(table.measure for table in tables),
        columns=columns,
        totals=tuple(table.totals[0] for table in tables),
        cells=tuple(tuple(at_least(table, 0, table.columns.index(column)) for column in columns) for table in tables),
    )


def told(table: Table, language: str) -> Told:
    """Return a table in the words of a language."""
    words, by = _texts(), table.by or "whole"
    columns = (say(_outcome(table.measure, column), language) for column in table.columns)
    return Told(
        title=f"{say(_measure(table.measure), language)}: {say(words[f'by_{by}'], language).format(year=table.year)}",
        heading=(say(words[f"of_{by}"], language), *columns, say(words["firms"], language)),
        rows=tuple(
            (say(_group(table.by, row), language), (*cells, total))
            for row, cells, total in zip(table.rows, table.cells, table.totals, strict=True)
        ),
        shares=tuple(
            tuple(share(count, total) for count in cells)
            for cells, total in zip(table.cells, table.totals, strict=True)
        ),
        withheld=say(words["withheld"], language),
        notes=_notes(language, str(table.taken)),
    )


def name_of(measure: str, language: str) -> str:
    """Return what a measure is called."""
    return say(_measure(measure), language)


def told_people(people: People, language: str) -> Told:
    """Return the people of a year by sector in the words of a language."""
    words = _texts()
    release = str(max(people.taken.values())) if people.taken else ""
    return Told(
        title=say(words["people_title"], language).format(year=people.year),
        heading=(say(words["of_sector"], language), say(words["people"], language)),
        rows=tuple((say(_group(SECTOR, sector), language), (count,)) for sector, count in people.sectors.items()),
        shares=(),
        withheld=say(words["people_withheld"], language),
        notes=_notes(language, release),
    )


def to_csv(shown: Told) -> bytes:
    """Return a table as CSV in UTF-8 with its byte order mark, the notes in front of the figures.

    Counts come first, then the shares. No cell begins like a formula.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_harmless(shown.title)])
    writer.writerows([_harmless(note)] for note in shown.notes)
    shared = [f"{name}, %" for name in shown.heading[1 : 1 + len(shown.shares[0])]] if shown.shares else []
    writer.writerow([_harmless(name) for name in (*shown.heading, *shared)])
    for number, (group, counts) in enumerate(shown.rows):
        shares = shown.shares[number] if shown.shares else ()
        figures = [shown.withheld if count is None else count for count in (*counts, *shares)]
        writer.writerow([_harmless(group), *(_harmless(one) if isinstance(one, str) else one for one in figures)])
    return out.getvalue().encode("utf-8-sig")


def _harmless(words: str) -> str:
    return f"'{words}" if words.startswith(_FORMULA) else words


def _added(counts: Sequence[int | None]) -> int:
    return sum(count for count in counts if count is not None)


@cache
def _texts() -> dict[str, Text]:
    return content.read(_TEXTS, dict[str, Text])


def _notes(language: str, release: str) -> tuple[str, ...]:
    names = ("note_declared", "note_rounded", "note_release", "note_protected")
    return tuple(say(_texts()[name], language).format(release=release) for name in names)


@cache
def _labels() -> dict[str, Text]:
    """Return the name of every measure, outcome, sector and region, by kind and id."""
    model = catalogue.load(*MODEL)
    book = codebook(model.questionnaire, model.questionnaire_version)
    sector = book.questions[book.row["pro.sector"]]
    assert isinstance(sector, SelectOne)
    return {
        **{f"measure/{one.id}": one.label for one in model.indicators},
        **{f"measure/{section_of(one.id)}": one.title for one in book.questionnaire.sections},
        **{f"{BAND}/{one.id}": one.label for one in model.bands},
        **{f"level/{one.id}": one.label for one in model.levels},
        **{f"{SECTOR}/{one.id}": one.label for one in sector.choices},
        **{f"{REGION}/{one.code}": one.name for one in reference.regions()},
    }


def _measure(measure: str) -> Text:
    return _labels().get(f"measure/{measure}") or _texts()[measure]


def _outcome(measure: str, outcome: str) -> Text:
    if measure == BAND:
        return _labels()[f"{BAND}/{outcome}"]
    if measure == INDICATORS:
        level = _labels()[f"level/{outcome}"]
        return {name: words.format(level=say(level, name)) for name, words in _texts()["or_worse"].items()}
    return _labels().get(f"level/{outcome}") or _texts()[outcome]


def _group(by: str, row: str) -> Text:
    if by == YEAR:
        return dict.fromkeys(("en", "ru", "tk"), row)
    if by in (INDICATORS, SECTIONS):
        return _labels()[f"measure/{row}"]
    if row == TOGETHER:
        return _texts()[f"all_{by or 'whole'}"]
    return _labels()[f"{by}/{row}"]
