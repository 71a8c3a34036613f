"""Leads a database along its revisions, with Alembic."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from duediligence.errors import Unusable
from duediligence.migrations import Schema


def configured(schema: Schema) -> Config:
    """Return Alembic's configuration, which needs no file."""
    config = Config()
    # Alembic reads its options as ConfigParser does, and to that a percent sign means something.
    folder = str(schema.folder).replace("%", "%%")
    config.set_main_option("script_location", folder.removesuffix(f"/{schema.name}"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", folder)
    return config


def migrate(connection: Connection, schema: Schema, *, to: str = "head") -> None:
    """Run the revisions that lie between a database and one revision, in the transaction that is open.

    Raises:
        Unusable: the database has a revision that this release does not know.
    """
    config = configured(schema)
    config.attributes["connection"] = connection
    try:
        (command.upgrade if to == "head" else command.downgrade)(config, to)
    except CommandError as error:
        raise Unusable(
            "The database was made by a newer release. Install that release, or restore a backup."
        ) from error
