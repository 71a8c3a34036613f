"""One entry of the ledger with the proof that it stands there: what a report carries of it.

    seal    of the entry, see `ledger_entry`
    proof   the hashes that lead from the seal to the root of a tree of `size` entries, see `tree`
    head    size, root and moment, signed by the service

A reader who has the entry computes its seal, follows the proof to the root, and finds
the root in the signed head. Whether the same root stands in what the service published
on that day, or for somebody else, only a second source can tell: a head that was kept
apart, with the proof that one goes on from the other where their sizes differ.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from duediligence.proof import jose, tree
from duediligence.proof.ledger_entry import Shown, seal
from duediligence.proof.signing_key import PublicKey, Signer

FORMAT = "duediligence/ledger-head/1"
HEAD_TYPE = "ledger-head+jwt"
"""What a signed head calls itself, so that no other signed thing can pass for one."""


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much a ledger held at a moment, and the root over it."""

    format: str = FORMAT
    service: str  # did
    size: int
    root: str  # hexadecimal
    at: datetime


class LedgerProof(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry, the way to a root, and the head that states the root."""

    entry: Shown
    size: int
    path: tuple[str, ...]  # hexadecimal, from the leaf upwards
    head: str  # compact JWS


class Consistency(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The proof that a ledger of so many entries goes on from an earlier one."""

    earlier: int
    size: int
    path: tuple[str, ...]  # hexadecimal, see `tree`


def facts(one: Shown) -> dict[str, Any]:
    """Return what an entry states."""
    found: dict[str, Any] = msgspec.json.decode(one.facts, type=dict[str, Any])
    return found


def signed(head: Head, signer: Signer, kid: str) -> str:
    """Return a head with the signature of the service, as a compact JWS."""
    return jose.sign(msgspec.json.encode(head), signer, kid, HEAD_TYPE)


def head_of(text: str, keys: Iterable[PublicKey]) -> Head:
    """Return the head that a compact JWS states.

    Raises:
        jose.Refused: no key of the service signed it, or it is none.
    """
    try:
        return msgspec.json.decode(jose.verify(text, keys, HEAD_TYPE).payload, type=Head)
    except msgspec.MsgspecError as error:
        raise jose.Refused("not_a_head") from error


def goes_on(later: Head, earlier: Head, proof: Consistency) -> bool:
    """Return whether the entries of an earlier head are the first of those of a later one."""
    if (proof.earlier, proof.size) != (earlier.size, later.size):
        return False
    try:
        before, now, *path = (bytes.fromhex(one) for one in (earlier.root, later.root, *proof.path))
    except ValueError:
        return False
    return tree.extends(earlier.size, later.size, before, now, path)


def holds(proof: LedgerProof, head: Head) -> bool:
    """Return whether the entry of a proof is among those that a head stands for."""
    if proof.size != head.size:
        return False
    try:
        path = [bytes.fromhex(one) for one in proof.path]
        leaf = tree.leaf(seal(proof.entry))
        return tree.includes(proof.entry.number - 1, head.size, leaf, path, bytes.fromhex(head.root))
    except ValueError:
        return False
