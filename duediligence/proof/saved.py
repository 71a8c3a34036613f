"""What was saved from a service to check files without a network: keys, status lists, roots of its ledger."""

from pathlib import Path

import msgspec

from duediligence.errors import Unusable
from duediligence.proof import did, jose
from duediligence.proof.ledger_proof import Consistency
from duediligence.proof.signing_key import PublicKey

LARGEST = 30_000_000
"""The most bytes that are read of a file."""


class _Heads(msgspec.Struct, frozen=True, kw_only=True):
    """Roots as the service publishes them."""

    heads: tuple[str, ...]


def content(path: Path) -> bytes:
    """Return the bytes of a file, at most one more than are ever looked at.

    Raises:
        Unusable: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}.") from error


def keys(path: Path) -> tuple[PublicKey, ...]:
    """Return the keys in a saved did.json.

    Raises:
        Unusable: it cannot be read, or is none.
    """
    try:
        return did.keys_of(msgspec.json.decode(content(path), type=dict[str, object]))
    except (msgspec.MsgspecError, jose.Refused) as error:
        raise Unusable(f"{path} is no document of keys (did.json).") from error


def status_list(path: Path) -> str:
    """Return a saved status list as it was signed.

    Raises:
        Unusable: it cannot be read, or is none.
    """
    try:
        return jose.opened(content(path))
    except jose.Refused as error:
        raise Unusable(f"{path} is no status list.") from error


def heads(path: Path) -> tuple[str, ...]:
    """Return saved roots of the ledger as they were signed.

    Raises:
        Unusable: it cannot be read, or holds something else.
    """
    try:
        return msgspec.json.decode(content(path), type=_Heads).heads
    except msgspec.MsgspecError as error:
        raise Unusable(f"{path} holds no roots of a ledger, as /ledger/heads gives them.") from error


def growth(path: Path) -> Consistency:
    """Return a saved proof that one root of the ledger goes on from another.

    Raises:
        Unusable: it cannot be read, or is none.
    """
    try:
        return msgspec.json.decode(content(path), type=Consistency)
    except msgspec.MsgspecError as error:
        raise Unusable(f"{path} holds no proof, as /ledger/consistency gives it.") from error
