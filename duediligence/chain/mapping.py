"""Which column of a list means what: proposed from its heading and its cells, decided by a person, remembered.

A heading in any language is compared with the words in `texts/chain_columns.yaml`: as a
whole, letter by letter, so that slips of the pen and accents matter little; and by its
words, of which those that few meanings share say most ("supplier address" is an
address). Where the heading says nothing, cells that are all countries, numbers with
right check digits or tiers say it. A list with headings that were seen before means
what somebody said then.

Headings may stand below a title and run over several lines, with merged cells. Where
there are none, columns bear the letters of a table program and their cells speak.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from duediligence.chain import cell
from duediligence.chain.identifier import Scheme, schemes_of
from duediligence.chain.likeness import likeness
from duediligence.chain.sheet import Line, Sheet
from duediligence.chain.spelling import core, folded
from duediligence.chain.words import problem
from questionnaires import content
from questionnaires.problem import Problem
from questionnaires.text import Text

_FILE = Path(__file__).parent.parent / "texts" / "chain_columns.yaml"

ENOUGH = 62
"""From which score on a meaning is proposed."""

_CERTAIN = 75  # from here on a cell counts as a heading
_SEEN_LINES = 15
_SEEN_CELLS = 200
_LONGEST_HEADING = 80
_UNKNOWN_WORD = 0.5
_ALIKE = 82
_MOST_CELLS = 0.7
_FEW_CELLS = 0.2
_BY_CELLS = 70
_LATER = 0.05
_WORDS_AT_MOST = 96.0
_SMALL = frozenset(("of", "the", "and", "for", "in", "to", "v", "po", "na", "we", "n"))


class Field(StrEnum):
    """What a column can mean; the value names it in the file of headings."""

    NAME = "name"
    OTHER_NAME = "other_name"
    ROLE = "role"
    COUNTRY = "country"
    REGION = "region"
    TOWN = "town"
    ADDRESS = "address"
    SITE = "site"
    REGISTRY = "registry"
    LEI = "lei"
    OS_ID = "os_id"
    GLN = "gln"
    GOODS = "goods"
    WORK = "work"
    SHARE_OF_SPEND = "share_of_spend"
    SHARE_OF_LABOUR = "share_of_labour"
    HEADS = "heads"
    PEAK_HEADS = "peak_heads"
    MONTHS = "months"
    TIER = "tier"
    SUPPLIES = "supplies"
    NOTE = "note"
    PERSON = "person"  # known so that it is never kept
    NUMBER = "number"  # of the line; says nothing of the partner


MANY = frozenset({Field.OTHER_NAME, Field.ADDRESS, Field.GOODS, Field.WORK, Field.NOTE, Field.PERSON, Field.NUMBER})
"""What several columns may mean at once."""


class Basis(StrEnum):
    """How the meaning of a column is known."""

    REMEMBERED = "remembered"
    HEADING = "heading"
    CELLS = "cells"
    CHOSEN = "chosen"
    NONE = "none"


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """What one column means; a `field` of None is not kept."""

    column: int  # counted from 0
    heading: str
    field: Field | None
    basis: Basis
    sure: int = 0  # 0 to 100


class Headed(NamedTuple):
    """A list with its headings apart from its lines."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    numbers: tuple[int, ...]  # of the lines in which the headings stand; none where there are none


class _Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    label: Text
    headings: tuple[str, ...]


@cache
def columns() -> dict[Field, _Column]:
    """Return the label and the known headings of every meaning."""
    return content.read(_FILE, dict[Field, _Column])


def headed(sheet: Sheet) -> Headed:
    """Return a list with its headings found."""
    top = sheet.lines[:_SEEN_LINES]
    known = [sum(_knows(one) for one in set(line.cells)) for line in top]
    best = max(range(len(top)), key=lambda place: (known[place], -place))
    if not known[best] or (known[best] == 1 and not _stands_alone(top[best], sheet.lines)):
        return Headed(tuple(map(letters, range(len(top[0].cells)))), sheet.lines, ())
    first = last = best
    while first and _is_heading(top[first - 1]):
        first -= 1
    while last + 1 < len(top) and _is_heading(top[last + 1]):
        last += 1
    block = top[first : last + 1]
    headings = tuple(_joined([line.cells[column] for line in block]) for column in range(len(block[0].cells)))
    if len(block) > 1:
        spread = [*(_spread(line, block[-1]) for line in block[:-1]), block[-1].cells]
        headings = tuple(_joined([cells[column] for cells in spread]) for column in range(len(block[0].cells)))
    return Headed(headings, sheet.lines[last + 1 :], tuple(line.number for line in block))


