"""A seal holds where nobody touched the file, and other programs than ours say so too: `duediligence.proof.seal`."""

import http.server
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from asn1crypto import keys, tsp, x509
from credentials import NOW
from credentials import key as credential_key
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec.structs import replace
from pyhanko.sign.timestamps import DummyTimeStamper
from sealed import LATER, key, known, report, sealed, sealed_report, sealing

from duediligence.errors import Unusable
from duediligence.proof import seal, seal_check
from duediligence.proof.seal import Timestamp
from duediligence.proof.verdict import Check, Outcome

NONE = "timestamp_none"
needs = {
    tool: pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not here")
    for tool in ("qpdf", "pdfsig", "pdftotext")
}


def outcomes(checks: tuple[Check, ...]) -> dict[str, str]:
    return {one.id: one.reason or one.outcome.value for one in checks}


def told(data: bytes, tool: str, *words: str) -> str:
    return subprocess.run([tool, *words], input=data, capture_output=True, check=True).stdout.decode()


def test_a_seal_of_a_known_key_holds():
    found = outcomes(seal_check.verify(sealed_report(), known(), LATER))
    assert found == {"pdf_signature": "held", "pdf_changed_after": "held", "key": "held", "timestamp": NONE}


def test_a_seal_of_a_key_that_was_retired_since_still_holds():
    retired = replace(key().public, retired=NOW + timedelta(days=1))
    assert outcomes(seal_check.verify(sealed_report(), (retired,), LATER))["key"] == "held"


def test_a_seal_of_a_revoked_key_is_refused():
    revoked = replace(key().public, revoked=NOW - timedelta(days=1), revoked_because="lost")
    assert outcomes(seal_check.verify(sealed_report(), (revoked,), LATER))["key"] == "key_revoked"


def test_what_was_written_down_before_the_key_was_revoked_stands():
    revoked = replace(key().public, revoked=NOW + timedelta(days=5), revoked_because="lost")
    checks = seal_check.verify(sealed_report(), (revoked,), LATER, recorded=NOW + timedelta(days=1))
    assert outcomes(checks)["key"] == "held"


def test_what_was_written_down_only_later_does_not():
    revoked = replace(key().public, revoked=NOW + timedelta(days=5), revoked_because="lost")
    checks = seal_check.verify(sealed_report(), (revoked,), LATER, recorded=NOW + timedelta(days=6))
    assert outcomes(checks)["key"] == "key_revoked"


def test_a_seal_of_an_unknown_key_is_refused_though_it_bears_the_same_name():
    other = sealed(report(), key("another"))
    assert outcomes(seal_check.verify(other, known(), LATER)) == {"pdf_signature": "pdf_unknown_key"}


def test_a_report_without_a_seal_is_refused():
    assert outcomes(seal_check.verify(report(), known(), LATER)) == {"pdf_signature": "pdf_not_signed"}


def test_a_seal_dated_ahead_is_refused():
    early = NOW - timedelta(days=1)
    assert outcomes(seal_check.verify(sealed_report(), known(), early))["key"] == "signed_in_future"


def test_a_seal_from_after_the_end_of_its_certificate_is_refused():
    late = seal.sign(report(), key(), sealing(NOW + timedelta(days=4 * 365))).pdf
    found = outcomes(seal_check.verify(late, known(), NOW + timedelta(days=5 * 365)))
    assert found["key"] == "key_out_of_time"


def test_a_key_for_credentials_seals_no_report():
    with pytest.raises(Unusable, match="certificate"):
        seal.sign(report(), credential_key(), sealing())


def test_attachments_come_out_as_they_went_in():
    before, after = seal_check.attachments(report()), seal_check.attachments(sealed_report())
    assert set(after) == {"assessment.json", "ledger.json"}
    assert after == before


def test_a_sealed_report_is_still_archivable_tagged_and_has_its_attachments_at_hand():
    with pikepdf.open(BytesIO(sealed_report())) as file:
        with file.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
            assert metadata["pdfuaid:part"] == "1"
        assert len(file.Root.AF) == 2
        assert file.Root.MarkInfo.Marked


def test_the_field_of_a_seal_is_told_to_whoever_hears_the_page():
    with pikepdf.open(BytesIO(sealed_report())) as file:
        field = file.Root.AcroForm.Fields[0]
        nums = list(file.Root.StructTreeRoot.ParentTree.Nums)
        element = nums[nums.index(field.StructParent) + 1]
        assert (element.S, str(element.Alt)) == ("/Form", "Seal of the service")
        assert element.K.Obj.objgen == field.objgen


