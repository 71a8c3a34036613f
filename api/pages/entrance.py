"""Coming in and leaving: password, second factor, passkey, and a new password for somebody who forgot.

What was proven by the password alone travels to the page for the code in a cookie
of its own, so that the language can be changed in between and a reload types no
password again.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import quote

from litestar import MediaType, Response, get, post
from litestar.datastructures import Cookie, FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.auth import caller, device_cookie, failures_cookie, moment, open_to_all, session_cookie
from api.form import secret_of, told_of, words_of
from api.page import language_of, own_path
from api.pages.frame import AnyRequest, shown
from api.security import costly
from api.translation import words
from duediligence.accounts import account, passkey, reset, session
from duediligence.accounts.account import CodeNeeded, Gate, SignedIn
from duediligence.accounts.brake import Slowed
from duediligence.accounts.passkey import Ceremony
from duediligence.accounts.session import Visitor
from duediligence.errors import NotFound, Unfit
from duediligence.settings import Settings
from duediligence.workflow import arriving

Faults = Sequence[tuple[str, str]]

_HALFWAY = "halfway"
_HALFWAY_LASTS = timedelta(minutes=10)


@get("/sign-in", opt=open_to_all(), sync_to_thread=False)
def sign_in(
    request: AnyRequest, gate: NamedDependency[Gate], back: FromQuery[str] = "/", done: FromQuery[str] = ""
) -> Response[str] | Redirect:
    """Return the page on which people sign in; whoever has signed in goes on."""
    if request.scope.get("user") is not None:
        return Redirect(own_path(back), status_code=303)
    return _door(request, gate, back=back, done=done == "password")


@post("/sign-in", opt=open_to_all(), status_code=HTTPStatus.OK, sync_to_thread=True)
def enter(
    request: AnyRequest, gate: NamedDependency[Gate], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Let somebody in by password, or lead to the page for the code."""
    email, back = words_of(form, "email"), words_of(form, "back")
    now = moment(request)
    try:
        found = account.sign_in(gate, email, secret_of(form, "password"), caller(request, gate.settings), now)
    except Unfit as error:
        return _door(request, gate, back=back, email=email, wrong=told_of(error.problems, language_of(request)))
    except Slowed as error:
        return _wait(error, _door(request, gate, back=back, email=email, wrong=[_slowed(request, "password", error)]))
    match found:
        case CodeNeeded(note=note):
            where = f"/sign-in/code?back={quote(own_path(back))}"
            return Redirect(where, status_code=303, cookies=[_halfway(gate.settings, note)])
        case SignedIn():
            return entered(gate.settings, found, back)


@get("/sign-in/code", opt=open_to_all(), sync_to_thread=False)
def ask_code(request: AnyRequest, back: FromQuery[str] = "/") -> Response[str] | Redirect:
    """Return the page on which the second factor is shown."""
    if not request.cookies.get(_HALFWAY):
        return Redirect(f"/sign-in?back={quote(own_path(back))}", status_code=303)
    return _code(request, back)


