"""What becomes of attestations when something else changes: they are told at once that they stand no longer."""

from duediligence.job import Nothing, Order
from duediligence.proof.attestation import Reason
from duediligence.store import attestation as store
from duediligence.store import job as jobs
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


def fell(work: Work, engagement: str) -> None:
    """Withdraw what rests on an assessment that was withdrawn."""
    if store.fall(work.connection, engagement, Reason.REVIEW, work.now):
        publish_soon(work, engagement)


def publish_soon(work: Work, what: str) -> None:
    """Order that the status lists be published anew, because something has changed."""
    order = Order(kind=PUBLISH, arguments=Nothing(), once=f"{PUBLISH}:{what}:{work.now.timestamp():.0f}")
    jobs.enqueue(work.connection, order, work.now)
