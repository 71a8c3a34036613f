"""Who helped firms to fill in their forms, as they say themselves."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from duediligence.preparer import Help, Preparer
from duediligence.store.table import preparer


def keep(connection: Connection, identifier: str, one: Preparer, now: datetime) -> None:
    """Write who helped with an assessment, in the place of what was said before."""
    connection.execute(delete(preparer).where(preparer.c.engagement == identifier))
    values = {"help": one.help, "name": one.name, "mark": one.mark, "at": now}
    connection.execute(insert(preparer).values(engagement=identifier, **values))


def of_engagement(connection: Connection, identifier: str) -> Preparer:
    """Return who helped with an assessment; not stated where nobody was asked."""
    row = connection.execute(
        select(preparer.c.help, preparer.c.name).where(preparer.c.engagement == identifier)
    ).one_or_none()
    return Preparer(help=Help(row.help), name=row.name) if row else Preparer()


def marks(connection: Connection) -> dict[str, str]:
    """Return the marks of the organisations that helped, by engagement; without those where none was named."""
    rows = connection.execute(select(preparer.c.engagement, preparer.c.mark).where(preparer.c.mark != ""))
    return {row.engagement: row.mark for row in rows}
