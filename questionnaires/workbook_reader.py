"""A returned workbook, read by the ids in its rows and the keys above its columns.

Reading is total: whatever the bytes are, the result is a `Reading`. A wrong
value is a problem that names its cell, and every right value beside it is kept.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

import msgspec

from questionnaires import intake
from questionnaires.catalogue import UnknownQuestionnaire
from questionnaires.edition import digest
from questionnaires.problem import Problem
from questionnaires.questionnaire import AnyQuestion, Lifecycle, Questionnaire, SelectMany
from questionnaires.response import Answer, Missing, Response, Scope, Value
from questionnaires.text import LANGUAGES, Text, say
from questionnaires.workbook_cells import EMPTY, Cell, Page, pages, properties
from questionnaires.workbook_layout import FORMAT, KEYS, label, shown_text
from questionnaires.workbook_values import Said, day_said, remark, said, shown, ticked, yes_or_no
from questionnaires.workbook_words import problem

Find = Callable[[str, str], Questionnaire]
"""Returns the questionnaire of an id and version, or raises `UnknownQuestionnaire`."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a workbook says; without a response nothing could be read, and the problems say why.

    `notes` tell how something odd was understood; nothing has to be mended.
    """

    response: Response | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


_LONGEST_FIELD = 200
_HEAD_ROWS = 20
_LONGEST_REVISION = 9
_MOST_TOLD = 1_000  # more than that nobody reads


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a page, with the columns found under their keys."""

    page: Page
    number: int
    columns: Mapping[str, int]

    def cell(self, key: str) -> Cell:
        """Return the cell of a column, an empty one where the page lacks it."""
        column = self.columns.get(key)
        return EMPTY if column is None else self.page.rows[self.number].get(column, EMPTY)

    def words(self, key: str) -> str:
        """Return what a cell shows."""
        return shown(self.cell(key))

    def where(self, key: str = "answer") -> str:
        """Return the address of a cell, as spreadsheets write it."""
        return f"{self.page.name}!{_letters(self.columns.get(key, 0))}{self.number + 1}"


_Rows: TypeAlias = dict[tuple[str, str], list[_Row]]
"""Rows by the ids of their question and choice; without a choice it is the question's own row."""


