"""Attestations of a firm: drawn up, consented to, fetched, given out by name, withdrawn."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, TypeAlias

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter, RawBody

from api.auth import needs
from api.security import costly
from api.v1.contract import Identifier, Named, gives_files, once, repeatable, taken, takes
from api.v1.results import Language
from api.visit import Visit
from duediligence.access import Step
from duediligence.errors import NotFound
from duediligence.file_name import disposition
from duediligence.proof.attestation import Attestation, Standing, WhyWithdrawn
from duediligence.redaction import Piece, Why
from duediligence.store.attestation import NamedCopy
from duediligence.workflow import attesting, named_copy
from duediligence.workflow.work import Work

Code: TypeAlias = Annotated[str, PathParameter(pattern=r"^[0-9A-HJKMNP-TV-Z]{20}$")]

_PDF, _JWT = "application/pdf", "application/vc+jwt"


class AttestationWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be attested, for whom and in which language."""

    assessment: Named
    shipment: Named | None = None
    regime: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{0,40}$")] = ""  # of the dossier; "" without a shipment
    language: Language


class Attested(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An attestation, and how it stands today; `unknown` until it is signed."""

    attestation: Attestation
    standing: Standing


class Withdrawn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why it is withdrawn; everybody who checks it is told."""

    because: WhyWithdrawn


class CopyWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A copy for one reader, a business or an office."""

    reader: str
    purpose: str
    until: date  # the last day on which its link opens
    left_out: dict[Piece, Why] = {}


class CopyMade(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A copy with its link, which is told only now."""

    copy: NamedCopy
    link: str


@get("/organisations/{identifier:str}/attestations", opt=needs(Step.SHIPMENT_SEE), sync_to_thread=True)
def attestations(visit: NamedDependency[Visit], identifier: Identifier) -> tuple[Attested, ...]:
    """Return what a firm had drawn up, the newest first."""
    with visit.reading() as work:
        found = attesting.listed(work, identifier)
    return tuple(Attested(attestation=one, standing=standing) for one, standing in found)


@post(
    "/attestations",
    opt=needs(Step.ATTESTATION_ISSUE) | takes(AttestationWanted) | repeatable(),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def draw_up(visit: NamedDependency[Visit], body: RawBody) -> Response[Attested]:
    """Draw up an attestation; nothing is signed before the company lead consents."""
    wanted = taken(visit, body, AttestationWanted)

    def make(work: Work) -> Response[Attested]:
        one = attesting.draw_up(work, wanted.assessment, wanted.shipment, wanted.regime, wanted.language)
        made = Attested(attestation=one, standing=Standing.UNKNOWN)
        headers = {"Location": f"/api/v1/attestations/{one.id}"}
        return Response(made, status_code=HTTPStatus.CREATED, headers=headers)

    return once(visit, wanted, make)


@get("/attestations/{code:str}", opt=needs(Step.SHIPMENT_SEE, Step.ATTESTATION_WITHDRAW), sync_to_thread=True)
def attestation(visit: NamedDependency[Visit], code: Code) -> Attested:
    """Return an attestation."""
    with visit.reading() as work:
        found = attesting.seen(work, code)
    return Attested(attestation=found.attestation, standing=found.standing)


@post(
    "/attestations/{code:str}/consent",
    opt=needs(Step.ATTESTATION_CONSENT),
    status_code=HTTPStatus.ACCEPTED,
    sync_to_thread=True,
)
def consent(visit: NamedDependency[Visit], code: Code) -> Attested:
    """Consent to an attestation; a worker signs it next."""
    with visit.writing() as work:
        one = attesting.consent(work, code)
    return Attested(attestation=one, standing=Standing.UNKNOWN)


@post(
    "/attestations/{code:str}/withdraw",
    opt=needs(Step.ATTESTATION_WITHDRAW) | takes(Withdrawn),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def withdraw(visit: NamedDependency[Visit], code: Code, body: RawBody) -> Attested:
    """Withdraw an attestation; this cannot be undone."""
    wanted = taken(visit, body, Withdrawn)
    with visit.writing() as work:
        one = attesting.withdraw(work, code, wanted.because)
    return Attested(attestation=one, standing=Standing.WITHDRAWN)


@delete("/attestations/{code:str}", opt=needs(Step.ATTESTATION_ISSUE), sync_to_thread=True)
def drop(visit: NamedDependency[Visit], code: Code) -> None:
    """Delete an attestation nobody has consented to."""
    with visit.writing() as work:
        attesting.drop(work, code)


@get(
    "/attestations/{code:str}/report",
    opt=needs(Step.CHAIN_SEE) | costly() | gives_files(_PDF),
    sync_to_thread=True,
)
def report(visit: NamedDependency[Visit], code: Code) -> Response[bytes]:
    """Return the signed report."""
    with visit.reading() as work:
        found = attesting.report(work, code)
    return Response(found.data, media_type=_PDF, headers={"Content-Disposition": disposition(found.name)})


@get("/attestations/{code:str}/credential", opt=needs(Step.SHIPMENT_SEE) | gives_files(_JWT), sync_to_thread=True)
def credential(visit: NamedDependency[Visit], code: Code) -> Response[bytes]:
    """Return the credential as it was signed."""
    with visit.reading() as work:
        one = attesting.seen(work, code).attestation
    if one.issued is None:
        raise NotFound("It is not signed yet.")
    headers = {"Content-Disposition": disposition(f"{one.id}.jwt")}
    return Response(one.credential.encode(), media_type=_JWT, headers=headers)


@get("/attestations/{code:str}/copies", opt=needs(Step.CHAIN_SEE), sync_to_thread=True)
def copies(visit: NamedDependency[Visit], code: Code) -> tuple[NamedCopy, ...]:
    """Return the copies for named readers, the newest first."""
    with visit.reading() as work:
        attesting.own(work, code)
        return attesting.seen(work, code).copies


@post(
    "/attestations/{code:str}/copies",
    opt=needs(Step.COPY_MAKE) | takes(CopyWanted),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def copy(visit: NamedDependency[Visit], code: Code, body: RawBody) -> CopyMade:
    """Make a copy for a named reader."""
    wanted = taken(visit, body, CopyWanted)
    with visit.writing() as work:
        made = named_copy.make(work, code, wanted.reader, wanted.purpose, wanted.left_out, wanted.until)
    return CopyMade(copy=made.copy, link=f"{visit.installation.settings.address}/copies/{made.secret}")


@delete(
    "/attestations/{code:str}/copies/{identifier:str}",
    opt=needs(Step.COPY_MAKE),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def close(visit: NamedDependency[Visit], code: Code, identifier: Identifier) -> NamedCopy:
    """Close the link of a copy."""
    with visit.writing() as work:
        if all(one.id != identifier for one in attesting.seen(work, code).copies):
            raise NotFound("There is no such copy.")
        return named_copy.close(work, identifier)


ROUTES = (
    attestations,
    draw_up,
    attestation,
    consent,
    withdraw,
    drop,
    report,
    credential,
    copies,
    copy,
    close,
)
