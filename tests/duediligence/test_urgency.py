"""The order of the rule set, read part by part on either kind of database."""

from datetime import timedelta
from itertools import product

import msgspec
import pytest

from duediligence.engagement import Engagement, Stage, Stated
from duediligence.store import engagement as engagements
from duediligence.store.engagement import Sought
from duediligence.store.urgency import queue, urgency
from tests.stages import Parties, parties
from tests.world import World, world

SUBMITTED = Sought(stages=(Stage.SUBMITTED,))
KINDS = tuple(product((False, True), (40.0, 75.0), (0, 3, 7), (0, 1)))
"""Whether grave, residual, signs, and days since it was handed in."""


@pytest.fixture
def here(db, settings) -> World:
    return world(db, settings)


@pytest.fixture
def around(here) -> Parties:
    return parties(here)


@pytest.fixture
def filed(around) -> list[str]:
    """Give files of every kind, two of each, as the order has them."""
    made = [(kind, stated(around, *kind)) for kind in (*KINDS, *KINDS)]
    made.sort(key=lambda one: (not one[0][0], -one[0][1], -one[0][2], -one[0][3], one[1]))
    return [identifier for _, identifier in made]


def stated(around: Parties, grave: bool, residual: float, signs: int, days: int) -> str:  # noqa: FBT001
    """Return a file that was handed in and states these numbers."""
    here = around.here
    identifier = here.begun(around.lead, around.site)
    numbers = dict.fromkeys(("inherent", "control", "confidence", "low", "high", "coverage"), 50.0)
    says = Stated(
        label="self_declared", residual=residual, band="high", indicators={}, grave=grave, signs=signs, **numbers
    )
    with here.db.writing() as connection:
        one = engagements.load(connection, identifier)
        handed_in = _noon(here) - timedelta(days=days)
        after = msgspec.structs.replace(one, stage=Stage.SUBMITTED, submitted=handed_in, stated=says)
        engagements.save(connection, one, after)
    return identifier


def _noon(here: World):
    return here.now.replace(hour=12, minute=0, second=0, microsecond=0)


def test_of_equals_the_one_with_more_and_stronger_indicators_comes_first(here, filed):
    with here.db.reading() as connection:
        found = queue(connection, SUBMITTED, limit=100)
    assert [row.engagement.id for row in found] == filed


@pytest.mark.parametrize("size", [1, 2, 5])
def test_read_forward_in_parts_nothing_is_met_twice_or_missed(here, filed, size):
    met: list[Engagement] = []
    with here.db.reading() as connection:
        while part := queue(connection, SUBMITTED, limit=size, after=urgency(met[-1]) if met else None):
            met += [row.engagement for row in part]
    assert [one.id for one in met] == filed


@pytest.mark.parametrize("size", [1, 2, 5])
def test_read_backward_in_parts_nothing_is_met_twice_or_missed(here, filed, size):
    with here.db.reading() as connection:
        met = [queue(connection, SUBMITTED, limit=100)[-1].engagement]
        while part := queue(connection, SUBMITTED, limit=size, before=urgency(met[0])):
            met = [*(row.engagement for row in part), *met]
    assert [one.id for one in met] == filed
