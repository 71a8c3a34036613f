"""How the cells of the workbook look, by name."""

from typing import TypeAlias

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from questionnaires.workbook_layout import ACCENT, BODY, FILL, LINE, NOT_ASKED, SMALL

Styles: TypeAlias = dict[str, Format]

_BASE = {"font_name": "Arial", "font_size": BODY, "align": "left", "valign": "top", "text_wrap": True}
_RULED = {**_BASE, "bottom": 1, "bottom_color": LINE}
_OPEN = {**_RULED, "bg_color": FILL, "locked": False, "border": 1, "border_color": LINE}
_STYLES: dict[str, dict[str, object]] = {
    "title": {**_BASE, "font_size": 17, "bold": True, "font_color": ACCENT, "valign": "vcenter", "text_wrap": False},
    "progress": {**_BASE, "bold": True, "valign": "vcenter", "text_wrap": False},
    "link": {**_BASE, "font_color": ACCENT, "underline": 1, "valign": "vcenter", "text_wrap": False},
    "heading": {**_BASE, "font_size": 13, "bold": True, "font_color": ACCENT, "valign": "bottom"},
    "plain": _BASE,
    "quiet": {**_BASE, "font_color": "#555555", "italic": True},
    "head": {**_BASE, "bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "valign": "vcenter"},
    "number": {**_RULED, "font_color": "#555555"},
    "text": _RULED,
    "detail": {**_RULED, "indent": 1},
    "choice": {**_RULED, "indent": 2, "valign": "vcenter"},
    "mid": {**_RULED, "valign": "vcenter"},
    "mark": {"font_name": "Arial", "font_size": SMALL, "bold": True, "font_color": ACCENT},
    "words": {"font_name": "Arial", "font_size": BODY},
    "note": {**_RULED, "font_size": SMALL, "font_color": "#444444", "indent": 1},
    "cell": _RULED,
    "answer": {**_OPEN, "indent": 1},
    "tick": {**_OPEN, "indent": 1, "valign": "vcenter"},
    "day": {**_OPEN, "num_format": "dd.mm.yyyy", "indent": 1},
    "figure": {**_OPEN, "indent": 1},
    "free": {**_OPEN, "num_format": "@"},
    "field_day": {**_OPEN, "num_format": "dd.mm.yyyy", "indent": 1, "valign": "vcenter"},
    "field": {**_OPEN, "num_format": "@", "indent": 1, "valign": "vcenter"},
    "link_cell": {**_RULED, "font_color": ACCENT, "underline": 1, "valign": "vcenter"},
    "share": {**_RULED, "num_format": "0%"},
    "whole": {**_RULED, "valign": "vcenter"},
    "open": {"font_color": ACCENT, "bold": True},
    "grey": {"bg_color": NOT_ASKED, "font_color": "#595959"},
}


def styles(book: Workbook) -> Styles:
    """Return the cell formats of the workbook by name."""
    return {name: book.add_format(properties) for name, properties in _STYLES.items()}
