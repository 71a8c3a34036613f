"""A partner without an account in a browser: it begins, answers, hands in and takes back; with a script and without."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from duediligence import key
from duediligence.chain.party import About
from duediligence.chain.request import Channel, Granted, What
from duediligence.workflow import asking, chain
from duediligence.workflow.asking import Wanted
from tests.browser.conftest import PHONE, Site, Visitor

LANGUAGES = ("tk", "ru", "en")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


class Asked:
    """A partner of the firm, and the link it was sent."""

    def __init__(self, site: Site) -> None:
        self.site = site
        lead, firm = site.around.lead, site.around.firm
        service = key.read_or_make(site.here.settings.key_path())
        with site.here.work(lead) as work:
            self.party = chain.add(work, firm, About(name="Ak Pagta")).id
            self.link = asking.invite(work, service, Wanted(party=self.party, channel=Channel.LINK)).link

    def visitor(self, language: str, *, javascript: bool = True) -> Visitor:
        """Open a window in which nobody is signed in."""
        address = self.site.here.settings.address
        context = self.site.chromium.new_context(viewport=PHONE, java_script_enabled=javascript)
        context.add_cookies([{"name": "language", "value": language, "url": address}])
        found = Visitor(context, context.new_page(), address)
        found.page.on("pageerror", lambda error: found.faults.append(str(error)))
        self.site.opened.append(found)
        found.go(self.link)
        return found

    def sees(self):
        with self.site.here.work(self.site.around.lead) as work:
            return asking.asking(work, self.party).seen


@pytest.fixture
def asked(site: Site) -> Asked:
    return Asked(site)


def press(one: Visitor, selector: str) -> None:
    one.page.locator(selector).first.click()


def begun(one: Visitor, link: str) -> None:
    press(one, "form[action$='/begin'] button")
    expect(one.page.locator(".code.big")).to_have_text(re.compile(r"^[0-9A-Z-]{24}$"))
    press(one, f"main a[href='{link}']")


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_partner_answers_shares_and_takes_back(asked, javascript):
    one = asked.visitor("ru", javascript=javascript)
    begun(one, asked.link)
    press(one, "a[href$='/sections/mov']")
    one.page.check("[name='mov.id_kept'][value=yes]")
    if javascript:
        expect(one.page.locator("[id='state-mov.id_kept']")).to_have_text(re.compile(r"\d\d:\d\d"))
    press(one, "main form[data-autosave] .actions button")
    one.go(f"{asked.link}/check")
    one.page.fill("[name=answered_by]", "Директор")
    one.page.check("[name=what][value=answers]")
    press(one, "form[action$='/check'] button.button")
    expect(one.page).to_have_url(re.compile(f"{asked.link}$"))
    assert asked.sees().what is What.ANSWERS
    assert asked.sees().told.answers["mov.id_kept"].value == "yes"
    one.go("/partner/own")
    press(one, "button.grave")
    expect(one.page.locator("button.grave")).to_have_count(0)
    assert asked.sees().granted is Granted.WITHDRAWN


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_partner_have_no_fault_on_a_phone(asked, language):
    one, faults = asked.visitor(language), []
    faults += unfit(one)
    begun(one, asked.link)
    for address in ("", "/sections/mov", "/sections/wag", "/check", "/workbook"):
        one.go(f"{asked.link}{address}")
        faults += unfit(one)
    for address in ("/partner", "/partner/own", "/partner/nowhere"):
        one.go(address)
        faults += unfit(one)
    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_buyer_about_a_partner_have_no_fault_on_a_phone(site, asked, language):
    one, place, faults = site.visitor(site.around.lead, language), f"/chain/parties/{asked.party}", []
    one.go(f"{place}/screening")
    faults += unfit(one)
    one.page.check("[name=risk][value=high]")
    press(one, "main form button.button")
    pages = ("/requests", "/requests/new", "/screening", "/screening/steps/site", "/screening/price")
    for address in (*(f"{place}{page}" for page in pages), "/chain/screenings"):
        one.go(address)
        faults += unfit(one)
    assert faults == []


def unfit(one: Visitor) -> list[str]:
    """Return what axe finds on a page, and whether it is wider than the screen."""
    found = Axe().run(one.page, options=RULES).response["violations"]
    wide = one.page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]
    return [f"{one.page.url}: {fault['id']} {fault['nodes'][0]['target']}" for fault in found] + ["too wide"] * wide
