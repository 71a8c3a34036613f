"""The tables of the outside world are whole, small, and know where they come from."""

from datetime import date

import pytest

from questionnaires.content import ContentError
from questionnaires.text import LANGUAGES
from risk_models import reference

TABLES = {
    "regions.csv": reference.regions,
    "countries.csv": reference.countries,
    "goods.csv": reference.goods,
    "ranks.csv": reference.ranks,
    "orders.csv": reference.orders,
    "isic.csv": reference.isic,
    "hs.csv": reference.hs,
}
COUNTRIES = {country.iso3: country for country in reference.countries()}


def test_every_table_says_where_it_comes_from():
    files = {path.name for path in reference.LIBRARY.glob("*.csv")}
    assert set(reference.sources()) == files
    assert set(TABLES) <= files


@pytest.mark.parametrize("name", reference.sources())
def test_no_statement_of_provenance_is_empty(name):
    entry = reference.sources()[name]
    assert all(getattr(entry, field) for field in entry.__struct_fields__)


def test_the_tables_stay_small():
    assert sum(path.stat().st_size for path in reference.LIBRARY.iterdir()) < 300_000
    assert (reference.LIBRARY / "countries.csv").stat().st_size < 40_000


@pytest.mark.parametrize("read", TABLES.values(), ids=TABLES)
def test_every_table_has_rows_and_no_row_twice(read):
    assert read()
    assert len({str(row) for row in read()}) == len(read())


def test_a_table_is_read_once():
    assert reference.hs() is reference.hs()


def test_places_have_names_in_three_languages():
    for place in (*reference.regions(), *reference.countries()):
        assert set(place.name) == set(LANGUAGES)
        assert all(place.name.values())


def test_arkadag_has_a_code_of_our_own_and_the_others_have_theirs():
    assert [region.code for region in reference.regions() if not region.official] == ["TM-x-ARK"]
    assert {region.code for region in reference.regions() if region.official} == {
        "TM-A",
        "TM-B",
        "TM-D",
        "TM-L",
        "TM-M",
        "TM-S",
    }


def test_regions_keep_their_turkmen_letters():
    names = {region.code: region.name["tk"] for region in reference.regions()}
    assert (names["TM-D"], names["TM-S"]) == ("Daşoguz", "Aşgabat")


def test_all_countries_are_there_and_namibia_is_not_taken_for_nothing():
    assert len(COUNTRIES) == 249
    assert COUNTRIES["NAM"].iso2 == "NA"


def test_country_codes_in_other_tables_are_known():
    listed = {row.iso3 for row in (*reference.goods(), *reference.orders())}
    assert listed <= set(COUNTRIES)


def test_turkmen_cotton_is_listed_in_every_edition():
    found = [good for good in reference.goods() if good.iso3 == "TKM"]
    assert {(good.good, good.child_labour, good.forced_labour) for good in found} == {("Cotton", True, True)}
    assert [good.edition for good in found] == [2016, 2017, 2018, 2019, 2021]


def test_cotton_is_listed_for_other_countries_too():
    assert len({good.iso3 for good in reference.goods() if good.good == "Cotton"}) > 10


def test_ranks_are_without_gaps_and_an_unseen_one_is_empty():
    years = [rank.year for rank in reference.ranks()]
    assert years == list(range(2012, 2027))
    for rank in reference.ranks():
        assert rank.confirmed == bool(rank.tier)


def test_the_ranks_of_the_last_two_reports_seen():
    tiers = {rank.year: rank.tier for rank in reference.ranks()}
    assert (tiers[2024], tiers[2025], tiers[2026]) == ("Tier 3", "Tier 2 Watch List", "")


def test_the_order_on_turkmen_cotton_is_in_force_for_the_whole_country():
    order = next(order for order in reference.orders() if order.iso3 == "TKM")
    assert (order.since, order.reach, order.status) == (date(2018, 5, 18), "country", "in_force")


def test_an_order_without_a_known_day_has_none():
    assert any(order.since is None for order in reference.orders())


def test_every_activity_belongs_to_a_section():
    sections = {activity.code for activity in reference.isic() if activity.level == "section"}
    assert {activity.section for activity in reference.isic()} == sections


@pytest.mark.parametrize("code", ["0111", "0116", "0163", "1311", "1410", "4100"])
def test_the_activities_of_our_firms_are_there(code):
    assert code in {activity.code for activity in reference.isic()}


def test_every_product_has_its_parent_in_the_table():
    codes = {product.code for product in reference.hs()}
    assert {product.parent for product in reference.hs() if product.parent} <= codes
    assert all(len(product.code) == 2 for product in reference.hs() if not product.parent)


@pytest.mark.parametrize("code", ["5201", "5201.00", "520100", "5212", "1207.21", "1404 20", "1512.21", "2306.10"])
def test_a_code_that_names_cotton_is_recognised(code):
    assert reference.cotton(code) is reference.Cotton.NAMES


@pytest.mark.parametrize("code", ["6109.10", "62", "6302", "5601"])
def test_a_code_whose_goods_may_hold_cotton_is_recognised(code):
    assert reference.cotton(code) is reference.Cotton.MAY


@pytest.mark.parametrize("code", ["0702", "2523", "1512.11", "5001", ""])
def test_another_code_says_nothing_of_cotton(code):
    assert reference.cotton(code) is None


def test_a_row_that_does_not_fit_is_named_by_file_and_line(tmp_path):
    path = tmp_path / "isic.csv"
    path.write_text("code,section,level,description\n01,A,division,crops\n02,A,division\n")
    with pytest.raises(ContentError, match=r"isic\.csv, line 3"):
        reference._table(path, reference.Activity)
