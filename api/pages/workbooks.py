"""An assessment as a workbook: taken along, sent back, and its difference decided on before anything is taken.

Between the two requests the workbook waits on the server, sealed and for its
sender alone, rather than in the page: on a slow line it travels once. One that is long
enough to be read by a worker is looked at again once it was read.
"""

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
from api.awaited import awaited, file, waiting_page
from api.form import file_of, words_of
from api.security import costly
from api.upload import UPLOAD, UPLOADS, bytes_of
from api.visit import Visit, to
from duediligence.access import Step
from duediligence.errors import Unfit
from duediligence.job import Job
from duediligence.workflow import answering, exchange
from duediligence.workflow.exchange import Difference
from duediligence.workflow.ordering import Export, Import, Made
from questionnaires.merge import Change
from questionnaires.problem import Problem
from questionnaires.questionnaire import AnyQuestion, Section
from questionnaires.text import LANGUAGES, say
from questionnaires.workbook_reader import Reading

Wrong: TypeAlias = Sequence[tuple[str, str]]
"""What does not fit: the id of a field, and the words beside it."""


class _Row(NamedTuple):
    """An answer that the workbook changes."""

    question: AnyQuestion
    change: Change


@get("/assessments/{identifier:str}/workbook", opt=needs(Step.ASSESSMENT_ANSWER) | costly(), sync_to_thread=True)
def workbook(
    visit: NamedDependency[Visit], identifier: FromPath[str], lang: FromQuery[str] = "", protected: FromQuery[str] = ""
) -> Response[str] | Response[bytes]:
    """Return the workbook of an assessment in a language; without one, the page from which it is taken and sent."""
    if lang not in LANGUAGES:
        return _page(visit, identifier, ())
    found = awaited(visit, Export(engagement=identifier, language=lang, protected=protected == "yes"))
    if isinstance(found, Made):
        return file(found)
    return waiting_page(visit, found, f"/assessments/{identifier}/workbook")


