"""Anybody checks an attestation: what the page says, what it never says, and what comes of files."""

import io

import msgspec
import pikepdf
import pytest

from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.proof import ledger_proof, status_list, tree
from duediligence.proof.attestation import Attestation, WhyWithdrawn
from duediligence.proof.signing_key import PublicKey, decoded
from duediligence.store import signing_key
from duediligence.workflow import attesting
from tests import attested
from tests.api.conftest import Browser, Service
from tests.stages import Parties

WORDS = {"en": "It stands", "ru": "Действует", "tk": "Güýjünde"}


@pytest.fixture(scope="module")
def all_(service: Service) -> Parties:
    firm, site, lead = service.firm()
    body, auditor, second, lead_auditor = service.body()
    return Parties(service.here, firm, site, body, "", lead, auditor, second, lead_auditor)


@pytest.fixture(scope="module")
def one(all_: Parties) -> Attestation:
    engagement = all_.at(Stage.CONCLUDED)
    goods = attested.shipment(all_.here, all_.lead, all_.firm, engagement)
    return attested.issued(all_.here, all_.lead, engagement, goods)


@pytest.fixture(scope="module")
def pdf(service: Service, all_: Parties, one: Attestation) -> bytes:
    return service.browser(all_.lead).get(f"/attestations/{one.id}/report").content


@pytest.fixture
def stranger(service: Service) -> Browser:
    return service.browser()


def keys(service: Service) -> tuple[PublicKey, ...]:
    with service.installation.db.reading() as connection:
        return signing_key.load_all(connection)


def sent(stranger: Browser, data: bytes, name: str = "report.pdf"):
    return stranger.post("/check", files={"file": (name, data)})


@pytest.mark.parametrize("language", ["en", "ru", "tk"])
def test_the_page_says_in_each_language_that_it_stands(stranger: Browser, one: Attestation, language: str) -> None:
    answer = stranger.get(f"/check/{one.id}", **{"accept-language": language})
    assert WORDS[language] in answer.text


def test_the_page_names_reviewers_and_that_they_are_of_the_state(stranger: Browser, one: Attestation) -> None:
    text = stranger.get(f"/check/{one.id}").text
    assert "Reviewing body" in text
    assert "It belongs to the state" in text


def test_the_page_shows_nothing_of_the_buyer_but_the_country(stranger: Browser, one: Attestation) -> None:
    text = stranger.get(f"/check/{one.id}").text
    assert "Germany" in text
    assert "Gemüse GmbH" not in text


def test_the_page_weighs_less_than_forty_kilobytes(stranger: Browser, one: Attestation) -> None:
    assert len(stranger.get(f"/check/{one.id}").content) < 40_000


def test_a_code_nobody_was_given_is_not_known(stranger: Browser) -> None:
    answer = stranger.get("/check/00000000000000000000")
    assert answer.status_code == 404
    assert "knows no such attestation" in answer.text


def test_a_code_without_consent_looks_like_one_that_is_not_known(stranger: Browser, all_: Parties) -> None:
    waiting = attested.drawn_up(all_.here, all_.lead, all_.at(Stage.SUBMITTED))
    known, unknown = (stranger.get(f"/check/{code}") for code in (waiting.id, "00000000000000000000"))
    assert (known.status_code, known.text.replace(waiting.id, "")) == (
        404,
        unknown.text.replace("00000000000000000000", ""),
    )


def test_a_code_typed_with_dashes_and_small_letters_leads_to_its_page(stranger: Browser, one: Attestation) -> None:
    typed = "-".join(one.id[start : start + 5] for start in range(0, 20, 5)).lower()
    assert stranger.post("/check", {"code": typed}).headers["location"] == f"/check/{one.id}"


def test_a_number_that_is_none_is_said_with_what_was_typed(stranger: Browser) -> None:
    answer = stranger.post("/check", {"code": "ABC"})
    assert answer.status_code == 422
    assert 'value="ABC"' in answer.text


def test_the_signed_file_holds(stranger: Browser, pdf: bytes) -> None:
    text = sent(stranger, pdf).text
    assert "The file is as it was issued" in text


@pytest.mark.parametrize("place", [0.2, 0.5, 0.8])
def test_a_file_with_one_changed_byte_is_refused(stranger: Browser, pdf: bytes, place: float) -> None:
    changed = bytearray(pdf)
    changed[int(len(changed) * place)] ^= 1
    assert "Do not rely on this file" in sent(stranger, bytes(changed)).text


