"""Jobs that learn an order from reviewers' conclusions, and that draw up the queue of the day.

It is learned anew when the lead auditor asks for it, and by itself each time as many
files were concluded as are needed for the first attempt. Were it tried every night, a
lucky order would pass sooner or later. The last attempt decides: an order that is no
longer better than the rule set is not used.

The skops file needs scikit-learn, which takes seconds to import: it is imported where
one is written, by a worker.
"""

import hmac
from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeAlias

import numpy as np

from duediligence.assessment import MODEL
from duediligence.database import Connection, new_id
from duediligence.job import Context, Done, Nothing, Order
from duediligence.store import job as jobs
from duediligence.store import prompt as prompts
from duediligence.store import queue_model as orders
from duediligence.store.queue_model import Concluded, Model, Numbers, Place, Switch, Waits
from duediligence.workflow import learned_order
from duediligence.workflow.learned_order import LEARN, RULE_SET, Ordered, table
from duediligence.workflow.work import ASHGABAT
from questionnaires.text import Text
from risk_models import catalogue, parameter, priority_drift, priority_queue
from risk_models.priority import OrderModel, estimates, sentence
from risk_models.priority_card import card
from risk_models.priority_drift import Watch
from risk_models.priority_learning import Conclusions
from risk_models.priority_learning import learn as learned_from
from risk_models.priority_outcome import Learned, Standing, terms, usable
from risk_models.priority_queue import Queue, Waiting

Counts: TypeAlias = Mapping[str, Mapping[str, int]]
"""How many prompts of each kind files had."""

SEED = 1
"""Of the samples behind an interval: whoever learns from the same conclusions gets the same."""

_RECENT = 2000
"""Files that are held against those the order was learned from, the newest."""


def learn(context: Context, _: Nothing) -> Done:
    """Learn from everything that was concluded under the rules in force; keep what came of it, whatever it was."""
    now = context.clock()
    with context.db.reading() as connection:
        rows = orders.concluded(connection, RULE_SET)
        counted = prompts.counts(connection)
        oldest = orders.oldest_open(connection)
    found = _learned(rows, counted, oldest, now.astimezone(ASHGABAT).date())
    content, file = orders.encoded(found), _skops(found.model)
    one = Model(
        id=new_id(),
        rule_set=RULE_SET,
        files=len(rows),
        learned=found,
        digest=orders.digest(content),
        card=card(found, catalogue.load(*MODEL)) if found.model else {},
        file=file,
        file_digest=orders.digest(file) if file else "",
        made=now,
        by=context.by,
    )

    def write(connection: Connection) -> None:
        orders.add(connection, one)
        learned_order.order_now(connection, now)

    return Done(write=write)


def order(context: Context, _: Nothing) -> Done:
    """Draw up the queue of the day, and see whether files are still like those the order was learned from."""
    now = context.clock()
    day = now.astimezone(ASHGABAT).date()
    with context.db.reading() as connection:
        waits = orders.waiting(connection)
        counted = prompts.counts(connection)
        last = next(iter(orders.models(connection, 1)), None)
        switch = orders.switch(connection)
        model, why = _in_force(last, switch)
        concluded = orders.concluded(connection, RULE_SET, newest=_RECENT) if model else ()
        enough = orders.how_many_concluded(connection, RULE_SET)
    figures = parameter.values_on(parameter.read_all(), day)
    queue = _queue(waits, counted, model, day, figures["priority.chance_share"] / 100, context.key.secrets[0])
    spread = calibration = None
    if model is not None and last is not None:
        least, limit = int(figures["priority.drift_files_min"]), figures["priority.drift_max"]
        spread = _spread(model, waits, concluded, counted, least, limit)
        calibration = _calibration(model, [one for one in concluded if one.concluded > last.made], counted, least)
    note = Ordered(
        at=now,
        how=queue.how,
        says=queue.says,
        why=why,
        since=last.made if model is not None and last is not None else None,
        files=len(queue.places),
        spread=spread,
        calibration=calibration,
    )
    learning = _learning_due(enough, last, int(figures["priority.files_min"]))

    def write(connection: Connection) -> None:
        orders.place_all(
            connection,
            (
                Place(engagement=one.file, place=number, by_chance=one.by_chance, day=day)
                for number, one in enumerate(queue.places)
            ),
        )
        learned_order.keep(connection, note)
        if learning:
            jobs.enqueue(connection, learning, now)

    return Done(write=write)


