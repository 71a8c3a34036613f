"""A worker that makes files and that its test kills; it counts as dead two seconds later."""

import os
from datetime import UTC, datetime, timedelta
from threading import Event

from duediligence import settings
from duediligence.worker import Pace, run_worker
from duediligence.workflow import making

if __name__ == "__main__":
    run_worker(
        settings.read(os.environ),
        Event(),
        lambda: datetime.now(UTC),
        kinds=making.KINDS,
        pace=Pace(hands=2, sweep=0.2, lease=timedelta(seconds=2)),
    )
