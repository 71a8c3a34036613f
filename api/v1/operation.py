"""The service itself: who one is to it, jobs one ordered, published statistics, and the roots of the ledger."""

from datetime import datetime
from http import HTTPStatus
from typing import Self

import msgspec
from litestar import get
from litestar.di import NamedDependency

from api.auth import open_to_all, signed_in
from api.v1.contract import Identifier, also
from api.visit import Visit
from duediligence import ledger
from duediligence.access import Actor, Step, may
from duediligence.errors import NotFound
from duediligence.job import Job as AnyJob
from duediligence.job import State
from duediligence.ledger import Root
from duediligence.statistics import Release
from duediligence.store import job as jobs
from duediligence.workflow import observing
from duediligence.workflow.installation import Installation


class Job(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Long work, and how far it has come."""

    id: str
    kind: str
    state: State
    progress: float  # 0 to 1
    created: datetime
    ended: datetime | None

    @classmethod
    def of(cls, found: AnyJob) -> Self:
        """Return a job as far as whoever ordered it is told."""
        return cls(
            id=found.id,
            kind=found.kind,
            state=found.state,
            progress=found.progress,
            created=found.created,
            ended=found.ended,
        )


@get("/me", opt=signed_in(), sync_to_thread=False)
def me(visit: NamedDependency[Visit]) -> Actor:
    """Return who one is, and one's roles."""
    return visit.actor


@get("/jobs/{identifier:str}", opt=signed_in(), sync_to_thread=True)
def job(visit: NamedDependency[Visit], identifier: Identifier) -> Job:
    """Return how far a job has come that one ordered; an administrator sees every one."""
    with visit.reading() as work:
        found = jobs.load(work.connection, identifier)
    if found.by != visit.actor.person and not may(visit.actor, Step.ADMINISTER):
        raise NotFound("There is no such job, or it is not yours to see.")
    return Job.of(found)


@get("/statistics", opt=signed_in() | also(HTTPStatus.NOT_FOUND), sync_to_thread=True)
def statistics(visit: NamedDependency[Visit]) -> Release:
    """Return the newest release of statistics; a figure is null where it is withheld."""
    with visit.reading() as work:
        found = observing.released(work)
    if found is None:
        raise NotFound("Nothing was released yet.")
    return found


@get("/ledger/roots", opt=open_to_all(), sync_to_thread=True)
def roots(installation: NamedDependency[Installation]) -> tuple[Root, ...]:
    """Return the last seal of each day, oldest first: what the operator cannot rewrite once others have seen it."""
    with installation.db.reading() as connection:
        return ledger.roots(connection)


ROUTES = (me, job, statistics, roots)
