"""Passkeys, with an authenticator made of software."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

import cbor2
import pytest
from account_people import KEY, NOW, OFFICE, gate, person
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from duediligence.accounts import passkey, session
from duediligence.accounts.account import show_passkey
from duediligence.accounts.passkey import Answer, Ceremony
from duediligence.errors import NotFound, Unfit
from duediligence.store import second_factor as store

ADDRESS = "https://dd.example"
PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40
LATER = NOW + timedelta(minutes=1)


@dataclass
class Authenticator:
    """A device that keeps one passkey and signs what it is asked, here or elsewhere."""

    origin: str = ADDRESS
    flags: int = PRESENT | VERIFIED
    identifier: bytes = b"credential of a sample device"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    uses: int = 0

    def make(self, asked: Ceremony) -> Answer:
        """Answer navigator.credentials.create()."""
        data = self._about(WITH_KEY) + bytes(16) + len(self.identifier).to_bytes(2) + self.identifier + self._public()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(asked, "webauthn.create", attestationObject=attestation)

    def sign(self, asked: Ceremony) -> Answer:
        """Answer navigator.credentials.get()."""
        self.uses += 1
        data = self._about(0)
        signed = data + sha256(self._client(asked, "webauthn.get")).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(asked, "webauthn.get", authenticatorData=data, signature=signature)

    def _about(self, flags: int) -> bytes:
        host = self.origin.partition("://")[2].encode()
        return sha256(host).digest() + bytes([self.flags | flags]) + self.uses.to_bytes(4)

    def _public(self) -> bytes:
        point = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})

    def _client(self, asked: Ceremony, kind: str) -> bytes:
        challenge = json.loads(asked.options)["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, asked: Ceremony, kind: str, **parts: bytes) -> Answer:
        response = {name: bytes_to_base64url(part) for name, part in parts.items()}
        response["clientDataJSON"] = bytes_to_base64url(self._client(asked, kind))
        name = bytes_to_base64url(self.identifier)
        credential = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return Answer(key=KEY, address=ADDRESS, note=asked.note, credential=json.dumps(credential))


@pytest.fixture
def here(db, settings, monkeypatch):
    return gate(db, settings, monkeypatch)


@pytest.fixture
def one(here):
    return person(here.db)


def added(here, one, device: Authenticator | None = None, now=NOW) -> Authenticator:
    device = device or Authenticator()
    asked = passkey.ask_to_add(KEY, one, (), ADDRESS, NOW)
    with here.db.writing() as connection:
        passkey.add(connection, one.id, "phone", device.make(asked), now)
    return device


def asked_at(now=NOW) -> Ceremony:
    return passkey.ask_to_sign_in(KEY, ADDRESS, now)


def codes(error: pytest.ExceptionInfo[Unfit]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def test_a_passkey_lets_its_person_in_with_both_factors_at_once(here, one):
    device = added(here, one)
    entered = show_passkey(here, device.sign(asked_at(LATER)), OFFICE, LATER)
    with here.db.reading() as connection:
        actor = session.find(connection, entered.token, here.settings, LATER).actor
    assert (actor.person, actor.second_factor) == (one.id, True)


def test_the_same_answer_does_not_serve_twice(here, one):
    answer = added(here, one).sign(asked_at())
    show_passkey(here, answer, OFFICE, LATER)
    with pytest.raises(Unfit) as error:
        show_passkey(here, answer, OFFICE, LATER)
    assert codes(error) == ["PASSKEY_REFUSED"]


def test_the_same_answer_does_not_serve_twice_where_the_device_keeps_no_count(here, one):
    device = added(here, one)
    device.uses = -1
    answer = device.sign(asked_at())
    show_passkey(here, answer, OFFICE, LATER)
    with pytest.raises(Unfit):
        show_passkey(here, answer, OFFICE, LATER)


def test_an_answer_that_comes_late_is_refused(here, one):
    answer = added(here, one).sign(asked_at())
    with pytest.raises(Unfit) as error:
        show_passkey(here, answer, OFFICE, NOW + timedelta(minutes=5))
    assert codes(error) == ["PASSKEY_TOO_LATE"]


def test_an_answer_to_another_question_is_refused(here, one):
    answer = added(here, one).sign(asked_at())
    other = Answer(key=KEY, address=ADDRESS, note=asked_at().note, credential=answer.credential)
    with pytest.raises(Unfit):
        show_passkey(here, other, OFFICE, LATER)


def test_a_page_of_another_site_gains_nothing(here, one):
    device = added(here, one)
    device.origin = "https://dd.example.evil"
    with pytest.raises(Unfit):
        show_passkey(here, device.sign(asked_at()), OFFICE, LATER)


def test_a_device_that_does_not_ask_its_owner_is_refused(here, one):
    device = added(here, one)
    device.flags = PRESENT
    with pytest.raises(Unfit):
        show_passkey(here, device.sign(asked_at()), OFFICE, LATER)


def test_a_device_that_nobody_added_is_refused(here):
    with pytest.raises(Unfit):
        show_passkey(here, Authenticator().sign(asked_at()), OFFICE, LATER)


def test_another_key_under_a_known_name_is_refused(here, one):
    added(here, one)
    with pytest.raises(Unfit):
        show_passkey(here, Authenticator().sign(asked_at()), OFFICE, LATER)


def test_somebody_disabled_stays_outside(here):
    gone = person(here.db, disabled=NOW)
    device = added(here, gone)
    with pytest.raises(Unfit):
        show_passkey(here, device.sign(asked_at()), OFFICE, LATER)


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", '{"id": 1}', '{"id":"x","rawId":"x","response":{}}'])
def test_nonsense_is_refused(here, credential):
    with pytest.raises(Unfit) as error:
        show_passkey(here, Answer(key=KEY, address=ADDRESS, note=asked_at().note, credential=credential), OFFICE, LATER)
    assert codes(error) == ["PASSKEY_REFUSED"]


@pytest.mark.parametrize("mangled", [{}, {1: 2}, {1: 2, 3: -7}, {1: 3, 3: -257}, [], 1])
def test_a_mangled_key_is_refused_and_breaks_nothing(here, one, monkeypatch, mangled):
    monkeypatch.setattr(Authenticator, "_public", lambda _: cbor2.dumps(mangled))
    with pytest.raises(Unfit) as error:
        added(here, one)
    assert codes(error) == ["PASSKEY_REFUSED"]


def test_nobody_adds_a_passkey_with_the_question_put_to_somebody_else(here, one):
    asked = passkey.ask_to_add(KEY, one, (), ADDRESS, NOW)
    other = person(here.db, "maral@firm.example")
    with here.db.writing() as connection, pytest.raises(Unfit) as error:
        passkey.add(connection, other.id, "phone", Authenticator().make(asked), NOW)
    assert codes(error) == ["PASSKEY_TOO_LATE"]


def test_a_device_is_not_added_twice(here, one):
    device = added(here, one)
    with pytest.raises(Unfit) as error:
        added(here, one, device)
    assert codes(error) == ["PASSKEY_KNOWN"]


def test_a_passkey_that_was_removed_opens_nothing(here, one):
    device = added(here, one)
    with here.db.writing() as connection:
        kept = store.passkeys(connection, one.id)
        passkey.remove(connection, one.id, kept[0].id)
    with pytest.raises(Unfit):
        show_passkey(here, device.sign(asked_at()), OFFICE, LATER)


def test_nobody_removes_the_passkey_of_somebody_else(here, one):
    added(here, one)
    other = person(here.db, "maral@firm.example")
    with here.db.writing() as connection:
        kept = store.passkeys(connection, one.id)
        with pytest.raises(NotFound):
            passkey.remove(connection, other.id, kept[0].id)


def test_a_known_device_is_named_so_that_the_browser_does_not_offer_it(here, one):
    added(here, one)
    with here.db.reading() as connection:
        kept = store.passkeys(connection, one.id)
    asked = json.loads(passkey.ask_to_add(KEY, one, kept, ADDRESS, NOW).options)
    assert [base64url_to_bytes(left["id"]) for left in asked["excludeCredentials"]] == [Authenticator().identifier]


@pytest.mark.parametrize(
    ("address", "possible"),
    [
        ("https://dd.example", True),
        ("http://localhost:8000", True),
        ("http://dd.example", False),
        ("http://127.0.0.1:8000", False),
        ("https://192.0.2.7", False),
        ("https://[2001:db8::1]", False),
    ],
)
def test_browsers_make_passkeys_for_names_alone(address, possible):
    assert passkey.possible(address) is possible
