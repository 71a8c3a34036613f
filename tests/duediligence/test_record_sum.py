"""The numbers of a shared copy add up again, and those that were changed do not: `duediligence.record_sum`."""

from functools import cache

import pytest
from credentials import assessed
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_record import anything

from duediligence import record
from duediligence.record_shared import SharedAssessment

EXAMPLES = ("cotton_farm_mary", "textile_mill", "greenhouse_ahal")


@cache
def copy(name: str = "cotton_farm_mary") -> SharedAssessment:
    return record.shared(assessed(name))


def paths(changed: SharedAssessment) -> list[str]:
    """Return what does not come out the same."""
    return [one.path for one in record.rescore_shared(changed).differences]


def with_profile(**changes: object) -> SharedAssessment:
    return replace(copy(), profile=replace(copy().profile, **changes))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_numbers_of_an_example_add_up_again(name):
    found = record.rescore_shared(copy(name))
    assert found.differences == ()
    assert found.parts > 100


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_whatever_was_answered_the_numbers_of_a_shared_copy_add_up_again(seed):
    assert record.rescore_shared(record.shared(anything(seed))).differences == ()


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("inherent", 85.0),
        ("control", 30.2),
        ("confidence", 0.353),
        ("coverage", 0.5),
        ("residual", 82.7),
        ("lift", 3.0),
    ],
)
def test_a_number_that_was_changed_adds_up_with_no_answers(number, value):
    assert any(path == f"profile.{number}" for path in paths(with_profile(**{number: value})))


def test_a_small_change_of_one_number_does_not_fit_the_others():
    profile = copy().profile
    assert paths(with_profile(residual=round(profile.residual - 0.1, 1))) == ["profile.residual"]


def test_a_milder_band_is_found_out():
    assert paths(with_profile(band="high")) == ["profile.band"]


def test_an_exposure_that_was_taken_out_is_found_out():
    assert "profile.groups[context].points" in paths(with_profile(exposures=copy().profile.exposures[1:]))


def test_points_that_no_rule_gives_are_found_out():
    first, *rest = copy().profile.exposures
    changed = (replace(first, points=first.points - 1), *rest)
    assert f"profile.exposures[{first.exposure}].points" in paths(with_profile(exposures=changed))


def test_a_summand_that_does_not_follow_from_its_answer_is_found_out():
    controls = tuple(
        replace(part, outcome="met", credit=1.0) if part.question == "rec.fee_policy" else part
        for part in copy().profile.controls
    )
    assert "profile.controls[rec.fee_policy].outcome" in paths(with_profile(controls=controls))


@pytest.mark.parametrize(
    "changes", [{"question": "no.such"}, {"weight": 9}, {"hundredths": 10**30}, {"question": "map.origin"}]
)
def test_a_summand_that_no_rule_lets_count_so_is_found_out(changes):
    first, *rest = copy().profile.evidence
    assert first.question == "map.tier1"
    evidence = (replace(first, **changes), *rest)
    assert any(path.startswith("profile.evidence[") for path in paths(with_profile(evidence=evidence)))


def test_what_may_rest_on_a_withheld_answer_is_named():
    found = record.rescore_shared(copy())
    assert "rec.fee_check" in found.left_open
    assert not set(found.left_open) & set(copy().withheld)
