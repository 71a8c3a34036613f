"""A file under review: what it comes to, its answers section by section, and every step a reviewer can take.

Nothing here changes an answer or takes a decision away; a later decision takes
the place of an earlier one, and both stay in sight.
"""

from collections.abc import Sequence
from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import needs
from api.form import all_of, words_of
from api.pages import naming, second_look_view
from api.pages import reviewing_form as forms
from api.pages import reviewing_view as view
from api.pages.reviewing_form import Unread
from api.translation import Words
from api.visit import Visit, to
from duediligence.access import Step, may
from duediligence.assessment import codebook
from duediligence.engagement import Stage
from duediligence.errors import NotFound, Unfit
from duediligence.judgement import Severity
from duediligence.review import Label
from duediligence.store import engagement as engagements
from duediligence.workflow import attesting, opinion, reviewing
from duediligence.workflow.reviewing import File
from duediligence.workflow.work import Work, subject_of
from questionnaires.problem import Problem
from questionnaires.text import say
from risk_models.model import Attribution

_DECIDING = (Step.REVIEW_JUDGE, Step.REVIEW_PROPOSE, Step.REVIEW_CONFIRM, Step.REVIEW_RESOLVE)

_FIELDS = frozenset({"reason", "words", "workers_heard"})
"""Fields by which a problem names its place; any other belongs beside the first field of the form."""

_FIRST = {forms.JUDGED: "decision", "looked": "label", "nonconformity": "severity"}

Wrong = Sequence[tuple[str, str]]


