"""What a worker makes, waited for a moment: on a small installation the file simply arrives."""

from http import HTTPStatus
from time import sleep

from litestar import Response

from api.pages.frame import shown
from api.visit import Visit
from duediligence.errors import Unavailable
from duediligence.file_name import disposition
from duediligence.job import ENDED, Job, State
from duediligence.store import job as jobs
from duediligence.workflow import ordering
from duediligence.workflow.ordering import Made, Wanted

SECONDS = 2
"""After how long it is worth a program's while to ask again."""

_LOOKS, _GLANCE = 20, 0.05
"""How often a request looks whether its job has ended, and the seconds in between: one second at most."""

_LONG = 60.0
"""Seconds after which a job that nobody has begun shows that no worker runs."""

_SAVED = frozenset({ordering.KINDS[ordering.Report], ordering.KINDS[ordering.Export]})
"""Jobs that make a file to be saved; of others comes a page."""


def awaited(visit: Visit, wanted: Wanted) -> Made | Job:
    """Return a file, or the job that makes it where that takes longer than a moment.

    With a worker beside the pages it takes half a second as a rule, for which the
    request waits; with workers elsewhere it does not hold up a thread for them.

    Raises:
        NotFound, NotAllowed: the visitor may not have it.
        Unavailable: it could not be made, or the database or the place of files does not answer.
    """
    if found := _made(visit, wanted):
        return found
    with visit.writing() as work:
        job = ordering.order(work, wanted)
    looks = _LOOKS if visit.installation.settings.worker else 0
    while job.state not in ENDED and looks:
        sleep(_GLANCE)
        looks -= 1
        with visit.reading() as work:
            job = jobs.load(work.connection, job.id)
    if job.state in (State.FAILED, State.CANCELLED):
        raise Unavailable("What was asked for could not be made. The list of jobs says why.")
    found = _made(visit, wanted) if job.state in ENDED else None
    return found or job


def file(made: Made) -> Response[bytes]:
    """Return a file to be saved under its name."""
    headers = {"Content-Disposition": disposition(made.name)}
    return Response(made.data, status_code=HTTPStatus.OK, media_type=made.media_type, headers=headers)


def waiting_page(visit: Visit, job: Job, back: str) -> Response[str]:
    """Return the page that says how far a file has come, at the address where the file will be.

    It does not load itself anew: whoever reads slowly, or hears the page, is not
    interrupted. A script looks in the background; without it there is a link.
    """
    url = visit.request.url
    facts = {
        "job": job,
        "address": url.path + (f"?{url.query}" if url.query else ""),
        "back": back,
        "forsaken": job.state is State.QUEUED and (visit.now - job.created).total_seconds() > _LONG,
        "saved": job.kind in _SAVED,
    }
    page = shown(visit.request, "making.html", facts, status=HTTPStatus.ACCEPTED)
    page.headers["Retry-After"] = str(SECONDS)
    return page


def _made(visit: Visit, wanted: Wanted) -> Made | None:
    with visit.reading() as work:
        return ordering.made(work, wanted)
