"""A workbook of one sheet in which every cell stays the words it was given: no formula, no link, no number.

xlsxwriter is loaded with the first workbook, since web processes hold this module.
"""

import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    Draw: TypeAlias = Callable[[Worksheet, Format, Format], None]

_AS_GIVEN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LONGEST_TITLE = 31


def one_sheet(draw: "Draw", title: str = "", names: Mapping[str, str] | None = None) -> bytes:
    """Return the workbook whose only sheet `draw` fills in; it is handed the sheet, bold words and plain words.

    Args:
        draw: fills in the sheet.
        title: of the sheet.
        names: places such as `$B$4` by the name under which a program finds them.
    """
    from xlsxwriter.workbook import Workbook

    out = io.BytesIO()
    with Workbook(out, _AS_GIVEN) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        page = book.add_worksheet(title[:_LONGEST_TITLE] or None)
        for name, place in (names or {}).items():
            book.define_name(name, f"='{page.get_name()}'!{place}")
        draw(page, bold, plain)
    return out.getvalue()
