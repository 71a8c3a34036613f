"""The pages of an administrator: closed to others, and without a word of what firms answered."""

import re
from datetime import timedelta

import pytest

from api.pages.administration import event, kind_of_work
from api.translation import words
from duediligence.access import Step
from duediligence.assessment import MODEL
from duediligence.job import Nothing, Order
from duediligence.store import job as jobs
from duediligence.store import setting
from duediligence.store.setting import Checked, Choices
from duediligence.worker import KINDS
from duediligence.workflow import administering
from duediligence.workflow.work import READING
from questionnaires.text import LANGUAGES

PAGES = ("", "/jobs", "/versions", "/choices", "/ledger", "/contacts")
CONTACT = {"name": "Trusted line", "reach": "+993 00 000000", "languages": "tk, ru", "hours": "9 to 18"}
WORDS = {"announcement_en": "Closed on Sunday.", "announcement_ru": "Закрыто.", "announcement_tk": "Ýapyk."}


@pytest.fixture
def administrator(service):
    return service.browser(service.administrator())


@pytest.fixture
def order(service):
    """Give the id of a job that waits."""
    with service.installation.db.writing() as connection:
        name = f"remind {service.here.now.isoformat()}"
        return jobs.enqueue(connection, Order(kind="remind", arguments=Nothing(), once=name), service.here.now)


@pytest.fixture
def chosen(service):
    """Put the choices back after a test that changes them."""
    yield
    with service.installation.db.writing() as connection:
        setting.note(connection, setting.CHOICES, Choices(), service.here.now)
    service.here.now += timedelta(minutes=1)


@pytest.mark.parametrize("page", PAGES)
class TestEveryPage:
    def test_sends_a_stranger_to_the_door(self, service, page):
        assert service.browser().get(f"/administration{page}").headers["location"].startswith("/sign-in")

    def test_is_closed_to_a_firm(self, service, page):
        assert service.browser(service.firm()[2]).get(f"/administration{page}").status_code == 403

    @pytest.mark.parametrize("language", ["en", "ru", "tk"])
    def test_is_open_to_an_administrator_in_each_language(self, administrator, page, language):
        answer = administrator.get(
            f"/administration{page}", cookie=f"{administrator.headers['cookie']}; language={language}"
        )
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.text


class TestHealth:
    def test_says_that_no_backup_is_known_of(self, administrator):
        assert "None is known of" in administrator.get("/administration").text

    def test_says_where_the_ledger_does_not_fit(self, service, administrator):
        with service.installation.db.writing() as connection:
            fault = Checked(at=service.here.now, number=7, fault="Entry 7 of the ledger was changed.")
            setting.note(connection, setting.LEDGER, fault, service.here.now)
        assert "Something does not fit" in administrator.get("/administration").text
        assert "Entry 7 of the ledger was changed." in administrator.get("/administration/ledger").text


class TestJobs:
    def test_that_does_not_exist_is_not_found(self, administrator):
        assert administrator.get("/administration/jobs/none").status_code == 404

    def test_are_not_cancelled_by_a_firm(self, service, order):
        answer = service.browser(service.firm()[2]).post(f"/administration/jobs/{order}/cancel")
        assert answer.status_code == 403

    def test_that_wait_are_not_tried_again(self, administrator, order):
        assert administrator.post(f"/administration/jobs/{order}/again").status_code == 409

    def test_are_cancelled_and_tried_again(self, administrator, order):
        assert administrator.post(f"/administration/jobs/{order}/cancel").status_code == 303
        assert "Cancelled" in administrator.get(f"/administration/jobs/{order}").text
        assert administrator.post(f"/administration/jobs/{order}/again").status_code == 303
        assert "Waiting" in administrator.get(f"/administration/jobs/{order}").text

    def test_are_listed_by_state(self, administrator, order):
        assert order in administrator.get("/administration/jobs?of=queued").text
        assert order not in administrator.get("/administration/jobs?of=failed").text

    def test_of_a_kind_without_a_name_are_told_by_their_own(self, service, administrator):
        with service.installation.db.writing() as connection:
            jobs.enqueue(connection, Order(kind="strange", arguments=Nothing(), once="strange"), service.here.now)
        assert "strange" in administrator.get("/administration/jobs").text


class TestRuleSets:
    def test_that_the_library_lacks_are_not_found(self, administrator):
        assert administrator.post("/administration/versions/forced_labour/1999.1/try").status_code == 404

    def test_are_tried_as_a_job(self, administrator):
        answer = administrator.post(f"/administration/versions/{MODEL[0]}/{MODEL[1]}/try")
        assert answer.status_code == 303
        assert "Rule set tried" in administrator.get(answer.headers["location"]).text


class TestTheLedger:
    def test_is_looked_through_as_a_job(self, administrator):
        answer = administrator.post("/administration/ledger/check")
        assert answer.status_code == 303
        assert "Ledger looked through" in administrator.get(answer.headers["location"]).text

    def test_shows_what_was_done_in_words(self, administrator, order):
        administrator.post(f"/administration/jobs/{order}/cancel")
        assert ">Administration</th>" in administrator.get("/administration/ledger").text


@pytest.mark.usefixtures("chosen")
class TestChoices:
    def test_an_announcement_in_two_languages_is_refused_and_stays_typed(self, administrator):
        answer = administrator.post("/administration/choices", WORDS | {"announcement_tk": ""})
        assert answer.status_code == 422
        assert 'href="#announcement_tk"' in answer.text
        assert "Closed on Sunday." in answer.text

    def test_an_announcement_stands_on_the_first_page_at_once(self, service, administrator):
        assert administrator.post("/administration/choices", WORDS | {"requests_open": "yes"}).status_code == 303
        assert "Closed on Sunday." in service.browser().get("/").text


class TestContacts:
    def test_that_are_incomplete_are_refused_with_everything_that_is_missing(self, administrator):
        answer = administrator.post("/administration/contacts", {"name": "Trusted line"})
        assert answer.status_code == 422
        assert set(re.findall(r'href="#(\w+)"', answer.text)) >= {"reach", "languages", "hours"}
        assert 'value="Trusted line"' in answer.text

    def test_are_shown_to_everybody_only_after_a_call(self, service, administrator):
        administrator.post("/administration/contacts", CONTACT)
        with service.here.work(service.administrator()) as work:
            identifier = administering.contacts(work)[0].id
        assert CONTACT["reach"] not in service.browser().get("/safeguarding").text
        wrong = administrator.post(f"/administration/contacts/{identifier}/called", {f"day-{identifier}": "tomorrow"})
        assert wrong.status_code == 422
        day = f"{service.here.now:%d.%m.%Y}"
        called = administrator.post(f"/administration/contacts/{identifier}/called", {f"day-{identifier}": day})
        assert called.status_code == 303
        assert CONTACT["reach"] in service.browser().get("/safeguarding").text
        assert administrator.post(f"/administration/contacts/{identifier}/withdraw").status_code == 303
        assert CONTACT["reach"] not in service.browser().get("/safeguarding").text

    def test_that_do_not_exist_are_not_found(self, administrator):
        assert administrator.post("/administration/contacts/none/withdraw").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_work_has_a_name(language):
    told = words(language)
    assert not [kind.name for kind in KINDS if kind_of_work(told, kind.name) == kind.name]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_that_changes_something_has_a_name_in_the_ledger(language):
    told = words(language)
    assert not [step for step in set(Step) - READING if event(told, step) == step]
