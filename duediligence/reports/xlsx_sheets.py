"""The sheets that hold one table each, and the sheets of paragraphs."""

from collections.abc import Iterator, Sequence
from itertools import chain

from xlsxwriter.worksheet import Worksheet

from duediligence.reports import Action, Fact, Finding, Passage, Protocol, Sign
from duediligence.reports.texts import read
from duediligence.reports.xlsx_book import FIRST_ROW, HEAD_ROW, Book, Column, Styled, Value, Width, row_height

LEVELS = {"none": 0, "weak": 1, "moderate": 2, "strong": 3}
"""The number of a level; an indicator that is not assessed has none."""

STATUSES = ("draft", "agreed", "in_progress", "evidence_sent", "under_review", "verified", "overdue", "reopened")
"""How far an action may be, in the order of the list that is offered."""

CLOSED = "verified"

LISTS = "lists"
"""The hidden sheet: the states of an action, and what the chart of the levels is drawn from."""

CHART_COLUMN = 1
"""Its column with the labels of the chart; the numbers stand in the next one."""

_HALVES = (40, 64)
"""The widths of the columns of a sheet of paragraphs."""

_PARAGRAPHS = Width(len(_HALVES), sum(_HALVES))

_Row = Sequence[Value | Styled]


def indicators(book: Book) -> None:
    """Write every indicator with its level, as a word and as a number."""
    strip, page = book.report.strip, book.sheet("indicators")
    names = strip.figure.table.columns
    told = {finding.code: finding for finding in book.report.findings.findings}
    columns = (
        Column(book.word("code"), 9),
        Column(book.word("indicator"), 34, "bold"),
        Column(book.word("level"), 24),
        Column(book.word("level_number"), 12, "whole"),
        Column(book.word("signs_shown"), 12, "whole"),
        Column(names[2], 22),
        Column(book.word("meaning"), 46),
        Column(book.word("open"), 46),
    )
    rows = [
        (
            cell.code,
            cell.label,
            Styled(f"{cell.symbol} {cell.word}", f"{cell.level}_level" if LEVELS.get(cell.level) else "cell"),
            LEVELS.get(cell.level),
            _shown(told.get(cell.code), cell.level),
            named[2],
            *_said(told.get(cell.code)),
        )
        for cell, named in zip(strip.cells, strip.figure.table.rows, strict=True)
    ]
    book.table(page, strip.passage, columns, rows)
    book.define("indicators_table", page, (HEAD_ROW, 0, HEAD_ROW + len(rows), len(columns) - 1))


def _shown(finding: Finding | None, level: str) -> int | None:
    """Return how many signs are shown, None where a level is withheld or was not assessed."""
    if level not in LEVELS:
        return None
    return len(finding.signs) if finding else 0


def _said(finding: Finding | None) -> tuple[str, str]:
    """Return what an indicator means, and what is open about it."""
    if finding is None:
        return "", ""
    return finding.meaning, _lines((finding.coverage, finding.highest, finding.withheld))


def findings(book: Book) -> None:
    """Write one row a sign, and one for each finding that shows none."""
    page = book.sheet("findings")
    columns = (
        Column(book.word("indicator"), 22),
        Column(book.word("level"), 15),
        Column(book.word("question"), 42),
        Column(book.word("answer"), 26),
        Column(book.word("strength"), 13),
        Column(book.word("element"), 20),
        Column(book.word("attribution"), 20),
        Column(book.word("evidence"), 20),
        Column(book.word("to_leave_none"), 40),
    )
    rows = list(chain.from_iterable(_finding_rows(finding) for finding in book.report.findings.findings))
    passage = book.report.findings.passage
    book.table(page, _with(passage, book.report.findings.quiet), columns, rows)


def _finding_rows(finding: Finding) -> Iterator[_Row]:
    """Yield a row for each sign, and one for what is said of the finding as a whole."""
    changes = (*finding.to_leave_none, *[""] * (len(finding.signs) - len(finding.to_leave_none)))
    signs = [*zip(finding.signs, changes, strict=False), *((sign, "") for sign in finding.context)]
    for number, (sign, change) in enumerate(signs):
        yield (Styled(finding.label, "grey" if number else "bold"), finding.word, *_sign(sign), change)
    said = _lines((finding.coverage, finding.highest, finding.withheld, finding.attribution))
    label = Styled(finding.label, "grey" if signs else "bold")
    yield (label, finding.word, Styled(said, "grey"), *[None] * 6)


def _sign(sign: Sign) -> tuple[str, ...]:
    return (sign.question, sign.answer, sign.strength, sign.element, sign.attribution, sign.evidence)


