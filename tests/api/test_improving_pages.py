"""The pages of a plan: not found, not allowed, wrong moment, well done."""

import re
from datetime import timedelta

import pytest

from duediligence.closure import EvidenceSent, Verified
from duediligence.organisation import Role
from duediligence.workflow import handing_in, improving, reviewing
from questionnaires.text import LANGUAGES
from risk_models.remedies import Priority

WORDS = "The register of the hostel, signed on each floor"
SENT = EvidenceSent(evidence=WORDS)


@pytest.fixture
def firm(service):
    return service.firm()


@pytest.fixture
def person(firm):
    return firm[2]


@pytest.fixture
def lead(service, person):
    return service.browser(person)


@pytest.fixture
def colleague(service, firm):
    return service.here.somebody((firm[0], Role.RESPONDENT))


@pytest.fixture
def handed_in(service, firm, person):
    identifier = service.here.answered(person, firm[1])
    with service.here.work(person) as work:
        handing_in.submit(work, identifier)
    return identifier


@pytest.fixture
def found(service, person, handed_in) -> improving.Plan:
    with service.here.work(person) as work:
        return improving.plan(work, handed_in)


@pytest.fixture
def plan(handed_in):
    return f"/assessments/{handed_in}/plan"


@pytest.fixture
def remedy(found):
    """Give an action that touches no worker and is not immediate."""
    touching = {one.id for one in improving.library().remedies if one.touches_workers}
    open_ones = (one.action for one in found.actions if one.action.remedy not in touching | found.confidential)
    return next(one.remedy for one in open_ones if one.priority is not Priority.P0)


@pytest.fixture
def touching(found):
    ids = {one.id for one in improving.library().remedies if one.touches_workers}
    return next(one.action.remedy for one in found.actions if one.action.remedy in ids - found.confidential)


@pytest.fixture
def action(plan, remedy):
    return f"{plan}/{remedy}"


@pytest.fixture
def confidential(plan, found):
    return f"{plan}/{min(found.confidential)}"


@pytest.fixture
def auditor(service, handed_in):
    actor = service.body()[1]
    with service.here.work(actor) as work:
        reviewing.take(work, handed_in, "")
    return service.browser(actor)


@pytest.fixture
def sent(service, colleague, handed_in, remedy, action):
    act(service, colleague, handed_in, remedy, SENT)
    return action


def act(service, actor, identifier, remedy, step):
    with service.here.work(actor) as work:
        return improving.act(work, identifier, remedy, step)


def steps_offered(page: str) -> set[str]:
    return set(re.findall(r'name="step" value="(\w+)"', page))


PAGES = ("", "?show=day", "/A01", "/what-if")


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_led_to_sign_in(service, plan, page):
    answer = service.browser().get(plan + page)
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")


