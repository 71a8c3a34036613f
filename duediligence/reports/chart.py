"""The charts of a report, each with its title, its words and its table.

A chart shows nothing that its table does not say. No chart is a speedometer or
a traffic light: what is graver is darker, longer or further right, and always
named beside it.
"""

from datetime import date
from itertools import pairwise
from math import sqrt

import msgspec

from duediligence.reports import Controls, Exposures, Numbers, Plan, Strip
from duediligence.reports.opening import Band, Cell, Figure, Measure, Table
from duediligence.reports.svg import (
    BAND_FILLS,
    INK,
    LEVEL_FILLS,
    PAPER,
    POINT,
    QUIET,
    REACH,
    WIDTH,
    box,
    document,
    dot,
    hatch,
    line,
    lines,
    number,
    words,
    wrap,
)

_LEFT, _RIGHT = 190.0, 550.0
"""Where a scale from 0 to 100 begins and ends."""

_ROW, _MEASURE, _KIND = 27.0, 25.0, 25.0
"""How far apart the rows stand of a waterfall, of the four numbers and of a timeline."""

_SMALL = 11.0
_CELL_SIZE = 10.5
_DATE_WIDTH = 62.0
_LAST = WIDTH - 36.0
_KINDS = ("contain", "remedy", "system", "verify")


