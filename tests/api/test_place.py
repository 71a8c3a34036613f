"""A place in the queue, written into an address and read from it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import place
from duediligence.store.urgency import Urgency

EARLY, LATE = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, (LATE - EARLY) // timedelta(microseconds=1)).map(lambda n: EARLY + timedelta(microseconds=n))
PLACES = st.builds(
    Urgency,
    grave=st.booleans(),
    residual=st.floats(0, 100),
    signs=st.integers(0, 999),
    submitted=MOMENTS,
    identifier=st.uuids().map(lambda one: one.hex),
) | st.integers(0, 999_999_999)


@given(PLACES)
def test_a_place_is_read_as_it_was_written_to_the_digit(one):
    assert place.read(place.written(one)) == one


@given(PLACES)
def test_it_stands_in_an_address_as_it_is(one):
    assert place.written(one).replace("-", "").isalnum()


@pytest.mark.parametrize("words", ["", "1", "1-00-0-0", "2-0000000000000000-0-" + "0" * 32, "\0", "' OR 1=1"])
def test_what_is_no_place_is_none(words):
    assert place.read(words) is None
