"""The chain of a firm as lists for table programs."""

from http import HTTPStatus

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from api.auth import needs
from api.pages.chain_export import MEDIA_TYPES, Kind, What, made
from api.security import costly
from api.v1.contract import Identifier, Name, gives_files
from api.v1.results import Language
from api.visit import Visit
from duediligence.access import Step, Subject
from duediligence.errors import NotFound
from duediligence.file_name import disposition


@get(
    "/chain/{identifier:str}/exports/{what:str}",
    opt=needs(Step.CHAIN_SEE) | costly() | gives_files(*MEDIA_TYPES.values()),
    sync_to_thread=True,
)
def export(
    visit: NamedDependency[Visit],
    identifier: Identifier,
    what: Name,
    kind: FromQuery[Kind] = Kind.CSV,
    language: FromQuery[Language] = Language.ENGLISH,
) -> Response[bytes]:
    """Return `register`, `season`, `exposure` or `paths`: partners, their year, what reaches the firm, and how.

    In CSV a cell that a table program would compute begins with an apostrophe. What has to be known to read the
    list stands above it in a workbook, and below it in CSV.
    """
    with visit.reading() as work:
        work.allow(Step.CHAIN_SEE, Subject(organisation=identifier))
    if what not in list(What):
        raise NotFound("There is no such list.")
    found = made(visit, identifier, What(what), kind, language)
    headers = {"Content-Disposition": disposition(found.name)}
    return Response(found.data, status_code=HTTPStatus.OK, media_type=found.media_type, headers=headers)


ROUTES = (export,)
