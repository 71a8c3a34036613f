"""One section of a questionnaire on its sheet."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from questionnaires.condition import ALWAYS
from questionnaires.formula import DECLINED, NOT_KNOWN, SERIAL_ZERO, YES, answered, formula
from questionnaires.questionnaire import AnyQuestion, Date, Number, SelectMany, SelectOne, Words
from questionnaires.response import Answer, Value
from questionnaires.text import say
from questionnaires.workbook_layout import (
    FIRST_ROW,
    HEAD_ROW,
    HIDDEN,
    INTRO_ROW,
    KEY_ROW,
    KEYS,
    PROGRESS_ROW,
    SMALL,
    TITLE_ROW,
    WIDTHS,
    Column,
    Plan,
    Sheet,
    expected,
    height,
    label,
    labels,
    note,
    shown_text,
)
from questionnaires.workbook_style import Styles
from questionnaires.workbook_words import word

LONGEST_CELL = 32_767
"""What a cell holds at most, in characters."""

_FIRST_YEAR = 1900  # Excel knows no earlier day
_TALLEST = 400.0
_DONE, _COUNTED = Column.ANSWERED, Column.COUNTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What every sheet needs while it is written; `asked` tells which questions are."""

    plan: Plan
    styles: Styles
    answers: Mapping[str, Answer]
    asked: Mapping[str, bool]

    def say(self, name: str) -> str:
        """Return a word of the workbook in the language of the form."""
        return word(name, self.plan.language)

    def answer(self, question: AnyQuestion) -> Answer:
        """Return the answer given so far, an empty one if there is none."""
        return self.answers.get(question.id, Answer())


def write_section(form: Form, page: Worksheet, sheet: Sheet) -> tuple[int, int]:
    """Write one section and return how many questions it still counts, and how many of them are answered."""
    _write_heads(form, page, sheet)
    _set_print(page, sheet)
    counted = [question for question in sheet.section.questions if form.asked[question.id] and question.required]
    done = sum(form.answer(question).given for question in counted)
    _write_progress(form, page, sheet, (len(counted), done))
    for position, question in enumerate(sheet.section.questions, 1):
        row = sheet.rows[question.id]
        page.write_string(row, Column.NUMBER, f"{sheet.number}.{position}", form.styles["number"])
        _write_question(form, page, row, question)
        _write_answer(form, page, row, question)
        _write_state(form, page, row, question)
        if isinstance(question, SelectMany):
            _write_choices(form, page, row, question)
    return len(counted), done


def progress(language: str, counted: str, done: str) -> str:
    """Return the formula that says in words what is left, from the values of two cells."""
    nothing, finished = (quoted(word(name, language)) for name in ("nothing", "finished"))
    words = pattern(word("progress", language), asked=counted, done=done, left=f"({counted}-{done})")
    return f"=IF({counted}=0,{nothing},IF({counted}={done},{finished},{words}))"


def progress_words(language: str, counted: int, done: int) -> str:
    """Return in words what is left, as the formula of `progress` says it."""
    if counted == done:
        return word("finished" if counted else "nothing", language)
    return word("progress", language).format(asked=counted, done=done, left=counted - done)


def pattern(words: str, **values: str) -> str:
    """Return a formula for `words`, each name in braces replaced by the value of a cell."""
    pieces = (piece for piece in re.split(r"[{}]", words) if piece)
    return "&".join(values.get(piece) or quoted(piece) for piece in pieces)


def quoted(words: str) -> str:
    """Return `words` as a string inside a formula."""
    return '"' + words.replace('"', '""') + '"'


def _write_heads(form: Form, page: Worksheet, sheet: Sheet) -> None:
    """Write everything above the first question, and hide what is not for people."""
    for column in HIDDEN:
        page.set_column(column, column, None, None, {"hidden": True})
    for name, key in KEYS.items():
        page.write_string(KEY_ROW, Column[name.upper()], key)
    page.set_row(KEY_ROW, None, None, {"hidden": True})
    page.write_string(HEAD_ROW, Column.QUESTION, "#")
    for column, width in WIDTHS.items():
        page.set_column(column, column, width)
        page.write_string(HEAD_ROW, column, form.say(column.name.lower()), form.styles["head"])
    title = say(sheet.section.title, form.plan.language) or sheet.section.id
    page.write_string(TITLE_ROW, Column.NUMBER, f"{sheet.number}  {title}", form.styles["title"])
    start = f"internal:'{form.say('start')}'!B1"
    page.write_url(PROGRESS_ROW, Column.HINT, start, form.styles["link"], form.say("back"))
    intro = say(sheet.section.intro, form.plan.language)
    width = sum(WIDTHS[column] for column in (Column.NUMBER, Column.TEXT, Column.ANSWER, Column.NOTE))
    page.merge_range(INTRO_ROW, Column.NUMBER, INTRO_ROW, Column.NOTE, intro, form.styles["plain"])
    for row, points in ((TITLE_ROW, 30), (PROGRESS_ROW, 22), (HEAD_ROW, 32)):
        page.set_row(row, points)
    page.set_row(INTRO_ROW, height([(intro, width)]) if intro else 4)
    page.freeze_panes(HEAD_ROW + 1, 0)
    page.hide_gridlines(2)
    page.ignore_errors({"number_stored_as_text": f"A1:N{sheet.last + 1}"})
    page.protect("", {"format_rows": True, "format_columns": True})
    grey = {"type": "formula", "criteria": f"=$L{FIRST_ROW + 1}=0", "format": form.styles["grey"]}
    page.conditional_format(FIRST_ROW, Column.NUMBER, sheet.last, Column.COMMENT, grey)
    still_open = f"=AND($L{FIRST_ROW + 1}=1,$M{FIRST_ROW + 1}=0,$N{FIRST_ROW + 1}=1)"
    to_do = {"type": "formula", "criteria": still_open, "format": form.styles["open"]}
    page.conditional_format(FIRST_ROW, Column.STATUS, sheet.last, Column.STATUS, to_do)
    footer = title.replace("&", "&&")[:120]
    page.set_footer(f"&L&9 {sheet.number}  {footer}&R&9 &P / &N")


