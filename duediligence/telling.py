"""Letters that follow a step: whom it concerns is told that there is something to see, and where.

A step names people by id and orders a job in its own transaction. The job looks up
where they read mail and in which language, and posts the letters. So no step waits
for addresses or needs the key of the service, and whoever has left meanwhile is told
nothing.
"""

from datetime import datetime

import msgspec

from duediligence import mail
from duediligence.database import Connection, new_id
from duediligence.engagement import Engagement
from duediligence.job import Context, Done, Order
from duediligence.mail import Letter, Subject
from duediligence.store import job as jobs
from duediligence.store import person as people

TELL = "tell"


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is told of what; there is no field for a word of anybody."""

    subject: Subject
    engagement: str
    people: tuple[str, ...]
    link: str
    at: datetime


def tell(connection: Connection, one: Engagement, told: Told) -> None:
    """Order the letters about an engagement, where there is anybody to tell; nobody is told of samples."""
    if told.people and not one.sample:
        jobs.enqueue(connection, Order(kind=TELL, arguments=told, once=f"tell:{new_id()}"), told.at)


def write_letters(context: Context, told: Told) -> Done:
    """Post a letter to each: at most one an hour about one file, however much is written or given in it."""
    with context.db.reading() as connection:
        found = people.load_many(connection, told.people)

    def write(connection: Connection) -> None:
        for one in found:
            letter = Letter(subject=told.subject, to=one.email, language=one.language, link=told.link)
            once = f"{told.subject}:{told.engagement}:{one.id}:{told.at:%Y-%m-%dT%H}"
            mail.post(connection, context.key, letter, once, context.clock())

    return Done(write=write)
