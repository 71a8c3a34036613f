"""An administrator looks after the service, and sees nothing of what firms answered."""

from datetime import timedelta

import msgspec
import pytest

from duediligence import housekeeping, key, ledger
from duediligence.assessment import MODEL
from duediligence.errors import NotFound, SecondFactorNeeded, Unfit, WrongMoment
from duediligence.job import Context, Nothing, Order, State
from duediligence.organisation import Kind, Role
from duediligence.store import job as jobs
from duediligence.store import safety, setting
from duediligence.store.setting import Checked, Choices
from duediligence.workflow import administering, handing_in, rescoring
from duediligence.workflow.rescoring import Candidate, Compared

WORDS = {"en": "Closed on Sunday.", "ru": "В воскресенье закрыто.", "tk": "Ýekşenbe güni ýapyk."}
CONTACT = ("Trusted line", "+993 00 000000", "tk, ru", "9 to 18")


@pytest.fixture
def administrator(here):
    return here.somebody((here.organisation(Kind.OPERATOR, name="Operator"), Role.ADMINISTRATOR))


@pytest.fixture
def contact(here, administrator):
    with here.work(administrator) as work:
        administering.add_contact(work, *CONTACT)
        return administering.contacts(work)[0].id


def context(here) -> Context:
    service = key.read_or_make(here.settings.key_path())
    return Context(
        job="", db=here.db, settings=here.settings, key=service, clock=lambda: here.now, progress=lambda _: None
    )


def ordered(here, kind="remind") -> str:
    with here.db.writing() as connection:
        return jobs.enqueue(connection, Order(kind=kind, arguments=Nothing(), once=kind), here.now)


def shown(here, later=0) -> int:
    with here.db.reading() as connection:
        return len(safety.contacts(connection, here.now.date() + timedelta(days=later)))


class TestWhoMay:
    def test_nobody_else_learns_that_there_is_anything_to_administer(self, here, auditor):
        with here.work(auditor) as work, pytest.raises(NotFound):
            administering.overview(work)

    def test_an_administrator_shows_a_second_factor_first(self, here, administrator):
        alone = msgspec.structs.replace(administrator, second_factor=False)
        with here.work(alone) as work, pytest.raises(SecondFactorNeeded):
            administering.overview(work)


class TestJobs:
    def test_are_counted_by_state(self, here, administrator):
        ordered(here)
        with here.work(administrator) as work:
            assert administering.overview(work).jobs[State.QUEUED] == 1

    def test_that_wait_can_be_cancelled_and_tried_again(self, here, administrator):
        identifier = ordered(here)
        with here.work(administrator) as work:
            administering.cancel(work, identifier)
            assert administering.job(work, identifier).state is State.CANCELLED
            administering.try_again(work, identifier)
            assert administering.job(work, identifier).state is State.QUEUED

    def test_that_have_not_failed_are_not_tried_again(self, here, administrator):
        identifier = ordered(here)
        with here.work(administrator) as work, pytest.raises(WrongMoment):
            administering.try_again(work, identifier)

    def test_what_is_done_to_them_stands_in_the_ledger(self, here, administrator):
        identifier = ordered(here)
        with here.work(administrator) as work:
            administering.cancel(work, identifier)
            assert administering.entries(work, 0, 1)[0].facts == {"job": "cancel"}


class TestTheLedger:
    def test_is_shown_from_its_end_in_pages(self, here, administrator):
        with here.work(administrator) as work:
            for _ in range(5):
                work.record("service:administer", "x", {})
            assert [one.number for one in administering.entries(work, 0, 2)] == [5, 4]
            assert [one.number for one in administering.entries(work, 4, 2)] == [3, 2]

    def test_is_looked_through_once_however_often_somebody_presses(self, here, administrator):
        with here.work(administrator) as work:
            assert administering.check_ledger(work) == administering.check_ledger(work)

    def test_that_fits_is_noted_as_such_and_its_day_is_closed(self, here, administrator):
        with here.work(administrator) as work:
            administering.choose(work, Choices())
        here.now += timedelta(days=1)
        look_through(here)
        with here.work(administrator) as work:
            assert administering.overview(work).checked == Checked(at=here.now - timedelta(seconds=1), number=1)
            assert [root.day for root in ledger.roots(work.connection)] == [(here.now - timedelta(days=1)).date()]

    def test_days_on_which_no_worker_ran_are_closed_later(self, here):
        look_through(here)
        here.now += timedelta(days=3)
        look_through(here)
        with here.db.reading() as connection:
            assert len(ledger.roots(connection)) == 4

    def test_that_was_changed_is_told_and_no_root_is_taken_of_it(self, here, administrator):
        with here.work(administrator) as work:
            administering.choose(work, Choices())
        with here.db.writing() as connection:
            connection.exec_driver_sql("UPDATE ledger SET subject = 'another'")
        look_through(here)
        with here.work(administrator) as work:
            checked = administering.overview(work).checked
            assert checked
            assert "Entry 1" in checked.fault
            assert ledger.roots(work.connection) == ()


