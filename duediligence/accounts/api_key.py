"""Keys with which programs of a person come in instead of them.

A key does what its person may do, or reads only; it never stands for a second
factor, so that no sensitive step is open to it. It is shown once and begins with
`dd_`, so that a search through files finds one that was left behind.
"""

from datetime import datetime, timedelta

from duediligence import ledger
from duediligence.accounts import token
from duediligence.accounts.session import Visitor, actor_for
from duediligence.accounts.words import problem
from duediligence.database import Connection, new_id
from duediligence.errors import NotFound, Unfit
from duediligence.store import session as store
from duediligence.store.session import FOR_PROGRAMS, ApiKey, Scope

PREFIX = "dd_"
LONGEST = timedelta(days=366)
MOST = 20
"""Keys of one person that are in use at once."""

_NAME_LENGTH = 80
_PAUSE = timedelta(hours=1)  # between two notes that a key was used


def make(connection: Connection, person: str, wanted: tuple[str, Scope, datetime], now: datetime) -> tuple[ApiKey, str]:
    """Return a new key, and the words that open the service, which are shown this once.

    Args:
        connection: an open one, for writing.
        person: id of whose it is.
        wanted: a name to know it by, what it opens, and when it ends (exclusive).
        now: the moment.

    Raises:
        Unfit: the name is missing, it would last too long, or there are too many.
    """
    name, scope, expires = wanted
    faults = []
    if not 0 < len(name.strip()) <= _NAME_LENGTH:
        faults.append(problem("KEY_NAME_MISSING", "name", most=_NAME_LENGTH))
    if scope not in FOR_PROGRAMS:
        faults.append(problem("KEY_SCOPE_UNKNOWN", "scope"))
    if not now < expires <= now + LONGEST:
        faults.append(problem("KEY_TOO_LONG", "expires"))
    if sum(is_open(one, now) for one in store.keys_of_person(connection, person)) >= MOST:
        faults.append(problem("KEYS_TOO_MANY", "name", most=MOST))
    if faults:
        raise Unfit(tuple(faults))
    words = PREFIX + token.fresh()
    one = ApiKey(id=new_id(), person=person, name=name.strip(), scope=scope, created=now, expires=expires)
    store.add_key(connection, one, token.digest(words))
    ledger.record(connection, "key:make", one.id, person, now, {"scope": scope, "expires": expires.isoformat()})
    return one, words


def find(connection: Connection, words: str, now: datetime) -> Visitor | None:
    """Return who is behind a key that a program shows; None where it opens nothing (any more).

    It costs two statements, one where the key is not known.
    """
    found = store.behind_key(connection, token.digest(words)) if words.startswith(PREFIX) else None
    if found is None:
        return None
    one, person = found
    if one.scope not in FOR_PROGRAMS or not is_open(one, now) or person.disabled:
        return None
    actor = actor_for(connection, person, second_factor=False, read_only=one.scope is Scope.READ)
    return Visitor(actor=actor, key=one.id, due=one.used is None or now - one.used >= _PAUSE)


def is_open(one: ApiKey, now: datetime) -> bool:
    """Return whether a key still opens the service."""
    return one.revoked is None and now < one.expires


def revoke(connection: Connection, person: str, identifier: str, now: datetime) -> None:
    """Take a key of a person out of use.

    Raises:
        NotFound: the person has no such key in use.
    """
    if not store.revoke_key(connection, person, identifier, now):
        raise NotFound("There is no such key, or it is out of use already.")
    ledger.record(connection, "key:revoke", identifier, person, now, {})
