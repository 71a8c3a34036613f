"""What an administrator has chosen for everybody, and what the service notes of itself: one row for each.

A choice is safe to change while people work. Anything about risk is content, and
anything that needs a restart stands in `duediligence.settings`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from duediligence.store.table import setting
from questionnaires.text import Text

CHOICES = "choices"
BACKUP = "backup"
LEDGER = "ledger"

_INSERT: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

N = TypeVar("N", bound=msgspec.Struct)


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator decides without a restart."""

    announcement: Text = {}  # stands on every page; empty where nothing is to be said
    requests_open: bool = True  # firms may ask to join
    statistics_open: bool = False  # whoever is signed in sees the statistics


class Backup(msgspec.Struct, frozen=True, kw_only=True):
    """The last backup that was made of this installation."""

    made: datetime
    number: int  # of the last entry of the ledger in it


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """The last look through the whole ledger."""

    at: datetime
    number: int  # of the last entry
    fault: str = ""  # what does not fit, in words; "" where everything does


def choices(connection: Connection) -> Choices:
    """Return what was chosen, and what holds where nobody has chosen yet."""
    return noted(connection, CHOICES, Choices) or Choices()


def noted(connection: Connection, name: str, kind: type[N]) -> N | None:
    """Return what stands under a name, None where nothing does."""
    value = connection.execute(select(setting.c.value).where(setting.c.name == name)).scalar_one_or_none()
    return None if value is None else msgspec.json.decode(value, type=kind)


def note(connection: Connection, name: str, value: msgspec.Struct, now: datetime, by: str | None = None) -> None:
    """Write something under a name, in the place of what stood there; `by` is the person, None for the service."""
    row = {"value": msgspec.json.encode(value).decode(), "by": by, "at": now}
    insert = _INSERT[connection.dialect.name](setting).values(name=name, **row)
    connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=row))
