"""The dossier of a shipment, on a page and to take along."""

from enum import StrEnum
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from api.auth import needs
from api.pages import shipments_dossier_view as view
from api.pages.shipments_view import countries
from api.security import costly
from api.visit import Visit
from duediligence import dossier as dossiers
from duediligence import dossier_small
from duediligence.access import Step, Subject, may
from duediligence.file_name import disposition
from duediligence.shipment import Shipment
from duediligence.workflow import shipping_dossier
from risk_models import dossier_asks
from risk_models.dossier import COTTON_GATE, Status


class Format(StrEnum):
    """In which shape a dossier is taken along."""

    JSON = "json"
    WORKBOOK = "xlsx"


_MEDIA = {
    Format.JSON: "application/json",
    Format.WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@get("/shipments/{identifier:str}/dossier", opt=needs(Step.SHIPMENT_SEE) | costly(), sync_to_thread=True)
def dossier(visit: NamedDependency[Visit], identifier: FromPath[str], regime: FromQuery[str] = "") -> Response[str]:
    """Return what a regime asks of a shipment, what there is, what is missing, and what nothing here can answer."""
    with visit.reading() as work:
        found = shipping_dossier.prepared(work, identifier, regime)
    one, shipment = found.dossier, found.shipment
    rows = view.rows(one, shipment, visit)
    facts = {
        "shipment": shipment,
        "one": one,
        "rows": rows,
        "groups": view.by_group(rows),
        "counts": {status: sum(row.status is status for row in rows) for status in Status},
        "cotton": [notice for notice in one.notices if notice.id == COTTON_GATE],
        "notices": [notice for notice in one.notices if notice.id != COTTON_GATE],
        "own": found.regimes,
        "others": [each for each in dossier_asks.read().regimes if each not in found.regimes],
        "countries": countries(visit.language),
        "timings": view.timings(visit.language),
        "attest": _attest(visit, shipment, one.regime),
        "can_edit": may(visit.actor, Step.SHIPMENT_EDIT, Subject(organisation=shipment.organisation)),
    }
    return visit.page("shipping/dossier.html", facts)


@get("/shipments/{identifier:str}/dossier/file", opt=needs(Step.SHIPMENT_SEE) | costly(), sync_to_thread=True)
def file(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    regime: FromQuery[str] = "",
    kind: FromQuery[Format] = Format.JSON,
) -> Response[bytes]:
    """Return a dossier for a program, or the small workbook that a buyer can take into its own report."""
    with visit.reading() as work:
        found = shipping_dossier.prepared(work, identifier, regime)
    one = found.dossier
    data = dossiers.to_json(one) if kind is Format.JSON else dossier_small.workbook(one, found.copy, visit.language)
    name = f"{visit.told('dossier.file_name')}-{one.shipment.reference}-{one.regime}.{kind}"
    return Response(data, media_type=_MEDIA[kind], headers={"Content-Disposition": disposition(name)})


def _attest(visit: Visit, one: Shipment, regime: str) -> str:
    """Return where this dossier is attested, "" to who may not."""
    if not may(visit.actor, Step.ATTESTATION_ISSUE, Subject(organisation=one.organisation)):
        return ""
    chosen = {"firm": one.organisation, "shipment": one.id, "regime": regime, "assessment": one.about.engagement or ""}
    return f"/attestations/new?{urlencode(chosen)}"


ROUTES = (dossier, file)
