"""What one cell says, in whatever way people write it; and that it says nothing where it does not."""

import pytest

from duediligence.chain import cell
from duediligence.chain.party import PartyRole


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("1 234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234.567", 1234567),
        ("1,500", 1500),
        ("1,5", 1.5),
        ("12\u00a0000", 12000),
        ("7", 7),
        ("twelve", None),
        ("1,2,3", None),
        ("", None),
    ],
)
def test_numbers(words, number):
    assert cell.number(words) == number


@pytest.mark.parametrize(
    ("words", "share"), [("12,5 %", 12.5), ("12.125", 12.125), ("0", 0), ("most", None), ("-3", None)]
)
def test_shares(words, share):
    assert cell.share(words) == share


@pytest.mark.parametrize(("words", "count"), [("~120", 120), ("около 1 200", 1200), ("12,5", None), ("-3", None)])
def test_counts(words, count):
    assert cell.whole(words) == count


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("Aug-Oct", (8, 9, 10)),
        ("август–октябрь", (8, 9, 10)),
        ("awgust, sentýabr", (8, 9)),
        ("ноябрь по январь", (1, 11, 12)),
        ("8-10", (8, 9, 10)),
        ("09; 11", (9, 11)),
        ("harvest", None),
        ("13", None),
    ],
)
def test_months(words, months):
    assert cell.months(words) == months


@pytest.mark.parametrize(
    ("words", "tier"),
    [("Tier 1 Supplier", 1), ("2", 2), ("2-й уровень", 2), ("3-nji basgançak", 3), ("1 234", None), ("99", None)],
)
def test_tiers(words, tier):
    assert cell.tier(words) == tier


@pytest.mark.parametrize(
    ("words", "codes", "rest"),
    [
        ("520100; 5205", ("520100", "5205"), ""),
        ("Cotton yarn 5205.12", ("520512",), "Cotton yarn"),
        ("5201 00 900 0", ("520100",), ""),
        ("5201 5205", ("5201", "5205"), ""),
        ("HS 6109.10", ("610910",), ""),
        ("футболки", (), "футболки"),
        ("9999", (), "9999"),
    ],
)
def test_goods(words, codes, rest):
    assert cell.goods(words) == (codes, rest)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("CHINA", "CN"),
        ("Türkmenistan", "TM"),
        ("Туркменистан", "TM"),
        ("TKM", "TM"),
        ("Korea, Republic of", "KR"),
        ("Slovak Republic", "SK"),
        ("Atlantis", None),
    ],
)
def test_countries(words, code):
    assert cell.country(words) == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Mary welaýaty", "TM-M"),
        ("Марыйский велаят", "TM-M"),
        ("г. Ашхабад", "TM-S"),
        ("Dashoguz province", "TM-D"),
        ("TM-L", "TM-L"),
        ("Punjab", None),
    ],
)
def test_regions(words, code):
    assert cell.region(words) == code


@pytest.mark.parametrize(
    ("words", "roles"),
    [
        ("gin, farm", (PartyRole.GIN, PartyRole.FARM)),
        ("Хлопкозавод", (PartyRole.GIN,)),
        ("daýhan birleşigi", (PartyRole.FARM,)),
        ("labour_provider", (PartyRole.LABOUR_PROVIDER,)),
        ("gin, wizard", ()),
    ],
)
def test_roles(words, roles):
    assert cell.roles(words) == roles


@pytest.mark.parametrize("words", ["-", "n/a", "нет данных", "Belli däl", "#N/A"])
def test_words_for_nothing(words):
    assert cell.is_nothing(words)


@pytest.mark.parametrize("words", ["ИТОГО:", "Total", "Jemi", "Total 2026"])
def test_words_for_sums(words):
    assert cell.is_total(words)


@pytest.mark.parametrize("words", ["Totalpagta HJ", "Jemile", "Total Garments and Textiles Company"])
def test_names_that_only_look_like_sums(words):
    assert not cell.is_total(words)
