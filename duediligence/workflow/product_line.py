"""A firm looks after its product lines: what it makes, what goes in, and where that comes from."""

from collections.abc import Iterable

import msgspec

from duediligence.access import Step, Subject, may
from duediligence.database import new_id
from duediligence.errors import Unfit, WrongMoment
from duediligence.organisation import Organisation
from duediligence.shipment import LineAbout, ProductLine
from duediligence.shipment_check import Known, faults_of_line, tidied_line
from duediligence.store import chain_glance
from duediligence.store import organisation as organisations
from duediligence.store import product_line as store
from duediligence.words import problem
from duediligence.workflow import looking_through
from duediligence.workflow.work import Work


def firms(work: Work) -> tuple[Organisation, ...]:
    """Return the firms whose product lines and shipments the actor may see, by name."""
    return looking_through.firms(work, Step.SHIPMENT_SEE)


def listed(work: Work, organisation: str, *, retired: bool = False) -> tuple[ProductLine, ...]:
    """Return the product lines of a firm by name: those in use, or those out of use.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    work.allow(Step.SHIPMENT_SEE, Subject(organisation=organisation))
    return store.listed(work.connection, organisation, retired=retired)


def line_of(work: Work, identifier: str, step: Step = Step.SHIPMENT_SEE) -> ProductLine:
    """Return a product line on which the actor may take a step.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or there is none of this id.
    """
    one = store.load(work.connection, identifier)
    work.allow(step, Subject(organisation=one.organisation))
    return one


def partners(work: Work, organisation: str, *, retired: bool = False) -> dict[str, str]:
    """Return what the partners in a firm's register are called, by id; nothing to whoever may not see the register.

    Args:
        work: who asks.
        organisation: whose register it is.
        retired: also those that are out of use.
    """
    if not may(work.actor, Step.CHAIN_SEE, Subject(organisation=organisation)):
        return {}
    return chain_glance.names(work.connection, organisation, retired=retired)


def add(work: Work, organisation: str, about: LineAbout) -> ProductLine:
    """Return a new product line.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unfit: something in it will not do.
    """
    work.allow(Step.SHIPMENT_EDIT, Subject(organisation=organisation))
    one = ProductLine(
        id=new_id(),
        organisation=organisation,
        about=_fitting(work, organisation, about, ()),
        revision=1,
        created_by=work.actor.person,
        created=work.now,
        changed=work.now,
        sample=organisations.load(work.connection, organisation).sample,
    )
    store.add(work.connection, one)
    work.record(Step.SHIPMENT_EDIT, one.id, {"done": "add_line"})
    return one


def change(work: Work, identifier: str, about: LineAbout, revision: int) -> ProductLine:
    """Return a product line after something else was said of it.

    Args:
        work: who says it.
        identifier: of the product line.
        about: all that is said of it from now on.
        revision: the one that the actor saw.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        WrongMoment: somebody has changed it since.
        Unfit: something in it will not do, or it is out of use.
    """
    before = _seen(work, identifier, revision)
    if before.retired:
        raise Unfit((problem("SHIPPING_LINE_RETIRED", "name"),))
    named = [one.party for one in before.about.inputs if one.party]
    return _kept(work, before, "change_line", about=_fitting(work, before.organisation, about, named))


def retire(work: Work, identifier: str, revision: int) -> ProductLine:
    """Return a product line that is out of use from now on; shipments that name it keep it.

    Raises:
        NotFound, NotAllowed, WrongMoment: as in `change`.
    """
    before = _seen(work, identifier, revision)
    return before if before.retired else _kept(work, before, "retire_line", retired=work.now)


def restore(work: Work, identifier: str, revision: int) -> ProductLine:
    """Return a product line that is in use again.

    Raises:
        NotFound, NotAllowed, WrongMoment: as in `change`.
    """
    before = _seen(work, identifier, revision)
    return _kept(work, before, "restore_line", retired=None) if before.retired else before


def _seen(work: Work, identifier: str, revision: int) -> ProductLine:
    """Return a product line that is as the actor saw it."""
    one = line_of(work, identifier, Step.SHIPMENT_EDIT)
    if one.revision != revision:
        raise WrongMoment("Somebody has changed this product line since you opened it. Look at it again.")
    return one


def _kept(work: Work, before: ProductLine, done: str, **changes: object) -> ProductLine:
    """Return the next revision of a product line, written."""
    after = msgspec.structs.replace(before, revision=before.revision + 1, changed=work.now, **changes)
    store.save(work.connection, before, after)
    work.record(Step.SHIPMENT_EDIT, before.id, {"done": done, "revision": after.revision})
    return after


def _fitting(work: Work, organisation: str, about: LineAbout, named: Iterable[str]) -> LineAbout:
    """Return what is said of a product line in its one form; partners it has `named` before may have gone out of use.

    Raises:
        Unfit: something in it will not do.
    """
    about = tidied_line(about)
    known = Known(
        sites=[one.id for one in organisations.sites(work.connection, organisation)],
        parties={*chain_glance.names(work.connection, organisation), *named},
    )
    if found := faults_of_line(about, known):
        raise Unfit(found)
    return about