class TestTheMorning:
    def test_sweeps_and_orders_the_statistics_of_the_last_quarter_once(self, here, administrator):
        for _ in range(2):
            done = housekeeping.tidy(context(here), Nothing())
            with here.db.writing() as connection:
                done.write(connection)
            here.now += timedelta(days=1)
        with here.work(administrator) as work:
            found = administering.jobs_of(work, None, "", 10)
        assert [one.once for one in found] == ["statistics:2026-Q3"]


class TestChoices:
    def test_hold_until_somebody_chooses_otherwise(self, here, administrator):
        with here.work(administrator) as work:
            assert administering.choices(work) == Choices(announcement={}, requests_open=True, statistics_open=False)
            wanted = Choices(announcement=WORDS, requests_open=False, statistics_open=True)
            administering.choose(work, wanted)
            assert administering.choices(work) == wanted

    def test_an_announcement_is_made_in_all_languages_or_in_none(self, here, administrator):
        with here.work(administrator) as work, pytest.raises(Unfit) as error:
            administering.choose(work, Choices(announcement=WORDS | {"tk": " "}))
        assert [one.where for one in error.value.problems] == ["announcement_tk"]

    def test_words_of_an_announcement_do_not_reach_the_ledger(self, here, administrator):
        with here.work(administrator) as work:
            administering.choose(work, Choices(announcement=WORDS))
            assert administering.entries(work, 0, 1)[0].facts["announcement"] is True


class TestContacts:
    @pytest.mark.usefixtures("contact")
    def test_that_nobody_has_called_are_shown_to_nobody(self, here):
        assert not shown(here)

    def test_that_were_called_are_shown_for_ninety_days(self, here, administrator, contact):
        with here.work(administrator) as work:
            administering.confirm_contact(work, contact, work.day)
        assert (shown(here, 90), shown(here, 91)) == (1, 0)

    @pytest.mark.parametrize("ahead", [1, -91])
    def test_are_called_today_or_lately(self, here, administrator, contact, ahead):
        with here.work(administrator) as work, pytest.raises(Unfit):
            administering.confirm_contact(work, contact, work.day + timedelta(days=ahead))

    def test_that_were_withdrawn_are_gone(self, here, administrator, contact):
        with here.work(administrator) as work:
            administering.withdraw_contact(work, contact)
            assert administering.contacts(work) == ()
            with pytest.raises(NotFound):
                administering.confirm_contact(work, contact, work.day)

    def test_say_whom_one_calls_when_and_in_which_language(self, here, administrator):
        with here.work(administrator) as work, pytest.raises(Unfit) as error:
            administering.add_contact(work, "Trusted line", "", "", "")
        assert [one.where for one in error.value.problems] == ["reach", "languages", "hours"]


class TestAnotherRuleSet:
    @pytest.fixture
    def handed_in(self, here, lead, site):
        identifier = here.answered(lead, site)
        with here.work(lead) as work:
            handing_in.submit(work, identifier)
        return identifier

    @pytest.mark.usefixtures("handed_in")
    def test_the_one_in_force_moves_no_band(self, here, administrator):
        found = compared(here)
        assert (found.computed, found.other_form, found.moves) == (1, 0, ())
        with here.work(administrator) as work:
            assert administering.rule_sets(work)[0].outcome == found

    def test_is_tried_as_a_job_that_is_the_same_for_all_who_ask(self, here, administrator):
        with here.work(administrator) as work:
            identifier = administering.try_rules(work, *MODEL)
            assert administering.try_rules(work, *MODEL) == identifier
            assert administering.job(work, identifier).kind == rescoring.RESCORE

    def test_that_the_library_lacks_cannot_be_tried(self, here, administrator):
        with here.work(administrator) as work, pytest.raises(NotFound):
            administering.try_rules(work, "forced_labour", "1999.1")

    @pytest.mark.usefixtures("handed_in")
    def test_assessments_are_counted_by_the_form_they_answer(self, here, administrator, lead, site):
        here.begun(lead, site)
        with here.work(administrator) as work:
            (found,) = administering.in_use(work)
        assert (found.version, found.open, found.handed_in) == ("2026.1", 1, 1)


def look_through(here) -> None:
    done = housekeeping.look_through(context(here), Nothing())
    with here.db.writing() as connection:
        done.write(connection)


def compared(here) -> Compared:
    done = rescoring.compare(context(here), Candidate(model=MODEL[0], version=MODEL[1]))
    with here.db.writing() as connection:
        done.write(connection)
    found = done.result
    assert isinstance(found, Compared)
    return found


def test_setting_names_fit_their_column():
    assert len(rescoring.noted_as(*MODEL)) <= setting.setting.c.name.type.length
