"""What an earlier release kept is all there after the upgrade to this one, on SQLite and moved to PostgreSQL."""

import tarfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from duediligence import backup, database, ledger
from duediligence.access import Actor
from duediligence.assessment import MODEL
from duediligence.database import Connection
from duediligence.migrations import MAIN, is_current
from duediligence.settings import Settings
from duediligence.store import person as people
from duediligence.store.engagement import Sought, listed
from duediligence.workflow import answering, evidence, reviewing
from duediligence.workflow.installation import opened
from questionnaires.response import Answer
from risk_models import catalogue
from risk_models.priority_features import signs

GOLDEN = Path(__file__).parent.parent / "golden" / "databases"
RELEASES = sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)

LAST = {"0.1.0": (32, "4bf7e7ae7d768ad1dbec825a392d1f5aec6756b3bf43b4a87fddc9ac82676bad")}
"""Number and seal of the last entry of each release's ledger."""


def unpacked(release: str, folder: Path) -> Settings:
    """Return the settings of an installation as a release left it."""
    with tarfile.open(GOLDEN / release / "installation.tar.xz") as tar:
        tar.extractall(folder, filter="data")
    return Settings(folder=folder)


@pytest.fixture(params=RELEASES)
def release(request):
    """Give the name of each earlier release."""
    return request.param


@pytest.fixture
def left(release, tmp_path):
    """Give an installation as that release left it."""
    return unpacked(release, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request, left):
    """Give the same brought up to this release; the second time moved to PostgreSQL as well."""
    database.upgrade(left)
    settings = left
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        settings = msgspec.structs.replace(left, database=server.made(), protected_database=server.made())
        backup.copy(left, settings)
    with closing(opened(settings)) as found:
        yield found


def somebody(connection: Connection, sign_in: str) -> Actor:
    """Return a sample person as they are once signed in with both factors."""
    one = people.by_email(connection, sign_in)
    assert one is not None, f"the samples of that release had no {sign_in}"
    return Actor(
        person=one.person.id,
        name=one.person.name,
        language=one.person.language,
        memberships=people.memberships(connection, one.person.id),
        second_factor=True,
    )


def test_it_comes_to_the_newest_schema(installation):
    with installation.db.reading() as connection:
        assert is_current(connection, MAIN)


def test_its_databases_are_whole(installation):
    backup.verify(installation.settings)


def test_its_ledger_ends_as_it_was_written(release, installation):
    with installation.db.reading() as connection:
        ledger.verify(connection)
        last = ledger.newest(connection)
    assert (last.number, last.seal) == LAST[release]


def test_a_firm_opens_each_of_its_assessments_with_protected_answers(installation):
    with installation.db.reading() as connection:
        director = somebody(connection, "sample-director")
    with installation.reading(director, NOW) as work:
        found = [answering.opened(work, one.engagement.id) for one in answering.mine(work, limit=10)]
    letter = "Etrap häkimliginiň haty, 03.03.2025"
    assert [one.response.answers["sif.asked"] for one in found] == [Answer(value="yes", evidence=(letter,))] * 2


def test_a_reviewer_opens_a_file_under_review(installation):
    with installation.db.reading() as connection:
        auditor = somebody(connection, "sample-auditor")
        one = next(
            row for row in listed(connection, Sought(reviewer=auditor.person), limit=10) if not row.engagement.concluded
        )
    with installation.reading(auditor, NOW) as work:
        seen = reviewing.file(work, one.engagement.id)
    assert len(seen.messages) == 2
    assert seen.judgement.grades.keys() == {"ctr.coverage", "ctr.language"}


def test_its_files_stand_in_the_queue_by_their_indicators_too(installation):
    rules = catalogue.load(*MODEL)
    with installation.db.reading() as connection:
        stated = [row.engagement.stated for row in listed(connection, Sought(), limit=50)]
    told = [one for one in stated if one]
    assert any(one.signs for one in told)
    assert [one.signs for one in told] == [signs(rules, one.indicators) for one in told]


def test_a_document_is_read_byte_by_byte(installation):
    with installation.db.reading() as connection:
        lead = somebody(connection, "sample-greenhouse")
    with installation.reading(lead, NOW) as work:
        (kept,) = evidence.documents(work)
    assert evidence.content(installation.settings, kept).startswith(b"Labour policy of the sample greenhouse")
