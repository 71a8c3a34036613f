"""Issued editions of content: once issued, a version never changes.

A file `DIGESTS` in a library holds one line for each issued edition: id,
version, and the SHA-256 of its content as encoded, so that a comment or a line
break changes nothing and a single letter of a text does.
"""

import hashlib
from pathlib import Path

import msgspec


class Tampered(Exception):
    """An issued version is no longer what was issued."""


def age(edition: tuple[str, str]) -> tuple[str, tuple[int, ...]]:
    """Return what editions are sorted by: id, then version by its numbers, so that 2026.10 follows 2026.9."""
    identifier, version = edition
    return identifier, tuple(int(part) for part in version.split(".") if part.isdigit())


def digest(content: msgspec.Struct) -> str:
    """Return the SHA-256 of a piece of content, in hexadecimal."""
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def verify(library: Path, identifier: str, version: str, found: str) -> None:
    """Compare the digest of an edition with the one it was issued with.

    Args:
        library: the folder that holds the file `DIGESTS`.
        identifier: of the edition.
        version: of the edition.
        found: the digest it has now.

    Raises:
        Tampered: the digests differ, or the edition was never entered.
    """
    lines = (line.split() for line in (library / "DIGESTS").read_text(encoding="utf-8").splitlines())
    issued = {(name, number): value for name, number, value in lines}
    if issued.get((identifier, version)) != found:
        raise Tampered(f"{identifier} {version} has changed since it was issued")
