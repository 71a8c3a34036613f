"""A partner answers behind its link: section by section or in a workbook, looks at it all, and hands in."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.auth import open_to_all
from api.awaited import file
from api.form import file_of, told_of, words_of
from api.guest import Guest
from api.page import rendered
from api.pages.answering import given_of
from api.pages.partner import sharing_of
from api.part import Asked
from api.security import costly
from api.upload import UPLOAD, UPLOADS, bytes_of
from api.visit import to
from duediligence.chain.request import MONTHS, What
from duediligence.chain.words import sentence
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.workflow import partner_answering, partner_workbook
from duediligence.workflow.ordering import Made
from duediligence.workflow.partner_answering import Draft, Saved
from questionnaires.questionnaire import Section
from questionnaires.response import Answer
from questionnaires.text import LANGUAGES, say

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Tried(NamedTuple):
    """A page of answers that was sent, and what came of it."""

    given: dict[str, Answer]
    saved: Saved


@get("/partner/{secret:str}/sections/{section:str}", opt=open_to_all(), sync_to_thread=True)
def questions(guest: NamedDependency[Guest], secret: FromPath[str], section: FromPath[str]) -> Response[str] | Redirect:
    """Return the questions of a section; with `X-Part: questions` the questions alone."""
    draft = _opened(guest, secret)
    if draft is None:
        return to(f"/partner/{secret}")
    return _questions(guest, secret, draft, _section(draft, section), None)


@post("/partner/{secret:str}/sections/{section:str}", opt=open_to_all(), status_code=HTTPStatus.OK, sync_to_thread=True)
def save(
    guest: NamedDependency[Guest],
    secret: FromPath[str],
    section: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[str] | Redirect:
    """Save what was answered on a page and lead to the next section, or one answer and say so in its place."""
    with guest.writing() as work:
        draft = partner_answering.draft(work, secret, guest.key)
        asked = _section(draft, section)
        given, base = given_of(form, asked)
        saved = partner_answering.save(work, draft, given, base)
    if guest.part == "saved":
        return _one_saved(guest, saved, words_of(form, "question"))
    if saved.problems or saved.conflicts:
        return _questions(guest, secret, saved.draft, asked, _Tried(given, saved))
    return to(_next(secret, saved.draft, section))


@get("/partner/{secret:str}/check", opt=open_to_all(), sync_to_thread=True)
def check(guest: NamedDependency[Guest], secret: FromPath[str]) -> Response[str] | Redirect:
    """Return everything that was answered, and the way to hand it in."""
    draft = _opened(guest, secret)
    return _check(guest, secret, draft, {}, ()) if draft else to(f"/partner/{secret}")


@post("/partner/{secret:str}/check", opt=open_to_all() | costly(2), status_code=HTTPStatus.OK, sync_to_thread=True)
def hand_in(
    guest: NamedDependency[Guest], secret: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Hand in and share what was chosen; what keeps it from being handed in is listed."""
    typed = {name: words_of(form, name) for name in ("answered_by", "what", "months")}
    with guest.reading() as work:
        draft = partner_answering.draft(work, secret, guest.key)
    if typed["what"] not in ("nothing", *What):
        return _check(guest, secret, draft, typed, [("what", say(sentence("consent_what_missing"), guest.language))])
    sharing = sharing_of(form)
    try:
        with guest.writing() as work:
            partner_answering.hand_in(work, secret, guest.key, typed["answered_by"], sharing)
    except Unfit as error:
        return _check(guest, secret, draft, typed, told_of(error.problems, guest.language))
    return to(f"/partner/{secret}")


@get("/partner/{secret:str}/workbook", opt=open_to_all() | costly(), sync_to_thread=True)
def workbook(
    guest: NamedDependency[Guest], secret: FromPath[str], lang: FromQuery[str] = ""
) -> Response[str] | Response[bytes] | Redirect:
    """Return the answers as a workbook in a language; without one, the page from which it is taken and sent back."""
    draft = _opened(guest, secret)
    if draft is None:
        return to(f"/partner/{secret}")
    if lang in LANGUAGES:
        return file(Made(f"partner-{lang}.xlsx", XLSX, partner_workbook.written(draft, lang)))
    return _workbook(guest, secret, draft, ())


