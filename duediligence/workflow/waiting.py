"""What somebody sent and has yet to decide on, kept between two pages.

A browser does not send a file twice, and a page that asks about one must not lose
it. Its bytes wait among the files of the organisation, where no row names them:
they go when the decision is made, and with the daily sweep of bytes without a row
when nobody comes back for them.

They are sealed with the protected key and bound to whoever sent them: a workbook
may hold protected answers, and a file that is asked about may point to people.
Whoever learns the name of waiting bytes without being that person finds nothing.
"""

import hashlib
import re
from contextlib import suppress
from functools import cache

from duediligence import blob
from duediligence.blob import Blobs
from duediligence.errors import NotFound, Unavailable
from duediligence.key import Tampered
from duediligence.settings import Settings
from duediligence.workflow.work import Work

_NAME = re.compile(r"[0-9a-f]{64}")


def place(settings: Settings) -> Blobs:
    """Return where the files of an installation lie.

    Raises:
        Unusable: the setting names no place.
    """
    return _opened(settings.files_url())


def put_by(work: Work, organisation: str, purpose: str, content: bytes) -> str:
    """Return the name under which the actor finds `content` again.

    Args:
        work: of whoever sent it; nothing is written to its databases.
        organisation: on whose account it was sent.
        purpose: what it waits for; it is found for nothing else.
        content: the bytes.

    Raises:
        Unavailable: the place of files does not take them.
    """
    sealed = work.vault.key.seal(content, _about(work, organisation, purpose))
    name = hashlib.sha256(sealed).hexdigest()
    blob.put(place(work.settings), f"{organisation}/{name}", sealed)
    return name


def found(work: Work, organisation: str, purpose: str, name: str) -> bytes:
    """Return what the actor has put by.

    Raises:
        NotFound: it was decided on or waited for too long, or somebody else sent it.
        Unavailable: the place of files does not answer.
    """
    sealed = blob.get(place(work.settings), f"{organisation}/{name}") if _NAME.fullmatch(name) else None
    if sealed is not None:
        with suppress(Tampered):  # evidence under its digest, or sent by somebody else
            return work.vault.key.open(sealed, _about(work, organisation, purpose))
    raise NotFound("It does not wait any more. Send the file again.")


def forget(settings: Settings, organisation: str, name: str) -> None:
    """Remove what `found` has returned; where the place of files does not answer, the daily sweep does."""
    with suppress(Unavailable):
        blob.delete(place(settings), f"{organisation}/{name}")


@cache
def _opened(address: str) -> Blobs:
    return blob.opened(address)


def _about(work: Work, organisation: str, purpose: str) -> bytes:
    return f"waiting/{purpose}/{organisation}/{work.actor.person}".encode()
