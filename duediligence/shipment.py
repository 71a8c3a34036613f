"""What a firm ships: product lines with what goes into them, and shipments with lots and papers.

A product line is what is made again and again: its goods, its inputs, where each input
comes from as far back as is known, and the sites it is made at. A shipment is some of it on
its way to one buyer. What is not known stays empty and is counted as not known.
"""

from datetime import date, datetime
from enum import StrEnum

import msgspec

LONGEST_NAME = 200
MOST_INPUTS = 100
MOST_LOTS = 1000
MOST_DOCUMENTS = 200


class Cotton(StrEnum):
    """What is known of cotton in a product or an input, at any tier."""

    NONE = "none"
    TURKMEN = "turkmen"
    OTHER = "other"  # grown elsewhere, every bale
    MIXED = "mixed"
    UNKNOWN = "unknown"


class Place(StrEnum):
    """How far back an input is known to come from."""

    FARM = "farm"
    GIN = "gin"
    QUARRY = "quarry"
    MILL = "mill"
    FACTORY = "factory"
    TRADER = "trader"
    UNKNOWN = "unknown"


class ProductInput(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One thing that goes into a product; what is unknown is empty or None."""

    name: str
    hs: str = ""  # HS 2022
    share: float | None = None  # of the weight of the product, in percent
    country: str = ""  # ISO 3166-1 where it was grown, quarried or made first
    place: Place = Place.UNKNOWN
    place_name: str = ""  # of the farm, gin or quarry: a business or a place, never a person
    party: str | None = None  # the supplier in the firm's register
    cotton: Cotton = Cotton.UNKNOWN


class LineAbout(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a firm says of a product line."""

    name: str
    hs: str
    cotton: Cotton = Cotton.UNKNOWN
    sites: tuple[str, ...] = ()  # ids of the firm's own sites
    inputs: tuple[ProductInput, ...] = ()
    inputs_complete: bool = False  # whether the firm says that nothing else goes in


class ProductLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A product line of one organisation."""

    id: str
    organisation: str
    about: LineAbout
    revision: int
    created_by: str
    created: datetime
    changed: datetime
    retired: datetime | None = None
    sample: bool = False


class Lot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Goods of one line that were made together, by the mark they carry."""

    line: str  # id of the product line
    mark: str
    quantity: float | None = None
    unit: str = "kg"
    made_from: date | None = None
    made_to: date | None = None
    inputs: tuple[str, ...] = ()  # marks of the bales or lots that went in


class DocumentKind(StrEnum):
    """Papers that go with goods, in the order in which goods come about."""

    INPUT_PURCHASE = "input_purchase"
    INPUT_PAYMENT = "input_payment"
    INPUT_TRANSPORT = "input_transport"
    PRODUCTION_RECORD = "production_record"
    INVENTORY_RECORD = "inventory_record"
    CERTIFICATE_OF_ORIGIN = "certificate_of_origin"
    CONTRACT = "contract"
    INVOICE = "invoice"
    PACKING_LIST = "packing_list"
    TRANSPORT = "transport"
    CUSTOMS_DECLARATION = "customs_declaration"
    PHYTOSANITARY = "phytosanitary"
    CHAIN_MAP = "chain_map"
    FLOW_CHART = "flow_chart"
    AUDIT_REPORT = "audit_report"
    SUPPLIER_DECLARATION = "supplier_declaration"
    BOARD_APPROVAL = "board_approval"
    OTHER = "other"


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A paper that belongs to a shipment; it stays with the firm, here stands that it exists."""

    kind: DocumentKind
    number: str = ""
    on: date | None = None
    sha256: str = ""  # of the file, where the firm gave one


class ShipmentAbout(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a firm says of a shipment."""

    reference: str
    destination: str  # ISO 3166-1
    consignee: str = ""  # a business
    importer: str = ""  # where it is another one
    transit: tuple[str, ...] = ()  # ISO 3166-1
    ships_on: date | None = None
    lots: tuple[Lot, ...] = ()
    documents: tuple[Document, ...] = ()
    engagement: str | None = None  # the assessment it travels with


class Shipment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A shipment of one organisation."""

    id: str
    organisation: str
    about: ShipmentAbout
    revision: int
    created_by: str
    created: datetime
    changed: datetime
    sample: bool = False
