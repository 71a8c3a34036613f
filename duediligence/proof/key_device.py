"""Signing keys kept in a device that never gives them away: a token behind PKCS #11.

The private half is made inside and stays there; it goes by the id of the key. The device
signs digests (CKM_ECDSA), which every one of them can; so its keys are of ES256. Needs
the extra `pkcs11` and the library of the device's maker.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec

from duediligence.errors import Unavailable, Unusable
from duediligence.proof.signing_key import HALF, Algorithm, PublicKey, Purpose, Signer, jwk_of, thumbprint

Certify = Callable[[ec.EllipticCurvePublicKey], bytes]
"""Gives the chain of a new key as PEM, empty where it needs none."""

_Library: TypeAlias = Any
_Session: TypeAlias = Any
_Object: TypeAlias = Any
"""Of python-pkcs11, which is loaded only where a device is set."""

_ONE_AT_A_TIME = Lock()
"""Signing in to a device counts for the whole process, and so does signing out."""


@dataclass(frozen=True)
class Device:
    """Where a device is, and what opens it."""

    module: Path  # the library of its maker
    token: str  # label
    pin_file: Path

    def pin(self) -> str:
        """Return what opens the device.

        Raises:
            Unusable: the file cannot be read, or others may read it.
        """
        try:
            if self.pin_file.stat().st_mode & 0o077:
                raise Unusable(f"Others may read the PIN in {self.pin_file}. Say: chmod 600 {self.pin_file}")
            return self.pin_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Unusable(f"The PIN file {self.pin_file} cannot be read: {error.strerror}.") from error


@dataclass(frozen=True)
class DeviceSigner:
    """A key whose private half is in a device."""

    public: PublicKey
    device: Device

    def sign(self, data: bytes) -> bytes:
        """Return the raw bytes of a JSON Web Signature over `data`.

        Raises:
            Unavailable: the device does not answer.
            Unusable: the PIN is wrong, or the key is not there.
        """
        digest = hashlib.sha256(data).digest()
        with _opened(self.device) as (session, library):
            key = _private(session, library, self.public.id)
            signature: bytes = key.sign(digest, mechanism=library.Mechanism.ECDSA)
        return signature


def create(device: Device, purpose: Purpose, algorithm: Algorithm, certify: Certify, now: datetime) -> PublicKey:
    """Return the public half of a new key, whose private half was made in the device.

    Raises:
        Unavailable: the device does not answer.
        Unusable: the PIN is wrong, or the device makes no such keys.
    """
    if algorithm is not Algorithm.ES256:
        raise Unusable("Keys in a device are of ES256.")
    with _opened(device) as (session, library):
        made_as = secrets.token_hex(HALF // 2)  # its id is known only when it is there
        public, private = _generated(session, library, made_as)
        jwk = jwk_of(public)
        id_ = thumbprint(jwk)
        for one in private:
            one[library.Attribute.LABEL] = id_
    return PublicKey(
        id=id_,
        purpose=purpose,
        algorithm=algorithm,
        jwk=jwk,
        certificates=certify(public),
        created=now,
    )


def unlock(device: Device, public: PublicKey) -> Signer:
    """Return a key that can sign.

    Raises:
        Unavailable: the device does not answer.
        Unusable: the PIN is wrong, or the key is not there.
    """
    with _opened(device) as (session, library):
        _private(session, library, public.id)
    return DeviceSigner(public, device)


def _generated(
    session: _Session, library: _Library, label: str
) -> tuple[ec.EllipticCurvePublicKey, tuple[_Object, _Object]]:
    """Return a new public key, and both halves as they are in the device."""
    from pkcs11.util.ec import encode_named_curve_parameters

    curve = {library.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
    parameters = session.create_domain_parameters(library.KeyType.EC, curve, local=True)
    hidden = {library.Attribute.SENSITIVE: True, library.Attribute.EXTRACTABLE: False}
    public, private = parameters.generate_keypair(store=True, label=label, private_template=hidden)
    point = public[library.Attribute.EC_POINT]
    found = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point[-(2 * HALF + 1) :])
    return found, (public, private)


def _private(session: _Session, library: _Library, id_: str) -> _Object:
    try:
        return session.get_key(object_class=library.ObjectClass.PRIVATE_KEY, label=id_)
    except library.exceptions.NoSuchKey as error:
        raise Unusable(f"The signing key {id_} is not in the device.") from error


@contextmanager
def _opened(device: Device) -> Iterator[tuple[_Session, _Library]]:
    """Give a session on the device and the library that speaks to it."""
    try:
        import pkcs11
    except ImportError as error:
        raise Unusable("Keys in a device need the extra: pip install 'duediligence[pkcs11]'") from error
    pin = device.pin()
    with _ONE_AT_A_TIME:
        try:
            token = pkcs11.lib(str(device.module)).get_token(token_label=device.token)
            with token.open(rw=True, user_pin=pin) as session:
                yield session, pkcs11
        except pkcs11.exceptions.PinIncorrect as error:
            raise Unusable(f"The PIN in {device.pin_file} does not open the device.") from error
        except pkcs11.exceptions.NoSuchToken as error:
            raise Unavailable(f"There is no token {device.token!r} behind {device.module}.") from error
        except (pkcs11.exceptions.PKCS11Error, RuntimeError) as error:
            raise Unavailable(f"The device behind {device.module} does not answer: {error!r}.") from error
