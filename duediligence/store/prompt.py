"""What reviewers are asked about single files: prompts, what was concluded on them, and looks that were not taken."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import Connection, RowMapping, and_, delete, func, insert, or_, select, update

from duediligence.engagement import Stage
from duediligence.errors import NotFound
from duediligence.store.table import engagement, file, file_link, look, look_missed, prompt
from risk_models.integrity import Kind, NotLooked, Prompt
from risk_models.integrity_together import Paper


class Outcome(StrEnum):
    """What a reviewer concluded on a prompt."""

    EXPLAINED = "explained"  # there is an innocent reason
    FINDING = "finding"  # what it asked about had to be put right
    UNTOLD = "untold"  # it could not be told


class Raised(msgspec.Struct, frozen=True, kw_only=True):
    """One prompt about one file."""

    id: str
    engagement: str
    kind: Kind
    mark: str  # the same question has the same mark
    waiting: bool  # raised before a reviewer took the file
    prompt: Prompt
    raised: datetime
    outcome: Outcome | None = None
    reason: str = ""
    by: str | None = None
    concluded: datetime | None = None


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it is looked at beside others."""

    id: str
    organisation: str
    stage: Stage
    response: bytes  # JSON, without protected answers
    due: bool  # not yet looked at so, or with too few others


_KIND = look_missed.c.kind
_PLAIN = [name for name in Raised.__struct_fields__ if name not in ("prompt", "outcome")]
_COLUMNS = [prompt.c[name] for name in (*_PLAIN, "content", "outcome")]
_LOOKED_AT_TOGETHER = (Kind.TOO_GOOD, Kind.ALIKE, Kind.UNUSUAL)


def add(connection: Connection, raised: Iterable[Raised]) -> None:
    """Write prompts; one that its file has already stays as it is."""
    rows = [
        {name: getattr(one, name) for name in _PLAIN}
        | {"content": msgspec.json.encode(one.prompt), "outcome": one.outcome or ""}
        for one in raised
    ]
    wanted = {(row["engagement"], row["mark"]): row for row in rows}
    for engagement_id in {where for where, _ in wanted}:
        known = select(prompt.c.mark).where(prompt.c.engagement == engagement_id)
        for mark in connection.execute(known).scalars():
            wanted.pop((engagement_id, mark), None)
    if wanted:
        connection.execute(insert(prompt), list(wanted.values()))


def miss(connection: Connection, engagement_id: str, missed: Iterable[NotLooked]) -> None:
    """Write which looks at a file could not be taken, in the place of what was written before."""
    rows = [{"engagement": engagement_id, "kind": one.kind, "content": msgspec.json.encode(one)} for one in missed]
    connection.execute(delete(look_missed).where(look_missed.c.engagement == engagement_id))
    if rows:
        connection.execute(insert(look_missed), rows)


def of_engagement(connection: Connection, identifier: str) -> tuple[Raised, ...]:
    """Return the prompts of a file, the oldest first."""
    rows = connection.execute(select(*_COLUMNS).where(prompt.c.engagement == identifier).order_by(prompt.c.id))
    return tuple(map(_read, rows.mappings()))


def missed(connection: Connection, identifier: str) -> tuple[NotLooked, ...]:
    """Return the looks at a file that could not be taken."""
    wanted = select(look_missed.c.content).where(look_missed.c.engagement == identifier).order_by(_KIND)
    return tuple(msgspec.json.decode(one, type=NotLooked) for one in connection.execute(wanted).scalars())


def load(connection: Connection, about: str, identifier: str) -> Raised:
    """Return one prompt of a file.

    Raises:
        NotFound: the file has none of this id.
    """
    wanted = select(*_COLUMNS).where(prompt.c.id == identifier, prompt.c.engagement == about)
    row = connection.execute(wanted).mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such question about this file.")
    return _read(row)


def conclude(connection: Connection, one: Raised) -> None:
    """Write what a reviewer concluded on a prompt, in the place of what was concluded before."""
    values = {"outcome": one.outcome or "", "reason": one.reason, "by": one.by, "concluded": one.concluded}
    connection.execute(update(prompt).where(prompt.c.id == one.id).values(**values))


def conclusions(connection: Connection) -> dict[Kind, Counter[Outcome | None]]:
    """Return how many prompts of each kind came to each outcome, those of samples left out; None without one."""
    rows = connection.execute(
        select(prompt.c.kind, prompt.c.outcome, func.count().label("number"))
        .join(engagement, engagement.c.id == prompt.c.engagement)
        .where(engagement.c.sample.is_(False))
        .group_by(prompt.c.kind, prompt.c.outcome)
    )
    found: dict[Kind, Counter[Outcome | None]] = {kind: Counter() for kind in Kind}
    for row in rows:
        found[Kind(row.kind)][Outcome(row.outcome) if row.outcome else None] += row.number
    return found


