"""The units and the proxy of docs/deployment, tried; folders, ports and the certificate are others."""

import getpass
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest

from api.auth import session_cookie
from duediligence.accounts import session
from duediligence.organisation import Role
from duediligence.settings import Settings, read
from duediligence.workflow.installation import opened
from tests.reliability.running import Running, free_port
from tests.world import World

DEPLOYMENT = Path(__file__).parents[2] / "docs" / "deployment"
HOST = "dd.example"
ONE, ANOTHER = "127.0.0.2", "127.0.0.3"
"""Addresses of this machine that clients come from."""
BURST = 40
"""Requests that cost something, more than one network may send in a moment."""

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
needs_nginx = pytest.mark.skipif(
    not (shutil.which("nginx") and shutil.which("openssl")), reason="nginx or openssl is not installed"
)


def moved(text: str, folder: Path) -> str:
    """Return an example with its folders below another."""
    return text.replace("/srv/duediligence", f"{folder}/srv").replace("/var/lib/duediligence", f"{folder}/data")


@pytest.fixture
def installed(tmp_path) -> Path:
    """Give a folder with what the examples expect, the program and its settings among it."""
    program = tmp_path / "srv" / ".venv" / "bin" / "duediligence"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from duediligence.cli import main; main()" "$@"\n')
    program.chmod(0o755)
    (tmp_path / "srv" / "docs").mkdir()
    return tmp_path


@needs_systemd
@pytest.mark.parametrize("unit", sorted(file.name for file in DEPLOYMENT.glob("*.[st]*er*")))
def test_systemd_has_nothing_to_say_about_a_unit(installed, unit):
    for file in DEPLOYMENT.glob("duediligence*.*"):
        (installed / file.name).write_text(moved(file.read_text(), installed))
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(installed / unit)], capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr) == (0, "")


def test_the_settings_of_the_example_are_settings():
    found = read({"DUE_SETTINGS": str(DEPLOYMENT / "duediligence.env")})
    assert (found.address, found.worker) == (f"https://{HOST}", False)


def test_the_nightly_backup_is_made_and_thirty_are_kept(installed, sqlite):
    data = installed / "data"
    shutil.copytree(sqlite, data)
    backups = data / "backups"
    backups.mkdir()
    for day in range(1, 32):
        (backups / f"2020-01-{day:02}.tar").touch()
    unit = moved((DEPLOYMENT / "duediligence-backup.service").read_text(), installed).replace("%%", "%")
    for step in re.findall(r"^ExecStart(?:Post)?=/bin/sh -c '(.+)'$", unit, re.MULTILINE):
        subprocess.run(
            ["/bin/sh", "-c", step], cwd=installed / "srv", env=os.environ | {"DUE_FOLDER": str(data)}, check=True
        )
    kept = sorted(file.name for file in backups.iterdir())
    assert (len(kept), kept[0]) == (30, "2020-01-03.tar")
    assert (backups / kept[-1]).stat().st_size > 0


@dataclass
class Proxy:
    """nginx before a running service, as a client meets it."""

    plain: int
    sealed: int
    cookie: str

    def client(self, address: str = ONE) -> httpx.Client:
        """Return a client that comes from an address of this machine."""
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.sealed}",
            headers={"host": HOST, "accept": "text/html", "accept-language": "en", "origin": f"https://{HOST}"},
            transport=httpx.HTTPTransport(verify=False, local_address=address),
            timeout=30,
        )


