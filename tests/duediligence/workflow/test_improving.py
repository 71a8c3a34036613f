"""A plan is worked step by step: by role, with evidence, and closed by somebody else than who reported it."""

from datetime import date, timedelta

import msgspec
import pytest

from duediligence import job, ledger
from duediligence.closure import Agreed, AnyStep, EvidenceSent, PutOff, Reopened, Verified, Worked, WorkersConfirmed
from duediligence.database import new_id
from duediligence.engagement import Stage
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.evidence import File
from duediligence.improvement import Status
from duediligence.organisation import Role
from duediligence.portfolio import VERIFIED_CLOSURE, Limit, Limits
from duediligence.store import engagement as store
from duediligence.store import file as files
from duediligence.store import plan as plans
from duediligence.store import table
from duediligence.workflow import handing_in, improving, overdue, reviewing
from risk_models.remedies import Priority
from tests.world import NOW

SENT = EvidenceSent(evidence="The register of the hostel, signed on each floor")
TAKEN_ON = Agreed(owner="hr_head")


@pytest.fixture
def handed_in(here, lead, site):
    identifier = here.answered(lead, site)
    with here.work(lead) as work:
        handing_in.submit(work, identifier)
    return identifier


@pytest.fixture
def reviewed(here, auditor, handed_in):
    with here.work(auditor) as work:
        reviewing.take(work, handed_in, "")
    return handed_in


@pytest.fixture
def actions(here, lead, handed_in) -> tuple[Worked, ...]:
    with here.work(lead) as work:
        return improving.plan(work, handed_in).actions


@pytest.fixture
def confidential(here, lead, handed_in) -> str:
    with here.work(lead) as work:
        return min(improving.plan(work, handed_in).confidential)


@pytest.fixture
def quiet(actions) -> str:
    """Give an action that touches no worker and is not immediate."""
    touching = {one.id for one in improving.library().remedies if one.touches_workers}
    return first(actions, lambda one: one.priority is not Priority.P0 and one.remedy not in touching)


@pytest.fixture
def touching(actions, here, lead, handed_in) -> str:
    found = {one.id for one in improving.library().remedies if one.touches_workers}
    with here.work(lead) as work:
        hidden = improving.plan(work, handed_in).confidential
    return first(actions, lambda one: one.remedy in found - hidden)


@pytest.fixture
def immediate(actions) -> str:
    return first(actions, lambda one: one.priority is Priority.P0)


def first(actions, fits) -> str:
    return next(one.action.remedy for one in actions if fits(one.action))


def act(here, actor, identifier: str, remedy: str, step: AnyStep, reason: str = "") -> Worked:
    with here.work(actor) as work:
        return improving.act(work, identifier, remedy, step, reason)


def codes(refused) -> set[str]:
    return {problem.code for problem in refused.value.problems}


def now_of(here, actor, identifier: str, remedy: str) -> Worked:
    with here.work(actor) as work:
        return improving.plan(work, identifier).action(remedy)


def everything_in(connection) -> bytes:
    """Return what every table of the main database holds, as one text."""
    rows = [tuple(row) for one in table.metadata.sorted_tables for row in connection.execute(one.select())]
    return repr(rows).encode()


def test_there_is_no_plan_before_an_assessment_is_handed_in(here, lead, site):
    identifier = here.begun(lead, site)
    with pytest.raises(NotFound), here.work(lead) as work:
        improving.plan(work, identifier)


def test_an_action_goes_from_agreed_over_evidence_to_verified(here, lead, colleague, handed_in, quiet):
    states = [
        act(here, colleague, handed_in, quiet, TAKEN_ON).status,
        act(here, colleague, handed_in, quiet, SENT).status,
        act(here, lead, handed_in, quiet, Verified()).status,
    ]
    assert states == [Status.AGREED, Status.EVIDENCE_SENT, Status.VERIFIED]


def test_what_was_done_is_read_again_as_it_was_answered(here, lead, colleague, handed_in, quiet):
    told = act(here, colleague, handed_in, quiet, SENT)
    assert now_of(here, lead, handed_in, quiet) == told


