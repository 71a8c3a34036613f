"""A firm looks through its answers and hands them in, and says who helped."""

from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import needs
from api.form import told_of, words_of
from api.pages import naming
from api.security import costly
from api.visit import Visit, to
from duediligence.access import Step
from duediligence.assessment import codebook
from duediligence.engagement import Stage
from duediligence.errors import Unfit
from duediligence.preparer import LONGEST, Help, Preparer
from duediligence.workflow import answering, handing_in, preparing
from questionnaires.problem import Problem
from questionnaires.progress import asked

_HELP, _NAME = "helper.help", "helper.name"


@get("/assessments/{identifier:str}/check", opt=needs(Step.ASSESSMENT_SEE), sync_to_thread=True)
def check(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return everything that was answered, what is missing, and the way to hand it in."""
    return _check(visit, identifier, ())


@post(
    "/assessments/{identifier:str}/about",
    opt=needs(Step.ASSESSMENT_ANSWER),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def describe(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Keep in which role the answers are given and whether workers were asked."""
    consulted = {"yes": True, "no": False}.get(words_of(form, "workers_consulted"))
    try:
        with visit.writing() as work:
            answering.describe(work, identifier, answered_by=words_of(form, "answered_by"), workers_consulted=consulted)
    except Unfit as error:
        return _check(visit, identifier, error.problems)
    return to(f"/assessments/{identifier}/check")


@post(
    "/assessments/{identifier:str}/submit",
    opt=needs(Step.ASSESSMENT_SUBMIT) | costly(),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def submit(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Hand an assessment in and lead to its result; what keeps it from being handed in is listed."""
    typed = _typed(form)
    try:
        with visit.writing() as work:
            if typed is not None:
                preparing.say(work, identifier, typed)
            handing_in.submit(work, identifier)
    except Unfit as error:
        return _check(visit, identifier, error.problems, typed)
    return to(f"/assessments/{identifier}/result")


def _typed(form: FormMultiDict) -> Preparer | None:
    """Return who helped, None where nothing was chosen or named: then what was said before stands."""
    chosen, name = words_of(form, _HELP), words_of(form, _NAME)
    if chosen not in list(Help):
        return Preparer(help=Help.ORGANISATION, name=name) if name else None
    return Preparer(help=Help(chosen), name=name)


def _check(
    visit: Visit, identifier: str, problems: tuple[Problem, ...], typed: Preparer | None = None
) -> Response[str]:
    with visit.reading() as work:
        found = answering.opened(work, identifier)
        hindrances = handing_in.hindrances(work, found)
        helper = typed or preparing.said(work, identifier)
    one, response = found
    book = codebook(one.questionnaire, one.questionnaire_version)
    open_ones = set(asked(book, response))
    facts = {
        "one": one,
        "scope": response.scope,
        "sections": [
            (section, [question for question in section.questions if question.id in open_ones])
            for section in book.questionnaire.sections
        ],
        "answers": response.answers,
        "hindrances": naming.to_mend(one, hindrances, visit.told),
        "problems": [
            (_NAME if where == "name" else where, words) for where, words in told_of(problems, visit.language)
        ],
        "answering": one.stage is Stage.ANSWERING,
        "helper": helper,
        "helps": [(each.value, visit.told(f"answering.help_{each}")) for each in Help],
        "longest": LONGEST,
    }
    return visit.page("check.html", facts, wrong=problems)


ROUTES = (check, describe, submit)
