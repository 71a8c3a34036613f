"""Reminders: what is due soon, overdue, about to expire or left lying, told once to those it concerns.

A reminder is named after what it reminds of, whom, and the day that is meant. A day
that is moved is a new reminder; the same day never is. Nobody is reminded of a
rehearsal, of samples, or of what was withdrawn.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from duediligence import mail
from duediligence.database import Connection
from duediligence.improvement import Status
from duediligence.job import Context, Done, Nothing
from duediligence.mail import Letter, Subject
from duediligence.store import job as jobs
from duediligence.store import plan as plans
from duediligence.store import reminder as store
from duediligence.store import screening_file as screenings
from duediligence.store.reminder import Concern
from duediligence.workflow import improving
from duediligence.workflow.work import ASHGABAT

AHEAD = timedelta(days=7)
"""How long before its day an action or a check is called to mind."""
EXPIRY_AHEAD = timedelta(days=30)
IDLE = timedelta(days=14)


class OpenAction(msgspec.Struct, frozen=True, kw_only=True):
    """An action of a plan that nobody has closed yet."""

    engagement: str
    due: date


class Reminder(msgspec.Struct, frozen=True, kw_only=True):
    """One letter, and the name under which it is sent once."""

    once: str
    letter: Letter


class Reminded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came of a morning."""

    letters: int


def remind(context: Context, _: Nothing) -> Done:
    """Post the letters of this morning."""
    now = context.clock()
    with context.db.reading() as connection:
        found = due_reminders(connection, now, open_actions(connection))

    def write(connection: Connection) -> None:
        for one in found:
            mail.post(connection, context.key, one.letter, one.once, now)

    return Done(result=Reminded(len(found)), write=write)


def open_actions(connection: Connection) -> list[OpenAction]:
    """Return the actions of every plan that nobody has closed.

    What protected answers alone call for is not in the main database, and nobody is reminded of it.
    """
    return [
        OpenAction(engagement=engagement, due=one.due)
        for engagement in plans.open_plans(connection)
        for one in improving.in_the_open(connection, engagement)
        if one.status is not Status.VERIFIED
    ]


def due_reminders(connection: Connection, now: datetime, actions: Sequence[OpenAction] = ()) -> list[Reminder]:
    """Return what to remind whom of today, without what they were reminded of before.

    Args:
        connection: a reading one.
        now: the time; the day is that of Ashgabat.
        actions: those of all plans that are not closed.
    """
    today = now.astimezone(ASHGABAT).date()
    found = [
        *(_dated(one, today, "/files") for one in store.checks(connection, today + AHEAD)),
        *(_dated(one, today, "/assessments") for one in _of_plans(connection, actions, today + AHEAD)),
        *(
            _reminder(one, Subject.REMINDER_DUE, "/assessments")
            for one in store.expiring(connection, today, today + EXPIRY_AHEAD)
        ),
        *(_reminder(one, Subject.DRAFT_WAITING, "/assessments") for one in store.idle(connection, now - IDLE)),
        *(_dated(one, today, "/chain/parties") for one in screenings.concerned(connection, today + AHEAD)),
    ]
    unique = {one.once: one for one in found if "@" in one.letter.to}
    told = jobs.ordered(connection, list(unique))
    return [one for once, one in unique.items() if once not in told]


def _of_plans(connection: Connection, actions: Sequence[OpenAction], last: date) -> list[Concern]:
    """Return the open actions that are due by `last`, for the leads of their firms."""
    near = [one for one in actions if one.due <= last]
    leads = store.leads(connection, {one.engagement for one in near})
    return [msgspec.structs.replace(lead, day=one.due) for one in near for lead in leads.get(one.engagement, ())]


def _dated(one: Concern, today: date, where: str) -> Reminder:
    return _reminder(one, Subject.OVERDUE if one.day < today else Subject.REMINDER_DUE, where)


def _reminder(one: Concern, subject: Subject, where: str) -> Reminder:
    letter = Letter(
        subject=subject,
        to=one.email,
        language=one.language,
        link=f"{where}/{one.engagement}",
        until=None if subject is Subject.DRAFT_WAITING else one.day,
    )
    return Reminder(once=f"{subject}:{one.engagement}:{one.day}:{one.person}", letter=letter)
