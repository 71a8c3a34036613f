"""Lists that a table program opens; the register is one, with a line for each party and link.

The headings of the register are those that `mapping` knows, so that what went out can
come back in. Whatever somebody wrote stays words: in a workbook only our own figures are
numbers, and in CSV a cell that a program would compute, or might take for a formula,
begins with an apostrophe.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from duediligence.chain.identifier import Scheme
from duediligence.chain.mapping import Field, columns
from duediligence.chain.party import Party, PartySite, SupplyLink, Terms
from duediligence.chain.words import sentence
from duediligence.one_sheet import one_sheet
from questionnaires.text import say

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

COLUMNS = (
    Field.NAME,
    Field.OTHER_NAME,
    Field.ROLE,
    Field.COUNTRY,
    Field.REGION,
    Field.TOWN,
    Field.ADDRESS,
    Field.REGISTRY,
    Field.LEI,
    Field.OS_ID,
    Field.GLN,
    Field.GOODS,
    Field.WORK,
    Field.SUPPLIES,
    Field.SHARE_OF_SPEND,
    Field.SHARE_OF_LABOUR,
    Field.HEADS,
    Field.PEAK_HEADS,
    Field.MONTHS,
    Field.TIER,
    Field.NOTE,
)

_COMPUTED = ("=", "+", "-", "@", "\t", "\r")
_WIDE = 28
_NARROW = 14
_LINE_HEIGHT = 15  # points
_WORDY = frozenset({Field.NAME, Field.OTHER_NAME, Field.ADDRESS, Field.WORK, Field.SUPPLIES, Field.NOTE})


Cell: TypeAlias = str | float | None


class Listed(NamedTuple):
    """A list as headings and lines; what is unknown is blank."""

    headings: tuple[str, ...]
    lines: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]  # of its columns in a workbook, in letters
    note: str = ""  # what has to be known to read it; above the list in a workbook, below it in CSV


def listed(parties: Mapping[str, Party], links: Iterable[SupplyLink], us: str, language: str) -> Listed:
    """Return a register as a list.

    Args:
        parties: by id.
        links: among them, and to the firm.
        us: what the firm is called where a party supplies it.
        language: of headings and roles.
    """
    supplied: dict[str, list[SupplyLink | None]] = {}
    for link in links:
        if link.buyer is None or link.buyer in parties:
            supplied.setdefault(link.supplier, []).append(link)
    names = {identifier: one.about.name for identifier, one in parties.items()}
    lines = []
    for identifier, one in parties.items():
        for each in supplied.get(identifier, [None]):
            buyer = "" if each is None else us if each.buyer is None else names[each.buyer]
            said = _party(one, language) | _terms(each.terms if each else Terms()) | {Field.SUPPLIES: buyer}
            lines.append(tuple(said[field] for field in COLUMNS))
    widths = tuple(_WIDE if field in _WORDY else _NARROW for field in COLUMNS)
    return Listed(tuple(say(columns()[field].label, language) for field in COLUMNS), tuple(lines), widths)


def to_csv(found: Listed) -> bytes:
    """Return a list as CSV in UTF-8 with a mark, as table programs want it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    note = ((found.note,),) if found.note else ()
    writer.writerows([_harmless(cell) for cell in line] for line in (found.headings, *found.lines, *note))
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(found: Listed, title: str) -> bytes:
    """Return a list as a workbook of one sheet; `title` is the name of the sheet."""
    top, last = (1 if found.note else 0), len(found.headings) - 1

    def draw(page: "Worksheet", bold: "Format", plain: "Format") -> None:
        if found.note:
            page.merge_range(0, 0, 0, last, found.note, plain)
            page.set_row(0, _LINE_HEIGHT * (1 + len(found.note) // sum(found.widths)))
        for number, line in enumerate((found.headings, *found.lines)):
            # Set here, because not every table program does so itself for words that run over several lines.
            page.set_row(number + top, _LINE_HEIGHT * _height(line, found.widths))
            for column, cell in enumerate(line):
                look = plain if number else bold
                if isinstance(cell, str):
                    page.write_string(number + top, column, cell, look)
                elif cell is not None:
                    page.write_number(number + top, column, cell, look)
        for column, width in enumerate(found.widths):
            page.set_column(column, column, width)
        page.freeze_panes(top + 1, 1)
        page.autofilter(top, 0, top + max(len(found.lines), 1), last)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(top)

    return one_sheet(draw, title)


def _height(line: Sequence[Cell], widths: Sequence[int]) -> int:
    """Return over how many lines the longest cell runs."""
    return max(1 + len(str(cell)) // width for cell, width in zip(line, widths, strict=True))


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_COMPUTED) else cell


def _party(one: Party, language: str) -> dict[Field, str]:
    """Return what is said of a party; of several sites the first has its columns, and all stand in the address."""
    about = one.about
    first, *others = about.sites or (PartySite(),)
    numbers: dict[Scheme, str] = {}
    for each in about.identifiers:
        numbers.setdefault(each.scheme, each.value)
    return {
        Field.NAME: about.name,
        Field.OTHER_NAME: "; ".join(about.other_names),
        Field.ROLE: ", ".join(say(sentence(f"role_{role}"), language) for role in about.roles),
        Field.COUNTRY: first.country,
        Field.REGION: first.region,
        Field.TOWN: first.town,
        Field.ADDRESS: "; ".join(filter(None, (first.address, *map(_place, others)))),
        Field.REGISTRY: numbers.get(Scheme.REGISTRY, ""),
        Field.LEI: numbers.get(Scheme.LEI, ""),
        Field.OS_ID: numbers.get(Scheme.OS_ID, ""),
        Field.GLN: numbers.get(Scheme.GLN, ""),
        Field.GOODS: ", ".join(about.goods),
        Field.WORK: about.work,
        Field.HEADS: _number(about.heads),
        Field.PEAK_HEADS: _number(about.peak_heads),
        Field.MONTHS: ", ".join(map(str, about.months)),
        Field.TIER: _number(about.tier),
        Field.NOTE: about.note,
    }


def _terms(terms: Terms) -> dict[Field, str]:
    # The sign tells a share of half a percent from a half.
    return {
        Field.SHARE_OF_SPEND: "" if terms.share_of_spend is None else f"{terms.share_of_spend:g} %",
        Field.SHARE_OF_LABOUR: "" if terms.share_of_labour is None else f"{terms.share_of_labour:g} %",
    }


def _place(site: PartySite) -> str:
    return ", ".join(filter(None, (site.name, site.address, site.town, site.region, site.country)))


def _number(number: int | None) -> str:
    return "" if number is None else str(number)
