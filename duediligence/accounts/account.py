"""Signing in, and choosing a password.

These functions open their own transactions. A password takes a fifth of a second
to check, and in that time nobody else may be kept from writing, nor a connection
be held: so each reads, then computes, then writes, and the write says what it
relies on.

What went wrong at the door is always told in the same words, whichever part was
wrong and whether or not anybody has the address.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from duediligence import ledger
from duediligence.accounts import passkey as passkeys
from duediligence.accounts import password, second_factor, session, token
from duediligence.accounts.brake import Brake, Caller
from duediligence.accounts.passkey import Answer
from duediligence.accounts.session import Visitor
from duediligence.accounts.words import unfit
from duediligence.database import Connection, Database
from duediligence.errors import Unfit
from duediligence.key import Key
from duediligence.settings import Settings
from duediligence.store import person as people
from duediligence.store import session as sessions
from duediligence.store.person import Credentials

_HALFWAY = timedelta(minutes=10)
_DEVICE = timedelta(days=400)  # the longest that browsers keep a cookie


@dataclass(frozen=True)
class Gate:
    """All that signing in needs."""

    db: Database
    key: Key
    brake: Brake
    settings: Settings


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody came in."""

    person: str
    token: str  # for the cookie of the session
    device: str  # for the cookie by which this browser is known again
    failures: int = 0  # attempts that failed since the last time


class CodeNeeded(msgspec.Struct, frozen=True, kw_only=True):
    """The password was right; the second factor is still to be shown."""

    note: str  # comes back with the code


class _Halfway(msgspec.Struct, frozen=True):
    person: str
    password: str  # digest of what is kept of it: once it is changed, the note is worth nothing


class _Device(msgspec.Struct, frozen=True):
    id: str
    email: str


def normal_email(words: str) -> str:
    """Return an address or login name as it is kept."""
    return words.strip().lower()


def sign_in(gate: Gate, email: str, given: str, caller: Caller, now: datetime) -> SignedIn | CodeNeeded:
    """Let somebody in by password, or ask for the second factor where they have one.

    Args:
        gate: all that signing in needs.
        email: an address or login name, as it was typed.
        given: the password, as it was typed.
        caller: where the attempt comes from.
        now: the moment.

    Raises:
        Unfit: address or password are wrong, or the person was disabled.
        Slowed: too many attempts failed before.
        Unavailable: too many others sign in at this moment.
    """
    email = normal_email(email)
    device = _device(gate, email, caller, now)
    gate.brake.attempt(email, caller.network, device, now)
    with gate.db.reading() as connection:
        one = people.by_email(connection, email)
    right = password.matches(one.password if one else "", given)
    if one is None or not right or one.person.disabled:
        # Written for nobody too, so that the time it takes tells nothing.
        with gate.db.writing() as connection:
            people.count_failure(connection, one.person.id if one else "")
        raise unfit("SIGN_IN_WRONG", "password")
    gate.brake.passed(email, caller.network, device, now)
    one = _rehashed(gate, one, given)
    if one.totp is not None:
        halfway = _Halfway(one.person.id, token.digest(one.password))
        return CodeNeeded(note=token.note(gate.key, "halfway", halfway, now + _HALFWAY))
    with gate.db.writing() as connection:
        return _let_in(gate, connection, one, caller, now)


def enter_code(gate: Gate, note: str, code: str, caller: Caller, now: datetime) -> SignedIn:
    """Let in somebody whose password was right and who now shows a code, or a recovery code.

    Raises:
        Unfit: the code is wrong or was used before, or the password was typed too long ago.
        Slowed: too many codes were wrong.
    """
    halfway = token.read(gate.key, "halfway", note, _Halfway, now)
    if halfway is None:
        raise unfit("SIGN_IN_AGAIN", "code")
    with gate.db.reading() as connection:
        one = people.credentials(connection, halfway.person)
    if token.digest(one.password) != halfway.password or one.person.disabled:
        raise unfit("SIGN_IN_AGAIN", "code")
    device = _device(gate, one.person.email, caller, now)
    # Six digits are guessed from many networks at once: here the account alone may be
    # slowed, because only somebody who knows the password comes this far.
    counted = f"code {one.person.id}"
    gate.brake.attempt(counted, "", device, now)
    with gate.db.writing() as connection:
        one = people.credentials(connection, halfway.person)
        if not second_factor.passes(connection, gate.key, one, code, now):
            raise unfit("CODE_WRONG", "code")
        gate.brake.passed(counted, "", device, now)
        return _let_in(gate, connection, one, caller, now, strong=True)


