"""Reviewers judge; they never edit, never delete, never decide alone, never review their own."""

import pytest

from duediligence.engagement import Stage
from duediligence.errors import NotAllowed, NotFound, SecondFactorNeeded, Unfit, WrongMoment
from duediligence.judgement import (
    Confirmed,
    Disputed,
    Graded,
    Looked,
    Nonconformity,
    Proposed,
    Resolved,
    Severity,
    Unsupported,
)
from duediligence.organisation import Role
from duediligence.review import Label
from duediligence.workflow import handing_in, reviewing
from risk_models.evidence import EvidenceGrade
from risk_models.model import Attribution
from tests.world import World


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
def shared(here, second, taken):
    with here.work(second) as work:
        reviewing.join(work, taken, "")
    return taken


def decide(here: World, actor, identifier, decision, question="", reason="because"):
    with here.work(actor) as work:
        return reviewing.decide(work, identifier, decision, reason, question)


def test_a_file_is_taken_once(here, body, taken):
    with pytest.raises(WrongMoment), here.work(here.somebody((body, Role.AUDITOR))) as work:
        reviewing.take(work, taken, "")


def test_nobody_reviews_the_firm_they_belong_to(here, firm, body, waiting):
    both = here.somebody((firm, Role.RESPONDENT), (body, Role.AUDITOR))
    with pytest.raises(NotAllowed), here.work(both) as work:
        reviewing.take(work, waiting, "")


def test_an_auditor_sees_no_file_that_is_not_theirs(here, body, taken):
    with pytest.raises(NotFound), here.work(here.somebody((body, Role.AUDITOR))) as work:
        reviewing.file(work, taken)


def test_nobody_is_both_reviewers_of_a_file(here, body, waiting):
    both = here.somebody((body, Role.AUDITOR), (body, Role.SECOND_REVIEWER))
    with here.work(both) as work:
        reviewing.take(work, waiting, "")
    with pytest.raises(NotAllowed), here.work(both) as work:
        reviewing.join(work, waiting, "")


def test_better_evidence_raises_the_confidence_beside_the_declared_number(here, auditor, taken):
    decide(here, auditor, taken, Graded(grade=EvidenceGrade.E2), "gov.policy")
    with here.work(auditor) as work:
        found = reviewing.file(work, taken)
    assert found.reviewed.profile.confidence > found.declared.profile.confidence


def test_an_answer_that_nothing_bears_out_never_makes_the_result_look_better(here, auditor, taken):
    decide(here, auditor, taken, Unsupported(), "gov.training")
    with here.work(auditor) as work:
        found = reviewing.file(work, taken)
    assert found.reviewed.profile.control < found.declared.profile.control
    assert found.reviewed.profile.residual >= found.declared.profile.residual


def test_without_a_visit_no_grade_of_a_visit_is_given(here, auditor, taken):
    with pytest.raises(Unfit):
        decide(here, auditor, taken, Graded(grade=EvidenceGrade.E3), "gov.policy")


def test_a_state_body_alone_cannot_bear_out_what_workers_say(here, auditor, taken):
    decide(here, auditor, taken, Looked(label=Label.SITE_CHECKED, announced=False, workers_heard=12))
    with pytest.raises(Unfit):
        decide(here, auditor, taken, Graded(grade=EvidenceGrade.E4), "mov.id_kept")


def test_every_decision_has_a_reason(here, auditor, taken):
    with pytest.raises(Unfit):
        decide(here, auditor, taken, Graded(grade=EvidenceGrade.E2), "gov.policy", reason=" ")


def test_no_nonconformity_names_a_person(here, auditor, taken):
    found = Nonconformity(
        severity=Severity.MAJOR, attribution=Attribution.CAUSED, words="Told by the worker at +993 65 123456"
    )
    with pytest.raises(Unfit):
        decide(here, auditor, taken, found)


def test_a_firm_decides_nothing_in_its_own_file(here, lead, taken):
    with pytest.raises(NotAllowed):
        decide(here, lead, taken, Proposed())


