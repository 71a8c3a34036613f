"""Tables of the outside world: places, activities, goods, lists and ranks.

They give names to codes and dated context to a report. A list of countries or
goods says nothing about one firm, so nothing here is ever a score. Where each
table comes from stands beside it, and `sources` reads that.
"""

import csv
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from questionnaires import content
from questionnaires.text import LANGUAGES, Text

LIBRARY = Path(__file__).parent / "library" / "reference"

T = TypeVar("T")


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of a table."""


class Region(_Row, frozen=True, kw_only=True):
    """A velayat or city of Turkmenistan; `official` is false for a code of our own."""

    code: str
    kind: str
    official: bool
    name: Text


class Country(_Row, frozen=True, kw_only=True):
    """A country of ISO 3166-1."""

    iso2: str
    iso3: str
    name: Text


class Good(_Row, frozen=True, kw_only=True):
    """A line of the US Department of Labor's list of goods, in one of its editions."""

    iso3: str
    good: str
    sector: str
    edition: int
    child_labour: bool
    forced_labour: bool
    forced_child_labour: bool


class Rank(_Row, frozen=True, kw_only=True):
    """Turkmenistan's rank in one report on trafficking in persons; empty where not yet seen."""

    year: int
    tier: str
    source: str
    href: str
    confirmed: bool


class Order(_Row, frozen=True, kw_only=True):
    """An order of US customs to withhold goods; `since` is null where the day is not known."""

    iso3: str
    subject: str
    reach: str
    since: date | None
    status: str
    href: str


class Activity(_Row, frozen=True, kw_only=True):
    """A section, division, group or class of ISIC Revision 4, described in English."""

    code: str
    section: str
    level: str
    description: str


class Product(_Row, frozen=True, kw_only=True):
    """A chapter, heading or subheading of HS 2022, described in English; a chapter has no parent."""

    code: str
    parent: str
    level: int
    description: str


class Cotton(StrEnum):
    """What the Harmonized System says of cotton in a product."""

    NAMES = "names"
    MAY = "may"


class Provenance(_Row, frozen=True, kw_only=True):
    """Where a table comes from, on what terms, and what of it was kept."""

    publisher: str
    title: str
    edition: str
    licence: str
    origin: str
    kept: str


class _Heading(_Row, frozen=True, kw_only=True):
    """The beginning of an HS code, and what it says of cotton."""

    prefix: str
    reading: Cotton


@cache
def sources() -> dict[str, Provenance]:
    """Return the provenance of every table, by its file name."""
    return content.read(LIBRARY / "SOURCES.yaml", dict[str, Provenance])


@cache
def regions() -> tuple[Region, ...]:
    """Return the velayats and cities of Turkmenistan, Arkadag under a code of our own."""
    return _table(LIBRARY / "regions.csv", Region)


@cache
def countries() -> tuple[Country, ...]:
    """Return all countries in the order of their two-letter codes."""
    return _table(LIBRARY / "countries.csv", Country)


@cache
def goods() -> tuple[Good, ...]:
    """Return listed goods: all editions for Turkmenistan, the last for trade partners and for cotton."""
    return _table(LIBRARY / "goods.csv", Good)


@cache
def ranks() -> tuple[Rank, ...]:
    """Return Turkmenistan's ranks, earliest year first."""
    return _table(LIBRARY / "ranks.csv", Rank)


@cache
def orders() -> tuple[Order, ...]:
    """Return the orders of US customs that concern Turkmenistan or name cotton."""
    return _table(LIBRARY / "orders.csv", Order)


@cache
def isic() -> tuple[Activity, ...]:
    """Return all activities of ISIC Revision 4, a division before its groups and classes."""
    return _table(LIBRARY / "isic.csv", Activity)


@cache
def hs() -> tuple[Product, ...]:
    """Return the products of HS 2022 in the chapters that matter to the export of Turkmenistan."""
    return _table(LIBRARY / "hs.csv", Product)


def cotton(code: str) -> Cotton | None:
    """Return what a product's code says of cotton, or null if it says nothing.

    Points and spaces in an HS code do not count. A code that says nothing is no
    proof of anything: cotton may be in goods of any chapter.
    """
    plain = code.replace(".", "").replace(" ", "")
    return next((heading.reading for heading in _headings() if plain.startswith(heading.prefix)), None)


@cache
def _headings() -> tuple[_Heading, ...]:
    return _table(LIBRARY / "cotton_headings.csv", _Heading)


def _table(path: Path, kind: type[T]) -> tuple[T, ...]:
    """Return the rows of one file as `kind`.

    Raises:
        ContentError: a row does not fit; the message gives file and line.
    """
    rows = []
    for line, row in enumerate(_rows(path), start=2):
        try:
            rows.append(msgspec.convert(row, kind, strict=False))
        except msgspec.ValidationError as error:
            raise content.ContentError(f"{path.name}, line {line}: {error}") from error
    return tuple(rows)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield each row with its `name_tk`, `name_ru` and `name_en` gathered into one `name`."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            fields: dict[str, Any] = dict(row)
            if "name_en" in fields:
                fields["name"] = {language: fields.pop(f"name_{language}") for language in LANGUAGES}
            if "since" in fields:
                fields["since"] = fields["since"] or None
            yield fields
