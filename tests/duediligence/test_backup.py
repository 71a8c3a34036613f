"""One file to restore an installation from, and the move to another kind of database."""

import io
import os
import tarfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from threading import Event

import msgspec
import pytest
from sqlalchemy import delete, insert, select, update

from duediligence import backup, blob, database, ledger
from duediligence.backup import back_up, restore
from duediligence.errors import Unavailable, Unusable
from duediligence.key import Tampered, read_or_make
from duediligence.protected import Vault
from duediligence.settings import Settings
from duediligence.store import protected_table, setting, table
from duediligence.store.move import contents
from questionnaires.response import Answer

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
FARM = "a" * 32
DIGEST = "0" * 64


def fill(db, settings) -> None:
    """Put into an installation one firm with an assessment carried over from another, a file and an answer."""
    new, old, person, site = (database.new_id() for _ in range(4))
    rows = {
        table.organisation: {"id": FARM, "name": "Ak Altyn ýüplük", "kind": "firm", "sector": "", "region": "TM-M"},
        table.site: {"id": site, "organisation": FARM, "name": "Fabrik", "region": "TM-M"},
        table.person: {"id": person, "email": "a", "name": "A. Sample", "language": "tk", "password": ""},
    }
    defaults = {"created": NOON, "state_body": False, "sample": True, "totp_step": 0, "failures": 0}
    with db.writing() as connection:
        for kept, row in rows.items():
            whole = {**{name: value for name, value in defaults.items() if name in kept.c}, **row}
            connection.execute(insert(kept).values(whole))
        # The later id comes first: a reference to a row that follows must survive.
        for identifier, carried in ((old, None), (new, old)):
            connection.execute(insert(table.engagement).values(**engagement(identifier, site, person, carried)))
        ledger.record(connection, "engagement.begun", new, person, NOON, {"revision": 1})
    vault = Vault(db.vault, read_or_make(settings.protected_key_path()))
    vault.keep(new, 1, {"sta.pressed": Answer(value="yes")}, NOON)
    blob.put(blob.opened(settings.files_url()), f"{FARM}/{DIGEST}", b"evidence")


def engagement(identifier: str, site: str, person: str, carried: str | None) -> dict[str, object]:
    day = NOON.date()
    words = {"stage": "answering", "questionnaire": "risk_assessment", "questionnaire_version": "2026.1"}
    numbers = {"revision": 1, "answered": 0, "asked": 120, "residual": 0.1 + 0.2}
    flags = {"rehearsal": False, "protected_released": False, "grave": True, "sample": True}
    content = {"response": b"{}\x00\xff", "withdrawn_reason": "", "indicators": "{}"}
    places = {"organisation": FARM, "site": site, "created_by": person, "carried_from": carried}
    times = {"begins": day, "ends": day, "created": NOON, "changed": NOON}
    return {"id": identifier, **words, **numbers, **flags, **content, **places, **times}


@pytest.fixture
def full(db, settings):
    """Give the settings of an installation in use; its databases are closed."""
    fill(db, settings)
    db.close()
    return settings


@pytest.fixture
def elsewhere(tmp_path):
    """Give the settings of a new installation on SQLite."""
    return Settings(folder=tmp_path / "elsewhere")


def everything(settings) -> dict:
    """Return what the tables of an installation hold."""
    with closing(database.opened(settings)) as db, db.reading() as main, db.vault.begin() as vault:
        return contents(main, table.metadata) | contents(vault, protected_table.metadata)


def test_what_was_backed_up_is_restored(full, elsewhere, tmp_path):
    back_up(full, tmp_path / "backup.tar", NOON)
    restore(elsewhere, tmp_path / "backup.tar")
    assert everything(elsewhere) == everything(full)
    backup.verify(elsewhere)


def test_files_are_restored(full, elsewhere, tmp_path):
    back_up(full, tmp_path / "backup.tar", NOON)
    restore(elsewhere, tmp_path / "backup.tar")
    assert blob.get(blob.opened(elsewhere.files_url()), f"{FARM}/{DIGEST}") == b"evidence"


def test_protected_answers_open_with_their_key(full, elsewhere, tmp_path):
    back_up(full, tmp_path / "backup.tar", NOON)
    restore(elsewhere, tmp_path / "backup.tar")
    with closing(database.opened(elsewhere)) as db:
        with db.vault.begin() as connection:
            identifier = connection.scalar(select(protected_table.protected_answer.c.engagement))
        vault = Vault(db.vault, read_or_make(full.protected_key_path()))
        assert vault.answers(identifier) == {"sta.pressed": Answer(value="yes")}


