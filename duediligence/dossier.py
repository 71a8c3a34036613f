"""The dossier of one shipment: what a regime asks, what there is, what is missing, what nothing here can answer.

A dossier is a value that tells all it knows by itself: every ask with its words in three
languages, every table by numbers that start at 1, the editions it was made with and what
it does not say. It holds names of businesses and sites, and codes, numbers and days. It
holds no answer, no person, no id of a row and nothing that a partner answered.

    goods    the lines of the shipment              number n
    inputs   what goes into them                    number n.m
    lots     what was made together                 in order
    parties  who supplies, as far up as is known    number n; 0 is the firm
"""

import hashlib
from datetime import date
from typing import Any, Final, Literal

import msgspec

from duediligence import record
from duediligence.chain.party import Basis, PartyRole
from duediligence.review import Label, Reviewer
from duediligence.schema import components
from duediligence.shipment import Cotton, Document, Place
from questionnaires.text import Text
from risk_models.cotton import Standing
from risk_models.dossier import Item
from risk_models.dossier_asks import Remark, kind_of
from risk_models.requirements import Timing

FORMAT: Final = "duediligence/dossier/1"
"""The shape of an encoded dossier."""

FIRM = 0
"""The number under which the firm itself stands among the parties."""


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a dossier."""


class Law(_Row, frozen=True, kw_only=True):
    """An instrument behind the regime, as it stands on the day."""

    id: str
    title: Text
    timing: Timing
    effective: date | None
    confirmed: bool
    verified_on: date | None


class Shown(_Row, frozen=True, kw_only=True):
    """A notice; `sure` is false where it merely could not be ruled out."""

    id: str
    title: Text
    text: Text
    sure: bool
    gate: bool  # nothing lifts it, and it stands first


class Where(_Row, frozen=True, kw_only=True):
    """A site of the firm."""

    name: str
    region: str  # ISO 3166-2, or a code of our own


class Good(_Row, frozen=True, kw_only=True):
    """A product line of the shipment."""

    name: str
    hs: str  # HS 2022
    cotton: Cotton
    sites: tuple[Where, ...]
    inputs_complete: bool  # whether the firm says that nothing else goes in


class Input(_Row, frozen=True, kw_only=True):
    """What goes into a good; what is not known is empty, null or unknown."""

    number: str
    name: str
    hs: str
    share: float | None  # of the weight of the good, in percent
    country: str  # ISO 3166-1
    place: Place
    place_name: str
    supplier: int | None  # number of the party
    cotton: Cotton


class LotRow(_Row, frozen=True, kw_only=True):
    """Goods that were made together."""

    good: int
    mark: str
    quantity: float | None
    unit: str
    made_from: date | None
    made_to: date | None
    inputs: tuple[str, ...]  # marks of the bales or lots that went in


class PartyRow(_Row, frozen=True, kw_only=True):
    """A business of the chain, as the firm has it in its register."""

    number: int
    tier: int | None  # links between it and the firm; null where not known
    basis: Basis
    name: str
    country: str
    region: str
    address: str
    roles: tuple[PartyRole, ...]
    goods: tuple[str, ...]  # HS 2022
    supplies: tuple[int, ...]  # numbers of the parties that it supplies
    suppliers_known: bool


class Chain(_Row, frozen=True, kw_only=True):
    """Who supplies, as far up as is known; not `whole` where there may be others."""

    whole: bool
    parties: tuple[PartyRow, ...]


class Assessed(_Row, frozen=True, kw_only=True):
    """The assessment that travels with the shipment, and who looked at it; no reviewer where nobody did."""

    on: date
    label: Label
    questionnaire: str  # id/version
    model: str  # id/version
    sha256: str  # of its copy that may travel, as written by `record.encode`
    reviewed: date | None
    announced: bool | None  # whether the firm knew of the visit; null without a visit
    reviewer: Reviewer | None
    second_reviewer: Reviewer | None


class Consignment(_Row, frozen=True, kw_only=True):
    """The shipment itself."""

    reference: str
    destination: str  # ISO 3166-1
    transit: tuple[str, ...]
    consignee: str
    importer: str
    ships_on: date | None


class Editions(_Row, frozen=True, kw_only=True):
    """With what a dossier was made."""

    dossiers: str
    dossiers_sha256: str
    requirements: str
    notices: str


class Dossier(_Row, frozen=True, kw_only=True):
    """One shipment as one regime asks to see it, on one day."""

    format: Literal["duediligence/dossier/1"] = FORMAT
    on: date
    regime: str
    title: Text
    about: Text
    full: bool  # false: only what of a law our answers speak to
    laws: tuple[Law, ...]
    remarks: tuple[Remark, ...]
    firm: str
    shipment: Consignment
    cotton: Standing  # of goods, inputs and chain
    notices: tuple[Shown, ...]  # those that nothing lifts first
    goods: tuple[Good, ...]
    inputs: tuple[Input, ...]
    lots: tuple[LotRow, ...]
    chain: Chain
    documents: tuple[Document, ...]
    assessment: Assessed | None
    items: tuple[Item, ...]
    names: dict[str, Text]  # of whatever items found, and of groups, statuses and people
    next: dict[str, Text]  # what to do where it is missing; of signs, controls and answers under their kind
    limits: tuple[Text, ...]
    editions: Editions
    salt: str = ""  # random where a dossier is attested, so that its digest cannot be used to try out names

    @property
    def gates(self) -> tuple[Shown, ...]:
        """The notices that nothing lifts; they stand on the first page of everything made from a dossier."""
        return tuple(one for one in self.notices if one.gate)


def to_json(one: Dossier) -> bytes:
    """Return a dossier as indented JSON; the same dossier gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(one, order="deterministic"), indent=2) + b"\n"


def from_json(data: bytes) -> Dossier:
    """Return the dossier that was written.

    Raises:
        msgspec.DecodeError: the bytes are no dossier.
    """
    return msgspec.json.decode(data, type=Dossier)


def digest(one: Dossier) -> str:
    """Return the SHA-256 of a dossier as it is written, in hexadecimal."""
    return hashlib.sha256(to_json(one)).hexdigest()


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a dossier."""
    (found,), parts = components([Dossier], "#/$defs/{name}")
    return {"$schema": record.SCHEMA_ID, "title": "Dossier", **found, "$defs": dict(sorted(parts.items()))}


def next_of(one: Dossier, what: str) -> Text:
    """Return what to do about something that an item found to be missing."""
    return one.next.get(what) or one.next[kind_of(what)]
