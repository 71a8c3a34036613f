"""What is to be scored, and how: the same for whoever does a part of it."""

from datetime import date
from enum import StrEnum
from pathlib import Path

import msgspec

from questionnaires.response import Missing


class Kind(StrEnum):
    """What holds the responses."""

    CSV = "csv"
    PARQUET = "parquet"
    FOLDER = "folder"


def reasons() -> dict[str, Missing]:
    """Return the words for why there is no answer that are always understood."""
    return {str(reason): reason for reason in Missing}


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How the cells of a table are to be understood."""

    separator: str = "|"  # between several choices of one answer
    missing: dict[str, Missing] = msgspec.field(default_factory=reasons)  # words for why there is no answer
    encoding: str = "utf-8"  # of a CSV
    identifier: str = ""  # the column that names a row; "" for `id`, where there is one
    ignored: tuple[str, ...] = ()  # columns that are no questions, and known to be none


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """Which column of a table holds what, by place."""

    width: int
    answers: dict[str, int]  # by question
    evidence: dict[str, int]  # by question: references to documents
    identifier: int | None = None
    unknown: tuple[str, ...] = ()  # headings that name no question


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """The responses: where they lie, and which they are, so that a later run knows them again."""

    kind: Kind
    path: str  # absolute, as every worker finds it
    size: int  # bytes, of all files together
    digest: str  # SHA-256 of the file; of names, sizes and times of change for a folder
    columns: Columns | None = None  # of a table
    delimiter: str = ","  # of a CSV

    @property
    def name(self) -> str:
        """The last part of the path."""
        return Path(self.path).name


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one worker does at a time."""

    number: int
    rows: int  # how many responses, as far as can be told beforehand
    first: int  # line of a CSV, or row in a Parquet file, with which it begins
    start: int = 0  # byte of a CSV, or row within the row group
    stop: int = 0  # the byte or row after the last
    group: int = 0  # row group of a Parquet file
    files: tuple[str, ...] = ()  # of a folder


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A batch: source, day and rules."""

    source: Source
    reading: Reading
    on: date
    method: str  # digest of the versions that must be in force wherever a part is done
    parquet: bool  # whether results are kept as Parquet; as CSV otherwise
