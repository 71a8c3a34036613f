"""How fast exposure through the chain is, for as many parties as a country's trade may have.

The network is the hardest of its size: whoever supplies whom is drawn at random,
so that nearly all parties hang together in cycles and no two edges lie near each
other in memory. Prints one line a measurement and writes `network.json` beside
this file. A limit that is missed is shown as such; nothing here fails a test.
"""

import json
import os
import platform
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import scipy

from benchmarks.measure import Measurement, median
from duediligence.assessment import MODEL
from risk_models import catalogue, parameter
from risk_models.network import Network, Own, Web, exposure
from risk_models.network_path import direct, paths, summands
from risk_models.network_rules import Rules, kinds, rules

DAY = date(2026, 11, 22)
PARTIES, EDGES = 500_000, 3_000_000
LABOUR_SHARE = 0.3  # of the edges
MEGABYTE = 1e6


def drawn(shipped: Rules, seed: int) -> tuple[Network, Own]:
    """Return a network of any party with any other, and what is known of them: of half of it, nothing is closed."""
    draw = np.random.default_rng(seed)
    indicators, kinds_ = shipped.weight.shape
    buyer, supplier = (draw.integers(0, PARTIES, EDGES, np.int32) for _ in range(2))
    kind = (draw.random(EDGES) < LABOUR_SHARE).astype(np.int8)
    share, unnamed = draw.random(EDGES), draw.random((kinds_, PARTIES))
    whole = unnamed.copy()
    np.add.at(whole, (kind, buyer), share)
    share /= whole[kind, buyer]
    unnamed /= whole
    good = np.full(EDGES, -1, np.int32)
    low = draw.choice(4, (indicators, PARTIES), p=(0.7, 0.15, 0.1, 0.05)).astype(np.int8)
    high = np.where(draw.random((indicators, PARTIES)) < 0.5, low, np.int8(3))
    return Network(buyer, supplier, kind, share, good, (), unnamed), Own(low, high)


def memory(field: str) -> float:
    """Return a figure of this process's memory in MB: `VmRSS` for now, `VmHWM` for the most so far."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(field)) * 1024 / MEGABYTE


def measured() -> list[Measurement]:
    """Measure all parties at once, and one of them explained."""
    figures = parameter.values_on(parameter.read_all(), DAY)
    shipped = rules(catalogue.load(*MODEL), kinds(), figures)
    network, own = drawn(shipped, 1)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forgets the most so far
    before = memory("VmRSS")
    web = Web(network, shipped)
    exposure(web, own)
    most = memory("VmHWM") - before
    size = f"{PARTIES:,} parties, {EDGES:,} edges, {len(shipped.weight)} indicators"
    spent = median(lambda: exposure(Web(network, shipped), own), 5)
    explained = median(lambda: (summands(web, own, 0, 8), paths(web, own, 0, 8, most=10)), 3)
    road = max(web.roads, key=lambda one: len(one.indicators))
    numbers = np.ones((PARTIES, 2 * len(road.indicators)))
    product = median(lambda: road.matrix @ numbers, 5)
    by_edge = median(lambda: direct(web, own, 0), 3)
    return [
        Measurement(name=size, value=spent, limit=3, unit="s"),
        Measurement(name="  times one product of its matrix by one core", value=spent / product, limit=20, unit="x"),
        Measurement(name="  memory above the input", value=most, limit=500, unit="MB"),
        Measurement(name="one buyer of them, one indicator: summands, ten paths", value=explained, limit=2, unit="s"),
        Measurement(name="one buyer of them: edge by edge", value=by_edge, limit=3, unit="s"),
    ]


def main() -> None:
    """Measure everything, print it, and write it down."""
    measurements = measured()
    for one in measurements:
        verdict = "kept" if one.kept else "MISSED"
        print(f"{one.name:<55} {one.value:>9.2f} {one.unit:<3} limit {one.limit:>6g} {one.unit:<3} {verdict}")
    machine = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "cores": os.cpu_count(),
    }
    rows = [{**msgspec.to_builtins(one), "kept": one.kept} for one in measurements]
    target = Path(__file__).with_name("network.json")
    target.write_text(json.dumps({"machine": machine, "measurements": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
