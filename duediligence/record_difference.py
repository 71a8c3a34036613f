"""Where two values differ, down to the smallest part, by the names of the parts."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

import msgspec
from msgspec import UNSET

_NAMES = ("indicator", "question", "exposure", "group", "override")
"""The fields by which the parts of a list are told apart."""


class Difference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field whose value is not what it should be; values as JSON, empty where there is none."""

    path: str  # profile.findings[DOC].level
    stated: str
    computed: str


def differences(path: str, stated: object, computed: object) -> Iterator[Difference]:
    """Yield the smallest parts in which two values, made of plain types, differ."""
    match stated, computed:
        case dict(), dict():
            for name in sorted(stated.keys() | computed.keys()):
                below = f"{path}.{name}" if path else name
                yield from differences(below, stated.get(name, UNSET), computed.get(name, UNSET))
        case [*one], [*other]:
            names = _item_names(one, other)
            for name, (here, there) in zip(names, zip_longest(one, other, fillvalue=UNSET), strict=True):
                yield from differences(f"{path}[{name}]", here, there)
        case _:
            if stated != computed:
                yield Difference(path=path, stated=json_of(stated), computed=json_of(computed))


def json_of(value: object) -> str:
    """Return a value as JSON, "" where there is none."""
    return "" if value is UNSET else msgspec.json.encode(value).decode()


def _item_names(stated: Sequence[object], computed: Sequence[object]) -> list[str]:
    """Return what the items of two lists are called: their own names where both agree, else positions."""
    names = [_name(item) for item in stated]
    if all(names) and names == [_name(item) for item in computed]:
        return names
    return [str(position) for position in range(max(len(stated), len(computed)))]


def _name(item: object) -> str:
    if not isinstance(item, dict):
        return ""
    return next((str(item[name]) for name in _NAMES if name in item), "")
