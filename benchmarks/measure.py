"""How fast it is, measured against the stated limits.

Prints one line a measurement and writes `results.json` beside this file. A
limit that is missed is shown as such; nothing here fails a test.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path

import msgspec
import numpy as np

from duediligence import record
from duediligence.assessment import MODEL, assess, layout, usable
from duediligence.improvement import draft
from duediligence.reports import Copy, Report, attachment, pdf, xlsx
from duediligence.reports.compose import compose
from duediligence.source import take
from questionnaires import catalogue, workbook
from questionnaires.response import Answers, columns
from risk_models import evidence, remedies
from risk_models.batch import score_many
from risk_models.explanation import explain
from risk_models.population import population
from risk_models.scoring import score

ROOT = Path(__file__).parent.parent
DAY = date(2026, 11, 21)
EXAMPLE = ROOT / "examples" / "cotton_farm_mary.xlsx"
MANY = 1_000_000

ROUNDS = 11
"""How often a million are scored, each time beside numpy comparing their codes."""


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """One thing measured: the median of several runs, and the limit it should keep, if it has one."""

    name: str
    value: float
    limit: float | None
    unit: str

    @property
    def kept(self) -> bool:
        """Whether the limit is kept."""
        return self.limit is None or self.value <= self.limit


def median(work: Callable[[], object], times: int) -> float:
    """Return the median seconds of one run, after a first run that is not counted."""
    work()
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return float(np.median(spent))


def one_response() -> list[Measurement]:
    """Measure the score of one response with its full explanation."""
    rules = layout(*MODEL, DAY)
    response = take(EXAMPLE).response
    assert response is not None

    def work() -> None:
        counted = usable(response, rules.codebook, None)
        answers = columns(rules.codebook, [counted])
        explain(rules, score(rules, answers, evidence.grades(rules.codebook, [counted])), DAY)

    return [Measurement(name="one response, explained", value=1000 * median(work, 200), limit=2, unit="ms")]


def a_million() -> list[Measurement]:
    """Measure a million responses, and numpy comparing every answer code once in the same run."""
    rules = layout(*MODEL, DAY)
    some, grades = population(rules, MANY // 10, 1)
    answers = Answers(
        rules.codebook, *(np.ascontiguousarray(np.tile(part, 10)) for part in (some.codes, some.numbers, some.bits))
    )
    grades = np.tile(grades, 10)
    wanted = np.zeros((len(answers.codes), 1), np.int8)
    at_hand = np.empty(answers.codes.shape, np.bool_)
    works: list[Callable[[], object]] = [
        lambda: answers.codes == wanted,
        lambda: np.equal(answers.codes, wanted, out=at_hand),
        lambda: score_many(rules, answers, grades),
    ]
    # In turns, so that what else the machine does falls on all of them.
    fresh, reused, spent = np.median([[median(work, 1) for work in works] for _ in range(ROUNDS)], axis=0).tolist()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return [
        Measurement(name="1,000,000 responses", value=spent, limit=3, unit="s"),
        Measurement(name="  memory, inputs included", value=peak, limit=2, unit="GB"),
        Measurement(name="  times one comparison of every code (new array)", value=spent / fresh, limit=10, unit="x"),
        # Into an array at hand numpy need not ask for memory first, as scoring must for its results.
        Measurement(name="  times the same into an array at hand", value=spent / reused, limit=None, unit="x"),
    ]


def files() -> list[Measurement]:
    """Measure workbook out and in, and the report as PDF and workbook, all warm."""
    form = catalogue.load("risk_assessment", "2026.1")
    response = take(EXAMPLE).response
    assert response is not None
    data = workbook.write(form, "tk", response)
    assessment = assess(response, DAY)
    shared = record.encode(record.shared(assessment))
    plan = draft(assessment.profile, remedies.read(), DAY)
    reports = (_renamed(compose(assessment, plan, "ru", Copy.SHARED), number) for number in count())
    attached = [attachment.assessment(next(reports), shared)]
    works: list[tuple[str, Callable[[], object], float]] = [
        ("workbook out", lambda: workbook.write(form, "tk", response), 150),
        ("workbook in, with the pre-scan", lambda: workbook.read(data, catalogue.load), 60),
        ("report as PDF", lambda: pdf.render(next(reports), attached), 300),
        ("report as workbook", lambda: xlsx.render(next(reports)), 80),
    ]
    return [
        Measurement(name=name, value=1000 * median(work, 15), limit=limit, unit="ms") for name, work, limit in works
    ]


def _renamed(report: Report, number: int) -> Report:
    """Return a report of another firm in every word that names it, so that nothing is found in a cache."""
    head = msgspec.structs.replace(report.head, organisation=f"{report.head.organisation} {number}")
    findings = tuple(
        msgspec.structs.replace(one, meaning=f"{one.meaning} {number}") for one in report.findings.findings
    )
    return msgspec.structs.replace(
        report, head=head, findings=msgspec.structs.replace(report.findings, findings=findings)
    )


def commands() -> list[Measurement]:
    """Measure the command line from a cold start."""
    with tempfile.TemporaryDirectory() as folder:
        assessing = ["assess", str(EXAMPLE), "--on", DAY.isoformat(), "--lang", "tk", "--out", folder]
        return [
            Measurement(name="assess, cold, to three files", value=median(_command(assessing), 3), limit=3.5, unit="s"),
            Measurement(name="--help", value=median(_command(["--help"]), 5), limit=0.3, unit="s"),
        ]


def _command(words: list[str]) -> Callable[[], object]:
    program = str(Path(sys.executable).with_name("duediligence"))
    return lambda: subprocess.run([program, *words], check=True, capture_output=True)


def main() -> None:
    """Measure everything, print it, and write it down."""
    measurements = [*one_response(), *files(), *commands(), *a_million()]
    for one in measurements:
        verdict = f"limit {one.limit:>6g} {one.unit:<3} {'kept' if one.kept else 'MISSED'}" if one.limit else ""
        print(f"{one.name:<50} {one.value:>9.2f} {one.unit:<3} {verdict}")
    machine = {"python": platform.python_version(), "numpy": np.__version__, "cores": os.cpu_count()}
    rows = [{**msgspec.to_builtins(one), "kept": one.kept} for one in measurements]
    target = Path(__file__).with_name("results.json")
    target.write_text(json.dumps({"machine": machine, "measurements": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
