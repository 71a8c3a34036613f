"""A small world to test the service in: a firm, a reviewing body, an operator, and people with roles."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from duediligence import key
from duediligence.access import Actor
from duediligence.database import Database, new_id
from duediligence.jobs import Bench, work_one
from duediligence.organisation import Kind, Membership, Organisation, Person, Role, Site
from duediligence.protected import Vault
from duediligence.settings import Settings
from duediligence.store import organisation as organisations
from duediligence.store import person as people
from duediligence.workflow import answering, making
from duediligence.workflow.work import Work
from questionnaires.response import Answer, Response

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SEASON = (date(2026, 8, 1), date(2026, 10, 31))
EXAMPLES = Path(__file__).parent.parent / "examples"


@dataclass
class World:
    """An installation with a clock that moves a second at each step."""

    db: Database
    settings: Settings
    vault: Vault
    now: datetime = NOW

    @contextmanager
    def work(self, actor: Actor) -> Iterator[Work]:
        self.now += timedelta(seconds=1)
        with self.db.writing() as connection:
            yield Work(actor, self.now, connection, self.vault, self.settings)

    def make_files(self) -> None:
        """Have a worker make every file that was asked for."""
        service = key.read_or_make(self.settings.key_path())
        bench = Bench(
            db=self.db,
            settings=self.settings,
            key=service,
            clock=lambda: self.now,
            kinds=making.KINDS,
            lease=timedelta(minutes=1),
        )
        while work_one(bench, "a worker"):
            pass

    def organisation(self, kind: Kind = Kind.FIRM, *, name: str = "Altyn Hasyl", state_body: bool = False) -> str:
        one = Organisation(
            id=new_id(),
            name=name,
            kind=kind,
            state_body=state_body,
            sector="cotton_growing" if kind is Kind.FIRM else "",
            region="TM-M" if kind is Kind.FIRM else "",
            created=self.now,
        )
        with self.db.writing() as connection:
            organisations.add(connection, one)
        return one.id

    def site(self, organisation: str, name: str = "Field 1") -> str:
        one = Site(id=new_id(), organisation=organisation, name=name, region="TM-M", created=self.now)
        with self.db.writing() as connection:
            organisations.add_site(connection, one)
        return one.id

    def somebody(self, *roles: tuple[str, Role], second_factor: bool = True) -> Actor:
        one = Person(id=new_id(), email=f"{new_id()}@example.test", name="Somebody", language="en", created=self.now)
        members = tuple(Membership(organisation=organisation, role=role) for organisation, role in roles)
        with self.db.writing() as connection:
            people.add(connection, one, password="")
            for member in members:
                people.join(connection, one.id, member, self.now)
        return Actor(person=one.id, name=one.name, language="en", memberships=members, second_factor=second_factor)

    def begun(self, actor: Actor, site: str, **changes: object) -> str:
        wanted = answering.Beginning(site=site, begins=SEASON[0], ends=SEASON[1])
        with self.work(actor) as work:
            return answering.begin(work, msgspec.structs.replace(wanted, **changes)).id

    def answered(self, actor: Actor, site: str, example: str = "cotton_farm_mary") -> str:
        """Return an assessment answered in full, like one of the examples."""
        identifier = self.begun(actor, site)
        with self.work(actor) as work:
            saved = answering.save(work, identifier, example_answers(example), 0)
            assert not saved.problems, saved.problems
            answering.describe(work, identifier, answered_by="Head of personnel", workers_consulted=False)
        return identifier


def world(db: Database, settings: Settings) -> World:
    return World(db, settings, Vault(db.vault, key.read_or_make(settings.protected_key_path())))


def example_answers(name: str) -> dict[str, Answer]:
    return msgspec.json.decode((EXAMPLES / f"{name}.json").read_bytes(), type=Response).answers