@post("/sign-in/code", opt=open_to_all(), status_code=HTTPStatus.OK, sync_to_thread=True)
def enter_code(
    request: AnyRequest, gate: NamedDependency[Gate], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Let in whoever shows the right code after the right password."""
    back, note = words_of(form, "back"), request.cookies.get(_HALFWAY, "")
    came = caller(request, gate.settings)
    try:
        found = account.enter_code(gate, note, words_of(form, "code"), came, moment(request))
    except Unfit as error:
        return _code(request, back, told_of(error.problems, language_of(request)))
    except Slowed as error:
        return _wait(error, _code(request, back, [_slowed(request, "code", error)]))
    return entered(gate.settings, found, back)


@get("/sign-in/passkey", opt=open_to_all(), sync_to_thread=False)
def ask_passkey(request: AnyRequest, gate: NamedDependency[Gate]) -> Response[Ceremony]:
    """Return what to ask a browser that signs in by passkey."""
    asked = passkey.ask_to_sign_in(gate.key, gate.settings.address, moment(request))
    return Response(asked, media_type=MediaType.JSON, headers={"Cache-Control": "no-store"})


@post("/sign-in/passkey", opt=open_to_all(), status_code=HTTPStatus.OK, sync_to_thread=True)
def enter_by_passkey(
    request: AnyRequest, gate: NamedDependency[Gate], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Let in whoever has a passkey."""
    back, came = words_of(form, "back"), caller(request, gate.settings)
    try:
        found = account.show_passkey(gate, answer_of(gate, form), came, moment(request))
    except Unfit as error:
        return _door(request, gate, back=back, wrong=told_of(error.problems, language_of(request)))
    except Slowed as error:
        return _wait(error, _door(request, gate, back=back, wrong=[_slowed(request, "passkey", error)]))
    return entered(gate.settings, found, back)


@post("/sign-out", opt=open_to_all(), status_code=HTTPStatus.OK, sync_to_thread=True)
def sign_out(request: AnyRequest, gate: NamedDependency[Gate]) -> Redirect:
    """End the session, if there still is one, and lead to the first page."""
    match request.scope.get("auth"):
        case Visitor(actor=actor, session=digest) if digest:
            # One that ended a moment ago is what was wanted.
            with suppress(NotFound), gate.db.writing() as connection:
                session.sign_out(connection, actor.person, digest)
    return Redirect("/", status_code=303, cookies=[session_cookie(gate.settings, "")])


@get("/forgotten", opt=open_to_all(), sync_to_thread=False)
def forgotten(request: AnyRequest) -> Response[str]:
    """Return the page for whoever forgot the password."""
    return shown(request, "entrance/forgotten.html", {"sent": False})


@post("/forgotten", opt=open_to_all() | costly(2), status_code=HTTPStatus.OK, sync_to_thread=True)
def send_link(request: AnyRequest, gate: NamedDependency[Gate], form: NamedDependency[FormMultiDict]) -> Response[str]:
    """Send a link where somebody has the address, and say the same in any case."""
    with gate.db.writing() as connection:
        arriving.forgotten(connection, gate.key, words_of(form, "email"), moment(request))
    return shown(request, "entrance/forgotten.html", {"sent": True})


@get(["/reset", "/reset/{code:str}"], opt=open_to_all(), sync_to_thread=False)
def new_password(request: AnyRequest, code: FromPath[str] = "") -> Response[str]:
    """Return the page on which a new password is chosen, by a link or by a code on paper."""
    return shown(request, "entrance/reset.html", {"code": code, "wrong": ()})


@post("/reset", opt=open_to_all() | costly(2), status_code=HTTPStatus.OK, sync_to_thread=True)
def choose_password(
    request: AnyRequest, gate: NamedDependency[Gate], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Put a new password in the place of the forgotten one, and lead to the door."""
    code = words_of(form, "code")
    try:
        reset.choose(gate, code, secret_of(form, "password"), moment(request))
    except Unfit as error:
        wrong = told_of(error.problems, language_of(request))
        return shown(
            request, "entrance/reset.html", {"code": code, "wrong": wrong}, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    return Redirect("/sign-in?done=password", status_code=303)


def entered(settings: Settings, found: SignedIn, back: str) -> Redirect:
    """Return the way on for somebody who came in, with the cookies by which they are known."""
    cookies = [session_cookie(settings, found.token), device_cookie(settings, found.device), _halfway(settings, "")]
    if found.failures:
        cookies.append(failures_cookie(settings, found.failures))
    return Redirect(own_path(back), status_code=303, cookies=cookies)


def answer_of(gate: Gate, form: FormMultiDict) -> passkey.Answer:
    """Return what a browser said about a passkey."""
    note, credential = words_of(form, "note"), words_of(form, "credential")
    return passkey.Answer(key=gate.key, address=gate.settings.address, note=note, credential=credential)


def _door(  # noqa: PLR0913  what a failed attempt leaves on the page
    request: AnyRequest, gate: Gate, *, back: str, email: str = "", done: bool = False, wrong: Faults = ()
) -> Response[str]:
    facts = {
        "back": own_path(back),
        "email": email,
        "done": done,
        "wrong": wrong,
        "passkeys": passkey.possible(gate.settings.address),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return shown(request, "entrance/sign_in.html", facts, status=status)


def _code(request: AnyRequest, back: str, wrong: Faults = ()) -> Response[str]:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return shown(request, "entrance/sign_in_code.html", {"back": own_path(back), "wrong": wrong}, status=status)


def _slowed(request: AnyRequest, field: str, error: Slowed) -> tuple[str, str]:
    return field, words(language_of(request))("entrance.slowed", count=error.seconds)


def _wait(error: Slowed, page: Response[str]) -> Response[str]:
    page.status_code = HTTPStatus.TOO_MANY_REQUESTS
    page.headers["Retry-After"] = str(error.seconds)
    return page


def _halfway(settings: Settings, note: str) -> Cookie:
    """Return the cookie of somebody whose password was right; an empty note takes it away."""
    lasts = int(_HALFWAY_LASTS.total_seconds()) if note else 0
    return replace(session_cookie(settings, note), key=_HALFWAY, path="/sign-in", max_age=lasts)


ROUTES = (
    sign_in,
    enter,
    ask_code,
    enter_code,
    ask_passkey,
    enter_by_passkey,
    sign_out,
    forgotten,
    send_link,
    new_password,
    choose_password,
)
