"""The result of an assessment as its firm sees it, and the report to take along.

PDF and workbook are made by a worker. The data are there already: to write them
takes less than to look for them.
"""

from enum import StrEnum

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from api.auth import needs
from api.awaited import awaited, file, waiting_page
from api.page import LEAVE
from api.security import costly
from api.visit import Visit
from duediligence import record
from duediligence.access import Step, may
from duediligence.engagement import Engagement
from duediligence.reports import Copy, chart
from duediligence.reports.compose import compose
from duediligence.store import safety
from duediligence.workflow import handing_in, ordering, shipping
from duediligence.workflow.ordering import Made, Report, Shape
from duediligence.workflow.work import subject_of
from questionnaires.text import LANGUAGES


class Format(StrEnum):
    """In which shape a report is taken along."""

    PDF = "pdf"
    WORKBOOK = "xlsx"
    JSON = "json"


JSON = "application/json"


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
        "attestable": _attestable(visit, found.engagement),
        "copies": tuple(Copy) if copy is Copy.FIRM else (Copy.SHARED,),
    }
    return visit.page("result.html", facts)


@get("/assessments/{identifier:str}/report", opt=needs(Step.ASSESSMENT_SEE) | costly(), sync_to_thread=True)
def report(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    kind: FromQuery[Format] = Format.PDF,
    copy: FromQuery[Copy] = Copy.SHARED,
    language: FromQuery[str] = "",
) -> Response[bytes] | Response[str]:
    """Return the report as a file, or how far it has come; the firm's own copy only for who may read all of it."""
    if kind is Format.JSON:
        return file(Made(f"{identifier}-{copy}.json", JSON, data(visit, identifier, copy)))
    said = language if language in LANGUAGES else visit.language
    found = awaited(visit, Report(engagement=identifier, shape=Shape(kind), copy=copy, language=said))
    return file(found) if isinstance(found, Made) else waiting_page(visit, found, f"/assessments/{identifier}/result")


def data(visit: Visit, identifier: str, copy: Copy) -> bytes:
    """Return the record of an assessment as JSON, as a copy of it shows it.

    Raises:
        NotFound, NotAllowed: the visitor may not see it, or not in this copy.
    """
    with visit.reading() as work:
        found = ordering.result(work, identifier, copy).assessment
    return record.encode(record.shared(found) if copy is Copy.SHARED else found)


def _attestable(visit: Visit, one: Engagement) -> bool:
    handed_in = one.stage in shipping.TRAVELLING and not one.rehearsal
    return handed_in and may(visit.actor, Step.ATTESTATION_ISSUE, subject_of(one))


ROUTES = (result, report)
