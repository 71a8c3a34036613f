"""JSON Schemas of types, with what their docstrings say of them."""

from collections.abc import Iterable
from inspect import cleandoc
from typing import Any

import msgspec


def components(kinds: Iterable[object], place: str) -> tuple[tuple[dict[str, Any], ...], dict[str, dict[str, Any]]]:
    """Return the schema of each type, and by name the parts that they refer to.

    Args:
        kinds: types that msgspec knows.
        place: where a part is found, with `{name}` for its name.
    """
    found, parts = msgspec.json.schema_components(tuple(kinds), ref_template=place)
    for part in parts.values():
        if words := part.get("description"):
            part["description"] = cleandoc(words)  # Python keeps the indentation of a docstring up to 3.12
    return found, parts
