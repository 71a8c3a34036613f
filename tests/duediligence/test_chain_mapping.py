"""What columns mean is read off headings in three languages and off cells, wherever the headings stand."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.chain import mapping
from duediligence.chain.mapping import Basis, Field, Headed, Meaning
from duediligence.chain.sheet import Line, Sheet
from questionnaires.text import LANGUAGES
from tests.chain_lists import MEANT


def sheet(*rows: tuple[str, ...]) -> Sheet:
    return Sheet(name="", lines=tuple(Line(number, row) for number, row in enumerate(rows, 1)))


def fields(*rows: tuple[str, ...]) -> list[Field | None]:
    return [one.field for one in mapping.proposed(mapping.headed(sheet(*rows)))]


@pytest.mark.parametrize("headings", MEANT.values(), ids=MEANT)
def test_headings_of_three_languages_are_understood(headings):
    assert fields(tuple(headings), ("Ak Pagta", *("1",) * (len(headings) - 1))) == list(headings.values())


@given(st.sampled_from(list(MEANT.values())), st.randoms(use_true_random=False))
def test_the_order_of_columns_does_not_matter(headings, luck):
    mixed = luck.sample(list(headings), len(headings))
    cells = {heading: "Ak Pagta" if field is Field.NAME else "1" for heading, field in headings.items()}
    assert fields(tuple(mixed), tuple(cells[one] for one in mixed)) == [headings[one] for one in mixed]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Suplier Name", Field.NAME),
        ("НАИМЕНОВАНИЕ ПОСТАВЩИКА", Field.NAME),
        ("Address of the supplier", Field.ADDRESS),
        ("Supplier Country (ISO)", Field.COUNTRY),
        ("Number of workers (2026)", Field.HEADS),
        ("Доля в закупках, %", Field.SHARE_OF_SPEND),
        ("Işgärleriň sany", Field.HEADS),
        ("Contact e-mail", Field.PERSON),
        ("Mobile phone number", Field.PERSON),
        ("№", Field.NUMBER),
        ("Colour of the gate", None),
    ],
)
def test_headings_as_people_write_them(heading, field):
    assert fields(("Name of supplier" if field is not Field.NAME else "Town", heading), ("Ak", ""))[1] == field


def test_a_title_above_the_headings_is_no_heading():
    found = mapping.headed(sheet(("Suppliers 2026", ""), ("Name", "Town"), ("Ak Pagta", "Mary")))
    assert found == Headed(("Name", "Town"), (Line(3, ("Ak Pagta", "Mary")),), (2,))


def test_headings_over_two_lines_are_read_together():
    found = mapping.headed(
        sheet(
            ("Supplier", "Address", "", "Workers", ""),
            ("", "Country", "Town", "Number of workers", "Seasonal workers"),
            ("Ak Pagta", "TM", "Mary", "40", "120"),
        )
    )
    assert found.headings == (
        "Supplier",
        "Address / Country",
        "Address / Town",
        "Workers / Number of workers",
        "Workers / Seasonal workers",
    )
    assert [one.field for one in mapping.proposed(found)] == [
        Field.NAME,
        Field.COUNTRY,
        Field.TOWN,
        Field.HEADS,
        Field.PEAK_HEADS,
    ]


def test_cells_speak_where_there_are_no_headings():
    rows = (
        ("Ak Pagta HJ", "Türkmenistan", "CN2019072X46HPM", "gin"),
        ("Tejen Un LLC", "China", "CN2019072JD1RHF", "mill"),
    )
    found = mapping.headed(sheet(*rows))
    assert (found.headings, found.numbers) == (("A", "B", "C", "D"), ())
    assert [(one.field, one.basis) for one in mapping.proposed(found)] == [
        (Field.NAME, Basis.CELLS),
        (Field.COUNTRY, Basis.CELLS),
        (Field.OS_ID, Basis.CELLS),
        (Field.ROLE, Basis.CELLS),
    ]


def test_a_kind_that_is_no_role_is_work():
    assert fields(("Name", "Type"), ("Ak", "Apparel"), ("Gok", "Footwear")) == [Field.NAME, Field.WORK]


def test_of_two_columns_with_one_heading_the_second_has_no_meaning_yet():
    assert fields(("Name", "Town", "Town"), ("Ak", "Mary", "Tejen")) == [Field.NAME, Field.TOWN, None]


def test_what_was_decided_before_is_taken_in_any_order():
    first = mapping.proposed(mapping.headed(sheet(("Name", "Code", "Code"), ("Ak", "12", "13"))))
    decided = mapping.chosen(first, {1: Field.REGISTRY, 2: None})
    again = mapping.headed(sheet(("Code", "Name", "Code"), ("12", "Ak", "13")))
    assert mapping.signature(again.headings) == mapping.signature(("Name", "Code", "Code"))
    found = mapping.proposed(again, mapping.memory(decided))
    assert [one.field for one in found] == [Field.REGISTRY, Field.NAME, None]
    assert {one.basis for one in found} == {Basis.REMEMBERED}


def test_what_cannot_be_read_is_told_at_once():
    meanings = tuple(
        Meaning(column=column, heading="", field=Field.TOWN, basis=Basis.CHOSEN, sure=100) for column in range(2)
    )
    found = mapping.faults(meanings, {7: Field.NAME})
    assert [problem.code for problem in found] == ["LIST_COLUMN_UNKNOWN", "LIST_WITHOUT_NAMES", "LIST_FIELD_TWICE"]


def test_columns_bear_the_letters_of_a_table_program():
    letters = [mapping.letters(column) for column in range(703)]
    expected = [
        "".join(pair) for width in (1, 2) for pair in itertools.product("ABCDEFGHIJKLMNOPQRSTUVWXYZ", repeat=width)
    ]
    assert letters == [*expected, "AAA"]


def test_every_meaning_has_a_label_in_every_language():
    assert mapping.columns().keys() == set(Field)
    assert all(column.label.keys() == set(LANGUAGES) for column in mapping.columns().values())
