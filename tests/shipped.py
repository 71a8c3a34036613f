"""Shipments with all that a dossier is made from, out of a few lines of data."""

from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from duediligence import record
from duediligence.assessment import assess
from duediligence.chain.party import About, Terms
from duediligence.chain.register import Flow, Register
from duediligence.dossier_facts import Material
from duediligence.organisation import Site
from duediligence.record_shared import SharedAssessment
from duediligence.review import Review
from duediligence.shipment import LineAbout, ShipmentAbout
from questionnaires.response import Response
from tests.conftest import TODAY

EXAMPLES = Path(__file__).parents[1] / "examples"
WORKS = Site(id="works", organisation="firm", name="Works", region="TM-M", created=datetime(2026, 1, 1, tzinfo=UTC))


def copy(example: str, review: str = "", on: date = TODAY) -> SharedAssessment:
    """Return the copy that may travel of one example."""
    response = msgspec.json.decode((EXAMPLES / f"{example}.json").read_bytes(), type=Response)
    found = (EXAMPLES / "reviews" / f"{review}.json").read_bytes() if review else None
    return record.shared(assess(response, on, review=msgspec.json.decode(found, type=Review) if found else None))


def assessed(response: Response, on: date = TODAY) -> SharedAssessment:
    """Return the copy that may travel of a response that nobody reviewed."""
    return record.shared(assess(response, on))


def register(parties: dict[str, About], supplies: dict[str, str]) -> Register:
    """Return a register of parties and of whom each supplies; "" is the firm."""
    flows = tuple(Flow(supplier, buyer or None, Terms()) for supplier, buyer in supplies.items())
    return Register(parties=parties, flows=flows, seen={}, asked={}, screened={})


def material(shipment: ShipmentAbout, lines: dict[str, LineAbout], **more: object) -> Material:
    """Return what a dossier of a shipment is made from."""
    return Material(firm="Example works", shipment=shipment, lines=lines, sites={"works": WORKS}, **more)
