"""The chain as its firm sees it: everybody in it as a list, what is known in all, the year, and all of it as a file."""

from http import HTTPStatus
from typing import NamedTuple

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from api.auth import needs
from api.pages import chain_view as view
from api.pages.naming import indicators, levels
from api.security import costly
from api.visit import Visit
from duediligence.access import Step, Subject, may
from duediligence.chain import export as exports
from duediligence.chain.own_place import OwnShare
from duediligence.chain.party import PartyRole
from duediligence.chain.register import GRAVE, Age, Coverage, Portfolio, grave, told_of
from duediligence.chain.season import Season
from duediligence.file_name import disposition
from duediligence.store import chain_glance
from duediligence.store.party import Sought
from duediligence.workflow import chain, looking_through, own_part
from duediligence.workflow.looking_through import Overview
from duediligence.workflow.work import Work

ON_A_PAGE = 25
_ALL = 1_000_000
_LONGEST = 200
_MOST_ROWS = 300
_UNKNOWN = "unknown"
_MEDIA = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class Narrowed(NamedTuple):
    """What the list is narrowed to; what is empty narrows nothing."""

    words: str
    role: str
    country: str
    tier: str
    next: str
    indicator: str
    retired: str


@get("/chain", opt=needs(Step.CHAIN_SEE), sync_to_thread=True)
def listed(visit: NamedDependency[Visit], firm: FromQuery[str] = "", after: FromQuery[str] = "") -> Response[str]:
    """Return the parties of a chain that fit, with what is known of the whole of it."""
    asked_for = visit.request.query_params
    wanted = Narrowed(*(str(asked_for.get(name, "")).strip()[:_LONGEST] for name in Narrowed._fields))
    with visit.reading() as work:
        firms = looking_through.firms(work)
        found = looking_through.firm(work, firm)
        overview = looking_through.overview(work, found.id)
        gone = chain_glance.retired(work.connection, found.id)
        own = own_part.told(work, found.id)
        shown = _shown(work, overview, found.id, wanted, after)
    more = len(shown) > ON_A_PAGE
    facts = view.frame(visit, found, firms, "list")
    asked = str(facts["asked_firm"])
    given = {name: value for name, value in wanted._asdict().items() if value}
    facts |= {
        "rows": [] if wanted.retired else view.rows(overview, [one for one, _ in shown[:ON_A_PAGE]], visit),
        "gone": [(one, name) for one, name in shown[:ON_A_PAGE]] if wanted.retired else [],
        "out_of_use": gone,
        "narrowed": bool(given),
        "chosen": wanted,
        "options": _options(overview, visit),
        "first": view.address("/chain", asked, **given) if after else "",
        "later": view.address("/chain", asked, **given, after=shown[ON_A_PAGE - 1][0]) if more else "",
        "portfolio": _portfolio(overview.portfolio, asked, visit),
        "own": _own(own, visit),
        "cotton": view.cotton(overview.portfolio.cotton, view.names_of(overview.register), visit),
        "can_edit": may(visit.actor, Step.CHAIN_EDIT, Subject(organisation=found.id)),
        "exports": {kind: view.address("/chain/export", asked, kind=kind) for kind in _MEDIA},
    }
    return visit.page("chain/list.html", facts)


@get("/chain/export", opt=needs(Step.CHAIN_SEE) | costly(), sync_to_thread=True)
def export(visit: NamedDependency[Visit], firm: FromQuery[str] = "", kind: FromQuery[str] = "csv") -> Response[bytes]:
    """Return the whole register as a list for a table program, one line for each party and link."""
    with visit.reading() as work:
        found = looking_through.firm(work, firm)
        whole = chain.chain(work, found.id)
    told = exports.listed(whole.parties, whole.links, found.name, visit.language)
    kind = kind if kind in _MEDIA else "csv"
    data = exports.to_csv(told) if kind == "csv" else exports.to_xlsx(told, visit.told("chain.sheet"))
    name = f"{visit.told('chain.file_name')}.{kind}"
    headers = {"Content-Disposition": disposition(name)}
    return Response(data, status_code=HTTPStatus.OK, media_type=_MEDIA[kind], headers=headers)


