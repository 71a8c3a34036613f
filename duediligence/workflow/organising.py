"""An organisation looks after itself: its name, its sites and its people; an administrator after all of them.

Whoever leads an organisation may do all of this in it. An administrator may do it
anywhere, and therefore shows a second factor first.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import msgspec

from duediligence import mail
from duediligence.access import Step, Subject, may
from duediligence.accounts import invitation, reset
from duediligence.accounts.invitation import LONGEST_NAME, Issued, Wanted
from duediligence.accounts.session import without_administration
from duediligence.assessment import MODEL, codebook
from duediligence.database import new_id
from duediligence.errors import NotAllowed, NotFound, Unfit
from duediligence.key import Key
from duediligence.organisation import Kind, Membership, Organisation, Role, Site
from duediligence.store import invitation as invitations
from duediligence.store import organisation as organisations
from duediligence.store import person as people
from duediligence.store import second_factor as proofs
from duediligence.store.invitation import Invitation, JoinRequest
from duediligence.store.person import Member
from duediligence.words import problem
from duediligence.workflow.work import Work
from questionnaires.problem import Problem
from questionnaires.questionnaire import SelectOne
from questionnaires.text import Text
from risk_models import catalogue, reference

_IN_CHARGE = (Role.COMPANY_LEAD, Role.LEAD_AUDITOR, Role.ADMINISTRATOR)


class Place(NamedTuple):
    """An organisation as the actor may see it."""

    organisation: Organisation
    sites: tuple[Site, ...]
    members: tuple[Member, ...]
    invitations: tuple[Invitation, ...]  # those still open; none for whoever may not invite
    edits: bool  # whether the actor may change name and sites
    invites: bool  # whether the actor may invite people and end roles


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of an organisation."""

    name: str
    sector: str = ""  # of a firm
    region: str = ""  # of a firm
    state_body: bool | None = None  # None leaves it as it is; only an administrator says


@cache
def sectors() -> dict[str, Text]:
    """Return the sectors of firms by id: the choices of the question on them."""
    rules = catalogue.load(*MODEL)
    book = codebook(rules.questionnaire, rules.questionnaire_version)
    question = book.questions[book.row["pro.sector"]]
    return {one.id: one.label for one in question.choices} if isinstance(question, SelectOne) else {}


@cache
def regions() -> dict[str, Text]:
    """Return the velayats and cities by code."""
    return {one.code: one.name for one in reference.regions()}


@cache
def sections() -> dict[str, Text]:
    """Return the parts of the questionnaire by id, which a respondent can be given."""
    rules = catalogue.load(*MODEL)
    form = codebook(rules.questionnaire, rules.questionnaire_version).questionnaire
    return {one.id: one.title for one in form.sections}


def mine(work: Work) -> tuple[Organisation, ...]:
    """Return the organisations the actor has a role in, by name."""
    return organisations.load_many(work.connection, tuple({one.organisation for one in work.actor.memberships}))


def place(work: Work, identifier: str) -> Place:
    """Return an organisation with its sites and people.

    Raises:
        NotFound: see `Work.allow`.
    """
    subject = Subject(organisation=identifier)
    work.allow(Step.ORGANISATION_SEE, subject)
    invites = may(work.actor, Step.MEMBER_INVITE, subject)
    waiting = invitations.of_organisation(work.connection, identifier) if invites else ()
    return Place(
        organisation=organisations.load(work.connection, identifier),
        sites=organisations.sites(work.connection, identifier),
        members=people.members(work.connection, identifier),
        invitations=tuple(one for one in waiting if not one.used and not one.withdrawn and one.expires > work.now),
        edits=may(work.actor, Step.ORGANISATION_EDIT, subject),
        invites=invites,
    )


def look_after(work: Work, step: Step, organisation: str) -> None:
    """Let pass whoever may take a step in an organisation: those who lead it, and an administrator who proved more.

    Raises:
        NotFound, NotAllowed, SecondFactorNeeded: see `Work.allow`.
    """
    subject = Subject(organisation=organisation)
    work.allow(step, subject)
    if not may(without_administration(work.actor), step, subject):
        work.allow(Step.ADMINISTER, subject)


