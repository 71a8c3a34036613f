"""A register goes out as a list that table programs show and never compute, and that can come back in."""

import csv
import io

import pytest

from duediligence.chain import export, intake, mapping, sheet
from duediligence.chain.identifier import Identifier, Scheme
from duediligence.chain.mapping import Basis
from duediligence.chain.party import About, Party, PartyRole, PartySite, SupplyLink, Terms
from duediligence.chain.sheet import Sheet
from questionnaires.text import LANGUAGES
from tests.world import NOW

PARTIES = {
    one.id: one
    for one in (
        Party(id=str(number), organisation="o", about=about, revision=1, created_by="p", created=NOW, changed=NOW)
        for number, about in enumerate(
            (
                About(
                    name="Gökdepe Pagta HJ",
                    other_names=("Гёкдепе пагта",),
                    roles=(PartyRole.GIN, PartyRole.BROKER),
                    sites=(PartySite(country="TM", region="TM-A", town="Gökdepe", address="Pagta köçesi 1"),),
                    identifiers=(
                        Identifier(scheme=Scheme.REGISTRY, value="12345678", country="TM"),
                        Identifier(scheme=Scheme.LEI, value="5493001KJTIIGC8Y1R12"),
                    ),
                    goods=("520100", "5203"),
                    work="ginning",
                    heads=40,
                    peak_heads=120,
                    months=(9, 10),
                    note="- asked in spring",
                ),
                About(name="-Tejen-", roles=(PartyRole.FARM,), tier=2),
            )
        )
    )
}
LINKS = tuple(
    SupplyLink(
        id=str(number),
        organisation="o",
        supplier=supplier,
        buyer=buyer,
        terms=terms,
        revision=1,
        created_by="p",
        created=NOW,
        changed=NOW,
    )
    for number, (supplier, buyer, terms) in enumerate(
        (("0", None, Terms(share_of_spend=0.5)), ("1", "0", Terms(share_of_labour=12.5)))
    )
)


def written(kind: str, language: str) -> bytes:
    found = export.listed(PARTIES, LINKS, "Altyn Hasyl", language)
    return export.to_csv(found) if kind == "csv" else export.to_xlsx(found, "Register")


def read(kind: str, language: str) -> mapping.Headed:
    found = sheet.read(written(kind, language), f"list.{kind}")
    assert isinstance(found, Sheet), found
    return mapping.headed(found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_went_out_comes_back_in(kind, language):
    headed = read(kind, language)
    meanings = mapping.proposed(headed)
    assert tuple(one.field for one in meanings) == export.COLUMNS
    assert {one.basis for one in meanings} == {Basis.HEADING}
    found = intake.taken_in(headed, meanings, us=("Altyn Hasyl",))
    assert [draft.about for draft in found.drafts] == [one.about for one in PARTIES.values()]
    assert [(supply.buyer, supply.terms.share_of_spend) for supply in found.drafts[0].supplies] == [("", 0.5)]
    assert [(supply.buyer, supply.terms.share_of_labour) for supply in found.drafts[1].supplies] == [
        ("Gökdepe Pagta HJ", 12.5)
    ]
    assert (found.left_out, found.notes) == ((), ())


@pytest.mark.parametrize("begin", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_of_csv_begins_like_a_formula(begin):
    data = export.to_csv(export.Listed(("name",), ((begin,),), (14,)))
    (_, (cell,)) = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert cell == f"'{begin}"


def test_a_workbook_holds_words_and_no_formulas():
    data = export.to_xlsx(export.Listed(("name",), (("=1+1",),), (14,)), "Register")
    found = sheet.read(data, "list.xlsx")
    assert isinstance(found, Sheet)
    assert found.lines[1].cells == ("=1+1",)