def _set_print(page: Worksheet, sheet: Sheet) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(0.4, 0.4, 0.5, 0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEAD_ROW)
    page.print_area(TITLE_ROW, Column.NUMBER, sheet.last, Column.COMMENT)


def _write_progress(form: Form, page: Worksheet, sheet: Sheet, totals: tuple[int, int]) -> None:
    """Write the two sums in the hidden row, and in words what is left."""
    asked, done, counted = (
        f"{xl_rowcol_to_cell(FIRST_ROW, column)}:{xl_rowcol_to_cell(sheet.last, column)}"
        for column in (Column.ASKED, Column.ANSWERED, Column.COUNTED)
    )
    page.write_formula(KEY_ROW, _COUNTED, f"=SUMPRODUCT({asked},{counted})", None, totals[0])
    page.write_formula(KEY_ROW, _DONE, f"=SUMPRODUCT({asked},{counted},{done})", None, totals[1])
    cells = xl_rowcol_to_cell(KEY_ROW, _COUNTED), xl_rowcol_to_cell(KEY_ROW, _DONE)
    page.write_formula(
        PROGRESS_ROW,
        Column.NUMBER,
        progress(form.plan.language, *cells),
        form.styles["progress"],
        progress_words(form.plan.language, *totals),
    )


def _write_question(form: Form, page: Worksheet, row: int, question: AnyQuestion) -> None:
    """Write what is asked and the words around it; the answer cell stands in between."""
    language = form.plan.language
    answer = form.answer(question)
    kinds = {kind.id: say(kind.label, language) for kind in form.plan.questionnaire.evidence_kinds}
    words = {
        Column.TEXT: shown_text(question, language),
        Column.NOTE: note(question, language),
        Column.HINT: say(question.hint, language),
        Column.WANTED: "\n".join(kinds.get(name) or name for name in question.evidence),
        Column.EVIDENCE: "; ".join(answer.evidence)[:LONGEST_CELL],
        Column.COMMENT: answer.comment[:LONGEST_CELL],
    }
    small = (Column.NOTE, Column.HINT, Column.WANTED)
    tall = height((text, WIDTHS[column]) for column, text in words.items() if column not in small)
    tall_small = height(((words[column], WIDTHS[column]) for column in small), SMALL)
    page.set_row(row, min(max(tall, tall_small), _TALLEST))
    page.write_string(row, Column.QUESTION, question.id)
    style = form.styles["detail" if question.part_of else "text"]
    if question.protected:
        mark, line_break, rest = words[Column.TEXT].partition("\n")
        runs = (form.styles["mark"], mark + line_break, form.styles["words"], rest)
        page.write_rich_string(row, Column.TEXT, *runs, style)
    else:
        page.write_string(row, Column.TEXT, words[Column.TEXT], style)
    for column in small:
        page.write_string(row, column, words[column], form.styles["note"])
    for column in (Column.EVIDENCE, Column.COMMENT):
        page.write_string(row, column, words[column], form.styles["free"])


def _write_answer(form: Form, page: Worksheet, row: int, question: AnyQuestion) -> None:
    """Write the answer cell with its value and with what it accepts."""
    language = form.plan.language
    offered = labels(question, language)
    if isinstance(question, SelectMany) and not offered:
        page.write_blank(row, Column.ANSWER, None, form.styles["cell"])
        return
    style = form.styles[_style(question)]
    match _shown(question, form.answer(question), language):
        case str() as words:
            page.write_string(row, Column.ANSWER, words[:LONGEST_CELL], style)
        case date() as day:
            page.write_datetime(row, Column.ANSWER, day, style)
        case number:
            page.write_number(row, Column.ANSWER, number, style)
    rule: dict[str, object] = {"error_title": form.say("error_title")}
    if isinstance(question, SelectOne | SelectMany):
        rule |= {"validate": "list", "source": f"=list_{form.plan.list_of(offered)}"}
        rule["error_message"] = form.say("error_list")
    else:
        rule |= {"validate": "custom", "value": f"={_accepts(question, xl_rowcol_to_cell(row, Column.ANSWER))}"}
        rule["error_message"] = form.say("error_value").format(expected=expected(question, language))[:255]
    page.data_validation(row, Column.ANSWER, row, Column.ANSWER, rule)


