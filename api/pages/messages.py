"""The firm's side of the questions that its reviewers ask."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import needs
from api.form import told_of, words_of
from api.visit import Visit, to
from duediligence.access import Step
from duediligence.assessment import codebook
from duediligence.engagement import Stage
from duediligence.errors import NotFound, Unfit
from duediligence.workflow import queueing, reviewing
from duediligence.workflow.queueing import Conversation
from questionnaires.text import say


@get("/assessments/{identifier:str}/questions", opt=needs(Step.MESSAGE_WRITE), sync_to_thread=True)
def questions(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str] | Redirect:
    """Return what reviewers asked and the firm answered; a reviewer is led to the file instead."""
    return _shown(visit, identifier, {}, ())


@post(
    "/assessments/{identifier:str}/questions",
    opt=needs(Step.MESSAGE_WRITE),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def answer(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Write to the reviewers of an assessment."""
    about, words = words_of(form, "about"), words_of(form, "words")
    try:
        with visit.writing() as work:
            if about not in ("", *_asked_about(queueing.conversation(work, identifier), visit.language)):
                raise NotFound("Nobody has asked about this.")
            reviewing.ask(work, identifier, words, about)
    except Unfit as error:
        typed = {"about": about, "words": words}
        return _shown(visit, identifier, typed, told_of(error.problems, visit.language))
    return to(f"/assessments/{identifier}/questions")


def _shown(
    visit: Visit, identifier: str, typed: Mapping[str, str], wrong: Sequence[tuple[str, str]]
) -> Response[str] | Redirect:
    with visit.reading() as work:
        found = queueing.conversation(work, identifier)
    if not found.from_firm:
        return to(f"/files/{identifier}#messages")
    facts = {
        "one": found.engagement,
        "messages": found.messages,
        "questions": _asked_about(found, visit.language),
        "may_write": bool(found.messages) or found.engagement.stage is Stage.IN_REVIEW,
        "typed": {"about": "", "words": ""} | dict(typed),
        "wrong": wrong,
    }
    return visit.page("firm_questions.html", facts, wrong=wrong)


def _asked_about(found: Conversation, language: str) -> dict[str, str]:
    """Return the words of the questions that somebody asked about, by their id."""
    one = found.engagement
    book = codebook(one.questionnaire, one.questionnaire_version)
    wanted = dict.fromkeys(message.question for message in found.messages if message.question in book.row)
    return {question: say(book.questions[book.row[question]].text, language) for question in wanted}


ROUTES = (questions, answer)
