"""The databases as they are opened, used and lost."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from duediligence import database
from duediligence.database import Connection
from duediligence.errors import Unavailable, Unusable
from duediligence.settings import Settings
from duediligence.store.table import setting

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def keep(connection, name: str, value: str = "1") -> None:
    connection.execute(insert(setting).values(name=name, value=value, at=NOON))


def write(db, *names: str, value: str = "1", first: Callable[[Connection], object] = lambda _: None) -> None:
    """Keep settings in one transaction, after something happened in it."""
    with db.writing() as connection:
        first(connection)
        for name in names:
            keep(connection, name, value)


def kept(db, name: str) -> str | None:
    with db.reading() as connection:
        return connection.scalar(select(setting.c.value).where(setting.c.name == name))


@pytest.fixture
def alone(tmp_path):
    """Give the settings of an installation on SQLite at the newest schema."""
    found = Settings(folder=tmp_path / "data")
    database.upgrade(found)
    return found


def test_what_was_written_is_read(db):
    with db.writing() as connection:
        keep(connection, "colour")
    assert kept(db, "colour") == "1"


def test_a_transaction_that_failed_leaves_nothing(db):
    with pytest.raises(IntegrityError):
        write(db, "colour", "colour")
    assert kept(db, "colour") is None


def test_a_moment_comes_back_in_utc(db):
    with db.writing() as connection:
        keep(connection, "colour")
    with db.reading() as connection:
        assert connection.scalar(select(setting.c.at)) == NOON


def test_a_reader_cannot_write(db):
    """It is a fault of ours and not of the disk, so nobody is told to try again."""
    with pytest.raises(DBAPIError), db.reading() as connection:
        keep(connection, "colour")


def test_a_reader_sees_one_moment(db):
    with db.reading() as connection:
        before = connection.scalars(select(setting.c.name)).all()
        with db.writing() as writer:
            keep(writer, "colour")
        assert connection.scalars(select(setting.c.name)).all() == before


def test_a_reader_does_not_wait_for_a_writer(db):
    with db.writing() as connection:
        keep(connection, "colour")
        assert kept(db, "colour") is None


def test_writers_at_once_lose_no_update(alone):
    def count(_: int) -> None:
        for _ in range(10):
            with db.writing() as connection:
                value = connection.scalar(select(setting.c.value).where(setting.c.name == "count"))
                connection.execute(update(setting).values(value=str(int(value) + 1)))

    with closing(database.opened(alone)) as db:
        with db.writing() as connection:
            keep(connection, "count", "0")
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(count, range(8)))
        assert kept(db, "count") == "80"


WRITE_ON = """
import os
from duediligence import database, settings
db = database.opened(settings.read(os.environ))
while True:
    name = database.new_id()
    with db.writing() as connection:
        row = f"('{name}', '', '2026-11-21 12:00+00')"
        connection.exec_driver_sql(f"INSERT INTO setting (name, value, at) VALUES {row}")
    print(name, flush=True)
