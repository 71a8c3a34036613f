"""Attestations at the moment of signing, and keys in memory to sign them with."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from duediligence import record
from duediligence.assessment import Assessment, assess
from duediligence.organisation import Kind, Organisation, Site
from duediligence.proof import jose
from duediligence.proof.attestation import Attestation, FaceGood, FaceShipment
from duediligence.proof.did import key_id
from duediligence.proof.face import face
from duediligence.proof.issue import Issue
from duediligence.proof.signing_key import Algorithm, PublicKey, Purpose, jwk_of, thumbprint
from duediligence.proof.vocabulary import Publisher
from duediligence.review import Review
from duediligence.source import take

EXAMPLES = Path(__file__).parent.parent / "examples"
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
HOST = Publisher(address="https://due.example.org", name="Sample Operator")
YARN = FaceShipment(
    reference="INV-2026-118",
    destination="DE",
    regime="eu",
    goods=(FaceGood(name="Cotton yarn Ne 30", hs="520523", lots=("B-1201", "B-1202")),),
)


@dataclass(frozen=True)
class Held:
    """A key in memory."""

    public: PublicKey
    private: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return self.private.sign(data)
        r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)


def key(algorithm: Algorithm = Algorithm.ES256, purpose: Purpose = Purpose.CREDENTIAL) -> Held:
    """Return a new key."""
    private: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
    private = ec.generate_private_key(ec.SECP256R1()) if algorithm == "ES256" else ed25519.Ed25519PrivateKey.generate()
    jwk = jwk_of(private.public_key())
    public = PublicKey(id=thumbprint(jwk), purpose=purpose, algorithm=algorithm, jwk=jwk, created=NOW)
    return Held(public, private)


@cache
def assessed(name: str, *, reviewed: bool = False) -> Assessment:
    """Return the assessment of a bundled example."""
    review = None
    if reviewed:
        review = msgspec.json.decode((EXAMPLES / "reviews" / f"{name}.json").read_bytes(), type=Review)
    return assess(take(EXAMPLES / f"{name}.json").response, NOW.date(), review=review)


def issue(name: str = "cotton_farm_mary", *, reviewed: bool = False, shipment: FaceShipment | None = None) -> Issue:
    """Return what a credential for a bundled example is made from."""
    copy = record.shared(assessed(name, reviewed=reviewed))
    firm = Organisation(
        id="o", name="Sample Firm HJ", kind=Kind.FIRM, state_body=False, sector="", region="TM-M", created=NOW
    )
    site = Site(id="s", organisation="o", name="Sample site", region="TM-M", created=NOW)
    notices = (*copy.notices, *copy.unsure_notices)
    told = Attestation(
        id="0123456789ABCDEFGHJK",
        organisation="o",
        engagement="e",
        shipment="x" if shipment else None,
        regime="general",
        language="en",
        label=copy.label,
        face=face(copy, firm, site, (date(2026, 1, 1), date(2026, 10, 31)), notices, shipment),
        asked_by="p",
        asked=NOW,
        consented_by="p",
        consented=NOW,
        expires=date(2027, 5, 20),
        expires_because="label",
        status_index=90_001,
        record_sha256=hashlib.sha256(record.encode(copy)).hexdigest(),
        pdf_sha256=hashlib.sha256(b"the signed report").hexdigest(),
    )
    return Issue(by=HOST, attestation=told, copy=copy, unsure=copy.unsure_notices, at=NOW)


def signed(payload: bytes, by: Held, typ: str = jose.CREDENTIAL, cty: str = jose.CREDENTIAL_CONTENT) -> str:
    """Return anything signed by a key of the service."""
    return jose.sign(payload, by, key_id(HOST.address, by.public), typ, cty)


def enveloped(compact: str) -> bytes:
    """Return a signed credential in the JSON envelope in which a presentation or a web page holds it."""
    return msgspec.json.encode(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": "EnvelopedVerifiableCredential",
            "id": f"data:application/vc+jwt,{compact}",
        }
    )
