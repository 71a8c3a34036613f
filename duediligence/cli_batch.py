"""The commands for many responses at a time.

Exit codes are those of `cli`: 0 done; 1 done, with problems in some rows; 2 the input
cannot be used. Heavy libraries are imported by the command that needs them.
"""

import sys
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duediligence.command import DAY, UNUSABLE, refuse

if TYPE_CHECKING:
    from duediligence.batch.job import Reading
    from duediligence.batch.run import Doing, Progress, Summary
    from duediligence.batch.table import Fault
    from questionnaires.response import Missing

PROBLEMS = 1

SHOWN = 20
"""How many problems are told on the screen; the list beside the output has more."""

_FILE = click.Path(path_type=Path)
_LANGUAGE = click.option(
    "--lang", "language", type=click.Choice(["tk", "ru", "en"]), default="en", show_default=True, help="Language."
)
_ENCODINGS = ("utf-8", "windows-1250", "windows-1251", "windows-1252", "windows-1254")


@click.group()
def batch() -> None:
    """Score many responses at a time."""


@batch.command()
@click.argument("responses", type=_FILE)
@click.option("--out", type=_FILE, required=True, help="The file to write: .csv or .parquet.")
@click.option("--on", type=DAY, default=None, help="Day of the assessment; today, or that of the unfinished run.")
@click.option("--id", "identifier", default="", help="The column that names the rows; `id` when left out.")
@click.option("--separator", default="|", show_default=True, help="Sign between several choices of one answer.")
@click.option("--missing", multiple=True, metavar="REASON=WORD", help="Word for not_known, declined, not_applicable.")
@click.option("--encoding", type=click.Choice(_ENCODINGS), default="utf-8", show_default=True, help="Of a CSV.")
@click.option("--ignore", multiple=True, metavar="COLUMN", help="A column that is no question.")
@click.option("--workers", type=click.IntRange(1, 256), default=None, help="Processes; one a core when left out.")
@click.option("--scheduler", default="", metavar="ADDRESS", help="A Dask cluster that does the work.")
@click.option("--fresh", is_flag=True, help="Begin anew where an unfinished run lies.")
@_LANGUAGE
def score(
    responses: Path,
    out: Path,
    on: datetime | None,
    identifier: str,
    separator: str,
    missing: tuple[str, ...],
    encoding: str,
    ignore: tuple[str, ...],
    workers: int | None,
    scheduler: str,
    fresh: bool,  # noqa: FBT001
    language: str,
) -> None:
    """Score RESPONSES: a Parquet or CSV file with a column for each question, or a folder of workbooks and JSON.

    A run that was ended goes on from what is done when the same command is given again.
    """
    from duediligence.batch import run
    from duediligence.batch.job import Reading
    from duediligence.errors import Unfit
    from duediligence.terminal import complain

    reading = Reading(
        separator=separator,
        missing=_reasons(missing),
        encoding=encoding,
        identifier=identifier,
        ignored=ignore,
    )
    try:
        if fresh:
            run.forget(out)
        summary = _score(responses, out, on, reading, _doing(workers, scheduler), language)
    except Unfit as error:
        complain(error.problems, language)
        raise SystemExit(UNUSABLE) from None
    _tell(summary, out, language)
    if summary.doubtful or summary.unknown_columns:
        raise SystemExit(PROBLEMS)


def _score(
    responses: Path, out: Path, on: datetime | None, reading: "Reading", doing: "Doing", language: str
) -> "Summary":
    """Return what came of the batch, after its output was written."""
    import msgspec

    from duediligence.assessment import MODEL, layout, versions_of
    from duediligence.batch import run, source
    from duediligence.batch.job import Job
    from duediligence.batch.scoring import method
    from duediligence.batch.words import sentence, unusable
    from duediligence.terminal import complain, note

    parquet = out.suffix.lower() in source.PARQUET
    if not (parquet or out.suffix.lower() == ".csv") or out.resolve() == responses.resolve():
        raise unusable("CANNOT_WRITE", out.name)
    if parquet:
        source.need_parquet(out)
    earlier = run.begun(out)
    day = on.date() if on else earlier.on if earlier else date.today()
    if earlier:
        note(sentence("goes_on", language, on=earlier.on))
    rules = layout(*MODEL, day)
    versions = versions_of(rules)
    opened, parts = source.opened(responses, rules.codebook, reading)
    job = Job(source=opened, reading=reading, on=day, method=method(versions), parquet=parquet)
    if opened.columns and (left := len(rules.codebook.questions) - len(opened.columns.answers)):
        click.echo(sentence("columns_missing", language, count=left), err=True)
    run.run(job, parts, out, doing, _progress(language))
    summary = run.ended(job, versions, parts, out, language)
    faults = islice(run.faults(out, parts), SHOWN)
    complain((msgspec.structs.replace(one.problem, where=_where(opened.name, one)) for one in faults), language)
    run.forget(out)
    return summary


def _where(source: str, fault: "Fault") -> str:
    return ", ".join(words for words in (f"{source}:{fault.row}", fault.column) if words)


def _doing(workers: int | None, scheduler: str) -> "Doing":
    """Return who does the work: processes here, or a cluster."""
    from importlib.util import find_spec

    from duediligence.batch.local import processes
    from duediligence.batch.words import unusable

    if not scheduler:
        return processes(workers)
    if find_spec("distributed") is None:
        raise unusable("NO_DASK", scheduler)
    from duediligence.batch.cluster import cluster

    return cluster(scheduler)


def _reasons(stated: tuple[str, ...]) -> "dict[str, Missing]":
    """Return what each word for a missing answer stands for; the reasons themselves, where none was stated."""
    from duediligence.batch.job import reasons
    from questionnaires.response import Missing

    words = reasons()
    for one in stated:
        reason, sign, word = one.partition("=")
        if reason not in set(Missing) or not (sign and word.strip()):
            refuse(f"--missing {one}: REASON=WORD; {', '.join(Missing)}")
        words[word.strip()] = Missing(reason)
    return words


def _progress(language: str) -> "Progress":
    """Return what tells a person who watches how far it is; a program is told nothing."""
    from duediligence.batch.words import sentence

    def told(done: int, whole: int) -> None:
        if sys.stderr.isatty():
            words = sentence("progress", language, done=f"{done:,}", whole=f"{whole:,}")
            click.echo(f"\r{words} ", nl=done >= whole, err=True)

    return told


def _tell(summary: "Summary", out: Path, language: str) -> None:
    """Say what came of it."""
    from duediligence.batch import run
    from duediligence.batch.words import problem, sentence
    from duediligence.terminal import complain
    from duediligence.terminal import sentence as said

    model = f"{summary.versions.model} {summary.versions.model_version}"
    click.echo(sentence("scored", language, rows=summary.rows - summary.unreadable, model=model, on=summary.on))
    complain((problem("UNKNOWN_COLUMN", name, column=name) for name in summary.unknown_columns[:SHOWN]), language)
    if summary.doubtful:
        facts = {"doubtful": summary.doubtful, "unreadable": summary.unreadable}
        click.echo(sentence("some_wrong", language, **facts), err=True)
    for path in (out, run.problems_of(out), run.description_of(out)):
        if path.exists():
            click.echo(said("wrote", language, path=path))
    click.echo(sentence("protected", language))
