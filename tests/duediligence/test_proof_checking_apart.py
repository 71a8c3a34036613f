"""Files from strangers, checked in a process of their own."""

import hashlib
from datetime import UTC, datetime

import pytest

from duediligence.proof import checking_apart
from duediligence.proof.checking import Known, check

KNOWN = Known(keys=(), at=datetime(2026, 11, 21, 9, tzinfo=UTC))
JUNK = b"%PDF-1.7 junk"
DIGEST = hashlib.sha256(JUNK).hexdigest()


def test_it_says_the_same_as_a_check_in_this_process():
    assert checking_apart.checked(JUNK, KNOWN, DIGEST) == check(JUNK, KNOWN)


def test_what_breaks_the_process_is_refused(monkeypatch):
    monkeypatch.setattr(checking_apart, "MODULE", "duediligence.there_is_no_such_module")
    found = checking_apart.checked(JUNK, KNOWN, DIGEST)
    assert (found.refused, found.checks[0].reason, found.sha256) == (True, "file_breaks", DIGEST)


def test_what_takes_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(checking_apart, "PATIENCE", 0.01)
    assert checking_apart.checked(JUNK, KNOWN, DIGEST).checks[0].reason == "file_breaks"


@pytest.mark.parametrize("times", [3])
def test_a_place_is_free_again_after_each(times):
    assert all(checking_apart.checked(JUNK, KNOWN, DIGEST).refused for _ in range(times))
