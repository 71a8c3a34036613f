"""The documents of a firm: added, decided on, described, tied to answers, opened, erased."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple, TypeAlias

import msgspec
from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.auth import needs
from api.form import all_of, day_of, file_of, words_of
from api.security import costly
from api.upload import UPLOAD, UPLOADS, bytes_of, kept, put_by
from api.visit import Visit, to
from duediligence.access import Step, Subject, may
from duediligence.assessment import codebook
from duediligence.engagement import Engagement, Stage
from duediligence.errors import Unfit
from duediligence.evidence import File, Link
from duediligence.file_name import disposition
from duediligence.store import engagement as engagements
from duediligence.store import organisation as organisations
from duediligence.workflow import answering, evidence
from duediligence.workflow.evidence import Typed, Waiting
from questionnaires.progress import asked
from questionnaires.text import Text, say

_LATELY = 25
"""Assessments that a document can be tied to, the last changed first."""

_SAFE = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, no-store"}
"""Whatever a file holds, a browser that shows it runs nothing and fetches nothing."""


_MEGA = 2**20
_DAYS = ("dated", "valid_until")

Wrong: TypeAlias = Sequence[tuple[str, str]]
"""What does not fit: the id of a field, and the words beside it."""


class _Tied(NamedTuple):
    """The answers of one assessment that a document stands for."""

    engagement: Engagement
    site: str
    questions: tuple[str, ...]  # their words


@get("/documents", opt=needs(Step.FILE_ADD), sync_to_thread=True)
def documents(visit: NamedDependency[Visit]) -> Response[str]:
    """Return the documents of the actor's firms."""
    with visit.reading() as work:
        rows, today = evidence.documents(work), work.day
    return visit.page("documents.html", {"rows": rows, "today": today, "size": _size})


@get("/documents/new", opt=needs(Step.FILE_ADD), sync_to_thread=True)
def new(visit: NamedDependency[Visit]) -> Response[str]:
    """Return the page on which a document is added."""
    return _new(visit, FormMultiDict(), ())


