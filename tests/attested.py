"""Attestations brought to be signed, for tests of pages and of steps."""

from datetime import timedelta

import msgspec

from duediligence import key, signing
from duediligence.access import Actor
from duediligence.jobs import Bench, work_one
from duediligence.proof.attestation import Attestation
from duediligence.shipment import Cotton, LineAbout, Lot, ShipmentAbout
from duediligence.store import attestation as store
from duediligence.workflow import attesting, issuing, product_line, shipping
from tests.world import World


def sign(here: World) -> None:
    """Have a worker sign and publish whatever was ordered, with keys that are made where there are none."""
    with here.db.writing() as connection:
        signing.prepare(here.settings, connection, here.now)
    bench = Bench(
        db=here.db,
        settings=here.settings,
        key=key.read_or_make(here.settings.key_path()),
        clock=lambda: here.now,
        kinds=issuing.KINDS,
        lease=timedelta(minutes=1),
    )
    while work_one(bench, "a worker"):
        pass


def shipment(here: World, lead: Actor, firm: str, engagement: str, **changes: object) -> str:
    """Return a shipment of tomatoes to Germany."""
    with here.work(lead) as work:
        line = product_line.add(work, firm, LineAbout(name="Tomatoes", hs="0702", cotton=Cotton.NONE))
        about = ShipmentAbout(
            reference="T-17",
            destination="DE",
            consignee="Gemüse GmbH",
            lots=(Lot(line=line.id, mark="L-1", quantity=1200.0),),
            engagement=engagement,
        )
        return shipping.add(work, firm, msgspec.structs.replace(about, **changes)).id


def drawn_up(here: World, lead: Actor, engagement: str, goods: str | None = None, language: str = "en") -> Attestation:
    """Return an attestation that waits for consent."""
    with here.work(lead) as work:
        return attesting.draw_up(work, engagement, goods, "eu-flr", language)


def issued(here: World, lead: Actor, engagement: str, goods: str | None = None, language: str = "en") -> Attestation:
    """Return an attestation that was signed."""
    one = drawn_up(here, lead, engagement, goods, language)
    with here.work(lead) as work:
        attesting.consent(work, one.id)
    sign(here)
    with here.db.reading() as connection:
        return store.load(connection, one.id)
