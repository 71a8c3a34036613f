"""A lead auditor gives files to reviewers: never to somebody of the firm, with a tie to it, or alone."""

import pytest

from duediligence import ledger
from duediligence.access import Step
from duediligence.engagement import Part, Stage
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.judgement import Graded, Proposed
from duediligence.organisation import Kind, Role
from duediligence.store.engagement import Sought
from duediligence.store.urgency import queue
from duediligence.workflow import assigning, handing_in, queueing, reviewing
from risk_models.evidence import EvidenceGrade

WHY = "Somebody who knows greenhouses is needed."


@pytest.fixture
def waiting(here, lead, site):
    identifier = here.answered(lead, site, "greenhouse_ahal")
    with here.work(lead) as work:
        handing_in.submit(work, identifier)
    return identifier


@pytest.fixture
def taken(here, auditor, waiting):
    with here.work(auditor) as work:
        reviewing.take(work, waiting, "")
    return waiting


@pytest.fixture
def other(here, body):
    return here.somebody((body, Role.AUDITOR))


def give(here, lead_auditor, identifier, person, part=Part.AUDITOR, reason=WHY):
    with here.work(lead_auditor) as work:
        return assigning.assign(work, identifier, part, person.person, reason)


def take(here, person, identifier, interest=""):
    with here.work(person) as work:
        return reviewing.take(work, identifier, interest)


def codes(refused) -> list[str]:
    return [one.code for one in refused.value.problems]


def test_a_file_that_was_given_is_taken_by_that_person(here, lead_auditor, auditor, waiting):
    give(here, lead_auditor, waiting, auditor)
    assert take(here, auditor, waiting).reviewer == auditor.person


def test_a_file_that_was_given_is_nobody_elses_to_take(here, lead_auditor, auditor, other, waiting):
    give(here, lead_auditor, waiting, auditor)
    with pytest.raises(WrongMoment):
        take(here, other, waiting)


def test_who_was_given_a_file_sees_nothing_of_it_before_they_said_what_ties_them(here, lead_auditor, auditor, waiting):
    give(here, lead_auditor, waiting, auditor)
    with pytest.raises(NotFound), here.work(auditor) as work:
        reviewing.file(work, waiting)


def test_a_tie_that_is_declared_sends_the_file_back_to_the_queue(here, lead_auditor, auditor, other, waiting):
    give(here, lead_auditor, waiting, auditor)
    after = take(here, auditor, waiting, "My brother works there.")
    assert (after.stage, after.reviewer) == (Stage.SUBMITTED, None)
    assert take(here, other, waiting).reviewer == other.person


def test_who_declared_a_tie_is_given_no_file_of_that_firm_again(here, lead_auditor, auditor, waiting):
    give(here, lead_auditor, waiting, auditor)
    take(here, auditor, waiting, "My brother works there.")
    with pytest.raises(Unfit) as refused:
        give(here, lead_auditor, waiting, auditor)
    assert codes(refused) == ["REVIEWER_TIED"]


def test_nobody_is_given_a_file_of_their_own_organisation(here, body, firm, lead_auditor, waiting):
    both = here.somebody((body, Role.AUDITOR), (firm, Role.WORKER_REPRESENTATIVE))
    with pytest.raises(Unfit) as refused:
        give(here, lead_auditor, waiting, both)
    assert codes(refused) == ["REVIEWER_OWN_ORGANISATION"]


def test_nobody_is_given_both_parts_of_a_file(here, body, lead_auditor, waiting):
    both = here.somebody((body, Role.AUDITOR), (body, Role.SECOND_REVIEWER))
    take(here, both, waiting)
    with pytest.raises(Unfit) as refused:
        give(here, lead_auditor, waiting, both, Part.SECOND_REVIEWER)
    assert codes(refused) == ["REVIEWER_OTHER_REVIEWER"]


def test_the_second_reviewer_of_a_file_cannot_become_its_auditor(here, body, lead_auditor, auditor, other, waiting):
    both = here.somebody((body, Role.AUDITOR), (body, Role.SECOND_REVIEWER))
    take(here, auditor, waiting)
    with here.work(both) as work:
        reviewing.join(work, waiting, "")
    give(here, lead_auditor, waiting, other)
    take(here, other, waiting, "A cousin.")  # back in the queue
    with pytest.raises(NotAllowed):
        take(here, both, waiting)


