"""Keys that never leave their device, here one in software (SoftHSM 2): `duediligence.proof.key_device`."""

import shutil
import subprocess
from pathlib import Path

import pytest
from credentials import NOW
from sealed import LATER, folder, report, sealed

from duediligence.errors import Unavailable, Unusable
from duediligence.proof import jose, key_device, key_file, seal_check
from duediligence.proof.key_device import Device
from duediligence.proof.signing_key import Algorithm, PublicKey, Purpose, holds

MODULES = [Path(path) for path in ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm.so")]
MODULE = next((path for path in MODULES if path.exists()), None)

pytestmark = pytest.mark.skipif(MODULE is None or not shutil.which("softhsm2-util"), reason="softhsm2 is not here")


@pytest.fixture(scope="module")
def device(tmp_path_factory) -> Device:
    """Give a token with a PIN; the library reads where tokens lie from the environment, once."""
    assert MODULE
    path = tmp_path_factory.mktemp("device")
    (path / "tokens").mkdir()
    (path / "softhsm2.conf").write_text(f"directories.tokendir = {path}/tokens\nobjectstore.backend = file\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(path / "softhsm2.conf"))
        words = ["softhsm2-util", "--init-token", "--free", "--label", "due", "--pin", "4711", "--so-pin", "471100"]
        subprocess.run(words, check=True, capture_output=True)
        pin = path / "pin"
        pin.write_text("4711\n")
        pin.chmod(0o600)
        yield Device(MODULE, "due", pin)


def made(device: Device, purpose: Purpose = Purpose.CREDENTIAL) -> PublicKey:
    def certify(public):
        return key_file.certified(folder(), public, "due.example.org", NOW) if purpose is Purpose.REPORT else b""

    return key_device.create(device, purpose, Algorithm.ES256, certify, NOW)


def test_what_a_device_signs_holds_for_its_public_half(device):
    key = made(device)
    signature = key_device.unlock(device, key).sign(b"words")
    assert holds(key, b"words", signature)
    assert not holds(key, b"other words", signature)


def test_each_key_of_a_device_goes_by_its_own_name(device):
    one, other = made(device), made(device)
    assert holds(other, b"words", key_device.unlock(device, other).sign(b"words"))
    assert not holds(one, b"words", key_device.unlock(device, other).sign(b"words"))


def test_a_device_seals_a_report(device):
    key = made(device, Purpose.REPORT)
    data = sealed(report(), key_device.unlock(device, key))
    assert not [one for one in seal_check.verify(data, (key,), LATER) if one.outcome == "refused"]


def test_a_device_signs_what_a_credential_needs(device):
    key = made(device)
    payload = b'{"issuer":"did:web:due.example.org"}'
    compact = jose.sign(payload, key_device.unlock(device, key), f"did:web:due.example.org#{key.id}", "vc+jwt", "vc")
    assert jose.verify(compact, [key], "vc+jwt").payload == payload


def test_a_key_that_is_not_in_the_device_is_said_to_be_missing(device):
    where = folder()
    stranger = key_file.create(where, Purpose.CREDENTIAL, Algorithm.ES256, "due.example.org", NOW)
    with pytest.raises(Unusable, match="not in the device"):
        key_device.unlock(device, stranger)


def test_a_wrong_pin_opens_nothing(device, tmp_path):
    pin = tmp_path / "pin"
    pin.write_text("0000")
    pin.chmod(0o600)
    with pytest.raises(Unusable, match="PIN"):
        made(Device(device.module, device.token, pin))


def test_a_pin_that_others_may_read_is_not_used(device, tmp_path):
    pin = tmp_path / "pin"
    pin.write_text("4711")
    pin.chmod(0o644)
    with pytest.raises(Unusable, match="chmod 600"):
        made(Device(device.module, device.token, pin))


def test_a_token_that_is_not_there_is_said_to_be_so(device):
    with pytest.raises(Unavailable, match="no token"):
        made(Device(device.module, "another", device.pin_file))


def test_a_library_that_is_not_there_is_said_to_be_so(device, tmp_path):
    with pytest.raises(Unavailable, match="does not answer"):
        made(Device(tmp_path / "nothing.so", device.token, device.pin_file))


def test_keys_of_a_device_are_of_one_kind(device):
    with pytest.raises(Unusable, match="ES256"):
        key_device.create(device, Purpose.CREDENTIAL, Algorithm.ED25519, lambda _: b"", NOW)
