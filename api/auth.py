"""Who asks, and whether the route is for them.

A request shows the cookie of a session or, from a program, `Authorization: Bearer`.
Whoever it is stands in `scope["user"]` as an `Actor`, and how they came in
`scope["auth"]` as a `Visitor`; both are None for a stranger, about whom nothing is
ever written.

Every route declares whom it is for (`opt=needs(…)` and so on). One that declares
nothing stops the service from starting, so that nobody can forget.

Why forms carry no token: a form on a foreign page can make a browser send our
cookie, but not without saying where it comes from. Browsers name the site in
`Sec-Fetch-Site`, older ones in `Origin`; a page can forge neither. What comes from
elsewhere, or with a cookie and from nobody knows where, is refused before the
route sees it. A key is not sent by itself, so that programs need none of this.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TypeAlias
from urllib.parse import urlsplit

import msgspec
from litestar import Litestar
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.exceptions import ImproperlyConfiguredException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Receive, Scope, Send

from api.problems import OtherSite
from api.security import AnyConnection, network
from duediligence.access import Actor, Step, may
from duediligence.accounts import api_key, session
from duediligence.accounts.account import Gate
from duediligence.accounts.brake import Caller
from duediligence.accounts.session import Visitor
from duediligence.database import Connection
from duediligence.errors import NotAllowed, SecondFactorNeeded, SignInNeeded, Unavailable
from duediligence.settings import Settings
from duediligence.store import session as sessions

Find: TypeAlias = Callable[[Connection, str, datetime], Visitor | None]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""

_WHO = "who"
_ANYONE, _STRANGERS, _SIGNED_IN, _IN_PERSON = "anyone", "strangers", "signed in", "in person"
_BEARER = "bearer "
_LOCAL = ("localhost", "127.0.0.1", "::1")
_DEVICE_SECONDS = 400 * 24 * 3600


def open_to_all() -> dict[str, object]:
    """Return the declaration of a route for everybody, signed in or not."""
    return {_WHO: _ANYONE}


def for_strangers() -> dict[str, object]:
    """Return the declaration of a route that treats everybody as a stranger: nobody is looked up, as for styles."""
    return {_WHO: _STRANGERS}


def signed_in() -> dict[str, object]:
    """Return the declaration of a route for everybody who is signed in, and their programs."""
    return {_WHO: _SIGNED_IN}


def in_person() -> dict[str, object]:
    """Return the declaration of a route for people in a browser alone: passwords, keys, second factors."""
    return {_WHO: _IN_PERSON}


def needs(*steps: Step) -> dict[str, object]:
    """Return the declaration of a route for those who may take one of some steps at all.

    Whether they may take it on this very thing is asked below, where the thing is known.
    """
    return {_WHO: steps}


def is_open(opt: Mapping[str, object]) -> bool:
    """Return whether a route with these declarations is for everybody, signed in or not."""
    return opt.get(_WHO) in (_ANYONE, _STRANGERS)


class Authentication(ASGIMiddleware):
    """Finds out who asks, with two statements at most, and refuses what another site sends."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, gate: Gate) -> None:
        """Keep what is needed to look somebody up."""
        self._gate = gate
        self._cookie = cookie_name(gate.settings)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Put the actor into the scope and go on.

        Raises:
            SignInNeeded: a key was shown that opens nothing.
            OtherSite: a page of another site sent this.
            Unavailable: the database does not answer.
        """
        visitor = None
        connection: AnyConnection = ASGIConnection(scope)
        shown = connection.headers.get("authorization", "")
        token = connection.cookies.get(self._cookie, "")
        known = scope["route_handler"].opt.get(_WHO) != _STRANGERS
        now: datetime = scope["state"]["now"]
        if known and shown.lower().startswith(_BEARER):
            visitor = await self._known(api_key.find, shown[len(_BEARER) :].strip(), now)
            if visitor is None:
                raise SignInNeeded("The key is not valid.")
        else:
            _refuse_other_sites(connection, with_cookie=bool(token))
            if token and known:
                visitor = await self._known(self._by_session, token, now)
        scope["auth"] = visitor
        scope["user"] = visitor.actor if visitor else None
        await next_app(scope, receive, send)

    async def _known(self, find: Find, shown: str, now: datetime) -> Visitor | None:
        # A file is read sooner than a thread takes over; a server may keep whoever asks waiting.
        if self._gate.db.is_file:
            visitor = self._read(find, shown, now)
        else:
            visitor = await sync_to_thread(self._read, find, shown, now)
        if visitor and visitor.due:
            await sync_to_thread(self._alive, visitor, now)
        return visitor

    def _read(self, find: Find, shown: str, now: datetime) -> Visitor | None:
        with self._gate.db.reading() as connection:
            return find(connection, shown, now)

    def _by_session(self, connection: Connection, token: str, now: datetime) -> Visitor | None:
        return session.find(connection, token, self._gate.settings, now)

    def _alive(self, visitor: Visitor, now: datetime) -> None:
        # A sign of life that cannot be written now is written with the next request.
        with suppress(Unavailable), self._gate.db.writing() as connection:
            if visitor.key:
                sessions.use_key(connection, visitor.key, now)
            else:
                sessions.see(connection, visitor.session, now)


async def declared(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Let through whom the route is for; the guard of the whole application.

    Guards await nothing and are coroutines all the same: a plain function would be sent to a thread at every request.

    Raises:
        SignInNeeded: somebody must sign in first.
        NotAllowed: their roles do not include the step, or a key is not enough.
        SecondFactorNeeded: they may, once they have shown a second factor.
        ImproperlyConfiguredException: the route declares nothing.
    """
    if _only_tells_methods(handler):
        return
    who = handler.opt.get(_WHO)
    if who is None:
        raise ImproperlyConfiguredException(f"{handler} does not declare whom it is for.")
    actor: Actor | None = connection.scope.get("user")
    if actor and actor.read_only and connection.scope.get("method") not in SAFE:
        raise NotAllowed("This key only reads.")
    if who in (_ANYONE, _STRANGERS):
        return
    if actor is None:
        raise SignInNeeded("Sign in first.")
    if who == _IN_PERSON and not connection.scope["auth"].session:
        raise NotAllowed("This takes a person in a browser, not a key.")
    if isinstance(who, tuple):
        _allow(actor, who)


