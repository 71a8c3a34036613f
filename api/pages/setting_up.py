"""The first administrator of a new installation makes an account, by the link shown where it was started."""

from collections.abc import Sequence
from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import caller, moment, open_to_all
from api.form import secret_of, told_of, words_of
from api.page import language_of
from api.pages.entrance import entered
from api.pages.frame import AnyRequest, shown
from api.security import costly
from api.visit import to
from duediligence.accounts import account, first_administrator
from duediligence.accounts.account import Gate, SignedIn
from duediligence.accounts.invitation import NewPerson
from duediligence.errors import NotFound, Unfit
from questionnaires.problem import Problem

_NEXT = "/account/second-factor"
"""What an administrator needs first: without a second factor they may do nothing."""

_ASKED = ("operator", "name", "email", "language", "password")
"""The fields of the form, in the order of the page."""


@get("/set-up/{note:str}", opt=open_to_all() | costly(), sync_to_thread=True)
def begin(request: AnyRequest, gate: NamedDependency[Gate], note: FromPath[str]) -> Response[str]:
    """Return the page on which the first administrator makes an account."""
    _refuse_void(request, gate, note)
    return _form(request, note, {"language": language_of(request)})


@post("/set-up/{note:str}", opt=open_to_all() | costly(5), status_code=HTTPStatus.OK, sync_to_thread=True)
def make(
    request: AnyRequest, gate: NamedDependency[Gate], note: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Make the first administrator, let them in, and lead to their second factor."""
    typed = {name: words_of(form, name) for name in ("operator", "name", "email", "language")}
    password, now = secret_of(form, "password"), moment(request)
    _refuse_void(request, gate, note)
    new = NewPerson(email=typed["email"], name=typed["name"], language=typed["language"], password=password)
    try:
        first_administrator.begin(gate, note, typed["operator"], new, now)
    except Unfit as error:
        return _form(request, note, typed, error.problems)
    came = account.sign_in(gate, new.email, password, caller(request, gate.settings), now)
    return entered(gate.settings, came, _NEXT) if isinstance(came, SignedIn) else to("/sign-in")


def _refuse_void(request: AnyRequest, gate: Gate, note: str) -> None:
    with gate.db.reading() as connection:
        if not first_administrator.may_begin(connection, gate.key, note, moment(request)):
            raise NotFound("This link is too old, or the service has an administrator already.")


def _form(request: AnyRequest, note: str, typed: dict[str, str], problems: Sequence[Problem] = ()) -> Response[str]:
    facts = {
        "note": note,
        "typed": dict.fromkeys(_ASKED, "") | typed,
        "wrong": told_of(sorted(problems, key=lambda one: _ASKED.index(one.where)), language_of(request)),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return shown(request, "set_up.html", facts, status=status)


ROUTES = (begin, make)