def looked_at(connection: Connection) -> dict[Kind, int]:
    """Return how many files were looked at for each kind of prompt, samples left out."""
    real = and_(engagement.c.id == look.c.engagement, engagement.c.sample.is_(False))
    files, together = connection.execute(
        select(func.count(), func.count(look.c.together)).select_from(look.join(engagement, real))
    ).one()
    not_taken = connection.execute(
        select(_KIND, func.count())
        .select_from(look.join(engagement, real).join(look_missed, look_missed.c.engagement == look.c.engagement))
        .where(look.c.together.is_not(None))
        .group_by(_KIND)
    )
    short = {Kind(kind): number for kind, number in not_taken}
    return {kind: (together if kind in _LOOKED_AT_TOGETHER else files) - short.get(kind, 0) for kind in Kind}


def counts(connection: Connection, engagements: Collection[str] | None = None) -> dict[str, Counter[str]]:
    """Return how many prompts of each kind files had before a reviewer took them; of all files for None."""
    wanted = select(prompt.c.engagement, prompt.c.kind, func.count().label("number")).where(prompt.c.waiting)
    if engagements is not None:
        wanted = wanted.where(prompt.c.engagement.in_(tuple(engagements)))
    found: dict[str, Counter[str]] = {}
    for row in connection.execute(wanted.group_by(prompt.c.engagement, prompt.c.kind)):
        found.setdefault(row.engagement, Counter())[row.kind] = row.number
    return found


def to_look_at(connection: Connection, rule_set: str, limit: int) -> tuple[str, ...]:
    """Return files that wait for a reviewer and were not looked at by the rules in force, the oldest first."""
    there = select(look.c.engagement).where(look.c.rule_set == rule_set)
    wanted = (
        select(engagement.c.id)
        .where(engagement.c.stage == Stage.SUBMITTED, engagement.c.rehearsal.is_(False), engagement.c.id.not_in(there))
        .order_by(engagement.c.submitted)
        .limit(limit)
    )
    return tuple(connection.execute(wanted).scalars())


def beside(connection: Connection, form: tuple[str, str], limit: int) -> tuple[Beside, ...]:
    """Return the newest files of one version of a form as they are looked at together, samples left out."""
    alone = and_(look_missed.c.engagement == engagement.c.id, _KIND == Kind.ALIKE)
    wanted = (
        select(
            *(engagement.c[name] for name in ("id", "organisation", "stage", "response")),
            or_(look.c.together.is_(None), _KIND.is_not(None)).label("due"),
        )
        .join(look, look.c.engagement == engagement.c.id)
        .join(look_missed, alone, isouter=True)
        .where(
            engagement.c.questionnaire == form[0],
            engagement.c.questionnaire_version == form[1],
            engagement.c.stage.in_((Stage.SUBMITTED, Stage.IN_REVIEW, Stage.CONCLUDED)),
            engagement.c.sample.is_(False),
        )
        .order_by(engagement.c.submitted.desc())
        .limit(limit)
    )
    return tuple(Beside(**{**row, "stage": Stage(row["stage"])}) for row in connection.execute(wanted).mappings())


def papers(connection: Connection, identifier: str) -> tuple[Paper, ...]:
    """Return the documents of a file, and where the same bytes stand for an answer of another file.

    Left out are documents that their firm keeps from reviewers, and what was not handed in.
    """
    own = (
        select(file.c.sha256)
        .join(file_link, file_link.c.file == file.c.id)
        .where(file_link.c.engagement == identifier, file.c.shared, file.c.erased.is_(None))
    )
    sample = select(engagement.c.sample).where(engagement.c.id == identifier).scalar_subquery()
    rows = connection.execute(
        select(file_link.c.engagement, file.c.organisation, file_link.c.question, file.c.sha256)
        .join(file, file.c.id == file_link.c.file)
        .join(engagement, engagement.c.id == file_link.c.engagement)
        .where(
            file.c.sha256.in_(own),
            file.c.shared,
            file.c.erased.is_(None),
            engagement.c.stage != Stage.ANSWERING,
            engagement.c.sample == sample,
        )
    )
    return tuple(
        Paper(file=row.engagement, organisation=row.organisation, question=row.question, digest=row.sha256)
        for row in rows
    )


def looked_together(connection: Connection, missing: Mapping[str, Iterable[NotLooked]], now: datetime) -> None:
    """Note which files were looked at beside others, and for each which looks could not be taken."""
    for identifier, without in missing.items():
        connection.execute(update(look).where(look.c.engagement == identifier).values(together=now))
        miss(connection, identifier, without)


def _read(row: RowMapping) -> Raised:
    values = dict(row)
    content, outcome = values.pop("content"), values.pop("outcome")
    values["kind"] = Kind(values["kind"])
    return Raised(
        **values, prompt=msgspec.json.decode(content, type=Prompt), outcome=Outcome(outcome) if outcome else None
    )
