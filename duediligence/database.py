"""The databases of an installation: opened, used in transactions, closed.

There are three ways in. A **reader** sees one moment of the main database and
cannot change it; it never waits for a writer. A **writer** has the main database
to itself on SQLite from the first statement on, so that nothing read is stale
when it is written back. On PostgreSQL writers run side by side: whatever must not
be lost is guarded by a condition in the UPDATE or by a unique key. The **vault**
is the database of protected answers; `duediligence.protected` alone looks inside.

What is acknowledged survives the death of the process: SQLite has handed it to
the operating system (WAL), PostgreSQL has written it out. `synchronous=NORMAL`
spares the main database a wait for the disk at each saved answer; the price is
that a power cut takes what the system had not written out yet, as a rule the last
half minute, whole transactions and never parts of one. The vault waits (`FULL`),
because it commits first: after a power cut it must not know less than the main
database does.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uuid_utils.compat
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from duediligence import tracing
from duediligence.errors import Unavailable, Unusable
from duediligence.migrations import MAIN, PROTECTED, Schema, is_current
from duediligence.settings import Settings

__all__ = ["Connection", "Database", "Engine", "guarded", "new_id", "opened", "upgrade"]

_PATIENCE = 5
"""Seconds to wait for another writer, or for a free connection."""

_PATIENCE_OF_UPGRADES = 600
"""Seconds to wait while another process changes the schema."""

_SCHEMA_LOCK = 7_203_114
"""PostgreSQL's advisory lock that lets one process at a time change the schema."""

_ORDERED = "ordered"
"""Under which name a connection knows that its transaction orders work."""

_READ_ONLY = {"SQLITE_READONLY", "25006"}

_BUSY = "The database is busy. Try again in a moment."

_TROUBLE = {
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "55P03": _BUSY,
    "40001": _BUSY,
    "40P01": _BUSY,
    "SQLITE_FULL": "The disk of the database is full. Make room on it; nothing else is needed.",
    "53": "The database server is short of disk, memory or connections. Look at its log.",
    "SQLITE_READONLY": "The database can be read but not written. Is its disk or file set to read only?",
    "25006": "The database can be read but not written. Is the server a standby, or set to read only?",
    "SQLITE_CANTOPEN": "The database file cannot be opened. Is its folder there, and yours to write?",
    "SQLITE_IOERR": "The disk of the database is full, or fails at reading or writing. Look at the system's log.",
    "SQLITE_CORRUPT": "The database file is damaged. Stop the service and restore the last backup.",
    "SQLITE_NOTADB": "The database file is not a database, or damaged. Stop the service and restore the last backup.",
    "08": "The database server does not answer or lets nobody in. Is it running, and is its address right?",
    "57": "The database server is stopping or starting. Try again in a moment.",
}
"""What to tell by SQLite's error name or PostgreSQL's SQLSTATE; the longest beginning that fits counts."""


@dataclass(frozen=True)
class Database:
    """The open databases of one installation."""

    reader: Engine
    writer: Engine
    vault: Engine
    wake: Callable[[], None]  # tells workers that there is something to do

    @property
    def is_file(self) -> bool:
        """Whether the main database is a file, where readers never wait, and not a server."""
        return self.reader.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the main database and cannot change it.

        Raises:
            Unavailable: the database does not answer.
        """
        with tracing.span("database read"), guarded(writing=False), self.reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are kept together on leaving, or not at all after an exception.

        Where they order work, a worker is woken as soon as they are kept.

        Raises:
            Unavailable: the database does not answer, is busy for too long, or cannot be written.
        """
        with tracing.span("database write"), guarded(), self.writer.begin() as connection:
            connection.info.pop(_ORDERED, None)  # of a transaction that was not kept
            yield connection
            ordered = connection.info.pop(_ORDERED, False)
        if ordered:
            self.wake()

    def close(self) -> None:
        """Close every connection that nobody uses any more."""
        for engine in (self.reader, self.writer, self.vault):
            engine.dispose()


def order(connection: Connection) -> None:
    """Note that a transaction orders work."""
    connection.info[_ORDERED] = True


def wake_nobody() -> None:
    """Leave workers to look by themselves, as they do every few seconds."""


def opened(settings: Settings, wake: Callable[[], None] = wake_nobody) -> Database:
    """Return the databases that settings name; files of SQLite are made where there are none.

    Args:
        settings: of the installation.
        wake: called after each transaction that ordered work.

    Raises:
        Unavailable: a file cannot be made.
        Unusable: an address is none, or both databases share one.
    """
    main, vault = _url(settings.main_url()), _url(settings.protected_url())
    if main == vault:
        raise Unusable("DUE_PROTECTED_DATABASE names the main database. Protected answers need one of their own.")
    if _is_postgresql(main):
        reader, writer = _postgresql(main, read_only=True), _postgresql(main)
    else:
        reader, writer = _sqlite(main, query_only="ON"), _sqlite(main, "BEGIN IMMEDIATE")
    if _is_postgresql(vault):
        return Database(reader=reader, writer=writer, vault=_postgresql(vault), wake=wake)
    # A plain BEGIN: every write of the vault is one statement that depends on nothing read before.
    return Database(reader=reader, writer=writer, vault=_sqlite(vault, synchronous="FULL"), wake=wake)


