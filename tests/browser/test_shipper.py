"""An exporter in a browser: a product line, a shipment and its dossier; with a script and without."""

import re

import pytest
from playwright.sync_api import expect

from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.shipment import Cotton, LineAbout, Lot, ProductInput, ShipmentAbout
from duediligence.workflow import product_line, shipping
from tests.browser.conftest import Site, Visitor
from tests.browser.test_asked_partners import unfit

LANGUAGES = ("tk", "ru", "en")


def press(one: Visitor, selector: str) -> None:
    one.page.locator(selector).first.click()


def save(one: Visitor) -> None:
    press(one, "main form .actions button[value=save]")


def entered(site: Site) -> tuple[str, str]:
    """Return the addresses of a product line and of a shipment that an assessment travels with."""
    lead, firm, engagement = site.around.lead, site.around.firm, site.around.at(Stage.IN_REVIEW)
    inputs = (ProductInput(name="Pagta süýümi", hs="5201", share=60, country="TM"), ProductInput(name="Sapak"))
    about = LineAbout(name="Nah ýüplük", hs="520512", cotton=Cotton.TURKMEN, inputs=inputs)
    with site.here.work(lead) as work:
        line = product_line.add(work, firm, about).id
        lots = (Lot(line=line, mark="Y-114-1"),)
        about_it = ShipmentAbout(reference="114", destination="US", lots=lots, engagement=engagement)
        shipment = shipping.add(work, firm, about_it).id
    return f"/product-lines/{line}", f"/shipments/{shipment}"


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_an_exporter_comes_from_nothing_to_a_dossier(site, javascript):
    exporter = site.here.somebody((site.around.firm, Role.EXPORTER))
    one = site.visitor(exporter, "ru", javascript=javascript)
    one.go("/product-lines")
    press(one, "main .empty a.button")
    one.page.fill("[name=name]", "Тепличные помидоры")
    one.page.fill("[name=hs]", "070200")
    one.page.check("[name=cotton][value=none]")
    one.page.fill("[name='inputs-0.name']", "Семена")
    press(one, "button[value=more]")
    one.page.fill("[name='inputs-1.name']", "Коробки")
    expect(one.page.locator("[name='inputs-0.name']")).to_have_value("Семена")
    one.page.press("[name='inputs-1.name']", "Enter")
    expect(one.page.locator("h1")).to_have_text("Тепличные помидоры")
    one.go("/shipments")
    press(one, "main .empty a.button")
    one.page.fill("[name=reference]", "T-26")
    one.page.select_option("[name=destination]", "DE")
    press(one, "main form .actions button")
    press(one, "a[href$='/lots/new']")
    one.page.select_option("[name=line]", index=1)
    one.page.fill("[name=mark]", "T-26-1")
    save(one)
    press(one, "a[href$='/documents/new']")
    one.page.select_option("[name=kind]", "invoice")
    save(one)
    press(one, "#dossier ~ .actions a")
    expect(one.page).to_have_url(re.compile(r"/dossier\?regime=eu-flr$"))
    expect(one.page.locator("#missing")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_shipments_have_no_fault_on_a_phone(site, language):
    line, shipment = entered(site)
    one, faults = site.visitor(site.around.lead, language), []
    for address in (
        "/product-lines",
        "/product-lines/new",
        line,
        f"{line}/edit",
        "/shipments",
        "/shipments/new",
        shipment,
        f"{shipment}/edit",
        f"{shipment}/lots/1",
        f"{shipment}/documents/new",
        f"{shipment}/dossier",
        f"{shipment}/dossier?regime=general",
    ):
        one.go(address)
        faults += unfit(one)
    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_does_not_fit_is_told_without_a_fault(site, language):
    one = site.visitor(site.around.lead, language)
    one.go("/product-lines/new")
    one.page.fill("[name=hs]", "zz")
    one.page.fill("[name='inputs-0.share']", "101")
    save(one)
    expect(one.page.locator(".notice.errors li")).to_have_count(4)
    assert [fault for fault in one.faults if "422" not in fault] == []
    one.faults.clear()
    assert unfit(one) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_anybody_reads_of_regimes_has_no_fault(site, language):
    one, faults = site.visitor(None, language), []
    for address in ("/regimes", "/regimes/us-307", "/regimes/uk-54"):
        one.go(address)
        faults += unfit(one)
    assert faults == []
