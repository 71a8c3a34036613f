"""What the answers of a firm come to: the numbers with all that explains them, and the report as a file."""

from enum import StrEnum
from http import HTTPStatus
from typing import Self

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from api.auth import needs
from api.pages.results import MEDIA_TYPES, Format, rendered
from api.security import costly
from api.v1.contract import Identifier, etag, gives_files, guarded, hold
from api.visit import Visit
from duediligence.access import Step
from duediligence.assessment import Assessment
from duediligence.engagement import Engagement
from duediligence.errors import NotAllowed
from duediligence.improvement import ImprovementPlan
from duediligence.record_shared import SharedAssessment, shared
from duediligence.reports import Copy
from duediligence.reports.compose import compose
from duediligence.workflow import answering, handing_in


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
    opt=needs(Step.ASSESSMENT_SEE) | costly(2) | gives_files(*MEDIA_TYPES.values()),
    sync_to_thread=True,
)
def report(
    visit: NamedDependency[Visit],
    identifier: Identifier,
    kind: FromQuery[Format] = Format.PDF,
    copy: FromQuery[Copy] = Copy.SHARED,
    language: FromQuery[Language] = Language.ENGLISH,
) -> Response[bytes]:
    """Return the report as a file; the firm's own copy only for those who may read protected answers."""
    with visit.reading() as work:
        found, most = handing_in.shown(work, identifier)
    if copy is Copy.FIRM and most is not Copy.FIRM:
        raise NotAllowed("Only those who answer for the firm may take its own copy.")
    data = rendered(found, compose(found.assessment, found.plan, language, copy), kind)
    return Response(data, media_type=MEDIA_TYPES[kind])


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
