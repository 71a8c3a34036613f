"""What proves something to the service: tokens, codes on paper, and sealed notes.

- A **token** is 256 random bits for programs and cookies.
- A **code** is meant for a sheet of paper and a tired reader: letters and digits
  that cannot be taken for each other, in groups of four.
- A **note** is something the service gives out and reads again later, without a
  row in between. It is sealed, serves one purpose and ends at a moment of its own.

Tokens and codes are kept as SHA-256 alone. A plain digest is enough for them,
because nobody can guess their way through 2^78 and more; for passwords it is not.
"""

import base64
import binascii
import hashlib
import secrets
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from duediligence.key import Key, Tampered

T = TypeVar("T", bound=msgspec.Struct)

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0 and O, 1, I and L, and U, which is taken for V; close to five bits a letter."""

_GROUP = 4
_CYRILLIC = str.maketrans("АВЕКМНРСТУХ", "ABEKMHPCTYX")
"""Letters that look the same on the paper and are typed where a keyboard is set to Russian."""

_MOMENT_BYTES = 8
_LONGEST_NOTE = 4096


def fresh() -> str:
    """Return a new token: 43 characters that may stand in a URL or a cookie."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is kept of a token or a code: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def code(groups: int = 5) -> str:
    """Return a new code, such as `7KQM-R2XD-…`; five groups hold 98 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(_GROUP)) for _ in range(groups))


def typed(words: str) -> str:
    """Return a code as it was given out, from what somebody typed off a paper.

    Spaces, dashes and small letters do not matter, nor does a Russian keyboard.
    """
    plain = "".join(letter for letter in words.upper().translate(_CYRILLIC) if letter.isalnum())
    return "-".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))


def note(key: Key, purpose: str, facts: msgspec.Struct, until: datetime) -> str:
    """Return facts sealed as words that may stand in a URL, a cookie or a form.

    Args:
        key: of the service.
        purpose: a note serves no other.
        facts: what to read again.
        until: when it ends, exclusive; kept to the second.
    """
    ends = int(until.timestamp()).to_bytes(_MOMENT_BYTES)
    sealed = key.seal(ends + msgspec.json.encode(facts), about=_about(purpose))
    return base64.urlsafe_b64encode(sealed).decode("ascii").rstrip("=")


def read(key: Key, purpose: str, words: str, kind: type[T], now: datetime) -> T | None:
    """Return the facts of a note; None where it is not ours, serves another purpose, or has ended."""
    if len(words) > _LONGEST_NOTE:
        return None
    try:
        sealed = base64.b64decode(words + "=" * (-len(words) % 4), altchars=b"-_", validate=True)
        opened = key.open(sealed, about=_about(purpose))
        facts = msgspec.json.decode(opened[_MOMENT_BYTES:], type=kind)
    except (ValueError, binascii.Error, Tampered, msgspec.ValidationError):
        return None  # the last of these for a note that an earlier release gave out with other facts
    ends = datetime.fromtimestamp(int.from_bytes(opened[:_MOMENT_BYTES]), UTC)
    return facts if now < ends else None


def _about(purpose: str) -> bytes:
    return f"note:{purpose}".encode()
