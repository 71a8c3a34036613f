"""Content files: YAML read into types, with every fault named by file and place.

YAML 1.1 would turn the answer `no` into false, `1:30` into 90 and a date into
an object. Content means what it says, so only `true`, `false`, `null` and plain
decimal numbers are special here; everything else is words.
"""

import re
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

T = TypeVar("T")


class ContentError(Exception):
    """A content file cannot be used; the message names file, place and way out."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe YAML in which `no` is a word."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", "-0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def parse(data: bytes | str, where: str) -> object:
    """Return the plain value of a YAML document.

    Raises:
        ContentError: the document is not YAML; `where` names it.
    """
    try:
        return yaml.load(data, _Loader)  # noqa: S506  the loader is a safe one
    except yaml.YAMLError as error:
        raise ContentError(f"{where}: this is not readable YAML. {error}") from error


def convert(value: object, kind: type[T], where: str) -> T:
    """Return `value` as `kind`.

    Raises:
        ContentError: a field is missing, unknown or of the wrong type.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ContentError(f"{where}: {error}") from error


def read(path: Path, kind: type[T]) -> T:
    """Return the content of one YAML file as `kind`.

    Raises:
        ContentError: the file is missing, is not YAML, or does not fit `kind`.
    """
    if not path.is_file():
        raise ContentError(f"{path.parent.name}/{path.name}: the file is missing")
    return convert(parse(path.read_bytes(), path.name), kind, path.name)