def proposed(found: Headed, remembered: Mapping[str, Field | None] | None = None) -> tuple[Meaning, ...]:
    """Return what each column seems to mean.

    Args:
        found: the list.
        remembered: what `memory` gave of a list with the same headings.
    """
    keys = _keys(found.headings)
    if remembered is not None and set(keys) <= set(remembered):
        pairs = zip(found.headings, keys, strict=True)
        return tuple(_remembered(column, heading, remembered[key]) for column, (heading, key) in enumerate(pairs))
    scores = [
        (score, basis, column, field)
        for column, heading in enumerate(found.headings)
        for field, (score, basis) in _scores(heading, _sample(found.lines, column)).items()
    ]
    taken: dict[int, Meaning] = {}
    used: set[Field] = set()
    for score, basis, column, field in sorted(scores, key=lambda one: (-one[0], one[2], one[3])):
        if score >= ENOUGH and column not in taken and (field in MANY or field not in used):
            heading = found.headings[column]
            taken[column] = Meaning(column=column, heading=heading, field=field, basis=basis, sure=round(score))
            used.add(field)
    nothing = {
        column: Meaning(column=column, heading=heading, field=None, basis=Basis.NONE)
        for column, heading in enumerate(found.headings)
    }
    return tuple({**nothing, **taken}.values())


def chosen(meanings: tuple[Meaning, ...], choice: Mapping[int, Field | None]) -> tuple[Meaning, ...]:
    """Return the meanings with those that a person chose, by column."""
    return tuple(
        msgspec.structs.replace(one, field=choice[one.column], basis=Basis.CHOSEN, sure=100)
        if one.column in choice and choice[one.column] != one.field
        else one
        for one in meanings
    )


def faults(meanings: tuple[Meaning, ...], choice: Mapping[int, Field | None]) -> tuple[Problem, ...]:
    """Return why a list cannot be read with these meanings."""
    counted = Counter(one.field for one in meanings if one.field)
    return (
        *(problem("LIST_COLUMN_UNKNOWN", "columns", column=one + 1) for one in choice if one >= len(meanings)),
        *(() if counted[Field.NAME] else (problem("LIST_WITHOUT_NAMES", "columns"),)),
        *(
            problem("LIST_FIELD_TWICE", "columns", field=columns()[field].label)
            for field, number in counted.items()
            if number > 1 and field not in MANY
        ),
    )


def signature(headings: tuple[str, ...]) -> str:
    """Return the SHA-256 by which a list with these headings is told again, whatever their order."""
    return hashlib.sha256("\n".join(sorted(_keys(headings))).encode()).hexdigest()


def memory(meanings: tuple[Meaning, ...]) -> dict[str, Field | None]:
    """Return what is to be remembered of the meanings."""
    keys = _keys(tuple(one.heading for one in meanings))
    return {key: one.field for key, one in zip(keys, meanings, strict=True)}


def letters(column: int) -> str:
    """Return the letters of a column as a table program shows them; column 0 is A."""
    first, last = divmod(column, 26)
    return (letters(first - 1) if first else "") + chr(ord("A") + last)


def _remembered(column: int, heading: str, field: Field | None) -> Meaning:
    return Meaning(column=column, heading=heading, field=field, basis=Basis.REMEMBERED, sure=100)


def _keys(headings: tuple[str, ...]) -> list[str]:
    """Return the headings folded, and numbered where one stands there twice."""
    seen: Counter[str] = Counter()
    keys = []
    for heading in headings:
        plain = folded(heading) or heading
        seen[plain] += 1
        keys.append(f"{plain}#{seen[plain]}")
    return keys


def _knows(words: str) -> bool:
    return 0 < len(words) <= _LONGEST_HEADING and max(_by_heading(words).values(), default=0) >= _CERTAIN


def _is_heading(line: Line) -> bool:
    """Return whether a line beside the headings belongs to them: several words, most of them known, no numbers."""
    said = {one for one in line.cells if one}
    plain = not any(sign.isdecimal() for one in said for sign in one)
    return len(said) > 1 and plain and sum(map(_knows, said)) * 2 > len(said)


def _stands_alone(line: Line, lines: tuple[Line, ...]) -> bool:
    """Return whether a line with one known heading is headings all the same: no numbers, and nothing of it recurs."""
    if any(sign.isdecimal() for one in line.cells for sign in one):
        return False
    below = [one for one in lines if one.number > line.number]
    return not any(words and words == one.cells[column] for column, words in enumerate(line.cells) for one in below)


def _spread(line: Line, below: Line) -> tuple[str, ...]:
    """Return the cells of an upper line of headings, each over the blanks to its right that have something below."""
    cells: list[str] = []
    for own, under in zip(line.cells, below.cells, strict=True):
        cells.append(own or (cells[-1] if cells and under else ""))
    return tuple(cells)


def _joined(parts: list[str]) -> str:
    return " / ".join(dict.fromkeys(part for part in parts if part))


def _sample(lines: tuple[Line, ...], column: int) -> list[str]:
    said = (line.cells[column] for line in lines if line.cells[column] and not cell.is_nothing(line.cells[column]))
    return [words for words, _ in zip(said, range(_SEEN_CELLS), strict=False)]


