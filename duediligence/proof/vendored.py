"""Schemas and contexts of UN/CEFACT and W3C, as they ship with this package.

Nothing is fetched: not when a credential is made, not when one is checked. Origin,
digests and licence stand beside the files in `schemas/untp-0.7.0/SOURCES.md`.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import jsonschema_rs

FOLDER = Path(__file__).parent / "schemas"

CREDENTIALS_CONTEXT = "https://www.w3.org/ns/credentials/v2"
UNTP_CONTEXT = "https://vocabulary.uncefact.org/untp/0.7.0/context/"

SCHEME_SCHEMA = "https://untp.unece.org/artefacts/schema/v0.7.0/cvc/ConformityScheme.json"
"""Where the schema of a scheme is published."""

CONTEXTS = {
    CREDENTIALS_CONTEXT: FOLDER / "untp-0.7.0" / "credentials-v2.jsonld",
    UNTP_CONTEXT: FOLDER / "untp-0.7.0" / "untp-context-0.7.0.jsonld",
}
"""The file of each context, by the address under which credentials name it."""

CONFORMITY_CREDENTIAL = "untp-0.7.0/dcc-0.7.0.json"
CONFORMITY_SCHEME = "untp-0.7.0/cvc-0.7.0.json"


def faults(schema: str, value: object) -> tuple[str, ...]:
    """Return where a value does not fit a schema, and why; empty if it fits.

    Args:
        schema: one of the two named above.
        value: plain JSON.
    """
    return tuple(f"{'/'.join(map(str, one.instance_path))}: {one.message}" for one in _rules(schema).iter_errors(value))


@cache
def _rules(schema: str) -> "jsonschema_rs.Draft202012Validator":
    import jsonschema_rs  # 12 MB that only issuing needs

    read = msgspec.json.decode((FOLDER / schema).read_bytes())
    return jsonschema_rs.Draft202012Validator(read, validate_formats=True)
