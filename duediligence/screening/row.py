"""What the words of a file say about people, asked about before the file is kept.

Evidence is about work, never about who did it. A list of workers, a scanned
register or a letter may still hold numbers of passports, telephones or days of
birth. Nothing is taken out by itself and nothing that was found is repeated: the
firm is told what and where, and decides.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from duediligence.screening.words import problem, sentence
from questionnaires import content, privacy
from questionnaires.privacy import Trait
from questionnaires.problem import Problem
from questionnaires.text import LANGUAGES, Text, say

MOST_LETTERS = 4_000_000
"""How much is looked through; what is longer is refused rather than kept unread."""

MOST_ROWS = 300_000

_COLUMNS = Path(__file__).parent.parent / "texts" / "columns.yaml"
_HEAD_ROWS = 10  # the heading of a table may stand below its title
_LONGEST_HEADING = 60
_MOST_PLACES = 5


class Place(StrEnum):
    """What a row is called where it stands; the value names its sentence."""

    LINE = "place_line"
    PARAGRAPH = "place_paragraph"
    TABLE = "place_table"
    SHEET = "place_sheet"


class Row(NamedTuple):
    """One line of a text or one row of a table."""

    place: Place
    sheet: str  # its name, or the number of the table; "" for lines and paragraphs
    number: int  # counted from 1, within the sheet
    cells: tuple[str, ...]


class _Finding(NamedTuple):
    code: str
    trait: Trait
    row: Row


@cache
def _columns() -> tuple[tuple[Trait, re.Pattern[str]], ...]:
    columns = content.read(_COLUMNS, tuple[Trait, ...])
    return tuple((column, re.compile(column.pattern, re.IGNORECASE)) for column in columns)


def asks(rows: Iterable[Row]) -> tuple[Problem, ...]:
    """Return what to ask before these rows are kept: one question for each kind of finding, with its places."""
    found = sorted((one for row in rows for one in _findings(row)), key=_kind)  # stable: rows stay in order
    return tuple(_asked([*same]) for _, same in groupby(found, key=_kind))


def letters(rows: Iterable[Row]) -> int:
    """Return how many letters rows hold together."""
    return sum(len(cell) for row in rows for cell in row.cells)


def _kind(finding: _Finding) -> tuple[str, str]:
    return finding.code, finding.trait.id


def _findings(row: Row) -> Iterator[_Finding]:
    # A run of blanks becomes one: some patterns are slow on long runs.
    cells = [" ".join(cell.split()) for cell in row.cells]
    # The bar keeps two cells from reading like one number, and a word beside its date.
    for trait in privacy.traits(" | ".join(cells)):
        yield _Finding("FILE_MAY_POINT_TO_PEOPLE", trait, row)
    if len(cells) > 1 and row.number <= _HEAD_ROWS:
        heads = [cell for cell in cells if 0 < len(cell) <= _LONGEST_HEADING]
        for column, pattern in _columns():
            if any(map(pattern.search, heads)):
                yield _Finding("FILE_LISTS_PEOPLE", column, row)


def _asked(same: list[_Finding]) -> Problem:
    """Return the question about findings of one kind."""
    first = same[0].row
    where = f"{first.sheet}!{first.number}" if first.sheet else str(first.number)
    return problem(same[0].code, where, what=same[0].trait.label, places=_places([one.row for one in same]))


def _places(rows: list[Row]) -> Text:
    """Return where the rows stand, the first few by name."""
    told = [sentence(row.place, sheet=row.sheet[:40], number=row.number) for row in rows[:_MOST_PLACES]]
    if len(rows) > _MOST_PLACES:
        told.append(sentence("places_more", number=len(rows) - _MOST_PLACES))
    return {language: "; ".join(say(one, language) for one in told) for language in LANGUAGES}
