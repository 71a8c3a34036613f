"""Remedies: what a firm can do about an adverse answer, and which action fits which answer.

A remedy names the question ids and indicator codes that call for it. A question
id says more than an indicator, so an indicator is asked only for the kinds of
action that no question id brings:

    chosen(kind) = by_question(kind) or by_indicator(kind), and always the
    zero-tolerance actions when the answer is one of zero tolerance.

Whether a sign is grave enough for a containment or a remedy is decided by the
caller; this module only knows what fits.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

import msgspec

from questionnaires.content import ContentError
from questionnaires.content import read as read_content
from questionnaires.text import Source, Text

FOLDER = Path(__file__).parent / "library" / "remedies" / "2026.1"
"""The remedies in force."""

ZERO_TOLERANCE = "zero_tolerance"
"""The trigger of actions that every zero-tolerance answer calls for."""

Cost = Literal["none", "low", "medium", "high"]
"""A hint of the outlay for a small firm; a design judgement, never a quotation."""


class Kind(StrEnum):
    """What an action does, in the order in which a plan lists it."""

    CONTAIN = "contain"  # stops the harm
    REMEDY = "remedy"  # makes good the harm done
    SYSTEM = "system"  # removes the cause
    VERIFY = "verify"  # asks the workers and looks again


_KINDS = tuple(Kind)


class Priority(StrEnum):
    """How soon an action is due; the days are content, see `PriorityClass`."""

    P0 = "p0"
    P1 = "p1"
    P2 = "p2"
    P3 = "p3"


class _Content(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The shape shared by everything read from the remedies folder."""


class PriorityClass(_Content, frozen=True, kw_only=True):
    """One class of urgency and the longest time it allows."""

    label: Text
    contain_days: int | None = None  # days until the harm has stopped; None where no containment is due
    due_days: int  # days until the action is complete
    source: tuple[Source, ...]


class Remedy(_Content, frozen=True, kw_only=True):
    """One action that answers an adverse answer.

    `start_days` is the day by which a first part must stand where the whole
    takes longer. `budget_tmt` is a hint in manat for one site and one year;
    it is missing where the outlay depends on what is owed to people.
    """

    id: str
    kind: Kind
    trigger: tuple[str, ...]  # question ids, indicator codes or `zero_tolerance`
    owners: tuple[str, ...]  # roles, the first one leads
    priority: Priority
    start_days: int | None = None
    due_days: int
    after: tuple[str, ...] = ()  # actions that come first when a plan holds them
    touches_workers: bool = False  # closed only when workers confirm it
    people_harmed: bool = False
    paper: bool = False  # rule, register or training alone; never enough for a strong sign
    cost: Cost
    staff_days: float
    budget_tmt: float | None = None
    title: Text
    steps: tuple[Text, ...]
    why: Text
    evidence: Text
    basis: tuple[str, ...] = ()  # requirement ids
    source: tuple[Source, ...]


class ProtocolStep(_Content, frozen=True, kw_only=True):
    """One step of the case protocol: what to do, and what never to do."""

    id: str
    within_hours: int | None = None  # from the first sign; None where the person sets the pace
    title: Text
    do: tuple[Text, ...]
    never: tuple[Text, ...]


class HelpRoute(_Content, frozen=True, kw_only=True):
    """One type of outside help, non-state routes first.

    Contacts are entered by the operator after a test call and carry its date;
    a route without a date shows no contact.
    """

    id: str
    label: Text
    contacts: tuple[str, ...] = ()
    checked: date | None = None  # the day of the test call
    checked_by: str = ""


class Protocol(_Content, frozen=True, kw_only=True):
    """How a firm meets a grave sign before any plan is drawn up."""

    note: Text
    steps: tuple[ProtocolStep, ...]
    help: tuple[HelpRoute, ...]
    source: tuple[Source, ...]


class _Head(_Content, frozen=True, kw_only=True):
    """The file that speaks for the whole folder."""

    version: str
    reviewed: bool = False
    note: Text
    priorities: dict[Priority, PriorityClass]
    owners: dict[str, Text]
    protocol: Protocol


