"""One file to restore an installation from, and the move of an installation to another kind of database.

A backup is a tar file laid out like the folder of an installation:

    manifest.json          SHA-256 of every other part; the last entry of the ledger
    duediligence.sqlite    the main database
    protected.sqlite       protected answers, sealed as they are
    files/                 evidence, where it lies in a folder; on S3 it stays where it is

**The keys are not in it.** A backup travels, and a key beside what it seals protects
nothing. Without the key files nobody can read protected answers or second factors
again: keep a copy of them apart from the backups, on paper if need be.

It can be taken while people work: each database is copied as of one moment, the
main one first, so that the vault knows at least what the main database refers to.
Databases are SQLite files in it whatever kind they come from, so that any
installation can take them in, and a later release can upgrade them first.
"""

import hashlib
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import Engine, text

from duediligence import blob, database, ledger
from duediligence.database import Connection, guarded
from duediligence.errors import Unusable
from duediligence.key import Tampered
from duediligence.migrations import MAIN, PROTECTED, Schema, is_current
from duediligence.settings import Settings
from duediligence.store import protected_table, setting, table
from duediligence.store.move import Content, move

KEYS = "The keys are not in this backup. Without a copy of them, kept apart, protected answers stay sealed for ever."
"""To be said wherever a backup is made or restored."""