@pytest.fixture(scope="module")
def proxy(sqlite, tmp_path_factory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("deployed")
    shutil.copytree(sqlite, folder / "data", copy_function=shutil.copy)
    inside, plain, sealed = free_port(), free_port(), free_port()
    settings = Settings(folder=folder / "data", worker=False, address=f"http://127.0.0.1:{inside}")
    outside = msgspec.structs.replace(settings, address=f"https://{HOST}")
    cookie = signed_in(outside)
    service = Running(settings, {"DUE_ADDRESS": outside.address, "DUE_HOSTS": f"127.0.0.1:{inside}"})
    service.start()
    server = subprocess.Popen(["nginx", "-c", str(configured(folder, inside, plain, sealed)), "-g", "daemon off;"])
    until = time.monotonic() + 20
    found = Proxy(plain, sealed, cookie)
    while not answers(found):
        assert time.monotonic() < until, "nginx does not answer"
        time.sleep(0.05)
    yield found
    server.terminate()
    server.wait()
    service.kill()


def signed_in(settings: Settings) -> str:
    """Return the cookie of the lead of a firm."""
    installation = opened(settings)
    here = World(installation.db, settings, installation.vault, now=datetime.now(UTC))
    lead = here.somebody((here.organisation(), Role.COMPANY_LEAD))
    with installation.db.writing() as connection:
        token = session.begin(connection, lead.person, "test", here.now, settings=settings, second_factor=True)
    installation.close()
    cookie = session_cookie(settings, token)
    return f"{cookie.key}={cookie.value}"


def configured(folder: Path, inside: int, plain: int, sealed: int) -> Path:
    """Write a configuration around the example, and the certificate it names; return where."""
    subprocess.run(
        f"openssl req -x509 -nodes -newkey rsa:2048 -subj /CN={HOST} -keyout privkey.pem -out fullchain.pem".split(),
        cwd=folder,
        check=True,
        capture_output=True,
    )
    example = (DEPLOYMENT / "nginx.conf").read_text()
    for before, after in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{sealed} ssl"),
        (f"/etc/letsencrypt/live/{HOST}", str(folder)),
        ("127.0.0.1:8000", f"127.0.0.1:{inside}"),
    ):
        assert before in example
        example = example.replace(before, after)
    example = re.sub(r" *listen \[::\].*\n", "", example)  # the same ports, which are taken once
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "scgi", "uwsgi")
    )
    file = folder / "nginx.conf"
    file.write_text(
        f"user {getpass.getuser()};\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\n{temporary}{example}}}\n"
    )
    return file


def answers(proxy: Proxy) -> bool:
    try:
        with proxy.client() as client:
            return client.get("/health").status_code == 200
    except httpx.TransportError:
        return False


@needs_nginx
class TestProxy:
    def test_whoever_comes_without_encryption_is_led_to_it(self, proxy):
        answer = httpx.get(f"http://127.0.0.1:{proxy.plain}/help", headers={"host": HOST})
        assert (answer.status_code, answer.headers["location"]) == (301, f"https://{HOST}/help")

    def test_each_header_of_the_service_arrives_once(self, proxy):
        with proxy.client() as client:
            headers = client.get("/sign-in").headers
        for name in ("content-security-policy", "strict-transport-security", "x-content-type-options", "x-request-id"):
            assert len(headers.get_list(name)) == 1

    def test_the_number_of_a_request_is_that_of_the_proxy(self, proxy):
        with proxy.client() as client:
            answer = client.get("/nowhere")
        assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
        assert answer.headers["x-request-id"] in answer.text

    def test_pages_come_packed(self, proxy):
        with proxy.client() as client:
            assert client.get("/sign-in", headers={"accept-encoding": "gzip"}).headers["content-encoding"] == "gzip"

    def test_figures_are_not_for_outside(self, proxy):
        with proxy.client() as client:
            assert client.get("/metrics").status_code == 404

    def test_a_file_larger_than_a_proxy_usually_takes_passes(self, proxy):
        file = {"file": ("policy.txt", b"What was agreed upon. " * 90_000)}
        with proxy.client() as client:
            answer = client.post("/documents/new", files=file, headers={"cookie": proxy.cookie})
        assert (answer.status_code, answer.headers["location"][:11]) == (303, "/documents/")

    def test_a_larger_one_is_refused_before_the_service(self, proxy):
        with proxy.client() as client:
            answer = client.post("/documents/new", content=bytes(27 * 2**20), headers={"cookie": proxy.cookie})
        assert answer.status_code == 413

    def test_the_service_knows_who_asks_and_slows_nobody_else(self, proxy):
        """Nor does it help to claim another address: the proxy replaces what a client says."""
        with proxy.client(ONE) as one, proxy.client(ANOTHER) as another:
            assert 429 in [one.get("/ledger-roots").status_code for _ in range(BURST)]
            assert one.get("/ledger-roots", headers={"x-forwarded-for": ANOTHER}).status_code == 429
            assert another.get("/ledger-roots").status_code == 200
