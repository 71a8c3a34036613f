"""Files that pages load, each under a name that holds its digest, so that browsers may keep it for a year.

A changed file has another name: nobody sees an old one, and nobody asks twice
for the same.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

import msgspec

FOLDER = Path(__file__).parent / "static"

_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".webp": "image/webp"}


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """A file that pages load."""

    name: str  # with its digest: app.1f0c9a3b.css
    kind: str  # its media type
    data: bytes


@cache
def assets() -> dict[str, Asset]:
    """Return every file by its plain name."""
    return {path.name: _read(path) for path in sorted(FOLDER.rglob("*")) if path.suffix in _KINDS}


def address(name: str) -> str:
    """Return where a file is found, for example `/static/app.1f0c9a3b.css` for `app.css`."""
    return f"/static/{assets()[name].name}"


def _read(path: Path) -> Asset:
    data = path.read_bytes()
    digest = sha256(data).hexdigest()[:8]
    return Asset(name=f"{path.stem}.{digest}{path.suffix}", kind=_KINDS[path.suffix], data=data)