_MANIFEST = "manifest.json"


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a backup holds."""

    keys: str
    made: datetime
    number: int  # of the last entry of the ledger, 0 where there is none
    seal: str
    sha256: dict[str, str]  # by part


def back_up(settings: Settings, path: Path, now: datetime) -> Manifest:
    """Return what was written to one new file: both databases and the files of an installation, but no keys.

    Raises:
        Unavailable: a database does not answer.
        Unusable: there is a file already, or it cannot be written.
    """
    if path.exists():
        raise Unusable(f"{path} is there already. A backup never replaces another.")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as scratch:
            taken = Settings(folder=Path(scratch))
            _copy_databases(settings, taken)
            _copy_files(settings, taken)
            manifest = _describe(taken, now)
            (taken.folder / _MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2))
            _pack(taken.folder, [_MANIFEST, *manifest.sha256], path)
    except OSError as error:
        raise Unusable(f"The backup {path} cannot be written: {error.strerror}.") from error
    return manifest


def remember(settings: Settings, manifest: Manifest, now: datetime) -> None:
    """Note in the installation that a backup was made, so that an administrator sees how old the last one is.

    Raises:
        Unavailable: the database does not answer.
    """
    db = database.opened(settings)
    try:
        with db.writing() as connection:
            made = setting.Backup(made=manifest.made, number=manifest.number)
            setting.note(connection, setting.BACKUP, made, now)
    finally:
        db.close()


def restore(settings: Settings, path: Path) -> Manifest:
    """Return what was brought into an empty installation, after every part was compared with its digest.

    Nothing is kept before the last step. The key files must be put back by hand.

    Raises:
        Tampered: the ledger in the backup does not fit.
        Unavailable: a database does not answer.
        Unusable: the file is no whole backup, or the databases are not empty.
    """
    with tempfile.TemporaryDirectory(prefix="restore-") as scratch:
        taken = Settings(folder=Path(scratch))
        manifest = _unpack(path, taken.folder)
        database.upgrade(taken)
        with _brought(taken, settings) as (connection, _):
            ledger.verify(connection)
            if _end(connection) != (manifest.number, manifest.seal):
                raise Tampered("The ledger in the backup ends otherwise than the backup says.")
            _copy_files(taken, settings)
    return manifest


def copy(source: Settings, target: Settings) -> dict[str, Content]:
    """Return what each table holds after all rows were brought from one installation's databases to another's.

    Stop the service first: what is written to the source meanwhile does not arrive. Files stay where they are.

    Raises:
        Unavailable: a database does not answer.
        Unusable: the target is not empty, what arrived is not what was sent, or the keys are not the same.
    """
    for old, new in (
        (source.key_path(), target.key_path()),
        (source.protected_key_path(), target.protected_key_path()),
    ):
        if old.exists() and not (new.exists() and old.read_bytes() == new.read_bytes()):
            raise Unusable(f"What is sealed opens with its key alone. Copy {old} to {new} first.")
    with _brought(source, target) as (_, arrived):
        return arrived


def verify(settings: Settings) -> None:
    """Look whether the databases are whole, at the newest schema, and the ledger as it was written.

    Raises:
        Tampered: a file is damaged, a row refers to nothing, or the ledger was changed.
        Unavailable: a database does not answer.
        Unusable: the schema is not that of this release.
    """
    with closing(database.opened(settings)) as db, guarded():
        for engine, schema in ((db.reader, MAIN), (db.vault, PROTECTED)):
            with engine.begin() as connection:
                _verify_schema(connection, schema)
        with db.reading() as connection:
            ledger.verify(connection)


def _verify_schema(connection: Connection, schema: Schema) -> None:
    if not is_current(connection, schema):
        raise Unusable(
            f"The {schema.name} database has not the schema of this release. Say: duediligence database upgrade"
        )
    if connection.dialect.name != "sqlite":
        return  # PostgreSQL watches over references and pages by itself
    damage = connection.execute(text("PRAGMA integrity_check")).scalars().all()
    if damage != ["ok"]:
        raise Tampered(f"The {schema.name} database is damaged: {damage[0]}. Restore the last backup.")
    astray = connection.execute(text("PRAGMA foreign_key_check")).first()
    if astray:
        raise Tampered(
            f"In the {schema.name} database a row of {astray[0]} refers to one of {astray[2]} that is not there."
        )


@contextmanager
def _brought(source: Settings, target: Settings) -> Iterator[tuple[Connection, dict[str, Content]]]:
    """Bring all rows to the target; give its main database and what arrived, and keep it on leaving.

    The vault commits before the main database, as it does everywhere.
    """
    database.upgrade(target)
    with (
        closing(database.opened(source)) as old,
        closing(database.opened(target)) as new,
        guarded(),
        old.reader.begin() as old_main,
        _still(old.vault).begin() as old_vault,
        new.writer.begin() as new_main,
        new.vault.begin() as new_vault,
    ):
        arrived = move(old_main, new_main, table.metadata)
        yield new_main, arrived | move(old_vault, new_vault, protected_table.metadata)


def _still(vault: Engine) -> Engine:
    """Return the vault seen as of one moment, which a transaction on SQLite does anyway."""
    return vault.execution_options(isolation_level="REPEATABLE READ") if vault.dialect.name == "postgresql" else vault


def _copy_databases(settings: Settings, taken: Settings) -> None:
    with closing(database.opened(settings)) as db:
        if db.reader.dialect.name != "sqlite" or db.vault.dialect.name != "sqlite":
            with _brought(settings, taken):
                return
        for engine, address in ((db.reader, taken.main_url()), (db.vault, taken.protected_url())):
            _copy_file(engine, Path(address.removeprefix("sqlite:///")))


def _copy_file(engine: Engine, path: Path) -> None:
    """Write a database as of one moment to a file; writers go on meanwhile."""
    target = sqlite3.connect(path)
    try:
        with guarded(), engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    finally:
        target.close()


def _copy_files(source: Settings, target: Settings) -> None:
    if "://" in source.files_url():
        return
    old, new = blob.opened(source.files_url()), blob.opened(target.files_url())
    for one in blob.listed(old):
        content = blob.get(old, one.key)
        if content is not None:  # erased since it was listed
            blob.put(new, one.key, content)


def _describe(taken: Settings, now: datetime) -> Manifest:
    with closing(database.opened(taken)) as db, db.reading() as connection:
        number, seal = _end(connection)
    parts = sorted(str(path.relative_to(taken.folder)) for path in taken.folder.rglob("*") if path.is_file())
    digests = {part: _digest(taken.folder / part) for part in parts}
    return Manifest(keys=KEYS, made=now, number=number, seal=seal, sha256=digests)


def _end(connection: Connection) -> tuple[int, str]:
    """Return number and seal of the last entry of the ledger."""
    last = ledger.newest(connection)
    return (last.number, last.seal) if last else (0, ledger.BEGINNING)


def _pack(folder: Path, parts: list[str], path: Path) -> None:
    """Write the parts to a file that only its owner may read, and that is whole or not there."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                for part in parts:
                    tar.add(folder / part, arcname=part, recursive=False)
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    finally:
        Path(name).unlink()


def _unpack(path: Path, folder: Path) -> Manifest:
    """Write the parts of a backup to a folder and compare them with their digests."""
    try:
        with tarfile.open(path, "r:") as tar:  # never a compressed one: nothing swells while it is read
            tar.extractall(folder, filter="data")
        manifest = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=Manifest)
    except (OSError, tarfile.TarError, msgspec.DecodeError) as error:
        raise Unusable(f"{path} is no backup, or not a whole one. Nothing was changed.") from error
    found = {str(one.relative_to(folder)) for one in folder.rglob("*") if not one.is_dir()} - {_MANIFEST}
    wrong = found ^ manifest.sha256.keys()
    wrong |= {part for part in found - wrong if _digest(folder / part) != manifest.sha256[part]}
    if wrong:
        raise Unusable(f"The backup {path} is damaged: {', '.join(sorted(wrong))}. Nothing was changed.")
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