def test_a_name_is_no_role_to_take_an_action_on(here, lead, handed_in, quiet):
    with pytest.raises(Unfit) as refused:
        act(here, lead, handed_in, quiet, Agreed(owner="Sample Person"))
    assert codes(refused) == {"OWNER_UNKNOWN"}


def test_evidence_is_said_or_attached(here, lead, handed_in, quiet):
    with pytest.raises(Unfit) as refused:
        act(here, lead, handed_in, quiet, EvidenceSent(evidence="  "))
    assert codes(refused) == {"EVIDENCE_MISSING"}


def test_evidence_names_nobody(here, lead, handed_in, quiet):
    with pytest.raises(Unfit) as refused:
        act(here, lead, handed_in, quiet, EvidenceSent(evidence="Call +993 65 123456"))
    assert codes(refused) == {"MAY_NAME_A_PERSON"}


def test_words_have_an_end(here, lead, handed_in, quiet):
    with pytest.raises(Unfit) as refused:
        act(here, lead, handed_in, quiet, EvidenceSent(evidence="a" * (improving.LONGEST + 1)))
    assert codes(refused) == {"TEXT_TOO_LONG"}


def test_nobody_verifies_what_they_reported(here, lead, handed_in, quiet):
    act(here, lead, handed_in, quiet, SENT)
    with pytest.raises(NotAllowed):
        act(here, lead, handed_in, quiet, Verified())


def test_a_colleague_who_adds_to_the_evidence_does_not_free_the_first_to_verify_it(
    here, lead, colleague, handed_in, quiet
):
    act(here, lead, handed_in, quiet, SENT)
    act(here, colleague, handed_in, quiet, SENT)
    with pytest.raises(NotAllowed):
        act(here, lead, handed_in, quiet, Verified())


def test_nobody_says_that_workers_confirmed_what_they_reported_themselves(here, lead, handed_in, touching):
    act(here, lead, handed_in, touching, SENT)
    with pytest.raises(NotAllowed):
        act(here, lead, handed_in, touching, WorkersConfirmed(people=3))


def test_closure_is_not_verified_before_evidence_was_sent(here, lead, handed_in, quiet):
    with pytest.raises(WrongMoment):
        act(here, lead, handed_in, quiet, Verified())


def test_what_touches_workers_is_closed_only_after_they_confirmed_it(here, lead, colleague, handed_in, touching):
    act(here, colleague, handed_in, touching, SENT)
    with pytest.raises(Unfit) as refused:
        act(here, lead, handed_in, touching, Verified())
    assert codes(refused) == {"WORKERS_NOT_ASKED"}


def test_workers_who_confirmed_it_let_it_be_closed(here, lead, colleague, handed_in, touching):
    act(here, colleague, handed_in, touching, SENT)
    act(here, lead, handed_in, touching, WorkersConfirmed(people=3))
    assert act(here, lead, handed_in, touching, Verified()).status is Status.VERIFIED


@pytest.mark.parametrize("people", [0, -4])
def test_no_worker_at_all_confirms_nothing(here, lead, colleague, handed_in, touching, people):
    act(here, colleague, handed_in, touching, SENT)
    with pytest.raises(Unfit) as refused:
        act(here, lead, handed_in, touching, WorkersConfirmed(people=people))
    assert codes(refused) == {"WORKERS_NONE"}


def test_after_it_was_reopened_workers_are_asked_again(here, lead, colleague, handed_in, touching):
    act(here, colleague, handed_in, touching, SENT)
    act(here, lead, handed_in, touching, WorkersConfirmed(people=3))
    act(here, lead, handed_in, touching, Reopened(), "It stopped after a week.")
    act(here, colleague, handed_in, touching, SENT)
    with pytest.raises(Unfit) as refused:
        act(here, lead, handed_in, touching, Verified())
    assert codes(refused) == {"WORKERS_NOT_ASKED"}


def test_reopening_needs_a_reason(here, lead, handed_in, quiet):
    act(here, lead, handed_in, quiet, SENT)
    with pytest.raises(Unfit) as refused:
        act(here, lead, handed_in, quiet, Reopened())
    assert codes(refused) == {"REASON_MISSING"}


