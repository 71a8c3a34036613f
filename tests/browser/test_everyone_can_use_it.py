"""Every page on a phone, in each language: no fault that axe finds, nothing wider than the screen, no complaint."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.workflow import improving
from tests.browser.conftest import PHONE, Site

LANGUAGES = ("tk", "ru", "en")


def pages(site: Site) -> dict[str, tuple[str, ...]]:
    """Return the addresses that each of the people visits."""
    around = site.around
    early = f"/assessments/{around.at(Stage.ANSWERING, 'cotton_farm_mary')}"
    reviewed = around.at(Stage.IN_REVIEW, "cotton_farm_mary")
    late, waiting = f"/assessments/{reviewed}", around.at(Stage.SUBMITTED)
    with site.here.work(around.lead) as work:
        remedy = improving.plan(work, reviewed).actions[0].action.remedy
    return {
        "lead": (
            "/",
            "/assessments",
            "/assessments/new",
            early,
            *(f"{early}/sections/{section}" for section in ("pro", "sif", "mov")),
            f"{early}/check",
            f"{early}/give",
            f"{early}/workbook",
            f"{late}/result",
            f"{late}/plan",
            f"{late}/plan/{remedy}",
            f"{late}/plan/what-if",
            f"{late}/questions",
            "/documents",
            "/documents/new",
            "/account",
            f"/organisations/{around.firm}",
            f"/organisations/{around.firm}/people/invite",
            "/limits",
            "/method",
            "/help",
            "/safeguarding",
        ),
        "auditor": ("/queue", f"/queue/{waiting}", f"/files/{reviewed}", f"/files/{reviewed}/sections/gov"),
        "administrator": (
            "/administration",
            "/administration/jobs",
            "/administration/versions",
            "/administration/ledger",
            "/administration/choices",
            "/administration/contacts",
            "/administration/organisations",
            "/administration/organisations/new",
            "/statistics",
        ),
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["lead", "auditor", "administrator"])
def test_pages_have_no_fault_on_a_phone(site, who, language):
    around = site.around
    actors = {
        "lead": around.lead,
        "auditor": around.auditor,
        "administrator": site.here.somebody((around.operator, Role.ADMINISTRATOR)),
    }
    one, faults = site.visitor(actors[who], language), []
    for address in pages(site)[who]:
        one.go(address)
        found = Axe().run(one.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
        faults += [f"{address}: {fault['id']} {fault['nodes'][0]['target']}" for fault in found.response["violations"]]
        width = one.page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            faults.append(f"{address}: {width} pixels wide")
    assert faults == []
