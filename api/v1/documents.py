"""Documents: sent, described, tied to answers, fetched and erased by a firm; read by those who review its files.

A document is sent as a form (`multipart/form-data`), the way a browser does, so that
its bytes need no second writing. It is looked through as on the pages. What that asks
about is listed with 422; a person looks, and the program sends it again with
`confirmed`.
"""

import hashlib
import zlib
from datetime import date
from enum import StrEnum
from http import HTTPStatus

import msgspec
from litestar import Response, get, post, put
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import RawBody

from api.auth import needs
from api.form import file_of
from api.upload import UPLOAD, UPLOADS, bytes_of
from api.v1.contract import (
    After,
    Flag,
    Identifier,
    Limit,
    Named,
    Page,
    Question,
    Reason,
    etag,
    gives_files,
    guarded,
    hold,
    in_form,
    marked,
    once,
    repeatable,
    shown,
    taken,
    takes,
    takes_form,
)
from api.visit import Visit
from duediligence.access import Step
from duediligence.assessment import codebook
from duediligence.errors import NotFound, Unfit
from duediligence.evidence import File, Link, Linked, Upload
from duediligence.file_name import disposition
from duediligence.store import engagement as engagements
from duediligence.workflow import answering, evidence
from duediligence.workflow.evidence import Document
from duediligence.workflow.work import Work


class Sent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a form with a document; days as 2026-11-21."""

    file: bytes
    organisation: Named
    dated: date | None = None  # of the document itself
    valid_until: date | None = None  # its last day
    shared: Flag | None = None  # reviewers may open it; by default they may, except beside a protected answer
    confirmed: Flag = Flag.NO  # somebody looked: what it was asked about points to no worker
    assessment: Named | None = None  # with the question whose answer it stands for
    question: Question | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a firm says about a document."""

    dated: date | None
    valid_until: date | None
    shared: bool  # once handed in with an assessment it stays so


class Answers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The questions of one assessment whose answers a document stands for, and no others of it."""

    questions: tuple[Question, ...]


class Described(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document with the answers it stands for."""

    file: File
    answers: tuple[Link, ...]


class State(StrEnum):
    """What a reviewer can do with a document."""

    OPEN = "open"
    PRIVATE = "private"  # the firm shows it to nobody
    ERASED = "erased"


class Shown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document beside an answer, as reviewers may know of it; a private one is only counted."""

    question: str
    state: State
    id: str = ""  # "" where it cannot be opened, as all that follows
    name: str = ""
    media_type: str = ""
    size: int = 0  # bytes
    dated: date | None = None
    valid_until: date | None = None
    reason: str = ""  # why it was erased


@get("/documents", opt=needs(Step.FILE_SEE), sync_to_thread=True)
def documents(visit: NamedDependency[Visit], limit: Limit = 25, cursor: After = "") -> Page[File]:
    """Return what is known of the documents of one's firms, the newest first; not what is in them."""
    with visit.reading() as work:
        found = evidence.documents(work, limit=limit + 1, before=cursor)
    return Page(items=found[:limit], next=found[limit - 1].id if len(found) > limit else "")


