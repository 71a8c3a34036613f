"""One's own organisations: their sites, and where programs are told that something changed."""

from http import HTTPStatus

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import RawBody

from api.auth import needs, signed_in
from api.v1.contract import Identifier, once, repeatable, taken, takes
from api.visit import Visit
from duediligence.access import Step
from duediligence.organisation import Organisation, Site
from duediligence.webhook import Webhook
from duediligence.workflow import calling, organising
from duediligence.workflow.calling import Made, Wanted
from duediligence.workflow.work import Work


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organisation with its sites."""

    organisation: Organisation
    sites: tuple[Site, ...]


class Placed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place of work."""

    name: str
    region: str  # ISO 3166-2


@get("/organisations", opt=signed_in(), sync_to_thread=True)
def organisations(visit: NamedDependency[Visit]) -> tuple[Organisation, ...]:
    """Return the organisations one has a role in, by name."""
    with visit.reading() as work:
        return organising.mine(work)


@get("/organisations/{identifier:str}", opt=needs(Step.ORGANISATION_SEE), sync_to_thread=True)
def organisation(visit: NamedDependency[Visit], identifier: Identifier) -> Place:
    """Return an organisation with its sites."""
    with visit.reading() as work:
        found = organising.place(work, identifier)
    return Place(organisation=found.organisation, sites=found.sites)


@post(
    "/organisations/{identifier:str}/sites",
    opt=needs(Step.ORGANISATION_EDIT) | takes(Placed) | repeatable(),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def add_site(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[Site]:
    """Add a site to a firm."""
    wanted = taken(visit, body, Placed)

    def make(work: Work) -> Response[Site]:
        one = organising.add_site(work, identifier, wanted.name, wanted.region)
        return Response(one, status_code=HTTPStatus.CREATED)

    return once(visit, wanted, make)


@put(
    "/organisations/{identifier:str}/sites/{site:str}",
    opt=needs(Step.ORGANISATION_EDIT) | takes(Placed),
    sync_to_thread=True,
)
def edit_site(visit: NamedDependency[Visit], identifier: Identifier, site: Identifier, body: RawBody) -> Site:
    """Change the name or the region of a site."""
    wanted = taken(visit, body, Placed)
    with visit.writing() as work:
        return organising.edit_site(work, identifier, site, wanted.name, wanted.region)


@get("/organisations/{identifier:str}/webhooks", opt=needs(Step.ORGANISATION_EDIT), sync_to_thread=True)
def webhooks(visit: NamedDependency[Visit], identifier: Identifier) -> tuple[Webhook, ...]:
    """Return the addresses that are called when something changes, the newest first."""
    with visit.reading() as work:
        return calling.webhooks(work, identifier)


# Not repeatable: the secret is shown once, and what is answered to a repeated request would be kept.
@post(
    "/organisations/{identifier:str}/webhooks",
    opt=needs(Step.ORGANISATION_EDIT) | takes(Wanted),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def add_webhook(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Made:
    """Have an address called when something changes; the secret that signs each call is shown this once."""
    wanted = taken(visit, body, Wanted)
    with visit.writing() as work:
        return calling.register(work, visit.installation.key, identifier, wanted)


@delete(
    "/organisations/{identifier:str}/webhooks/{webhook:str}",
    opt=needs(Step.ORGANISATION_EDIT),
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
)
def end_webhook(visit: NamedDependency[Visit], identifier: Identifier, webhook: Identifier) -> None:
    """Have an address not called any more."""
    with visit.writing() as work:
        calling.end(work, identifier, webhook)


ROUTES = (organisations, organisation, add_site, edit_site, webhooks, add_webhook, end_webhook)
