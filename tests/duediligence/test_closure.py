"""How far an action has come follows from its steps alone, and nothing but a verification closes it."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from duediligence.closure import (
    Agreed,
    AnyStep,
    Done,
    EvidenceSent,
    PutOff,
    Reopened,
    Verified,
    Worked,
    WorkersConfirmed,
    room,
    worked,
)
from duediligence.improvement import Action, ImprovementPlan, Status
from risk_models.remedies import Kind, Priority

BEGUN = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PEOPLE = ("somebody", "a colleague", "a reviewer")

DAYS = st.integers(0, 400).map(lambda days: BEGUN + timedelta(days=days))
STEPS: st.SearchStrategy[AnyStep] = st.one_of(
    st.builds(Agreed, owner=st.sampled_from(("ceo", "hr_head"))),
    st.builds(EvidenceSent, evidence=st.sampled_from(("a register", "a photograph"))),
    st.builds(WorkersConfirmed, people=st.integers(1, 40)),
    st.builds(Verified, inside=st.booleans()),
    st.builds(Reopened),
    st.builds(PutOff, due=DAYS),
)
DONE = st.builds(Done, remedy=st.sampled_from(("one", "two")), step=STEPS, by=st.sampled_from(PEOPLE), at=st.just(NOON))
HISTORIES = st.lists(DONE, max_size=12)


def action(remedy: str = "one", priority: Priority = Priority.P1, days: int = 30) -> Action:
    return Action(
        remedy=remedy,
        kind=Kind.SYSTEM,
        priority=priority,
        owners=("ceo", "hr_head"),
        questions=("gov.policy",),
        indicators=(),
        start=None,
        due=BEGUN + timedelta(days=days),
        after=(),
    )


def plan_of(*actions: Action) -> ImprovementPlan:
    return ImprovementPlan(begun=BEGUN, version="1", protocol=False, actions=actions)


PLAN = plan_of(action("one"), action("two"), action("three"))


def done(*steps: AnyStep, by: str = "somebody") -> list[Done]:
    return [Done(remedy="one", step=step, by=by, at=NOON) for step in steps]


def after(*steps: AnyStep, by: str = "somebody") -> Worked:
    return worked(PLAN, done(*steps, by=by))[0]


SENT = EvidenceSent(evidence="a register")


@given(HISTORIES)
def test_every_action_stands_there_once_in_the_order_of_the_plan(history):
    assert [one.action for one in worked(PLAN, history)] == list(PLAN.actions)


@given(HISTORIES)
def test_an_action_depends_on_its_own_steps_alone(history):
    own = [one for one in history if one.remedy == "one"]
    assert worked(PLAN, history)[0] == worked(PLAN, own)[0]


@given(HISTORIES)
def test_no_step_is_forgotten(history):
    assert list(worked(PLAN, history)[1].history) == [one for one in history if one.remedy == "two"]


@given(HISTORIES)
def test_a_step_on_an_action_that_is_not_in_the_plan_changes_nothing(history):
    strange = Done(remedy="four", step=SENT, by="somebody", at=NOON)
    assert worked(PLAN, [*history, strange]) == worked(PLAN, history)


@given(HISTORIES)
def test_only_a_verification_closes_an_action(history):
    telling = [
        one.step for one in history if one.remedy == "one" and not isinstance(one.step, PutOff | WorkersConfirmed)
    ]
    closed = bool(telling) and isinstance(telling[-1], Verified)
    assert (worked(PLAN, history)[0].status is Status.VERIFIED) is closed


@given(HISTORIES)
def test_what_is_reopened_begins_without_senders_and_without_workers(history):
    reopened = worked(PLAN, [*history, *done(Reopened())])[0]
    assert (reopened.status, reopened.senders, reopened.workers) == (Status.REOPENED, (), None)


@given(HISTORIES)
def test_whoever_reported_since_it_was_reopened_is_among_the_senders(history):
    since: list[Done] = []
    for one in history:
        since = [] if one.remedy == "one" and isinstance(one.step, Reopened) else [*since, one]
    senders = {one.by for one in since if one.remedy == "one" and isinstance(one.step, EvidenceSent)}
    assert set(worked(PLAN, history)[0].senders) == senders


@given(HISTORIES, DAYS)
def test_putting_off_moves_the_day_and_nothing_else_of_where_an_action_stands(history, due):
    before = worked(PLAN, history)[0]
    moved = worked(PLAN, [*history, *done(PutOff(due=due))])[0]
    assert (moved.due, moved.put_off) == (due, True)
    assert (moved.status, moved.owner, moved.senders, moved.workers) == (
        before.status,
        before.owner,
        before.senders,
        before.workers,
    )


@given(HISTORIES, DAYS, DAYS)
def test_what_is_late_stays_late_as_days_pass(history, one, other):
    found = worked(PLAN, history)[0]
    assert found.late(min(one, other)) <= found.late(max(one, other))


@given(HISTORIES, DAYS)
def test_what_is_verified_is_never_late(history, today):
    assert not worked(PLAN, [*history, *done(Verified())])[0].late(today)


def test_an_action_is_in_time_on_the_day_it_is_due():
    assert not after().late(BEGUN + timedelta(days=30))


def test_evidence_alone_does_not_keep_an_action_from_being_late():
    assert after(SENT).late(BEGUN + timedelta(days=31))


def test_the_steps_lead_from_agreed_to_verified():
    steps = (Agreed(owner="hr_head"), SENT, WorkersConfirmed(people=3), Verified())
    stages = [after(*steps[:number]).status for number in range(len(steps) + 1)]
    assert stages == [
        Status.DRAFT,
        Status.AGREED,
        Status.EVIDENCE_SENT,
        Status.EVIDENCE_SENT,
        Status.VERIFIED,
    ]


def test_before_anybody_takes_an_action_on_the_first_role_is_responsible():
    assert (after().responsible, after(Agreed(owner="hr_head")).responsible) == ("ceo", "hr_head")


def test_an_action_may_be_put_off_by_half_as_long_again_as_it_had():
    assert room(after(), BEGUN, BEGUN) == (BEGUN + timedelta(days=31), BEGUN + timedelta(days=45))


def test_an_immediate_action_is_never_put_off():
    urgent = plan_of(action(priority=Priority.P0, days=14))
    assert room(worked(urgent, [])[0], BEGUN, BEGUN) is None


def test_an_action_is_put_off_once():
    assert room(after(PutOff(due=BEGUN + timedelta(days=31))), BEGUN, BEGUN) is None


def test_no_day_that_has_passed_is_offered_to_put_off_to():
    today = BEGUN + timedelta(days=40)
    assert room(after(), BEGUN, today) == (today, BEGUN + timedelta(days=45))


def test_when_the_last_day_has_passed_nothing_is_put_off_any_more():
    assert room(after(), BEGUN, BEGUN + timedelta(days=46)) is None


@given(st.integers(1, 180), st.integers(0, 400))
def test_the_room_to_put_off_begins_after_the_day_and_ends_in_time(days, passed):
    one = worked(plan_of(action(days=days)), [])[0]
    found = room(one, BEGUN, BEGUN + timedelta(days=passed))
    assert found is None or one.due < found[0] <= found[1] <= BEGUN + timedelta(days=days * 1.5)
