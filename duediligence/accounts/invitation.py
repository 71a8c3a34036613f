"""How people come to have a role: invited, or asked for by their firm.

An invitation is a code, sent as a link or printed; where it names an address, only
that address may take it. Roles are those that the kind of organisation can give,
and who may give them is in the table of steps (`access`). An administrator, who may
invite anywhere and make other administrators, shows a second factor first.
"""

from datetime import datetime, timedelta

import msgspec

from duediligence import ledger
from duediligence.access import Actor, Step, Subject, may
from duediligence.accounts import password, token
from duediligence.accounts.account import Gate, normal_email
from duediligence.accounts.session import without_administration
from duediligence.accounts.words import problem, unfit
from duediligence.database import Connection, new_id
from duediligence.errors import NotAllowed, NotFound, SecondFactorNeeded, Unfit, WrongMoment
from duediligence.organisation import ROLES, Kind, Membership, Organisation, Person, Role
from duediligence.store import invitation as store
from duediligence.store import organisation as organisations
from duediligence.store import person as people
from duediligence.store.invitation import Invitation, JoinRequest
from questionnaires.problem import Problem
from questionnaires.text import LANGUAGES

LASTS = timedelta(days=14)
LONGEST_NAME = 120
LONGEST_EMAIL = 254
LONGEST_WORDS = 2000
_SHORTEST_EMAIL = 3


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation, and its code, which is shown this once."""

    invitation: Invitation
    code: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What an invitation offers."""

    organisation: str
    role: Role
    sections: tuple[str, ...] = ()  # of the questionnaire, for a respondent; empty: all of it
    email: str = ""  # "" where it is handed over on paper


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says of themselves when they come for the first time."""

    email: str
    name: str
    language: str
    password: str


def invite(connection: Connection, actor: Actor, wanted: Wanted, now: datetime) -> Issued:
    """Return a new invitation with its code.

    Raises:
        NotAllowed: the actor invites nobody there.
        SecondFactorNeeded: the actor is an administrator who has yet to show theirs.
        NotFound: there is no such organisation.
        Unfit: such an organisation gives no such role, or the address is none.
    """
    _allow(actor, wanted.organisation, wanted.role)
    place = organisations.load(connection, wanted.organisation)
    faults = faults_of_email(wanted.email, "email") if wanted.email else ()
    if wanted.role not in ROLES[place.kind]:
        faults = (*faults, problem("ROLE_NOT_HERE", "role"))
    if wanted.sections and wanted.role is not Role.RESPONDENT:
        faults = (*faults, problem("SECTIONS_NOT_HERE", "sections"))
    if faults:
        raise Unfit(faults)
    return _issue(connection, wanted, actor.person, now)


def withdraw(connection: Connection, actor: Actor, organisation: str, identifier: str, now: datetime) -> None:
    """Take back an invitation that nobody has accepted.

    Raises:
        NotAllowed: the actor invites nobody there.
        WrongMoment: it was accepted, or is over already.
    """
    if not may(actor, Step.MEMBER_INVITE, Subject(organisation=organisation)):
        raise NotAllowed("You cannot take back invitations of this organisation.")
    if not store.withdraw(connection, organisation, identifier, now):
        raise WrongMoment("The invitation was accepted or is over already.")
    ledger.record(connection, "member:uninvite", organisation, actor.person, now, {"invitation": identifier})


def opened(connection: Connection, code: str, now: datetime) -> tuple[Invitation, Organisation]:
    """Return the invitation of a code, as it was typed, and who invites.

    Raises:
        Unfit: no open invitation has this code.
    """
    found = store.by_digest(connection, token.digest(token.typed(code)))
    if found is None or found.used or found.withdrawn or found.expires <= now:
        raise unfit("INVITATION_VOID", "code")
    place = organisations.load(connection, found.organisation)
    if place.disabled:
        raise unfit("INVITATION_VOID", "code")
    return found, place


def accept(connection: Connection, actor: Actor, code: str, now: datetime) -> Membership:
    """Give somebody who is signed in the role they were invited to.

    Raises:
        Unfit: the code is void, or meant for somebody else.
    """
    person = people.load(connection, actor.person)
    return _taken(connection, code, person, now)


def accept_as_new(gate: Gate, code: str, new: NewPerson, now: datetime) -> Person:
    """Make an account for somebody who was invited, give them the role, and return who it is.

    Raises:
        Unfit: the code is void or meant for somebody else, something in the form
            will not do, or the address has an account already: then they sign in first.
        Unavailable: too many others sign in at this moment.
    """
    email = normal_email(new.email)
    faults = faults_of(new)
    with gate.db.reading() as connection:
        opened(connection, code, now)
    if faults:
        raise Unfit(faults)
    kept = password.hashed(new.password)
    person = Person(id=new_id(), email=email, name=new.name.strip(), language=new.language, created=now)
    with gate.db.writing() as connection:
        if people.by_email(connection, email) is not None:
            # Nobody learns this but who holds an invitation; they could not go on without knowing.
            raise unfit("EMAIL_HAS_ACCOUNT", "email")
        people.add(connection, person, password=kept)
        ledger.record(connection, "account:begin", person.id, person.id, now, {})
        _taken(connection, code, person, now)
    return person


def faults_of(new: NewPerson) -> tuple[Problem, ...]:
    """Return everything that speaks against what somebody says of themselves; nothing when it will do."""
    return (*faults_of_identity(new), *password.problems(new.password, normal_email(new.email)))


def faults_of_identity(new: NewPerson) -> tuple[Problem, ...]:
    """Return what speaks against name, language and address; the password is not looked at."""
    return (*_faults_of_person(new.name, new.language), *faults_of_email(new.email, "email"))


def ask_to_join(connection: Connection, asked: JoinRequest) -> None:
    """Keep the request of a firm to take part.

    Raises:
        Unfit: something in it will not do.
    """
    faults = (*_faults_of_person(asked.name, asked.language), *faults_of_email(asked.email, "email"))
    if not 1 < len(asked.organisation_name.strip()) <= LONGEST_NAME:
        faults = (*faults, problem("NAME_MISSING", "organisation_name"))
    if len(asked.words) > LONGEST_WORDS:
        faults = (*faults, problem("WORDS_LONG", "words", most=LONGEST_WORDS))
    if faults:
        raise Unfit(faults)
    store.add_request(connection, asked)


def admit(connection: Connection, actor: Actor, identifier: str, now: datetime) -> Issued:
    """Accept the request of a firm: it becomes an organisation, and who asked is invited as its lead.

    Raises:
        NotAllowed, SecondFactorNeeded: this takes an administrator with a second factor.
        NotFound: there is no such request.
        WrongMoment: somebody has decided it already.
    """
    asked = _decide(connection, actor, identifier, now, accepted=True)
    firm = Organisation(
        id=new_id(),
        name=asked.organisation_name.strip(),
        kind=Kind.FIRM,
        state_body=False,
        sector=asked.sector,
        region=asked.region,
        created=now,
    )
    organisations.add(connection, firm)
    wanted = Wanted(organisation=firm.id, role=Role.COMPANY_LEAD, email=normal_email(asked.email))
    return _issue(connection, wanted, actor.person, now)


def decline(connection: Connection, actor: Actor, identifier: str, now: datetime) -> None:
    """Decline the request of a firm.

    Raises:
        NotAllowed, SecondFactorNeeded: this takes an administrator with a second factor.
        NotFound: there is no such request.
        WrongMoment: somebody has decided it already.
    """
    _decide(connection, actor, identifier, now, accepted=False)


def end_membership(connection: Connection, actor: Actor, person: str, one: Membership, now: datetime) -> None:
    """End the role that somebody has in an organisation.

    Raises:
        NotAllowed: the actor ends no roles there.
        NotFound: the person has no such role.
    """
    if not may(actor, Step.MEMBER_END, Subject(organisation=one.organisation)):
        raise NotAllowed("You cannot end roles in this organisation.")
    if not people.leave(connection, person, one.organisation, one.role, now):
        raise NotFound("This person has no such role here.")
    ledger.record(
        connection, Step.MEMBER_END, one.organisation, actor.person, now, {"person": person, "role": one.role}
    )


def _allow(actor: Actor, organisation: str, role: Role) -> None:
    subject = Subject(organisation=organisation)
    if role is not Role.ADMINISTRATOR and may(without_administration(actor), Step.MEMBER_INVITE, subject):
        return
    if may(actor, Step.ADMINISTER, subject):
        return
    if may(msgspec.structs.replace(actor, second_factor=True), Step.ADMINISTER, subject):
        raise SecondFactorNeeded("Show your second factor first.")
    raise NotAllowed("You cannot invite anybody to this role.")


def _issue(connection: Connection, wanted: Wanted, by: str, now: datetime) -> Issued:
    code = token.code()
    one = Invitation(
        id=new_id(),
        organisation=wanted.organisation,
        role=wanted.role,
        sections=wanted.sections,
        email=normal_email(wanted.email),
        invited_by=by,
        created=now,
        expires=now + LASTS,
    )
    store.add(connection, one, token.digest(code))
    facts = {"invitation": one.id, "role": one.role}
    ledger.record(connection, Step.MEMBER_INVITE, one.organisation, by, now, facts)
    return Issued(invitation=one, code=code)


def _taken(connection: Connection, code: str, person: Person, now: datetime) -> Membership:
    one, _ = opened(connection, code, now)
    if one.email and one.email != person.email:
        raise unfit("INVITATION_FOR_ANOTHER", "email")
    if not store.use(connection, one.id, now):
        raise unfit("INVITATION_VOID", "code")
    membership = Membership(organisation=one.organisation, role=one.role, sections=one.sections)
    people.join(connection, person.id, membership, now)
    facts = {"invitation": one.id, "role": one.role}
    ledger.record(connection, "member:join", one.organisation, person.id, now, facts)
    return membership


def _decide(connection: Connection, actor: Actor, identifier: str, now: datetime, *, accepted: bool) -> JoinRequest:
    _allow(actor, "", Role.ADMINISTRATOR)
    asked = store.load_request(connection, identifier)
    if not store.decide_request(connection, identifier, actor.person, now, accepted=accepted):
        raise WrongMoment("Somebody has decided this request already.")
    facts = {"accepted": accepted}
    ledger.record(connection, "request:decide", identifier, actor.person, now, facts)
    return asked


def _faults_of_person(name: str, language: str) -> tuple[Problem, ...]:
    faults = () if 1 < len(name.strip()) <= LONGEST_NAME else (problem("NAME_MISSING", "name"),)
    return faults if language in LANGUAGES else (*faults, problem("LANGUAGE_UNKNOWN", "language"))


def faults_of_email(email: str, where: str) -> tuple[Problem, ...]:
    """Return what speaks against an address or a login name: one word, and where it has an @, something around it."""
    plain = normal_email(email)
    before, at, after = plain.rpartition("@")
    fits = _SHORTEST_EMAIL <= len(plain) <= LONGEST_EMAIL and plain.isprintable() and " " not in plain
    return () if fits and (not at or (before and after)) else (problem("EMAIL_UNFIT", where),)
