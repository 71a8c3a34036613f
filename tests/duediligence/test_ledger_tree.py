"""The tree kept beside the ledger, on both databases."""

from datetime import UTC, datetime

import pytest

from duediligence import ledger
from duediligence.database import Database
from duediligence.errors import NotFound
from duediligence.proof import tree
from duediligence.proof.ledger_entry import seal
from duediligence.proof.ledger_proof import Head, holds
from duediligence.store import ledger_tree

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def write(db: Database, count: int) -> None:
    with db.writing() as connection:
        for number in range(count):
            ledger.record(connection, "test:step", f"{number:032}", "", NOW, {"number": number})


def grow(db: Database) -> tuple[int, str]:
    with db.writing() as connection:
        size = ledger_tree.grow(connection)
        return size, tree.root(size, ledger_tree.reader(connection)).hex()


def test_a_ledger_without_entries_has_the_root_of_nothing(db: Database) -> None:
    assert grow(db) == (0, tree.EMPTY.hex())


def test_the_tree_covers_every_entry_however_often_it_grows(db: Database) -> None:
    write(db, 5)
    grow(db)
    write(db, 8)
    size, root = grow(db)
    with db.reading() as connection:
        leaves = [tree.leaf(entry.seal) for entry in reversed(ledger.latest(connection, 13))]
    kept = {(level, place): hashed for level, place, hashed in tree.completed(0, leaves, lambda *_: b"")}
    assert (size, root) == (13, tree.root(13, lambda *at: kept[at]).hex())


def test_an_entry_is_shown_with_a_proof_that_holds(db: Database) -> None:
    write(db, 11)
    size, root = grow(db)
    with db.reading() as connection:
        proof = ledger_tree.proved(connection, 7, size, "")
        entry = ledger.entries(connection, f"{6:032}")[0]
    assert holds(proof, Head(service="did:web:example.org", size=size, root=root, at=NOW))
    assert seal(proof.entry) == entry.seal


def test_an_entry_no_root_covers_yet_is_not_there(db: Database) -> None:
    write(db, 3)
    size, _ = grow(db)
    write(db, 1)
    with db.reading() as connection, pytest.raises(NotFound):
        ledger_tree.proved(connection, 4, size, "")


def test_an_earlier_root_is_the_beginning_of_a_later_one(db: Database) -> None:
    write(db, 6)
    earlier, before = grow(db)
    write(db, 9)
    size, now = grow(db)
    with db.reading() as connection:
        path = [bytes.fromhex(one) for one in ledger_tree.consistency(connection, earlier, size)]
    assert tree.extends(earlier, size, bytes.fromhex(before), bytes.fromhex(now), path)


def test_a_head_of_a_size_is_kept_once(db: Database) -> None:
    with db.writing() as connection:
        for root in ("aa" * 32, "bb" * 32):
            head = Head(service="did:web:example.org", size=4, root=root, at=NOW)
            ledger_tree.keep_head(connection, head, f"signed {root[:2]}")
    with db.reading() as connection:
        assert ledger_tree.head_at(connection, 4) == "signed aa"
        assert [one.root for one in ledger_tree.heads(connection, 10)] == ["aa" * 32]
