"""What watches over the service: whether it is well (`/health`), and how it does (`/metrics`).

Requests are counted by the template of their route, never by address: addresses
name assessments and open accounts, and each would be a series of its own. The line
that is logged of a request says no more than that. Who measures shows the token of
the settings; where none is set, there is nothing to see.
"""

import hmac
import time
from http import HTTPStatus
from typing import Any, TypeAlias

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.enums import ScopeType
from litestar.exceptions import NotFoundException
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from api.auth import for_strangers
from duediligence import log, tracing
from duediligence.errors import SignInNeeded
from duediligence.store import installation as databases
from duediligence.store import job as jobs
from duediligence.tracing import Span, SpanKind
from duediligence.workflow.installation import Installation

AnyRequest: TypeAlias = Request[Any, Any, Any]

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_NOWHERE = "none"
"""The route of a request that no route answers."""
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_QUIET = frozenset({"/health", "/metrics", "/static/{name}"})
"""Routes that are asked so often that a line for each would bury the others."""

_LOG = log.logger()


class Meters:
    """What is measured of one application; two in one process do not mix."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "http_requests",
            "Requests that were answered, by route and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.duration = Histogram(
            "http_request_duration_seconds",
            "Seconds from a request to the end of its answer, by route.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.jobs = Gauge("jobs", "Jobs there are, by how far they have come.", ("state",), registry=self.registry)


def measured(app: ASGIApp, meters: Meters) -> ASGIApp:
    """Return the application with each of its answers counted, timed and noted in the log."""

    async def outside(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        begun, status = time.perf_counter(), HTTPStatus.INTERNAL_SERVER_ERROR.value

        async def with_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with tracing.span("request", SpanKind.SERVER) as one:
            try:
                await app(scope, receive, with_status)
            finally:
                _describe(one, scope, status)
                _note(scope, meters, status, time.perf_counter() - begun)

    return outside


@get("/health", opt=for_strangers(), sync_to_thread=True)
def health(installation: NamedDependency[Installation]) -> Response[dict[str, str]]:
    """Return that the service is well; a problem says that a database does not answer."""
    databases.ask(installation.db)
    return Response({"status": "ok"}, headers={"Cache-Control": "no-store"})


@get("/metrics", opt=for_strangers(), sync_to_thread=True)
def metrics(request: AnyRequest, installation: NamedDependency[Installation]) -> Response[bytes]:
    """Return what was measured, for Prometheus."""
    token = installation.settings.metrics_token
    if not token:
        raise NotFoundException
    if not hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode()):
        raise SignInNeeded("Show the token for metrics.")
    meters: Meters = request.app.state.meters
    with installation.db.reading() as connection:
        for state, number in jobs.counts(connection).items():
            meters.jobs.labels(state).set(number)
    return Response(generate_latest(meters.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _describe(one: Span, scope: HTTPScope, status: int) -> None:
    """Tell of a span what is known once a request is answered: the template of its route, and no address."""
    method, route = _asked(scope)
    one.update_name(f"{method} {route}")
    one.set_attributes({"http.request.method": method, "http.route": route, "http.response.status_code": status})
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        tracing.failed(str(status))


def _asked(scope: HTTPScope) -> tuple[str, str]:
    """Return method and route of a request, as few different ones as there are."""
    method = scope["method"] if scope["method"] in _METHODS else "other"
    return method, scope.get("path_template") or _NOWHERE


def _note(scope: HTTPScope, meters: Meters, status: int, seconds: float) -> None:
    method, route = _asked(scope)
    meters.requests.labels(method, route, status).inc()
    meters.duration.labels(method, route).observe(seconds)
    if route not in _QUIET:
        request_id = scope.get("state", {}).get("request_id", "")
        milliseconds = round(1000 * seconds)
        _LOG.info("request", method=method, route=route, status=status, ms=milliseconds, request_id=request_id)


ROUTES = (health, metrics)
