"""Files that are judged twice: given by the lead auditor, judged by somebody who knows nothing of the first."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import RawBody

from api.auth import needs
from api.security import costly
from api.v1.contract import Identifier, Named, Question, taken, takes
from api.visit import Visit
from duediligence.access import Step, may
from duediligence.record_shared import SharedAssessment
from duediligence.store import double as readings
from duediligence.store.double import Sample
from duediligence.store.engagement import Listed
from duediligence.workflow import agreeing, doubling
from duediligence.workflow.assigning import Candidate
from duediligence.workflow.doubling import BlindFile
from risk_models.agreement import Agreement, Change
from risk_models.integrity import ForReviewers, Kind

BlindlyGiven = Annotated[int, msgspec.Meta(ge=0, le=2)]


class DoubleReading(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that chance drew, without a word of its first review."""

    file: str
    organisation: str
    site: str
    begins: date
    ends: date  # inclusive
    handed_in: datetime | None
    given: datetime | None  # null until somebody was given it
    begun: datetime | None
    done: datetime | None
    reader: str = ""  # id of a person; for lead auditors alone


class Doubles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one is to judge blind, and, for lead auditors, what chance drew."""

    mine: tuple[DoubleReading, ...]
    drawn: tuple[DoubleReading, ...] = ()
    sample: Sample | None = None  # null to whoever leads no reviewing body


class BlindReader(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To whom the lead auditor gives a file to judge it blind."""

    person: Named


class Tie(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ties a blind reader to the firm, its owners or buyers; "" when nothing does."""

    interest: str


class BlindGrades(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Grades by question: 0 words only, 1 a document, 2 checked against a second source."""

    grades: dict[Question, BlindlyGiven]


class BlindPrompt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something worth a second look, as the first auditor was asked too."""

    kind: Kind
    why: ForReviewers


class BlindDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document behind an answer; it is opened at `/doubles/{file}/documents/{id}` on the pages."""

    id: str
    question: str
    name: str


class FileReadBlind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file as it was handed in, and what one has made of it."""

    file: str
    organisation: str
    site: str
    assessment: SharedAssessment
    documents: tuple[BlindDocument, ...]
    prompts: tuple[BlindPrompt, ...]
    to_judge: tuple[str, ...]  # questions whose answers have a paper behind them
    grades: dict[str, int]


class HowFarAgreed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far auditors agree who judged the same files, neither knowing of the other."""

    sections: tuple[Agreement, ...]
    changes: tuple[Change, ...]
    recent_days: int  # these are held against all before
    sample: Sample
    files_wanted: int  # below so many nothing is stated


@get("/doubles", opt=needs(Step.REVIEW_DOUBLE, Step.REVIEW_BLIND), sync_to_thread=True)
def doubles(visit: NamedDependency[Visit]) -> Doubles:
    """Return the files that one is to judge blind; to a lead auditor also those that chance drew."""
    with visit.reading() as work:
        mine = tuple(_reading(one, file) for one, file in doubling.mine(work))
        if not may(visit.actor, Step.REVIEW_DOUBLE):
            return Doubles(mine=mine)
        drawn = tuple(_reading(one.reading, one.file, leads=True) for one in doubling.waiting(work))
        return Doubles(mine=mine, drawn=drawn, sample=readings.sample(work.connection))


@get("/doubles/{identifier:str}/candidates", opt=needs(Step.REVIEW_DOUBLE), sync_to_thread=True)
def readers_to_choose(visit: NamedDependency[Visit], identifier: Identifier) -> tuple[Candidate, ...]:
    """Return who could judge a file blind, with what each has in hand and what keeps somebody from it."""
    with visit.reading() as work:
        return doubling.candidates(work, identifier)[1]


@put("/doubles/{identifier:str}/reader", opt=needs(Step.REVIEW_DOUBLE) | takes(BlindReader), sync_to_thread=True)
def give_to_read(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> DoubleReading:
    """Give a file to be judged blind, in the place of whoever had it."""
    wanted = taken(visit, body, BlindReader)
    with visit.writing() as work:
        one = doubling.give(work, identifier, wanted.person)
        return _reading(one, doubling.candidates(work, identifier)[0].file, leads=True)


@post(
    "/doubles/{identifier:str}/beginning",
    opt=needs(Step.REVIEW_BLIND) | takes(Tie),
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
)
def begin_reading(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[None]:
    """Begin to judge a file; where something ties one to the firm it goes back to the lead auditor instead."""
    wanted = taken(visit, body, Tie)
    with visit.writing() as work:
        doubling.begin(work, identifier, wanted.interest)
    return Response(None, status_code=HTTPStatus.NO_CONTENT)


@get("/doubles/{identifier:str}", opt=needs(Step.REVIEW_BLIND) | costly(), sync_to_thread=True)
def file_read_blind(visit: NamedDependency[Visit], identifier: Identifier) -> FileReadBlind:
    """Return a file to be judged blind, as it was handed in."""
    with visit.reading() as work:
        return _file(doubling.read(work, identifier))


@put("/doubles/{identifier:str}/grades", opt=needs(Step.REVIEW_BLIND) | takes(BlindGrades), sync_to_thread=True)
def grade_blind(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> FileReadBlind:
    """Judge some answers; a later grade takes the place of an earlier one."""
    wanted = taken(visit, body, BlindGrades)
    with visit.writing() as work:
        return _file(doubling.grade(work, identifier, wanted.grades))


@post(
    "/doubles/{identifier:str}/end",
    opt=needs(Step.REVIEW_BLIND),
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
)
def end_reading(visit: NamedDependency[Visit], identifier: Identifier) -> Response[None]:
    """Finish the reading of a file; nothing about it is changed afterwards."""
    with visit.writing() as work:
        doubling.finish(work, identifier)
    return Response(None, status_code=HTTPStatus.NO_CONTENT)


@get("/agreement", opt=needs(Step.REVIEW_ORDER) | costly(), sync_to_thread=True)
def agreement(visit: NamedDependency[Visit]) -> HowFarAgreed:
    """Return how far auditors agree, by section of the form, and how that has moved."""
    with visit.reading() as work:
        found = agreeing.agreeing(work)
    return HowFarAgreed(
        sections=found.sections,
        changes=found.changes,
        recent_days=found.days,
        sample=found.sample,
        files_wanted=found.wanted,
    )


def _reading(one: readings.Reading, listed: Listed, *, leads: bool = False) -> DoubleReading:
    return DoubleReading(
        file=one.engagement,
        organisation=listed.organisation,
        site=listed.site,
        begins=listed.engagement.begins,
        ends=listed.engagement.ends,
        handed_in=listed.engagement.submitted,
        given=one.given,
        begun=one.begun,
        done=one.done,
        reader=(one.person or "") if leads else "",
    )


def _file(found: BlindFile) -> FileReadBlind:
    return FileReadBlind(
        file=found.identifier,
        organisation=found.organisation,
        site=found.site,
        assessment=found.copy,
        documents=tuple(
            BlindDocument(id=linked.file.id, question=linked.question, name=linked.file.name)
            for linked in found.documents
        ),
        prompts=tuple(BlindPrompt(kind=one.kind, why=one.why) for one in found.prompts),
        to_judge=found.judged,
        grades={name: one.grade for name, one in found.grades.items()},
    )


ROUTES = (
    doubles,
    readers_to_choose,
    give_to_read,
    begin_reading,
    file_read_blind,
    grade_blind,
    end_reading,
    agreement,
)
