"""The OpenAPI document of the JSON routes, taken from the routes and their types.

Schemas come from the types by which bodies are read and written (msgspec), so that
the document cannot say anything else than the code does. Litestar's own generator
is not used: of a struct that refuses unknown fields it does not say so, and leaves
its docstring out.
"""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from types import NoneType, UnionType
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin, get_type_hints

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg

from api.auth import SAFE, is_open
from api.problems import MEDIA_TYPE, ProblemDocument
from api.security import is_costly
from api.v1.contract import ALSO, FILES, GUARDED, KEY, LATER, MARKED, REPEATABLE, REVISION, TAKES, TAKES_FORM
from api.v1.examples import EXAMPLES
from api.v1.routes import BY_THING, PREFIX
from duediligence.schema import components as components_of
from duediligence.webhook import CHANGED, Notice

_Json: TypeAlias = dict[str, Any]

_REF = "#/components/schemas/{name}"
_IN_PATH = re.compile(r"\{(\w+):\w+\}")
_STRING = {"type": "string"}
_ETAG = {"ETag": {"description": "What this state is known by.", "schema": _STRING}}
_WHERE = {
    "Location": {"description": "The job; what it makes is found where it was asked for.", "schema": _STRING},
    "Retry-After": {"description": "Seconds until it is worth asking again.", "schema": {"type": "integer"}},
}
_CONSTRAINTS = {"pattern": "pattern", "ge": "minimum", "le": "maximum"}
_DECLARED = {
    GUARDED: ("If-Match", {"type": "string", "pattern": f"^{REVISION}$"}, "The ETag of the state that is changed."),
    REPEATABLE: (
        "Idempotency-Key",
        {"type": "string", "pattern": f"^{KEY}$"},
        "Sent again under it, nothing is done twice.",
    ),
    MARKED: ("If-None-Match", _STRING, "The ETag of the state that is known already."),
}
"""The headers that a declaration of a route stands for."""


@dataclass(frozen=True)
class _Route:
    """One route, as far as it is documented."""

    thing: str
    handler: HTTPRouteHandler
    hints: Mapping[str, Any]

    @property
    def method(self) -> str:
        """The HTTP method in small letters, as OpenAPI names it."""
        return next(iter(self.handler.http_methods)).lower()

    @property
    def path(self) -> str:
        """The address, with parameters in braces and without their types."""
        return PREFIX + _IN_PATH.sub(r"{\1}", next(iter(self.handler.paths)))

    @property
    def opt(self) -> Mapping[str, Any]:
        """What the route declares beside its types."""
        return self.handler.opt

    @property
    def gives(self) -> object:
        """The type of what is answered; None where nothing is."""
        found = self.hints["return"]
        if get_origin(found) in (Union, UnionType):
            found = get_args(found)[0]
        if get_origin(found) is Response:
            (found,) = get_args(found)
        return None if found is NoneType else found

    @property
    def parameters(self) -> Iterator[tuple[str, ParameterKwarg, object, object]]:
        """Name, place, type and default of each parameter in path or query."""
        for name, parameter in inspect.signature(self.handler.fn).parameters.items():
            hint = self.hints[name]
            if get_origin(hint) is Annotated:
                kind, *rest = get_args(hint)
                for one in rest:
                    if isinstance(one, ParameterKwarg):
                        yield name, one, kind, parameter.default


@cache
def document() -> bytes:
    """Return the OpenAPI 3.1 document as JSON; it does not change while a program runs."""
    routes = [
        _Route(thing, handler, get_type_hints(handler.fn, include_extras=True))
        for thing, handlers in BY_THING.items()
        for handler in handlers
    ]
    schemas, components = _schemas(routes)
    paths: dict[str, _Json] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method] = _operation(route, schemas)
    whole = {
        "openapi": "3.1.0",
        "info": {
            "title": "Due diligence on labour practices",
            "version": "1",
            "description": "Everything the pages do, as JSON. Show a key: `Authorization: Bearer dd_…`.",
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "tags": [{"name": thing} for thing in BY_THING],
        "paths": paths,
        "webhooks": {CHANGED: {"post": _called(schemas)}},
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }
    return msgspec.json.encode(whole)


def _schemas(routes: Sequence[_Route]) -> tuple[Mapping[object, _Json], dict[str, _Json]]:
    """Return the schema of every type that a route takes or gives, and the components they name; all closed."""
    kinds: dict[object, None] = {ProblemDocument: None, Notice: None}
    for route in routes:
        also = route.opt.get(ALSO, {})
        asked = (kind for _, _, kind, _ in route.parameters)
        taken = (route.opt.get(TAKES), route.opt.get(TAKES_FORM))
        named = [*taken, route.opt.get(LATER), route.gives, *also.values(), *asked]
        kinds |= dict.fromkeys(kind for kind in named if kind is not None and kind is not bytes)
    found, components = _named(*components_of(kinds, _REF))
    for schema in components.values():
        if "properties" in schema:
            schema["additionalProperties"] = False
        if words := schema.get("description"):
            schema["description"] = words.replace("None", "null")
    for kind in (kind for route in routes if (kind := route.opt.get(TAKES_FORM))):
        for field in msgspec.structs.fields(kind):
            if field.type is bytes:  # as it is, and not in letters as it would be in JSON
                components[kind.__name__]["properties"][field.name] = {"type": "string", "format": "binary"}
    # A value and a reason for none exclude each other; the type says so when it is made.
    components["Answer"]["anyOf"] = [{"properties": {name: {"type": "null"}}} for name in ("value", "missing")]
    return dict(zip(kinds, found, strict=True)), components


def _named(found: Sequence[_Json], components: Mapping[str, _Json]) -> tuple[list[_Json], dict[str, _Json]]:
    """Return schemas with short names: two types of one name are told apart by their module, not by its whole path."""
    told = msgspec.json.encode((found, components))
    for name in components:
        *_, module, last = f".{name}".split(".")
        told = told.replace(name.encode(), f"{module.capitalize()}{last}".encode()) if module else told
    return msgspec.json.decode(told, type=tuple[list[_Json], dict[str, _Json]])


def _operation(route: _Route, schemas: Mapping[object, _Json]) -> _Json:
    summary, _, more = inspect.cleandoc(route.handler.fn.__doc__ or "").partition("\n\n")
    made: _Json = {
        "operationId": f"{route.thing}_{route.handler.fn.__name__}",
        "tags": [route.thing],
        "summary": " ".join(summary.split()),
        "parameters": [*_parameters(route, schemas), *_headers(route)],
        "responses": _answers(route, schemas),
    }
    if more:
        made["description"] = " ".join(more.split())
    if kind := route.opt.get(TAKES):
        content = {"schema": schemas[kind], "example": msgspec.to_builtins(EXAMPLES[kind])}
        made["requestBody"] = {"required": True, "content": {"application/json": content}}
    if kind := route.opt.get(TAKES_FORM):
        made["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": schemas[kind]}}}
    if is_open(route.opt):
        made["security"] = [{}, {"key": []}]
    return made