def test_a_seal_draws_no_letters_and_so_needs_no_typeface():
    with pikepdf.open(BytesIO(sealed_report())) as file:
        look = file.Root.AcroForm.Fields[0].AP.N
        assert "/Font" not in look.Resources
        assert b"Tj" not in look.read_bytes()


@needs["qpdf"]
def test_qpdf_finds_no_fault_in_a_sealed_report(tmp_path):
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed_report())
    assert subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0


@needs["pdfsig"]
def test_poppler_finds_the_seal_valid_over_the_whole_file(tmp_path):
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed_report())
    words = told(b"", "pdfsig", "-nocert", str(path))
    assert "Signature is Valid" in words
    assert "Total document signed" in words
    assert "ETSI.CAdES.detached" in words


@needs["pdftotext"]
@pytest.mark.parametrize("language", ["en", "ru", "tk"])
def test_the_text_of_a_report_is_the_same_after_it_was_sealed(language):
    before, after = report(language), sealed_report(language)
    assert told(after, "pdftotext", "-", "-") == told(before, "pdftotext", "-", "-")


# Time stamps come from a server on this machine; a real one is not asked.


@contextmanager
def serving(answer: bytes | DummyTimeStamper) -> Iterator[str]:
    """Give the address of a server of time stamps, or of something that answers otherwise."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            content = answer
            if isinstance(answer, DummyTimeStamper):
                content = answer.request_tsa_response(tsp.TimeStampReq.load(asked)).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def authority() -> tuple[DummyTimeStamper, bytes]:
    """Give somebody who vouches for times, and the certificate by which they are known."""
    private = rsa.generate_private_key(65537, 2048)
    name = pyca.Name([pyca.NameAttribute(NameOID.COMMON_NAME, "A witness of times")])
    made = (
        pyca.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=365))
        .add_extension(pyca.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(pyca.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(private, hashes.SHA256())
    )
    raw = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    stamper = DummyTimeStamper(
        tsa_cert=x509.Certificate.load(made.public_bytes(serialization.Encoding.DER)),
        tsa_key=keys.PrivateKeyInfo.load(raw),
        fixed_dt=NOW,
    )
    return stamper, made.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def stamped(authority) -> seal.Sealed:
    with serving(authority[0]) as address:
        return seal.sign(report(), key(), sealing(), address)


def test_a_server_that_answers_vouches_for_the_time(stamped):
    assert stamped.timestamp is Timestamp.B_T


def test_the_witness_of_a_time_is_named_where_nobody_knows_whether_to_trust_it(stamped):
    check = seal_check.verify(stamped.pdf, known(), LATER)[-1]
    assert (check.outcome, check.reason) == (Outcome.NOT_CHECKED, "timestamp_unknown")
    assert check.facts == {"name": "A witness of times", "at": "2026-11-21 09:30 UTC"}


def test_the_witness_of_a_time_holds_where_its_certificate_is_known(stamped, authority):
    check = seal_check.verify(stamped.pdf, known(), LATER, time_authorities=authority[1])[-1]
    assert check.outcome is Outcome.HELD


def test_a_certificate_of_somebody_else_makes_no_witness(stamped):
    check = seal_check.verify(stamped.pdf, known(), LATER, time_authorities=key().public.certificates)[-1]
    assert check.reason == "timestamp_unknown"


def test_without_a_server_the_reason_is_told():
    assert seal.sign(report(), key(), sealing()).timestamp is Timestamp.NO_SERVER


def test_a_server_that_answers_with_something_else_leaves_a_seal_without_its_time():
    with serving(b"It is late.") as address:
        found = seal.sign(report(), key(), sealing(), address)
    assert found.timestamp is Timestamp.NO_ANSWER
    assert outcomes(seal_check.verify(found.pdf, known(), LATER))["pdf_signature"] == "held"


def test_a_server_that_is_not_there_leaves_a_seal_without_its_time():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        found = seal.sign(report(), key(), sealing(), f"http://127.0.0.1:{door.getsockname()[1]}/")
    assert found.timestamp is Timestamp.NO_ANSWER


def test_a_server_that_is_silent_is_not_waited_for_without_end():
    with socket.create_server(("127.0.0.1", 0)) as door:
        found = seal.sign(report(), key(), sealing(), f"http://127.0.0.1:{door.getsockname()[1]}/")
    assert found.timestamp is Timestamp.NO_ANSWER