@post(
    "/documents",
    opt=needs(Step.FILE_ADD) | takes_form(Sent) | repeatable(),
    guards=[UPLOADS],
    request_max_body_size=UPLOAD,
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def add(visit: NamedDependency[Visit], form: NamedDependency[FormMultiDict]) -> Response[File]:
    """Keep a document, and let it stand for an answer where one is named."""
    name, sent = _sent(visit, form)
    with visit.reading() as work:
        evidence.admit(work, sent.organisation)
        shared = _shared(work, sent)
    screened = evidence.looked_through(visit.installation.settings, sent.file, name)
    if screened.asks and sent.confirmed is Flag.NO:
        raise Unfit(screened.asks)
    evidence.write(visit.installation.settings, sent.organisation, screened)
    upload = Upload(
        organisation=sent.organisation,
        by=visit.actor.person,
        at=visit.now,
        shared=shared,
        dated=sent.dated,
        valid_until=sent.valid_until,
        confirmed=sent.confirmed is Flag.YES,
    )

    def make(work: Work) -> Response[File]:
        if sent.assessment and sent.question:
            kept = evidence.attach(work, screened, upload, sent.assessment, sent.question)
        else:
            kept = evidence.keep(work, screened, upload)
        return Response(kept, status_code=HTTPStatus.CREATED, headers={"Location": f"/api/v1/documents/{kept.id}"})

    digest = hashlib.sha256(sent.file).digest()
    return once(visit, (name, msgspec.structs.replace(sent, file=digest)), make)


@get("/documents/{identifier:str}", opt=needs(Step.FILE_SEE) | marked(), sync_to_thread=True)
def document(visit: NamedDependency[Visit], identifier: Identifier) -> Response[Described]:
    """Return what is known of a document of one's firm, erased or not, and which answers it stands for."""
    with visit.reading() as work:
        found = _described(evidence.document(work, identifier))
    return shown(visit, found, _mark(found))


@get("/documents/{identifier:str}/content", opt=needs(Step.FILE_SEE) | gives_files("*/*"), sync_to_thread=True)
def content(visit: NamedDependency[Visit], identifier: Identifier) -> Response[bytes]:
    """Return a document of one's firm, byte by byte as it is kept."""
    with visit.reading() as work:
        file = evidence.document(work, identifier).file
    return _bytes(visit, file)


@put("/documents/{identifier:str}/about", opt=needs(Step.FILE_ADD) | takes(Said) | guarded(), sync_to_thread=True)
def describe(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[Described]:
    """Say of which day a document is, until when it holds, and whether reviewers may open it."""
    wanted = taken(visit, body, Said)
    with visit.writing() as work:
        hold(visit, _mark(_described(evidence.document(work, identifier))))
        evidence.describe(work, identifier, dated=wanted.dated, valid_until=wanted.valid_until, shared=wanted.shared)
        return _changed(work, identifier)


@put(
    "/documents/{identifier:str}/answers/{assessment:str}",
    opt=needs(Step.FILE_ADD) | takes(Answers) | guarded(),
    sync_to_thread=True,
)
def tie(
    visit: NamedDependency[Visit], identifier: Identifier, assessment: Identifier, body: RawBody
) -> Response[Described]:
    """Let a document stand for these answers of an assessment, and for no other of it."""
    wanted = taken(visit, body, Answers)
    with visit.writing() as work:
        hold(visit, _mark(_described(evidence.document(work, identifier))))
        evidence.tie(work, identifier, assessment, wanted.questions)
        return _changed(work, identifier)


@post(
    "/documents/{identifier:str}/erasure",
    opt=needs(Step.FILE_ERASE) | takes(Reason) | guarded(),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def erase(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[Described]:
    """Erase a document for a reason that stays in its place; its bytes and its name are gone for good."""
    wanted = taken(visit, body, Reason)
    with visit.writing() as work:
        hold(visit, _mark(_described(evidence.document(work, identifier))))
        gone = evidence.erase(work, identifier, wanted.reason)
        after = _changed(work, identifier)
    with visit.writing() as work:
        evidence.discard(work, gone)
    return after


@get("/files/{identifier:str}/documents", opt=needs(Step.FILE_SEE), sync_to_thread=True)
def beside(visit: NamedDependency[Visit], identifier: Identifier) -> tuple[Shown, ...]:
    """Return the documents behind the answers of a file that one reviews, by question."""
    with visit.reading() as work:
        one = engagements.load(work.connection, identifier)
        return tuple(_shown(linked) for linked in evidence.for_reviewers(work, one))


@get(
    "/files/{identifier:str}/documents/{document:str}/content",
    opt=needs(Step.FILE_SEE) | gives_files("*/*"),
    sync_to_thread=True,
)
def opened(visit: NamedDependency[Visit], identifier: Identifier, document: Identifier) -> Response[bytes]:
    """Return a document that a firm shares with its reviewers; the ledger says that it was opened."""
    with visit.writing() as work:
        file = evidence.opened_in_review(work, identifier, document)
    return _bytes(visit, file)


def _sent(visit: Visit, form: FormMultiDict) -> tuple[str, Sent]:
    """Return the name of a file that was sent, and the fields around it.

    Raises:
        HTTPException: the body is said to be no form with a file.
        ValidationException: a field is missing or does not fit; the place is named.
    """
    in_form(visit)
    upload = file_of(form, "file")
    fields: dict[str, object] = dict(form)
    if upload is not None:
        fields["file"] = bytes_of(upload)
    try:
        sent = msgspec.convert(fields, Sent)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at ")
        raise ValidationException(extra=[{"message": message, "key": place.strip("`"), "source": "body"}]) from error
    if bool(sent.assessment) != bool(sent.question):
        told = {"message": "Name both, an assessment and a question, or neither.", "key": "question", "source": "body"}
        raise ValidationException(extra=[told])
    return upload.filename if upload else "", sent


def _shared(work: Work, sent: Sent) -> bool:
    """Return whether reviewers may open a document; beside a protected answer only where the firm says so.

    Raises:
        NotFound: there is no such answer in the firm, or see `Work.allow`.
    """
    protected = False
    if sent.assessment and sent.question:
        one = answering.opened(work, sent.assessment, Step.FILE_ADD).engagement
        book = codebook(one.questionnaire, one.questionnaire_version)
        if one.organisation != sent.organisation or sent.question not in book.row:
            raise NotFound("There is no such answer.")
        protected = book.questions[book.row[sent.question]].protected
    return sent.shared is Flag.YES if sent.shared else not protected


def _described(found: Document) -> Described:
    return Described(file=found.file, answers=found.links)


def _mark(found: Described) -> int:
    """Return what a state is known by: it has no revision of its own, so it is told by all that can change."""
    return zlib.crc32(msgspec.json.encode(found)) % 10**9


def _changed(work: Work, identifier: str) -> Response[Described]:
    after = _described(evidence.document(work, identifier))
    return Response(after, headers={"ETag": etag(_mark(after))})


def _shown(linked: Linked) -> Shown:
    file, question = linked.file, linked.question
    if file.erased:
        return Shown(question=question, state=State.ERASED, reason=file.erased_reason)
    if not file.shared:
        return Shown(question=question, state=State.PRIVATE)
    return Shown(
        question=question,
        state=State.OPEN,
        id=file.id,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        dated=file.dated,
        valid_until=file.valid_until,
    )


def _bytes(visit: Visit, file: File) -> Response[bytes]:
    data = evidence.content(visit.installation.settings, file)
    headers = {"Content-Disposition": disposition(file.name), "Cache-Control": "private, no-store"}
    return Response(data, media_type=file.media_type, headers=headers)


ROUTES = (documents, add, document, content, describe, tie, erase, beside, opened)
