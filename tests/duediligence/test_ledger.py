"""The chain of entries, and what its seals find."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, select, text, update

from duediligence import ledger
from duediligence.errors import WrongMoment
from duediligence.key import Tampered
from duediligence.store import table

NOON = datetime(2026, 11, 20, 12, 0, 0, 123, UTC)
SUBJECT, PERSON = "a" * 32, "b" * 32
STEPS = ("engagement.begun", "engagement.submitted", "review.begun", "review.concluded", "plan.agreed")


@pytest.fixture
def chain(db):
    """Give databases whose ledger has five entries, a day apart, and the roots of the first three days."""
    with db.writing() as connection:
        for place, step in enumerate(STEPS):
            by = PERSON if place else ""
            ledger.record(connection, step, SUBJECT, by, NOON + timedelta(days=place), {"revision": place})
        for place in range(3):
            ledger.close_day(connection, NOON.date() + timedelta(days=place), NOON + timedelta(days=9))
    return db


def verified(db) -> None:
    with db.reading() as connection:
        ledger.verify(connection)


def changed(db, statement) -> None:
    with db.writing() as connection:
        connection.execute(statement)


def test_a_chain_that_nobody_touched_fits(chain):
    verified(chain)


def test_an_empty_ledger_fits(db):
    verified(db)


def test_entries_come_oldest_first(chain):
    with chain.reading() as connection:
        assert [entry.event for entry in ledger.entries(connection, SUBJECT)] == list(STEPS)


def test_an_entry_comes_back_as_it_was_recorded(db):
    facts = {"digest": "0f" * 32, "version": "2026.1", "levels": [1, 2], "kept": True, "by_day": {"2026-11-21": 3}}
    with db.writing() as connection:
        recorded = ledger.record(connection, "report.issued", SUBJECT, PERSON, NOON, facts)
    with db.reading() as connection:
        assert ledger.newest(connection) == recorded
    assert recorded.facts == facts


def test_the_seal_can_be_computed_by_anyone(db):
    with db.writing() as connection:
        entry = ledger.record(connection, "report.issued", SUBJECT, "", NOON, {"b": 1, "a": "ä"[:0]})
    parts = [1, "0" * 64, "report.issued", SUBJECT, "", "2026-11-20T12:00:00.000123+00:00", '{"a":"","b":1}']
    written = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    assert entry.seal == hashlib.sha256(written.encode()).hexdigest()


def test_the_time_zone_of_the_caller_leaves_the_seal_alone(db):
    ashgabat = NOON.astimezone(timezone(timedelta(hours=5)))
    changed(db, text("SELECT 1"))
    with db.writing() as connection:
        ledger.record(connection, "report.issued", SUBJECT, "", ashgabat, {})
    verified(db)


@pytest.mark.parametrize("words", ["Merdan said no", "a@example.org", ["Merdan said no"], {"Merdan said": 1}])
def test_words_of_people_are_refused(db, words):
    with db.writing() as connection, pytest.raises(ValueError, match="never words of people"):
        ledger.record(connection, "engagement.begun", SUBJECT, PERSON, NOON, {"fact": words})


LETTERS = ("previous", "seal", "event", "subject", "by")


@pytest.mark.parametrize("column", LETTERS)
def test_a_change_of_any_letter_is_found(chain, column):
    """Every letter of every entry, one at a time."""
    with chain.writer.connect() as connection:
        rows = connection.execute(select(table.ledger.c.number, table.ledger.c[column])).all()
        for number, value in rows:
            for place in range(max(len(value), 1)):
                other = value[:place] + ("1" if value[place : place + 1] != "1" else "0") + value[place + 1 :]
                assert found(connection, number, {column: other})


def test_a_change_of_any_byte_of_the_facts_is_found(chain):
    with chain.writer.connect() as connection:
        rows = connection.execute(select(table.ledger.c.number, table.ledger.c.facts)).all()
        for number, facts in rows:
            for place in range(len(facts)):
                other = facts[:place] + bytes([facts[place] ^ 1 << place % 8]) + facts[place + 1 :]
                assert found(connection, number, {"facts": other})


def test_blanks_in_the_facts_are_found(chain):
    with chain.writer.connect() as connection:
        assert found(connection, 2, {"facts": b'{"revision": 1}'})


def test_a_change_of_a_moment_by_a_millionth_of_a_second_is_found(chain):
    with chain.writer.connect() as connection:
        for number, at in connection.execute(select(table.ledger.c.number, table.ledger.c.at)).all():
            assert found(connection, number, {"at": at + timedelta(microseconds=1)})


def test_a_change_of_a_number_is_found(chain):
    with chain.writer.connect() as connection:
        for number in range(1, 6):
            for other in (0, -number, number + 5):
                assert found(connection, number, {"number": other})


def found(connection, number, values) -> bool:
    """Return whether a change of one entry is found; the change is undone."""
    connection.execute(update(table.ledger).where(table.ledger.c.number == number).values(values))
    try:
        ledger.verify(connection)
    except Tampered:
        return True
    finally:
        connection.rollback()
    return False


def test_a_moment_that_is_none_is_found(chain):
    if chain.writer.dialect.name == "sqlite":  # PostgreSQL takes none
        changed(chain, text("UPDATE ledger SET at = 'yesterday' WHERE number = 3"))
        with pytest.raises(Tampered, match="Entry 3 of the ledger, or one soon after it, cannot be read"):
            verified(chain)


def test_letters_that_are_none_are_found(chain):
    if chain.writer.dialect.name == "sqlite":  # PostgreSQL takes none
        changed(chain, text("UPDATE ledger SET event = CAST(X'ff' AS TEXT) WHERE number = 3"))
        with pytest.raises(Tampered, match="cannot be read"):
            verified(chain)


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_missing_entry_is_named(chain, number):
    changed(chain, delete(table.ledger).where(table.ledger.c.number == number))
    with pytest.raises(Tampered, match=f"Entry {number} of the ledger is missing"):
        verified(chain)


def test_entries_that_changed_places_are_named(chain):
    number = table.ledger.c.number
    for old, new in ((2, 99), (3, 2), (99, 3)):
        changed(chain, update(table.ledger).where(number == old).values(number=new))
    with pytest.raises(Tampered, match="Entry 2 of the ledger does not follow"):
        verified(chain)


def test_an_entry_with_another_event_is_named(chain):
    changed(chain, update(table.ledger).where(table.ledger.c.number == 4).values(event="review.disputed"))
    with pytest.raises(Tampered, match="Entry 4 of the ledger was changed"):
        verified(chain)


def test_a_chain_written_anew_does_not_fit_its_roots(chain):
    changed(chain, delete(table.ledger))
    with chain.writing() as connection:
        for place, step in enumerate(STEPS):
            ledger.record(connection, step, SUBJECT, PERSON, NOON + timedelta(days=place), {})
    with pytest.raises(Tampered, match="whose root was taken on 2026-11-20, at entry 1"):
        verified(chain)


def test_entries_cut_off_before_a_root_are_found(chain):
    changed(chain, delete(table.ledger).where(table.ledger.c.number > 2))
    with pytest.raises(Tampered, match="whose root was taken on 2026-11-22, at entry 3"):
        verified(chain)


def test_the_root_of_a_day_is_its_last_seal(chain):
    with chain.reading() as connection:
        entries = ledger.entries(connection, SUBJECT)
        assert [(root.day, root.number, root.seal) for root in ledger.roots(connection)] == [
            (entry.at.date(), entry.number, entry.seal) for entry in entries[:3]
        ]


def test_a_day_without_entries_has_the_root_of_the_day_before(chain):
    with chain.writing() as connection:
        late = NOON + timedelta(days=9)
        roots = [ledger.close_day(connection, date(2026, 11, day), late) for day in (24, 25)]
    assert roots[0].seal == roots[1].seal


def test_a_day_before_the_first_entry_has_the_beginning_as_its_root(chain):
    with chain.writing() as connection:
        assert ledger.close_day(connection, date(2026, 1, 1), NOON).seal == ledger.BEGINNING
    verified(chain)


def test_a_root_stays_as_it_was_taken(chain):
    with chain.writing() as connection:
        again = ledger.close_day(connection, NOON.date(), NOON + timedelta(days=30))
    assert again.at == NOON + timedelta(days=9)


def test_a_day_that_is_not_over_has_no_root(chain):
    with chain.writing() as connection, pytest.raises(WrongMoment, match="not over yet"):
        ledger.close_day(connection, date(2026, 11, 24), datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC))


def test_a_clock_that_was_set_back_breaks_nothing(chain):
    with chain.writing() as connection:
        ledger.record(connection, "plan.changed", SUBJECT, PERSON, NOON - timedelta(days=900), {})
    verified(chain)


def test_writers_at_once_make_one_chain(db):
    def record_some(_: int) -> None:
        for _ in range(5):
            with db.writing() as connection:
                ledger.record(connection, "engagement.begun", SUBJECT, PERSON, NOON, {})

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(record_some, range(6)))
    verified(db)
    with db.reading() as connection:
        assert len(ledger.entries(connection, SUBJECT)) == 30


def test_a_step_that_is_taken_back_leaves_no_entry(chain):
    with chain.writer.connect() as connection:
        ledger.record(connection, "plan.changed", SUBJECT, PERSON, NOON, {})
        connection.rollback()
    with chain.reading() as connection:
        assert len(ledger.entries(connection, SUBJECT)) == len(STEPS)
