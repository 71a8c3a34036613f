"""A sealed PDF checked: signed by a known key, as a whole, and not a byte changed or added.

A signature vouches for the bytes before and after a gap, and the gap holds the
signature. The usual ways to forge a signed PDF use what lies between the law and the
reader: something added after the signature, a gap wider than what it holds, a second
signature, objects that were hidden before signing and are shown by a later addition.
So more is asked here than that the signature fits:

    the signed bytes and the gap make up the whole file
    the gap holds the signature in letters, and nothing else
    of the signature itself, every byte that is not signed is the one we would write
    there is one signature, and it allows no change

Whatever cannot be read is refused. Nothing is fetched.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, TypeAlias

from asn1crypto import algos, cms, core, x509
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data
from pyhanko_certvalidator import CertificateValidator, ValidationContext

from duediligence.proof import certificate
from duediligence.proof.own_loop import awaited
from duediligence.proof.signing_key import PublicKey, Purpose, trusted
from duediligence.proof.verdict import Check, held, not_checked, refused

LARGEST = 30_000_000
"""The most bytes a PDF may have that is looked at."""

LARGEST_ATTACHED = 20_000_000
"""The most bytes that what is attached to it may have when unpacked, each."""

_Node: TypeAlias = Any
"""A part of a PDF, whose types only the file tells."""

_DEEPEST = 8
_SLACK = timedelta(minutes=10)
_LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=LARGEST_ATTACHED),
    document_budget=DocumentDecodeBudget(base_allowance=2 * LARGEST_ATTACHED, max_ratio=1),
)


class _Refused(Exception):
    """A check that was refused."""

    def __init__(self, check: str, reason: str, /, **facts: str) -> None:
        super().__init__(reason)
        self.check = refused(check, reason, **facts)


def verify(
    pdf: bytes,
    keys: Iterable[PublicKey],
    at: datetime,
    recorded: datetime | None = None,
    time_authorities: bytes = b"",
) -> tuple[Check, ...]:
    """Return what came of checking the seal of a PDF.

    Args:
        pdf: as it was received.
        keys: known ones; those for reports count.
        at: the moment of checking.
        recorded: when whoever checks wrote down the digest of this very file, None where nobody did.
        time_authorities: certificates in PEM of those who may vouch for a time; none where empty.
    """
    known = {key.id: key for key in keys if key.purpose is Purpose.REPORT}
    try:
        found = _only_signature(pdf)
        changes = _check_nothing_else(pdf, found)
        key = _signed_by(found, known, pdf)
        return (
            held("pdf_signature", key=key.id, name=_owner(key)),
            changes,
            _check_key(found, key, at, recorded),
            _check_time(found, time_authorities),
        )
    except _Refused as error:
        return (error.check,)
    except Exception:  # noqa: BLE001  a file made to break readers can break them anywhere
        return (refused("pdf_signature", "pdf_unreadable"),)


def attachments(pdf: bytes) -> dict[str, bytes]:
    """Return what is attached to a PDF, by name; look at the seal first.

    Raises:
        ValueError: the file cannot be read, or something attached to it is too large.
    """
    try:
        root = PdfFileReader(BytesIO(pdf), decode_limits=_LIMITS).root
        tree = root.get("/Names", {}).get("/EmbeddedFiles")
        return {} if tree is None else dict(_named(tree, 0))
    except Exception as error:
        raise ValueError("the attachments of this PDF cannot be read") from error


def _named(node: _Node, depth: int) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents below a node of a name tree."""
    if depth > _DEEPEST:
        raise ValueError("too deep")
    for kid in node.get("/Kids", ()):
        yield from _named(kid, depth + 1)
    names = node.get("/Names", ())
    for place in range(0, len(names), 2):
        yield str(names[place]), bytes(names[place + 1]["/EF"]["/F"].data)


def _only_signature(pdf: bytes) -> EmbeddedPdfSignature:
    """Return the one signature of a file."""
    if len(pdf) > LARGEST:
        raise _Refused("pdf_signature", "pdf_too_large")
    found = PdfFileReader(BytesIO(pdf), strict=True, decode_limits=_LIMITS).embedded_signatures
    if not found:
        raise _Refused("pdf_signature", "pdf_not_signed")
    if len(found) > 1:
        raise _Refused("pdf_changed_after", "pdf_signed_again")
    only: EmbeddedPdfSignature = found[0]
    return only


def _check_nothing_else(pdf: bytes, found: EmbeddedPdfSignature) -> Check:
    """Return that signed bytes and signature make up the file, and that no change is allowed."""
    name = "pdf_changed_after"
    begin, gap, rest, length = (int(one) for one in found.byte_range)
    if begin != 0 or not 0 < gap < rest or length <= 0:
        raise _Refused(name, "pdf_gap")
    if rest + length != len(pdf):
        raise _Refused(name, "pdf_added_after")
    if pdf[gap:rest] != b"<" + found.pkcs7_content.hex().upper().encode() + b">":
        raise _Refused(name, "pdf_gap")
    certified = read_certification_data(found.reader)
    if certified is None or certified.permission is not MDPPerm.NO_CHANGES:
        raise _Refused(name, "pdf_changes_allowed")
    if certified.author_sig.get_object() is not found.sig_object:
        raise _Refused(name, "pdf_signed_again")
    return held(name)


