"""The queue: most urgent first, and a part of it by chance.

    place i (from 0) is filled by chance where ceil((i + 1) * share) > ceil(i * share)
    chance draws the waiting file with the smallest number  HMAC-SHA-256(key, day and file)
    every other place goes to the waiting file with the highest estimate, or the
    highest number of the rule set while nothing better was learned;
    of equals, to the one that waits longest

So of the first n files, for every n, at least `share` were drawn by chance. A
firm that knew the rules by heart could not count on being passed over, and
reviewers keep seeing what the order would have overlooked: without that, nobody
could ever tell. The key is the installation's own; with it and the day the lead
auditor gets the same queue again.
"""

import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import msgspec
import numpy as np
from numpy.typing import NDArray

from questionnaires.text import Text
from risk_models.priority import OrderModel, sentence


class How(StrEnum):
    """What a queue is ordered by."""

    RULES = "rules"
    LEARNED = "learned"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Files that wait for a reviewer, one entry each."""

    files: Sequence[str]
    rule: NDArray[np.float64]  # as `Numbers.rule`
    days: NDArray[np.int64]  # how long each has waited
    estimates: NDArray[np.float64] | None = None  # 0 to 1; None while nothing better than the rules was learned


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One place in the queue."""

    file: str
    by_chance: bool
    estimate: float | None  # None where the rules give the order


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """The files in the order in which to open them, and what the order is."""

    how: How
    says: Text
    day: date
    places: tuple[Place, ...]


def order(waiting: Waiting, *, day: date, key: bytes, share: float, model: OrderModel | None = None) -> Queue:
    """Return the queue of a day.

    Args:
        waiting: the files; their sequence does not matter.
        day: on which it is worked.
        key: a secret of the installation, so that no firm can tell the draw.
        share: of the places that chance fills, 0 to 1.
        model: whose estimates these are; named in what the queue says of itself.
    """
    learned = waiting.estimates is not None and model is not None
    urgency = waiting.estimates if learned and waiting.estimates is not None else waiting.rule
    names = np.array(waiting.files, np.str_)
    ranking = iter(np.lexsort((names, -waiting.days, -urgency)).tolist())
    drawing = iter(np.argsort([_number(key, day, file) for file in waiting.files], kind="stable").tolist())
    taken: set[int] = set()
    places = []
    for place in range(len(waiting.files)):
        by_chance = math.ceil((place + 1) * share) > math.ceil(place * share)
        row = next(row for row in (drawing if by_chance else ranking) if row not in taken)
        taken.add(row)
        estimate = float(urgency[row]) if learned else None
        places.append(Place(file=waiting.files[row], by_chance=by_chance, estimate=estimate))
    return Queue(
        how=How.LEARNED if learned else How.RULES,
        says=_says(model if learned else None, share),
        day=day,
        places=tuple(places),
    )


def _number(key: bytes, day: date, file: str) -> str:
    """Return a number that nobody without the key can foretell."""
    return hmac.new(key, f"{day.isoformat()} {file}".encode(), "sha256").hexdigest()


def _says(model: OrderModel | None, share: float) -> Text:
    percent = round(100 * share)
    if model is None:
        return sentence("queue_rules", share=percent)
    return sentence("queue_learned", share=percent, files=model.files, version=model.version)
