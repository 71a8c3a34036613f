"""The order of the queue: the numbers of files, what was learned of conclusions, and the places of the day."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from duediligence.engagement import Stage
from duediligence.judgement import FalseStatement, Nonconformity, Severity
from duediligence.store.engagement import Listed, Sought, conditions, listed_in, listing
from duediligence.store.table import engagement, look, queue_model, queue_place, queue_switch, review_entry
from questionnaires.text import Text
from risk_models.priority_features import FINE
from risk_models.priority_outcome import Learned

_INSERT: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_ROWS = 5000
"""Places that are written at a time."""

_CASE = (Severity.CRITICAL, Severity.MAJOR)


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a file as it was handed in, beside its prompts."""

    rule_set: str
    rule: float  # 0 to a little over 2
    features: dict[str, float]  # 0 to 1


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """What once came of learning an order."""

    id: str
    rule_set: str
    files: int  # conclusions it was tried on
    learned: Learned
    digest: str
    card: Text  # Markdown; empty where nothing was learned
    file: bytes | None  # skops
    file_digest: str
    made: datetime
    by: str | None


class Switch(msgspec.Struct, frozen=True, kw_only=True):
    """A lead auditor took the learned order out of use, or let it be used again."""

    id: str
    off: bool
    reason: str
    by: str
    at: datetime


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a file stands in the queue of the day."""

    engagement: str
    place: int  # from 0
    by_chance: bool
    day: date


class Concluded(msgspec.Struct, frozen=True, kw_only=True):
    """A file on which reviewers concluded, as an order learns from it."""

    engagement: str
    submitted: datetime
    concluded: datetime
    rule: float
    features: dict[str, float]
    by_chance: bool
    case: bool  # a critical or major nonconformity, or a statement that was proven false


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """A file that waits for an auditor."""

    engagement: str
    rule: float  # 0 to a little over 2
    submitted: datetime
    rule_set: str  # "" where it was not looked at yet
    features: dict[str, float]


def keep(connection: Connection, identifier: str, numbers: Numbers, now: datetime) -> None:
    """Write the numbers of a file, in the place of those by other rules."""
    values = {
        "rule_set": numbers.rule_set,
        "rule": numbers.rule,
        "features": msgspec.json.encode(numbers.features),
        "at": now,
    }
    row = _INSERT[connection.dialect.name](look).values(engagement=identifier, by_chance=False, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["engagement"], set_=values))


def numbers_of(connection: Connection, engagements: Sequence[str]) -> dict[str, Numbers]:
    """Return the numbers of some files, those left out that were not looked at."""
    wanted = select(look.c.engagement, look.c.rule_set, look.c.rule, look.c.features)
    rows = connection.execute(wanted.where(look.c.engagement.in_(tuple(engagements))))
    return {
        row.engagement: Numbers(rule_set=row.rule_set, rule=row.rule, features=_features(row.features)) for row in rows
    }


def waiting(connection: Connection) -> tuple[Waits, ...]:
    """Return every file that waits for an auditor."""
    stated = engagement.c.residual / 100
    rows = connection.execute(
        select(*(engagement.c[name] for name in ("id", "grave", "signs", "submitted")), stated.label("residual"), look)
        .join(look, look.c.engagement == engagement.c.id, isouter=True)
        .where(engagement.c.stage == Stage.SUBMITTED, engagement.c.rehearsal.is_(False))
    )
    return tuple(
        Waits(
            engagement=row.id,
            rule=row.grave + (row.residual or 0.0) + FINE * row.signs,
            submitted=row.submitted,
            rule_set=row.rule_set or "",
            features=_features(row.features) if row.features else {},
        )
        for row in rows
    )


def concluded(connection: Connection, rule_set: str, *, newest: int | None = None) -> tuple[Concluded, ...]:
    """Return the concluded files whose numbers are from one rule set, samples left out, the last concluded first.

    Args:
        connection: an open one.
        rule_set: id and version.
        newest: at most so many; all for None.
    """
    rows = connection.execute(
        select(engagement.c.submitted, engagement.c.concluded, look)
        .join(look, look.c.engagement == engagement.c.id)
        .where(look.c.rule_set == rule_set, engagement.c.concluded.is_not(None), engagement.c.sample.is_(False))
        .order_by(engagement.c.concluded.desc(), engagement.c.id)
        .limit(newest)
    ).all()
    cases = set(_cases(connection, None if newest is None else [row.engagement for row in rows]))
    return tuple(
        Concluded(
            engagement=row.engagement,
            submitted=row.submitted,
            concluded=row.concluded,
            rule=row.rule,
            features=_features(row.features),
            by_chance=row.by_chance,
            case=row.engagement in cases,
        )
        for row in rows
    )


def how_many_concluded(connection: Connection, rule_set: str) -> int:
    """Return how many files `concluded` would give."""
    return int(
        connection.execute(
            select(func.count())
            .select_from(look.join(engagement, engagement.c.id == look.c.engagement))
            .where(look.c.rule_set == rule_set, engagement.c.concluded.is_not(None), engagement.c.sample.is_(False))
        ).scalar_one()
    )


def oldest_open(connection: Connection) -> datetime | None:
    """Return when the longest waiting file was handed in that no one has concluded on; None without any."""
    wanted = select(func.min(engagement.c.submitted)).where(
        engagement.c.stage.in_((Stage.SUBMITTED, Stage.IN_REVIEW)), engagement.c.rehearsal.is_(False)
    )
    found: datetime | None = connection.execute(wanted).scalar_one()
    return found


def add(connection: Connection, one: Model) -> None:
    """Write what came of learning; nothing that was learned is ever changed."""
    values = msgspec.structs.asdict(one)
    values["content"] = encoded(values.pop("learned"))
    values["card"] = msgspec.json.encode(one.card).decode()
    connection.execute(insert(queue_model).values(**values))


def encoded(learned: Learned) -> bytes:
    """Return what was learned as it is kept: the weights in the order of the features in the file beside it."""
    return msgspec.json.encode(learned)


def digest(data: bytes) -> str:
    """Return the SHA-256 of something, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def models(connection: Connection, limit: int) -> tuple[Model, ...]:
    """Return what came of learning, the last first."""
    rows = connection.execute(select(queue_model).order_by(queue_model.c.id.desc()).limit(limit))
    return tuple(_model(row) for row in rows.mappings())


