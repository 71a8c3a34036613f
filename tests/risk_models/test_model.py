"""The shipped rule set keeps the promises that the code relies on."""

from pathlib import Path

import msgspec
import pytest

from questionnaires.condition import parameters_of, questions_of
from questionnaires.content import ContentError
from questionnaires.edition import Tampered, digest, verify
from questionnaires.questionnaire import SelectOne
from risk_models import catalogue, parameter
from risk_models.model import Cause, Element, Gravity, Strength
from tests.conftest import book, rules

MODEL = rules().model
FIGURES = parameter.read_all()
ZERO_TOLERANCE = (
    "rec.handed_over wag.held_back wag.card_control mov.id_kept mov.leave_work mov.leave_housing mov.quit_blocked "
    "dis.violence dis.sexual dis.family_threat dis.deprive deb.leave_owing deb.inflated deb.relatives chi.below_min "
    "chi.hazard chi.school sif.penalty sif.paid_out sif.custody grv.reprisal lpr.no_docs"
).split()
CONDITIONS = [
    *(one.adverse for one in MODEL.readings),
    *(one.partly for one in MODEL.readings if one.partly),
    *(one.when for one in (*MODEL.exposures, *MODEL.attribution_rules)),
    *(one.when for one in MODEL.overrides if one.when),
]


def test_no_question_is_read_twice():
    read = [one.question for one in MODEL.readings]
    assert len(read) == len(set(read))


def test_rules_read_only_questions_of_the_form_and_figures_of_the_library():
    for condition in CONDITIONS:
        assert questions_of(condition) <= book().row.keys()
        assert parameters_of(condition) <= FIGURES.keys()


def test_the_zero_tolerance_answers_are_those_of_the_method():
    """Part b: twenty-two ids."""
    grave = {one.question for one in MODEL.readings if one.gravity is Gravity.ZERO_TOLERANCE}
    assert grave == set(ZERO_TOLERANCE)


def test_there_are_eleven_indicators_of_the_ilo_and_two_beside_them():
    assert [one.id for one in MODEL.indicators if not one.ilo] == ["SIF", "CHL"]
    assert sum(one.ilo for one in MODEL.indicators) == 11


@pytest.mark.parametrize("indicator", [one.id for one in MODEL.indicators])
def test_every_indicator_can_reach_every_level(indicator: str):
    strengths = {one.signs[indicator] for one in MODEL.readings if indicator in one.signs}
    assert Strength.STRONG in strengths


def test_signs_point_to_known_indicators():
    known = {one.id for one in MODEL.indicators}
    assert {indicator for one in MODEL.readings for indicator in one.signs} <= known


def test_every_sign_of_coercion_speaks_of_some_indicator():
    for one in MODEL.readings:
        if one.element not in (Element.CONTROL, Element.CONTEXT):
            assert one.signs, one.question


def test_the_groups_of_exposures_sum_to_a_hundred_and_can_be_filled():
    assert sum(one.cap for one in MODEL.groups) == 100
    for group in MODEL.groups:
        assert sum(one.points for one in MODEL.exposures if one.group == group.id) >= group.cap
    assert {one.group for one in MODEL.exposures} == {one.id for one in MODEL.groups}


def test_levels_and_bands_ascend():
    assert [one.floor for one in MODEL.levels] == [25, 50, 75]
    begins = [one.begins for one in MODEL.bands if one.begins is not None]
    assert begins == [0, 25, 50, 75]
    assert MODEL.bands[-1].begins is None


def test_overrides_lift_to_known_bands_in_order():
    """f.4: each demands a band, or lifts by one."""
    bands = {one.id for one in MODEL.bands}
    for one in MODEL.overrides:
        assert (one.at_least in bands) != bool(one.up), one.id
        assert (one.when is not None) == (one.cause is Cause.ANSWERS), one.id
        limits = (Cause.CONFIDENCE_BELOW, Cause.NOT_APPLICABLE_ABOVE, Cause.NOT_KNOWN_ABOVE)
        assert (one.limit is not None) == (one.cause in limits), one.id


def test_every_cause_is_used():
    assert {one.cause for one in MODEL.overrides} == set(Cause)


def test_every_rule_has_a_source():
    everything = (*MODEL.indicators, *MODEL.groups, *MODEL.exposures, *MODEL.readings, *MODEL.attribution_rules)
    for one in (*everything, *MODEL.grades, *MODEL.overrides, *MODEL.figures.values()):
        assert one.sources


def test_every_figure_of_the_method_is_there():
    assert {name: figure.value for name, figure in MODEL.figures.items()} == {
        "relief_max": 70,
        "weight_ordinary": 1,
        "weight_grave": 2,
        "credit_partly": 50,
        "assessed_min": 60,
        "confidence_false_statement": 25,
        "unknown_ceiling": 2,
    }


def test_every_reading_leaves_a_good_answer():
    """A question of which every answer is a sign would accuse whoever answers it."""
    for one in MODEL.readings:
        if isinstance(book().questions[book().row[one.question]], SelectOne):
            assert rules().changes[one.question].choices, one.question


def test_the_digest_changes_with_a_single_number():
    first, *rest = MODEL.exposures
    changed = msgspec.structs.replace(MODEL, exposures=(msgspec.structs.replace(first, points=first.points + 1), *rest))
    assert digest(changed) != digest(MODEL)


def test_an_issued_rule_set_that_was_changed_is_refused(tmp_path: Path):
    (tmp_path / "DIGESTS").write_text(f"{MODEL.id} {MODEL.version} {'0' * 64}\n", "utf-8")
    with pytest.raises(Tampered, match="changed since"):
        verify(tmp_path, MODEL.id, MODEL.version, digest(MODEL))


def test_an_unknown_rule_set_is_named():
    with pytest.raises(catalogue.UnknownModel, match=r"'forced_labour' in version '1900\.1'"):
        catalogue.load("forced_labour", "1900.1")


def test_an_unknown_source_is_named_with_those_there_are():
    with pytest.raises(ContentError, match="no source is called 'hearsay'; it must be one of known"):
        catalogue._cite({"readings": [{"sources": ["hearsay"]}]}, {"known": {}})
