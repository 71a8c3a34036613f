"""Codes on paper, and sealed notes."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.accounts import token
from duediligence.key import Key

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
KEY = Key((b"k" * 32,))


class Facts(msgspec.Struct, frozen=True):
    person: str


def note(until: datetime = NOW + timedelta(hours=1)) -> str:
    return token.note(KEY, "reset", Facts("leyli"), until)


def read(words: str, purpose: str = "reset", key: Key = KEY, now: datetime = NOW) -> Facts | None:
    return token.read(key, purpose, words, Facts, now)


def test_a_note_gives_back_what_was_put_into_it():
    assert read(note()) == Facts("leyli")


def test_a_note_serves_no_other_purpose():
    assert read(note(), purpose="sign in") is None


def test_a_note_of_another_installation_is_none():
    assert read(note(), key=Key((b"o" * 32,))) is None


def test_a_note_ends():
    assert read(note(), now=NOW + timedelta(hours=1)) is None


def test_a_note_of_an_earlier_release_with_other_facts_is_none():
    class Other(msgspec.Struct, frozen=True):
        address: str

    assert token.read(KEY, "reset", note(), Other, NOW) is None


@given(place=st.integers(0, 200), letter=st.characters())
def test_a_note_with_another_letter_in_it_is_none(place, letter):
    given_out = note()
    place %= len(given_out)
    changed = given_out[:place] + letter + given_out[place + 1 :]
    # The last letter carries bits that say nothing; changing them alone changes no byte.
    assert changed == given_out or place == len(given_out) - 1 or read(changed) is None


@given(words=st.text())
def test_whatever_is_shown_in_place_of_a_note_is_none(words):
    assert read(words) is None


def test_a_code_has_five_groups_of_letters_that_cannot_be_mistaken():
    code = token.code()
    assert [len(group) for group in code.split("-")] == [4] * 5
    assert not set(code) & set("01OILU")


@given(code=st.text(token.ALPHABET, min_size=20, max_size=20))
def test_a_code_is_known_again_however_it_is_typed(code):
    printed = "-".join(code[start : start + 4] for start in range(0, 20, 4))
    assert token.typed(printed.lower().replace("-", " ")) == printed


@pytest.mark.parametrize("typed", ["АВ2Т-КМНР", "ав2т кмнр"])
def test_a_code_is_known_again_from_a_russian_keyboard(typed):
    assert token.typed(typed) == "AB2T-KMHP"


@given(words=st.text())
def test_whatever_is_typed_has_a_digest(words):
    assert len(token.digest(token.typed(words))) == 64
