"""Somebody looks after their own account: name, language, second factors, passkeys and sessions.

Who knows a password could otherwise add a second factor of their own and so become
stronger than the owner. Therefore, once there is a second factor or a passkey,
whatever concerns either of them takes a session in which one was shown.
"""

import msgspec

from duediligence import ledger
from duediligence.accounts import passkey as passkeys
from duediligence.accounts import second_factor, session
from duediligence.accounts.invitation import LONGEST_NAME
from duediligence.accounts.passkey import Answer, Ceremony
from duediligence.accounts.second_factor import Offer
from duediligence.accounts.session import Visitor
from duediligence.accounts.words import problem, unfit
from duediligence.errors import NotFound, SecondFactorNeeded, Unfit
from duediligence.key import Key
from duediligence.organisation import Person
from duediligence.store import person as people
from duediligence.store import second_factor as store
from duediligence.store import session as sessions
from duediligence.store.second_factor import Passkey
from duediligence.workflow.work import Work
from questionnaires.text import LANGUAGES


class Proofs(msgspec.Struct, frozen=True, kw_only=True):
    """By what somebody proves who they are, beside the password."""

    person: Person
    app: bool  # codes of an authenticator
    codes_left: int  # recovery codes not used yet
    passkeys: tuple[Passkey, ...]
    shown: bool  # whether one of them was shown in this session

    @property
    def enough(self) -> bool:
        """Whether they may be changed in this session."""
        return self.shown or not (self.app or self.passkeys)


def proofs(work: Work) -> Proofs:
    """Return by what the actor proves who they are."""
    person = work.actor.person
    one = people.credentials(work.connection, person)
    return Proofs(
        person=one.person,
        app=one.totp is not None,
        codes_left=store.codes_left(work.connection, person),
        passkeys=store.passkeys(work.connection, person),
        shown=work.actor.second_factor,
    )


def introduce(work: Work, name: str, language: str) -> None:
    """Keep the name and the language of the actor.

    Raises:
        Unfit: either will not do.
    """
    faults = () if 1 < len(name.strip()) <= LONGEST_NAME else (problem("NAME_MISSING", "name"),)
    if language not in LANGUAGES:
        faults = (*faults, problem("LANGUAGE_UNKNOWN", "language"))
    if faults:
        raise Unfit(faults)
    one = people.load(work.connection, work.actor.person)
    people.save(work.connection, msgspec.structs.replace(one, name=name.strip(), language=language))
    _record(work, "account:name")


def offer(work: Work, key: Key) -> Offer:
    """Return a secret for the actor's authenticator; nothing is kept yet.

    Raises:
        SecondFactorNeeded: one that is there already was not shown in this session.
    """
    return second_factor.offer(key, _allowed(work).person, work.settings.address, work.now)


def set_up(work: Work, key: Key, visitor: Visitor, answer: tuple[str, str]) -> tuple[tuple[str, ...], str]:
    """Return new recovery codes, to be shown this once, and the new token of the session, which is now a strong one.

    Args:
        work: of the actor.
        key: of the service.
        visitor: the session.
        answer: the note of the offer, and a code from the authenticator.

    Raises:
        SecondFactorNeeded: one that is there already was not shown in this session.
        Unfit: the offer is too old, or the code is not right.
    """
    _allowed(work)
    one = people.credentials(work.connection, work.actor.person)
    codes = second_factor.accept(work.connection, key, one, answer, work.now)
    strong = session.strengthen(work.connection, visitor, work.now)
    _record(work, "account:second_factor")
    return codes, strong


def take_away(work: Work) -> None:
    """Remove the codes of the authenticator and all recovery codes; passkeys stay.

    Raises:
        SecondFactorNeeded: the second factor was not shown in this session.
    """
    _allowed(work)
    second_factor.take_away(work.connection, work.actor.person)
    _record(work, "account:second_factor_removed")


def new_codes(work: Work) -> tuple[str, ...]:
    """Return new recovery codes, to be shown this once; all earlier ones are void.

    Raises:
        SecondFactorNeeded: the second factor was not shown in this session.
        NotFound: there is no authenticator that they could stand in for.
    """
    if not _allowed(work).app:
        raise NotFound("Recovery codes belong to a second factor.")
    codes = second_factor.new_codes(work.connection, work.actor.person)
    _record(work, "account:recovery_codes")
    return codes


def ask_for_passkey(work: Work, key: Key) -> Ceremony:
    """Return what to ask a browser in order to make a passkey for the actor.

    Raises:
        SecondFactorNeeded: one that is there already was not shown in this session.
    """
    mine = _allowed(work)
    return passkeys.ask_to_add(key, mine.person, mine.passkeys, work.settings.address, work.now)


def add_passkey(work: Work, visitor: Visitor, name: str, answer: Answer) -> str:
    """Keep a new passkey of the actor, and return the new token of the session, which is now a strong one.

    Raises:
        SecondFactorNeeded: one that is there already was not shown in this session.
        Unfit: the answer does not fit what was asked, or there are too many passkeys.
    """
    _allowed(work)
    passkeys.add(work.connection, work.actor.person, name, answer, work.now)
    strong = session.strengthen(work.connection, visitor, work.now)
    _record(work, "account:passkey")
    return strong


def show_passkey(work: Work, visitor: Visitor, answer: Answer) -> str:
    """Return the new token of a session that has now shown a passkey.

    Raises:
        Unfit: it is not one of the actor's, or did not sign what was asked in time.
    """
    if passkeys.recognised(work.connection, answer, work.now).person != work.actor.person:
        raise unfit("PASSKEY_REFUSED", "passkey")
    return session.strengthen(work.connection, visitor, work.now)


def remove_passkey(work: Work, identifier: str) -> None:
    """Forget a passkey of the actor.

    Raises:
        SecondFactorNeeded: none was shown in this session.
        NotFound: there is no such passkey.
    """
    _allowed(work)
    passkeys.remove(work.connection, work.actor.person, identifier)
    _record(work, "account:passkey_removed")


def end_others(work: Work, visitor: Visitor) -> int:
    """End every other session of the actor, and return how many there were."""
    return sessions.end_others(work.connection, work.actor.person, visitor.session)


def _allowed(work: Work) -> Proofs:
    found = proofs(work)
    if not found.enough:
        raise SecondFactorNeeded("Show the second factor that you have first.")
    return found


def _record(work: Work, event: str) -> None:
    ledger.record(work.connection, event, work.actor.person, work.actor.person, work.now, {})
