"""How people come to take part: by an invitation, or by asking for it."""

from collections.abc import Sequence
from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.auth import caller, in_person, moment, open_to_all
from api.form import options, secret_of, told_of, words_of
from api.page import language_of
from api.pages.entrance import entered
from api.pages.frame import AnyRequest, shown
from api.security import costly
from api.translation import words
from api.visit import Visit, to
from duediligence.accounts import account, invitation, token
from duediligence.accounts.account import Gate, SignedIn
from duediligence.accounts.invitation import LONGEST_WORDS, NewPerson
from duediligence.database import new_id
from duediligence.errors import Unfit
from duediligence.organisation import Organisation, Role
from duediligence.store.invitation import Invitation, JoinRequest
from duediligence.workflow import arriving
from duediligence.workflow.organising import regions, sectors
from questionnaires.problem import Problem

_NEW = ("code", "email", "name", "language", "password")
"""The fields of a new account, in the order of the page."""

_ASKED = ("organisation_name", "sector", "region", "name", "email", "words")
"""The fields of a request, in the order of the page."""


@get("/invitation", opt=open_to_all(), sync_to_thread=False)
def type_code(request: AnyRequest) -> Response[str]:
    """Return the page on which the code of a printed invitation is typed."""
    return _code(request, "", ())


@post("/invitation", opt=open_to_all(), status_code=HTTPStatus.OK, sync_to_thread=True)
def read_code(
    request: AnyRequest, gate: NamedDependency[Gate], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Lead to the invitation of a code, however it was typed."""
    code = words_of(form, "code")
    try:
        _opened(gate, code, request)
    except Unfit as error:
        return _code(request, code, error.problems)
    return to(f"/invitation/{token.typed(code)}")


@get("/invitation/{code:str}", opt=open_to_all(), sync_to_thread=True)
def invited(request: AnyRequest, gate: NamedDependency[Gate], code: FromPath[str]) -> Response[str]:
    """Return an invitation: to accept for whoever is signed in, with the form of a new account for others."""
    try:
        found = _opened(gate, code, request)
    except Unfit as error:
        return _code(request, code, error.problems)
    return _invitation(request, code, found, {"email": found[0].email, "language": language_of(request)})


@post("/invitation/{code:str}", opt=open_to_all() | costly(2), status_code=HTTPStatus.OK, sync_to_thread=True)
def begin(
    request: AnyRequest, gate: NamedDependency[Gate], code: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Make an account for whoever was invited, and let them in."""
    typed = {name: words_of(form, name) for name in ("email", "name", "language")}
    now = moment(request)
    try:
        found = _opened(gate, code, request)
    except Unfit as error:
        return _code(request, code, error.problems)
    email = found[0].email or typed["email"]
    password = secret_of(form, "password")
    try:
        new = NewPerson(email=email, name=typed["name"], language=typed["language"], password=password)
        invitation.accept_as_new(gate, code, new, now)
    except Unfit as error:
        return _invitation(request, code, found, typed, error.problems)
    came = account.sign_in(gate, email, password, caller(request, gate.settings), now)
    return entered(gate.settings, came, _first(found[0])) if isinstance(came, SignedIn) else to("/sign-in")


@post("/invitation/{code:str}/accept", opt=in_person(), status_code=HTTPStatus.OK, sync_to_thread=True)
def accept(visit: NamedDependency[Visit], gate: NamedDependency[Gate], code: FromPath[str]) -> Response[str] | Redirect:
    """Give whoever is signed in the role they were invited to."""
    try:
        found = _opened(gate, code, visit.request)
    except Unfit as error:
        return _code(visit.request, code, error.problems)
    try:
        with visit.writing() as work:
            invitation.accept(work.connection, visit.actor, code, visit.now)
    except Unfit as error:
        return _invitation(visit.request, code, found, {}, error.problems)
    return to(_first(found[0]))


@get("/join", opt=open_to_all(), sync_to_thread=False)
def join(request: AnyRequest) -> Response[str]:
    """Return the page on which a firm asks to take part."""
    return _joining(request, {}, ())


@post("/join", opt=open_to_all() | costly(3), status_code=HTTPStatus.OK, sync_to_thread=True)
def ask(request: AnyRequest, gate: NamedDependency[Gate], form: NamedDependency[FormMultiDict]) -> Response[str]:
    """Keep the request of a firm to take part."""
    typed = {name: words_of(form, name) for name in _ASKED}
    asked = JoinRequest(
        id=new_id(),
        organisation_name=typed["organisation_name"],
        sector=typed["sector"],
        region=typed["region"],
        email=typed["email"],
        name=typed["name"],
        language=language_of(request),
        words=typed["words"],
        created=moment(request),
    )
    try:
        with gate.db.writing() as connection:
            arriving.ask_to_join(connection, gate.key, asked)
    except Unfit as error:
        return _joining(request, typed, error.problems)
    return shown(request, "entrance/join_asked.html", {})


def _first(accepted: Invitation) -> str:
    """Return where to go first: an administrator may do nothing without a second factor."""
    return "/account/second-factor" if accepted.role is Role.ADMINISTRATOR else "/"


def _opened(gate: Gate, code: str, request: AnyRequest) -> tuple[Invitation, Organisation]:
    with gate.db.reading() as connection:
        return invitation.opened(connection, code, moment(request))


def _code(request: AnyRequest, code: str, problems: Sequence[Problem]) -> Response[str]:
    facts = {"code": code, "wrong": told_of(problems, language_of(request))}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return shown(request, "entrance/invitation_code.html", facts, status=status)


def _invitation(
    request: AnyRequest,
    code: str,
    found: tuple[Invitation, Organisation],
    typed: dict[str, str],
    problems: Sequence[Problem] = (),
) -> Response[str]:
    one, place = found
    in_order = sorted(problems, key=lambda each: _NEW.index(each.where))
    facts = {
        "code": code,
        "one": one,
        "place": place,
        "typed": {"email": "", "name": "", "language": language_of(request)} | typed,
        "wrong": told_of(in_order, language_of(request)),
        "inside": request.scope.get("user") is not None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return shown(request, "entrance/invitation.html", facts, status=status)


def _joining(request: AnyRequest, typed: dict[str, str], problems: Sequence[Problem]) -> Response[str]:
    language = language_of(request)
    wrong = dict(told_of(sorted(problems, key=lambda one: _ASKED.index(one.where)), language))
    if "organisation_name" in wrong:
        wrong["organisation_name"] = words(language)("entrance.firm_needed")
    facts = {
        "typed": dict.fromkeys(_ASKED, "") | typed,
        "sectors": options(sectors(), language),
        "regions": options(regions(), language),
        "longest": LONGEST_WORDS,
        "wrong": list(wrong.items()),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return shown(request, "entrance/join.html", facts, status=status)


ROUTES = (type_code, read_code, invited, begin, accept, join, ask)
