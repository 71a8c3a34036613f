"""The revisions lead to the tables, on either kind of database, up and down."""

import os
import subprocess
import sys
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from duediligence import database
from duediligence.errors import Unusable
from duediligence.migrations import MAIN, PROTECTED, Schema, is_current
from duediligence.migrations.run import migrate
from duediligence.migrations.write import TABLES
from duediligence.settings import Settings
from duediligence.store.table import metadata


def engine_of(db, schema: Schema) -> Engine:
    return {MAIN: db.writer, PROTECTED: db.vault}[schema]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """Give the settings of an installation whose databases were never used."""
    if request.param == "sqlite":
        return Settings(folder=tmp_path)
    server = request.getfixturevalue("postgres")
    return Settings(folder=tmp_path, database=server.made(), protected_database=server.made())


@pytest.mark.parametrize("schema", [MAIN, PROTECTED], ids=lambda schema: schema.name)
def test_the_newest_schema_is_that_of_the_tables(empty, schema):
    """If it is not: duediligence/migrations/README says how a revision is made."""
    database.upgrade(empty)
    with closing(database.opened(empty)) as db, engine_of(db, schema).begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, TABLES[schema]) == []


@pytest.mark.parametrize("schema", [MAIN, PROTECTED], ids=lambda schema: schema.name)
def test_the_way_down_leaves_nothing_and_leads_up_again(empty, schema):
    database.upgrade(empty)
    with closing(database.opened(empty)) as db:
        engine = engine_of(db, schema)
        with engine.begin() as connection:
            migrate(connection, schema, to="base")
        assert inspect(engine).get_table_names() == ["alembic_version"]
    database.upgrade(empty)
    with closing(database.opened(empty)) as db, engine_of(db, schema).begin() as connection:
        assert is_current(connection, schema)


def test_an_upgrade_of_what_is_current_changes_nothing(db, settings):
    before = inspect(db.writer).get_table_names()
    database.upgrade(settings)
    assert inspect(db.writer).get_table_names() == before


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(empty):
    with closing(database.opened(empty)) as db, db.writing() as connection:
        connection.execute(text("CREATE TABLE webhook (id INTEGER)"))  # stands in the way of one of the last tables
    with pytest.raises(Exception, match="webhook"):
        database.upgrade(empty)
    with closing(database.opened(empty)) as db:
        assert inspect(db.writer).get_table_names() == ["webhook"]


def test_processes_that_start_at_once_upgrade_once(empty):
    environ = {
        "DUE_FOLDER": str(empty.folder),
        "DUE_DATABASE": empty.database,
        "DUE_PROTECTED_DATABASE": empty.protected_database,
    }
    words = "import os; from duediligence import database, settings; database.upgrade(settings.read(os.environ))"
    started = [subprocess.Popen([sys.executable, "-c", words], env=os.environ | environ) for _ in range(3)]
    assert [process.wait() for process in started] == [0, 0, 0]


def test_a_database_of_a_newer_release_is_refused(db, settings):
    with db.writing() as connection:
        before = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = 'r9999'"))
    with pytest.raises(Unusable, match="newer release"):
        database.upgrade(settings)
    with db.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": before})


def test_a_database_that_is_not_upgraded_is_not_current(empty):
    with closing(database.opened(empty)) as db, db.reading() as connection:
        assert not is_current(connection, MAIN)


def test_a_folder_with_a_percent_sign_is_no_hindrance(tmp_path):
    found = Settings(folder=tmp_path / "100%s")
    database.upgrade(found)
    with closing(database.opened(found)) as db, db.reading() as connection:
        assert is_current(connection, MAIN)


def test_references_are_watched_on_both_databases(db):
    with pytest.raises(Exception, match=r"(?i)foreign key"), db.writing() as connection:
        connection.execute(metadata.tables["confirmation"].insert().values(engagement="0" * 32, question="q"))
