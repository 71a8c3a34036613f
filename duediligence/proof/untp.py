"""Credentials of the United Nations Transparency Protocol, in the version that is issued now.

A version never changes under what was issued in it: a new one gets modules of its own and
a line here. What was issued stays as it was signed, whatever version it is in.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from duediligence.proof import jose, untp_0_7_0
from duediligence.proof.did import key_id
from duediligence.proof.issue import Issue
from duediligence.proof.signing_key import Signer

CURRENT = "0.7.0"

VERSIONS: Mapping[str, Callable[[Issue], dict[str, Any]]] = {"0.7.0": untp_0_7_0.credential}
"""What makes a credential, by version of UNTP."""


def issue(one: Issue, signer: Signer, version: str = CURRENT) -> str:
    """Return a signed credential as a compact JWS; the bytes inside are never written anew.

    Raises:
        ValueError: it would stand too long, or does not fit the schema of its version.
    """
    whole = msgspec.json.encode(VERSIONS[version](one))
    kid = key_id(one.by.address, signer.public)
    return jose.sign(whole, signer, kid, jose.CREDENTIAL, jose.CREDENTIAL_CONTENT)
