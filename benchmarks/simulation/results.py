"""Results: gathered from populations, kept and read again."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import msgspec

from benchmarks.simulation.ground import ground
from benchmarks.simulation.measuring import WORLDS, Figures, over, population
from benchmarks.simulation.report import STANDINGS, Results

RESULTS = Path(__file__).with_name("results.json")


def run(populations: int, firms: int, seed: int, processes: int) -> Results:
    """Return the results of as many populations, and tell how far they have come.

    Args:
        populations: how many.
        firms: in each.
        seed: of the first; the others follow.
        processes: that work at the same time; their number changes no digit.
    """
    many: list[Figures] = []
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for found in pool.map(partial(one, firms), range(seed, seed + populations)):
            many.append(found)
            print(f"{len(many)} of {populations}", flush=True)
    return gathered(many, firms=firms, seed=seed)


def one(firms: int, seed: int) -> Figures:
    """Return what one population shows."""
    return population(ground(), firms, seed)


def gathered(many: Sequence[Figures], *, firms: int, seed: int) -> Results:
    """Return the results of a run: every figure over its populations."""
    standings = [f"{world}.standing.{name}" for world in WORLDS for name in STANDINGS]
    told = [{**found, **{f"{name}.share": found.get(name, 0.0) for name in standings}} for found in many]
    return Results(populations=len(many), firms=firms, seed=seed, figures=over(told))


def keep(results: Results, path: Path) -> None:
    """Write results down, in an order that makes two runs comparable line by line."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")


def kept(path: Path) -> Results:
    """Return results that were written down."""
    return msgspec.json.decode(path.read_bytes(), type=Results)
