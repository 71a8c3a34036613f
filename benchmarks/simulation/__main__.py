"""Runs the simulation, writes `results.json` and puts the tables into the page.

python -m benchmarks.simulation --populations 30 --firms 2000
"""

import argparse
import os


def main() -> None:
    """Run all populations, one to a process at a time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--populations", type=int, default=30)
    parser.add_argument("--firms", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--page", action="store_true")
    asked = parser.parse_args()
    for library in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[library] = "1"  # read when numpy is loaded: threads within a process would wait for each other
    from benchmarks.simulation.report import write
    from benchmarks.simulation.results import RESULTS, keep, kept, run

    if not asked.page:
        keep(run(asked.populations, asked.firms, asked.seed, asked.processes), RESULTS)
    write(kept(RESULTS))


if __name__ == "__main__":
    main()
