"""The certificates of keys that sign reports: X.509, for readers of PDF files.

    authority    made once for an installation; signs nothing but the certificates of seals
    seal         says whose key sealed a report; its own first in a chain, the authority last

A reader who takes the authority into its list of trust sees every seal as known, also
one whose key is made later. An operator may bring a chain of its own instead.
"""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from duediligence.errors import Unusable
from duediligence.proof.signing_key import jwk_of, thumbprint

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey

AUTHORITY_LASTS = timedelta(days=30 * 365)
SEAL_LASTS = timedelta(days=3 * 365)
"""No attestation stands for more than a year, so a key that is renewed in time is outlived by its certificate."""

_SLACK = timedelta(minutes=10)
"""By how much clocks may differ."""

_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""RFC 9336."""

_SIGNS = {"digital_signature": True, "content_commitment": True}
_CERTIFIES = {"key_cert_sign": True, "crl_sign": True}
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def authority(key: PrivateKey, host: str, now: datetime) -> x509.Certificate:
    """Return the certificate of an installation's authority, signed with its own key."""
    name = _name(host, f"Authority of {host}")
    public = key.public_key()
    begun = _begun(name, name, public, now, now + AUTHORITY_LASTS)
    return (
        begun.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(_CERTIFIES), critical=True)
        .sign(key, hashes.SHA256())
    )


def seal(
    public: ec.EllipticCurvePublicKey, host: str, now: datetime, issuer: tuple[PrivateKey, x509.Certificate]
) -> bytes:
    """Return the chain of a key that seals reports, as PEM: its own certificate first, then the authority's."""
    key, root = issuer
    until = min(now + SEAL_LASTS, root.not_valid_after_utc)
    begun = _begun(_name(host, f"Reports of {host}"), root.subject, public, now, until)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    own = (
        begun.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(_SIGNS), critical=True)
        .add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING]), critical=False)
        .add_extension(above, critical=False)
        .sign(key, hashes.SHA256())
    )
    return pem(own) + pem(root)


def chain(certificates: bytes) -> list[x509.Certificate]:
    """Return the certificates of a PEM chain, the key's own first.

    Raises:
        Unusable: there is none, or one cannot be read.
    """
    try:
        return x509.load_pem_x509_certificates(certificates)
    except ValueError as error:
        raise Unusable("These are no certificates in PEM.") from error


def checked(certificates: bytes, public: ec.EllipticCurvePublicKey, now: datetime) -> bytes:
    """Return a chain that was brought from outside, after it was seen to be of this key and whole.

    Raises:
        Unusable: it begins with another key, one does not sign the one before, or one is not in force.
    """
    found = chain(certificates)
    first = found[0].public_key()
    if not isinstance(first, ec.EllipticCurvePublicKey) or thumbprint(jwk_of(first)) != thumbprint(jwk_of(public)):
        raise Unusable("The first certificate must be of the key that is to sign.")
    for one in found:
        if not one.not_valid_before_utc <= now <= one.not_valid_after_utc:
            raise Unusable(f"The certificate of {one.subject.rfc4514_string()} is not in force now.")
    for lower, upper in pairwise(found):
        try:
            lower.verify_directly_issued_by(upper)
        except Exception as error:
            raise Unusable("Each certificate must be signed by the next one.") from error
    return b"".join(map(pem, found))


def der(certificates: bytes) -> list[bytes]:
    """Return the certificates of a PEM chain in DER.

    Raises:
        Unusable: there is none, or one cannot be read.
    """
    return [one.public_bytes(serialization.Encoding.DER) for one in chain(certificates)]


def ends(certificates: bytes) -> datetime:
    """Return the moment from which the first certificate of a chain is no longer in force."""
    return chain(certificates)[0].not_valid_after_utc


def pem(one: x509.Certificate) -> bytes:
    """Return a certificate as PEM."""
    return one.public_bytes(serialization.Encoding.PEM)


def _begun(
    name: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(host: str, common: str) -> x509.Name:
    longest = 64  # of either, by RFC 5280
    parts = ((NameOID.ORGANIZATION_NAME, host), (NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(oid, value[:longest]) for oid, value in parts])


def _usage(allowed: dict[str, bool]) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: allowed.get(usage, False) for usage in _USAGES})
