"""The first sheet: how to fill in the form, what becomes of it, and how far it is."""

from collections.abc import Iterator, Sequence
from datetime import date

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from questionnaires.response import Response, Scope
from questionnaires.text import say
from questionnaires.workbook_layout import ACCENT, KEY_ROW, KEYS, Column, Plan, Sheet, height
from questionnaires.workbook_section import pattern, progress, progress_words, quoted
from questionnaires.workbook_style import Styles
from questionnaires.workbook_words import word

SCOPE = ("organisation", "site", "begins", "ends", "answered_by", "workers_consulted")
"""The fields of a scope in the order in which they are asked."""

_KEY, _LABEL, _ANSWER, _SHARE, _LEFT, _COUNTED, _DONE = range(7)
_WIDTHS = {_LABEL: 46, _ANSWER: 36, _SHARE: 16, _LEFT: 14}
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
_GUIDE = (
    ("how_title", ("how_yellow", "how_grey", "how_unknown", "how_names", "how_evidence", "how_return")),
    ("use_title", ("use_words",)),
    ("see_title", ("see_words",)),
)
_SHORT = {"use_words": "use_words_short", "see_words": "see_words_short"}
"""What a short form says instead: somebody else asks for the answers, and none is protected."""


def write_cover(
    page: Worksheet, plan: Plan, styles: Styles, response: Response, totals: Sequence[tuple[int, int]]
) -> None:
    """Write the first sheet.

    Args:
        totals: for each section, how many questions it counts and how many of
            those are answered.
    """
    _set_up(page)
    row = _write_guide(page, plan, styles)
    row = _write_scope(page, plan, styles, response.scope, row)
    row = _write_sections(page, plan, styles, totals, row)
    row = _write_file(page, plan, styles, response, row)
    page.print_area(1, _LABEL, row - 1, _LEFT)


def _set_up(page: Worksheet) -> None:
    for column in (_KEY, _COUNTED, _DONE):
        page.set_column(column, column, None, None, {"hidden": True})
    for column, width in _WIDTHS.items():
        page.set_column(column, column, width)
    page.write_string(0, _KEY, KEYS["question"])
    page.write_string(0, _ANSWER, KEYS["answer"])
    page.set_row(0, None, None, {"hidden": True})
    page.hide_gridlines(2)
    page.ignore_errors({"number_stored_as_text": "A1:G200"})
    page.protect("", {"format_rows": True, "format_columns": True})
    page.set_paper(9)
    page.set_margins(0.5, 0.5, 0.6, 0.6)
    page.fit_to_pages(1, 1)
    page.set_footer("&R&9 &P / &N")


