"""An order of the queue learned from reviewers' conclusions, and whether it may be used.

How coefficients are found stands in `priority_fit`, how their sums are read as
likelihoods in `priority_calibration`; how strongly they are drawn to the rule
set's order is what has the smallest loss on later files.

Conclusions are cut into five blocks by time. Each of the last three is ordered
by what was learned from all blocks before it, and compared with the rule set's
order of the same block. The learned order may be used when there are enough
files and cases, and when the lower end of the 95 % interval of the difference
is above zero. The same later files tell, fifth by fifth, whether its estimates can
be believed: the curve by which they were read knew only earlier files either.

Only files that were not picked because of their order speak in that comparison
(`fair`): of a queue that is worked to its end, all; otherwise those that chance
drew. This module is for workers; pages need `priority` alone.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

import msgspec
import numpy as np
from numpy.typing import NDArray

from questionnaires.text import Text
from risk_models.integrity import wilson
from risk_models.priority import OrderModel, probability, sentence
from risk_models.priority_calibration import Calibrated, calibrated
from risk_models.priority_drift import reference
from risk_models.priority_features import Table
from risk_models.priority_fit import anchor, fit
from risk_models.priority_outcome import Fifth, Learned, Standing, Terms, Trial
from risk_models.priority_ranking import Sampling, differences, found_in_blocks

STRENGTHS = (1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
"""How strongly weights may be drawn to the rule set's order."""

BLOCKS, FIRST_TESTED = 5, 2
"""Into how many blocks time is cut, and from which on (from 0) later files are ordered."""

DRAWS = 2000
"""Samples behind an interval."""

INTERVAL = (2.5, 97.5)
"""The ends of an interval, in percent."""

FIFTHS, SURE = 5, 0.95
"""Into how many groups estimates are put to see whether they can be believed, and how sure an interval is."""

_LATEST = 0.7
_DIGITS = 6  # of a difference of shares; anything finer is rounding, and no reason to use an order


@dataclass(frozen=True, slots=True)
class Conclusions:
    """Files on which reviewers concluded, one entry each."""

    files: tuple[str, ...]  # ids, so that the sequence of rows does not matter
    days: NDArray[np.int64]  # of the conclusion, as proleptic ordinals
    table: Table  # as the files stood before anybody looked
    cases: NDArray[np.bool_]  # whether reviewers concluded on a case
    fair: NDArray[np.bool_]  # whether a file was reviewed whatever its order said

    def part(self, rows: NDArray[np.intp]) -> "Conclusions":
        """Return some of the files, in the order given."""
        names = tuple(self.files[row] for row in rows.tolist())
        return Conclusions(names, self.days[rows], self.table.part(rows), self.cases[rows], self.fair[rows])


def learn(conclusions: Conclusions, wanted: Terms, *, rule_set: str, seed: int) -> Learned:
    """Return what reviewers' conclusions teach, and whether it may order the queue.

    Args:
        conclusions: all that are known, in any sequence.
        wanted: what has to hold before the order is used.
        rule_set: id and version of the rules whose numbers the files carry.
        seed: of the samples behind the interval.
    """
    rows = in_time(conclusions)
    files, cases = len(rows.files), int(rows.cases.sum())
    if files < wanted.files_min:
        return _without(Standing.TOO_FEW_FILES, files=files, wanted=wanted.files_min)
    if min(cases, files - cases) < wanted.cases_min:
        return _without(Standing.TOO_FEW_CASES, cases=cases, wanted=wanted.cases_min)
    trial = later_files(rows, wanted.first, seed)
    strength = _strength(rows)
    found = calibrated(rows.table, rows.cases, rows.fair, strength)
    model = _model(rows, found, rule_set)
    standing = Standing.ON if trial.better else Standing.NOT_BETTER
    return Learned(standing=standing, says=_says(standing, trial), trial=trial, model=model, strength=strength)


def in_time(conclusions: Conclusions) -> Conclusions:
    """Return conclusions in the order of time; of one day, in that of their ids."""
    return conclusions.part(np.lexsort((np.array(conclusions.files, np.str_), conclusions.days)))


