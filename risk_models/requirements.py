"""What laws, trade rules and standards ask, and which of our answers speak to it.

An instrument holds requirements; a link ties a requirement to questions, whole
sections of questions, or indicators. Read across, that is a crosswalk. It says
what an answer speaks to, never that a law is kept, so it knows no percentage:

    outside        no question of ours bears on it: others must supply it
    not answered   questions bear on it, none of them has an answer
    answered       every question that answers it has an answer
    partly         everything between, and all that is merely supported

Instruments that do not bind yet, or no longer, stay in the crosswalk with their
dates. What nobody has checked against the text is marked as not confirmed.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec

from questionnaires import content
from questionnaires.text import Source, Text

LIBRARY = Path(__file__).parent / "library" / "requirements"

INDICATORS = frozenset(["VUL", "DEC", "MOV", "ISO", "VIO", "INT", "DOC", "WAG", "DEB", "CON", "OVT", "SIF", "CHL"])
"""The ILO's eleven indicators of forced labour; ours for state-imposed and child labour."""


class Kind(StrEnum):
    """What sort of instrument it is."""

    LAW = "law"
    TRADE = "trade"
    CONVENTION = "convention"
    STANDARD = "standard"


class Status(StrEnum):
    """How an instrument stands, as far as its sources say."""

    IN_FORCE = "in_force"
    APPLIES_LATER = "applies_later"
    VOLUNTARY = "voluntary"
    UNCERTAIN = "uncertain"


class Timing(StrEnum):
    """How an instrument stands on one day."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    ENDED = "ended"
    UNCERTAIN = "uncertain"


class Strength(StrEnum):
    """How far questions or indicators carry a requirement."""

    ANSWERS = "answers"
    SUPPORTS = "supports"
    CONTEXT = "context"


class State(StrEnum):
    """What the answers have to say to a requirement."""

    ANSWERED = "answered"
    PARTLY = "partly"
    NOT_ANSWERED = "not_answered"
    OUTSIDE = "outside"


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the registry."""


class _Claim(_Entry, frozen=True, kw_only=True):
    """A line that claims something; `confirmed` once read in a source that can be relied on."""

    id: str
    confirmed: bool
    sources: tuple[Source, ...] = ()


class Instrument(_Claim, frozen=True, kw_only=True):
    """A law, trade rule, convention or standard.

    `jurisdiction` is an ISO 3166 code, "EU", or "INT" for none. `effective` is
    the first day it applies and `ends` the first day it no longer does; null
    where the day is not known. `role` says what it means for the firm.
    """

    title: Text
    kind: Kind
    jurisdiction: str
    status: Status
    role: Text
    effective: date | None = None
    ends: date | None = None
    verified_on: date | None = None


class Requirement(_Claim, frozen=True, kw_only=True):
    """One thing an instrument asks for; `locator` is the article, or empty if not known."""

    instrument: str
    locator: str
    asks: Text
    note: Text = {}


class Link(_Entry, frozen=True, kw_only=True):
    """Questions, sections of questions or indicators that speak to a requirement."""

    requirement: str
    strength: Strength
    questions: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()

    def covers(self, question: str) -> bool:
        """Return whether the question, or the section it belongs to, is named here."""
        return question in self.questions or question.partition(".")[0] in self.sections