def _signed_by(found: EmbeddedPdfSignature, known: dict[str, PublicKey], pdf: bytes) -> PublicKey:
    """Return the known key that signed, after the signature was seen to fit."""
    signer = extract_certs_for_validation(found.signed_data).signer_cert
    key = next((key for key in known.values() if _certificates(key)[0].dump() == signer.dump()), None)
    if key is None:
        raise _Refused("pdf_signature", "pdf_unknown_key", name=str(signer.subject.native.get("common_name", "")))
    if not _as_we_write(found, key):
        raise _Refused("pdf_signature", "pdf_signature_odd")
    _, gap, rest, _ = found.byte_range
    digest = hashlib.sha256(pdf[:gap] + pdf[rest:]).digest()
    intact, valid = validate_sig_integrity(found.signer_info, signer, "data", digest)
    if not intact:
        raise _Refused("pdf_signature", "pdf_changed")
    if not valid:
        raise _Refused("pdf_signature", "pdf_signature_wrong")
    return key


def _as_we_write(found: EmbeddedPdfSignature, key: PublicKey) -> bool:
    """Return whether a signature, put together anew from what is signed in it, gives the same bytes.

    Certificates, versions and names of algorithms are not covered by a signature: they are made here from the key.
    """
    own, *above = _certificates(key)
    given = found.signer_info
    digest = algos.DigestAlgorithm({"algorithm": "sha256"})
    signer: dict[str, Any] = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number}),
        ),
        "digest_algorithm": digest,
        "signed_attrs": given["signed_attrs"],
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        "signature": given["signature"],
    }
    if not isinstance(given["unsigned_attrs"], core.Void):
        if [one["type"].native for one in given["unsigned_attrs"]] != ["signature_time_stamp_token"]:
            return False
        signer["unsigned_attrs"] = given["unsigned_attrs"]
    whole = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": cms.SignedData(
                {
                    "version": "v1",
                    "digest_algorithms": cms.DigestAlgorithms((digest,)),
                    "encap_content_info": {"content_type": "data"},
                    "certificates": [cms.CertificateChoices("certificate", one) for one in (own, *above)],
                    "signer_infos": [cms.SignerInfo(signer)],
                }
            ),
        }
    ).dump()
    content: bytes = found.pkcs7_content
    return content.startswith(whole) and not content[len(whole) :].strip(b"\0")


def _check_key(found: EmbeddedPdfSignature, key: PublicKey, at: datetime, recorded: datetime | None) -> Check:
    """Return whether what the key signed may stand, by its own certificate and by what became of it."""
    signed = found.self_reported_timestamp
    if signed is None:
        raise _Refused("key", "pdf_no_time")
    if not trusted(key, recorded):
        assert key.revoked
        return refused("key", "key_revoked", since=_day(key.revoked))
    own = certificate.chain(key.certificates)[0]
    if not own.not_valid_before_utc - _SLACK <= signed <= own.not_valid_after_utc:
        return refused("key", "key_out_of_time", signed=_day(signed))
    if signed > at + _SLACK:
        return refused("key", "signed_in_future", signed=_day(signed))
    return held("key", signed=_day(signed))


def _check_time(found: EmbeddedPdfSignature, authorities: bytes) -> Check:
    """Return whether somebody else vouches for the time of the signature."""
    unsigned = found.signer_info["unsigned_attrs"]
    if isinstance(unsigned, core.Void):
        return not_checked("timestamp", "timestamp_none")
    try:
        token = unsigned[0]["values"][0]["content"]
        server, at = _stamped(token, found.signer_info["signature"].native)
    except Exception:  # noqa: BLE001  as for the file itself
        return refused("timestamp", "timestamp_wrong")
    facts = {"name": str(server.subject.native.get("common_name", "")), "at": f"{at:%Y-%m-%d %H:%M} UTC"}
    if not authorities:
        return not_checked("timestamp", "timestamp_unknown", **facts)
    try:
        awaited(_trust(server, at, token, authorities))
    except Exception:  # noqa: BLE001  no path, for whatever reason
        return not_checked("timestamp", "timestamp_unknown", **facts)
    return held("timestamp", **facts)


def _stamped(token: cms.SignedData, signature: bytes) -> tuple[x509.Certificate, datetime]:
    """Return whose time stamp it is and its time, after it was seen to fit the signature it stands for."""
    server = extract_certs_for_validation(token).signer_cert
    content = token["encap_content_info"]["content"]
    info = content.parsed
    imprint = info["message_imprint"]
    digest = hashlib.new(token["signer_infos"][0]["digest_algorithm"]["algorithm"].native, bytes(content))
    intact, valid = validate_sig_integrity(token["signer_infos"][0], server, "tst_info", digest.digest())
    expected = hashlib.new(imprint["hash_algorithm"]["algorithm"].native, signature).digest()
    if not (intact and valid and imprint["hashed_message"].native == expected):
        raise ValueError("the time stamp is of something else")
    return server, info["gen_time"].native.astimezone(UTC)


async def _trust(server: x509.Certificate, at: datetime, token: cms.SignedData, authorities: bytes) -> None:
    others = [one.chosen for one in token["certificates"]]
    context = ValidationContext(
        trust_roots=_loaded(authorities),
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    validator = CertificateValidator(server, intermediate_certs=others, validation_context=context)
    await validator.async_validate_usage(set(), {"time_stamping"})


def _certificates(key: PublicKey) -> list[x509.Certificate]:
    return _loaded(key.certificates)


def _loaded(certificates: bytes) -> list[x509.Certificate]:
    return [x509.Certificate.load(one) for one in certificate.der(certificates)]


def _owner(key: PublicKey) -> str:
    return str(_certificates(key)[0].subject.native.get("common_name", ""))


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"
