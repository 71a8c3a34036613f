"""Released figures as bars: the share of firms with one outcome, in the style of the charts of a report.

A chart shows one column of a table, or the one row of a table of the whole. What
is withheld is hatched and said in words; nothing is drawn where nothing is told.
"""

from typing import NamedTuple

from duediligence.reports.chart import Chart
from duediligence.reports.opening import Table
from duediligence.reports.svg import BAND_FILLS, POINT, QUIET, WIDTH, box, document, hatch, line, lines, words, wrap
from duediligence.statistics_view import Told

_LEFT, _RIGHT = 250.0, 560.0
"""Where a scale from 0 to 100 % begins and ends."""

_ROW = 30.0
_SIZE = 12.0
_THICK = 16.0


class Bar(NamedTuple):
    """One bar: what it stands for, how many firms, and their share in percent; None where it is withheld."""

    label: str
    firms: int | None
    share: int | None


class Wording(NamedTuple):
    """What a chart says beside the words of its table."""

    measured: str  # what the length of a bar is
    withheld: str  # in the place of a figure that is not told


def of_whole(shown: Told, wording: Wording) -> Chart:
    """Return the outcomes of a table that has one row, a bar for each."""
    (_, counts), shares = shown.rows[0], shown.shares[0]
    outcomes = zip(shown.heading[1:-1], counts[:-1], shares, strict=True)
    title = wording.measured[:1].upper() + wording.measured[1:]
    return _chart(shown, title, [Bar(*one) for one in outcomes], wording.withheld)


def of_column(shown: Told, column: int, wording: Wording) -> Chart:
    """Return one outcome over the rows of a table, a bar for each; columns are counted from 0."""
    bars = [
        Bar(label, counts[column], shares[column])
        for (label, counts), shares in zip(shown.rows, shown.shares, strict=True)
    ]
    return _chart(shown, f"{shown.heading[column + 1]}: {wording.measured}", bars, wording.withheld)


def cells(shown: Told, withheld: str) -> Table:
    """Return a table in words, each count with its share."""
    rows = []
    for number, (label, counts) in enumerate(shown.rows):
        shares = shown.shares[number] if shown.shares else ()
        padded = (*shares, *(None for _ in counts[len(shares) :]))
        rows.append((label, *(_figure(*one, withheld) for one in zip(counts, padded, strict=True))))
    return Table(columns=shown.heading, rows=tuple(rows))


def _figure(count: int | None, share: int | None, withheld: str) -> str:
    if count is None:
        return withheld
    return str(count) if share is None else f"{count} ({share} %)"


def _chart(shown: Told, title: str, bars: list[Bar], withheld: str) -> Chart:
    marks: list[str] = []
    top = 4.0
    for bar in bars:
        label = wrap(bar.label, _LEFT - 20, _SIZE)
        height = max(_ROW, 8 + len(label) * _SIZE * 1.2)
        marks += _bar(bar, label, top, height, withheld)
        top += height
    marks += _axis(top)
    said = ", ".join(f"{bar.label}: {_figure(bar.firms, bar.share, withheld)}" for bar in bars)
    return Chart(
        svg=document(title, said, top + 22, marks), title=title, description=said, table=cells(shown, withheld)
    )


def _bar(bar: Bar, label: list[str], top: float, height: float, withheld: str) -> list[str]:
    middle = top + height / 2
    first = middle + _SIZE * 0.35 - (len(label) - 1) * _SIZE * 0.6
    at = (_LEFT, middle - _THICK / 2)
    marks = [
        lines((0, first), label, size=_SIZE),
        box(at, _RIGHT - _LEFT, _THICK, fill=BAND_FILLS[0]),
    ]
    if bar.share is None:
        marks.append(hatch(at, _RIGHT - _LEFT, _THICK))
    else:
        marks.append(box(at, max((_RIGHT - _LEFT) * bar.share / 100, 0.5), _THICK, fill=POINT))
    said = wrap(_figure(bar.firms, bar.share, withheld), WIDTH - _RIGHT - 12, _SIZE)
    begin = middle + _SIZE * 0.35 - (len(said) - 1) * _SIZE * 0.6
    return [*marks, lines((_RIGHT + 12, begin), said, size=_SIZE, font_weight="bold")]


def _axis(top: float) -> list[str]:
    marks: list[str] = []
    for tick in (0, 25, 50, 75, 100):
        place = _LEFT + (_RIGHT - _LEFT) * tick / 100
        marks += [
            line((place, top), (place, top + 4)),
            words((place, top + 16), f"{tick} %", size=11, anchor="middle", fill=QUIET),
        ]
    return marks
