"""Files under review: the queue, a file, what its reviewers decide, and what is written to and fro."""

from datetime import datetime
from enum import StrEnum
from http import HTTPStatus

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, RawBody

from api.auth import needs
from api.security import costly
from api.v1.contract import About, Identifier, Limit, Place, Word, once, repeatable, taken, takes
from api.v1.results import Computed
from api.visit import Visit
from duediligence.access import Step
from duediligence.engagement import Engagement, Stage
from duediligence.judgement import Decision, Judgement
from duediligence.store.engagement import Listed, Sought
from duediligence.store.review import Entry, Message
from duediligence.workflow import queueing, reviewing
from duediligence.workflow.work import Work


class Part(StrEnum):
    """In which part somebody reviews a file."""

    AUDITOR = "auditor"
    SECOND_REVIEWER = "second_reviewer"


class Queue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the queue; its order changes as files come and go, so that it has places and no cursor."""

    items: tuple[Listed, ...]
    more: bool  # whether others come after


class Reviewing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How somebody comes to review a file."""

    part: Part
    interest: str  # what ties them to the firm, its owners or buyers; "" when nothing does


class Decided(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision with its reason; an entry that is never changed."""

    decision: Decision
    reason: str
    question: About = ""


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why; it stays on record."""

    reason: str


class Written(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message to the other side; it names no person."""

    words: str
    question: About = ""


class Noted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of a file."""

    number: int
    decision: Decision
    question: str  # "" where it speaks of the whole
    reason: str
    by: str  # id of a person
    at: datetime


class FileUnderReview(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file as its reviewers see it: what was declared, and what it comes to under their judgement."""

    engagement: Engagement
    declared: Computed
    reviewed: Computed
    judgement: Judgement
    entries: tuple[Noted, ...]
    messages: tuple[Message, ...]


@get("/queue", opt=needs(Step.REVIEW_QUEUE), sync_to_thread=True)
def queue(  # noqa: PLR0913, PLR0917  each is a field of the query
    visit: NamedDependency[Visit],
    stage: FromQuery[Stage] = Stage.SUBMITTED,
    sector: Word = "",
    region: Word = "",
    band: Word = "",
    first: Place = 0,
    limit: Limit = 50,
) -> Queue:
    """Return files that were handed in: grave ones first, then by residual risk, then who waits longest."""
    sought = Sought(stages=(stage,), sector=sector, region=region, band=band)
    with visit.reading() as work:
        found = queueing.waiting(work, sought, first=first, limit=limit)
    return Queue(items=found.rows, more=found.more)


@post(
    "/files/{identifier:str}/reviewers",
    opt=needs(Step.REVIEW_TAKE, Step.REVIEW_QUEUE) | takes(Reviewing),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def review(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Engagement:
    """Take a file from the queue as its auditor, or become its second reviewer; interests are declared first."""
    wanted = taken(visit, body, Reviewing)
    step = reviewing.take if wanted.part is Part.AUDITOR else reviewing.join
    with visit.writing() as work:
        return step(work, identifier, wanted.interest)


@get("/files/{identifier:str}", opt=needs(Step.REVIEW_SEE) | costly(), sync_to_thread=True)
def file(visit: NamedDependency[Visit], identifier: Identifier) -> FileUnderReview:
    """Return a file that one reviews, with every decision and message."""
    with visit.reading() as work:
        found = reviewing.file(work, identifier)
    return FileUnderReview(
        engagement=found.engagement,
        declared=Computed.of(found.declared),
        reviewed=Computed.of(found.reviewed),
        judgement=found.judgement,
        entries=tuple(_noted(one) for one in found.entries),
        messages=found.messages,
    )


@post(
    "/files/{identifier:str}/decisions",
    opt=needs(Step.REVIEW_JUDGE, Step.REVIEW_PROPOSE, Step.REVIEW_CONFIRM, Step.REVIEW_RESOLVE)
    | takes(Decided)
    | repeatable(),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def decide(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[Engagement]:
    """Add a decision to a file; confirmed by a second person, the file is concluded."""
    wanted = taken(visit, body, Decided)

    def make(work: Work) -> Response[Engagement]:
        one = reviewing.decide(work, identifier, wanted.decision, wanted.reason, wanted.question)
        return Response(one, status_code=HTTPStatus.CREATED)

    return once(visit, wanted, make)


@post(
    "/files/{identifier:str}/withdrawal",
    opt=needs(Step.REVIEW_WITHDRAW) | takes(Reason),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def withdraw(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Engagement:
    """Withdraw an assessment for a reason that stays on record; this takes a second factor."""
    wanted = taken(visit, body, Reason)
    with visit.writing() as work:
        return reviewing.withdraw(work, identifier, wanted.reason)


@get("/assessments/{identifier:str}/messages", opt=needs(Step.MESSAGE_WRITE), sync_to_thread=True)
def messages(visit: NamedDependency[Visit], identifier: Identifier) -> tuple[Message, ...]:
    """Return what a firm and its reviewers wrote to each other, oldest first."""
    with visit.reading() as work:
        return queueing.conversation(work, identifier).messages


@post(
    "/assessments/{identifier:str}/messages",
    opt=needs(Step.MESSAGE_WRITE) | takes(Written) | repeatable(),
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
)
def write(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[None]:
    """Write to the other side: a reviewer asks the firm, the firm answers."""
    wanted = taken(visit, body, Written)

    def make(work: Work) -> Response[None]:
        reviewing.ask(work, identifier, wanted.words, wanted.question)
        return Response(None, status_code=HTTPStatus.NO_CONTENT)

    return once(visit, wanted, make)


def _noted(one: Entry) -> Noted:
    return Noted(
        number=one.number,
        decision=msgspec.json.decode(one.content, type=Decision),
        question=one.question,
        reason=one.reason,
        by=one.by,
        at=one.at,
    )


ROUTES = (queue, review, file, decide, withdraw, messages, write)
