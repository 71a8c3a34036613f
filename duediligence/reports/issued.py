"""What an issued report carries before the report itself: its face, its dossier, and what a copy leaves out.

The face answers within a minute: what this is, who judged, on what evidence, what it
does not say, and whether it still stands. It has an empty place for the visible
signature, which `duediligence.proof` fills in once the file is set.
"""

from typing import Literal

from duediligence.proof.place import Place
from duediligence.reports.opening import Fact, Notice, Part, Passage, Table

MARGIN = 56.7
"""Of every page, in points: 20 mm."""

SEAL_PLACE = Place(page=0, left=MARGIN, bottom=MARGIN, right=MARGIN + 62.4, top=MARGIN + 62.4)
"""A square of 22 mm at the foot of the first page; the template leaves it empty, and says beside it what it shows."""


class DossierItem(Part, frozen=True, kw_only=True):
    """One thing that an authority asks for, and what the firm has of it."""

    asks: str
    state: Literal["have", "partly", "missing", "outside"]
    word: str
    found: str  # what there is, in numbers and kinds; empty where there is nothing
    next: str  # who has to do what, or why nothing here can answer; empty where nothing is left to do


class DossierGroup(Part, frozen=True, kw_only=True):
    """Things asked for that belong together."""

    title: str
    counts: str  # how many stand in which state
    next: str  # what is next for all of them; empty where that differs
    items: tuple[DossierItem, ...]


class Listing(Part, frozen=True, kw_only=True):
    """A table with what it is and how to read it; without rows only the sentences stand."""

    passage: Passage
    table: Table


class DossierPart(Part, frozen=True, kw_only=True):
    """What an authority asks for, what there is of it, and what goes with the goods."""

    passage: Passage
    notices: tuple[Notice, ...]
    counts: tuple[Fact, ...]  # how many things asked for stand in each state
    shipment: tuple[Fact, ...]  # whence, whither and under which law
    listings: tuple[Listing, Listing, Listing, Listing]  # goods and lots, inputs, chain, documents
    groups: tuple[DossierGroup, ...]
    remarks: Passage  # periods and the like; no sentence where there is none
    limits: Passage


class NamedCopy(Part, frozen=True, kw_only=True):
    """What a copy for one reader says on every page, and what was left out of it."""

    band: str  # reader, purpose and last day, at the head of every page
    watermark: str  # the reader, behind every page
    passage: Passage
    left_out: Table  # what, how many and why


class Issued(Part, frozen=True, kw_only=True):
    """The face of a report that was issued to be shown."""

    title: str
    code: str  # of the attestation, in groups
    address: str  # of the page that says whether it still stands
    qr: str  # the address as SVG
    qr_words: str  # what the picture is, for those who hear it
    facts: tuple[Fact, ...]  # whose it is, what for, from when, until when and why
    judged: tuple[Fact, ...]  # who looked at it, how they stand to the state and to the firm
    evidence: Passage  # how many answers rest on what
    notices: tuple[Notice, ...]  # those that no score lifts
    counts: tuple[Fact, ...]  # what the dossier has and lacks; empty without one
    limits: Passage
    standing: Passage
    seal: Passage
    watermark: str  # behind every page; empty where a reviewer has looked at what is no sample
    dossier: DossierPart | None = None
    named: NamedCopy | None = None  # only in a copy for one reader
