"""What is asked of a password, and how it is kept."""

import unicodedata

import pytest

from duediligence.accounts import password

GOOD = "four words without sense"


def codes(given: str, email: str = "leyli@firm.example") -> list[str]:
    return [problem.code for problem in password.problems(given, email)]


def test_a_phrase_of_common_letters_will_do():
    assert codes(GOOD) == []


def test_a_phrase_in_turkmen_or_russian_will_do():
    assert codes("düýe agaç köwüş gün") == codes("дождь лампа верблюд") == []


def test_eleven_characters_are_too_few():
    assert codes("a1b2c3d4e5f") == ["PASSWORD_SHORT"]


def test_a_whole_book_is_too_long():
    assert codes("word " * 60) == ["PASSWORD_LONG"]


@pytest.mark.parametrize("given", ["Leyli@Firm.example", "leyli@firm.example"])
def test_the_own_address_is_no_password(given):
    assert codes(given) == ["PASSWORD_IS_ADDRESS"]


@pytest.mark.parametrize(
    "given", ["123456789012", "Turkmenistan2026!", "qwertyuiop12", "aaaaaaaaaaaaaa", "passwordpassword"]
)
def test_what_is_tried_first_is_no_password(given):
    assert codes(given) == ["PASSWORD_COMMON"]


def test_every_fault_is_told_at_once():
    assert codes("leyli", "leyli") == ["PASSWORD_SHORT", "PASSWORD_IS_ADDRESS"]


def test_every_problem_is_told_in_three_languages():
    assert all(set(one.detail) == {"en", "ru", "tk"} for one in password.problems("x", "x"))


def test_a_letter_in_one_piece_or_two_is_the_same_letter():
    assert password.matches(password.hashed("düýe agaç köwüş gün"), unicodedata.normalize("NFD", "düýe agaç köwüş gün"))


def test_nothing_kept_matches_nothing_typed():
    assert not password.matches("", "")
    assert not password.matches("", "nobody has this password")


def test_what_is_kept_is_argon2id_and_never_twice_the_same():
    first, second = password.hashed(GOOD), password.hashed(GOOD)
    assert first.startswith("$argon2id$")
    assert first != second
    assert len(first) <= 200
