"""A batch from beginning to end: what is done is kept, part by part, and a run that was ended goes on from there.

Parts lie in a folder beside the output until all are there, with the description of the
job they belong to. The output is made of them in their order, so that it is the same
whoever did them, in which order, and in how many runs.
"""

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import TypeAlias

import msgspec

from duediligence.assessment import MODEL, Versions, layout
from duediligence.batch.job import Job, Part, Reading
from duediligence.batch.rows import harmless, headings, line, replaced
from duediligence.batch.scoring import Report, Scored
from duediligence.batch.table import Fault
from duediligence.batch.words import unusable
from questionnaires.text import say

FORMAT = "duediligence/batch/1"

_JOB = "job.json"

Doing: TypeAlias = Callable[[Job, Sequence[Part]], AbstractContextManager[Iterator[Scored]]]
"""Who does parts: gives each as it is done, in any order."""

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many rows are done, and of how many."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What lies beside the output: what was scored, by which rules, and what came of it."""

    format: str = FORMAT
    source: str
    source_size: int
    source_digest: str
    on: date
    versions: Versions
    method: str
    reading: Reading
    rows: int
    unreadable: int
    doubtful: int  # rows with a problem, the unreadable among them
    bands: dict[str, int]
    problems: dict[str, int]  # by code
    unknown_columns: tuple[str, ...]
    digest: str  # SHA-256 of the output


def place_of(out: Path) -> Path:
    """Return the folder in which parts are kept until the output is made."""
    return out.with_name(f"{out.name}.parts")


def problems_of(out: Path) -> Path:
    """Return where the list of problems lies, if there are any."""
    return out.with_name(f"{out.name}.problems.csv")


def description_of(out: Path) -> Path:
    """Return where it is told what was scored and how."""
    return out.with_name(f"{out.name}.run.json")


def begun(out: Path) -> Job | None:
    """Return the job of a run that was not finished, None where there is none."""
    try:
        return msgspec.json.decode((place_of(out) / _JOB).read_bytes(), type=Job)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise unusable("OTHER_RUN", out.name, folder=place_of(out).name) from error


def run(job: Job, parts: Sequence[Part], out: Path, doing: Doing, progress: Progress) -> None:
    """Do the parts that are not done yet.

    Raises:
        Unfit: parts of another job lie beside the output.
    """
    folder = place_of(out)
    earlier = begun(out)
    if earlier and earlier != job:
        raise unusable("OTHER_RUN", out.name, folder=folder.name)
    if earlier is None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _keep(folder / _JOB, msgspec.json.encode(job))
    left = [part for part in parts if not _is_done(folder, part.number)]
    whole = sum(part.rows for part in parts)
    done = whole - sum(part.rows for part in left)
    progress(done, whole)
    if not left:
        return
    with doing(job, left) as scored:
        for one in scored:
            number = one.report.number
            _keep(_rows(folder, number), one.data)
            _keep(_report(folder, number), msgspec.json.encode(one.report))
            done += one.report.rows
            progress(min(done, whole), whole)


def ended(job: Job, versions: Versions, parts: Sequence[Part], out: Path, language: str) -> Summary:
    """Make the output of all parts, with its description and the list of problems beside it; return the description.

    Args:
        job: which was done.
        versions: the rules it was done by.
        parts: all of them.
        out: the output.
        language: of the list of problems.
    """
    folder = place_of(out)
    about = {"duediligence": msgspec.json.encode({"on": job.on, "method": job.method, "versions": versions}).decode()}
    _joined(job, (_rows(folder, part.number).read_bytes() for part in parts), out, about)
    problems_of(out).unlink(missing_ok=True)
    if any(one.doubtful for one in _reports(folder, parts)):
        _list(faults(out, parts), job.source.name, problems_of(out), language)
    summary = _summary(job, versions, _reports(folder, parts), out)
    encoded = msgspec.json.format(msgspec.json.encode(summary), indent=2)
    with replaced(description_of(out)) as file:
        file.write(encoded)
    return summary


def faults(out: Path, parts: Sequence[Part]) -> Iterator[Fault]:
    """Yield what is wrong, row by row, as far as it is told one by one; while the parts lie there."""
    return (fault for one in _reports(place_of(out), parts) for fault in one.faults)


def forget(out: Path) -> None:
    """Remove the parts that lie beside an output."""
    shutil.rmtree(place_of(out), ignore_errors=True)


def _rows(folder: Path, number: int) -> Path:
    return folder / f"{number:06}.rows"


def _report(folder: Path, number: int) -> Path:
    return folder / f"{number:06}.json"


def _keep(target: Path, data: bytes) -> None:
    with replaced(target) as file:
        file.write(data)


def _is_done(folder: Path, number: int) -> bool:
    """Return whether a part lies there whole; its report is written last."""
    try:
        report = msgspec.json.decode(_report(folder, number).read_bytes(), type=Report)
        return hashlib.sha256(_rows(folder, number).read_bytes()).hexdigest() == report.digest
    except (FileNotFoundError, msgspec.DecodeError):
        return False


def _reports(folder: Path, parts: Sequence[Part]) -> Iterator[Report]:
    """Yield what came of each part; of a million responses they are too many to be held at once."""
    return (msgspec.json.decode(_report(folder, part.number).read_bytes(), type=Report) for part in parts)


def _joined(job: Job, parts: Iterator[bytes], out: Path, about: dict[str, str]) -> None:
    with replaced(out) as file:
        if job.parquet:
            from duediligence.batch import rows_parquet

            rows_parquet.joined(parts, file, about)
            return
        file.write(line(headings(layout(*MODEL, job.on))))
        for part in parts:
            file.write(part)


def _list(faults: Iterable[Fault], source: str, target: Path, language: str) -> None:
    """Write problems as CSV: file, row, column, what is wrong and the way out."""
    with replaced(target) as file:
        file.write(line(("file", "row", "column", "code", "problem")))
        for one in faults:
            words = say(one.problem.detail, language)
            file.write(line(map(harmless, (source, one.row, one.column, one.problem.code, words))))


def _summary(job: Job, versions: Versions, reports: Iterable[Report], out: Path) -> Summary:
    counts, bands, problems = Counter[str](), Counter[str](), Counter[str]()
    for one in reports:
        counts.update({"rows": one.rows, "unreadable": one.unreadable, "doubtful": one.doubtful})
        bands.update(one.bands)
        problems.update(one.problems)
    with out.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Summary(
        source=job.source.name,
        source_size=job.source.size,
        source_digest=job.source.digest,
        on=job.on,
        versions=versions,
        method=job.method,
        reading=job.reading,
        rows=counts["rows"],
        unreadable=counts["unreadable"],
        doubtful=counts["doubtful"],
        bands=dict(bands),
        problems=dict(sorted(problems.items())),
        unknown_columns=job.source.columns.unknown if job.source.columns else (),
        digest=digest,
    )
