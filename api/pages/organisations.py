"""An organisation as its own people see it: what it is, its sites, and who belongs to it."""

from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import needs
from api.form import options, told_of, words_of
from api.visit import Visit, to
from duediligence.access import Step, may
from duediligence.errors import NotFound, Unfit
from duediligence.organisation import Kind, Organisation, Person
from duediligence.store import organisation as organisations
from duediligence.store.person import Member
from duediligence.workflow import organising
from duediligence.workflow.organising import About, regions, sectors
from questionnaires.text import say


@get("/organisations", opt=needs(Step.ORGANISATION_SEE), sync_to_thread=True)
def mine(visit: NamedDependency[Visit]) -> Response[str] | Redirect:
    """Return the organisations of whoever asks; to whoever has just one, that one."""
    with visit.reading() as work:
        found = organising.mine(work)
    if len(found) == 1:
        return to(f"/organisations/{found[0].id}")
    return visit.page("organisations/list.html", {"rows": found})


@get("/organisations/{identifier:str}", opt=needs(Step.ORGANISATION_SEE), sync_to_thread=True)
def one(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return an organisation with its people, open invitations and sites."""
    with visit.reading() as work:
        place = organising.place(work, identifier)
    firm = place.organisation
    facts = {
        "place": place,
        "people": _by_person(place.members),
        "sector": say(sectors()[firm.sector], visit.language) if firm.sector in sectors() else "",
        "region": say(regions()[firm.region], visit.language) if firm.region in regions() else "",
        "regions": {code: say(name, visit.language) for code, name in regions().items()},
        "administers": may(visit.actor, Step.ADMINISTER),
    }
    return visit.page("organisations/one.html", facts)


@get("/organisations/{identifier:str}/edit", opt=needs(Step.ORGANISATION_EDIT), sync_to_thread=True)
def edit(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the page on which an organisation is changed."""
    with visit.reading() as work:
        organising.look_after(work, Step.ORGANISATION_EDIT, identifier)
        found = organisations.load(work.connection, identifier)
    state_body = "yes" if found.state_body else "no"
    typed = {"name": found.name, "sector": found.sector, "region": found.region, "state_body": state_body}
    return _editing(visit, found, typed, ())


@post(
    "/organisations/{identifier:str}/edit",
    opt=needs(Step.ORGANISATION_EDIT),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def save(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Keep what an organisation is called, what it does and where."""
    typed = {name: words_of(form, name) for name in ("name", "sector", "region", "state_body")}
    try:
        with visit.writing() as work:
            organising.edit(work, identifier, about(typed))
    except Unfit as error:
        with visit.reading() as work:
            found = organisations.load(work.connection, identifier)
        return _editing(visit, found, typed, told_of(error.problems, visit.language))
    return to(f"/organisations/{identifier}")


@get("/organisations/{identifier:str}/sites/new", opt=needs(Step.ORGANISATION_EDIT), sync_to_thread=True)
def new_site(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the page on which a site is added."""
    with visit.reading() as work:
        organising.look_after(work, Step.ORGANISATION_EDIT, identifier)
        found = organisations.load(work.connection, identifier)
    if found.kind is not Kind.FIRM:
        raise NotFound("Only firms have sites.")
    return _site(visit, identifier, "", {"name": "", "region": found.region}, ())


@post(
    "/organisations/{identifier:str}/sites/new",
    opt=needs(Step.ORGANISATION_EDIT),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def add_site(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Add a site."""
    typed = {name: words_of(form, name) for name in ("name", "region")}
    try:
        with visit.writing() as work:
            organising.add_site(work, identifier, typed["name"], typed["region"])
    except Unfit as error:
        return _site(visit, identifier, "", typed, told_of(error.problems, visit.language))
    return to(f"/organisations/{identifier}#sites")


@get("/organisations/{identifier:str}/sites/{site:str}", opt=needs(Step.ORGANISATION_EDIT), sync_to_thread=True)
def site(visit: NamedDependency[Visit], identifier: FromPath[str], site: FromPath[str]) -> Response[str]:
    """Return the page on which a site is changed."""
    with visit.reading() as work:
        organising.look_after(work, Step.ORGANISATION_EDIT, identifier)
        found = organising.site_of(work, identifier, site)
    return _site(visit, identifier, found.id, {"name": found.name, "region": found.region}, ())


@post(
    "/organisations/{identifier:str}/sites/{site:str}",
    opt=needs(Step.ORGANISATION_EDIT),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def save_site(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    site: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[str] | Redirect:
    """Keep what a site is called and where it lies."""
    typed = {name: words_of(form, name) for name in ("name", "region")}
    try:
        with visit.writing() as work:
            organising.edit_site(work, identifier, site, typed["name"], typed["region"])
    except Unfit as error:
        return _site(visit, identifier, site, typed, told_of(error.problems, visit.language))
    return to(f"/organisations/{identifier}#sites")


def about(typed: dict[str, str]) -> About:
    """Return what was typed of an organisation; whether it belongs to the state only where that was asked."""
    return About(
        name=typed["name"],
        sector=typed["sector"],
        region=typed["region"],
        state_body={"yes": True, "no": False}.get(typed["state_body"]),
    )


def _by_person(members: tuple[Member, ...]) -> list[tuple[Person, list[Member]]]:
    found: dict[str, list[Member]] = {}
    for member in members:
        found.setdefault(member.person.id, []).append(member)
    return [(roles[0].person, roles) for roles in found.values()]


def _editing(visit: Visit, found: Organisation, typed: dict[str, str], wrong: object) -> Response[str]:
    facts = {
        "one": found,
        "typed": typed,
        "sectors": options(sectors(), visit.language),
        "regions": options(regions(), visit.language),
        "administers": may(visit.actor, Step.ADMINISTER),
        "wrong": wrong,
    }
    return visit.page("organisations/edit.html", facts, wrong=wrong)


def _site(visit: Visit, organisation: str, site: str, typed: dict[str, str], wrong: object) -> Response[str]:
    facts = {
        "organisation": organisation,
        "site": site,
        "typed": typed,
        "regions": options(regions(), visit.language),
        "wrong": wrong,
    }
    return visit.page("organisations/site.html", facts, wrong=wrong)


ROUTES = (mine, one, edit, save, new_site, add_site, site, save_site)
