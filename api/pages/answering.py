"""A firm answers: its assessments, one assessment as a list of tasks, a section as questions, and handing in."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import needs
from api.form import answers, day_of, words_of
from api.page import rendered
from api.pages.colleagues import around
from api.part import Asked, Task
from api.translation import Words
from api.upload import UPLOAD, UPLOADS, Came, attach, links_beside, refusal
from api.visit import Visit, to
from duediligence.access import Step, may
from duediligence.assessment import codebook
from duediligence.engagement import Engagement, Stage
from duediligence.errors import NotFound, Unfit
from duediligence.store import engagement as engagements
from duediligence.store import organisation as organisations
from duediligence.workflow import answering
from duediligence.workflow.answering import Beginning, Opened
from duediligence.workflow.drafting import Saved, drafted, keep
from questionnaires.codebook import Codebook
from questionnaires.problem import Problem
from questionnaires.progress import asked, by_section
from questionnaires.questionnaire import AnyQuestion, Section
from questionnaires.response import Answer
from questionnaires.text import say

PAGE = 25
"""Rows of a list at a time."""


class _Form(NamedTuple):
    """A section as it is answered now."""

    opened: Opened
    section: Section
    questions: tuple[AnyQuestion, ...]  # those that are asked


@get("/assessments", opt=needs(Step.ASSESSMENT_SEE), sync_to_thread=True)
def assessments(visit: NamedDependency[Visit]) -> Response[str]:
    """Return the assessments of the actor's firm."""
    with visit.reading() as work:
        found = answering.mine(work, limit=PAGE)
        may_begin = bool(answering.firms(work))
    facts = {"rows": found, "may_begin": may_begin, "may_share": may(visit.actor, Step.ASSESSMENT_SHARE)}
    return visit.page("assessments.html", facts)


@get("/assessments/new", opt=needs(Step.ASSESSMENT_BEGIN), sync_to_thread=True)
def new(visit: NamedDependency[Visit]) -> Response[str]:
    """Return the page on which an assessment is begun."""
    return _beginning(visit, FormMultiDict(), ())


@post("/assessments/new", opt=needs(Step.ASSESSMENT_BEGIN), status_code=HTTPStatus.OK, sync_to_thread=True)
def begin(
    visit: NamedDependency[Visit],
    form: NamedDependency[FormMultiDict],
) -> Response[str] | Redirect:
    """Begin an assessment and lead to it; what does not fit is shown beside its field."""
    begins, ends = day_of(words_of(form, "begins")), day_of(words_of(form, "ends"))
    told = visit.told
    wrong = [
        (field, told("answering.day_needed")) for field, day in (("begins", begins), ("ends", ends)) if day is None
    ]
    if not words_of(form, "site"):
        wrong.insert(0, ("site", told("answering.site_needed")))
    if begins and ends and not wrong:
        wanted = Beginning(
            site=words_of(form, "site"),
            begins=begins,
            ends=ends,
            rehearsal=words_of(form, "rehearsal") == "yes",
            carry_from=words_of(form, "carry_from"),
        )
        try:
            with visit.writing() as work:
                one = answering.begin(work, wanted)
        except Unfit as error:
            wrong = _told(error.problems, told)
        else:
            return to(f"/assessments/{one.id}")
    return _beginning(visit, form, wrong)


@get("/assessments/{identifier:str}", opt=needs(Step.ASSESSMENT_SEE), sync_to_thread=True)
def tasks(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
) -> Response[str]:
    """Return an assessment as a list of sections, each with how far it is."""
    with visit.reading() as work:
        found = answering.opened(work, identifier)
        waiting = engagements.to_confirm(work.connection, identifier)
        beside = around(visit, work, found.engagement)
    one, response = found
    book = codebook(one.questionnaire, one.questionnaire_version)
    done = by_section(book, response)
    language = visit.language
    rows = tuple(
        Task(
            title=say(section.title, language),
            address=f"/assessments/{one.id}/sections/{section.id}",
            done=done[section.id].answered if section.id in done else 0,
            asked=done[section.id].asked if section.id in done else 0,
            look=sum(book.section[question] == section.id for question in waiting),
            hint=beside.hints.get(section.id, ""),
        )
        for section in book.questionnaire.sections
    )
    facts = {
        "one": one,
        "scope": response.scope,
        "tasks": rows,
        "done": sum(row.done for row in rows),
        "asked": sum(row.asked for row in rows),
        "answering": one.stage is Stage.ANSWERING,
        "beside": beside,
    }
    return visit.page("tasks.html", facts)


