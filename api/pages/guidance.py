"""What anybody may read: how the score is made, help for each role, the roots of the ledger, and looking after people.

The page on looking after people leaves no trace: it takes no parameters, looks
nobody up beyond the frame, and writes nothing.
"""

from datetime import date
from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.auth import moment, needs, open_to_all
from api.form import words_of
from api.page import LEAVE
from api.pages.frame import AnyRequest, shown
from api.security import costly
from api.visit import Visit, to
from duediligence import ledger
from duediligence.access import Step
from duediligence.assessment import MODEL
from duediligence.errors import Unfit
from duediligence.store import safety
from duediligence.workflow import safeguarding
from duediligence.workflow.installation import Installation
from duediligence.workflow.work import ASHGABAT
from questionnaires.edition import digest
from questionnaires.problem import Problem
from questionnaires.text import say
from risk_models import catalogue, remedies

HELP = {
    "answering": 6,
    "leading": 5,
    "representing": 3,
    "exporting": 6,
    "reviewing": 6,
    "observing": 3,
    "administering": 6,
}
"""The help pages, and how many points each has."""

SCREENS = {
    "answering": {1: "tasks", 2: "question", 5: "evidence", 6: "check"},
    "leading": {1: "begin", 3: "result", 4: "plan"},
    "representing": {2: "opinion"},
    "exporting": {1: "copies", 2: "dossier", 3: "consent", 4: "public"},
    "reviewing": {1: "queue", 2: "grade", 4: "conclude"},
    "administering": {1: "state", 2: "organisations", 4: "jobs", 5: "versions"},
}
"""Of which page each point shows a picture; `examples/pictures.py` takes them."""

_ROOTS = 90
"""Days on one page of roots."""


@get("/method", opt=open_to_all(), sync_to_thread=False)
def method(request: AnyRequest) -> Response[str]:
    """Return how the score is made, with the numbers of the rule set in force."""
    rules = catalogue.load(*MODEL)
    return shown(request, "method.html", {"rules": rules, "digest": digest(rules)})


@get("/help", opt=open_to_all(), sync_to_thread=False)
def help_(request: AnyRequest) -> Response[str]:
    """Return the list of help pages."""
    return shown(request, "help.html", {"roles": tuple(HELP)})


@get("/help/{role:str}", opt=open_to_all(), sync_to_thread=False)
def help_for(request: AnyRequest, role: FromPath[str]) -> Response[str]:
    """Return the help page of a role."""
    if role not in HELP:
        raise NotFoundException
    points = [(number, SCREENS.get(role, {}).get(number, "")) for number in range(1, HELP[role] + 1)]
    return shown(request, "help_role.html", {"role": role, "points": points})


@get("/ledger-roots", opt=open_to_all() | costly(), sync_to_thread=True)
def ledger_roots(
    request: AnyRequest, installation: NamedDependency[Installation], before: FromQuery[date | None] = None
) -> Response[str]:
    """Return the root of each day, the newest first."""
    with installation.db.reading() as connection:
        found = [one for one in reversed(ledger.roots(connection)) if before is None or one.day < before]
    earlier = f"/ledger-roots?before={found[_ROOTS - 1].day}" if len(found) > _ROOTS else ""
    return shown(request, "ledger_roots.html", {"roots": found[:_ROOTS], "earlier": earlier})


@get("/safeguarding", opt=open_to_all(), sync_to_thread=True)
def looking_after(request: AnyRequest, installation: NamedDependency[Installation]) -> Response[str]:
    """Return what to do, and what never, where a person may be in danger; with the contacts that were called lately."""
    with installation.db.reading() as connection:
        contacts = safety.contacts(connection, moment(request).astimezone(ASHGABAT).date())
    facts = {"protocol": remedies.read().protocol, "contacts": contacts, "leave": LEAVE}
    return shown(request, "safeguarding.html", facts)


@get("/safety-checks/{identifier:str}", opt=needs(Step.SAFETY_CHECK), sync_to_thread=True)
def checks(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the days on which the reviewers of an assessment look for retaliation."""
    return _checks(visit, identifier, ())


@post("/safety-checks/{identifier:str}", opt=needs(Step.SAFETY_CHECK), status_code=HTTPStatus.OK, sync_to_thread=True)
def finish(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Write what a look has shown."""
    try:
        with visit.writing() as work:
            safeguarding.finish(work, identifier, words_of(form, "check"), words_of(form, "outcome"))
    except Unfit as error:
        return _checks(visit, identifier, error.problems)
    return to(f"/safety-checks/{identifier}")


def _checks(visit: Visit, identifier: str, problems: tuple[Problem, ...]) -> Response[str]:
    with visit.reading() as work:
        one, days = safeguarding.checks(work, identifier)
        today = work.day
    facts = {
        "one": one,
        "days": days,
        "now": next((day for day in days if not day.done and day.due - safeguarding.EARLY <= today), None),
        "today": today,
        "outcomes": safeguarding.OUTCOMES,
        "problems": [(problem.where, say(problem.detail, visit.language)) for problem in problems],
        "leave": LEAVE,
    }
    return visit.page("safety_checks.html", facts, wrong=problems)


ROUTES = (method, help_, help_for, ledger_roots, looking_after, checks, finish)
