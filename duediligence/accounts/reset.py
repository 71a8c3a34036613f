"""A new password for somebody who forgot the old one.

Where mail works, a link is sent: a sealed note of one hour, bound to the password
it replaces, so that it serves once. Where it does not, somebody who looks after
the person prints a code of three days. Either way the answer to "I forgot" is the
same whether or not anybody has the address, all sessions and keys end, and a second
factor stays in force.

Who prints a code could sign in with it. So a lead may do it only for people whose
every role lies in organisations that the lead looks after; for anybody else it
takes an administrator.
"""

from datetime import datetime, timedelta

import msgspec

from duediligence import ledger
from duediligence.access import Actor, Step, Subject, may
from duediligence.accounts import password, second_factor, token
from duediligence.accounts.account import Gate, normal_email
from duediligence.accounts.session import without_administration
from duediligence.accounts.words import unfit
from duediligence.database import Connection, new_id
from duediligence.errors import NotAllowed, NotFound, SecondFactorNeeded, Unfit
from duediligence.key import Key
from duediligence.organisation import Person
from duediligence.store import person as people
from duediligence.store import session as sessions
from duediligence.store.person import Credentials
from duediligence.store.session import ApiKey, Scope

LINK_LASTS = timedelta(hours=1)
CODE_LASTS = timedelta(days=3)


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be mailed, and to whom."""

    person: Person
    note: str  # goes into the link


class _Forgotten(msgspec.Struct, frozen=True):
    person: str
    password: str  # digest of what is kept of the old one


def ask(connection: Connection, key: Key, email: str, now: datetime) -> Letter | None:
    """Return what to mail to somebody who forgot the password; None where nobody has the address.

    The page answers the same in both cases, and never says which it was.
    """
    one = people.by_email(connection, normal_email(email))
    if one is None or one.person.disabled:
        return None
    forgotten = _Forgotten(one.person.id, token.digest(one.password))
    return Letter(person=one.person, note=token.note(key, "reset", forgotten, now + LINK_LASTS))


def print_code(connection: Connection, actor: Actor, person: str, now: datetime) -> str:
    """Return a code with which somebody chooses a new password; earlier ones are void.

    Raises:
        NotFound: there is nobody of this id that the actor may know of.
        NotAllowed: the person also has a role where the actor looks after nobody.
        SecondFactorNeeded: an administrator has yet to show theirs.
    """
    allow_care(connection, actor, person)
    return issue_code(connection, person, actor.person, now)


def issue_code(connection: Connection, person: str, by: str, now: datetime) -> str:
    """Return a code with which somebody chooses a new password; who may ask for it is the caller's business.

    Args:
        connection: an open one, for writing.
        person: whose password.
        by: the id of who issues it; "" for whoever runs the machine.
        now: the moment.
    """
    sessions.revoke_keys(connection, person, (Scope.RESET,), now)
    code = token.code()
    one = ApiKey(id=new_id(), person=person, name="", scope=Scope.RESET, created=now, expires=now + CODE_LASTS)
    sessions.add_key(connection, one, token.digest(code))
    ledger.record(connection, "account:reset_code", person, by, now, {})
    return code


def allow_care(connection: Connection, actor: Actor, person: str) -> None:
    """Let whoever looks after a person pass.

    Raises:
        NotFound: there is nobody of this id that the actor may know of.
        NotAllowed: the person also has a role where the actor looks after nobody.
        SecondFactorNeeded: an administrator has yet to show theirs.
    """
    if may(actor, Step.ADMINISTER):
        people.load(connection, person)
        return
    theirs = people.organisations_of(connection, person)
    ours = {place for place in theirs if _leads(actor, place)}
    if theirs and ours == theirs:
        return
    if may(msgspec.structs.replace(actor, second_factor=True), Step.ADMINISTER):
        raise SecondFactorNeeded("Show your second factor first.")
    if ours:
        raise NotAllowed("This person also has a role elsewhere. Ask an administrator of the service.")
    raise NotFound("There is no such person.")


def choose(gate: Gate, proof: str, new: str, now: datetime) -> None:
    """Choose a new password by the note of a link or by a printed code.

    Raises:
        Unfit: the proof is void or was used, or the password will not do.
        Unavailable: too many others sign in at this moment.
    """
    with gate.db.reading() as connection:
        one = _proven(connection, gate.key, proof, now)
    if faults := password.problems(new, one.person.email):
        raise Unfit(faults)
    kept = password.hashed(new)
    with gate.db.writing() as connection:
        # Once more, with the database to ourselves: of two at once, the second finds the proof used.
        again = _proven(connection, gate.key, proof, now)
        if not people.keep_password(connection, again.person.id, kept, instead_of=one.password):
            raise unfit("RESET_VOID", "code")
        sessions.end_others(connection, again.person.id)
        sessions.revoke_keys(connection, again.person.id, tuple(Scope), now)
        ledger.record(connection, "account:reset", again.person.id, again.person.id, now, {})


def remove_second_factor(connection: Connection, actor: Actor, person: str, now: datetime) -> None:
    """Take the second factor of somebody away who lost the phone and the recovery codes; their sessions end.

    Raises:
        NotAllowed: this takes an administrator.
        SecondFactorNeeded: an administrator has yet to show theirs.
        NotFound: there is nobody of this id.
    """
    if not may(msgspec.structs.replace(actor, second_factor=True), Step.ADMINISTER):
        raise NotAllowed("Only an administrator may take a second factor away.")
    if not may(actor, Step.ADMINISTER):
        raise SecondFactorNeeded("Show your second factor first.")
    people.load(connection, person)
    second_factor.take_away(connection, person)
    sessions.end_others(connection, person)
    ledger.record(connection, "account:second_factor_removed", person, actor.person, now, {})


def _leads(actor: Actor, organisation: str) -> bool:
    return may(without_administration(actor), Step.MEMBER_END, Subject(organisation=organisation))


def _proven(connection: Connection, key: Key, proof: str, now: datetime) -> Credentials:
    """Return whose password a proof lets be chosen."""
    forgotten = token.read(key, "reset", proof, _Forgotten, now)
    if forgotten is not None:
        one = people.credentials(connection, forgotten.person)
        valid = token.digest(one.password) == forgotten.password
    else:
        found = sessions.behind_key(connection, token.digest(token.typed(proof)))
        if found is None:
            raise unfit("RESET_VOID", "code")
        code, person = found
        one = people.credentials(connection, person.id)
        valid = code.scope is Scope.RESET and code.revoked is None and now < code.expires
    if not valid or one.person.disabled:
        raise unfit("RESET_VOID", "code")
    return one
