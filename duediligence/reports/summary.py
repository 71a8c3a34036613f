"""A report on the terminal: the same facts as on paper, shorter."""

from collections.abc import Collection

from duediligence.portfolio import Portfolio, Projection
from duediligence.reports import Action, Finding, Report, Sign
from duediligence.terminal import sentence, table


def summary(report: Report) -> str:
    """Return the first page of a report as words: the numbers, the indicators and what they do not show."""
    head, numbers = report.head, report.numbers
    measures = [[one.label, one.text, one.meaning] for one in numbers.measures]
    cells = [[cell.code, cell.symbol, cell.label, cell.word] for cell in report.strip.cells]
    notices = [[_mark(report, sure=one.sure), one.title] for one in report.notices]
    blocks = (
        f"{head.organisation} · {head.site} · {head.period}\n{head.label}. {head.label_meaning} {head.relation}",
        _headed(numbers.passage.heading, table(measures)),
        f"{report.words['band']}: {numbers.band.label}. {numbers.band.meaning}\n{numbers.interval}\n{numbers.coverage}",
        _headed(report.strip.passage.heading, table(cells)),
        _headed(report.words["notices"], table(notices)),
        _headed(report.limits.heading, "\n".join(report.limits.sentences)),
    )
    return "\n\n".join(blocks)


def explanation(report: Report, code: str) -> str:
    """Return everything a report says of one indicator; in a word where no sign was reported."""
    for finding in report.findings.findings:
        if finding.code == code:
            return _finding(report, finding)
    cell = next(cell for cell in report.strip.cells if cell.code == code)
    return f"{cell.code} {cell.label}: {cell.word}"


def portfolio(report: Report, best: Portfolio, projected: Projection) -> str:
    """Return the actions that fit within the limits, those that do not, and what would follow.

    Args:
        report: the firm's copy, whose plan the choice was made from.
        best: the choice.
        projected: what the assessment would say if all of it had worked.
    """
    language = report.language
    chosen = {action.remedy for action in best.chosen}
    lines = [
        _headed(sentence("chosen", language), _actions(report, chosen)),
        sentence("effort", language, days=f"{best.staff_days:g}", budget=f"{best.budget:,.0f}".replace(",", " ")),
    ]
    if best.unknown_budget:
        lines.append(sentence("unknown_budget", language, actions=", ".join(best.unknown_budget)))
    if best.exceeded:
        lines.append(sentence("exceeded", language))
    if best.left_out:
        left = {one.action.remedy for one in best.left_out}
        lines.append(_headed(sentence("left", language), _actions(report, left)))
    if best.binding:
        limits = ", ".join(sentence(f"limit_{limit.value}", language) for limit in best.binding)
        lines.append(f"{sentence('binds', language)}: {limits}")
    bands = {band.id: band.label for band in report.numbers.bands}
    lines.append(
        sentence(
            "projected",
            language,
            before=projected.residual_before,
            after=projected.residual_after,
            band_before=bands[projected.band_before],
            band_after=bands[projected.band_after],
        )
    )
    return "\n\n".join(lines)


def _finding(report: Report, finding: Finding) -> str:
    words = report.words
    blocks = [
        f"{finding.code} {finding.label}: {finding.word}\n{finding.meaning}\n{finding.attribution} {finding.highest}"
    ]
    if finding.signs:
        blocks.append(_headed(words["answers_reported"], _signs(finding.signs)))
    if finding.context:
        blocks.append(_headed(words["context"], _signs(finding.context)))
    for heading, questions in (
        (words["unknown"], finding.unknown),
        (words["to_lower"], finding.to_lower),
        (words["to_leave_none"], finding.to_leave_none),
    ):
        if questions:
            blocks.append(_headed(heading, table([["–", question] for question in questions])))
    return "\n\n".join(blocks)


def _signs(signs: tuple[Sign, ...]) -> str:
    return table(
        [[sign.question_id, sign.strength, f"{sign.question} {sign.answer}. {sign.evidence}."] for sign in signs]
    )


def _actions(report: Report, remedies: Collection[str]) -> str:
    return table([_row(action) for action in report.plan.actions if action.remedy in remedies])


def _row(action: Action) -> list[str]:
    return [action.remedy, action.priority_word, action.due_words, f"{action.title} ({action.owners})"]


def _headed(heading: str, body: str) -> str:
    return f"{heading}\n{'─' * len(heading)}\n{body}"


def _mark(report: Report, *, sure: bool) -> str:
    return "!" if sure else f"? {report.words['unsure']}"
