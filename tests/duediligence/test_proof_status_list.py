"""Rows of bits that say what no longer stands: `duediligence.proof.status_list`."""

import base64
import gzip
from datetime import timedelta

import msgspec
import pytest
from credentials import HOST, NOW, key, signed
from hypothesis import given
from hypothesis import strategies as st

from duediligence.proof import status_list
from duediligence.proof.did import host_did
from duediligence.proof.jose import Refused
from duediligence.proof.status_list import LENGTH, ListRefusal, StatusPurpose
from duediligence.proof.untp_0_7_0 import status
from duediligence.proof.verdict import sentences

REVOKED, OTHER = 90_001, 90_002
HELD = key()


def listed(purpose=StatusPurpose.REVOCATION, bits=(REVOKED,), address=HOST.address):
    return status_list.credential(address, purpose, bits, at=NOW, until=NOW + timedelta(days=2))


def read(whole):
    return status_list.read(status_list.sign(whole, HELD), [HELD.public])


def named(index, written=int):
    return {
        "issuer": {"id": host_did(HOST.address)},
        "credentialStatus": status(HOST.address, index, written),
    }


def refusal(call) -> str:
    with pytest.raises(Refused) as found:
        call()
    return found.value.reason


@given(st.sets(st.integers(0, LENGTH - 1), max_size=60), st.integers(0, LENGTH - 1))
def test_a_place_is_set_exactly_where_it_was_set(bits, asked):
    assert status_list.is_set(status_list.encoded(bits), asked) is (asked in bits)


def test_the_first_place_is_the_left_most_bit():
    text = status_list.encoded({0})
    row = gzip.decompress(base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))
    assert row[0] == 0b1000_0000


def test_a_row_has_the_length_that_the_standard_asks_for():
    text = status_list.encoded(())
    assert len(gzip.decompress(base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))) == 16 * 1024


def test_the_same_bits_give_the_same_row():
    assert status_list.encoded({5, 9}) == status_list.encoded([9, 5])


@pytest.mark.parametrize("written", [int, str])
def test_what_was_revoked_is_found_however_its_place_is_written(written):
    assert status_list.tells(read(listed()), named(REVOKED, written))


@pytest.mark.parametrize("written", [int, str])
def test_what_was_not_revoked_is_not_found(written):
    assert not status_list.tells(read(listed()), named(OTHER, written))


def test_the_list_of_suspensions_stands_beside_that_of_revocations():
    suspended = read(listed(StatusPurpose.SUSPENSION))
    assert status_list.tells(suspended, named(REVOKED), StatusPurpose.SUSPENSION)


def test_a_list_for_another_purpose_says_nothing():
    suspended = read(listed(StatusPurpose.SUSPENSION, bits=()))
    assert refusal(lambda: status_list.tells(suspended, named(REVOKED))) == ListRefusal.PURPOSE


def test_a_list_of_another_issuer_says_nothing():
    elsewhere = read(listed(bits=(), address="https://elsewhere.example"))
    assert refusal(lambda: status_list.tells(elsewhere, named(REVOKED))) == ListRefusal.ISSUER


def test_another_list_of_the_same_issuer_says_nothing():
    other = read(listed(bits=()) | {"id": f"{HOST.address}/status/2"})
    assert refusal(lambda: status_list.tells(other, named(REVOKED))) == ListRefusal.OTHER


def test_a_credential_without_a_status_is_in_no_list():
    assert refusal(lambda: status_list.tells(read(listed()), {"issuer": host_did(HOST.address)})) == ListRefusal.OTHER


@pytest.mark.parametrize("index", [-1, LENGTH, "-1", "", "1.0", "٣", True, None, 1.5, "9" * 400])
def test_a_place_that_a_list_has_not_is_refused(index):
    whole = named(REVOKED)
    whole["credentialStatus"]["statusListIndex"] = index
    assert refusal(lambda: status_list.tells(read(listed()), whole)) == ListRefusal.INDEX


@pytest.mark.parametrize(("hours", "stands"), [(-1, False), (0, True), (48, True), (49, False)])
def test_a_list_stands_until_the_moment_it_states(hours, stands):
    assert read(listed()).stands(NOW + timedelta(hours=hours)) is stands


def test_a_credential_is_no_list():
    whole = {"issuer": host_did(HOST.address), "type": ["VerifiableCredential"]}
    assert (
        refusal(lambda: status_list.read(signed(msgspec.json.encode(whole), HELD), [HELD.public])) == "status_list_kind"
    )


def row(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "text",
    [
        row(gzip.compress(bytes(LENGTH // 8 - 1))),
        row(gzip.compress(bytes(LENGTH // 8 + 1))),
        row(gzip.compress(bytes(200_000_000))),
        row(gzip.compress(bytes(LENGTH // 8)) + b"more"),
        row(gzip.compress(bytes(LENGTH // 8))[:-4]),
        row(bytes(LENGTH // 8)),
        status_list.encoded(())[1:],
        "u",
        "",
        "u****",
    ],
    ids=["short", "long", "bomb", "more", "cut", "not packed", "no letter", "empty", "nothing", "not base64url"],
)
def test_a_row_of_another_size_or_packing_is_refused(text):
    assert refusal(lambda: status_list.is_set(text, 0)) == ListRefusal.SIZE


@pytest.mark.parametrize("reason", list(ListRefusal))
def test_every_reason_has_words(reason):
    assert sentences()[reason].keys() == {"tk", "ru", "en"}


def test_the_one_place_that_is_left_is_found():
    assert status_list.free_index(frozenset(range(status_list.LENGTH)) - {77}) == 77


def test_a_list_that_is_full_is_told_and_not_searched_without_end():
    with pytest.raises(ValueError, match="full"):
        status_list.free_index(frozenset(range(status_list.LENGTH)))
