"""Bytes under a key: in a folder, or in a bucket of S3.

A folder is written so that a key holds all of what was put there or nothing.
For S3 the keys and the region come from the usual `AWS_*` environment; so does
the address of a server other than Amazon's (`AWS_ENDPOINT_URL`), and whether it may be
spoken to without encryption (`AWS_ALLOW_HTTP`). The library is loaded with the first place
that is opened: few requests need one.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from duediligence.errors import Unavailable, Unusable

if TYPE_CHECKING:
    from obstore.store import LocalStore, MemoryStore, S3Store

Blobs: TypeAlias = "LocalStore | MemoryStore | S3Store"

_PATIENCE = timedelta(seconds=20)


class Blob(NamedTuple):
    """What is known of some bytes without reading them."""

    key: str
    written: datetime


def opened(address: str) -> Blobs:
    """Return the place that an address names; a folder is made where there is none.

    Args:
        address: a folder, or `s3://bucket/prefix`.

    Raises:
        Unusable: it is neither, or the folder cannot be made.
    """
    from obstore.store import LocalStore, S3Store

    if "://" in address:
        place = urlsplit(address)
        if place.scheme != "s3" or not place.hostname or place.query or place.username:
            raise Unusable(
                "DUE_FILES must name a folder, or read like s3://bucket/prefix with keys in AWS_* variables."
            )
        return S3Store(
            place.hostname,
            prefix=place.path.strip("/") or None,
            client_options={
                "timeout": _PATIENCE,
                "connect_timeout": _PATIENCE / 4,
                # Any option given here makes the library pass over this variable, which it reads otherwise.
                "allow_http": os.environ.get("AWS_ALLOW_HTTP", "").lower() == "true",
            },
            retry_config={"max_retries": 3, "retry_timeout": _PATIENCE},
        )
    folder = Path(address).absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # evidence is for nobody else on the machine
    except OSError as error:
        raise Unusable(f"The folder for files {folder} cannot be made: {error.strerror}.") from error
    return LocalStore(folder)


def put(blobs: Blobs, key: str, data: bytes) -> None:
    """Write bytes under a key, in the place of what may be there.

    Raises:
        Unavailable: the place does not take them; nothing was written.
    """
    with _guarded():
        blobs.put(key, data)


def get(blobs: Blobs, key: str) -> bytes | None:
    """Return the bytes under a key, None where there are none.

    Raises:
        Unavailable: the place does not answer.
    """
    with _guarded():
        try:
            return blobs.get(key).bytes().to_bytes()
        except FileNotFoundError:
            return None


def has(blobs: Blobs, key: str) -> bool:
    """Return whether there is anything under a key.

    Raises:
        Unavailable: the place does not answer.
    """
    with _guarded():
        try:
            blobs.head(key)
        except FileNotFoundError:
            return False
    return True


def delete(blobs: Blobs, key: str) -> None:
    """Remove what is under a key; nothing happens where nothing is.

    Raises:
        Unavailable: the place does not answer; it may still be there.
    """
    with _guarded():
        try:
            blobs.delete(key)
        except FileNotFoundError:
            return


def listed(blobs: Blobs) -> Iterator[Blob]:
    """Yield everything there is.

    Raises:
        Unavailable: the place does not answer.
    """
    with _guarded():
        for page in blobs.list():
            yield from (Blob(one["path"], one["last_modified"]) for one in page)


@contextmanager
def _guarded() -> Iterator[None]:
    """Turn what the library says about a full disk, a lost line or a wrong key into `Unavailable`."""
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, OSError) as error:
        raise Unavailable(
            "The place where files are kept does not answer, or is full. Try again in a moment."
        ) from error
