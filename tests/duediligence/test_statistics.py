"""What is published of many firms, and what never is."""

import csv
import io
import random
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from duediligence import record
from duediligence.assessment import Assessment, assess
from duediligence.database import Database, new_id
from duediligence.record_shared import shared
from duediligence.statistics import (
    BAND,
    NOT_ASKED,
    REGION,
    SECTOR,
    WHOLE,
    Firms,
    Observation,
    Quarter,
    Release,
    Table,
    firms,
    measures,
    outcomes,
    released,
)
from duediligence.statistics_view import (
    INDICATORS,
    SECTIONS,
    Told,
    at_least,
    over_years,
    share,
    side_by_side,
    to_csv,
    told,
    told_people,
)
from duediligence.store import statistics as store
from duediligence.store import table
from questionnaires.text import LANGUAGES
from tests.conftest import answers, favourable_answers, response

FIRST, SECOND = Quarter(2025, 4), Quarter(2026, 1)
BANDS = measures()[BAND]
ALL = {measure: allowed[0] for measure, allowed in measures().items()}


def firm(number: int, band: str = "low", sector: str = "wheat", region: str = "TM-A", **more: object) -> Observation:
    """Return a firm of 2025 that differs from others in its band alone."""
    return msgspec.structs.replace(
        Observation(
            firm=f"firm {number}",
            year=2025,
            sector=sector,
            region=region,
            people=20,
            outcomes={BAND: band},
        ),
        **more,
    )


def many(*before: Observation, **bands: int) -> Firms:
    """Return so many firms of each band, over three sectors and two regions, after those there were before."""
    spread = enumerate((band for band, count in bands.items() for _ in range(count)), len(before))
    sectors, regions = ("wheat", "textile", "services"), ("TM-A", "TM-M")
    return (*before, *(firm(n, band, sectors[n % 3], regions[n % 2]) for n, band in spread))


def first(found: Firms) -> Release:
    return released(found, FIRST, None, lambda _: ())


def next_one(found: Firms, before: Firms) -> Release:
    return released(found, SECOND, first(before), lambda _: before)


def bands(release: Release, by: str = WHOLE) -> Table:
    return next(one for one in release.tables if (one.measure, one.by) == (BAND, by))


def figures(release: Release) -> list[Table]:
    """Return what is printed, whenever it was taken."""
    return [msgspec.structs.replace(one, taken=FIRST) for one in release.tables]


@st.composite
def registries(draw: st.DrawFn) -> Firms:
    """Return firms of all kinds."""
    size = draw(st.integers(20, 30))
    seed = draw(st.integers(0, 2**16))
    chance = random.Random(seed)
    return tuple(
        firm(
            n,
            chance.choice(BANDS[: 2 + seed % 4]),
            chance.choice(("wheat", "textile")),
            chance.choice(("TM-A", "TM-M")),
        )
        for n in range(size)
    )


class TestOneFirm:
    @settings(max_examples=4)
    @given(registries(), st.sampled_from(BANDS))
    def test_that_joins_changes_no_figure(self, found, band):
        assert figures(next_one((*found, firm(99, band)), found)) == figures(first(found))

    @settings(max_examples=4)
    @given(registries(), st.integers(0, 19))
    def test_that_leaves_changes_no_figure(self, found, number):
        assert figures(next_one((*found[:number], *found[number + 1 :]), found)) == figures(first(found))

    @settings(max_examples=4)
    @given(registries(), st.integers(0, 19), st.sampled_from(BANDS))
    def test_whose_band_changes_changes_no_figure(self, found, number, band):
        changed = firm(number, band, found[number].sector, found[number].region)
        assert figures(next_one((*found[:number], changed, *found[number + 1 :]), found)) == figures(first(found))

    def test_counts_once_with_the_worst_of_its_sites(self):
        (one,) = firms([firm(1, "low"), firm(1, "severe"), firm(1, "moderate")])
        assert (one.outcomes[BAND], one.people) == ("severe", 60)


