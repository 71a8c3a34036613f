"""Lots and papers of a shipment, each entered, changed and taken out on a page of its own."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec
from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.auth import needs
from api.form import words_of
from api.pages import shipments_form as forms
from api.pages import shipments_view as view
from api.pages.shipments import faults_of
from api.pages.shipments_form import Typed
from api.translation import Words
from api.visit import Visit, to
from duediligence.access import Step
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.shipment import Document, Lot, Shipment, ShipmentAbout
from duediligence.workflow import product_line, shipping
from duediligence.workflow.work import Work

_ELSEWHERE = {"ships_on": "made_to"}
"""What a part does not fit to, and in which of its fields that is mended."""

NEW = "new"
"""Stands in the place of the number of a part that is to be added."""

Wrong = list[tuple[str, str]]


class _Part(NamedTuple):
    """One of the two kinds of parts: how its form is read and shown."""

    field: str  # of a shipment
    template: str
    typed: Callable[[FormMultiDict], Typed]
    value: Callable[[Typed], Any]
    shown: Callable[[Any, Words], Typed]
    first: str  # field that stands for the whole


class _Shown(NamedTuple):
    """A part in its form."""

    shipment: Shipment
    number: str
    was: str  # by what the part is known again
    typed: Typed


_LOTS = _Part("lots", "shipping/lot.html", forms.typed_lot, forms.lot_of, forms.shown_lot, "mark")
_PAPERS = _Part(
    "documents", "shipping/document.html", forms.typed_document, forms.document_of, forms.shown_document, "kind"
)


@get("/shipments/{identifier:str}/lots/{number:str}", opt=needs(Step.SHIPMENT_EDIT), sync_to_thread=True)
def lot(visit: NamedDependency[Visit], identifier: FromPath[str], number: FromPath[str]) -> Response[str]:
    """Return the page on which a lot is entered or changed."""
    return _open(visit, _LOTS, identifier, number)


@post(
    "/shipments/{identifier:str}/lots/{number:str}",
    opt=needs(Step.SHIPMENT_EDIT),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def save_lot(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    number: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[str] | Redirect:
    """Keep a lot, or take it out."""
    return _save(visit, _LOTS, (identifier, number), form)


@get("/shipments/{identifier:str}/documents/{number:str}", opt=needs(Step.SHIPMENT_EDIT), sync_to_thread=True)
def document(
    visit: NamedDependency[Visit], identifier: FromPath[str], number: FromPath[str], kind: FromQuery[str] = ""
) -> Response[str]:
    """Return the page on which a paper is entered or changed; one that is to be added may be of a `kind` already."""
    return _open(visit, _PAPERS, identifier, number, {"kind": kind} if kind else {})


@post(
    "/shipments/{identifier:str}/documents/{number:str}",
    opt=needs(Step.SHIPMENT_EDIT),
    status_code=HTTPStatus.OK,
    sync_to_thread=True,
)
def save_document(
    visit: NamedDependency[Visit],
    identifier: FromPath[str],
    number: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[str] | Redirect:
    """Keep a paper, or take it out."""
    return _save(visit, _PAPERS, (identifier, number), form)


def _open(visit: Visit, part: _Part, identifier: str, number: str, given: Typed | None = None) -> Response[str]:
    with visit.reading() as work:
        found = shipping.shipment_of(work, identifier, Step.SHIPMENT_EDIT)
        value = _value(found.about, part, number)
        typed = part.shown(value, visit.told) | (given or {} if value is None else {})
        shown = _Shown(found, number, _mark(value), typed)
        return _form(visit, work, part, shown)


def _save(visit: Visit, part: _Part, where: tuple[str, str], form: FormMultiDict) -> Response[str] | Redirect:
    identifier, number = where
    typed, was = part.typed(form), words_of(form, "was")
    try:
        with visit.writing() as work:
            found = shipping.shipment_of(work, identifier, Step.SHIPMENT_EDIT)
            value = None if words_of(form, "do") == "remove" else part.value(typed)
            about = _changed(found.about, part, _place(found.about, part, number, was), value)
            shipping.change(work, identifier, about, found.revision)
    except Unfit as error:
        faults = [(_ELSEWHERE.get(where, where), words) for where, words in faults_of(error, visit)]
        wrong = [(where if where in typed else part.first, words) for where, words in faults]
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    except WrongMoment:
        # What was changed may stand elsewhere or nowhere by now, so that it can only be added anew.
        number, was = NEW, ""
        wrong, status = [(part.first, visit.told("shipping.part_conflict"))], HTTPStatus.CONFLICT
    else:
        return to(f"/shipments/{identifier}#{part.field}")
    with visit.reading() as work:
        found = shipping.shipment_of(work, identifier, Step.SHIPMENT_EDIT)
        page = _form(visit, work, part, _Shown(found, number, was, typed), wrong)
    page.status_code = status
    return page


def _value(about: ShipmentAbout, part: _Part, number: str) -> Lot | Document | None:
    """Return a part by its number from 1, None for one that is to be added.

    Raises:
        NotFound: the shipment has no part of this number.
    """
    if number == NEW:
        return None
    numbered = {str(at): one for at, one in enumerate(getattr(about, part.field), 1)}
    if number not in numbered:
        raise NotFound("There is no such part of this shipment.")
    found: Lot | Document = numbered[number]
    return found


def _mark(value: Lot | Document | None) -> str:
    """Return by what a part is known again when others were added or taken out before it; "" for a new one."""
    return hashlib.sha256(msgspec.json.encode(value)).hexdigest() if value else ""


def _place(about: ShipmentAbout, part: _Part, number: str, was: str) -> int | None:
    """Return where a part stands now, from 0; None for one that is to be added.

    Raises:
        WrongMoment: somebody has changed it, or taken it out.
    """
    if number == NEW:
        return None
    places = [at for at, one in enumerate(getattr(about, part.field)) if _mark(one) == was]
    if not places:
        raise WrongMoment("Somebody has changed this part of the shipment since you opened it.")
    return next((at for at in places if str(at + 1) == number), places[0])


def _changed(about: ShipmentAbout, part: _Part, place: int | None, value: Lot | Document | None) -> ShipmentAbout:
    """Return a shipment with one part added, changed, or taken out where the value is None."""
    parts = list(getattr(about, part.field))
    put = [] if value is None else [value]
    if place is None:
        parts += put
    else:
        parts[place : place + 1] = put
    return msgspec.structs.replace(about, **{part.field: tuple(parts)})


def _form(visit: Visit, work: Work, part: _Part, shown: _Shown, wrong: Wrong | None = None) -> Response[str]:
    lines = product_line.listed(work, shown.shipment.organisation) if part is _LOTS else ()
    facts = {
        "one": shown.shipment,
        "number": shown.number,
        "was": shown.was,
        "typed": shown.typed,
        "lines": [(each.id, f"{each.about.name} ({each.about.hs})") for each in lines],
        "units": view.unit_options(visit.told),
        "kinds": view.document_options(visit.told),
        "wrong": wrong or [],
    }
    return visit.page(part.template, facts, wrong=wrong)


ROUTES = (lot, save_lot, document, save_document)