def turn(connection: Connection, one: Switch) -> None:
    """Write that somebody took the learned order out of use, or back."""
    connection.execute(insert(queue_switch).values(**msgspec.structs.asdict(one)))


def switch(connection: Connection) -> Switch | None:
    """Return what was last said of the use of a learned order; None where nobody has said anything."""
    row = connection.execute(select(queue_switch).order_by(queue_switch.c.id.desc()).limit(1)).mappings().one_or_none()
    return Switch(**row) if row else None


def place_all(connection: Connection, places: Iterable[Place]) -> None:
    """Write the queue of the day in the place of the one before; what chance drew and was taken is remembered."""
    drawn = (
        select(queue_place.c.engagement)
        .join(engagement, engagement.c.id == queue_place.c.engagement)
        .where(queue_place.c.by_chance, engagement.c.stage != Stage.SUBMITTED)
    )
    connection.execute(update(look).where(look.c.engagement.in_(drawn)).values(by_chance=True))
    connection.execute(delete(queue_place))
    rows = [msgspec.structs.asdict(one) for one in places]
    for start in range(0, len(rows), _ROWS):
        connection.execute(insert(queue_place), rows[start : start + _ROWS])


def places(connection: Connection, engagements: Sequence[str]) -> dict[str, Place]:
    """Return the places of some files, those left out that have none."""
    rows = connection.execute(select(queue_place).where(queue_place.c.engagement.in_(tuple(engagements)))).mappings()
    return {row["engagement"]: Place(**row) for row in rows}


def placed(
    connection: Connection, sought: Sought, *, limit: int, after: int = -1, before: int | None = None
) -> tuple[tuple[int, Listed], ...]:
    """Return files that have a place and still wait for an auditor, each with its place, in order.

    Args:
        connection: an open one.
        sought: what the list is narrowed to.
        limit: at most so many.
        after: only places behind this one.
        before: only places in front of this one; then those nearest to it.
    """
    wanted = [*conditions(sought), engagement.c.stage == Stage.SUBMITTED, queue_place.c.place > after]
    order = queue_place.c.place
    if before is not None:
        wanted.append(queue_place.c.place < before)
    rows = connection.execute(
        listing()
        .add_columns(queue_place.c.place)
        .join(queue_place, queue_place.c.engagement == engagement.c.id)
        .where(*wanted)
        .order_by(order if before is None else order.desc())
        .limit(limit)
    ).all()
    found = tuple((row.place, listed_in(row)) for row in rows)
    return found if before is None else tuple(reversed(found))


def _cases(connection: Connection, among: Sequence[str] | None) -> Iterable[str]:
    """Yield the files on which reviewers found a case, among some or all; a file may come more than once."""
    kinds = [Nonconformity.__name__.lower(), FalseStatement.__name__.lower()]
    wanted = select(review_entry.c.engagement, review_entry.c.content).where(review_entry.c.kind.in_(kinds))
    if among is not None:
        wanted = wanted.where(review_entry.c.engagement.in_(among))
    for row in connection.execute(wanted):
        one = msgspec.json.decode(row.content, type=FalseStatement | Nonconformity)
        if isinstance(one, FalseStatement) or one.severity in _CASE:
            yield row.engagement


def _features(data: bytes) -> dict[str, float]:
    return msgspec.json.decode(data, type=dict[str, float])


def _model(row: RowMapping) -> Model:
    values = dict(row)
    values["learned"] = msgspec.json.decode(values.pop("content"), type=Learned)
    values["card"] = msgspec.json.decode(values["card"], type=Text)
    return Model(**values)