def _scores(heading: str, sample: list[str]) -> dict[Field, tuple[float, Basis]]:
    """Return the likely meanings of a column, each with its score of 0 to 100 and where that comes from."""
    parts = [part for part in heading.split(" / ") if part]
    by_heading: dict[Field, float] = {}
    for weight, words in [(1.0, heading), (0.97, parts[-1] if parts else ""), (0.8, parts[0] if parts else "")]:
        for field, score in _by_heading(words).items():
            by_heading[field] = max(by_heading.get(field, 0.0), weight * score)
    found = {field: (score, Basis.HEADING) for field, score in by_heading.items()}
    for field, part in _by_cells(sample):
        if part >= _MOST_CELLS and by_heading.get(field, 0.0) < ENOUGH:
            found[field] = (_BY_CELLS * part, Basis.CELLS)
    for field, (fits, otherwise) in _DOUBTFUL.items():
        if field in found and sample and _part(sample, fits) < _FEW_CELLS:
            score, basis = found.pop(field)
            if otherwise:
                found.setdefault(otherwise, (score * 0.9, basis))
    return found


@lru_cache(maxsize=4_096)
def _by_heading(words: str) -> dict[Field, float]:
    """Return how well a heading fits each meaning, 0 to 100."""
    said = folded(words)
    if not said:
        return {Field.NUMBER: 100.0} if words.strip() in ("№", "#") else {}
    scores = {field: max(_by_letters(said, known), _by_words(said, field)) for field, known in _known().items()}
    return {field: score for field, score in scores.items() if score > 0}


def _by_letters(said: str, known: tuple[str, ...]) -> float:
    """Return how like a folded heading is to the likeliest known one; of equals the first in the list."""
    if said in known:
        return 100.0 - _LATER * known.index(said)
    best = max(likeness(said, one) for one in known)
    return best if best >= _ALIKE else 0.0


def _by_words(said: str, field: Field) -> float:
    """Return which part of what a folded heading tells belongs to a meaning, where it holds a known heading whole."""
    ours = set(said.split()) - _SMALL
    if not any(words <= ours for words in _words()[field]):
        return 0.0
    own = ours & set().union(*_words()[field])
    return _WORDS_AT_MOST * sum(map(_weight, own)) / sum(map(_weight, ours))


@cache
def _known() -> dict[Field, tuple[str, ...]]:
    spelt = {field: map(folded, (*one.headings, *one.label.values())) for field, one in columns().items()}
    return {field: tuple(one for one in dict.fromkeys(names) if one) for field, names in spelt.items()}


@cache
def _words() -> dict[Field, tuple[frozenset[str], ...]]:
    """Return the words of every known heading; none of a heading that is all small words."""
    spelt = {field: (frozenset(name.split()) - _SMALL for name in names) for field, names in _known().items()}
    return {field: tuple(words for words in names if words) for field, names in spelt.items()}


@cache
def _holders() -> Counter[str]:
    """Return in how many meanings each word of a heading occurs."""
    return Counter(word for names in _words().values() for word in frozenset().union(*names))


def _weight(word: str) -> float:
    """Return how much a word tells: all where one meaning alone has it, little where many do."""
    return 1 / _holders()[word] ** 2 if word in _holders() else _UNKNOWN_WORD


def _by_cells(sample: list[str]) -> Iterator[tuple[Field, float]]:
    """Yield which part of the cells fits each meaning that cells can tell."""
    if sample:
        for field, fits in _TELLING.items():
            yield field, _part(sample, fits)


def _part(sample: list[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, sample)) / len(sample)


def _fits_scheme(scheme: Scheme) -> Callable[[str], bool]:
    return lambda words: scheme in schemes_of(words)


_TELLING: dict[Field, Callable[[str], bool]] = {
    Field.COUNTRY: lambda words: cell.country(words) is not None,
    Field.REGION: lambda words: cell.region(words) is not None,
    Field.ROLE: lambda words: bool(cell.roles(words)),
    Field.LEI: _fits_scheme(Scheme.LEI),
    Field.OS_ID: _fits_scheme(Scheme.OS_ID),
    Field.GLN: _fits_scheme(Scheme.GLN),
    Field.TIER: lambda words: cell.tier(words) is not None and not words.strip().isdecimal(),
    Field.NAME: lambda words: core(words) != folded(words),  # a legal form before or after it
}
"""What cells tell without a heading."""

_DOUBTFUL: dict[Field, tuple[Callable[[str], bool], Field | None]] = {
    Field.ROLE: (_TELLING[Field.ROLE], Field.WORK),
    Field.REGION: (_TELLING[Field.REGION], Field.ADDRESS),
    Field.TOWN: (lambda words: not any(sign.isdecimal() for sign in words), None),
}
"""What a heading alone does not tell: which cells bear it out, and what it means where none does."""
