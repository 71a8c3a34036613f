"""The answers of an assessment, read as a whole and changed one by one."""

from http import HTTPStatus

import msgspec
from litestar import Response as Reply
from litestar import get, patch
from litestar.di import NamedDependency
from litestar.params import RawBody

from api.auth import needs
from api.problems import MEDIA_TYPE, ProblemDocument, problem_of
from api.v1.contract import Identifier, also, etag, guarded, marked, named, shown, stale, taken, takes
from api.visit import Visit
from duediligence.access import Step
from duediligence.errors import Unfit, WrongMoment
from duediligence.workflow import answering
from duediligence.workflow.drafting import Conflict, Saved
from questionnaires.response import Answer, Response


class Changes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answers by question; an empty one (`{}`) takes the answer away, others stay as they are."""

    answers: dict[str, Answer]


class Kept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is kept now."""

    revision: int
    answered: int
    asked: int
    kept: tuple[str, ...]  # questions


class NotAllKept(ProblemDocument, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why some answers were not kept; those in `kept` were."""

    revision: int | None = None
    kept: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()  # answers that somebody else has changed


@get("/assessments/{identifier:str}/answers", opt=needs(Step.ASSESSMENT_SEE) | marked(), sync_to_thread=True)
def answers(visit: NamedDependency[Visit], identifier: Identifier) -> Reply[Response]:
    """Return the answers; protected ones are among them only for those who may read them."""
    with visit.reading() as work:
        one, response = answering.opened(work, identifier)
    return shown(visit, response, one.revision)


@patch(
    "/assessments/{identifier:str}/answers",
    opt=needs(Step.ASSESSMENT_ANSWER)
    | takes(Changes)
    | guarded()
    | also(HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY, kind=NotAllKept),
    sync_to_thread=True,
)
def save(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Reply[Kept] | Reply[NotAllKept]:
    """Save answers that were written on the revision in `If-Match`.

    What somebody else changed since then is looked at answer by answer: only where
    both changed the same one, it is not kept but shown as a conflict. To decide one,
    send the answer again on the revision that came with it. What does not fit its
    question is listed; all other answers are kept.
    """
    given = taken(visit, body, Changes).answers
    with visit.writing() as work:
        one, _ = answering.opened(work, identifier)
        base = int(named(visit).strip('"'))
        if base > one.revision:
            raise stale()
        saved = answering.save(work, identifier, given, base)
    if saved.problems or saved.conflicts:
        return _in_part(visit, saved)
    after = saved.engagement
    kept = Kept(revision=after.revision, answered=after.answered, asked=after.asked, kept=saved.kept)
    return Reply(kept, headers={"ETag": etag(after.revision)})


def _in_part(visit: Visit, saved: Saved) -> Reply[NotAllKept]:
    error = Unfit(saved.problems) if saved.problems else WrongMoment("Somebody else has changed the same answers.")
    document = NotAllKept(
        **msgspec.structs.asdict(problem_of(visit.request, error)) | {"detail": visit.told("problem.kept_in_part_way")},
        revision=saved.engagement.revision,
        kept=saved.kept,
        conflicts=saved.conflicts,
    )
    headers = {"ETag": etag(saved.engagement.revision)}
    return Reply(document, status_code=document.status, media_type=MEDIA_TYPE, headers=headers)


ROUTES = (answers, save)