def test_figures_that_many_firms_change_are_taken_anew():
    before = many(low=30, high=30)
    after = many(*before, low=30, high=30)
    assert bands(next_one(after, before)).totals == (120,)


def test_a_figure_that_few_firms_change_keeps_its_table_as_it_was():
    before = many(low=30, high=30)
    after = many(*before, low=30, high=3)
    assert bands(next_one(after, before)) == bands(first(before))


def test_changes_add_up_over_the_quarters_until_they_are_enough():
    before = many(low=30, high=30)
    between = many(*before, low=24, high=3)
    after = many(*between, low=6, high=27)
    second = next_one(between, before)
    third = released(after, Quarter(2026, 2), second, {FIRST: before, SECOND: between}.__getitem__)
    assert (bands(second).taken, bands(third).taken) == (FIRST, Quarter(2026, 2))
    assert bands(third).totals == (120,)


@given(st.randoms(use_true_random=False))
@settings(max_examples=2)
def test_the_order_of_the_firms_does_not_matter(chance):
    found = [*many(low=13, high=14, critical=6)]
    chance.shuffle(found)
    assert first(tuple(found)) == first(many(low=13, high=14, critical=6))


@settings(max_examples=4)
@given(registries())
def test_no_figure_under_five_is_published(found):
    counts = [count for one in first(found).tables for line in (*one.cells, one.totals) for count in line]
    assert all(count is None or count >= 5 for count in counts)


def test_nothing_is_published_of_fewer_than_ten_firms():
    assert not first(many(low=9)).tables


def test_nothing_is_published_of_a_year_that_is_not_over():
    assert not released(many(low=50), Quarter(2025, 3), None, lambda _: ()).tables


def test_sectors_with_few_firms_are_put_together():
    found = (*many(low=60), *(firm(n, sector="silk") for n in range(90, 99)), firm(99, sector="orchard"))
    assert bands(first(found), SECTOR).rows == ("services", "textile", "wheat", "")


def test_no_table_is_broken_down_by_more_than_sector_or_region():
    assert {one.by for one in full().tables} == {WHOLE, SECTOR, REGION}


def test_state_imposed_labour_is_in_no_table():
    assert not {"SIF", "section.sif"} & {one.measure for one in full().tables}


def test_the_people_of_a_sector_are_told_without_a_total():
    (people,) = first((*many(low=30), firm(99, sector="silk"))).people
    assert people.sectors == {"services": 200, "silk": None, "textile": 200, "wheat": 200}


def test_the_people_of_a_sector_stay_where_few_firms_changed_them():
    before = many(low=30)
    after = tuple(firm(n, sector="wheat", people=90) if n == 0 else one for n, one in enumerate(before))
    assert next_one(after, before).people == first(before).people