def undeclared(app: Litestar) -> tuple[str, ...]:
    """Return the routes that do not declare whom they are for; there should be none."""
    found = []
    for route in app.routes:
        handlers = route.route_handlers if isinstance(route, HTTPRoute) else [route.route_handler]
        found += [
            f"{route.path} ({handler})"
            for handler in handlers
            if _WHO not in handler.opt and not _only_tells_methods(handler)
        ]
    return tuple(found)


def refuse_undeclared(app: Litestar) -> None:
    """Stop a service from starting in which a route does not declare whom it is for; for `on_startup`.

    Raises:
        ImproperlyConfiguredException: there is such a route; all are named.
    """
    if found := undeclared(app):
        raise ImproperlyConfiguredException(f"These routes do not declare whom they are for: {', '.join(found)}")


def actor(request: AnyConnection) -> Actor:
    """Return who asks, for routes that a stranger never reaches.

    Raises:
        SignInNeeded: a stranger did.
    """
    found = request.scope.get("user")
    if not isinstance(found, Actor):
        raise SignInNeeded("Sign in first.")
    return found


def visitor(request: AnyConnection) -> Visitor:
    """Return who asks and by what, for routes that a stranger never reaches.

    Raises:
        SignInNeeded: a stranger did.
    """
    found = request.scope.get("auth")
    if not isinstance(found, Visitor):
        raise SignInNeeded("Sign in first.")
    return found


def moment(request: AnyConnection) -> datetime:
    """Return the moment of the request."""
    now: datetime = request.scope["state"]["now"]
    return now


