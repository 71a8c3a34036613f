"""How the databases come to have their tables: Alembic, run from within.

Each database has its own line of revisions in a folder here. A revision is
written out and never edited once released; `README` says how one is made. All
that are missing run in one transaction, so that a database is at the old schema
or at the new one and never between.
"""

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from duediligence.errors import Unusable

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Schema:
    """One line of revisions, and the folder here in which it lies."""

    name: str

    def config(self) -> Config:
        """Return Alembic's configuration, which needs no file."""
        config = Config()
        # Alembic reads its options as ConfigParser does, and to that a percent sign means something.
        folder = str(_FOLDER).replace("%", "%%")
        config.set_main_option("script_location", folder)
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", f"{folder}/{self.name}")
        return config


MAIN = Schema("main")
PROTECTED = Schema("protected")


def migrate(connection: Connection, schema: Schema, *, to: str = "head") -> None:
    """Run the revisions that lie between a database and one revision, in the transaction that is open.

    Raises:
        Unusable: the database has a revision that this release does not know.
    """
    config = schema.config()
    config.attributes["connection"] = connection
    try:
        (command.upgrade if to == "head" else command.downgrade)(config, to)
    except CommandError as error:
        raise Unusable(
            "The database was made by a newer release. Install that release, or restore a backup."
        ) from error


def is_current(connection: Connection, schema: Schema) -> bool:
    """Return whether a database has the newest revision."""
    heads = ScriptDirectory.from_config(schema.config()).get_heads()
    return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)
