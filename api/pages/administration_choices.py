"""An administrator decides what holds for everybody, and keeps the list of confidential contacts."""

from collections.abc import Iterable
from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import needs
from api.form import day_of, words_of
from api.visit import Visit, to
from duediligence.access import Step
from duediligence.errors import Unfit
from duediligence.store import safety
from duediligence.store.setting import Choices
from duediligence.workflow import administering
from questionnaires.problem import Problem
from questionnaires.text import LANGUAGES, say

_CONTACT = ("name", "reach", "languages", "hours")


@get("/administration/choices", opt=needs(Step.ADMINISTER), sync_to_thread=True)
def choices(visit: NamedDependency[Visit]) -> Response[str]:
    """Return what holds for everybody, to be changed."""
    with visit.reading() as work:
        chosen = administering.choices(work)
    return _choices(visit, chosen, ())


@post("/administration/choices", opt=needs(Step.ADMINISTER), status_code=HTTPStatus.OK, sync_to_thread=True)
def choose(visit: NamedDependency[Visit], form: NamedDependency[FormMultiDict]) -> Response[str] | Redirect:
    """Write what holds for everybody from now on."""
    wanted = Choices(
        announcement={language: words_of(form, f"announcement_{language}") for language in LANGUAGES},
        requests_open=words_of(form, "requests_open") == "yes",
        statistics_open=words_of(form, "statistics_open") == "yes",
    )
    try:
        with visit.writing() as work:
            administering.choose(work, wanted)
    except Unfit as error:
        return _choices(visit, wanted, error.problems)
    visit.request.app.state.chosen.forget()
    return to("/administration/choices")


@get("/administration/contacts", opt=needs(Step.ADMINISTER), sync_to_thread=True)
def contacts(visit: NamedDependency[Visit]) -> Response[str]:
    """Return the list of confidential contacts."""
    return _contacts(visit, FormMultiDict(), ())


@post("/administration/contacts", opt=needs(Step.ADMINISTER), status_code=HTTPStatus.OK, sync_to_thread=True)
def add_contact(visit: NamedDependency[Visit], form: NamedDependency[FormMultiDict]) -> Response[str] | Redirect:
    """Put a contact on the list."""
    try:
        with visit.writing() as work:
            administering.add_contact(work, **{name: words_of(form, name) for name in _CONTACT})
    except Unfit as error:
        return _contacts(visit, form, error.problems)
    return to("/administration/contacts")


@post(
    "/administration/contacts/{identifier:str}/called",
    opt=needs(Step.ADMINISTER),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def confirm_contact(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Write on which day a contact was called and answered."""
    try:
        with visit.writing() as work:
            administering.confirm_contact(work, identifier, day_of(words_of(form, f"day-{identifier}")))
    except Unfit as error:
        return _contacts(visit, form, error.problems)
    return to("/administration/contacts")


@post("/administration/contacts/{identifier:str}/withdraw", opt=needs(Step.ADMINISTER), sync_to_thread=True)
def withdraw_contact(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Redirect:
    """Take a contact off the list."""
    with visit.writing() as work:
        administering.withdraw_contact(work, identifier)
    return to("/administration/contacts")


def _choices(visit: Visit, chosen: Choices, problems: Iterable[Problem]) -> Response[str]:
    wrong = _told(visit, problems)
    return visit.page(
        "administration_choices.html",
        {"chosen": chosen, "longest": administering.LONGEST_ANNOUNCEMENT, "problems": wrong, "faults": dict(wrong)},
        wrong=wrong,
    )


def _contacts(visit: Visit, form: FormMultiDict, problems: Iterable[Problem]) -> Response[str]:
    with visit.reading() as work:
        found = administering.contacts(work)
        shown = {one.id for one in safety.contacts(work.connection, work.day)}
    wrong = _told(visit, problems)
    facts = {
        "rows": found,
        "shown": shown,
        "days": safety.CONTACT_HOLDS_DAYS,
        "called": {one.id: words_of(form, f"day-{one.id}") for one in found},
        "typed": {name: words_of(form, name) for name in _CONTACT},
        "problems": wrong,
        "faults": dict(wrong),
    }
    return visit.page("administration_contacts.html", facts, wrong=wrong)


def _told(visit: Visit, problems: Iterable[Problem]) -> list[tuple[str, str]]:
    return [(problem.where, say(problem.detail, visit.language)) for problem in problems]


ROUTES = (choices, choose, contacts, add_contact, confirm_contact, withdraw_contact)