def edit(work: Work, identifier: str, about: About) -> Organisation:
    """Return an organisation after its name, sector or region were changed.

    Raises:
        NotFound, NotAllowed, SecondFactorNeeded: see `Work.allow`.
        Unfit: something in it will not do.
    """
    look_after(work, Step.ORGANISATION_EDIT, identifier)
    if about.state_body is not None:
        work.allow(Step.ADMINISTER, Subject(organisation=identifier))
    before = organisations.load(work.connection, identifier)
    _refuse(_faults(before.kind, about))
    firm = before.kind is Kind.FIRM
    after = msgspec.structs.replace(
        before,
        name=about.name.strip(),
        sector=about.sector if firm else "",
        region=about.region if firm else "",
        state_body=before.state_body if about.state_body is None else about.state_body,
    )
    organisations.save(work.connection, after)
    work.record(Step.ORGANISATION_EDIT, identifier, {"state_body": after.state_body})
    return after


def found(work: Work, kind: Kind, about: About) -> Organisation:
    """Return a new organisation; an administrator makes it.

    Raises:
        NotFound, NotAllowed, SecondFactorNeeded: see `Work.allow`.
        Unfit: something in it will not do.
    """
    one = Organisation(
        id=new_id(),
        name=about.name.strip(),
        kind=kind,
        state_body=bool(about.state_body),
        sector=about.sector if kind is Kind.FIRM else "",
        region=about.region if kind is Kind.FIRM else "",
        created=work.now,
    )
    work.allow(Step.ADMINISTER, Subject(organisation=one.id))
    _refuse(_faults(kind, about))
    organisations.add(work.connection, one)
    work.record(Step.ADMINISTER, one.id, {"founded": kind})
    return one


def close(work: Work, identifier: str, *, closed: bool) -> None:
    """Take an organisation out of use, so that its roles count for nothing, or back into use.

    Raises:
        NotFound, SecondFactorNeeded: see `Work.allow`.
        NotAllowed: it runs the service, which would then be looked after by nobody.
    """
    work.allow(Step.ADMINISTER, Subject(organisation=identifier))
    one = organisations.load(work.connection, identifier)
    if one.kind is Kind.OPERATOR:
        raise NotAllowed("Whoever runs the service stays in use.")
    organisations.save(work.connection, msgspec.structs.replace(one, disabled=work.now if closed else None))
    work.record(Step.ADMINISTER, identifier, {"closed": closed})


def add_site(work: Work, organisation: str, name: str, region: str) -> Site:
    """Return a new site of a firm.

    Raises:
        NotFound, NotAllowed, SecondFactorNeeded: see `Work.allow`; only firms have sites.
        Unfit: name or region will not do.
    """
    look_after(work, Step.ORGANISATION_EDIT, organisation)
    if organisations.load(work.connection, organisation).kind is not Kind.FIRM:
        raise NotFound("Only firms have sites.")
    _refuse((*_faults_of_name(name), *_faults_of_region(region)))
    one = Site(id=new_id(), organisation=organisation, name=name.strip(), region=region, created=work.now)
    organisations.add_site(work.connection, one)
    work.record(Step.ORGANISATION_EDIT, organisation, {"site": one.id})
    return one


def edit_site(work: Work, organisation: str, site: str, name: str, region: str) -> Site:
    """Return a site after its name or region were changed.

    Raises:
        NotFound, NotAllowed, SecondFactorNeeded: see `Work.allow`; or the organisation has no such site.
        Unfit: name or region will not do.
    """
    look_after(work, Step.ORGANISATION_EDIT, organisation)
    one = site_of(work, organisation, site)
    _refuse((*_faults_of_name(name), *_faults_of_region(region)))
    one = msgspec.structs.replace(one, name=name.strip(), region=region)
    organisations.save_site(work.connection, one)
    work.record(Step.ORGANISATION_EDIT, organisation, {"site": site})
    return one


def site_of(work: Work, organisation: str, site: str) -> Site:
    """Return a site of an organisation.

    Raises:
        NotFound: see `Work.allow`; or the organisation has no such site.
    """
    work.allow(Step.ORGANISATION_SEE, Subject(organisation=organisation))
    one = organisations.load_site(work.connection, site)
    if one.organisation != organisation:
        raise NotFound("There is no such site here.")
    return one


def invite(work: Work, key: Key, wanted: Wanted) -> Issued:
    """Return a new invitation with its code, which is shown this once; where it names an address, a letter goes too.

    Raises:
        NotFound, NotAllowed, SecondFactorNeeded: see `Work.allow`.
        Unfit: such an organisation gives no such role, or the address is none.
    """
    look_after(work, Step.MEMBER_INVITE, wanted.organisation)
    issued = invitation.invite(work.connection, work.actor, wanted, work.now)
    _post(work, key, issued)
    return issued


def withdraw(work: Work, organisation: str, identifier: str) -> None:
    """Take back an invitation that nobody has accepted.

    Raises:
        NotFound, NotAllowed, SecondFactorNeeded: see `Work.allow`.
        WrongMoment: it was accepted, or is over already.
    """
    look_after(work, Step.MEMBER_INVITE, organisation)
    invitation.withdraw(work.connection, work.actor, organisation, identifier, work.now)


