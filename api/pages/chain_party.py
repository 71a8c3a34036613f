"""One party of the chain: what is said of it, who supplies whom, its history, and how each of these is changed."""

from collections.abc import Mapping
from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.auth import needs
from api.form import told_of, words_of
from api.pages import chain_view as view
from api.pages.asking import shown
from api.pages.chain_form import NEW, about_of, faults_at, shown_about, typed_about
from api.pages.naming import bands, indicators, levels, regions
from api.part import Column
from api.visit import Visit, to
from duediligence.access import Step, Subject, may
from duediligence.chain.exposure import FIRM
from duediligence.chain.party import Party, SupplyLink
from duediligence.chain.request import Seen
from duediligence.errors import Unfit, WrongMoment
from duediligence.store import organisation as organisations
from duediligence.store import party as parties
from duediligence.workflow import asking, chain, looking_through
from duediligence.workflow.chain import Entry
from duediligence.workflow.work import Work
from questionnaires.text import say

_NUMBERS = ("inherent", "control", "residual")


@get("/chain/parties/new", opt=needs(Step.CHAIN_EDIT), sync_to_thread=True)
def new(visit: NamedDependency[Visit], firm: FromQuery[str] = "") -> Response[str]:
    """Return the page on which a party is entered."""
    with visit.reading() as work:
        found = looking_through.firm(work, firm, Step.CHAIN_EDIT)
    return _form(visit, NEW, {"firm": found.id, "party": "", "name": found.name})


@post("/chain/parties/new", opt=needs(Step.CHAIN_EDIT), status_code=HTTPStatus.OK, sync_to_thread=True)
def add(visit: NamedDependency[Visit], form: NamedDependency[FormMultiDict]) -> Response[str] | Redirect:
    """Enter a party."""
    typed = typed_about(form)
    try:
        with visit.writing() as work:
            found = looking_through.firm(work, words_of(form, "firm"), Step.CHAIN_EDIT)
            one = chain.add(work, found.id, about_of(typed))
    except Unfit as error:
        facts = {"firm": words_of(form, "firm"), "party": "", "name": ""}
        return _form(visit, typed, facts, faults_at(told_of(error.problems, visit.language)))
    return to(f"/chain/parties/{one.id}")


