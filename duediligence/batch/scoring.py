"""One part of a batch, from its source to its rows: the same on this machine and on a cluster."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

import msgspec

from duediligence.assessment import MODEL, Versions, layout, versions_of
from duediligence.batch import folder_source, rows
from duediligence.batch.job import Job, Kind, Part, Reading
from duediligence.batch.rows import Columns
from duediligence.batch.table import LISTED, Block, Decoder, Fault
from duediligence.batch.words import unusable
from questionnaires.codebook import Codebook
from risk_models.batch import score_many

SHORT = 16
"""Digits of the digest that stand in every row; the description of the run has all."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one part."""

    number: int
    rows: int
    unreadable: int
    doubtful: int  # rows with a problem, the unreadable among them
    bands: dict[str, int]
    problems: dict[str, int]  # by code, all of them
    faults: tuple[Fault, ...]  # those that are told one by one
    digest: str  # SHA-256 of the rows


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """A part that is done: its rows as they are kept, and what to tell of them."""

    report: Report
    data: bytes


def method(versions: Versions) -> str:
    """Return one digest of everything that decides results: form, rules, figures and notices."""
    return hashlib.sha256(msgspec.json.encode(versions, order="sorted")).hexdigest()


def score_part(job: Job, part: Part) -> Scored:
    """Return the rows of one part.

    Raises:
        Unfit: the source is not what it was, or the rules here are not those of the job.
    """
    rules = layout(*MODEL, job.on)
    versions = versions_of(rules)
    if method(versions) != job.method:
        raise unusable("OTHER_RULES", job.source.name)
    found = _Found(part.number)
    form, model = (
        f"{versions.questionnaire}/{versions.questionnaire_version}",
        f"{versions.model}/{versions.model_version}",
    )
    stamp = (form, model, job.on.isoformat(), job.method[:SHORT])

    def blocks() -> Iterator[Columns]:
        for block in _blocks(job, part, rules.codebook):
            columns = rows.stated(rules, block, score_many(rules, block.answers, block.grades), stamp)
            found.note(block, columns)
            yield columns

    data = _encoded(blocks(), rows.headings(rules), parquet=job.parquet)
    return Scored(report=found.report(data), data=data)


class _Found:
    """Adds up what is told of a part, block by block."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.rows = self.unreadable = self.doubtful = 0
        self.bands, self.problems = Counter[str](), Counter[str]()
        self.faults: list[Fault] = []

    def note(self, block: Block, columns: Columns) -> None:
        """Count in what a block held."""
        self.rows += len(block.rows)
        self.unreadable += int((~block.readable).sum())
        self.doubtful += int((block.found.of_row > 0).sum())
        self.bands.update(band for band in columns["band"] if band)
        self.problems += block.found.of_code
        self.faults += block.found.listed[: LISTED - len(self.faults)]

    def report(self, data: bytes) -> Report:
        """Return what was counted, with the digest of the part that was written."""
        return Report(
            number=self.number,
            rows=self.rows,
            unreadable=self.unreadable,
            doubtful=self.doubtful,
            bands=dict(sorted(self.bands.items())),
            problems=dict(sorted(self.problems.items())),
            faults=tuple(self.faults),
            digest=hashlib.sha256(data).hexdigest(),
        )


def _blocks(job: Job, part: Part, book: Codebook) -> Iterator[Block]:
    """Return the responses of a part; each kind of table has a library of its own, loaded where it is needed."""
    match job.source.kind:
        case Kind.CSV:
            from duediligence.batch import csv_source

            return csv_source.blocks(job, part, _decoder(job.on, msgspec.json.encode(job.reading)))
        case Kind.FOLDER:
            return folder_source.blocks(job, part, book)
    from duediligence.batch import parquet_source

    return parquet_source.blocks(job, part, _decoder(job.on, msgspec.json.encode(job.reading)))


@lru_cache(maxsize=1)
def _decoder(on: date, reading: bytes) -> Decoder:
    """Return what decodes the cells of a batch: one for all parts that a process does."""
    return Decoder(layout(*MODEL, on).codebook, msgspec.json.decode(reading, type=Reading))


def _encoded(blocks: Iterator[Columns], headings: Sequence[str], *, parquet: bool) -> bytes:
    if not parquet:
        return rows.as_csv(blocks)
    from duediligence.batch import rows_parquet

    return rows_parquet.as_parquet(blocks, headings)
