"""Product lines and shipments of a firm, and the dossier of a shipment."""

from http import HTTPStatus

from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromQuery, RawBody

from api.auth import needs
from api.security import costly
from api.v1.contract import (
    After,
    Identifier,
    Limit,
    Page,
    Word,
    etag,
    gives_files,
    guarded,
    hold,
    marked,
    once,
    repeatable,
    shown,
    taken,
    takes,
)
from api.v1.results import Language
from api.visit import Visit
from duediligence import dossier_small
from duediligence.access import Step
from duediligence.dossier import Dossier
from duediligence.file_name import disposition
from duediligence.shipment import LineAbout, ProductLine, Shipment, ShipmentAbout
from duediligence.workflow import product_line, shipping, shipping_dossier
from duediligence.workflow.work import Work

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@get("/organisations/{identifier:str}/product-lines", opt=needs(Step.SHIPMENT_SEE), sync_to_thread=True)
def lines(
    visit: NamedDependency[Visit], identifier: Identifier, *, retired: FromQuery[bool] = False
) -> tuple[ProductLine, ...]:
    """Return the product lines of a firm by name: those in use, or those out of use."""
    with visit.reading() as work:
        return product_line.listed(work, identifier, retired=retired)


@post(
    "/organisations/{identifier:str}/product-lines",
    opt=needs(Step.SHIPMENT_EDIT) | takes(LineAbout) | repeatable(),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def add_line(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[ProductLine]:
    """Enter a product line."""
    wanted = taken(visit, body, LineAbout)

    def make(work: Work) -> Response[ProductLine]:
        one = product_line.add(work, identifier, wanted)
        headers = {"ETag": etag(one.revision), "Location": f"/api/v1/product-lines/{one.id}"}
        return Response(one, status_code=HTTPStatus.CREATED, headers=headers)

    return once(visit, wanted, make)


@get("/product-lines/{identifier:str}", opt=needs(Step.SHIPMENT_SEE) | marked(), sync_to_thread=True)
def line(visit: NamedDependency[Visit], identifier: Identifier) -> Response[ProductLine]:
    """Return a product line."""
    with visit.reading() as work:
        found = product_line.line_of(work, identifier)
    return shown(visit, found, found.revision)


@put(
    "/product-lines/{identifier:str}",
    opt=needs(Step.SHIPMENT_EDIT) | takes(LineAbout) | guarded(),
    sync_to_thread=True,
)
def change_line(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[ProductLine]:
    """Say all that is said of a product line from now on."""
    wanted = taken(visit, body, LineAbout)
    with visit.writing() as work:
        before = product_line.line_of(work, identifier, Step.SHIPMENT_EDIT)
        hold(visit, before.revision)
        after = product_line.change(work, identifier, wanted, before.revision)
    return Response(after, headers={"ETag": etag(after.revision)})


@delete(
    "/product-lines/{identifier:str}",
    opt=needs(Step.SHIPMENT_EDIT) | guarded(),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def retire_line(visit: NamedDependency[Visit], identifier: Identifier) -> Response[ProductLine]:
    """Take a product line out of use; shipments that name it keep it."""
    with visit.writing() as work:
        before = product_line.line_of(work, identifier, Step.SHIPMENT_EDIT)
        hold(visit, before.revision)
        after = product_line.retire(work, identifier, before.revision)
    return Response(after, headers={"ETag": etag(after.revision)})


@get("/organisations/{identifier:str}/shipments", opt=needs(Step.SHIPMENT_SEE), sync_to_thread=True)
def shipments(
    visit: NamedDependency[Visit], identifier: Identifier, limit: Limit = 25, cursor: After = ""
) -> Page[Shipment]:
    """Return the shipments of a firm, the last changed first."""
    with visit.reading() as work:
        found = shipping.listed(work, identifier, limit=limit + 1, after=cursor)
    return Page(items=found[:limit], next=found[limit - 1].id if len(found) > limit else "")


@post(
    "/organisations/{identifier:str}/shipments",
    opt=needs(Step.SHIPMENT_EDIT) | takes(ShipmentAbout) | repeatable(),
    status_code=HTTPStatus.CREATED,
    sync_to_thread=True,
)
def add(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[Shipment]:
    """Enter a shipment."""
    wanted = taken(visit, body, ShipmentAbout)

    def make(work: Work) -> Response[Shipment]:
        one = shipping.add(work, identifier, wanted)
        headers = {"ETag": etag(one.revision), "Location": f"/api/v1/shipments/{one.id}"}
        return Response(one, status_code=HTTPStatus.CREATED, headers=headers)

    return once(visit, wanted, make)


@get("/shipments/{identifier:str}", opt=needs(Step.SHIPMENT_SEE) | marked(), sync_to_thread=True)
def shipment(visit: NamedDependency[Visit], identifier: Identifier) -> Response[Shipment]:
    """Return a shipment with its lots and papers."""
    with visit.reading() as work:
        found = shipping.shipment_of(work, identifier)
    return shown(visit, found, found.revision)


@put(
    "/shipments/{identifier:str}",
    opt=needs(Step.SHIPMENT_EDIT) | takes(ShipmentAbout) | guarded(),
    sync_to_thread=True,
)
def change(visit: NamedDependency[Visit], identifier: Identifier, body: RawBody) -> Response[Shipment]:
    """Say all that is said of a shipment from now on."""
    wanted = taken(visit, body, ShipmentAbout)
    with visit.writing() as work:
        before = shipping.shipment_of(work, identifier, Step.SHIPMENT_EDIT)
        hold(visit, before.revision)
        after = shipping.change(work, identifier, wanted, before.revision)
    return Response(after, headers={"ETag": etag(after.revision)})


@delete("/shipments/{identifier:str}", opt=needs(Step.SHIPMENT_EDIT) | guarded(), sync_to_thread=True)
def remove(visit: NamedDependency[Visit], identifier: Identifier) -> None:
    """Delete a shipment for which no attestation was ever drawn up."""
    with visit.writing() as work:
        before = shipping.shipment_of(work, identifier, Step.SHIPMENT_EDIT)
        hold(visit, before.revision)
        shipping.remove(work, identifier, before.revision)


@get("/shipments/{identifier:str}/dossier", opt=needs(Step.SHIPMENT_SEE) | costly(), sync_to_thread=True)
def dossier(visit: NamedDependency[Visit], identifier: Identifier, regime: Word = "") -> Dossier:
    """Return the dossier of a shipment; without a `regime`, that of its destination to begin with."""
    with visit.reading() as work:
        return shipping_dossier.prepared(work, identifier, regime).dossier


@get(
    "/shipments/{identifier:str}/dossier/workbook",
    opt=needs(Step.SHIPMENT_SEE) | costly() | gives_files(_WORKBOOK),
    sync_to_thread=True,
)
def workbook(
    visit: NamedDependency[Visit],
    identifier: Identifier,
    regime: Word = "",
    language: FromQuery[Language] = Language.ENGLISH,
) -> Response[bytes]:
    """Return the small workbook of a dossier, each value in a cell with a name of its own."""
    with visit.reading() as work:
        found = shipping_dossier.prepared(work, identifier, regime)
    data = dossier_small.workbook(found.dossier, found.copy, language)
    name = f"dossier-{found.dossier.regime}.xlsx"
    return Response(data, media_type=_WORKBOOK, headers={"Content-Disposition": disposition(name)})


ROUTES = (
    lines,
    add_line,
    line,
    change_line,
    retire_line,
    shipments,
    add,
    shipment,
    change,
    remove,
    dossier,
    workbook,
)
