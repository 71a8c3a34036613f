"""A dossier in the words of a report: what goes with the goods, and each thing asked for with what there is of it."""

from collections.abc import Iterable
from functools import cache

from duediligence.chain import words as chain_words
from duediligence.dossier import Dossier, LotRow, PartyRow, next_of
from duediligence.redaction import LEFT_OUT
from duediligence.reports import texts
from duediligence.reports.issued import DossierGroup, DossierItem, DossierPart, Listing
from duediligence.reports.opening import Fact, Notice, Passage, Table
from duediligence.reports.texts import NO_BREAK, Texts
from questionnaires.text import say
from risk_models import catalogue as models
from risk_models import dossier_asks, notices, reference
from risk_models.dossier import Found, Item, Status
from risk_models.dossier_asks import kind_of

_DIGEST_SHOWN = 16
"""How many digits of a document's digest are printed; the whole stands in the data."""

_NEED_NOT_BE = ("dossier.transit", "dossier.importer")
"""What is not said where there is none: no country between, and no importer beside the consignee."""


def dossier_part(dossier: Dossier, language: str) -> DossierPart:
    """Return what a report says of a dossier.

    Raises:
        ContentError: there are no sentences in this language.
    """
    words = texts.read(language)
    return DossierPart(
        passage=Passage(
            heading=words.say("dossier.heading", regime=say(dossier.title, language)),
            sentences=(
                say(dossier.about, language),
                *words.all("dossier.sentence", mark=words.say("word.unconfirmed")),
            ),
        ),
        notices=tuple(_notices(dossier, language)),
        counts=_counts(dossier.items, dossier, language),
        shipment=tuple(_shipment(dossier, words)),
        listings=(
            _listing("goods", words, _goods(dossier, words)),
            _listing("inputs", words, _inputs(dossier, words)),
            _listing("chain", words, _chain(dossier, words)),
            _listing("documents", words, _documents(dossier, words)),
        ),
        groups=tuple(_groups(dossier, words)),
        remarks=Passage(
            heading=words.say("dossier.remarks.heading"),
            sentences=tuple(
                say(remark.text, language) + _mark(words, confirmed=remark.confirmed) for remark in dossier.remarks
            ),
        ),
        limits=Passage(
            heading=words.say("dossier.limits.heading"),
            sentences=tuple(say(text, language) for text in dossier.limits),
        ),
    )


def country(code: str, language: str) -> str:
    """Return the name of a country of ISO 3166-1, or its code where there is no such country."""
    return say(_countries().get(code, {}), language) or code


@cache
def _countries() -> dict[str, dict[str, str]]:
    return {one.iso2: one.name for one in reference.countries()}


def _notices(dossier: Dossier, language: str) -> Iterable[Notice]:
    severities = {one.id: one.severity.value for one in notices.read(dossier.editions.notices)}
    for one in dossier.notices:
        yield Notice(
            id=one.id,
            severity=severities[one.id],
            title=say(one.title, language),
            text=say(one.text, language),
            sure=one.sure,
            sources=(),
        )


def _counts(items: Iterable[Item], dossier: Dossier, language: str) -> tuple[Fact, ...]:
    standing = [one.status for one in items]
    return tuple(
        Fact(label=say(dossier.names[f"status:{status}"], language), value=str(standing.count(status)))
        for status in Status
    )


def _shipment(dossier: Dossier, words: Texts) -> Iterable[Fact]:
    """Yield what is known of the shipment as a whole; what is not known says so."""
    language, one = words.language, dossier.shipment
    sites = dict.fromkeys(site.name for good in dossier.goods for site in good.sites)
    laws = (say(law.title, language) + _mark(words, confirmed=law.confirmed) for law in dossier.laws)
    told = {
        "issued.shipment": one.reference,
        "dossier.sites": "; ".join(sites),
        "issued.destination": country(one.destination, language),
        "dossier.transit": ", ".join(country(code, language) for code in one.transit),
        "dossier.consignee": one.consignee,
        "dossier.importer": one.importer,
        "dossier.ships_on": words.day(one.ships_on) if one.ships_on else "",
        "dossier.laws": "; ".join(laws),
    }
    for name, value in told.items():
        if value or name not in _NEED_NOT_BE:
            yield Fact(label=words.say(name), value=_shown(value, words) or words.say("dossier.unknown"))


