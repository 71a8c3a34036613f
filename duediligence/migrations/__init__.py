"""How the databases come to have their tables.

Each database has its own line of revisions in a folder here; `run` leads along it
with Alembic. A revision is written out and never edited once released; `README`
says how one is made. All that are missing run in one transaction, so that a
database is at the old schema or at the new one and never between.

Whether any is missing is asked here, without Alembic, which takes half a second
to load: nearly always the answer is no.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, text

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Schema:
    """One line of revisions, and the folder here in which it lies."""

    name: str

    @property
    def folder(self) -> Path:
        """Where its revisions lie, each in a file that begins with its number: `r0001_first.py`."""
        return _FOLDER / self.name

    @property
    def newest(self) -> str:
        """The revision that this release leads to."""
        return max(path.name for path in self.folder.glob("r*.py")).partition("_")[0]


MAIN = Schema("main")
PROTECTED = Schema("protected")


def is_current(connection: Connection, schema: Schema) -> bool:
    """Return whether a database has the newest revision."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [schema.newest]
