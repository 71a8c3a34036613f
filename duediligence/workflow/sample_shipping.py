"""Two invented shipments to look around in: cotton yarn to the United States, greenhouse tomatoes to Germany.

Every name is made up. As in any real file, some of what an authority asks is there, some is not.
Goods and inputs stand here under the keys of their names, which whoever enters them says in a language.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

import msgspec

from duediligence.organisation import Site
from duediligence.shipment import (
    Cotton,
    Document,
    DocumentKind,
    LineAbout,
    Lot,
    Place,
    ProductInput,
    ShipmentAbout,
)
from duediligence.store import chain_glance
from duediligence.workflow import product_line, shipping
from duediligence.workflow.work import Work

Say: TypeAlias = Callable[[str], str]
"""Gives the words behind a key."""

_GROWER = "«Sap Suw» daýhan birleşigi"


_FIBRE = ProductInput(
    name="fibre",
    hs="520100",
    share=62.0,
    country="TM",
    place=Place.FARM,
    place_name="Mary, 1",
    cotton=Cotton.TURKMEN,
)
_BOUGHT = ProductInput(
    name="fibre_bought",
    hs="520100",
    share=36.0,
    country="TM",
    place=Place.GIN,
    cotton=Cotton.TURKMEN,
)
_CONES = ProductInput(name="cones", hs="4822", cotton=Cotton.NONE)
_YARN = LineAbout(name="yarn", hs="520512", cotton=Cotton.TURKMEN)

_SEED = ProductInput(
    name="seed",
    hs="120991",
    country="NL",
    place=Place.FACTORY,
    place_name="Sample Seeds (sample)",
    cotton=Cotton.NONE,
)
_GROUND = ProductInput(name="ground", hs="1404", cotton=Cotton.NONE)
_BOXES = ProductInput(name="boxes", hs="481910", country="TM", cotton=Cotton.NONE)
_TOMATOES = LineAbout(
    name="tomatoes",
    hs="070200",
    cotton=Cotton.NONE,
    inputs=(_SEED, _GROUND, _BOXES),
    inputs_complete=True,
)


def yarn(work: Work, site: Site, engagement: str, say: Say) -> None:
    """Enter cotton yarn and a shipment of it; its cotton is of Turkmenistan, as the notice on it says.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    known = {name: party for party, name in chain_glance.names(work.connection, site.organisation).items()}
    bought = msgspec.structs.replace(_BOUGHT, party=known.get(_GROWER))
    about = msgspec.structs.replace(_YARN, inputs=(_FIBRE, bought, _CONES))
    line = _line(work, site, about, say)
    made = work.day - timedelta(days=16)
    lots = tuple(
        Lot(
            line=line,
            mark=f"Y-114-{number}",
            quantity=9900.0,
            made_from=made + timedelta(days=3 * number),
            made_to=made + timedelta(days=3 * number + 2),
            inputs=bales,
        )
        for number, bales in enumerate((("B-2211", "B-2212"), ()), 1)
    )
    papers = (
        Document(kind=DocumentKind.PRODUCTION_RECORD, number="114/1", on=made + timedelta(days=8)),
        Document(kind=DocumentKind.CONTRACT, number="US-7", on=made - timedelta(days=40)),
        Document(kind=DocumentKind.INVOICE, number="114", on=work.day),
    )
    shipment = ShipmentAbout(
        reference="114 (mysal · пример · sample)",
        destination="US",
        consignee="Sample Yarn Import (sample)",
        transit=("TR",),
        ships_on=work.day + timedelta(days=21),
        lots=lots,
        documents=papers,
        engagement=engagement,
    )
    shipping.add(work, site.organisation, shipment)


def tomatoes(work: Work, site: Site, engagement: str, say: Say) -> None:
    """Enter greenhouse tomatoes without cotton and a shipment of them.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    line = _line(work, site, _TOMATOES, say)
    picked = work.day - timedelta(days=2)
    shipment = ShipmentAbout(
        reference="T-26 (mysal · пример · sample)",
        destination="DE",
        consignee="Muster Gemüse (sample)",
        transit=("TR", "BG"),
        ships_on=work.day + timedelta(days=1),
        lots=(Lot(line=line, mark="T-26-1", quantity=18.0, unit="t", made_from=picked, made_to=work.day),),
        documents=(
            Document(kind=DocumentKind.PHYTOSANITARY, number="T-26", on=work.day),
            Document(kind=DocumentKind.PACKING_LIST, number="T-26", on=work.day),
        ),
        engagement=engagement,
    )
    shipping.add(work, site.organisation, shipment)


def _line(work: Work, site: Site, about: LineAbout, say: Say) -> str:
    """Return the id of a product line that is made at one site, entered under names that people read."""
    named = msgspec.structs.replace(
        about,
        name=say(about.name),
        sites=(site.id,),
        inputs=tuple(msgspec.structs.replace(one, name=say(one.name)) for one in about.inputs),
    )
    return product_line.add(work, site.organisation, named).id
