"""Whether a party is known already is proposed with reasons, and certain only where nothing speaks against it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.chain.identifier import Identifier, Scheme
from duediligence.chain.matching import ENOUGH, Candidate, Reason, Why, candidates, compared, indexed
from duediligence.chain.party import About, PartySite
from questionnaires.text import LANGUAGES


def party(name: str, *, town: str = "", country: str = "", number: str = "", address: str = "") -> About:
    numbers = (Identifier(scheme=Scheme.REGISTRY, value=number, country="TM"),) if number else ()
    return About(name=name, sites=(PartySite(town=town, country=country, address=address),), identifiers=numbers)


def whys(found: Candidate) -> set[Why]:
    return {reason.why for reason in found.reasons}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (party("Ak Pagta"), party("AK PAGTA"), {Why.SAME_NAME}),
        (party("Ak Pagta HJ"), party("Ak Pagta LLC"), {Why.OTHER_FORM}),
        (party("Gökdepe Pagta"), party("Гёкдепе пагта"), {Why.OTHER_SPELLING}),
        (party("Gökdepe Pagta"), party("Gökdepe Pagtaçy"), {Why.ALIKE}),
        (party("Ak Pagta", town="Mary"), party("Ak Pagta", town="Мары"), {Why.SAME_NAME, Why.SAME_TOWN}),
        (party("Ak Pagta", town="Mary"), party("Ak Pagta", town="Tejen"), {Why.SAME_NAME, Why.OTHER_TOWN}),
        (party("Ak Pagta", country="TM"), party("Ak Pagta", country="UZ"), {Why.SAME_NAME, Why.OTHER_COUNTRY}),
        (party("Ak Pagta", number="12"), party("Gök Un", number="12"), {Why.ALIKE, Why.SAME_NUMBER}),
        (party("Ak Pagta", number="12"), party("Ak Pagta", number="13"), {Why.SAME_NAME, Why.OTHER_NUMBER}),
        (party("Texport Unit 1"), party("Texport Unit 2"), {Why.ALIKE, Why.OTHER_DIGITS}),
        (party("Ak", address="Oak street 5"), party("Ak", address="5, Oak Street"), {Why.SAME_NAME, Why.SAME_ADDRESS}),
    ],
)
def test_what_speaks_for_and_against_is_told(one, other, expected):
    assert whys(compared(one, "id", other)) == expected


@pytest.mark.parametrize(
    ("one", "other", "certain"),
    [
        (party("Ak Pagta", town="Mary"), party("Ak Pagta", town="Mary"), True),
        (party("Ak Pagta HJ", number="12"), party("Ак пагта", number="12"), True),
        (party("Ak Pagta"), party("Ak Pagta"), False),
        (party("Ak Pagta HJ", town="Mary"), party("Ak Pagta HK", town="Mary"), False),
        (party("Ak Pagta", number="12"), party("Tejen Un zawody", number="12"), False),
        (party("Ak Pagta", town="Mary", number="1"), party("Ak Pagta", town="Mary", number="2"), False),
    ],
)
def test_certain_is_what_is_the_same_to_the_letter_or_by_number(one, other, certain):
    assert compared(one, "id", other).certain is certain


def test_candidates_come_the_likeliest_first_and_without_those_ruled_out():
    known = {"a": party("Gökdepe Pagta"), "b": party("Gökdepe Pagta HJ", town="Gökdepe"), "c": party("Tejen Un")}
    index = indexed(known)
    asked = party("Геокдепе Пагта", town="Gokdepe")
    assert [one.party for one in candidates(index, asked)] == ["b", "a"]
    assert [one.party for one in candidates(index, asked, but=["b"])] == ["a"]


def test_the_same_number_is_found_whatever_the_name():
    index = indexed({"a": party("Ak Pagta", number="12"), "b": party("Tejen Un")})
    assert [one.party for one in candidates(index, party("Something else", number="12"))] == ["a"]


def test_another_name_of_a_party_counts_as_its_own():
    index = indexed({"a": About(name="АПТ", other_names=("Ak Pagta Toplumy",))})
    assert [one.party for one in candidates(index, party("Ak pagta toplumy HJ"))] == ["a"]


names = st.text(alphabet="abcde дежAÇ12", min_size=1, max_size=12).filter(str.strip)
parties = st.builds(party, names, town=st.sampled_from(["", "Mary", "Tejen"]), number=st.sampled_from(["", "12", "13"]))


@given(parties, parties)
def test_likeness_is_the_same_both_ways(one, other):
    there, back = compared(one, "a", other), compared(other, "b", one)
    assert (there.score, there.certain, whys(there)) == (back.score, back.certain, whys(back))


@given(parties)
def test_a_party_is_the_likeliest_candidate_for_itself(one):
    (found,) = candidates(indexed({"a": one}), one)
    assert found.score >= 95


@given(st.lists(parties, max_size=8), parties)
def test_no_candidate_is_shown_that_is_not_likely(known, one):
    index = indexed({str(number): about for number, about in enumerate(known)})
    assert all(found.score >= ENOUGH for found in candidates(index, one))


@pytest.mark.parametrize("why", Why)
def test_every_reason_can_be_told_in_every_language(why):
    told = Reason(why=why, fact="Mary").told()
    assert all("Mary" in told[language] for language in LANGUAGES)
