"""A file that somebody was shown is checked as far as what is known reaches: `duediligence.proof.checking`."""

import hashlib
from datetime import timedelta
from functools import cache
from io import BytesIO

import msgspec
import pikepdf
import pytest
from credentials import HOST as ISSUER
from credentials import NOW, assessed, enveloped, issue
from credentials import key as credential_key
from msgspec.structs import replace
from sealed import CODE, LATER, grown, head, heads_key, known, proof, report, sealed, sealed_report
from sealed import HOST as SEALED_BY

from duediligence import record
from duediligence.proof import jose, seal_check, status_list, untp
from duediligence.proof.checking import Known, check
from duediligence.proof.ledger_proof import LedgerProof
from duediligence.proof.status_list import StatusPurpose
from duediligence.proof.verdict import Outcome, Verdict, sentences, title, words
from questionnaires.text import LANGUAGES

SIGNER = credential_key()


def outcomes(found: Verdict) -> dict[str, str]:
    return {one.id: one.reason or one.outcome.value for one in found.checks}


def refusals(found: Verdict) -> list[str]:
    return [one.reason for one in found.checks if one.outcome is Outcome.REFUSED]


def knowing(**more: object) -> Known:
    return Known(**{"keys": known(heads_key().public, SIGNER.public), "at": LATER} | more)


@cache
def credential() -> bytes:
    return untp.issue(issue(), SIGNER).encode()


def statuses(*fallen: int, purpose: StatusPurpose = StatusPurpose.REVOCATION, signer=SIGNER, address="") -> str:
    """Return a signed list that may be believed for two days around the moment of checking."""
    told = status_list.credential(
        address or ISSUER.address, purpose, fallen, at=LATER - timedelta(days=1), until=LATER + timedelta(days=1)
    )
    return status_list.sign(told, signer)


@cache
def with_files(**files: bytes) -> bytes:
    """Return a sealed file that has other attachments in the place of the right ones."""
    with pikepdf.open(BytesIO(report())) as made:
        for name, data in files.items():
            full = f"{name}.json"
            del made.attachments[full]
            made.attachments[full] = data
        output = BytesIO()
        made.save(output)
    return sealed(output.getvalue())


# A report on paper


def test_a_sealed_report_holds_and_says_what_could_not_be_checked():
    found = check(sealed_report(), knowing())
    assert not found.refused
    assert {name for name, reason in outcomes(found).items() if reason == "held"} == {
        "pdf_signature",
        "pdf_changed_after",
        "key",
        "record_numbers",
        "record_digest",
        "ledger_entry",
        "expiry",
    }
    assert {one.reason for one in found.checks if one.outcome is Outcome.NOT_CHECKED} == {
        "timestamp_none",
        "root_none",
        "status_not_in_pdf",
    }


def test_a_report_says_which_attestation_it_is():
    said = check(sealed_report(), knowing()).said
    assert (said.code, said.label, said.assessed) == (CODE, "self_declared", NOW.date())


def test_nothing_more_is_said_of_a_report_whose_seal_is_refused():
    found = check(sealed_report() + b"\n", knowing())
    assert refusals(found) == ["pdf_added_after"]
    assert len(found.checks) == 1
    assert found.said.code == ""


def test_a_report_past_its_last_day_is_refused():
    assert refusals(check(sealed_report(), knowing(at=NOW + timedelta(days=400)))) == ["expiry_over"]


def test_a_root_that_was_kept_apart_is_the_same():
    stated = msgspec.json.decode(jose.verify(_proof().head, [heads_key().public], "ledger-head+jwt").payload)
    found = check(sealed_report(), knowing(heads=(head(stated["root"]),)))
    assert outcomes(found)["ledger_root"] == "held"


def test_a_ledger_that_was_rewritten_is_found_out():
    found = check(sealed_report(), knowing(heads=(head("ab" * 32),)))
    assert refusals(found) == ["ledger_rewritten"]


def test_a_root_of_another_size_says_nothing_without_a_proof_and_which_one_is_told():
    found = check(sealed_report(), knowing(heads=(head("ab" * 32, size=9), head("cd" * 32, size=70))))
    (told,) = (one for one in found.checks if one.reason == "root_apart")
    assert "/ledger/consistency?earlier=4&size=9" in words(told)["en"]


@pytest.mark.parametrize("size", [2, 5])
def test_a_root_of_another_day_agrees_by_the_proof_between_the_two(size):
    kept, proven = grown(size)
    assert outcomes(check(sealed_report(), knowing(heads=(kept,), growth=(proven,))))["ledger_root"] == "held"


