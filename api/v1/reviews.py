"""Files under review: the queue, a file, what its reviewers decide, and what is written to and fro."""

from datetime import datetime
from http import HTTPStatus

import msgspec
from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromQuery, RawBody

from api import place
from api.auth import needs
from api.security import costly
from api.v1.contract import (
    About,
    Identifier,
    InPart,
    Limit,
    Page,
    Place,
    Reason,
    Word,
    etag,
    guarded,
    hold,
    marked,
    once,
    repeatable,
    shown,
    taken,
    takes,
)
from api.v1.results import Computed
from api.visit import Visit
from duediligence.access import Step
from duediligence.engagement import Engagement, Part, Stage
from duediligence.judgement import Decision, Judgement
from duediligence.store.assignment import Assignment
from duediligence.store.engagement import Listed, Sought
from duediligence.store.review import Entry, Message
from duediligence.workflow import assigning, learned_order, queueing, reviewing
from duediligence.workflow.assigning import Candidate
from duediligence.workflow.work import Work


class Reviewing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How somebody comes to review a file."""

    part: Part
    interest: str  # what ties them to the firm, its owners or buyers; "" when nothing does


class Assigned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To whom the lead auditor gives a file, and why."""

    person: str
    reason: str


class Candidates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who could review a file in each part; a part is empty where it cannot be given as the file stands."""

    auditor: tuple[Candidate, ...]
    second_reviewer: tuple[Candidate, ...]
    given: tuple[Assignment, ...]  # so far, oldest first


class Decided(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision with its reason; an entry that is never changed."""

    decision: Decision
    reason: str
    question: About = ""


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
    cursor: Place = "",
    limit: Limit = 50,
) -> Page[Listed]:
    """Return files that were handed in: those with a place in the queue of the day, then by the rule set.

    The rule set has grave ones first, then goes by residual risk, then by how many indicators there are and
    how strong, then by who waits longest. A file whose place changes while the list is read may be met twice or missed.
    """
    sought = Sought(stages=(stage,), sector=sector, region=region, band=band)
    with visit.reading() as work:
        found = learned_order.waiting(work, sought, limit=limit, after=place.read(cursor))
    return Page(items=found.rows, next=place.written(found.later))


@post(
    "/files/{identifier:str}/reviewers",
    opt=needs(Step.REVIEW_TAKE, Step.REVIEW_QUEUE) | takes(Reviewing),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def review(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Engagement:
    """Take a file from the queue as its auditor, or become its second reviewer; interests are declared first.

    A file that the lead auditor gave one goes back to the queue where something ties one to the firm: it then names
    one nowhere.
    """
    wanted = taken(visit, body, Reviewing)
    step = reviewing.take if wanted.part is Part.AUDITOR else reviewing.join
    with visit.writing() as work:
        return step(work, identifier, wanted.interest)


@get("/files/{identifier:str}/candidates", opt=needs(Step.REVIEW_ASSIGN) | marked(), sync_to_thread=True)
def candidates(visit: NamedDependency[Visit], identifier: Identifier) -> Response[Candidates]:
    """Return who could review a file, with what each has in hand and what keeps somebody from it."""
    with visit.reading() as work:
        found = assigning.choice(work, identifier)
    who = Candidates(
        auditor=found.candidates.get(Part.AUDITOR, ()),
        second_reviewer=found.candidates.get(Part.SECOND_REVIEWER, ()),
        given=found.given,
    )
    return shown(visit, who, found.engagement.revision)


@put(
    "/files/{identifier:str}/reviewers/{part:str}",
    opt=needs(Step.REVIEW_ASSIGN) | takes(Assigned) | guarded(),
    sync_to_thread=True,
)
def assign(visit: NamedDependency[Visit], identifier: Identifier, part: InPart, body: RawBody) -> Response[Engagement]:
    """Give a file to a reviewer, in the place of whoever had it; they first say what ties them to the firm."""
    wanted = taken(visit, body, Assigned)
    with visit.writing() as work:
        hold(visit, assigning.choice(work, identifier).engagement.revision)
        after = assigning.assign(work, identifier, Part(part), wanted.person, wanted.reason)
    return Response(after, headers={"ETag": etag(after.revision)})


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


ROUTES = (queue, review, candidates, assign, file, decide, withdraw, messages, write)
