"""Shipments: what goes where, and what is known and what is missing of each."""

from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.auth import needs
from api.form import told_of, words_of
from api.pages import shipments_form as forms
from api.pages import shipments_view as view
from api.pages.chain_party import revision_of
from api.pages.chain_view import address
from api.pages.shipments_form import Typed
from api.visit import Visit, to
from duediligence.access import Step, Subject, may
from duediligence.errors import Unfit, WrongMoment
from duediligence.shipment import Shipment
from duediligence.store import organisation as organisations
from duediligence.workflow import looking_through, product_line, shipping, shipping_dossier
from duediligence.workflow.work import Work
from risk_models import dossier_asks

ON_A_PAGE = 25
SHOWN_LOTS = 100

Wrong = list[tuple[str, str]]


@get("/shipments", opt=needs(Step.SHIPMENT_SEE), sync_to_thread=True)
def listed(visit: NamedDependency[Visit], firm: FromQuery[str] = "", after: FromQuery[str] = "") -> Response[str]:
    """Return the shipments of a firm, the last changed first."""
    with visit.reading() as work:
        firms = product_line.firms(work)
        found = looking_through.firm(work, firm, Step.SHIPMENT_SEE)
        rows = shipping.listed(work, found.id, limit=ON_A_PAGE + 1, after=after)
        has_lines = bool(product_line.listed(work, found.id))
    more = len(rows) > ON_A_PAGE
    facts = view.frame(visit, found, firms, "shipments")
    asked = str(facts["asked_firm"])
    facts |= {
        "rows": rows[:ON_A_PAGE],
        "has_lines": has_lines,
        "countries": view.countries(visit.language),
        "first": address("/shipments", asked) if after else "",
        "later": address("/shipments", asked, after=rows[ON_A_PAGE - 1].id) if more else "",
        "can_edit": may(visit.actor, Step.SHIPMENT_EDIT, Subject(organisation=found.id)),
    }
    return visit.page("shipping/shipments.html", facts)


@get("/shipments/new", opt=needs(Step.SHIPMENT_EDIT), sync_to_thread=True)
def new(visit: NamedDependency[Visit], firm: FromQuery[str] = "") -> Response[str]:
    """Return the page on which a shipment is entered."""
    with visit.reading() as work:
        found = looking_through.firm(work, firm, Step.SHIPMENT_EDIT)
        return _form(visit, work, found.id, forms.shown_shipment(None, visit.told))


@post("/shipments/new", opt=needs(Step.SHIPMENT_EDIT), status_code=HTTPStatus.OK, sync_to_thread=True)
def add(visit: NamedDependency[Visit], form: NamedDependency[FormMultiDict]) -> Response[str] | Redirect:
    """Enter a shipment."""
    typed = forms.typed_shipment(form)
    try:
        with visit.writing() as work:
            firm = looking_through.firm(work, words_of(form, "firm"), Step.SHIPMENT_EDIT).id
            one = shipping.add(work, firm, forms.shipment_of(typed))
    except Unfit as error:
        with visit.reading() as work:
            return _form(visit, work, firm, typed, wrong=faults_of(error, visit))
    return to(f"/shipments/{one.id}")


