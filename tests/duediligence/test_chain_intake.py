"""The lines of a messy list become parties and links, and every problem is told by its cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.chain import intake, mapping, sheet
from duediligence.chain.identifier import Identifier, Scheme
from duediligence.chain.intake import Draft, Intake, Supply
from duediligence.chain.party import About, PartyRole, PartySite, Terms
from duediligence.chain.sheet import Sheet
from tests import chain_lists


def taken(data: bytes, name: str = "list.csv", **more: object) -> Intake:
    found = sheet.read(data, name)
    assert isinstance(found, Sheet), found
    headed = mapping.headed(found)
    return intake.taken_in(headed, mapping.proposed(headed), **more)


def text(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def told(problems) -> list[tuple[str, str]]:
    return [(problem.where, problem.code) for problem in problems]


def one(found: Intake) -> Draft:
    (draft,) = found.drafts
    return draft


def test_a_russian_list_with_every_mess_is_understood():
    found = taken(chain_lists.RUSSIAN)
    assert [draft.about for draft in found.drafts] == [
        About(
            name="ХО «Гёкдепе пагта»",
            roles=(PartyRole.GIN,),
            sites=(PartySite(country="TM", region="TM-A", town="Гёкдепе"),),
            identifiers=(Identifier(scheme=Scheme.REGISTRY, value="12345678", country="TM"),),
            heads=1200,
        ),
        About(
            name="Дайханское объединение «Ак алтын»",
            roles=(PartyRole.FARM,),
            sites=(PartySite(country="TM", region="TM-M", town="Мары"),),
        ),
        About(name="ЧП Туркменбаши", roles=(PartyRole.BROKER,), sites=(PartySite(address="Атлантида"),)),
        About(
            name="Бригада 7",
            roles=(PartyRole.BRIGADE_LEADER,),
            sites=(PartySite(country="TM", region="TM-L", town="Туркменабат"),),
            heads=25,
        ),
    ]
    assert [draft.supplies[0].terms.share_of_spend for draft in found.drafts] == [12.5, 7.5, None, 5]


def test_every_problem_of_a_list_is_told_by_line_and_cell():
    found = taken(chain_lists.RUSSIAN)
    assert told(found.left_out) == [
        ("9", "ROW_IS_HEADING"),
        ("11", "ROW_WITHOUT_NAME"),
        ("12", "ROW_IS_TOTAL"),
    ]
    assert told(found.notes) == [
        ("I", "COLUMN_OF_PEOPLE"),
        ("D7", "CELL_NOT_REGION"),
        ("H7", "CELL_NOT_NUMBER"),
        ("G7", "CELL_NOT_SHARE"),
    ]


def test_a_turkmen_workbook_with_merged_headings_is_understood():
    found = taken(chain_lists.turkmen(), "sanaw.xlsx")
    assert found.drafts == (
        Draft(
            lines=(4,),
            about=About(
                name="Gökdepe Pagta HJ",
                sites=(PartySite(country="TM", region="TM-A", town="Gökdepe"),),
                goods=("520100",),
            ),
            supplies=(Supply(buyer="", terms=Terms(goods=("520100",), share_of_spend=40.0)),),
            mark=found.drafts[0].mark,
        ),
        Draft(
            lines=(5,),
            about=About(
                name="Ýüpek Ýoly HK",
                sites=(PartySite(country="TM", region="TM-L", town="Türkmenabat"),),
                goods=("5003",),
            ),
            supplies=(Supply(buyer="Gökdepe Pagta HJ", terms=Terms(goods=("5003",))),),
            mark=found.drafts[1].mark,
        ),
    )
    assert told(found.left_out) == [("6", "ROW_IS_TOTAL")]


def test_lines_of_one_partner_become_one_party_with_all_its_sites():
    found = taken(text("name,address,% of spend", "Ak Pagta,North road 1,5", "Gok,,1", "AK PAGTA,South road 2,7"))
    draft = found.drafts[0]
    assert draft.lines == (2, 4)
    assert [site.address for site in draft.about.sites] == ["North road 1", "South road 2"]
    assert [supply.terms.share_of_spend for supply in draft.supplies] == [12]
    assert told(found.notes) == [("4", "ROW_SAID_BEFORE")]


@pytest.mark.parametrize(
    "lines",
    [
        ("name,town", "Ak Pagta,Mary", "Ak Pagta,Tejen"),
        ("name,country", "Ak Pagta,TM", "Ak Pagta,UZ"),
        ("name,reg no", "Ak Pagta,11", "Ak Pagta,12"),
    ],
    ids=["town", "country", "number"],
)
def test_lines_of_one_name_in_different_places_stay_apart(lines):
    found = taken(text(*lines))
    assert len({draft.mark for draft in found.drafts}) == 2


def test_whoever_is_only_a_customer_is_a_party_of_which_nothing_else_is_known():
    found = taken(text("name,supplies to", "Farm,Gin", "Gin,", "Mill,Weaver"))
    assert [draft.about.name for draft in found.drafts] == ["Farm", "Gin", "Mill", "Weaver"]
    assert found.drafts[-1] == Draft(lines=(), about=About(name="Weaver"), supplies=(), mark=found.drafts[-1].mark)


def test_the_firm_itself_is_no_supplier_of_its_own():
    found = taken(text("name,supplies to", "Altyn Hasyl HJ,", "Ak Pagta,Алтын Хасыл"), us=("Altyn Hasyl",))
    assert told(found.left_out) == [("2", "ROW_IS_US")]
    assert [supply.buyer for supply in one(found).supplies] == [""]


@pytest.mark.parametrize("customer", ["AK PAGTA hj", "Ak Pagta", "Ак пагта"])
def test_a_customer_with_a_line_of_its_own_is_known_by_any_spelling(customer):
    found = taken(text("name,supplies to", f"Farm,{customer}", "Ak Pagta HJ,"))
    assert [supply.buyer for supply in found.drafts[0].supplies] == ["Ak Pagta HJ"]
    assert len(found.drafts) == 2


def test_a_customer_whose_name_two_lines_bear_is_neither():
    found = taken(text("name,supplies to", "Farm,Ak Pagta", "Ak Pagta HJ,", "Ak Pagta HK,"))
    assert [draft.about.name for draft in found.drafts] == ["Farm", "Ak Pagta HJ", "Ak Pagta HK", "Ak Pagta"]


def test_whoever_supplies_itself_gets_no_link_for_it():
    found = taken(text("name,supplies to", "Ak Pagta,Ak Pagta HJ"))
    assert (one(found).supplies, told(found.notes)) == ((), [("B2", "LINK_TO_ITSELF")])


def test_a_customer_that_points_to_a_person_is_not_kept_either():
    found = taken(text("name,supplies to", "Ak Pagta,call +993 65 12 34 56"))
    assert (found.drafts, told(found.left_out)) == ((), [("2", "PARTY_POINTS_TO_PERSON")])


def test_shares_that_are_parts_of_one_are_read_as_such_and_said():
    found = taken(text("name,% of spend", "Ak,0.25", "Gok,0.5"))
    assert [draft.supplies[0].terms.share_of_spend for draft in found.drafts] == [25, 50]
    assert told(found.notes) == [("B", "COLUMN_FRACTIONS")]


def test_shares_of_one_buyer_above_the_whole_are_told():
    found = taken(text("name,% of spend", "Ak,60", "Gok,50"))
    assert told(found.notes) == [("B", "COLUMN_OVER_HUNDRED")]


def test_numbers_with_a_wrong_check_digit_are_left_out_and_told():
    found = taken(text("name,LEI,GLN", "Ak,5493001KJTIIGC8Y1R13,4012345000009"))
    assert [number.scheme for number in one(found).about.identifiers] == [Scheme.GLN]
    assert told(found.notes) == [("B2", "IDENTIFIER_CHECK")]


def test_a_role_that_no_line_states_may_be_given_for_all():
    found = taken(text("name,role", "Ak,gin", "Gok,"), role=PartyRole.FARM)
    assert [draft.about.roles for draft in found.drafts] == [(PartyRole.GIN,), (PartyRole.FARM,)]


def test_words_that_are_no_code_stay_with_the_work():
    found = taken(text("name,role,goods,town", "Ak,gin,cotton yarn,Mary", "Gok,gin,5205,", "Bez,gin,5205,"))
    assert found.drafts[0].about.work == "cotton yarn"
    assert told(found.notes) == [("C2", "CELL_GOODS_IN_WORDS")]


def test_a_formula_is_never_taken_for_words():
    found = taken(text("name,note", "=cmd|' /C calc'!A0,x", 'Ak,=HYPERLINK("http://x")'))
    assert told(found.left_out) == [("2", "CELL_IS_FORMULA")]
    assert told(found.notes) == [("B3", "CELL_IS_FORMULA")]
    assert one(found).about.note == ""


def test_a_line_that_points_to_a_person_is_left_out():
    found = taken(text("name,note", "Ak,call +993 65 12 34 56"))
    assert told(found.left_out) == [("2", "PARTY_POINTS_TO_PERSON")]


def test_people_are_never_kept():
    found = taken(text("name,contact person,phone", "Ak,Somebody Invented,12345"))
    assert told(found.notes) == [("B", "COLUMN_OF_PEOPLE"), ("C", "COLUMN_OF_PEOPLE")]
    assert one(found).about == About(name="Ak")


def test_the_mark_of_a_line_does_not_hang_on_the_list_it_stands_in():
    first = one(taken(text("name,town,heads", "Ak Pagta,Mary,5")))
    second = one(taken("город;название\nMARY;ak pagta\n".encode("cp1251")))
    assert first.mark == second.mark


cells = st.text(alphabet="aя1 ,.;%-=+\"'«", max_size=12)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=6))
def test_every_line_is_either_taken_or_said_to_be_left_out(rows):
    lines = ["name\ttown\t% of spend", *("\t".join(cell.replace('"', "") for cell in row) for row in rows)]
    found = sheet.read("\n".join(lines).encode(), "list.tsv", sheet.Asked(delimiter="\t"))
    assert isinstance(found, Sheet)
    headed = mapping.headed(found)
    came = intake.taken_in(headed, mapping.proposed(headed))
    taken_lines = [line for draft in came.drafts for line in draft.lines]
    left = {int(problem.where) for problem in came.left_out}
    assert sorted([*taken_lines, *left]) == [line.number for line in headed.lines]
