"""Coroutines done to their end, whatever runs in the thread that asks."""

import asyncio

import pytest

from duediligence.proof.own_loop import awaited


async def double(number: int) -> int:
    await asyncio.sleep(0)
    if number < 0:
        raise ValueError("below nothing")
    return 2 * number


def test_what_a_coroutine_gives_is_given_back():
    assert awaited(double(4)) == 8


def test_it_can_be_asked_from_within_a_running_loop():
    async def asking() -> int:
        return awaited(double(4))

    assert awaited(asking()) == 8  # a loop of its own, whatever runs in the thread of the test


def test_what_it_raises_is_raised():
    with pytest.raises(ValueError, match="below nothing"):
        awaited(double(-1))
