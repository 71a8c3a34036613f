"""A file that takes a moment to make, as somebody in a browser gets it."""

import re

import pytest
from playwright.sync_api import expect

from duediligence.engagement import Stage
from tests.browser.conftest import Site


def report(site: Site) -> str:
    return f"/assessments/{site.around.at(Stage.SUBMITTED)}/report?kind=xlsx"


def test_the_file_is_saved_by_itself_once_it_is_made(site):
    one, address = site.visitor(site.around.lead), report(site)
    one.go(address)
    expect(one.page.get_by_role("status")).to_have_text("It waits for its turn.")
    with one.page.expect_download() as saved:
        site.here.make_files()
    assert saved.value.suggested_filename.endswith(".xlsx")
    expect(one.page.get_by_role("status")).to_have_text(re.compile("It is ready"))
    expect(one.page.locator("[data-look]")).to_have_text("Save it again")


def test_without_script_a_link_looks_again_and_then_saves_it(site):
    one, address = site.visitor(site.around.lead, javascript=False), report(site)
    one.go(address)
    one.page.locator("[data-look]").click()
    expect(one.page.locator("[data-look]")).to_have_text("Look again")
    site.here.make_files()
    with one.page.expect_download() as saved:
        one.page.locator("[data-look]").click()
    assert saved.value.suggested_filename.endswith(".xlsx")


@pytest.mark.parametrize("language", ["en", "ru", "tk"])
def test_the_page_stays_as_it_is_for_whoever_reads_slowly(site, language):
    one = site.visitor(site.around.lead, language)
    one.go(report(site))
    one.page.evaluate("document.body.dataset.read = 'half'")
    with one.page.expect_response(re.compile("/api/v1/jobs/")):
        pass
    assert one.page.evaluate("document.body.dataset.read") == "half"
