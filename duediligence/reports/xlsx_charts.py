"""The charts of the workbook: horizontal bars in one colour, the first one on top.

They are native, and read their numbers from cells, so that they can be copied,
changed and read without colour. What they show stands in words as their
alternative text.
"""

from math import ceil
from typing import NamedTuple, TypeAlias

from xlsxwriter.worksheet import Worksheet

from duediligence.reports import Figure
from duediligence.reports.xlsx_book import ACCENT, FONT, Book

Area: TypeAlias = list[str | int]
"""A sheet, and first row, first column, last row and last column on it."""

_ROW = 20  # pixels of a row of the sheet
_WIDTH = 800  # pixels, about as wide as the first sheet
_TITLE_ROWS = 4

_SMALL = {"name": FONT, "size": 9, "color": "#333333"}
_TITLE = {"name": FONT, "size": 11, "bold": True, "color": ACCENT}
_LINE = {"color": "#B8C2C8", "width": 0.75}
_NOTHING = {"none": True}


class Bars(NamedTuple):
    """What is drawn: where labels and numbers stand, where the bars begin, and how far the scale goes."""

    labels: Area
    numbers: Area
    ends: int
    begins: Area | None = None  # of a waterfall; without it every bar begins at 0
    numbered: bool = True  # numbers at the bars and along the scale

    @property
    def drawn(self) -> int:
        """How many bars there are."""
        return int(self.labels[3]) - int(self.labels[1]) + 1


def rows(bars: int) -> int:
    """Return how many rows of the sheet a chart of so many bars covers."""
    return _TITLE_ROWS + ceil(1.1 * bars)


def draw(book: Book, page: Worksheet, row: int, figure: Figure, bars: Bars) -> None:
    """Draw bars from a row of the sheet on; `figure` gives the title and the alternative text."""
    chart = book.book.add_chart({"type": "bar", "subtype": "stacked"})
    if bars.begins:
        unseen = {"fill": _NOTHING, "border": _NOTHING}
        chart.add_series({"categories": bars.labels, "values": bars.begins, "gap": 45, **unseen})
    chart.add_series(_series(bars))
    chart.set_title({"name": figure.title, "name_font": _TITLE, "overlay": False})
    chart.set_legend(_NOTHING)
    scale = {"min": 0, "max": bars.ends, "line": _NOTHING, "num_font": _SMALL, "visible": bars.numbered}
    chart.set_x_axis({**scale, "major_gridlines": {"visible": bars.numbered, "line": _LINE}})
    chart.set_y_axis(
        {"reverse": True, "num_font": _SMALL, "line": _LINE, "major_tick_mark": "none", "interval_unit": 1}
    )
    chart.set_chartarea({"border": _NOTHING})
    chart.set_size({"width": _WIDTH, "height": rows(bars.drawn) * _ROW})
    page.insert_chart(row, 0, chart, {"description": figure.description, "object_position": 2})


def _series(bars: Bars) -> dict[str, object]:
    series = {"categories": bars.labels, "values": bars.numbers, "gap": 45, "fill": {"color": ACCENT}}
    if not bars.numbered:
        return series
    font = {**_SMALL, "bold": True, "color": "#FFFFFF"}
    return {**series, "data_labels": {"value": True, "position": "inside_end", "num_format": "0;;", "font": font}}
