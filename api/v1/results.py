"""What the answers of a firm come to: the numbers with all that explains them, and the report as a file."""

from enum import StrEnum
from http import HTTPStatus
from typing import Self

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from api.auth import needs
from api.awaited import SECONDS, awaited
from api.pages.results import JSON, Format, data
from api.security import costly
from api.v1.contract import Identifier, etag, gives_files, guarded, hold, later
from api.v1.operation import Job
from api.visit import Visit
from duediligence.access import Step
from duediligence.assessment import Assessment
from duediligence.engagement import Engagement
from duediligence.improvement import ImprovementPlan
from duediligence.record_shared import SharedAssessment, shared
from duediligence.reports import Copy
from duediligence.workflow import answering, handing_in
from duediligence.workflow.ordering import MEDIA_TYPES, Made, Report, Shape


class Language(StrEnum):
    """The languages of a report."""

    TURKMEN = "tk"
    RUSSIAN = "ru"
    ENGLISH = "en"


class Computed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An assessment: the whole of it, or the copy for those who may not read protected answers."""

    whole: Assessment | None = None
    shared: SharedAssessment | None = None

    @classmethod
    def of(cls, found: Assessment | SharedAssessment) -> Self:
        """Return an assessment in its place."""
        return cls(whole=found) if isinstance(found, Assessment) else cls(shared=found)


class Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an assessment comes to: live while it is being answered, and sealed after."""

    engagement: Engagement
    assessment: Computed
    plan: ImprovementPlan | None  # as drawn up; None where protected answers stand behind it


@get("/assessments/{identifier:str}/result", opt=needs(Step.ASSESSMENT_SEE), sync_to_thread=True)
def result(visit: NamedDependency[Visit], identifier: Identifier) -> Result:
    """Return the numbers, findings and draft plan; before it is handed in, of the answers given so far."""
    with visit.reading() as work:
        found, copy = handing_in.shown(work, identifier)
    if copy is Copy.FIRM:
        return Result(engagement=found.engagement, assessment=Computed(whole=found.assessment), plan=found.plan)
    return Result(engagement=found.engagement, assessment=Computed(shared=shared(found.assessment)), plan=None)


@get(
    "/assessments/{identifier:str}/report",
    opt=needs(Step.ASSESSMENT_SEE) | costly() | gives_files(*MEDIA_TYPES.values(), JSON) | later(Job),
    sync_to_thread=True,
)
def report(
    visit: NamedDependency[Visit],
    identifier: Identifier,
    kind: FromQuery[Format] = Format.PDF,
    copy: FromQuery[Copy] = Copy.SHARED,
    language: FromQuery[Language] = Language.ENGLISH,
) -> Response[bytes] | Response[Job]:
    """Return the report as a file; the firm's own copy only for those who may read protected answers.

    A PDF or workbook that was not made yet is ordered: the answer is then 202 with the
    job, and the file is here once that is done.
    """
    if kind is Format.JSON:
        return Response(data(visit, identifier, copy), media_type=JSON)
    found = awaited(visit, Report(engagement=identifier, shape=Shape(kind), copy=copy, language=language))
    if isinstance(found, Made):
        return Response(found.data, media_type=found.media_type)
    headers = {"Location": f"/api/v1/jobs/{found.id}", "Retry-After": str(SECONDS)}
    return Response(Job.of(found), status_code=HTTPStatus.ACCEPTED, headers=headers)


@post(
    "/assessments/{identifier:str}/release",
    opt=needs(Step.PROTECTED_RELEASE) | guarded(),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def release(visit: NamedDependency[Visit], identifier: Identifier) -> Response[Engagement]:
    """Let the reviewers read protected answers; this cannot be taken back, and takes a second factor."""
    with visit.writing() as work:
        before, _ = answering.opened(work, identifier)
        hold(visit, before.revision)
        after = handing_in.release(work, identifier)
    return Response(after, headers={"ETag": etag(after.revision)})


ROUTES = (result, report, release)