def upgrade(settings: Settings) -> None:
    """Bring both databases up to the newest schema; each wholly or not at all.

    Raises:
        Unavailable: a database does not answer.
        Unusable: it was made by a newer release, or an address is none.
    """
    for url, schema in ((settings.main_url(), MAIN), (settings.protected_url(), PROTECTED)):
        _upgrade(_url(url), schema)


def new_id() -> str:
    """Return an id that sorts after every id made before it: a UUID of version 7 in hexadecimal."""
    return uuid_utils.compat.uuid7().hex


@contextmanager
def guarded(*, writing: bool = True) -> Iterator[None]:
    """Turn what a driver says about a database that is busy, full or gone into `Unavailable`.

    Anything else goes through unchanged. A write by a reader is a fault of ours and goes through as well.
    """
    try:
        yield
    except NoConnection as error:
        raise Unavailable(_BUSY) from error
    except DBAPIError as error:
        code = _code(error)
        beginnings = [start for start in _TROUBLE if code.startswith(start)]
        if not beginnings or (not writing and code in _READ_ONLY):
            raise
        raise Unavailable(_TROUBLE[max(beginnings, key=len)]) from error


def _code(error: DBAPIError) -> str:
    """Return SQLite's name or PostgreSQL's SQLSTATE for what happened; "" for neither."""
    if isinstance(error.orig, sqlite3.Error):
        # A few errors are raised by Python's module and carry no name.
        return str(getattr(error.orig, "sqlite_errorname", ""))
    state = getattr(error.orig, "sqlstate", None)
    return state or ("08" if error.connection_invalidated or type(error.orig).__name__ == "OperationalError" else "")


def _url(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise Unusable(
            "The address of a database must read like sqlite:///file or postgresql://user@host/name."
        ) from error
    match url.get_backend_name():
        case "sqlite" if url.database and url.database != ":memory:":
            return url.set(database=str(Path(url.database).absolute()))
        case "postgresql":
            return url.set(drivername="postgresql+psycopg")
    raise Unusable(f"{url.render_as_string()} is no database for this service: use an SQLite file or PostgreSQL.")


def _upgrade(url: URL, schema: Schema) -> None:
    server = _is_postgresql(url)
    if server:
        engine = _postgresql(url)
    else:
        # To change a table of SQLite is to make a new one and drop the old: rows that refer to it must not mind.
        engine = _sqlite(url, "BEGIN IMMEDIATE", foreign_keys="OFF", busy_timeout=f"{_PATIENCE_OF_UPGRADES * 1000}")
    try:
        with guarded(), engine.begin() as connection:
            if server:
                connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE_OF_UPGRADES}s'"))
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})"))
            if is_current(connection, schema):
                return
            from duediligence.migrations.run import migrate  # noqa: PLC0415  half a second that few starts need

            migrate(connection, schema)
            if not server:
                astray = connection.execute(text("PRAGMA foreign_key_check")).first()
                assert not astray, f"a migration left a row of {astray} that refers to nothing"
    finally:
        engine.dispose()


def _is_postgresql(url: URL) -> bool:
    return url.get_backend_name() == "postgresql"


def _postgresql(url: URL, *, read_only: bool = False) -> Engine:
    """Return an engine whose pool notices a server that was restarted.

    A reader keeps one snapshot for the whole transaction, as it does on SQLite.
    """
    try:
        return create_engine(
            url,
            pool_size=4,
            max_overflow=8,
            pool_timeout=_PATIENCE,
            pool_pre_ping=True,
            isolation_level="REPEATABLE READ" if read_only else "READ COMMITTED",
            connect_args={
                "connect_timeout": _PATIENCE,
                "options": f"-c lock_timeout={_PATIENCE}s -c timezone=UTC"
                + (" -c default_transaction_read_only=on" if read_only else ""),
            },
            hide_parameters=True,
        )
    except ModuleNotFoundError as error:
        raise Unusable("PostgreSQL needs the extra `postgres`: pip install 'duediligence[postgres]'") from error


def _sqlite(url: URL, begin: str = "BEGIN", **pragmas: str) -> Engine:
    """Return an engine on a file that only its owner may read, with settings other than the usual ones."""
    path = Path(str(url.database))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)  # SQLite gives the files beside it the same mode
    except OSError as error:
        raise Unavailable(f"The database file {path} cannot be made: {error.strerror}.") from error
    # Writers of one process share a connection: whoever waits is woken, where SQLite would sleep and look again.
    size = 1 if begin == "BEGIN IMMEDIATE" else 8
    engine = create_engine(url, pool_size=size, max_overflow=size - 1, pool_timeout=_PATIENCE, hide_parameters=True)
    usual = {
        "busy_timeout": f"{_PATIENCE * 1000}",
        "journal_mode": "WAL",
        "synchronous": "NORMAL",
        "foreign_keys": "ON",
        "secure_delete": "ON",  # what was erased must not linger in free pages
    }

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is said below, and by nobody else
        for name, value in (usual | pragmas).items():
            connection.execute(f"PRAGMA {name} = {value}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
