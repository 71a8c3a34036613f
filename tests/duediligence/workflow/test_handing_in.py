"""What is handed in is complete, scored, sealed, and seen by nobody further than it should be."""

import msgspec
import pytest

from duediligence import ledger
from duediligence.assessment import assess
from duediligence.engagement import Stage
from duediligence.errors import NotAllowed, Unfit, WrongMoment
from duediligence.store import engagement as store
from duediligence.store import plan as plans
from duediligence.store import safety
from duediligence.workflow import answering, handing_in
from questionnaires.response import Answer
from tests.world import example_answers


@pytest.fixture
def handed_in(here, lead, site):
    identifier = here.answered(lead, site)
    with here.work(lead) as work:
        handing_in.submit(work, identifier)
    return identifier


def test_what_is_missing_is_listed_all_at_once(here, lead, site):
    identifier = here.begun(lead, site)
    with pytest.raises(Unfit) as refused, here.work(lead) as work:
        handing_in.submit(work, identifier)
    codes = {problem.code for problem in refused.value.problems}
    assert codes == {"ROLE_MISSING", "ANSWER_MISSING"}
    assert len(refused.value.problems) > 100


def test_the_result_is_the_one_that_the_engine_computes(here, lead, handed_in):
    with here.work(lead) as work:
        found = handing_in.result(work, handed_in)
        _, response = answering.opened(work, handed_in)
        day = work.day
    assert found.assessment.profile == assess(response, day).profile
    assert found.engagement.stage is Stage.SUBMITTED


def test_the_live_result_is_the_one_that_is_sealed(here, lead, site):
    identifier = here.answered(lead, site)
    with here.work(lead) as work:
        before = handing_in.live(work, identifier)
    with here.work(lead) as work:
        after = handing_in.submit(work, identifier)
    assert before.assessment.profile == after.assessment.profile


def test_no_sealed_document_for_reviewers_holds_a_protected_answer(here, lead, handed_in):
    with here.work(lead) as work:
        sealed = store.last_seal(work.connection, handed_in)
        plan = plans.document_of(work.connection, handed_in)
    answers = msgspec.json.decode(sealed.document)["response"]["answers"]
    assert not [question for question in answers if question.startswith("sif.")]
    assert b'"sif.' not in plan
    assert b'"SIF"' not in plan


def test_reviewers_are_told_only_that_state_imposed_labour_was_assessed(here, lead, handed_in):
    with here.work(lead) as work:
        stated = store.load(work.connection, handed_in).stated
    assert stated.indicators["SIF"] == "assessed"


def test_what_was_handed_in_no_longer_changes(here, lead, handed_in):
    with pytest.raises(WrongMoment), here.work(lead) as work:
        answering.save(work, handed_in, {"pro.headcount": Answer(value=1.0)}, 0)


def test_it_is_handed_in_once(here, lead, handed_in):
    with pytest.raises(WrongMoment), here.work(lead) as work:
        handing_in.submit(work, handed_in)


def test_only_the_lead_of_the_firm_hands_in(here, lead, colleague, site):
    identifier = here.answered(lead, site)
    with pytest.raises(NotAllowed), here.work(colleague) as work:
        handing_in.submit(work, identifier)


def test_a_rehearsal_shows_its_result_and_is_never_handed_in(here, lead, site):
    identifier = here.begun(lead, site, rehearsal=True)
    with here.work(lead) as work:
        answering.save(work, identifier, example_answers("cotton_farm_mary"), 0)
        assert handing_in.live(work, identifier).assessment.profile.band == "critical"
    with pytest.raises(WrongMoment), here.work(lead) as work:
        handing_in.submit(work, identifier)


def test_grave_signs_set_days_on_which_somebody_looks_after_the_people(here, lead, handed_in):
    with here.work(lead) as work:
        assert len(safety.checks(work.connection, handed_in)) == len(handing_in.SAFETY_CHECK_DAYS)


def test_the_ledger_knows_the_step_and_nothing_that_was_answered(here, lead, handed_in):
    with here.work(lead) as work:
        ledger.verify(work.connection)
        events = [entry.event for entry in ledger.entries(work.connection, handed_in)]
    assert events == ["assessment:begin", "assessment:submit"]
