"""A worker signs what the firm has consented to, and makes the copies for named readers.

    1. the digests of its data enter the ledger, and the head over the ledger is signed
    2. the report is set with its face, its dossier and the proof of that entry, and sealed
    3. the credential names the digest of the sealed file, and is signed
    4. the file is kept, the row says that it is issued, earlier ones are replaced, the ledger
       takes the digests of file and credential, the status lists are published

A worker that dies between two of them leaves nothing that anybody is shown: a second run
goes on from the entry in the ledger and makes the rest anew.
"""

import hashlib
from functools import partial
from typing import Any

import msgspec

from duediligence import dossier, key, ledger, record, redaction, signing
from duediligence.database import Connection
from duediligence.errors import NotFound
from duediligence.job import Context, Done, Kind, Nothing, Order
from duediligence.proof import seal, untp
from duediligence.proof.attestation import Attestation
from duediligence.proof.issue import Issue
from duediligence.proof.ledger_proof import LedgerProof
from duediligence.proof.seal import Sealed, Sealing
from duediligence.proof.signing_key import Purpose, Signer
from duediligence.proof.vocabulary import Publisher
from duediligence.protected import Vault
from duediligence.record_shared import SharedAssessment, shared
from duediligence.redaction import Choice, NamedReader, Redaction
from duediligence.reports import Copy, Report, attachment, pdf_apart, texts
from duediligence.reports.attachment import Attachment
from duediligence.reports.compose import compose
from duediligence.reports.compose_dossier import dossier_part
from duediligence.reports.compose_issued import issued
from duediligence.reports.compose_named import named
from duediligence.reports.issued import SEAL_PLACE
from duediligence.store import attestation as store
from duediligence.store import engagement as engagements
from duediligence.store import installation as installations
from duediligence.store import job as jobs
from duediligence.store import ledger_tree
from duediligence.store import product as products
from duediligence.store.attestation import NamedCopy
from duediligence.store.product import Product
from duediligence.workflow import signed_file
from duediligence.workflow.attesting import ATTEST, Attest
from duediligence.workflow.handing_in import Kept
from duediligence.workflow.named_copy import COPY, MakeCopy
from duediligence.workflow.publishing import head, publish
from duediligence.workflow.standing import PUBLISH
from duediligence.workflow.work import ASHGABAT

ENTERED, SIGNED = "attestation:entered", "attestation:signed"
"""How the two entries of an attestation are called in the ledger."""

_ENTERED, _SET = 0.1, 0.8


def attest(context: Context, wanted: Attest) -> Done:
    """Sign an attestation; nothing is done where it is signed already, or gone.

    Raises:
        Unusable: a signing key cannot be opened.
        Unavailable: the place of files or the protected database does not answer.
    """
    with context.db.reading() as connection:
        one = store.find(connection, wanted.code)
        if one is None or one.consented is None or one.issued is not None:
            return Done()
        report_key = signing.signer(context.settings, connection, Purpose.REPORT)
        credential_key = signing.signer(context.settings, connection, Purpose.CREDENTIAL)
    report, attached = _matter(context, one, {})
    proof = _entered(context, one, attached, credential_key)
    one = msgspec.structs.replace(one, entry=proof.entry.number)
    attached.append(_ledger(report, proof))
    context.progress(_ENTERED)
    sealed = _sealed(context, report, attached, report_key)
    context.progress(_SET)
    done = _signed(context, one, sealed, report_key, credential_key)
    row = signed_file.put(context, one.id, one.organisation, sealed.pdf)
    return Done(write=partial(_issue, one=one, done=done, row=row))


def make_copy(context: Context, wanted: MakeCopy) -> Done:
    """Make the copy of an attestation for a named reader; nothing is done where it was closed.

    Raises:
        Unusable: a signing key cannot be opened.
        Unavailable: the place of files or the protected database does not answer.
    """
    with context.db.reading() as connection:
        copy = store.load_copy(connection, wanted.copy)
        one = store.load(connection, copy.attestation)
        signer = signing.signer(context.settings, connection, Purpose.REPORT)
        heads = signing.signer(context.settings, connection, Purpose.CREDENTIAL)
    if copy.revoked is not None or one.issued is None:
        return Done()
    choice = {redaction.Piece(piece): redaction.Why(why) for piece, why in copy.left_out.items()}
    report, attached = _matter(context, one, choice, copy)
    attached.append(_ledger(report, _entered(context, one, attached, heads, copy.id)))
    sealed = _sealed(context, report, attached, signer)
    row = signed_file.put(context, copy.id, one.organisation, sealed.pdf)
    return Done(write=partial(products.keep, one=row))


KINDS: tuple[Kind[Any], ...] = (
    Kind(ATTEST, Attest, attest),
    Kind(COPY, MakeCopy, make_copy),
    Kind(PUBLISH, Nothing, publish, daily=True),
)
"""The jobs that sign."""


