"""What each regime wants to see with a shipment: asks, one after another, as content.

A regime is a law, a trade rule or a standard as its authority or its buyers put it into
practice. An ask names the requirements of the registry that it comes from; where it has
no words of its own it takes those of its first requirement. It is answered by readers of
facts, or stands outside: nothing this tool holds can answer it, and it says why.

Not every ask was read in a source that can be relied on. Those are marked, and whoever
shows one shows the mark.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeAlias

import msgspec

from questionnaires import content, edition
from questionnaires.questionnaire import Lifecycle
from questionnaires.text import Source, Text, filled
from risk_models import catalogue, reference, requirements
from risk_models.model import Element

LIBRARY = Path(__file__).parent / "library" / "dossiers"

EDITION = "2026.1"

GENERAL = "general"
"""The regime of a destination that has none of its own."""

_DIGESTS = LIBRARY.parent
_MODEL = ("forced_labour", "2026.1")
"""The rule set whose indicators and controls the asks speak of."""


class Who(StrEnum):
    """Who has to act on an ask."""

    EXPORTER = "exporter"
    BUYER = "buyer"
    AUTHORITY = "authority"
    INDEPENDENT = "independent"


class _Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One line of the content."""


class Counted(_Entry, frozen=True, kw_only=True, tag_field="is", tag="counted"):
    """Reads how many of something are known: fields of the shipment, papers, parties, steps of the review."""

    facts: tuple[str, ...]


class Signs(_Entry, frozen=True, kw_only=True, tag_field="is", tag="signs"):
    """Reads what the answers say of indicators; `checked`: the answers of the firm alone are half of it at most."""

    indicators: tuple[str, ...]
    checked: bool = False


class InPlace(_Entry, frozen=True, kw_only=True, tag_field="is", tag="in_place"):
    """Reads whether the firm has what controls ask for; `checked` as in `Signs`."""

    questions: tuple[str, ...]
    checked: bool = False


class Spoken(_Entry, frozen=True, kw_only=True, tag_field="is", tag="spoken"):
    """Reads what answers say to the requirements of the ask, by the links of the registry."""


Reader: TypeAlias = Counted | Signs | InPlace | Spoken