def test_only_what_was_reported_as_done_is_reopened(here, lead, handed_in, quiet):
    with pytest.raises(WrongMoment):
        act(here, lead, handed_in, quiet, Reopened(), "because")


@pytest.mark.parametrize("step", [TAKEN_ON, SENT, PutOff(due=date(2027, 1, 20))], ids=lambda one: type(one).__name__)
def test_a_closed_action_stays_closed_until_it_is_reopened(here, lead, colleague, handed_in, quiet, step):
    act(here, colleague, handed_in, quiet, SENT)
    act(here, lead, handed_in, quiet, Verified())
    with pytest.raises(WrongMoment):
        act(here, lead, handed_in, quiet, step, "because")


def test_taking_an_action_on_does_not_undo_that_it_was_reported(here, lead, handed_in, quiet):
    act(here, lead, handed_in, quiet, SENT)
    with pytest.raises(WrongMoment):
        act(here, lead, handed_in, quiet, TAKEN_ON)


def test_an_action_is_put_off_for_a_reason(here, lead, handed_in, quiet):
    due = now_of(here, lead, handed_in, quiet).due + timedelta(days=3)
    assert act(here, lead, handed_in, quiet, PutOff(due=due), "The beds come later.").due == due


def test_an_action_is_not_put_off_twice(here, lead, handed_in, quiet):
    due = now_of(here, lead, handed_in, quiet).due
    act(here, lead, handed_in, quiet, PutOff(due=due + timedelta(days=3)), "The beds come later.")
    with pytest.raises(Unfit) as refused:
        act(here, lead, handed_in, quiet, PutOff(due=due + timedelta(days=4)), "Later still.")
    assert codes(refused) == {"EXTENSION_USED"}


def test_an_immediate_action_is_not_put_off(here, lead, handed_in, immediate):
    due = now_of(here, lead, handed_in, immediate).due
    with pytest.raises(Unfit) as refused:
        act(here, lead, handed_in, immediate, PutOff(due=due + timedelta(days=1)), "because")
    assert codes(refused) == {"EXTENSION_IMMEDIATE"}


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_an_action_is_not_put_off_to_any_day(here, lead, handed_in, quiet, days):
    due = now_of(here, lead, handed_in, quiet).due + timedelta(days=days)
    with pytest.raises(Unfit) as refused:
        act(here, lead, handed_in, quiet, PutOff(due=due), "because")
    assert codes(refused) == {"EXTENSION_OUTSIDE"}


def test_what_is_long_overdue_is_not_put_off_any_more(here, lead, handed_in, quiet):
    here.now += timedelta(days=700)
    with pytest.raises(Unfit) as refused:
        act(here, lead, handed_in, quiet, PutOff(due=date(2028, 12, 1)), "because")
    assert codes(refused) == {"EXTENSION_TOO_LATE"}


def test_only_the_lead_of_the_firm_puts_off(here, lead, colleague, handed_in, quiet):
    due = now_of(here, lead, handed_in, quiet).due
    with pytest.raises(NotAllowed):
        act(here, colleague, handed_in, quiet, PutOff(due=due + timedelta(days=3)), "because")


def test_a_respondent_verifies_nothing(here, lead, colleague, handed_in, quiet):
    act(here, lead, handed_in, quiet, SENT)
    with pytest.raises(NotAllowed):
        act(here, colleague, handed_in, quiet, Verified())


def test_an_auditor_does_none_of_the_work(here, auditor, reviewed, quiet):
    with pytest.raises(NotAllowed):
        act(here, auditor, reviewed, quiet, SENT)


def test_another_firm_is_not_told_that_the_plan_exists(here, handed_in):
    stranger = here.somebody((here.organisation(name="Other"), Role.COMPANY_LEAD))
    with pytest.raises(NotFound), here.work(stranger) as work:
        improving.plan(work, handed_in)


def test_there_is_no_work_on_what_was_withdrawn(here, lead, handed_in, quiet):
    with here.work(lead) as work:
        one = store.load(work.connection, handed_in)
        after = msgspec.structs.replace(one, stage=Stage.WITHDRAWN, revision=one.revision + 1)
        store.save(work.connection, one, after)
    with pytest.raises(WrongMoment):
        act(here, lead, handed_in, quiet, TAKEN_ON)


