"""What is asked of the databases as a whole: whether they answer, and whether anybody runs the service yet."""

from datetime import datetime

from sqlalchemy import Connection, Engine, func, select, text

from duediligence.database import Database, guarded
from duediligence.job import State
from duediligence.organisation import Kind, Role
from duediligence.store.table import job, membership, organisation, person


def ask(db: Database) -> None:
    """Ask both databases for nothing in particular.

    Raises:
        Unavailable: one of them does not answer.
    """
    for engine in (db.reader, db.vault):
        _ask(engine)


def has_administrator(connection: Connection) -> bool:
    """Return whether anybody can administer the service; a sample person cannot, they come and go."""
    found = (
        select(membership.c.id)
        .join(person, person.c.id == membership.c.person)
        .join(organisation, organisation.c.id == membership.c.organisation)
        .where(
            membership.c.role == Role.ADMINISTRATOR,
            membership.c.ended.is_(None),
            person.c.disabled.is_(None),
            organisation.c.disabled.is_(None),
            ~person.c.sample,
        )
        .limit(1)
    )
    return connection.execute(found).first() is not None


def operator_name(connection: Connection) -> str:
    """Return the name of whoever runs the service, the oldest that is no sample; "" before anybody does."""
    found = (
        select(organisation.c.name)
        .where(organisation.c.kind == Kind.OPERATOR, organisation.c.disabled.is_(None))
        .order_by(organisation.c.sample, organisation.c.id)
        .limit(1)
    )
    return connection.execute(found).scalar_one_or_none() or ""


def waiting_since(connection: Connection) -> datetime | None:
    """Return since when the job has been due that waits longest; None where none waits."""
    found: datetime | None = connection.execute(
        select(func.min(job.c.due)).where(job.c.state == State.QUEUED)
    ).scalar_one_or_none()
    return found


def _ask(engine: Engine) -> None:
    with guarded(), engine.begin() as connection:
        connection.execute(text("SELECT 1"))