@get("/chain/season", opt=needs(Step.CHAIN_SEE), sync_to_thread=True)
def season(visit: NamedDependency[Visit], firm: FromQuery[str] = "") -> Response[str]:
    """Return the year of a chain: who is busy when, and which days come up."""
    with visit.reading() as work:
        firms = looking_through.firms(work)
        found = looking_through.firm(work, firm)
        year, today = looking_through.year(work, found.id)
    told = [one for one in year.busy if one.months]
    facts = view.frame(visit, found, firms, "season")
    facts |= {
        "year": year,
        "today": today,
        "month_rows": _months(year),
        "told_rows": told[:_MOST_ROWS],
        "not_shown": max(len(told) - _MOST_ROWS, 0),
    }
    facts |= {"untold": [one for one in year.busy if not one.months], "numbers": range(1, 13)}
    return visit.page("chain/season.html", facts)


def _shown(work: Work, overview: Overview, organisation: str, wanted: Narrowed, after: str) -> list[tuple[str, str]]:
    """Return id and name of the parties of one page, and of one more where there is one."""
    roles = {one.value for one in PartyRole}
    sought = Sought(
        words=wanted.words,
        role=PartyRole(wanted.role) if wanted.role in roles else None,
        country=wanted.country,
        retired=bool(wanted.retired),
    )
    by_sums = bool(wanted.tier or wanted.next or wanted.indicator) and not wanted.retired
    limit = _ALL if by_sums else ON_A_PAGE + 1
    found = chain.register(work, organisation, sought, limit=limit, after=after)
    fitting = (one for one in found if not by_sums or _fits(overview, one.id, wanted))
    return [(one.id, one.about.name) for one, _ in zip(fitting, range(ON_A_PAGE + 1), strict=False)]


def _fits(overview: Overview, party: str, wanted: Narrowed) -> bool:
    number = overview.tiers[party].number
    told = grave(told_of(overview.register, party))
    return (
        (not wanted.tier or wanted.tier == (_UNKNOWN if number is None else str(number)))
        and (not wanted.next or wanted.next == overview.next[party])
        and (not wanted.indicator or any(one.indicator == wanted.indicator for one in told))
    )


def _options(overview: Overview, visit: Visit) -> dict[str, list[tuple[str, str]]]:
    """Return what each filter offers: only what is in this register."""
    told, language = visit.told, visit.language
    parties = overview.register.parties.values()
    countries = {site.country for about in parties for site in about.sites[:1] if site.country}
    tiers = sorted({one.number for one in overview.tiers.values() if one.number is not None})
    used = {role for about in parties for role in about.roles}
    names = indicators(language)
    return {
        "role": [one for one in view.role_options(language) if one[0] in used],
        "country": [one for one in view.country_options(language) if one[0] in countries],
        "tier": [(str(one), told("chain.tier_n", number=str(one))) for one in tiers]
        + [(_UNKNOWN, told("chain.tier_unknown"))],
        "next": [(one.value, told(f"chain.next_{one}")) for one in view.URGENT if overview.portfolio.next.get(one)],
        "indicator": [(one, names[one]) for one in names if one in overview.portfolio.flagged],
    }


def _portfolio(found: Portfolio, firm: str, visit: Visit) -> dict[str, object]:
    """Return a register in numbers, as the page shows them."""
    told, names, words = visit.told, indicators(visit.language), levels(visit.language)
    return {
        "parties": found.parties,
        "coverage": [(name, _covered(one)) for name, one in (("spend", found.spend), ("labour", found.labour))],
        "flagged": [
            (
                names[one],
                [
                    told("chain.flag", level=words[level], count=found.flagged[one][level])
                    for level in reversed(GRAVE)
                    if found.flagged[one].get(level)
                ],
                view.address("/chain", firm, indicator=one),
            )
            for one in names
            if one in found.flagged
        ],
        "ages": [(age, found.ages.get(age, 0)) for age in Age],
        "next": [
            (one, found.next[one], view.address("/chain", firm, next=one.value))
            for one in view.URGENT
            if found.next.get(one)
        ],
    }


def _own(told: tuple[OwnShare, int], visit: Visit) -> dict[str, object]:
    """Return what the firm tells of its own part, in words and as its form shows it."""
    share, revision = told
    return {
        "words": view.own_share(share, visit.told),
        "typed": {
            "own_goods": visit.told.typed(share.goods),
            "own_labour": visit.told.typed(share.labour),
            "revision": revision,
        },
    }


def _covered(one: Coverage) -> dict[str, object]:
    return {name: round(value) for name, value in one._asdict().items()} | {"unnamed": round(100 - one.named - one.own)}


def _months(year: Season) -> list[tuple[int, int, int, int]]:
    return [(one.month, one.parties, one.heads, one.untold) for one in year.months]


ROUTES = (listed, export, season)
