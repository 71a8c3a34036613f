"""Signed files where evidence lies: put there by a worker, fetched by the firm and by named readers.

They are sealed with the protected key like everything that is made for somebody, and
bound to their mark, so that no file can take the place of another.
"""

import hashlib
from datetime import timedelta

from duediligence import blob, key
from duediligence.job import Context
from duediligence.protected import Vault
from duediligence.settings import Settings
from duediligence.store.product import Product
from duediligence.workflow.waiting import place

KEPT = timedelta(days=400)
"""How long a signed file can be fetched: a little longer than the longest attestation stands."""

_PDF = "application/pdf"


def put(context: Context, mark: str, organisation: str, data: bytes) -> Product:
    """Return the row of a signed PDF whose bytes were just put where files lie.

    Raises:
        Unavailable: the place of files does not take them.
    """
    content = key.read_or_make(context.settings.protected_key_path()).seal(data, _about(organisation, mark))
    digest = hashlib.sha256(content).hexdigest()
    blob.put(place(context.settings), f"{organisation}/{digest}", content)
    now = context.clock()
    return Product(
        id=mark,
        organisation=organisation,
        job=context.job,
        sha256=digest,
        size=len(data),
        media_type=_PDF,
        name=f"{mark}.pdf",
        created=now,
        expires=now + KEPT,
    )


def fetched(settings: Settings, vault: Vault, row: Product) -> bytes | None:
    """Return a signed file as it was put, None where its bytes are gone.

    Raises:
        Tampered: the bytes are not those that were put there.
        Unavailable: the place of files does not answer.
    """
    sealed = blob.get(place(settings), f"{row.organisation}/{row.sha256}")
    return None if sealed is None else vault.key.open(sealed, _about(row.organisation, row.id))


def _about(organisation: str, mark: str) -> bytes:
    return f"signed/{organisation}/{mark}".encode()
