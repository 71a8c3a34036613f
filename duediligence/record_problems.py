"""What keeps a record from being read: every fault at once, each with its place.

A type check stops at the first fault. So where a value does not fit its type,
its parts are looked at one by one, down to the smallest that does not fit.
"""

import types
from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TypeAlias, Union, get_args, get_origin

import msgspec

from questionnaires import content
from questionnaires.problem import Problem
from questionnaires.text import LANGUAGES, Text, filled, say

_FILE = Path(__file__).parent / "texts" / "record.yaml"
_LONGEST = 60  # letters of a value that are repeated to the reader

_Kind: TypeAlias = object
"""A type as it is written in an annotation."""

_KINDS: dict[_Kind, str] = {
    str: "text",
    float: "number",
    int: "whole",
    bool: "truth",
    date: "day",
    datetime: "moment",
    types.NoneType: "nothing",
    tuple: "list",
    dict: "object",
}


class _Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sentences by the code of the problem, and the names of kinds of values."""

    reviewed: bool
    sentences: dict[str, Text]
    kinds: dict[str, Text]


def problem(code: str, where: str, **facts: object) -> Problem:
    """Return a problem with a record, its sentence filled in with `facts`.

    Args:
        code: as in `texts/record.yaml`, in capitals.
        where: the path within the record, "" for the whole of it.
        facts: a value that is itself a text is filled in language by language.
    """
    return Problem(code=code, where=where, detail=filled(_words().sentences[code.lower()], **facts))


def faults(value: object, kind: _Kind, where: str) -> Iterator[Problem]:
    """Yield everything in `value` that does not fit `kind`; nothing when it fits.

    Args:
        value: as JSON holds it.
        kind: a type, or an annotation such as `dict[str, Answer]`.
        where: the path of the value, "" for the whole record.
    """
    try:
        msgspec.convert(value, type=kind)
    except msgspec.ValidationError:
        found = list(_within(value, _without_none(kind), where))
        yield from found or [_unfit(value, kind, where)]


def _within(value: object, kind: _Kind, where: str) -> Iterator[Problem]:
    """Yield the faults of the parts of a value."""
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, dict):
        yield from _of_fields(value, kind, where)
    elif origin is dict and isinstance(value, dict):
        for name, item in value.items():
            yield from faults(item, arguments[1], _below(where, name))
    elif origin is tuple and isinstance(value, list):
        for position, item in enumerate(value):
            yield from faults(item, arguments[0], f"{where}[{position}]")


def _of_fields(value: dict[str, object], kind: type[msgspec.Struct], where: str) -> Iterator[Problem]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name in sorted(value.keys() - fields.keys()):
        yield problem("RECORD_PART_UNKNOWN", where, name=name[:_LONGEST])
    for name, field in fields.items():
        if name in value:
            yield from faults(value[name], field.type, _below(where, name))
        elif field.required:
            yield problem("RECORD_PART_MISSING", where, name=name)


def _unfit(value: object, kind: _Kind, where: str) -> Problem:
    """Return the fault of a value none of whose parts is at fault by itself."""
    if isinstance(value, dict) and isinstance(_without_none(kind), type):
        return problem("RECORD_PARTS_CONTRADICT", where)
    found = msgspec.json.encode(value).decode()
    shown = found if len(found) <= _LONGEST else f"{found[:_LONGEST]}…"
    return problem("RECORD_VALUE_UNFIT", where, found=shown, expected=_expected(kind))


def _expected(kind: _Kind) -> Text:
    """Return in words what a type takes."""
    parts = get_args(kind) if _is_union(kind) else (kind,)
    names = [_name(part) for part in parts]
    return {language: " / ".join(say(name, language) for name in names) for language in LANGUAGES}


def _name(kind: _Kind) -> Text:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return dict.fromkeys(LANGUAGES, ", ".join(str(one.value) for one in kind))
    plain = get_origin(kind) or kind
    return _words().kinds[_KINDS.get(plain, "object")]


def _without_none(kind: _Kind) -> _Kind:
    """Return the one type that stands beside None, or the type itself."""
    left = [part for part in get_args(kind) if part is not types.NoneType] if _is_union(kind) else []
    return left[0] if len(left) == 1 else kind


def _is_union(kind: _Kind) -> bool:
    return get_origin(kind) in (Union, types.UnionType)


def _below(where: str, name: str) -> str:
    return f"{where}.{name[:_LONGEST]}" if where else name[:_LONGEST]


@cache
def _words() -> _Words:
    return content.read(_FILE, _Words)