@get("/shipments/{identifier:str}", opt=needs(Step.SHIPMENT_SEE), sync_to_thread=True)
def one(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return a shipment: what is known of it, and what is missing."""
    with visit.reading() as work:
        found = shipping.carried(work, identifier)
        shipment, assessment = found.shipment, found.assessment
        site = organisations.load_site(work.connection, assessment.site).name if assessment else ""
        cotton = shipping_dossier.cotton_notice(work, shipment)
        can_edit = may(visit.actor, Step.SHIPMENT_EDIT, Subject(organisation=shipment.organisation))
        attested = can_edit and shipping.is_attested(work, shipment)
    facts = {
        "one": shipment,
        "about": shipment.about,
        "lots": [
            (number, lot, found.lines.get(lot.line)) for number, lot in enumerate(shipment.about.lots[:SHOWN_LOTS], 1)
        ],
        "lot_count": len(shipment.about.lots),
        "documents": list(enumerate(shipment.about.documents, 1)),
        "assessment": assessment,
        "site": site,
        "countries": view.countries(visit.language),
        "regimes": dossier_asks.of_destination(shipment.about.destination),
        "cotton": view.shown(cotton, visit) if cotton else None,
        "gaps": view.gaps(found, visit.told),
        "attested": attested,
        "can_edit": can_edit,
    }
    return visit.page("shipping/shipment.html", facts)


@get("/shipments/{identifier:str}/edit", opt=needs(Step.SHIPMENT_EDIT), sync_to_thread=True)
def edit(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the page on which a shipment is changed."""
    with visit.reading() as work:
        found = shipping.shipment_of(work, identifier, Step.SHIPMENT_EDIT)
        return _form(visit, work, found.organisation, forms.shown_shipment(found.about, visit.told), found)


@post("/shipments/{identifier:str}/edit", opt=needs(Step.SHIPMENT_EDIT), status_code=HTTPStatus.OK, sync_to_thread=True)
def save(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Keep what is said of a shipment; who was slower is told, and nothing typed is lost."""
    typed, revision = forms.typed_shipment(form), revision_of(form)
    with visit.reading() as work:
        found = shipping.shipment_of(work, identifier, Step.SHIPMENT_EDIT)
    try:
        with visit.writing() as work:
            shipping.change(work, identifier, forms.shipment_of(typed, found.about), revision)
    except Unfit as error:
        with visit.reading() as work:
            wrong = faults_of(error, visit)
            return _form(visit, work, found.organisation, typed, found, revision=revision, wrong=wrong)
    except WrongMoment:
        return _conflict(visit, identifier, typed)
    return to(f"/shipments/{identifier}")


@post(
    "/shipments/{identifier:str}/remove",
    opt=needs(Step.SHIPMENT_EDIT),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def remove(visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]) -> Redirect:
    """Delete a shipment for which no attestation was ever drawn up."""
    with visit.writing() as work:
        gone = shipping.remove(work, identifier, revision_of(form))
    return to(address("/shipments", gone.organisation))


def faults_of(error: Unfit, visit: Visit) -> Wrong:
    """Return what does not fit with the ids of the fields of the form."""
    return forms.faults_at(told_of(error.problems, visit.language))


def _conflict(visit: Visit, identifier: str, typed: Typed) -> Response[str]:
    """Return what was typed beside what stands there now; to save again is to decide."""
    with visit.reading() as work:
        found = shipping.shipment_of(work, identifier, Step.SHIPMENT_EDIT)
        now = forms.shown_shipment(found.about, visit.told)
        names = view.choices(visit) | dict(_assessments(visit, work, found.organisation))
        differing = view.differing(typed, now, visit.told, names)
        wrong = [("reference", visit.told("shipping.conflict"))]
        page = _form(visit, work, found.organisation, typed, found, wrong=wrong, differing=differing)
    page.status_code = HTTPStatus.CONFLICT
    return page


def _form(  # noqa: PLR0913  what a form is shown with
    visit: Visit,
    work: Work,
    firm: str,
    typed: Typed,
    found: Shipment | None = None,
    *,
    revision: int | None = None,
    wrong: Wrong | None = None,
    differing: Wrong | None = None,
) -> Response[str]:
    """Return the form of a shipment; `revision` is the one it was opened at, where that is not the newest."""
    facts = {
        "one": found,
        "firm": firm,
        "revision": revision if revision is not None else found.revision if found else 0,
        "typed": typed,
        "countries": list(view.countries(visit.language).items()),
        "assessments": _assessments(visit, work, firm),
        "wrong": wrong or [],
        "differing": differing or [],
    }
    return visit.page("shipping/shipment_edit.html", facts, wrong=wrong)


def _assessments(visit: Visit, work: Work, firm: str) -> list[tuple[str, str]]:
    """Return the assessments that may travel as what a field offers: site, period and stage."""
    told = visit.told
    return [
        (
            one.engagement.id,
            told(
                "shipping.assessment_of",
                site=one.site,
                begins=one.engagement.begins,
                ends=one.engagement.ends,
                stage=told(f"answering.stage_{one.engagement.stage}"),
            ),
        )
        for one in shipping.assessments(work, firm)
    ]


ROUTES = (listed, new, add, one, edit, save, remove)
