"""Errors as problem documents (RFC 9457): the only place where an error gets a status.

A program is told in `application/problem+json`, a person on a page, both in their
language. What went wrong inside is logged under the number of the request and told
to nobody.
"""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, TypeAlias

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from api.page import language_of
from api.translation import words
from duediligence import errors, log
from duediligence.accounts.brake import Slowed
from questionnaires.text import say

AnyRequest: TypeAlias = Request[Any, Any, Any]

MEDIA_TYPE = "application/problem+json"
CRASH = "crash"

KINDS: Mapping[type[errors.DueDiligenceError], tuple[str, HTTPStatus]] = {
    errors.NotFound: ("not_found", HTTPStatus.NOT_FOUND),
    errors.NotAllowed: ("not_allowed", HTTPStatus.FORBIDDEN),
    errors.SignInNeeded: ("sign_in_needed", HTTPStatus.UNAUTHORIZED),
    errors.SecondFactorNeeded: ("second_factor_needed", HTTPStatus.FORBIDDEN),
    errors.WrongMoment: ("wrong_moment", HTTPStatus.CONFLICT),
    errors.Unfit: ("unfit", HTTPStatus.UNPROCESSABLE_ENTITY),
    errors.Unusable: ("unusable", HTTPStatus.UNPROCESSABLE_ENTITY),
    errors.PaperFix: ("paper_fix", HTTPStatus.UNPROCESSABLE_ENTITY),
    errors.TooMuch: ("too_much", HTTPStatus.TOO_MANY_REQUESTS),
    errors.Unavailable: ("unavailable", HTTPStatus.SERVICE_UNAVAILABLE),
}
"""What each error is called and which status it has; the words stand in `texts/problem.yaml`."""

EDGE: Mapping[int, str] = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.UNAUTHORIZED: "sign_in_needed",
    HTTPStatus.FORBIDDEN: "not_allowed",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method",
    HTTPStatus.PRECONDITION_FAILED: "stale",
    HTTPStatus.PRECONDITION_REQUIRED: "revision_needed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "media_type",
    HTTPStatus.TOO_MANY_REQUESTS: "too_much",
    HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
}
"""What the statuses are called that the framework gives by itself."""

_PAUSE = 5
"""Seconds after which to ask again something that does not answer just now."""

_LOG = log.logger()


class OtherSite(errors.NotAllowed):
    """The request came from another site."""


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that does not fit in what was sent."""

    code: str  # stable, in capitals
    where: str  # the field, cell or place
    question: str = ""  # the id of the question that is meant, if one is
    detail: str


class ProblemDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a request could not be answered, and what to do about it."""

    type: str  # stable, one for each kind of problem
    title: str
    status: int
    detail: str
    request_id: str
    problems: tuple[Fault, ...] = ()


PageFor: TypeAlias = Callable[[ProblemDocument, AnyRequest], Response[Any]]
"""How a page says a problem to a person."""


def answering(page_for: PageFor | None = None) -> Callable[[AnyRequest, Exception], Response[Any]]:
    """Return the handler of every exception, for `exception_handlers={Exception: …}`.

    Args:
        page_for: makes the page for a person; without it, everybody gets the document.
    """

    def answer(request: AnyRequest, error: Exception) -> Response[Any]:
        document = problem_of(request, error)
        if document.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log(request, error, document)
        headers = _headers(error, document.status)
        if page_for is not None and wants_page(request):
            page = page_for(document, request)
            if not isinstance(page, Redirect):  # to where somebody can sign in, for one
                page.status_code = document.status
                page.headers.update(headers)
            return page
        return Response(
            msgspec.json.encode(document), status_code=document.status, media_type=MEDIA_TYPE, headers=headers
        )

    return answer


def problem_of(request: AnyRequest, error: Exception) -> ProblemDocument:
    """Return what is told of an error, in the language of whoever asks."""
    name, status = _kind(error)
    language = language_of(request)
    told = words(language)
    return ProblemDocument(
        type=f"/problems/{name.replace('_', '-')}",
        title=told(f"problem.{name}"),
        status=status,
        detail=told(f"problem.{name}_way"),
        request_id=str(request.scope.get("state", {}).get("request_id", "")),
        problems=tuple(_faults(error, language)),
    )


def wants_page(request: AnyRequest) -> bool:
    """Return whether a person with a browser asks, not a program."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def _kind(error: Exception) -> tuple[str, int]:
    match error:
        case OtherSite():
            return "other_site", HTTPStatus.FORBIDDEN
        case errors.DueDiligenceError():
            return next((KINDS[kind] for kind in type(error).__mro__ if kind in KINDS), (CRASH, 500))
        case HTTPException() if error.status_code in EDGE:
            return EDGE[error.status_code], error.status_code
        case HTTPException() if error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            return EDGE[HTTPStatus.BAD_REQUEST], error.status_code
    return CRASH, HTTPStatus.INTERNAL_SERVER_ERROR


def _faults(error: Exception, language: str) -> Iterator[Fault]:
    match error:
        case errors.Unfit():
            for one in error.problems:
                yield Fault(code=one.code, where=one.where, question=one.question, detail=say(one.detail, language))
        case HTTPException(extra=list(found)):
            # What the framework found in a request, field by field; a person never sees
            # it, because the forms of pages are read by hand.
            for part in found:
                where = ".".join(filter(None, (part.get("source"), part.get("key"))))
                yield Fault(code="FIELD_UNFIT", where=where, detail=str(part.get("message", "")))


def _headers(error: Exception, status: int) -> dict[str, str]:
    match error:
        case Slowed():
            return {"Retry-After": str(error.seconds)}
        case HTTPException(headers=dict(given)):
            return dict(given)
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return {"WWW-Authenticate": "Bearer"}
        case HTTPStatus.TOO_MANY_REQUESTS | HTTPStatus.SERVICE_UNAVAILABLE:
            return {"Retry-After": str(_PAUSE)}
    return {}


def _log(request: AnyRequest, error: Exception, document: ProblemDocument) -> None:
    """Write what happened where an administrator finds it: the route, never what was sent."""
    route = request.scope.get("path_template", "")
    known = {"request_id": document.request_id, "method": request.method, "route": route}
    if document.status == HTTPStatus.SERVICE_UNAVAILABLE:
        _LOG.warning("unavailable", reason=str(error), **known)
    else:
        _LOG.error(CRASH, exc_info=error, **known)
