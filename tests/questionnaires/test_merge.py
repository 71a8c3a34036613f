"""Two copies of one response come together without losing an answer of either."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.merge import Incomparable, merge
from questionnaires.response import Answer, Missing, Response, Scope

YES, NO = Answer(value="yes"), Answer(value="no")
UNSURE = Answer(missing=Missing.NOT_KNOWN)
COPIES = st.dictionaries(st.sampled_from("abcd"), st.sampled_from((YES, NO, UNSURE)))


def copy(**answers: Answer) -> Response:
    return Response(questionnaire="small", version="1", answers=answers)


def names(changes: tuple) -> list[str]:
    return [change.question for change in changes]


def test_what_only_one_side_changed_is_taken():
    found = merge(copy(a=YES, b=NO), copy(a=NO, b=YES), base=copy(a=NO, b=NO))
    assert found.response.answers == {"a": YES, "b": YES}
    assert names(found.taken) == ["a", "b"]
    assert found.conflicts == ()


def test_what_both_changed_alike_is_no_conflict():
    found = merge(copy(a=YES), copy(a=YES), base=copy(a=NO))
    assert found.response.answers == {"a": YES}
    assert found.conflicts == ()


def test_what_both_changed_differently_is_for_a_person_to_decide():
    found = merge(copy(a=YES), copy(a=UNSURE), base=copy(a=NO))
    assert found.response.answers == {"a": YES}
    (conflict,) = found.conflicts
    assert (conflict.base, conflict.ours, conflict.theirs) == (NO, YES, UNSURE)


def test_an_answer_taken_back_on_one_side_is_taken_back():
    assert merge(copy(), copy(a=YES), base=copy(a=YES)).response.answers == {}
    assert merge(copy(a=YES), copy(), base=copy(a=YES)).response.answers == {}


def test_taking_back_against_a_new_answer_is_a_conflict():
    found = merge(copy(), copy(a=NO), base=copy(a=YES))
    assert names(found.conflicts) == ["a"]


def test_without_a_base_an_answer_of_one_side_alone_is_taken():
    found = merge(copy(a=YES), copy(b=NO))
    assert found.response.answers == {"a": YES, "b": NO}
    assert found.conflicts == ()


def test_a_new_document_alone_is_a_change():
    shown = Answer(value="yes", evidence=("policy",))
    assert merge(copy(a=YES), copy(a=shown), base=copy(a=YES)).response.answers == {"a": shown}


def test_the_revision_moves_past_both():
    ours = msgspec.structs.replace(copy(), revision=3)
    theirs = msgspec.structs.replace(copy(), revision=7)
    assert merge(ours, theirs).response.revision == 8


@pytest.mark.parametrize(
    "other",
    [
        Response(questionnaire="small", version="2"),
        Response(questionnaire="large", version="1"),
        Response(questionnaire="small", version="1", scope=Scope(site="another")),
        Response(questionnaire="small", version="1", scope=Scope(begins=date(2026, 1, 1))),
    ],
)
def test_copies_of_different_things_are_refused(other: Response):
    with pytest.raises(Incomparable, match="different"):
        merge(copy(a=YES), other)


@given(COPIES, COPIES, COPIES)
def test_no_answer_of_either_side_is_lost(base: dict, ours: dict, theirs: dict):
    found = merge(copy(**ours), copy(**theirs), base=copy(**base))
    in_conflict = names(found.conflicts)
    for question in "abcd":
        kept = found.response.answers.get(question)
        before, mine, yours = (side.get(question) for side in (base, ours, theirs))
        if question in in_conflict:
            assert kept == mine
            assert len({before, mine, yours}) == 3
        else:
            assert kept == (mine if yours == before else yours)


@given(COPIES, COPIES, COPIES)
def test_it_does_not_matter_who_merges_but_for_conflicts(base: dict, ours: dict, theirs: dict):
    one = merge(copy(**ours), copy(**theirs), base=copy(**base))
    other = merge(copy(**theirs), copy(**ours), base=copy(**base))
    assert names(one.conflicts) == names(other.conflicts)
    assert names(one.taken) == names(other.taken)
    undecided = set(names(one.conflicts))
    assert {k: v for k, v in one.response.answers.items() if k not in undecided} == {
        k: v for k, v in other.response.answers.items() if k not in undecided
    }


@given(COPIES)
def test_merging_with_itself_changes_nothing(ours: dict):
    found = merge(copy(**ours), copy(**ours))
    assert found.response.answers == ours
    assert (found.taken, found.conflicts) == ((), ())