def test_an_action_that_is_not_in_the_plan_is_not_found(here, lead, handed_in):
    with pytest.raises(NotFound):
        act(here, lead, handed_in, "A99999", TAKEN_ON)


def test_it_is_told_whether_the_firm_or_a_reviewer_verified(here, lead, auditor, reviewed, quiet):
    act(here, lead, reviewed, quiet, SENT)
    assert not act(here, auditor, reviewed, quiet, Verified(inside=True)).inside


def test_no_row_tells_of_what_protected_answers_alone_call_for(here, lead, colleague, handed_in, confidential):
    words = "The letter of the office to the school"
    act(here, colleague, handed_in, confidential, EvidenceSent(evidence=words))
    act(here, lead, handed_in, confidential, Reopened(), "The school sent them again.")
    with here.work(lead) as work:
        held = everything_in(work.connection)
    assert not [one for one in (confidential, words, "The school sent them again.") if one.encode() in held]


def test_the_firm_reads_again_what_it_did_about_confidential_actions(here, lead, colleague, handed_in, confidential):
    told = act(here, colleague, handed_in, confidential, SENT)
    assert now_of(here, lead, handed_in, confidential) == told


def test_the_ledger_does_not_tell_a_confidential_action_from_another(here, lead, handed_in, quiet, confidential):
    act(here, lead, handed_in, quiet, SENT)
    act(here, lead, handed_in, confidential, SENT)
    with here.work(lead) as work:
        *_, one, other = ledger.entries(work.connection, handed_in)
    assert (one.event, one.facts) == (other.event, other.facts)


def test_no_document_goes_with_a_confidential_action(here, lead, firm, handed_in, confidential):
    file = document(here, lead, firm)
    with pytest.raises(Unfit) as refused:
        act(here, lead, handed_in, confidential, EvidenceSent(evidence="", files=(file,)))
    assert codes(refused) == {"EVIDENCE_IN_WORDS"}


def test_a_reviewer_sees_no_action_that_protected_answers_alone_call_for(here, auditor, reviewed, confidential):
    with here.work(auditor) as work:
        found = improving.plan(work, reviewed)
    assert confidential not in {one.action.remedy for one in found.actions}


def test_no_action_shown_to_a_reviewer_names_a_protected_question(here, auditor, reviewed):
    with here.work(auditor) as work:
        found = improving.plan(work, reviewed)
    assert not [one for each in found.actions for one in each.action.questions if one.startswith("sif.")]


def test_a_reviewer_cannot_verify_what_they_are_not_shown(here, lead, auditor, reviewed, confidential):
    act(here, lead, reviewed, confidential, SENT)
    with pytest.raises(NotFound):
        act(here, auditor, reviewed, confidential, Verified())


def test_a_worker_representative_is_not_shown_what_protected_answers_call_for(here, firm, handed_in, confidential):
    speaker = here.somebody((firm, Role.WORKER_REPRESENTATIVE))
    with here.work(speaker) as work:
        found = improving.plan(work, handed_in)
    assert confidential not in {one.action.remedy for one in found.actions}


def test_released_answers_show_their_actions_to_the_reviewer_and_to_nobody_else(
    here, firm, lead, auditor, reviewed, confidential
):
    with here.work(lead) as work:
        handing_in.release(work, reviewed)
    exporter = here.somebody((firm, Role.EXPORTER))
    seen = []
    for actor in (auditor, exporter):
        with here.work(actor) as work:
            seen.append(confidential in {one.action.remedy for one in improving.plan(work, reviewed).actions})
    assert seen == [True, False]


def test_a_document_of_the_firm_goes_with_the_evidence(here, lead, firm, handed_in, quiet):
    file = document(here, lead, firm)
    assert act(here, lead, handed_in, quiet, EvidenceSent(evidence="", files=(file,))).files == (file,)


