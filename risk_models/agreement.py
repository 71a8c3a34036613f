"""How far two reviewers agree who read the same file without knowing of each other.

    kappa = 1 - sum(w seen) / sum(w expected)        w = ((first - second) / (grades - 1))^2

Weighted kappa (Cohen 1968) of the grades that both gave: 1 where they always
agree, 0 where they agree as often as chance would have it, below 0 where less.
A difference of two grades weighs four times one of a single grade. `expected`
is what two reviewers would give who grade as these two do, but independently.

Grades of one file hang together, so the interval draws files, not grades. Where
both only ever gave one and the same grade there is nothing to tell agreement
from chance, and so no kappa. Below a minimum of files none is stated either.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from questionnaires.text import Text
from risk_models.priority import sentence

INTERVAL = (2.5, 97.5)
"""The ends of an interval, in percent."""


class Twice(NamedTuple):
    """One answer that two reviewers graded, neither knowing of the other."""

    file: str
    section: str
    on: date  # the day of the later of the two
    first: int  # grades from 0 up, by either reviewer
    second: int


class Measured(StrEnum):
    """Whether a kappa could be stated."""

    STATED = "stated"
    TOO_FEW = "too_few"
    NO_VARIATION = "no_variation"  # both gave one and the same grade throughout


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """How far reviewers agree on one section; kappa is null unless it could be stated."""

    section: str
    measured: Measured
    files: int
    answers: int
    same: float  # share of the answers with the same grade from both, 0 to 1
    kappa: float | None  # at most 1
    low: float | None  # the 95 % interval
    high: float | None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """How agreement on one section moved from one period to the next; nulls where either could not be stated."""

    section: str
    earlier: Agreement
    later: Agreement
    difference: float | None  # of the kappas, later - earlier
    low: float | None  # the 95 % interval
    high: float | None

    @property
    def falling(self) -> bool:
        """Whether agreement fell by more than chance explains."""
        return self.high is not None and self.high < 0

    @property
    def rising(self) -> bool:
        """Whether agreement rose by more than chance explains."""
        return self.low is not None and self.low > 0


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """How agreement is measured."""

    grades: int  # how many there are
    files_min: int  # fewer files tell nothing
    draws: int = 2000  # samples behind an interval
    seed: int = 1


@dataclass(frozen=True, slots=True)
class _Tables:
    """Of each file, how often each pair of grades was given: shape (files, grades, grades)."""

    counts: NDArray[np.int64]

    @property
    def whole(self) -> NDArray[np.int64]:
        """The table of all files together."""
        total: NDArray[np.int64] = self.counts.sum(axis=0)
        return total


def double_sample(files: Iterable[str], *, key: bytes, share: float) -> frozenset[str]:
    """Return the files that are read twice: about `share` of them, and the same ones whenever asked.

    Args:
        files: any; whether one is drawn does not depend on the others.
        key: a secret of the installation, so that no reviewer can tell which.
        share: 0 to 1.
    """
    whole = 1 << 64
    return frozenset(
        file for file in files if int.from_bytes(hmac.digest(key, file.encode(), "sha256")[:8], "big") < share * whole
    )


def agreement(pairs: Sequence[Twice], terms: Terms) -> tuple[Agreement, ...]:
    """Return how far reviewers agree on each section, by the name of the section."""
    return tuple(_agreement(section, _of(section, pairs), terms)[0] for section in _sections(pairs))


def changes(pairs: Sequence[Twice], since: date, terms: Terms) -> tuple[Change, ...]:
    """Return how agreement on each section moved, before a day and from it on."""
    before = [pair for pair in pairs if pair.on < since]
    after = [pair for pair in pairs if pair.on >= since]
    return tuple(_change(section, before, after, terms) for section in _sections(pairs))


def telling(one: Change, section: Text) -> Text:
    """Return in words how agreement has moved.

    Args:
        one: what was measured.
        section: what the section is called.
    """
    if one.low is None or one.high is None:
        return sentence("agreement_open", section=section)
    moved = "falling" if one.falling else "rising" if one.rising else "same"
    facts = {"earlier": one.earlier.kappa, "later": one.later.kappa, "low": one.low, "high": one.high}
    return sentence(f"agreement_{moved}", section=section, **{name: f"{fact:.2f}" for name, fact in facts.items()})


def kappa(table: NDArray[np.int64]) -> float | None:
    """Return the weighted kappa of a table of pairs of grades, or null where nothing could differ."""
    (found,) = _kappas(table[None])
    return None if np.isnan(found) else float(found)


def _change(section: str, before: Sequence[Twice], after: Sequence[Twice], terms: Terms) -> Change:
    earlier, drawn_then = _agreement(section, _of(section, before), terms)
    later, drawn_now = _agreement(section, _of(section, after), msgspec.structs.replace(terms, seed=terms.seed + 1))
    if earlier.kappa is None or later.kappa is None:
        return Change(section=section, earlier=earlier, later=later, difference=None, low=None, high=None)
    low, high = np.nanpercentile(drawn_now - drawn_then, INTERVAL)
    difference = later.kappa - earlier.kappa
    return Change(
        section=section, earlier=earlier, later=later, difference=difference, low=float(low), high=float(high)
    )


def _agreement(section: str, pairs: Sequence[Twice], terms: Terms) -> tuple[Agreement, NDArray[np.float64]]:
    """Return the agreement on one section, and its kappa in each of many samples of the files."""
    tables = _tables(pairs, terms.grades)
    whole, files = tables.whole, len(tables.counts)
    found = kappa(whole)
    measured = Measured.TOO_FEW if files < terms.files_min else Measured.STATED
    if measured is Measured.STATED and found is None:
        measured = Measured.NO_VARIATION
    stated = Agreement(
        section=section,
        measured=measured,
        files=files,
        answers=int(whole.sum()),
        same=float(np.trace(whole) / max(whole.sum(), 1)),
        kappa=None,
        low=None,
        high=None,
    )
    if measured is not Measured.STATED:
        return stated, np.full(terms.draws, np.nan)
    drawn = _drawn(tables, terms)
    low, high = np.nanpercentile(drawn, INTERVAL)
    return msgspec.structs.replace(stated, kappa=found, low=float(low), high=float(high)), drawn


def _drawn(tables: _Tables, terms: Terms) -> NDArray[np.float64]:
    """Return the kappa of as many files drawn again, many times; NaN where a sample holds a single grade."""
    files = len(tables.counts)
    times = np.random.default_rng(terms.seed).multinomial(files, np.full(files, 1 / files), terms.draws)
    return _kappas(np.tensordot(times, tables.counts, axes=1))


def _kappas(tables: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the kappa of each table, NaN where nothing could differ; shape (tables, grades, grades)."""
    grades = tables.shape[-1]
    steps = np.arange(grades) / max(grades - 1, 1)
    weights = (steps[:, None] - steps) ** 2
    answers = np.maximum(tables.sum(axis=(1, 2)), 1)
    seen = (weights * tables).sum(axis=(1, 2))
    expected = np.einsum("ti,tj,ij->t", tables.sum(axis=2), tables.sum(axis=1), weights) / answers
    found: NDArray[np.float64] = 1 - np.divide(seen, expected, out=np.full(len(tables), np.nan), where=expected > 0)
    return found


def _tables(pairs: Sequence[Twice], grades: int) -> _Tables:
    """Return the pairs of grades by file, files in the order of their names so that no sequence matters."""
    row = {file: number for number, file in enumerate(sorted({pair.file for pair in pairs}))}
    counts = np.zeros((len(row), grades, grades), np.int64)
    for pair in pairs:
        counts[row[pair.file], pair.first, pair.second] += 1
    return _Tables(counts)


def _of(section: str, pairs: Sequence[Twice]) -> list[Twice]:
    return [pair for pair in pairs if pair.section == section]


def _sections(pairs: Sequence[Twice]) -> list[str]:
    return sorted({pair.section for pair in pairs})
