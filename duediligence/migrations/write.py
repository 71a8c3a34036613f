"""Writes the next revision of a database from what its tables have become; `README` says when.

python -m duediligence.migrations.write main add_shipments
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import MetaData, create_engine

from duediligence.migrations import MAIN, PROTECTED, Schema
from duediligence.migrations.run import configured, migrate
from duediligence.store import protected_table, table

TABLES: dict[Schema, MetaData] = {MAIN: table.metadata, PROTECTED: protected_table.metadata}
"""To which tables each line of revisions leads."""


def write(schema: Schema, words: str) -> Path:
    """Return the file of a new revision that leads from the newest one to the tables as they are now."""
    name = f"r{int(schema.newest[1:]) + 1:04}"
    config = configured(schema)
    with tempfile.TemporaryDirectory() as scratch:
        engine = create_engine(f"sqlite:///{scratch}/empty.sqlite")
        with engine.begin() as connection:
            migrate(connection, schema)
            config.attributes |= {"connection": connection, "metadata": TABLES[schema]}
            command.revision(config, words, autogenerate=True, rev_id=name)
        engine.dispose()
    path = next(schema.folder.glob(f"{name}*.py"))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.lstrip().startswith("# ###")), encoding="utf-8")
    return path


if __name__ == "__main__":
    chosen = next(schema for schema in TABLES if schema.name == sys.argv[1])
    sys.stdout.write(f"{write(chosen, sys.argv[2])}\n")
