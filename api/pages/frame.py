"""What stands around every page: the menu of whoever is signed in, and what is said when something went wrong."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import quote

from litestar import Request, Response
from litestar.response import Redirect

from api.page import language_of, own_path, page
from api.part import Link
from api.problems import ProblemDocument
from api.translation import words
from duediligence.access import Actor, Step, may

AnyRequest: TypeAlias = Request[Any, Any, Any]

_MENU = (
    ("assessments", "/assessments", Step.ASSESSMENT_SEE),
    ("queue", "/queue", Step.REVIEW_QUEUE),
    ("people", "/organisations", Step.MEMBER_INVITE),
    ("statistics", "/statistics", Step.STATISTICS_SEE),
    ("administration", "/administration", Step.ADMINISTER),
)


def shown(
    request: AnyRequest, template: str, facts: Mapping[str, object], *, status: int = HTTPStatus.OK
) -> Response[str]:
    """Return a page with the menu of whoever asks; see `api.page.rendered` for the facts."""
    return page(request, template, {"menu": _menu(request)} | dict(facts), status=status)


def problem_page(document: ProblemDocument, request: AnyRequest) -> Response[Any]:
    """Return what went wrong as a page; whoever must sign in is led there and back."""
    if document.status == HTTPStatus.UNAUTHORIZED:
        back = own_path(request.url.path) if request.method == "GET" else "/"
        return Redirect(f"/sign-in?back={quote(back)}", status_code=303)
    return shown(request, "problem.html", {"problem": document})


def _menu(request: AnyRequest) -> tuple[Link, ...]:
    actor = request.scope.get("user")
    if not isinstance(actor, Actor):
        return ()
    told = words(language_of(request))
    here = request.url.path
    return tuple(
        Link(label=told(f"menu.{name}"), address=address, current=here.startswith(address))
        for name, address, step in _MENU
        if may(actor, step)
    )
