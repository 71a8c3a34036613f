"""What each order finds in one population, and over many.

Measured are the waves that come after those an order was learned from; each
wave is a queue of its own. What counts is the truth, not what reviewers
concluded. A result over populations is their mean, with the 5th and the 95th
percentile; a difference between orders also has the 95 % interval of its mean.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from benchmarks.simulation.assumptions import HONEST, KINDS
from benchmarks.simulation.ground import Ground
from benchmarks.simulation.orders import ORDERS, learned_from, orders, weighed
from benchmarks.simulation.respondents import Stated, kinds, respond
from benchmarks.simulation.reviewing import conclusions, prompts
from benchmarks.simulation.truth import Firms, firms
from risk_models.integrity import Kind
from risk_models.priority import estimates
from risk_models.priority_features import Table, of_scores
from risk_models.priority_outcome import Learned
from risk_models.priority_ranking import found_in_blocks
from risk_models.scoring import score

Figures: TypeAlias = dict[str, float]
"""What was measured in one population, by name; names have parts, with points between them."""

FIRST = (0.1, 0.2)
"""The parts of the queue that are looked at first."""

WORLDS = ("assumed", "all_honest", "more_concealed")
"""The same firms: answering as assumed, all honestly, and with more cases concealed."""

GROUPS = 5
"""Into how many groups of equal size estimates are put, to hold them against what is true."""


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """A figure over populations."""

    mean: float
    low: float  # the 5th percentile
    high: float  # the 95th
    mean_low: float  # the 95 % interval of the mean
    mean_high: float


def population(ground: Ground, size: int, seed: int) -> Figures:
    """Return what is measured in one population: as assumed, and as if everybody answered honestly."""
    random = np.random.default_rng(seed)
    people = firms(ground.layout, ground.said, ground.tables, size, random)
    said, draw = ground.said, int(random.integers(1 << 30))
    assumed, more = (
        kinds(people, said.respondents_without, with_case, np.random.default_rng(draw))
        for with_case in (said.respondents_with_case, said.respondents_with_case_if_more_conceal)
    )
    figures: Figures = {}
    for number, (world, kind) in enumerate(zip(WORLDS, (assumed, np.full(people.size, HONEST), more), strict=True)):
        found = _world(ground, people, kind, np.random.default_rng([seed, number]))
        figures |= {f"{world}.{name}": value for name, value in found.items()}
    return figures


def over(many: Sequence[Figures]) -> dict[str, Spread]:
    """Return every figure over populations; those in which it could not be measured are left out of it."""
    names = sorted({name for figures in many for name in figures})
    columns = {name: np.array([figures.get(name, np.nan) for figures in many]) for name in names}
    return {name: spread(known) for name, column in columns.items() if (known := column[~np.isnan(column)]).size}


def spread(values: NDArray[np.float64]) -> Spread:
    """Return the spread of a figure, rounded to four digits."""
    size, mean = len(values), float(values.mean())
    half = float(student.ppf(0.975, size - 1) * values.std(ddof=1) / np.sqrt(size)) if size > 1 else 0.0
    low, high = np.percentile(values, [5, 95]).tolist()
    digits = [round(one, 4) for one in (mean, low, high, mean - half, mean + half)]
    return Spread(mean=digits[0], low=digits[1], high=digits[2], mean_low=digits[3], mean_high=digits[4])


def _world(ground: Ground, people: Firms, kind: NDArray[np.str_], random: np.random.Generator) -> Figures:
    said = ground.said
    stated = respond(ground, people, kind, random)
    raised = prompts(ground.layout, ground.look, people, stated, int(random.integers(1 << 30)))
    scored = score(ground.layout, stated.answers, stated.grades)
    numbers = of_scores(ground.layout, scored, raised)
    concluded = conclusions(said, people, stated, random)
    waves = round(said.learned_from * said.waves)
    learned = learned_from(people, weighed(numbers), concluded, waves, ground.terms)
    later = np.flatnonzero(people.wave >= waves)
    scores = orders(ground.layout, people, scored, numbers, learned)
    figures: Figures = {"cases": float(people.case[later].mean()), "concluded": float(concluded[later].mean())}
    for name in ORDERS:
        figures |= _of_order(name, scores[name][later], people, stated, later)
    for base, name, part in product(("rules", "learned"), ORDERS, ("10", "20")):
        figures[f"beside_{base}.{name}.{part}"] = figures[f"found.{name}.{part}"] - figures[f"found.{base}.{part}"]
    figures |= _of_prompts(raised, people, later)
    figures |= _of_bands(scored.profiles.stated.band, people, later)
    return figures | _of_learning(learned, weighed(numbers).part(later), people.case[later], concluded[later])


def _of_order(
    name: str, scores: NDArray[np.float64], people: Firms, stated: Stated, later: NDArray[np.intp]
) -> Figures:
    """Return what one order finds among later files."""
    case, wave, kind = people.case[later], people.wave[later], stated.kind[later]
    figures: Figures = {}
    for share in FIRST:
        part = f"{100 * share:.0f}"
        found = found_in_blocks(scores, case, wave, share)
        figures[f"found.{name}.{part}"] = found
        figures[f"false.{name}.{part}"] = 1 - found * case.sum() / (share * len(case))
    groups: dict[str, NDArray[np.bool_]] = {one: kind == one for one in KINDS}
    groups |= {"state": people.state[later], "private": ~people.state[later]}
    for group, members in groups.items():
        if (case & members).any():
            figures[f"found_{group}.{name}.20"] = found_in_blocks(scores, case & members, wave, FIRST[1])
    figures[f"alike.{name}"] = float(np.mean([_largest(scores[wave == one]) for one in np.unique(wave)]))
    figures[f"workers.{name}.20"] = found_in_blocks(scores, people.workers[later], wave, FIRST[1])
    return figures


def _of_prompts(raised: Mapping[str, NDArray[np.int64]], people: Firms, later: NDArray[np.intp]) -> Figures:
    """Return how often each kind of prompt was raised, on cases and on others, and how often a case was behind it."""
    case = people.case[later]
    figures: Figures = {}
    for kind in (*Kind, "any"):
        counts = np.sum(list(raised.values()), axis=0) if kind == "any" else raised[kind]
        there = counts[later] > 0
        figures |= {f"raised.{kind}.cases": _mean(there[case]), f"raised.{kind}.others": _mean(there[~case])}
        figures[f"raised.{kind}.right"] = _mean(case[there])
    return figures


def _of_bands(band: NDArray[np.int8], people: Firms, later: NDArray[np.intp]) -> Figures:
    """Return the share of the files in each band, and the share of cases among them."""
    figures: Figures = {}
    for number in range(5):
        there = band[later] == number
        figures |= {
            f"band.{number}.files": float(there.mean()),
            f"band.{number}.cases": _mean(people.case[later][there]),
        }
    return figures


def _of_learning(learned: Learned, files: Table, case: NDArray[np.bool_], concluded: NDArray[np.bool_]) -> Figures:
    """Return whether the order was used, and how its estimates fit what was concluded and what is true."""
    figures: Figures = {f"standing.{learned.standing}": 1.0}
    if learned.model is None or learned.trial is None:
        return figures
    likely = estimates(learned.model, files)
    groups = np.array_split(np.argsort(likely, kind="stable"), GROUPS)
    figures |= {
        "learning.expected": float(likely.mean()),
        "learning.concluded": float(concluded.mean()),
        "learning.true": float(case.mean()),
        "learning.error": _error(likely, concluded, groups),
        "learning.brier": float(((likely - concluded) ** 2).mean()),
        "learning.brier_base": float(concluded.mean() * (1 - concluded.mean())),
        "learning.stretch": learned.trial.stretch,
        "learning.strength": learned.strength,
    }
    for number, rows in enumerate(groups):
        for name, values in (("expected", likely), ("concluded", concluded), ("true", case)):
            figures[f"group.{number}.{name}"] = float(values[rows].mean())
    return figures | {f"weight.{name}": weight for name, weight in learned.model.weights.items()}


def _error(likely: NDArray[np.float64], seen: NDArray[np.bool_], groups: Sequence[NDArray[np.intp]]) -> float:
    """Return the expected calibration error: how far estimates are off in each group, by its size."""
    off = [len(rows) * abs(likely[rows].mean() - seen[rows].mean()) for rows in groups]
    return float(sum(off) / len(likely))


def _largest(scores: NDArray[np.float64]) -> float:
    """Return the share of the files in the largest group that an order does not tell apart."""
    return float(np.unique(scores, return_counts=True)[1].max() / len(scores))


def _mean(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if values.size else float("nan")
