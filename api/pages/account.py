"""One's own account: name and language, password, keys of programs, and where one is signed in."""

from datetime import datetime, time
from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import Cookie, FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.auth import in_person
from api.form import day_of, secret_of, told_of, words_of
from api.page import COOKIE
from api.security import costly
from api.translation import ZONE
from api.visit import Visit, to
from duediligence.access import Step, Subject, may
from duediligence.accounts import account, api_key, session
from duediligence.accounts.account import Gate
from duediligence.accounts.brake import Slowed
from duediligence.accounts.session import Visitor
from duediligence.database import Connection
from duediligence.errors import Unfit
from duediligence.store import session as sessions
from duediligence.store.session import ApiKey, Scope
from duediligence.workflow import organising, own_account

_DONE = ("password", "language", "sessions", "second_factor")
"""What the page can say was done."""

_YEAR = 365 * 24 * 3600


@get("/account", opt=in_person(), sync_to_thread=True)
def overview(visit: NamedDependency[Visit], done: FromQuery[str] = "") -> Response[str]:
    """Return the account of whoever asks, with what can be changed in it."""
    with visit.reading() as work:
        person = visit.actor.person
        facts = {
            "proofs": own_account.proofs(work),
            "places": {one.id: one.name for one in organising.mine(work)},
            "roles": visit.actor.memberships,
            "open": [
                one.organisation
                for one in visit.actor.memberships
                if may(visit.actor, Step.ORGANISATION_SEE, Subject(organisation=one.organisation))
            ],
            "sessions": len(session.open_ones(work.connection, person, work.settings, visit.now)),
            "keys": len(_keys(work.connection, person, visit.now)),
        }
    return visit.page("account/overview.html", facts | {"done": done if done in _DONE else ""})


@get("/account/language", opt=in_person(), sync_to_thread=True)
def language(visit: NamedDependency[Visit]) -> Response[str]:
    """Return the page on which name and language are changed."""
    with visit.reading() as work:
        one = own_account.proofs(work).person
    return visit.page("account/language.html", {"typed": {"name": one.name, "language": one.language}, "wrong": ()})


@post("/account/language", opt=in_person(), status_code=HTTPStatus.OK, sync_to_thread=True)
def introduce(visit: NamedDependency[Visit], form: NamedDependency[FormMultiDict]) -> Response[str] | Redirect:
    """Keep name and language; the pages speak the language from now on."""
    typed = {name: words_of(form, name) for name in ("name", "language")}
    try:
        with visit.writing() as work:
            own_account.introduce(work, typed["name"], typed["language"])
    except Unfit as error:
        wrong = told_of(error.problems, visit.language)
        return visit.page("account/language.html", {"typed": typed, "wrong": wrong}, wrong=wrong)
    answer = to("/account?done=language")
    # A language that was chosen on a page goes before the one of the account.
    answer.set_cookie(Cookie(key=COOKIE, value=typed["language"], max_age=_YEAR, httponly=True, samesite="lax"))
    return answer


@get("/account/password", opt=in_person(), sync_to_thread=False)
def password(visit: NamedDependency[Visit]) -> Response[str]:
    """Return the page on which the password is changed."""
    return visit.page("account/password.html", {"wrong": ()})


@post("/account/password", opt=in_person() | costly(3), status_code=HTTPStatus.OK, sync_to_thread=True)
def change_password(
    visit: NamedDependency[Visit],
    visitor: NamedDependency[Visitor],
    gate: NamedDependency[Gate],
    form: NamedDependency[FormMultiDict],
) -> Response[str] | Redirect:
    """Put a new password in the place of the old one; every other session ends."""
    try:
        account.change_password(gate, visitor, secret_of(form, "old"), secret_of(form, "password"), visit.now)
    except Unfit as error:
        wrong = told_of(error.problems, visit.language)
    except Slowed as error:
        wrong = [("old", visit.told("entrance.slowed", count=error.seconds))]
    else:
        return to("/account?done=password")
    return visit.page("account/password.html", {"wrong": wrong}, wrong=wrong)


