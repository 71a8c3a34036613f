"""A firm prepares shipments: what goes where, out of which lots, with which papers and which assessment."""

from typing import NamedTuple

import msgspec

from duediligence.access import Step, Subject
from duediligence.database import new_id
from duediligence.engagement import Engagement, Stage
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.shipment import ProductLine, Shipment, ShipmentAbout
from duediligence.shipment_check import Known, faults_of_shipment, tidied_shipment
from duediligence.store import attestation as attestations
from duediligence.store import engagement as engagements
from duediligence.store import organisation as organisations
from duediligence.store import product_line as lines
from duediligence.store import shipment as store
from duediligence.store.engagement import Listed
from duediligence.workflow.work import Work

TRAVELLING = (Stage.SUBMITTED, Stage.IN_REVIEW, Stage.CONCLUDED)
"""The stages at which an assessment may travel with goods."""

_MOST = 200


class Carried(NamedTuple):
    """A shipment with what it names."""

    shipment: Shipment
    lines: dict[str, ProductLine]  # those of its lots, by id
    assessment: Engagement | None


def listed(work: Work, organisation: str, *, limit: int = 25, after: str = "") -> tuple[Shipment, ...]:
    """Return shipments of a firm, the last changed first; `after` is the id of the last one already shown.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.SHIPMENT_SEE, Subject(organisation=organisation))
    return store.listed(work.connection, organisation, limit=limit, after=after)


def shipment_of(work: Work, identifier: str, step: Step = Step.SHIPMENT_SEE) -> Shipment:
    """Return a shipment on which the actor may take a step.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or there is none of this id.
    """
    one = store.load(work.connection, identifier)
    work.allow(step, Subject(organisation=one.organisation))
    return one


def carried(work: Work, identifier: str) -> Carried:
    """Return a shipment with its product lines and its assessment.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or there is none of this id.
    """
    one = shipment_of(work, identifier)
    named = lines.load_many(work.connection, one.organisation, (lot.line for lot in one.about.lots))
    assessment = engagements.load(work.connection, one.about.engagement) if one.about.engagement else None
    return Carried(one, named, assessment)


def assessments(work: Work, organisation: str) -> tuple[Listed, ...]:
    """Return the assessments of a firm that may travel with goods, the last changed first.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.SHIPMENT_SEE, Subject(organisation=organisation))
    sought = engagements.Sought(organisations=(organisation,), stages=TRAVELLING, handed_in=True)
    return engagements.listed(work.connection, sought, limit=_MOST)


def add(work: Work, organisation: str, about: ShipmentAbout) -> Shipment:
    """Return a new shipment.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unfit: something in it will not do.
    """
    work.allow(Step.SHIPMENT_EDIT, Subject(organisation=organisation))
    one = Shipment(
        id=new_id(),
        organisation=organisation,
        about=_fitting(work, organisation, about),
        revision=1,
        created_by=work.actor.person,
        created=work.now,
        changed=work.now,
        sample=organisations.load(work.connection, organisation).sample,
    )
    store.add(work.connection, one)
    work.record(Step.SHIPMENT_EDIT, one.id, {"done": "add"})
    return one


def change(work: Work, identifier: str, about: ShipmentAbout, revision: int) -> Shipment:
    """Return a shipment after something else was said of it.

    Args:
        work: who says it.
        identifier: of the shipment.
        about: all that is said of it from now on.
        revision: the one that the actor saw.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: somebody has changed it since.
        Unfit: something in it will not do.
    """
    before = _seen(work, identifier, revision)
    about = _fitting(work, before.organisation, about)
    after = msgspec.structs.replace(before, about=about, revision=before.revision + 1, changed=work.now)
    store.save(work.connection, before, after)
    work.record(Step.SHIPMENT_EDIT, identifier, {"done": "change", "revision": after.revision})
    return after


def is_attested(work: Work, one: Shipment) -> bool:
    """Return whether an attestation was drawn up for a shipment, so that the shipment has to stay."""
    return attestations.names_shipment(work.connection, one.id)


def remove(work: Work, identifier: str, revision: int) -> Shipment:
    """Return a shipment for which nothing was ever drawn up, after it was deleted.

    Args:
        work: who deletes it.
        identifier: of the shipment.
        revision: the one that the actor saw.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: an attestation names it, or somebody has changed it since.
    """
    before = _seen(work, identifier, revision)
    if is_attested(work, before):
        raise WrongMoment("An attestation was drawn up for this shipment, so the shipment stays.")
    store.remove(work.connection, before)
    work.record(Step.SHIPMENT_EDIT, identifier, {"done": "remove"})
    return before


def _seen(work: Work, identifier: str, revision: int) -> Shipment:
    """Return a shipment that the actor may change, as it was when the actor looked at it.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: somebody has changed it since.
    """
    one = shipment_of(work, identifier, Step.SHIPMENT_EDIT)
    if one.revision != revision:
        raise WrongMoment(store.OVERTAKEN)
    return one


def _fitting(work: Work, organisation: str, about: ShipmentAbout) -> ShipmentAbout:
    """Return what is said of a shipment in its one form.

    Raises:
        Unfit: something in it will not do.
    """
    about = tidied_shipment(about)
    known = Known(
        lines=lines.load_many(work.connection, organisation, (one.line for one in about.lots)),
        assessments=_travelling(work, organisation, about.engagement),
    )
    if found := faults_of_shipment(about, known):
        raise Unfit(found)
    return about


def _travelling(work: Work, organisation: str, identifier: str | None) -> tuple[str, ...]:
    """Return an assessment again if it is the firm's and may travel with goods."""
    try:
        one = engagements.load(work.connection, identifier or "")
    except NotFound:
        return ()
    own = one.organisation == organisation and not one.rehearsal
    return (one.id,) if own and one.stage in TRAVELLING else ()
