"""The parts of pages: whole in three languages, light and dark, on a phone, and for those who hear or type them."""

import gzip
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from gallery import ADDRESS, browser, facts, gallery, serve
from jinja2 import UndefinedError
from playwright.sync_api import Browser, Page

from api.asset import assets
from api.page import FOLDER, environment, rendered
from api.part import Asked
from questionnaires import catalogue
from questionnaires.text import LANGUAGES

LOOKS = [(language, width, scheme) for language in LANGUAGES for width in (360, 1280) for scheme in ("light", "dark")]

SMALL = """() => [...document.querySelectorAll('a, button, summary, input:not([type=hidden]), select, textarea')]
  .filter((one) => one.checkVisibility() && !one.closest('p, li.small, .skip, dialog, td, .facts, .notice ul, .plan'))
  .map((one) => one.closest('label, .tasks li') ?? one)
  .filter((one) => one.getBoundingClientRect().height < 44 && !one.matches('.skip'))
  .map((one) => one.outerHTML.slice(0, 120))"""

WIDE = """() => [...document.querySelectorAll('body *')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.box, .skip, .out, dialog'))
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture(params=LOOKS, ids=lambda look: "-".join(map(str, look)), scope="module")
def seen(request, chromium) -> Iterator[tuple[Page, list[str]]]:
    language, width, scheme = request.param
    page = chromium.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    strange = serve(page, {"/gallery": gallery(language)})
    page.goto(f"{ADDRESS}/gallery")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    yield page, strange
    page.close()


def test_no_page_asks_another_host_or_breaks_the_policy(seen):
    _, strange = seen
    assert not strange


def test_axe_finds_nothing(seen):
    page, _ = seen
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


def test_nothing_is_wider_than_the_screen(seen):
    page, _ = seen
    assert not page.evaluate(WIDE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_can_be_pressed_is_as_high_as_a_finger(seen):
    page, _ = seen
    assert not page.evaluate(SMALL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_hold_no_style_and_no_script_of_their_own(language):
    assert not re.search(r"\sstyle=|<style|<script(?! src)|\son\w+=|javascript:", gallery(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_id_stands_twice(language):
    ids = re.findall(r'\sid="([^"]+)"', gallery(language))
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_describes_a_field_is_there(language):
    html = gallery(language)
    ids = set(re.findall(r'\sid="([^"]+)"', html))
    told = {
        one
        for found in re.findall(r'(?:aria-describedby|aria-labelledby|for)="([^"]*)"', html)
        for one in found.split()
    }
    assert told <= ids


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_of_the_summary_leads_to_its_field(language):
    html = gallery(language)
    summary = html[html.index('class="notice errors"') : html.index("<h1>")]
    assert set(re.findall(r'href="#([^"]+)"', summary)) <= set(re.findall(r'\sid="([^"]+)"', html))


def test_facts_are_escaped():
    assert "<script>alert" not in rendered("gallery.html", "en", facts("en") | {"title": "<script>alert(1)</script>"})


def test_a_fact_that_nobody_gave_is_an_error():
    with pytest.raises(UndefinedError, match="title"):
        rendered("gallery.html", "en", {})


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.html")), ids=lambda path: path.name)
def test_every_template_can_be_read(path):
    environment("en").get_template(str(path.relative_to(FOLDER)))


@pytest.mark.parametrize("path", sorted((FOLDER / "parts").glob("*.html")), ids=lambda path: path.name)
def test_words_stand_in_the_texts_and_not_in_the_parts(path):
    plain = re.sub(
        r"{#.*?#}|{%.*?%}|{{.*?}}|[\w-]+=\"[^\"]*\"|<[^>]*>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    assert not re.search(r"\w{2,}", plain.replace("&nbsp;", ""))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_the_longest_section_weighs_under_60_kb_with_all_it_loads(language):
    section = max(catalogue.load("risk_assessment", "2026.1").sections, key=lambda one: len(one.questions))
    count = len(section.questions)
    asked = tuple(Asked(question=one, number=at, of=count) for at, one in enumerate(section.questions, 1))
    html = rendered("gallery.html", language, facts(language) | {"asked": asked})
    loaded = [asset.data for asset in assets().values() if asset.kind != "image/webp"]  # pictures are of the help pages
    assert sum(len(gzip.compress(data)) for data in (html.encode(), *loaded)) < 60_000
