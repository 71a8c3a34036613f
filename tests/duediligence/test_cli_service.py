"""The commands that run the service: what they say, what they leave behind, and how they end."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from duediligence import database, serving
from duediligence.cli import main
from duediligence.errors import Unusable
from duediligence.settings import Settings
from duediligence.store import person as people

ROOT = Path(__file__).parents[2]
STARTS = 60  # seconds; a machine that does much else is slow


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Give the folder of an installation that was never started."""
    monkeypatch.setenv("DUE_FOLDER", str(tmp_path / "data"))
    return tmp_path / "data"


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


class Service:
    """A service as a process of its own."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from duediligence.cli import main; main()", *words, "--log", "programs"]
            + (["--port", str(self.port)] if words[0] == "serve" else []),
            cwd=ROOT,
            env={**os.environ, "DUE_FOLDER": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.said = self.process.stdout.readline()

    def get(self, path: str) -> int:
        try:
            return int(urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=STARTS).status)
        except urllib.error.HTTPError as error:
            return error.code

    def stop(self, how: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Return the exit code, and what was said until the end."""
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=STARTS)
        return self.process.returncode, out, err


@pytest.fixture
def started():
    """Give a way to start services, all of which are stopped at the end."""
    running = []

    def start(*words, folder):
        running.append(Service(folder, *words))
        return running[-1]

    yield start
    for one in running:
        one.process.kill()
        one.process.communicate()


def test_a_service_says_where_it_is_and_ends_when_told(started, tmp_path):
    service = started("serve", folder=tmp_path / "data")
    assert f"http://127.0.0.1:{service.port}" in service.said
    assert service.get("/health") == 200
    code, out, err = service.stop()
    assert (code, out.splitlines()[-1]) == (0, "The service has stopped.")
    assert "Traceback" not in err


def test_the_link_for_the_first_administrator_opens_a_page(started, tmp_path):
    service = started("serve", folder=tmp_path / "data")
    said = service.process.stdout.readline()
    path = re.search(rf"http://127\.0\.0\.1:{service.port}(/set-up/\S+)", said)
    assert path
    assert service.get(path[1]) == 200


def test_a_worker_ends_when_told(started, tmp_path):
    service = started("worker", folder=tmp_path / "data")
    assert service.stop(signal.SIGINT)[0] == 0


