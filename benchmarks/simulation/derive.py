"""The small tables of this folder, derived from the public data sets they cite.

    python -m benchmarks.simulation.derive FOLDER

FOLDER holds `ctdc/` and `brazil/` as described in `tables/SOURCES.md`. Only
aggregates are written; no row speaks of a person or a firm.
"""

import csv
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

TABLES = Path(__file__).parent / "tables"

LABOUR = "labour"

GROUPS = {
    "farming": ("01", "02"),
    "construction": ("41", "42", "43"),
    "materials": ("07", "08", "23"),
    "processing": ("10", "12", "13", "14", "15", "16", "31"),
}
"""Divisions of the Brazilian classification (CNAE) by the groups of activities used here; the rest is services."""

HOUSEHOLDS = "97"
"""Domestic work has no firm to assess and is left out."""

TENTHS = range(0, 101, 10)


def main(folder: Path) -> None:
    """Write all tables."""
    with (folder / "ctdc" / "ctdc_na_means_of_control_shares.csv").open(encoding="utf-8") as file:
        shares = [row for row in csv.DictReader(file) if row["exploitation"] == LABOUR]
    _write("means.csv", ["means", "share"], [[row["means"], row["share_given_any"]] for row in shares])
    with (folder / "ctdc" / "ctdc_na_labour_phi_correlation.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    _write("means_together.csv", ["means", *rows[0][1:]], rows[1:])
    with (folder / "brazil" / "lista_suja_2023_deidentified.csv").open(encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    of_division = {division: group for group, divisions in GROUPS.items() for division in divisions}
    counts = Counter(
        of_division.get(row["cnae_division"], "services") for row in listed if row["cnae_division"] != HOUSEHOLDS
    )
    _write("activities.csv", ["group", "cases"], [[group, counts[group]] for group in (*GROUPS, "services")])
    workers = [float(row["workers"]) for row in listed if row["workers"]]
    _write("workers.csv", ["percent", "workers"], [[part, round(np.percentile(workers, part))] for part in TENTHS])


def _write(name: str, head: list[str], rows: Sequence[Sequence[object]]) -> None:
    with (TABLES / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([head, *rows])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
