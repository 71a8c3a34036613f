"""What is wrong with an installation is found and told with a way out; what is well is left in peace."""

import socket
from contextlib import closing
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from duediligence import database, ledger
from duediligence.doctor import examine
from duediligence.job import Nothing, Order
from duediligence.operation_words import sentence, sentences
from duediligence.organisation import Kind, Organisation
from duediligence.settings import Settings
from duediligence.store import job as jobs
from duediligence.store import organisation as organisations
from duediligence.workflow.installation import opened
from questionnaires.text import LANGUAGES

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def wrong(settings: Settings, now: datetime = NOW) -> set[str]:
    """Return what is said of the parts that are not well."""
    return {one.says for one in examine(settings, now) if not one.fine}


@pytest.fixture
def settings(settings):
    """Give the settings of an installation that was started once, on either kind of database."""
    with closing(opened(settings)):
        return settings


def test_a_new_installation_lacks_nobody_but_an_administrator(settings):
    assert wrong(settings) == {"administrator_missing"}


def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(tmp_path):
    folder = tmp_path / "nothing"
    assert not wrong(Settings(folder=folder))
    assert not folder.exists()


def test_everything_found_can_be_said_in_every_language(settings):
    for one in examine(settings, NOW):
        for language in LANGUAGES:
            assert sentence(one.says, language, **one.facts)
            assert sentence(one.part, language)


def test_every_sentence_has_every_language():
    assert not [name for name, text in sentences().items() if set(text) != set(LANGUAGES)]


def test_a_folder_that_others_may_look_into_is_found(settings):
    settings.folder.chmod(0o755)
    assert "folder_open" in wrong(settings)


def test_a_key_that_others_may_read_is_found(settings):
    settings.key_path().chmod(0o644)
    assert "keys_unfit" in wrong(settings)


def test_a_key_that_is_gone_is_found_and_not_made_anew(settings):
    settings.protected_key_path().unlink()
    assert "keys_missing" in wrong(settings)
    assert not settings.protected_key_path().exists()


def test_an_address_without_encryption_is_found(settings):
    assert "settings_open" in wrong(msgspec.structs.replace(settings, address="http://dd.example"))


def test_a_database_that_is_none_is_found(tmp_path):
    folder = tmp_path / "data"
    database.upgrade(Settings(folder=folder))
    (folder / "duediligence.sqlite").write_bytes(b"no database" * 1000)
    assert "database_unfit" in wrong(Settings(folder=folder))


def test_a_database_of_another_release_is_found(tmp_path):
    folder = tmp_path / "data"
    with closing(database.opened(Settings(folder=folder))):
        assert "database_old" in wrong(Settings(folder=folder))


def test_a_clock_that_was_set_back_is_found(settings):
    with closing(database.opened(settings)) as db, db.writing() as connection:
        ledger.record(connection, "account:begin", "somebody", "", NOW, {})
    assert "clock_back" in wrong(settings, NOW - timedelta(days=1))


@pytest.mark.parametrize(("marks", "found"), [((True, False), True), ((True, True), False), ((False, False), False)])
def test_samples_beside_real_firms_are_found(settings, marks, found):
    with closing(database.opened(settings)) as db, db.writing() as connection:
        for mark in marks:
            firm = Organisation(
                id=database.new_id(),
                name="A firm",
                kind=Kind.FIRM,
                state_body=False,
                sector="",
                region="",
                created=NOW,
                sample=mark,
            )
            organisations.add(connection, firm)
    assert ("samples_mixed" in wrong(settings)) is found


def test_a_job_that_nobody_takes_is_found(settings):
    with closing(database.opened(settings)) as db, db.writing() as connection:
        jobs.enqueue(connection, Order(kind="mail", arguments=Nothing(), once="a"), NOW)
    assert "queue_late" not in wrong(settings, NOW + timedelta(minutes=1))
    assert "queue_late" in wrong(settings, NOW + timedelta(hours=1))


@pytest.mark.parametrize("named", ["mail", "clamav"])
def test_a_server_that_does_not_answer_is_found(settings, named):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        address = {"mail": f"smtp://{where}", "clamav": where}[named]
        assert f"{named}_silent" in wrong(msgspec.structs.replace(settings, **{named: address}))


@pytest.mark.parametrize(
    ("named", "value"), [("mail", "mailhost"), ("clamav", "scanner"), ("files", "ftp://x"), ("queue", "kafka")]
)
def test_a_setting_that_cannot_be_is_found(settings, named, value):
    assert f"{named}_unfit" in wrong(msgspec.structs.replace(settings, **{named: value}))
