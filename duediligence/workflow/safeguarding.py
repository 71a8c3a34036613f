"""Somebody looks, some weeks after a grave sign was reported, whether anyone suffers for having spoken.

Only the reviewers of the file know of these days. The firm is never told of them,
nothing is sent to anybody whatever was found, and the ledger says that somebody
looked and not what they saw.
"""

from datetime import timedelta

from duediligence.access import Step
from duediligence.database import new_id
from duediligence.engagement import Engagement
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.store import engagement as store
from duediligence.store import safety
from duediligence.store.safety import SafetyCheck
from duediligence.words import problem
from duediligence.workflow.work import Work, subject_of

NO_SIGN, SIGN, NOT_POSSIBLE = "no_sign", "sign", "not_possible"
OUTCOMES = (NO_SIGN, SIGN, NOT_POSSIBLE)
"""What a look can show."""

EARLY = timedelta(days=7)
"""How long before its day somebody may look: a visit rarely falls on the day itself; our design value."""

AGAIN = timedelta(days=30)
"""When to look again after a sign, or where looking was not possible; our design value."""


def checks(work: Work, identifier: str) -> tuple[Engagement, tuple[SafetyCheck, ...]]:
    """Return an assessment and the days on which its reviewers look, the soonest first.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
    """
    one = store.load(work.connection, identifier)
    work.allow(Step.SAFETY_CHECK, subject_of(one))
    return one, safety.checks(work.connection, identifier)


def finish(work: Work, identifier: str, check: str, outcome: str) -> None:
    """Write what a look has shown; unless there was no sign, another day is set.

    Raises:
        NotFound, NotAllowed: see `Work.allow`.
        Unfit: no outcome was chosen.
        WrongMoment: the day is done, or too far away.
    """
    one, days = checks(work, identifier)
    found = next((day for day in days if day.id == check), None)
    if found is None:
        raise NotFound("There is no such day.")
    if found.done:
        raise WrongMoment("Somebody has looked on this day already.")
    if work.day < found.due - EARLY:
        raise WrongMoment(f"It is too early to look. The day is {found.due}.")
    if outcome not in OUTCOMES:
        raise Unfit((problem("OUTCOME_MISSING", "outcome"),))
    safety.finish_check(work.connection, check, outcome, work.now)
    if outcome != NO_SIGN:
        safety.plan_check(work.connection, new_id(), one.id, work.day + AGAIN)
    work.record(Step.SAFETY_CHECK, one.id, {"check": check})