def _entered(
    context: Context, one: Attestation, attached: list[Attachment], signer: Signer, copy: str = ""
) -> LedgerProof:
    """Return the entry of an attestation, made once, or of a copy, with the proof that it stands under a signed head.

    Args:
        context: of the job.
        one: the attestation.
        attached: what its file carries.
        signer: with a key for credentials.
        copy: id of the copy, "" for the attestation itself.
    """
    now = context.clock()
    digests = {file.name.removesuffix(".json"): hashlib.sha256(file.data).hexdigest() for file in attached}
    facts: dict[str, object] = {
        "record": digests.get("assessment", ""),
        "dossier": digests.get("dossier", ""),
        "expires": one.expires.isoformat(),
        "status": one.status_index,
    }
    with context.db.writing() as connection:
        number = 0 if copy else one.entry
        if not number:
            facts |= {"copy": copy} if copy else {}
            number = ledger.record(connection, ENTERED, one.id, "", now, facts).number
        if not copy:
            store.save(connection, one, msgspec.structs.replace(one, entry=number))
        size, signed = head(connection, signer, context.settings.address, now)
        return ledger_tree.proved(connection, number, size, signed)


def _ledger(report: Report, proof: LedgerProof) -> Attachment:
    return attachment.ledger(report, msgspec.json.format(msgspec.json.encode(proof), indent=2))


def _matter(
    context: Context, one: Attestation, choice: Choice, copy: NamedCopy | None = None
) -> tuple[Report, list[Attachment]]:
    """Return what is set in type, and the data that go with it.

    Args:
        context: of the job.
        one: what the firm consented to.
        choice: what is left out.
        copy: for whom, None for the attestation itself.
    """
    with context.db.reading() as connection:
        kept = _kept(context, connection, one)
        data = store.dossier(connection, one.id)
    told = dossier.from_json(data) if data else None
    whole = compose(kept.assessment, kept.plan, one.language, Copy.SHARED)
    report, left_out = redaction.redact_report(whole, choice)
    if told:
        told, more = redaction.redact_dossier(told, choice)
        left_out = (*left_out, *more)
    day = (one.issued or context.clock()).astimezone(ASHGABAT).date()
    part = dossier_part(told, one.language) if told else None
    report = issued(report, one, address=f"{context.settings.address}/check/{one.id}", on=day, dossier=part)
    attached = []
    if redaction.carries_record(choice):
        attached.append(attachment.assessment(report, record.encode(_copy_of(kept))))
    if told:
        attached.append(attachment.dossier(report, dossier.to_json(told)))
    if copy:
        reader = NamedReader(reader=copy.reader, purpose=copy.purpose, until=copy.expires)
        said = Redaction(attestation=one.id, reader=reader, left_out=left_out)
        report = named(report, said)
        attached.append(attachment.left_out(report, redaction.to_json(said)))
    return report, attached


def _kept(context: Context, connection: Connection, one: Attestation) -> Kept:
    """Return the sealed result that an attestation was drawn up from.

    Raises:
        NotFound: there is none of this digest.
    """
    vault = Vault(context.db.vault, key.read_or_make(context.settings.protected_key_path()))
    for found in reversed(engagements.seals(connection, one.engagement)):
        if found.digest == one.record_sha256:
            return msgspec.json.decode(vault.document(one.engagement, found.number), type=Kept)
    raise NotFound("The result that this was drawn up from is not there.")


def _copy_of(kept: Kept) -> SharedAssessment:
    return shared(kept.assessment)


def _sealed(context: Context, report: Report, attached: list[Attachment], signer: Signer) -> Sealed:
    words = texts.read(report.language)
    sealing = Sealing(
        name=context.settings.address,
        reason=words.say("issued.seal.heading"),
        words=words.say("issued.seal.sentence.1"),
        at=context.clock(),
        place=SEAL_PLACE,
    )
    return seal.sign(pdf_apart.render(report, attached), signer, sealing, context.settings.timestamp_server)


def _signed(
    context: Context, one: Attestation, sealed: Sealed, report_key: Signer, credential_key: Signer
) -> Attestation:
    """Return an attestation with its credential, as it stands once it is issued."""
    address, now = context.settings.address, context.clock()
    with context.db.reading() as connection:
        kept, data = _kept(context, connection, one), store.dossier(connection, one.id)
        by = Publisher(address=address, name=installations.operator_name(connection) or address)
    done = msgspec.structs.replace(
        one,
        issued=now,
        pdf_sha256=hashlib.sha256(sealed.pdf).hexdigest(),
        report_key=report_key.public.id,
        credential_key=credential_key.public.id,
        timestamp=sealed.timestamp,
    )
    copy = _copy_of(kept)
    sure = {notice.id for notice in dossier.from_json(data).notices if notice.sure} if data else set()
    unsure = tuple(name for name in copy.unsure_notices if name not in sure)
    signed = untp.issue(Issue(by=by, attestation=done, copy=copy, unsure=unsure, at=now), credential_key)
    return msgspec.structs.replace(done, credential=signed)


def _issue(connection: Connection, one: Attestation, done: Attestation, row: Product) -> None:
    """Write that an attestation is issued, in the transaction that ends the job."""
    assert done.issued is not None
    store.save(connection, one, done)
    store.replace_earlier(connection, done)
    products.keep(connection, row)
    jobs.enqueue(connection, Order(kind=PUBLISH, arguments=Nothing(), once=f"{PUBLISH}:{done.id}:issued"), done.issued)
    facts = {
        "pdf": done.pdf_sha256,
        "credential": hashlib.sha256(done.credential.encode()).hexdigest(),
        "keys": [done.report_key, done.credential_key],
        "timestamp": done.timestamp,
    }
    ledger.record(connection, SIGNED, done.id, "", done.issued, facts)