class Registry(_Entry, frozen=True, kw_only=True):
    """A dated edition of the registry; `reviewed` once a lawyer has read it."""

    version: str
    reviewed: bool
    instruments: tuple[Instrument, ...]
    requirements: tuple[Requirement, ...]
    links: tuple[Link, ...]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement, and what one assessment has to say to it.

    `answered` are the questions with an answer that bear on it, `unanswered`
    those that were to answer it and do not; `findings` gives the level of each
    indicator that bears on it.
    """

    instrument: Instrument
    requirement: Requirement
    timing: Timing
    state: State
    answered: tuple[str, ...]
    unanswered: tuple[str, ...]
    findings: dict[str, str]


class _Edition(_Entry, frozen=True, kw_only=True):
    """The opening file of the registry: its version, and its parts in order."""

    version: str
    reviewed: bool
    parts: tuple[str, ...]


class _Part(_Entry, frozen=True, kw_only=True):
    """The instruments of one place, with their requirements and links."""

    instruments: tuple[Instrument, ...]
    requirements: tuple[Requirement, ...]
    links: tuple[Link, ...]


@cache
def read(folder: Path = LIBRARY) -> Registry:
    """Return the registry of the library.

    Raises:
        ContentError: a file does not fit, or entries do not fit together; all of these are named.
    """
    edition = content.read(folder / "registry.yaml", _Edition)
    parts = [content.read(folder / f"{name}.yaml", _Part) for name in edition.parts]
    registry = Registry(
        version=edition.version,
        reviewed=edition.reviewed,
        instruments=tuple(entry for part in parts for entry in part.instruments),
        requirements=tuple(entry for part in parts for entry in part.requirements),
        links=tuple(entry for part in parts for entry in part.links),
    )
    if found := list(faults(registry)):
        raise content.ContentError(f"requirements {registry.version}: " + "; ".join(found))
    return registry


def faults(registry: Registry) -> Iterator[str]:
    """Yield in words what does not fit together: repeated ids, links to nothing, marks without a source."""
    instruments = Counter(entry.id for entry in registry.instruments)
    requirements = Counter(entry.id for entry in registry.requirements)
    for id_, times in (instruments + requirements).items():
        if times > 1:
            yield f"{id_} is defined {times} times"
    for requirement in registry.requirements:
        if requirement.instrument not in instruments:
            yield f"{requirement.id} belongs to {requirement.instrument}, which is no instrument"
    for link in registry.links:
        yield from _faults_of_link(link, requirements)
    claims: tuple[_Claim, ...] = (*registry.instruments, *registry.requirements)
    for entry in claims:
        if entry.confirmed and not any(source.confirmed for source in entry.sources):
            yield f"{entry.id} is marked as confirmed without a confirmed source"


def _faults_of_link(link: Link, requirements: Collection[str]) -> Iterator[str]:
    """Yield what a link names that does not exist, or that it names nothing."""
    if link.requirement not in requirements:
        yield f"a link names {link.requirement}, which is no requirement"
    if not (link.questions or link.sections or link.indicators):
        yield f"a link of {link.requirement} names no question, section or indicator"
    for indicator in link.indicators:
        if indicator not in INDICATORS:
            yield f"a link of {link.requirement} names {indicator}, which is no indicator"


def timing(instrument: Instrument, on: date) -> Timing:
    """Return how an instrument stands on a day, from its dates first and its status second."""
    if instrument.ends is not None and instrument.ends <= on:
        return Timing.ENDED
    if instrument.status is Status.UNCERTAIN:
        return Timing.UNCERTAIN
    if instrument.effective is not None:
        return Timing.IN_FORCE if instrument.effective <= on else Timing.NOT_YET
    return Timing.NOT_YET if instrument.status is Status.APPLIES_LATER else Timing.IN_FORCE


def crosswalk(
    registry: Registry,
    answered: Collection[str],
    findings: Mapping[str, str],
    on: date,
    *,
    asked: Collection[str] | None = None,
) -> list[Row]:
    """Return one row for each requirement, in the order of the registry.

    Args:
        answered: ids of the questions that have an answer; "not known" is none.
        findings: the level of each indicator, by indicator code.
        asked: ids of the questions that concern this firm. A question outside
            it is not expected. Without it every question named is expected, and
            a link to a whole section cannot be known to be complete.
    """
    instruments = {instrument.id: instrument for instrument in registry.instruments}
    links: dict[str, list[Link]] = {requirement.id: [] for requirement in registry.requirements}
    for link in registry.links:
        links[link.requirement].append(link)
    rows = []
    for requirement in registry.requirements:
        instrument = instruments[requirement.instrument]
        mine = links[requirement.id]
        bearing = [link for link in mine if link.strength is not Strength.CONTEXT]
        given = tuple(question for question in sorted(answered) if any(link.covers(question) for link in bearing))
        missing = _missing(bearing, answered, asked)
        row = Row(
            instrument=instrument,
            requirement=requirement,
            timing=timing(instrument, on),
            state=_state(bearing, given, missing, sections_known=asked is not None),
            answered=given,
            unanswered=missing,
            findings={code: findings[code] for link in mine for code in link.indicators if code in findings},
        )
        rows.append(row)
    return rows


def _missing(links: list[Link], answered: Collection[str], asked: Collection[str] | None) -> tuple[str, ...]:
    """Return the questions expected to answer a requirement that have no answer."""
    answering = [link for link in links if link.strength is Strength.ANSWERS]
    if asked is None:
        expected = {question for link in answering for question in link.questions}
    else:
        expected = {question for question in asked if any(link.covers(question) for link in answering)}
    return tuple(sorted(expected.difference(answered)))


def _state(links: list[Link], given: tuple[str, ...], missing: tuple[str, ...], *, sections_known: bool) -> State:
    """Return what the answers have to say, by the rules at the head of this module."""
    if not any(link.questions or link.sections for link in links):
        return State.OUTSIDE
    if not given:
        return State.NOT_ANSWERED
    answering = [link for link in links if link.strength is Strength.ANSWERS]
    met = any(link.covers(question) for link in answering for question in given)
    known = sections_known or not any(link.sections for link in answering)
    return State.ANSWERED if met and known and not missing else State.PARTLY