PROVIDED = {
    "actor": Provide(actor, sync_to_thread=False),
    "visitor": Provide(visitor, sync_to_thread=False),
    "now": Provide(moment, sync_to_thread=False),
}
"""What routes may ask for by name: `actor: NamedDependency[Actor]`, `visitor: …[Visitor]`, `now: …[datetime]`."""


def caller(connection: AnyConnection, settings: Settings) -> Caller:
    """Return where an attempt to sign in comes from."""
    return Caller(
        network=network(connection),
        agent=connection.headers.get("user-agent", ""),
        device=connection.cookies.get(device_cookie_name(settings), ""),
        session=connection.cookies.get(cookie_name(settings), ""),
    )


def cookie_name(settings: Settings) -> str:
    """Return what the cookie of a session is called.

    `__Host-` makes browsers refuse it from anybody but this very host over an
    encrypted line; they take `localhost` for one. Where an installation in a local
    network has no certificate and its address says so (`http://`), no browser would
    keep such a cookie, and nobody could sign in.
    """
    return "__Host-session" if _secure(settings) else "session"


def device_cookie_name(settings: Settings) -> str:
    """Return what the cookie is called by which a browser is known again."""
    return "__Host-device" if _secure(settings) else "device"


def session_cookie(settings: Settings, token: str) -> Cookie:
    """Return the cookie of a session; it goes when the browser is closed, and an empty token takes it away."""
    return _cookie(settings, cookie_name(settings), token, None if token else 0)


def device_cookie(settings: Settings, device: str) -> Cookie:
    """Return the cookie by which a browser is known again; signing out leaves it."""
    return _cookie(settings, device_cookie_name(settings), device, _DEVICE_SECONDS)


def failures_cookie_name(settings: Settings) -> str:
    """Return what the cookie is called that tells the next page how many attempts to sign in had failed."""
    return "__Host-failures" if _secure(settings) else "failures"


def failures_cookie(settings: Settings, count: int) -> Cookie:
    """Return the cookie that tells the next page how many attempts had failed; 0 takes it away."""
    return _cookie(settings, failures_cookie_name(settings), str(count or ""), None if count else 0)


def partner_cookie_name(settings: Settings) -> str:
    """Return what the cookie is called that opens the answers of a partner without an account."""
    return "__Host-partner" if _secure(settings) else "partner"


def partner_cookie(settings: Settings, note: str, seconds: int) -> Cookie:
    """Return the cookie that opens the answers of a partner for some time; 0 seconds take it away."""
    return _cookie(settings, partner_cookie_name(settings), note, seconds)


def _cookie(settings: Settings, name: str, value: str, seconds: int | None) -> Cookie:
    return Cookie(
        key=name, value=value, path="/", max_age=seconds, secure=_secure(settings), httponly=True, samesite="lax"
    )


def _secure(settings: Settings) -> bool:
    parts = urlsplit(settings.address)
    return parts.scheme == "https" or parts.hostname in _LOCAL


def _allow(actor: Actor, steps: tuple[Step, ...]) -> None:
    if any(may(actor, step) for step in steps):
        return
    proven = msgspec.structs.replace(actor, second_factor=True)
    if any(may(proven, step) for step in steps):
        raise SecondFactorNeeded("Show your second factor first.")
    raise NotAllowed("Your role does not include this step.")


def _refuse_other_sites(connection: AnyConnection, *, with_cookie: bool) -> None:
    if connection.scope.get("method") in SAFE:
        return
    site = connection.headers.get("sec-fetch-site", "")
    origin = connection.headers.get("origin", "")
    if site:
        ours = site in ("same-origin", "none")  # none: typed or reloaded by a person
    elif origin:
        ours = urlsplit(origin).netloc.lower() == connection.headers.get("host", "").lower()
    else:
        ours = not with_cookie  # a program without a cookie gains nothing by it
    if not ours:
        raise OtherSite("The request came from another site.")


def _only_tells_methods(handler: BaseRouteHandler) -> bool:
    """Return whether a handler answers OPTIONS alone: the framework adds one to each address; it names the methods."""
    return isinstance(handler, HTTPRouteHandler) and handler.http_methods == {"OPTIONS"}
