"""The pages behind the code on a paper: how an attestation stands now, and whether a file is the one that was issued.

No account, nothing kept, nothing of any other firm. A page weighs little and costs
little: many may ask, from slow lines.
"""

import hashlib
from collections.abc import Sequence
from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import for_strangers, moment
from api.form import file_of, words_of
from api.page import language_of
from api.pages import attestations_view
from api.pages.frame import AnyRequest, shown
from api.security import costly
from api.translation import words
from api.upload import UPLOAD, UPLOADS
from api.visit import to
from duediligence.errors import NotFound
from duediligence.proof import checking_apart, verdict
from duediligence.proof.status_list import StatusPurpose
from duediligence.screening.screen import MOST_BYTES
from duediligence.workflow import checking
from duediligence.workflow.installation import Installation
from questionnaires.text import say

Wrong = Sequence[tuple[str, str]]


@get("/check", opt=for_strangers(), sync_to_thread=False)
def check(request: AnyRequest) -> Response[str]:
    """Return the page on which a number is typed or a file chosen."""
    return _ask(request, "", ())


@post(
    "/check",
    opt=for_strangers() | costly(2),
    guards=[UPLOADS],
    request_max_body_size=UPLOAD,
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def look(
    request: AnyRequest, installation: NamedDependency[Installation], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Lead to what stands under a number, or return what came of checking a file."""
    if upload := file_of(form, "file"):
        return _checked(request, installation, upload)
    typed = words_of(form, "code")
    if code := checking.code_of(typed):
        return to(f"/check/{code}")
    told = words(language_of(request))
    wrong = ("code", told("checking.code_wrong")) if typed.strip() else ("file", told("checking.file_missing"))
    return _ask(request, typed, (wrong,))


@get("/check/{code:str}", opt=for_strangers(), sync_to_thread=True)
def standing(
    request: AnyRequest, installation: NamedDependency[Installation], code: FromPath[str]
) -> Response[str] | Redirect:
    """Return how an attestation stands now, what it states and what it does not say."""
    plain = checking.code_of(code)
    if plain and plain != code:
        return to(f"/check/{plain}")
    now = moment(request)
    try:
        with installation.db.reading() as connection:
            found = checking.public(connection, plain, now)
    except NotFound:
        return shown(request, "checking/unknown.html", {"now": now}, status=HTTPStatus.NOT_FOUND)
    facts = attestations_view.face(found.attestation, words(language_of(request)))
    facts |= {"standing": found.standing, "revoked_keys": found.revoked_keys}
    facts |= {"now": now, "issuer": installation.settings.address}
    return shown(request, "checking/standing.html", facts)


@get("/check/{code:str}/credential", opt=for_strangers(), sync_to_thread=True)
def credential(
    request: AnyRequest, installation: NamedDependency[Installation], code: FromPath[str]
) -> Response[bytes]:
    """Return the credential of an attestation, as it was signed."""
    with installation.db.reading() as connection:
        found = checking.public(connection, code, moment(request)).attestation
    headers = {"Content-Disposition": f'attachment; filename="{found.id}.jwt"'}
    return Response(found.credential.encode(), media_type="application/vc+jwt", headers=headers)


def _ask(request: AnyRequest, typed: str, wrong: Wrong) -> Response[str]:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    facts = {"code": typed, "wrong": wrong, "purposes": tuple(StatusPurpose)}
    return shown(request, "checking/ask.html", facts, status=status)


def _checked(request: AnyRequest, installation: Installation, upload: UploadFile) -> Response[str]:
    """Return what came of checking a file; its bytes are gone with the request."""
    now = moment(request)
    data = upload.file.read(MOST_BYTES + 1)
    digest = hashlib.sha256(data).hexdigest()
    with installation.db.reading() as connection:
        known = checking.known(connection, digest, now)
    found = checking_apart.checked(data, known, digest)
    language = language_of(request)
    rows = [
        (say(verdict.title(one), language), str(one.outcome), say(verdict.words(one), language)) for one in found.checks
    ]
    facts = {"verdict": found, "rows": rows, "now": now, "name": upload.filename}
    return shown(request, "checking/verdict.html", facts)


ROUTES = (check, look, standing, credential)
