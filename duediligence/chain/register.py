"""A whole register with what is known of each party: who stands where, how much is known, what to do next.

What is known of a party rests on its own answers, as far as it lets the firm see them.
They can raise a concern and never clear one, so that no party is ever in order: it has
signs, has reported none, or has not been heard.
"""

from collections import Counter
from collections.abc import Callable, Container, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from duediligence.chain.own_place import OwnPlace
from duediligence.chain.party import About, Basis, PartyRole, Terms, Tier
from duediligence.chain.request import Granted, IndicatorTold, Seen, Told
from risk_models import reference

GRAVE = ("declared", "moderate", "strong")
"""Levels of an indicator that are counted as flagged; of state-imposed labour only that it was declared."""

OLD = timedelta(days=365)
"""How old answers may be before they are asked for anew: a season has passed since."""

COUNTRY = "TM"

COTTON = "cotton-gate"
"""The notice that stands wherever cotton of Turkmenistan, or of no known origin, may be upstream."""

_YOUNG = timedelta(days=183)
_WHOLE = 100.0
_LABOUR = frozenset({PartyRole.LABOUR_PROVIDER, PartyRole.BROKER, PartyRole.RECRUITER, PartyRole.BRIGADE_LEADER})
_GROWN_THERE = frozenset({PartyRole.FARM, PartyRole.GIN})


class Flow(NamedTuple):
    """Who supplies whom with what; a `buyer` of None is the firm itself."""

    supplier: str
    buyer: str | None
    terms: Terms


class Asked(NamedTuple):
    """The newest request to a party that was not taken back."""

    created: datetime
    expires: datetime
    answered: datetime | None


class Screened(NamedTuple):
    """The newest screening of a party."""

    stage: str
    rescreen_on: date | None


class Register(NamedTuple):
    """Everything of one firm that tables, drawings and sums are made of."""

    parties: Mapping[str, About]  # in use, by id, in the order of their names
    flows: tuple[Flow, ...]  # among them, and to the firm
    seen: Mapping[str, Seen]  # what each party lets the firm see; those that share nothing are left out
    asked: Mapping[str, Asked]
    screened: Mapping[str, Screened]
    own: OwnPlace = OwnPlace()


class Next(StrEnum):
    """What is to be done with a party, the most pressing first."""

    LOOK = "look"  # a grave sign was reported, and nobody has screened it
    RESCREEN = "rescreen"  # the day to look again has come
    RENEW = "renew"  # its answers are old, or may not be seen any more
    ASK = "ask"  # nobody has asked it
    REMIND = "remind"  # the request has run out without an answer
    WAIT = "wait"  # it was asked and has time
    SCREEN = "screen"  # it has answered, and nobody has screened it
    SHARE = "share"  # its share is not told
    NOTHING = "nothing"  # nothing is due; this clears nothing


class Age(StrEnum):
    """How old the answers of a party are."""

    YOUNG = "young"  # half a year at most
    MIDDLE = "middle"  # a year at most
    OLD = "old"
    NONE = "none"


class Coverage(NamedTuple):
    """How much of what the firm takes in is named, has answered, and was screened, in percent of the whole."""

    named: float  # told shares; more than the whole counts as the whole
    answered: float
    screened: float
    untold: int  # direct suppliers whose share is not told
    own: float = 0.0  # of people, those on the firm's own staff as it tells it; spend has no own part


class CottonFound(NamedTuple):
    """Parties that handle cotton, by what is known of where it grew."""

    turkmen: tuple[str, ...]
    unknown: tuple[str, ...]


class Portfolio(NamedTuple):
    """A register in numbers."""

    parties: int
    spend: Coverage
    labour: Coverage
    flagged: Mapping[str, Mapping[str, int]]  # parties by indicator and grave level
    ages: Mapping[Age, int]  # parties
    next: Mapping[Next, int]  # parties
    cotton: CottonFound


def tiers(register: Register) -> dict[str, Tier]:
    """Return the tier of each party: by the fewest links to the firm, else as stated, else unknown."""
    suppliers: dict[str | None, list[str]] = {}
    for flow in register.flows:
        suppliers.setdefault(flow.buyer, []).append(flow.supplier)
    found: dict[str, Tier] = {}
    number, edge = 1, suppliers.get(None, [])
    while edge:
        found |= dict.fromkeys(edge, Tier(number, Basis.LINKS))
        beyond = (one for party in edge for one in suppliers.get(party, ()))
        edge = [one for one in dict.fromkeys(beyond) if one not in found]
        number += 1
    return {identifier: found.get(identifier) or _stated(about) for identifier, about in register.parties.items()}


def told_of(register: Register, party: str) -> Told | None:
    """Return what a party tells of itself today; None where it tells nothing."""
    seen = register.seen.get(party)
    return seen.told if seen and seen.granted is Granted.RUNS else None


def grave(told: Told | None) -> tuple[IndicatorTold, ...]:
    """Return the indicators of which answers show a grave sign, in the order of the rule set."""
    return tuple(one for one in told.indicators if one.level in GRAVE) if told else ()


def age(seen: Seen | None, today: date) -> Age:
    """Return how old answers are on a day."""
    if seen is None or seen.told is None:
        return Age.NONE
    passed = today - seen.told.on
    return Age.YOUNG if passed <= _YOUNG else Age.MIDDLE if passed <= OLD else Age.OLD


