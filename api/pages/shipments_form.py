"""Product lines, shipments, lots and papers as their forms hold them: typed words into values and back."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from litestar.datastructures import FormMultiDict

from api.form import all_of, day_of, number_of, words_of
from api.translation import Words
from duediligence.errors import Unfit
from duediligence.shipment import (
    MOST_INPUTS,
    Cotton,
    Document,
    DocumentKind,
    LineAbout,
    Lot,
    Place,
    ProductInput,
    ShipmentAbout,
)
from duediligence.shipment_check import MOST_TRANSIT
from duediligence.words import problem

Typed: TypeAlias = dict[str, Any]
E = TypeVar("E", bound=StrEnum)

MORE, LESS = "more", "less-"
"""Buttons that add an empty row to a form, and that take the row of a number out."""

_LINE = ("name", "hs", "cotton", "inputs_complete")
_INPUT = ("name", "hs", "share", "country", "place", "place_name", "party", "cotton")
_SHIPMENT = ("reference", "destination", "consignee", "importer", "ships_on", "engagement")
_LOT = ("line", "mark", "quantity", "unit", "made_from", "made_to", "inputs")
_DOCUMENT = ("kind", "number", "on", "sha256")
_NO_NUMBER = -1.0
_NO_DAY = date.min
"""Stand for what is no number and no day; the rules refuse them where they were typed."""

_PLACE = re.compile(r"inputs\[(\d+)\]\.(\w+)")
_PART = re.compile(r"(?:lots|documents)\[\d+\]\.")


def typed_line(form: FormMultiDict) -> Typed:
    """Return the fields of the form of a product line as they were typed, with a row more or less where asked for."""
    rows = [{field: words_of(form, f"inputs-{at}.{field}") for field in _INPUT} for at in range(MOST_INPUTS + 1)]
    done = words_of(form, "do")
    gone = int(done.removeprefix(LESS)) if re.fullmatch(LESS + r"\d{1,3}", done) else -1
    kept = [row for at, row in enumerate(rows) if _filled(row) and at != gone]
    more = [dict.fromkeys(_INPUT, "")] if done == MORE or not kept else []
    return {
        **{name: words_of(form, name) for name in _LINE},
        "sites": all_of(form, "sites"),
        "inputs": [*kept, *more],
    }


def shown_line(about: LineAbout | None, partners: Mapping[str, str], told: Words) -> Typed:
    """Return what is said of a product line as its form shows it; of None, an empty form.

    Args:
        about: what is said of it.
        partners: what partners are called, by id.
        told: the words of the page.
    """
    about = about or LineAbout(name="", hs="")
    inputs = [
        {
            "name": one.name,
            "hs": one.hs,
            "share": told.typed(one.share),
            "country": one.country,
            "place": one.place.value,
            "place_name": one.place_name,
            "party": partners.get(one.party or "", ""),
            "cotton": one.cotton.value,
        }
        for one in about.inputs
    ]
    return {
        "name": about.name,
        "hs": about.hs,
        "cotton": about.cotton.value,
        "inputs_complete": "yes" if about.inputs_complete else "",
        "sites": about.sites,
        "inputs": inputs or [dict.fromkeys(_INPUT, "")],
    }


def line_of(typed: Typed, partners: Mapping[str, str]) -> LineAbout:
    """Return what was typed of a product line.

    A number that is none, and a partner of a name that nobody has, become what the rules refuse.

    Args:
        typed: the fields.
        partners: ids of partners by what they are called.
    """
    return LineAbout(
        name=typed["name"],
        hs=typed["hs"],
        cotton=_chosen(Cotton, typed["cotton"], Cotton.UNKNOWN),
        sites=typed["sites"],
        inputs=tuple(
            ProductInput(
                name=row["name"],
                hs=row["hs"],
                share=_number(row["share"].removesuffix("%").rstrip()),
                country=row["country"],
                place=_chosen(Place, row["place"], Place.UNKNOWN),
                place_name=row["place_name"],
                party=partners.get(row["party"], row["party"]) or None,
                cotton=_chosen(Cotton, row["cotton"], Cotton.UNKNOWN),
            )
            for row in typed["inputs"]
            if _filled(row)
        ),
        inputs_complete=typed["inputs_complete"] == "yes",
    )


def typed_shipment(form: FormMultiDict) -> Typed:
    """Return the fields of the form of a shipment as they were typed."""
    transit = (words_of(form, f"transit-{at}") for at in range(MOST_TRANSIT))
    return {**{name: words_of(form, name) for name in _SHIPMENT}, "transit": _with_room(one for one in transit if one)}


def shown_shipment(about: ShipmentAbout | None, told: Words) -> Typed:
    """Return what is said of a shipment as its form shows it; of None, an empty form."""
    about = about or ShipmentAbout(reference="", destination="")
    return {
        "reference": about.reference,
        "destination": about.destination,
        "consignee": about.consignee,
        "importer": about.importer,
        "transit": _with_room(about.transit),
        "ships_on": _shown_day(about.ships_on, told),
        "engagement": about.engagement or "",
    }


def shipment_of(typed: Typed, before: ShipmentAbout | None = None) -> ShipmentAbout:
    """Return what was typed of a shipment, with the lots and papers that it has."""
    return ShipmentAbout(
        reference=typed["reference"],
        destination=typed["destination"],
        consignee=typed["consignee"],
        importer=typed["importer"],
        transit=tuple(one for one in typed["transit"] if one),
        ships_on=_day(typed["ships_on"]),
        lots=before.lots if before else (),
        documents=before.documents if before else (),
        engagement=typed["engagement"] or None,
    )


def typed_lot(form: FormMultiDict) -> Typed:
    """Return the fields of the form of a lot as they were typed."""
    return {name: words_of(form, name) for name in _LOT}


def shown_lot(one: Lot | None, told: Words) -> Typed:
    """Return a lot as its form shows it; of None, an empty form."""
    one = one or Lot(line="", mark="")
    return {
        "line": one.line,
        "mark": one.mark,
        "quantity": told.typed(one.quantity),
        "unit": one.unit,
        "made_from": _shown_day(one.made_from, told),
        "made_to": _shown_day(one.made_to, told),
        "inputs": "\n".join(one.inputs),
    }


def lot_of(typed: Typed) -> Lot:
    """Return what was typed of a lot."""
    return Lot(
        line=typed["line"],
        mark=typed["mark"],
        quantity=_number(typed["quantity"]),
        unit=typed["unit"],
        made_from=_day(typed["made_from"]),
        made_to=_day(typed["made_to"]),
        inputs=_split(typed["inputs"]),
    )


def typed_document(form: FormMultiDict) -> Typed:
    """Return the fields of the form of a paper as they were typed."""
    return {name: words_of(form, name) for name in _DOCUMENT}


def shown_document(one: Document | None, told: Words) -> Typed:
    """Return a paper as its form shows it; of None, an empty form."""
    if one is None:
        return dict.fromkeys(_DOCUMENT, "")
    return {"kind": one.kind.value, "number": one.number, "on": _shown_day(one.on, told), "sha256": one.sha256}


def document_of(typed: Typed) -> Document:
    """Return what was typed of a paper.

    Raises:
        Unfit: it is not said which kind of paper it is.
    """
    kind = next((one for one in DocumentKind if one == typed["kind"]), None)
    if kind is None:
        raise Unfit((problem("SHIPPING_KIND_MISSING", "kind"),))
    return Document(kind=kind, number=typed["number"], on=_day(typed["on"]), sha256=typed["sha256"])


def faults_at(wrong: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what does not fit with the ids of the fields of the form."""
    named = {"transit": "transit-0"}
    return [(named.get(where, _PART.sub("", _PLACE.sub(r"inputs-\1.\2", where))), words) for where, words in wrong]


def _with_room(codes: Iterable[str]) -> list[str]:
    """Return codes with empty places after them: two, and no fewer than three in all."""
    found = [*codes, "", ""][:MOST_TRANSIT]
    return [*found, ""] if len(found) < 3 else found  # noqa: PLR2004  places


def _filled(row: Mapping[str, str]) -> bool:
    """Return whether anything is said in a row; "not known" is nothing."""
    return any(value and (name not in ("place", "cotton") or value != "unknown") for name, value in row.items())


def _chosen(kind: type[E], value: str, otherwise: E) -> E:
    return next((one for one in kind if one == value), otherwise)


def _split(words: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[,;\n]+", words) if part.strip())


def _number(words: str) -> float | None:
    number = number_of(words)
    return None if not words else _NO_NUMBER if number is None else number


def _day(words: str) -> date | None:
    return (day_of(words) or _NO_DAY) if words else None


def _shown_day(day: date | None, told: Words) -> str:
    return told.short_day(day) if day else ""