"""


def test_what_was_acknowledged_survives_a_kill(db, settings):
    environ = {
        "DUE_FOLDER": str(settings.folder),
        "DUE_DATABASE": settings.main_url(),
        "DUE_PROTECTED_DATABASE": settings.protected_url(),
    }
    command = [sys.executable, "-c", WRITE_ON]
    with subprocess.Popen(command, env=os.environ | environ, stdout=subprocess.PIPE) as process:
        acknowledged = [process.stdout.readline().decode().strip() for _ in range(50)]
        process.kill()
        acknowledged += process.stdout.read().decode().split()
    with db.reading() as connection:
        found = set(connection.scalars(select(setting.c.name)))
    assert not set(acknowledged) - found


def test_a_restart_of_the_server_is_survived(postgres, tmp_path):
    found = Settings(folder=tmp_path, database=postgres.url("main"))
    with closing(database.opened(found)) as db:
        assert kept(db, "colour") is None
        postgres.restart()
        assert kept(db, "colour") is None


def test_a_server_that_stops_in_the_middle_is_named(postgres, tmp_path):
    def stop(_: Connection) -> None:
        postgres.say("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'main'")

    found = Settings(folder=tmp_path, database=postgres.url("main"))
    with closing(database.opened(found)) as db, pytest.raises(Unavailable, match="server"):
        write(db, "colour", first=stop)


def test_a_server_that_is_not_there_is_named(tmp_path):
    found = Settings(folder=tmp_path, database=f"postgresql://postgres@/main?host={tmp_path}")
    with closing(database.opened(found)) as db, pytest.raises(Unavailable, match="Is it running"):
        kept(db, "colour")


def pragma(words: str) -> Callable[[Connection], object]:
    return lambda connection: connection.exec_driver_sql(f"PRAGMA {words}")


def test_a_full_disk_is_named_and_heals(alone):
    with closing(database.opened(alone)) as db:
        with pytest.raises(Unavailable, match="disk of the database is full"):
            write(db, "colour", value="x" * 1_000_000, first=pragma("max_page_count = 1"))
        write(db, "colour", first=pragma("max_page_count = 1000000"))
        assert kept(db, "colour") == "1"


def test_a_disk_that_takes_no_writes_is_named(alone):
    with closing(database.opened(alone)) as db, pytest.raises(Unavailable, match="can be read but not written"):
        write(db, "colour", first=pragma("query_only = ON"))


def test_a_writer_that_keeps_others_waiting_is_named(alone, monkeypatch):
    monkeypatch.setattr(database, "_PATIENCE", 0.01)
    with (
        closing(database.opened(alone)) as db,
        closing(sqlite3.connect(alone.folder / "duediligence.sqlite", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="busy"), db.writing():
            pass


def test_a_transaction_within_another_is_not_waited_for_without_end(alone, monkeypatch):
    monkeypatch.setattr(database, "_PATIENCE", 0.01)
    with closing(database.opened(alone)) as db, db.writing(), pytest.raises(Unavailable, match="busy"), db.writing():
        pass


@pytest.mark.parametrize("content", [b"not a database" * 400, b"SQLite format 3\x00" + b"\xff" * 8000])
def test_a_damaged_file_is_named(tmp_path, content):
    (tmp_path / "duediligence.sqlite").write_bytes(content)
    with closing(database.opened(Settings(folder=tmp_path))) as db, pytest.raises(Unavailable, match="damaged"):
        kept(db, "colour")


def test_a_place_where_no_file_can_be_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="cannot be made"):
        database.opened(Settings(folder=tmp_path / "file"))


@pytest.mark.parametrize("name", ["duediligence.sqlite", "protected.sqlite"])
def test_a_database_file_is_for_its_owner_alone(alone, name):
    assert (alone.folder / name).stat().st_mode & 0o777 == 0o600


def test_the_folder_is_for_its_owner_alone(alone):
    assert alone.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("address", ["mysql://root@localhost/x", "sqlite://", "sqlite:///:memory:", "my database"])
def test_an_address_of_something_else_is_refused(tmp_path, address):
    with pytest.raises(Unusable):
        database.opened(Settings(folder=tmp_path, database=address))


def test_a_refused_address_does_not_show_its_password(tmp_path):
    with pytest.raises(Unusable) as error:
        database.opened(Settings(folder=tmp_path, database="mysql://root:geheim@localhost/x"))
    assert "geheim" not in str(error.value)


def test_protected_answers_need_a_database_of_their_own(tmp_path):
    same = Settings(folder=tmp_path, protected_database=f"sqlite:///{tmp_path}/duediligence.sqlite")
    with pytest.raises(Unusable, match="need one of their own"):
        database.opened(same)


def test_what_a_row_holds_stays_out_of_errors(db):
    with pytest.raises(IntegrityError) as error:
        write(db, "colour", "colour", value="in confidence")
    assert "in confidence" not in str(error.value)


def test_ids_sort_by_the_time_they_were_made():
    made = [database.new_id() for _ in range(1000)]
    assert made == sorted(made)


def test_an_id_is_32_characters_of_hexadecimal():
    assert len(bytes.fromhex(database.new_id())) == 16
