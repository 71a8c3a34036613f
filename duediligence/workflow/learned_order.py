"""In which order files wait for their reviewers: the places of the day, what they rest on, and who may change that.

    conclusions ─► learned (a job) ─► better than the rule set on later files? ─► the order of the day (a job)
                                       no, too few, or switched off: the rule set

Whichever it is, at least a fifth of the places is drawn by chance. Files without a
place stand behind those that have one, by the rule set: what was handed in a moment
ago, and what has an auditor already. The order touches no number, band or grade.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeAlias

import msgspec
import numpy as np

from duediligence.access import Step, may
from duediligence.assessment import MODEL
from duediligence.database import Connection, new_id
from duediligence.engagement import Stage
from duediligence.errors import NotFound, Unfit
from duediligence.job import Nothing, Order
from duediligence.store import job as jobs
from duediligence.store import prompt as prompts
from duediligence.store import queue_model as orders
from duediligence.store import setting
from duediligence.store.engagement import Listed, Sought
from duediligence.store.queue_model import Model, Numbers, Place, Switch
from duediligence.store.urgency import Urgency, urgency
from duediligence.store.urgency import queue as by_urgency
from duediligence.workflow import queueing, second_look
from duediligence.workflow.work import Work, subject_of
from questionnaires.text import Text
from risk_models import catalogue
from risk_models.integrity import Kind
from risk_models.priority import Explained, OrderModel, explain
from risk_models.priority_drift import Watch
from risk_models.priority_features import PROMPT, PROMPTS_MOST, Table
from risk_models.priority_queue import How

ORDER, LEARN = "order", "learn"
"""What the jobs are called that draw up the queue, and that learn from conclusions."""

RULE_SET = " ".join(MODEL)
"""The rules whose numbers the files carry."""

PAUSE = timedelta(minutes=10)
"""What is handed in within this time is given its places together."""

HISTORY = 20
"""So many attempts at learning are shown, the last ones."""

_NOTE = "queue"
_BEHIND_ALL = 2**31 - 1

Spot: TypeAlias = Urgency | int
"""Where a page of the queue begins or ends: a place of the day, or behind all places by the rule set."""


class Ordered(msgspec.Struct, frozen=True, kw_only=True):
    """The queue as it was last drawn up, and what it rests on."""

    at: datetime
    how: How
    says: Text  # what the order is
    why: Text  # why a learned order is in use or not; empty while none was ever learned
    since: datetime | None = None  # when the order was learned; None for that of the rule set
    files: int
    spread: Watch | None = None  # drift; None under the order of the rule set
    calibration: Watch | None = None


class Waiting(NamedTuple):
    """A part of the queue."""

    rows: tuple[Listed, ...]
    places: Mapping[str, Place]  # of those that have one
    earlier: Spot | None  # what stands in front ends before this; None at the beginning
    later: Spot | None  # what follows begins after this; None at the end


class Overview(NamedTuple):
    """What the lead auditor is shown of the order."""

    ordered: Ordered | None  # None before the first morning
    switch: Switch | None
    model: Model | None  # the last that learned something by the rules in force
    attempts: tuple[Model, ...]  # the last first
    concluded: int  # files from which could be learned today


def order_soon(connection: Connection, now: datetime) -> None:
    """Order the queue to be drawn up at the end of this pause; asked for many times it is once."""
    pause = int(PAUSE.total_seconds())
    slot = int(now.timestamp()) // pause
    due = datetime.fromtimestamp((slot + 1) * pause, UTC)
    jobs.enqueue(connection, Order(kind=ORDER, arguments=Nothing(), once=f"{ORDER}:at:{slot}", due=due), now)


def order_now(connection: Connection, now: datetime) -> None:
    """Order the queue to be drawn up at once."""
    jobs.enqueue(connection, Order(kind=ORDER, arguments=Nothing(), once=f"{ORDER}:{new_id()}"), now)


def keep(connection: Connection, one: Ordered) -> None:
    """Note how the queue was drawn up, in the place of what was noted before."""
    setting.note(connection, _NOTE, one, one.at)


def ordered(connection: Connection) -> Ordered | None:
    """Return how the queue was last drawn up; None before the first time."""
    return setting.noted(connection, _NOTE, Ordered)


def switched_off(connection: Connection) -> Switch | None:
    """Return by what a learned order was taken out of use; None while it may be used."""
    found = orders.switch(connection)
    return found if found is not None and found.off else None


def waiting(
    work: Work, sought: Sought, *, limit: int, after: Spot | None = None, before: Spot | None = None
) -> Waiting:
    """Return files that were handed in: those with a place of the day first, then by the rule set.

    A file that moves while somebody turns pages may be met twice or missed; nothing else shifts with it.

    Args:
        work: who looks; without a role in a reviewing body there is nothing to see.
        sought: what the list is narrowed to.
        limit: at most so many.
        after: where the page before ended.
        before: where the page that follows begins.
    """
    narrowed = msgspec.structs.replace(sought, handed_in=True)
    read = _backward if before is not None else _forward
    found = read(work.connection, narrowed, limit + 1, after if before is None else before)
    more = len(found) > limit
    rows = found[-limit:] if before is not None else found[:limit]
    first, last = (rows[place][0] if rows else None for place in (0, -1))
    blind = queueing.unread(work)
    shown = tuple(
        row
        for _, row in rows
        if may(work.actor, Step.REVIEW_QUEUE, subject_of(row.engagement)) and row.engagement.id not in blind
    )
    return Waiting(
        rows=shown,
        places=places(work, shown),
        earlier=first if after is not None or (before is not None and more) else None,
        later=last if before is not None or more else None,
    )


def places(work: Work, rows: tuple[Listed, ...]) -> dict[str, Place]:
    """Return the places of the files that wait for an auditor and have one."""
    wanted = [row.engagement.id for row in rows if row.engagement.stage is Stage.SUBMITTED]
    return orders.places(work.connection, wanted)


def reasons(work: Work, engagements: Mapping[str, Place]) -> dict[str, Explained]:
    """Return why files stand where a learned order put them; empty while the rule set gives the order."""
    model = in_force(work.connection)
    if model is None:
        return {}
    rules, chosen = catalogue.load(*MODEL), [name for name, place in engagements.items() if not place.by_chance]
    known = {
        name: one for name, one in orders.numbers_of(work.connection, chosen).items() if one.rule_set == model.rule_set
    }
    if not known:
        return {}
    counted = prompts.counts(work.connection, known)
    files = table(tuple(known.values()), [counted.get(name, {}) for name in known])
    return {name: explain(model, files, row, rules) for row, name in enumerate(known)}


def table(numbers: tuple[Numbers, ...], counted: list[Mapping[str, int]]) -> Table:
    """Return files as an order weighs them: their numbers, and how many prompts of each kind they had."""
    names = tuple(numbers[0].features)
    rows = [
        [*one.features.values(), *(min(counts.get(kind, 0) / PROMPTS_MOST, 1) for kind in Kind)]
        for one, counts in zip(numbers, counted, strict=True)
    ]
    return Table(np.array([one.rule for one in numbers]), (*names, *(PROMPT + kind for kind in Kind)), np.array(rows))


def in_force(connection: Connection) -> OrderModel | None:
    """Return the learned order by which the queue stands; None while that is the rule set."""
    found = ordered(connection)
    last = next(iter(orders.models(connection, 1)), None)
    if found is None or found.how is not How.LEARNED or last is None:
        return None
    return last.learned.model


def overview(work: Work) -> Overview:
    """Return what the order rests on, and what came of learning so far.

    Raises:
        NotFound: the actor leads no reviewing body.
    """
    _for_leads(work)
    attempts = orders.models(work.connection, HISTORY)
    own = (one for one in attempts if one.learned.model is not None and one.rule_set == RULE_SET)
    return Overview(
        ordered=ordered(work.connection),
        switch=orders.switch(work.connection),
        model=next(own, None),
        attempts=attempts,
        concluded=orders.how_many_concluded(work.connection, RULE_SET),
    )


def turn(work: Work, *, off: bool, reason: str) -> None:
    """Take a learned order out of use, or let it be used again; the queue is drawn up anew.

    Raises:
        NotFound: the actor leads no reviewing body.
        Unfit: the reason is missing, too long, or may point to a person.
    """
    _for_leads(work)
    if wrong := tuple(second_look.faults(reason)):
        raise Unfit(wrong)
    one = Switch(id=new_id(), off=off, reason=reason.strip(), by=work.actor.person, at=work.now)
    orders.turn(work.connection, one)
    order_now(work.connection, work.now)
    work.record(Step.REVIEW_ORDER, one.id, {"off": off})


def learn(work: Work) -> str:
    """Order what reviewers concluded to be learned from anew, and return the id of the job.

    Raises:
        NotFound: the actor leads no reviewing body.
    """
    _for_leads(work)
    order = Order(kind=LEARN, arguments=Nothing(), once=f"{LEARN}:{work.day}:{work.actor.person}", by=work.actor.person)
    identifier = jobs.enqueue(work.connection, order, work.now)
    work.record(Step.REVIEW_ORDER, identifier, {"learn": True})
    return identifier


def _for_leads(work: Work) -> None:
    if not may(work.actor, Step.REVIEW_ORDER) or work.actor.read_only:
        raise NotFound("There is no such thing, or it is not yours to see.")


def _forward(connection: Connection, sought: Sought, limit: int, after: Spot | None) -> list[tuple[Spot, Listed]]:
    found: list[tuple[Spot, Listed]] = []
    if not isinstance(after, Urgency) and _has_places(sought):
        found += orders.placed(connection, sought, limit=limit, after=-1 if after is None else after)
    if len(found) < limit:
        behind = after if isinstance(after, Urgency) else None
        rows = by_urgency(connection, sought, limit=limit - len(found), after=behind, unplaced=True)
        found += [(urgency(row.engagement), row) for row in rows]
    return found


def _backward(connection: Connection, sought: Sought, limit: int, before: Spot | None) -> list[tuple[Spot, Listed]]:
    found: list[tuple[Spot, Listed]] = []
    if isinstance(before, Urgency):
        rows = by_urgency(connection, sought, limit=limit, before=before, unplaced=True)
        found = [(urgency(row.engagement), row) for row in rows]
    if len(found) < limit and _has_places(sought):
        end = before if isinstance(before, int) else _BEHIND_ALL
        found = [*orders.placed(connection, sought, limit=limit - len(found), before=end), *found]
    return found


def _has_places(sought: Sought) -> bool:
    return not sought.stages or Stage.SUBMITTED in sought.stages
