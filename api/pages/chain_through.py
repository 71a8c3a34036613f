"""The chain looked through: as a drawing from the firm outwards, and what reaches the firm from all of it."""

from collections.abc import Mapping, Sequence

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from api.auth import needs
from api.pages import chain_view as view
from api.pages.naming import indicators, levels
from api.part import Column
from api.security import costly
from api.translation import Words
from api.visit import Visit
from duediligence.access import Step
from duediligence.chain.drawing import Labels, drawn, worst_of
from duediligence.chain.exposure import Detail, Inflow, Opening, Reached, Way
from duediligence.chain.own_place import OwnPlace
from duediligence.chain.register import cotton
from duediligence.errors import NotFound
from duediligence.reports.chart import Chart
from duediligence.reports.opening import Table
from duediligence.workflow import looking_through
from duediligence.workflow.looking_through import Overview
from risk_models import reference

_LEVELS = ("none", "weak", "moderate", "strong")
MOST_LINKS = 1000
"""Links that the table beside the drawing shows; the list that can be saved holds all of them."""

_ALL = 0.9995
"""From which part on nothing at all is known, so that no number is stated."""

_COLUMNS = ("part", "stated", "low", "high")


@get("/chain/drawing", opt=needs(Step.CHAIN_SEE) | costly(), sync_to_thread=True)
def drawing(visit: NamedDependency[Visit], firm: FromQuery[str] = "") -> Response[str]:
    """Return the chain as a drawing, with the same as a list."""
    with visit.reading() as work:
        firms = looking_through.firms(work)
        found = looking_through.firm(work, firm)
        overview = looking_through.overview(work, found.id)
    facts = view.frame(visit, found, firms, "drawing")
    made = drawn(
        overview.register, {one: tier.number for one, tier in overview.tiers.items()}, _labels(overview, visit)
    )
    chart = Chart(
        svg=made.svg,
        title=visit.told("chain.drawing_title"),
        description=_description(overview, visit),
        table=_table(overview, visit),
    )
    facts |= {
        "chart": chart,
        "hidden": made.hidden,
        "not_shown": max(len(overview.register.flows) - MOST_LINKS, 0),
        "parties": len(overview.register.parties),
        "tiers": _by_tier(overview, visit),
    }
    return visit.page("chain/drawing.html", facts)


@get("/chain/exposure", opt=needs(Step.CHAIN_SEE) | costly(), sync_to_thread=True)
def exposure(
    visit: NamedDependency[Visit], firm: FromQuery[str] = "", indicator: FromQuery[str] = "", good: FromQuery[str] = ""
) -> Response[str]:
    """Return what reaches the firm through its chain, by indicator; with one of them, all that it is made of."""
    with visit.reading() as work:
        firms = looking_through.firms(work)
        found = looking_through.firm(work, firm)
        register, look, goods = looking_through.look(work, found.id, good)
    names = indicators(visit.language)
    if indicator and indicator not in names:
        raise NotFound("There is no such indicator.")
    facts = view.frame(visit, found, firms, "exposure")
    asked = str(facts["asked_firm"])
    who = view.names_of(register)
    facts |= {
        "rows": [
            _row(one, names, who, visit, view.address("/chain/exposure", asked, indicator=one.indicator, good=good))
            for one in look.all()
        ],
        "detail": _detail(look.detail(indicator), who, visit) if indicator else None,
        "indicator": indicator,
        "indicator_name": names.get(indicator, ""),
        "good": good,
        "goods": [(code, _good(code)) for code in goods],
        "parties": len(register.parties),
        "own": _own(register.own, visit.told),
        "columns": [Column(label=visit.told(f"chain.{name}"), number=name != "part") for name in _COLUMNS],
        "cotton": view.cotton(cotton(register), who, visit),
        "whole": view.address("/chain/exposure", asked),
    }
    return visit.page("chain/exposure.html", facts)


def _row(
    one: Reached, names: Mapping[str, str], who: Mapping[str, str], visit: Visit, address: str
) -> dict[str, object]:
    """Return one indicator as the page shows it, numbers rounded."""
    return {
        "name": names[one.indicator],
        "address": address,
        "low": visit.told.number(one.low, 1),
        "high": visit.told.number(one.high, 1),
        "stated": visit.told("chain.unknown") if one.unknown >= _ALL else visit.told.number(one.stated, 1),
        "unknown": visit.told.percent(one.unknown),
        "worst": levels(visit.language)[one.worst] if one.worst != "none" else visit.told("chain.worst_none"),
        "level": one.worst,
        "path": _path(one.worst_path, who, visit),
    }


def _own(found: OwnPlace, told: Words) -> str:
    """Return what comes from the firm itself and what is known of it; "" where it has told of no part of its own."""
    if not found.share.goods and not found.share.labour:
        return ""
    known = told("chain.own_assessed" if found.found else "chain.own_unknown", count=found.assessed, of=found.sites)
    return f"{view.own_share(found.share, told)} {known}"


