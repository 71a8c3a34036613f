"""Parts done on this machine, one process a core."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from threading import Thread

from duediligence.batch.job import Job, Part
from duediligence.batch.run import Doing
from duediligence.batch.scoring import Scored, score_part
from duediligence.batch.words import unusable

_AHEAD = 2  # parts that wait for each process, so that none is idle and few results are held


def processes(count: int | None = None) -> Doing:
    """Return a way to do parts in so many processes, in as many as there are cores when None; one needs none."""

    @contextmanager
    def doing(job: Job, parts: Sequence[Part]) -> Iterator[Iterator[Scored]]:
        several = min(count or os.cpu_count() or 1, len(parts))
        if several == 1:
            yield (score_part(job, part) for part in parts)
            return
        pool = ProcessPoolExecutor(several, multiprocessing.get_context("spawn"), _leave_with_parent)
        try:
            yield _as_they_come(pool, job, parts, several * _AHEAD)
        except BrokenProcessPool as error:
            raise unusable("WORKER_DIED", job.source.name) from error
        finally:
            pool.shutdown(cancel_futures=True)

    return doing


def _leave_with_parent() -> None:
    """End this process when the one that began it was killed, for which it would else wait for ever."""
    parent = multiprocessing.parent_process()
    assert parent

    def leave() -> None:
        parent.join()
        os._exit(1)

    Thread(target=leave, daemon=True).start()


def _as_they_come(pool: ProcessPoolExecutor, job: Job, parts: Sequence[Part], most: int) -> Iterator[Scored]:
    """Yield parts as they are done; at most so many are under way or wait to be taken."""
    waiting = iter(parts)
    under_way: set[Future[Scored]] = set()
    while True:
        while len(under_way) < most and (part := next(waiting, None)):
            under_way.add(pool.submit(score_part, job, part))
        if not under_way:
            return
        done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
        for one in done:
            yield one.result()
