"""The businesses a firm buys from, and who supplies whom.

A party is an entry in one firm's own register: what that firm says of a business
partner. Recruiters, labour providers, brokers and brigade leaders are parties like
any other; they stand there by trade name or by a code. Workers never do.

Links lead from a supplier to whom it supplies and make a graph. Its tiers count the
links between a party and the firm; where no chain of links arrives, the tier is as
somebody stated it, or unknown. A chain may run in circles, and then it is said.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import NamedTuple, TypeVar

import msgspec

from duediligence.chain.identifier import Identifier, Scheme, fault, plain
from duediligence.chain.words import problem
from questionnaires import privacy
from questionnaires.problem import Problem
from risk_models import reference

T = TypeVar("T")

LONGEST_NAME = 200
LONGEST_WORDS = 500
MOST = 50
"""Sites, goods and other names of one party, each at most."""

MOST_HEADS = 1_000_000
MOST_TIERS = 20
_CHAPTERS = 97  # of the Harmonized System


class PartyRole(StrEnum):
    """What a party does in the chain."""

    SUPPLIER = "supplier"
    GIN = "gin"
    MILL = "mill"
    FARM = "farm"
    SUBCONTRACTOR = "subcontractor"
    LABOUR_PROVIDER = "labour_provider"
    BROKER = "broker"
    RECRUITER = "recruiter"
    BRIGADE_LEADER = "brigade_leader"
    OTHER = "other"


class PartySite(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a party works, as far as it is known."""

    name: str = ""
    country: str = ""  # ISO 3166-1, two letters
    region: str = ""  # of Turkmenistan: ISO 3166-2
    town: str = ""
    address: str = ""