def member(work: Work, organisation: str, person: str) -> tuple[Member, ...]:
    """Return the roles of one person in an organisation, for whoever looks after it.

    Raises:
        NotFound: see `Work.allow`; or the person has no role there.
        NotAllowed: see `Work.allow`.
    """
    work.allow(Step.MEMBER_END, Subject(organisation=organisation))
    roles = tuple(one for one in people.members(work.connection, organisation) if one.person.id == person)
    if not roles:
        raise NotFound("This person has no role here.")
    return roles


def end_role(work: Work, person: str, one: Membership) -> None:
    """End the role that somebody has in an organisation.

    Raises:
        NotFound, NotAllowed, SecondFactorNeeded: see `Work.allow`; or the person has no such role.
        Unfit: nobody else is in charge there.
    """
    look_after(work, Step.MEMBER_END, one.organisation)
    same = [each for each in people.members(work.connection, one.organisation) if each.membership.role is one.role]
    if person == work.actor.person and one.role in _IN_CHARGE and len(same) == 1:
        raise Unfit((problem("LAST_IN_CHARGE", "role"),))
    invitation.end_membership(work.connection, work.actor, person, one, work.now)


def print_code(work: Work, organisation: str, person: str) -> str:
    """Return a code on paper with which a member chooses a new password; it is shown this once.

    Raises:
        NotFound, NotAllowed, SecondFactorNeeded: see `member` and `reset.print_code`.
    """
    member(work, organisation, person)
    return reset.print_code(work.connection, work.actor, person, work.now)


def remove_proofs(work: Work, organisation: str, person: str) -> None:
    """Take the second factor and the passkeys of a member away who lost them; their sessions end.

    Raises:
        NotFound, NotAllowed, SecondFactorNeeded: see `member`; this takes an administrator.
    """
    member(work, organisation, person)
    work.allow(Step.ADMINISTER, Subject(organisation=organisation))
    for one in proofs.passkeys(work.connection, person):
        proofs.remove_passkey(work.connection, person, one.id)
    reset.remove_second_factor(work.connection, work.actor, person, work.now)


def requests(work: Work, *, limit: int) -> tuple[JoinRequest, ...]:
    """Return the requests to take part that wait for a decision, the oldest first.

    Raises:
        NotFound, NotAllowed, SecondFactorNeeded: this takes an administrator.
    """
    work.allow(Step.ADMINISTER, Subject(organisation=""))
    return invitations.waiting_requests(work.connection, limit=limit)


def admit(work: Work, key: Key, identifier: str) -> Issued:
    """Return the invitation of whoever asked for a firm that is now an organisation; a letter with it goes too.

    Raises:
        NotFound, NotAllowed, SecondFactorNeeded: this takes an administrator; or there is no such request.
        WrongMoment: somebody has decided it already.
    """
    issued = invitation.admit(work.connection, work.actor, identifier, work.now)
    _post(work, key, issued, invitations.load_request(work.connection, identifier).language)
    return issued


def _post(work: Work, key: Key, issued: Issued, language: str = "") -> None:
    one = issued.invitation
    if not one.email:
        return
    letter = mail.Letter(
        subject=mail.Subject.INVITATION,
        to=one.email,
        language=language or work.actor.language,
        link=f"/invitation/{issued.code}",
        organisation=organisations.load(work.connection, one.organisation).name,
        until=one.expires.date(),
    )
    mail.post(work.connection, key, letter, f"invitation {one.id}", work.now)


def _faults(kind: Kind, about: About) -> Iterator[Problem]:
    yield from _faults_of_name(about.name)
    if kind is Kind.FIRM:
        yield from faults_of_firm(about.sector, about.region)


def faults_of_firm(sector: str, region: str) -> Iterator[Problem]:
    """Yield what speaks against the sector and the region of a firm."""
    if sector not in sectors():
        yield problem("SECTOR_MISSING", "sector")
    yield from _faults_of_region(region)


def _faults_of_name(name: str) -> Iterator[Problem]:
    if not 1 < len(name.strip()) <= LONGEST_NAME:
        yield problem("NAME_MISSING", "name")


def _faults_of_region(region: str) -> Iterator[Problem]:
    if region not in regions():
        yield problem("REGION_MISSING", "region")


def _refuse(faults: tuple[Problem, ...] | Iterator[Problem]) -> None:
    if listed := tuple(faults):
        raise Unfit(listed)
