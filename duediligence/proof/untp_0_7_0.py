"""A Digital Conformity Credential of UNTP 0.7.0: what an attestation says, for machines.

Three fields decide how much is claimed, and never claim more than somebody other than the
firm has looked at:

    label                assessorLevel   assessmentLevel   attestationType
    self-declared        self            no-endorsement    declaration
    documents reviewed   hybrid          scheme-self       verification
    site checked         hybrid          scheme-self       inspection

`hybrid` is UNTP's word for an assessment that depends on what the firm itself declared.
Where version 0.7.0 contradicts itself, `docs/decisions/019-credential.md` says what is done.
"""

import hashlib
from datetime import UTC, datetime, time
from typing import Any

from duediligence import validity
from duediligence.proof import status_list, untp_0_7_0_page, vendored, vocabulary
from duediligence.proof.attestation import Attestation
from duediligence.proof.did import host_did
from duediligence.proof.issue import Issue
from duediligence.proof.status_list import StatusPurpose
from duediligence.proof.untp_0_7_0_assessment import COTTON, assessments, notice
from duediligence.proof.untp_link import digest_multibase, evidence
from duediligence.review import Label
from questionnaires.text import LANGUAGES, say
from risk_models import catalogue

INDEX: type[int] | type[str] = int
"""How a place in the status list is written: UNTP's schema wants a number, its own words and W3C's standard digits."""

MOST_MONTHS = 12
"""No credential stands longer."""

_CLAIMS = {
    Label.SELF_DECLARED: ("self", "no-endorsement", "declaration"),
    Label.DOCUMENTS_REVIEWED: ("hybrid", "scheme-self", "verification"),
    Label.SITE_CHECKED: ("hybrid", "scheme-self", "inspection"),
}


def credential(one: Issue) -> dict[str, Any]:
    """Return a credential that fits the schema, not signed yet.

    Raises:
        ValueError: it would stand for longer than twelve months, or does not fit the schema.
    """
    told, by = one.attestation, one.by
    if told.expires > validity.later(one.at.date(), MOST_MONTHS):
        raise ValueError(f"a credential stands for {MOST_MONTHS} months at most")
    whole = {
        "@context": [vendored.CREDENTIALS_CONTEXT, vendored.UNTP_CONTEXT],
        "type": ["DigitalConformityCredential", "VerifiableCredential"],
        "id": f"{one.page}/credential",
        "issuer": {"type": ["CredentialIssuer"], "id": host_did(by.address), "name": by.name},
        "validFrom": status_list.moment(one.at),
        "validUntil": status_list.moment(datetime.combine(told.expires, time(23, 59, 59), tzinfo=UTC)),
        "name": _name(told),
        "credentialStatus": status(by.address, told.status_index),
        "renderMethod": [_render(one, language) for language in LANGUAGES],
        "credentialSubject": _subject(one),
    }
    if faults := vendored.faults(vendored.CONFORMITY_CREDENTIAL, whole):
        raise ValueError(f"the credential does not fit the schema: {'; '.join(faults)}")
    return whole


def _name(told: Attestation) -> str:
    words = vocabulary.words().words
    name = say(words[told.label.value], "en")
    return f"{say(words['sample'], 'en')}: {name}" if told.sample else name


def status(address: str, index: int, written: type[int] | type[str] = INDEX) -> dict[str, Any]:
    """Return where the status of a credential is published; 0.7.0 has room for one list, that of revocations."""
    published = status_list.location(address, StatusPurpose.REVOCATION)
    return {
        "id": f"{published}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": StatusPurpose.REVOCATION.value,
        "statusListIndex": written(index),
        "statusListCredential": published,
    }


def _subject(one: Issue) -> dict[str, Any]:
    face, by = one.attestation.face, one.by
    profile = one.copy.profile
    model = catalogue.load(profile.model, profile.version)
    assessor, endorsed, kind = _CLAIMS[face.label]
    standing = [name for name in (COTTON, "limits") if name in face.notices]
    record = next(link for link in evidence(one) if link["mediaType"] == "application/json")
    return {
        "type": ["ConformityAttestation"],
        "id": one.page,
        "name": say(vocabulary.words().words[face.label.value], "en"),
        "description": " ".join(say(notice(one, name), "en") for name in standing),
        "assessorLevel": assessor,
        "assessmentLevel": endorsed,
        "attestationType": kind,
        "issuedToParty": {"type": ["Party"], "id": f"{one.page}#firm", "name": face.firm},
        "referenceScheme": vocabulary.short_scheme(by),
        "referenceProfile": {
            "type": ["ConformityProfile"],
            "id": by.at("profile", model.id, model.version),
            "name": say(model.title, "en"),
        },
        "profileScore": vocabulary.score(vocabulary.bands(model), face.band),
        "auditableEvidence": record,
        "conformityAssessment": assessments(one),
    }


def _render(one: Issue, language: str) -> dict[str, Any]:
    template = untp_0_7_0_page.page(one, language)
    return {
        "type": ["RenderTemplate2024"],
        "name": language,
        "mediaType": "text/html",
        "template": template,
        "digestMultibase": digest_multibase(hashlib.sha256(template.encode("utf-8")).hexdigest()),
    }