@get("/chain/parties/{identifier:str}", opt=needs(Step.CHAIN_SEE), sync_to_thread=True)
def one(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return a party with all that is known of it."""
    return _party(visit, identifier)


@get("/chain/parties/{identifier:str}/edit", opt=needs(Step.CHAIN_EDIT), sync_to_thread=True)
def edit(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the page on which a party is changed."""
    with visit.reading() as work:
        found = chain.party_of(work, identifier, Step.CHAIN_EDIT)
    return _form(visit, shown_about(found.about, visit.told), _facts(found))


@post(
    "/chain/parties/{identifier:str}/edit", opt=needs(Step.CHAIN_EDIT), status_code=HTTPStatus.OK, sync_to_thread=True
)
def save(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Keep what is said of a party; who was slower sees both, and nothing typed is lost."""
    typed = typed_about(form)
    revision = revision_of(form)
    try:
        with visit.writing() as work:
            chain.change(work, identifier, about_of(typed), revision)
    except Unfit as error:
        with visit.reading() as work:
            found = chain.party_of(work, identifier, Step.CHAIN_EDIT)
        facts = _facts(found) | {"revision": revision}
        return _form(visit, typed, facts, faults_at(told_of(error.problems, visit.language)))
    except WrongMoment:
        return _conflict(visit, identifier, typed)
    return to(f"/chain/parties/{identifier}")


@post(
    "/chain/parties/{identifier:str}/retire", opt=needs(Step.CHAIN_EDIT), status_code=HTTPStatus.OK, sync_to_thread=True
)
def retire(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Take a party out of use; its links end, all else stays."""
    with visit.writing() as work:
        chain.retire(work, identifier, revision_of(form))
    return to(f"/chain/parties/{identifier}")


@post(
    "/chain/parties/{identifier:str}/restore",
    opt=needs(Step.CHAIN_EDIT),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def restore(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Take a party back into use."""
    with visit.writing() as work:
        chain.restore(work, identifier, revision_of(form))
    return to(f"/chain/parties/{identifier}")


def _party(visit: Visit, identifier: str) -> Response[str]:
    with visit.reading() as work:
        entry = chain.entry(work, identifier)
        party = entry.party
        seen = asking.asking(work, identifier).seen
        names = _names(work, entry)
        by = (*(each.by for each in entry.changes), *(each.by for each in entry.merges))
        people = view.who(work, (party.created_by, *by))
        us = organisations.load(work.connection, party.organisation).name
        partner = organisations.load(work.connection, party.partner).name if party.partner else ""
    said = shown(seen, visit.told)
    subject = Subject(organisation=party.organisation)
    facts = {
        "one": party,
        "firm": us,
        "roles": view.roles(party.about.roles, visit.language),
        "countries": dict(view.country_options(visit.language)),
        "regions": regions(visit.language),
        "buyers": [
            _link(visit, each, each.buyer or FIRM, names) for each in entry.links if each.supplier == identifier
        ],
        "suppliers": [_link(visit, each, each.supplier, names) for each in entry.links if each.buyer == identifier],
        "seen": seen,
        "told": _told(seen, visit),
        "basis": said.basis if said else (),
        "partner": partner,
        "known": view.known(seen, visit),
        "columns": [Column(label=visit.told(f"chain.{name}")) for name in ("indicator", "level")],
        "changes": entry.changes,
        "merges": entry.merges,
        "names": names,
        "people": people,
        "can_edit": may(visit.actor, Step.CHAIN_EDIT, subject),
        "can_ask": may(visit.actor, Step.PARTNER_ASK, subject),
        "can_screen": may(visit.actor, Step.SCREENING_WORK, subject),
    }
    return visit.page("chain/party.html", facts)


def _names(work: Work, entry: Entry) -> dict[str, str]:
    """Return what the parties are called that a party is linked to or was merged with."""
    ends = {end for each in entry.links for end in (each.supplier, each.buyer) if end}
    ends |= {end for each in entry.merges for end in (each.kept, each.gone)}
    ends |= {entry.party.merged_into} - {None} if entry.party.merged_into else set()
    return {end: parties.load(work.connection, end).about.name for end in ends if end}


def _link(visit: Visit, one: SupplyLink, other: str, names: dict[str, str]) -> dict[str, object]:
    return {
        "id": one.id,
        "party": other,
        "name": view.name_of(other, names, visit),
        "goods": one.terms.goods,
        "work": one.terms.work,
        "shares": view.shares(one.terms, visit.told),
        "heads": one.terms.heads,
        "months": one.terms.months,
    }


def _told(seen: Seen | None, visit: Visit) -> dict[str, object] | None:
    """Return what came of a party's answers as far as it lets the firm see them."""
    if seen is None or seen.told is None:
        return None
    came, language = seen.told, visit.language
    names, words = indicators(language), levels(language)
    return {
        "on": came.on,
        "band": bands(language)[came.band],
        "highest": bands(language)[came.highest_band],
        "low": round(came.low),
        "high": round(came.high),
        "coverage": visit.told.percent(came.coverage),
        "note": say(came.note, language) if came.note else "",
        "indicators": [
            (names[one.indicator], words[one.level] if one.assessed else visit.told("chain.not_assessed"))
            for one in came.indicators
            if one.indicator in names
        ],
    }


def _facts(found: Party) -> dict[str, object]:
    return {
        "firm": found.organisation,
        "party": found.id,
        "name": found.about.name,
        "revision": found.revision,
    }


def _form(
    visit: Visit, typed: dict[str, object], facts: Mapping[str, object], wrong: list[tuple[str, str]] | None = None
) -> Response[str]:
    given = {
        "revision": 0,
        "typed": typed,
        "roles": view.role_options(visit.language),
        "countries": view.country_options(visit.language),
        "regions": list(regions(visit.language).items()),
        "schemes": [(one, visit.told(f"chain.scheme_{one}")) for one in ("registry", "lei", "os_id", "gln")],
        "wrong": wrong or [],
        "conflict": None,
    }
    return visit.page("chain/edit.html", {**given, **facts}, wrong=wrong)


def _conflict(visit: Visit, identifier: str, typed: dict[str, object]) -> Response[str]:
    """Return what was typed beside what somebody else has said meanwhile; to save again is to decide."""
    with visit.reading() as work:
        entry = chain.entry(work, identifier)
        people = view.who(work, (each.by for each in entry.changes[:1]))
    found = entry.party
    last = entry.changes[0] if entry.changes else None
    now = shown_about(found.about, visit.told)
    differing = [(visit.told(f"chain.field_{name}"), _plain(now[name])) for name in now if now[name] != typed.get(name)]
    conflict = {
        "by": people.get(last.by, "") if last else "",
        "at": last.at if last else found.changed,
        "differing": differing,
    }
    wrong = [("name", visit.told("chain.conflict"))]
    facts = _facts(found) | {"conflict": conflict}
    page = _form(visit, typed, facts, wrong)
    page.status_code = HTTPStatus.CONFLICT
    return page


def _plain(value: object) -> str:
    """Return a field of the form as words."""
    match value:
        case list() | tuple():
            return "; ".join(filter(None, map(_plain, value)))
        case dict():
            return ", ".join(str(part) for part in value.values() if part)
    return str(value)


def revision_of(form: FormMultiDict) -> int:
    """Return the revision that a form was filled in at; -1, which is none, for anything else."""
    words = words_of(form, "revision")
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 10 else -1  # noqa: PLR2004  digits


ROUTES = (new, add, one, edit, save, retire, restore)
