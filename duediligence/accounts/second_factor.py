"""Second factors: a code that changes every half minute (TOTP), and recovery codes.

The secret of the codes is sealed with the key of the service. A code is good for
the half minute it belongs to and the one before and after, and never twice.
Recovery codes are for the day the phone is lost: ten, shown once, each good once.
"""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec
import pyotp
from pyotp.exceptions import OTPVerificationError

from duediligence.accounts import token
from duediligence.accounts.words import unfit
from duediligence.database import Connection
from duediligence.key import Key
from duediligence.organisation import Person
from duediligence.store import person as people
from duediligence.store import second_factor as store
from duediligence.store.person import Credentials

RECOVERY_CODES = 10
_GROUPS = 4  # of a recovery code: 78 bits
_WINDOW = 1  # half minutes, before and after
_DIGITS = 6
_OFFERED = timedelta(minutes=15)


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A secret to be entered in an authenticator; it counts once a code has shown that it was."""

    secret: str  # base32, to be typed by hand
    address: str  # otpauth://, to be shown as a QR code
    note: str  # brings the secret back with the first code


class _Offered(msgspec.Struct, frozen=True):
    person: str
    secret: str


def offer(key: Key, person: Person, address: str, now: datetime) -> Offer:
    """Return a new secret for a person to enter in their authenticator; nothing is kept yet.

    Args:
        key: of the service.
        person: whose.
        address: of the service; its host name is what the authenticator shows.
        now: the moment.
    """
    secret = pyotp.random_base32()
    issuer = urlsplit(address).hostname or address
    return Offer(
        secret=secret,
        address=pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=issuer),
        note=token.note(key, "second factor", _Offered(person.id, secret), now + _OFFERED),
    )


def accept(
    connection: Connection, key: Key, one: Credentials, answer: tuple[str, str], now: datetime
) -> tuple[str, ...]:
    """Set a second factor up, and return new recovery codes, to be shown this once.

    Args:
        connection: an open one, for writing.
        key: of the service.
        one: whose.
        answer: the note of the offer, and a code from the authenticator.
        now: the moment.

    Raises:
        Unfit: the offer is too old, or the code is not right.
    """
    words, code = answer
    offered = token.read(key, "second factor", words, _Offered, now)
    if offered is None or offered.person != one.person.id:
        raise unfit("SECOND_FACTOR_OFFER_OVER", "code")
    step = _step(offered.secret, code, now)
    if step is None:
        raise unfit("CODE_WRONG", "code")
    sealed = key.seal(offered.secret.encode(), about=_about(one.person.id))
    people.keep_totp(connection, one.person.id, sealed, step)
    return new_codes(connection, one.person.id)


def new_codes(connection: Connection, person: str) -> tuple[str, ...]:
    """Return new recovery codes, to be shown this once; all earlier ones are void."""
    codes = tuple(token.code(_GROUPS) for _ in range(RECOVERY_CODES))
    store.replace_codes(connection, person, map(token.digest, codes))
    return codes


def take_away(connection: Connection, person: str) -> None:
    """Remove the codes of an authenticator and all recovery codes; passkeys stay."""
    people.keep_totp(connection, person, None)
    store.replace_codes(connection, person, ())


def passes(connection: Connection, key: Key, one: Credentials, code: str, now: datetime) -> bool:
    """Return whether a code from the authenticator, or a recovery code, is right; it is used up by that.

    Raises:
        Tampered: the secret that is kept is not what was sealed.
    """
    if one.totp is None:
        return False
    secret = key.open(one.totp, about=_about(one.person.id)).decode()
    step = _step(secret, code, now)
    if step is not None:
        return people.take_step(connection, one.person.id, step)
    return store.spend_code(connection, one.person.id, token.digest(token.typed(code)), now)


def _step(secret: str, code: str, now: datetime) -> int | None:
    """Return the half minute a code belongs to; None where it is no right code."""
    plain = "".join(code.split())
    if len(plain) != _DIGITS or not plain.isascii() or not plain.isdigit():
        return None
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(plain, for_time=now, valid_window=_WINDOW)
    except OTPVerificationError:
        return None


def _about(person: str) -> bytes:
    return f"totp:{person}".encode()
