"""Keys that sign what travels: their public half, and what it takes to sign with the private one.

A key is named by the RFC 7638 thumbprint of its public half, so that its name proves
itself. The private half is in a file (`key_file`) or in a device (`key_device`); both
sign the same way and give the raw bytes of a JSON Web Signature: r and s of 32 bytes
each for ES256, 64 bytes for Ed25519.

A key lives in three states. In use, it signs. Retired, it signs no more, and all it
signed still stands. Revoked, nothing it signed stands by itself any more: whoever took
the key can sign and date anything. See `trusted` for what may stand all the same.
"""

import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from duediligence.errors import Unusable

HALF = 32
"""Bytes of a coordinate, of r and of s."""

_REQUIRED = {"EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x")}
"""The members of a thumbprint by the kind of key, in the order of RFC 7638."""


class Purpose(StrEnum):
    """What a key signs."""

    REPORT = "report"  # PDF files
    CREDENTIAL = "credential"  # credentials, status lists, heads of the ledger


class Algorithm(StrEnum):
    """How a key signs, by its name in JSON Web Signatures."""

    ES256 = "ES256"
    ED25519 = "Ed25519"


class PublicKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The public half of a key, and what became of the key."""

    id: str  # RFC 7638 thumbprint
    purpose: Purpose
    algorithm: Algorithm
    jwk: dict[str, str]
    certificates: bytes = b""  # PEM, the key's own first; empty for credentials
    created: datetime
    retired: datetime | None = None
    revoked: datetime | None = None
    revoked_because: str = ""

    @property
    def in_use(self) -> bool:
        """Return whether it signs what is signed now."""
        return self.retired is None and self.revoked is None


class Signer(Protocol):
    """A key that can sign, wherever its private half is."""

    @property
    def public(self) -> PublicKey:
        """Return its public half."""

    def sign(self, data: bytes) -> bytes:
        """Return the raw bytes of a JSON Web Signature over `data`."""


def trusted(key: PublicKey, recorded: datetime | None = None) -> bool:
    """Return whether what a key signed may stand.

    What a revoked key signed stands only where whoever checks wrote its digest down
    before the key was revoked. A date inside of what was signed proves nothing.

    Args:
        key: that signed.
        recorded: when whoever checks wrote down the digest of the signed bytes, None where nobody did.
    """
    return key.revoked is None or (recorded is not None and recorded < key.revoked)


def thumbprint(jwk: dict[str, str]) -> str:
    """Return the RFC 7638 thumbprint of a public key: 43 letters.

    Raises:
        Unusable: it is of another kind, or a member is missing.
    """
    names = _REQUIRED.get(jwk.get("kty", ""), ())
    if not names or not all(name in jwk for name in names):
        raise Unusable("A public key must be of the kind EC or OKP, with all of its members.")
    content = msgspec.json.encode({name: jwk[name] for name in names})
    return encoded(hashlib.sha256(content).digest())


def holds(key: PublicKey, data: bytes, signature: bytes) -> bool:
    """Return whether `signature`, as a JSON Web Signature has it, is of this key over `data`."""
    try:
        match opened(key.jwk):
            case ec.EllipticCurvePublicKey() as public:
                public.verify(der(signature), data, ec.ECDSA(hashes.SHA256()))
            case public:
                public.verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def der(signature: bytes) -> bytes:
    """Return r and s side by side as the DER sequence that certificates and PDF files hold.

    Raises:
        ValueError: there are not 64 bytes.
    """
    if len(signature) != 2 * HALF:
        raise ValueError("an ES256 signature has 64 bytes")
    return encode_dss_signature(int.from_bytes(signature[:HALF]), int.from_bytes(signature[HALF:]))


def opened(jwk: dict[str, str]) -> ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey:
    """Return a public key that can verify.

    Raises:
        ValueError: it is none of P-256 or Ed25519, or not a point on its curve.
    """
    match jwk:
        case {"kty": "EC", "crv": "P-256", "x": x, "y": y}:
            point = (int.from_bytes(decoded(x)), int.from_bytes(decoded(y)))
            return ec.EllipticCurvePublicNumbers(*point, ec.SECP256R1()).public_key()
        case {"kty": "OKP", "crv": "Ed25519", "x": x}:
            return ed25519.Ed25519PublicKey.from_public_bytes(decoded(x))
    raise ValueError("a key must be of P-256 or Ed25519")


def jwk_of(public: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> dict[str, str]:
    """Return a public key as a JSON Web Key.

    Raises:
        Unusable: it is on another curve than P-256.
    """
    if isinstance(public, ed25519.Ed25519PublicKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": encoded(public.public_bytes_raw())}
    if not isinstance(public.curve, ec.SECP256R1):
        raise Unusable("A key on an elliptic curve must be on P-256.")
    numbers = public.public_numbers()
    x, y = (encoded(number.to_bytes(HALF)) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def in_use(keys: Iterable[PublicKey], purpose: Purpose) -> PublicKey | None:
    """Return the newest key in use for a purpose, None where there is none."""
    return max(
        (key for key in keys if key.purpose == purpose and key.in_use), key=lambda key: key.created, default=None
    )


def encoded(data: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return the bytes of base64url without padding.

    Raises:
        ValueError: it is not that.
    """
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
