"""Signatures around JSON, as VC-JOSE-COSE has them: one compact JWS with the signed bytes inside.

    base64url(header) "." base64url(payload) "." base64url(signature)

A header says four things and nothing else: the algorithm, the key, what is signed and
what that holds. The algorithm must be the one the key was made for, so that nobody can
choose `none` or another one; the key is looked up among those the reader already trusts,
never taken out of what is checked, nor fetched from where it points. What was signed is
the bytes; they are kept as they are and never written anew.
"""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from duediligence.errors import DueDiligenceError
from duediligence.proof.signing_key import PublicKey, Purpose, Signer, decoded, encoded, holds

CREDENTIAL = "vc+jwt"
"""The `typ` of a credential, and of a status list, which is one."""

CREDENTIAL_CONTENT = "vc"
"""The `cty` of both."""

LONGEST = 2_000_000
"""Characters; a credential has some 60,000, one that names a thousand lots up to a million."""

_MEMBERS = {"alg", "kid", "typ", "cty"}
_ENVELOPE = "data:application/vc+jwt,"


class Refusal(StrEnum):
    """Why something signed is not believed."""

    TOO_LONG = "jws_too_long"
    SHAPE = "jws_shape"  # not three parts in strict base64url, or not a header and an object of JSON
    UNSIGNED = "jws_unsigned"  # alg: none, or an empty signature
    HEADER = "jws_header"  # says what is not understood: crit, or a key of its own
    KIND = "jws_kind"  # something else was signed
    UNKNOWN_KEY = "jws_unknown_key"
    WRONG_KEY = "jws_wrong_key"  # a key for another purpose
    ALGORITHM = "jws_algorithm"  # not the one of the key
    SIGNATURE = "jws_signature"
    ISSUER = "jws_issuer"  # the key is another issuer's


class Refused(DueDiligenceError):
    """Something signed is not believed; the words for the reason are in `texts/credential.yaml`."""

    def __init__(self, reason: str) -> None:
        """Keep why."""
        super().__init__(str(reason))
        self.reason = str(reason)


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that a known key signed; whether that key was revoked since is for the caller to ask."""

    payload: bytes
    key: PublicKey
    kid: str


def sign(payload: bytes, signer: Signer, kid: str, typ: str, cty: str = "") -> str:
    """Return a compact JWS with the bytes inside.

    Args:
        payload: what is signed, byte for byte.
        signer: with a key for credentials.
        kid: `<did of the issuer>#<id of the key>`.
        typ: what is signed.
        cty: what the payload holds, where that says more.
    """
    header = {"alg": signer.public.algorithm.value, "kid": kid, "typ": typ} | ({"cty": cty} if cty else {})
    signed = f"{encoded(msgspec.json.encode(header))}.{encoded(payload)}"
    return f"{signed}.{encoded(signer.sign(signed.encode('ascii')))}"


def verify(compact: str, keys: Iterable[PublicKey], typ: str) -> Verified:
    """Return what a known key signed.

    A credential must further hold that the issuer it names is the one whose key it is.

    Args:
        compact: a compact JWS as it was received.
        keys: all that the reader trusts; what the signature says of its key is not.
        typ: what must have been signed.

    Raises:
        Refused: it is not believed, with the reason.
    """
    if len(compact) > LONGEST:
        raise Refused(Refusal.TOO_LONG)
    parts = compact.split(".")
    if len(parts) != 3:  # noqa: PLR2004  header, payload, signature
        raise Refused(Refusal.SHAPE)
    header, payload = _header(parts[0]), _bytes(parts[1])
    if header.get("alg") == "none" or not parts[2]:
        raise Refused(Refusal.UNSIGNED)
    if not header.keys() <= _MEMBERS:
        raise Refused(Refusal.HEADER)
    if header.get("typ") != typ or (typ == CREDENTIAL and header.get("cty") != CREDENTIAL_CONTENT):
        raise Refused(Refusal.KIND)
    kid = header.get("kid", "")
    issuer, _, name = kid.rpartition("#")
    key = _known(name, keys, header.get("alg", ""))
    if not holds(key, f"{parts[0]}.{parts[1]}".encode("ascii"), _bytes(parts[2])):
        raise Refused(Refusal.SIGNATURE)
    if typ == CREDENTIAL and issuer_of(read(payload)) != issuer:
        raise Refused(Refusal.ISSUER)
    return Verified(payload=payload, key=key, kid=kid)


def read(payload: bytes) -> dict[str, Any]:
    """Return a payload as the JSON object it must be.

    Raises:
        Refused: it is none, or names something twice.
    """
    try:
        value = json.loads(payload, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Refused(Refusal.SHAPE) from error
    if not isinstance(value, dict):
        raise Refused(Refusal.SHAPE)
    return value


def issuer_of(credential: Mapping[str, Any]) -> str:
    """Return the id of who issued a credential, "" where none is named."""
    issuer = credential.get("issuer")
    named = issuer.get("id") if isinstance(issuer, dict) else issuer
    return named if isinstance(named, str) else ""


def opened(data: bytes) -> str:
    """Return the compact JWS that a file holds, bare or in its envelope, without asking who signed it.

    Raises:
        Refused: it holds neither.
    """
    text = data[: 2 * LONGEST].strip()
    if text.startswith(b"{"):
        named = read(text).get("id")
        if not isinstance(named, str) or not named.startswith(_ENVELOPE):
            raise Refused(Refusal.SHAPE)
        return named.removeprefix(_ENVELOPE)
    try:
        return text.decode("ascii")
    except UnicodeDecodeError as error:
        raise Refused(Refusal.SHAPE) from error


def _known(name: str, keys: Iterable[PublicKey], algorithm: str) -> PublicKey:
    """Return the key of this name, which must be one that signs what this module reads, in this way."""
    key = next((one for one in keys if one.id == name), None)
    if key is None:
        raise Refused(Refusal.UNKNOWN_KEY)
    if key.purpose is not Purpose.CREDENTIAL:
        raise Refused(Refusal.WRONG_KEY)
    if algorithm != key.algorithm.value:
        raise Refused(Refusal.ALGORITHM)
    return key


def _header(part: str) -> dict[str, str]:
    """Return a header; each member of it is a string, save those that are refused for what they are."""
    header = read(_bytes(part))
    if any(name in _MEMBERS and not isinstance(value, str) for name, value in header.items()):
        raise Refused(Refusal.SHAPE)
    return header


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON that names nothing twice: two readers would take two meanings."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _bytes(part: str) -> bytes:
    """Return the bytes of base64url that has no padding, no blank and no spare bits."""
    try:
        data = decoded(part)
    except ValueError as error:
        raise Refused(Refusal.SHAPE) from error
    if not part or encoded(data) != part:
        raise Refused(Refusal.SHAPE)
    return data
