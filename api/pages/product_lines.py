"""Product lines: what a firm makes, what goes in, and where that comes from."""

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
from api.pages.shipments_form import Typed
from api.visit import Visit, to
from duediligence.access import Step, Subject, may
from duediligence.errors import Unfit, WrongMoment
from duediligence.shipment import MOST_INPUTS, ProductLine
from duediligence.store import organisation as organisations
from duediligence.workflow import looking_through, product_line
from duediligence.workflow.work import Work

Wrong = list[tuple[str, str]]


@get("/product-lines", opt=needs(Step.SHIPMENT_SEE), sync_to_thread=True)
def listed(visit: NamedDependency[Visit], firm: FromQuery[str] = "", retired: FromQuery[str] = "") -> Response[str]:
    """Return the product lines of a firm."""
    with visit.reading() as work:
        firms = product_line.firms(work)
        found = looking_through.firm(work, firm, Step.SHIPMENT_SEE)
        lines = product_line.listed(work, found.id, retired=bool(retired))
        gone = product_line.listed(work, found.id, retired=True)
    facts = view.frame(visit, found, firms, "lines")
    facts |= {
        "rows": [(one, sum(view.traced(each) for each in one.about.inputs)) for one in lines],
        "retired": bool(retired),
        "gone": len(gone),
        "can_edit": may(visit.actor, Step.SHIPMENT_EDIT, Subject(organisation=found.id)),
    }
    return visit.page("shipping/lines.html", facts)


@get("/product-lines/new", opt=needs(Step.SHIPMENT_EDIT), sync_to_thread=True)
def new(visit: NamedDependency[Visit], firm: FromQuery[str] = "") -> Response[str]:
    """Return the page on which a product line is entered."""
    with visit.reading() as work:
        found = looking_through.firm(work, firm, Step.SHIPMENT_EDIT)
        return _form(visit, work, found.id, forms.shown_line(None, {}, visit.told))


@post("/product-lines/new", opt=needs(Step.SHIPMENT_EDIT), status_code=HTTPStatus.OK, sync_to_thread=True)
def add(visit: NamedDependency[Visit], form: NamedDependency[FormMultiDict]) -> Response[str] | Redirect:
    """Enter a product line, or give its form with one input more or less."""
    typed = forms.typed_line(form)
    with visit.reading() as work:
        firm = looking_through.firm(work, words_of(form, "firm"), Step.SHIPMENT_EDIT).id
        if _is_about_rows(form):
            return _form(visit, work, firm, typed)
        partners = view.labelled(product_line.partners(work, firm))
    try:
        with visit.writing() as work:
            one = product_line.add(work, firm, forms.line_of(typed, partners))
    except Unfit as error:
        with visit.reading() as work:
            return _form(visit, work, firm, typed, wrong=_told(error, visit))
    return to(f"/product-lines/{one.id}")


