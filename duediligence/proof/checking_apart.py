"""A file from a stranger, checked in a process of its own.

A file made to break its reader breaks that process and nothing else, and what it may take
of time and memory is bounded. Run as a program it reads a file with what is known, and
writes what came of checking it.
"""

import resource
import subprocess
import sys
import threading

import msgspec

from duediligence.errors import Unavailable
from duediligence.proof.checking import Known, check
from duediligence.proof.verdict import Verdict, refused

MODULE = "duediligence.proof.checking_apart"

PATIENCE = 20.0
"""Seconds until a process that checks one file is ended; a large one takes two."""

MEMORY = 2_000_000_000
"""Bytes of address space that it may take."""

_AT_ONCE = threading.BoundedSemaphore(2)
"""So many files are checked at a time by one process of the service; others wait."""


def checked(data: bytes, known: Known, sha256: str) -> Verdict:
    """Return what came of checking a file; one that breaks the check is refused.

    Args:
        data: as it was received.
        known: what there is to check it with.
        sha256: of the data, for a verdict on what could not be read.

    Raises:
        Unavailable: too many others are being checked.
    """
    if not _AT_ONCE.acquire(timeout=PATIENCE):
        raise Unavailable("Many files are being checked just now. Try again in a minute.")
    try:
        return _checked(data, known, sha256)
    finally:
        _AT_ONCE.release()


def _checked(data: bytes, known: Known, sha256: str) -> Verdict:
    told = msgspec.msgpack.encode((data, known))
    try:
        ended = subprocess.run(  # noqa: S603  our own program, and nothing of the file in its arguments
            [sys.executable, "-m", MODULE], input=told, capture_output=True, timeout=PATIENCE, check=False
        )
        if ended.returncode == 0:
            return msgspec.msgpack.decode(ended.stdout, type=Verdict)
    except subprocess.TimeoutExpired:
        pass
    return Verdict(kind="unknown", sha256=sha256, checks=(refused("file", "file_breaks"),))


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    data, known = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=tuple[bytes, Known])
    sys.stdout.buffer.write(msgspec.msgpack.encode(check(data, known)))


if __name__ == "__main__":
    _main()