def _parameters(route: _Route, schemas: Mapping[object, _Json]) -> Iterator[_Json]:
    for name, place, kind, default in route.parameters:
        limits = {said: limit for field, said in _CONSTRAINTS.items() if (limit := getattr(place, field)) is not None}
        required = default is inspect.Parameter.empty
        schema = {**schemas[kind], **limits, **({} if required else {"default": default})}
        yield {"name": name, "in": place.param_type.value, "required": required, "schema": schema}


def _headers(route: _Route) -> Iterator[_Json]:
    for declared, (name, schema, words) in _DECLARED.items():
        if route.opt.get(declared):
            required = declared == GUARDED
            yield {"name": name, "in": "header", "required": required, "schema": schema, "description": words}


def _answers(route: _Route, schemas: Mapping[object, _Json]) -> _Json:
    status = HTTPStatus(route.handler.status_code)
    good: _Json = {"description": status.phrase}
    if files := route.opt.get(FILES):
        good["content"] = {kind: {"schema": {}} for kind in files}
    elif route.gives is not None:
        good["content"] = {"application/json": {"schema": schemas[route.gives]}}
    if route.opt.get(MARKED) or (route.opt.get(GUARDED) and route.gives is not None):
        good["headers"] = _ETAG
    answers = {str(status.value): good}
    if kind := route.opt.get(LATER):
        content = {"application/json": {"schema": schemas[kind]}}
        answers["202"] = {"description": HTTPStatus.ACCEPTED.phrase, "headers": _WHERE, "content": content}
    if route.opt.get(MARKED):
        answers["304"] = {"description": HTTPStatus.NOT_MODIFIED.phrase, "headers": _ETAG}
    also = route.opt.get(ALSO, {})
    for wrong in sorted(_refusals(route) | also.keys()):
        schema = schemas[also.get(wrong, ProblemDocument)]
        usual = schemas[ProblemDocument]
        told = schema if schema == usual else {"anyOf": [schema, usual]}
        answers[str(wrong.value)] = {"description": wrong.phrase, "content": {MEDIA_TYPE: {"schema": told}}}
    return answers


def _refusals(route: _Route) -> set[HTTPStatus]:
    """Return the statuses with which a route may refuse, or fail."""
    found = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED}
    found |= {HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE}
    if not is_open(route.opt):
        found.add(HTTPStatus.FORBIDDEN)
    if "{" in route.path or route.opt.keys() & {TAKES, TAKES_FORM}:
        found.add(HTTPStatus.NOT_FOUND)
    if route.method.upper() not in SAFE:
        found |= {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
    if route.opt.keys() & {TAKES, TAKES_FORM}:
        found |= {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
    if GUARDED in route.opt:
        found |= {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED}
    if is_costly(route.opt) or TAKES_FORM in route.opt:
        found.add(HTTPStatus.TOO_MANY_REQUESTS)
    return found


def _called(schemas: Mapping[object, _Json]) -> _Json:
    names = ("Webhook-Id", "Webhook-Timestamp", "Webhook-Signature")
    return {
        "operationId": "webhook",
        "summary": "Something about an assessment has changed; look at it where the links lead.",
        "security": [],
        "parameters": [{"name": name, "in": "header", "required": True, "schema": _STRING} for name in names],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schemas[Notice]}}},
        "responses": {"2XX": {"description": "It arrived. Anything else, and the call is made again later."}},
    }
