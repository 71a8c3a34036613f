"""A file that somebody was shown, checked: a sealed PDF, a credential, or the record of an assessment.

The same on the service's page and on the command line without a network: whatever is
needed beside the file is handed in, nothing is fetched, and what cannot be checked for
want of it is said. A key counts because whoever checks knows it, never because the file
brings it along.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import msgspec

from duediligence import record
from duediligence.proof import jose, ledger_proof, status_list
from duediligence.proof.ledger_proof import Consistency, Head, LedgerProof
from duediligence.proof.signing_key import PublicKey, trusted
from duediligence.proof.status_list import StatusList, StatusPurpose
from duediligence.proof.verdict import Check, Outcome, Said, Verdict, held, not_checked, refused
from duediligence.record_shared import SharedAssessment

LARGEST = 30_000_000
"""The most bytes a file may have."""

ASSESSMENT, DOSSIER, LEDGER = "assessment.json", "dossier.json", "ledger.json"
"""What is attached to a sealed report."""

_DAYS = date.fromisoformat


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever checks has beside the file."""

    keys: tuple[PublicKey, ...]
    status_lists: tuple[str, ...] = ()  # compact JWS, at most one for each purpose
    heads: tuple[str, ...] = ()  # of the ledger, compact JWS, from elsewhere than the file
    growth: tuple[Consistency, ...] = ()  # proofs that one head goes on from another
    at: datetime
    recorded: Mapping[str, datetime] = {}  # SHA-256 of files, and when whoever checks wrote it down
    time_authorities: bytes = b""  # certificates in PEM of those who may vouch for a time


def check(data: bytes, known: Known) -> Verdict:
    """Return what came of checking a file.

    Args:
        data: as it was received.
        known: what there is to check it with.
    """
    digest = hashlib.sha256(data).hexdigest()
    if len(data) > LARGEST:
        return Verdict(kind="unknown", sha256=digest, checks=(refused("file", "file_too_large"),))
    if data.startswith(b"%PDF-"):
        return _pdf(data, digest, known)
    if _is_record(data):
        checks, said = _record(data)
        unsigned = not_checked("record_digest", "record_not_signed", sha256=digest)
        return Verdict(kind="record", sha256=digest, checks=(*checks, unsigned), said=said)
    return _credential(data, digest, known)


def _pdf(data: bytes, digest: str, known: Known) -> Verdict:
    from duediligence.proof import seal_check

    recorded = known.recorded.get(digest)
    sealed = seal_check.verify(data, known.keys, known.at, recorded, known.time_authorities)
    if any(one.outcome is Outcome.REFUSED for one in sealed):
        return Verdict(kind="pdf", sha256=digest, checks=sealed)
    try:
        files = seal_check.attachments(data)
    except ValueError:
        return Verdict(kind="pdf", sha256=digest, checks=(*sealed, refused("record_digest", "attached_unreadable")))
    checks, said = _attached(files, known)
    return Verdict(kind="pdf", sha256=digest, checks=(*sealed, *checks), said=said)


def _attached(files: Mapping[str, bytes], known: Known) -> tuple[tuple[Check, ...], Said]:
    """Return what came of checking what is attached to a sealed PDF, and what it says."""
    found, said = _record(files[ASSESSMENT]) if ASSESSMENT in files else ((), Said())
    if LEDGER not in files:
        return (*found, not_checked("ledger_entry", "ledger_not_attached"), _no_status("status_not_in_pdf")), said
    try:
        proof = msgspec.json.decode(files[LEDGER], type=LedgerProof)
        facts = ledger_proof.facts(proof.entry)
        said = msgspec.structs.replace(said, code=proof.entry.subject, expires=_DAYS(facts["expires"]))
        head = ledger_proof.head_of(proof.head, known.keys)
    except jose.Refused as error:
        return (*found, refused("ledger_entry", error.reason)), said
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError):
        return (*found, refused("ledger_entry", "ledger_unreadable")), said
    assert said.expires is not None
    return (
        *found,
        _check_digests(files, facts),
        _check_entry(proof, head),
        _check_root(head, known),
        _check_expiry(None, said.expires, known.at),
        *_check_place(facts.get("status"), head.service, known),
    ), said


