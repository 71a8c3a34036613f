"""Files that a credential names by their digest, as UNTP has it.

digestMultibase = "z" + base58btc(0x12 0x20 + SHA-256)
"""

from typing import Any

import base58

from duediligence.proof import vocabulary
from duediligence.proof.issue import Issue
from questionnaires.text import say

_SHA256 = b"\x12\x20"
"""How a multihash begins: SHA2-256, 32 bytes."""


def digest_multibase(sha256: str) -> str:
    """Return a SHA-256 digest, given in hexadecimal, as a multihash in base58btc."""
    return "z" + str(base58.b58encode(_SHA256 + bytes.fromhex(sha256)).decode("ascii"))


def evidence(one: Issue) -> list[dict[str, Any]]:
    """Return the files that an attestation stands for; what is not there is left out."""
    told = one.attestation
    files = (
        ("report", told.pdf_sha256, "application/pdf"),
        ("record", told.record_sha256, "application/json"),
        ("dossier", told.dossier_sha256, "application/json"),
    )
    return [_link(one, name, digest, media) for name, digest, media in files if digest]


def _link(one: Issue, name: str, digest: str, media: str) -> dict[str, Any]:
    return {
        "linkURL": one.page,
        "linkName": say(vocabulary.words().words[name], "en"),
        "digestMultibase": digest_multibase(digest),
        "mediaType": media,
    }
