"""A key file, and what is sealed with it."""

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.errors import Unusable
from duediligence.key import OVERHEAD, Key, Tampered, read_or_make

OLD, NEW = Key((b"o" * 32,)), Key((b"n" * 32,))
BOTH = Key(NEW.secrets + OLD.secrets)


@given(st.binary(max_size=300), st.binary(max_size=50))
def test_what_was_sealed_opens_again(data, about):
    assert NEW.open(NEW.seal(data, about), about) == data


def test_a_sealed_value_is_longer_by_the_same_number_of_bytes():
    assert {len(NEW.seal(b"x" * length, b"")) - length for length in (0, 1, 500)} == {OVERHEAD}


def test_sealing_twice_gives_two_values():
    assert NEW.seal(b"no", b"q") != NEW.seal(b"no", b"q")


def test_a_change_of_any_byte_is_found():
    sealed = NEW.seal(b"yes", b"q")
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(Tampered):
            NEW.open(changed, b"q")


def test_a_value_that_was_cut_is_found():
    sealed = NEW.seal(b"yes", b"q")
    for length in range(len(sealed)):
        with pytest.raises(Tampered):
            NEW.open(sealed[:length], b"q")


def test_a_value_in_the_place_of_another_is_found():
    with pytest.raises(Tampered, match="in the place of another"):
        NEW.open(NEW.seal(b"yes", b"first question"), b"second question")


def test_what_an_older_key_sealed_still_opens():
    assert BOTH.open(OLD.seal(b"yes", b"q"), b"q") == b"yes"


def test_the_newest_key_seals():
    assert NEW.open(BOTH.seal(b"yes", b"q"), b"q") == b"yes"


def test_without_its_key_a_value_says_what_is_missing():
    with pytest.raises(Tampered, match="not in the key file"):
        NEW.open(OLD.seal(b"yes", b"q"), b"q")


def test_a_key_is_not_printed():
    assert "n" * 32 not in repr(NEW)


def test_a_key_is_made_once(tmp_path):
    assert read_or_make(tmp_path / "keys" / "service") == read_or_make(tmp_path / "keys" / "service")


def test_a_key_that_is_made_is_for_its_owner_alone(tmp_path):
    read_or_make(tmp_path / "keys" / "service")
    assert (tmp_path / "keys" / "service").stat().st_mode & 0o777 == 0o600


def test_its_folder_is_for_its_owner_alone(tmp_path):
    read_or_make(tmp_path / "keys" / "service")
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_nothing_else_is_left_beside_it(tmp_path):
    read_or_make(tmp_path / "service")
    assert [file.name for file in tmp_path.iterdir()] == ["service"]


def test_many_that_start_at_once_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(read_or_make, [tmp_path / "service"] * 40))
    assert len(found) == 1


def test_the_newest_key_stands_first(tmp_path):
    path = tmp_path / "service"
    path.write_bytes(b"\n".join(map(base64.b64encode, BOTH.secrets)))
    path.chmod(0o600)
    assert read_or_make(path) == BOTH


def test_a_key_that_others_may_read_is_refused(tmp_path):
    read_or_make(tmp_path / "service")
    (tmp_path / "service").chmod(0o640)
    with pytest.raises(Unusable, match="chmod 600"):
        read_or_make(tmp_path / "service")


@pytest.mark.parametrize("content", ["", "hello", "aGVsbG8=", f"{base64.b64encode(b'k' * 32).decode()}\nhello", "ключ"])
def test_a_file_that_holds_something_else_is_refused(tmp_path, content):
    path = tmp_path / "service"
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(Unusable, match="must hold one key a line"):
        read_or_make(path)


def test_a_folder_in_the_place_of_a_key_is_refused(tmp_path):
    (tmp_path / "service").mkdir(mode=0o700)
    with pytest.raises(Unusable, match="cannot be read"):
        read_or_make(tmp_path / "service")
