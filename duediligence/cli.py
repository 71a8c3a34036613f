"""The command line.

Exit codes: 0 done; 1 the result differs, or problems were found; 2 the input
cannot be used, in which case nothing is written. Heavy libraries are imported by
the command that needs them, so that help comes at once.
"""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duediligence import cli_proof, cli_service
from duediligence.cli_batch import batch
from duediligence.command import DAY, FIGURE, UNUSABLE, Commands, refuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duediligence.assessment import Assessment
    from duediligence.improvement import ImprovementPlan
    from duediligence.record import Difference
    from duediligence.review import Review
    from questionnaires.response import Answer, Response

DIFFERS = 1

_FILE = click.Path(path_type=Path)
_LANGUAGE = click.option(
    "--lang", "language", type=click.Choice(["tk", "ru", "en"]), default="en", show_default=True, help="Language."
)
_DAY = click.option("--on", type=DAY, default=None, help="Day of the assessment; today when left out.")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="duediligence")
def main() -> None:
    """Labour-practice due diligence: from answers to an explained risk profile."""


for _command in (*cli_service.COMMANDS, *cli_proof.COMMANDS, batch):
    main.add_command(_command)


@main.group()
def questionnaire() -> None:
    """List, check and export questionnaires."""


@questionnaire.command("list")
@_LANGUAGE
def list_questionnaires(language: str) -> None:
    """List the questionnaires of the library, with versions and digests."""
    from duediligence.terminal import table
    from questionnaires import catalogue
    from questionnaires.edition import digest
    from questionnaires.text import say

    rows = []
    for name, version in catalogue.versions():
        form = catalogue.load(name, version)
        asked = sum(1 for _ in form.questions())
        rows.append([name, version, form.lifecycle, str(asked), digest(form)[:12], say(form.title, language)])
    click.echo(table(rows))


@questionnaire.command("check")
@click.argument("file", type=_FILE)
@_LANGUAGE
@_DAY
def check_answers(file: Path, language: str, on: datetime | None) -> None:
    """Say what is missing, wrong or hard to reconcile in a FILE of answers."""
    from duediligence.assessment import examine
    from duediligence.terminal import complain, sentence

    response, clean = _take(file, language)
    found = examine(response, _day(on))
    complain((*found.errors, *found.gaps), language)
    if found.gaps:
        click.echo(sentence("gaps", language, count=len(found.gaps)), err=True)
    if found.queries:
        click.echo(sentence("queries", language), err=True)
        complain(found.queries, language)
    if found.errors or found.gaps or found.queries or not clean:
        raise SystemExit(DIFFERS)
    click.echo(sentence("no_problem", language))


@questionnaire.command("export")
@click.option("--tool", default="risk_assessment", show_default=True, help="Which questionnaire.")
@click.option("--format", "kind", type=click.Choice(["workbook", "json"]), default="workbook", show_default=True)
@click.option("--from", "answers", type=_FILE, default=None, help="Answers to fill in beforehand.")
@click.option("--out", type=_FILE, default=None, help="The file to write; named after the form when left out.")
@_LANGUAGE
def export(tool: str, kind: str, answers: Path | None, out: Path | None, language: str) -> None:
    """Write a questionnaire as a workbook to fill in, or as JSON."""
    import msgspec

    from duediligence.terminal import sentence
    from questionnaires import catalogue, workbook

    response = _take(answers, language)[0] if answers else None
    try:
        version = response.version if response else catalogue.latest(tool)
        form = catalogue.load(tool, version)
    except catalogue.UnknownQuestionnaire as error:
        refuse(str(error))
    out = out or Path(f"{form.id}-{form.version}-{language}.{'json' if kind == 'json' else 'xlsx'}")
    if kind == "json":
        out.write_bytes(msgspec.json.format(msgspec.json.encode(form), indent=2))
    else:
        out.write_bytes(workbook.write(form, language, response))
    click.echo(sentence("wrote", language, path=out))


