"""What programs need to check without asking anybody: keys, status lists, the vocabulary, roots of the ledger.

All of it is public, tells nothing of any single firm, and may be kept by whoever fetches it.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from api.auth import for_strangers, moment
from api.pages.frame import AnyRequest
from api.security import costly
from duediligence.errors import NotFound
from duediligence.proof import did, vendored, vocabulary
from duediligence.proof.ledger_proof import Consistency, LedgerProof
from duediligence.proof.status_list import StatusPurpose
from duediligence.proof.vocabulary import Publisher
from duediligence.store import attestation, ledger_tree, signing_key
from duediligence.store import installation as installations
from duediligence.workflow import checking
from duediligence.workflow.installation import Installation

_MINUTE, _DAY = 60, 24 * 3600
_HEADS = 400


class Heads(msgspec.Struct, frozen=True, kw_only=True):
    """Signed heads of the ledger, the newest first."""

    heads: tuple[str, ...]  # compact JWS each
    earlier: str  # address of the next ones, "" where there are none


@get("/.well-known/did.json", opt=for_strangers(), sync_to_thread=True)
def did_document(installation: NamedDependency[Installation]) -> Response[bytes]:
    """Return every key this service ever signed with, and what became of each."""
    with installation.db.reading() as connection:
        keys = signing_key.load_all(connection)
    return _json(did.document(installation.settings.address, keys), "application/did+json", _MINUTE)


@get("/status/{purpose:str}", opt=for_strangers(), sync_to_thread=True)
def status(installation: NamedDependency[Installation], purpose: FromPath[str]) -> Response[bytes]:
    """Return the signed list of what was withdrawn, or of what is on hold."""
    if purpose not in tuple(StatusPurpose):
        raise NotFound("There is no such list.")
    with installation.db.reading() as connection:
        signed = attestation.status(connection, purpose)
    if not signed:
        raise NotFound("No list was published yet. It is done with the first attestation, and every morning.")
    return _kept(signed.encode(), "application/vc+jwt", _MINUTE)


@get("/vocabulary/{path:path}", opt=for_strangers(), sync_to_thread=True)
def vocabulary_of(installation: NamedDependency[Installation], path: FromPath[str]) -> Response[bytes]:
    """Return a scheme, a criterion, a measure or a topic that credentials name."""
    with installation.db.reading() as connection:
        name = installations.operator_name(connection)
    by = Publisher(address=installation.settings.address, name=name)
    return _json(vocabulary.document(by, path.strip("/")), "application/ld+json", _DAY)


@get("/contexts/{name:str}", opt=for_strangers(), sync_to_thread=True)
def context(name: FromPath[str]) -> Response[bytes]:
    """Return a context that credentials name, as it ships here, for readers who fetch nothing from afar."""
    found = next((file for file in vendored.CONTEXTS.values() if file.name == name), None)
    if found is None:
        raise NotFound("There is no such context.")
    return _kept(found.read_bytes(), "application/ld+json", _DAY)


@get("/ledger/heads", opt=for_strangers(), sync_to_thread=True)
def heads(installation: NamedDependency[Installation], before: FromQuery[int] = 0) -> Response[bytes]:
    """Return how far the ledger went, as signed each morning and with each attestation."""
    with installation.db.reading() as connection:
        found = ledger_tree.heads(connection, _HEADS, before=before)
    earlier = f"/ledger/heads?before={found[-1].size}" if len(found) == _HEADS else ""
    return _json(Heads(heads=tuple(one.signed for one in found), earlier=earlier), "application/json", _MINUTE)


@get("/ledger/consistency", opt=for_strangers() | costly(), sync_to_thread=True)
def consistency(
    installation: NamedDependency[Installation], earlier: FromQuery[int], size: FromQuery[int]
) -> Response[bytes]:
    """Return the proof that the first entries of the ledger are still the same as when it had fewer."""
    with installation.db.reading() as connection:
        path = ledger_tree.consistency(connection, earlier, size)
    return _json(Consistency(earlier=earlier, size=size, path=path), "application/json", _DAY)


@get("/check/{code:str}/ledger", opt=for_strangers() | costly(), sync_to_thread=True)
def entry(request: AnyRequest, installation: NamedDependency[Installation], code: FromPath[str]) -> Response[bytes]:
    """Return the entry of an attestation in the ledger, with the proof that it stands under the newest root."""
    with installation.db.reading() as connection:
        checking.public(connection, code, moment(request))
        found: LedgerProof = checking.proof(connection, code)
    return _json(found, "application/json", 0)


def _json(value: Mapping[str, Any] | msgspec.Struct, media_type: str, seconds: int) -> Response[bytes]:
    return _kept(msgspec.json.format(msgspec.json.encode(value), indent=2), media_type, seconds)


def _kept(data: bytes, media_type: str, seconds: int) -> Response[bytes]:
    """Return data that any site may read and that may be kept for a while."""
    headers = {
        "Cache-Control": f"public, max-age={seconds}",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return Response(data, media_type=media_type, headers=headers)


ROUTES = (did_document, status, vocabulary_of, context, heads, consistency, entry)
