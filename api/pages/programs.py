"""What programs can do here: the documentation of the JSON routes, as a page and as OpenAPI."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import msgspec
from litestar import Response, get

from api.auth import for_strangers, open_to_all
from api.pages.frame import AnyRequest, shown
from api.schema import document

_Json: TypeAlias = Mapping[str, Any]


class Line(NamedTuple):
    """One parameter, or one field of a shape."""

    name: str
    kind: "Kind"
    required: bool
    note: str = ""


class Kind(NamedTuple):
    """What a value is: in words, and the shapes that stand behind them."""

    words: str
    shapes: tuple[str, ...] = ()


class Answered(NamedTuple):
    """One status, and what comes with it."""

    status: str
    words: str
    kind: Kind


class Operation(NamedTuple):
    """One route."""

    id: str
    method: str
    path: str
    summary: str
    more: str
    parameters: tuple[Line, ...]
    body: Kind
    example: str
    answers: tuple[Answered, ...]
    refusals: tuple[str, ...]  # statuses that come with nothing but a problem document


class Shape(NamedTuple):
    """One type of value that is sent or answered."""

    name: str
    words: str
    fields: tuple[Line, ...]
    choices: tuple[str, ...]


_PROBLEM = Kind("", ("ProblemDocument",))


@get("/api", opt=open_to_all(), sync_to_thread=False)
def api(request: AnyRequest) -> Response[str]:
    """Return the documentation of the JSON routes."""
    return shown(request, "api.html", {"things": _things(), "shapes": _shapes()})


@get("/api/v1/openapi.json", opt=for_strangers(), sync_to_thread=False)
def openapi() -> Response[bytes]:
    """Return the same as an OpenAPI 3.1 document."""
    headers = {"Cache-Control": "public, max-age=300"}
    return Response(document(), media_type="application/vnd.oai.openapi+json;version=3.1", headers=headers)


@cache
def _told() -> _Json:
    found: _Json = msgspec.json.decode(document())
    return found


@cache
def _things() -> dict[str, tuple[Operation, ...]]:
    """Return the routes by thing, in the order of the document."""
    things: dict[str, list[Operation]] = {tag["name"]: [] for tag in _told()["tags"]}
    for path, methods in _told()["paths"].items():
        for method, one in methods.items():
            things[one["tags"][0]].append(_operation(path, method, one))
    return {thing: tuple(operations) for thing, operations in things.items()}


@cache
def _shapes() -> tuple[Shape, ...]:
    """Return every type of value, by name."""
    components = _told()["components"]["schemas"]
    return tuple(_shape(name, components[name]) for name in sorted(components))


def _operation(path: str, method: str, one: _Json) -> Operation:
    body: _Json = next(iter(one.get("requestBody", {}).get("content", {}).values()), {})
    answers = tuple(_answered(status, answer) for status, answer in one["responses"].items())
    shown = msgspec.json.encode(body["example"]) if "example" in body else b""  # a form with a file has none
    example = msgspec.json.format(shown, indent=2).decode() if shown else ""
    return Operation(
        id=one["operationId"],
        method=method.upper(),
        path=path,
        summary=one["summary"].replace("`", ""),
        more=one.get("description", "").replace("`", ""),
        parameters=tuple(
            Line(each["name"], _kind(each["schema"]), each["required"], each.get("description", each["in"]))
            for each in one["parameters"]
        ),
        body=_kind(body["schema"]) if body else Kind(""),
        example=example,
        answers=tuple(answer for answer in answers if answer.kind != _PROBLEM),
        refusals=tuple(answer.status for answer in answers if answer.kind == _PROBLEM),
    )


def _answered(status: str, answer: _Json) -> Answered:
    content: _Json = answer.get("content", {})
    schemas = [one["schema"] for one in content.values() if one["schema"]]
    kind = _kind(schemas[0]) if schemas else Kind(", ".join(content))
    return Answered(status, answer["description"], kind)


def _shape(name: str, schema: _Json) -> Shape:
    required = set(schema.get("required", ()))
    return Shape(
        name=name,
        words=schema.get("description", "").replace("`", ""),
        fields=tuple(Line(field, _kind(of), field in required) for field, of in schema.get("properties", {}).items()),
        choices=tuple(map(str, schema.get("enum", ()))),
    )


def _kind(schema: _Json) -> Kind:
    """Return what a schema says in words, with the names of the shapes in it."""
    match schema:
        case {"$ref": str() as reference}:
            return Kind("", (reference.rpartition("/")[2],))
        case {"anyOf": list() as several} if "properties" not in schema:
            kinds = [_kind(one) for one in several]
            words = " | ".join(kind.words for kind in kinds if kind.words)
            return Kind(words, tuple(shape for kind in kinds for shape in kind.shapes))
        case {"type": "array" as outer, "items": inside} | {"type": "object" as outer, "additionalProperties": inside}:
            inner = _kind(inside)
            return Kind(f"{outer}: {inner.words}".rstrip(": "), inner.shapes)
        case {"enum": list() as choices}:
            return Kind(" | ".join(map(str, choices)))
    return Kind(", ".join(str(schema[name]) for name in ("type", "format") if name in schema))


ROUTES = (api, openapi)
