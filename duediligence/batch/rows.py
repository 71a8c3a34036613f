"""Results as rows: what each response comes to, in a CSV or in Parquet.

Numbers are those an assessment of the same response states, rounded in the same way.
"""

import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np

from duediligence.batch.table import Block
from risk_models.batch import Results
from risk_models.layout import Layout
from risk_models.profile import NONE
from risk_models.scoring import DECIMALS

NAMES = ("row", "id")
FIGURES = ("inherent", "control", "confidence", "residual", "low", "high", "coverage")
BANDS = ("band", "highest_band")
METHOD = ("questionnaire", "model", "on", "method")
"""In every row, so that one taken out of its file still says what made it."""

LONGEST_IDENTIFIER = 200

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_THOUSANDTHS = 3

Columns: TypeAlias = Mapping[str, Sequence[Any]]
"""Results of a block, by heading."""


def stated(layout: Layout, block: Block, results: Results, method: Sequence[str]) -> Columns:
    """Return what a block comes to; a row that could not be read has a name, and no figures.

    Args:
        layout: the rules.
        block: the responses.
        results: their profiles.
        method: what stands in every row, in the order of `METHOD`.
    """
    bands = [band.id for band in layout.model.bands]
    levels = [NONE, *(level.id for level in layout.model.levels)]
    figures: list[list[Any]] = [
        results.inherent.tolist(),
        _rounded(results.control.tolist(), DECIMALS),
        _rounded(results.confidence.tolist(), _THOUSANDTHS),
        *(getattr(results, name).tolist() for name in ("residual", "low", "high")),
        _rounded(results.coverage.tolist(), _THOUSANDTHS),
        *([bands[place] for place in row] for row in (results.band.tolist(), results.highest_band.tolist())),
        *([levels[place] for place in row] for row in results.levels.tolist()),
    ]
    for place in np.flatnonzero(~block.readable).tolist():
        for values in figures:
            values[place] = None
    identifiers = [one[:LONGEST_IDENTIFIER] for one in block.identifiers]
    stamp = [[words] * len(block.rows) for words in method]
    columns = [block.rows, identifiers, *figures, block.found.of_row.tolist(), *stamp]
    return dict(zip(headings(layout), columns, strict=True))


def headings(layout: Layout) -> tuple[str, ...]:
    """Return what the columns are called."""
    levels = (f"level_{indicator.id}" for indicator in layout.model.indicators)
    return (*NAMES, *FIGURES, *BANDS, *levels, "problems", *METHOD)


def harmless(words: str) -> str:
    """Return words that no spreadsheet takes for a formula."""
    return f"'{words}" if words.startswith(_FORMULA) else words


def as_csv(blocks: Iterable[Columns]) -> bytes:
    """Return rows as CSV in UTF-8, without a heading."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for block in blocks:
        columns = [list(map(harmless, cells)) if name in NAMES else cells for name, cells in block.items()]
        writer.writerows(zip(*columns, strict=True))
    return out.getvalue().encode()


def line(cells: Iterable[str]) -> bytes:
    """Return one line of a CSV."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()


@contextmanager
def replaced(target: Path) -> Iterator[BinaryIO]:
    """Give a file that takes the place of `target` when all is written; only its owner may read it."""
    beside = target.with_name(f"{target.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    beside.replace(target)


def _rounded(values: Sequence[float], decimals: int) -> list[float]:
    return [round(one, decimals) for one in values]
