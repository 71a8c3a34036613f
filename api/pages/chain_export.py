"""The chain as lists for table programs: the register, its year, what reaches the firm and along which paths."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from api.auth import needs
from api.awaited import file
from api.pages import chain_view as view
from api.pages.chain_through import way
from api.pages.naming import indicators, levels
from api.security import costly
from api.translation import Words, words
from api.visit import Visit
from duediligence.access import Step
from duediligence.chain import export as exports
from duediligence.chain.export import Cell, Listed
from duediligence.chain.exposure import FIRM, Look, Reached
from duediligence.chain.season import MONTHS, Season
from duediligence.errors import NotFound
from duediligence.organisation import Organisation
from duediligence.store import organisation as organisations
from duediligence.workflow import chain, looking_through
from duediligence.workflow.ordering import WORKBOOK, Made
from duediligence.workflow.work import Work

_ALL = 0.9995
"""From which part on nothing at all is known, so that no number is stated."""

_PLACES = 2
_NAME, _WORDS, _FIGURE, _CODE, _MONTH = 36, 20, 14, 8, 6
"""Widths of columns in a workbook, in letters."""

_DUE = ("rescreen", "request", "consent")


class What(StrEnum):
    """Which list."""

    REGISTER = "register"
    SEASON = "season"
    EXPOSURE = "exposure"
    PATHS = "paths"


class Kind(StrEnum):
    """As which file."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES = {Kind.CSV: "text/csv; charset=utf-8", Kind.XLSX: WORKBOOK}


@get("/chain/exports/{what:str}", opt=needs(Step.CHAIN_SEE) | costly(), sync_to_thread=True)
def export(
    visit: NamedDependency[Visit], what: FromPath[str], firm: FromQuery[str] = "", kind: FromQuery[str] = ""
) -> Response[bytes]:
    """Return the year of a chain, or what reaches the firm, as a list for a table program."""
    if what not in list(What):
        raise NotFound("There is no such list.")
    with visit.reading() as work:
        found = looking_through.firm(work, firm)
    chosen = Kind(kind) if kind in list(Kind) else Kind.CSV
    return file(made(visit, found.id, What(what), chosen, visit.language))


def made(visit: Visit, identifier: str, what: What, kind: Kind, language: str) -> Made:
    """Return a list of a firm's chain as a file.

    Raises:
        NotFound, NotAllowed: the visitor may not see it.
    """
    told = words(language)
    with visit.reading() as work:
        listed = _listed(work, identifier, what, told)
    data = exports.to_csv(listed) if kind is Kind.CSV else exports.to_xlsx(listed, told(f"chain.sheet_{what}"))
    return Made(f"{told('chain.file_name')}-{what}.{kind}", MEDIA_TYPES[kind], data)


def _listed(work: Work, identifier: str, what: What, told: Words) -> Listed:
    match what:
        case What.REGISTER:
            whole = chain.chain(work, identifier)
            firm = organisations.load(work.connection, identifier)
            return exports.listed(whole.parties, whole.links, firm.name, told.language)
        case What.SEASON:
            year, _ = looking_through.year(work, identifier)
            return _year(year, _note(work, identifier, "season_lead", told), told)
    register, look, _ = looking_through.look(work, identifier)
    names = view.names_of(register) | {FIRM: told("chain.you")}
    note = _note(work, identifier, "exposure_limits", told)
    return _exposure(look, names, note, told) if what is What.EXPOSURE else _paths(look, names, note, told)


def _note(work: Work, identifier: str, name: str, told: Words) -> str:
    """Return whose list it is, of which day, and what has to be known to read it."""
    firm: Organisation = organisations.load(work.connection, identifier)
    return f"{firm.name} · {told.day(work.day)} · {told(f'chain.{name}')}"


def _year(found: Season, note: str, told: Words) -> Listed:
    """Return one line for each party: 1 in a busy month, 0 in another one, and blanks where nobody has told them."""
    due: dict[str, dict[str, str]] = {}
    for one in found.due:
        due.setdefault(one.party, {})[one.kind] = one.on.isoformat()
    headings = (
        told("chain.column_name"),
        told("chain.field_goods"),
        told("chain.field_heads"),
        told("chain.field_peak_heads"),
        *(told.month(month, short=True) for month in MONTHS),
        *(told(f"chain.due_{kind}") for kind in _DUE),
    )
    lines = tuple(
        (
            one.name,
            ", ".join(one.goods),
            one.heads,
            one.peak_heads,
            *((int(month in one.months) if one.months else None) for month in MONTHS),
            *(due.get(one.party, {}).get(kind) for kind in _DUE),
        )
        for one in found.busy
    )
    widths = (_NAME, _WORDS, _FIGURE, _FIGURE, *(_MONTH for _ in MONTHS), *(_FIGURE for _ in _DUE))
    return Listed(headings, lines, widths, note)


def _exposure(look: Look, names: Mapping[str, str], note: str, told: Words) -> Listed:
    """Return one line for each indicator."""
    headings = ("column_id", "indicator", "worst", "path", "low", "high", "stated", "unknown_percent")
    lines = tuple(_reached(one, names, told) for one in look.all())
    widths = (_CODE, _NAME, _WORDS, _NAME, _FIGURE, _FIGURE, _FIGURE, _FIGURE)
    return Listed(tuple(told(f"chain.{one}") for one in headings), lines, widths, note)


def _reached(one: Reached, names: Mapping[str, str], told: Words) -> tuple[Cell, ...]:
    return (
        one.indicator,
        indicators(told.language)[one.indicator],
        levels(told.language)[one.worst] if one.worst != "none" else told("chain.worst_none"),
        _path(one.worst_path, names),
        round(one.low, _PLACES),
        round(one.high, _PLACES),
        None if one.unknown >= _ALL else round(one.stated, _PLACES),
        round(100 * one.unknown),
    )


def _paths(look: Look, names: Mapping[str, str], note: str, told: Words) -> Listed:
    """Return one line for each of the paths that add most to an indicator."""
    headings = ("column_id", "indicator", "path", "path_end", "stated", "low", "high")
    lines = tuple(line for one in look.model.indicators for line in _ways(one.id, look, names, told))
    widths = (_CODE, _NAME, _NAME, _NAME, _FIGURE, _FIGURE, _FIGURE)
    return Listed(tuple(told(f"chain.{one}") for one in headings), lines, widths, note)


def _ways(indicator: str, look: Look, names: Mapping[str, str], told: Words) -> Iterator[tuple[Cell, ...]]:
    name = indicators(told.language)[indicator]
    for one in look.detail(indicator).ways:
        figures = (one.stated, one.low, one.low + one.open)
        path, end = _path(one.parties, names), way(one, names, told)
        yield (indicator, name, path, end, *(round(figure, _PLACES) for figure in figures))


def _path(parties: tuple[str, ...], names: Mapping[str, str]) -> str:
    return " ← ".join(names[party] for party in parties)


ROUTES = (export,)
