"""Evidence files of a firm: kept, read again, erased.

The bytes lie apart from the rows, under the organisation and their digest:

    key = <organisation>/<SHA-256 of the content>

Equal files of one firm are kept once. Equal files of two firms are two: neither
learns of the other, and what one erases is gone for good without a look at
anybody else.

Bytes are written before the row that names them and removed after it, so that a
row never names bytes that are not there. Whatever dies in between leaves bytes
without a row, which `abandoned` finds. Access is the caller's business; which
organisation is meant is always said.
"""

import hashlib
from datetime import datetime, timedelta

from duediligence import blob
from duediligence.blob import Blobs
from duediligence.database import Connection, new_id
from duediligence.errors import Unavailable, Unfit
from duediligence.evidence import File, Upload
from duediligence.key import Tampered
from duediligence.screening.screen import Screened
from duediligence.screening.words import problem
from duediligence.store import file as store

MOST_BYTES = 2 * 2**30
"""What the files of one organisation may hold together."""

GRACE = timedelta(days=1)
"""Bytes younger than this may belong to an upload that is not finished."""


def write(blobs: Blobs, organisation: str, screened: Screened) -> None:
    """Write the bytes of a file, before the transaction in which `keep` writes its row.

    Writers of the database do not wait for a slow disk or a slow line that way. Nothing is
    looked up first: the time it takes tells nobody whether the bytes were there before.

    Raises:
        Unavailable: the place of files does not take them.
    """
    blob.put(blobs, _key(organisation, _digest(screened.data)), screened.data)


def keep(connection: Connection, blobs: Blobs, screened: Screened, upload: Upload) -> File:
    """Write the row of a file whose bytes were written, and return it.

    Raises:
        Unfit: it asks for something that was not confirmed, the dates contradict, or there is no room.
        Unavailable: the place of files does not answer.
    """
    if screened.asks and not upload.confirmed:
        raise Unfit(screened.asks)
    if upload.dated and upload.valid_until and upload.valid_until < upload.dated:
        raise Unfit((problem("FILE_DATES_REVERSED", "valid_until"),))
    store.hold(connection, upload.organisation)
    if store.occupied(connection, upload.organisation) + len(screened.data) > MOST_BYTES:
        raise Unfit((problem("FILE_NO_ROOM", screened.name, limit=MOST_BYTES // 2**20),))
    kept = File(
        id=new_id(),
        organisation=upload.organisation,
        sha256=_digest(screened.data),
        size=len(screened.data),
        media_type=screened.media_type,
        name=screened.name,
        dated=upload.dated,
        valid_until=upload.valid_until,
        shared=upload.shared,
        uploaded=upload.at,
        uploaded_by=upload.by,
    )
    # The same bytes may have been discarded since they were written; from here on nobody can.
    if not blob.has(blobs, _key(kept.organisation, kept.sha256)):
        write(blobs, kept.organisation, screened)
    store.add(connection, kept)
    return kept


def read(blobs: Blobs, file: File) -> bytes:
    """Return the bytes of a file that is not erased.

    Raises:
        Tampered: they are no longer what was kept.
        Unavailable: they are not there, or the place of files does not answer.
    """
    data = blob.get(blobs, _key(file.organisation, file.sha256))
    if data is None:
        raise Unavailable("The content of this file is not where it was kept. Restore it from a backup.")
    if _digest(data) != file.sha256:
        raise Tampered("The content of this file was changed since it was kept. Restore it from a backup.")
    return data


def erase(connection: Connection, organisation: str, identifier: str, reason: str, now: datetime) -> File:
    """Leave a tombstone in the place of a file, and return the file as it was.

    Its bytes are removed by `discard`, once this is committed. A file that is erased stays as it is.

    Raises:
        NotFound: the organisation has no such file.
    """
    store.hold(connection, organisation)
    found = store.load(connection, organisation, identifier)
    store.erase(connection, found, now, reason)
    return found


def discard(connection: Connection, blobs: Blobs, organisation: str, sha256: str) -> None:
    """Remove bytes that no file of the organisation names any more, in a transaction of its own.

    Raises:
        Unavailable: the place of files does not answer.
    """
    store.hold(connection, organisation)
    if not store.in_use(connection, organisation, sha256):
        blob.delete(blobs, _key(organisation, sha256))


def forget(blobs: Blobs, organisation: str, sha256: str) -> None:
    """Remove bytes of an organisation that is no more.

    Raises:
        Unavailable: the place of files does not answer.
    """
    blob.delete(blobs, _key(organisation, sha256))


def abandoned(connection: Connection, blobs: Blobs, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return organisation and digest of bytes that no file names, to be discarded one by one.

    Raises:
        Unavailable: the place of files does not answer.
    """
    old = (one.key.split("/") for one in blob.listed(blobs) if one.written < now - GRACE)
    pairs = ((parts[0], parts[1]) for parts in old if len(parts) == 2)  # noqa: PLR2004  organisation and digest
    return tuple(pair for pair in pairs if not store.in_use(connection, *pair))


def _key(organisation: str, sha256: str) -> str:
    return f"{organisation}/{sha256}"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
