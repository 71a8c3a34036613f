"""Credentials, status lists and vocabularies as libraries see them that share no code with ours.

Signatures by jose, statements by jsonld in safe mode, schemas by ajv, status by Digital Bazaar's list.
"""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
import under_node
from credentials import HOST, NOW, YARN, Held, issue, key, signed

from duediligence.proof import did, jose, status_list, untp, untp_0_7_0, vendored, vocabulary
from duediligence.proof.jose import Refused
from duediligence.proof.signing_key import Algorithm
from duediligence.proof.status_list import StatusPurpose
from duediligence.proof.vocabulary import Publisher

OURS, THIEF = key(), key()
DOCUMENT = did.document(HOST.address, [OURS.public])
COMPACT = untp.issue(issue(shipment=YARN), OURS)


@pytest.fixture(scope="module")
def credential() -> dict[str, Any]:
    return untp_0_7_0.credential(issue(shipment=YARN))


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned() -> str:
    header = {"alg": "none", "kid": did.key_id(HOST.address, OURS.public), "typ": "vc+jwt", "cty": "vc"}
    return f"{part(header)}.{COMPACT.split('.')[1]}."


def forged() -> str:
    """Return the credential signed by somebody else under the name of our key."""
    kid = did.key_id(HOST.address, OURS.public)
    payload = jose.verify(COMPACT, [OURS.public], jose.CREDENTIAL).payload
    return jose.sign(payload, THIEF, kid, jose.CREDENTIAL, jose.CREDENTIAL_CONTENT)


def of_another_issuer() -> str:
    payload = jose.verify(COMPACT, [OURS.public], jose.CREDENTIAL).payload
    return signed(payload.replace(b"did:web:due.example.org", b"did:web:elsewhere.example"), OURS)


HOSTILE = {
    "a changed byte of the header": "f" + COMPACT[1:],
    "a changed byte of the payload": COMPACT[:3000] + ("A" if COMPACT[3000] != "A" else "B") + COMPACT[3001:],
    "a changed byte of the signature": COMPACT[:-40] + ("A" if COMPACT[-40] != "A" else "B") + COMPACT[-39:],
    "another key": untp.issue(issue(shipment=YARN), THIEF),
    "another key under our name": forged(),
    "alg: none": unsigned(),
    "another issuer": of_another_issuer(),
    "no signature": COMPACT.rpartition(".")[0] + ".",
}


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_jose_believes_what_we_sign(algorithm):
    by = key(algorithm)
    found = under_node.signature(untp.issue(issue(), by), did.document(HOST.address, [by.public]))
    assert found == {"credential": untp_0_7_0.credential(issue())}


@pytest.mark.parametrize("attack", HOSTILE)
def test_jose_and_we_refuse_alike(attack):
    theirs = under_node.signature(HOSTILE[attack], DOCUMENT)
    with pytest.raises(Refused):
        jose.verify(HOSTILE[attack], [OURS.public], jose.CREDENTIAL)
    assert "refused" in theirs


def test_jose_and_we_refuse_a_key_that_was_retired_from_asserting():
    theirs = under_node.signature(COMPACT, DOCUMENT | {"assertionMethod": []})
    assert (did.keys_of(DOCUMENT | {"assertionMethod": []}), "refused" in theirs) == ((), True)


def test_ajv_finds_nothing_wrong_with_a_credential(credential):
    assert under_node.faults(vendored.CONFORMITY_CREDENTIAL, credential) == []


def test_ajv_finds_nothing_wrong_with_the_scheme():
    assert under_node.faults(vendored.CONFORMITY_SCHEME, vocabulary.document(HOST, "scheme")) == []


def test_ajv_and_we_refuse_a_level_that_the_schema_has_not(credential):
    wrong = credential | {"credentialSubject": credential["credentialSubject"] | {"assessorLevel": "Self"}}
    ours, theirs = (check(vendored.CONFORMITY_CREDENTIAL, wrong) for check in (vendored.faults, under_node.faults))
    assert (len(ours), len(theirs)) == (1, 1)


def statements(document: dict[str, Any]) -> list[str]:
    found = under_node.statements(document)
    assert "refused" not in found, found
    listed: list[str] = found["statements"]
    return listed


def caught_all(found: list[str]) -> list[str]:
    """Return the properties that no context defines and only a catch-all keeps."""
    return sorted(
        {
            line.split(" ")[1]
            for line in found
            if "vocabulary.uncefact.org/untp/" in line.split(" ")[1] and "#" in line.split(" ")[1]
        }
    )


@pytest.fixture(scope="module")
def stated(credential) -> list[str]:
    return statements(credential)


def test_jsonld_drops_nothing_of_a_credential(stated):
    assert caught_all(stated) == []


def test_jsonld_keeps_every_score_of_an_assessment(credential, stated):
    scored = [
        performance["score"]
        for one in credential["credentialSubject"]["conformityAssessment"]
        for performance in one["assessedPerformance"]
        if "score" in performance
    ]
    assert sum("<https://vocabulary.uncefact.org/untp/code>" in line for line in stated) >= len(scored)


def test_a_term_that_is_misspelt_is_found_out(credential):
    wrong = credential | {"credentialSubject": credential["credentialSubject"] | {"asessorLevel": "self"}}
    assert caught_all(statements(wrong)) == [
        "<https://vocabulary.uncefact.org/untp/ConformityAttestation#asessorLevel>"
    ]


def test_jsonld_refuses_a_term_that_no_context_knows():
    assert "refused" in under_node.statements(listed({1}) | {"nonsense": "x"})


def test_jsonld_drops_nothing_of_the_vocabulary():
    assert caught_all(statements(vocabulary.document(HOST, "scheme"))) == []


def listed(bits: set[int], by: Publisher = HOST, purpose: StatusPurpose = StatusPurpose.REVOCATION) -> dict[str, Any]:
    return status_list.credential(by.address, purpose, bits, at=NOW, until=NOW + timedelta(days=2))


def ours_says(credential: dict[str, Any], whole: dict[str, Any], by: Held = OURS) -> bool:
    one = status_list.read(status_list.sign(whole, by), [by.public])
    return status_list.tells(one, credential)


@pytest.mark.parametrize("written", [int, str])
@pytest.mark.parametrize("bits", [{90_001}, {90_000, 90_002}, set()])
def test_their_list_and_ours_say_the_same(credential, written, bits):
    one = credential | {"credentialStatus": untp_0_7_0.status(HOST.address, 90_001, written)}
    assert under_node.status(one, listed(bits)) == {"revoked": ours_says(one, listed(bits))}


@pytest.mark.parametrize("swapped", ["other issuer", "other purpose"])
def test_their_list_and_ours_refuse_a_list_that_was_swapped(credential, swapped):
    elsewhere = Publisher(address="https://elsewhere.example", name="Somebody else")
    own = listed(set())
    other = {
        "other issuer": listed(set(), elsewhere) | {"id": own["id"]},
        "other purpose": listed(set(), purpose=StatusPurpose.SUSPENSION) | {"id": own["id"]},
    }[swapped]
    with pytest.raises(Refused):
        ours_says(credential, other)
    assert "refused" in under_node.status(credential, other)


def test_jsonld_drops_nothing_of_a_status_list():
    assert len(statements(listed({1}))) == 9


def test_jose_believes_a_status_list():
    assert under_node.signature(status_list.sign(listed({1}), OURS), DOCUMENT) == {"credential": listed({1})}
