"""An assessment: what it takes for granted, and what it does not."""

from datetime import date

import msgspec
import pytest

from duediligence.assessment import assess, codebook, examine
from duediligence.errors import Unusable
from duediligence.review import Label, Review, Reviewer
from questionnaires.response import Answer, Missing
from tests.conftest import TODAY, favourable_answers, response

ASIDE = favourable_answers() | {
    name: Answer(missing=Missing.NOT_APPLICABLE) for name in ("gov.policy", "gov.owner", "gov.training", "grv.channels")
}
REVIEWER = Reviewer(body="an independent body", role="assessor", state_body=False)


def reviewed(*aside: str) -> Review:
    return Review(label=Label.DOCUMENTS_REVIEWED, on=TODAY, reviewer=REVIEWER, not_applicable=aside)


def test_a_firm_cannot_set_its_own_controls_aside():
    unanswered = {name: one for name, one in ASIDE.items() if one.missing is not Missing.NOT_APPLICABLE}
    assert assess(response(ASIDE), TODAY).profile.control == assess(response(unanswered), TODAY).profile.control


def test_what_a_reviewer_accepts_as_not_applicable_leaves_the_sum():
    accepted = reviewed("gov.policy", "gov.owner", "gov.training", "grv.channels")
    assert (
        assess(response(ASIDE), TODAY, review=accepted).profile.control > assess(response(ASIDE), TODAY).profile.control
    )


def test_a_question_set_aside_by_the_firm_is_named():
    codes = {one.question: one.code for one in examine(response(ASIDE), TODAY, reviewed("gov.policy")).errors}
    assert "gov.policy" not in codes
    assert codes["gov.owner"] == "NOT_APPLICABLE_NOT_ACCEPTED"


def test_answers_to_another_form_are_refused():
    other = msgspec.structs.replace(response(ASIDE), version="1999.1")
    with pytest.raises(Unusable, match=r"1999\.1"):
        assess(other, date(2026, 11, 21))


def test_answers_to_a_short_form_are_refused_with_the_way_out():
    with pytest.raises(Unusable, match="short form out of risk_assessment"):
        assess(response({}, codebook("partner", "2026.1")), date(2026, 11, 21))


def test_the_minimum_wage_is_that_of_the_period_and_not_of_today():
    paid = favourable_answers() | {"wag.minimum.lowest": Answer(value=1200.0)}
    scope = msgspec.structs.replace(response(paid).scope, begins=date(2024, 1, 1), ends=date(2024, 12, 31))
    then = examine(msgspec.structs.replace(response(paid), scope=scope), TODAY).queries
    now = examine(response(paid), TODAY).queries
    assert ["check.pay_below_minimum" in {one.code for one in found} for found in (then, now)] == [True, False]