@pytest.mark.parametrize("page", PAGES)
def test_another_firm_finds_nothing(service, plan, page):
    assert service.browser(service.firm()[2]).get(plan + page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_what_does_not_exist_is_not_found(lead, page):
    assert lead.get(f"/assessments/{'0' * 32}/plan{page}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_there_is_no_plan_while_an_assessment_is_answered(service, firm, lead, page):
    assert lead.get(f"/assessments/{service.here.begun(firm[2], firm[1])}/plan{page}").status_code == 404


def test_an_action_that_is_not_in_the_plan_is_not_found(lead, plan):
    assert lead.get(f"{plan}/A99999").status_code == 404


def test_a_step_that_does_not_exist_is_not_found(lead, action):
    assert lead.post(action, {"step": "deleted"}).status_code == 404


def test_somebody_of_another_firm_takes_no_step(service, action):
    stranger = service.browser(service.firm()[2])
    assert stranger.post(action, {"step": "agreed", "agreed.owner": "ceo"}).status_code == 404


def test_an_administrator_has_no_business_with_a_plan(service, plan):
    assert service.browser(service.administrator()).get(plan).status_code == 403


def test_an_exporter_looks_and_takes_no_step(service, firm, action):
    exporter = service.browser(service.here.somebody((firm[0], Role.EXPORTER)))
    answers = (exporter.get(action), exporter.post(action, {"step": "agreed", "agreed.owner": "ceo"}))
    assert [one.status_code for one in answers] == [200, 403]


def test_nobody_verifies_what_they_reported(lead, action):
    lead.post(action, {"step": "evidencesent", "evidencesent.evidence": WORDS})
    assert lead.post(action, {"step": "verified"}).status_code == 403


def test_whoever_reported_is_told_that_somebody_else_verifies(lead, action):
    lead.post(action, {"step": "evidencesent", "evidencesent.evidence": WORDS})
    assert "You reported this yourself" in lead.get(action).text


def test_closure_is_not_verified_before_evidence_was_sent(lead, action):
    assert lead.post(action, {"step": "verified"}).status_code == 409


def test_only_those_who_see_the_whole_plan_ask_what_fits(service, firm, plan, auditor):
    exporter = service.browser(service.here.somebody((firm[0], Role.EXPORTER)))
    assert [one.get(f"{plan}/what-if").status_code for one in (exporter, auditor)] == [403, 403]


def test_a_reviewer_finds_no_action_that_protected_answers_alone_call_for(auditor, confidential):
    assert auditor.get(confidential).status_code == 404


def test_a_reviewer_is_told_that_something_may_be_withheld_whether_or_not_it_is(auditor, plan):
    assert "whether or not there are any" in auditor.get(plan).text


def test_state_imposed_labour_is_not_named_to_a_reviewer(service, auditor, plan, found):
    pages = [auditor.get(f"{plan}/{one.action.remedy}") for one in found.actions if "SIF" in one.action.indicators]
    assert not [page for page in pages if page.status_code == 200 and "State-imposed" in page.text]


def test_the_firm_sees_which_actions_are_protected(lead, confidential):
    assert "Only you in the firm who answer see this" in lead.get(confidential).text


def test_no_document_is_offered_for_a_protected_action(lead, confidential):
    assert 'name="evidencesent.files"' not in lead.get(confidential).text


def test_an_action_is_taken_on_by_a_role(lead, action):
    answer = lead.post(action, {"step": "agreed", "agreed.owner": "hr_head"})
    page = lead.get(answer.headers["location"]).text
    assert (answer.status_code, "The action is under way." in page, "Head of staff matters" in page) == (
        303,
        True,
        True,
    )


def test_a_role_that_is_not_in_the_list_is_an_error_beside_its_field(lead, action):
    answer = lead.post(action, {"step": "agreed", "agreed.owner": "Sample Person"})
    assert (answer.status_code, 'href="#agreed.owner"' in answer.text) == (422, True)


def test_evidence_is_sent(lead, action):
    lead.post(action, {"step": "evidencesent", "evidencesent.evidence": WORDS})
    assert WORDS in lead.get(action).text


def test_what_was_typed_is_still_there_after_an_error(lead, action):
    typed = "Ask +993 65 123456 at the hostel"
    answer = lead.post(action, {"step": "evidencesent", "evidencesent.evidence": typed})
    assert (answer.status_code, typed in answer.text) == (422, True)


def test_workers_who_confirmed_it_are_counted_in_whole_people(service, lead, colleague, handed_in, plan, touching):
    act(service, colleague, handed_in, touching, SENT)
    answer = lead.post(f"{plan}/{touching}", {"step": "workersconfirmed", "workersconfirmed.people": "3,5"})
    assert answer.status_code == 422


def test_an_action_that_touches_workers_is_not_closed_before_they_were_asked(
    service, lead, colleague, handed_in, plan, touching
):
    act(service, colleague, handed_in, touching, SENT)
    before = steps_offered(lead.get(f"{plan}/{touching}").text)
    lead.post(f"{plan}/{touching}", {"step": "workersconfirmed", "workersconfirmed.people": "3"})
    after = steps_offered(lead.get(f"{plan}/{touching}").text)
    assert ("verified" in before, "verified" in after) == (False, True)


def test_a_second_person_closes_an_action(lead, sent):
    answer = lead.post(sent, {"step": "verified"})
    assert "The action is closed." in lead.get(answer.headers["location"]).text


def test_it_is_said_when_the_firm_verified_by_itself(lead, sent):
    lead.post(sent, {"step": "verified"})
    assert "not a reviewer" in lead.get(sent).text


def test_an_auditor_closes_what_the_firm_reported(auditor, sent):
    assert auditor.post(sent, {"step": "verified"}).status_code == 303


def test_a_reviewer_reads_no_name_of_the_firm(auditor, sent):
    assert "Somebody" not in re.sub(r"(?s)<nav.*?</nav>", "", auditor.get(sent).text)


def test_what_is_closed_can_be_reopened_and_nothing_else(service, lead, person, handed_in, remedy, sent):
    act(service, person, handed_in, remedy, Verified())
    assert steps_offered(lead.get(sent).text) == {"reopened"}


def test_reopening_without_a_reason_is_an_error_beside_its_field(lead, sent):
    answer = lead.post(sent, {"step": "reopened"})
    assert (answer.status_code, 'href="#reopened.reason"' in answer.text) == (422, True)


def test_an_action_is_put_off_once(lead, found, remedy, action):
    due = found.action(remedy).due + timedelta(days=2)
    fields = {"step": "putoff", "putoff.due": f"{due:%d.%m.%Y}", "putoff.reason": "The beds come later."}
    answer = lead.post(action, fields)
    assert (answer.status_code, "putoff" in steps_offered(lead.get(action).text)) == (303, False)


def test_a_day_that_is_none_is_an_error_beside_its_field(lead, action):
    answer = lead.post(action, {"step": "putoff", "putoff.due": "soon", "putoff.reason": "The beds come later."})
    assert answer.status_code == 422
    assert 'href="#putoff.due"' in answer.text
    assert "The beds come later." in answer.text


def test_an_immediate_action_offers_no_later_day(lead, plan, found):
    immediate = next(one.action.remedy for one in found.actions if one.action.priority is Priority.P0)
    assert "putoff" not in steps_offered(lead.get(f"{plan}/{immediate}").text)


def test_an_action_shows_its_steps_its_proof_and_its_law(lead, plan, found):
    with_law = {one.id: one for one in improving.library().remedies if one.basis}
    remedy = next(with_law[one.action.remedy] for one in found.actions if one.action.remedy in with_law)
    page = lead.get(f"{plan}/{remedy.id}").text
    assert [words["en"] in page for words in (*remedy.steps, remedy.evidence)] == [True] * (len(remedy.steps) + 1)
    assert "What it rests on" in page


def test_every_action_stands_in_the_plan_once(lead, plan, found):
    page = lead.get(plan).text
    assert [page.count(f'href="{plan}/{one.action.remedy}"') for one in found.actions] == [1] * len(found.actions)


def test_the_plan_of_one_role_has_its_actions_alone(lead, plan, found):
    of_role = [one.action.remedy for one in found.actions if one.responsible == "finance_head"]
    page = lead.get(f"{plan}?role=finance_head").text
    assert set(re.findall(rf'href="{plan}/([A-Z]\d+)"', page)) == set(of_role)


def test_a_role_without_an_action_is_told_so(lead, plan):
    assert "This role has no action" in lead.get(f"{plan}?role=nobody").text


def test_by_day_the_soonest_comes_first(lead, plan):
    days = re.findall(r'<time datetime="([\d-]+)"', lead.get(f"{plan}?show=day").text)
    assert days == sorted(days)


def test_what_is_overdue_is_said_in_words(service, firm, handed_in, plan):
    service.here.now += timedelta(days=40)
    try:
        page = service.browser(firm[2]).get(plan).text
    finally:
        service.here.now -= timedelta(days=40)
    assert "are overdue" in page


def test_without_limits_the_whole_plan_is_told(lead, plan, found):
    assert f"All {len(found.actions)} open actions" in lead.get(f"{plan}/what-if").text


def test_what_fits_comes_with_what_limits_it_and_a_projection_that_says_so(lead, plan):
    page = lead.get(f"{plan}/what-if?staff_days=80&budget=&until=").text
    assert "What stands in the way of a better choice: working days." in page
    assert "Only verified closure can make this true." in page


def test_immediate_actions_stay_in_whatever_the_means(lead, plan):
    assert "The immediate actions alone take more" in lead.get(f"{plan}/what-if?staff_days=0").text


@pytest.mark.parametrize("field", ["staff_days=-3", "budget=much", "until=soon"])
def test_means_that_cannot_be_read_are_an_error_beside_their_field(lead, plan, field):
    name, typed = field.split("=")
    answer = lead.get(f"{plan}/what-if?{field}")
    assert (answer.status_code, f'href="#{name}"' in answer.text, f'value="{typed}"' in answer.text) == (
        422,
        True,
        True,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["", "?show=day", "/what-if?staff_days=20"])
def test_the_plan_is_told_in_every_language(lead, plan, page, language):
    answer = lead.get(plan + page, cookie=f"{lead.headers['cookie']}; language={language}")
    assert (answer.status_code, answer.headers["content-language"]) == (200, language)
