"""The chain as a drawing: the firm at the left, its suppliers beside it, theirs beyond, tier after tier.

A tier of many parties runs over several columns, so that up to `MOST` of them stand in
boxes whose words can be read. Beyond that the rest of each tier is one box; whoever has
reported a grave sign is drawn first and never hidden in it while there is room. What is
not named is a box too, with a broken edge, and so is whoever was never heard.

Boxes lie over the lines. A line is as thick as its share; a broken one has no told share.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from statistics import fmean
from typing import NamedTuple

from duediligence.chain.register import GRAVE, Register, told_of
from duediligence.reports.svg import FONT, INK, LEVEL_FILLS, PAPER, POINT, QUIET, RULE, number, words
from risk_models.network_rules import looks

MOST = 300
"""Parties that are drawn one by one."""

FIRM = ""

_WIDTH, _HEIGHT = 184.0, 38.0
_STEP = 46.0  # from one box to the one below it
_BESIDE = 14.0  # between columns of one tier
_BETWEEN = 96.0  # between tiers
_TOP, _EDGE = 52.0, 14.0
_ROWS = 25
_LEAST = 10  # parties of a tier that are drawn whatever the others have
_NAME, _SMALL = 13.0, 11.0
_EM = 0.56
_THIN, _THICK = 1.0, 7.0
_UNKNOWN_TIER = 99
_DARK = frozenset({"strong"})
_GRAVITY = ("none", "weak", "moderate", "strong")
_WHOLE = 100.0
_BROKEN = ' stroke-dasharray="5 4"'


class Labels(NamedTuple):
    """The words of a drawing in one language."""

    title: str
    description: str
    firm: str
    tier: Callable[[int | None], str]
    level: Mapping[str, str]  # "" where nothing is told
    more: Callable[[int, int], str]  # how many more there are, and how many of them with a grave sign
    unnamed: str
    unnamed_by: Callable[[int], str]  # of how many parties the suppliers are not named


class Box(NamedTuple):
    """One box with its upper left corner."""

    party: str  # "" unless it is one party
    kind: str  # firm, party, rest or unnamed
    x: float
    y: float
    level: str  # the gravest that its party has told; "" where it told nothing
    lines: tuple[str, str]


class Drawing(NamedTuple):
    """A chain drawn, with where each box stands."""

    svg: str
    boxes: tuple[Box, ...]
    hidden: int  # parties that stand in boxes of many
    width: float
    height: float


class _Column(NamedTuple):
    """One tier: those drawn one by one, those drawn as one box, and how many parties nearer name no supplier."""

    tier: int
    shown: tuple[str, ...]
    rest: tuple[str, ...]
    silent: int


def drawn(register: Register, tiers: Mapping[str, int | None], labels: Labels) -> Drawing:
    """Return the drawing of a register.

    Args:
        register: what is drawn.
        tiers: how far each party is from the firm, None where nobody knows.
        labels: its words.
    """
    levels = {party: worst_of(register, party) for party in register.parties}
    columns = _columns(register, tiers, levels)
    boxes = [Box("", "firm", _EDGE, _TOP, "", (labels.firm, ""))]
    heads: list[str] = []
    rows: dict[str, float] = {FIRM: _TOP}
    x = _EDGE + _WIDTH + _BETWEEN
    for column in columns:
        made = _boxes(register, column, levels, labels, rows)
        tier = None if column.tier == _UNKNOWN_TIER else column.tier
        heads.append(words((x, _TOP - 22), labels.tier(tier), size=_NAME, font_weight="bold"))
        deep = -(-len(made) // -(-len(made) // _ROWS))
        for place, one in enumerate(made):
            at = (x + (place // deep) * (_WIDTH + _BESIDE), _TOP + (place % deep) * _STEP)
            boxes.append(one._replace(x=at[0], y=at[1]))
            if one.party:
                rows[one.party] = at[1]
        x += -(-len(made) // deep) * (_WIDTH + _BESIDE) - _BESIDE + _BETWEEN
    width = x - _BETWEEN + _EDGE
    height = max(one.y for one in boxes) + _STEP + _EDGE
    marks = [*heads, *_lines(register, boxes, columns), *(part for one in boxes for part in _marks(one))]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {number(width)} {number(height)}" '
        f'width="{number(width)}" height="{number(height)}" font-family="{FONT}" font-size="13" fill="{INK}">'
        f"<title>{escape(labels.title)}</title><desc>{escape(labels.description)}</desc>"
        f'<rect width="{number(width)}" height="{number(height)}" fill="{PAPER}"/>{"".join(marks)}</svg>'
    )
    return Drawing(svg, tuple(boxes), sum(len(one.rest) for one in columns), width, height)


def worst_of(register: Register, party: str) -> str:
    """Return the gravest level that a party tells of itself, "none" where it tells of no sign, "" where of nothing."""
    told = told_of(register, party)
    bare = {one.level: one.counts_as for one in looks().bare}
    found = [bare.get(one.level, one.level) for one in told.indicators] if told else []
    levels = [level for level in found if level in _GRAVITY]
    return max(levels, key=_GRAVITY.index, default="")


def _columns(register: Register, tiers: Mapping[str, int | None], levels: Mapping[str, str]) -> list[_Column]:
    """Return the tiers from the nearest to the farthest, those whose tier nobody knows last."""
    parties: dict[int, list[str]] = {}
    for party in register.parties:
        parties.setdefault(tiers[party] or _UNKNOWN_TIER, []).append(party)
    named = {flow.buyer or FIRM for flow in register.flows}
    silent = Counter((tiers[party] or 0) + 1 for party in register.parties if tiers[party] and party not in named)
    silent[1] += not _all_named(register)
    found = []
    for tier in sorted({*parties, *(tier for tier, many in silent.items() if many)}):
        by_gravity = sorted(parties.get(tier, ()), key=lambda one: -_gravity(levels[one]))
        most = len(by_gravity)
        if len(register.parties) > MOST:
            most = max(_LEAST, MOST * most // len(register.parties))
        found.append(_Column(tier, tuple(by_gravity[:most]), tuple(by_gravity[most:]), silent[tier]))
    return found


def _boxes(
    register: Register, column: _Column, levels: Mapping[str, str], labels: Labels, rows: Mapping[str, float]
) -> list[Box]:
    """Return the boxes of a tier in the order in which they stand: each near the height of whom it supplies."""
    buyers: dict[str, list[float]] = {}
    for flow in register.flows:
        if (flow.buyer or FIRM) in rows:
            buyers.setdefault(flow.supplier, []).append(rows[flow.buyer or FIRM])
    shown = sorted(column.shown, key=lambda one: fmean(buyers.get(one, (0.0,))))
    made = [
        Box(one, "party", 0, 0, levels[one], (register.parties[one].name, labels.level[levels[one]])) for one in shown
    ]
    if column.rest:
        flagged = sum(levels[one] in GRAVE for one in column.rest)
        made.append(Box("", "rest", 0, 0, "", (labels.more(len(column.rest), flagged), "")))
    if column.silent:
        made.append(
            Box("", "unnamed", 0, 0, "", (labels.unnamed, labels.unnamed_by(column.silent) if column.tier > 1 else ""))
        )
    return made


def _lines(register: Register, boxes: Sequence[Box], columns: Sequence[_Column]) -> Iterator[str]:
    """Yield a line for each link between boxes; links to a box of many are drawn once."""
    places = {one.party: one for one in boxes if one.kind in ("firm", "party")}
    crowds = [one for one in boxes if one.kind == "rest"]
    for column, crowd in zip((one for one in columns if one.rest), crowds, strict=True):
        places |= dict.fromkeys(column.rest, crowd)
    once: dict[tuple[Box, Box], float | None] = {}
    for flow in register.flows:
        ends = places[flow.buyer or FIRM], places[flow.supplier]
        share = max(
            (one for one in (flow.terms.share_of_spend, flow.terms.share_of_labour) if one is not None), default=None
        )
        once[ends] = share if once.get(ends) is None else max(once[ends] or 0.0, share or 0.0)
    for (buyer, supplier), share in once.items():
        if buyer != supplier:
            yield _line(buyer, supplier, share)


def _line(buyer: Box, supplier: Box, share: float | None) -> str:
    begin = (buyer.x + _WIDTH, buyer.y + _HEIGHT / 2)
    end = (supplier.x, supplier.y + _HEIGHT / 2)
    bend = max(abs(end[0] - begin[0]) / 2, 30.0)
    path = (
        f"M{number(begin[0])} {number(begin[1])}C{number(begin[0] + bend)} {number(begin[1])} "
        f"{number(end[0] - bend)} {number(end[1])} {number(end[0])} {number(end[1])}"
    )
    thick = _THIN if share is None else _THIN + (_THICK - _THIN) * min(share, _WHOLE) / _WHOLE
    broken = ' stroke-dasharray="4 4"' if share is None else ""
    return f'<path d="{path}" fill="none" stroke="{RULE}" stroke-width="{number(thick)}"{broken}/>'


def _marks(one: Box) -> Iterator[str]:
    broken = one.kind == "unnamed" or (one.kind == "party" and not one.level)
    fill = POINT if one.kind == "firm" else LEVEL_FILLS.get(one.level, PAPER)
    ink = PAPER if one.kind == "firm" or one.level in _DARK else INK
    yield (
        f'<rect x="{number(one.x)}" y="{number(one.y)}" width="{number(_WIDTH)}" height="{number(_HEIGHT)}" rx="4" '
        f'fill="{fill}" stroke="{QUIET}" stroke-width="1.2"{_BROKEN if broken else ""}/>'
    )
    first, second = one.lines
    middle = one.y + (16 if second else _HEIGHT / 2 + 4.5)
    yield words((one.x + 9, middle), fitted(first, _NAME), size=_NAME, fill=ink)
    if second:
        yield words((one.x + 9, one.y + 31), fitted(second, _SMALL), size=_SMALL, fill=ink)


def fitted(text: str, size: float) -> str:
    """Return a line of text that fits into a box, its end left out where it is too long."""
    most = int((_WIDTH - 18) / (size * _EM))
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _all_named(register: Register) -> bool:
    """Return whether the firm has told where all of its goods and all of its people come from."""
    own = [flow.terms for flow in register.flows if flow.buyer is None]
    share = register.own.share
    bought = sum(one.share_of_spend or 0 for one in own) if (share.goods or 0) < _WHOLE else _WHOLE
    people = sum(one.share_of_labour or 0 for one in own) + (share.labour or 0)
    return min(bought, people) >= _WHOLE


def _gravity(level: str) -> int:
    return _GRAVITY.index(level) if level else -1
