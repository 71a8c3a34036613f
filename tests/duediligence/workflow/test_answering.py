"""A firm answers: every answer is kept, nothing is overwritten unseen, nobody else sees it."""

from datetime import date

import pytest
from sqlalchemy import insert

from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.organisation import Kind, Role
from duediligence.store import engagement as store
from duediligence.store.table import file, file_link
from duediligence.workflow import answering, handing_in
from questionnaires.response import Answer, Missing


def test_a_saved_answer_is_there_when_the_page_is_opened_again(here, lead, site):
    identifier = here.begun(lead, site)
    with here.work(lead) as work:
        answering.save(work, identifier, {"pro.headcount": Answer(value=40.0)}, 0)
    with here.work(lead) as work:
        found = answering.opened(work, identifier)
    assert found.response.answers["pro.headcount"].value == 40.0
    assert found.engagement.revision == 1


def test_what_does_not_fit_is_told_and_the_rest_is_kept(here, lead, site):
    identifier = here.begun(lead, site)
    with here.work(lead) as work:
        given = {"pro.headcount": Answer(value=-3.0), "pro.sector": Answer(value="cotton_growing")}
        saved = answering.save(work, identifier, given, 0)
    assert [problem.question for problem in saved.problems] == ["pro.headcount"]
    assert saved.kept == ("pro.sector",)


def test_words_that_may_name_a_person_are_not_kept(here, lead, site):
    identifier = here.begun(lead, site)
    with here.work(lead) as work:
        answer = Answer(value="yes", comment="call +993 65 123456")
        saved = answering.save(work, identifier, {"mov.id_kept": answer}, 0)
    assert [problem.code for problem in saved.problems] == ["MAY_NAME_A_PERSON"]
    assert not saved.kept


def test_two_people_who_answer_different_questions_never_meet(here, lead, colleague, site):
    identifier = here.begun(lead, site)
    with here.work(lead) as work:
        answering.save(work, identifier, {"pro.headcount": Answer(value=40.0)}, 0)
    with here.work(colleague) as work:
        saved = answering.save(work, identifier, {"pro.sector": Answer(value="cotton_growing")}, 0)
    assert saved.kept == ("pro.sector",)
    assert not saved.conflicts


def test_an_answer_that_somebody_else_changed_is_shown_and_not_overwritten(here, lead, colleague, site):
    identifier = here.begun(lead, site)
    with here.work(lead) as work:
        answering.save(work, identifier, {"pro.headcount": Answer(value=40.0)}, 0)
    with here.work(colleague) as work:
        saved = answering.save(work, identifier, {"pro.headcount": Answer(value=50.0)}, 0)
    conflict = saved.conflicts[0]
    assert (conflict.ours.value, conflict.theirs.value, conflict.by) == (50.0, 40.0, lead.person)
    with here.work(lead) as work:
        assert answering.opened(work, identifier).response.answers["pro.headcount"].value == 40.0


def test_whoever_has_seen_the_difference_may_decide(here, lead, colleague, site):
    identifier = here.begun(lead, site)
    with here.work(lead) as work:
        answering.save(work, identifier, {"pro.headcount": Answer(value=40.0)}, 0)
    with here.work(colleague) as work:
        saved = answering.save(work, identifier, {"pro.headcount": Answer(value=50.0)}, 1)
    assert saved.kept == ("pro.headcount",)


def test_protected_answers_are_in_no_row_of_the_main_database(here, lead, site):
    identifier = here.begun(lead, site)
    with here.work(lead) as work:
        answering.save(work, identifier, {"sif.asked": Answer(missing=Missing.DECLINED)}, 0)
    with here.work(lead) as work:
        _, data = store.load_with_response(work.connection, identifier)
        assert b"sif." not in data
        assert [(one.old, one.new) for one in store.changes(work.connection, identifier)] == [(None, None)]
        assert answering.opened(work, identifier).response.answers["sif.asked"].missing is Missing.DECLINED


def test_a_worker_representative_does_not_read_protected_answers(here, firm, lead, site):
    identifier = here.begun(lead, site)
    with here.work(lead) as work:
        answering.save(work, identifier, {"sif.asked": Answer(value="yes")}, 0)
    with here.work(here.somebody((firm, Role.WORKER_REPRESENTATIVE))) as work:
        assert "sif.asked" not in answering.opened(work, identifier).response.answers


def test_another_firm_is_not_told_that_an_assessment_exists(here, lead, site):
    identifier = here.begun(lead, site)
    stranger = here.somebody((here.organisation(name="Other"), Role.COMPANY_LEAD))
    for step in (answering.opened, answering.delete, handing_in.submit, handing_in.live):
        with pytest.raises(NotFound), here.work(stranger) as work:
            step(work, identifier)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SECOND_REVIEWER, Role.LEAD_AUDITOR])
