"""Rows of results as Parquet: a part is written by whoever did it, and becomes a row group of the whole."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from duediligence.batch.rows import FIGURES, NAMES, Columns

_WHOLE = pa.int32()
_WORDS = pa.dictionary(pa.int32(), pa.string())


def as_parquet(blocks: Iterable[Columns], headings: Sequence[str]) -> bytes:
    """Return rows as a Parquet file of one row group."""
    tables = [_table(dict.fromkeys(headings, ())), *map(_table, blocks)]
    out = io.BytesIO()
    pq.write_table(pa.concat_tables(tables).unify_dictionaries().combine_chunks(), out, compression="zstd")
    return out.getvalue()


def joined(parts: Iterable[bytes], target: BinaryIO, about: Mapping[str, str]) -> None:
    """Write parts behind one another into one Parquet file.

    Args:
        parts: what `as_parquet` returned, one at least.
        target: where it is written.
        about: kept in the file, by name: versions and digests.
    """
    writer: pq.ParquetWriter | None = None
    for part in parts:
        table = pq.read_table(io.BytesIO(part)).replace_schema_metadata(about)
        if writer is None:
            writer = pq.ParquetWriter(target, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=max(table.num_rows, 1))
    if writer:
        writer.close()


def _table(block: Columns) -> pa.Table:
    return pa.table({name: pa.array(cells, _type(name)) for name, cells in block.items()})


def _type(name: str) -> pa.DataType:
    if name in FIGURES:
        return pa.float64()
    if name == "problems":
        return _WHOLE
    return pa.string() if name in NAMES else _WORDS
