"""What an administrator has chosen for everybody, as one process knows it: read now and then, not for each page."""

from contextlib import suppress
from datetime import datetime, timedelta

from duediligence.database import Database
from duediligence.errors import Unavailable
from duediligence.store import setting
from duediligence.store.setting import Choices

_HOLDS = timedelta(seconds=30)
"""How long another process may go on by what was chosen before."""


class Chosen:
    """The choices of the moment."""

    def __init__(self, db: Database) -> None:
        """Begin with what holds where nobody has chosen."""
        self._db = db
        self._choices = Choices()
        self._asked: datetime | None = None

    def at(self, now: datetime) -> Choices:
        """Return what holds now."""
        # A clock that was set back must not make an old choice stay.
        if self._asked is None or abs(now - self._asked) > _HOLDS:
            self._asked = now
            # A database that does not answer has a page of its own, which goes by what was known before.
            with suppress(Unavailable), self._db.reading() as connection:
                self._choices = setting.choices(connection)
        return self._choices

    def forget(self) -> None:
        """Read anew for the next page: something was changed here."""
        self._asked = None
