"""Guessing is slowed, and nobody else is."""

from datetime import UTC, datetime, timedelta

import pytest

from duediligence.accounts import brake
from duediligence.accounts.brake import Brake, Slowed, network_of

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HERE, THERE = "192.0.2.7", "198.51.100.9"
MINUTE = timedelta(minutes=1)


def failed(times: int, account: str = "leyli", network: str = HERE, device: str = "") -> Brake:
    found = Brake()
    for _ in range(times):
        found.attempt(account, network, device, NOW)
    return found


def wait(found: Brake, account: str = "leyli", network: str = HERE, device: str = "", at: datetime = NOW) -> int:
    try:
        found.attempt(account, network, device, at)
    except Slowed as slowed:
        return slowed.seconds
    return 0


def test_five_attempts_are_free():
    assert wait(failed(4)) == 0
    assert wait(failed(5)) == 1


def test_each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour():
    found, at, waits = failed(5), NOW, []
    for _ in range(12):
        waits.append(wait(found, at=at))
        at += timedelta(seconds=waits[-1])
        found.attempt("leyli", HERE, "", at)
    assert waits[:4] == [1, 2, 4, 8]
    assert waits[-1] == 900


def test_an_attempt_that_has_to_wait_does_not_make_the_wait_longer():
    found = failed(5)
    assert [wait(found) for _ in range(10)] == [1] * 10


def test_failures_in_one_network_do_not_slow_the_same_account_in_another():
    assert wait(failed(5), network=THERE) == 0


def test_fifty_failures_slow_a_whole_network_a_little():
    found = Brake()
    for number in range(50):
        found.attempt(f"person{number}", HERE, "", NOW)
    assert wait(found, "somebody else") == 1
    assert wait(found, "somebody else", THERE) == 0


def test_a_known_device_is_not_slowed_by_what_others_do():
    found = Brake()
    for number in range(50):
        found.attempt(f"person{number}", HERE, "", NOW)
    assert wait(found, "leyli", device="phone") == 0


def test_a_known_device_that_guesses_becomes_an_unknown_one():
    found = failed(20, device="phone")
    for _ in range(5):
        found.attempt("leyli", HERE, "phone", NOW)
    assert wait(found, device="phone") == 1


def test_success_forgets_what_failed_before():
    found = failed(4)
    found.attempt("leyli", HERE, "", NOW)
    found.passed("leyli", HERE, "", NOW)
    assert [wait(found) for _ in range(5)] == [0] * 5


def test_success_takes_back_no_failure_of_others_in_the_network():
    found = Brake()
    for number in range(49):
        found.attempt(f"person{number}", HERE, "", NOW)
    found.attempt("leyli", HERE, "", NOW)
    found.passed("leyli", HERE, "", NOW)
    found.attempt("somebody", HERE, "", NOW)
    assert wait(found, "somebody else") == 1


def test_failures_fade():
    assert wait(failed(5), at=NOW + timedelta(minutes=31)) == 0


def test_a_clock_set_back_makes_nobody_wait_longer():
    assert wait(failed(5), at=NOW - timedelta(days=1)) == 1


def test_many_invented_names_fill_no_memory(monkeypatch):
    monkeypatch.setattr(brake, "MOST_KEPT", 10)
    found = Brake()
    for number in range(100):
        found.attempt(f"person{number}", f"192.0.2.{number}", "", NOW)
    assert len(found._counts) == 10


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_network_is_an_address_or_the_first_half_of_one(address, network):
    assert network_of(address) == network
