"""What the pages of the chain are told: rows, names and words made of what the register holds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from api.pages.naming import bands, indicators, labels, levels
from api.translation import Words
from api.visit import Visit
from duediligence.access import Step, may
from duediligence.chain.exposure import FIRM
from duediligence.chain.own_place import OwnShare
from duediligence.chain.party import About, PartyRole, Terms, Tier
from duediligence.chain.register import COTTON, Next, Register, flows_of, grave, told_of
from duediligence.chain.request import Granted, Origin, Seen
from duediligence.chain.words import sentence
from duediligence.organisation import Organisation
from duediligence.store import person as people
from duediligence.workflow.looking_through import Overview
from duediligence.workflow.work import Work
from questionnaires.text import say
from risk_models import notices, reference

URGENT = (Next.LOOK, Next.RESCREEN, Next.RENEW, Next.REMIND, Next.ASK, Next.SCREEN, Next.SHARE, Next.WAIT, Next.NOTHING)
"""In the order in which the page names what is to be done."""


class Row(NamedTuple):
    """One party in the list."""

    party: str
    name: str
    roles: str
    place: str
    tier: str
    goods: tuple[str, ...]
    shares: tuple[str, ...]
    known: tuple[str, ...]  # what it tells of itself, in a few lines
    grave: bool
    next: Next


def row(overview: Overview, party: str, terms: Sequence[Terms], visit: Visit) -> Row:
    """Return one line of the list; `terms` are those of its links."""
    told, register = visit.told, overview.register
    about = register.parties[party]
    return Row(
        party=party,
        name=about.name,
        roles=roles(about.roles, visit.language),
        place=place(about, visit.language),
        tier=tier(overview.tiers[party], told),
        goods=tuple(dict.fromkeys((*about.goods, *(code for one in terms for code in one.goods)))),
        shares=tuple(share for one in terms for share in shares(one, told)),
        known=known(register.seen.get(party), visit),
        grave=bool(grave(told_of(register, party))),
        next=overview.next[party],
    )


def rows(overview: Overview, parties: Iterable[str], visit: Visit) -> list[Row]:
    """Return the lines of some parties."""
    flows = flows_of(overview.register)
    return [row(overview, one, [flow.terms for flow in flows.get(one, ())], visit) for one in parties]


def known(seen: Seen | None, visit: Visit) -> tuple[str, ...]:
    """Return what a party lets the firm see of itself, in a few lines; nothing where it never let it see anything."""
    told, language = visit.told, visit.language
    if seen is None:
        return ()
    if seen.granted is not Granted.RUNS or seen.told is None:
        return (told(f"chain.known_{seen.granted}"),)
    came = seen.told
    lines = [told("chain.known_band", band=bands(language)[came.band], day=came.on)]
    names, found = indicators(language), grave(came)
    if found:
        signs = [f"{names[one.indicator]}: {levels(language)[one.level]}" for one in found]
        lines.append("; ".join(signs))
    elif came.indicators:
        lines.append(told("chain.known_no_grave"))
    if seen.origin is Origin.ASSESSMENT:
        lines.append(told("chain.known_assessment", label=labels(language)[came.label]))
    elif seen.origin is Origin.SENT_IN:
        lines.append(told("chain.known_sent_in"))
    return tuple(lines)


def roles(found: Sequence[PartyRole], language: str) -> str:
    """Return roles in words."""
    return ", ".join(say(sentence(f"role_{one}"), language) for one in found)


def role_options(language: str) -> list[tuple[str, str]]:
    """Return all roles as what a field offers."""
    return [(one.value, say(sentence(f"role_{one}"), language)) for one in PartyRole]


def country_options(language: str) -> list[tuple[str, str]]:
    """Return all countries as what a field offers, by name."""
    found = [(one.iso2, say(one.name, language)) for one in reference.countries()]
    return sorted(found, key=lambda one: one[1])


def place(about: About, language: str) -> str:
    """Return where a party works: town and country of its first site."""
    if not about.sites:
        return ""
    site = about.sites[0]
    names = {one.iso2: say(one.name, language) for one in reference.countries()}
    return ", ".join(filter(None, (site.town, names.get(site.country, site.country))))


def tier(found: Tier, told: Words) -> str:
    """Return how far a party is from the firm."""
    if found.number is None:
        return told("chain.tier_unknown")
    return told(f"chain.tier_{found.basis}", number=str(found.number))


def shares(terms: Terms, told: Words) -> tuple[str, ...]:
    """Return the shares that a link carries."""
    found = {"spend": terms.share_of_spend, "labour": terms.share_of_labour}
    return tuple(told(f"chain.share_{name}", share=share) for name, share in found.items() if share is not None)


def own_share(share: OwnShare, told: Words) -> str:
    """Return how much comes from the firm itself."""
    unknown = told("chain.unknown")
    goods, labour = (
        unknown if part is None else told("chain.percent", share=told.number(part))
        for part in (share.goods, share.labour)
    )
    return told("chain.own_words", goods=goods, labour=labour)


def cotton(register_cotton: tuple[Sequence[str], Sequence[str]], names: Mapping[str, str], visit: Visit) -> object:
    """Return the notice on cotton with the parties it is about, None where no cotton is known upstream."""
    turkmen, unknown = register_cotton
    if not turkmen and not unknown:
        return None
    found = next(one for one in notices.read() if one.id == COTTON)
    said = found.text if turkmen else found.unknown_text
    return {
        "title": say(found.title, visit.language),
        "text": say(said, visit.language),
        "parties": [(one, names[one]) for one in (*turkmen, *unknown)],
    }


def name_of(party: str, names: Mapping[str, str], visit: Visit) -> str:
    """Return what a party is called, and "you" for the firm."""
    return visit.told("chain.you") if party == FIRM else names[party]


def names_of(register: Register) -> dict[str, str]:
    """Return what each party is called."""
    return {party: about.name for party, about in register.parties.items()}


def who(work: Work, persons: Iterable[str]) -> dict[str, str]:
    """Return the names of people by their ids."""
    return {one.id: one.name for one in people.load_many(work.connection, tuple(set(persons)))}


def address(path: str, firm: str, **more: str) -> str:
    """Return an address of a page of one firm's chain; what is empty is left out."""
    given = {name: value for name, value in {"firm": firm, **more}.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


def tabs(visit: Visit, firm: str, current: str) -> list[dict[str, object]]:
    """Return the ways between the pages of a chain."""
    pages = {
        "list": "/chain",
        "drawing": "/chain/drawing",
        "exposure": "/chain/exposure",
        "season": "/chain/season",
        "screenings": "/chain/screenings",
        "import": "/chain/import",
    }
    return [
        {"label": visit.told(f"chain.tab_{name}"), "address": address(path, firm), "current": name == current}
        for name, path in pages.items()
        if name != "import" or may(visit.actor, Step.CHAIN_IMPORT)
    ]


def frame(visit: Visit, found: Organisation, firms: Sequence[Organisation], current: str) -> dict[str, object]:
    """Return what every page of a chain needs."""
    one = found.id if len(firms) > 1 else ""
    return {"firm": found, "firms": firms, "asked_firm": one, "tabs": tabs(visit, one, current)}
