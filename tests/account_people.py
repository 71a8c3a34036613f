"""People and organisations that the tests of accounts start from."""

from datetime import UTC, datetime
from functools import cache

import pytest
from argon2 import PasswordHasher

from duediligence.access import Actor
from duediligence.accounts import password
from duediligence.accounts.account import Gate, SignedIn, sign_in
from duediligence.accounts.brake import Brake, Caller
from duediligence.accounts.session import actor_for
from duediligence.database import Database, new_id
from duediligence.key import Key
from duediligence.organisation import Kind, Membership, Organisation, Person, Role
from duediligence.settings import Settings
from duediligence.store import organisation as organisations
from duediligence.store import person as people

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PHRASE = "four words without sense"
KEY = Key((b"k" * 32,))
OFFICE = Caller(network="192.0.2.7", agent="a browser")
ELSEWHERE = Caller(network="198.51.100.9", agent="another browser")


CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Hashes as the service does, without the cost that is its point."""


@cache
def kept() -> str:
    """Return the hash of the phrase."""
    return CHEAP.hash(PHRASE)


def gate(db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Return all that signing in needs, with no failure counted yet, and with passwords that are cheap to check."""
    monkeypatch.setattr(password, "_HASHER", CHEAP)
    return Gate(db, KEY, Brake(), settings)


def organisation(db: Database, kind: Kind = Kind.FIRM) -> str:
    """Return the id of a new organisation."""
    one = Organisation(
        id=new_id(), name="Sample", kind=kind, state_body=False, sector="", region="", created=NOW, sample=True
    )
    with db.writing() as connection:
        organisations.add(connection, one)
    return one.id


def person(db: Database, email: str = "leyli@firm.example", *roles: tuple[str, Role], **fields: object) -> Person:
    """Return a new person with the phrase for a password, and roles in organisations."""
    one = Person(**({"id": new_id(), "email": email, "name": "Leýli", "language": "tk", "created": NOW} | fields))
    with db.writing() as connection:
        people.add(connection, one, password=kept())
        for place, role in roles:
            people.join(connection, one.id, Membership(organisation=place, role=role), NOW)
    return one


def acting(db: Database, one: Person, *, second_factor: bool = False) -> Actor:
    """Return a person as the table of steps knows them."""
    with db.reading() as connection:
        return actor_for(connection, one, second_factor=second_factor)


def enter(here: Gate, email: str = "leyli@firm.example", given: str = PHRASE, caller: Caller = OFFICE) -> SignedIn:
    """Return somebody who came in by password alone."""
    found = sign_in(here, email, given, caller, NOW)
    assert isinstance(found, SignedIn)
    return found