def later_files(rows: Conclusions, first: float, seed: int) -> Trial:
    """Return how an order learned from earlier files does on later ones.

    Args:
        rows: in the order of time.
        first: the part of each block that is looked at first, 0 to 1.
        seed: of the samples behind the interval.
    """
    block = _blocks(rows)
    odds = np.full(len(block), np.nan)
    for number in range(FIRST_TESTED, BLOCKS):
        earlier, here = np.flatnonzero(block < number), np.flatnonzero(block == number)
        before = rows.part(earlier)
        found = calibrated(before.table, before.cases, before.fair, _strength(before))
        odds[here] = found.log_odds(rows.table.part(here))
    tested = np.flatnonzero(~np.isnan(odds) & rows.fair)
    cases, blocks = rows.cases[tested], block[tested]
    scores = (odds[tested], rows.table.rule[tested])
    gains = differences(scores, cases, blocks, Sampling(first, DRAWS, seed))
    low, high = np.percentile(gains, INTERVAL)
    return Trial(
        files=len(tested),
        cases=int(cases.sum()),
        first=first,
        learned=found_in_blocks(scores[0], cases, blocks, first),
        rules=found_in_blocks(scores[1], cases, blocks, first),
        low=round(float(low), _DIGITS),
        high=round(float(high), _DIGITS),
        stretch=anchor(odds[tested], cases).slope,
        fifths=_fifths(probability(odds[tested]), cases),
    )


def _fifths(likely: NDArray[np.float64], cases: NDArray[np.bool_]) -> tuple[Fifth, ...]:
    """Return what was expected in each fifth of the files, and what reviewers concluded; none of too few files."""
    if len(likely) < FIFTHS:
        return ()
    found = []
    for rows in np.array_split(np.argsort(likely, kind="stable"), FIFTHS):
        low, high = wilson(int(cases[rows].sum()), len(rows), SURE)
        expected, seen = float(likely[rows].mean()), float(cases[rows].mean())
        found.append(Fifth(files=len(rows), expected=expected, seen=seen, low=low, high=high))
    return tuple(found)


def _strength(rows: Conclusions) -> float:
    """Return the strength with the least loss on the last 30 %; of equals, the greatest."""
    cut = int(_LATEST * len(rows.files))
    early, late = rows.part(np.arange(cut)), rows.part(np.arange(cut, len(rows.files)))
    signs = np.where(late.cases, 1.0, -1.0)
    losses = {
        strength: np.logaddexp(0, -signs * fit(early.table, early.cases, strength).log_odds(late.table)).mean()
        for strength in STRENGTHS
    }
    return min(reversed(STRENGTHS), key=lambda strength: round(losses[strength], 6))


def _blocks(rows: Conclusions) -> NDArray[np.intp]:
    """Return the block of each file: as equal as can be, and never two for one day."""
    size = len(rows.files)
    first_of_day = np.searchsorted(rows.days, rows.days)
    blocks: NDArray[np.intp] = first_of_day * BLOCKS // max(size, 1)
    return blocks


def _model(rows: Conclusions, found: Calibrated, rule_set: str) -> OrderModel:
    """Return what was found as a model, with what it was learned from."""
    digest = _digest(rows)
    until = date.fromordinal(int(rows.days[-1]))
    return OrderModel(
        version=f"{until.isoformat()}-{digest[:8]}",
        rule_set=rule_set,
        rows=digest,
        files=len(rows.files),
        cases=int(rows.cases.sum()),
        until=until,
        base=found.sums.base,
        slope=found.sums.slope,
        weights=dict(zip(rows.table.names, found.sums.weights.tolist(), strict=True)),
        reference=reference(rows.table, found.log_odds(rows.table)),
        curve=found.curve,
    )


def _digest(rows: Conclusions) -> str:
    """Return the SHA-256 of everything that was learned from, whatever sequence it came in."""
    content = hashlib.sha256(msgspec.json.encode([rows.files, rows.table.names]))
    for part in (rows.days, rows.table.rule, rows.table.values, rows.cases, rows.fair):
        content.update(np.ascontiguousarray(part).tobytes())
    return content.hexdigest()


def _without(standing: Standing, **facts: int) -> Learned:
    return Learned(standing=standing, says=sentence(standing, **facts), trial=None, model=None, strength=0.0)


def _says(standing: Standing, trial: Trial) -> Text:
    shares = {name: round(100 * getattr(trial, name), 1) for name in ("learned", "rules", "low", "high")}
    return sentence(standing, first=round(100 * trial.first), **shares)
