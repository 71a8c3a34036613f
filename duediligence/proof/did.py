"""The name of the service among issuers, and the document that says which keys are its own.

    https://example.org       did:web:example.org          /.well-known/did.json
    https://example.org/due   did:web:example.org:due      /due/did.json

A key stays in the document for as long as something it signed may be shown: one that
was retired stands there as before, one that was revoked is marked and asserts nothing
any more. Keys of reports are there too, with their certificates, so that one file is
enough to check everything without a network; they assert no credentials.
"""

import base64
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from duediligence.errors import Unusable
from duediligence.proof.jose import Refused
from duediligence.proof.signing_key import Algorithm, PublicKey, Purpose, thumbprint

UNREADABLE = "keys_unreadable"
"""Why a document of keys is refused."""

_CONTEXT = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"]
_ALGORITHMS = {"P-256": Algorithm.ES256, "Ed25519": Algorithm.ED25519}
_MATERIAL = ("kty", "crv", "x", "y")
_PEM_LINE = 64


def host_did(address: str) -> str:
    """Return the did:web of a service by its public address.

    Raises:
        ValueError: the address names no host.
    """
    parts = urlsplit(address)
    if not parts.hostname:
        raise ValueError(f"{address!r} is no address of a service")
    host = parts.hostname if parts.port is None else f"{parts.hostname}%3A{parts.port}"
    return ":".join(["did:web", host, *(quote(part) for part in parts.path.split("/") if part)])


def key_id(address: str, key: PublicKey) -> str:
    """Return the name of a key in signatures, `<did>#<id of the key>`."""
    return f"{host_did(address)}#{key.id}"


def document(address: str, keys: Iterable[PublicKey]) -> dict[str, Any]:
    """Return the did document of a service.

    Args:
        address: the public address of the service.
        keys: every key it ever had.
    """
    own, known = host_did(address), tuple(keys)
    asserts = [key for key in known if key.purpose is Purpose.CREDENTIAL and key.revoked is None]
    return {
        "@context": _CONTEXT,
        "id": own,
        "verificationMethod": [_method(own, key) for key in known],
        "assertionMethod": [f"{own}#{key.id}" for key in asserts],
    }


def keys_of(found: Mapping[str, Any]) -> tuple[PublicKey, ...]:
    """Return the keys of a did document, each checked against its own name.

    When a key was retired is not told there. Keys of a kind that we never make, and
    those that assert nothing though nobody revoked them, are left out.

    Raises:
        Refused: it is not such a document, or a key has another name than its own.
    """
    try:
        own, asserts = found["id"], set(found["assertionMethod"])
        keys = [_key(own, method) for method in found["verificationMethod"] if _ours(method)]
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError, Unusable) as error:
        raise Refused(UNREADABLE) from error
    return tuple(
        key for key in keys if key.purpose is Purpose.REPORT or key.revoked is not None or f"{own}#{key.id}" in asserts
    )


def _method(own: str, key: PublicKey) -> dict[str, Any]:
    jwk: dict[str, Any] = {**key.jwk, "kid": key.id, "alg": key.algorithm.value, "iat": int(key.created.timestamp())}
    if key.certificates:
        jwk["x5c"] = _certificates(key.certificates)
    revoked = {"revoked": key.revoked.astimezone(UTC).isoformat()} if key.revoked else {}
    return {"id": f"{own}#{key.id}", "type": "JsonWebKey", "controller": own, **revoked, "publicKeyJwk": jwk}


def _ours(method: Mapping[str, Any]) -> bool:
    """Return whether a verification method holds a key of a kind that we make."""
    return method["type"] == "JsonWebKey" and method["publicKeyJwk"].get("crv") in _ALGORITHMS


def _key(own: str, method: Mapping[str, Any]) -> PublicKey:
    given = method["publicKeyJwk"]
    jwk = {name: given[name] for name in _MATERIAL if name in given}
    key = PublicKey(
        id=thumbprint(jwk),
        purpose=Purpose.REPORT if "x5c" in given else Purpose.CREDENTIAL,
        algorithm=_ALGORITHMS[given["crv"]],
        jwk=jwk,
        certificates=_pem(given.get("x5c", ())),
        created=datetime.fromtimestamp(given.get("iat", 0), tz=UTC),
        revoked=datetime.fromisoformat(method["revoked"]) if "revoked" in method else None,
    )
    if method["id"] != f"{own}#{key.id}" or method["controller"] != own:
        raise ValueError("a key goes by another name than its own")
    return key


def _certificates(pem: bytes) -> list[str]:
    """Return certificates as the base64 in which a JSON Web Key holds them, the key's own first."""
    blocks = pem.decode("ascii").split("-----BEGIN CERTIFICATE-----")[1:]
    return ["".join(block.partition("-----END")[0].split()) for block in blocks]


def _pem(chain: Iterable[str]) -> bytes:
    """Return certificates of a JSON Web Key as PEM."""
    found = b""
    for one in chain:
        text = base64.b64encode(base64.b64decode(one, validate=True)).decode("ascii")
        lines = [text[start : start + _PEM_LINE] for start in range(0, len(text), _PEM_LINE)]
        found += "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""]).encode("ascii")
    return found