def answers(book: Book) -> None:
    """Write every question that was asked, with its answer in words, by section."""
    told, page = book.report.answers, book.sheet("answers")
    remarks = any(row.comment for section in told.sections for row in section.rows)
    columns = [
        Column(book.word("section"), 26),
        Column(book.word("code"), 18, "grey"),
        Column(book.word("question"), 60),
        Column(book.word("answer"), 44, "bold"),
        *([Column(book.word("comment"), 34)] if remarks else []),
    ]
    rows: list[_Row] = []
    for section in told.sections:
        for number, row in enumerate(section.rows):
            title = Styled(section.title, "grey" if number else "bold")
            answer = Styled(row.answer, "bold" if row.given else "grey")
            rows.append((title, row.question_id, row.question, answer, *([row.comment] if remarks else [])))
        if section.withheld:
            title = Styled(section.title, "grey" if section.rows else "bold")
            rows.append((title, "", Styled(section.withheld, "grey"), *[None] * (len(columns) - 3)))
    book.table(page, told.passage, columns, rows)


def protocol(book: Book, steps: Protocol) -> None:
    """Write the steps that come before any plan."""
    page = book.sheet("protocol")
    columns = (
        Column(book.word("action"), 34, "bold"),
        Column(book.word("within"), 18),
        Column(book.word("do"), 56),
        Column(book.word("never"), 50),
    )
    rows = [(step.title, step.within, _listed(step.do), _listed(step.never)) for step in steps.steps]
    book.table(page, steps.passage, columns, rows)
    row = FIRST_ROW + len(rows) + 1
    book.write(page, (row, 0), book.word("help"), "heading")
    width = Width(len(columns), sum(column.width for column in columns))
    for number, route in enumerate(steps.help, row + 1):
        book.across(page, number, route, width)


def plan(book: Book) -> None:
    """Write the actions, with a list of states to choose from; what is wide stands beyond the printed page."""
    told, page = book.report.plan, book.sheet("plan")
    table = told.figure.table.columns
    columns = (
        Column(table[0], 6, "whole"),
        Column(book.word("priority"), 13),
        Column(book.word("action"), 34, "bold"),
        Column(book.word("status"), 18, "fill"),
        Column(book.word("owner"), 20),
        Column(book.word("start"), 12, "day"),
        Column(book.word("due"), 12, "day"),
        Column(book.word("closes"), 36),
        Column(book.word("answers_to"), 42),
        Column(book.word("indicator"), 26, printed=False),
        Column(book.word("kind"), 16, printed=False),
        Column(book.word("after"), 9, printed=False),
        Column(book.word("cost"), 12, printed=False),
        Column(book.word("steps"), 110, printed=False),
        Column(book.word("why"), 70, printed=False),
    )
    passage = _with(told.passage, told.withheld, book.word("fill_in"), book.word("late"))
    book.table(page, passage, columns, [_action(action) for action in told.actions])
    last = HEAD_ROW + max(len(told.actions), 1)
    book.define("plan_table", page, (HEAD_ROW, 0, last, len(columns) - 1))
    if told.actions:
        _offer_statuses(book, page, last)


def _action(action: Action) -> _Row:
    return (
        action.number,
        action.priority_word,
        action.title,
        action.status,
        action.owners,
        action.start,
        action.due,
        action.evidence,
        _listed(action.answers),
        _lines(action.indicators),
        action.kind_word,
        ", ".join(str(number) for number in action.after),
        action.cost,
        _listed(action.steps),
        action.why,
    )


def _offer_statuses(book: Book, page: Worksheet, last: int) -> None:
    """Offer the states of an action as a list, and mark what is late."""
    rule = {"validate": "list", "source": "=statuses"}
    rule |= {"error_title": book.word("error_title"), "error_message": book.word("error_status")}
    page.data_validation(FIRST_ROW, 3, last, 3, rule)
    late = f"=AND($G{FIRST_ROW + 1}<TODAY(),$D{FIRST_ROW + 1}<>closed)"
    page.conditional_format(FIRST_ROW, 6, last, 6, {"type": "formula", "criteria": late, "format": book.styles["late"]})


def lists(book: Book) -> None:
    """Write the hidden sheet; an indicator without a level has no bar, and its label says why."""
    page = book.book.add_worksheet(LISTS)
    page.very_hidden()
    labels = read(book.report.language).labels("status")
    for row, status in enumerate(STATUSES):
        page.write_string(row, 0, labels[status])
    book.define("statuses", page, (0, 0, len(STATUSES) - 1, 0))
    book.define("closed", page, (STATUSES.index(CLOSED), 0, STATUSES.index(CLOSED), 0))
    for row, cell in enumerate(book.report.strip.cells):
        page.write_string(row, CHART_COLUMN, f"{cell.label} – {cell.word}")
        page.write_number(row, CHART_COLUMN + 1, LEVELS.get(cell.level, 0))


