"""Drawing with words: the few marks that every chart is made of, in one palette.

Charts are SVG without style attributes, scripts or outlines, so that one file
serves the page under a strict content policy, the PDF and a screen reader. One
unit is a quarter of a millimetre on paper.

Level colours grow darker as signs grow graver, so that order survives in black
and white and for every kind of colour vision; each also has its sign and word.
"""

from collections.abc import Iterable
from html import escape

WIDTH = 680
FONT = "PT Sans, Segoe UI, Noto Sans, sans-serif"
"""The shipped face first; the rest is for pages, where it may be missing."""

INK, QUIET, RULE, PAPER = "#1b2026", "#56616c", "#c3cad1", "#ffffff"
POINT, REACH = "#1d4f91", "#a9c1e2"
BAND_FILLS = ("#f1f4f6", "#e1e6eb", "#cdd5dc", "#b5c0ca")
LEVEL_FILLS = {
    "none": PAPER,
    "not_declared": PAPER,
    "weak": "#fdeac8",
    "moderate": "#f0a35e",
    "declared": "#f0a35e",
    "strong": "#8a2c0d",
}
"""The fill of a level; what has none is not assessed, and hatched."""

_EM = 0.54
"""The mean width of a letter of the face, in units of its size; Cyrillic included."""


def document(title: str, description: str, height: float, marks: Iterable[str]) -> str:
    """Return a whole drawing of the common width, named and described for those who hear it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {number(height)}" '
        f'width="{WIDTH}" height="{number(height)}" font-family="{FONT}" font-size="13" fill="{INK}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(marks)}</svg>"
    )


def number(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def words(at: tuple[float, float], text: str, *, size: float = 13, anchor: str = "start", **given: str) -> str:
    """Return one line of text whose baseline begins, is centred or ends at a point.

    Args:
        at: x and y.
        text: what it says.
        size: of the letters.
        anchor: start, middle or end.
        given: other attributes, an underscore for each hyphen.
    """
    return (
        f'<text x="{number(at[0])}" y="{number(at[1])}" font-size="{number(size)}" text-anchor="{anchor}"'
        f"{_attributes(given)}>{escape(text)}</text>"
    )


def lines(
    at: tuple[float, float], texts: Iterable[str], *, size: float = 13, anchor: str = "start", **given: str
) -> str:
    """Return several lines of text, one under the other from `at`."""
    return "".join(
        words((at[0], at[1] + row * size * 1.2), text, size=size, anchor=anchor, **given)
        for row, text in enumerate(texts)
    )


def box(at: tuple[float, float], width: float, height: float, **given: str) -> str:
    """Return a rectangle whose upper left corner is at a point."""
    return (
        f'<rect x="{number(at[0])}" y="{number(at[1])}" width="{number(width)}" height="{number(height)}"'
        f"{_attributes(given)}/>"
    )


def line(begin: tuple[float, float], end: tuple[float, float], **given: str) -> str:
    """Return a straight line."""
    given = {"stroke": RULE, **given}
    return (
        f'<line x1="{number(begin[0])}" y1="{number(begin[1])}" x2="{number(end[0])}" y2="{number(end[1])}"'
        f"{_attributes(given)}/>"
    )


def dot(at: tuple[float, float], radius: float, **given: str) -> str:
    """Return a disc around a point."""
    given = {"fill": POINT, **given}
    return f'<circle cx="{number(at[0])}" cy="{number(at[1])}" r="{number(radius)}"{_attributes(given)}/>'


def hatch(at: tuple[float, float], width: float, height: float) -> str:
    """Return slanting lines that fill a rectangle: what is not assessed."""
    starts = range(0, int(width + height), 7)
    return "".join(_slanting(at, width, height, start) for start in starts)


def _slanting(at: tuple[float, float], width: float, height: float, start: float) -> str:
    """Return one line of a hatch, cut at the edges of its rectangle."""
    left, right = max(0.0, start - height), min(width, start)
    return line(
        (at[0] + left, at[1] + start - left), (at[0] + right, at[1] + start - right), stroke=RULE, stroke_width="1.2"
    )


def wrap(text: str, width: float, size: float) -> list[str]:
    """Return a text in lines that fit a width; a longer word stands on a line of its own."""
    rows: list[str] = []
    for word in text.split(" "):
        if rows and len(rows[-1]) + 1 + len(word) <= width / (size * _EM):
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows


def _attributes(given: dict[str, str]) -> str:
    return "".join(f' {name.replace("_", "-")}="{escape(value)}"' for name, value in given.items())
