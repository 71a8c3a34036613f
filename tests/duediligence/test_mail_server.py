"""Letters through a mail server that wants encryption and a login, with a certificate made for the test (aiosmtpd)."""

import email
import email.policy
import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from duediligence import key, mail
from duediligence.errors import Unavailable
from duediligence.job import Context
from duediligence.mail import Letter, Posted, Subject
from duediligence.settings import Settings

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
WHO = ("due diligence", "a word: with @ and /")
ENCODED = "due%20diligence:a%20word%3A%20with%20%40%20and%20%2F"
LETTER = Letter(subject=Subject.SECTION_GIVEN, to="lead@firm.example", language="tk", link="/assessments/1")


class Box:
    """What a mail server takes in: letters, who signed in, and whether the line was encrypted then."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.encrypted: list[bool] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  it is called by this name
        self.letters.append(envelope.content)
        return "250 taken"

    def knows(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, said: LoginPassword
    ) -> AuthResult:
        self.encrypted.append(session.ssl is not None)
        return AuthResult(success=(said.login.decode(), said.password.decode()) == WHO, handled=False)


def free_port() -> int:
    with socket.create_server(("127.0.0.2", 0)) as found:
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Give the file of a certificate for this machine, with its key, that nobody but the test trusts."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.test")])
    day = timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - day)
        .not_valid_after(datetime.now(UTC) + day)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.2"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(private, hashes.SHA256())
    )
    secret = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "mail.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def trusted(certificate, monkeypatch):
    """Have this process trust the certificate, as an operator does with one of their own."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.fixture
def box():
    return Box()


def tls_of(certificate) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def server(certificate, box):
    """Give the port of a server that turns a line to encryption when asked, and lets nobody in before."""
    found = Controller(
        box,
        "127.0.0.2",
        free_port(),
        tls_context=tls_of(certificate),
        require_starttls=True,
        auth_required=True,
        authenticator=box.knows,
    )
    found.start()
    yield found.port
    found.stop()


@pytest.fixture
def private(certificate, box):
    """Give the port of a server that is encrypted from the first byte on."""
    found = Controller(
        box,
        "127.0.0.2",
        free_port(),
        ssl_context=tls_of(certificate),
        auth_required=True,
        auth_require_tls=False,
        authenticator=box.knows,
    )
    found.start()
    yield found.port
    found.stop()


def send(tmp_path, address: str) -> None:
    """Send one letter as the worker does."""
    secrets = key.read_or_make(tmp_path / "key")
    settings = Settings(folder=tmp_path, mail=address, address="https://dd.example")
    posted = Posted(LETTER.subject, secrets.seal(msgspec.json.encode(LETTER), mail._about(LETTER.subject)))
    context = Context(
        job="1", by=None, db=None, settings=settings, key=secrets, clock=lambda: NOW, progress=lambda _: None
    )
    mail.send(context, posted)


@pytest.mark.usefixtures("trusted")
def test_a_letter_goes_over_a_line_that_was_turned_to_encryption(tmp_path, server, box):
    send(tmp_path, f"smtp://{ENCODED}@127.0.0.2:{server}")
    found = email.message_from_bytes(box.letters[0], policy=email.policy.default)
    assert (found["To"], found["Content-Language"]) == ("lead@firm.example", "tk")
    assert box.encrypted == [True]


@pytest.mark.usefixtures("trusted")
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the server knows STARTTLS alone
def test_a_letter_goes_over_a_line_that_is_encrypted_from_the_start(tmp_path, private, box):
    send(tmp_path, f"smtps://{ENCODED}@127.0.0.2:{private}")
    assert len(box.letters) == 1


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("who", ["due%20diligence:wrong", "somebody:else"])
def test_a_login_that_is_refused_is_told_by_its_number(tmp_path, server, box, who):
    with pytest.raises(Unavailable, match="535"):
        send(tmp_path, f"smtp://{who}@127.0.0.2:{server}")
    assert box.letters == []


@pytest.mark.usefixtures("trusted")
def test_without_a_login_where_one_is_wanted_nothing_is_sent(tmp_path, server, box):
    with pytest.raises(Unavailable, match="530"):
        send(tmp_path, f"smtp://127.0.0.2:{server}")
    assert box.letters == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_vouches_for_gets_no_password(tmp_path, request, box, scheme):
    port = request.getfixturevalue("server" if scheme == "smtp" else "private")
    with pytest.raises(Unavailable, match="SSLCertVerificationError"):
        send(tmp_path, f"{scheme}://{ENCODED}@127.0.0.2:{port}")
    assert box.encrypted == []
