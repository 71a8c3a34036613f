"""What is to be scored: told apart by its name, and known again by its digest."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from duediligence.batch import folder_source
from duediligence.batch.job import Part, Reading, Source
from duediligence.batch.words import unusable
from questionnaires.codebook import Codebook

PARQUET = (".parquet", ".pq")
CSV = (".csv", ".tsv", ".txt")


def opened(path: Path, book: Codebook, reading: Reading) -> tuple[Source, tuple[Part, ...]]:
    """Return the source at a path and the parts it is done in.

    Raises:
        Unfit: it is none of the kinds that are read, or cannot be read.
    """
    if path.is_dir():
        return folder_source.opened(path.absolute())
    source, parts = _table(path, book, reading)
    if not parts:
        raise unusable("NO_ROWS", path.name)
    return source, parts


def need_parquet(path: Path) -> None:
    """Stop where Parquet is asked for and its library is not installed.

    Raises:
        Unfit: it says what to install.
    """
    if find_spec("pyarrow") is None:
        raise unusable("NO_PARQUET", path.name)


def _table(path: Path, book: Codebook, reading: Reading) -> tuple[Source, tuple[Part, ...]]:
    if path.suffix.lower() not in (*PARQUET, *CSV):
        raise unusable("OTHER_KIND", path.name)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unusable("CANNOT_OPEN", path.name) from error
    if path.suffix.lower() in CSV:
        from duediligence.batch import csv_source

        return csv_source.opened(path.absolute(), book, reading, digest)
    need_parquet(path)
    from duediligence.batch import parquet_source

    return parquet_source.opened(path.absolute(), book, reading, digest)
