"""A dossier item by item: what a regime asks, what there is, what is missing, what nothing here can answer.

Each reader of an ask counts. The item then stands as its counts do:

    have      everything that was read is there
    partly    some of it is there; or all, as far as was told, where there may be more
    missing   none of it is there
    outside   nothing this tool holds can answer it

"have" says that there is something to hand over. It never says that what is handed over is good,
nor that an authority will be content with it.

Two laws hold, and are tested: a fact more never turns "have" into "missing"; and telling
what was unknown never lowers an item. No item, and no number of them, takes the notice on
cotton away: only cotton that is known does (`risk_models.cotton`).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum

import msgspec

from questionnaires.text import Source, Text
from risk_models import notices, requirements
from risk_models.cotton import Standing as CottonStanding
from risk_models.dossier_asks import Ask, Counted, InPlace, Regime, Signs, Spoken, Who
from risk_models.evidence import EvidenceGrade

COTTON_GATE = "cotton-gate"
"""The notice on cotton of Turkmenistan."""

CHECKED = EvidenceGrade.E2
"""The lowest grade of evidence at which somebody other than the firm has looked."""


class Status(StrEnum):
    """How an ask stands."""

    HAVE = "have"
    PARTLY = "partly"
    MISSING = "missing"
    OUTSIDE = "outside"


class _Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A piece of a dossier."""


class Count(_Value, frozen=True, kw_only=True):
    """How many of something are known."""

    number: int
    of: int
    whole: bool = True  # False: there may be more than `of`
    latest: date | None = None  # of papers
    lacking: tuple[str, ...] = ()  # ids of those that are not known


class Sign(_Value, frozen=True, kw_only=True):
    """What the copy that may travel says of one indicator."""

    level: str
    assessed: bool
    checked: int  # of these questions, the ones whose answers somebody other than the firm has checked
    of: int  # questions that bear on it, concern the firm and may travel


class Control(_Value, frozen=True, kw_only=True):
    """Whether the firm has what one question asks for."""

    credit: float  # 0, 1/2 or 1
    grade: int  # of the evidence, 0 to 4


class Facts(_Value, frozen=True, kw_only=True):
    """Everything that is known when a dossier is put together; what is absent is not known."""

    counts: Mapping[str, Count] = {}  # by name of the fact
    signs: Mapping[str, Sign] = {}  # by indicator
    controls: Mapping[str, Control] = {}  # by question
    answered: frozenset[str] = frozenset()  # questions whose answers may travel
    asked: frozenset[str] = frozenset()  # questions that concern the firm and whose answers may travel
    cotton: CottonStanding = CottonStanding.UNKNOWN  # of goods, inputs and chain
    cotton_answered: CottonStanding = CottonStanding.NONE  # what the firm's answers on the site say


class Found(_Value, frozen=True, kw_only=True):
    """What one reader found: numbers, ids and days, and never words that somebody wrote.

    `what` names a fact, or `sign:CODE`, `control:question`, `answers:requirement`; it is
    `support:requirement` where every answer is given and they merely touch on it.
    """

    what: str
    status: Status
    number: int
    of: int
    level: str = ""  # of an indicator
    latest: date | None = None
    lacking: tuple[str, ...] = ()


class Item(_Value, frozen=True, kw_only=True):
    """One ask, and how it stands."""

    id: str
    group: str
    who: Who
    text: Text
    status: Status
    found: tuple[Found, ...]
    outside: Text  # why nothing here can answer it; empty otherwise
    requirements: tuple[str, ...]
    confirmed: bool
    verified_on: date | None
    sources: tuple[Source, ...]

    @property
    def next(self) -> tuple[Found, ...]:
        """What is still to be done."""
        return tuple(one for one in self.found if one.status is not Status.HAVE)


def assemble(regime: Regime, facts: Facts, on: date) -> tuple[Item, ...]:
    """Return every ask of a regime and how it stands on a day, in the order of the regime."""
    rows = _spoken(regime, facts, on)
    return tuple(_item(ask, facts, rows) for ask in regime.asks)


def cotton_notice(facts: Facts, on: date, version: str = "2026.1") -> notices.Standing | None:
    """Return the notice on cotton as it stands over a shipment; None only where cotton is known to be none or other."""
    gate = next(one for one in notices.read(version) if one.id == COTTON_GATE)
    said = (facts.cotton, facts.cotton_answered)
    if on < gate.since or not any(one.noticed for one in said):
        return None
    return notices.Standing(notice=gate, sure=CottonStanding.TURKMEN in said)


