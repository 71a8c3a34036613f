"""What a partner has begun and never handed in is dropped after a while, and nothing else of it."""

from datetime import timedelta

import pytest

from duediligence import housekeeping, ledger
from duediligence.database import new_id
from duediligence.job import Context, Nothing, unwatched
from duediligence.key import read_or_make
from duediligence.store import partner_request
from tests.duediligence.test_chain_asking import Buyer, Partner
from tests.world import World, world


@pytest.fixture
def here(db, settings) -> World:
    return world(db, settings)


@pytest.fixture
def buyer(here) -> Buyer:
    return Buyer(here)


@pytest.fixture
def partner(here) -> Partner:
    return Partner(here)


def tidied(here: World) -> None:
    """Have the work of a morning done."""
    context = Context(
        job=new_id(),
        db=here.db,
        settings=here.settings,
        key=read_or_make(here.settings.key_path()),
        clock=lambda: here.now,
        progress=unwatched,
    )
    done = housekeeping.tidy(context, Nothing())
    with here.db.writing() as connection:
        done.write(connection)


def kept(here: World, partner: Partner) -> int:
    with here.db.reading() as connection:
        return len(partner_request.responses(connection, partner.key))


def dropped(here: World) -> list[object]:
    with here.db.reading() as connection:
        return [one.facts["answers"] for one in ledger.latest(connection, 100) if one.event == housekeeping.DROPPED]


def test_answers_that_nobody_has_handed_in_are_dropped_after_a_while_and_the_ledger_says_how_many(here, buyer, partner):
    partner.begin(buyer.ask())
    here.now += timedelta(days=here.settings.draft_days - 1)
    tidied(here)
    assert (kept(here, partner), dropped(here)) == (1, [])
    here.now += timedelta(days=2)
    tidied(here)
    assert (kept(here, partner), dropped(here)) == (0, [1])


def test_answers_that_were_handed_in_stay(here, buyer, partner):
    partner.answered(buyer.ask())
    here.now += timedelta(days=2 * here.settings.draft_days)
    tidied(here)
    assert (kept(here, partner), dropped(here)) == (1, [])