@get("/account/keys", opt=in_person(), sync_to_thread=True)
def keys(visit: NamedDependency[Visit]) -> Response[str]:
    """Return the keys with which programs come in, and the form for a new one."""
    return _key_page(visit, {}, ())


@post("/account/keys", opt=in_person(), status_code=HTTPStatus.OK, sync_to_thread=True)
def make_key(visit: NamedDependency[Visit], form: NamedDependency[FormMultiDict]) -> Response[str]:
    """Return a new key, which is shown this once."""
    typed = {name: words_of(form, name) for name in ("name", "scope", "expires")}
    day = day_of(typed["expires"])
    scope = next((one for one in sessions.FOR_PROGRAMS if one == typed["scope"]), Scope.RESET)
    # A day that cannot be read is refused like one in the past; the key ends with its day in Turkmenistan.
    ends = datetime.combine(day, time.max, ZONE) if day else visit.now
    try:
        with visit.writing() as work:
            one, words = api_key.make(work.connection, visit.actor.person, (typed["name"], scope, ends), visit.now)
    except Unfit as error:
        return _key_page(visit, typed, told_of(error.problems, visit.language))
    return visit.page("account/key.html", {"one": one, "words": words})


@post("/account/keys/{identifier:str}/revoke", opt=in_person(), status_code=HTTPStatus.OK, sync_to_thread=True)
def revoke_key(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Redirect:
    """Take a key out of use."""
    with visit.writing() as work:
        api_key.revoke(work.connection, visit.actor.person, identifier, visit.now)
    return to("/account/keys")


@get("/account/sessions", opt=in_person(), sync_to_thread=True)
def signed_in(visit: NamedDependency[Visit], visitor: NamedDependency[Visitor]) -> Response[str]:
    """Return where the person is signed in."""
    with visit.reading() as work:
        rows = session.open_ones(work.connection, visit.actor.person, work.settings, visit.now)
    facts = {"rows": [(one, *browser(one.agent)) for one in rows], "this": visitor.session}
    return visit.page("account/sessions.html", facts)


@post("/account/sessions/{digest:str}/end", opt=in_person(), status_code=HTTPStatus.OK, sync_to_thread=True)
def end_session(visit: NamedDependency[Visit], digest: FromPath[str]) -> Redirect:
    """End one session."""
    with visit.writing() as work:
        session.sign_out(work.connection, visit.actor.person, digest)
    return to("/account/sessions")


@post("/account/sessions/end", opt=in_person(), status_code=HTTPStatus.OK, sync_to_thread=True)
def end_others(visit: NamedDependency[Visit], visitor: NamedDependency[Visitor]) -> Redirect:
    """End every session but this one."""
    with visit.writing() as work:
        own_account.end_others(work, visitor)
    return to("/account?done=sessions")


def browser(agent: str) -> tuple[str, str]:
    """Return which browser and which system somebody uses, as far as it tells; "" for what it does not."""
    browsers = {"Edg": "Edge", "OPR/": "Opera", "YaBrowser": "Yandex", "Firefox": "Firefox", "Chrome": "Chrome"}
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS"}
    first = next((name for mark, name in (browsers | {"Safari": "Safari"}).items() if mark in agent), "")
    return first, next((name for mark, name in (systems | {"Linux": "Linux"}).items() if mark in agent), "")


def _key_page(visit: Visit, typed: dict[str, str], wrong: object) -> Response[str]:
    with visit.reading() as work:
        rows = _keys(work.connection, visit.actor.person, visit.now)
    typed = {"name": "", "scope": Scope.READ, "expires": ""} | typed
    return visit.page("account/keys.html", {"rows": rows, "typed": typed, "wrong": wrong}, wrong=wrong)


def _keys(connection: Connection, person: str, now: datetime) -> list[ApiKey]:
    """Return the keys of a person that still open the service."""
    return [one for one in sessions.keys_of_person(connection, person) if api_key.is_open(one, now)]


ROUTES = (
    overview,
    language,
    introduce,
    password,
    change_password,
    keys,
    make_key,
    revoke_key,
    signed_in,
    end_session,
    end_others,
)
