"""Which credentials no longer stand, as one long row of bits that tells nothing of any single one.

A W3C Bitstring Status List: bit 0 is the left-most bit of the first byte, the row is
packed with gzip, written in base64url after the letter `u`, and signed like a credential.
Every credential names its place in the row. Whoever fetches the list tells nobody which
credential they look at.

    revocation   withdrawn for good; such a bit is never cleared
    suspension   not to be relied on for now

A list says until when it may be believed. Where it is older, or of another issuer or
purpose than the credential says, it says nothing.
"""

import gzip
import secrets
import zlib
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec

from duediligence.proof import jose
from duediligence.proof.did import host_did
from duediligence.proof.jose import Refused
from duediligence.proof.signing_key import PublicKey, Signer, decoded
from duediligence.proof.signing_key import encoded as base64url

LENGTH = 131_072
"""Bits, the fewest that the standard allows, so that a list hides one among many."""

_BYTES = LENGTH // 8
_GZIP = 16 + zlib.MAX_WBITS
_MULTIBASE = "u"
_CONTEXT = "https://www.w3.org/ns/credentials/v2"
_TYPE = "BitstringStatusListCredential"


class StatusPurpose(StrEnum):
    """What a set bit means."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"


class ListRefusal(StrEnum):
    """Why a list says nothing of a credential."""

    KIND = "status_list_kind"  # signed, but no list
    SIZE = "status_list_size"  # more or less than a list holds, or not packed as one
    OTHER = "status_list_other"  # not the list that the credential names
    PURPOSE = "status_list_purpose"
    ISSUER = "status_list_issuer"
    INDEX = "status_list_index"  # a place that the list has not


class StatusList(msgspec.Struct, frozen=True, kw_only=True):
    """A list whose signature held."""

    id: str  # its address
    issuer: str
    purpose: StatusPurpose
    begins: datetime
    ends: datetime
    bits: bytes
    key: PublicKey

    def stands(self, at: datetime) -> bool:
        """Return whether it may be believed at a moment."""
        return self.begins <= at <= self.ends


def encoded(set_bits: Collection[int]) -> str:
    """Return a row of bits as a list holds it.

    Args:
        set_bits: the places that are set, each from 0 to before `LENGTH`.
    """
    row = bytearray(_BYTES)
    for index in set_bits:
        row[index // 8] |= 0x80 >> index % 8
    return _MULTIBASE + base64url(gzip.compress(bytes(row), mtime=0))


def is_set(text: str, index: int) -> bool:
    """Return whether a place is set in a row of bits as a list holds it.

    Raises:
        Refused: it is no such row, or has no such place.
    """
    return _bit(_row(text), index)


def free_index(taken: Collection[int]) -> int:
    """Return a place that nobody has, drawn so that it tells nothing of what came before.

    Raises:
        ValueError: every place is taken.
    """
    if len(taken) >= LENGTH:
        raise ValueError("the status list is full")
    while (index := secrets.randbelow(LENGTH)) in taken:
        pass
    return index


def location(address: str, purpose: StatusPurpose) -> str:
    """Return where a service publishes its list."""
    return f"{address}/status/{purpose.value}"


def moment(at: datetime) -> str:
    """Return a moment as credentials have it, in whole seconds of UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def credential(
    address: str, purpose: StatusPurpose, set_bits: Collection[int], *, at: datetime, until: datetime
) -> dict[str, Any]:
    """Return a list as a credential of the service, not signed yet.

    Args:
        address: the public address of the service.
        purpose: what a set bit means.
        set_bits: the places that are set.
        at: from when it may be believed.
        until: until when; a newer one is to be fetched then.
    """
    own = location(address, purpose)
    return {
        "@context": [_CONTEXT],
        "id": own,
        "type": ["VerifiableCredential", _TYPE],
        "issuer": host_did(address),
        "validFrom": moment(at),
        "validUntil": moment(until),
        "credentialSubject": {
            "id": f"{own}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose.value,
            "encodedList": encoded(set_bits),
        },
    }


def sign(whole: Mapping[str, Any], signer: Signer) -> str:
    """Return a list with the signature of its issuer."""
    kid = f"{whole['issuer']}#{signer.public.id}"
    return jose.sign(msgspec.json.encode(whole), signer, kid, jose.CREDENTIAL, jose.CREDENTIAL_CONTENT)


def read(compact: str, keys: Iterable[PublicKey]) -> StatusList:
    """Return a list that a known key signed.

    Raises:
        Refused: it is not believed, or is no list.
    """
    verified = jose.verify(compact, keys, jose.CREDENTIAL)
    whole = jose.read(verified.payload)
    try:
        if _TYPE not in whole["type"]:
            raise Refused(ListRefusal.KIND)
        subject = whole["credentialSubject"]
        return StatusList(
            id=whole["id"],
            issuer=jose.issuer_of(whole),
            purpose=StatusPurpose(subject["statusPurpose"]),
            begins=datetime.fromisoformat(whole["validFrom"]).astimezone(UTC),
            ends=datetime.fromisoformat(whole["validUntil"]).astimezone(UTC),
            bits=_row(subject["encodedList"]),
            key=verified.key,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(ListRefusal.KIND) from error


def tells(one: StatusList, whole: Mapping[str, Any], purpose: StatusPurpose = StatusPurpose.REVOCATION) -> bool:
    """Return whether a list says that a credential no longer stands.

    A credential names one list, of revocations; its place is the same in the list of
    suspensions that its issuer publishes beside it.

    Args:
        one: a list.
        whole: the credential, already verified.
        purpose: for which the list is asked.

    Raises:
        Refused: the list is another one than the credential names, or has no such place.
    """
    entry = whole.get("credentialStatus")
    if not isinstance(entry, dict) or not isinstance(named := entry.get("statusListCredential"), str):
        raise Refused(ListRefusal.OTHER)
    if one.purpose is not purpose:
        raise Refused(ListRefusal.PURPOSE)
    if one.issuer != jose.issuer_of(whole):
        raise Refused(ListRefusal.ISSUER)
    beside = named.removesuffix(str(entry.get("statusPurpose"))) + purpose.value
    if one.id != beside:
        raise Refused(ListRefusal.OTHER)
    return _bit(one.bits, _index(entry.get("statusListIndex")))


def _index(given: object) -> int:
    """Return a place, which is a number in UNTP and a word of digits in W3C's standard."""
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) <= len(str(LENGTH)):
        return int(given)
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    raise Refused(ListRefusal.INDEX)


def _bit(row: bytes, index: int) -> bool:
    if not 0 <= index < LENGTH:
        raise Refused(ListRefusal.INDEX)
    return bool(row[index // 8] & 0x80 >> index % 8)


def _row(text: str) -> bytes:
    """Return the bytes of a row; never unpacks more than a row has."""
    if not text.startswith(_MULTIBASE) or len(text) > 2 * _BYTES:
        raise Refused(ListRefusal.SIZE)
    unpacking = zlib.decompressobj(_GZIP)
    try:
        row = unpacking.decompress(decoded(text.removeprefix(_MULTIBASE)), _BYTES + 1)
    except (ValueError, zlib.error) as error:
        raise Refused(ListRefusal.SIZE) from error
    if len(row) != _BYTES or not unpacking.eof or unpacking.unused_data:
        raise Refused(ListRefusal.SIZE)
    return row
