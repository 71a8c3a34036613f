"""What stands before every route: host names, request ids, headers and limits.

`enclosed` goes around the whole application, so that an address that does not
exist gets the same headers as one that does. Reading a request costs at most
`BODY` bytes where its route does not say otherwise, and routes that are costly to
answer say so with `costly`.
"""

import re
import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection, Request
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.exceptions import ClientException
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Guard, Message, Receive, Scope, Send

from api.problems import AnyRequest, answering
from duediligence.accounts.brake import Slowed, network_of
from duediligence.settings import Settings

BODY = 1_000_000
"""Bytes that a request may bring by default, for `request_max_body_size`; a section of answers has some thousands."""

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: with it a browser calls the origin of our own forms `null`, and older ones,
    # which lack Sec-Fetch-Site, could send none. To other sites nothing is told either way.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
"""What every answer carries, unless its route has said otherwise."""

_HSTS = "max-age=31536000"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_USUAL_PORT = {"http": 80, "https": 443}
_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")
_COST = "cost"
_MOST_KEPT = 10_000

Clock: TypeAlias = Callable[[], datetime]

AnyConnection: TypeAlias = ASGIConnection[Any, Any, Any, Any]


def enclosed(app: ASGIApp, settings: Settings, clock: Clock) -> ASGIApp:
    """Return the application behind a check of the host name, with a request id and headers on every answer.

    The request id and the moment are found at `request.state`: all that one
    request does happens at one moment.

    Args:
        app: the whole application, routing included.
        settings: which host names are ours, and whether the line is encrypted.
        clock: tells the moment, aware.
    """
    hosts = hosts_of(settings)
    headers = {**HEADERS, **({"Strict-Transport-Security": _HSTS} if settings.address.startswith("https:") else {})}
    refuse = answering()

    async def wall(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        connection: AnyConnection = ASGIConnection(scope)
        given = connection.headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        scope["state"] |= {"request_id": request_id, "now": clock()}

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(MutableScopeHeaders.from_message(message), headers, request_id, scope)
            await send(message)

        ours = connection.headers.get("host", "").lower() in hosts
        # No address of ours holds a NUL, and PostgreSQL takes none in a text.
        if ours and "\0" not in scope["path"] and b"%00" not in scope["query_string"]:
            await app(scope, receive, with_headers)
            return
        request: AnyRequest = Request(scope, receive, with_headers)
        answer = refuse(request, ClientException("The service does not answer to this address."))
        await answer.to_asgi_response(app=None, request=request)(scope, receive, with_headers)

    return wall


def hosts_of(settings: Settings) -> frozenset[str]:
    """Return what the Host header may say: each name with and without its port, in lower case."""
    scheme = urlsplit(settings.address).scheme
    found = set()
    for address in (settings.address, *(f"{scheme}://{host}" for host in settings.hosts)):
        parts = urlsplit(address)
        name = parts.hostname or ""
        name = f"[{name}]" if ":" in name else name
        names = _THIS_MACHINE if name in _THIS_MACHINE else (name,)
        port = parts.port or _USUAL_PORT.get(scheme, 80)
        found |= {form for name in names for form in (name, f"{name}:{port}")}
    return frozenset(found)


def network(connection: AnyConnection) -> str:
    """Return the network a request comes from, as the connection tells it; "" where it tells nothing.

    No header is believed: behind a proxy the server (`--forwarded-allow-ips`) puts
    the address of the client in its place.
    """
    return network_of(connection.client.host) if connection.client else ""


def costly(tokens: int = 1) -> dict[str, object]:
    """Return the declaration of a route that costs much to answer, for its `opt`."""
    return {_COST: tokens}


def is_costly(opt: Mapping[str, object]) -> bool:
    """Return whether a route with these declarations costs much to answer."""
    return _COST in opt


class Limits:
    """Buckets of tokens, one for each person or network, in the memory of one process.

    A bucket holds `size` tokens and gains `rate` of them a second.
    """

    def __init__(self, size: float = 30, rate: float = 0.5) -> None:
        """Begin with every bucket full."""
        self._size, self._rate = size, rate
        self._buckets: dict[str, tuple[float, datetime]] = {}
        self._lock = threading.Lock()

    def take(self, whose: str, tokens: float, now: datetime) -> None:
        """Take tokens out of a bucket.

        Raises:
            Slowed: there are not enough in it.
        """
        with self._lock:
            level, at = self._buckets.pop(whose, (self._size, now))
            # A clock that was set back fills no bucket and empties none.
            level = min(self._size, level + self._rate * max(0.0, (now - at).total_seconds()))
            enough = level >= tokens
            self._buckets[whose] = (level - tokens if enough else level, now)
            if len(self._buckets) > _MOST_KEPT:
                del self._buckets[next(iter(self._buckets))]
        if not enough:
            raise Slowed(int((tokens - level) / self._rate) + 1)


def within(limits: Limits) -> Guard:
    """Return the guard that counts what costly routes cost; it stands after the one that knows who asks."""

    async def guard(connection: AnyConnection, handler: BaseRouteHandler) -> None:
        tokens = handler.opt.get(_COST)
        if tokens is None:
            return
        person = getattr(connection.scope.get("user"), "person", "")
        whose = f"person {person}" if person else f"network {network(connection)}"
        limits.take(whose, tokens, connection.scope["state"]["now"])

    return guard


def _add(given: MutableScopeHeaders, headers: Mapping[str, str], request_id: str, scope: Scope) -> None:
    for name, value in headers.items():
        given.setdefault(name, value)
    given["X-Request-Id"] = request_id
    if scope.get("user") is not None or "set-cookie" in given:
        # What somebody saw who was signed in must not come back by the button "back" after they left.
        given.setdefault("Cache-Control", "no-store")
