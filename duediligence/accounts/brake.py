"""Guessing slowed down, without a way to lock anybody else out.

Failures are never counted against an account alone: whoever knows an address
could then keep its owner away by failing on purpose. They are counted

    for an account from one network   five are free, then the wait doubles up to a quarter of an hour
    for a network                     fifty are free, because a whole town may share one, then up to half a minute
    for an account from a device that signed in to it before
                                      twenty are free, whatever happens elsewhere; then it counts as any other

Failures fade with time. An attempt counts before its outcome is known, so that
many at once gain nothing, and is taken back when it succeeds.

All of it is in the memory of one process: several processes allow as many times
more guesses, and a restart forgets. Against that stand long passwords, the cost of
each hash, and second factors.
"""

import ipaddress
import math
import threading
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from duediligence.errors import TooMuch

MOST_KEPT = 20_000
"""How many counts are kept; the one that moved longest ago goes first."""


class Slowed(TooMuch):
    """Too many requests in a short time; wait a little."""

    def __init__(self, seconds: int) -> None:
        """Keep how long to wait, in whole seconds."""
        super().__init__(f"Try again in {seconds} seconds.")
        self.seconds = seconds


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Where an attempt comes from."""

    network: str  # as `network_of` tells it
    agent: str = ""  # what the browser calls itself
    device: str = ""  # the sealed note of a device that signed in before
    session: str = ""  # the token of a session that the browser still has, whoever's it is


class _Rule(NamedTuple):
    free: int
    fades: timedelta  # one failure is forgotten in this time
    longest: int  # seconds


class _Count(NamedTuple):
    failures: float
    at: datetime


_PAIR = _Rule(free=5, fades=timedelta(minutes=30), longest=900)
_NETWORK = _Rule(free=50, fades=timedelta(minutes=1), longest=30)
_DEVICE = _Rule(free=20, fades=timedelta(minutes=30), longest=0)


class Brake:
    """The failures of the last hours, counted."""

    def __init__(self) -> None:
        """Begin without any."""
        self._counts: dict[tuple[str, str], _Count] = {}
        self._lock = threading.Lock()

    def attempt(self, account: str, network: str, device: str, now: datetime) -> None:
        """Let an attempt through and count it.

        Args:
            account: what was typed as the address, whether or not anybody has it; "" where none was.
            network: where it comes from; "" where the account is all that counts,
                because its password was shown already.
            device: id of a device that signed in to this very account before; "" for any other.
            now: the moment.

        Raises:
            Slowed: it comes too soon after others that failed.
        """
        with self._lock:
            rules = self._rules(account, network, device, now)
            wait = max(self._wait(key, rule, now) for key, rule in rules.items())
            if wait > 0:
                raise Slowed(math.ceil(wait))
            for key, rule in rules.items():
                self._add(key, rule, 1, now)

    def passed(self, account: str, network: str, device: str, now: datetime) -> None:
        """Take back an attempt that succeeded, and forget what failed before it from the same place."""
        with self._lock:
            self._counts.pop(("pair", f"{account} {network}"), None)
            self._counts.pop(("device", f"{account} {device}"), None)
            if network and not device:
                self._add(("network", network), _NETWORK, -1, now)

    def _rules(self, account: str, network: str, device: str, now: datetime) -> dict[tuple[str, str], _Rule]:
        known = ("device", f"{account} {device}")
        if device and self._failures(known, _DEVICE, now) < _DEVICE.free:
            return {known: _DEVICE}
        pair = {("pair", f"{account} {network}"): _PAIR} if account else {}
        return pair | ({("network", network): _NETWORK} if network else {})

    def _count(self, key: tuple[str, str], now: datetime) -> _Count:
        """Return a count; one from the future, because the clock was set back, is taken for one of now."""
        count = self._counts.get(key, _Count(0.0, now))
        return count if count.at <= now else _Count(count.failures, now)

    def _failures(self, key: tuple[str, str], rule: _Rule, now: datetime) -> float:
        count = self._count(key, now)
        faded: float = (now - count.at) / rule.fades
        return max(0.0, count.failures - faded)

    def _wait(self, key: tuple[str, str], rule: _Rule, now: datetime) -> float:
        """Return how many seconds are left to wait; 0 or less for none."""
        if self._failures(key, rule, now) < rule.free:
            return 0.0
        count = self._count(key, now)
        beyond = min(count.failures - rule.free, 20)  # 2^20 is far beyond every limit
        return min(math.pow(2, beyond), rule.longest) - (now - count.at).total_seconds()

    def _add(self, key: tuple[str, str], rule: _Rule, change: int, now: datetime) -> None:
        failures = max(0.0, self._failures(key, rule, now) + change)
        self._counts.pop(key, None)  # it goes to the end: what moved longest ago stands first
        self._counts[key] = _Count(failures, now)
        if len(self._counts) > MOST_KEPT:
            del self._counts[next(iter(self._counts))]


def network_of(address: str) -> str:
    """Return the network that an address counts for: an IPv4 address itself, of IPv6 the first 64 bits."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped
        return str(inner or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
