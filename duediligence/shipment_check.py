"""What will not do in a product line or a shipment, all of it at once.

What is wrong names its place: `inputs[2].hs`, `lots[0].mark`. What has to be looked up
(own sites, partners, product lines, assessments) is handed in as `Known`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

import msgspec

from duediligence.chain.party import countries, faults_of_goods
from duediligence.shipment import (
    LONGEST_NAME,
    MOST_DOCUMENTS,
    MOST_INPUTS,
    MOST_LOTS,
    Cotton,
    Document,
    LineAbout,
    Lot,
    ProductInput,
    ShipmentAbout,
)
from duediligence.words import problem
from questionnaires import privacy
from questionnaires.problem import Problem
from risk_models import reference

LONGEST_MARK = 80
MOST_TRANSIT = 20
MOST_QUANTITY = 1e12
UNITS = ("kg", "t", "m", "m2", "piece", "bale", "box")
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
"""A day outside these is a slip of the pen."""

WHOLE = 100.0
_SLACK = 0.05  # percent; shares are rounded before they are typed

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LIKE_A_NUMBER = "passport"
"""Numbers of papers and marks of bales look like numbers of passports, so they are not looked through for these."""

_CONTRADICTS: Mapping[Cotton, frozenset[Cotton]] = {
    Cotton.NONE: frozenset({Cotton.TURKMEN, Cotton.OTHER, Cotton.MIXED}),
    Cotton.OTHER: frozenset({Cotton.TURKMEN, Cotton.MIXED}),
}
"""What an input cannot hold when this is said of the product."""


class Known(NamedTuple):
    """What a firm has that its product lines and shipments may name, by id."""

    sites: Collection[str] = ()
    parties: Collection[str] = ()
    lines: Collection[str] = ()
    assessments: Collection[str] = ()


def tidied_line(about: LineAbout) -> LineAbout:
    """Return the same without needless blanks, its codes in one form, and without inputs of which nothing is said."""
    return msgspec.structs.replace(
        about,
        name=_line(about.name),
        hs=_code(about.hs),
        sites=_once(about.sites),
        inputs=tuple(one for one in map(_tidied_input, about.inputs) if one != ProductInput(name="")),
    )


def faults_of_line(about: LineAbout, known: Known) -> tuple[Problem, ...]:
    """Return everything that will not do in what is said of a product line, as `tidied_line` gave it."""
    return tuple(_faults_of_line(about, known))


def tidied_shipment(about: ShipmentAbout) -> ShipmentAbout:
    """Return the same without needless blanks and repetitions, its codes in one form."""
    return msgspec.structs.replace(
        about,
        reference=_line(about.reference),
        destination=about.destination.strip().upper(),
        consignee=_line(about.consignee),
        importer=_line(about.importer),
        transit=_once(one.strip().upper() for one in about.transit if one.strip()),
        lots=tuple(map(_tidied_lot, about.lots)),
        documents=tuple(map(_tidied_document, about.documents)),
        engagement=about.engagement or None,
    )


def faults_of_shipment(about: ShipmentAbout, known: Known) -> tuple[Problem, ...]:
    """Return everything that will not do in what is said of a shipment, as `tidied_shipment` gave it."""
    return tuple(_faults_of_shipment(about, known))


def _faults_of_line(about: LineAbout, known: Known) -> Iterator[Problem]:
    if not about.name:
        yield problem("SHIPPING_NAME_MISSING", "name")
    yield from _faults_of_words({"name": about.name}, LONGEST_NAME)
    if not about.hs:
        yield problem("SHIPPING_GOOD_MISSING", "hs")
    yield from _faults_of_code(about.hs, about.cotton, "")
    if not set(about.sites) <= set(known.sites):
        yield problem("SHIPPING_SITE_UNKNOWN", "sites")
    if len(about.inputs) > MOST_INPUTS:
        yield problem("SHIPPING_TOO_MANY", "inputs", limit=MOST_INPUTS)
    for number, one in enumerate(about.inputs):
        yield from _faults_of_input(one, f"inputs[{number}].", known)
    shares = sum(one.share for one in about.inputs if one.share is not None and 0 <= one.share <= WHOLE)
    if shares > WHOLE + _SLACK:
        yield problem("SHIPPING_SHARES_OVER_WHOLE", "inputs", sum=round(shares, 1))
    if any(one.cotton in _CONTRADICTS.get(about.cotton, ()) for one in about.inputs):
        yield problem("SHIPPING_COTTON_CONTRADICTS_INPUT", "cotton")


def _faults_of_input(one: ProductInput, place: str, known: Known) -> Iterator[Problem]:
    if not one.name:
        yield problem("SHIPPING_INPUT_NAME_MISSING", f"{place}name")
    yield from _faults_of_words({f"{place}name": one.name, f"{place}place_name": one.place_name}, LONGEST_NAME)
    yield from _faults_of_code(one.hs, one.cotton, place)
    if one.share is not None and not 0 <= one.share <= WHOLE:
        yield problem("SHIPPING_SHARE_OUT_OF_RANGE", f"{place}share")
    yield from _faults_of_country(one.country, f"{place}country")
    if one.party is not None and one.party not in known.parties:
        yield problem("SHIPPING_PARTNER_UNKNOWN", f"{place}party")


def _faults_of_code(code: str, cotton: Cotton, place: str) -> Iterator[Problem]:
    """Yield what is wrong with a code of goods, and with what is said of cotton beside it."""
    yield from faults_of_goods((code,) if code else (), f"{place}hs")
    if cotton is Cotton.NONE and code and reference.cotton(code) is reference.Cotton.NAMES:
        yield problem("SHIPPING_COTTON_CONTRADICTS_CODE", f"{place}cotton", good=code)


def _faults_of_shipment(about: ShipmentAbout, known: Known) -> Iterator[Problem]:
    if not about.reference:
        yield problem("SHIPPING_REFERENCE_MISSING", "reference")
    yield from _faults_of_words({"reference": about.reference}, LONGEST_MARK, numbers=True)
    if not about.destination:
        yield problem("SHIPPING_DESTINATION_MISSING", "destination")
    for where, code in (("destination", about.destination), *(("transit", one) for one in about.transit)):
        yield from _faults_of_country(code, where)
    if len(about.transit) > MOST_TRANSIT:
        yield problem("SHIPPING_TOO_MANY", "transit", limit=MOST_TRANSIT)
    yield from _faults_of_words({"consignee": about.consignee, "importer": about.importer}, LONGEST_NAME)
    yield from _faults_of_days({"ships_on": about.ships_on})
    if about.engagement is not None and about.engagement not in known.assessments:
        yield problem("SHIPPING_ASSESSMENT_UNKNOWN", "engagement")
    yield from _faults_of_lots(about, known)
    if len(about.documents) > MOST_DOCUMENTS:
        yield problem("SHIPPING_TOO_MANY", "documents", limit=MOST_DOCUMENTS)
    for number, one in enumerate(about.documents):
        yield from _faults_of_document(one, f"documents[{number}].")


def _faults_of_lots(about: ShipmentAbout, known: Known) -> Iterator[Problem]:
    if len(about.lots) > MOST_LOTS:
        yield problem("SHIPPING_TOO_MANY", "lots", limit=MOST_LOTS)
    seen: set[tuple[str, str]] = set()
    for number, one in enumerate(about.lots):
        yield from _faults_of_lot(one, f"lots[{number}].", known)
        if one.mark and (one.line, one.mark) in seen:
            yield problem("SHIPPING_MARK_TWICE", f"lots[{number}].mark", mark=one.mark)
        seen.add((one.line, one.mark))
    made = [day for one in about.lots for day in (one.made_from, one.made_to) if day]
    if about.ships_on and made and about.ships_on < max(made):
        yield problem("SHIPPING_LEAVES_BEFORE_MADE", "ships_on")


def _faults_of_lot(one: Lot, place: str, known: Known) -> Iterator[Problem]:
    if one.line not in known.lines:
        yield problem("SHIPPING_LINE_UNKNOWN", f"{place}line")
    if not one.mark:
        yield problem("SHIPPING_MARK_MISSING", f"{place}mark")
    marks = {f"{place}mark": one.mark, f"{place}inputs": max(one.inputs, key=len, default="")}
    yield from _faults_of_words(marks, LONGEST_MARK, numbers=True)
    if len(one.inputs) > MOST_INPUTS:
        yield problem("SHIPPING_TOO_MANY", f"{place}inputs", limit=MOST_INPUTS)
    if one.quantity is not None and not 0 < one.quantity <= MOST_QUANTITY:
        yield problem("SHIPPING_QUANTITY_OUT_OF_RANGE", f"{place}quantity")
    if one.unit not in UNITS:
        yield problem("SHIPPING_UNIT_UNKNOWN", f"{place}unit")
    yield from _faults_of_days({f"{place}made_from": one.made_from, f"{place}made_to": one.made_to})
    if one.made_from and one.made_to and one.made_to < one.made_from:
        yield problem("SHIPPING_DAYS_REVERSED", f"{place}made_to")


def _faults_of_document(one: Document, place: str) -> Iterator[Problem]:
    yield from _faults_of_words({f"{place}number": one.number}, LONGEST_MARK, numbers=True)
    yield from _faults_of_days({f"{place}on": one.on})
    if one.sha256 and not _SHA256.fullmatch(one.sha256):
        yield problem("SHIPPING_DIGEST_UNFIT", f"{place}sha256")


def _faults_of_words(words: Mapping[str, str], longest: int, *, numbers: bool = False) -> Iterator[Problem]:
    """Yield what is wrong with free words; `numbers` says that they are marks or numbers of papers."""
    for where, said in words.items():
        if len(said) > longest:
            yield problem("SHIPPING_WORDS_TOO_LONG", where, limit=longest)
        for trait in privacy.traits(said):
            if not (numbers and trait.id == _LIKE_A_NUMBER):
                yield problem("SHIPPING_POINTS_TO_PERSON", where, what=trait.label)


def _faults_of_country(code: str, where: str) -> Iterator[Problem]:
    if code and code not in countries():
        yield problem("SHIPPING_COUNTRY_UNKNOWN", where, value=code[:40])


def _faults_of_days(days: Mapping[str, date | None]) -> Iterator[Problem]:
    for where, day in days.items():
        if day is not None and not EARLIEST <= day <= LATEST:
            yield problem("SHIPPING_DAY_UNFIT", where)


def _tidied_input(one: ProductInput) -> ProductInput:
    return msgspec.structs.replace(
        one,
        name=_line(one.name),
        hs=_code(one.hs),
        country=one.country.strip().upper(),
        place_name=_line(one.place_name),
        party=one.party or None,
    )


def _tidied_lot(one: Lot) -> Lot:
    inputs = _once(mark for mark in map(_line, one.inputs) if mark)
    return msgspec.structs.replace(one, mark=_line(one.mark), unit=one.unit.strip(), inputs=inputs)


def _tidied_document(one: Document) -> Document:
    digest = "".join(one.sha256.split()).lower()
    return msgspec.structs.replace(one, number=_line(one.number), sha256=digest)


def _code(words: str) -> str:
    return "".join(words.replace(".", " ").split())


def _line(words: str) -> str:
    return " ".join(words.split())


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
