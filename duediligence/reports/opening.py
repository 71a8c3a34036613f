"""The opening of a report: whose it is, its numbers, and what is said whatever they are."""

from datetime import date
from enum import StrEnum

import msgspec


class Copy(StrEnum):
    """For whom a report is made."""

    SHARED = "shared"  # for anyone: without protected answers, small counts of people suppressed
    FIRM = "firm"  # for the firm alone: with everything


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a report; every string is in the language of the report."""


class Passage(Part, frozen=True, kw_only=True):
    """What stands above a part: its heading, and sentences that say how to read it."""

    heading: str
    sentences: tuple[str, ...] = ()


class Fact(Part, frozen=True, kw_only=True):
    """A label and what it says."""

    label: str
    value: str


class Table(Part, frozen=True, kw_only=True):
    """The numbers of a chart as words; every row is as long as `columns`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Figure(Part, frozen=True, kw_only=True):
    """What stands beside a chart: what it shows, the same in words, and its table."""

    title: str
    description: str
    table: Table


class Head(Part, frozen=True, kw_only=True):
    """Whose report it is, of what, and how far anyone has looked."""

    title: str
    organisation: str  # words for "not stated" where it was left out, as in the next four
    site: str
    period: str
    answered_by: str
    workers_consulted: str
    label_id: str  # self_declared, documents_reviewed or site_checked
    label: str
    label_meaning: str
    relation: str  # how whoever looked stands to the state
    id: str  # the beginning of the digest of the assessment
    version: str  # form and rules in one line
    on: date
    issued: str  # the day of the assessment, in words
    expires: date
    expiry: str  # the day on which it runs out, in words
    expiry_reason: str
    period_over: str  # says that the period ended long before the day of the assessment; empty where it did not
    running_foot: str
    copy_note: str  # what the kind of copy means
    facts: tuple[Fact, ...]  # all of the above that a first page lists, in order


class Measure(Part, frozen=True, kw_only=True):
    """One number on the scale from 0 to 100, and what it means in words."""

    id: str  # inherent, indicators, control, confidence or residual
    label: str
    value: float  # 0 to 100; the floor of the highest level for `indicators`
    text: str  # the number as it is printed, or the level in words
    meaning: str
    low: float | None = None  # the ends of the interval; only the residual has one
    high: float | None = None
    known: bool = True  # false where too little was answered for a point on the scale


class Band(Part, frozen=True, kw_only=True):
    """A range of the residual risk."""

    id: str
    label: str
    meaning: str
    begins: float | None  # None for the band that only a rule reaches
    ends: float | None


class Numbers(Part, frozen=True, kw_only=True):
    """The four numbers and the residual risk; they are always shown together."""

    passage: Passage
    measures: tuple[Measure, ...]  # inherent, indicators, control, confidence, residual
    counts: tuple[Fact, ...]  # how many indicators stand at each level
    band: Band
    highest_band: Band  # what missing answers may still lead to
    bands: tuple[Band, ...]  # from the lowest
    interval: str
    coverage: str
    figure: Figure


class Cell(Part, frozen=True, kw_only=True):
    """One indicator in the strip."""

    code: str
    label: str
    ilo: bool  # one of the eleven of the ILO
    level: str  # none, weak, moderate, strong, not_assessed, declared, not_declared or not_answered
    word: str
    symbol: str
    assessed: bool


class Strip(Part, frozen=True, kw_only=True):
    """All indicators in their fixed order."""

    passage: Passage
    cells: tuple[Cell, ...]
    figure: Figure


class Reference(Part, frozen=True, kw_only=True):
    """A source that may be printed; only confirmed ones are."""

    title: str
    href: str
    checked: str  # the day it was last read, in words; empty where not recorded


class Notice(Part, frozen=True, kw_only=True):
    """Words that go with the report whatever the score."""

    id: str
    severity: str  # gate, standing or context
    title: str
    text: str
    sure: bool  # false where it merely could not be ruled out
    sources: tuple[Reference, ...]


class ReviewerBlock(Part, frozen=True, kw_only=True):
    """Who judged, how they stand to the state and the firm, and what they looked at."""

    passage: Passage
    facts: tuple[Fact, ...]
