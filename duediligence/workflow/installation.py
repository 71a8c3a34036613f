"""One running installation: its settings, open databases and keys; and the units of work done on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from duediligence import database
from duediligence.access import Actor
from duediligence.database import Database
from duediligence.key import Key, read_or_make
from duediligence.prepared import prepare
from duediligence.protected import Vault
from duediligence.queue import Caller
from duediligence.settings import Settings
from duediligence.workflow.work import Work


@dataclass(frozen=True)
class Installation:
    """What every unit of work of one process shares."""

    settings: Settings
    db: Database
    key: Key
    vault: Vault
    caller: Caller

    @contextmanager
    def reading(self, actor: Actor, now: datetime) -> Iterator[Work]:
        """Give a unit of work that sees one moment and changes nothing in the main database."""
        with self.db.reading() as connection:
            yield Work(actor, now, connection, self.vault, self.settings)

    @contextmanager
    def writing(self, actor: Actor, now: datetime) -> Iterator[Work]:
        """Give a unit of work that is kept as a whole, or not at all after an exception."""
        with self.db.writing() as connection:
            yield Work(actor, now, connection, self.vault, self.settings)

    def close(self) -> None:
        """Close the databases, and the line to workers."""
        self.db.close()
        self.caller.close()


def opened(settings: Settings) -> Installation:
    """Return an installation whose databases are at the newest schema and whose keys are at hand.

    Raises:
        Unusable: a setting cannot be, or a key file is open to others.
        Unavailable: a database does not answer.
    """
    prepare()
    database.upgrade(settings)
    caller = Caller(settings)
    db = database.opened(settings, caller.wake)
    return Installation(
        settings=settings,
        db=db,
        key=read_or_make(settings.key_path()),
        vault=Vault(db.vault, read_or_make(settings.protected_key_path())),
        caller=caller,
    )