def test_a_backup_is_restored_to_postgresql(full, tmp_path, postgres):
    back_up(full, tmp_path / "backup.tar", NOON)
    target = Settings(folder=tmp_path / "new", database=postgres.made(), protected_database=postgres.made())
    restore(target, tmp_path / "backup.tar")
    assert everything(target) == everything(full)


def test_a_backup_holds_databases_and_files_and_nothing_else(full, tmp_path):
    back_up(full, tmp_path / "backup.tar", NOON)
    with tarfile.open(tmp_path / "backup.tar") as tar:
        assert set(tar.getnames()) == {
            "manifest.json",
            "duediligence.sqlite",
            "protected.sqlite",
            f"files/{FARM}/{DIGEST}",
        }


def test_no_key_is_in_a_backup(full, tmp_path):
    back_up(full, tmp_path / "backup.tar", NOON)
    assert full.protected_key_path().read_bytes().strip() not in (tmp_path / "backup.tar").read_bytes()


def test_a_backup_says_that_the_keys_are_not_in_it(full, tmp_path):
    assert back_up(full, tmp_path / "backup.tar", NOON).keys == backup.KEYS


def test_a_backup_names_the_last_seal_of_the_ledger(full, tmp_path):
    manifest = back_up(full, tmp_path / "backup.tar", NOON)
    with closing(database.opened(full)) as db, db.reading() as connection:
        assert manifest.seal == ledger.newest(connection).seal


def test_a_backup_is_for_its_owner_alone(full, tmp_path):
    back_up(full, tmp_path / "backup.tar", NOON)
    assert (tmp_path / "backup.tar").stat().st_mode & 0o777 == 0o600


def test_nothing_is_left_beside_a_backup(full, tmp_path):
    (tmp_path / "backups").mkdir()
    back_up(full, tmp_path / "backups" / "backup.tar", NOON)
    assert [file.name for file in (tmp_path / "backups").iterdir()] == ["backup.tar"]


def test_a_backup_never_replaces_another(full, tmp_path):
    (tmp_path / "backup.tar").touch()
    with pytest.raises(Unusable, match="there already"):
        back_up(full, tmp_path / "backup.tar", NOON)


def test_a_backup_into_a_folder_that_is_not_there_is_refused(full, tmp_path):
    with pytest.raises(Unusable, match="cannot be written"):
        back_up(full, tmp_path / "nowhere" / "backup.tar", NOON)


def test_a_backup_taken_while_people_work_is_of_one_moment(db, settings, elsewhere, tmp_path):
    """Each transaction writes a setting and an entry; a backup holds as many of one as of the other."""
    stop = Event()

    def work() -> None:
        for number in count():
            if stop.is_set():
                return
            with db.writing() as connection:
                connection.execute(insert(table.setting).values(name=str(number), value="", at=NOON))
                ledger.record(connection, "setting.changed", str(number), "", NOON, {})

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        for number in range(3):
            back_up(settings, tmp_path / f"{number}.tar", NOON)
        stop.set()
        working.result()
    restore(elsewhere, tmp_path / "2.tar")
    backup.verify(elsewhere)
    found = everything(elsewhere)
    assert found["setting"].rows == found["ledger"].rows > 0


def test_a_backup_goes_into_an_empty_place_only(full, tmp_path):
    back_up(full, tmp_path / "backup.tar", NOON)
    before = everything(full)
    with pytest.raises(Unusable, match="not empty"):
        restore(full, tmp_path / "backup.tar")
    assert everything(full) == before


def repacked(path, change) -> None:
    """Write a backup anew, after its parts were changed."""
    with tarfile.open(path) as tar:
        parts = {member.name: tar.extractfile(member).read() for member in tar}
    change(parts)
    with tarfile.open(path, "w") as tar:
        for name, content in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize("part", ["duediligence.sqlite", "protected.sqlite", f"files/{FARM}/{DIGEST}"])
@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_a_part_that_is_not_whole_is_named(full, elsewhere, tmp_path, part, damage):
    def change(parts: dict[str, bytes]) -> None:
        content = parts.pop(part)
        if damage == "changed":
            parts[part] = content[:-1] + bytes([content[-1] ^ 1])

    back_up(full, tmp_path / "backup.tar", NOON)
    repacked(tmp_path / "backup.tar", change)
    with pytest.raises(Unusable, match=part):
        restore(elsewhere, tmp_path / "backup.tar")
    assert not elsewhere.folder.exists()


def test_a_part_too_many_is_named(full, elsewhere, tmp_path):
    back_up(full, tmp_path / "backup.tar", NOON)
    repacked(tmp_path / "backup.tar", lambda parts: parts.update({"files/x": b""}))
    with pytest.raises(Unusable, match="files/x"):
        restore(elsewhere, tmp_path / "backup.tar")


