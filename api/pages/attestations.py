"""A firm has an assessment attested: draws it up, consents, takes the files, gives out copies, withdraws it."""

from http import HTTPStatus

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.auth import needs
from api.awaited import file
from api.form import day_of, told_of, words_of
from api.pages import attestations_view as view
from api.pages import shipments_view
from api.security import costly
from api.visit import Visit, to
from duediligence.access import Step, Subject, may
from duediligence.errors import Unfit
from duediligence.proof.attestation import WhyWithdrawn, grouped
from duediligence.redaction import Choice, Piece, Why
from duediligence.workflow import attesting, looking_through, named_copy, product_line, shipping
from risk_models import dossier_asks

Wrong = list[tuple[str, str]]


@get("/attestations", opt=needs(Step.SHIPMENT_SEE), sync_to_thread=True)
def listed(visit: NamedDependency[Visit], firm: FromQuery[str] = "") -> Response[str]:
    """Return what a firm had drawn up, the newest first."""
    with visit.reading() as work:
        firms = product_line.firms(work)
        found = looking_through.firm(work, firm, Step.SHIPMENT_SEE)
        rows = attesting.listed(work, found.id)
    facts = shipments_view.frame(visit, found, firms, "attestations")
    facts |= {
        "grouped": grouped,
        "rows": [(one, view.state(one, standing)) for one, standing in rows],
        "can_draw_up": may(visit.actor, Step.ATTESTATION_ISSUE, Subject(organisation=found.id)),
    }
    return visit.page("attesting/list.html", facts)


@get("/attestations/new", opt=needs(Step.ATTESTATION_ISSUE), sync_to_thread=True)
def new(
    visit: NamedDependency[Visit],
    firm: FromQuery[str] = "",
    assessment: FromQuery[str] = "",
    shipment: FromQuery[str] = "",
    regime: FromQuery[str] = "",
) -> Response[str]:
    """Return the page on which an attestation is drawn up."""
    typed = {"assessment": assessment, "shipment": shipment, "regime": regime, "language": visit.language}
    return _new(visit, firm, typed, [])


@post("/attestations/new", opt=needs(Step.ATTESTATION_ISSUE), status_code=HTTPStatus.OK, sync_to_thread=True)
def draw_up(visit: NamedDependency[Visit], form: NamedDependency[FormMultiDict]) -> Response[str] | Redirect:
    """Draw up an attestation and lead to it."""
    typed = {name: words_of(form, name) for name in ("assessment", "shipment", "regime", "language")}
    if not typed["assessment"]:
        return _new(visit, words_of(form, "firm"), typed, [("assessment", visit.told("attesting.assessments_none"))])
    try:
        with visit.writing() as work:
            one = attesting.draw_up(
                work, typed["assessment"], typed["shipment"] or None, typed["regime"], typed["language"]
            )
    except Unfit as error:
        return _new(visit, words_of(form, "firm"), typed, told_of(error.problems, visit.language))
    return to(f"/attestations/{one.id}")


@get("/attestations/{code:str}", opt=needs(Step.SHIPMENT_SEE, Step.ATTESTATION_WITHDRAW), sync_to_thread=True)
def seen(visit: NamedDependency[Visit], code: FromPath[str]) -> Response[str]:
    """Return an attestation: what will be shown, whether it is signed, its files, its copies."""
    return _seen(visit, code, {}, [])


@post("/attestations/{code:str}/consent", opt=needs(Step.ATTESTATION_CONSENT), sync_to_thread=True)
def consent(visit: NamedDependency[Visit], code: FromPath[str]) -> Redirect:
    """Consent to an attestation, which a worker then signs."""
    with visit.writing() as work:
        attesting.consent(work, code)
    return to(f"/attestations/{code}")


@post("/attestations/{code:str}/drop", opt=needs(Step.ATTESTATION_ISSUE), sync_to_thread=True)
def drop(visit: NamedDependency[Visit], code: FromPath[str]) -> Redirect:
    """Delete an attestation nobody has consented to."""
    with visit.writing() as work:
        attesting.drop(work, code)
    return to("/attestations")