@get("/assessments/{identifier:str}/sections/{section:str}", opt=needs(Step.ASSESSMENT_SEE), sync_to_thread=True)
def questions(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    section: FromPath[str],
) -> Response[str]:
    """Return the questions of a section; with `X-Part: questions` the questions alone."""
    with visit.reading() as work:
        found = _section(answering.opened(work, identifier), section)
        waiting = engagements.to_confirm(work.connection, identifier)
    return _questions(visit, found, waiting, {})


@post(
    "/assessments/{identifier:str}/sections/{section:str}",
    opt=needs(Step.ASSESSMENT_ANSWER),
    guards=[UPLOADS],
    request_max_body_size=UPLOAD,
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def save(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    section: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[str] | Redirect:
    """Save what was answered on a page and lead to the next section, or one answer and say so in its place."""
    with visit.writing() as work:
        draft = drafted(work, identifier)
        given, base = given_of(form, _section_of(draft.book, section))
        saved = keep(work, draft, given, base)
    # Whoever saves answer by answer stays with the section.
    here = f"/assessments/{identifier}/sections/{section}"
    following = here if visit.part == "saved" else _next(saved, draft.book, section)
    shown = [one for one in _section_of(draft.book, section).questions if one.id in given]
    came = Came(saved, attach(visit, saved.engagement, form, shown, following))
    if visit.part == "saved":
        return _one_saved(visit, draft.book, words_of(form, "question"), came)
    if not saved.problems and not saved.conflicts and not any(one.problems for one in came.attached.values()):
        return to(next((one.waiting for one in came.attached.values() if one.waiting), following))
    with visit.reading() as work:
        found = _section(answering.opened(work, identifier), section)
        waiting = engagements.to_confirm(work.connection, identifier)
    return _questions(visit, found, waiting, given, came)


@post("/assessments/{identifier:str}/delete", opt=needs(Step.ASSESSMENT_DELETE), sync_to_thread=True)
def delete(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
) -> Redirect:
    """Delete an assessment that was never handed in."""
    with visit.writing() as work:
        answering.delete(work, identifier)
    return to("/assessments")


def _beginning(visit: Visit, form: FormMultiDict, wrong: Sequence[tuple[str, str]]) -> Response[str]:
    with visit.reading() as work:
        sites = tuple(site for firm in answering.firms(work) for site in organisations.sites(work.connection, firm))
        earlier = [row for row in answering.mine(work, limit=PAGE) if not row.engagement.rehearsal]
    return visit.page(
        "begin.html",
        {
            "sites": [(site.id, site.name) for site in sites],
            "earlier": earlier,
            "typed": {name: words_of(form, name) for name in ("site", "begins", "ends", "rehearsal", "carry_from")},
            "wrong": wrong,
        },
        wrong=wrong,
    )


def _section(found: Opened, identifier: str) -> _Form:
    one, response = found
    book = codebook(one.questionnaire, one.questionnaire_version)
    section = _section_of(book, identifier)
    open_ones = set(asked(book, response))
    return _Form(found, section, tuple(each for each in section.questions if each.id in open_ones))


def _section_of(book: Codebook, identifier: str) -> Section:
    section = next((each for each in book.questionnaire.sections if each.id == identifier), None)
    if section is None:
        raise NotFound("The form has no such section.")
    return section


def given_of(form: FormMultiDict, section: Section) -> tuple[dict[str, Answer], int]:
    """Return what was answered, and the revision it was answered on; a decided conflict is of the newer one."""
    given = answers(form, section.questions)
    revision = words_of(form, "revision")
    base = int(revision) if revision.isascii() and revision.isdigit() else 0
    match words_of(form, "keep").split(":"):
        case ["mine", question, newer] if newer.isdigit():
            return {question: given[question]} if question in given else {}, int(newer)
        case ["theirs", _, newer] if newer.isdigit():
            return {}, int(newer)
    only = words_of(form, "question")
    return ({only: given[only]} if only in given else {}) if only else given, base


def _questions(
    visit: Visit,
    found: _Form,
    waiting: tuple[str, ...],
    given: dict[str, Answer],
    came: Came | None = None,
) -> Response[str]:
    told, language = visit.told, visit.language
    saved, attached = came or (None, {})
    faults = {question: refusal(one, told) for question, one in attached.items() if one.problems}
    faults |= {problem.question: say(problem.detail, language) for problem in saved.problems} if saved else {}
    clashes = {one.question for one in saved.conflicts} if saved else set()
    faults |= dict.fromkeys(clashes, told("answering.changed_by_other"))
    response = found.opened.response
    files = links_beside(visit, found.opened.engagement, attached)
    rows = tuple(
        Asked(
            question=one,
            number=place,
            of=len(found.questions),
            answer=given.get(one.id, Answer()) if one.id in faults else response.answers.get(one.id, Answer()),
            saved=response.updated if one.id in response.answers else None,
            error=faults.get(one.id, ""),
            carried=one.id in waiting,
            helps=_helps(found.opened.engagement, one, language),
            files=files.get(one.id, ()),
        )
        for place, one in enumerate(found.questions, start=1)
    )
    facts = {
        "one": found.opened.engagement,
        "section": found.section,
        "rows": rows,
        "problems": [(row.question.id, row.error) for row in rows if row.error],
        "locked": found.opened.engagement.stage is not Stage.ANSWERING,
    }
    if visit.part == "questions":
        return Response(rendered("questions_part.html", language, facts), media_type="text/html")
    return visit.page("questions.html", facts, wrong=faults)


def _one_saved(visit: Visit, book: Codebook, question: str, came: Came) -> Response[str]:
    """Return the line beside one question that says what came of its answer, and of a file beside it."""
    saved, attached = came.saved, came.attached.get(question)
    facts: dict[str, object] = {"now": visit.now, "refused": "", "conflict": None, "attached": attached}
    status = HTTPStatus.OK
    if saved.problems:
        facts["refused"] = say(saved.problems[0].detail, visit.language)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    elif attached and attached.problems:
        facts["refused"] = refusal(attached, visit.told)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    elif saved.conflicts:
        facts |= {
            "conflict": saved.conflicts[0],
            "question": book.questions[book.row[question]],
            "revision": saved.engagement.revision,
        }
        status = HTTPStatus.CONFLICT
    headers = {"X-Revision": str(saved.engagement.revision)}
    if saved.reshaped:
        headers["X-Changed"] = "questions"
    words = rendered("saved_part.html", visit.language, facts)
    return Response(words, status_code=status, media_type="text/html", headers=headers)


def _next(saved: Saved, book: Codebook, section: str) -> str:
    """Return where to go after a section: the next of which something is asked, or the check of all answers."""
    order = [each.id for each in book.questionnaire.sections]
    open_ones = by_section(book, saved.response)
    later = [each for each in order[order.index(section) + 1 :] if each in open_ones]
    place = f"/assessments/{saved.engagement.id}"
    return f"{place}/sections/{later[0]}" if later else f"{place}/check"


def _helps(one: Engagement, question: AnyQuestion, language: str) -> tuple[str, ...]:
    form = codebook(one.questionnaire, one.questionnaire_version).questionnaire
    labels = {kind.id: say(kind.label, language) for kind in form.evidence_kinds}
    return tuple(labels[kind] for kind in question.evidence)


def _told(problems: tuple[Problem, ...], told: Words) -> list[tuple[str, str]]:
    return [(problem.where, say(problem.detail, told.language)) for problem in problems]


ROUTES = (assessments, new, begin, tasks, questions, save, delete)