def _shown(value: str, words: Texts) -> str:
    """Return a value of a dossier as it is printed: where it was left out, that it was."""
    return words.say("named.mark") if value == LEFT_OUT else value


def _mark(words: Texts, *, confirmed: bool) -> str:
    return "" if confirmed else f" ({words.say('word.unconfirmed')})"


def _listing(name: str, words: Texts, rows: Iterable[tuple[str, ...]]) -> Listing:
    told = tuple(tuple(_shown(cell, words) for cell in row) for row in rows)
    key = f"dossier.{name}"
    return Listing(
        passage=Passage(
            heading=words.say(f"{key}.heading"),
            sentences=words.all(f"{key}.sentence") if told else (words.say(f"{key}.none"),),
        ),
        table=Table(columns=words.all(f"{key}.column"), rows=told),
    )


def _goods(dossier: Dossier, words: Texts) -> Iterable[tuple[str, ...]]:
    """Yield a row for each lot, and one for a good without any."""
    unknown = words.say("dossier.unknown")
    for number, good in enumerate(dossier.goods, start=1):
        about = (good.name, good.hs or unknown, words.say(f"cotton.{good.cotton.value}"))
        lots = [one for one in dossier.lots if one.good == number]
        yield from ((*about, *_lot(lot, words)) for lot in lots)
        if not lots:
            yield (*about, unknown, unknown, unknown, unknown)


def _lot(lot: LotRow, words: Texts) -> tuple[str, str, str, str]:
    """Return the mark of a lot, when it was made, how much it is, and the bales or lots that went into it."""
    unknown = words.say("dossier.unknown")
    days = dict.fromkeys(words.day(day) for day in (lot.made_from, lot.made_to) if day)
    quantity = f"{words.quantity(lot.quantity)}{NO_BREAK}{lot.unit}" if lot.quantity is not None else unknown
    inputs = ", ".join(dict.fromkeys(_shown(mark, words) for mark in lot.inputs))
    return lot.mark, " – ".join(days) or unknown, quantity, inputs or unknown


def _inputs(dossier: Dossier, words: Texts) -> Iterable[tuple[str, ...]]:
    unknown = words.say("dossier.unknown")
    for one in dossier.inputs:
        kind = words.say(f"place.{one.place.value}")
        named = _shown(one.place_name, words)
        yield (
            f"{one.number}{NO_BREAK}{one.name}",
            one.hs or unknown,
            f"{words.quantity(one.share)}{NO_BREAK}%" if one.share is not None else unknown,
            country(one.country, words.language) or unknown,
            f"{kind}: {named}" if named else kind,
            words.say(f"cotton.{one.cotton.value}"),
        )


def _chain(dossier: Dossier, words: Texts) -> Iterable[tuple[str, ...]]:
    """Yield the parties, nearest first; what lies behind one is unknown unless the firm named it."""
    unknown = words.say("dossier.unknown")
    suppliers = {
        one.number: [str(other.number) for other in dossier.chain.parties if one.number in other.supplies]
        for one in dossier.chain.parties
    }
    for one in dossier.chain.parties:
        yield (
            str(one.tier) if one.tier is not None else unknown,
            _party(one, words),
            country(one.country, words.language) or unknown,
            ", ".join(suppliers[one.number]) or (unknown if not one.suppliers_known else ""),
        )


def _party(one: PartyRow, words: Texts) -> str:
    """Return the number, name and address of a party, and what it does."""
    told = dict.fromkeys(_shown(part, words) for part in (one.name, one.address) if part)
    roles = ", ".join(say(chain_words.sentence(f"role_{role.value}"), words.language) for role in one.roles)
    return f"{one.number}{NO_BREAK}{', '.join(told)}" + (f" ({roles})" if roles else "")


