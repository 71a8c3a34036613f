"""A register as a list that a table program opens: one line for each party and link.

The headings are those that `mapping` knows, so that what went out can come back in.
Whatever somebody wrote stays words: in a workbook every cell is written as text, and in
CSV a cell that a program would compute, or might take for a formula, begins with an
apostrophe.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

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
_WORDY = frozenset({Field.NAME, Field.OTHER_NAME, Field.ADDRESS, Field.WORK, Field.SUPPLIES, Field.NOTE})


class Listed(NamedTuple):
    """A register as headings and lines of words; what is unknown is blank."""

    headings: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


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
    return Listed(tuple(say(columns()[field].label, language) for field in COLUMNS), tuple(lines))


def to_csv(found: Listed) -> bytes:
    """Return a list as CSV in UTF-8 with a mark, as table programs want it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([_harmless(cell) for cell in line] for line in (found.headings, *found.lines))
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(found: Listed, title: str) -> bytes:
    """Return a list as a workbook of one sheet; `title` is the name of the sheet."""

    def draw(page: "Worksheet", bold: "Format", plain: "Format") -> None:
        for number, line in enumerate((found.headings, *found.lines)):
            for column, cell in enumerate(line):
                page.write_string(number, column, cell, plain if number else bold)
        for column, field in enumerate(COLUMNS):
            page.set_column(column, column, _WIDE if field in _WORDY else _NARROW)
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(len(found.lines), 1), len(COLUMNS) - 1)

    return one_sheet(draw, title)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_COMPUTED) else cell


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