def _check_digests(files: Mapping[str, bytes], facts: Mapping[str, Any]) -> Check:
    """Return whether what is attached is what the ledger says was attested."""
    for name, fact in ((ASSESSMENT, "record"), (DOSSIER, "dossier")):
        if name in files and hashlib.sha256(files[name]).hexdigest() != facts.get(fact):
            return refused("record_digest", "record_other", name=name)
    return held("record_digest")


def _check_entry(proof: LedgerProof, head: Head) -> Check:
    if not ledger_proof.holds(proof, head):
        return refused("ledger_entry", "ledger_proof_wrong")
    return held("ledger_entry", number=str(proof.entry.number), at=_minute(head.at))


def _check_root(head: Head, known: Known) -> Check:
    """Return whether a head from elsewhere says the same of as many entries, or one goes on from the other."""
    size = str(head.size)
    try:
        every = [ledger_proof.head_of(text, known.keys) for text in known.heads]
    except jose.Refused as error:
        return not_checked("ledger_root", "root_refused", why=error.reason)
    kept = [one for one in every if one.service == head.service]
    if any(one.size == head.size and one.root != head.root for one in kept):
        return refused("ledger_root", "ledger_rewritten", size=size)
    agreeing = [one for one in kept if one.size == head.size]
    for one, proof in product(kept, known.growth):
        earlier, later = sorted((one, head), key=lambda either: either.size)
        if (proof.earlier, proof.size) == (earlier.size, later.size):
            if not ledger_proof.goes_on(later, earlier, proof):
                sizes = {"earlier": str(earlier.size), "later": str(later.size)}
                return refused("ledger_root", "ledger_not_continued", **sizes)
            agreeing.append(one)
    if agreeing:
        return held("ledger_root", size=size, kept=str(min(agreeing, key=lambda one: one.at).size))
    return _no_root(head, kept)


def _no_root(head: Head, kept: Sequence[Head]) -> Check:
    """Return that no root could be compared, and which proof would tell."""
    size = str(head.size)
    if not kept:
        return not_checked("ledger_root", "root_none", size=size)
    nearest = min((one.size for one in kept), key=lambda one: abs(one - head.size))
    earlier, later = map(str, sorted((nearest, head.size)))
    return not_checked("ledger_root", "root_apart", size=size, kept=str(nearest), earlier=earlier, later=later)


def _is_record(data: bytes) -> bool:
    """Return whether a file is JSON that is no envelope of a credential."""
    if not data.lstrip().startswith(b"{"):
        return False
    try:
        jose.opened(data)
    except jose.Refused:
        return True
    return False


def _record(data: bytes) -> tuple[tuple[Check, ...], Said]:
    """Return whether the numbers of a record follow from its answers."""
    found = record.decode(data)
    if isinstance(found, tuple):
        return (refused("record_numbers", "record_unreadable"),), Said()
    said = Said(label=found.label, assessed=found.on)
    try:
        if isinstance(found, SharedAssessment):
            bounds = record.rescore_shared(found)
            facts = {"parts": str(bounds.parts), "withheld": str(len(bounds.withheld))}
            return (_numbers(bounds.differences, **facts),), said
        summands = len(found.profile.controls) + len(found.profile.evidence)
        return (_numbers(record.rescore(found), parts=str(summands), withheld="0"),), said
    except Exception:  # noqa: BLE001  whoever wrote the file may have written anything
        return (refused("record_numbers", "record_unreadable"),), Said()


def _numbers(differences: tuple[record.Difference, ...], **facts: str) -> Check:
    name = "record_numbers"
    if not differences:
        return held(name, **facts)
    first = differences[0]
    if first.path.startswith("versions."):
        return not_checked(name, "record_other_library", path=first.path, stated=first.stated)
    return refused(name, "record_differs", path=first.path, stated=first.stated, computed=first.computed or "–")


