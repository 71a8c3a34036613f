"""A PDF set in a process of its own, whose memory goes with it.

To set a report takes typst some forty megabytes, which it keeps for the next one;
after a few reports in three languages a service that began with a hundred would hold
four. A process costs a tenth of a second, and what breaks in it breaks nothing else.
"""

import subprocess
import sys
from collections.abc import Sequence

import msgspec

from duediligence.reports import Report
from duediligence.reports.attachment import Attachment

MODULE = "duediligence.reports.pdf"

PATIENCE = 120.0
"""Seconds until a process that sets one report is ended; a long one takes less than one."""


class NotSet(Exception):
    """The process that sets reports ended without one; the message is what it said last."""


def render(report: Report, attached: Sequence[Attachment]) -> bytes:
    """Return the PDF of a report; see `duediligence.reports.pdf.render` for the arguments.

    Raises:
        NotSet: the report cannot be set, or it took too long.
    """
    told = msgspec.msgpack.encode((report, attached))
    try:
        ended = subprocess.run(  # noqa: S603  our own program, and nothing of the report in its arguments
            [sys.executable, "-m", MODULE], input=told, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotSet(f"It took longer than {PATIENCE:.0f} seconds.") from error
    if ended.returncode:
        raise NotSet(ended.stderr.decode(errors="replace")[-500:])
    return ended.stdout