def test_a_reviewer_of_another_body_is_not_to_be_found(here, lead_auditor, waiting):
    stranger = here.somebody((here.organisation(Kind.REVIEWING_BODY, name="Another"), Role.AUDITOR))
    with pytest.raises(NotFound):
        give(here, lead_auditor, waiting, stranger)


def test_a_reason_is_needed(here, lead_auditor, auditor, waiting):
    with pytest.raises(Unfit) as refused:
        give(here, lead_auditor, waiting, auditor, reason=" ")
    assert codes(refused) == ["REASON_MISSING"]


def test_an_auditor_gives_no_files(here, auditor, other, waiting):
    with pytest.raises(NotFound):
        give(here, auditor, waiting, other)


def test_whoever_loses_a_file_sees_nothing_more_of_it(here, lead_auditor, auditor, other, taken):
    give(here, lead_auditor, taken, other)
    with pytest.raises(NotFound), here.work(auditor) as work:
        reviewing.file(work, taken)


def test_what_was_decided_stays_when_a_file_goes_to_another(here, lead_auditor, auditor, other, taken):
    with here.work(auditor) as work:
        reviewing.decide(work, taken, Graded(grade=EvidenceGrade.E2), "The paper was read.", "gov.policy")
    give(here, lead_auditor, taken, other)
    take(here, other, taken)
    with here.work(other) as work:
        assert reviewing.file(work, taken).judgement.grades == {"gov.policy": EvidenceGrade.E2}


def test_a_file_can_come_back_to_who_had_it(here, lead_auditor, auditor, other, taken):
    give(here, lead_auditor, taken, other)
    give(here, lead_auditor, taken, auditor)
    assert take(here, auditor, taken).reviewer == auditor.person


def test_a_second_reviewer_is_replaced(here, body, lead_auditor, second, taken):
    with here.work(second) as work:
        reviewing.join(work, taken, "")
    new = here.somebody((body, Role.SECOND_REVIEWER))
    give(here, lead_auditor, taken, new, Part.SECOND_REVIEWER)
    with here.work(new) as work:
        assert reviewing.join(work, taken, "").second_reviewer == new.person


def test_an_auditor_who_proposed_sees_it_through(here, lead_auditor, auditor, second, other, taken):
    with here.work(second) as work:
        reviewing.join(work, taken, "")
    with here.work(auditor) as work:
        reviewing.decide(work, taken, Proposed(), "All answers were looked at.")
    with pytest.raises(WrongMoment):
        give(here, lead_auditor, taken, other)


def test_before_an_auditor_has_it_no_second_reviewer_is_named(here, lead_auditor, second, waiting):
    with pytest.raises(WrongMoment):
        give(here, lead_auditor, waiting, second, Part.SECOND_REVIEWER)


def test_who_has_least_in_hand_comes_first(here, lead_auditor, auditor, other, taken, lead, site):
    another = here.answered(lead, here.site(lead.memberships[0].organisation, "Field 2"), "greenhouse_ahal")
    with here.work(lead) as work:
        handing_in.submit(work, another)
    with here.work(lead_auditor) as work:
        found = assigning.choice(work, another).candidates[Part.AUDITOR]
    assert [(one.person, one.load.first) for one in found] == [(other.person, 0), (auditor.person, 1)]


def test_a_file_that_waits_for_somebody_counts_among_what_they_have(here, lead_auditor, auditor, waiting):
    give(here, lead_auditor, waiting, auditor)
    with here.work(lead_auditor) as work:
        assert {load.first for load in queueing.workload(work)} == {1}


def test_a_file_that_was_given_stands_among_ones_own(here, lead_auditor, auditor, waiting):
    give(here, lead_auditor, waiting, auditor)
    with here.db.reading() as connection:
        (one,) = queue(connection, Sought(reviewer=auditor.person), limit=5)
    assert one.engagement.id == waiting


def test_a_withdrawn_file_waits_for_nobody(here, lead_auditor, auditor, waiting):
    give(here, lead_auditor, waiting, auditor)
    with here.work(lead_auditor) as work:
        reviewing.withdraw(work, waiting, "The period was given wrongly.")
        assert queueing.given(work, [waiting]) == {}


def test_the_ledger_says_to_whom_a_file_was_given_and_not_why(here, lead_auditor, auditor, waiting):
    give(here, lead_auditor, waiting, auditor)
    with here.db.reading() as connection:
        last = ledger.entries(connection, waiting)[-1]
    facts = {"part": "auditor", "to": auditor.person, "before": ""}
    assert (last.event, last.by, last.facts) == (Step.REVIEW_ASSIGN, lead_auditor.person, facts)
