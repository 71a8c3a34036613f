"""Sealed reports and the keys that sealed them, for tests of seals."""

import hashlib
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import msgspec
from credentials import NOW, assessed
from credentials import key as credential_key

from duediligence import record
from duediligence.improvement import draft
from duediligence.proof import key_file, seal, seal_check
from duediligence.proof.did import host_did
from duediligence.proof.key_file import KeyFolder
from duediligence.proof.ledger_entry import Shown
from duediligence.proof.ledger_entry import seal as seal_of
from duediligence.proof.ledger_proof import Consistency, Head, LedgerProof, signed
from duediligence.proof.place import Place
from duediligence.proof.signing_key import Algorithm, PublicKey, Purpose, Signer
from duediligence.proof.tree import inclusion, leaf, node, root
from duediligence.reports import Copy, attachment, pdf
from duediligence.reports.compose import compose
from risk_models import remedies

HOST = "due.example.org"
CODE = "7QK4M0ZT8R2WXCP5N3HD"
EXPIRES = "2027-05-20"
LATER = datetime(2026, 12, 1, 9, tzinfo=UTC)
PLACE = Place(page=0, left=56.7, bottom=56.7, right=119.1, top=119.1)


def folder() -> KeyFolder:
    """Return a folder of keys that nothing else uses."""
    path = Path(tempfile.mkdtemp(prefix="keys-"))
    return KeyFolder(path / "signing", path / "signing" / "passphrase")


@cache
def key(_name: str = "own") -> Signer:
    """Return a key for reports; another one for each name."""
    where = folder()
    return key_file.unlock(where, key_file.create(where, Purpose.REPORT, Algorithm.ES256, HOST, NOW))


def known(*more: PublicKey) -> tuple[PublicKey, ...]:
    return (key().public, *more)


def sealing(at: datetime = NOW) -> seal.Sealing:
    return seal.Sealing(name=f"https://{HOST}", reason="Attested", words="Seal of the service", at=at, place=PLACE)


def sealed(data: bytes, signer: Signer | None = None) -> bytes:
    """Return a PDF with a seal and without a time stamp."""
    return seal.sign(data, signer or key(), sealing()).pdf


@cache
def heads_key() -> Signer:
    """Return the key that signs heads of the ledger."""
    return credential_key()


@cache
def proof(record_digest: str, status: int | None = None) -> LedgerProof:
    """Return an entry, the third of four, that names a record, with its proof."""
    place = "" if status is None else f',"status":{status}'
    facts = f'{{"dossier":"","expires":"{EXPIRES}","record":"{record_digest}"{place}}}'
    entries = [
        Shown(number=number, previous="0" * 64, event="e", subject=CODE, by="", at=NOW, facts=facts)
        for number in range(1, 5)
    ]
    leaves = [leaf(seal_of(one)) for one in entries]
    nodes = {(0, place): one for place, one in enumerate(leaves)}
    nodes |= {(1, place): node(leaves[2 * place], leaves[2 * place + 1]) for place in (0, 1)}
    nodes[2, 0] = node(nodes[1, 0], nodes[1, 1])

    def read(level: int, place: int) -> bytes:
        return nodes[level, place]

    return LedgerProof(
        entry=entries[2],
        size=4,
        path=tuple(one.hex() for one in inclusion(2, 4, read)),
        head=head(root(4, read).hex()),
    )


def head(found: str, size: int = 4) -> str:
    """Return a signed head over some entries."""
    did = host_did(f"https://{HOST}")
    one = Head(service=did, size=size, root=found, at=NOW)
    return signed(one, heads_key(), f"{did}#{heads_key().public.id}")


def grown(size: int) -> tuple[str, Consistency]:
    """Return the head over 2 or 5 entries of the ledger of the sealed report, and the proof between it and theirs."""
    here = msgspec.json.decode(seal_check.attachments(sealed_report())["ledger.json"], type=LedgerProof)
    third, (fourth, first_two) = leaf(seal_of(here.entry)), map(bytes.fromhex, here.path)
    if size == 2:
        return head(first_two.hex(), 2), Consistency(earlier=2, size=4, path=(node(third, fourth).hex(),))
    fifth, four = leaf("5" * 64), node(first_two, node(third, fourth))
    return head(node(four, fifth).hex(), 5), Consistency(earlier=4, size=5, path=(fifth.hex(),))


@cache
def report(language: str = "en") -> bytes:
    """Return the PDF of a bundled example before it is sealed, with its record and a proof from the ledger."""
    assessment = assessed("cotton_farm_mary")
    told = compose(assessment, draft(assessment.profile, remedies.read(), assessment.on), language, Copy.SHARED)
    data = record.encode(record.shared(assessment))
    ledger = msgspec.json.encode(proof(hashlib.sha256(data).hexdigest()))
    return pdf.render(told, [attachment.assessment(told, data), attachment.ledger(told, ledger)])


@cache
def sealed_report(language: str = "en") -> bytes:
    return sealed(report(language))
