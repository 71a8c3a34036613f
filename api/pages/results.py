"""The result of an assessment as its firm sees it, and the report to take along."""

from enum import StrEnum
from http import HTTPStatus

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from api.auth import needs
from api.page import LEAVE
from api.security import costly
from api.visit import Visit
from duediligence import record
from duediligence.access import Step
from duediligence.errors import NotAllowed
from duediligence.reports import Copy, Report, chart, pdf, xlsx
from duediligence.reports.compose import compose
from duediligence.store import safety
from duediligence.workflow import handing_in
from duediligence.workflow.handing_in import Result
from questionnaires.text import LANGUAGES


class Format(StrEnum):
    """In which shape a report is taken along."""

    PDF = "pdf"
    WORKBOOK = "xlsx"
    JSON = "json"


MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
}


@get("/assessments/{identifier:str}/result", opt=needs(Step.ASSESSMENT_SEE), sync_to_thread=True)
def result(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the four numbers, the indicators, every finding with its answers, and the draft plan in short."""
    with visit.reading() as work:
        found, copy = handing_in.shown(work, identifier)
        contacts = safety.contacts(work.connection, work.day)
    report = compose(found.assessment, found.plan, visit.language, copy)
    grave = report.protocol is not None
    facts = {
        "one": found.engagement,
        "report": report,
        "charts": {"numbers": chart.numbers(report.numbers), "strip": chart.strip(report.strip)},
        "grave": grave,
        "contacts": contacts,
        "leave": LEAVE if grave else "",
        "copies": tuple(Copy) if copy is Copy.FIRM else (Copy.SHARED,),
    }
    return visit.page("result.html", facts)


@get("/assessments/{identifier:str}/report", opt=needs(Step.ASSESSMENT_SEE) | costly(2), sync_to_thread=True)
def report(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    kind: FromQuery[Format] = Format.PDF,
    copy: FromQuery[Copy] = Copy.SHARED,
    language: FromQuery[str] = "",
) -> Response[bytes]:
    """Return the report as a file; the firm's own copy only for those who may read protected answers."""
    with visit.reading() as work:
        found, most = handing_in.shown(work, identifier)
    if copy is Copy.FIRM and most is not Copy.FIRM:
        raise NotAllowed("Only those who answer for the firm may take its own copy.")
    said = language if language in LANGUAGES else visit.language
    data = rendered(found, compose(found.assessment, found.plan, said, copy), kind)
    name = f"{found.engagement.id}-{copy}-{said}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, status_code=HTTPStatus.OK, media_type=MEDIA_TYPES[kind], headers=headers)


def rendered(found: Result, said: Report, kind: Format) -> bytes:
    """Return a report as a file; the data inside are those of the copy."""
    travels = record.encode(record.shared(found.assessment))
    match kind:
        case Format.PDF:
            return pdf.render(said, travels)
        case Format.WORKBOOK:
            return xlsx.render(said)
        case Format.JSON:
            return travels if said.copy is Copy.SHARED else record.encode(found.assessment)


ROUTES = (result, report)