@main.command()
@click.argument("file", type=_FILE)
@click.option("--out", type=_FILE, default=Path("out"), show_default=True, help="The folder for the three files.")
@click.option("--review", type=_FILE, default=None, help="What reviewers found of the evidence (JSON).")
@click.option(
    "--copy",
    "kind",
    type=click.Choice(["shared", "firm"]),
    default="shared",
    show_default=True,
    help="A copy that may travel, without protected answers, or the firm's own.",
)
@_LANGUAGE
@_DAY
def assess(file: Path, out: Path, review: Path | None, kind: str, language: str, on: datetime | None) -> None:
    """Assess a FILE of answers: report as PDF and workbook, and the record as JSON."""
    from duediligence import record
    from duediligence.assessment import examine
    from duediligence.reports import Copy, attachment, pdf, xlsx
    from duediligence.reports.compose import compose
    from duediligence.reports.summary import summary
    from duediligence.terminal import complain, note, sentence

    response, clean = _take(file, language)
    judged = _review(review, response, language, _day(on))
    unfit = examine(response, _day(on), judged).errors
    complain(unfit, language)
    assessment = _assessed(response, on, judged)
    report = compose(assessment, _plan(assessment), language, Copy(kind))
    note("PDF …")
    out.mkdir(parents=True, exist_ok=True)
    private = out / f"{file.stem}.assessment.json"
    private.touch(mode=0o600)
    private.chmod(0o600)
    shared = record.encode(record.shared(assessment))
    files = {
        out / f"{file.stem}.report.pdf": pdf.render(report, [attachment.assessment(report, shared)]),
        out / f"{file.stem}.report.xlsx": xlsx.render(report),
        private: record.encode(assessment),
    }
    click.echo(summary(report))
    for target, data in files.items():
        target.write_bytes(data)
        click.echo(sentence("wrote", language, path=target))
    click.echo(sentence("private", language, path=private.name))
    if unfit or not clean:
        click.echo(sentence("left_out", language), err=True)
        raise SystemExit(DIFFERS)


@main.command()
@click.argument("file", type=_FILE)
@click.option("--indicator", required=True, help="The code of an indicator, for example DOC.")
@_LANGUAGE
@_DAY
def explain(file: Path, indicator: str, language: str, on: datetime | None) -> None:
    """Explain one indicator, down to the answers behind it."""
    from duediligence.reports import Copy
    from duediligence.reports.compose import compose
    from duediligence.reports.summary import explanation
    from duediligence.terminal import sentence

    assessment = _assessed(_take(file, language)[0], on)
    codes = [finding.indicator for finding in assessment.profile.findings]
    if indicator.upper() not in codes:
        refuse(sentence("no_indicator", language, code=indicator, codes=", ".join(codes)))
    report = compose(assessment, _plan(assessment), language, Copy.FIRM)
    click.echo(explanation(report, indicator.upper()))


@main.command()
@click.argument("file", type=_FILE)
@click.option("--staff-days", type=FIGURE, default=None, help="Working days there are.")
@click.option("--budget", type=FIGURE, default=None, help="Manat there are.")
@click.option("--until", type=DAY, default=None, help="The day by which it must be done.")
@_LANGUAGE
@_DAY
def plan(
    file: Path,
    staff_days: float | None,
    budget: float | None,
    until: datetime | None,
    language: str,
    on: datetime | None,
) -> None:
    """Draft the improvement plan, and say what fits within the limits given."""
    from duediligence.portfolio import Limits, optimise, project
    from duediligence.reports import Copy
    from duediligence.reports.compose import compose
    from duediligence.reports.summary import portfolio
    from risk_models import remedies

    assessment = _assessed(_take(file, language)[0], on)
    drafted = _plan(assessment)
    limits = Limits(staff_days=staff_days, budget=budget, until=until.date() if until else None)
    best = optimise(drafted, remedies.read(), assessment.profile, limits)
    projected = project(assessment, drafted, [action.remedy for action in best.chosen])
    report = compose(assessment, drafted, language, Copy.FIRM)
    click.echo(portfolio(report, best, projected))


@main.command()
@click.argument("file", type=_FILE)
@_LANGUAGE
def rescore(file: Path, language: str) -> None:
    """Compute an assessment again from its own record; exit 1 where any digit differs."""
    from duediligence import record
    from duediligence.record_shared import SharedAssessment
    from duediligence.terminal import complain, sentence

    found = record.decode(_bytes(file, language))
    if isinstance(found, tuple):
        complain(found, language)
        raise SystemExit(UNUSABLE)
    if isinstance(found, SharedAssessment):
        bounds = record.rescore_shared(found)
        _differ(bounds.differences, language)
        facts = {"withheld": len(bounds.withheld), "parts": bounds.parts, "open": len(bounds.left_open)}
        click.echo(sentence("added_up", language, **facts))
        click.echo(sentence("bounds", language, residual=bounds.residual, low=bounds.low, high=bounds.high))
        return
    _differ(record.rescore(found), language)
    versions = found.versions
    click.echo(sentence("same", language, model=versions.model, version=versions.model_version))


