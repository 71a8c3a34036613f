"""Numbers of businesses: every slip of one sign is told by the check digit."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from duediligence.chain.identifier import Identifier, Scheme, fault, plain, schemes_of

RIGHT = {
    Scheme.LEI: ("5493001KJTIIGC8Y1R12", "213800D1EI4B9WTWWD28"),
    Scheme.GLN: ("4012345000009", "5412345000013"),
    Scheme.OS_ID: ("CN2019072X46HPM", "CN2019072JD1RHF"),
}
EVERY = [(scheme, value) for scheme, values in RIGHT.items() for value in values]


def code(scheme: Scheme, value: str) -> str:
    found = fault(plain(Identifier(scheme=scheme, value=value)), "here")
    return found.code if found else ""


@pytest.mark.parametrize(("scheme", "value"), EVERY)
def test_a_right_number_has_no_fault(scheme, value):
    assert code(scheme, value) == ""


@given(st.sampled_from(EVERY), st.data())
def test_one_digit_mistyped_is_told(right, data):
    scheme, value = right
    place = data.draw(st.sampled_from([place for place, sign in enumerate(value) if sign.isdecimal()]))
    digit = data.draw(st.sampled_from("0123456789"))
    assume(digit != value[place])
    assert code(scheme, value[:place] + digit + value[place + 1 :])


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        (Scheme.LEI, "5493001KJTIIGC8Y1R1"),
        (Scheme.GLN, "401234500000"),
        (Scheme.OS_ID, "CN2019000X46HPM"),
        (Scheme.OS_ID, "CN2019072X46HPU"),
        (Scheme.REGISTRY, "1"),
        (Scheme.REGISTRY, "№ 12/3"),
    ],
)
def test_a_number_of_another_shape_is_told_by_its_scheme(scheme, value):
    assert code(scheme, value) == f"IDENTIFIER_SHAPE_{scheme.upper()}"


def test_groups_and_small_letters_do_not_count():
    assert plain(Identifier(scheme=Scheme.OS_ID, value="cn 2019072-x46hp.m")).value == "CN2019072X46HPM"


def test_a_registry_number_is_of_its_country():
    one = plain(Identifier(scheme=Scheme.REGISTRY, value="12-34", country="tm"))
    assert (one.key, fault(one, "")) == ("TM:1234", None)


@pytest.mark.parametrize(("scheme", "value"), EVERY)
def test_a_bare_value_tells_its_scheme(scheme, value):
    assert schemes_of(value) == (scheme,)