@pytest.mark.parametrize("size", [2, 5])
@pytest.mark.parametrize("wrong", [{"path": ("ab" * 32,)}, {"path": ()}, {"path": ("no hash",)}])
def test_a_ledger_that_does_not_go_on_from_a_root_is_found_out(size, wrong):
    kept, proven = grown(size)
    found = check(sealed_report(), knowing(heads=(kept,), growth=(replace(proven, **wrong),)))
    assert refusals(found) == ["ledger_not_continued"]


def test_a_root_that_a_rewritten_ledger_does_not_go_on_from_is_found_out():
    kept, proven = head("ab" * 32, size=2), grown(2)[1]
    assert refusals(check(sealed_report(), knowing(heads=(kept,), growth=(proven,)))) == ["ledger_not_continued"]


def test_a_root_of_today_does_not_make_up_for_one_of_an_earlier_day():
    same = jose.read(jose.verify(_proof().head, [heads_key().public], "ledger-head+jwt").payload)["root"]
    found = check(sealed_report(), knowing(heads=(head(same), head("ab" * 32, size=2)), growth=(grown(2)[1],)))
    assert refusals(found) == ["ledger_not_continued"]


def test_a_proof_between_other_roots_says_nothing():
    kept, _ = grown(2)
    found = check(sealed_report(), knowing(heads=(kept,), growth=(grown(5)[1],)))
    assert outcomes(found)["ledger_root"] == "root_apart"


def test_a_head_that_no_known_key_signed_is_refused():
    found = check(sealed_report(), Known(keys=known(), at=LATER))
    assert refusals(found) == ["jws_unknown_key"]


def test_another_record_than_the_ledger_names_is_refused():
    other = record.encode(record.shared(assessed("greenhouse_ahal")))
    assert refusals(check(with_files(assessment=other), knowing())) == ["record_other"]


def test_a_record_whose_numbers_do_not_follow_from_its_answers_is_refused():
    copy = record.shared(assessed("cotton_farm_mary"))
    data = record.encode(replace(copy, profile=replace(copy.profile, control=90.0)))
    made = with_files(assessment=data, ledger=msgspec.json.encode(proof(hashlib.sha256(data).hexdigest())))
    assert refusals(check(made, knowing())) == ["record_differs"]


def test_a_proof_of_another_entry_is_refused():
    changed = replace(_proof(), entry=replace(_proof().entry, by="somebody"))
    assert refusals(check(with_files(ledger=msgspec.json.encode(changed)), knowing())) == ["ledger_proof_wrong"]


def test_an_entry_that_names_its_place_in_the_lists_is_looked_up_there():
    data = seal_check.attachments(report())["assessment.json"]
    made = with_files(ledger=msgspec.json.encode(proof(hashlib.sha256(data).hexdigest(), status=17)))
    stands, gone = ((statuses(*fallen, address=f"https://{SEALED_BY}"),) for fallen in ((), (17,)))
    assert outcomes(check(made, knowing(status_lists=stands)))["status_revocation"] == "held"
    assert refusals(check(made, knowing(status_lists=gone))) == ["status_revocation_set"]


def test_a_damaged_proof_is_refused():
    assert refusals(check(with_files(ledger=b'{"entry": 3}'), knowing())) == ["ledger_unreadable"]


def _proof() -> LedgerProof:
    data = record.encode(record.shared(assessed("cotton_farm_mary")))
    return proof(hashlib.sha256(data).hexdigest())


# A credential


def test_a_credential_holds_where_its_lists_are_known():
    lists = (statuses(), statuses(purpose=StatusPurpose.SUSPENSION))
    found = check(credential(), knowing(status_lists=lists))
    assert set(outcomes(found).values()) == {"held"}
    assert found.kind == "credential"
    assert found.said.code == issue().attestation.id


def test_a_credential_in_its_envelope_is_the_same():
    assert outcomes(check(enveloped(credential().decode()), knowing())) == outcomes(check(credential(), knowing()))


def test_without_a_list_it_is_said_that_the_status_was_not_checked():
    found = check(credential(), knowing())
    assert not found.refused
    assert outcomes(found)["status_revocation"] == "status_no_list"


def test_a_credential_that_was_withdrawn_is_refused():
    index = issue().attestation.status_index
    assert refusals(check(credential(), knowing(status_lists=(statuses(index),)))) == ["status_revocation_set"]


def test_a_credential_that_is_suspended_is_refused():
    index = issue().attestation.status_index
    lists = (statuses(), statuses(index, purpose=StatusPurpose.SUSPENSION))
    assert refusals(check(credential(), knowing(status_lists=lists))) == ["status_suspension_set"]


def test_an_old_list_in_which_it_stands_says_nothing_of_today():
    found = check(credential(), knowing(status_lists=(statuses(),), at=LATER + timedelta(days=5)))
    assert outcomes(found)["status_revocation"] == "status_list_old"