@dataclass(slots=True)
class _Findings:
    """What is wrong and what is odd, collected while reading."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def take(self, found: Said, where: str, question: str = "") -> str | float | Missing | None:
        """Return the value of a cell, noting what there is to say about it."""
        if found.problem:
            self.problems.append(problem(found.problem, where, question, **found.facts))
        if found.note:
            self.notes.append(problem(found.note, where, question, **found.facts))
        return found.value


def read(data: bytes, find: Find) -> Reading:
    """Return what a workbook says, whatever the bytes are.

    Args:
        find: looks the questionnaire up, like `catalogue.load`.
    """
    parts = intake.unpack(data)
    if isinstance(parts, Problem):
        return Reading(problems=(parts,))
    sheets = pages(parts)
    if sheets is None:
        return Reading(problems=(problem("FILE_DAMAGED", ""),))
    rows = [row for page in sheets for row in _rows(page)]
    facts = _identity(rows) | properties(parts)
    if not rows or not facts.get("questionnaire"):
        return Reading(problems=(problem("FORM_NOT_FOUND", ""),))
    if _count(facts.get("format", "1")) > FORMAT:
        return Reading(problems=(problem("FORM_TOO_NEW", ""),))
    form, version = facts["questionnaire"], facts.get("version", "")
    try:
        questionnaire = find(form, version)
    except UnknownQuestionnaire:
        return Reading(problems=(problem("FORM_UNKNOWN", "", form=form[:80], version=version[:40]),))
    language = facts["language"] if facts.get("language") in LANGUAGES else "en"
    findings = _Findings()
    findings.notes.extend(_remarks_on_the_form(questionnaire, facts))
    findings.problems.extend(_merged(rows))
    response = Response(
        questionnaire=questionnaire.id,
        version=questionnaire.version,
        language=language,
        revision=_count(facts.get("revision", "0")),
        scope=_scope(rows, findings),
        answers=_answers(questionnaire, rows, language, findings),
    )
    problems, notes = findings.problems[:_MOST_TOLD], findings.notes[:_MOST_TOLD]
    return Reading(response=response, problems=tuple(problems), notes=tuple(notes))


def _letters(column: int) -> str:
    """Return the name of a column, counted from 0."""
    rest, letter = divmod(column, 26)
    return (_letters(rest - 1) if rest else "") + chr(65 + letter)


def _count(words: str) -> int:
    """Return a revision or format number, 0 when there is none."""
    plain = words.isascii() and words.isdecimal() and len(words) <= _LONGEST_REVISION
    return int(words) if plain else 0


def _rows(page: Page) -> Iterator[_Row]:
    """Yield the rows below the keys; a page without keys is not ours."""
    for head in sorted(page.rows)[:_HEAD_ROWS]:
        found = {shown(cell): column for column, cell in page.rows[head].items()}
        columns = {name: found[key] for name, key in KEYS.items() if key in found}
        if {"question", "answer"} <= columns.keys():
            yield from (_Row(page, number, columns) for number in sorted(page.rows) if number > head)
            return


def _identity(rows: Iterable[_Row]) -> dict[str, str]:
    """Return what the first sheet says the file is, for a file that has lost its properties."""
    names = ("#questionnaire", "#version", "#language", "#revision")
    return {row.words("question")[1:]: row.words("answer") for row in rows if row.words("question") in names}


def _remarks_on_the_form(questionnaire: Questionnaire, facts: Mapping[str, str]) -> Iterator[Problem]:
    if questionnaire.lifecycle is Lifecycle.WITHDRAWN:
        yield problem("FORM_WITHDRAWN", "", version=questionnaire.version)
    if facts.get("digest", "") not in ("", digest(questionnaire)):
        yield problem("FORM_CHANGED", "", version=questionnaire.version)


def _merged(rows: Iterable[_Row]) -> Iterator[Problem]:
    """Yield the answer cells that a merged range has swallowed."""
    for row in rows:
        column = row.columns["answer"]
        for top, left, bottom, right in row.page.merged:
            inside = top <= row.number <= bottom and left <= column <= right
            if inside and (row.number, column) != (top, left) and row.words("question").strip("#"):
                cells = f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"
                yield problem("CELLS_MERGED", row.where(), row.words("question"), cells=cells)
                break


def _scope(rows: Iterable[_Row], findings: _Findings) -> Scope:
    """Return what the answers are about, as far as it can be read."""
    fields = {row.words("question"): row for row in rows if row.words("question").startswith("#")}

    def value(name: str, reader: Callable[[Cell], Said]) -> str:
        row = fields.get(f"#{name}")
        found = findings.take(reader(row.cell("answer")), row.where()) if row else None
        return found if isinstance(found, str) else ""

    def words(cell: Cell) -> Said:
        return remark(cell, _LONGEST_FIELD)

    begins, ends = value("begins", day_said), value("ends", day_said)
    return Scope(
        organisation=value("organisation", words),
        site=value("site", words),
        begins=date.fromisoformat(begins) if begins else None,
        ends=date.fromisoformat(ends) if ends else None,
        answered_by=value("answered_by", words),
        workers_consulted={"yes": True, "no": False}.get(value("workers_consulted", yes_or_no)),
    )


def _answers(
    questionnaire: Questionnaire, rows: Iterable[_Row], language: str, findings: _Findings
) -> dict[str, Answer]:
    """Return every answer that can be read, in the order of the questions."""
    found = _by_id(questionnaire, rows, findings)
    findings.problems.extend(_missing(questionnaire, found.keys()))
    answers = {}
    for question in questionnaire.questions():
        row = _only(found.get((question.id, ""), ()))
        if row is None:
            continue
        _compare_text(question, row, language, findings)
        match question:
            case SelectMany():
                marks = {choice.id: _only(found.get((question.id, choice.id), ())) for choice in question.choices}
                value = _choices(question, row, marks, language, findings)
            case _:
                value = findings.take(said(question, row.cell("answer"), language), row.where(), question.id)
        answer = _answer(question, row, value, findings)
        if answer != Answer():
            answers[question.id] = answer
    return answers


def _by_id(questionnaire: Questionnaire, rows: Iterable[_Row], findings: _Findings) -> _Rows:
    """Return the rows under the id of their question and choice."""
    known = {(question.id, "") for question in questionnaire.questions()}
    for question in questionnaire.questions():
        if isinstance(question, SelectMany):
            known |= {(question.id, choice.id) for choice in question.choices}
    found: _Rows = defaultdict(list)
    for row in rows:
        name = (row.words("question"), row.words("choice"))
        if name in known:
            found[name].append(row)
        elif not name[0].startswith("#") and row.words("answer"):
            value = row.words("answer")[:80]
            findings.problems.append(problem("ROW_UNKNOWN", row.where(), value=value))
    for (question_id, _), same in found.items():
        for second in same[1:]:
            where = {"first": same[0].where(), "second": second.where()}
            findings.problems.append(problem("ROW_TWICE", second.where(), question_id, **where))
    return found


def _only(rows: Sequence[_Row]) -> _Row | None:
    """Return the one row of an id: the filled one of several, none when they disagree."""
    filled = [row for row in rows if row.words("answer")]
    if len({row.words("answer") for row in filled}) > 1:
        return None
    return next(iter(filled or rows), None)


def _missing(questionnaire: Questionnaire, found: Collection[tuple[str, str]]) -> Iterator[Problem]:
    """Yield the sections and questions that are no longer in the file."""
    for section in questionnaire.sections:
        gone = [question for question in section.questions if not _whole(question, found)]
        if section.questions and not any((question.id, "") in found for question in section.questions):
            title = {code: say(section.title, code) or section.id for code in LANGUAGES}
            yield problem("SECTION_MISSING", section.id, section=title)
            continue
        for question in gone:
            yield problem("ROW_MISSING", question.id, question.id, text=_asked(question))


def _whole(question: AnyQuestion, found: Collection[tuple[str, str]]) -> bool:
    choices = question.choices if isinstance(question, SelectMany) else ()
    return all((question.id, part) in found for part in ("", *(choice.id for choice in choices)))


def _asked(question: AnyQuestion) -> Text:
    """Return the words of a question, in every language."""
    return {code: say(question.text, code) or question.id for code in LANGUAGES}


def _compare_text(question: AnyQuestion, row: _Row, language: str, findings: _Findings) -> None:
    """Note a question whose wording was edited and which has an answer."""
    ours, theirs = (words.split() for words in (shown_text(question, language), row.words("text")))
    if ours != theirs and row.words("answer"):
        findings.notes.append(problem("TEXT_DIFFERS", row.where("text"), question.id, text=_asked(question)))


def _choices(
    question: SelectMany,
    row: _Row,
    marks: Mapping[str, _Row | None],
    language: str,
    findings: _Findings,
) -> Value | Missing | None:
    """Return the choices marked below a question, or the reason beside it; nothing when the two disagree."""
    reason = findings.take(said(question, row.cell("answer"), language), row.where(), question.id)
    chosen = []
    for choice in question.choices:
        mark = marks[choice.id]
        if mark and findings.take(ticked(mark.cell("answer"), language), mark.where(), question.id):
            chosen.append(choice)
    if isinstance(reason, Missing) and chosen:
        facts = {"value": row.words("answer")[:80]}
        findings.problems.append(problem("CHOICE_AND_REASON", row.where(), question.id, **facts))
        return None
    alone = next((choice for choice in chosen if choice.exclusive), None)
    if alone and len(chosen) > 1:
        mark = marks[alone.id] or row
        wording = {code: label(alone, code) for code in LANGUAGES}
        findings.problems.append(problem("CHOICE_STANDS_ALONE", mark.where(), question.id, value=wording))
        return None
    return reason if isinstance(reason, Missing) else tuple(choice.id for choice in chosen) or None


def _answer(question: AnyQuestion, row: _Row, value: Value | Missing | None, findings: _Findings) -> Answer:
    """Return the answer with the remarks beside it."""
    evidence = findings.take(remark(row.cell("evidence")), row.where("evidence"), question.id)
    comment = findings.take(remark(row.cell("comment")), row.where("comment"), question.id)
    references = (part.strip() for part in re.split(r"[;\n]", str(evidence or "")))
    return Answer(
        value=None if isinstance(value, Missing) else value,
        missing=value if isinstance(value, Missing) else None,
        evidence=tuple(reference for reference in references if reference),
        comment=str(comment or ""),
    )