@post(
    "/documents/new",
    opt=needs(Step.FILE_ADD) | costly(2),
    guards=[UPLOADS],
    request_max_body_size=UPLOAD,
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def add(visit: NamedDependency[Visit], form: NamedDependency[FormMultiDict]) -> Response[str] | Redirect:
    """Keep a document and lead to it; one about which something must be decided first waits on a page of its own."""
    upload = file_of(form, "file")
    if upload is None:
        return _new(visit, form, [("file", visit.told("document.file_needed"))])
    with visit.reading() as work:
        firms = evidence.firms(work, Step.FILE_ADD)
        organisation = words_of(form, "organisation") or firms[0]
        evidence.admit(work, organisation)
    try:
        screened = evidence.looked_through(visit.installation.settings, bytes_of(upload), upload.filename)
    except Unfit as error:
        return _new(visit, form, [("file", say(one.detail, visit.language)) for one in error.problems])
    one = Waiting(organisation=organisation, screened=screened, typed=_typed(form), then="/documents")
    if screened.asks or _wrong_days(visit, one.typed):
        return to(put_by(visit, one))
    try:
        return to(f"/documents/{kept(visit, one).id}")
    except Unfit:
        return to(put_by(visit, one))  # the page says why, and the file need not be sent again


@get("/documents/waiting/{name:str}", opt=needs(Step.FILE_ADD), sync_to_thread=True)
def waiting(visit: NamedDependency[Visit], name: FromPath[str]) -> Response[str]:
    """Return what a file asks before it is kept."""
    with visit.reading() as work:
        one = evidence.waits(work, name)
    return visit.page("document_waiting.html", _waiting(visit, one, _wrong_days(visit, one.typed)))


@post(
    "/documents/waiting/{name:str}", opt=needs(Step.FILE_ADD) | costly(), status_code=HTTPStatus.OK, sync_to_thread=True
)
def decide(
    visit: NamedDependency[Visit], name: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Keep a file that waits, or remove it, and go on to where it came from."""
    with visit.reading() as work:
        one = evidence.waits(work, name)
    settings = visit.installation.settings
    if words_of(form, "decision") != "keep":
        evidence.give_up(settings, one, name)
        return to(one.then or "/documents")
    one = msgspec.structs.replace(one, typed=_typed(form))
    wrong = _wrong_days(visit, one.typed)
    if not wrong:
        try:
            kept(visit, one, confirmed=True)
        except Unfit as error:
            faults = ((each.where if each.where in _DAYS else _DAYS[0], each.detail) for each in error.problems)
            wrong = [(where, say(words, visit.language)) for where, words in faults]
        else:
            evidence.give_up(settings, one, name)
            return to(one.then or "/documents")
    return visit.page("document_waiting.html", _waiting(visit, one, wrong), wrong=wrong)


@get("/documents/{identifier:str}", opt=needs(Step.FILE_ADD), sync_to_thread=True)
def document(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return one document: what it is, what it stands for, and what can be done with it."""
    return _document(visit, identifier, ())


@post("/documents/{identifier:str}", opt=needs(Step.FILE_ADD), status_code=HTTPStatus.OK, sync_to_thread=True)
def describe(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Keep the dates of a document, and whether reviewers may open it."""
    typed = _typed(form)
    wrong = _wrong_days(visit, typed)
    if not wrong:
        try:
            with visit.writing() as work:
                evidence.describe(
                    work,
                    identifier,
                    dated=day_of(typed.dated),
                    valid_until=day_of(typed.valid_until),
                    shared=typed.shared,
                )
        except Unfit as error:
            wrong = [(one.where, say(one.detail, visit.language)) for one in error.problems]
        else:
            return to(f"/documents/{identifier}")
    return _document(visit, identifier, wrong, typed)


@get("/documents/{identifier:str}/content", opt=needs(Step.FILE_ADD), sync_to_thread=True)
def content(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[bytes]:
    """Return a document of the actor's firm, to be saved and not shown."""
    with visit.reading() as work:
        file = evidence.document(work, identifier).file
    return sent(visit, file)


@get("/assessments/{engagement:str}/documents/{identifier:str}", opt=needs(Step.REVIEW_SEE), sync_to_thread=True)
def shared(visit: NamedDependency[Visit], engagement: FromPath[str], identifier: FromPath[str]) -> Response[bytes]:
    """Return a document that a firm shares with the reviewers of an assessment."""
    with visit.writing() as work:
        file = evidence.opened_in_review(work, engagement, identifier)
    return sent(visit, file)


@get("/documents/{identifier:str}/answers", opt=needs(Step.FILE_ADD), sync_to_thread=True)
def answers(visit: NamedDependency[Visit], identifier: FromPath[str], assessment: FromQuery[str] = "") -> Response[str]:
    """Return the answers of an assessment that a document may stand for; without one, the choice among them."""
    with visit.reading() as work:
        found = evidence.document(work, identifier)
        rows = [
            row
            for row in answering.mine(work, limit=_LATELY)
            if row.engagement.organisation == found.file.organisation and row.engagement.stage in evidence.OPEN
        ]
        opened = answering.opened(work, assessment) if assessment else None
    sections = []
    tied = {link.question for link in found.links if link.engagement == assessment}
    if opened:
        book = codebook(opened.engagement.questionnaire, opened.engagement.questionnaire_version)
        open_ones = tied.union(asked(book, opened.response))
        sections = [
            (section, [each for each in section.questions if each.id in open_ones])
            for section in book.questionnaire.sections
        ]
    facts = {
        "file": found.file,
        "rows": rows,
        "assessment": opened,
        "sections": [(section, questions) for section, questions in sections if questions],
        "tied": tied,
        "fixed": bool(opened and opened.engagement.stage is not Stage.ANSWERING),
    }
    return visit.page("document_answers.html", facts)


@post("/documents/{identifier:str}/answers", opt=needs(Step.FILE_ADD), sync_to_thread=True)
def tie(visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]) -> Redirect:
    """Let a document stand for the answers that were ticked."""
    with visit.writing() as work:
        evidence.tie(work, identifier, words_of(form, "assessment"), all_of(form, "question"))
    return to(f"/documents/{identifier}")


@post("/documents/{identifier:str}/erase", opt=needs(Step.FILE_ERASE), status_code=HTTPStatus.OK, sync_to_thread=True)
def erase(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Erase a document for a reason that stays on record."""
    try:
        with visit.writing() as work:
            gone = evidence.erase(work, identifier, words_of(form, "reason"))
    except Unfit as error:
        wrong = [("reason", say(one.detail, visit.language)) for one in error.problems]
        return _document(visit, identifier, wrong, reason=words_of(form, "reason"))
    with visit.writing() as work:
        evidence.discard(work, gone)
    return to(f"/documents/{identifier}")


def _new(visit: Visit, form: FormMultiDict, wrong: Wrong) -> Response[str]:
    with visit.reading() as work:
        firms = organisations.load_many(work.connection, evidence.firms(work, Step.FILE_ADD))
    facts = {
        "firms": [(firm.id, firm.name) for firm in firms],
        "firm": words_of(form, "organisation"),
        "typed": _typed(form),
        "wrong": wrong,
    }
    return visit.page("document_new.html", facts, wrong=wrong)


def _waiting(visit: Visit, one: Waiting, wrong: Wrong) -> dict[str, object]:
    language = visit.language
    with visit.reading() as work:
        about = engagements.load(work.connection, one.engagement) if one.engagement else None
    return {
        "name": one.screened.name,
        "asks": [say(problem.detail, language) for problem in one.screened.asks],
        "question": say(_question(about, one.question), language) if about else "",
        "typed": one.typed,
        "wrong": wrong,
    }


def _document(
    visit: Visit, identifier: str, wrong: Wrong, typed: Typed | None = None, reason: str = ""
) -> Response[str]:
    with visit.reading() as work:
        found = evidence.document(work, identifier)
        sites = {one.id: organisations.load_site(work.connection, one.site).name for one in found.engagements}
        today = work.day
    file, told = found.file, visit.told
    as_kept = Typed(
        dated=told.short_day(file.dated) if file.dated else "",
        valid_until=told.short_day(file.valid_until) if file.valid_until else "",
        shared=file.shared,
    )
    facts = {
        "file": file,
        "size": _size(file.size),
        "tied": [_tied(visit, one, sites[one.id], found.links) for one in found.engagements],
        "typed": typed or as_kept,
        "reason": reason,
        "wrong": wrong,
        "today": today,
        "may_erase": may(visit.actor, Step.FILE_ERASE, Subject(organisation=file.organisation)),
    }
    return visit.page("document.html", facts, wrong=wrong)


def _tied(visit: Visit, one: Engagement, site: str, links: Sequence[Link]) -> _Tied:
    words = tuple(say(_question(one, link.question), visit.language) for link in links if link.engagement == one.id)
    return _Tied(one, site, words)


def _question(one: Engagement, identifier: str) -> Text:
    book = codebook(one.questionnaire, one.questionnaire_version)
    return book.questions[book.row[identifier]].text


def sent(visit: Visit, file: File) -> Response[bytes]:
    """Return the bytes of a document, to be saved and not shown."""
    data = evidence.content(visit.installation.settings, file)
    headers = _SAFE | {"Content-Disposition": disposition(file.name)}
    return Response(data, media_type=file.media_type, headers=headers)


def _typed(form: FormMultiDict) -> Typed:
    return Typed(
        dated=words_of(form, "dated"),
        valid_until=words_of(form, "valid_until"),
        shared=words_of(form, "shared") != "no",
    )


def _wrong_days(visit: Visit, typed: Typed) -> Wrong:
    """Return what is wrong with the days as they were typed; a day may be left out."""
    told = visit.told
    days = {"dated": typed.dated, "valid_until": typed.valid_until}
    return [(field, told("answering.day_needed")) for field, words in days.items() if words and not day_of(words)]


def _size(count: int) -> tuple[int, str]:
    """Return a number of bytes as people read it: rounded, with the name of its unit."""
    return (max(1, round(count / 1024)), "kb") if count < _MEGA else (round(count / _MEGA), "mb")


ROUTES = (documents, new, add, waiting, decide, document, describe, content, shared, answers, tie, erase)
