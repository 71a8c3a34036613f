"""Schemas and contexts that ship: `duediligence.proof.vendored`."""

import hashlib
import json

import pytest

from duediligence.proof import vendored

FOLDER = vendored.FOLDER / "untp-0.7.0"
PUBLISHED = {
    "dcc-0.7.0.json": "e7c7f05c20579c486c2e0ade9815a962b0b77b426aec4be29be67a992e607a6c",
    "cvc-0.7.0.json": "ff5f7705d3a882adc3581dc0cff93c50b7f7d5a328540403eac3835135489cc1",
    "untp-context-0.7.0.jsonld": "922764eee09c13717a8002095568c7e064fde4e8d93a98dcf00759ee039b829d",
    "credentials-v2.jsonld": "bf6fd611e6773d58f649459a45dbbb81f94e8cfd058a756644cd5a4a882c4050",
}
KEPT = {
    "dcc-0.7.0.json": "f96f9316a5bf5391642a63798adc60a83bc606b7e18fa94292b521c8d42cd9db",
    "cvc-0.7.0.json": "9d0d73aadca4bb70bd62820a7ef4db2a07b358bf5d391803bd8e973cf54d14d8",
    "untp-context-0.7.0.jsonld": "fbd4824e30d3cfc5cba949e1efe19b4c9ebaee056abe7aaf1c6b139a7bf91b0c",
    "credentials-v2.jsonld": "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_file_says_what_its_publisher_published(name):
    content = json.loads((FOLDER / name).read_bytes())
    bare = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    assert hashlib.sha256(bare).hexdigest() == PUBLISHED[name]


@pytest.mark.parametrize("name", KEPT)
def test_a_file_is_the_one_that_was_taken_over(name):
    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == KEPT[name]


def test_origin_and_licence_stand_beside_every_file():
    told = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    assert [path.name for path in FOLDER.iterdir() if path.name != "SOURCES.md" and path.name not in told] == []


def test_every_context_has_its_file():
    assert all(path.is_file() for path in vendored.CONTEXTS.values())


def test_what_does_not_fit_a_schema_is_named_with_its_place():
    found = vendored.faults(vendored.CONFORMITY_CREDENTIAL, {"@context": [], "id": "no address"})
    assert any(one.startswith("id: ") for one in found)
