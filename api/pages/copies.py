"""What a named reader finds behind the link of a copy; no account.

Looking at the page opens nothing: programs that look at links in letters do that. The
file comes with a button, and that is what is counted.
"""

from http import HTTPStatus

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.auth import for_strangers, moment
from api.awaited import file
from api.pages.frame import AnyRequest, shown
from api.security import costly
from duediligence.errors import NotFound
from duediligence.file_name import shown as named
from duediligence.proof.attestation import grouped
from duediligence.workflow import named_copy, signed_file
from duediligence.workflow.installation import Installation
from duediligence.workflow.ordering import Made


@get("/copies/{secret:str}", opt=for_strangers() | costly(), sync_to_thread=True)
def behind(request: AnyRequest, installation: NamedDependency[Installation], secret: FromPath[str]) -> Response[str]:
    """Return what stands behind a link."""
    with installation.db.reading() as connection:
        found = named_copy.behind(connection, secret, moment(request))
    status = HTTPStatus.OK if found.open else HTTPStatus.GONE
    return shown(request, "attesting/named.html", {"found": found, "secret": secret, "grouped": grouped}, status=status)


@post("/copies/{secret:str}", opt=for_strangers() | costly(2), status_code=HTTPStatus.OK, sync_to_thread=True)
def fetch(request: AnyRequest, installation: NamedDependency[Installation], secret: FromPath[str]) -> Response[bytes]:
    """Return the copy as a file, and note that it was opened."""
    now = moment(request)
    with installation.db.writing() as connection:
        found = named_copy.behind(connection, secret, now)
        row = named_copy.row_of(connection, found, now)
    data = signed_file.fetched(installation.settings, installation.vault, row)
    if data is None:
        raise NotFound("The file is not there any more.")
    return file(Made(named(f"{found.attestation.id}-{found.copy.reader}.pdf"), row.media_type, data))


ROUTES = (behind, fetch)