class Ask(_Entry, frozen=True, kw_only=True):
    """One thing a regime wants to see.

    `each` makes one ask for every indicator named; its words have a place for
    `{indicator}`, and each reads its own indicator, and by what papers and answers.
    """

    id: str
    group: str
    who: Who
    requirements: tuple[str, ...] = ()
    text: Text = {}  # empty: the words of the first requirement
    answered_by: tuple[Reader, ...] = ()
    outside: Text = {}  # why nothing here can answer it
    each: tuple[str, ...] = ()
    confirmed: bool | None = None  # None: as its requirements are
    sources: tuple[Source, ...] = ()
    verified_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse an ask that is answered both ways, or in none, and words of its own without a mark."""
        if bool(self.outside) == bool(self.answered_by or self.each):
            raise ValueError(f"ask {self.id}: it needs readers or a reason why it is outside, and not both")
        if bool(self.text) != (self.confirmed is not None):
            raise ValueError(f"ask {self.id}: words of its own and `confirmed` go together")


class Remark(_Entry, frozen=True, kw_only=True):
    """Something a reader of the dossier has to know: a period, what silence leads to."""

    id: str
    text: Text
    confirmed: bool
    sources: tuple[Source, ...] = ()


class Regime(_Entry, frozen=True, kw_only=True):
    """What one authority, or the buyers under one law, want to see.

    `full` is false for a page that only says what of a law our answers speak to.
    """

    id: str
    title: Text
    about: Text
    full: bool
    instruments: tuple[str, ...]  # of the registry
    destinations: tuple[str, ...]  # ISO 3166-1
    remarks: tuple[Remark, ...] = ()
    asks: tuple[Ask, ...]


class Named(_Entry, frozen=True, kw_only=True):
    """What a fact, a group or a status is called."""

    title: Text
    next: Text = {}  # what to do where it is missing


class Words(_Entry, frozen=True, kw_only=True):
    """The words that dossiers share."""

    groups: dict[str, Named]  # in the order in which they are shown
    statuses: dict[str, Named]
    people: dict[str, Named]  # who has to act
    facts: dict[str, Named]
    limits: tuple[Text, ...]  # what stands under every dossier
    unconfirmed: Text  # how a line is marked that was not read in a source


class Dossiers(_Entry, frozen=True, kw_only=True):
    """One edition of all regimes; `reviewed` once a lawyer has read it."""

    version: str
    lifecycle: Lifecycle
    reviewed: bool
    regimes: tuple[Regime, ...]
    words: Words


class _Edition(_Entry, frozen=True, kw_only=True):
    """The opening file of an edition."""

    version: str
    lifecycle: Lifecycle
    reviewed: bool
    parts: tuple[str, ...]


@cache
def read(version: str = EDITION) -> Dossiers:
    """Return one edition, each ask with its words and sources filled in.

    Raises:
        ContentError: there is no such edition, a file does not fit, or entries do not fit together.
        Tampered: the edition has changed since it was issued.
    """
    raw = written(LIBRARY / version)
    if raw.lifecycle is Lifecycle.ISSUED:
        edition.verify(_DIGESTS, "dossiers", version, edition.digest(raw))
    if found := list(faults(raw)):
        raise content.ContentError(f"dossiers {version}: " + "; ".join(found))
    regimes = [msgspec.structs.replace(one, asks=tuple(_resolved(one.asks))) for one in raw.regimes]
    return msgspec.structs.replace(raw, regimes=tuple(regimes))


@cache
def digest(version: str = EDITION) -> str:
    """Return the SHA-256 of an edition as it stands in its files, in hexadecimal."""
    return edition.digest(written(LIBRARY / version))


def written(folder: Path) -> Dossiers:
    """Return an edition as it stands in its files.

    Raises:
        ContentError: a file is missing or does not fit.
    """
    head = content.read(folder / "dossiers.yaml", _Edition)
    regimes = [one for part in head.parts for one in content.read(folder / f"{part}.yaml", tuple[Regime, ...])]
    words = content.read(folder / "words.yaml", Words)
    return Dossiers(
        version=head.version,
        lifecycle=head.lifecycle,
        reviewed=head.reviewed,
        regimes=tuple(regimes),
        words=words,
    )


def faults(dossiers: Dossiers) -> Iterator[str]:
    """Yield in words what does not fit together: repeated ids, and names of what does not exist."""
    registry = requirements.read()
    instruments = {one.id for one in registry.instruments}
    asked = {one.id for one in registry.requirements}
    countries = {one.iso2 for one in reference.countries()}
    ids = [one.id for one in dossiers.regimes]
    yield from (f"two regimes are called {one}" for one in _twice(ids))
    for regime in dossiers.regimes:
        names = [ask.id for ask in regime.asks]
        yield from (
            f"{regime.id}: there are two asks {one}" for one in sorted({n for n in names if names.count(n) > 1})
        )
        yield from (
            f"{regime.id}: no instrument is called {one}" for one in regime.instruments if one not in instruments
        )
        yield from (
            f"{regime.id}: no country has the code {one}" for one in regime.destinations if one not in countries
        )
        for ask in regime.asks:
            yield from (f"{regime.id}/{ask.id}: {found}" for found in _faults_of_ask(ask, dossiers.words, asked))


def _faults_of_ask(ask: Ask, words: Words, asked: Collection[str]) -> Iterator[str]:
    if ask.group not in words.groups:
        yield f"no group is called {ask.group}"
    if not (ask.text or ask.requirements):
        yield "it has neither words nor a requirement to take them from"
    if ask.confirmed and not any(source.confirmed for source in ask.sources):
        yield "it is marked as confirmed without a confirmed source"
    yield from (f"no requirement is called {one}" for one in _not_in(ask.requirements, asked))
    for reader in ask.answered_by:
        match reader:
            case Counted(facts=facts):
                yield from (f"no fact is called {one}" for one in _not_in(facts, words.facts))
            case Signs(indicators=codes):
                yield from (f"no indicator is called {one}" for one in _not_in(codes, requirements.INDICATORS))
            case InPlace(questions=questions):
                yield from (f"{one} is no control" for one in _not_in(questions, _controls()))
            case Spoken():
                yield from (f"no question speaks to {one}" for one in _not_in(ask.requirements, _spoken_to()))
    yield from (f"no indicator is called {one}" for one in _not_in(ask.each, requirements.INDICATORS))


@cache
def _controls() -> frozenset[str]:
    readings = catalogue.load(*_MODEL).readings
    return frozenset(one.question for one in readings if one.element is Element.CONTROL)


@cache
def _spoken_to() -> frozenset[str]:
    return frozenset(one.requirement for one in requirements.read().links if one.questions or one.sections)


def _twice(names: Collection[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _not_in(names: Iterable[str], known: Collection[str]) -> list[str]:
    return [name for name in names if name not in known]


def kind_of(what: str) -> str:
    """Return the kind of what a reader found: of `inputs.country` and of `sign:DEB`, what stands before the mark."""
    return what.partition(":")[0] if ":" in what else what.partition(".")[0]


def step(words: Words, what: str) -> str:
    """Return under which name the words say what to do about something: its own, or that of its kind."""
    own = words.facts.get(what)
    return what if own and own.next else kind_of(what)


def regime(identifier: str, version: str = EDITION) -> Regime | None:
    """Return one regime, None where the edition has none of this id."""
    return next((one for one in read(version).regimes if one.id == identifier), None)


def of_destination(country: str, version: str = EDITION) -> tuple[Regime, ...]:
    """Return the regimes of a destination, the one to begin with first and the general one last."""
    regimes = read(version).regimes
    own = [one for one in regimes if country in one.destinations]
    return (*own, *(one for one in regimes if one.id == GENERAL))


def _resolved(asks: tuple[Ask, ...]) -> Iterator[Ask]:
    """Yield asks with words and sources filled in, those for each indicator one by one."""
    registry = requirements.read()
    known = {one.id: one for one in registry.requirements}
    checked = {one.id: one.verified_on for one in registry.instruments}
    labels = {one.id: one.label for one in catalogue.load(*_MODEL).indicators}
    for ask in asks:
        own = [known[one] for one in ask.requirements]
        first = own[0] if own else None
        whole = msgspec.structs.replace(
            ask,
            text=ask.text or (first.asks if first else {}),
            confirmed=all(one.confirmed for one in own) if ask.confirmed is None else ask.confirmed,
            sources=ask.sources or tuple(dict.fromkeys(source for one in own for source in one.sources)),
            verified_on=ask.verified_on or (checked[first.instrument] if first else None),
        )
        yield from (_of_indicator(whole, code, labels[code]) for code in ask.each) if ask.each else (whole,)


def _of_indicator(ask: Ask, code: str, label: Text) -> Ask:
    """Return the ask for one indicator."""
    return msgspec.structs.replace(
        ask,
        id=f"{ask.id}-{code.lower()}",
        text=filled(ask.text, indicator=label),
        answered_by=(Signs(indicators=(code,), checked=True), *ask.answered_by),
        each=(),
    )
