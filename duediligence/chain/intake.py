"""The lines of a list as parties and links, with every problem by its cell; nothing is kept here.

A cell that does not say what its column means is left out and named; a line is left out
only where it names nobody or holds what may not be kept. Lines that name the same
partner in the same place become one party, whose sites are those of all its lines.
Whoever is named only as a customer becomes a party of which nothing else is known.
"""

import hashlib
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import NamedTuple

import msgspec

from duediligence.chain import cell, party
from duediligence.chain.mapping import Field, Headed, Meaning, letters
from duediligence.chain.party import About, PartyRole, Terms
from duediligence.chain.row import Cells
from duediligence.chain.sheet import Line, is_formula
from duediligence.chain.spelling import core, folded, same_word, sound
from duediligence.chain.words import problem
from questionnaires.problem import Problem

_SHARES = (Field.SHARE_OF_SPEND, Field.SHARE_OF_LABOUR)
_WHOLE = 100.0
_ROUNDING = 0.5


class Supply(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a party of a list supplies, and on what terms; a `buyer` of "" is the firm whose list it is."""

    buyer: str
    terms: Terms


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A party as one or several lines of a list tell it."""

    lines: tuple[int, ...]  # none of whoever is named only as a customer
    about: About
    supplies: tuple[Supply, ...]
    mark: str  # SHA-256 of what tells it from others; the same in the next list


class Intake(NamedTuple):
    """What came of a list; the place of a problem is a cell ("C12"), a line ("12") or a column ("C")."""

    drafts: tuple[Draft, ...]
    left_out: tuple[Problem, ...]  # lines
    notes: tuple[Problem, ...]  # cells and columns


class _Reading(NamedTuple):
    """What goes for every line."""

    meanings: tuple[Meaning, ...]
    role: PartyRole | None
    us: tuple[str, ...]
    parts: frozenset[int]  # columns of shares that are written as parts of one


class _Read(NamedTuple):
    """What one line tells."""

    number: int
    about: About
    supplies: tuple[Supply, ...]


def taken_in(
    found: Headed, meanings: tuple[Meaning, ...], *, role: PartyRole | None = None, us: Sequence[str] = ()
) -> Intake:
    """Return the parties and links of a list.

    Args:
        found: the list.
        meanings: of its columns; one of them is the name.
        role: of every party whose line states none.
        us: by what names the firm itself may stand in it.
    """
    notes: list[Problem] = list(_columns_left(meanings))
    parts = frozenset(_parts_of_one(found, meanings, notes))
    reading = _Reading(meanings, role, tuple(us), parts)
    left_out: list[Problem] = []
    read: list[_Read] = []
    for line in found.lines:
        refusal = _refusal(line, found, reading)
        one = refusal or _line(line, reading, notes)
        if isinstance(one, _Read):
            read.append(one)
        else:
            left_out += one
    drafts = _named(_gathered(read, notes))
    notes += _sums(meanings, drafts)
    return Intake((*drafts, *_customers(drafts)), tuple(left_out), tuple(notes))


def mark(about: About) -> str:
    """Return the SHA-256 of what tells a party of a list from others: name, place and numbers."""
    places = sorted(f"{one.country}|{folded(one.town)}|{folded(one.address)}" for one in about.sites)
    numbers = sorted(f"{one.scheme}|{one.key}" for one in about.identifiers)
    return hashlib.sha256("\n".join((folded(about.name), *places, *numbers)).encode()).hexdigest()


def _columns_left(meanings: tuple[Meaning, ...]) -> Iterator[Problem]:
    """Yield the columns of which nothing is kept."""
    for one in meanings:
        if one.field is Field.PERSON:
            yield problem("COLUMN_OF_PEOPLE", letters(one.column), heading=one.heading[:80])
        elif one.field is None and one.heading:
            yield problem("COLUMN_UNUSED", letters(one.column), heading=one.heading[:80])


def _parts_of_one(found: Headed, meanings: tuple[Meaning, ...], notes: list[Problem]) -> Iterator[int]:
    """Yield the columns whose shares are parts of one: none is above 1, and not all are whole."""
    for one in meanings:
        if one.field not in _SHARES:
            continue
        cells = [line.cells[one.column] for line in found.lines]
        shares = [share for words in cells if "%" not in words and (share := cell.share(words)) is not None]
        if len(shares) > 1 and max(shares) <= 1 and any(0 < share < 1 for share in shares):
            notes.append(problem("COLUMN_FRACTIONS", letters(one.column), heading=one.heading[:80]))
            yield one.column


def _refusal(line: Line, found: Headed, reading: _Reading) -> tuple[Problem, ...]:
    """Return why a line names no partner; nothing where it does."""
    said = [words for words in line.cells if words]
    names = [line.cells[one.column] for one in reading.meanings if one.field is Field.NAME]
    name = next((words for words in names if words and not cell.is_nothing(words)), "")
    where = str(line.number)
    if cell.is_total(said[0]) or cell.is_total(name):
        return (problem("ROW_IS_TOTAL", where),)
    if sum(words in found.headings for words in said) * 2 > len(said):
        return (problem("ROW_IS_HEADING", where),)
    if not name:
        numbers = all(cell.number(words) is not None for words in said)
        return (problem("ROW_IS_TOTAL" if numbers and len(said) > 1 else "ROW_WITHOUT_NAME", where),)
    if is_formula(name):
        return (problem("CELL_IS_FORMULA", where),)
    return (problem("ROW_IS_US", where),) if any(same_word(name, one) for one in reading.us) else ()


def _line(line: Line, reading: _Reading, notes: list[Problem]) -> _Read | tuple[Problem, ...]:
    """Return what a line tells, or why it may not be kept."""
    said: dict[Field, list[tuple[str, str]]] = {}
    for one in reading.meanings:
        words, where = line.cells[one.column], f"{letters(one.column)}{line.number}"
        if one.field is None or not words or cell.is_nothing(words):
            continue
        if is_formula(words):
            notes.append(problem("CELL_IS_FORMULA", where))
        elif one.column in reading.parts and "%" not in words:
            share = cell.share(words)
            said[one.field] = [(words if share is None else f"{share * _WHOLE:g}", where)]
        else:
            said.setdefault(one.field, []).append((words, where))
    about, terms = Cells(said, notes).told(reading.role)
    buyer, where = next(iter(said.get(Field.SUPPLIES, ())), ("", ""))
    buyer = buyer[: party.LONGEST_NAME]
    if refused := (*party.faults(about), *(party.faults(About(name=buyer)) if buyer else ())):
        return tuple(msgspec.structs.replace(one, where=str(line.number)) for one in refused)
    if buyer and same_word(buyer, about.name):
        notes.append(problem("LINK_TO_ITSELF", where))
        return _Read(line.number, about, ())
    ours = any(same_word(buyer, one) for one in reading.us)
    return _Read(line.number, about, (Supply(buyer="" if ours else buyer, terms=terms),))


def _gathered(read: Sequence[_Read], notes: list[Problem]) -> tuple[Draft, ...]:
    """Return the parties of all lines, in the order in which they first stand there."""
    drafts: list[Draft] = []
    places: dict[str, list[int]] = {}
    for one in read:
        named = places.setdefault(folded(one.about.name), [])
        known = next((place for place in named if _same(drafts[place].about, one.about)), None)
        if known is None:
            named.append(len(drafts))
            drafts.append(_draft(one))
            continue
        before = drafts[known]
        notes.append(problem("ROW_SAID_BEFORE", str(one.number), line=before.lines[0]))
        drafts[known] = msgspec.structs.replace(
            before,
            lines=(*before.lines, one.number),
            about=party.joined(before.about, one.about),
            supplies=reduce(_supplied, one.supplies, before.supplies),
        )
    return tuple(drafts)


def _draft(one: _Read) -> Draft:
    return Draft(lines=(one.number,), about=one.about, supplies=one.supplies, mark=mark(one.about))


def _same(one: About, other: About) -> bool:
    """Return whether two lines with one name mean one party: no country, town or number speaks against it."""
    for field in ("country", "town"):
        ours, theirs = ({folded(getattr(site, field)) for site in about.sites} - {""} for about in (one, other))
        if ours and theirs and not ours & theirs:
            return False
    numbers = {(number.scheme, number.country): number.value for number in one.identifiers}
    return all(
        numbers.get((number.scheme, number.country), number.value) == number.value for number in other.identifiers
    )


def _supplied(before: tuple[Supply, ...], one: Supply) -> tuple[Supply, ...]:
    """Return whom a party supplies after one more line: shares to one buyer add up, unless a line repeats them."""
    places = [place for place, other in enumerate(before) if folded(other.buyer) == folded(one.buyer)]
    if not places:
        return (*before, one)
    place = places[0]
    ours, theirs = before[place].terms, one.terms
    both = Terms(
        goods=(*ours.goods, *theirs.goods),
        work=ours.work or theirs.work,
        share_of_spend=_added(ours.share_of_spend, theirs.share_of_spend),
        share_of_labour=_added(ours.share_of_labour, theirs.share_of_labour),
        heads=theirs.heads if ours.heads is None else ours.heads,
        months=(*ours.months, *theirs.months),
    )
    joint = msgspec.structs.replace(before[place], terms=party.tidied_terms(both))
    return (*before[:place], joint, *before[place + 1 :])


def _added(one: float | None, other: float | None) -> float | None:
    if one is None or other is None or one == other:
        return other if one is None else one
    return min(one + other, _WHOLE)


def _customers(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Yield the parties that stand in the list as customers only."""
    known = {folded(draft.about.name) for draft in drafts}
    for name in dict.fromkeys(supply.buyer for draft in drafts for supply in draft.supplies):
        if name and folded(name) not in known:
            known.add(folded(name))
            about = About(name=name)
            yield Draft(lines=(), about=about, supplies=(), mark=mark(about))


def _named(drafts: Sequence[Draft]) -> tuple[Draft, ...]:
    """Return the parties with every customer called as its own line calls it.

    By the whole of one of its names, else without legal form, else by sound; two that fit alike decide nothing.
    """
    readings: tuple[dict[str, set[str]], ...] = ({}, {}, {})
    for draft in drafts:
        for name in (draft.about.name, *draft.about.other_names):
            for reading, read in zip(readings, (folded, core, sound), strict=True):
                reading.setdefault(read(name), set()).add(draft.about.name)

    def called(buyer: str) -> str:
        for reading, read in zip(readings, (folded, core, sound), strict=True):
            if len(found := reading.get(read(buyer), set())) == 1:
                return min(found)
        return buyer

    def renamed(supply: Supply) -> Supply:
        return msgspec.structs.replace(supply, buyer=called(supply.buyer)) if supply.buyer else supply

    return tuple(msgspec.structs.replace(draft, supplies=tuple(map(renamed, draft.supplies))) for draft in drafts)


def _sums(meanings: tuple[Meaning, ...], drafts: Sequence[Draft]) -> Iterator[Problem]:
    """Yield the columns whose shares of one buyer add up to more than all."""
    for one in meanings:
        if one.field not in _SHARES:
            continue
        sums: dict[str, float] = {}
        for draft in drafts:
            for supply in draft.supplies:
                share: float | None = getattr(supply.terms, one.field)
                sums[folded(supply.buyer)] = sums.get(folded(supply.buyer), 0.0) + (share or 0.0)
        if (highest := max(sums.values(), default=0.0)) > _WHOLE + _ROUNDING:
            yield problem("COLUMN_OVER_HUNDRED", letters(one.column), heading=one.heading[:80], sum=f"{highest:g}")