@get("/product-lines/{identifier:str}", opt=needs(Step.SHIPMENT_SEE), sync_to_thread=True)
def one(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return a product line with what goes into it, and what is not known of it yet."""
    with visit.reading() as work:
        found = product_line.line_of(work, identifier)
        sites = {site.id: site.name for site in organisations.sites(work.connection, found.organisation)}
        partners = product_line.partners(work, found.organisation, retired=True)
    facts = {
        "one": found,
        "sites": [sites[site] for site in found.about.sites if site in sites],
        "partners": partners,
        "countries": view.countries(visit.language),
        "cotton": view.notice((found.about,), visit),
        "gaps": view.gaps_of_line(found, visit.told),
        "can_edit": may(visit.actor, Step.SHIPMENT_EDIT, Subject(organisation=found.organisation)),
    }
    return visit.page("shipping/line.html", facts)


@get("/product-lines/{identifier:str}/edit", opt=needs(Step.SHIPMENT_EDIT), sync_to_thread=True)
def edit(visit: NamedDependency[Visit], identifier: FromPath[str]) -> Response[str]:
    """Return the page on which a product line is changed."""
    with visit.reading() as work:
        found = product_line.line_of(work, identifier, Step.SHIPMENT_EDIT)
        typed = forms.shown_line(found.about, _labels(work, found.organisation), visit.told)
        return _form(visit, work, found.organisation, typed, found)


@post(
    "/product-lines/{identifier:str}/edit",
    opt=needs(Step.SHIPMENT_EDIT),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def save(
    visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Keep what is said of a product line; who was slower is told, and nothing typed is lost."""
    typed, revision = forms.typed_line(form), revision_of(form)
    with visit.reading() as work:
        found = product_line.line_of(work, identifier, Step.SHIPMENT_EDIT)
        if _is_about_rows(form):
            return _form(visit, work, found.organisation, typed, found, revision=revision)
        partners = _named(work, found.organisation)
    try:
        with visit.writing() as work:
            product_line.change(work, identifier, forms.line_of(typed, partners), revision)
    except Unfit as error:
        with visit.reading() as work:
            wrong = _told(error, visit)
            return _form(visit, work, found.organisation, typed, found, revision=revision, wrong=wrong)
    except WrongMoment:
        return _conflict(visit, identifier, typed)
    return to(f"/product-lines/{identifier}")


@post(
    "/product-lines/{identifier:str}/retire",
    opt=needs(Step.SHIPMENT_EDIT),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def retire(visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]) -> Redirect:
    """Take a product line out of use; shipments that name it keep it."""
    with visit.writing() as work:
        product_line.retire(work, identifier, revision_of(form))
    return to(f"/product-lines/{identifier}")


@post(
    "/product-lines/{identifier:str}/restore",
    opt=needs(Step.SHIPMENT_EDIT),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def restore(visit: NamedDependency[Visit], identifier: FromPath[str], form: NamedDependency[FormMultiDict]) -> Redirect:
    """Take a product line back into use."""
    with visit.writing() as work:
        product_line.restore(work, identifier, revision_of(form))
    return to(f"/product-lines/{identifier}")


def _is_about_rows(form: FormMultiDict) -> bool:
    """Return whether a button was pressed that only adds a row or takes one out."""
    return words_of(form, "do").startswith((forms.MORE, forms.LESS))


def _named(work: Work, organisation: str) -> dict[str, str]:
    """Return ids of partners by what they are called in a form; those out of use never take a name from one in use."""
    in_use = product_line.partners(work, organisation)
    return view.labelled(in_use | product_line.partners(work, organisation, retired=True))


def _labels(work: Work, organisation: str) -> dict[str, str]:
    """Return what partners are called in a form, by id."""
    return {one: label for label, one in _named(work, organisation).items()}


def _conflict(visit: Visit, identifier: str, typed: Typed) -> Response[str]:
    """Return what was typed beside what stands there now; to save again is to decide."""
    with visit.reading() as work:
        found = product_line.line_of(work, identifier, Step.SHIPMENT_EDIT)
        now = forms.shown_line(found.about, _labels(work, found.organisation), visit.told)
        sites = {site.id: site.name for site in organisations.sites(work.connection, found.organisation)}
        names = view.choices(visit) | sites
        wrong = [("name", visit.told("shipping.conflict"))]
        page = _form(
            visit,
            work,
            found.organisation,
            typed,
            found,
            wrong=wrong,
            differing=view.differing(typed, now, visit.told, names),
        )
    page.status_code = HTTPStatus.CONFLICT
    return page


def _form(  # noqa: PLR0913  what a form is shown with
    visit: Visit,
    work: Work,
    firm: str,
    typed: Typed,
    found: ProductLine | None = None,
    *,
    revision: int | None = None,
    wrong: Wrong | None = None,
    differing: Wrong | None = None,
) -> Response[str]:
    """Return the form of a product line; `revision` is the one it was opened at, where that is not the newest."""
    told = visit.told
    facts = {
        "one": found,
        "firm": firm,
        "revision": revision if revision is not None else found.revision if found else 0,
        "typed": typed,
        "sites": [(site.id, site.name) for site in organisations.sites(work.connection, firm)],
        "partners": list(view.labelled(product_line.partners(work, firm)))[: view.MOST_OFFERED],
        "countries": list(view.countries(visit.language).items()),
        "cottons": view.cotton_options(told),
        "places": view.place_options(told),
        "most": MOST_INPUTS,
        "wrong": wrong or [],
        "differing": differing or [],
    }
    return visit.page("shipping/line_edit.html", facts, wrong=wrong)


def _told(error: Unfit, visit: Visit) -> Wrong:
    return forms.faults_at(told_of(error.problems, visit.language))


ROUTES = (listed, new, add, one, edit, save, retire, restore)