def _credential(data: bytes, digest: str, known: Known) -> Verdict:
    name = "credential_signature"
    try:
        compact = jose.opened(data)
        verified = jose.verify(compact, known.keys, jose.CREDENTIAL)
        whole = jose.read(verified.payload)
    except jose.Refused as error:
        shapeless = error.reason == jose.Refusal.SHAPE
        return Verdict(
            kind="unknown" if shapeless else "credential", sha256=digest, checks=(refused(name, error.reason),)
        )
    signed = held(name, key=verified.key.id, issuer=jose.issuer_of(whole))
    key = _check_key(verified.key, known.recorded.get(digest))
    try:
        begins, ends = (datetime.fromisoformat(whole[field]).astimezone(UTC) for field in ("validFrom", "validUntil"))
    except (KeyError, TypeError, ValueError):
        return Verdict(kind="credential", sha256=digest, checks=(signed, key, refused("expiry", "expiry_none")))
    code = str(whole.get("id", "")).removesuffix("/credential").rpartition("/")[2]

    def tells(one: StatusList) -> bool:
        return status_list.tells(one, whole, one.purpose)

    status = [_check_status(purpose, known, tells) for purpose in StatusPurpose]
    return Verdict(
        kind="credential",
        sha256=digest,
        checks=(signed, key, _check_expiry(begins, ends.date(), known.at), *status),
        said=Said(code=code, expires=ends.date()),
    )


def _check_key(key: PublicKey, recorded: datetime | None) -> Check:
    if trusted(key, recorded):
        return held("key", signed=f"{key.created:%Y-%m-%d}")
    assert key.revoked
    return refused("key", "key_revoked", since=f"{key.revoked:%Y-%m-%d}")


def _check_expiry(begins: datetime | None, ends: date, at: datetime) -> Check:
    if begins is not None and at < begins:
        return refused("expiry", "expiry_not_yet", day=f"{begins:%Y-%m-%d}")
    if at.date() > ends:
        return refused("expiry", "expiry_over", day=ends.isoformat())
    return held("expiry", day=ends.isoformat())


def _check_place(index: object, issuer: str, known: Known) -> Iterator[Check]:
    """Yield how a place in the status lists of an issuer stands."""
    if not isinstance(index, int):
        yield _no_status("status_not_in_pdf")
        return
    for purpose in StatusPurpose:

        def tells(one: StatusList) -> bool:
            beside = one.id.removesuffix(one.purpose) + StatusPurpose.REVOCATION
            entry = {"statusPurpose": "revocation", "statusListCredential": beside, "statusListIndex": index}
            return status_list.tells(one, {"issuer": issuer, "credentialStatus": entry}, one.purpose)

        yield _check_status(purpose, known, tells)


def _check_status(purpose: StatusPurpose, known: Known, tells: Callable[[StatusList], bool]) -> Check:
    """Return whether the list for a purpose says that something no longer stands."""
    name = f"status_{purpose}"
    try:
        lists = [status_list.read(text, known.keys) for text in known.status_lists]
        one = next((one for one in lists if one.purpose is purpose), None)
        if one is None:
            return not_checked(name, "status_no_list")
        if not trusted(one.key):
            return refused(name, "status_list_key")
        # What was withdrawn is so for ever, but an old list does not say that nothing was withdrawn since.
        if tells(one):
            return refused(name, f"status_{purpose}_set", at=_minute(one.begins))
    except jose.Refused as error:
        return refused(name, error.reason)
    if not one.stands(known.at):
        return not_checked(name, "status_list_old", until=_minute(one.ends))
    return held(name, at=_minute(one.begins))


def _no_status(reason: str) -> Check:
    return not_checked(f"status_{StatusPurpose.REVOCATION}", reason)


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
