"""Shares and agreement as bars with their intervals, for the lead auditor's page on the order of the queue."""

from collections.abc import Sequence
from typing import NamedTuple

from duediligence.reports.chart import Chart
from duediligence.reports.opening import Table
from duediligence.reports.svg import (
    BAND_FILLS,
    INK,
    POINT,
    QUIET,
    WIDTH,
    box,
    document,
    hatch,
    line,
    lines,
    words,
    wrap,
)

_LEFT, _RIGHT = 230.0, 540.0
"""Where a scale from 0 to 1 begins and ends."""

_ROW, _SIZE, _THICK = 32.0, 12.0, 14.0


class Bar(NamedTuple):
    """One bar from 0 to 1, with its interval where it has one."""

    label: str
    value: float | None  # None where none can be stated
    said: str  # the same in words
    low: float | None = None
    high: float | None = None


def bars(title: str, rows: Sequence[Bar], columns: tuple[str, str], ticks: Sequence[tuple[float, str]]) -> Chart:
    """Return bars under each other, the same beside them as a table.

    Args:
        title: of the chart.
        rows: the bars, from the top.
        columns: headings of the table.
        ticks: places on the scale, each with its words.
    """
    marks: list[str] = []
    top = 4.0
    for bar in rows:
        label = wrap(bar.label, _LEFT - 20, _SIZE)
        height = max(_ROW, 8 + len(label) * _SIZE * 1.2)
        marks += _bar(bar, label, top + height / 2)
        top += height
    for value, tick in ticks:
        place = _place(value)
        marks += [
            line((place, top), (place, top + 4)),
            words((place, top + 16), tick, size=11, anchor="middle", fill=QUIET),
        ]
    said = "; ".join(f"{bar.label}: {bar.said}" for bar in rows)
    table = Table(columns=columns, rows=tuple((bar.label, bar.said) for bar in rows))
    return Chart(svg=document(title, said, top + 22, marks), title=title, description=said, table=table)


def _bar(bar: Bar, label: list[str], middle: float) -> list[str]:
    at = (_LEFT, middle - _THICK / 2)
    marks = [
        lines((0, middle + _SIZE * 0.35 - (len(label) - 1) * _SIZE * 0.6), label, size=_SIZE),
        box(at, _RIGHT - _LEFT, _THICK, fill=BAND_FILLS[0]),
    ]
    if bar.value is None:
        marks.append(hatch(at, _RIGHT - _LEFT, _THICK))
    else:
        marks.append(box(at, max(_place(bar.value) - _LEFT, 0.5), _THICK, fill=POINT))
    if bar.low is not None and bar.high is not None:
        ends = _place(bar.low), _place(bar.high)
        marks.append(line((ends[0], middle), (ends[1], middle), stroke=INK, stroke_width="2"))
        marks += [line((end, middle - 5), (end, middle + 5), stroke=INK, stroke_width="2") for end in ends]
    said = wrap(bar.said, WIDTH - _RIGHT - 12, _SIZE)
    begin = middle + _SIZE * 0.35 - (len(said) - 1) * _SIZE * 0.6
    return [*marks, lines((_RIGHT + 12, begin), said, size=_SIZE, font_weight="bold")]


def _place(value: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * min(max(value, 0.0), 1.0)
