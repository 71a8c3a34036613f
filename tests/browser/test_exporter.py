"""What an exporter and those far away do, by hand in a browser: goods, dossier, consent, a check, the end of it."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.shipment import Cotton
from questionnaires.text import say
from risk_models import notices
from tests.browser.conftest import Site, Visitor

STANDS = {"en": "It stands", "ru": "Действует", "tk": "Güýjünde"}
WITHDRAWN = {"en": "It was withdrawn", "ru": "Отозвано", "tk": "Yzyna alyndy"}
AS_ISSUED = {"en": "The file is as it was issued", "ru": "Файл такой, каким был выдан", "tk": "Faýl berlendäki ýaly"}
REFUSED = {"en": "Do not rely on this file", "ru": "На этот файл полагаться нельзя", "tk": "Bu faýla daýanmaň"}

SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])


@dataclass(frozen=True)
class Goods:
    """What is made and where it goes."""

    name: str
    hs: str
    cotton: Cotton
    destination: str
    regime: str


TOMATOES = Goods("Tomatoes", "0702", Cotton.NONE, "DE", "eu-flr")
YARN = Goods("Cotton yarn", "5205", Cotton.TURKMEN, "US", "us-307")


def press(one: Visitor, selector: str) -> None:
    one.page.locator(selector).first.click()


def entered(site: Site, one: Visitor, goods: Goods, engagement: str) -> str:
    """Enter a product line and a shipment of it by hand; return the address of the shipment."""
    one.go("/product-lines/new")
    one.page.fill("[name=name]", goods.name)
    one.page.fill("[name=hs]", goods.hs)
    one.page.check(f"[name=cotton][value={goods.cotton}]")
    press(one, "main form[action='/product-lines/new'] .actions button")
    expect(one.page).to_have_url(re.compile(r"/product-lines/[0-9a-f]{32}$"))
    one.go("/shipments/new")
    one.page.fill("[name=reference]", "T-17")
    one.page.select_option("[name=destination]", goods.destination)
    one.page.fill("[name=consignee]", "Gemüse GmbH")
    one.page.select_option("[name=engagement]", engagement)
    press(one, "main form[action='/shipments/new'] .actions button")
    expect(one.page).to_have_url(re.compile(r"/shipments/[0-9a-f]{32}$"))
    address = one.page.url.removeprefix(one.address)
    one.go(f"{address}/lots/new")
    one.page.select_option("[name=line]", index=1)
    one.page.fill("[name=mark]", "L-1")
    press(one, "main form .actions button[value=save]")
    expect(one.page).to_have_url(re.compile(f"{address}(#lots)?$"))
    return address


def drawn_up(one: Visitor, shipment: str, goods: Goods) -> str:
    """Go from the dossier of a shipment to an attestation; return its number."""
    one.go(f"{shipment}/dossier?regime={goods.regime}")
    press(one, "main a[href^='/attestations/new']")
    press(one, "main form[action='/attestations/new'] .actions button")
    expect(one.page).to_have_url(re.compile(r"/attestations/[0-9A-Z]{20}$"))
    return one.page.url.rpartition("/")[2]


def signed(site: Site, code: str, language: str, *, javascript: bool) -> Visitor:
    """Have the lead consent by hand and a worker sign; return the lead's window."""
    lead = site.visitor(site.around.lead, language, javascript=javascript)
    lead.go(f"/attestations/{code}")
    press(lead, "form[action$='/consent'] button")
    expect(lead.page.locator("form[action$='/consent']")).to_have_count(0)
    site.sign()
    lead.go(f"/attestations/{code}")
    return lead


@SCRIPTS
@pytest.mark.parametrize("language", ["tk", "ru", "en"])
def test_tomatoes_go_to_germany_and_are_checked_there(
    site: Site, tmp_path: Path, language: str, *, javascript: bool
) -> None:
    exporter = site.visitor(site.here.somebody((site.around.firm, Role.EXPORTER)), language, javascript=javascript)
    shipment = entered(site, exporter, TOMATOES, site.around.at(Stage.CONCLUDED))
    code = drawn_up(exporter, shipment, TOMATOES)
    expect(exporter.page.locator("form[action$='/consent']")).to_have_count(0)
    lead = signed(site, code, language, javascript=javascript)
    paper = taken(lead, code, tmp_path)
    far = site.visitor(None, language, javascript=javascript)
    looked_up(far, code, STANDS[language])
    handed_over(far, paper, AS_ISSUED[language])
    withdrawn(lead, code)
    site.sign()
    looked_up(far, code, WITHDRAWN[language])
    handed_over(far, paper, REFUSED[language])


def taken(one: Visitor, code: str, folder: Path) -> Path:
    """Take the signed report along."""
    with one.page.expect_download() as coming:
        press(one, f"a[href='/attestations/{code}/report']")
    paper = folder / "report.pdf"
    coming.value.save_as(paper)
    return paper


def looked_up(one: Visitor, code: str, words: str) -> None:
    """Type the number as it is printed, and see how the attestation stands."""
    one.go("/check")
    one.page.fill("[name=code]", "-".join(code[at : at + 5] for at in range(0, 20, 5)).lower())
    press(one, "main form:not([enctype]) button")
    expect(one.page).to_have_url(re.compile(f"/check/{code}$"))
    expect(one.page.locator("main .notice h2").first).to_have_text(words)


def handed_over(one: Visitor, paper: Path, words: str) -> None:
    """Have the signed file checked."""
    one.go("/check")
    one.page.set_input_files("#file", paper)
    press(one, "main form[enctype] button")
    expect(one.page.locator("main .notice h2").first).to_have_text(words, timeout=20_000)


def withdrawn(one: Visitor, code: str) -> None:
    one.go(f"/attestations/{code}")
    details = one.page.locator("details", has=one.page.locator("form[action$='/withdraw']"))
    details.locator("summary").click()
    details.locator("[name=because][value=error]").check()
    details.locator("button").click()
    expect(one.page.locator("form[action$='/withdraw']")).to_have_count(0)


def test_cotton_yarn_for_the_united_states_carries_the_notice_first_everywhere(site: Site) -> None:
    exporter = site.visitor(site.here.somebody((site.around.firm, Role.EXPORTER)))
    shipment = entered(site, exporter, YARN, site.around.at(Stage.CONCLUDED, "cotton_farm_mary"))
    title = say(next(notice.title for notice in notices.read() if notice.id == "cotton-gate"), "en")
    exporter.go(f"{shipment}/dossier?regime={YARN.regime}")
    seen = [exporter.page.locator("main .notice h2").first.inner_text()]
    code = drawn_up(exporter, shipment, YARN)
    seen.append(exporter.page.locator("main .notice h2").first.inner_text())
    signed(site, code, "en", javascript=True)
    far = site.visitor(None)
    far.go(f"/check/{code}")
    seen.append(far.page.locator("main .notice h2").nth(1).inner_text())
    assert seen == [title] * 3
