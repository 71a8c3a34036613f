"""Anybody asks how an attestation stands, or has a file checked: no account, and nothing is kept.

Whoever has the code sees what the firm consented to show, and nothing of any other
firm. A code that was never given out and one that nobody has consented to look the same.
"""

from datetime import datetime
from typing import NamedTuple

from duediligence.database import Connection
from duediligence.errors import NotFound
from duediligence.proof.attestation import CODE_LENGTH, CODE_LETTERS, Attestation, Standing, standing
from duediligence.proof.checking import Known
from duediligence.proof.ledger_proof import LedgerProof
from duediligence.proof.signing_key import PublicKey
from duediligence.proof.status_list import StatusPurpose
from duediligence.store import attestation as store
from duediligence.store import ledger_tree, signing_key
from duediligence.workflow.work import ASHGABAT

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": "", "-": "", "\N{NO-BREAK SPACE}": ""})
_HEADS = 400


class Public(NamedTuple):
    """What anybody with the code may see."""

    attestation: Attestation
    standing: Standing
    revoked_keys: tuple[PublicKey, ...]  # of those that signed it


def code_of(typed: str) -> str:
    """Return the code that somebody typed, with letters that are read as others put right; "" where it is none."""
    code = typed.strip().upper().translate(_READ_AS)
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS) else ""


def public(connection: Connection, code: str, now: datetime) -> Public:
    """Return how an attestation stands.

    Raises:
        NotFound: none that was signed has this code.
    """
    one = store.find(connection, code)
    if one is None or one.issued is None:
        raise NotFound("This service knows no such attestation.")
    keys = signing_key.load_all(connection)
    signed_with = (one.report_key, one.credential_key)
    revoked = tuple(key for key in keys if key.id in signed_with and key.revoked is not None)
    return Public(one, standing(one, now.astimezone(ASHGABAT).date()), revoked)


def proof(connection: Connection, code: str) -> LedgerProof:
    """Return the entry of an attestation with the proof that it stands in the newest published head.

    Raises:
        NotFound: none that was signed has this code, or no head covers it yet.
    """
    one = store.find(connection, code)
    newest = ledger_tree.heads(connection, 1)
    if one is None or one.issued is None or not newest:
        raise NotFound("This service knows no such attestation.")
    return ledger_tree.proved(connection, one.entry, newest[0].size, newest[0].signed)


def known(connection: Connection, sha256: str, now: datetime) -> Known:
    """Return all that this service can hold against a file of a digest."""
    lists = (store.status(connection, purpose) for purpose in StatusPurpose)
    issued = store.issued_as(connection, sha256)
    return Known(
        keys=signing_key.load_all(connection),
        status_lists=tuple(one for one in lists if one),
        heads=tuple(one.signed for one in ledger_tree.heads(connection, _HEADS)),
        at=now,
        recorded={sha256: issued} if issued else {},
    )