def test_no_reviewer_sees_what_was_not_handed_in(here, lead, site, role):
    identifier = here.begun(lead, site)
    reviewer = here.somebody((here.organisation(Kind.REVIEWING_BODY, state_body=True), role))
    with pytest.raises(NotFound), here.work(reviewer) as work:
        answering.opened(work, identifier)


def test_an_exporter_reads_and_does_not_answer(here, firm, lead, site):
    identifier = here.begun(lead, site)
    with pytest.raises(NotAllowed), here.work(here.somebody((firm, Role.EXPORTER))) as work:
        answering.save(work, identifier, {}, 0)


def test_a_section_given_to_somebody_is_answered_by_nobody_else_but_the_lead(here, firm, lead, colleague, site):
    identifier = here.begun(lead, site)
    other = here.somebody((firm, Role.RESPONDENT))
    with here.work(lead) as work:
        answering.give(work, identifier, "pro", [colleague.person])
    given = {"pro.headcount": Answer(value=40.0)}
    with here.work(other) as work:
        assert [one.code for one in answering.save(work, identifier, given, 0).problems] == ["QUESTION_NOT_YOURS"]
    with here.work(colleague) as work:
        assert answering.save(work, identifier, given, 0).kept
    with here.work(lead) as work:
        assert answering.save(work, identifier, {"pro.headcount": Answer(value=41.0)}, 1).kept


@pytest.mark.parametrize(
    ("begins", "ends", "code"),
    [
        (date(2026, 10, 1), date(2026, 9, 1), "PERIOD_TURNED_ROUND"),
        (date(2024, 1, 1), date(2026, 1, 1), "PERIOD_TOO_LONG"),
        (date(2027, 1, 1), date(2027, 2, 1), "PERIOD_IN_THE_FUTURE"),
    ],
)
def test_a_period_that_cannot_be_is_refused(here, lead, site, begins, ends, code):
    with pytest.raises(Unfit) as refused:
        here.begun(lead, site, begins=begins, ends=ends)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_carried_answers_are_confirmed_before_they_are_handed_in(here, lead, site):
    earlier = here.answered(lead, site)
    later = here.begun(lead, site, carry_from=earlier)
    with here.work(lead) as work:
        waiting = store.to_confirm(work.connection, later)
        assert "pro.headcount" in waiting
        assert not [question for question in waiting if question.startswith("sif.")]
        found = answering.opened(work, later)
        answering.save(work, later, {"pro.headcount": found.response.answers["pro.headcount"]}, 0)
        assert "pro.headcount" not in store.to_confirm(work.connection, later)
        codes = {problem.code for problem in handing_in.hindrances(work, answering.opened(work, later))}
    assert "CARRIED_NOT_CONFIRMED" in codes


def test_answers_of_another_firm_cannot_be_taken_over(here, lead, site):
    other = here.organisation(name="Other")
    stranger = here.somebody((other, Role.COMPANY_LEAD))
    theirs = here.begun(stranger, here.site(other))
    with pytest.raises(NotFound):
        here.begun(lead, site, carry_from=theirs)


def test_a_deleted_draft_leaves_nothing_in_either_database(here, lead, site):
    identifier = here.begun(lead, site)
    with here.work(lead) as work:
        answering.save(work, identifier, {"sif.asked": Answer(value="yes")}, 0)
    with here.work(lead) as work:
        answering.delete(work, identifier)
        assert work.vault.answers(identifier) == {}
        with pytest.raises(NotFound):
            store.load(work.connection, identifier)


def test_a_page_of_the_future_is_refused(here, lead, site):
    identifier = here.begun(lead, site)
    with pytest.raises(WrongMoment), here.work(lead) as work:
        answering.save(work, identifier, {"pro.headcount": Answer(value=40.0)}, 7)


def test_a_draft_with_a_document_is_deleted_too(here, firm, lead, site):
    identifier = here.begun(lead, site)
    with here.work(lead) as work:
        row = {"organisation": firm, "sha256": "0" * 64, "size": 1, "media_type": "text/plain", "name": "list"}
        kept = {"shared": True, "uploaded": work.now, "uploaded_by": lead.person, "erased_reason": ""}
        work.connection.execute(insert(file).values(id="f" * 32, **row, **kept))
        linked = {"file": "f" * 32, "engagement": identifier, "question": "pro.headcount", "at": work.now}
        work.connection.execute(insert(file_link).values(**linked))
    with here.work(lead) as work:
        answering.delete(work, identifier)
    with pytest.raises(NotFound), here.work(lead) as work:
        answering.opened(work, identifier)