class _Part(_Content, frozen=True, kw_only=True):
    """One file of remedies."""

    remedies: tuple[Remedy, ...]


class Library(_Head, frozen=True, kw_only=True, dict=True):
    """All remedies of one version with their roles, time classes and case protocol."""

    remedies: tuple[Remedy, ...]

    @cached_property
    def called_by(self) -> dict[tuple[Kind, str], tuple[Remedy, ...]]:
        """The remedies of each kind that a question, an indicator or zero tolerance calls for."""
        found: dict[tuple[Kind, str], list[Remedy]] = {}
        for remedy in self.remedies:
            for trigger in remedy.trigger:
                found.setdefault((remedy.kind, trigger), []).append(remedy)
        return {call: tuple(remedies) for call, remedies in found.items()}


@cache
def read(folder: Path = FOLDER) -> Library:
    """Return the remedies of one folder: `library.yaml` and every other YAML file beside it.

    Remedies come in the order of their ids.

    Raises:
        ContentError: a file is missing, unreadable or of another shape, or the
            files together contradict each other; all contradictions at once.
    """
    path = folder / "library.yaml"
    if not path.is_file():
        raise ContentError(f"{folder.name}: library.yaml is missing. Every remedies folder needs one.")
    head = read_content(path, _Head)
    parts = [read_content(part, _Part) for part in sorted(folder.glob("*.yaml")) if part != path]
    remedies = sorted((remedy for part in parts for remedy in part.remedies), key=lambda remedy: remedy.id)
    library = Library(**msgspec.structs.asdict(head), remedies=tuple(remedies))
    if found := faults(library):
        raise ContentError(f"{folder.name}: " + " ".join(found))
    return library


def faults(library: Library) -> tuple[str, ...]:
    """Return every contradiction in a library, one sentence each; empty when it holds together."""
    times = Counter(remedy.id for remedy in library.remedies)
    found = [f"{id_}: stands {count} times; keep one." for id_, count in times.items() if count > 1]
    for remedy in library.remedies:
        found += [f"{remedy.id}: unknown owner '{role}'." for role in remedy.owners if role not in library.owners]
        found += [f"{remedy.id}: comes after unknown '{id_}'." for id_ in remedy.after if id_ not in times]
    found += [f"{priority.value}: no days are given." for priority in Priority if priority not in library.priorities]
    found += [f"{id_}: waits for itself through 'after'." for id_ in sorted(_waiting(library.remedies))]
    return tuple(found)


def choose(library: Library, question: str, indicators: Collection[str], *, zero_tolerance: bool) -> tuple[Remedy, ...]:
    """Return the remedies that answer one adverse question, by kind, then urgency, then days, then id.

    Args:
        question: The id of the question.
        indicators: The codes of the indicators the answer points to; leave out
            those too weak to call for an action of their own.
        zero_tolerance: Whether the answer is one that no firm may tolerate.
    """
    called = library.called_by
    chosen: dict[str, Remedy] = {}
    for kind in _KINDS:
        found = [*called.get((kind, ZERO_TOLERANCE), ())] if zero_tolerance else []
        found += called.get((kind, question)) or [one for code in indicators for one in called.get((kind, code), ())]
        chosen |= {remedy.id: remedy for remedy in found}
    return tuple(sorted(chosen.values(), key=_rank))


def _rank(remedy: Remedy) -> tuple[int, str, int, str]:
    return _KINDS.index(remedy.kind), remedy.priority.value, remedy.due_days, remedy.id


def _waiting(remedies: Iterable[Remedy]) -> set[str]:
    """Return the ids that can never begin, because each waits for another of them."""
    waiting = {remedy.id: set(remedy.after) for remedy in remedies}
    while ready := {id_ for id_, first in waiting.items() if first.isdisjoint(waiting)}:
        waiting = {id_: first for id_, first in waiting.items() if id_ not in ready}
    return set(waiting)
