"""What pyhanko does with coroutines, done to its end where it is called.

The thread that asks may have a loop running already, as a browser's driver or a server
of pages has; another one cannot be run in it. So each gets a thread and a loop of its own.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def awaited(work: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine gives; what it raises is raised here."""
    with ThreadPoolExecutor(1, thread_name_prefix="seal") as alone:
        return alone.submit(asyncio.run, work).result()
