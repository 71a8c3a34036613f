"""What people do here, done by hand in a browser: a firm answers and hands in, reviewers judge, a plan is worked."""

import re

import pytest
from playwright.sync_api import expect

from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.store import engagement as engagements
from duediligence.workflow import answering, improving
from tests.browser.conftest import Site, Visitor

LANGUAGES = ("tk", "ru", "en")
SECTION_BYTES = 60_000


def begun(site: Site) -> str:
    return f"/assessments/{site.here.begun(site.around.lead, site.around.site)}"


def press(visitor: Visitor, selector: str) -> None:
    visitor.page.locator(selector).first.click()


def saved(visitor: Visitor, question: str):
    return visitor.page.locator(f"[id='state-{question}']")


def kept(site: Site, address: str, question: str):
    with site.here.work(site.around.lead) as work:
        answers = answering.opened(work, address.rpartition("/")[2]).response.answers
    return answers[question].value if question in answers else None


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_firm_begins_an_assessment(site, language, javascript):
    one = site.visitor(site.around.lead, language, javascript=javascript)
    one.go("/assessments/new")
    one.page.fill("[name=begins]", "01.08.2026")
    one.page.fill("[name=ends]", "31.10.2026")
    if one.page.locator("select[name=site]").count():
        one.page.select_option("[name=site]", site.around.site)
    else:
        one.page.check(f"[name=site][value='{site.around.site}']")
    press(one, "main form button.button")
    expect(one.page).to_have_url(re.compile(r"/assessments/[0-9a-f]{32}$"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_is_saved_as_it_is_chosen_by_keyboard(site, language):
    address, one = begun(site), site.visitor(site.around.lead, language)
    one.go(f"{address}/sections/gov")
    one.page.locator("[name='gov.policy']").first.focus()
    one.page.keyboard.press("Space")
    expect(saved(one, "gov.policy")).to_have_text(re.compile(r"\d\d:\d\d"))
    assert kept(site, address, "gov.policy") is not None


def test_what_was_answered_is_there_after_leaving_and_coming_back(site):
    address, one = begun(site), site.visitor(site.around.lead)
    one.go(f"{address}/sections/gov")
    one.page.locator("[name='gov.policy'][value='no']").check()
    expect(saved(one, "gov.policy")).to_have_text(re.compile(r"\d\d:\d\d"))
    one.go("/assessments")
    one.go(f"{address}/sections/gov")
    expect(one.page.locator("[name='gov.policy'][value='no']")).to_be_checked()


def test_a_line_that_drops_loses_nothing(site):
    address, one = begun(site), site.visitor(site.around.lead)
    one.go(f"{address}/sections/gov")
    one.context.set_offline(True)
    one.page.locator("[name='gov.policy'][value='no']").check()
    expect(saved(one, "gov.policy")).to_have_attribute("data-bad", "")
    one.context.set_offline(False)
    expect(saved(one, "gov.policy")).to_have_text(re.compile(r"\d\d:\d\d"), timeout=20_000)
    one.faults.clear()  # the browser says of itself that the line was down
    assert kept(site, address, "gov.policy") == "no"


def test_without_script_a_page_is_saved_by_its_button(site):
    address, one = begun(site), site.visitor(site.around.lead, javascript=False)
    one.go(f"{address}/sections/gov")
    one.page.locator("[name='gov.policy'][value='no']").check()
    press(one, "main form .actions button.button")
    assert kept(site, address, "gov.policy") == "no"


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_firm_hands_in_and_sees_its_result(site, language, javascript):
    identifier = site.here.answered(site.around.lead, site.around.site)
    one = site.visitor(site.around.lead, language, javascript=javascript)
    one.go(f"/assessments/{identifier}/check")
    press(one, f"form[action$='/{identifier}/submit'] button")
    expect(one.page).to_have_url(re.compile("/result$"))
    expect(one.page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_reviewers_take_grade_propose_and_confirm(site, language):
    identifier = site.around.at(Stage.SUBMITTED)
    first, second = site.visitor(site.around.auditor, language), site.visitor(site.around.second, language)
    for one, step in ((first, "take"), (second, "join")):
        one.go(f"/queue/{identifier}")
        one.page.locator("[name=tied][value=no]").check()
        press(one, f"form[action$='/{step}'] button")
        expect(one.page).to_have_url(re.compile(f"/files/{identifier}"))
    first.go(f"/files/{identifier}/sections/gov")
    policy = first.page.locator("[id='gov.policy']")
    opener = policy.locator("summary")
    for place in range(opener.count()):
        opener.nth(place).click()
    policy.locator("[name='gov.policy.decision'][value='grade:2']").check()
    policy.locator("textarea[name='gov.policy.reason']").fill("The paper was read.")
    policy.locator("form[action$='/decisions'] button").first.click()
    for one, kind in ((first, "proposed"), (second, "confirmed")):
        one.go(f"/files/{identifier}")
        decided = one.page.locator("details", has=one.page.locator(f"[name=kind][value='{kind}']"))
        decided.locator("summary").click()
        decided.locator("textarea").fill("All answers were looked at.")
        decided.locator("button").click()
    with site.here.db.reading() as connection:
        assert engagements.load(connection, identifier).stage is Stage.CONCLUDED


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_firm_takes_an_action_on(site, language):
    identifier = site.around.at(Stage.SUBMITTED)
    with site.here.work(site.around.lead) as work:
        remedy = improving.plan(work, identifier).actions[0].action.remedy
    one = site.visitor(site.around.lead, language)
    one.go(f"/assessments/{identifier}/plan/{remedy}")
    agreeing = one.page.locator("form", has=one.page.locator("[name=step][value=agreed]"))
    agreeing.locator("select").select_option(index=1)
    agreeing.locator("button").click()
    with site.here.work(site.around.lead) as work:
        assert improving.plan(work, identifier).action(remedy).status.value == "agreed"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_administrator_takes_a_firm_in_and_its_first_person_comes(site, language):
    one = site.visitor(site.here.somebody((site.around.operator, Role.ADMINISTRATOR)), language)
    one.go("/administration/organisations/new")
    one.page.fill("[name=name]", f"A new farm, {language}")
    one.page.locator("[name=sector]").select_option(index=1)
    one.page.locator("[name=region]").select_option(index=1)
    press(one, "main form button.button")
    expect(one.page).to_have_url(re.compile("/people/invite$"))
    one.page.locator("[name=role][value=company_lead]").check()
    press(one, "main form button.button")
    way = re.search(r"/invitation/[0-9A-Z-]+", one.page.content())
    assert way
    stranger = site.visitor(None, language)
    stranger.go(way[0])
    stranger.page.fill("[name=email]", f"first.{language}")
    stranger.page.fill("[name=name]", "Somebody New")
    stranger.page.fill("[name=password]", "four words that nobody guesses")
    press(stranger, f"form[action='{way[0]}'] button.button")
    expect(stranger.page.locator("form[action='/sign-out']")).to_be_visible()


def test_a_section_comes_in_under_60_kilobytes_after_the_first_visit(site):
    address, one = begun(site), site.visitor(site.around.lead)
    one.go(address)
    wire = one.context.new_cdp_session(one.page)
    wire.send("Network.enable")
    came: list[float] = []
    wire.on("Network.loadingFinished", lambda event: came.append(event["encodedDataLength"]))
    one.go(f"{address}/sections/mov")
    one.page.wait_for_load_state("networkidle")
    assert 0 < sum(came) < SECTION_BYTES