def test_a_worker_beside_a_service_ends_when_the_line_between_them_closes(tmp_path):
    worker = subprocess.Popen(
        [sys.executable, "-c", "from duediligence.cli import main; main()", "worker", "--beside"],
        cwd=ROOT,
        env={**os.environ, "DUE_FOLDER": str(tmp_path / "data")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        worker.stdout.readline()
        assert worker.poll() is None
        worker.stdin.close()
        assert worker.wait(STARTS) == 0
    finally:
        worker.kill()
        worker.wait()
        worker.stdout.close()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes where Linux lists them")
def test_a_service_has_a_worker_that_does_not_outlive_it(started, tmp_path):
    folder = tmp_path / "data"
    service = started("serve", folder=folder)
    assert soon(lambda: workers_of(folder))
    service.process.kill()
    ended = soon(lambda: not workers_of(folder))
    for left in workers_of(folder):
        os.kill(int(left), signal.SIGKILL)
    assert ended


def workers_of(folder: Path) -> list[str]:
    """Return the processes that work beside a service on this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words, environment = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
        except OSError:
            continue  # it has ended meanwhile, or belongs to somebody else
        if b"--beside" in words and str(folder).encode() in environment:
            found.append(process.name)
    return found


def soon(happens: Callable[[], object]) -> bool:
    """Return whether something happens before patience ends."""
    end = time.monotonic() + STARTS
    while not happens():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def test_the_log_of_a_service_names_routes_and_no_addresses(started, tmp_path):
    service = started("serve", folder=tmp_path / "data")
    service.get("/invitation/7KQM-R2XD-7KQM-R2XD-7KQM?who=somebody")
    err = service.stop()[2]
    assert '"/invitation/{code}"' in err
    assert "7KQM" not in err
    assert "somebody" not in err


def test_a_port_that_is_taken_is_refused_in_words(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Unusable, match=f"port {port}"):
            serving.serve(Settings(folder=folder), ("127.0.0.1", port), None)
    assert not folder.exists()


def test_a_key_that_others_may_read_stops_the_start(folder):
    run("database", "upgrade")
    key = folder / "keys" / "service"
    key.parent.mkdir(mode=0o700)
    key.write_text("x")
    key.chmod(0o644)
    with pytest.raises(Unusable, match="chmod 600"):
        serving.serve(Settings(folder=folder), ("127.0.0.1", free_port()), None)


def test_an_address_that_nobody_set_follows_the_port():
    assert serving.located(Settings(), 9000).address == "http://127.0.0.1:9000"
    assert serving.located(Settings(address="https://dd.example"), 9000).address == "https://dd.example"


def test_a_setting_that_is_none_is_refused_with_its_name(monkeypatch):
    monkeypatch.setenv("DUE_COLOUR", "blue")
    result = run("doctor")
    assert (result.exit_code, "DUE_COLOUR" in result.stderr) == (2, True)


def test_a_backup_is_brought_back_elsewhere(folder, tmp_path, monkeypatch):
    run("user", "create", "gozegci", "--name", "Aýna Nusga", "--organisation", "Edara")
    result = run("database", "backup", tmp_path / "backup.tar")
    assert result.exit_code == 0
    assert str(folder / "keys") in result.stderr
    monkeypatch.setenv("DUE_FOLDER", str(tmp_path / "other"))
    assert run("database", "restore", tmp_path / "backup.tar").exit_code == 0
    with closing(database.opened(Settings(folder=tmp_path / "other"))) as db, db.reading() as connection:
        assert people.by_email(connection, "gozegci")


def test_an_installation_is_copied_to_the_databases_of_another_file_of_settings(folder, tmp_path):
    run("user", "create", "gozegci", "--name", "Aýna Nusga", "--organisation", "Edara")
    target = tmp_path / "target.env"
    keys = f"DUE_KEY_FILE={folder}/keys/service\nDUE_PROTECTED_KEY_FILE={folder}/keys/protected\n"
    target.write_text(f"DUE_FOLDER={tmp_path / 'other'}\n{keys}")
    result = run("database", "copy", target)
    assert result.exit_code == 0
    assert "tables" in result.stdout


def test_databases_that_are_whole_are_said_to_be(folder):
    run("database", "upgrade")
    assert run("database", "verify").exit_code == 0


def test_a_ledger_that_was_changed_ends_with_one(folder):
    run("user", "create", "gozegci", "--name", "Aýna Nusga", "--organisation", "Edara")
    with closing(database.opened(Settings(folder=folder))) as db, db.writing() as connection:
        connection.exec_driver_sql("UPDATE ledger SET event = 'nothing' WHERE number = 1")
    result = run("database", "verify")
    assert (result.exit_code, "Entry 1" in result.stderr) == (1, True)


def test_whoever_is_let_in_gets_a_link_for_a_password(folder):
    result = run("user", "create", "Gozegci", "--name", "Aýna Nusga", "--organisation", "Edara")
    assert re.search(r"sign in as gozegci\. .*/reset/([0-9A-Z]{4}-){4}[0-9A-Z]{4}", result.stdout)


def test_a_name_is_taken_once(folder):
    words = ("user", "create", "gozegci", "--name", "Aýna Nusga", "--organisation", "Edara")
    run(*words)
    assert run(*words).exit_code == 1


def test_the_second_administrator_belongs_to_whoever_runs_the_service(folder):
    run("user", "create", "gozegci", "--name", "Aýna Nusga", "--organisation", "Edara")
    assert run("user", "create", "ikinji", "--name", "Kerim Nusga").exit_code == 0


def test_a_role_in_an_organisation_that_is_not_there_is_refused(folder):
    result = run("user", "create", "gozegci", "--name", "Aýna Nusga", "--role", "auditor", "--organisation", "Nobody")
    assert (result.exit_code, "Nobody" in result.stderr) == (2, True)


def test_without_an_operator_one_must_be_named(folder):
    result = run("user", "create", "gozegci", "--name", "Aýna Nusga")
    assert (result.exit_code, "--organisation" in result.stderr) == (2, True)


def test_samples_come_and_go(folder):
    made = run("demo", "--lang", "ru")
    assert (made.exit_code, "sample-director" in made.stdout) == (0, True)
    assert run("demo").exit_code == 2
    gone = run("demo", "--remove")
    assert (gone.exit_code, "6 assessments" in gone.stdout) == (0, True)


def test_the_doctor_ends_with_one_where_anything_is_wrong(folder):
    assert run("doctor").exit_code == 0
    run("database", "upgrade")
    result = run("doctor")
    assert (result.exit_code, "WRONG" in result.stdout) == (1, True)


def test_help_needs_none_of_the_heavy_libraries():
    names = "('sqlalchemy', 'litestar', 'numpy', 'uvicorn', 'structlog', 'msgspec')"
    program = f"import sys; import duediligence.cli; print([name for name in {names} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
