"""Responses in Parquet: a part is a row group, or a slice of a large one.

Columns of words are read as dictionaries, so that a word stands in memory once however
many rows say it. That is fast, and a small file cannot unfold into a large one.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from duediligence.batch.job import Columns, Job, Kind, Part, Reading, Source
from duediligence.batch.table import EVIDENCE, Block, Cell, Column, Decoder, block, understood
from duediligence.batch.words import unusable
from questionnaires.codebook import Codebook
from risk_models.batch import BLOCK

PART_ROWS = 262_144
"""A slice of a row group begins by reading over what stands before it: few slices, then."""

MOST_BYTES = 256_000_000
"""What the cells of one column may come to in one row group."""


def opened(path: Path, book: Codebook, reading: Reading, digest: str) -> tuple[Source, tuple[Part, ...]]:
    """Return a Parquet file and the parts it is done in.

    Raises:
        Unfit: it cannot be read as responses to the form of `book`.
    """
    try:
        with pq.ParquetFile(path) as file:
            schema, about = file.schema_arrow, file.metadata
            columns = understood(schema.names, book, reading, path.name)
            for name in _wanted(columns, schema):
                if not _readable(schema.field(name).type):
                    raise unusable("COLUMN_TYPE", path.name, column=name, type=schema.field(name).type)
            groups = [about.row_group(number) for number in range(about.num_row_groups)]
            for group in groups:
                sizes = (group.column(place).total_uncompressed_size for place in range(group.num_columns))
                if max(sizes, default=0) > MOST_BYTES:
                    raise unusable("ROW_GROUP_TOO_LARGE", path.name, limit=MOST_BYTES // 1_000_000)
    except (pa.ArrowException, OSError) as error:
        raise unusable("NOT_PARQUET", path.name) from error
    rows = [group.num_rows for group in groups]
    source = Source(kind=Kind.PARQUET, path=str(path), size=path.stat().st_size, digest=digest, columns=columns)
    return source, tuple(_parts(rows))


def blocks(job: Job, part: Part, decoder: Decoder) -> Iterator[Block]:
    """Yield the responses of one part, a few thousand at a time.

    Raises:
        Unfit: the file is damaged.
    """
    path = Path(job.source.path)
    columns = job.source.columns
    assert columns
    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
        names = _wanted(columns, schema)
        words = [name for name in names if _is_words(schema.field(name).type)]
        identifier = None if columns.identifier is None else schema.names[columns.identifier]
        with pq.ParquetFile(path, read_dictionary=words, pre_buffer=False) as file:
            position = 0
            for batch in file.iter_batches(BLOCK, row_groups=[part.group], columns=names):
                begins, position = position, position + batch.num_rows
                if begins >= part.stop:
                    break
                if position > part.start:
                    inside = batch[max(part.start - begins, 0) : part.stop - begins]
                    first = part.first + max(begins - part.start, 0)
                    rows = range(first, first + inside.num_rows)
                    yield block(decoder, *_named(inside, rows, identifier), _cells(inside, columns))
    except (pa.ArrowException, OSError) as error:
        raise unusable("NOT_PARQUET", path.name) from error


def _parts(rows: list[int]) -> Iterator[Part]:
    """Yield a part for each row group, and several for a large one."""
    first, number = 1, 0
    for group, size in enumerate(rows):
        for start in range(0, size, PART_ROWS):
            stop = min(start + PART_ROWS, size)
            yield Part(number=number, rows=stop - start, first=first + start, start=start, stop=stop, group=group)
            number += 1
        first += size


def _wanted(columns: Columns, schema: pa.Schema) -> list[str]:
    """Return the columns that are read, as the file calls them."""
    places = {*columns.answers.values(), *columns.evidence.values()}
    if columns.identifier is not None:
        places.add(columns.identifier)
    return [schema.names[place] for place in sorted(places)]


def _is_words(kind: pa.DataType) -> bool:
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain))


def _readable(kind: pa.DataType) -> bool:
    checks = (pa.types.is_integer, pa.types.is_floating, pa.types.is_date, pa.types.is_null)
    return _is_words(kind) or any(check(kind) for check in checks)


def _named(batch: pa.RecordBatch, rows: range, identifier: str | None) -> tuple[list[str], list[str]]:
    """Return what each row is called, and its firm."""
    if identifier is None:
        return [str(row) for row in rows], [""] * len(rows)
    column = _column(batch.column(identifier))
    said = ["" if one is None else f"{one:.0f}" if isinstance(one, float) else one for one in column.said]
    return [str(row) for row in rows], [said[place] for place in column.places]


def _cells(batch: pa.RecordBatch, columns: Columns) -> dict[str, Column]:
    """Return the columns with answers and evidence, by heading."""
    read = {name.strip(): name for name in batch.schema.names}
    headings = [*columns.answers, *(question + EVIDENCE for question in columns.evidence)]
    return {name: _column(batch.column(read[name])) for name in headings}


def _column(cells: pa.Array) -> Column:
    """Return the cells of one column, each different one once; the last of them says nothing."""
    if pa.types.is_null(cells.type):
        return Column((None,), np.zeros(len(cells), np.intp))
    if pa.types.is_date(cells.type):
        cells = cells.cast(pa.date32()).cast(pa.string())
    told = cells if isinstance(cells, pa.DictionaryArray) else pc.dictionary_encode(cells)
    said = _said(told.dictionary)
    places = pc.fill_null(told.indices, len(said)).to_numpy(zero_copy_only=False)
    return Column((*said, None), places.astype(np.intp))


def _said(different: pa.Array) -> list[Cell]:
    """Return words and numbers as Python has them; bytes that are no words become question marks, which fit nothing."""
    if _is_words(different.type):
        return [one.decode(errors="replace") for one in different.cast(pa.binary()).to_pylist()]
    return [float(one) for one in different.to_pylist()]