@main.command()
@click.argument("ours", type=_FILE)
@click.argument("theirs", type=_FILE)
@click.option("--base", type=_FILE, default=None, help="The copy both began from.")
@click.option("--out", type=_FILE, default=Path("merged.json"), show_default=True, help="The file to write (JSON).")
@_LANGUAGE
def merge(ours: Path, theirs: Path, base: Path | None, out: Path, language: str) -> None:
    """Join two copies of one response, and say what differs."""
    import msgspec

    from duediligence.terminal import sentence
    from questionnaires.merge import Incomparable
    from questionnaires.merge import merge as merged

    first, second = _take(ours, language)[0], _take(theirs, language)[0]
    try:
        both = merged(first, second, _take(base, language)[0] if base else None)
    except Incomparable:
        refuse(sentence("incomparable", language))
    for change in both.taken:
        answer = both.response.answers.get(change.question)
        click.echo(sentence("taken", language, question=change.question, answer=_told(answer, language)))
    for change in both.conflicts:
        told = {"ours": _told(change.ours, language), "theirs": _told(change.theirs, language)}
        click.echo(sentence("conflict", language, question=change.question, **told))
    out.write_bytes(msgspec.json.format(msgspec.json.encode(both.response), indent=2))
    click.echo(sentence("wrote", language, path=out))
    if both.conflicts:
        click.echo(sentence("conflicts_kept", language, count=len(both.conflicts)), err=True)
        raise SystemExit(DIFFERS)


@main.group()
def model() -> None:
    """Check the rule set, and see how far its numbers decide."""


@model.command("check")
def check_model() -> None:
    """Read every rule, text and source of the library, and say what does not fit together."""
    from duediligence import library

    faults = library.faults()
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise SystemExit(DIFFERS)
    for line in library.inventory():
        click.echo(line)


@model.command()
@click.option("--responses", type=click.IntRange(min=100), default=2000, show_default=True, help="How many to make up.")
@click.option("--seed", type=int, default=1, show_default=True, help="Which made-up responses.")
def sensitivity(responses: int, seed: int) -> None:
    """Change the numbers of the method by a quarter, one at a time, and say what moves."""
    from duediligence.assessment import MODEL, layout
    from duediligence.terminal import count, table
    from risk_models.sensitivity import measure

    moved = measure(layout(*MODEL, date.today()), responses, seed, count)
    rows = [[one.number, f"{one.factor:g}", f"{one.correlation:.3f}", f"{one.flipped:.1%}"] for one in moved]
    click.echo(table(rows, heading=["number", "times", "rank correlation", "bands that change"]))


def _take(file: Path, language: str) -> "tuple[Response, bool]":
    """Return the response of a file and whether every answer could be read; stop if there is none."""
    from duediligence.source import take
    from duediligence.terminal import complain

    taken = take(file)
    complain(taken.problems, language)
    complain(taken.notes, language)
    if taken.response is None:
        raise SystemExit(UNUSABLE)
    return taken.response, not taken.problems


def _differ(differences: "Sequence[Difference]", language: str) -> None:
    """Say what differs, and stop if anything does."""
    from duediligence.terminal import sentence

    for one in differences:
        click.echo(sentence("differs", language, path=one.path, stated=one.stated, computed=one.computed))
    if differences:
        raise SystemExit(DIFFERS)


def _bytes(file: Path, language: str) -> bytes:
    from duediligence.terminal import sentence

    try:
        return file.read_bytes()
    except OSError:
        refuse(f"{file.name}: {sentence('unreadable', language, path=file.name)}")


def _review(file: Path | None, response: "Response", language: str, on: date) -> "Review | None":
    """Return the review in a file; stop if it cannot be read or cannot be true."""
    import msgspec

    from duediligence.assessment import codebook
    from duediligence.review import Review, faults
    from duediligence.terminal import complain, sentence

    if file is None:
        return None
    try:
        review = msgspec.json.decode(_bytes(file, language), type=Review)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        refuse(f"{file.name}: {sentence('review_unreadable', language, reason=error)}")
    if found := list(faults(review, codebook(response.questionnaire, response.version).row, on)):
        complain(found, language)
        raise SystemExit(UNUSABLE)
    return review


def _assessed(response: "Response", on: datetime | None, review: "Review | None" = None) -> "Assessment":
    from duediligence.assessment import assess as assessed
    from duediligence.errors import Unusable

    try:
        return assessed(response, _day(on), review=review)
    except Unusable as error:
        refuse(str(error))


def _plan(assessment: "Assessment") -> "ImprovementPlan":
    from duediligence.improvement import draft
    from risk_models import remedies

    return draft(assessment.profile, remedies.read(), assessment.on)


def _told(answer: "Answer | None", language: str) -> str:
    from duediligence.terminal import sentence

    if answer is None or not answer.given:
        return sentence("nothing", language)
    return " · ".join(
        [str(answer.missing or answer.value), *answer.evidence, *([answer.comment] if answer.comment else [])]
    )


def _day(on: datetime | None) -> date:
    return on.date() if on else date.today()
