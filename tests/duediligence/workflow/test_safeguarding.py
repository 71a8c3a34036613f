"""Reviewers look whether anyone suffers for having spoken; the firm never learns of it."""

from datetime import timedelta

import pytest

from duediligence import ledger
from duediligence.access import Step
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.workflow import handing_in, reviewing, safeguarding
from duediligence.workflow.safeguarding import NO_SIGN, NOT_POSSIBLE, SIGN


@pytest.fixture
def grave(here, lead, site, auditor):
    """Give a file with a grave sign, taken by its auditor."""
    identifier = here.answered(lead, site)
    with here.work(lead) as work:
        handing_in.submit(work, identifier)
    with here.work(auditor) as work:
        reviewing.take(work, identifier, "")
    return identifier


def days(here, actor, identifier):
    with here.work(actor) as work:
        return safeguarding.checks(work, identifier)[1]


def finish(here, actor, identifier, outcome, place=0):
    check = days(here, actor, identifier)[place]
    with here.work(actor) as work:
        safeguarding.finish(work, identifier, check.id, outcome)


def test_a_grave_sign_sets_two_days(here, auditor, grave):
    assert len(days(here, auditor, grave)) == 2


def test_the_firm_is_not_told_that_there_are_such_days(here, lead, grave):
    with here.work(lead) as work, pytest.raises(NotAllowed):
        safeguarding.checks(work, grave)


def test_a_reviewer_of_another_file_finds_none(here, second, grave):
    with here.work(second) as work, pytest.raises(NotFound):
        safeguarding.checks(work, grave)


def test_it_is_too_early_weeks_before_the_day(here, auditor, grave):
    with pytest.raises(WrongMoment):
        finish(here, auditor, grave, NO_SIGN)


def test_an_outcome_must_be_chosen(here, auditor, grave):
    here.now += timedelta(days=30)
    with pytest.raises(Unfit):
        finish(here, auditor, grave, "")


def test_without_a_sign_no_further_day_is_set(here, auditor, grave):
    here.now += timedelta(days=30)
    finish(here, auditor, grave, NO_SIGN)
    found = days(here, auditor, grave)
    assert [one.outcome for one in found] == [NO_SIGN, ""]


@pytest.mark.parametrize("outcome", [SIGN, NOT_POSSIBLE])
def test_after_a_sign_or_where_looking_was_not_possible_somebody_looks_again(here, auditor, grave, outcome):
    here.now += timedelta(days=30)
    finish(here, auditor, grave, outcome)
    assert len(days(here, auditor, grave)) == 3


def test_a_day_is_done_once(here, auditor, grave):
    here.now += timedelta(days=30)
    finish(here, auditor, grave, NO_SIGN)
    with pytest.raises(WrongMoment):
        finish(here, auditor, grave, NO_SIGN)


def test_the_ledger_says_that_somebody_looked_and_not_what_they_saw(here, auditor, grave):
    here.now += timedelta(days=30)
    finish(here, auditor, grave, SIGN)
    with here.db.reading() as connection:
        last = ledger.latest(connection, 1)[0]
    assert last.event == Step.SAFETY_CHECK
    assert SIGN not in str(last.facts)