def _path(parties: Sequence[str], who: Mapping[str, str], visit: Visit) -> list[tuple[str, str]]:
    """Return the parties of a path with their names; the firm has no page."""
    return [(party, view.name_of(party, who, visit)) for party in parties]


def _detail(found: Detail, who: Mapping[str, str], visit: Visit) -> dict[str, object]:
    told = visit.told
    return {
        "ways": [
            (way(one, who, told), _path(one.parties, who, visit), told.number(one.stated, 1)) for one in found.ways
        ],
        "openings": [_opening(one, who, visit) for one in found.openings],
        "parts": [
            (_part(one, told), told.number(one.stated, 1), told.number(one.low, 1), told.number(one.high, 1))
            for one in found.parts
        ],
        "rest": told.number(max(found.reached.stated - sum(one.stated for one in found.ways), 0.0), 1),
    }


def way(one: Way, who: Mapping[str, str], told: Words) -> str:
    """Return in words where a path ends."""
    last = who.get(one.parties[-1], told("chain.you"))
    if one.end == "place" and not one.parties[-1]:
        level = levels(told.language)[one.level] if one.level else told("chain.unknown")
        return told("chain.way_own", level=level)
    if one.end == "place":
        if not one.level:
            return told("chain.way_unheard", name=last)
        return told("chain.way_told", name=last, level=levels(told.language)[one.level])
    return told(f"chain.way_{one.end}" if one.parties[-1] else f"chain.way_{one.end}_you", name=last)


def _opening(one: Opening, who: Mapping[str, str], visit: Visit) -> tuple[str, str, str, str]:
    """Return what to do, the party it is about, and by how much the interval closes in all and at once."""
    told = visit.told
    name = view.name_of(one.party, who, visit)
    what = f"opening_{one.kind or 'place'}" + ("" if one.party else "_you")
    return told(f"chain.{what}", name=name), one.party, told.number(one.points, 1), told.number(one.at_once, 1)


def _part(one: Inflow, told: Words) -> str:
    if one.own:
        return told(f"chain.part_own_{one.kind}")
    if not one.named:
        return told(f"chain.part_unnamed_{one.kind}")
    if one.kind == "labour":
        return told("chain.part_labour")
    return told("chain.part_good", good=_good(one.good)) if one.good else told("chain.part_untold")


def _good(code: str) -> str:
    """Return a code of the Harmonized System with its description, where the library has one."""
    words = {one.code: one.description for one in reference.hs()}.get(code, "")
    return f"{code} {words}".strip()


def _labels(overview: Overview, visit: Visit) -> Labels:
    told = visit.told
    words = levels(visit.language)
    known = {level: told("chain.drawn_level", level=words[level]) for level in _LEVELS[1:]}
    return Labels(
        title=told("chain.drawing_title"),
        description=_description(overview, visit),
        firm=told("chain.drawn_you"),
        tier=lambda number: told("chain.tier_unknown") if number is None else told("chain.tier_n", number=str(number)),
        level=known | {"none": told("chain.drawn_none"), "": told("chain.drawn_unheard")},
        more=lambda count, flagged: told("chain.drawn_more", count=count, flagged=flagged),
        unnamed=told("chain.drawn_unnamed"),
        unnamed_by=lambda count: told("chain.drawn_unnamed_by", count=count),
    )


def _description(overview: Overview, visit: Visit) -> str:
    levels_of = [worst_of(overview.register, party) for party in overview.register.parties]
    return visit.told(
        "chain.drawing_description",
        parties=len(levels_of),
        strong=levels_of.count("strong"),
        unheard=levels_of.count(""),
    )


def _table(overview: Overview, visit: Visit) -> Table:
    """Return the links as a table: who supplies whom with what share."""
    told = visit.told
    who = view.names_of(overview.register)
    labels = _labels(overview, visit).level
    rows = tuple(
        (
            who[one.supplier],
            view.name_of(one.buyer or "", who, visit),
            "; ".join(view.shares(one.terms, told)) or told("chain.share_unknown"),
            labels[worst_of(overview.register, one.supplier)],
        )
        for one in overview.register.flows[:MOST_LINKS]
    )
    columns = tuple(told(f"chain.column_{name}") for name in ("supplier", "buyer", "share", "told"))
    return Table(columns=columns, rows=rows)


def _by_tier(overview: Overview, visit: Visit) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return the parties of each tier with what they tell, the nearest tier first."""
    labels = _labels(overview, visit)
    found: dict[int | None, list[tuple[str, str, str]]] = {}
    for party, about in overview.register.parties.items():
        level = labels.level[worst_of(overview.register, party)]
        found.setdefault(overview.tiers[party].number, []).append((party, about.name, level))
    order = sorted(found, key=lambda one: (one is None, one or 0))
    return [(labels.tier(one), found[one]) for one in order]


ROUTES = (drawing, exposure)
