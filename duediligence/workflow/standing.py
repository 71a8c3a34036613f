"""What becomes of attestations when something else changes: who checks them is told at once, and so is their firm."""

from datetime import datetime

from duediligence.job import Nothing, Order
from duediligence.mail import Subject
from duediligence.organisation import Role
from duediligence.proof.attestation import WhyWithdrawn
from duediligence.store import attestation as store
from duediligence.store import engagement as engagements
from duediligence.store import job as jobs
from duediligence.store import person as people
from duediligence.telling import Told, tell
from duediligence.workflow.work import Work

PUBLISH = "publish"
"""The job that publishes what stands and what does not."""


def overtaken(work: Work, engagement: str, digest: str) -> None:
    """Put on hold what was made from another result than the newest one.

    Args:
        work: the step that sealed the newest result.
        engagement: the assessment.
        digest: SHA-256 of the shared copy of its newest result.
    """
    if store.overtaken(work.connection, engagement, digest, work.now):
        publish_soon(work, engagement)
        _tell_leads(work, engagement, Subject.ATTESTATION_CHANGED, "/attestations")


def fell(work: Work, engagement: str) -> None:
    """Withdraw what rests on an assessment that was withdrawn."""
    if store.fall(work.connection, engagement, WhyWithdrawn.REVIEW, work.now):
        publish_soon(work, engagement)
        _tell_leads(work, engagement, Subject.ATTESTATION_CHANGED, "/attestations")


def consent_waits(work: Work, engagement: str, code: str) -> None:
    """Tell those who lead a firm that an attestation waits for its consent."""
    _tell_leads(work, engagement, Subject.CONSENT_WAITING, f"/attestations/{code}")


def publish_soon(work: Work, what: str) -> None:
    """Order that the status lists be published anew, because something has changed."""
    jobs.enqueue(work.connection, publication(what, work.now), work.now)


def publication(what: str, now: datetime) -> Order:
    """Return the order to publish what stands and what does not, after a change of something."""
    return Order(kind=PUBLISH, arguments=Nothing(), once=f"{PUBLISH}:{what}:{now.timestamp():.0f}")


def _tell_leads(work: Work, engagement: str, subject: Subject, link: str) -> None:
    """Order letters to those who lead the firm of an assessment, save whoever takes the step."""
    one = engagements.load(work.connection, engagement)
    leads = [
        member.person.id
        for member in people.members(work.connection, one.organisation)
        if member.membership.role is Role.COMPANY_LEAD and member.person.id != work.actor.person
    ]
    told = Told(subject=subject, engagement=engagement, people=tuple(dict.fromkeys(leads)), link=link, at=work.now)
    tell(work.connection, one, told)