def test_two_people_conclude(here, auditor, second, shared):
    decide(here, auditor, shared, Proposed())
    assert decide(here, second, shared, Confirmed()).stage is Stage.CONCLUDED


def test_the_auditor_alone_cannot_conclude(here, auditor, taken):
    decide(here, auditor, taken, Proposed())
    with pytest.raises(NotAllowed):
        decide(here, auditor, taken, Confirmed())


def test_after_a_proposal_nothing_is_graded_any_more(here, auditor, shared):
    decide(here, auditor, shared, Proposed())
    with pytest.raises(WrongMoment):
        decide(here, auditor, shared, Graded(grade=EvidenceGrade.E2), "gov.policy")


def test_a_dispute_is_resolved_by_the_lead(here, auditor, second, lead_auditor, shared):
    decide(here, auditor, shared, Proposed())
    decide(here, second, shared, Disputed())
    assert decide(here, lead_auditor, shared, Resolved(conclude=True)).stage is Stage.CONCLUDED


def test_a_dispute_may_send_a_file_back(here, auditor, second, lead_auditor, shared):
    decide(here, auditor, shared, Proposed())
    decide(here, second, shared, Disputed())
    assert decide(here, lead_auditor, shared, Resolved(conclude=False)).stage is Stage.IN_REVIEW
    decide(here, auditor, shared, Graded(grade=EvidenceGrade.E2), "gov.policy")


def test_the_label_of_a_concluded_file_is_that_of_the_review(here, auditor, second, shared):
    decide(here, auditor, shared, Proposed())
    assert decide(here, second, shared, Confirmed()).stated.label == Label.DOCUMENTS_REVIEWED


def test_declared_interests_stand_in_the_review(here, auditor, second, waiting, lead):
    with here.work(auditor) as work:
        reviewing.take(work, waiting, "My brother sells it seed")
    with here.work(second) as work:
        reviewing.join(work, waiting, "")
    decide(here, auditor, waiting, Proposed())
    decide(here, second, waiting, Confirmed())
    with here.work(lead) as work:
        review = handing_in.result(work, waiting).assessment.review
    assert review.reviewer.interests == "My brother sells it seed"
    assert review.reviewer.state_body


def test_withdrawing_needs_a_second_factor(here, body, taken):
    hasty = here.somebody((body, Role.LEAD_AUDITOR), second_factor=False)
    with pytest.raises(SecondFactorNeeded), here.work(hasty) as work:
        reviewing.withdraw(work, taken, "because")


def test_a_withdrawn_file_says_why(here, lead_auditor, taken):
    with here.work(lead_auditor) as work:
        assert reviewing.withdraw(work, taken, "The papers were false").withdrawn_reason == "The papers were false"


def test_a_reviewer_reads_protected_answers_only_once_the_firm_releases_them(here, lead, auditor, taken):
    with here.work(auditor) as work:
        assert "sif.asked" not in reviewing.file(work, taken).declared.response.answers
    with here.work(lead) as work:
        handing_in.release(work, taken)
    with here.work(auditor) as work:
        assert "sif.asked" in reviewing.file(work, taken).declared.response.answers


@pytest.mark.parametrize("decision", [Graded(grade=EvidenceGrade.E2), Unsupported()])
def test_what_cannot_be_read_cannot_be_judged(here, auditor, taken, decision):
    with pytest.raises(NotFound):
        decide(here, auditor, taken, decision, "sif.custody")


def test_a_question_and_its_answer_are_seen_by_both_sides(here, lead, auditor, taken):
    with here.work(auditor) as work:
        reviewing.ask(work, taken, "Where is the register kept?", "gov.policy")
    with here.work(lead) as work:
        reviewing.ask(work, taken, "In the office.", "gov.policy")
    with here.work(auditor) as work:
        assert [one.from_firm for one in reviewing.file(work, taken).messages] == [False, True]