def show_passkey(gate: Gate, answer: Answer, caller: Caller, now: datetime) -> SignedIn:
    """Let in whoever has a passkey; it stands for both factors.

    Raises:
        Unfit: the passkey is not known, did not sign what was asked, or came too late.
        Slowed: too many attempts from this network failed.
    """
    gate.brake.attempt("", caller.network, "", now)
    with gate.db.writing() as connection:
        found = passkeys.recognised(connection, answer, now)
        one = people.credentials(connection, found.person)
        if one.person.disabled:
            raise unfit("PASSKEY_REFUSED", "passkey")
        gate.brake.passed("", caller.network, "", now)
        return _let_in(gate, connection, one, caller, now, strong=True)


def confirm(gate: Gate, visitor: Visitor, code: str, now: datetime) -> str:
    """Return a new token for a session that now has shown a second factor.

    Raises:
        Unfit: the code is wrong, or the person has no second factor.
        Slowed: too many codes were wrong.
        NotFound: the session has ended meanwhile.
    """
    counted = f"code {visitor.actor.person}"
    gate.brake.attempt(counted, "", "", now)
    with gate.db.writing() as connection:
        one = people.credentials(connection, visitor.actor.person)
        if not second_factor.passes(connection, gate.key, one, code, now):
            raise unfit("CODE_WRONG", "code")
        gate.brake.passed(counted, "", "", now)
        return session.strengthen(connection, visitor, now)


def change_password(gate: Gate, visitor: Visitor, old: str, new: str, now: datetime) -> None:
    """Put a new password in the place of the old one; every other session of the person ends.

    Raises:
        Unfit: the old one is wrong, or the new one will not do.
        Slowed: the old one was wrong too often.
        Unavailable: too many others sign in at this moment.
    """
    person = visitor.actor.person
    counted = f"change {person}"
    gate.brake.attempt(counted, "", "", now)
    with gate.db.reading() as connection:
        one = people.credentials(connection, person)
    if not password.matches(one.password, old):
        raise unfit("PASSWORD_WRONG", "old")
    gate.brake.passed(counted, "", "", now)
    if faults := password.problems(new, one.person.email):
        raise Unfit(faults)
    kept = password.hashed(new)
    with gate.db.writing() as connection:
        if not people.keep_password(connection, person, kept, instead_of=one.password):
            raise unfit("PASSWORD_WRONG", "old")
        sessions.end_others(connection, person, visitor.session)
        ledger.record(connection, "account:password", person, person, now, {})


def _let_in(  # noqa: PLR0913  what a session is made of
    gate: Gate, connection: Connection, one: Credentials, caller: Caller, now: datetime, *, strong: bool = False
) -> SignedIn:
    """Begin a session in the place of the one that the browser had, and make the device known.

    The transaction is the caller's.
    """
    if caller.session:
        sessions.forget(connection, token.digest(caller.session))
    if one.failures:
        people.forget_failures(connection, one.person.id)
    known = token.read(gate.key, "device", caller.device, _Device, now)
    if known is None or known.email != one.person.email:
        known = _Device(token.fresh(), one.person.email)
    given = session.begin(connection, one.person.id, caller.agent, now, settings=gate.settings, second_factor=strong)
    return SignedIn(
        person=one.person.id,
        token=given,
        device=token.note(gate.key, "device", known, now + _DEVICE),
        failures=one.failures,
    )


def _device(gate: Gate, email: str, caller: Caller, now: datetime) -> str:
    """Return the id of a device that signed in to this account before; "" for any other."""
    known = token.read(gate.key, "device", caller.device, _Device, now) if caller.device else None
    return known.id if known and known.email == email else ""


def _rehashed(gate: Gate, one: Credentials, given: str) -> Credentials:
    """Return the person with the password as it is hashed today."""
    if not password.is_outdated(one.password):
        return one
    kept = password.hashed(given)
    with gate.db.writing() as connection:
        changed = people.keep_password(connection, one.person.id, kept, instead_of=one.password)
    return msgspec.structs.replace(one, password=kept) if changed else one
