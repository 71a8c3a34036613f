"""The dossier of a shipment, put together from all that its firm has entered, answered and keeps.

Whoever may see the shipment may see its dossier. The names and addresses of partners are
left out for those who may not see the register; what is counted of them is not.
"""

from typing import NamedTuple

import msgspec

from duediligence import dossier_making
from duediligence.access import Step, Subject, may
from duediligence.dossier import Dossier
from duediligence.dossier_facts import Material, facts
from duediligence.engagement import Engagement
from duediligence.errors import NotFound
from duediligence.record_shared import SharedAssessment, shared
from duediligence.shipment import Shipment
from duediligence.store import engagement as engagements
from duediligence.store import organisation as organisations
from duediligence.store import product_line as lines
from duediligence.workflow import looking_through, shipping
from duediligence.workflow.handing_in import kept_last
from duediligence.workflow.improving import in_the_open
from duediligence.workflow.work import Work
from risk_models import dossier as assembling
from risk_models import dossier_asks, notices
from risk_models.dossier_asks import Regime


class Prepared(NamedTuple):
    """A shipment with the dossier of one regime, and what goes with it."""

    shipment: Shipment
    dossier: Dossier
    copy: SharedAssessment | None  # of the assessment that travels
    regimes: tuple[Regime, ...]  # of its destination, the one to begin with first


def prepared(work: Work, identifier: str, regime: str = "") -> Prepared:
    """Return a shipment with its dossier; without a `regime`, that of its destination to begin with.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or there is no such regime.
    """
    one = shipping.shipment_of(work, identifier)
    own = dossier_asks.of_destination(one.about.destination)
    found = dossier_asks.regime(regime) if regime else own[0]
    if found is None:
        raise NotFound("There is no such regime.")
    material = _material(work, one, one.about.engagement)
    return Prepared(one, _compiled(work, one, found, material), material.copy, own)


def dossier(work: Work, identifier: str, regime: str, engagement: str | None = None) -> Dossier:
    """Return the dossier of a shipment.

    Args:
        work: who asks.
        identifier: of the shipment.
        regime: id of it.
        engagement: the assessment it is to show; None for the one that travels with the shipment.

    Raises:
        NotFound, NotAllowed: see `Work.allow`; or there is no such regime, or no such assessment of this firm.
    """
    one = shipping.shipment_of(work, identifier)
    found = dossier_asks.regime(regime)
    if found is None:
        raise NotFound("There is no such regime.")
    return _compiled(work, one, found, _material(work, one, engagement or one.about.engagement))


def cotton_notice(work: Work, one: Shipment) -> notices.Standing | None:
    """Return the notice on cotton over a shipment the actor may see; it is the one that its dossiers begin with."""
    return assembling.cotton_notice(facts(_material(work, one, one.about.engagement)), work.day)


def _compiled(work: Work, one: Shipment, regime: Regime, material: Material) -> Dossier:
    found = dossier_making.compiled(regime, material, work.day)
    if may(work.actor, Step.CHAIN_SEE, Subject(organisation=one.organisation)):
        return found
    nameless = tuple(msgspec.structs.replace(party, name="", address="") for party in found.chain.parties)
    return msgspec.structs.replace(found, chain=msgspec.structs.replace(found.chain, parties=nameless))


def _material(work: Work, one: Shipment, engagement: str | None) -> Material:
    """Return all that a dossier of a shipment is made from."""
    organisation = one.organisation
    named = lines.load_many(work.connection, organisation, (lot.line for lot in one.about.lots))
    assessed = _travelling(work, organisation, engagement) if engagement else None
    return Material(
        firm=organisations.load(work.connection, organisation).name,
        shipment=one.about,
        lines={identifier: line.about for identifier, line in named.items()},
        sites={site.id: site for site in organisations.sites(work.connection, organisation)},
        copy=shared(kept_last(work, assessed).assessment) if assessed else None,
        plan=in_the_open(work.connection, assessed.id) if assessed else None,
        register=looking_through.whole(work, organisation),
    )


def _travelling(work: Work, organisation: str, identifier: str) -> Engagement | None:
    """Return the assessment that travels with a shipment; None once it was withdrawn.

    Raises:
        NotFound: it is not of this firm, or nothing was handed in.
    """
    found = engagements.load(work.connection, identifier)
    if found.organisation != organisation or found.rehearsal:
        raise NotFound("There is no such assessment.")
    return found if found.stage in shipping.TRAVELLING else None
