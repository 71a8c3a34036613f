"""A workbook of one sheet in which every cell stays the words it was given: no formula, no link, no number.

xlsxwriter is loaded with the first workbook, since web processes hold this module.
"""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    Draw: TypeAlias = Callable[[Worksheet, Format, Format], None]

_AS_GIVEN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LONGEST_TITLE = 31


def one_sheet(draw: "Draw", title: str = "") -> bytes:
    """Return the workbook whose only sheet `draw` fills in; it is handed the sheet, bold words and plain words."""
    from xlsxwriter.workbook import Workbook

    out = io.BytesIO()
    with Workbook(out, _AS_GIVEN) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        draw(book.add_worksheet(title[:_LONGEST_TITLE] or None), bold, plain)
    return out.getvalue()
