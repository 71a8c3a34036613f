"""Every JSON route, by thing."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from litestar import HttpMethod, Response, route
from litestar.handlers import HTTPRouteHandler

from api.v1 import (
    answers,
    assessments,
    attestations,
    chain,
    documents,
    doubles,
    exports,
    library,
    lists,
    operation,
    organisations,
    partners,
    plans,
    results,
    reviews,
    screenings,
    second_looks,
    shares,
    shipments,
)

PREFIX = "/api/v1"

BY_THING: Mapping[str, tuple[HTTPRouteHandler, ...]] = {
    "service": operation.ROUTES,
    "questionnaires": library.ROUTES,
    "organisations": organisations.ROUTES,
    "assessments": (*assessments.ROUTES, *answers.ROUTES, *results.ROUTES),
    "documents": documents.ROUTES,
    "plans": plans.ROUTES,
    "reviews": (*reviews.ROUTES, *second_looks.ROUTES, *doubles.ROUTES),
    "chain": (*chain.ROUTES, *lists.ROUTES, *exports.ROUTES, *partners.ROUTES, *screenings.ROUTES, *shares.ROUTES),
    "shipments": (*shipments.ROUTES, *attestations.ROUTES),
}
"""In the order of the documentation."""


def _methods(routes: Iterable[HTTPRouteHandler]) -> Mapping[str, set[str]]:
    """Return the methods of each address."""
    found: dict[str, set[str]] = {}
    for one in routes:
        for path in one.paths:
            found.setdefault(path, {HttpMethod.OPTIONS.value}).update(one.http_methods)
    return found


def _telling(path: str, methods: Iterable[str]) -> HTTPRouteHandler:
    """Return a route that tells the methods of an address.

    The framework adds one too, which knows only those of the first route that an
    address was given (Litestar 2.25).
    """

    @route(path, http_method=[HttpMethod.OPTIONS], status_code=HTTPStatus.NO_CONTENT, sync_to_thread=False)
    def options() -> Response[None]:
        return Response(None, headers={"Allow": ", ".join(sorted(methods))})

    return options


_ALL = tuple(one for routes in BY_THING.values() for one in routes)

ROUTES = (*(_telling(path, methods) for path, methods in _methods(_ALL).items()), *_ALL)
"""Those that tell methods come first, so that the framework adds none."""