class TestAsShown:
    def test_a_series_that_crosses_the_limit_is_not_told(self):
        later = tuple(msgspec.structs.replace(one, year=2026) for one in many(low=30, high=3, moderate=20))
        both = (*many(low=30, high=10, moderate=20), *later)
        series = over_years(released(both, Quarter(2026, 4), None, lambda _: ()), BAND)
        assert series is not None
        assert series.rows == ("2025", "2026")
        assert series.cells == ((30, 20, None, None, None), (30, 20, None, None, None))

    def test_what_is_at_least_so_bad_is_added_up_of_printed_figures(self):
        assert at_least(bands(first(many(low=30, moderate=20, high=10))), 0, 1) == 30

    def test_what_is_at_least_so_bad_is_what_the_better_leave(self):
        assert at_least(bands(first(many(low=30, moderate=20, high=3))), 0, 1) == 25

    def test_what_is_at_least_so_bad_is_withheld_where_it_may_be_under_five(self):
        assert at_least(bands(first(many(low=30, moderate=20, high=3))), 0, 2) is None

    @pytest.mark.parametrize(
        ("count", "total", "percent"), [(10, 40, 25), (None, 40, None), (35, 30, 100), (5, 0, None)]
    )
    def test_shares_are_worked_out_of_rounded_counts(self, count, total, percent):
        assert share(count, total) == percent

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_figure_goes_without_the_note_that_firms_say_it_themselves(self, language):
        said = {"en": "say of themselves", "ru": "сообщают о себе сами", "tk": "özleri barada"}[language]
        assert all(said in shown.notes[0] and said in to_csv(shown).decode() for shown in everything(language))

    def test_withheld_figures_are_told_in_words(self):
        shown = told(bands(first(many(low=30, high=3))), "en")
        assert None in shown.rows[0][1]
        assert "fewer than 5 firms" in to_csv(shown).decode()

    def test_no_cell_of_a_csv_begins_like_a_formula(self):
        shown = msgspec.structs.replace(
            told(bands(first(many(low=30))), "en"), title="=1+1", rows=(("@cmd", (5, 5, 5, 5, 5, 5)),)
        )
        cells = [cell for row in csv.reader(io.StringIO(to_csv(shown).decode("utf-8-sig"))) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@cache
def full() -> Release:
    """Return a release of firms that say something to every measure."""
    found = (*many(low=30, high=30), firm(99, sector="silk", region=""))
    return first(tuple(msgspec.structs.replace(one, outcomes=ALL | one.outcomes) for one in found))


def everything(language: str) -> list[Told]:
    """Return all that is shown of a release that has everything."""
    release = full()
    views = [over_years(release, BAND), side_by_side(release, 2025, INDICATORS), side_by_side(release, 2025, SECTIONS)]
    tables = [*release.tables, *(view for view in views if view)]
    assert len(tables) == len(release.tables) + 3
    return [*(told(one, language) for one in tables), *(told_people(one, language) for one in release.people)]


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    given = answers({"mov.id_kept": "yes"}, favourable_answers("wheat"))
    return assess(response(given), date(2025, 9, 1))


def test_a_profile_is_read_into_every_measure_but_the_protected(assessment):
    found = outcomes(assessment.profile)
    assert found.keys() == measures().keys()
    assert (found["DOC"], found[BAND], found["section.con"]) == ("strong", "critical", NOT_ASKED)


class TestInTheDatabase:
    def test_the_latest_assessment_of_a_site_and_year_counts(self, db, assessment):
        firm_id = kept(db, assessment, submitted=datetime(2025, 6, 1, tzinfo=UTC))
        better = assess(response(favourable_answers("wheat")), date(2025, 9, 1))
        again(db, firm_id, better, submitted=datetime(2025, 7, 1, tzinfo=UTC))
        assert [one.outcomes[BAND] for one in seen(db)] == [better.profile.band]

    def test_what_was_sealed_after_the_quarter_does_not_count_yet(self, db, assessment):
        kept(db, assessment, submitted=datetime(2026, 1, 1, tzinfo=UTC))
        assert not seen(db)

    @pytest.mark.parametrize(
        "left_out",
        [
            {"rehearsal": True},
            {"sample": True},
            {"submitted": None},
            {"withdrawn": datetime(2025, 12, 1, tzinfo=UTC), "stage": "withdrawn"},
        ],
        ids=["rehearsal", "sample", "not handed in", "withdrawn"],
    )
    def test_what_is_no_assessment_does_not_count(self, db, assessment, left_out):
        kept(db, assessment, **left_out)
        assert not seen(db)

    def test_the_copy_that_may_travel_is_read_as_well(self, db, assessment):
        kept(db, assessment)
        (whole,) = seen(db)
        with db.writing() as connection:
            connection.execute(update(table.sealed).values(document=record.encode(shared(assessment))))
        (copy,) = seen(db)
        assert (copy.people, copy.outcomes[BAND]) == (whole.people, whole.outcomes[BAND])

    def test_a_release_once_made_stays_as_it_is(self, db, assessment):
        for _ in range(10):
            kept(db, assessment)
        now = datetime(2026, 1, 2, tzinfo=UTC)
        made = published(db, FIRST, now)
        for _ in range(10):
            kept(db, assessment)
        assert published(db, FIRST, now) == made
        assert bands(made).totals == (10,)

    def test_a_release_that_was_published_meanwhile_stays(self, db, assessment):
        kept(db, assessment)
        now = datetime(2026, 1, 2, tzinfo=UTC)
        with db.reading() as connection:
            late = store.drawn_up(connection, FIRST, now)
        first = published(db, FIRST, now)
        with db.writing() as connection:
            store.keep(connection, late, now)
            assert store.published(connection) == first

    def test_the_next_release_is_taken_anew_of_what_changed(self, db, assessment):
        for quarter, now in ((FIRST, datetime(2026, 1, 2, tzinfo=UTC)), (SECOND, datetime(2026, 4, 2, tzinfo=UTC))):
            for _ in range(10):
                kept(db, assessment)
            made = published(db, quarter, now)
        assert (bands(made).totals, bands(made).taken) == ((20,), SECOND)

    def test_a_quarter_that_is_not_over_cannot_be_published(self, db):
        with pytest.raises(ValueError, match="2025-Q4"):
            published(db, FIRST, datetime(2025, 12, 31, tzinfo=UTC))


def published(db: Database, quarter: Quarter, now: datetime) -> Release:
    with db.reading() as connection:
        drawn = store.drawn_up(connection, quarter, now)
    with db.writing() as connection:
        if drawn:
            store.keep(connection, drawn, now)
        found = store.published(connection)
    assert found
    return found


def seen(db: Database) -> tuple[Observation, ...]:
    with db.reading() as connection:
        return store.observations(connection, FIRST.end)


def kept(db: Database, assessment: Assessment, **columns: object) -> str:
    """Keep a new firm with one site and one assessment, and return the id they share."""
    identifier, when = new_id(), datetime(2025, 6, 1, tzinfo=UTC)
    where = {"id": identifier, "name": "A made-up farm", "region": "TM-A", "created": when}
    more = {"kind": "firm", "state_body": False, "sector": "wheat", "sample": False}
    person = {"id": identifier, "email": f"{identifier}@example.org", "name": "", "language": "tk", "password": ""}
    more_person = {"totp_step": 0, "created": when, "failures": 0, "sample": False}
    with db.writing() as connection:
        connection.execute(insert(table.organisation).values(**where, **more))
        connection.execute(insert(table.site).values(**where, organisation=identifier))
        connection.execute(insert(table.person).values(**person, **more_person))
    again(db, identifier, assessment, **columns)
    return identifier


def again(db: Database, identifier: str, assessment: Assessment, **columns: object) -> None:
    """Keep one more assessment of a firm."""
    engagement, when = new_id(), columns.get("submitted") or datetime(2025, 6, 1, tzinfo=UTC)
    plain: Mapping[str, object] = {
        "id": engagement,
        "organisation": identifier,
        "site": identifier,
        "stage": "submitted",
        "rehearsal": False,
        "questionnaire": "risk_assessment",
        "questionnaire_version": "2026.1",
        "begins": date(2025, 1, 1),
        "ends": date(2025, 5, 31),
        "response": b"{}",
        "revision": 1,
        "answered": 1,
        "asked": 1,
        "created_by": identifier,
        "created": when,
        "changed": when,
        "submitted": when,
        "withdrawn_reason": "",
        "protected_released": False,
        "indicators": "{}",
        "grave": False,
        "sample": False,
    }
    document = {"number": 1, "reason": "assessment:submit", "document": record.encode(assessment), "digest": ""}
    with db.writing() as connection:
        connection.execute(insert(table.engagement).values(**{**plain, **columns}))
        connection.execute(insert(table.sealed).values(engagement=engagement, at=when, **document))
