"""The people of an organisation: invited, given a new password on paper, and their roles ended."""

from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import needs
from api.form import all_of, options, told_of, words_of
from api.visit import Visit, to
from duediligence.access import Step, may
from duediligence.accounts.invitation import Issued, Wanted
from duediligence.accounts.reset import CODE_LASTS
from duediligence.errors import NotFound, Unfit
from duediligence.organisation import ROLES, Membership, Organisation, Role
from duediligence.reports.qr import qr
from duediligence.store import organisation as organisations
from duediligence.workflow import organising
from duediligence.workflow.organising import sections


@get("/organisations/{identifier:str}/people/invite", opt=needs(Step.MEMBER_INVITE), sync_to_thread=True)
def inviting(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the page on which somebody is invited."""
    with visit.reading() as work:
        organising.look_after(work, Step.MEMBER_INVITE, identifier)
        found = organisations.load(work.connection, identifier)
    return _inviting(visit, found, {}, (), ())


@post(
    "/organisations/{identifier:str}/people/invite",
    opt=needs(Step.MEMBER_INVITE),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def invite(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str]:
    """Return a new invitation as a card: link, picture and code, which are shown this once."""
    typed = {name: words_of(form, name) for name in ("role", "email")}
    chosen = tuple(one for one in all_of(form, "sections") if one in sections())
    role = next((one for one in Role if one == typed["role"]), None)
    with visit.reading() as work:
        organising.look_after(work, Step.MEMBER_INVITE, identifier)
        found = organisations.load(work.connection, identifier)
    if role is None:
        return _inviting(visit, found, typed, chosen, [("role", visit.told("organisations.role_needed"))])
    wanted = Wanted(organisation=identifier, role=role, sections=chosen, email=typed["email"])
    try:
        with visit.writing() as work:
            issued = organising.invite(work, visit.installation.key, wanted)
    except Unfit as error:
        return _inviting(visit, found, typed, chosen, told_of(error.problems, visit.language))
    return invitation_card(visit, issued, found)


@post(
    "/organisations/{identifier:str}/invitations/{invitation:str}/withdraw",
    opt=needs(Step.MEMBER_INVITE),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def withdraw(visit: NamedDependency[Visit], identifier: FromPath[str], invitation: FromPath[str]) -> Redirect:
    """Take an invitation back."""
    with visit.writing() as work:
        organising.withdraw(work, identifier, invitation)
    return to(f"/organisations/{identifier}")


@get("/organisations/{identifier:str}/people/{person:str}", opt=needs(Step.MEMBER_END), sync_to_thread=True)
def member(visit: NamedDependency[Visit], identifier: FromPath[str], person: FromPath[str]) -> Response[str]:
    """Return one person of an organisation, and what can be done for them."""
    return _member(visit, identifier, person, ())


@post(
    "/organisations/{identifier:str}/people/{person:str}/end",
    opt=needs(Step.MEMBER_END),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def end_role(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    person: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[str] | Redirect:
    """End one role of a person."""
    role = next((one for one in Role if one == words_of(form, "role")), None)
    if role is None:
        raise NotFound("There is no such role.")
    try:
        with visit.writing() as work:
            organising.end_role(work, person, Membership(organisation=identifier, role=role))
    except Unfit as error:
        return _member(visit, identifier, person, told_of(error.problems, visit.language))
    return to("/" if person == visit.actor.person else f"/organisations/{identifier}")


@post(
    "/organisations/{identifier:str}/people/{person:str}/code",
    opt=needs(Step.MEMBER_END),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def print_code(visit: NamedDependency[Visit], identifier: FromPath[str], person: FromPath[str]) -> Response[str]:
    """Return a card with a code by which somebody chooses a new password; it is shown this once."""
    with visit.writing() as work:
        code = organising.print_code(work, identifier, person)
        name = organising.member(work, identifier, person)[0].person.name
    facts = {
        "what": "reset",
        "name": name,
        "role": "",
        "email": "",
        "code": code,
        "until": visit.now + CODE_LASTS,
        "back": f"/organisations/{identifier}/people/{person}",
    }
    return card(visit, facts, f"/reset/{code}")


@post(
    "/organisations/{identifier:str}/people/{person:str}/second-factor",
    opt=needs(Step.ADMINISTER),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def remove_proofs(visit: NamedDependency[Visit], identifier: FromPath[str], person: FromPath[str]) -> Redirect:
    """Take the second factor and the passkeys of somebody away who lost them."""
    with visit.writing() as work:
        organising.remove_proofs(work, identifier, person)
    return to(f"/organisations/{identifier}/people/{person}")


def invitation_card(visit: Visit, issued: Issued, place: Organisation) -> Response[str]:
    """Return an invitation to hand over: as a link, as a picture, and as a code on paper."""
    one = issued.invitation
    facts = {
        "what": "invitation",
        "name": place.name,
        "role": one.role,
        "email": one.email,
        "code": issued.code,
        "until": one.expires,
        "back": f"/organisations/{place.id}",
    }
    return card(visit, facts, f"/invitation/{issued.code}")


def card(visit: Visit, facts: dict[str, object], path: str) -> Response[str]:
    """Return a card to print, with the address to which it leads."""
    address = visit.installation.settings.address
    return visit.page(
        "organisations/card.html",
        facts
        | {"address": address + path, "typed_at": address + path.rpartition("/")[0], "picture": qr(address + path)},
    )


def _inviting(
    visit: Visit, found: Organisation, typed: dict[str, str], chosen: tuple[str, ...], wrong: object
) -> Response[str]:
    facts = {
        "one": found,
        "roles": ROLES[found.kind],
        "sections": options(sections(), visit.language) if Role.RESPONDENT in ROLES[found.kind] else [],
        "chosen": chosen,
        "typed": {"role": "", "email": ""} | typed,
        "wrong": wrong,
    }
    return visit.page("organisations/invite.html", facts, wrong=wrong)


def _member(visit: Visit, organisation: str, person: str, wrong: object) -> Response[str]:
    with visit.reading() as work:
        roles = organising.member(work, organisation, person)
        place = organisations.load(work.connection, organisation)
    facts = {
        "place": place,
        "one": roles[0].person,
        "roles": roles,
        "sections": dict(options(sections(), visit.language)),
        "administers": may(visit.actor, Step.ADMINISTER),
        "oneself": person == visit.actor.person,
        "wrong": wrong,
    }
    return visit.page("organisations/person.html", facts, wrong=wrong)


ROUTES = (inviting, invite, withdraw, member, end_role, print_code, remove_proofs)