@post(
    "/partner/{secret:str}/workbook",
    opt=open_to_all() | costly(2),
    guards=[UPLOADS],
    request_max_body_size=UPLOAD,
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def send(guest: NamedDependency[Guest], secret: FromPath[str], form: NamedDependency[FormMultiDict]) -> Response[str]:
    """Take the answers of a workbook and show what changed by it."""
    upload = file_of(form, "file")
    with guest.reading() as work:
        draft = partner_answering.draft(work, secret, guest.key)
    if upload is None:
        return _workbook(guest, secret, draft, [("file", guest.told("document.file_needed"))])
    try:
        with guest.writing() as work:
            taken = partner_workbook.take(work, secret, guest.key, bytes_of(upload))
    except Unfit as error:
        wrong = [("file", say(one.detail, guest.language)) for one in error.problems]
        return _workbook(guest, secret, draft, wrong)
    return guest.page("partner/workbook_taken.html", {"secret": secret, "taken": taken})


def _opened(guest: Guest, secret: str) -> Draft | None:
    """Return the answers that are being given; None where the page of the link says why there are none."""
    with guest.reading() as work:
        try:
            return partner_answering.draft(work, secret, guest.key)
        except (NotFound, NotAllowed, WrongMoment):
            return None


def _section(draft: Draft, identifier: str) -> Section:
    """Return a section with the questions that are asked over a link alone."""
    found = next((one for one in draft.book.questionnaire.sections if one.id == identifier), None)
    if found is None:
        raise NotFound("The form has no such section.")
    return found


def _questions(guest: Guest, secret: str, draft: Draft, section: Section, tried: _Tried | None) -> Response[str]:
    given, saved = tried or ({}, None)
    guest.invited_in(draft.door.request.language)
    language = guest.language
    faults = {one.question: say(one.detail, language) for one in saved.problems} if saved else {}
    clashes = {one.question for one in saved.conflicts} if saved else set()
    faults |= dict.fromkeys(clashes, guest.told("answering.changed_by_other"))
    answers = draft.response.sheet.response.answers
    asked = [one for one in draft.questions if draft.book.section[one.id] == section.id]
    rows = tuple(
        Asked(
            question=one,
            number=place,
            of=len(asked),
            answer=given.get(one.id, Answer()) if one.id in faults else answers.get(one.id, Answer()),
            saved=draft.response.changed if one.id in answers else None,
            error=faults.get(one.id, ""),
            seen_by=guest.told("partner.seen_by_you"),
        )
        for place, one in enumerate(asked, start=1)
    )
    if guest.part == "questions":
        return Response(rendered("questions_part.html", language, {"rows": rows}), media_type="text/html")
    facts = {
        "secret": secret,
        "draft": draft,
        "section": section,
        "rows": rows,
        "problems": [(row.question.id, row.error) for row in rows if row.error],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    return guest.page("partner/questions.html", facts, status=status)


def _one_saved(guest: Guest, saved: Saved, question: str) -> Response[str]:
    """Return the line beside one question that says what came of its answer."""
    facts: dict[str, object] = {"now": guest.now, "refused": "", "conflict": None, "attached": None}
    status = HTTPStatus.OK
    draft = saved.draft
    if saved.problems:
        facts["refused"] = say(saved.problems[0].detail, guest.language)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    elif saved.conflicts:
        asked = draft.book.questions[draft.book.row[question]]
        facts |= {"conflict": saved.conflicts[0], "question": asked, "revision": draft.response.revision}
        facts["by"] = guest.told("partner.other_device")
        status = HTTPStatus.CONFLICT
    headers = {"X-Revision": str(draft.response.revision)}
    if saved.reshaped:
        headers["X-Changed"] = "questions"
    words = rendered("saved_part.html", guest.language, facts)
    return Response(words, status_code=status, media_type="text/html", headers=headers)


def _next(secret: str, draft: Draft, section: str) -> str:
    """Return where to go after a section: the next of which something is asked, or the check of all answers."""
    order = [each.id for each in draft.book.questionnaire.sections]
    open_ones = partner_answering.by_section(draft)
    later = [each for each in order[order.index(section) + 1 :] if each in open_ones]
    return f"/partner/{secret}/sections/{later[0]}" if later else f"/partner/{secret}/check"


def _check(
    guest: Guest, secret: str, draft: Draft, typed: dict[str, str], wrong: Sequence[tuple[str, str]]
) -> Response[str]:
    guest.invited_in(draft.door.request.language)
    response = draft.response.sheet.response
    done = partner_answering.progress(response, draft.questions)
    facts = {
        "secret": secret,
        "draft": draft,
        "sections": [
            (section, [one for one in draft.questions if draft.book.section[one.id] == section.id])
            for section in draft.book.questionnaire.sections
        ],
        "answers": response.answers,
        "missing": done.asked - done.answered,
        "months": MONTHS,
        "typed": {"answered_by": response.scope.answered_by, "what": "", "months": str(MONTHS[-1])} | typed,
        "wrong": wrong,
    }
    return guest.page("partner/check.html", facts, status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)


def _workbook(guest: Guest, secret: str, draft: Draft, wrong: Sequence[tuple[str, str]]) -> Response[str]:
    guest.invited_in(draft.door.request.language)
    facts = {"secret": secret, "draft": draft, "wrong": wrong}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return guest.page("partner/workbook.html", facts, status=status)


ROUTES = (questions, save, check, hand_in, workbook, send)
