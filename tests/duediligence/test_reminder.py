"""Reminders: to those it concerns, once, and never of what is nobody's business."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import insert, update

from duediligence import closure, reminder
from duediligence.database import new_id
from duediligence.engagement import Engagement, Stage
from duediligence.improvement import Action, ImprovementPlan
from duediligence.job import Context, Nothing
from duediligence.key import read_or_make
from duediligence.mail import Subject
from duediligence.organisation import Role
from duediligence.reminder import AHEAD, EXPIRY_AHEAD, IDLE, OpenAction, Reminded, due_reminders, open_actions
from duediligence.store import engagement as engagements
from duediligence.store import plan as plans
from duediligence.store.table import job, membership, organisation, person, safety_check, site
from risk_models.remedies import Kind, Priority

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)
TOMORROW = TODAY + timedelta(days=1)


def add_organisation(connection) -> str:
    identifier = new_id()
    row = {"name": "Altyn Hasyl", "kind": "firm", "state_body": False, "sector": "", "region": "", "sample": False}
    connection.execute(insert(organisation).values(id=identifier, created=NOW, **row))
    return identifier


def add_person(connection, member_of: str = "", role: Role = Role.COMPANY_LEAD) -> str:
    identifier = new_id()
    row = {"name": "Somebody", "language": "tk", "password": "", "totp_step": 0, "failures": 0, "sample": False}
    email = f"{identifier}@firm.example"
    connection.execute(insert(person).values(id=identifier, email=email, created=NOW, **row))
    if member_of:
        row = {"person": identifier, "organisation": member_of, "role": role, "sections": "[]", "created": NOW}
        connection.execute(insert(membership).values(id=new_id(), **row))
    return identifier


@pytest.fixture
def connection(db):
    with db.writer.connect() as found:
        yield found


@pytest.fixture
def firm(connection) -> str:
    return add_organisation(connection)


@pytest.fixture
def lead(connection, firm) -> str:
    return add_person(connection, firm)


@pytest.fixture
def assess(connection, firm, lead):
    """Give a function that adds an assessment of the firm."""
    place = new_id()
    connection.execute(insert(site).values(id=place, organisation=firm, name="Field 1", region="TM-M", created=NOW))

    def add(stage: Stage = Stage.CONCLUDED, **changes) -> str:
        one = Engagement(
            id=new_id(),
            organisation=firm,
            site=place,
            stage=stage,
            rehearsal=False,
            questionnaire="risk_assessment",
            questionnaire_version="2026.1",
            begins=TODAY,
            ends=TODAY,
            revision=0,
            answered=0,
            asked=150,
            created_by=lead,
            created=NOW,
            changed=NOW,
        )
        engagements.add(connection, msgspec.structs.replace(one, **changes), b"{}")
        return one.id

    return add


def told(connection, now: datetime = NOW, actions: tuple[OpenAction, ...] = ()) -> list[tuple[Subject, str]]:
    """Return what is reminded of, and the address it goes to before the @."""
    return [(one.letter.subject, one.letter.to.split("@")[0]) for one in due_reminders(connection, now, actions)]


def test_an_assessment_that_expires_within_a_month_is_called_to_mind(connection, assess, lead):
    assess(expires=TODAY + EXPIRY_AHEAD)
    assert told(connection) == [(Subject.REMINDER_DUE, lead)]


def test_an_assessment_that_expires_later_is_not(connection, assess):
    assess(expires=TODAY + EXPIRY_AHEAD + timedelta(days=1))
    assert not told(connection)


def test_a_questionnaire_left_lying_for_two_weeks_is_called_to_mind(connection, assess, lead):
    assess(Stage.ANSWERING, changed=NOW - IDLE)
    assert told(connection) == [(Subject.DRAFT_WAITING, lead)]


def test_whoever_began_a_questionnaire_is_reminded_of_it_too(connection, assess, firm, lead):
    colleague = add_person(connection, firm, Role.RESPONDENT)
    assess(Stage.ANSWERING, changed=NOW - IDLE, created_by=colleague)
    assert {who for _, who in told(connection)} == {lead, colleague}


def test_a_questionnaire_that_is_worked_on_is_left_alone(connection, assess):
    assess(Stage.ANSWERING, changed=NOW - IDLE + timedelta(minutes=1))
    assert not told(connection)


def test_nobody_is_reminded_of_a_rehearsal(connection, assess):
    assess(Stage.ANSWERING, changed=NOW - IDLE, rehearsal=True)
    assert not told(connection)


def test_nobody_is_reminded_of_a_sample(connection, assess):
    assess(expires=TOMORROW, sample=True)
    assert not told(connection)


def test_nobody_is_reminded_of_what_was_withdrawn(connection, assess):
    assess(Stage.WITHDRAWN, expires=TOMORROW, withdrawn=NOW)
    assert not told(connection)


@pytest.mark.parametrize(
    ("table", "column"), [(membership, "ended"), (person, "disabled"), (organisation, "disabled")], ids=str
)
def test_nobody_is_reminded_who_has_left(connection, assess, table, column):
    assess(expires=TOMORROW)
    connection.execute(update(table).values({column: NOW}))
    assert not told(connection)


def test_nobody_without_mail_is_reminded(connection, assess):
    assess(expires=TOMORROW)
    connection.execute(update(person).values(email="login_name"))
    assert not told(connection)


def test_the_leads_of_another_firm_hear_nothing(connection, assess, lead):
    add_person(connection, add_organisation(connection))
    assess(expires=TOMORROW)
    assert told(connection) == [(Subject.REMINDER_DUE, lead)]


def test_an_action_is_called_to_mind_a_week_ahead(connection, assess, lead):
    identifier = assess(Stage.SUBMITTED)
    assert told(connection, actions=(OpenAction(engagement=identifier, due=TODAY + AHEAD),)) == [
        (Subject.REMINDER_DUE, lead)
    ]


def test_an_action_that_is_due_later_is_not(connection, assess):
    identifier = assess(Stage.SUBMITTED)
    assert not told(connection, actions=(OpenAction(engagement=identifier, due=TODAY + AHEAD + timedelta(days=1)),))


def test_an_action_whose_day_has_passed_is_overdue(connection, assess, lead):
    identifier = assess(Stage.SUBMITTED)
    yesterday = OpenAction(engagement=identifier, due=TODAY - timedelta(days=1))
    assert told(connection, actions=(yesterday,)) == [(Subject.OVERDUE, lead)]


def test_actions_of_one_day_are_one_letter(connection, assess):
    identifier = assess(Stage.SUBMITTED)
    assert len(told(connection, actions=(OpenAction(engagement=identifier, due=TODAY),) * 5)) == 1


def test_the_day_is_the_one_of_ashgabat(connection, assess):
    identifier = assess(Stage.SUBMITTED)
    before_midnight_in_london = datetime(2026, 11, 21, 20, tzinfo=UTC)
    yesterday_in_ashgabat = OpenAction(engagement=identifier, due=date(2026, 11, 21))
    assert told(connection, before_midnight_in_london, (yesterday_in_ashgabat,))[0][0] is Subject.OVERDUE


def test_a_safety_check_is_called_to_mind_to_the_reviewers_and_not_to_the_firm(connection, assess):
    first, second = add_person(connection), add_person(connection)
    identifier = assess(reviewer=first, second_reviewer=second)
    connection.execute(insert(safety_check).values(id=new_id(), engagement=identifier, due=TODAY, outcome=""))
    assert sorted(told(connection)) == sorted((Subject.REMINDER_DUE, one) for one in (first, second))


def test_a_safety_check_that_was_done_is_not(connection, assess):
    identifier = assess(reviewer=add_person(connection))
    row = {"engagement": identifier, "due": TODAY, "done": NOW, "outcome": "no_sign"}
    connection.execute(insert(safety_check).values(id=new_id(), **row))
    assert not told(connection)


def test_the_actions_of_a_plan_are_open_until_they_are_verified(connection, assess, lead):
    identifier = assess(Stage.SUBMITTED)
    actions = tuple(action(name, TODAY + timedelta(days=number)) for number, name in enumerate(("one", "two", "three")))
    plan = ImprovementPlan(begun=TODAY, version="1", protocol=False, actions=actions)
    plans.add(connection, identifier, msgspec.json.encode(plan), NOW)
    take(connection, identifier, lead, "one", closure.Verified(inside=True))
    take(connection, identifier, lead, "two", closure.PutOff(due=TODAY + timedelta(days=9)))
    assert [one.due for one in open_actions(connection)] == [TODAY + timedelta(days=days) for days in (9, 2)]


def action(remedy: str, due: date) -> Action:
    return Action(
        remedy=remedy,
        kind=Kind.SYSTEM,
        priority=Priority.P1,
        owners=(),
        questions=(),
        indicators=(),
        start=None,
        due=due,
        after=(),
    )


def take(connection, identifier: str, by: str, remedy: str, step: closure.AnyStep) -> None:
    number = len(plans.changes(connection, identifier)) + 1
    content = msgspec.json.encode(step)
    change = plans.PlanChange(number=number, remedy=remedy, kind="", content=content, reason="", by=by, at=NOW)
    plans.note(connection, identifier, change)


def test_a_reminder_is_sent_once(db, settings, connection, assess):
    assess(expires=TOMORROW)
    connection.commit()
    key = read_or_make(settings.key_path())
    context = Context(job="1", db=db, settings=settings, key=key, clock=lambda: NOW, progress=lambda _: None)
    first = reminder.remind(context, Nothing())
    first.write(connection)
    connection.commit()
    assert [first.result, reminder.remind(context, Nothing()).result] == [Reminded(1), Reminded(0)]


def test_the_name_of_a_reminder_fits_its_column(connection, assess):
    assess(expires=TOMORROW)
    longest = max(len(one.once) for one in due_reminders(connection, NOW))
    assert longest + len(max(Subject, key=len)) - len(Subject.REMINDER_DUE) <= job.c.once.type.length
