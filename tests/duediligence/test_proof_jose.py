"""What is signed, and what is not believed: `duediligence.proof.jose`."""

import base64
import json

import pytest
from credentials import HOST, Held, enveloped, key, signed
from joserfc import jwk as their_jwk
from joserfc import jws as theirs

from duediligence.proof import jose
from duediligence.proof.did import host_did, key_id
from duediligence.proof.jose import Refusal, Refused
from duediligence.proof.signing_key import Algorithm, Purpose
from duediligence.proof.verdict import sentences

CREDENTIAL = json.dumps({"issuer": {"id": host_did(HOST.address)}, "name": "Şaýat · Свидетель"}).encode()
ALGORITHMS = [Algorithm.ES256, Algorithm.ED25519]


@pytest.fixture(scope="module")
def ours() -> Held:
    return key()


def refusal(compact: str, *keys: Held, typ: str = jose.CREDENTIAL) -> str:
    with pytest.raises(Refused) as found:
        jose.verify(compact, [one.public for one in keys], typ)
    return found.value.reason


def b64(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def with_header(compact: str, by: Held, **changes: object) -> str:
    """Return the same payload under a changed header, signed by its key."""
    head, payload, _ = compact.split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "==")) | changes
    part = f"{b64({name: value for name, value in header.items() if value is not None})}.{payload}"
    return f"{part}.{b64(by.sign(part.encode()))}"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_a_known_key_signed_comes_back_byte_for_byte(algorithm):
    by = key(algorithm)
    assert jose.verify(signed(CREDENTIAL, by), [by.public], jose.CREDENTIAL).payload == CREDENTIAL


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_another_library_reads_what_is_signed(algorithm):
    by = key(algorithm)
    found = theirs.deserialize_compact(
        signed(CREDENTIAL, by), their_jwk.import_key(dict(by.public.jwk)), algorithms=[algorithm.value]
    )
    assert found.payload == CREDENTIAL


def test_the_key_that_signed_is_told(ours):
    assert jose.verify(signed(CREDENTIAL, ours), [key().public, ours.public], jose.CREDENTIAL).key == ours.public


def test_a_changed_byte_anywhere_is_refused(ours):
    compact = signed(CREDENTIAL, ours)
    for place in range(0, len(compact), 7):
        other = "A" if compact[place] != "A" else "B"
        assert refusal(compact[:place] + other + compact[place + 1 :], ours)


def test_another_key_is_refused(ours):
    assert refusal(signed(CREDENTIAL, key()), ours) == Refusal.UNKNOWN_KEY


def test_a_signature_of_another_key_under_the_name_of_ours_is_refused(ours):
    thief = key()
    forged = with_header(signed(CREDENTIAL, thief), thief, kid=key_id(HOST.address, ours.public))
    assert refusal(forged, ours) == Refusal.SIGNATURE


@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_no_algorithm_is_refused(ours, signature):
    head = b64({"alg": "none", "kid": key_id(HOST.address, ours.public), "typ": "vc+jwt", "cty": "vc"})
    assert refusal(f"{head}.{b64(CREDENTIAL)}.{signature}", ours) == Refusal.UNSIGNED


def test_an_empty_signature_is_refused(ours):
    assert refusal(signed(CREDENTIAL, ours).rpartition(".")[0] + ".", ours) == Refusal.UNSIGNED


@pytest.mark.parametrize("named", ["HS256", "EdDSA", "Ed25519", "ES384", ""])
def test_an_algorithm_that_is_not_the_one_of_the_key_is_refused(ours, named):
    assert refusal(with_header(signed(CREDENTIAL, ours), ours, alg=named), ours) == Refusal.ALGORITHM


@pytest.mark.parametrize("name", ["crit", "jwk", "jku", "x5u", "x5c", "b64", "iss"])
def test_a_header_that_brings_more_than_is_understood_is_refused(ours, name):
    assert refusal(with_header(signed(CREDENTIAL, ours), ours, **{name: ["x"]}), ours) == Refusal.HEADER


@pytest.mark.parametrize("kid", [None, "", "did:web:due.example.org", "#"])
def test_a_header_without_the_name_of_a_key_is_refused(ours, kid):
    assert refusal(with_header(signed(CREDENTIAL, ours), ours, kid=kid), ours) == Refusal.UNKNOWN_KEY


@pytest.mark.parametrize("changes", [{"typ": "JWT"}, {"typ": None}, {"cty": "vp"}, {"cty": None}])
def test_something_else_that_was_signed_is_refused(ours, changes):
    assert refusal(with_header(signed(CREDENTIAL, ours), ours, **changes), ours) == Refusal.KIND


def test_a_credential_is_no_head_of_the_ledger(ours):
    assert refusal(signed(CREDENTIAL, ours), ours, typ="ledger-head+jwt") == Refusal.KIND


def test_a_credential_that_names_another_issuer_is_refused(ours):
    assert refusal(signed(b'{"issuer": "did:web:elsewhere.example"}', ours), ours) == Refusal.ISSUER


def test_a_key_of_reports_signs_no_credentials():
    by = key(purpose=Purpose.REPORT)
    assert refusal(signed(CREDENTIAL, by), by) == Refusal.WRONG_KEY


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "=",
        lambda text: text.replace(".", "..", 1),
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text[:-1],
        lambda text: text.replace("e", "é", 1),
        lambda text: text.partition(".")[0],
        lambda text: text[:0],
    ],
)
def test_anything_but_three_parts_of_strict_base64url_is_refused(ours, change):
    assert refusal(change(signed(CREDENTIAL, ours)), ours) in {Refusal.SHAPE, Refusal.UNSIGNED}


@pytest.mark.parametrize("payload", [b"[]", b'"x"', b"\xff", b'{"issuer": "a", "issuer": "b"}', b"[" * 5000])
def test_a_credential_that_is_no_single_object_is_refused(ours, payload):
    assert refusal(signed(payload, ours), ours) == Refusal.SHAPE


def test_more_than_a_record_can_have_is_not_read(ours):
    assert refusal("a" * (jose.LONGEST + 1), ours) == Refusal.TOO_LONG


def test_what_is_in_an_envelope_comes_out_as_it_went_in(ours):
    compact = signed(CREDENTIAL, ours)
    assert jose.opened(enveloped(compact)) == compact


def test_a_bare_record_needs_no_envelope(ours):
    compact = signed(CREDENTIAL, ours)
    assert jose.opened(compact.encode() + b"\n") == compact


@pytest.mark.parametrize("data", [b"{}", b'{"id": 5}', b'{"id": "data:text/html,x"}', b"{", b"\xff\xfe"])
def test_a_file_that_holds_no_record_is_refused(data):
    with pytest.raises(Refused):
        jose.opened(data)


@pytest.mark.parametrize("reason", list(Refusal))
def test_every_reason_has_words(reason):
    assert sentences()[reason].keys() == {"tk", "ru", "en"}
