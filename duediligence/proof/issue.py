"""What a credential is made from, whatever version of which standard it is written in."""

from datetime import datetime

import msgspec

from duediligence.proof.attestation import Attestation
from duediligence.proof.vocabulary import Publisher
from duediligence.record_shared import SharedAssessment


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """An attestation at the moment at which it is signed."""

    by: Publisher
    attestation: Attestation  # with the digests of its files
    copy: SharedAssessment  # the one whose digest it names
    unsure: tuple[str, ...] = ()  # notices that merely could not be ruled out
    at: datetime

    @property
    def page(self) -> str:
        """Where anybody can see how the attestation stands."""
        return f"{self.by.address}/check/{self.attestation.id}"
