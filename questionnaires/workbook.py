"""The questionnaire as an Excel workbook, out and back in.

The workbook is a form for people without a connection. It opens and closes its
rows by itself, counts down what is left, and never shows how an answer is
weighed. What is written here, `read` brings back.
"""

import io
from datetime import datetime, time

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook

from questionnaires.codebook import Codebook
from questionnaires.edition import digest
from questionnaires.formula import DECLINED, NOT_APPLICABLE, NOT_KNOWN, YES
from questionnaires.questionnaire import Questionnaire
from questionnaires.relevance import Relevance
from questionnaires.response import Response, columns
from questionnaires.text import say
from questionnaires.workbook_cover import write_cover
from questionnaires.workbook_layout import FORMAT, LISTS, Plan, plan
from questionnaires.workbook_reader import Reading, read
from questionnaires.workbook_section import Form, write_section
from questionnaires.workbook_style import styles
from questionnaires.workbook_words import word

__all__ = ["Reading", "read", "write"]

_NAMED_WORDS = {YES: "yes", NOT_KNOWN: "not_known", DECLINED: "declined", NOT_APPLICABLE: "not_applicable"}


def write(questionnaire: Questionnaire, language: str, response: Response | None = None) -> bytes:
    """Return an .xlsx workbook in one language, empty or with the answers given so far.

    Every formula carries its value, so that the file reads right before anything
    recalculates it. The same arguments give the same bytes. "None of several
    choices" is a blank, as on paper, and comes back as unanswered.
    """
    response = response or Response(questionnaire=questionnaire.id, version=questionnaire.version)
    codebook = Codebook(questionnaire)
    asked = Relevance(codebook).asked(columns(codebook, [response]))[:, 0].tolist()
    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    form = Form(
        plan=plan(questionnaire, language),
        styles=styles(book),
        answers=response.answers,
        asked=dict(zip(codebook.row, asked, strict=True)),
    )
    cover = book.add_worksheet(word("start", language))
    totals = [write_section(form, book.add_worksheet(sheet.tab), sheet) for sheet in form.plan.sheets]
    write_cover(cover, form.plan, form.styles, response, totals)
    _write_lists(book, form.plan)
    _write_properties(book, form.plan, response)
    book.close()
    return buffer.getvalue()


def _write_lists(book: Workbook, plan: Plan) -> None:
    """Write what the drop-down lists offer; a list inside a cell may not pass 255 characters."""
    page = book.add_worksheet(LISTS)
    page.very_hidden()
    page.protect()
    for row, (name, entry) in enumerate(_NAMED_WORDS.items()):
        page.write_string(row, 0, word(entry, plan.language))
        book.define_name(name, f"={LISTS}!{xl_rowcol_to_cell(row, 0, row_abs=True, col_abs=True)}")
    for offered, column in plan.lists.items():
        page.write_column(0, column, offered)
        first = xl_rowcol_to_cell(0, column, row_abs=True, col_abs=True)
        last = xl_rowcol_to_cell(max(len(offered) - 1, 0), column, row_abs=True, col_abs=True)
        book.define_name(f"list_{column}", f"={LISTS}!{first}:{last}")


def _write_properties(book: Workbook, plan: Plan, response: Response) -> None:
    """Write what the file is, where nobody edits it by accident."""
    questionnaire = plan.questionnaire
    issued = datetime.combine(questionnaire.issued, time())  # the bytes must not depend on the day
    book.set_properties({"title": say(questionnaire.title, plan.language), "created": issued})
    for name, value in (
        ("questionnaire", questionnaire.id),
        ("version", questionnaire.version),
        ("language", plan.language),
        ("revision", str(response.revision)),
        ("digest", digest(questionnaire)),
        ("format", str(FORMAT)),
    ):
        book.set_custom_property(name, value, "text")
