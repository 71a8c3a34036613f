"""What anybody may read, and the days on which reviewers look for retaliation."""

import re
from datetime import timedelta

import pytest

from api.pages.guidance import HELP, SCREENS
from duediligence import ledger
from duediligence.assessment import MODEL
from duediligence.workflow import handing_in, reviewing
from risk_models import catalogue

PUBLIC = ("/method", "/help", "/ledger-roots", "/safeguarding", *(f"/help/{role}" for role in HELP))


@pytest.mark.parametrize("language", ["en", "ru", "tk"])
@pytest.mark.parametrize("page", PUBLIC)
def test_anybody_may_read_it_in_each_language(service, page, language):
    answer = service.browser().get(page, cookie=f"language={language}")
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.text


@pytest.mark.parametrize("page", PUBLIC)
def test_it_is_small_enough_for_a_slow_line(service, page):
    assert len(service.browser().get(page).content) < 60_000


@pytest.mark.parametrize("language", ["en", "ru", "tk"])
@pytest.mark.parametrize("role", HELP)
def test_a_help_page_with_its_pictures_is_small_enough_for_a_slow_line(service, role, language):
    page = service.browser().get(f"/help/{role}", cookie=f"language={language}")
    pictures = re.findall(r'src="(/static/[^"]+\.webp)" alt="[^"]+"', page.text)
    assert len(pictures) == len(SCREENS.get(role, {})) == page.text.count('loading="lazy"')
    assert all(f"-{language}." in one for one in pictures)
    assert len(page.content) + sum(len(service.browser().get(one).content) for one in pictures) < 150_000


def test_a_role_that_does_not_exist_has_no_help(service):
    assert service.browser().get("/help/nobody").status_code == 404


def test_the_method_states_every_number_of_the_rule_set(service):
    words = service.browser().get("/method").text
    rules = catalogue.load(*MODEL)
    for part in (*rules.bands, *rules.groups, *rules.exposures, *rules.levels, *rules.indicators, *rules.overrides):
        assert part.label["en"] in words
    assert f"at most {rules.groups[0].cap}" in words


def test_the_page_on_looking_after_people_can_be_left_quickly(service):
    assert "data-leave" in service.browser().get("/safeguarding").text


def test_without_a_contact_that_was_called_it_says_so(service):
    assert "none is shown" in service.browser().get("/safeguarding").text


def test_reading_it_leaves_nothing_in_the_ledger(service):
    with service.installation.db.reading() as connection:
        before = ledger.newest(connection)
    service.browser(service.firm()[2]).get("/safeguarding")
    with service.installation.db.reading() as connection:
        assert ledger.newest(connection) == before


def test_the_root_of_a_day_can_be_compared_by_anybody(service):
    yesterday = service.here.now.date() - timedelta(days=1)
    with service.installation.db.writing() as connection:
        root = ledger.close_day(connection, yesterday, service.here.now)
    assert root.seal in service.browser().get("/ledger-roots").text
    assert root.seal not in service.browser().get(f"/ledger-roots?before={yesterday}").text


class TestSafetyChecks:
    @pytest.fixture
    def file(self, service):
        """Give a file with a grave sign, its firm's lead and its auditor."""
        _, site, lead = service.firm()
        _, auditor, _, _ = service.body()
        identifier = service.here.answered(lead, site)
        with service.here.work(lead) as work:
            handing_in.submit(work, identifier)
        with service.here.work(auditor) as work:
            reviewing.take(work, identifier, "")
        return identifier, lead, auditor

    def test_of_a_file_that_does_not_exist_are_not_found(self, service, file):
        assert service.browser(file[2]).get("/safety-checks/none").status_code == 404

    def test_are_closed_to_the_firm(self, service, file):
        assert service.browser(file[1]).get(f"/safety-checks/{file[0]}").status_code == 403

    def test_of_others_are_not_found_by_a_reviewer(self, service, file):
        other = service.body()[1]
        assert service.browser(other).get(f"/safety-checks/{file[0]}").status_code == 404

    def test_are_not_asked_for_weeks_before_their_day(self, service, file):
        page = service.browser(file[2]).get(f"/safety-checks/{file[0]}")
        assert page.status_code == 200
        assert 'name="outcome"' not in page.text

    def test_are_written_down_once_an_outcome_is_chosen(self, service, file):
        service.here.now += timedelta(days=30)
        auditor = service.browser(file[2])
        page = auditor.get(f"/safety-checks/{file[0]}").text
        check = page.split('name="check" value="')[1].split('"')[0]
        missing = auditor.post(f"/safety-checks/{file[0]}", {"check": check})
        assert missing.status_code == 422
        assert 'href="#outcome"' in missing.text
        fields = {"check": check, "outcome": "no_sign"}
        assert auditor.post(f"/safety-checks/{file[0]}", fields).status_code == 303
        assert auditor.post(f"/safety-checks/{file[0]}", fields).status_code == 409
