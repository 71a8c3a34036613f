"""Lists of partners: sent, looked at with every problem by its place, taken into a register, taken back; and doubles.

A list is sent as a form (`multipart/form-data`) and waits a day for whoever sent it.
How it is to be read (what its columns mean, which lines are whom) comes with every
look and with the taking; left out, it is found out. A list of more than two thousand
lines is compared and taken by a worker: the answer is 202 with the job, and the same
request is sent again once that is done.
"""

from http import HTTPStatus
from typing import Annotated, TypeAlias

import msgspec
from litestar import Response, delete, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import PathParameter, RawBody

from api import long_list
from api.auth import needs
from api.awaited import SECONDS
from api.form import file_of
from api.security import costly
from api.upload import UPLOAD, UPLOADS, bytes_of
from api.v1.contract import Identifier, in_form, later, taken, takes, takes_form
from api.v1.operation import Job
from api.visit import Visit
from duediligence.access import Step
from duediligence.job import Job as AnyJob
from duediligence.store.party_import import Batch
from duediligence.workflow import chain_import, chain_waiting
from duediligence.workflow.chain_doubles import Pairs
from duediligence.workflow.chain_draft import ListDraft
from duediligence.workflow.chain_import import AS_FOUND, ListReading
from questionnaires.problem import Problem

Waits: TypeAlias = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{1,64}$")]
"""Under which a list waits."""


class ListSent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list as a file: CSV or XLSX, at most 10 MB."""

    file: bytes


class ListWaits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list that waits for a decision."""

    list: str  # under which it waits, for whoever sent it
    lines: int


class Imported(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list that was taken, and the later work that stands on it: nothing where it can be taken back."""

    batch: Batch
    in_the_way: tuple[Problem, ...]


@post(
    "/chain/{identifier:str}/lists",
    opt=needs(Step.CHAIN_IMPORT) | takes_form(ListSent) | costly(2),
    guards=[UPLOADS],
    request_max_body_size=UPLOAD,
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def send(
    visit: NamedDependency[Visit], identifier: Identifier, form: NamedDependency[FormMultiDict]
) -> Response[ListWaits]:
    """Send a list, which waits until it is decided on; one that cannot be read as a list is refused."""
    with visit.reading() as work:
        chain_waiting.admit(work, identifier)
    in_form(visit)
    upload = file_of(form, "file")
    if upload is None:
        raise ValidationException(extra=[{"message": "Send a file.", "key": "file", "source": "body"}])
    with visit.reading() as work:
        name = chain_waiting.received(work, identifier, upload.filename, bytes_of(upload))
        lines = chain_waiting.found(work, identifier, name).lines
    place = f"/api/v1/chain/{identifier}/lists/{name}"
    return Response(ListWaits(list=name, lines=lines), status_code=HTTPStatus.CREATED, headers={"Location": place})


@get(
    "/chain/{identifier:str}/lists/{waits:str}",
    opt=needs(Step.CHAIN_IMPORT) | costly() | later(Job),
    sync_to_thread=True,
)
def look(visit: NamedDependency[Visit], identifier: Identifier, waits: Waits) -> Response[ListDraft] | Response[Job]:
    """Return a list as it would be taken if nobody said how to read it; nothing is written."""
    return _draft(visit, identifier, waits, AS_FOUND)


@post(
    "/chain/{identifier:str}/lists/{waits:str}/look",
    opt=needs(Step.CHAIN_IMPORT) | takes(ListReading) | costly() | later(Job),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def look_so(
    visit: NamedDependency[Visit], identifier: Identifier, waits: Waits, body: RawBody
) -> Response[ListDraft] | Response[Job]:
    """Return a list as it would be taken with these meanings of its columns and these decisions; nothing is written."""
    return _draft(visit, identifier, waits, taken(visit, body, ListReading))


@post(
    "/chain/{identifier:str}/lists/{waits:str}/taking",
    opt=needs(Step.CHAIN_IMPORT) | takes(ListReading) | costly() | later(Job),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def take(
    visit: NamedDependency[Visit], identifier: Identifier, waits: Waits, body: RawBody
) -> Response[Batch] | Response[Job]:
    """Take a list into the register, whole; it waits no more after that, and can be taken back."""
    batch = long_list.taken(visit, identifier, waits, taken(visit, body, ListReading))
    if isinstance(batch, AnyJob):
        return _job(batch)
    with visit.reading() as work:
        found = chain_import.batch_of(work, batch)
    place = f"/api/v1/chain/imports/{batch}"
    return Response(found, status_code=HTTPStatus.CREATED, headers={"Location": place})


@delete(
    "/chain/{identifier:str}/lists/{waits:str}",
    opt=needs(Step.CHAIN_IMPORT),
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
)
def leave(visit: NamedDependency[Visit], identifier: Identifier, waits: Waits) -> None:
    """Leave a list that waits; nothing of it is kept."""
    with visit.reading() as work:
        chain_waiting.found(work, identifier, waits)
    chain_waiting.forget(visit.installation.settings, identifier, waits)


@get("/chain/imports/{identifier:str}", opt=needs(Step.CHAIN_IMPORT), sync_to_thread=True)
def imported(visit: NamedDependency[Visit], identifier: Identifier) -> Imported:
    """Return what a list brought, and what stands in the way of taking it back."""
    with visit.reading() as work:
        batch = chain_import.batch_of(work, identifier)
        standing = () if batch.undone else chain_import.in_the_way(work, identifier)
    return Imported(batch=batch, in_the_way=standing)


@get("/chain/{identifier:str}/doubles", opt=needs(Step.CHAIN_EDIT) | costly() | later(Job), sync_to_thread=True)
def doubles(visit: NamedDependency[Visit], identifier: Identifier) -> Response[Pairs] | Response[Job]:
    """Return the entries of a register that may be one; of ten thousand and more once a worker has compared them."""
    found = long_list.pairs(visit, identifier)
    return _job(found) if isinstance(found, AnyJob) else Response(found)


def _draft(visit: Visit, identifier: str, waits: str, wanted: ListReading) -> Response[ListDraft] | Response[Job]:
    found = long_list.draft(visit, identifier, waits, wanted)
    return _job(found) if isinstance(found, AnyJob) else Response(found)


def _job(found: AnyJob) -> Response[Job]:
    """Return the answer that leads to a job: the same request is sent again once that is done."""
    headers = {"Location": f"/api/v1/jobs/{found.id}", "Retry-After": str(SECONDS)}
    return Response(Job.of(found), status_code=HTTPStatus.ACCEPTED, headers=headers)


ROUTES = (send, look, look_so, take, leave, imported, doubles)
