"""Signing keys kept as files: PKCS #8, encrypted with the passphrase of the installation.

    <folder>/passphrase       made like any other key file; may be set elsewhere
    <folder>/<id>.pem         one private key
    <folder>/authority.pem    the key of the authority and its certificate; needed only to make another seal

The passphrase keeps a copied file or disk image useless without it. It is no shield
against whoever may read both; for that there is `key_device`.
"""

import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from duediligence.errors import Unusable
from duediligence.key import secret_text
from duediligence.proof import certificate
from duediligence.proof.signing_key import HALF, Algorithm, PublicKey, Purpose, Signer, jwk_of, thumbprint

AnyPrivate: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

_AUTHORITY = "authority.pem"


@dataclass(frozen=True)
class KeyFolder:
    """Where signing keys lie, and the file of their passphrase."""

    path: Path
    passphrase_file: Path

    def passphrase(self, *, make: bool = False) -> bytes:
        """Return the passphrase.

        Args:
            make: whether to make one where there is none; never where a key waits to be opened with it.

        Raises:
            Unusable: the file is not there, open to others, empty, or cannot be read or made.
        """
        if not make and not self.passphrase_file.exists():
            raise Unusable(f"The passphrase of the signing keys, {self.passphrase_file}, is gone. Put your copy back.")
        words = secret_text(self.passphrase_file).strip()
        if not words:
            raise Unusable(f"The file of the passphrase, {self.passphrase_file}, is empty.")
        return words.encode()


@dataclass(frozen=True)
class FileSigner:
    """A key whose private half was read from a file; never printed."""

    public: PublicKey
    private: AnyPrivate = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """Return the raw bytes of a JSON Web Signature over `data`."""
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return self.private.sign(data)
        r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(HALF) + s.to_bytes(HALF)


def create(folder: KeyFolder, purpose: Purpose, algorithm: Algorithm, host: str, now: datetime) -> PublicKey:
    """Return the public half of a new key, whose private half was written to the folder.

    Args:
        folder: of the installation.
        purpose: what it will sign; a key for reports gets a certificate of the installation's authority.
        algorithm: how it signs; reports are signed with ES256.
        host: of the installation, named in certificates.
        now: when it is made.

    Raises:
        Unusable: the algorithm does not fit the purpose, or a file cannot be read or written.
    """
    if purpose is Purpose.REPORT and algorithm is not Algorithm.ES256:
        raise Unusable("Readers of PDF files know ES256; a key for reports has no other algorithm.")
    if algorithm is Algorithm.ED25519:
        private: AnyPrivate = ed25519.Ed25519PrivateKey.generate()
        chain = b""
    else:
        private = ec.generate_private_key(ec.SECP256R1())
        chain = certified(folder, private.public_key(), host, now) if purpose is Purpose.REPORT else b""
    return _kept(folder, private, purpose, chain, now)


def bring(folder: KeyFolder, private_pem: bytes, chain: bytes, now: datetime) -> PublicKey:
    """Return the public half of a key for reports that the operator brought, with its certificates.

    Args:
        folder: of the installation; the key is written there, encrypted with its passphrase.
        private_pem: the private key as PEM without passphrase.
        chain: PEM, the key's own certificate first.
        now: when it is brought.

    Raises:
        Unusable: it is no P-256 key, its certificates are of another, or a file cannot be written.
    """
    try:
        private = serialization.load_pem_private_key(private_pem, password=None)
    except (ValueError, TypeError) as error:
        raise Unusable("The private key must be in PEM, without a passphrase of its own.") from error
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise Unusable("The private key must be on the curve P-256.")
    public = private.public_key()
    jwk_of(public)  # refuses another curve, whatever its certificates are
    return _kept(folder, private, Purpose.REPORT, certificate.checked(chain, public, now), now)


def unlock(folder: KeyFolder, public: PublicKey) -> Signer:
    """Return a key that can sign.

    Raises:
        Unusable: its file is not there or open to others, the passphrase is another, or it holds another key.
    """
    private = _read(folder, _file(folder, public.id))
    if thumbprint(jwk_of(private.public_key())) != public.id:
        raise Unusable(f"The file of the signing key {public.id} holds another key.")
    return FileSigner(public, private)


def has(folder: KeyFolder, public: PublicKey) -> bool:
    """Return whether the private half of a key is in the folder."""
    return _file(folder, public.id).exists()


def certified(folder: KeyFolder, public: ec.EllipticCurvePublicKey, host: str, now: datetime) -> bytes:
    """Return the chain of a key for reports, from the installation's authority, which is made where there is none.

    Raises:
        Unusable: the file of the authority cannot be read or written.
    """
    path = folder.path / _AUTHORITY
    if not path.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        root = certificate.authority(key, host, now)
        with suppress(FileExistsError):  # another process made one at the same moment, and that one holds
            _write(path, _pem(key, folder.passphrase(make=True)) + certificate.pem(root))
    private = _read(folder, path)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    root = x509.load_pem_x509_certificate(path.read_bytes())
    return certificate.seal(public, host, now, (private, root))


def _kept(folder: KeyFolder, private: AnyPrivate, purpose: Purpose, chain: bytes, now: datetime) -> PublicKey:
    jwk = jwk_of(private.public_key())
    public = PublicKey(
        id=thumbprint(jwk),
        purpose=purpose,
        algorithm=Algorithm.ED25519 if jwk["kty"] == "OKP" else Algorithm.ES256,
        jwk=jwk,
        certificates=chain,
        created=now,
    )
    try:
        _write(_file(folder, public.id), _pem(private, folder.passphrase(make=True)))
    except FileExistsError as error:
        raise Unusable("This key is in the folder already.") from error
    return public


def _file(folder: KeyFolder, id_: str) -> Path:
    return folder.path / f"{id_}.pem"


def _pem(private: AnyPrivate, passphrase: bytes) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase),
    )


def _write(path: Path, content: bytes) -> None:
    """Write a new file that only its owner may read, and that is whole or not there."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        scratch = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(scratch, path)  # never replaces a key that is there
        finally:
            scratch.unlink()
    except FileExistsError:
        raise
    except OSError as error:
        raise Unusable(f"The key file {path} cannot be written: {error.strerror}.") from error


def _read(folder: KeyFolder, path: Path) -> AnyPrivate:
    try:
        if path.stat().st_mode & 0o077:
            raise Unusable(f"Others may read the key file {path}. Say: chmod 600 {path}")
        private = serialization.load_pem_private_key(path.read_bytes(), password=folder.passphrase())
    except OSError as error:
        raise Unusable(f"The key file {path} cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError) as error:
        raise Unusable(f"The key file {path} does not open with the passphrase of this installation.") from error
    if not isinstance(private, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise Unusable(f"The key file {path} holds a key of another kind.")
    return private
