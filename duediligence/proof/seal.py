"""A PDF sealed with PAdES: signed as a whole, with no change allowed after it.

The signature certifies the file (DocMDP 1): a reader is told of any change, and our own
check (`seal_check`) refuses a file with a single byte after the signature. It is of level
B-T where a server vouches for the time, B-B otherwise; the reason is given back, to be
written down.

The seal draws a frame and a mark, no letters: whatever it is to say in words stands on
the page around it, in the language of the report and read aloud with it. So it needs no
typeface, and the file stays PDF/A-3. For PDF/UA the field is put into the structure tree
with words of its own.
"""

from datetime import datetime
from enum import StrEnum
from io import BytesIO

import msgspec
from asn1crypto import x509
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NumberObject,
    Reference,
    TextStringObject,
)
from pyhanko.pdf_utils.generic import pdf_name as name_of
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field, enumerate_sig_fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_cms import Signer as CmsSigner
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.stamp.static import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from duediligence.errors import Unusable
from duediligence.proof import certificate
from duediligence.proof.own_loop import awaited
from duediligence.proof.place import Place
from duediligence.proof.signing_key import HALF, Signer, der

FIELD = "Seal"
"""The name of the signature field."""

PATIENCE = 5.0
"""Seconds that a server of time stamps is given."""

_DIGEST = "sha256"
_ROOM = 1_536
"""Bytes for what a signature holds beside its certificates."""

_ROOM_FOR_TIME = 12_288
"""Bytes for a time stamp with the certificates of its server."""

_INK = (0.05, 0.24, 0.24)
_SIDE = 60  # points
_LOCK = "20 18 20 15 re f 3 w 24 33 m 24 43 36 43 36 33 c S"
_ROUND = 0.5523
"""How far the handles of four Bézier curves reach so that they make a circle."""


class Timestamp(StrEnum):
    """Whether somebody else vouches for the time of a seal."""

    B_T = "B-T"
    NO_SERVER = "no_server"  # none is set
    NO_ANSWER = "no_answer"  # it was silent, refused, or answered with something else


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """A PDF with its seal."""

    pdf: bytes
    timestamp: Timestamp


class Sealing(msgspec.Struct, frozen=True, kw_only=True):
    """What a seal says of itself."""

    name: str  # whose seal it is
    reason: str  # why the file was sealed, read by programs that show signatures
    words: str  # what a screen reader says of the field
    at: datetime
    place: Place


def sign(pdf: bytes, signer: Signer, sealing: Sealing, timestamp_server: str = "") -> Sealed:
    """Return a PDF with a seal over all of it.

    Args:
        pdf: as it was set; it must hold no signature yet.
        signer: with a key for reports.
        sealing: what the seal says of itself.
        timestamp_server: address of an RFC 3161 server; none where empty.

    Raises:
        Unusable: the key has no certificate.
    """
    if not signer.public.certificates:
        raise Unusable("A key that seals reports needs a certificate.")
    if not timestamp_server:
        return Sealed(pdf=_sealed(pdf, signer, sealing, None), timestamp=Timestamp.NO_SERVER)
    try:
        server = HTTPTimeStamper(timestamp_server, timeout=PATIENCE)
        return Sealed(pdf=_sealed(pdf, signer, sealing, server), timestamp=Timestamp.B_T)
    except (OSError, ValueError, TypeError, TimeoutError):  # silent, refused, or no time stamp in the answer
        return Sealed(pdf=_sealed(pdf, signer, sealing, None), timestamp=Timestamp.NO_ANSWER)


class _Keyed(CmsSigner):
    """One of our keys, as pyhanko asks for it."""

    def __init__(self, signer: Signer) -> None:
        own, *above = map(x509.Certificate.load, certificate.der(signer.public.certificates))
        store = SimpleCertificateStore()
        store.register_multiple(above)
        super().__init__(signing_cert=own, cert_registry=store)
        self._signer = signer

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002
        """Return the signature over `data` in DER."""
        assert digest_algorithm == _DIGEST
        return der(bytes(range(1, 2 * HALF + 1)) if dry_run else self._signer.sign(data))