def test_an_old_list_in_which_it_was_withdrawn_says_enough():
    index = issue().attestation.status_index
    found = check(credential(), knowing(status_lists=(statuses(index),), at=LATER + timedelta(days=5)))
    assert refusals(found) == ["status_revocation_set"]


def test_a_list_of_another_issuer_is_refused():
    swapped = statuses(address="https://other.example.org")
    assert refusals(check(credential(), knowing(status_lists=(swapped,)))) == ["status_list_issuer"]


def test_a_list_that_no_known_key_signed_is_refused():
    swapped = statuses(signer=credential_key())
    assert "jws_unknown_key" in refusals(check(credential(), knowing(status_lists=(swapped,))))


def test_a_list_of_suspensions_stands_for_no_list_of_revocations():
    found = check(credential(), knowing(status_lists=(statuses(purpose=StatusPurpose.SUSPENSION),)))
    assert outcomes(found)["status_revocation"] == "status_no_list"


def test_a_list_signed_with_a_revoked_key_is_refused():
    other = credential_key()
    revoked = replace(other.public, revoked=NOW)
    keys = (SIGNER.public, revoked)
    found = check(credential(), Known(keys=keys, at=LATER, status_lists=(statuses(signer=other),)))
    assert refusals(found) == ["status_list_key"]


def test_a_credential_past_its_last_day_is_refused():
    assert refusals(check(credential(), knowing(at=NOW + timedelta(days=400)))) == ["expiry_over"]


def test_a_credential_before_its_first_day_is_refused():
    assert refusals(check(credential(), knowing(at=NOW - timedelta(days=2)))) == ["expiry_not_yet"]


def test_a_credential_of_a_revoked_key_is_refused():
    revoked = replace(SIGNER.public, revoked=NOW - timedelta(days=1))
    assert refusals(check(credential(), Known(keys=(revoked,), at=LATER))) == ["key_revoked"]


def test_a_credential_that_was_written_down_before_its_key_was_revoked_stands():
    revoked = replace(SIGNER.public, revoked=NOW + timedelta(days=3))
    recorded = {hashlib.sha256(credential()).hexdigest(): NOW + timedelta(days=1)}
    assert refusals(check(credential(), Known(keys=(revoked,), at=LATER, recorded=recorded))) == []


@pytest.mark.parametrize("part", range(20))
def test_a_credential_of_which_a_letter_was_changed_is_refused(part):
    place = part * len(credential()) // 20 + 3
    letter = b"A" if credential()[place : place + 1] != b"A" else b"B"
    assert check(credential()[:place] + letter + credential()[place + 1 :], knowing()).refused


def test_a_credential_without_a_signature_is_refused():
    head_, payload, _ = credential().split(b".")
    none = b"eyJhbGciOiJub25lIn0"  # {"alg":"none"}
    assert refusals(check(none + b"." + payload + b".", knowing())) == ["jws_unsigned"]
    assert refusals(check(head_ + b"." + payload + b".", knowing())) == ["jws_unsigned"]


# The record of an assessment, and what is none of these


@pytest.mark.parametrize("whole", [True, False])
def test_a_record_is_computed_again_and_said_to_bear_no_signature(whole):
    assessment = assessed("cotton_farm_mary")
    found = check(record.encode(assessment if whole else record.shared(assessment)), knowing())
    assert (found.kind, found.refused) == ("record", False)
    assert outcomes(found) == {"record_numbers": "held", "record_digest": "record_not_signed"}


def test_a_record_of_nonsense_is_refused():
    copy = record.shared(assessed("cotton_farm_mary"))
    part = replace(copy.profile.evidence[0], question="no.such", hundredths=10**30)
    data = record.encode(replace(copy, profile=replace(copy.profile, evidence=(part,))))
    assert check(data, knowing()).refused


@pytest.mark.parametrize("data", [b"", b"hello", b"{}", b"{", b"[1]", b"\xff\xfe", b"a.b.c", b"%PDF-"])
def test_whatever_else_it_is_is_refused(data):
    assert check(data, knowing()).refused


def test_whatever_is_said_is_said_in_every_language():
    cases = [
        check(sealed_report(), knowing()),
        check(sealed_report(), knowing(at=NOW + timedelta(days=400))),
        check(sealed_report(), knowing(heads=(head("ab" * 32),))),
        check(credential(), knowing(status_lists=(statuses(),))),
        check(b"hello", knowing()),
    ]
    for one in (one for found in cases for one in found.checks):
        assert all(title(one)[language] and words(one)[language] for language in LANGUAGES)


def test_every_sentence_stands_in_every_language():
    assert all(set(text) == set(LANGUAGES) and all(text.values()) for text in sentences().values())
