"""Clauses of a contract, and the conditions of a decision that they carry.

Both are content (`texts/clauses.yaml`). A clause is model text in our own words
that a lawyer must adapt; it is handed out only together with the notice that says
so. Some clauses belong in every contract, the others follow from conditions.
"""

from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

import msgspec

from questionnaires import content
from questionnaires.content import ContentError
from questionnaires.text import Text

_FILE = Path(__file__).parent.parent / "texts" / "clauses.yaml"


class Clause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One topic of a contract, in model text."""

    number: int
    id: str
    topic: Text
    words: Text
    base: bool = False  # belongs in every contract with a partner


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something a partner, or the buyer, has to do, and the clauses that carry it."""

    id: str
    words: Text
    clauses: tuple[str, ...]


class Library(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All clauses and conditions, and what is said with every clause."""

    notice: Text
    clauses: tuple[Clause, ...]
    conditions: tuple[Condition, ...]


class Suggestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Clauses for one contract, in their order, with the notice they are shown under."""

    notice: Text
    clauses: tuple[Clause, ...]


@cache
def read() -> Library:
    """Return the clauses and conditions.

    Raises:
        ContentError: the file does not fit, an id is used twice, or a condition names no clause there is.
    """
    library = content.read(_FILE, Library)
    if faults := tuple(_faults(library)):
        raise ContentError(f"{_FILE.name}: {'; '.join(faults)}")
    return library


@cache
def conditions() -> dict[str, Condition]:
    """Return every condition by its id, in the order in which they are offered."""
    return {one.id: one for one in read().conditions}


def suggested(chosen: Collection[str]) -> Suggestion:
    """Return the clauses for a contract under some conditions, those of every contract among them.

    Args:
        chosen: ids of conditions; one in somebody's own words suggests nothing.
    """
    library = read()
    wanted = {clause for name in chosen if name in conditions() for clause in conditions()[name].clauses}
    clauses = tuple(one for one in library.clauses if one.base or one.id in wanted)
    return Suggestion(notice=library.notice, clauses=clauses)


def _faults(library: Library) -> Iterator[str]:
    known = {one.id for one in library.clauses}
    if [one.number for one in library.clauses] != list(range(1, len(library.clauses) + 1)):
        yield "the clauses are not numbered one after the other"
    if len(known) < len(library.clauses) or len({one.id for one in library.conditions}) < len(library.conditions):
        yield "an id is used twice"
    for condition in library.conditions:
        if not condition.clauses:
            yield f"the condition {condition.id} suggests no clause"
        yield from (f"{condition.id}: there is no clause {name}" for name in condition.clauses if name not in known)
