"""What the page of a dossier is told: its items by how they stand, and where each thing that is missing is entered."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from api.pages.naming import levels
from api.visit import Visit
from duediligence.assessment import MODEL, codebook
from duediligence.dossier import Dossier, next_of
from duediligence.reports import texts
from duediligence.shipment import Shipment
from questionnaires.text import say
from risk_models import catalogue as models
from risk_models.dossier import Found, Item, Status

_MOST_WAYS = 6
"""Ways to enter something that are named for one thing; whoever needs more finds them from there."""

_FIELDS = {"hs": "hs", "sites": "sites", "cotton": "cotton", "inputs": "inputs"}
"""Of a product line, by what is counted of it."""


class Way(NamedTuple):
    """Where something is entered."""

    words: str
    address: str


class Line(NamedTuple):
    """One thing that was looked for, in words."""

    name: str
    told: str  # how much there is
    status: str
    next: str  # what to do, empty where nothing is
    ways: tuple[Way, ...]


class Row(NamedTuple):
    """One ask with all that was looked for."""

    id: str
    text: str
    group: str
    who: str
    status: Status
    lines: tuple[Line, ...]
    outside: str
    confirmed: bool
    sources: tuple[str, ...]


def rows(one: Dossier, shipment: Shipment, visit: Visit) -> list[Row]:
    """Return every ask of a dossier in the words of the page."""
    language = visit.language
    return [
        Row(
            id=item.id,
            text=say(item.text, language),
            group=say(one.names[f"group:{item.group}"], language),
            who=say(one.names[f"who:{item.who}"], language),
            status=item.status,
            lines=tuple(_line(one, found, shipment, visit) for found in item.found),
            outside=say(item.outside, language),
            confirmed=item.confirmed,
            sources=tuple(sources(item)),
        )
        for item in one.items
    ]


def by_group(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return asks under what their groups are called, both in the order of the regime."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.group, []).append(row)
    return found


def sources(item: Item) -> Iterator[str]:
    """Yield where an ask comes from."""
    for source in item.sources:
        yield ", ".join(filter(None, (source.title, source.locator)))


def timings(language: str) -> dict[str, str]:
    """Return how a law stands, in words."""
    return texts.read(language).labels("timing")


def _line(one: Dossier, found: Found, shipment: Shipment, visit: Visit) -> Line:
    language, done = visit.language, found.status is Status.HAVE
    return Line(
        name=say(one.names[found.what], language),
        told=_told(found, visit),
        status=found.status,
        next="" if done else say(next_of(one, found.what), language),
        ways=() if done else tuple(_ways(found, shipment, visit))[:_MOST_WAYS],
    )


def _told(found: Found, visit: Visit) -> str:
    """Return how much there is of something."""
    told = visit.told
    parts = [levels(visit.language).get(found.level, found.level)] if found.level else []
    if found.what.startswith("sign:"):
        parts.append(told("dossier.checked", number=found.number, all=found.of))
    elif found.of > 1:
        parts.append(told("dossier.some_of", number=found.number, all=found.of))
    if found.latest:
        parts.append(told("dossier.latest", day=found.latest))
    return "; ".join(parts)


def _ways(found: Found, shipment: Shipment, visit: Visit) -> Iterator[Way]:
    """Yield where something that is missing is entered."""
    told, here = visit.told, f"/shipments/{shipment.id}"
    kind, _, what = found.what.replace(":", ".", 1).partition(".")
    match kind:
        case "shipment":
            yield Way(told("dossier.way_shipment"), f"{here}/edit#{what}")
        case "lots":
            yield from _ways_to_lots(found, what, here, visit)
        case "goods" | "inputs":
            yield from _ways_to_lines(found, what, shipment, visit)
        case "papers":
            yield Way(told("dossier.way_paper"), f"{here}/documents/new?kind={what}")
        case "chain":
            yield Way(told("dossier.way_chain"), "/chain")
        case _:
            yield from _ways_to_answers(found, shipment, visit)


def _ways_to_lots(found: Found, what: str, here: str, visit: Visit) -> Iterator[Way]:
    field = {"made": "made_from"}.get(what, what)
    for number in found.lacking:
        yield Way(visit.told("dossier.way_lot", number=number), f"{here}/lots/{number}#{field}")
    if not found.of:
        yield Way(visit.told("shipping.lot_add"), f"{here}/lots/new")


def _ways_to_lines(found: Found, what: str, shipment: Shipment, visit: Visit) -> Iterator[Way]:
    """Yield the forms of product lines; goods are numbered in the order in which lots name their lines."""
    told = visit.told
    lines = list(dict.fromkeys(lot.line for lot in shipment.about.lots))
    if not lines:
        yield Way(told("shipping.lot_add"), f"/shipments/{shipment.id}/lots/new")
        return
    for number in found.lacking:
        good, _, place = number.partition(".")
        line = lines[int(good) - 1]
        field = f"inputs-{int(place) - 1}.{_input_field(what)}" if place else _FIELDS.get(what, "name")
        words = told("dossier.way_input", number=number) if place else told("dossier.way_good", number=number)
        yield Way(words, f"/product-lines/{line}/edit#{field}")
    if not found.lacking:
        for good_number, line in enumerate(lines, 1):
            yield Way(told("dossier.way_good", number=str(good_number)), f"/product-lines/{line}/edit#inputs")


def _input_field(what: str) -> str:
    return "place_name" if what == "place" else what


def _ways_to_answers(found: Found, shipment: Shipment, visit: Visit) -> Iterator[Way]:
    """Yield where answers, plan and review of the assessment are looked after."""
    told, one = visit.told, shipment.about.engagement
    if one is None:
        yield Way(told("dossier.way_assessment"), f"/shipments/{shipment.id}/edit#engagement")
        return
    kind = found.what.replace(":", ".", 1).partition(".")[0]
    if kind == "plan":
        yield Way(told("dossier.way_plan"), f"/assessments/{one}/plan")
    elif kind in ("control", "answers"):
        yield from _questions(one, found.lacking, visit)
    else:
        yield Way(told("dossier.way_result"), f"/assessments/{one}/result")


def _questions(engagement: str, questions: Iterable[str], visit: Visit) -> Iterator[Way]:
    rules = models.load(*MODEL)
    book = codebook(rules.questionnaire, rules.questionnaire_version)
    for question in questions:
        if question in book.section:
            text = say(book.questions[book.row[question]].text, visit.language)
            yield Way(text, f"/assessments/{engagement}/sections/{book.section[question]}#{question}")
