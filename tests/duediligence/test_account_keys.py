"""Keys with which programs come in."""

from datetime import timedelta

import pytest
from account_people import NOW, organisation, person

from duediligence.accounts import api_key
from duediligence.errors import NotFound, Unfit
from duediligence.organisation import Role
from duediligence.store import session as store
from duediligence.store.session import Scope

MONTH = timedelta(days=30)


@pytest.fixture
def one(db):
    return person(db, "leyli@firm.example", (organisation(db), Role.RESPONDENT))


def made(db, one, scope: Scope = Scope.WRITE, lasts: timedelta = MONTH, name: str = "a program"):
    with db.writing() as connection:
        return api_key.make(connection, one.id, (name, scope, NOW + lasts), NOW)


def find(db, words: str, now=NOW):
    with db.reading() as connection:
        return api_key.find(connection, words, now)


def test_a_key_stands_for_its_person_with_their_roles(db, one):
    actor = find(db, made(db, one)[1]).actor
    assert (actor.person, [membership.role for membership in actor.memberships]) == (one.id, [Role.RESPONDENT])


def test_a_key_is_never_a_second_factor(db, one):
    assert not find(db, made(db, one)[1]).actor.second_factor


def test_a_key_that_reads_only_reads(db, one):
    assert [find(db, made(db, one, scope)[1]).actor.read_only for scope in (Scope.READ, Scope.WRITE)] == [True, False]


def test_a_key_can_be_found_in_files_by_how_it_begins(db, one):
    words = made(db, one)[1]
    assert words.startswith("dd_")
    assert len(words) == 46


def test_a_key_ends(db, one):
    assert find(db, made(db, one)[1], NOW + MONTH) is None


def test_a_key_that_was_revoked_opens_nothing(db, one):
    key, words = made(db, one)
    with db.writing() as connection:
        api_key.revoke(connection, one.id, key.id, NOW)
    assert find(db, words) is None


def test_nobody_revokes_the_key_of_somebody_else(db, one):
    key, _ = made(db, one)
    other = person(db, "maral@firm.example")
    with db.writing() as connection, pytest.raises(NotFound):
        api_key.revoke(connection, other.id, key.id, NOW)


def test_a_key_is_not_kept(db, one):
    words = made(db, one)[1]
    with db.reading() as connection:
        assert words not in str(connection.exec_driver_sql("SELECT * FROM api_key").all())


def test_use_is_noted_at_most_once_an_hour(db, one):
    key, words = made(db, one)
    with db.writing() as connection:
        store.use_key(connection, key.id, NOW)
    assert [find(db, words, NOW + timedelta(minutes=after)).due for after in (59, 60)] == [False, True]


def test_every_fault_is_told_at_once(db, one):
    with pytest.raises(Unfit) as error:
        made(db, one, Scope.RESET, timedelta(days=400), " ")
    assert [problem.code for problem in error.value.problems] == [
        "KEY_NAME_MISSING",
        "KEY_SCOPE_UNKNOWN",
        "KEY_TOO_LONG",
    ]


def test_twenty_keys_are_enough(db, one):
    for _ in range(api_key.MOST):
        made(db, one)
    with pytest.raises(Unfit) as error:
        made(db, one)
    assert [problem.code for problem in error.value.problems] == ["KEYS_TOO_MANY"]
