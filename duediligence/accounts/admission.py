"""People let in by whoever runs the machine, for the day when nobody can invite anybody any more."""

from datetime import datetime
from typing import NamedTuple

from duediligence import ledger
from duediligence.accounts.account import normal_email
from duediligence.accounts.invitation import NewPerson, faults_of_identity
from duediligence.accounts.reset import issue_code
from duediligence.accounts.words import unfit
from duediligence.database import Connection, new_id
from duediligence.errors import NotFound, Unfit
from duediligence.organisation import ROLES, Kind, Membership, Organisation, Person, Role
from duediligence.store import organisation as organisations
from duediligence.store import person as people

_MANY = 200


class Admitted(NamedTuple):
    """Somebody who may come in, and the code by which they choose a password."""

    person: Person
    code: str


def admit(connection: Connection, new: NewPerson, role: Role, place: str, now: datetime) -> Admitted:
    """Return somebody new with a role, who has yet to choose a password.

    Args:
        connection: an open one, for writing.
        new: who; the password is not looked at.
        role: what they are to be.
        place: the name of their organisation. Whoever runs the service may be left out where
            there is one, and is made where there is none.
        now: the moment.

    Raises:
        NotFound: there is no organisation of this name that gives this role.
        Unfit: something is wrong with name or address; everything is listed.
    """
    if faults := faults_of_identity(new):
        raise Unfit(faults)
    email = normal_email(new.email)
    if people.by_email(connection, email) is not None:
        raise unfit("EMAIL_HAS_ACCOUNT", "email")
    where = _place(connection, role, place.strip(), now)
    person = Person(id=new_id(), email=email, name=new.name.strip(), language=new.language, created=now)
    people.add(connection, person, password="")
    people.join(connection, person.id, Membership(organisation=where.id, role=role), now)
    ledger.record(connection, "account:begin", person.id, "", now, {"role": role, "organisation": where.id})
    return Admitted(person, issue_code(connection, person.id, "", now))


def _place(connection: Connection, role: Role, name: str, now: datetime) -> Organisation:
    kind = next(kind for kind, roles in ROLES.items() if role in roles)
    there = [one for one in organisations.listed(connection, limit=_MANY, kind=kind, words=name) if not one.sample]
    fitting = [one for one in there if one.name == name or (not name and kind is Kind.OPERATOR)]
    if fitting:
        return fitting[-1]  # the oldest
    if kind is not Kind.OPERATOR or not name or any(not one.sample for one in there):
        raise NotFound(name)
    made = Organisation(id=new_id(), name=name, kind=kind, state_body=False, sector="", region="", created=now)
    organisations.add(connection, made)
    return made
