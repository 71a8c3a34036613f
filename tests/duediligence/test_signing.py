"""The keys of an installation through their lives, and where their private halves never are: `duediligence.signing`."""

import tarfile
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from duediligence import backup, ledger, signing
from duediligence.doctor import examine
from duediligence.errors import Unusable, WrongMoment
from duediligence.proof.signing_key import Algorithm, Purpose, holds
from duediligence.store import signing_key as store

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


@pytest.fixture
def prepared(db, settings):
    """Give a connection to an installation with a key for each purpose."""
    with db.writing() as connection:
        signing.prepare(settings, connection, NOW)
    with db.writing() as connection:
        yield connection


def said(settings, now=NOW):
    """Return what the doctor says of the keys that sign."""
    return [one.says for one in examine(settings, now) if one.part == "signing"]


@pytest.mark.parametrize("purpose", Purpose)
def test_an_installation_that_is_prepared_can_sign(prepared, settings, purpose):
    key = signing.signer(settings, prepared, purpose)
    assert holds(key.public, b"words", key.sign(b"words"))
    assert key.public.purpose is purpose


def test_preparing_twice_makes_nothing_more(prepared, settings):
    before = store.load_all(prepared)
    signing.prepare(settings, prepared, LATER)
    assert store.load_all(prepared) == before


def test_a_second_key_is_not_made_beside_one_in_use(prepared, settings):
    with pytest.raises(WrongMoment, match="rotate"):
        signing.create(settings, prepared, Purpose.REPORT, LATER)


def test_after_a_rotation_the_new_key_signs_and_the_old_one_is_known(prepared, settings):
    old = signing.retire(prepared, Purpose.CREDENTIAL, LATER)
    new = signing.create(settings, prepared, Purpose.CREDENTIAL, LATER, Algorithm.ED25519)
    assert signing.signer(settings, prepared, Purpose.CREDENTIAL).public == new
    assert store.load(prepared, old.id).retired == LATER
    assert store.load(prepared, old.id).revoked is None


def test_a_revoked_key_signs_no_more(prepared, settings):
    key = signing.signer(settings, prepared, Purpose.REPORT).public
    signing.revoke(prepared, key.id, NOW, "the disk was stolen", LATER)
    assert store.load(prepared, key.id).revoked_because == "the disk was stolen"
    with pytest.raises(Unusable, match="no key for report"):
        signing.signer(settings, prepared, Purpose.REPORT)


def test_a_key_is_revoked_once(prepared, settings):
    key = signing.signer(settings, prepared, Purpose.REPORT).public
    signing.revoke(prepared, key.id, NOW, "lost", LATER)
    with pytest.raises(WrongMoment):
        signing.revoke(prepared, key.id, LATER, "lost again", LATER)


def test_each_step_of_a_key_is_in_the_ledger(prepared, settings):
    key = signing.retire(prepared, Purpose.REPORT, LATER)
    signing.revoke(prepared, key.id, NOW, "lost", LATER)
    steps = [one.event for one in ledger.entries(prepared, "report")]
    assert steps == [signing.CREATED, signing.RETIRED, signing.REVOKED]


def test_without_a_key_the_way_out_is_told(db, settings):
    with db.reading() as connection, pytest.raises(Unusable, match="duediligence key create report"):
        signing.signer(settings, connection, Purpose.REPORT)


def test_a_device_wants_its_token_and_its_pin(settings, tmp_path):
    with pytest.raises(Unusable, match="DUE_SIGNING_TOKEN"):
        signing.keys_device(replace(settings, signing_pkcs11=tmp_path / "module.so"))


def test_no_private_key_is_in_the_database(prepared):
    for key in store.load_all(prepared):
        assert "d" not in key.jwk
        assert b"PRIVATE" not in key.certificates


def test_no_signing_key_and_no_passphrase_is_in_a_backup(prepared, settings, db, tmp_path):
    prepared.commit()
    file = tmp_path / "backup.tar"
    backup.back_up(settings, file, NOW)
    with tarfile.open(file) as tar:
        assert not [name for name in tar.getnames() if "keys" in name]
    assert b"PRIVATE KEY" not in file.read_bytes()
    assert settings.signing_passphrase_path().read_bytes().strip() not in file.read_bytes()


def test_keys_that_open_are_found_well(prepared, settings):
    prepared.commit()
    assert said(settings) == ["signing_fine"]


def test_before_the_first_start_there_is_nothing_to_mend(db, settings):
    assert said(settings) == ["signing_none"]


def test_a_certificate_that_an_attestation_could_outlive_is_pointed_out(prepared, settings):
    prepared.commit()
    assert said(settings, NOW + timedelta(days=2 * 365)) == ["signing_ending"]


def test_a_key_whose_file_is_gone_is_pointed_out(prepared, settings):
    key = signing.signer(settings, prepared, Purpose.REPORT).public
    prepared.commit()
    (settings.signing_folder() / f"{key.id}.pem").unlink()
    assert said(settings) == ["signing_unfit"]


def test_a_purpose_without_a_key_is_pointed_out(prepared, settings):
    signing.retire(prepared, Purpose.CREDENTIAL, LATER)
    prepared.commit()
    assert "signing_missing" in said(settings)
