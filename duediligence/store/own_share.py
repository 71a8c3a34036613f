"""How much of what a firm works with comes from itself, as the firm tells it."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, insert, select, update

from duediligence.chain.own_place import OwnShare
from duediligence.errors import WrongMoment
from duediligence.store.table import own_share


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """What a firm tells of its own part, and who told it when."""

    organisation: str
    share: OwnShare
    revision: int  # of this telling; the first is 1
    by: str
    at: datetime


def load(connection: Connection, organisation: str) -> tuple[OwnShare, int]:
    """Return what a firm tells of its own part, and the revision of that; 0 where it never told."""
    row = connection.execute(select(own_share).where(own_share.c.organisation == organisation)).mappings().one_or_none()
    return (OwnShare(), 0) if row is None else (OwnShare(goods=row["goods"], labour=row["labour"]), row["revision"])


def save(connection: Connection, one: Telling) -> None:
    """Write the next revision of what a firm tells of its own part.

    Raises:
        WrongMoment: somebody has told it anew since the revision before.
    """
    values = {
        "goods": one.share.goods,
        "labour": one.share.labour,
        "revision": one.revision,
        "by": one.by,
        "at": one.at,
    }
    place = (own_share.c.organisation == one.organisation, own_share.c.revision == one.revision - 1)
    if connection.execute(update(own_share).where(*place).values(values)).rowcount == 1:
        return
    if load(connection, one.organisation)[1] or one.revision != 1:
        raise WrongMoment("Somebody has changed these shares since you opened the page. Look at them again.")
    connection.execute(insert(own_share).values(organisation=one.organisation, **values))
