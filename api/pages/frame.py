"""What stands around every page: the menu of whoever is signed in, and what is said when something went wrong."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import quote

from litestar import Request, Response
from litestar.response import Redirect

from api.auth import failures_cookie, failures_cookie_name, moment
from api.chosen import Chosen
from api.page import language_of, own_path, page
from api.part import Link
from api.problems import ProblemDocument
from api.translation import words
from duediligence.access import Actor, Step, may
from duediligence.store.setting import Choices
from questionnaires.text import say

AnyRequest: TypeAlias = Request[Any, Any, Any]

_MENU = (
    ("assessments", "/assessments", Step.ASSESSMENT_SEE),
    ("chain", "/chain", Step.CHAIN_SEE),
    ("shipments", "/shipments", Step.SHIPMENT_SEE),
    ("documents", "/documents", Step.FILE_ADD),
    ("queue", "/queue", Step.REVIEW_QUEUE),
    ("people", "/organisations", Step.MEMBER_INVITE),
    ("statistics", "/statistics", Step.STATISTICS_SEE),
    ("administration", "/administration", Step.ADMINISTER),
)


def shown(
    request: AnyRequest, template: str, facts: Mapping[str, object], *, status: int = HTTPStatus.OK
) -> Response[str]:
    """Return a page with the menu of whoever asks; see `api.page.rendered` for the facts."""
    chosen = _chosen(request)
    announcement = say(chosen.announcement, language_of(request)) if chosen.announcement else ""
    failures = _failures(request)
    frame = {"menu": _menu(request, chosen), "announcement": announcement, "failures": failures}
    made = page(request, template, frame | dict(facts), status=status)
    if failures:
        made.set_cookie(failures_cookie(request.app.state["settings"], 0))  # said once
    return made


def problem_page(document: ProblemDocument, request: AnyRequest) -> Response[Any]:
    """Return what went wrong as a page; whoever must sign in is led there and back."""
    back = quote(own_path(request.url.path) if request.method == "GET" else "/")
    if document.status == HTTPStatus.UNAUTHORIZED:
        return Redirect(f"/sign-in?back={back}", status_code=303)
    if document.type == "/problems/second-factor-needed" and request.method == "GET":
        return Redirect(f"/account/second-factor?back={back}", status_code=303)
    return shown(request, "problem.html", {"problem": document})


def _chosen(request: AnyRequest) -> Choices:
    found = request.app.state.get("chosen")
    return found.at(moment(request)) if isinstance(found, Chosen) else Choices()


def _failures(request: AnyRequest) -> int:
    """Return how many attempts to sign in had failed before whoever asks came in just now; 0 on any later page."""
    if not isinstance(request.scope.get("user"), Actor):
        return 0
    said = request.cookies.get(failures_cookie_name(request.app.state["settings"]), "")
    return int(said) if re.fullmatch(r"[0-9]{1,6}", said) else 0


def _menu(request: AnyRequest, chosen: Choices) -> tuple[Link, ...]:
    actor = request.scope.get("user")
    if not isinstance(actor, Actor):
        return ()
    told = words(language_of(request))
    here = request.url.path
    return tuple(
        Link(label=told(f"menu.{name}"), address=address, current=here.startswith(address))
        for name, address, step in _MENU
        if may(actor, step) or (step is Step.STATISTICS_SEE and chosen.statistics_open)
    )
