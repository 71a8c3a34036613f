"""One unit of work: who asks, when, and on which open databases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

import msgspec

from duediligence import ledger, webhook
from duediligence.access import Actor, Step, Subject, may
from duediligence.database import Connection
from duediligence.engagement import Engagement
from duediligence.errors import NotAllowed, NotFound, SecondFactorNeeded
from duediligence.protected import Vault
from duediligence.settings import Settings

ASHGABAT = timezone(timedelta(hours=5))
"""Turkmenistan keeps one time all year."""

READING = frozenset(
    {
        Step.ORGANISATION_SEE,
        Step.ASSESSMENT_SEE,
        Step.PROTECTED_SEE,
        Step.FILE_SEE,
        Step.REVIEW_QUEUE,
        Step.REVIEW_SEE,
        Step.PLAN_SEE,
        Step.CHAIN_SEE,
        Step.SHIPMENT_SEE,
        Step.STATISTICS_SEE,
    }
)
"""Steps that change nothing: all that an API key for reading may take."""

_SEEING = (Step.ASSESSMENT_SEE, Step.REVIEW_SEE, Step.ORGANISATION_SEE)


@dataclass(frozen=True, slots=True)
class Work:
    """What every step needs."""

    actor: Actor
    now: datetime
    connection: Connection
    vault: Vault
    settings: Settings

    @property
    def day(self) -> date:
        """The day on the calendar of Turkmenistan."""
        return self.now.astimezone(ASHGABAT).date()

    def allow(self, step: Step, subject: Subject) -> None:
        """Return if the step may be taken.

        Raises:
            NotFound: the actor has no business with the subject, and is not told that it exists.
            SecondFactorNeeded: the step needs one in this session.
            NotAllowed: the actor may see the subject, but not take this step.
        """
        if may(self.actor, step, subject) and (step in READING or not self.actor.read_only):
            return
        if not any(may(self.actor, one, subject) for one in _SEEING):
            raise NotFound("There is no such thing, or it is not yours to see.")
        if may(msgspec.structs.replace(self.actor, second_factor=True), step, subject) and not self.actor.second_factor:
            raise SecondFactorNeeded("Confirm it is you with your second factor, then take the step again.")
        raise NotAllowed("Your role does not include this step. Ask the person in charge in your organisation.")

    def record(self, step: Step, subject: str, facts: Mapping[str, object]) -> None:
        """Note in the ledger that a step was taken.

        Args:
            step: what was done.
            subject: id of what it was done to.
            facts: digests, versions and numbers; never words of people.
        """
        webhook.announce(self.connection, step, subject, self.now)
        ledger.record(self.connection, step, subject, self.actor.person, self.now, facts)


def subject_of(one: Engagement) -> Subject:
    """Return an engagement as the table of steps sees it."""
    return Subject(
        organisation=one.organisation,
        stage=one.stage,
        rehearsal=one.rehearsal,
        reviewer=one.reviewer,
        second_reviewer=one.second_reviewer,
    )
