"""Cotton is known to be none or other in every piece, or the notice stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_models.cotton import Piece, Standing, of_piece, standing

TOLD = ("none", "other", "turkmen", "mixed", "unknown")
CODES = ("", "070200", "520512", "520100", "140420", "151229", "230610", "610910", "630260")

pieces = st.builds(
    Piece,
    st.sampled_from(TOLD),
    st.sampled_from(CODES),
    st.frozensets(st.sampled_from(["TM", "UZ", "EG"]), max_size=2),
)


@pytest.mark.parametrize("told", ["turkmen", "mixed"])
def test_cotton_of_this_country_is_turkmen_cotton_whatever_the_code_says(told):
    assert of_piece(Piece(told, "070200")) is Standing.TURKMEN


@pytest.mark.parametrize("code", ["52", "5205.12", "140420", "120729", "151229", "230610"])
def test_a_code_that_names_cotton_contradicts_no_cotton(code):
    assert of_piece(Piece("none", code)) is Standing.UNKNOWN


@pytest.mark.parametrize("code", ["610910", "630260", "070200", ""])
def test_a_code_that_does_not_name_cotton_may_hold_none(code):
    assert of_piece(Piece("none", code)) is Standing.NONE


def test_cotton_from_elsewhere_has_a_country():
    assert of_piece(Piece("other", "520512", frozenset({"EG"}))) is Standing.OTHER
    assert of_piece(Piece("other", "520512")) is Standing.UNKNOWN


def test_cotton_from_elsewhere_did_not_grow_here():
    assert of_piece(Piece("other", "520512", frozenset({"EG", "TM"}))) is Standing.UNKNOWN


def test_what_nobody_told_is_unknown():
    assert of_piece(Piece("unknown", "070200")) is Standing.UNKNOWN
    assert standing([]) is Standing.UNKNOWN


@given(st.lists(pieces, min_size=1, max_size=5), pieces)
def test_a_piece_more_never_makes_it_better(known, more):
    order = list(Standing)
    assert order.index(standing([*known, more])) >= order.index(standing(known))


@given(st.lists(pieces, max_size=5))
def test_the_notice_stands_unless_every_piece_is_known(known):
    every = bool(known) and all(of_piece(one) in (Standing.NONE, Standing.OTHER) for one in known)
    assert standing(known).noticed is not every