def _learned(rows: tuple[Concluded, ...], counted: Counts, oldest: datetime | None, day: date) -> Learned:
    """Return what conclusions teach.

    Fair are files that chance drew, and those handed in before the oldest that is still open: of these all were
    looked at, whatever their place.
    """
    wanted = terms(parameter.values_on(parameter.read_all(), day))
    if not rows:
        says = sentence(Standing.TOO_FEW_FILES, files=0, wanted=wanted.files_min)
        return Learned(standing=Standing.TOO_FEW_FILES, says=says, trial=None, model=None, strength=0.0)
    conclusions = Conclusions(
        files=tuple(one.engagement for one in rows),
        days=np.array([one.concluded.astimezone(ASHGABAT).date().toordinal() for one in rows], np.int64),
        table=table(tuple(map(_numbers, rows)), [counted.get(one.engagement, {}) for one in rows]),
        cases=np.array([one.case for one in rows]),
        fair=np.array([one.by_chance or oldest is None or one.submitted < oldest for one in rows]),
    )
    return learned_from(conclusions, wanted, rule_set=RULE_SET, seed=SEED)


def _skops(model: OrderModel | None) -> bytes | None:
    from risk_models import priority_file  # noqa: PLC0415

    return priority_file.write(model) if model else None


def _in_force(last: Model | None, switch: Switch | None) -> tuple[OrderModel | None, Text]:
    """Return the order that is in use, None for that of the rule set, and why it is."""
    if last is None:
        return None, {}
    found = usable(last.learned, RULE_SET)
    if found.standing is not Standing.ON or (switch is not None and switch.off):
        return None, found.says
    return found.model, found.says


def _queue(  # noqa: PLR0913, PLR0917  each is a thing of its own
    waits: tuple[Waits, ...],
    counted: Counts,
    model: OrderModel | None,
    day: date,
    share: float,
    secret: bytes,
) -> Queue:
    """Return the queue of a day; under a learned order without the files that were not looked at by its rules."""
    rows = [one for one in waits if model is None or one.rule_set == model.rule_set]
    files = table(tuple(map(_numbers, rows)), [counted.get(one.engagement, {}) for one in rows]) if rows else None
    waiting = Waiting(
        files=[one.engagement for one in rows],
        rule=np.array([one.rule for one in rows]),
        days=np.array([(day - one.submitted.astimezone(ASHGABAT).date()).days for one in rows], np.int64),
        estimates=estimates(model, files) if model and files else None,
    )
    key = hmac.digest(secret, b"order of the queue", "sha256")
    return priority_queue.order(waiting, day=day, key=key, share=share, model=model)


def _spread(  # noqa: PLR0913, PLR0917  each is a thing of its own
    model: OrderModel,
    waits: tuple[Waits, ...],
    concluded: tuple[Concluded, ...],
    counted: Counts,
    least: int,
    limit: float,
) -> Watch:
    """Return how far files handed in since the order was learned are spread otherwise."""
    known: tuple[Waits | Concluded, ...] = (*waits, *concluded)
    looked = [one for one in known if _numbers(one).rule_set == model.rule_set]
    since = [one for one in looked if one.submitted.astimezone(ASHGABAT).date() > model.until]
    recent = sorted(since, key=lambda one: one.submitted)[-_RECENT:]
    if not recent:
        return Watch(enough=False, says=sentence("drift_too_few", files=0, wanted=least), drifts=())
    files = table(tuple(map(_numbers, recent)), [counted.get(one.engagement, {}) for one in recent])
    return priority_drift.spread(model, files, catalogue.load(*MODEL), files_min=least, limit=limit)


def _calibration(model: OrderModel, rows: list[Concluded], counted: Counts, least: int) -> Watch:
    """Return whether as many cases were found as the order expected, among files concluded since."""
    if not rows:
        return Watch(enough=False, says=sentence("drift_too_few", files=0, wanted=least), drifts=())
    files = table(tuple(map(_numbers, rows)), [counted.get(one.engagement, {}) for one in rows])
    return priority_drift.calibration(model, files, np.array([one.case for one in rows]), files_min=least)


def _learning_due(concluded: int, last: Model | None, wanted: int) -> Order | None:
    """Return the order to learn, each time as many files were concluded again as the first attempt needs."""
    before = last.files if last is not None and last.rule_set == RULE_SET else 0
    if concluded // wanted <= before // wanted:
        return None
    return Order(kind=LEARN, arguments=Nothing(), once=f"{LEARN}:{RULE_SET}:{concluded // wanted}")


def _numbers(one: Waits | Concluded) -> Numbers:
    rule_set = one.rule_set if isinstance(one, Waits) else RULE_SET
    return Numbers(rule_set=rule_set, rule=one.rule, features=one.features)
