"""What a profile says beside its numbers: findings, attribution, what acted and why."""

import msgspec
import pytest

from duediligence.assessment import assess
from questionnaires.response import Answer, Missing, Value
from risk_models.model import Attribution, Element
from risk_models.profile import Finding, RiskProfile
from tests.conftest import TODAY, answers, favourable_answers, response, rules


def profile(values: dict[str, Value | Missing | Answer], sector: str = "services") -> RiskProfile:
    return assess(response(answers(values, favourable_answers(sector))), TODAY).profile


def finding(found: RiskProfile, indicator: str) -> Finding:
    return next(one for one in found.findings if one.indicator == indicator)


def test_every_indicator_has_its_finding_also_without_a_sign():
    found = profile({})
    assert [one.indicator for one in found.findings] == [one.id for one in rules().model.indicators]
    assert {one.level for one in found.findings} == {"none"}
    assert all(one.assessed for one in found.findings)


def test_a_finding_names_the_answers_it_rests_on():
    found = finding(profile({"wag.fines": "yes", "wag.payslip": "partly", "wag.to_self": "partly"}), "WAG")
    assert {(sign.question, sign.strength, sign.outcome) for sign in found.signs} == {
        ("wag.fines", "medium", "adverse"),
        ("wag.to_self", "weak", "partly"),
    }


def test_circumstances_are_named_apart_and_raise_nothing():
    found = finding(profile({"pro.piece_share": 40}), "WAG")
    assert [sign.question for sign in found.context] == ["pro.piece_share"]
    assert found.signs == ()
    assert found.level == "none"


@pytest.mark.parametrize("missing", [Missing.NOT_KNOWN, Missing.DECLINED, None])
def test_what_is_missing_is_named_in_the_finding(missing: Missing | None):
    found = finding(profile({"sif.received": Answer(missing=missing)}), "SIF")
    assert found.unknown == ("sif.received",)
    assert found.highest == "strong"


def test_an_indicator_is_not_assessed_below_three_fifths_of_its_weight():
    """f.3/2: 0 not assessed (<60 % of applicable weight answered)."""
    open_weight = {"dis.violence": Answer(), "dis.sexual": Answer()}
    assert finding(profile(open_weight), "VIO").assessed is False
    assert finding(profile({"gen.trusted": Answer()}), "VIO").assessed is True


@pytest.mark.parametrize(
    ("values", "indicator", "attribution"),
    [
        ({"mov.id_kept": "yes", "mov.id_kept.by": ("employer",)}, "DOC", Attribution.CAUSED),
        ({"mov.id_kept": "yes", "mov.id_kept.by": ("agency",)}, "DOC", Attribution.CONTRIBUTED),
        ({"mov.id_kept": "yes", "mov.id_kept.by": Answer()}, "DOC", Attribution.CAUSED),
        ({"pro.agency": "yes", "lpr.no_docs": "no"}, "DOC", Attribution.LINKED),
        ({"sif.asked": "yes", "sif.penalty": "yes"}, "SIF", Attribution.SUBJECTED),
        ({"sif.asked": Missing.DECLINED, "sif.penalty": "yes"}, "SIF", Attribution.CAUSED),
    ],
)
def test_a_finding_says_how_the_firm_stands_to_it(
    values: dict[str, Value | Missing | Answer], indicator: str, attribution: Attribution
):
    """f.6: an unanswered question excuses nobody."""
    assert finding(profile(values), indicator).attribution is attribution


def test_the_closest_attribution_among_the_signs_stands_for_the_finding():
    both = {"pro.agency": "yes", "lpr.no_docs": "no", "wag.card_control": "yes"}
    assert finding(profile(both), "DOC").attribution is Attribution.CAUSED


def test_without_a_sign_nothing_is_attributed():
    assert all(one.attribution is None for one in profile({}).findings)


def test_overrides_name_the_answers_that_made_them_act():
    found = profile({"wag.fines": "yes", "dis.violence": "yes"})
    moved = {part.override: set(part.questions) for part in found.overrides}
    assert moved["zero_tolerance"] == {"dis.violence"}
    assert moved["pattern_b"] == {"wag.fines", "dis.violence"}


def test_zero_tolerance_that_is_only_partly_so_is_named_without_the_override():
    found = profile({"dis.violence": "partly"})
    assert found.zero_tolerance == ("dis.violence",)
    assert "zero_tolerance" not in {part.override for part in found.overrides}


def test_an_exposure_that_is_merely_not_ruled_out_says_so():
    found = profile({"pro.housing": Missing.NOT_KNOWN, "pro.agency": "yes"})
    assert {(part.exposure, part.sure) for part in found.exposures} >= {
        ("workforce.housing", False),
        ("chain.agency", True),
    }


def test_coverage_is_the_share_of_weight_that_has_an_answer():
    assert profile({}).coverage == 1
    nothing = assess(response({}), TODAY).profile
    assert nothing.coverage == 0


def test_controls_are_listed_with_what_each_takes_away():
    found = profile({"gov.policy": "partly", "gov.owner": "no"})
    reliefs = {part.question: (part.outcome, part.credit, part.relief) for part in found.controls}
    assert reliefs["gov.owner"] == ("adverse", 0.0, 0.0)
    assert reliefs["gov.policy"][:2] == ("partly", 0.5)
    assert reliefs["gov.policy"][2] == pytest.approx(reliefs["gov.training"][2] / 2)


def test_only_controls_relieve_and_only_what_counts_is_evidence():
    found = profile({})
    elements = {reading.question: reading.element for reading in rules().model.readings}
    assert {elements[part.question] for part in found.controls} == {Element.CONTROL}
    assert Element.CONTEXT not in {elements[part.question] for part in found.evidence}


def test_a_profile_names_the_rules_it_was_made_with():
    found = profile({})
    assert (found.model, found.version, found.on) == ("forced_labour", "2026.1", TODAY)
    assert found.digest == rules().digest


def test_a_profile_survives_being_written_down():
    found = profile({"wag.fines": "yes"})
    assert msgspec.json.decode(msgspec.json.encode(found), type=RiskProfile) == found
