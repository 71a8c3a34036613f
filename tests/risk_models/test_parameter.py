"""A number that changes with time is the one of its day, or there is none."""

from datetime import date

import msgspec
import pytest

from questionnaires import glossary
from questionnaires.content import ContentError
from questionnaires.text import LANGUAGES
from risk_models.parameter import NotInForce, read_all, values_on

PARAMETERS = read_all()
EACH = [pytest.param(parameter, id=parameter.id) for parameter in PARAMETERS.values()]
GLOSSARY = glossary.read()
UNITS = {"/1", "%", "1", "1/month", "TMT/month", "d", "h", "m3", "month", "point", "year"}


def written(tmp_path, *entries):
    (tmp_path / "some.yaml").write_bytes(msgspec.yaml.encode(entries))
    return tmp_path


def entry(name="a.b", *days):
    source = {"title": "a source"}
    return {
        "id": name,
        "description": dict.fromkeys(LANGUAGES, "words"),
        "unit": "h",
        "values": [{"since": day, "value": value, "source": source} for day, value in days],
    }


@pytest.mark.parametrize(
    ("day", "wage"),
    [
        (date(2018, 1, 1), 715),
        (date(2019, 12, 31), 790),
        (date(2020, 6, 1), 870),
        (date(2022, 1, 1), 1050),
        (date(2023, 12, 31), 1160),
        (date(2024, 12, 31), 1280),
    ],
)
def test_the_minimum_wage_is_that_of_the_day(day, wage):
    assert PARAMETERS["tm.minimum_wage"].on(day) == wage


@pytest.mark.parametrize("day", [date(2017, 12, 31), date(2021, 7, 1), date(2025, 7, 1), date(2026, 11, 21)])
def test_a_minimum_wage_nobody_has_confirmed_is_not_in_force(day):
    with pytest.raises(NotInForce, match=r"tm\.minimum_wage"):
        PARAMETERS["tm.minimum_wage"].on(day)


def test_an_old_number_does_not_return_when_its_successor_is_unknown():
    values = values_on(PARAMETERS, date(2026, 11, 21))
    assert "tm.minimum_wage" not in values
    assert values["tm.hours_week"] == 40


def test_values_on_agrees_with_each_parameter():
    for day in (date(2000, 1, 1), date(2012, 1, 1), date(2021, 5, 5), date(2026, 11, 21)):
        values = values_on(PARAMETERS, day)
        for name, parameter in PARAMETERS.items():
            if name in values:
                assert parameter.on(day) == values[name]
            else:
                with pytest.raises(NotInForce):
                    parameter.on(day)


def test_cotton_is_closed_to_minors_from_the_day_of_the_order():
    assert "tm.age_cotton" not in values_on(PARAMETERS, date(2024, 7, 11))
    assert PARAMETERS["tm.age_cotton"].on(date(2024, 7, 12)) == 18


def test_the_cotton_season_runs_from_august_to_november():
    values = values_on(PARAMETERS, date(2026, 11, 21))
    assert (values["season.cotton_first_month"], values["season.cotton_last_month"]) == (8, 11)


@pytest.mark.parametrize("name", ["tm.hours_week_16_17", "tm.overtime_year_max", "tm.notice_resignation"])
def test_a_number_from_a_weak_source_carries_its_mark(name):
    assert not PARAMETERS[name].entry(date(2026, 11, 21)).source.confirmed


@pytest.mark.parametrize("parameter", EACH)
def test_every_parameter_speaks_three_languages_and_keeps_to_the_glossary(parameter):
    assert set(parameter.description) == set(LANGUAGES)
    assert all(parameter.description.values())
    assert glossary.inconsistencies(GLOSSARY, parameter.description) == []


@pytest.mark.parametrize("parameter", EACH)
def test_every_parameter_has_a_known_unit(parameter):
    assert parameter.unit in UNITS


@pytest.mark.parametrize("parameter", EACH)
def test_a_number_without_a_reading_of_its_source_is_not_confirmed(parameter):
    for value in parameter.values:
        assert value.source.checked or not value.source.confirmed
        assert value.value is not None or not value.source.confirmed


def test_an_id_used_twice_is_refused(tmp_path):
    twice = entry("a.b", ("2020-01-01", 1))
    with pytest.raises(ContentError, match=r"a\.b is defined twice"):
        read_all(written(tmp_path, twice, twice))


@pytest.mark.parametrize("second", ["2019-01-01", "2020-01-01"])
def test_values_out_of_order_are_refused(tmp_path, second):
    with pytest.raises(ContentError, match="do not ascend"):
        read_all(written(tmp_path, entry("a.b", ("2020-01-01", 1), (second, 2))))


def test_a_parameter_without_values_is_refused(tmp_path):
    with pytest.raises(ContentError, match="has no values"):
        read_all(written(tmp_path, entry("a.b")))


def test_a_misspelt_field_is_refused(tmp_path):
    with pytest.raises(ContentError, match="untl"):
        read_all(written(tmp_path, {**entry("a.b", ("2020-01-01", 1)), "untl": "h"}))
