"""Who supplies whom, and which entries are one: links entered and changed, entries merged and split."""

from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.auth import needs
from api.form import told_of, words_of
from api.pages import chain_view as view
from api.pages.chain_form import Typed, shown_terms, terms_of, typed_terms
from api.pages.chain_party import revision_of
from api.visit import Visit, to
from duediligence.access import Step
from duediligence.chain.exposure import FIRM
from duediligence.chain.matching import compared
from duediligence.chain.party import Party, Terms, joined
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.store import supply
from duediligence.workflow import chain, chain_merging, looking_through
from duediligence.workflow.work import Work
from questionnaires.text import say

_UP, _DOWN = "up", "down"
"""Whether the other end of a new link supplies the party, or is supplied by it."""


@get("/chain/parties/{identifier:str}/links/new", opt=needs(Step.CHAIN_EDIT), sync_to_thread=True)
def new(visit: NamedDependency[Visit], identifier: FromPath[str], way: FromQuery[str] = _DOWN) -> Response[str]:
    """Return the page on which a link of a party is entered."""
    typed = shown_terms(Terms(), visit.told) | {"other": "", "way": way}
    return _new(visit, identifier, typed)


@post(
    "/chain/parties/{identifier:str}/links/new",
    opt=needs(Step.CHAIN_EDIT),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def add(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Enter that a party supplies another one or the firm, or is supplied by another one."""
    typed = typed_terms(form) | {"other": words_of(form, "other"), "way": words_of(form, "way")}
    other = typed["other"]
    if not other or (other == _US and typed["way"] == _UP):
        return _new(visit, identifier, typed, [("other", visit.told("chain.other_needed"))])
    supplier, buyer = (other, identifier) if typed["way"] == _UP else (identifier, None if other == _US else other)
    try:
        with visit.writing() as work:
            chain.link(work, supplier, buyer, terms_of(typed))
    except Unfit as error:
        return _new(visit, identifier, typed, _told(error, visit))
    return to(f"/chain/parties/{identifier}#links")


@get("/chain/links/{identifier:str}", opt=needs(Step.CHAIN_EDIT), sync_to_thread=True)
def edit(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the page on which what a link carries is changed."""
    with visit.reading() as work:
        one = supply.load(work.connection, identifier)
        chain.party_of(work, one.supplier, Step.CHAIN_EDIT)
    return _edit(visit, identifier, shown_terms(one.terms, visit.told))


@post("/chain/links/{identifier:str}", opt=needs(Step.CHAIN_EDIT), status_code=HTTPStatus.OK, sync_to_thread=True)
def save(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Keep what a link carries, or end it; who was slower is shown what it carries now."""
    typed = typed_terms(form)
    try:
        with visit.writing() as work:
            if words_of(form, "do") == "end":
                after = chain.end_link(work, identifier, revision_of(form))
            else:
                after = chain.change_link(work, identifier, terms_of(typed), revision_of(form))
    except Unfit as error:
        return _edit(visit, identifier, typed, _told(error, visit))
    except WrongMoment:
        page = _edit(visit, identifier, typed, [("goods", visit.told("chain.link_conflict"))], conflict=True)
        page.status_code = HTTPStatus.CONFLICT
        return page
    return to(f"/chain/parties/{after.supplier}#links")


@get("/chain/parties/{identifier:str}/merge", opt=needs(Step.CHAIN_EDIT), sync_to_thread=True)
def before_merging(
    visit: NamedDependency[Visit], identifier: FromPath[str], other: FromQuery[str] = ""
) -> Response[str]:
    """Return what would become of two entries if they were made one; without the other one, the choice of it."""
    with visit.reading() as work:
        kept = chain.party_of(work, identifier, Step.CHAIN_EDIT)
        if not other:
            return visit.page("chain/merge_with.html", {"one": kept, "others": _others(work, kept)})
        gone = chain.party_of(work, other, Step.CHAIN_EDIT)
        links = supply.of_parties(work.connection, (gone.id,))
    if kept.organisation != gone.organisation or kept.id == gone.id:
        raise NotFound("There is no such partner.")
    found = compared(kept.about, gone.id, gone.about)
    facts = {
        "kept": kept,
        "gone": gone,
        "after": joined(kept.about, gone.about),
        "roles": view.roles(joined(kept.about, gone.about).roles, visit.language),
        "links": len(links),
        "reasons": [say(one.told(), visit.language) for one in found.reasons],
    }
    return visit.page("chain/merge.html", facts)


@post(
    "/chain/parties/{identifier:str}/merge", opt=needs(Step.CHAIN_EDIT), status_code=HTTPStatus.OK, sync_to_thread=True
)
def merge(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Make two entries one; the one of the address stays."""
    with visit.writing() as work:
        chain_merging.merge(work, identifier, words_of(form, "other"))
    return to(f"/chain/parties/{identifier}")


@post(
    "/chain/merges/{identifier:str}/split", opt=needs(Step.CHAIN_EDIT), status_code=HTTPStatus.OK, sync_to_thread=True
)
def split(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str] | Redirect:
    """Have two merged entries back as they were."""
    with visit.writing() as work:
        kept, _ = chain_merging.split(work, identifier)
    return to(f"/chain/parties/{kept.id}")


_US = "us"


def _others(work: Work, one: Party) -> list[tuple[str, str]]:
    """Return id and name of all other parties of a register."""
    whole = looking_through.register(work, one.organisation).parties
    return [(identifier, about.name) for identifier, about in whole.items() if identifier != one.id]


def _new(visit: Visit, identifier: str, typed: Typed, wrong: list[tuple[str, str]] | None = None) -> Response[str]:
    with visit.reading() as work:
        one = chain.party_of(work, identifier, Step.CHAIN_EDIT)
        others = _others(work, one)
    if typed["way"] != _UP:
        others = [(_US, visit.told("chain.you")), *others]
    facts = {"one": one, "others": others, "typed": typed, "wrong": wrong or []}
    return visit.page("chain/link_new.html", facts, wrong=wrong)


def _edit(
    visit: Visit, identifier: str, typed: Typed, wrong: list[tuple[str, str]] | None = None, *, conflict: bool = False
) -> Response[str]:
    with visit.reading() as work:
        one = supply.load(work.connection, identifier)
        supplier = chain.party_of(work, one.supplier, Step.CHAIN_EDIT)
        buyer = chain.party_of(work, one.buyer, Step.CHAIN_EDIT).about.name if one.buyer else ""
    names = {one.supplier: supplier.about.name, one.buyer or FIRM: buyer}
    now = shown_terms(one.terms, visit.told)
    facts = {
        "one": one,
        "supplier": supplier,
        "buyer": view.name_of(one.buyer or FIRM, names, visit),
        "typed": typed,
        "now": [(visit.told(f"chain.field_{name}"), now[name]) for name in now if now[name] != typed[name]]
        if conflict
        else [],
        "wrong": wrong or [],
    }
    return visit.page("chain/link.html", facts, wrong=wrong)


def _told(error: Unfit, visit: Visit) -> list[tuple[str, str]]:
    """Return what does not fit with the ids of the fields of the form."""
    places = {"buyer": "other", "supplier": "other"}
    return [(places.get(where, where), words) for where, words in told_of(error.problems, visit.language)]


ROUTES = (new, add, edit, save, before_merging, merge, split)
