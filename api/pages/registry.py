"""All organisations, as an administrator sees them, and the firms that ask to take part."""

from http import HTTPStatus
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.auth import needs
from api.form import options, told_of, words_of
from api.pages.organisations import about
from api.pages.people import invitation_card
from api.part import Link
from api.visit import Visit, to
from duediligence.access import Step
from duediligence.accounts import invitation
from duediligence.errors import Unfit
from duediligence.organisation import Kind
from duediligence.store import invitation as invitations
from duediligence.store import organisation as organisations
from duediligence.workflow import organising
from duediligence.workflow.organising import regions, sectors
from questionnaires.text import say

PAGE = 25
"""Rows of a list at a time."""

_REQUESTS = 50
_TYPED = ("kind", "name", "sector", "region", "state_body")


@get("/administration/organisations", opt=needs(Step.ADMINISTER), sync_to_thread=True)
def every(
    visit: NamedDependency[Visit],
    kind: FromQuery[str] = "",
    words: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[str]:
    """Return all organisations, the newest first, and the requests that wait."""
    wanted = next((one for one in Kind if one == kind), None)
    with visit.reading() as work:
        found = organisations.listed(work.connection, limit=PAGE + 1, kind=wanted, words=words.strip(), after=after)
        waiting = organising.requests(work, limit=_REQUESTS)
    rows = found[:PAGE]
    chosen = {"kind": wanted or "", "words": words}
    later = f"?{urlencode(chosen | {'after': rows[-1].id})}" if len(found) > PAGE else ""
    facts: dict[str, object] = {
        "rows": rows,
        "waiting": waiting,
        "tabs": [
            Link(
                label=visit.told(f"organisations.kind_{one or 'any'}"),
                address=f"?{urlencode({'kind': one, 'words': words})}",
                current=one == chosen["kind"],
            )
            for one in ("", *Kind)
        ],
        "regions": dict(options(regions(), visit.language)),
        "later": later,
        "first": f"?{urlencode(chosen)}" if after else "",
    }
    return visit.page("organisations/all.html", facts | chosen)


@get("/administration/organisations/new", opt=needs(Step.ADMINISTER), sync_to_thread=True)
def new(visit: NamedDependency[Visit]) -> Response[str]:
    """Return the page on which an organisation is made."""
    return _new(visit, {"kind": Kind.FIRM, "state_body": "no"}, ())


@post("/administration/organisations/new", opt=needs(Step.ADMINISTER), status_code=HTTPStatus.OK, sync_to_thread=True)
def found(visit: NamedDependency[Visit], form: NamedDependency[FormMultiDict]) -> Response[str] | Redirect:
    """Make an organisation and lead to the page on which its first person is invited."""
    typed = {name: words_of(form, name) for name in _TYPED}
    kind = next((one for one in Kind if one == typed["kind"]), Kind.FIRM)
    try:
        with visit.writing() as work:
            one = organising.found(work, kind, about(typed))
    except Unfit as error:
        return _new(visit, typed, told_of(error.problems, visit.language))
    return to(f"/organisations/{one.id}/people/invite")


@get("/administration/organisations/requests/{identifier:str}", opt=needs(Step.ADMINISTER), sync_to_thread=True)
def request_to_join(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the request of a firm to take part."""
    with visit.reading() as work:
        one = invitations.load_request(work.connection, identifier)
        same = organisations.listed(work.connection, limit=5, words=one.organisation_name.strip())
    facts = {
        "one": one,
        "same": same,
        "sector": say(sectors()[one.sector], visit.language) if one.sector in sectors() else "",
        "region": say(regions()[one.region], visit.language) if one.region in regions() else "",
    }
    return visit.page("organisations/request.html", facts)


@post(
    "/administration/organisations/requests/{identifier:str}/accept",
    opt=needs(Step.ADMINISTER),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def admit(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Make the firm that asked an organisation, and return the invitation of whoever asked."""
    with visit.writing() as work:
        issued = organising.admit(work, visit.installation.key, identifier)
        place = organisations.load(work.connection, issued.invitation.organisation)
    return invitation_card(visit, issued, place)


@post(
    "/administration/organisations/requests/{identifier:str}/decline",
    opt=needs(Step.ADMINISTER),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def decline(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Redirect:
    """Decline the request of a firm."""
    with visit.writing() as work:
        invitation.decline(work.connection, visit.actor, identifier, visit.now)
    return to("/administration/organisations")


@post(
    "/administration/organisations/{identifier:str}/close",
    opt=needs(Step.ADMINISTER),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def close(visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]) -> Redirect:
    """Take an organisation out of use, or back into use."""
    with visit.writing() as work:
        organising.close(work, identifier, closed=words_of(form, "closed") == "yes")
    return to(f"/organisations/{identifier}")


def _new(visit: Visit, typed: dict[str, str], wrong: object) -> Response[str]:
    facts = {
        "typed": dict.fromkeys(_TYPED, "") | typed,
        "kinds": tuple(Kind),
        "sectors": options(sectors(), visit.language),
        "regions": options(regions(), visit.language),
        "wrong": wrong,
    }
    return visit.page("organisations/new.html", facts, wrong=wrong)


ROUTES = (every, new, found, request_to_join, admit, decline, close)