@get("/files/{identifier:str}", opt=needs(Step.REVIEW_SEE), sync_to_thread=True)
def overview(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return a file as a whole: its numbers, where it stands, its sections, and everything that was decided."""
    return whole(visit, identifier, FormMultiDict(), ())


@get("/files/{identifier:str}/sections/{section:str}", opt=needs(Step.REVIEW_SEE), sync_to_thread=True)
def answers(visit: NamedDependency[Visit], identifier: FromPath[str], section: FromPath[str]) -> Response[str]:
    """Return the answers of a section, each with its evidence, its history and the form that judges it."""
    return _answers(visit, identifier, section, FormMultiDict(), ())


@get("/files/{identifier:str}/nonconformity", opt=needs(Step.REVIEW_JUDGE), sync_to_thread=True)
def nonconformity(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the form on which a nonconformity is written down."""
    question = str(visit.request.query_params.get("question", ""))
    return _nonconformity(visit, identifier, question, FormMultiDict(), ())


@post(
    "/files/{identifier:str}/decisions",
    opt=needs(*_DECIDING),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def decide(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Add a decision and lead back to where it was taken; what does not fit is shown there."""
    question, start = words_of(form, "question"), forms.prefix(form)
    decision = forms.decision(form)
    if isinstance(decision, Unread):
        return _again(visit, identifier, form, [(decision.field, visit.told("reviewing.choose_first"))])
    try:
        with visit.writing() as work:
            _refuse_unseen(work, identifier, question)
            reviewing.decide(work, identifier, decision, words_of(form, f"{start}.reason"), question)
    except Unfit as error:
        return _again(visit, identifier, form, _placed(error.problems, form, visit.told))
    return to(_back(visit, identifier, form))


@post(
    "/files/{identifier:str}/questions",
    opt=needs(Step.MESSAGE_WRITE),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def ask(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Ask the firm, about an answer or about the whole."""
    question = words_of(form, "question")
    field = f"{question or 'firm'}.ask"
    try:
        with visit.writing() as work:
            work.allow(Step.REVIEW_SEE, subject_of(engagements.load(work.connection, identifier)))
            _refuse_unseen(work, identifier, question)
            reviewing.ask(work, identifier, words_of(form, field), question)
    except Unfit as error:
        return _again(visit, identifier, form, [(field, say(one.detail, visit.language)) for one in error.problems])
    return to(_back(visit, identifier, form))


@post(
    "/files/{identifier:str}/withdraw",
    opt=needs(Step.REVIEW_WITHDRAW),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def withdraw(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Withdraw an assessment for a reason that stays on record."""
    try:
        with visit.writing() as work:
            reviewing.withdraw(work, identifier, words_of(form, "withdraw.reason"))
    except Unfit as error:
        return whole(visit, identifier, form, _placed(error.problems, form, visit.told, "withdraw"))
    return to(f"/files/{identifier}")


def whole(visit: Visit, identifier: str, form: FormMultiDict, wrong: Wrong) -> Response[str]:
    """Return the page of a file as a whole, with what was typed into a form on it and what does not fit there."""
    told = visit.told
    with visit.reading() as work:
        found = reviewing.file(work, identifier)
        facts = _frame(work, found, form, wrong, told)
        facts |= {"ties": _ties(work, found)}
        facts |= {"opinions": _opinions(work, found)}
        facts |= {"attested": attesting.resting(work, identifier)}
        facts |= {"second_look": second_look_view.shown(work, found, told)}
        facts |= {"may_see_plan": may(work.actor, Step.PLAN_SEE, subject_of(found.engagement))}
        facts |= {"may_check": may(work.actor, Step.SAFETY_CHECK, subject_of(found.engagement))}
        facts |= {"may_assign": may(work.actor, Step.REVIEW_ASSIGN, subject_of(found.engagement))}
    everything = view.events(found, told)
    asked_about = {event.question for event in everything if event.question}
    signs = {sign.question for finding in found.reviewed.profile.findings for sign in finding.signs}
    facts |= {
        "indicators": view.indicators(found, told),
        "questions": view.in_words(found, asked_about | signs, told),
        "places": view.book_of(found).section,
        "events": everything,
        "labels": naming.labels(told.language),
        "looked_labels": [(one.value, naming.labels(told.language)[one]) for one in _LOOKED],
        "spoken": list(naming.spoken(told.language).items()),
        "found": found.judgement,
        "indicator_names": naming.indicators(told.language),
        "attribution_names": naming.attributions(told.language),
    }
    return visit.page("file.html", facts, wrong=wrong)


def _ties(work: Work, found: File) -> dict[str, str]:
    """Return what ties the reviewers of a file to its firm; what others said who gave it back is not for its page."""
    parts = (found.engagement.reviewer, found.engagement.second_reviewer)
    said = engagements.interests(work.connection, found.engagement.id)
    return {person: words for person, words in said.items() if person in parts}


def _opinions(work: Work, found: File) -> tuple[opinion.Given, ...]:
    """Return what worker representatives said, for those who review the file themselves."""
    one = found.engagement
    return opinion.for_reviewers(work, one) if may(work.actor, Step.FILE_SEE, subject_of(one)) else ()


def _answers(visit: Visit, identifier: str, section: str, form: FormMultiDict, wrong: Wrong) -> Response[str]:
    told = visit.told
    with visit.reading() as work:
        found = reviewing.file(work, identifier)
        facts = _frame(work, found, form, wrong, told)
        chapter, later = _chapter(found, section)
        items = view.items(work, found, chapter, told)
    facts |= {
        "chapter": chapter,
        "later": later,
        "items": items,
        "state_imposed": view.state_imposed(found, told),
        "visited": found.judgement.looked.label is Label.SITE_CHECKED,
    }
    return visit.page("file_section.html", facts, wrong=wrong)


def _chapter(found: File, section: str) -> tuple[view.Chapter, view.Chapter | None]:
    """Return a section of a file and the one after it, None after the last."""
    chapters = view.chapters(found)
    place = next((place for place, one in enumerate(chapters) if one.section.id == section), None)
    if place is None:
        raise NotFound("Nothing was asked in such a section.")
    return chapters[place], next(iter(chapters[place + 1 :]), None)


def _nonconformity(visit: Visit, identifier: str, question: str, form: FormMultiDict, wrong: Wrong) -> Response[str]:
    told = visit.told
    with visit.reading() as work:
        found = reviewing.file(work, identifier)
        work.allow(Step.REVIEW_JUDGE, subject_of(found.engagement))
        if question:
            _refuse_unseen(work, identifier, question)
        facts = _frame(work, found, form, wrong, told)
    names = naming.attributions(told.language)
    facts |= {
        "question": question,
        "about": view.in_words(found, [question], told).get(question, ""),
        "severities": [
            (one.value, told(f"reviewing.severity_{one}"), told(f"reviewing.severity_{one}_hint")) for one in Severity
        ],
        "attributions": [(one.value, names[one]) for one in Attribution],
        "indicators": list(naming.indicators(told.language).items()),
    }
    return visit.page("nonconformity.html", facts, wrong=wrong)


def _frame(work: Work, found: File, form: FormMultiDict, wrong: Wrong, told: Words) -> dict[str, object]:
    """Return what every page of a file shows: whose it is, its numbers, its sections, what may be done."""
    typed: dict[str, object] = {name: words_of(form, name) for name in form}
    return {
        "one": found.engagement,
        "scope": found.declared.response.scope,
        "numbers": view.numbers(found, told),
        "standing": found.judgement.standing,
        "in_review": found.engagement.stage is Stage.IN_REVIEW,
        "chapters": view.chapters(found),
        "can": view.can(work, found),
        "hides": view.hides_protected(found),
        "typed": typed | {"looked.languages": all_of(form, "looked.languages")},
        "wrong": wrong,
        "faults": dict(wrong),
    }


def _again(visit: Visit, identifier: str, form: FormMultiDict, wrong: Wrong) -> Response[str]:
    """Return the page from which a form came, with everything typed and what does not fit."""
    question = words_of(form, "question")
    if words_of(form, "kind") == "nonconformity":
        return _nonconformity(visit, identifier, question, form, wrong)
    if question:
        return _answers(visit, identifier, _section_of(visit, identifier, question), form, wrong)
    return whole(visit, identifier, form, wrong)


def _back(visit: Visit, identifier: str, form: FormMultiDict) -> str:
    """Return where a form that was taken leads: the answer it was about, or the part of the file it was in."""
    question = words_of(form, "question")
    if question:
        return f"/files/{identifier}/sections/{_section_of(visit, identifier, question)}#{question}"
    place = {"looked": "looked", "nonconformity": "found", "not_assessable": "found", "": "messages"}
    return f"/files/{identifier}#{place.get(words_of(form, 'kind'), 'standing')}"


def _section_of(visit: Visit, identifier: str, question: str) -> str:
    with visit.reading() as work:
        sections = view.book_of(reviewing.file(work, identifier)).section
    if question not in sections:
        raise NotFound("The form has no such question.")
    return sections[question]


def _refuse_unseen(work: Work, identifier: str, question: str) -> None:
    """Refuse what is about a question that its reviewers may not read, or that the form does not have.

    To judge a protected answer without reading it would tell it all the same: the numbers move by what it says.
    """
    one = engagements.load(work.connection, identifier)
    book = codebook(one.questionnaire, one.questionnaire_version)
    if not question:
        return
    if question not in book.row or (book.questions[book.row[question]].protected and not one.protected_released):
        raise NotFound("The form has no such question.")


def _placed(problems: Sequence[Problem], form: FormMultiDict, told: Words, start: str = "") -> Wrong:
    """Return problems beside the fields of the form that was sent."""
    begin = start or forms.prefix(form)
    first = _FIRST.get(words_of(form, "kind"), "reason")
    return [
        (f"{begin}.{one.where if one.where in _FIELDS else first}", say(one.detail, told.language)) for one in problems
    ]


_LOOKED = (Label.DOCUMENTS_REVIEWED, Label.SITE_CHECKED)

ROUTES = (overview, answers, nonconformity, decide, ask, withdraw)
