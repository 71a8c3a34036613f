"""A key file, and bytes sealed with it.

Sealing is AES-256-GCM: whoever lacks the key can neither read what was sealed
nor change it unnoticed. What the bytes are about (which person, which question)
is authenticated with them, so that one sealed value cannot be put in the place
of another.

    sealed = version (1 byte) + key id (4) + nonce (12) + ciphertext with tag (16 more than the data)

A key file holds one key a line, base64 of 32 bytes, the newest first. The first
seals; the key id of what was sealed says which line opens it. To renew a key, put
a new line in front and keep the old ones for as long as anything sealed with them is kept.
"""

import base64
import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from duediligence.errors import DueDiligenceError, Unusable

VERSION = b"\x01"
SECRET_BYTES = 32
_ID_BYTES = 4
_NONCE_BYTES = 12
_HEAD_BYTES = len(VERSION) + _ID_BYTES
OVERHEAD = _HEAD_BYTES + _NONCE_BYTES + 16
"""By how many bytes a sealed value is longer than what it holds."""


class Tampered(DueDiligenceError):
    """What was kept is no longer what was sealed."""


@dataclass(frozen=True)
class Key:
    """The secrets of one key file, newest first; never empty, and never printed."""

    secrets: tuple[bytes, ...] = field(repr=False)

    def seal(self, data: bytes, about: bytes) -> bytes:
        """Return `data` sealed with the newest secret, bound to what it is about."""
        secret = self.secrets[0]
        head = VERSION + _identify(secret)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return head + nonce + AESGCM(secret).encrypt(nonce, data, head + about)

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            Tampered: a byte was changed, it is about something else, or its key is not in the file.
        """
        head, rest = sealed[:_HEAD_BYTES], sealed[_HEAD_BYTES:]
        secret = next((secret for secret in self.secrets if head == VERSION + _identify(secret)), None)
        if secret is None:
            raise Tampered("A sealed value names a key that is not in the key file. Was an older line removed from it?")
        try:
            return AESGCM(secret).decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], head + about)
        except (InvalidTag, ValueError) as error:
            raise Tampered("A sealed value was changed, or put in the place of another.") from error


def read_or_make(path: Path) -> Key:
    """Return the key in a file; where there is none, a new one is made for its owner alone to read.

    Two processes that start at once agree on one key.

    Raises:
        Unusable: others may read the file, it cannot be read or made, or it does not hold keys.
    """
    found = tuple(_decode(line) for line in secret_text(path).split())
    if not found or None in found:
        raise Unusable(f"The key file {path} must hold one key a line, each 32 bytes in base64, and nothing else.")
    return Key(tuple(secret for secret in found if secret))


def secret_text(path: Path) -> str:
    """Return what stands in a file of secrets; where there is none, one is made, with 32 random bytes in base64.

    Raises:
        Unusable: others may read the file, or it cannot be read or made.
    """
    try:
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            raise Unusable(f"Others may read the key file {path}. Say: chmod 600 {path}")
        return path.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise Unusable(f"The key file {path} cannot be read or made: {error.strerror}.") from error


def _make(path: Path) -> None:
    """Put a new key at `path` in one step, unless another process was faster."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600 from its first moment
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(SECRET_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)  # never replaces a key that is there
    except FileExistsError:
        return
    finally:
        Path(name).unlink()


def _identify(secret: bytes) -> bytes:
    return hashlib.sha256(b"key id" + secret).digest()[:_ID_BYTES]


def _decode(line: str) -> bytes | None:
    try:
        secret = base64.b64decode(line, validate=True)
    except ValueError:
        return None
    return secret if len(secret) == SECRET_BYTES else None
