"""What the pages of shipments are told: rows, names and words made of what a firm has entered."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from api.pages.chain_view import address, country_options
from api.translation import Words
from api.visit import Visit
from duediligence.organisation import Organisation
from duediligence.shipment import Cotton, DocumentKind, LineAbout, Place, ProductInput, ProductLine
from duediligence.shipment_check import UNITS
from duediligence.workflow.shipping import Carried
from questionnaires.text import say
from risk_models import cotton, notices
from risk_models.cotton import Piece, Standing
from risk_models.dossier import COTTON_GATE

MOST_OFFERED = 2000
"""Partners that a field offers while somebody types; any other one is found by its whole name."""


class Gap(NamedTuple):
    """Something that is not known yet, and where it is entered."""

    words: str
    address: str
    of: str = ""  # what the product line is called


def frame(visit: Visit, found: Organisation, firms: Sequence[Organisation], current: str) -> dict[str, object]:
    """Return what every list of shipments and product lines needs."""
    one = found.id if len(firms) > 1 else ""
    pages = {"shipments": "/shipments", "lines": "/product-lines", "attestations": "/attestations"}
    tabs = [
        {"label": visit.told(f"shipping.tab_{name}"), "address": address(path, one), "current": name == current}
        for name, path in pages.items()
    ]
    return {"firm": found, "firms": firms, "asked_firm": one, "tabs": tabs, "here_path": pages[current]}


def countries(language: str) -> dict[str, str]:
    """Return the names of all countries by code, in the order of the names."""
    return dict(country_options(language))


def cotton_options(told: Words) -> list[tuple[str, str]]:
    """Return what can be said of cotton."""
    return [(one.value, told(f"shipping.cotton_{one}")) for one in Cotton]


def place_options(told: Words) -> list[tuple[str, str]]:
    """Return how far back an input can be known."""
    return [(one.value, told(f"shipping.place_{one}")) for one in Place]


def unit_options(told: Words) -> list[tuple[str, str]]:
    """Return the units of a quantity."""
    return [(one, told(f"shipping.unit_{one}")) for one in UNITS]


def document_options(told: Words) -> list[tuple[str, str]]:
    """Return the kinds of papers."""
    return [(one.value, told(f"shipping.document_{one}")) for one in DocumentKind]


def choices(visit: Visit) -> dict[str, str]:
    """Return the words of everything that a form keeps by a code: countries, cotton, places, units, papers."""
    told = visit.told
    offered = (*cotton_options(told), *place_options(told), *unit_options(told), *document_options(told))
    return countries(visit.language) | dict(offered)


def labelled(names: Mapping[str, str]) -> dict[str, str]:
    """Return ids of partners by what they are called; those of one name are told apart by a number."""
    found: dict[str, str] = {}
    for identifier, name in names.items():
        label, number = name, 1
        while label in found:
            number += 1
            label = f"{name} ({number})"
        found[label] = identifier
    return found


def traced(one: ProductInput) -> bool:
    """Return whether it is known where an input comes from: the country, and the kind of place."""
    return bool(one.country) and one.place is not Place.UNKNOWN


def notice(lines: Iterable[LineAbout], visit: Visit) -> dict[str, str] | None:
    """Return the notice on cotton over some goods; None only where all their cotton is known to be none or other."""
    pieces = [piece for about in lines for piece in _pieces(about)]
    found = cotton.standing(pieces)
    if not found.noticed:
        return None
    gate = next(one for one in notices.read() if one.id == COTTON_GATE)
    return shown(notices.Standing(notice=gate, sure=found is Standing.TURKMEN), visit)


def shown(one: notices.Standing, visit: Visit) -> dict[str, str]:
    """Return a notice in the words of the page."""
    return {"title": say(one.notice.title, visit.language), "text": say(one.text, visit.language)}


def differing(
    typed: Mapping[str, Any], now: Mapping[str, Any], told: Words, names: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the fields in which what was typed is not what stands there now, with the latter.

    Args:
        typed: the fields as they were typed.
        now: the same as they are kept.
        told: the words of the page.
        names: what is called otherwise than it is kept.
    """
    return [
        (told(f"shipping.field_{name}"), _plain(value, names)) for name, value in now.items() if value != typed[name]
    ]


def _plain(value: object, names: Mapping[str, str]) -> str:
    """Return a field of a form as words."""
    match value:
        case list() | tuple():
            return "; ".join(filter(None, (_plain(one, names) for one in value)))
        case dict():
            return ", ".join(_plain(one, names) for one in value.values() if one and one != "unknown")
    return names.get(str(value), str(value))


def gaps(found: Carried, told: Words) -> list[Gap]:
    """Return what is not known yet of a shipment, each with the page on which it is entered."""
    about = found.shipment.about
    here = f"/shipments/{found.shipment.id}"
    missing = [
        (not about.consignee, "gap_consignee", f"{here}/edit#consignee"),
        (about.ships_on is None, "gap_ships_on", f"{here}/edit#ships_on"),
        (about.engagement is None, "gap_engagement", f"{here}/edit#engagement"),
        (not about.lots, "gap_lots", f"{here}/lots/new"),
        (not about.documents, "gap_documents", f"{here}/documents/new"),
    ]
    own = [Gap(told(f"shipping.{key}"), at) for wanting, key, at in missing if wanting]
    own += [
        Gap(told("shipping.gap_quantity", mark=lot.mark), f"{here}/lots/{number}#quantity")
        for number, lot in enumerate(about.lots, 1)
        if lot.quantity is None
    ]
    lines = found.lines.values()
    return own + [gap._replace(of=line.about.name) for line in lines for gap in gaps_of_line(line, told)]


def gaps_of_line(line: ProductLine, told: Words) -> list[Gap]:
    """Return what is not known yet of a product line."""
    about = line.about
    here = f"/product-lines/{line.id}/edit"
    untraced = sum(not traced(one) for one in about.inputs)
    missing = [
        (not about.sites, told("shipping.gap_sites"), f"{here}#sites"),
        (about.cotton is Cotton.UNKNOWN, told("shipping.gap_cotton"), f"{here}#cotton"),
        (not about.inputs, told("shipping.gap_inputs"), f"{here}#inputs"),
        (bool(untraced), told("shipping.gap_origin", count=untraced), f"{here}#inputs"),
        (bool(about.inputs) and not about.inputs_complete, told("shipping.gap_complete"), f"{here}#inputs_complete"),
    ]
    return [Gap(words, at) for wanting, words, at in missing if wanting]


def _pieces(about: LineAbout) -> Iterable[Piece]:
    """Return a product and its inputs as pieces that may hold cotton.

    Of the product, cotton from elsewhere counts as such where an input says in which country it grew.
    """
    grown = frozenset(one.country for one in about.inputs if one.cotton is Cotton.OTHER and one.country)
    yield Piece(about.cotton.value, about.hs, grown)
    for one in about.inputs:
        yield Piece(one.cotton.value, one.hs, frozenset({one.country} - {""}))
