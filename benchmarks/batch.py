"""How fast and how lean a million responses are scored, from a file to a file.

    python benchmarks/batch.py

The responses are made up (`risk_models.population`), 100,000 different ones ten times over,
with the shipped form's 192 questions. Time is that of the whole command, cold start
included; memory is that of all its processes together, each shared page counted once
(PSS), looked at twenty times a second. The limits are for two cores: half a minute is
what somebody waits for, and 1.5 GB is left free by a laptop with 4. Writes `batch.json`
beside this file; nothing here fails a test.
"""

import hashlib
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from benchmarks.measure import Measurement
from duediligence.assessment import MODEL, layout
from questionnaires.codebook import NOT_KNOWN, UNANSWERED
from questionnaires.questionnaire import AnyQuestion, Date, SelectMany, SelectOne
from questionnaires.response import Answers
from risk_models.layout import Layout
from risk_models.population import population

DAY = date(2026, 11, 21)
DIFFERENT, TIMES = 100_000, 10
MEGABYTE = 1e6
PROGRAM = str(Path(sys.executable).with_name("duediligence"))


def table(rules: Layout, size: int, seed: int) -> pa.Table:
    """Return made-up responses as a table with a column for each question, in words."""
    answers, _ = population(rules, size, seed)
    columns = {question.id: _cells(answers, question) for question in rules.codebook.questions}
    return pa.table({"id": [f"firm {number}" for number in range(size)]} | columns)


def _cells(answers: Answers, question: AnyQuestion) -> pa.Array:
    book = answers.codebook
    codes = answers.codes[book.row[question.id]]
    match question:
        case SelectOne():
            said, places = np.array([one.id for one in question.choices], object), np.maximum(codes, 0)
        case SelectMany():
            sets, places = np.unique(answers.bits[book.many_row[question.id]], return_inverse=True)
            names = [one.id for one in question.choices]
            said = np.array(["|".join(n for k, n in enumerate(names) if int(one) >> k & 1) for one in sets], object)
        case Date():
            said, places = np.array([DAY.isoformat()], object), np.zeros(len(codes), np.intp)
        case _:
            different, places = np.unique(answers.numbers[book.number_row[question.id]], return_inverse=True)
            said = np.array([f"{one:g}" for one in different], object)
    words = np.where(codes == NOT_KNOWN, "not_known", np.where(codes == UNANSWERED, "", said[places]))
    return pa.array(words, pa.string())


def written(folder: Path) -> tuple[Path, Path]:
    """Return the responses as Parquet in one row group, as pandas writes it, and as CSV."""
    some = table(layout(*MODEL, DAY), DIFFERENT, 1)
    whole = pa.concat_tables([some] * TIMES)
    parquet, text = folder / "responses.parquet", folder / "responses.csv"
    pq.write_table(whole, parquet, row_group_size=len(whole))
    pc.write_csv(whole, text)
    return parquet, text


def command(source: Path, out: Path, *words: str) -> list[str]:
    """Return the command that scores a source."""
    return [PROGRAM, "batch", "score", str(source), "--out", str(out), "--on", DAY.isoformat(), *words]


def measured(words: Sequence[str]) -> tuple[float, float, float]:
    """Return the seconds that a command takes, the CPU seconds of all its processes, and their most memory in MB."""
    before = os.times()
    start = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    most = 0.0
    while process.poll() is None:
        most = max(most, _memory(process.pid))
        time.sleep(0.05)
    assert process.returncode == 0, words
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - start, spent, most


def _memory(process: int) -> float:
    """Return the memory of a process and of all below it, each shared page counted once."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
        below = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:  # it has ended
        return 0.0
    own = next((float(line.split()[1]) for line in lines if line.startswith("Pss:")), 0.0)
    return own * 1024 / MEGABYTE + sum(_memory(int(one)) for one in below)


def same_after_a_kill(source: Path, folder: Path, whole: Path) -> bool:
    """Return whether a run that was killed after its first part, and given again, ends in the same bytes."""
    out = folder / "killed.parquet"
    process = subprocess.Popen(command(source, out), stdout=subprocess.DEVNULL, start_new_session=True)
    while process.poll() is None and not list(folder.glob("killed.parquet.parts/*.json"))[1:]:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not out.exists()
    subprocess.run(command(source, out), check=True, stdout=subprocess.DEVNULL)
    return _digest(out) == _digest(whole)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> None:
    """Measure everything, print it, and write it down."""
    measurements = []
    with tempfile.TemporaryDirectory(prefix="batch-") as name:
        folder = Path(name)
        parquet, text = written(folder)
        for kind, source, limit in (("Parquet", parquet, 30), ("CSV", text, 60)):
            out = folder / f"{kind}.parquet"
            seconds, spent, most = measured(command(source, out))
            measurements += [
                Measurement(name=f"1,000,000 responses from {kind}", value=seconds, limit=limit, unit="s"),
                Measurement(name="  CPU", value=spent, limit=2 * limit, unit="s"),
                Measurement(name="  memory of all processes", value=most, limit=1500, unit="MB"),
            ]
        small = folder / "small.parquet"
        pq.write_table(pq.read_table(parquet).slice(0, DIFFERENT), small)
        most = measured(command(small, folder / "small.out.parquet"))[2]
        same = same_after_a_kill(parquet, folder, folder / "Parquet.parquet")
    measurements.append(Measurement(name="  memory for a tenth as many", value=most, limit=1500, unit="MB"))
    for one in measurements:
        verdict = "kept" if one.kept else "MISSED"
        print(f"{one.name:<50} {one.value:>9.2f} {one.unit:<3} limit {one.limit:>6g} {one.unit:<3} {verdict}")
    print(f"killed after its first part and given again: {'the same bytes' if same else 'OTHER BYTES'}")
    machine = {"python": platform.python_version(), "numpy": np.__version__, "cores": os.cpu_count()}
    rows = [{**msgspec.to_builtins(one), "kept": one.kept} for one in measurements]
    target = Path(__file__).with_name("batch.json")
    found = {"machine": machine, "measurements": rows, "same_after_a_kill": same}
    target.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