def _documents(dossier: Dossier, words: Texts) -> Iterable[tuple[str, ...]]:
    facts = dossier_asks.read(dossier.editions.dossiers).words.facts
    for one in dossier.documents:
        kind = facts.get(f"papers.{one.kind.value}")
        yield (
            say(kind.title, words.language) if kind else words.say("document.other"),
            one.number or words.say("dossier.unknown"),
            words.day(one.on) if one.on else words.say("dossier.unknown"),
            one.sha256[:_DIGEST_SHOWN] or "–",
        )


def _groups(dossier: Dossier, words: Texts) -> Iterable[DossierGroup]:
    levels = _levels(dossier, words)
    for name in dict.fromkeys(item.group for item in dossier.items):
        together = [item for item in dossier.items if item.group == name]
        items = tuple(_item(one, dossier, words, levels) for one in together)
        ahead = {one.next for one in items}
        shared = ahead.pop() if len(ahead) == 1 and len(items) > 1 else ""
        yield DossierGroup(
            title=say(dossier.names[f"group:{name}"], words.language),
            counts=" · ".join(
                f"{one.label}: {one.value}" for one in _counts(together, dossier, words.language) if one.value != "0"
            ),
            next=shared,
            items=items,
        )


def _item(one: Item, dossier: Dossier, words: Texts, levels: dict[str, str]) -> DossierItem:
    return DossierItem(
        asks=say(one.text, words.language) + _mark(words, confirmed=one.confirmed),
        state=one.status.value,
        word=say(dossier.names[f"status:{one.status}"], words.language),
        found="; ".join(_found(one, dossier, words, levels)),
        next=_next(one, dossier, words.language),
    )


def _found(item: Item, dossier: Dossier, words: Texts, levels: dict[str, str]) -> Iterable[str]:
    """Yield in words what there is; of signs, measures and answers only how many, for their words are long."""
    there = [one for one in item.found if one.status != Status.MISSING]
    if signs := [one for one in there if kind_of(one.what) == "sign"]:
        yield _signs(signs, words, levels)
    for kind, key in (("control", "dossier.measures"), ("answers", "dossier.answered")):
        alike = [one for one in item.found if kind_of(one.what) == kind]
        if any(one in there for one in alike):
            yield words.say(key, number=sum(one.number for one in alike), of=sum(one.of for one in alike))
    yield from (_counted(one, dossier, words) for one in there if ":" not in one.what)


def _signs(found: list[Found], words: Texts, levels: dict[str, str]) -> str:
    """Return how many indicators stand at each level, the level alone for one, and how many answers were checked."""
    standing = [levels.get(one.level, one.level) for one in found]
    alone = len(found) == 1
    told = (level if alone else f"{level}: {standing.count(level)}" for level in dict.fromkeys(standing))
    checked = words.say("dossier.checked", number=sum(one.number for one in found), of=sum(one.of for one in found))
    return "; ".join((*told, checked))


def _counted(one: Found, dossier: Dossier, words: Texts) -> str:
    """Return how many of how many there are, and of which day the last is."""
    name = say(dossier.names[one.what], words.language)
    told = f"{name}: {words.say('dossier.of', number=one.number, of=one.of)}" if one.of > 1 else name
    return f"{told}, {words.say('dossier.latest', day=words.day(one.latest))}" if one.latest else told


def _next(one: Item, dossier: Dossier, language: str) -> str:
    """Return who has to do what, or why nothing here can answer; empty where nothing is left to do."""
    todo = dict.fromkeys(say(next_of(dossier, found.what), language) for found in one.next)
    told = say(one.outside, language) if one.outside else " ".join(todo)
    who = say(dossier.names[f"who:{one.who}"], language)
    return f"{who}: {told}" if told else ""


def _levels(dossier: Dossier, words: Texts) -> dict[str, str]:
    """Return what the levels of indicators are called; nothing where no assessment travels along."""
    if dossier.assessment is None:
        return {}
    model = models.load(*dossier.assessment.model.split("/", 1))
    shown = words.labels("level")
    return shown | {one.id: say(one.label, words.language) for one in model.levels}