def joined(parts: Collection[Status]) -> Status:
    """Return how several parts stand together; without any, they are missing."""
    kinds = set(parts)
    if kinds == {Status.HAVE}:
        return Status.HAVE
    return Status.MISSING if kinds <= {Status.MISSING} else Status.PARTLY


def _item(ask: Ask, facts: Facts, rows: Mapping[str, requirements.Row]) -> Item:
    found = tuple(_found(ask, facts, rows))
    return Item(
        id=ask.id,
        group=ask.group,
        who=ask.who,
        text=ask.text,
        status=Status.OUTSIDE if ask.outside else joined([one.status for one in found]),
        found=found,
        outside=ask.outside,
        requirements=ask.requirements,
        confirmed=bool(ask.confirmed),
        verified_on=ask.verified_on,
        sources=ask.sources,
    )


def _found(ask: Ask, facts: Facts, rows: Mapping[str, requirements.Row]) -> Iterator[Found]:
    for reader in ask.answered_by:
        match reader:
            case Counted(facts=names):
                yield from (_counted(name, facts.counts.get(name, Count(number=0, of=0))) for name in names)
            case Signs(indicators=codes, checked=checked):
                yield from (_sign(code, facts.signs.get(code), checked=checked) for code in codes)
            case InPlace(questions=questions, checked=checked):
                yield from (_control(name, facts.controls.get(name), checked=checked) for name in questions)
            case Spoken():
                yield from (_answers(rows[name]) for name in ask.requirements)


def _counted(name: str, count: Count) -> Found:
    complete = count.whole and count.number >= count.of
    status = Status.MISSING if not count.number else Status.HAVE if complete else Status.PARTLY
    return Found(what=name, status=status, number=count.number, of=count.of, latest=count.latest, lacking=count.lacking)


def _sign(code: str, sign: Sign | None, *, checked: bool) -> Found:
    if sign is None or not sign.assessed:
        return Found(what=f"sign:{code}", status=Status.MISSING, number=0, of=sign.of if sign else 0)
    borne_out = 0 < sign.of <= sign.checked
    status = Status.HAVE if borne_out or not checked else Status.PARTLY
    return Found(what=f"sign:{code}", status=status, number=sign.checked, of=sign.of, level=sign.level)


def _control(question: str, control: Control | None, *, checked: bool) -> Found:
    what, lacking = f"control:{question}", (question,)
    if control is None or not control.credit:
        return Found(what=what, status=Status.MISSING, number=0, of=1, lacking=lacking)
    full = control.credit >= 1 and (control.grade >= CHECKED or not checked)
    if full:
        return Found(what=what, status=Status.HAVE, number=1, of=1)
    return Found(what=what, status=Status.PARTLY, number=0, of=1, lacking=lacking)


def _answers(row: requirements.Row) -> Found:
    status = {
        requirements.State.ANSWERED: Status.HAVE,
        requirements.State.PARTLY: Status.PARTLY,
    }.get(row.state, Status.MISSING)
    kind = "support" if row.state is requirements.State.PARTLY and not row.unanswered else "answers"
    return Found(
        what=f"{kind}:{row.requirement.id}",
        status=status,
        number=len(row.answered),
        of=len(row.answered) + len(row.unanswered),
        lacking=row.unanswered,
    )


def _spoken(regime: Regime, facts: Facts, on: date) -> dict[str, requirements.Row]:
    """Return what answers say to the requirements that some ask reads so, by requirement."""
    wanted = set(_read_so(regime.asks))
    if not wanted:
        return {}
    registry = requirements.read()
    part = msgspec.structs.replace(
        registry,
        requirements=tuple(one for one in registry.requirements if one.id in wanted),
        links=tuple(one for one in registry.links if one.requirement in wanted),
    )
    levels = {code: sign.level for code, sign in facts.signs.items()}
    rows = requirements.crosswalk(part, facts.answered, levels, on, asked=facts.asked)
    return {row.requirement.id: row for row in rows}


def _read_so(asks: Iterable[Ask]) -> Iterator[str]:
    for ask in asks:
        if any(isinstance(reader, Spoken) for reader in ask.answered_by):
            yield from ask.requirements