def test_a_document_that_goes_with_evidence_stands_for_an_answer_that_is_not_protected(
    here, lead, firm, handed_in, quiet
):
    file = document(here, lead, firm)
    act(here, lead, handed_in, quiet, EvidenceSent(evidence="", files=(file,)))
    with here.work(lead) as work:
        (link,) = files.links(work.connection, firm, file)
    assert not link.question.startswith("sif.")


def test_a_document_of_another_firm_is_not_found(here, lead, handed_in, quiet):
    other = here.organisation(name="Other")
    file = document(here, here.somebody((other, Role.COMPANY_LEAD)), other)
    with pytest.raises(NotFound):
        act(here, lead, handed_in, quiet, EvidenceSent(evidence="", files=(file,)))


def document(here, actor, firm: str) -> str:
    one = File(
        id=new_id(),
        organisation=firm,
        sha256="0" * 64,
        size=1,
        media_type="application/pdf",
        name="register.pdf",
        dated=None,
        valid_until=None,
        shared=True,
        uploaded=NOW,
        uploaded_by=actor.person,
    )
    with here.work(actor) as work:
        files.add(work.connection, one)
    return one.id


def test_an_immediate_action_that_is_late_marks_the_plan_when_the_morning_comes(here, lead, site, handed_in):
    here.now += timedelta(days=60)
    assert marked_in_the_morning(here, site)


def test_a_plan_in_time_is_not_marked(here, lead, site, handed_in):
    assert not marked_in_the_morning(here, site)


def test_a_mark_goes_when_everything_urgent_is_closed(here, lead, colleague, site, handed_in, actions):
    here.now += timedelta(days=31)
    marked_in_the_morning(here, site)
    with here.work(lead) as work:
        hidden = improving.plan(work, handed_in).confidential
    for one in actions:
        if one.due < here.now.date() and one.action.remedy not in hidden:
            act(here, colleague, handed_in, one.action.remedy, SENT)
            with_workers(here, lead, handed_in, one.action.remedy)
    with here.work(lead) as work:
        assert not plans.overdue_at(work.connection, site)


def with_workers(here, actor, identifier: str, remedy: str) -> None:
    act(here, actor, identifier, remedy, WorkersConfirmed(people=2))
    act(here, actor, identifier, remedy, Verified())


def test_a_mark_lifts_the_next_result_of_the_site(here, lead, site, handed_in):
    here.now += timedelta(days=60)
    marked_in_the_morning(here, site)
    again = here.begun(lead, site)
    with here.work(lead) as work:
        assert handing_in.live(work, again).assessment.overdue


def marked_in_the_morning(here, site: str) -> bool:
    context = job.Context(
        job="one",
        db=here.db,
        settings=here.settings,
        key=here.vault.key,
        clock=lambda: here.now,
        progress=lambda _: None,
    )
    done = overdue.look(context, job.Nothing())
    with here.db.writing() as connection:
        done.write(connection)
        return plans.overdue_at(connection, site)


def test_without_limits_everything_fits(here, lead, handed_in, actions):
    with here.work(lead) as work:
        found = improving.what_if(work, handed_in, Limits())
    assert len(found.best.chosen) == len(actions)


def test_a_limit_that_binds_is_named(here, lead, handed_in):
    with here.work(lead) as work:
        found = improving.what_if(work, handed_in, Limits(staff_days=80))
    assert found.best.binding == (Limit.STAFF_DAYS,)


def test_what_is_closed_takes_none_of_the_means(here, lead, colleague, handed_in, quiet):
    act(here, colleague, handed_in, quiet, SENT)
    act(here, lead, handed_in, quiet, Verified())
    with here.work(lead) as work:
        found = improving.what_if(work, handed_in, Limits())
    assert quiet not in {action.remedy for action in found.best.chosen}


def test_a_projection_says_that_only_verified_closure_makes_it_true(here, lead, handed_in):
    with here.work(lead) as work:
        assert improving.what_if(work, handed_in, Limits()).projected.condition == VERIFIED_CLOSURE


def test_a_reviewer_asks_no_what_if_of_a_firm(here, auditor, reviewed):
    with pytest.raises(NotAllowed), here.work(auditor) as work:
        improving.what_if(work, reviewed, Limits())