def crosswalk(book: Book) -> None:
    """Write which requirements the answers speak to, by instrument."""
    told, page = book.report.crosswalk, book.sheet("crosswalk")
    columns = (
        Column(book.word("instrument"), 34),
        Column(book.word("jurisdiction"), 14, "grey"),
        Column(book.word("timing"), 22, "grey"),
        Column(book.word("place"), 18),
        Column(book.word("requirement"), 58),
        Column(book.word("state"), 18, "bold"),
        Column(book.word("indicator"), 42),
        Column(book.word("source"), 16, "grey"),
    )
    rows = [
        (
            Styled(instrument.title, "grey" if number else "bold"),
            instrument.jurisdiction,
            instrument.timing,
            row.locator,
            row.asks,
            row.word,
            row.findings,
            "" if row.confirmed and instrument.confirmed else book.word("unconfirmed"),
        )
        for instrument in told.instruments
        for number, row in enumerate(instrument.rows)
    ]
    book.table(page, told.passage, columns, rows)


def evidence(book: Book) -> None:
    """Write what the answers rest on, and how many rest on each grade."""
    told, page = book.report.evidence, book.sheet("evidence")
    columns = (
        Column(book.word("code"), 18, "grey"),
        Column(book.word("question"), 62),
        Column(book.word("grade"), 9, "bold"),
        Column(book.word("evidence"), 40),
        Column(book.word("references"), 46),
    )
    rows = [(row.question_id, row.question, row.grade, row.grade_words, _lines(row.references)) for row in told.rows]
    book.table(page, _with(told.passage, told.withheld), columns, rows)
    first = FIRST_ROW + max(len(rows), 1) + 1
    book.write(page, (first, 1), book.word("grade"), "head")
    book.write(page, (first, 2), book.word("count"), "head")
    for number, grade in enumerate(told.grades, first + 1):
        book.write(page, (number, 1), grade.label)
        book.write(page, (number, 2), float(grade.value), "whole")


def method(book: Book) -> None:
    """Write how the numbers came about, what they were made with, and who judged."""
    report, page = book.report, book.sheet("method", landscape=False)
    for column, letters in enumerate(_HALVES):
        page.set_column(column, column, letters)
    made = (*report.head.facts, Fact(label=book.word("label"), value=report.head.label), *report.versions)
    row = _paragraphs(book, page, 0, report.method.passage, style="title")
    row = _sentences(book, page, row, report.method.formulas)
    row = _facts(book, page, row, book.word("figures"), report.method.figures)
    row = _facts(book, page, row, book.word("versions"), made)
    row = _facts(book, page, row, report.reviewer.passage.heading, report.reviewer.facts)
    row = _sentences(book, page, row, report.reviewer.passage.sentences)
    row = _paragraphs(book, page, row, report.two_part_test)
    row = _paragraphs(book, page, row, report.overrides.passage)
    lifted = tuple(f"{one.label}. {one.effect} {one.reason}" for one in report.overrides.overrides)
    row = _sentences(book, page, row, lifted)
    _context(book, page, row)


def _context(book: Book, page: Worksheet, row: int) -> None:
    """Write what is known of the country, each statement with its sources."""
    row = _paragraphs(book, page, row, book.report.context.passage)
    for item in book.report.context.items:
        sources = tuple(", ".join(filter(None, (one.title, one.href, one.checked))) for one in item.sources)
        row = _sentences(book, page, row, (item.title,), style="strong")
        row = _sentences(book, page, row, (item.text,))
        row = _sentences(book, page, row, sources, style="quiet")


def _paragraphs(book: Book, page: Worksheet, row: int, passage: Passage, style: str = "heading") -> int:
    """Write a heading and its sentences; return the next row."""
    book.write(page, (row, 0), passage.heading, style)
    page.set_row(row, 28)
    return _sentences(book, page, row + 1, passage.sentences)


def _sentences(book: Book, page: Worksheet, row: int, sentences: Sequence[str], style: str = "plain") -> int:
    """Write sentences one below the other; return the next row."""
    for number, sentence in enumerate(sentences, row):
        book.across(page, number, sentence, _PARAGRAPHS, style)
    return row + len(sentences)


def _facts(book: Book, page: Worksheet, row: int, heading: str, facts: Sequence[Fact]) -> int:
    """Write labels and what they say; return the next row."""
    book.write(page, (row, 0), heading, "heading")
    page.set_row(row, 28)
    for number, fact in enumerate(facts, row + 1):
        book.row(page, number, (fact.label, fact.value), ("cell", "bold"))
        page.set_row(number, row_height((fact.label, fact.value), _HALVES))
    return row + 1 + len(facts)


def _with(passage: Passage, *sentences: str) -> Passage:
    """Return a passage with more sentences; empty ones are left out."""
    return Passage(heading=passage.heading, sentences=(*passage.sentences, *filter(None, sentences)))


def _lines(parts: Sequence[str]) -> str:
    return "\n".join(filter(None, parts))


def _listed(parts: Sequence[str]) -> str:
    return "\n".join(f"• {part}" for part in parts)
