"""Parts done by a Dask cluster: each worker reads its own from a path that all of them share.

What a scheduler is sent it runs. It must be reached by nobody else: TLS with
certificates of one's own (`distributed.comm.tls` of Dask's configuration), never an
address that is open to others.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from distributed import Client, Future, KilledWorker, as_completed

from duediligence.batch.job import Job, Part
from duediligence.batch.run import Doing
from duediligence.batch.scoring import Scored, score_part
from duediligence.batch.words import unusable

_PATIENCE = "20s"


def cluster(address: str) -> Doing:
    """Return a way to do parts on the cluster whose scheduler listens at an address."""

    @contextmanager
    def doing(job: Job, parts: Sequence[Part]) -> Iterator[Iterator[Scored]]:
        try:
            client = Client(address, timeout=_PATIENCE)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise unusable("NO_SCHEDULER", address) from error
        try:
            with client:
                yield _as_they_come(client.map(score_part, [job] * len(parts), parts, pure=False, retries=2))
        except KilledWorker as error:
            raise unusable("WORKER_DIED", job.source.name) from error

    return doing


def _as_they_come(futures: "list[Future[Scored]]") -> Iterator[Scored]:
    """Yield parts as they are done; the cluster forgets each as soon as it was taken."""
    for future, scored in as_completed(futures, with_results=True):  # type: ignore[no-untyped-call]
        yield scored
        future.release()
