"""Somebody looks at the statistics that were released."""

from duediligence.access import Step, may
from duediligence.errors import NotAllowed
from duediligence.statistics import Release
from duediligence.store import setting
from duediligence.store import statistics as store
from duediligence.workflow.work import Work


def released(work: Work) -> Release | None:
    """Return the newest release, None before the first.

    Raises:
        NotAllowed: no role of the actor includes statistics, and they are not open to everybody who is signed in.
    """
    if not may(work.actor, Step.STATISTICS_SEE) and not setting.choices(work.connection).statistics_open:
        raise NotAllowed("Your role does not include the statistics, and the operator has not opened them to all.")
    return store.published(work.connection)