def _style(question: AnyQuestion) -> str:
    match question:
        case Date():
            return "day"
        case Number():
            return "figure"
        case Words():
            return "free"
        case _:
            return "answer"


def _shown(question: AnyQuestion, answer: Answer, language: str) -> str | float | date:
    """Return what stands in the answer cell; the choices of several stand in rows of their own."""
    if answer.missing is not None:
        return word(answer.missing.value, language)
    match question, answer.value:
        case (_, None) | (SelectMany(), _):
            return ""
        case SelectOne(choices=choices), str() as chosen:
            return next((label(choice, language) for choice in choices if choice.id == chosen), chosen)
        case Date(), str() as day:
            return _day(day)
        case _, int() | float() as number if math.isfinite(number):
            return number
        case _, value:
            return _words(value)


def _words(value: Value | None) -> str:
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def _day(words: str) -> date | str:
    """Return a day as Excel knows it, or the words as they are."""
    try:
        day = date.fromisoformat(words)
    except ValueError:
        return words
    return day if day.year > _FIRST_YEAR else words


def _accepts(question: AnyQuestion, cell: str) -> str:
    """Return the formula that is true for what an answer cell without a list may hold."""
    edges: tuple[float | None, ...] = (None, None)
    tests = [f"ISNUMBER({cell})"]
    match question:
        case Number(minimum=low, maximum=high, whole=whole):
            edges = (low, high)
            tests += [f"{cell}=INT({cell})"] if whole else []
        case Date(earliest=first, latest=last):
            edges = tuple(day.toordinal() - SERIAL_ZERO if day else None for day in (first, last))
        case Words(longest=longest):
            tests = [f"LEN({cell})<={longest}"]
    tests += [f"{cell}{sign}{edge:.15g}" for sign, edge in zip((">=", "<="), edges, strict=True) if edge is not None]
    offered = ((NOT_KNOWN, question.unknown), (DECLINED, question.declinable))
    reasons = [f"{cell}={name}" for name, offer in offered if offer]
    fits = f"IFERROR(AND({','.join(tests)}),FALSE)"
    return f"OR({','.join([*reasons, fits])})"


def _write_state(form: Form, page: Worksheet, row: int, question: AnyQuestion) -> None:
    """Write whether the question is asked, answered and counted, for the formulas and in words."""
    place = form.plan.places[question.id]
    asked, given = form.asked[question.id], form.answer(question).given
    if question.relevant == ALWAYS:
        page.write_number(row, Column.ASKED, 1)
    else:
        page.write_formula(row, Column.ASKED, f"=N({formula(question.relevant, form.plan.places)})", None, int(asked))
    page.write_formula(row, Column.ANSWERED, f"=N({answered(place)})", None, int(given))
    page.write_number(row, Column.COUNTED, int(question.required))
    blank = form.say("to_do" if question.required else "optional")
    done, shut = form.say("answered"), form.say("not_asked")
    asked_cell, given_cell = (xl_rowcol_to_cell(row, column) for column in (Column.ASKED, Column.ANSWERED))
    page.write_formula(
        row,
        Column.STATUS,
        f"=IF({asked_cell}=0,{quoted(shut)},IF({given_cell}=1,{quoted(done)},{quoted(blank)}))",
        form.styles["note"],
        (done if given else blank) if asked else shut,
    )


def _write_choices(form: Form, page: Worksheet, row: int, question: SelectMany) -> None:
    """Write one row for each choice, with "yes" to be chosen beside it."""
    language = form.plan.language
    value = form.answer(question).value
    chosen = value if isinstance(value, tuple) else ()
    for below, choice in enumerate(question.choices, row + 1):
        words = label(choice, language)
        page.set_row(below, height([(words, WIDTHS[Column.TEXT] - 4)]))
        page.write_string(below, Column.QUESTION, question.id)
        page.write_string(below, Column.CHOICE, choice.id)
        page.write_string(below, Column.TEXT, words, form.styles["choice"])
        page.write_string(below, Column.ANSWER, form.say("yes") if choice.id in chosen else "", form.styles["tick"])
        page.write_string(below, Column.NOTE, form.say("alone") if choice.exclusive else "", form.styles["note"])
        for column in (Column.NUMBER, Column.STATUS, Column.HINT, Column.WANTED, Column.EVIDENCE, Column.COMMENT):
            page.write_blank(below, column, None, form.styles["cell"])
        asked = int(form.asked[question.id])
        page.write_formula(below, Column.ASKED, f"={xl_rowcol_to_cell(row, Column.ASKED)}", None, asked)
    rule = {"validate": "list", "source": f"={YES}", "error_title": form.say("error_title")}
    rule["error_message"] = form.say("error_list")
    page.data_validation(row + 1, Column.ANSWER, row + len(question.choices), Column.ANSWER, rule)
