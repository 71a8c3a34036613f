"""The first administrator of an installation that nobody administers yet.

Whoever starts the service is shown a link, which is good for a day and only for as
long as there is no administrator. It opens a page on which the operator of the
service and its first administrator come to be; everybody else is invited by them.
"""

from datetime import datetime, timedelta

import msgspec

from duediligence import ledger
from duediligence.accounts import password, token
from duediligence.accounts.account import Gate, normal_email
from duediligence.accounts.invitation import LONGEST_NAME, NewPerson, faults_of
from duediligence.accounts.words import problem, unfit
from duediligence.database import Connection, new_id
from duediligence.errors import Unfit, WrongMoment
from duediligence.key import Key
from duediligence.organisation import Kind, Membership, Organisation, Person, Role
from duediligence.store import installation
from duediligence.store import organisation as organisations
from duediligence.store import person as people

LASTS = timedelta(days=1)
_PURPOSE = "first administrator"


class _Nobody(msgspec.Struct, frozen=True):
    """The note says nothing but that whoever shows it saw where the service was started."""


def path(connection: Connection, key: Key, now: datetime) -> str | None:
    """Return the path of a page on which the first administrator is made; None where there is one."""
    if installation.has_administrator(connection):
        return None
    return f"/set-up/{token.note(key, _PURPOSE, _Nobody(), now + LASTS)}"


def may_begin(connection: Connection, key: Key, note: str, now: datetime) -> bool:
    """Return whether a note still makes somebody the first administrator."""
    known = token.read(key, _PURPOSE, note, _Nobody, now)
    return known is not None and not installation.has_administrator(connection)


def begin(gate: Gate, note: str, operator: str, new: NewPerson, now: datetime) -> Person:
    """Make the operator of the service and its first administrator, and return who it is.

    Args:
        gate: all that signing in needs.
        note: from the link.
        operator: the name of whoever runs the service.
        new: what the person says of themselves.
        now: the moment.

    Raises:
        WrongMoment: the link is too old, or there is an administrator.
        Unfit: something in the form will not do; everything is listed.
        Unavailable: too many others sign in at this moment.
    """
    with gate.db.reading() as connection:
        if not may_begin(connection, gate.key, note, now):
            raise WrongMoment("This link is too old, or the service has an administrator already.")
    faults = faults_of(new)
    if not 1 < len(operator.strip()) <= LONGEST_NAME:
        faults = (*faults, problem("NAME_MISSING", "operator"))
    if faults:
        raise Unfit(faults)
    kept = password.hashed(new.password)
    email = normal_email(new.email)
    person = Person(id=new_id(), email=email, name=new.name.strip(), language=new.language, created=now)
    with gate.db.writing() as connection:
        # The ledger lets one transaction at a time pass, so that of two at once the second finds an administrator.
        ledger.record(connection, "account:begin", person.id, person.id, now, {"first": True})
        if installation.has_administrator(connection):
            raise WrongMoment("The service has an administrator already.")
        if people.by_email(connection, email) is not None:
            raise unfit("EMAIL_HAS_ACCOUNT", "email")
        people.add(connection, person, password=kept)
        people.join(connection, person.id, _role(connection, operator.strip(), now), now)
    return person


def _role(connection: Connection, operator: str, now: datetime) -> Membership:
    place = Organisation(
        id=new_id(), name=operator, kind=Kind.OPERATOR, state_body=False, sector="", region="", created=now
    )
    organisations.add(connection, place)
    return Membership(organisation=place.id, role=Role.ADMINISTRATOR)