def supplies_labour(about: About, terms: Terms) -> bool:
    """Return whether people come over a link: a share of them is told, or the party does nothing but send people."""
    return terms.share_of_labour is not None or terms.heads is not None or not supplies_goods(about, terms)


def supplies_goods(about: About, terms: Terms) -> bool:
    """Return whether goods or work come over a link; whoever is not known to send people alone counts."""
    if terms.share_of_spend is not None or terms.goods:
        return True
    people_alone = bool(about.roles) and _LABOUR.issuperset(about.roles)
    return not (people_alone or (terms.share_of_labour is not None and not about.goods))


def goods_of(about: About, terms: Terms) -> tuple[str, ...]:
    """Return the goods that come over a link: as told of it, else all that its supplier is known to make."""
    return terms.goods or about.goods


def cotton(register: Register) -> CottonFound:
    """Return the parties that handle cotton of Turkmenistan, and those of whose cotton nobody knows the origin.

    The country of a spinner or a sewer says where it works, and not where its cotton grew.
    A farm or a gin abroad grows and gins there, so that it is left out.
    """
    goods: dict[str, set[str]] = {party: set(about.goods) for party, about in register.parties.items()}
    for flow in register.flows:
        goods[flow.supplier].update(flow.terms.goods)
    turkmen, unknown = [], []
    for party, about in register.parties.items():
        countries = {site.country for site in about.sites if site.country}
        told = told_of(register, party)
        handles = PartyRole.GIN in about.roles or any(_is_cotton(code) for code in goods[party])
        says = bool(told and COTTON in told.notices and COTTON not in told.unsure_notices)
        if says or (handles and COUNTRY in countries):
            turkmen.append(party)
        elif handles and (not countries or not _GROWN_THERE & set(about.roles)):
            unknown.append(party)
    return CottonFound(tuple(turkmen), tuple(unknown))


def nexts(register: Register, today: date, now: datetime) -> dict[str, Next]:
    """Return what is to be done next with each party."""
    untold = {
        one.supplier for one in register.flows if one.terms.share_of_spend is None and one.terms.share_of_labour is None
    }
    return {
        party: _next(register, party, today, now) or (Next.SHARE if party in untold else Next.NOTHING)
        for party in register.parties
    }


def portfolio(register: Register, due: Mapping[str, Next], today: date) -> Portfolio:
    """Return a register in numbers on a day; `due` is what `nexts` gave."""
    flagged: dict[str, Counter[str]] = {}
    for party in register.parties:
        for one in grave(told_of(register, party)):
            flagged.setdefault(one.indicator, Counter())[one.level] += 1
    return Portfolio(
        parties=len(register.parties),
        spend=_coverage(register, "share_of_spend", supplies_goods),
        labour=_with_own(_coverage(register, "share_of_labour", supplies_labour), register.own.share.labour),
        flagged=flagged,
        ages=Counter(age(register.seen.get(party), today) for party in register.parties),
        next=Counter(due.values()),
        cotton=cotton(register),
    )


def flows_of(register: Register) -> dict[str, list[Flow]]:
    """Return the links that lead from each supplier, by its id."""
    found: dict[str, list[Flow]] = {}
    for flow in register.flows:
        found.setdefault(flow.supplier, []).append(flow)
    return found


def _next(register: Register, party: str, today: date, now: datetime) -> Next | None:
    """Return what is to be done next with a party on whom something is still to be learned."""
    seen, asked, screened = register.seen.get(party), register.asked.get(party), register.screened.get(party)
    told = told_of(register, party)
    if screened and screened.rescreen_on and screened.rescreen_on <= today:
        return Next.RESCREEN
    if told and grave(told) and not screened:
        return Next.LOOK
    waits = bool(asked and not asked.answered and now < asked.expires)
    if seen and (told is None or age(seen, today) is Age.OLD):
        return Next.WAIT if waits else Next.RENEW
    if told is None:
        return Next.ASK if asked is None or asked.answered else Next.WAIT if waits else Next.REMIND
    return None if screened else Next.SCREEN


def _stated(about: About) -> Tier:
    return Tier(about.tier, Basis.UNKNOWN if about.tier is None else Basis.STATED)


@cache
def _is_cotton(code: str) -> bool:
    return reference.cotton(code) is not None


def _with_own(found: Coverage, share: float | None) -> Coverage:
    """Return how much is known of the people, beside those of the firm's own staff."""
    return found._replace(own=min(share or 0.0, max(_WHOLE - found.named, 0.0)))


def _coverage(register: Register, share: str, comes: Callable[[About, Terms], bool]) -> Coverage:
    """Return how much of one kind of what the firm takes in is known."""
    own = [one for one in register.flows if one.buyer is None and comes(register.parties[one.supplier], one.terms)]
    told = [(one.supplier, getattr(one.terms, share)) for one in own]
    whole = max(_WHOLE, sum(part or 0 for _, part in told))

    def of(known: Container[str]) -> float:
        return _WHOLE * sum(part or 0 for party, part in told if party in known) / whole

    heard = {party for party, _ in told if told_of(register, party)}
    return Coverage(of(register.parties), of(heard), of(register.screened), sum(part is None for _, part in told))
