"""The document that says which keys are the service's own: `duediligence.proof.did`."""

from datetime import timedelta

import msgspec
import pytest
from credentials import HOST, NOW, key

from duediligence.proof import did
from duediligence.proof.jose import Refused
from duediligence.proof.signing_key import Algorithm, Purpose

PEM = b"-----BEGIN CERTIFICATE-----\n" + b"QUJD" * 16 + b"\nREVG\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://due.example.org", "did:web:due.example.org"),
        ("https://due.example.org/", "did:web:due.example.org"),
        ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"),
        ("https://example.org/labour/due", "did:web:example.org:labour:due"),
    ],
)
def test_the_name_of_an_issuer_follows_from_its_address(address, name):
    assert did.host_did(address) == name


def test_an_address_without_a_host_has_no_name():
    with pytest.raises(ValueError, match="no address"):
        did.host_did("due.example.org")


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_key_comes_back_out_of_the_document_as_it_went_in(algorithm):
    public = key(algorithm).public
    assert did.keys_of(did.document(HOST.address, [public])) == (public,)


def test_a_key_of_reports_comes_back_with_its_certificates():
    public = msgspec.structs.replace(key(purpose=Purpose.REPORT).public, certificates=PEM + PEM)
    assert did.keys_of(did.document(HOST.address, [public])) == (public,)


def test_a_key_of_reports_asserts_no_credentials():
    public = msgspec.structs.replace(key(purpose=Purpose.REPORT).public, certificates=PEM)
    assert did.document(HOST.address, [public])["assertionMethod"] == []


def test_a_retired_key_still_stands_for_what_it_signed():
    public = msgspec.structs.replace(key().public, retired=NOW)
    assert did.document(HOST.address, [public])["assertionMethod"] == [did.key_id(HOST.address, public)]


def test_a_revoked_key_asserts_nothing_any_more():
    public = msgspec.structs.replace(key().public, revoked=NOW + timedelta(days=3), revoked_because="lost")
    assert did.document(HOST.address, [public])["assertionMethod"] == []


def test_a_revoked_key_comes_back_as_revoked():
    public = msgspec.structs.replace(key().public, revoked=NOW + timedelta(days=3), revoked_because="lost")
    assert did.keys_of(did.document(HOST.address, [public]))[0].revoked == public.revoked


def test_why_a_key_was_revoked_is_not_published():
    public = msgspec.structs.replace(key().public, revoked=NOW, revoked_because="stolen laptop")
    assert b"laptop" not in msgspec.json.encode(did.document(HOST.address, [public]))


def test_a_key_that_asserts_nothing_is_not_trusted():
    found = did.document(HOST.address, [key().public])
    assert did.keys_of(found | {"assertionMethod": []}) == ()


def test_a_key_put_under_the_name_of_another_is_refused():
    found, other = did.document(HOST.address, [key().public]), did.document(HOST.address, [key().public])
    found["verificationMethod"][0]["publicKeyJwk"] = other["verificationMethod"][0]["publicKeyJwk"]
    with pytest.raises(Refused):
        did.keys_of(found)


def test_a_key_of_a_kind_that_is_not_ours_is_left_out():
    found = did.document(HOST.address, [])
    method = {"id": "#1", "type": "JsonWebKey", "controller": found["id"], "publicKeyJwk": {"kty": "RSA"}}
    assert did.keys_of(found | {"verificationMethod": [method]}) == ()


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"id": "x"},
        {"id": "x", "assertionMethod": [], "verificationMethod": ["y"]},
        {"id": "x", "assertionMethod": 5},
    ],
)
def test_a_file_that_is_no_such_document_is_refused(found):
    with pytest.raises(Refused):
        did.keys_of(found)