@post(
    "/assessments/{identifier:str}/workbook",
    opt=needs(Step.ASSESSMENT_ANSWER) | costly(2),
    guards=[UPLOADS],
    request_max_body_size=UPLOAD,
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def send(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Take in a workbook and lead to what it would change; one that cannot be read is refused with the reasons."""
    upload = file_of(form, "file")
    if upload is None:
        return _page(visit, identifier, [("file", visit.told("document.file_needed"))])
    try:
        with visit.reading() as work:
            name = exchange.received(work, identifier, bytes_of(upload))
    except Unfit as error:
        return _page(visit, identifier, [("file", say(one.detail, visit.language)) for one in error.problems])
    return to(f"/assessments/{identifier}/workbook/{name}")


@get(
    "/assessments/{identifier:str}/workbook/{name:str}",
    opt=needs(Step.ASSESSMENT_ANSWER) | costly(),
    sync_to_thread=True,
)
def difference(visit: NamedDependency[Visit], identifier: FromPath[str], name: FromPath[str]) -> Response[str]:
    """Return what a workbook would change, question by question, or why it cannot be used."""
    reading = _read(visit, identifier, name)
    if isinstance(reading, Job):
        return waiting_page(visit, reading, f"/assessments/{identifier}/workbook")
    try:
        with visit.reading() as work:
            found = exchange.compared(work, identifier, reading)
    except Unfit as error:
        return _page(visit, identifier, [("file", say(one.detail, visit.language)) for one in error.problems])
    return _difference(visit, found, {}, ())


@post(
    "/assessments/{identifier:str}/workbook/{name:str}",
    opt=needs(Step.ASSESSMENT_ANSWER) | costly(),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def decide(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    name: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[str] | Redirect:
    """Take what a workbook changes, or leave it; what could not be taken is shown again."""
    if words_of(form, "decision") != "take":
        with visit.reading() as work:
            exchange.give_up(work, identifier, name)
        return to(f"/assessments/{identifier}")
    reading = _read(visit, identifier, name)
    if isinstance(reading, Job):
        return waiting_page(visit, reading, f"/assessments/{identifier}/workbook")
    revision = words_of(form, "revision")
    base = int(revision) if revision.isascii() and revision.isdigit() else 0
    with visit.reading() as work:  # comparing takes a moment, in which nobody should have to wait to write
        found = exchange.compared(work, identifier, reading)
    chosen = {change.question: words_of(form, change.question) for change in found.conflicts}
    if open_ones := [question for question, choice in chosen.items() if choice not in ("mine", "theirs")]:
        told = visit.told("workbook.undecided")
        return _difference(visit, found, chosen, [(question, told) for question in open_ones])
    with visit.writing() as work:
        theirs = [question for question, choice in chosen.items() if choice == "theirs"]
        saved = exchange.take(work, found, theirs, base)
    if saved.problems or saved.conflicts:
        return _left(visit, identifier, reading, saved.problems)
    with visit.reading() as work:
        exchange.give_up(work, identifier, name)
    return to(f"/assessments/{identifier}")


def _page(visit: Visit, identifier: str, wrong: Wrong) -> Response[str]:
    with visit.reading() as work:
        one, response = answering.opened(work, identifier, Step.ASSESSMENT_ANSWER)
    return visit.page("workbook.html", {"one": one, "scope": response.scope, "wrong": wrong}, wrong=wrong)


def _read(visit: Visit, identifier: str, name: str) -> Reading | Job:
    """Return what a workbook says, or the job that reads it."""
    with visit.reading() as work:
        reading = exchange.reading(work, identifier, name)
    if reading is not None:
        return reading
    found = awaited(visit, Import(engagement=identifier, name=name))
    return msgspec.json.decode(found.data, type=Reading) if isinstance(found, Made) else found


def _left(visit: Visit, identifier: str, reading: Reading, problems: tuple[Problem, ...]) -> Response[str]:
    """Return what is left of a difference after the rest was taken."""
    with visit.reading() as work:
        found = exchange.compared(work, identifier, reading)
    faults = [(problem.question, say(problem.detail, visit.language)) for problem in problems]
    return _difference(visit, found, {}, faults or [("take", visit.told("workbook.changed_meanwhile"))])


def _difference(visit: Visit, found: Difference, chosen: dict[str, str], wrong: Wrong) -> Response[str]:
    language = visit.language
    facts = {
        "one": found.engagement,
        "conflicts": [_row(found, change) for change in found.conflicts],
        "chosen": chosen,
        "taken": _by_section(found),
        "count": len(found.taken),
        "scope": found.scope,
        "problems": [_place(found, problem, language) for problem in found.problems],
        "notes": [_place(found, problem, language) for problem in found.notes],
        "empty": found.empty,
        "wrong": wrong,
    }
    return visit.page("workbook_difference.html", facts, wrong=wrong)


def _row(found: Difference, change: Change) -> _Row:
    return _Row(found.book.questions[found.book.row[change.question]], change)


def _by_section(found: Difference) -> list[tuple[Section, list[_Row]]]:
    """Return what only the workbook changed, section by section, in the order of the form."""
    changes = {change.question: change for change in found.taken}
    return [
        (section, rows)
        for section in found.book.questionnaire.sections
        if (rows := [_Row(question, changes[question.id]) for question in section.questions if question.id in changes])
    ]


def _place(found: Difference, problem: Problem, language: str) -> tuple[str, str, str]:
    """Return the sheet and cell of a problem ("" where it has none), the question that is meant, and the words."""
    row = found.book.row.get(problem.question)
    question = say(found.book.questions[row].text, language) if row is not None else ""
    cell = problem.where.replace("!", ", ") if "!" in problem.where else ""
    return cell, question, say(problem.detail, language)


ROUTES = (workbook, send, difference, decide)