def _paragraphs(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield the style and the words of each paragraph that explains the form."""
    language = plan.language
    yield "plain", say(plan.questionnaire.intro, language)
    if not plan.questionnaire.reviewed:
        yield "quiet", say(plan.questionnaire.review_note, language)
    for heading, paragraphs in _GUIDE:
        yield "heading", word(heading, language)
        for name in paragraphs:
            yield "plain", word(_SHORT.get(name, name) if plan.questionnaire.selected_from else name, language)


def _write_guide(page: Worksheet, plan: Plan, styles: Styles) -> int:
    """Write the title, the overall progress and how to fill in the form; return the next row."""
    title = say(plan.questionnaire.title, plan.language) or plan.questionnaire.id
    page.write_string(1, _LABEL, title, styles["title"])
    page.set_row(1, 34)
    page.set_row(2, 24)
    row = 3
    for style, words in _paragraphs(plan):
        if words:
            page.merge_range(row, _LABEL, row, _LEFT, words, styles[style])
            page.set_row(row, 30 if style == "heading" else height([(words, sum(_WIDTHS.values()))]) - 3)
            row += 1
    return row


def _write_scope(page: Worksheet, plan: Plan, styles: Styles, scope: Scope, row: int) -> int:
    """Write the fields that say what the answers are about; return the next row."""
    _write_heading(page, styles, row, word("about_title", plan.language))
    for position, name in enumerate(SCOPE, row + 1):
        page.write_string(position, _KEY, f"#{name}")
        page.write_string(position, _LABEL, word(name, plan.language), styles["mid"])
        page.set_row(position, 24)
        _write_field(page, plan, styles, (position, name), scope)
    return row + 1 + len(SCOPE)


def _write_field(page: Worksheet, plan: Plan, styles: Styles, field: tuple[int, str], scope: Scope) -> None:
    """Write one field of the scope; `field` is its row and name."""
    row, name = field
    language = plan.language
    rule: dict[str, object] = {"error_title": word("error_title", language)}
    match getattr(scope, name):
        case bool() as value:
            page.write_string(row, _ANSWER, word("yes" if value else "no", language), styles["field"])
        case date() as value:
            page.write_datetime(row, _ANSWER, value, styles["field_day"])
        case value:
            style = "field_day" if name in ("begins", "ends") else "field"
            page.write_string(row, _ANSWER, value or "", styles[style])
    if name in ("begins", "ends"):
        rule |= {"validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
        rule["error_message"] = word("error_value", language).format(expected=word("day", language))
    elif name == "workers_consulted":
        offered = plan.list_of((word("yes", language), word("no", language)))
        rule |= {"validate": "list", "source": f"=list_{offered}", "error_message": word("error_list", language)}
    else:
        return
    page.data_validation(row, _ANSWER, row, _ANSWER, rule)


def _write_sections(page: Worksheet, plan: Plan, styles: Styles, totals: Sequence[tuple[int, int]], row: int) -> int:
    """Write how far each section is, with a link to it, and the overall progress; return the next row."""
    language = plan.language
    _write_heading(page, styles, row, word("sections_title", language))
    page.write_string(row + 1, _KEY, "#")
    for column, name in ((_LABEL, "section"), (_ANSWER, "state"), (_SHARE, "share"), (_LEFT, "left")):
        page.write_string(row + 1, column, word(name, language), styles["head"])
    first, last = row + 2, row + 1 + len(plan.sheets)
    for position, sheet, (counted, done) in zip(range(first, last + 1), plan.sheets, totals, strict=True):
        _write_state(page, plan, styles, (position, sheet), (counted, done))
    bar = {"type": "data_bar", "bar_color": ACCENT, "bar_solid": True, "bar_border_color": ACCENT}
    bar |= {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1, "bar_only": True}
    page.conditional_format(first, _SHARE, last, _SHARE, bar)
    sums = [
        f"SUM({xl_rowcol_to_cell(first, column)}:{xl_rowcol_to_cell(last, column)})" for column in (_COUNTED, _DONE)
    ]
    words = progress_words(language, sum(counted for counted, _ in totals), sum(done for _, done in totals))
    page.write_formula(2, _LABEL, progress(language, sums[0], sums[1]), styles["progress"], words)
    return last + 1


def _write_state(page: Worksheet, plan: Plan, styles: Styles, place: tuple[int, Sheet], total: tuple[int, int]) -> None:
    """Write the row of one section; `total` is how many questions count and how many are answered."""
    row, sheet = place
    counted, done = total
    language = plan.language
    title = say(sheet.section.title, language) or sheet.section.id
    page.set_row(row, height([(title, _WIDTHS[_LABEL] - 4)]))
    page.write_string(row, _KEY, "#")
    page.write_url(row, _LABEL, f"internal:'{sheet.tab}'!E6", styles["link_cell"], f"{sheet.number}  {title}"[:255])
    for column, source, value in ((_COUNTED, Column.COUNTED, counted), (_DONE, Column.ANSWERED, done)):
        page.write_formula(row, column, f"={sheet.cell(KEY_ROW, source)}", None, value)
    all_cell, done_cell = xl_rowcol_to_cell(row, _COUNTED), xl_rowcol_to_cell(row, _DONE)
    shut, complete, untouched = (word(name, language) for name in ("not_needed", "complete", "not_started"))
    some = word("some_done", language)
    state = (
        f"=IF({all_cell}=0,{quoted(shut)},IF({all_cell}={done_cell},{quoted(complete)},"
        f"IF({done_cell}=0,{quoted(untouched)},{pattern(some, done=done_cell, asked=all_cell)})))"
    )
    shown = some.format(done=done, asked=counted) if done else untouched
    if counted == done:
        shown = complete if counted else shut
    page.write_formula(row, _ANSWER, state, styles["mid"], shown)
    share = f"=IF({all_cell}=0,0,{done_cell}/{all_cell})"
    page.write_formula(row, _SHARE, share, styles["share"], done / counted if counted else 0)
    page.write_formula(row, _LEFT, f"={all_cell}-{done_cell}", styles["whole"], counted - done)


def _write_file(page: Worksheet, plan: Plan, styles: Styles, response: Response, row: int) -> int:
    """Write what the file is, for people and as a second place to read it from; return the next row."""
    _write_heading(page, styles, row, word("file_title", plan.language))
    facts = {
        "questionnaire": plan.questionnaire.id,
        "version": plan.questionnaire.version,
        "language": plan.language,
        "revision": str(response.revision),
    }
    for position, (name, value) in enumerate(facts.items(), row + 1):
        page.write_string(position, _KEY, f"#{name}")
        page.write_string(position, _LABEL, word(name, plan.language), styles["mid"])
        page.write_string(position, _ANSWER, value, styles["mid"])
    return row + 1 + len(facts)


def _write_heading(page: Worksheet, styles: Styles, row: int, words: str) -> None:
    page.merge_range(row, _LABEL, row, _LEFT, words, styles["heading"])
    page.set_row(row, 30)
