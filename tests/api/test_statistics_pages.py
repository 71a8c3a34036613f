"""The pages of the statistics: for those who may, and with nothing but what was released."""

import csv
import io
from datetime import UTC, datetime
from functools import cache

import msgspec
import pytest
from sqlalchemy import delete

from duediligence import statistics
from duediligence.organisation import Kind, Role
from duediligence.statistics import BAND, Firms, Observation, Quarter, Release, measures
from duediligence.statistics_chart import Wording, of_whole
from duediligence.statistics_view import told
from duediligence.store import setting
from duediligence.store import statistics as store
from duediligence.store.setting import Choices
from duediligence.store.statistics import Drawn
from duediligence.store.table import statistics_release

QUARTER = Quarter(2026, 2)
OUTCOMES = {measure: allowed[0] for measure, allowed in measures().items()}


def firms() -> Firms:
    """Return twenty firms low and ten high, over three sectors and two regions, and two that are severe."""
    bands = ("low",) * 20 + ("high",) * 10 + ("severe",) * 2
    return tuple(
        Observation(
            firm=f"firm {n}",
            year=2025,
            sector=("wheat", "textile", "services")[n % 3],
            region=("TM-A", "TM-M")[n % 2],
            people=20,
            outcomes=OUTCOMES | {BAND: band},
        )
        for n, band in enumerate(bands)
    )


@cache
def released() -> Release:
    return statistics.released(firms(), QUARTER, None, lambda _: ())


@pytest.fixture
def release(service):
    with service.installation.db.writing() as connection:
        store.keep(connection, Drawn(release=released(), firms=firms()), datetime(2026, 7, 2, tzinfo=UTC))
    yield
    with service.installation.db.writing() as connection:
        connection.execute(delete(statistics_release))


@pytest.fixture
def observer(service):
    operator = service.here.organisation(Kind.OPERATOR, name="Operator")
    return service.browser(service.here.somebody((operator, Role.OBSERVER)))


class TestWhoMay:
    def test_a_stranger_signs_in_first(self, service):
        assert service.browser().get("/statistics").headers["location"].startswith("/sign-in")

    def test_a_firm_may_not(self, service):
        assert service.browser(service.firm()[2]).get("/statistics").status_code == 403

    def test_a_firm_may_once_an_administrator_has_opened_them(self, service):
        with service.installation.db.writing() as connection:
            setting.note(connection, setting.CHOICES, Choices(statistics_open=True), service.here.now)
        answer = service.browser(service.firm()[2]).get("/statistics")
        with service.installation.db.writing() as connection:
            setting.note(connection, setting.CHOICES, Choices(), service.here.now)
        assert answer.status_code == 200


class TestBeforeTheFirstRelease:
    def test_the_page_says_why_and_when(self, service, observer):
        service.here.now = max(service.here.now, datetime(2026, 11, 21, tzinfo=UTC))
        words = observer.get("/statistics").text
        assert "No figures yet" in words
        assert "at least ten firms" in words

    def test_a_table_is_not_told(self, observer):
        assert "not released" in observer.get("/statistics/table?measure=band").text
        assert observer.get("/statistics/table.csv?measure=band&year=2025").status_code == 404


@pytest.mark.usefixtures("release")
class TestARelease:
    @pytest.mark.parametrize("language", ["en", "ru", "tk"])
    def test_is_shown_with_a_caption_to_each_table(self, observer, language):
        answer = observer.get("/statistics", cookie=f"{observer.headers['cookie']}; language={language}")
        assert answer.status_code == 200
        assert answer.text.count("<caption") == answer.text.count("<table>") >= 5

    def test_is_never_shown_without_what_it_rests_on(self, observer):
        for page in ("/statistics", "/statistics/table?measure=band&year=2025"):
            assert "These figures rest on what firms say of themselves" in observer.get(page).text

    def test_holds_every_table_that_can_be_chosen(self, observer):
        for measure in measures():
            answer = observer.get(f"/statistics/table?measure={measure}&by=sector&year=2025")
            assert "<table>" in answer.text

    def test_that_was_not_made_of_a_year_is_not_told(self, observer):
        assert "not released" in observer.get("/statistics/table?measure=band&year=1999").text

    def test_is_taken_along_with_its_notes_in_front(self, observer):
        answer = observer.get("/statistics/table.csv?measure=band&by=sector&year=2025")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "rest on what firms say" in rows[1][0]
        assert len(rows) == 6 + 3


def test_a_chart_hatches_what_is_withheld_and_says_so():
    table = next(one for one in released().tables if one.measure == BAND and not one.by)
    hidden = msgspec.structs.replace(table, cells=((*table.cells[0][:-2], None, None),))
    chart = of_whole(told(hidden, "en"), Wording(measured="firms", withheld="not shown"))
    assert "Critical: not shown" in chart.description
    assert chart.table.rows[0][-2] == "not shown"
    assert "<text" in chart.svg