@post(
    "/attestations/{code:str}/withdraw",
    opt=needs(Step.ATTESTATION_WITHDRAW),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def withdraw(
    visit: NamedDependency[Visit], code: FromPath[str], form: NamedDependency[FormMultiDict]
) -> Response[str] | Redirect:
    """Withdraw an attestation for one of the reasons."""
    because = next((one for one in WhyWithdrawn if one == words_of(form, "because")), None)
    if because is None:
        return _seen(visit, code, {}, [("because", visit.told("attesting.why_missing"))])
    with visit.writing() as work:
        attesting.withdraw(work, code, because)
    return to(f"/attestations/{code}")


@post("/attestations/{code:str}/copies", opt=needs(Step.COPY_MAKE), status_code=HTTPStatus.OK, sync_to_thread=True)
def copy(visit: NamedDependency[Visit], code: FromPath[str], form: NamedDependency[FormMultiDict]) -> Response[str]:
    """Make a copy for a named reader, and show its link, this once."""
    typed = {name: words_of(form, name) for name in ("reader", "purpose", "until", *(str(one) for one in Piece))}
    try:
        with visit.writing() as work:
            made = named_copy.make(
                work, code, typed["reader"], typed["purpose"], _choice(typed), day_of(typed["until"])
            )
    except Unfit as error:
        return _seen(visit, code, typed, told_of(error.problems, visit.language))
    link = f"{visit.installation.settings.address}/copies/{made.secret}"
    return _seen(visit, code, {}, [], link=(made.copy.reader, link))


@post("/attestations/{code:str}/copies/{identifier:str}/close", opt=needs(Step.COPY_MAKE), sync_to_thread=True)
def close(visit: NamedDependency[Visit], code: FromPath[str], identifier: FromPath[str]) -> Redirect:
    """Close the link of a copy."""
    with visit.writing() as work:
        named_copy.close(work, identifier)
    return to(f"/attestations/{code}")


@get("/attestations/{code:str}/report", opt=needs(Step.CHAIN_SEE) | costly(), sync_to_thread=True)
def report(visit: NamedDependency[Visit], code: FromPath[str]) -> Response[bytes]:
    """Return the signed report."""
    with visit.reading() as work:
        found = attesting.report(work, code)
    return file(found)


def _choice(typed: dict[str, str]) -> Choice:
    given = {piece: typed.get(str(piece), "") for piece in Piece}
    return {piece: Why(why) for piece, why in given.items() if why in tuple(Why)}


def _new(visit: Visit, firm: str, typed: dict[str, str], wrong: Wrong) -> Response[str]:
    with visit.reading() as work:
        firms = looking_through.firms(work, Step.ATTESTATION_ISSUE)
        found = looking_through.firm(work, firm, Step.ATTESTATION_ISSUE)
        facts = {
            "firm": found,
            "firms": firms,
            "assessments": view.assessments(visit, shipping.assessments(work, found.id)),
            "shipments": view.shipments(visit, shipping.listed(work, found.id, limit=200)),
            "regimes": view.regimes(dossier_asks.read().regimes, visit.language),
            "languages_of": view.languages(visit.told),
            "typed": typed,
            "wrong": wrong,
        }
    return visit.page("attesting/new.html", facts, wrong=wrong)


def _seen(
    visit: Visit, code: str, typed: dict[str, str], wrong: Wrong, link: tuple[str, str] | None = None
) -> Response[str]:
    with visit.reading() as work:
        found = attesting.seen(work, code)
        today = work.day
    one = found.attestation
    subject = Subject(organisation=one.organisation, stage=found.engagement.stage)
    steps = (
        Step.SHIPMENT_SEE,
        Step.CHAIN_SEE,
        Step.ATTESTATION_CONSENT,
        Step.ATTESTATION_ISSUE,
        Step.ATTESTATION_WITHDRAW,
        Step.COPY_MAKE,
    )
    facts = view.face(one, visit.told) | {
        "state": view.state(one, found.standing),
        "copies": found.copies,
        "outdated": found.outdated,
        "can": {step.name.lower(): may(visit.actor, step, subject) for step in steps},
        "pieces": view.pieces(visit.language),
        "whys": view.whys(visit.language),
        "reasons": [(str(reason), visit.told(f"checking.because_{reason}")) for reason in WhyWithdrawn],
        "typed": typed,
        "wrong": wrong,
        "link": link,
        "today": today,
    }
    return visit.page("attesting/one.html", facts, wrong=wrong)


ROUTES = (listed, new, draw_up, seen, consent, drop, withdraw, copy, close, report)
