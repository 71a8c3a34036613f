"""Files that come with a form: how much they may weigh, and what becomes of those sent beside an answer.

A section of questions is posted answer by answer, nearly always without a file.
Its route therefore costs what a request weighs, and not a fixed price.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from litestar.datastructures import FormMultiDict, UploadFile
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from api.form import day_of, file_of
from api.part import Link
from api.security import AnyConnection, Limits, network
from api.translation import Words
from api.visit import Visit
from duediligence.engagement import Engagement
from duediligence.errors import Unfit
from duediligence.evidence import File, Upload
from duediligence.file_name import shown
from duediligence.screening.screen import MOST_BYTES
from duediligence.workflow import evidence
from duediligence.workflow.drafting import Saved
from duediligence.workflow.evidence import Typed, Waiting
from questionnaires.problem import Problem
from questionnaires.questionnaire import AnyQuestion

UPLOAD = 25 * 2**20
"""Bytes that a request with a file may bring: the largest file, and a page of answers around it."""

_MEGABYTE = 10**6
_FREE = 200_000  # bytes: every page of answers without a file


class Attached(NamedTuple):
    """What became of a file that came beside an answer: it is kept, waits for a decision, or is refused."""

    name: str
    file: File | None = None
    waiting: str = ""  # the page on which it waits
    problems: tuple[Problem, ...] = ()


class Came(NamedTuple):
    """What came of a page of answers: of the answers, and of the files beside them, by question."""

    saved: Saved
    attached: dict[str, Attached]


def weighed(limits: Limits) -> Guard:
    """Return the guard of routes that take files: a request costs one token a megabyte.

    A request that does not say what it weighs counts as the heaviest.
    """

    async def guard(connection: AnyConnection, _: BaseRouteHandler) -> None:
        said = connection.headers.get("content-length", "")
        weight = int(said) if said.isascii() and said.isdecimal() else UPLOAD
        if weight > _FREE:
            person = getattr(connection.scope.get("user"), "person", "") or network(connection)
            limits.take(person, min(weight, UPLOAD) / _MEGABYTE, connection.scope["state"]["now"])

    return guard


UPLOADS = weighed(Limits(size=100, rate=0.5))
"""Twenty photographs at once, then one of them every ten seconds."""


def bytes_of(upload: UploadFile) -> bytes:
    """Return what a file holds; of one that is too big, no more than shows it."""
    return upload.file.read(MOST_BYTES + 1)


def attach(
    visit: Visit, one: Engagement, form: FormMultiDict, questions: Iterable[AnyQuestion], then: str
) -> dict[str, Attached]:
    """Return what became of the files that came beside answers, by question.

    Args:
        visit: who sent them.
        one: the engagement that was answered.
        form: as posted; a file is called `<question>.file`.
        questions: those that were on the page.
        then: the page to go on to from the last file that waits; each leads to the next.

    Raises:
        NotFound, NotAllowed, WrongMoment: nothing may be added to this assessment.
        Unavailable: the scanner or the place of files does not answer.
    """
    sent = [(question, upload) for question in questions if (upload := file_of(form, f"{question.id}.file"))]
    if not sent:
        return {}
    with visit.reading() as work:
        evidence.admit(work, one.organisation)
    done = {}
    for question, upload in reversed(sent):
        done[question.id] = _attached(visit, one, question, upload, then)
        then = done[question.id].waiting or then
    return dict(reversed(done.items()))


def kept(visit: Visit, one: Waiting, *, confirmed: bool = False) -> File:
    """Return a file that is kept from now on, and stands for its answer where there is one.

    Raises:
        NotFound, NotAllowed, WrongMoment: it may not be added.
        Unfit: something was not confirmed, the dates contradict, or there is no room.
        Unavailable: the place of files does not answer.
    """
    upload = Upload(
        organisation=one.organisation,
        by=visit.actor.person,
        at=visit.now,
        shared=one.typed.shared,
        dated=day_of(one.typed.dated),
        valid_until=day_of(one.typed.valid_until),
        confirmed=confirmed,
    )
    evidence.write(visit.installation.settings, one.organisation, one.screened)
    with visit.writing() as work:
        if one.question:
            return evidence.attach(work, one.screened, upload, one.engagement, one.question)
        return evidence.keep(work, one.screened, upload)


def put_by(visit: Visit, one: Waiting) -> str:
    """Return the page on which a file waits for a decision.

    Raises:
        Unavailable: the place of files does not take it.
    """
    with visit.reading() as work:
        return f"/documents/waiting/{evidence.put_by(work, one)}"


def links_beside(visit: Visit, one: Engagement, attached: Mapping[str, Attached]) -> dict[str, tuple[Link, ...]]:
    """Return the ways to the documents beside the answers of an assessment, by question, those that wait last."""
    with visit.reading() as work:
        kept_ones = evidence.beside(work, one)
    found = {
        question: tuple(Link(label=file.name, address=f"/documents/{file.id}") for file in files)
        for question, files in kept_ones.items()
    }
    for question, came in attached.items():
        if came.waiting:
            label = visit.told("document.undecided", name=came.name)
            found[question] = (*found.get(question, ()), Link(label=label, address=came.waiting))
    return found


def refusal(one: Attached, told: Words) -> str:
    """Return why a file was not kept, in one line."""
    reasons = " ".join(told.say(problem.detail) for problem in one.problems)
    return told("document.refused", name=one.name, reason=reasons)


def _attached(visit: Visit, one: Engagement, question: AnyQuestion, upload: UploadFile, then: str) -> Attached:
    try:
        screened = evidence.looked_through(visit.installation.settings, bytes_of(upload), upload.filename)
        waiting = Waiting(
            organisation=one.organisation,
            screened=screened,
            # What stands for a protected answer is the firm's alone until the firm decides otherwise.
            typed=Typed(shared=not question.protected),
            engagement=one.id,
            question=question.id,
            then=then,
        )
        if screened.asks:
            return Attached(screened.name, waiting=put_by(visit, waiting))
        return Attached(screened.name, file=kept(visit, waiting))
    except Unfit as error:
        return Attached(shown(upload.filename), problems=error.problems)