def test_the_credential_holds_until_it_is_withdrawn(service: Service, stranger: Browser, all_: Parties) -> None:
    own = attested.issued(all_.here, all_.lead, all_.at(Stage.SUBMITTED))
    credential = stranger.get(f"/check/{own.id}/credential").content
    before = sent(stranger, credential, "one.jwt").text
    with all_.here.work(all_.lead) as work:
        attesting.withdraw(work, own.id, WhyWithdrawn.ERROR)
    attested.sign(all_.here)
    after = sent(stranger, credential, "one.jwt").text
    assert ("as it was issued" in before, "Do not rely on this file" in after) == (True, True)
    assert "something in it is wrong" in stranger.get(f"/check/{own.id}").text


@pytest.mark.parametrize("junk", [b"", b"junk", b"%PDF-1.7 junk", b"{}", b"a.b.c", b"\x00" * 1000, b"[" * 100_000])
def test_junk_is_refused_with_words(stranger: Browser, junk: bytes) -> None:
    answer = sent(stranger, junk, "x.pdf")
    assert answer.status_code == 200
    assert "Do not rely on this file" in answer.text


def test_nothing_that_was_sent_is_kept(service: Service, stranger: Browser, pdf: bytes) -> None:
    folder = service.installation.settings.folder / "files"
    before = sorted(folder.rglob("*"))
    sent(stranger, pdf)
    assert sorted(folder.rglob("*")) == before


def test_the_entry_of_an_attestation_stands_under_a_published_root(
    service: Service, stranger: Browser, one: Attestation
) -> None:
    proof = msgspec.json.decode(stranger.get(f"/check/{one.id}/ledger").content, type=ledger_proof.LedgerProof)
    published = stranger.get("/ledger/heads").json()["heads"]
    assert proof.head in published
    assert ledger_proof.holds(proof, ledger_proof.head_of(proof.head, keys(service)))


def test_whoever_kept_a_root_gets_the_proof_that_a_later_one_goes_on_from_it(
    service: Service, stranger: Browser, all_: Parties, pdf: bytes
) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        attached = opened.attachments["ledger.json"].get_file().read_bytes()
    kept = ledger_proof.head_of(msgspec.json.decode(attached)["head"], keys(service))
    attested.issued(all_.here, all_.lead, all_.at(Stage.SUBMITTED))
    newest = ledger_proof.head_of(stranger.get("/ledger/heads").json()["heads"][0], keys(service))
    answer = stranger.get(f"/ledger/consistency?earlier={kept.size}&size={newest.size}").json()
    path = [bytes.fromhex(found) for found in answer["path"]]
    assert tree.extends(kept.size, newest.size, bytes.fromhex(kept.root), bytes.fromhex(newest.root), path)


def test_every_address_of_the_vocabulary_in_a_credential_resolves(stranger: Browser, one: Attestation) -> None:
    whole = decoded(one.credential.split(".")[1]).decode()
    found = {word.partition("/vocabulary/")[2] for word in whole.split('"') if "/vocabulary/" in word}
    missing = [address for address in found if stranger.get(f"/vocabulary/{address}").status_code != 200]
    assert found
    assert not missing


def test_the_status_list_is_signed_by_the_service(service: Service, stranger: Browser, one: Attestation) -> None:
    listed = status_list.read(stranger.get("/status/revocation").text, keys(service))
    assert listed.issuer.startswith("did:web:")


def test_there_is_no_list_of_another_purpose(stranger: Browser) -> None:
    assert stranger.get("/status/everything").status_code == 404


def test_the_keys_are_public_and_no_private_half_is_there(stranger: Browser, one: Attestation) -> None:
    found = stranger.get("/.well-known/did.json").json()
    assert all("d" not in method["publicKeyJwk"] for method in found["verificationMethod"])
    assert found["assertionMethod"]


def test_nobody_needs_to_be_signed_in_and_a_session_changes_nothing(
    service: Service, stranger: Browser, one: Attestation
) -> None:
    other = service.here.somebody((service.here.organisation(name="Other"), Role.COMPANY_LEAD))
    assert service.browser(other).get(f"/check/{one.id}").status_code == 200
