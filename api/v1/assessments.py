"""Assessments of a firm: begun, described, checked, handed in."""

from http import HTTPStatus

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import RawBody

from api.auth import needs
from api.security import costly
from api.v1.contract import (
    Cursor,
    Identifier,
    Limit,
    Name,
    Page,
    cursor_at,
    etag,
    guarded,
    hold,
    marked,
    once,
    place_after,
    repeatable,
    shown,
    taken,
    takes,
)
from api.visit import Visit
from duediligence.access import Step
from duediligence.engagement import Engagement
from duediligence.preparer import Preparer
from duediligence.store.engagement import Listed
from duediligence.workflow import answering, colleagues, handing_in, preparing
from duediligence.workflow.answering import Beginning
from duediligence.workflow.work import Work
from questionnaires.problem import Problem


class AboutAnswers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In which role the answers are given, and whether workers were asked; None where that is not known."""

    answered_by: str  # a role, never a name
    workers_consulted: bool | None = None


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that keeps an assessment from being handed in; nothing, and it can be."""

    problems: tuple[Problem, ...]


class Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The people who answer a section; nobody, and everyone in the firm may."""

    people: tuple[str, ...]


@get("/assessments", opt=needs(Step.ASSESSMENT_SEE), sync_to_thread=True)
def assessments(visit: NamedDependency[Visit], limit: Limit = 25, cursor: Cursor = "") -> Page[Listed]:
    """Return the assessments of one's firms, the last changed first."""
    with visit.reading() as work:
        found = answering.mine(work, limit=limit + 1, after=place_after(cursor))
    last = found[limit - 1].engagement if len(found) > limit else None
    return Page(items=found[:limit], next=cursor_at(last.changed, last.id) if last else "")


@post(
    "/assessments",
    opt=needs(Step.ASSESSMENT_BEGIN) | takes(Beginning) | repeatable(),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def begin(visit: NamedDependency[Visit], body: RawBody) -> Response[Engagement]:
    """Begin an assessment of one site in one period; its site must be the firm's own."""
    wanted = taken(visit, body, Beginning)

    def make(work: Work) -> Response[Engagement]:
        one = answering.begin(work, wanted)
        headers = {"ETag": etag(one.revision), "Location": f"/api/v1/assessments/{one.id}"}
        return Response(one, status_code=HTTPStatus.CREATED, headers=headers)

    return once(visit, wanted, make)


@get("/assessments/{identifier:str}", opt=needs(Step.ASSESSMENT_SEE) | marked(), sync_to_thread=True)
def assessment(visit: NamedDependency[Visit], identifier: Identifier) -> Response[Engagement]:
    """Return an assessment without its answers: how far it has come, and what it stated last."""
    with visit.reading() as work:
        one, _ = answering.opened(work, identifier)
    return shown(visit, one, one.revision)


@delete(
    "/assessments/{identifier:str}",
    opt=needs(Step.ASSESSMENT_DELETE) | guarded(),
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
)
def remove(visit: NamedDependency[Visit], identifier: Identifier) -> None:
    """Delete an assessment that was never handed in."""
    with visit.writing() as work:
        one, _ = answering.opened(work, identifier)
        hold(visit, one.revision)
        answering.delete(work, identifier)


@put(
    "/assessments/{identifier:str}/about",
    opt=needs(Step.ASSESSMENT_ANSWER) | takes(AboutAnswers) | guarded(),
    sync_to_thread=True,
)
def describe(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[Engagement]:
    """Say in which role the answers are given, and whether workers were asked."""
    about = taken(visit, body, AboutAnswers)
    with visit.writing() as work:
        before, _ = answering.opened(work, identifier)
        hold(visit, before.revision)
        after = answering.describe(
            work, identifier, answered_by=about.answered_by, workers_consulted=about.workers_consulted
        )
    return Response(after, headers={"ETag": etag(after.revision)})


@put(
    "/assessments/{identifier:str}/sections/{section:str}/people",
    opt=needs(Step.ASSESSMENT_GIVE) | takes(Given),
    status_code=HTTPStatus.NO_CONTENT,
    sync_to_thread=True,
)
def give(visit: NamedDependency[Visit], identifier: Identifier, section: Name, body: RawBody) -> None:
    """Give a section to colleagues, in the place of those it was given to before."""
    wanted = taken(visit, body, Given)
    with visit.writing() as work:
        colleagues.give(work, identifier, section, wanted.people)


@get("/assessments/{identifier:str}/check", opt=needs(Step.ASSESSMENT_SEE), sync_to_thread=True)
def check(visit: NamedDependency[Visit], identifier: Identifier) -> Check:
    """Return everything that is missing or wrong, each with its place and the way out."""
    with visit.reading() as work:
        return Check(problems=handing_in.hindrances(work, answering.opened(work, identifier)))


@put(
    "/assessments/{identifier:str}/preparer",
    opt=needs(Step.ASSESSMENT_SUBMIT) | takes(Preparer),
    sync_to_thread=True,
)
def helped(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Preparer:
    """Say, before handing in, who helped to fill in the form; reviewers read it, and no copy that travels holds it."""
    wanted = taken(visit, body, Preparer)
    with visit.writing() as work:
        return preparing.say(work, identifier, wanted)


@post(
    "/assessments/{identifier:str}/submission",
    opt=needs(Step.ASSESSMENT_SUBMIT) | guarded() | costly(),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def submit(visit: NamedDependency[Visit], identifier: Identifier) -> Response[Engagement]:
    """Hand an assessment in: its answers are closed, its result is sealed, its plan is drawn up."""
    with visit.writing() as work:
        before, _ = answering.opened(work, identifier)
        hold(visit, before.revision)
        after = handing_in.submit(work, identifier).engagement
    return Response(after, headers={"ETag": etag(after.revision)})


ROUTES = (assessments, begin, assessment, remove, describe, give, check, helped, submit)