class About(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a firm says of a party; what is unknown is empty or None, never zero."""

    name: str
    other_names: tuple[str, ...] = ()
    roles: tuple[PartyRole, ...] = ()
    sites: tuple[PartySite, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    goods: tuple[str, ...] = ()  # HS 2022: two, four or six digits
    work: str = ""  # done for others, in words
    heads: int | None = None  # people at work in an ordinary month
    peak_heads: int | None = None  # in the busiest one
    months: tuple[int, ...] = ()  # busy ones, 1 to 12
    tier: int | None = None  # as somebody stated it; links say more
    note: str = ""


class Party(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry in the register of one organisation."""

    id: str
    organisation: str
    about: About
    revision: int
    created_by: str
    created: datetime
    changed: datetime
    batch: str | None = None  # the import that added it
    partner: str | None = None  # the organisation it is, by that organisation's own consent
    retired: datetime | None = None
    merged_into: str | None = None


class Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one link carries; what is unknown is empty or None, never zero."""

    goods: tuple[str, ...] = ()  # HS 2022
    work: str = ""
    share_of_spend: float | None = None  # of what the buyer spends, in percent
    share_of_labour: float | None = None  # of the people at work for the buyer, in percent
    heads: int | None = None  # people sent to the buyer in the season
    months: tuple[int, ...] = ()


class SupplyLink(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who supplies whom; a `buyer` of None is the organisation whose register it is."""

    id: str
    organisation: str
    supplier: str
    buyer: str | None
    terms: Terms
    revision: int
    created_by: str
    created: datetime
    changed: datetime
    batch: str | None = None
    ended: datetime | None = None


class Basis(StrEnum):
    """How a tier is known."""

    LINKS = "links"
    STATED = "stated"
    UNKNOWN = "unknown"


class Tier(NamedTuple):
    """How far a party is from the firm: 1 supplies it directly; None is unknown, which is not far away."""

    number: int | None
    basis: Basis


def tidied(about: About) -> About:
    """Return the same without needless blanks and repetitions, its numbers and codes in one form."""
    return msgspec.structs.replace(
        about,
        name=_line(about.name),
        other_names=_once(_line(name) for name in about.other_names if _line(name) != _line(about.name)),
        roles=_once(about.roles),
        sites=_once(site for site in map(_tidied_site, about.sites) if site != PartySite()),
        identifiers=_once(plain(one) for one in about.identifiers),
        goods=_goods(about.goods),
        work=about.work.strip(),
        months=tuple(sorted(set(about.months))),
        note=about.note.strip(),
    )


def tidied_terms(terms: Terms) -> Terms:
    """Return the same with its goods and months in one form."""
    months = tuple(sorted(set(terms.months)))
    return msgspec.structs.replace(terms, goods=_goods(terms.goods), work=terms.work.strip(), months=months)


def faults(about: About) -> tuple[Problem, ...]:
    """Return everything that will not do in what is said of a party, as `tidied` gave it."""
    return tuple(_faults(about))


def faults_of_terms(terms: Terms) -> tuple[Problem, ...]:
    """Return everything that will not do in what a link carries, as `tidied_terms` gave it."""
    shares = {"share_of_spend": terms.share_of_spend, "share_of_labour": terms.share_of_labour}
    return (
        *faults_of_goods(terms.goods, "goods"),
        *(problem("SHARE_OUT_OF_RANGE", name) for name, share in shares.items() if not _is_share(share)),
        *_faults_of_heads({"heads": terms.heads}),
        *_faults_of_months(terms.months),
        *_faults_of_words({"work": terms.work}),
    )


def faults_of_goods(goods: Iterable[str], where: str) -> Iterator[Problem]:
    """Yield a problem for each code that is none of the Harmonized System.

    The library holds the chapters that matter to the export of Turkmenistan; of codes
    in other chapters only the shape can be told.
    """
    for code in goods:
        shaped = code.isascii() and code.isdecimal() and len(code) in (2, 4, 6)
        if not shaped or not 1 <= int(code[:2]) <= _CHAPTERS or (code[:2] in _products() and code not in _products()):
            yield problem("GOOD_UNKNOWN", where, value=code[:20])


def joined(kept: About, other: About) -> About:
    """Return what is said of a party, with what only `other` says added; nothing that `kept` says is replaced."""
    both = About(
        name=kept.name,
        other_names=(*kept.other_names, other.name, *other.other_names),
        roles=(*kept.roles, *other.roles),
        sites=(*kept.sites, *(site for site in other.sites if not any(_holds(one, site) for one in kept.sites))),
        identifiers=(*kept.identifiers, *other.identifiers),
        goods=(*kept.goods, *other.goods),
        work=kept.work or other.work,
        heads=other.heads if kept.heads is None else kept.heads,
        peak_heads=other.peak_heads if kept.peak_heads is None else kept.peak_heads,
        months=kept.months or other.months,
        tier=other.tier if kept.tier is None else kept.tier,
        note=kept.note or other.note,
    )
    return tidied(both)


def tiers(parties: Iterable[Party], links: Iterable[SupplyLink]) -> dict[str, Tier]:
    """Return the tier of each party: by the fewest links to the firm, else as stated, else unknown."""
    suppliers: dict[str | None, list[str]] = {}
    for link in links:
        if link.ended is None:
            suppliers.setdefault(link.buyer, []).append(link.supplier)
    found: dict[str, int] = {}
    number, edge = 1, suppliers.get(None, [])
    while edge:
        found |= dict.fromkeys(edge, number)
        edge = list(_once(one for party in edge for one in suppliers.get(party, ()) if one not in found))
        number += 1
    return {party.id: _tier(party, found) for party in parties}


def circles(links: Iterable[SupplyLink]) -> tuple[frozenset[str], ...]:
    """Return the groups of parties that supply each other in a circle, the largest first."""
    ahead: dict[str, list[str]] = {}
    behind: dict[str, list[str]] = {}
    for link in links:
        if link.ended is None and link.buyer is not None:
            ahead.setdefault(link.supplier, []).append(link.buyer)
            behind.setdefault(link.buyer, []).append(link.supplier)
    # Kosaraju: what is left last on the way forth is gathered first on the way back.
    seen: set[str] = set()
    order = [party for start in ahead for party in _walked(start, ahead, seen)]
    seen = set()
    groups = [frozenset(_walked(start, behind, seen)) for start in reversed(order)]
    return tuple(sorted((group for group in groups if len(group) > 1), key=lambda one: (-len(one), min(one))))


def _walked(start: str, ahead: Mapping[str, list[str]], seen: set[str]) -> list[str]:
    """Return the parties reached from `start` that were not seen yet, each after all that lie beyond it."""
    if start in seen:
        return []
    seen.add(start)
    left: list[str] = []
    path = [(start, iter(ahead.get(start, ())))]
    while path:
        party, rest = path[-1]
        beyond = next((one for one in rest if one not in seen), None)
        if beyond is None:
            left.append(party)
            path.pop()
        else:
            seen.add(beyond)
            path.append((beyond, iter(ahead.get(beyond, ()))))
    return left


def _tier(party: Party, found: Mapping[str, int]) -> Tier:
    if party.id in found:
        return Tier(found[party.id], Basis.LINKS)
    return Tier(party.about.tier, Basis.UNKNOWN if party.about.tier is None else Basis.STATED)


def _faults(about: About) -> Iterator[Problem]:
    if not about.name:
        yield problem("PARTY_NAME_MISSING", "name")
    if any(len(name) > LONGEST_NAME for name in (about.name, *about.other_names)):
        yield problem("PARTY_NAME_TOO_LONG", "name", limit=LONGEST_NAME)
    for field in ("other_names", "sites", "identifiers", "goods"):
        if len(getattr(about, field)) > MOST:
            yield problem("PARTY_TOO_MANY", field, limit=MOST)
    for number, site in enumerate(about.sites):
        yield from _faults_of_site(site, f"sites[{number}]")
    for number, one in enumerate(about.identifiers):
        where = f"identifiers[{number}]"
        if found := fault(one, where):
            yield found
        if one.scheme is Scheme.REGISTRY and one.country not in countries():
            yield problem("COUNTRY_UNKNOWN", where, value=one.country[:40])
    yield from faults_of_goods(about.goods, "goods")
    yield from _faults_of_heads({"heads": about.heads, "peak_heads": about.peak_heads})
    yield from _faults_of_months(about.months)
    if about.tier is not None and not 1 <= about.tier <= MOST_TIERS:
        yield problem("TIER_OUT_OF_RANGE", "tier", limit=MOST_TIERS)
    names = "; ".join(about.other_names)
    yield from _faults_of_words({"name": about.name, "other_names": names, "work": about.work, "note": about.note})


def _faults_of_site(site: PartySite, where: str) -> Iterator[Problem]:
    if site.country and site.country not in countries():
        yield problem("COUNTRY_UNKNOWN", where, value=site.country[:40])
    if site.region and site.region not in _regions():
        yield problem("REGION_UNKNOWN", where, value=site.region[:40])
    if max(len(site.name), len(site.town), len(site.address)) > LONGEST_WORDS:
        yield problem("WORDS_TOO_LONG", where, limit=LONGEST_WORDS)


def _faults_of_heads(heads: Mapping[str, int | None]) -> Iterator[Problem]:
    for where, number in heads.items():
        if number is not None and not 0 <= number <= MOST_HEADS:
            yield problem("HEADS_OUT_OF_RANGE", where, limit=MOST_HEADS)


def _faults_of_months(months: Iterable[int]) -> Iterator[Problem]:
    if any(not 1 <= month <= 12 for month in months):  # noqa: PLR2004  months of a year
        yield problem("MONTH_UNKNOWN", "months")


def _faults_of_words(words: Mapping[str, str]) -> Iterator[Problem]:
    for where, said in words.items():
        if where in ("work", "note") and len(said) > LONGEST_WORDS:
            yield problem("WORDS_TOO_LONG", where, limit=LONGEST_WORDS)
        for trait in privacy.traits(said):
            yield problem("PARTY_POINTS_TO_PERSON", where, what=trait.label)


def _is_share(share: float | None) -> bool:
    return share is None or 0 <= share <= 100  # noqa: PLR2004  percent


def _goods(codes: Iterable[str]) -> tuple[str, ...]:
    return _once("".join(code.replace(".", " ").split()) for code in codes)


def _tidied_site(site: PartySite) -> PartySite:
    return PartySite(
        name=_line(site.name),
        country=site.country.strip().upper(),
        region=site.region.strip(),
        town=_line(site.town),
        address=_line(site.address),
    )


def _holds(site: PartySite, other: PartySite) -> bool:
    """Return whether a site says everything that another one says."""
    return all(getattr(other, name) in ("", getattr(site, name)) for name in PartySite.__struct_fields__)


def _line(words: str) -> str:
    return " ".join(words.split())


def _once(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


@cache
def countries() -> frozenset[str]:
    """Return the two-letter codes of all countries."""
    return frozenset(one.iso2 for one in reference.countries())


@cache
def _regions() -> frozenset[str]:
    return frozenset(one.code for one in reference.regions())


@cache
def _products() -> frozenset[str]:
    return frozenset(one.code for one in reference.hs())
