"""Sessions: who is behind the token in a cookie, and for how long.

A token is new at every sign-in and at every step that makes a session stronger,
so that a cookie planted beforehand is worth nothing afterwards. A session ends
after `session_minutes` without a sign of life and after `session_hours` in any
case. Signs of life are written now and then, not at each request.
"""

from datetime import datetime, timedelta

import msgspec

from duediligence.access import Actor
from duediligence.accounts import token
from duediligence.database import Connection
from duediligence.errors import NotFound
from duediligence.organisation import Person, Role
from duediligence.settings import Settings
from duediligence.store import person as people
from duediligence.store import session as sessions
from duediligence.store.session import Session

_AGENT_LENGTH = 200


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is signed in, and by what."""

    actor: Actor
    session: str = ""  # digest of the session's token; "" for a program
    key: str = ""  # id of the key that a program showed; "" for a browser
    due: bool = False  # it is time to write the sign of life


def begin(  # noqa: PLR0913  what a session is made of
    connection: Connection, person: str, agent: str, now: datetime, *, settings: Settings, second_factor: bool
) -> str:
    """Sign a browser in and return the token for its cookie.

    Args:
        connection: an open one, for writing.
        person: id of who signs in.
        agent: what the browser calls itself.
        now: the moment.
        settings: for how long a session may last.
        second_factor: whether more than a password was shown.
    """
    fresh = token.fresh()
    one = Session(
        digest=token.digest(fresh),
        person=person,
        created=now,
        seen=now,
        expires=now + timedelta(hours=settings.session_hours),
        second_factor=second_factor,
        agent=agent[:_AGENT_LENGTH],
    )
    sessions.add(connection, one)
    return fresh


def find(connection: Connection, given: str, settings: Settings, now: datetime) -> Visitor | None:
    """Return who is behind a token; None where there is no such session or its time is over.

    It costs two statements, one where the token is not known.
    """
    found = sessions.behind(connection, token.digest(given))
    if found is None:
        return None
    session, person = found
    idle = timedelta(minutes=settings.session_minutes)
    if person.disabled or now >= session.expires or now - session.seen >= idle:
        return None
    actor = actor_for(connection, person, second_factor=session.second_factor)
    # A quarter of the allowed silence at most, so that nobody who works is signed out.
    pause = min(timedelta(minutes=5), idle / 4)
    return Visitor(actor=actor, session=session.digest, due=now - session.seen >= pause)


def actor_for(connection: Connection, person: Person, *, second_factor: bool, read_only: bool = False) -> Actor:
    """Return a person as the table of steps knows them, with the roles they have now."""
    return Actor(
        person=person.id,
        name=person.name,
        language=person.language,
        memberships=people.memberships(connection, person.id),
        second_factor=second_factor,
        read_only=read_only,
    )


def without_administration(actor: Actor) -> Actor:
    """Return somebody without the powers of an administrator, who may act everywhere and therefore must prove more."""
    kept = tuple(one for one in actor.memberships if one.role is not Role.ADMINISTRATOR)
    return msgspec.structs.replace(actor, memberships=kept)


def strengthen(connection: Connection, visitor: Visitor, now: datetime) -> str:
    """Note that a session has shown a second factor, and return its new token; the old one opens nothing any more.

    Raises:
        NotFound: the session has ended meanwhile.
    """
    found = sessions.behind(connection, visitor.session)
    if found is None or not sessions.end(connection, visitor.actor.person, visitor.session):
        raise NotFound("The session has ended. Sign in again.")
    fresh = token.fresh()
    session = msgspec.structs.replace(found[0], digest=token.digest(fresh), seen=now, second_factor=True)
    sessions.add(connection, session)
    return fresh


def open_ones(connection: Connection, person: str, settings: Settings, now: datetime) -> tuple[Session, ...]:
    """Return the sessions of a person that still open the service, the one last seen first."""
    silent = now - timedelta(minutes=settings.session_minutes)
    return tuple(one for one in sessions.of_person(connection, person) if one.expires > now and one.seen > silent)


def sign_out(connection: Connection, person: str, digest: str) -> None:
    """End one session of a person.

    Raises:
        NotFound: the person has no such session.
    """
    if not sessions.end(connection, person, digest):
        raise NotFound("There is no such session, or it has ended already.")
