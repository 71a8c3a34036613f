"""Keys in files: made whole, readable by one, opened by their passphrase alone: `duediligence.proof.key_file`."""

import stat
from datetime import timedelta

import pytest
from credentials import NOW
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sealed import HOST, folder

from duediligence.errors import Unusable
from duediligence.proof import certificate, key_file
from duediligence.proof.key_file import KeyFolder
from duediligence.proof.signing_key import Algorithm, PublicKey, Purpose, holds, thumbprint

KINDS = [
    (Purpose.REPORT, Algorithm.ES256),
    (Purpose.CREDENTIAL, Algorithm.ES256),
    (Purpose.CREDENTIAL, Algorithm.ED25519),
]


def made(where: KeyFolder, purpose: Purpose = Purpose.REPORT, algorithm: Algorithm = Algorithm.ES256) -> PublicKey:
    return key_file.create(where, purpose, algorithm, HOST, NOW)


def pem_of(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(("purpose", "algorithm"), KINDS)
def test_what_a_key_signs_holds_for_its_public_half(purpose, algorithm):
    where = folder()
    key = made(where, purpose, algorithm)
    signature = key_file.unlock(where, key).sign(b"words")
    assert len(signature) == 64
    assert holds(key, b"words", signature)
    assert not holds(key, b"other words", signature)


def test_a_signature_of_odd_length_holds_for_nothing():
    key = made(folder())
    assert not holds(key, b"words", b"short")


def test_a_key_is_named_as_the_standard_has_it():
    """RFC 8037, appendix A.3."""
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert thumbprint(jwk) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_files_of_keys_are_for_their_owner_alone():
    where = folder()
    made(where)
    assert {stat.S_IMODE(path.stat().st_mode) for path in where.path.iterdir()} == {0o600}


def test_no_file_holds_a_private_key_in_clear():
    where = folder()
    for purpose, algorithm in KINDS:
        made(where, purpose, algorithm)
    for path in where.path.glob("*.pem"):
        assert b"BEGIN ENCRYPTED PRIVATE KEY" in path.read_bytes()


def test_a_key_that_is_printed_shows_nothing_of_its_private_half():
    where = folder()
    assert "private" not in repr(key_file.unlock(where, made(where)))


def test_a_key_does_not_open_with_another_passphrase():
    where = folder()
    key = made(where)
    where.passphrase_file.write_text("another one\n")
    with pytest.raises(Unusable, match="passphrase"):
        key_file.unlock(where, key)


def test_a_passphrase_that_is_gone_is_not_made_anew():
    where = folder()
    key = made(where)
    where.passphrase_file.unlink()
    with pytest.raises(Unusable, match="gone"):
        key_file.unlock(where, key)
    assert not where.passphrase_file.exists()


def test_a_key_that_others_may_read_is_not_used():
    where = folder()
    key = made(where)
    (where.path / f"{key.id}.pem").chmod(0o644)
    with pytest.raises(Unusable, match="chmod 600"):
        key_file.unlock(where, key)


def test_a_file_with_another_key_in_it_is_not_used():
    where = folder()
    one, other = made(where), made(where)
    (where.path / f"{one.id}.pem").write_bytes((where.path / f"{other.id}.pem").read_bytes())
    with pytest.raises(Unusable, match="another key"):
        key_file.unlock(where, one)


def test_a_key_for_reports_is_of_the_kind_that_readers_of_pdf_know():
    with pytest.raises(Unusable, match="ES256"):
        made(folder(), Purpose.REPORT, Algorithm.ED25519)


def test_every_seal_of_an_installation_leads_to_one_authority():
    where = folder()
    one, other = (certificate.chain(made(where).certificates) for _ in range(2))
    assert one[-1] == other[-1]
    assert one[0] != other[0]
    for own, root in (one, other):
        own.verify_directly_issued_by(root)


def test_a_seal_may_sign_documents_and_no_certificates():
    own, root = certificate.chain(made(folder()).certificates)
    usage = own.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (True, True, False)
    assert not own.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


def test_a_key_of_ones_own_signs_with_its_own_certificates():
    where = folder()
    private, root_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = certificate.authority(root_key, "authority.example", NOW)
    chain = certificate.seal(private.public_key(), "seal.example", NOW, (root_key, root))
    key = key_file.bring(where, pem_of(private), chain, NOW)
    assert key.certificates == chain
    assert holds(key, b"words", key_file.unlock(where, key).sign(b"words"))


def test_certificates_of_another_key_are_refused():
    private = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(Unusable, match="first certificate"):
        key_file.bring(folder(), pem_of(private), made(folder()).certificates, NOW)


def test_certificates_that_do_not_sign_one_another_are_refused():
    private, root_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = certificate.authority(root_key, "authority.example", NOW)
    own = certificate.seal(private.public_key(), "seal.example", NOW, (root_key, root)).partition(b"-----END")[0]
    stranger = certificate.authority(ec.generate_private_key(ec.SECP256R1()), "authority.example", NOW)
    chain = own + b"-----END CERTIFICATE-----\n" + certificate.pem(stranger)
    with pytest.raises(Unusable, match="signed by the next"):
        key_file.bring(folder(), pem_of(private), chain, NOW)


def test_certificates_that_have_run_out_are_refused():
    private, root_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = certificate.authority(root_key, "authority.example", NOW)
    chain = certificate.seal(private.public_key(), "seal.example", NOW, (root_key, root))
    with pytest.raises(Unusable, match="not in force"):
        key_file.bring(folder(), pem_of(private), chain, NOW + timedelta(days=4 * 365))


def test_a_key_on_another_curve_is_refused():
    private = ec.generate_private_key(ec.SECP384R1())
    with pytest.raises(Unusable, match="P-256"):
        key_file.bring(folder(), pem_of(private), b"", NOW)


def test_a_certificate_outlives_the_longest_attestation():
    own = certificate.chain(made(folder()).certificates)[0]
    assert own.not_valid_after_utc > NOW + timedelta(days=2 * 366)
    assert isinstance(own.signature_hash_algorithm, hashes.SHA256)
