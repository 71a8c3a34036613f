"""Keys and checks on the command line, without an installation or a network where none is needed."""

import socket
from contextlib import closing

import msgspec
import pytest
from click.testing import CliRunner, Result
from credentials import HOST, NOW, issue
from credentials import key as credential_key
from sealed import grown, head, heads_key, known, sealed_report

from duediligence import database
from duediligence.cli import main
from duediligence.proof import did, seal_check, status_list, untp
from duediligence.proof.status_list import StatusPurpose
from duediligence.settings import Settings
from duediligence.store import job as jobs

ON = "2026-12-01"
SIGNER = credential_key()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Give the folder of an installation that was never started."""
    monkeypatch.setenv("DUE_FOLDER", str(tmp_path / "data"))
    return tmp_path


@pytest.fixture
def saved(folder, monkeypatch):
    """Give a folder with all that was saved from a service, and no network."""

    def nobody(*_args: object, **_more: object) -> None:
        raise AssertionError("somebody was asked")

    monkeypatch.setattr(socket.socket, "connect", nobody)
    document = did.document(HOST.address, known(heads_key().public, SIGNER.public))
    one = status_list.credential(
        HOST.address, StatusPurpose.REVOCATION, (), at=NOW, until=NOW.replace(month=12, day=30)
    )
    gone = status_list.credential(
        HOST.address,
        StatusPurpose.REVOCATION,
        (issue().attestation.status_index,),
        at=NOW,
        until=NOW.replace(month=12, day=30),
    )
    files = {
        "did.json": msgspec.json.encode(document),
        "report.pdf": sealed_report(),
        "touched.pdf": sealed_report() + b"\n",
        "credential.jwt": untp.issue(issue(), SIGNER).encode(),
        "status.jwt": status_list.sign(one, SIGNER).encode(),
        "gone.jwt": status_list.sign(gone, SIGNER).encode(),
        "roots.json": msgspec.json.encode({"heads": [head("ab" * 32)], "earlier": ""}),
        "earlier.json": msgspec.json.encode({"heads": [grown(2)[0]], "earlier": ""}),
        "growth.json": msgspec.json.encode(grown(2)[1]),
        "assessment.json": seal_check.attachments(sealed_report())["assessment.json"],
        "nothing.bin": b"nothing",
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def verify(saved, name: str, *words: object) -> Result:
    return run("verify", saved / name, "--keys", saved / "did.json", "--on", ON, *words)


def ids() -> list[str]:
    """Return the ids of the keys in the list, with how they stand."""
    return [line.split()[0] for line in run("key", "list").output.splitlines()[1:] if len(line.split()[0]) == 43]


def test_a_report_that_nobody_touched_holds(saved):
    done = verify(saved, "report.pdf")
    assert done.exit_code == 0
    assert "Nothing was refused. Not checked: 3." in done.output


def test_a_report_that_somebody_touched_is_refused_with_the_reason(saved):
    done = verify(saved, "touched.pdf")
    assert done.exit_code == 1
    assert "Something was added" in done.output


def test_a_root_that_differs_shows_a_ledger_that_was_rewritten(saved):
    assert verify(saved, "report.pdf", "--roots", saved / "roots.json").exit_code == 1


def test_a_root_of_an_earlier_day_agrees_once_its_proof_is_given(saved):
    kept = "--roots", saved / "earlier.json"
    assert "/ledger/consistency?earlier=2&size=4" in "".join(verify(saved, "report.pdf", *kept).output.split())
    done = verify(saved, "report.pdf", *kept, "--growth", saved / "growth.json")
    assert "agrees with the root of 2 entries" in " ".join(done.output.split())


def test_what_is_no_proof_between_roots_is_said(saved):
    assert verify(saved, "report.pdf", "--growth", saved / "roots.json").exit_code == 2


def test_a_credential_holds_with_its_list(saved):
    done = verify(saved, "credential.jwt", "--status", saved / "status.jwt")
    assert done.exit_code == 0


def test_a_credential_that_was_withdrawn_is_refused(saved):
    done = verify(saved, "credential.jwt", "--status", saved / "gone.jwt")
    assert done.exit_code == 1
    assert "withdrawn" in done.output


def test_without_a_list_it_says_what_was_not_checked(saved):
    assert "No status list was given" in verify(saved, "credential.jwt").output.replace("\n", " ")


def test_what_is_none_of_these_cannot_be_used(saved):
    assert verify(saved, "nothing.bin").exit_code == 2


def test_without_keys_the_way_out_is_told(saved):
    done = run("verify", saved / "report.pdf")
    assert done.exit_code == 2
    assert "/.well-known/did.json" in done.output


@pytest.mark.parametrize("name", ["report.pdf", "nothing.bin", "missing.json"])
def test_something_else_in_the_place_of_keys_cannot_be_used(saved, name):
    assert run("verify", saved / "report.pdf", "--keys", saved / name).exit_code == 2


@pytest.mark.parametrize("language", ["en", "ru", "tk"])
def test_what_is_said_is_said_in_every_language(saved, language):
    assert verify(saved, "report.pdf", "--lang", language).exit_code == 0


def test_the_data_in_a_report_give_the_same_numbers(saved):
    done = run("rescore", saved / "assessment.json")
    assert done.exit_code == 0
    assert "every number adds up as it is stated" in done.output


def test_a_key_is_made_listed_and_exported(folder):
    assert run("key", "create", "report").exit_code == 0
    assert run("key", "create", "credential", "--algorithm", "Ed25519").exit_code == 0
    assert len(ids()) == 2
    assert run("key", "export", folder / "public").exit_code == 0
    assert (folder / "public" / "trust.pem").read_bytes().startswith(b"-----BEGIN CERTIFICATE")
    assert len(did.keys_of(msgspec.json.decode((folder / "public" / "did.json").read_bytes()))) == 2


def test_what_is_exported_holds_no_private_key(folder):
    run("key", "create", "report")
    run("key", "export", folder / "public")
    exported = b"".join(path.read_bytes() for path in (folder / "public").iterdir())
    assert b"PRIVATE" not in exported
    assert b'"d"' not in exported


def test_a_second_key_beside_one_in_use_is_refused():
    run("key", "create", "report")
    done = run("key", "create", "report")
    assert done.exit_code == 2
    assert "duediligence key rotate report" in done.output


def test_a_rotation_keeps_the_old_key_in_the_list():
    run("key", "create", "report")
    assert run("key", "rotate", "report").exit_code == 0
    assert len(ids()) == 2
    assert "retired on" in run("key", "list").output


def test_a_revoked_key_has_a_successor_at_once():
    run("key", "create", "report")
    run("key", "create", "credential")
    done = run("key", "revoke", ids()[0], "--because", "lost with a disk", "--since", "2026-11-01")
    assert done.exit_code == 0
    assert len(ids()) == 3
    assert "lost with a disk" in " ".join(run("key", "list").output.split())


def test_a_key_that_is_not_there_cannot_be_revoked():
    assert run("key", "revoke", "nobody", "--because", "lost").exit_code == 2


def test_a_key_of_ones_own_wants_both_of_its_files(folder):
    assert run("key", "create", "report", "--private", folder / "key.pem").exit_code == 2


def test_after_a_revocation_the_lists_are_signed_anew(folder):
    run("key", "create", "credential")
    run("key", "revoke", ids()[0], "--because", "lost with a disk")
    with closing(database.opened(Settings(folder=folder / "data"))) as db, db.reading() as connection:
        waiting = [one.kind for one in jobs.history(connection, most=5)]
    assert waiting == ["publish"]