class Chart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A drawing, and the same in words."""

    svg: str
    title: str
    description: str
    table: Table


def _chart(figure: Figure, height: float, marks: list[str]) -> Chart:
    return Chart(
        svg=document(figure.title, figure.description, height, marks),
        title=figure.title,
        description=figure.description,
        table=figure.table,
    )


def _at(value: float) -> float:
    """Return where a value from 0 to 100 stands on the scale."""
    return _LEFT + (_RIGHT - _LEFT) * min(max(value, 0.0), 100.0) / 100


def numbers(part: Numbers) -> Chart:
    """Return the four numbers and the residual risk on a scale from 0 to 100."""
    marks: list[str] = []
    for row, measure in enumerate(part.measures[:-1]):
        marks += _measure(measure, 10 + row * _MEASURE)
    top = 10 + (len(part.measures) - 1) * _MEASURE + 2
    marks += _residual(part, top)
    return _chart(part.figure, top + 51, marks)


def _measure(measure: Measure, middle: float) -> list[str]:
    """Return one row: a thin scale with a point, the number in words beside it."""
    ticks = [line((_at(tick), middle - 4), (_at(tick), middle + 4)) for tick in (0, 25, 50, 75, 100)]
    value = wrap(measure.text, WIDTH - _RIGHT - 14, 12)
    return [
        words((0, middle + 4.5), measure.label),
        line((_LEFT, middle), (_RIGHT, middle)),
        *ticks,
        dot((_at(measure.value), middle), 5) if measure.known else "",
        lines((_RIGHT + 14, middle + 4.5 - 7.2 * (len(value) - 1)), value, size=12, font_weight="bold"),
    ]


def _residual(part: Numbers, top: float) -> list[str]:
    """Return the residual risk over its bands, with the interval that is left open."""
    residual, middle = part.measures[-1], top + 17
    marks = [line((0, top - 8), (WIDTH, top - 8)), words((0, middle + 4.5), residual.label, font_weight="bold")]
    spans = [band for band in part.bands if band.begins is not None]
    for band, fill in zip(spans, BAND_FILLS, strict=True):
        marks += _span(band, fill, top)
    low, high = _at(residual.low or 0), _at(residual.high or 0)
    marks += [
        box((low, middle - 4), max(high - low, 1), 8, fill=REACH, stroke=POINT, stroke_width="0.8"),
        dot((_at(residual.value), middle), 7, stroke=PAPER, stroke_width="1.5"),
        words((_RIGHT + 14, middle - 2), residual.text, size=17, font_weight="bold"),
        lines((_RIGHT + 14, middle + 13), wrap(part.band.label, WIDTH - _RIGHT - 14, 13), font_weight="bold"),
    ]
    return marks


def _span(band: Band, fill: str, top: float) -> list[str]:
    begin, end = _at(band.begins or 0), _at(band.ends or 100)
    return [
        box((begin, top), end - begin, 34, fill=fill, stroke=PAPER),
        words(((begin + end) / 2, top + 47), band.label, size=_SMALL, anchor="middle", fill=QUIET),
        words((begin, top + 10), number(band.begins or 0), size=_CELL_SIZE, fill=QUIET, dx="3"),
    ]


def strip(part: Strip) -> Chart:
    """Return all indicators as cells: level by fill, by sign and by word."""
    ilo = [cell for cell in part.cells if cell.ilo]
    own = [cell for cell in part.cells if not cell.ilo]
    columns, gap = 7, 5.0
    width = (WIDTH - 1 - gap * (columns - 1)) / columns
    begins = columns - len(own)
    rows = [
        [*enumerate(ilo[:columns])],
        [*enumerate(ilo[columns:]), *enumerate(own, begins)],
    ]
    marks: list[str] = []
    top = bottom = 0.5
    for row in rows:
        top, bottom = bottom, bottom + 8 + max(_cell_height(cell, width) for _, cell in row)
        for column, cell in row:
            marks += _cell(cell, (0.5 + column * (width + gap), top), width)
    between = begins * (width + gap) - width / 2
    marks.append(line((between, top + 4), (between, bottom - 16), stroke_dasharray="2 3"))
    return _chart(part.figure, bottom - 8, marks)


def _cell_height(cell: Cell, width: float) -> float:
    rows = len(wrap(cell.word, width, _CELL_SIZE)) + len(wrap(cell.label, width, _CELL_SIZE))
    return 24 + rows * _CELL_SIZE * 1.2


def _cell(cell: Cell, at: tuple[float, float], width: float) -> list[str]:
    """Return one indicator: a bar with fill and sign, its name and its level under it."""
    fill = LEVEL_FILLS.get(cell.level)
    bar = [box(at, width, 20, fill=fill or PAPER, stroke=QUIET, stroke_width="0.8")]
    if fill is None:
        bar += [hatch(at, width, 20), box((at[0] + width / 2 - 10, at[1] + 2), 20, 16, fill=PAPER)]
    name, word = wrap(cell.label, width, _CELL_SIZE), wrap(cell.word, width, _CELL_SIZE)
    return [
        *bar,
        words(
            (at[0] + width / 2, at[1] + 14.5),
            cell.symbol,
            anchor="middle",
            font_weight="bold",
            fill=PAPER if cell.level == "strong" else INK,
        ),
        lines((at[0], at[1] + 32), word, size=_CELL_SIZE, font_weight="bold"),
        lines((at[0], at[1] + 32 + 1.2 * _CELL_SIZE * len(word)), name, size=_CELL_SIZE),
    ]


def waterfall(part: Exposures) -> Chart:
    """Return the inherent risk as a waterfall of its groups."""
    marks: list[str] = []
    for row, group in enumerate(part.groups):
        top = 6 + row * _ROW
        begin, width = _at(group.begins), _at(group.counted) - _LEFT
        marks += [
            words((0, top + 14), group.label),
            line((_LEFT, top + 26), (_RIGHT, top + 26), stroke=BAND_FILLS[1]),
            box((begin, top), _at(group.cap) - _LEFT, 18, fill="none", stroke=QUIET, stroke_dasharray="2 2"),
            box((begin, top), max(width, 0.5), 18, fill=POINT),
            line((begin + width, top + 18), (begin + width, top + _ROW), stroke=QUIET),
            words((_RIGHT + 14, top + 14), f"{group.counted} / {group.cap}"),
        ]
    top = 6 + len(part.groups) * _ROW
    label = part.figure.table.rows[-1][0]
    marks += [
        words((0, top + 14), label, font_weight="bold"),
        box((_LEFT, top), _at(part.total) - _LEFT, 18, fill=INK),
        words((_RIGHT + 14, top + 14), f"{number(part.total)} / 100", font_weight="bold"),
        *_axis(top + 24),
    ]
    return _chart(part.figure, top + 42, marks)


def controls(part: Controls) -> Chart:
    """Return the share of controls in place as a dot for each section."""
    marks: list[str] = []
    left, middle = 320.0, -6.0
    for section in part.sections:
        label = wrap(section.label, left - 16, 12)
        middle += 17 + 7 * (len(label) - 1)
        at = left + (_RIGHT - left) * section.share / 100
        marks += [
            lines((0, middle + 4 - 7 * (len(label) - 1)), label, size=12),
            line((left, middle), (_RIGHT, middle)),
            line((left, middle), (at, middle), stroke=POINT, stroke_width="2"),
            dot((at, middle), 5),
            words((_RIGHT + 14, middle + 4), number(round(section.share)), size=12, font_weight="bold"),
        ]
        middle += 7 * (len(label) - 1)
    marks += _axis(middle + 18, left)
    return _chart(part.figure, middle + 34, marks)


def _axis(top: float, left: float = _LEFT) -> list[str]:
    """Return the numbers under a scale from 0 to 100."""
    places = ((tick, left + (_RIGHT - left) * tick / 100) for tick in (0, 25, 50, 75, 100))
    return [
        mark
        for tick, place in places
        for mark in (
            line((place, top - 4), (place, top)),
            words((place, top + 11), str(tick), size=_SMALL, anchor="middle", fill=QUIET),
        )
    ]


def timeline(part: Plan) -> Chart:
    """Return when actions of each kind are due; a disc holds how many fall due together."""
    dues = sorted({action.due for action in part.actions})
    last = max((due - part.begun).days for due in dues) if dues else 1
    kinds = [kind for kind in _KINDS if any(action.kind == kind for action in part.actions)]
    names = {action.kind: action.kind_word for action in part.actions}
    bottom = len(kinds) * _KIND + 4
    marks: list[str] = []
    for due in dues:
        at = _due(due, part.begun, last)
        marks.append(line((at, 4), (at, bottom), stroke=BAND_FILLS[1]))
    for row, kind in enumerate(kinds):
        middle = 14 + row * _KIND
        marks += [words((0, middle + 4.5), names[kind]), line((_LEFT, middle), (_LAST, middle))]
        for due in dues:
            many = sum(action.kind == kind and action.due == due for action in part.actions)
            marks += _together(many, _due(due, part.begun, last), middle) if many else []
    marks += _days(dues, part, last, bottom)
    return _chart(part.figure, bottom + 22, marks)


def _due(due: date, begun: date, last: int) -> float:
    """Return where a day stands; the root keeps the crowded first weeks apart."""
    return _LEFT + (_LAST - _LEFT) * sqrt(max((due - begun).days, 0) / last)


def _together(many: int, at: float, middle: float) -> list[str]:
    return [
        dot((at, middle), 10.5),
        words((at, middle + 4.2), str(many), size=12, anchor="middle", fill=PAPER, font_weight="bold"),
    ]


def _days(dues: list[date], part: Plan, last: int, bottom: float) -> list[str]:
    """Return the days under the timeline, leaving out those that would touch the one before."""
    places = [(_LEFT, part.begun), *((_due(due, part.begun, last), due) for due in dues)]
    kept = [places[0]]
    for before, after in pairwise(places):
        if after[0] - kept[-1][0] >= _DATE_WIDTH and after != before:
            kept.append(after)
    return [words((at, bottom + 14), f"{day:%d.%m.%Y}", size=_SMALL, anchor="middle", fill=QUIET) for at, day in kept]