def test_a_part_that_points_outside_is_refused(full, elsewhere, tmp_path):
    back_up(full, tmp_path / "backup.tar", NOON)
    repacked(tmp_path / "backup.tar", lambda parts: parts.update({"../../outside": b""}))
    with pytest.raises(Unusable, match="no backup"):
        restore(elsewhere, tmp_path / "backup.tar")


def test_a_ledger_that_ends_otherwise_is_found(full, elsewhere, tmp_path):
    def change(parts: dict[str, bytes]) -> None:
        manifest = msgspec.json.decode(parts["manifest.json"])
        parts["manifest.json"] = msgspec.json.encode(manifest | {"seal": "f" * 64})

    back_up(full, tmp_path / "backup.tar", NOON)
    repacked(tmp_path / "backup.tar", change)
    with pytest.raises(Tampered, match="ends otherwise"):
        restore(elsewhere, tmp_path / "backup.tar")
    assert everything(elsewhere)["ledger"].rows == 0


@pytest.mark.parametrize("content", [b"", b"hello", b"\x1f\x8b\x08\x00"])
def test_a_file_that_is_no_backup_is_refused(elsewhere, tmp_path, content):
    (tmp_path / "backup.tar").write_bytes(content)
    with pytest.raises(Unusable, match="no backup, or not a whole one"):
        restore(elsewhere, tmp_path / "backup.tar")


def test_a_backup_that_was_cut_is_refused(full, elsewhere, tmp_path):
    path = tmp_path / "backup.tar"
    back_up(full, path, NOON)
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(Unusable):
        restore(elsewhere, path)


def test_an_installation_moves_to_postgresql_and_back(tmp_path, postgres):
    old = Settings(folder=tmp_path / "old")
    database.upgrade(old)
    with closing(database.opened(old)) as db:
        fill(db, old)
    server = Settings(folder=old.folder, database=postgres.made(), protected_database=postgres.made())
    back = Settings(
        folder=old.folder, database=f"sqlite:///{tmp_path}/main", protected_database=f"sqlite:///{tmp_path}/p"
    )
    there = backup.copy(old, server)
    assert backup.copy(server, back) == there == everything(old)


def test_a_move_needs_the_same_keys(full, elsewhere):
    with pytest.raises(Unusable, match="opens with its key alone"):
        backup.copy(full, elsewhere)


def test_rows_that_hold_the_same_have_the_same_digest_in_any_order(db, elsewhere):
    names = ["b", "A", "ä", "a", "Z", "10", "9"]
    database.upgrade(elsewhere)
    with closing(database.opened(elsewhere)) as other:
        for kept, order in ((db, names), (other, reversed(names))):
            with kept.writing() as connection:
                for name in order:
                    connection.execute(insert(table.setting).values(name=name, value="", at=NOON))
        with db.reading() as one, other.reading() as two:
            assert contents(one, table.metadata) == contents(two, table.metadata)


def test_an_installation_in_order_is_verified(full):
    backup.verify(full)


def test_a_schema_that_is_not_the_newest_is_named(elsewhere):
    with pytest.raises(Unusable, match="database upgrade"):
        backup.verify(elsewhere)


def test_a_changed_ledger_is_named(full):
    with closing(database.opened(full)) as db, db.writing() as connection:
        connection.execute(update(table.ledger).values(event="engagement.withdrawn"))
    with pytest.raises(Tampered, match="Entry 1"):
        backup.verify(full)


def test_a_row_that_refers_to_nothing_is_named(tmp_path):
    broken = Settings(folder=tmp_path)
    database.upgrade(broken)
    with closing(database.opened(broken)) as db:
        fill(db, broken)
        with db.writer.connect() as connection:
            connection.connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute(delete(table.site))
            connection.commit()
    with pytest.raises(Tampered, match="a row of engagement refers to one of site"):
        backup.verify(broken)


def test_a_damaged_page_is_named(tmp_path):
    damaged = Settings(folder=tmp_path)
    database.upgrade(damaged)
    path = tmp_path / "duediligence.sqlite"
    content = bytearray(path.read_bytes())
    content[8 * 4096 : 12 * 4096] = os.urandom(4 * 4096)
    path.write_bytes(content)
    with pytest.raises((Tampered, Unavailable), match="damaged"):
        backup.verify(damaged)


def test_an_administrator_sees_when_the_last_backup_was_made(db, settings, tmp_path):
    manifest = backup.back_up(settings, tmp_path / "one.tar", NOON)
    backup.remember(settings, manifest, NOON)
    with db.reading() as connection:
        assert setting.noted(connection, setting.BACKUP, setting.Backup).made == NOON