def _sealed(pdf: bytes, signer: Signer, sealing: Sealing, timestamper: TimeStamper | None) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    _append_field(writer, sealing)
    pdf_signer = PdfSigner(
        PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm=_DIGEST,
            name=sealing.name,
            reason=sealing.reason,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            subfilter=SigSeedSubFilter.PADES,
        ),
        signer=_Keyed(signer),
        timestamper=timestamper,
        stamp_style=_look(),
    )
    session = pdf_signer.init_signing_session(writer, existing_fields_only=True)
    session.system_time = sealing.at
    # Twice, for each byte is written as two letters; the room is given, so that no signature is tried out first.
    room = 2 * (
        sum(map(len, certificate.der(signer.public.certificates))) + _ROOM + (_ROOM_FOR_TIME if timestamper else 0)
    )
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=room)
    prepared, output = document.digest_tbs_document()
    attributes = PdfCMSSignedAttributes(signing_time=sealing.at)
    awaited(document.perform_signature(prepared.document_digest, attributes))
    output.seek(0)
    return bytes(output.read())


def _append_field(writer: IncrementalPdfFileWriter, sealing: Sealing) -> None:
    """Put an empty signature field on its page, and into the structure tree where there is one."""
    place = sealing.place
    box = (round(place.left), round(place.bottom), round(place.right), round(place.top))
    spec = SigFieldSpec(FIELD, on_page=place.page, box=box, readable_field_name=sealing.words)
    append_signature_field(writer, spec)
    _, _, field = next(enumerate_sig_fields(writer, with_name=FIELD))
    if "/StructTreeRoot" in writer.root:
        _tag(writer, field, sealing.words)


def _tag(writer: IncrementalPdfFileWriter, field: IndirectObject, words: str) -> None:
    """Put a field at the end of the document's structure, as ISO 14289-1, 7.18.4 wants it."""
    tree = writer.root["/StructTreeRoot"]
    parents, key = tree["/ParentTree"], int(tree["/ParentTreeNextKey"])
    kids = tree["/K"]
    document = kids[0] if isinstance(kids, ArrayObject) else kids
    widget = field.get_object()
    element = writer.add_object(
        DictionaryObject(
            {
                name_of("/Type"): name_of("/StructElem"),
                name_of("/S"): name_of("/Form"),
                name_of("/P"): _reference(document, writer),
                name_of("/Alt"): TextStringObject(words),
                name_of("/K"): DictionaryObject(
                    {
                        name_of("/Type"): name_of("/OBJR"),
                        name_of("/Pg"): widget.raw_get("/P"),
                        name_of("/Obj"): field,
                    }
                ),
            }
        )
    )
    document["/K"].append(element)
    parents["/Nums"].extend([NumberObject(key), element])
    tree[name_of("/ParentTreeNextKey")] = NumberObject(key + 1)
    widget[name_of("/StructParent")] = NumberObject(key)
    for changed in (document["/K"], parents["/Nums"], tree, widget):
        writer.update_container(changed)


def _reference(value: DictionaryObject, writer: IncrementalPdfFileWriter) -> IndirectObject:
    where = value.container_ref
    assert isinstance(where, Reference)
    return IndirectObject(where.idnum, where.generation, writer)


def _look() -> StaticStampStyle:
    """Return how a seal looks: a thin frame, and in its middle a ring with a padlock: shut, which is all it says."""
    mark = RawContent(_mark(), box=BoxConstraints(width=_SIDE, height=_SIDE))
    middle = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins.uniform(3))
    return StaticStampStyle(border_width=1, border_color=_INK, background=mark, background_layout=middle)


def _mark() -> bytes:
    """Return the ring and the padlock as PDF draws them."""
    middle, outer = _SIDE / 2, _SIDE / 2 - 2
    bend = outer * _ROUND
    half = [(outer, bend, bend, outer, 0, outer), (-bend, outer, -outer, bend, -outer, 0)]
    quarters = [[sign * one for one in quarter] for sign in (1, -1) for quarter in half]
    ring = "\n".join(" ".join(f"{middle + one:.2f}" for one in quarter) + " c" for quarter in quarters)
    ink = " ".join(f"{part:.2f}" for part in _INK)
    return f"{ink} RG {ink} rg 2 w {middle + outer:.2f} {middle:.2f} m\n{ring} s\n{_LOCK}".encode()
