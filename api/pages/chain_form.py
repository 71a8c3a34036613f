"""What is said of a party and of a link, as a form holds it: typed words into values and back."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from litestar.datastructures import FormMultiDict

from api.form import all_of, number_of, words_of
from api.translation import Words
from duediligence.chain.identifier import Identifier, Scheme
from duediligence.chain.party import MOST, About, PartyRole, PartySite, Terms

Typed: TypeAlias = dict[str, Any]

_WORDS = ("name", "work", "note", "goods", "heads", "peak_heads", "tier")
_LINK = ("goods", "work", "share_of_spend", "share_of_labour", "heads")
_SITE = ("name", "country", "region", "town", "address")
_NUMBER = ("scheme", "value", "country")
_NO_NUMBER = -1
"""Stands for what is no whole number; the rules of the register refuse it where it was typed."""

_PLACE = re.compile(r"(sites|identifiers)\[(\d+)\]")
_FIRST = {"sites": "name", "identifiers": "value"}

NEW: Typed = {
    **dict.fromkeys(_WORDS, ""),
    "other_names": "",
    "roles": (),
    "months": (),
    "sites": [dict.fromkeys(_SITE, "")],
    "identifiers": [dict.fromkeys(_NUMBER, "")],
}
"""An empty form of a party."""


def typed_about(form: FormMultiDict) -> Typed:
    """Return the fields of the form of a party as they were typed."""
    return {
        **{name: words_of(form, name) for name in _WORDS},
        "other_names": words_of(form, "other_names"),
        "roles": all_of(form, "roles"),
        "months": all_of(form, "months"),
        "sites": list(_rows(form, "sites", _SITE)),
        "identifiers": list(_rows(form, "identifiers", _NUMBER)),
    }


def shown_about(about: About, told: Words) -> Typed:
    """Return what is said of a party as its form shows it, with one empty place for a site and for a number."""
    sites = [{field: getattr(site, field) for field in _SITE} for site in about.sites]
    numbers = [{"scheme": one.scheme.value, "value": one.value, "country": one.country} for one in about.identifiers]
    return {
        "name": about.name,
        "work": about.work,
        "note": about.note,
        "goods": ", ".join(about.goods),
        "heads": told.typed(about.heads),
        "peak_heads": told.typed(about.peak_heads),
        "tier": told.typed(about.tier),
        "other_names": "\n".join(about.other_names),
        "roles": tuple(one.value for one in about.roles),
        "months": tuple(map(str, about.months)),
        "sites": [*sites, *NEW["sites"]],
        "identifiers": [*numbers, *NEW["identifiers"]],
    }


def about_of(typed: Typed) -> About:
    """Return what was typed of a party; a number that is none becomes one that the register refuses."""
    known = {one.value for one in PartyRole}
    schemes = {one.value for one in Scheme}
    return About(
        name=typed["name"],
        other_names=tuple(line for line in typed["other_names"].splitlines() if line.strip()),
        roles=tuple(PartyRole(one) for one in typed["roles"] if one in known),
        sites=tuple(PartySite(**site) for site in typed["sites"] if any(site.values())),
        identifiers=tuple(
            Identifier(scheme=Scheme(one["scheme"]), value=one["value"], country=one["country"])
            if one["scheme"] in schemes
            else Identifier(scheme=Scheme.REGISTRY, value=one["value"], country=one["country"])
            for one in typed["identifiers"]
            if one["value"]
        ),
        goods=_codes(typed["goods"]),
        work=typed["work"],
        heads=_whole(typed["heads"]),
        peak_heads=_whole(typed["peak_heads"]),
        months=_months(typed["months"]),
        tier=_whole(typed["tier"]),
        note=typed["note"],
    )


def typed_terms(form: FormMultiDict) -> Typed:
    """Return the fields of the form of a link as they were typed."""
    return {**{name: words_of(form, name) for name in _LINK}, "months": all_of(form, "months")}


def shown_terms(terms: Terms, told: Words) -> Typed:
    """Return what a link carries as its form shows it."""
    return {
        "goods": ", ".join(terms.goods),
        "work": terms.work,
        "share_of_spend": told.typed(terms.share_of_spend),
        "share_of_labour": told.typed(terms.share_of_labour),
        "heads": told.typed(terms.heads),
        "months": tuple(map(str, terms.months)),
    }


def terms_of(typed: Typed) -> Terms:
    """Return what was typed of a link; a number that is none becomes one that the register refuses."""
    return Terms(
        goods=_codes(typed["goods"]),
        work=typed["work"],
        share_of_spend=_share(typed["share_of_spend"]),
        share_of_labour=_share(typed["share_of_labour"]),
        heads=_whole(typed["heads"]),
        months=_months(typed["months"]),
    )


def faults_at(wrong: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what does not fit with the ids of the fields of the form."""
    return [
        (_PLACE.sub(lambda found: f"{found[1]}-{found[2]}.{_FIRST[found[1]]}", where), words) for where, words in wrong
    ]


def _rows(form: FormMultiDict, name: str, fields: tuple[str, ...]) -> Iterable[Mapping[str, str]]:
    """Yield the rows of a repeated part of the form, those without a word left out but for one at the end."""
    rows = [{field: words_of(form, f"{name}-{place}.{field}") for field in fields} for place in range(MOST + 1)]
    yield from (row for row in rows if any(row.values()))
    yield dict.fromkeys(fields, "")


def _codes(words: str) -> tuple[str, ...]:
    return tuple(code for code in re.split(r"[,;\n]+", words) if code.strip())


def _whole(words: str) -> int | None:
    number = number_of(words)
    return None if not words else int(number) if number is not None and number == int(number) else _NO_NUMBER


def _share(words: str) -> float | None:
    number = number_of(words.removesuffix("%").rstrip())
    return None if not words else number if number is not None else float(_NO_NUMBER)


def _months(words: Iterable[str]) -> tuple[int, ...]:
    return tuple(int(one) for one in words if one.isascii() and one.isdecimal() and len(one) < 3)  # noqa: PLR2004  digits
