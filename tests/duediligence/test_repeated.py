"""Requests that may be sent twice."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from duediligence.store import repeated, table
from duediligence.store.repeated import KEPT, Claim, Given
from tests.world import NOW, world


@pytest.fixture
def claim(db, settings) -> Claim:
    here = world(db, settings)
    return Claim(person=here.somebody().person, key="k", request="0" * 64)


def test_the_first_takes_the_key_and_the_second_gets_what_it_was_given(db, claim):
    with db.writing() as connection:
        assert repeated.claim(connection, claim, NOW) is None
        repeated.keep(connection, claim, Given(status=201, body=b"{}"))
    with db.writing() as connection:
        earlier = repeated.claim(connection, claim, NOW)
    assert earlier.given == Given(status=201, body=b"{}")


def test_another_request_is_told_from_the_first(db, claim):
    with db.writing() as connection:
        repeated.claim(connection, claim, NOW)
        other = repeated.claim(connection, msgspec.structs.replace(claim, request="1" * 64), NOW)
    assert other.request == claim.request


def test_what_was_not_kept_left_no_key_behind(db, claim):
    with suppress(RuntimeError), db.writing() as connection:
        repeated.claim(connection, claim, NOW)
        raise RuntimeError
    with db.writing() as connection:
        assert repeated.claim(connection, claim, NOW) is None


def test_after_a_day_the_key_is_free(db, claim):
    with db.writing() as connection:
        repeated.claim(connection, claim, NOW)
    with db.writing() as connection:
        assert repeated.claim(connection, claim, NOW + KEPT + timedelta(seconds=1)) is None


def test_what_is_old_is_swept_away_and_nothing_else(db, claim):
    late = NOW + KEPT + timedelta(seconds=1)
    with db.writing() as connection:
        repeated.claim(connection, claim, NOW)
        repeated.claim(connection, msgspec.structs.replace(claim, key="new"), late)
        repeated.sweep(connection, late)
        left = connection.execute(select(table.repeated.c.key)).scalars().all()
    assert left == ["new"]


def test_of_many_at_once_one_is_first(db, claim):
    def send(number: int) -> bool:
        with db.writing() as connection:
            first = repeated.claim(connection, claim, NOW) is None
            if first:
                repeated.keep(connection, claim, Given(status=201, body=str(number).encode()))
            return first

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(send, range(12))) == 1
