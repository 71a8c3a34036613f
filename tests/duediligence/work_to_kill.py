"""A worker that its test kills: each job makes a file and notes in the database that it did."""

import os
import time
from datetime import UTC, datetime, timedelta
from threading import Event

import msgspec
from sqlalchemy import insert

from duediligence import settings
from duediligence.database import new_id
from duediligence.job import Context, Done, Kind
from duediligence.store.table import setting
from duediligence.worker import Pace, run_worker


class Number(msgspec.Struct, frozen=True):
    number: int


def make(context: Context, arguments: Number) -> Done:
    """Write a file under the id of the job, slowly, and leave a row that a second run would double."""
    beside = context.settings.folder / f"{context.job}.part"
    beside.write_text(str(arguments.number))
    time.sleep(0.02)
    context.progress(0.5)
    beside.replace(context.settings.folder / f"{context.job}.made")
    time.sleep(0.02)
    row = {"name": f"{arguments.number}:{new_id()}", "value": context.job, "at": context.clock()}
    return Done(result=arguments, write=lambda connection: connection.execute(insert(setting).values(row)))


KIND = Kind("make", Number, make)

if __name__ == "__main__":
    run_worker(
        settings.read(os.environ),
        Event(),
        lambda: datetime.now(UTC),
        kinds=(KIND,),
        pace=Pace(hands=2, sweep=0.2, lease=timedelta(seconds=2)),
    )
