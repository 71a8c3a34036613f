"""The report as a workbook: to filter, to sort, to plan with.

It shows the one `Report` value as sheets, and computes nothing. The numbers have
names (`inherent`, `control`, `confidence`, `residual`, `low`, `high`, `band`),
and so have the tables of indicators and of actions, so that other workbooks can
refer to them wherever they stand. Its charts are native, so that they can be
copied and changed. The same report gives the same bytes.
"""

import io
from datetime import datetime, time

from xlsxwriter.workbook import Workbook

from duediligence.reports import Report
from duediligence.reports import xlsx_sheets as sheets
from duediligence.reports.xlsx_book import Book, styles
from duediligence.reports.xlsx_summary import parts, summary

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def render(report: Report) -> bytes:
    """Return the report as an .xlsx file, in the language of the report."""
    buffer = io.BytesIO()
    workbook = Workbook(buffer, _OPTIONS)
    book = Book(workbook, report, styles(workbook))
    head = report.head
    created = datetime.combine(head.on, time())  # the bytes must not depend on the clock
    workbook.set_properties({"title": head.title, "subject": head.id, "comments": head.label, "created": created})
    summary(book)
    parts(book)
    sheets.indicators(book)
    sheets.findings(book)
    sheets.answers(book)
    if report.protocol:
        sheets.protocol(book, report.protocol)
    sheets.plan(book)
    sheets.crosswalk(book)
    sheets.evidence(book)
    sheets.method(book)
    sheets.lists(book)
    workbook.close()
    return buffer.getvalue()
