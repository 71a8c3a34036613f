"""Passwords: what is asked of them, and how they are kept (Argon2id).

Length is what counts (NIST SP 800-63B, 5.1.1.2): at least twelve characters of
any kind, not the person's own address, not one of those that everybody tries
first. Nothing is asked about capitals or signs, and nothing ever expires.

A hash takes 64 MiB and a fifth of a second of processor time on purpose, so that at
most two are computed at once; whoever comes third waits. Never call these from
within a transaction.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from duediligence.accounts.words import problem
from duediligence.errors import Unavailable
from questionnaires.problem import Problem

SHORTEST = 12
LONGEST = 256
"""In characters. Longer than any phrase a person types, and cheap to hash."""

_COMMON = Path(__file__).parent.parent / "texts" / "common_passwords.txt"
_ENDING = re.compile(r"[\W\d_]+$")
_FEWEST_DIFFERENT = 5
_PATIENCE = 10.0  # seconds

_HASHER = PasswordHasher()
_AT_ONCE = threading.BoundedSemaphore(2)


def problems(password: str, email: str) -> tuple[Problem, ...]:
    """Return what speaks against a password, all of it; nothing when it will do.

    Args:
        password: as it was typed.
        email: the address or login name of the person.
    """
    plain = _normal(password)
    found = []
    if len(plain) < SHORTEST:
        found.append(problem("PASSWORD_SHORT", "password", least=SHORTEST))
    if len(plain) > LONGEST:
        found.append(problem("PASSWORD_LONG", "password", most=LONGEST))
    if email and plain.casefold() in {email.casefold(), email.casefold().partition("@")[0]}:
        found.append(problem("PASSWORD_IS_ADDRESS", "password"))
    if len(plain) >= SHORTEST and _is_common(plain.casefold()):
        found.append(problem("PASSWORD_COMMON", "password"))
    return tuple(found)


def hashed(password: str) -> str:
    """Return what is kept of a password.

    Raises:
        Unavailable: too many others are being computed.
    """
    with _one_of_two():
        return _HASHER.hash(_normal(password))


def matches(kept: str, password: str) -> bool:
    """Return whether a password is the one that is kept; "" is kept for nobody and matches nothing.

    It takes the same time whether or not there is anything to compare with, so
    that the time does not tell whether an address is known.

    Raises:
        Unavailable: too many others are being computed.
    """
    plain = _normal(password) if len(password) <= LONGEST else ""
    with _one_of_two():
        try:
            return _HASHER.verify(kept or _nobody(), plain) and bool(kept and plain)
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Return whether a password was hashed with other parameters than are in use now."""
    return _HASHER.check_needs_rehash(kept)


def _normal(password: str) -> str:
    """Return the password as every keyboard would have typed it: ä in one piece or two is the same letter."""
    return unicodedata.normalize("NFKC", password)


def _is_common(plain: str) -> bool:
    return len(set(plain)) < _FEWEST_DIFFERENT or plain in _common() or _ENDING.sub("", plain) in _common()


@cache
def _common() -> frozenset[str]:
    """Return the passwords that are tried first, and beginnings that only lack a year or a sign."""
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")


@contextmanager
def _one_of_two() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        raise Unavailable("Too many people sign in at this moment. Try again shortly.")
    try:
        yield
    finally:
        _AT_ONCE.release()
