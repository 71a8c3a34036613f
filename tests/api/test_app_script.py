"""What the script of the pages promises: no answer lost, none left behind where it could harm."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from gallery import ADDRESS, browser, facts, gallery, serve
from playwright.sync_api import Browser, Page, Route, expect

from api.page import environment, rendered

ORDINARY, PROTECTED = "gov.policy", "sif.asked"


@dataclass
class Server:
    """Answers autosaves as it is told, and remembers what it was sent."""

    status: int = 200
    words: str = "Saved 14:32"
    changed: bool = False
    down: bool = False
    sent: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        if self.down:
            route.abort()
            return
        self.sent.append(route.request.post_data or "")
        headers = {"X-Changed": "questions"} if self.changed else {}
        route.fulfill(status=self.status, body=self.words, headers=headers | {"X-Revision": "13"})


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def page(chromium: Browser, server: Server) -> Iterator[Page]:
    opened = chromium.new_page()
    serve(opened, {"/gallery": gallery("en"), "/elsewhere": "elsewhere"})
    opened.route(
        f"{ADDRESS}/gallery", lambda route: server.answer(route) if route.request.method == "POST" else route.fallback()
    )
    opened.goto(f"{ADDRESS}/gallery")
    yield opened
    opened.close()


def state(page: Page, question: str):
    return page.locator(f"[id='state-{question}']")


def choose(page: Page, question: str, value: str) -> None:
    page.locator(f"[name='{question}'][value='{value}']").click()


def kept(page: Page) -> list[object]:
    stored = page.evaluate("Object.entries(localStorage)")
    return [answer for key, value in stored if key.startswith("unsaved ") for answer in json.loads(value)]


def test_an_answer_is_saved_when_it_is_given(page, server):
    choose(page, ORDINARY, "yes")
    expect(state(page, ORDINARY)).to_have_text("Saved 14:32")
    assert len(server.sent) == 1
    assert re.search(r'name="gov.policy"\s+yes\s', server.sent[0])
    assert re.search(r'name="revision"\s+12\s', server.sent[0])


def test_the_next_answer_is_sent_with_the_revision_that_the_last_one_made(page, server):
    choose(page, ORDINARY, "yes")
    expect(state(page, ORDINARY)).to_have_text("Saved 14:32")
    choose(page, PROTECTED, "no")
    expect(state(page, PROTECTED)).to_have_text("Saved 14:32")
    assert re.search(r'name="revision"\s+13\s', server.sent[1])


def test_a_long_text_is_saved_when_the_phone_turns_to_something_else(page, server):
    page.locator("[id='gov.policy.comment']").evaluate("one => { one.closest('details').open = true; }")
    page.locator("[id='gov.policy.comment']").press_sequentially("half a sen")
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(state(page, ORDINARY)).to_have_text("Saved 14:32")
    assert "half a sen" in server.sent[0]


def test_the_button_waits_for_what_is_not_saved_yet_and_keeps_the_page_without_a_connection(page, server):
    server.down = True
    choose(page, ORDINARY, "yes")
    page.get_by_role("button", name="Save and continue").click()
    expect(state(page, ORDINARY)).to_contain_text("Kept on this device")
    assert page.url == f"{ADDRESS}/gallery"
    assert kept(page)


def test_only_the_fields_of_the_question_are_sent(page, server):
    choose(page, ORDINARY, "yes")
    expect(state(page, ORDINARY)).to_have_text("Saved 14:32")
    assert "sif.asked" not in server.sent[0]


def test_without_a_connection_an_answer_is_kept_on_the_device(page, server):
    server.down = True
    choose(page, ORDINARY, "yes")
    expect(state(page, ORDINARY)).to_have_text("Not saved yet: no connection. Kept on this device.")
    assert [answer[0] for answer in kept(page)] == [ORDINARY]


def test_an_answer_kept_on_the_device_is_sent_when_the_page_opens_again(page, server):
    server.down = True
    choose(page, ORDINARY, "yes")
    expect(state(page, ORDINARY)).to_contain_text("Kept on this device")
    server.down = False
    page.reload()
    expect(state(page, ORDINARY)).to_have_text("Saved 14:32")
    expect(page.locator(f"[name='{ORDINARY}'][value='yes']")).to_be_checked()
    assert not kept(page)


def test_an_answer_is_sent_by_itself_when_the_line_is_back(page, server):
    server.down = True
    choose(page, ORDINARY, "yes")
    expect(state(page, ORDINARY)).to_contain_text("Kept on this device")
    server.down = False
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(state(page, ORDINARY)).to_have_text("Saved 14:32")
    assert not kept(page)


def test_a_protected_answer_is_never_kept_on_the_device(page, server):
    server.down = True
    choose(page, PROTECTED, "yes")
    expect(state(page, PROTECTED)).to_contain_text("A protected answer is not kept on the device")
    assert not kept(page)


def test_an_answer_of_somebody_else_is_neither_shown_nor_sent(page, server):
    page.evaluate(
        "localStorage.setItem('unsaved 9999 /gallery', JSON.stringify([['gov.policy', [['gov.policy', 'yes']]]]))"
    )
    page.reload()
    expect(page.locator(f"[name='{ORDINARY}'][value='yes']")).not_to_be_checked()
    assert not server.sent


def test_an_ended_session_is_said_and_loses_nothing(page, server):
    server.status = 401
    choose(page, ORDINARY, "yes")
    expect(state(page, ORDINARY)).to_contain_text("your session has ended")
    assert kept(page)


def test_a_refused_answer_says_why_and_leaves_what_was_typed(page, server):
    server.status, server.words = 422, "<span>Please write a whole number.</span>"
    page.locator("[id='pro.headcount']").fill("12,5")
    page.locator("[id='pro.headcount']").blur()
    expect(state(page, "pro.headcount")).to_have_text("Please write a whole number.")
    expect(page.locator("[id='pro.headcount']")).to_have_value("12,5")
    assert not kept(page)


def test_a_conflict_is_shown_and_settled_by_one_press(page, server):
    server.status, server.words = 409, '<button name="keep" value="mine:gov.policy:14" data-keep>Keep mine</button>'
    choose(page, ORDINARY, "yes")
    server_next = state(page, ORDINARY).get_by_text("Keep mine")
    expect(server_next).to_be_visible()
    server.status, server.words = 200, "Saved 14:33"
    server_next.click()
    expect(state(page, ORDINARY)).to_have_text("Saved 14:33")
    assert 'name="keep"\r\n\r\nmine:gov.policy:14' in server.sent[1]


def test_not_known_takes_the_place_of_a_number(page):
    page.locator("[id='pro.headcount-not-known']").click()
    expect(state(page, "pro.headcount")).to_have_text("Saved 14:32")
    expect(page.locator("[id='pro.headcount']")).to_have_value("")


def test_a_number_takes_the_place_of_not_known(page):
    page.locator("[id='pro.headcount-not-known']").click()
    page.locator("[id='pro.headcount']").fill("7")
    page.locator("[id='pro.headcount']").blur()
    expect(page.locator("[id='pro.headcount-not-known']")).not_to_be_checked()


def test_questions_that_an_answer_opens_come_from_the_server_and_what_was_typed_stays(page, server):
    asked = facts("en")["asked"]
    macro = environment("en").get_template("parts/question.html").module.question
    part = "".join(map(str, map(macro, (asked[5], asked[3]))))
    page.route(
        f"{ADDRESS}/gallery",
        lambda route: (
            route.fulfill(body=part)
            if "x-part" in route.request.headers and route.request.method == "GET"
            else route.fallback()
        ),
    )
    server.changed = True
    page.locator("[name='gov.policy.comment']").evaluate("one => { one.value = 'typed'; }")
    choose(page, ORDINARY, "yes")
    expect(page.locator("#questions > fieldset")).to_have_count(2)
    assert page.locator("[name='gov.policy.comment']").input_value() == "typed"


def test_signing_out_leaves_nothing_on_the_device(page, server):
    server.down = True
    choose(page, ORDINARY, "yes")
    expect(state(page, ORDINARY)).to_contain_text("Kept on this device")
    page.evaluate(
        "document.querySelector('[data-forget]').addEventListener('submit', (event) => event.preventDefault())"
    )
    page.locator("[data-forget] button").click()
    assert not kept(page)


def test_the_page_can_be_left_quickly_by_one_press(page):
    page.locator("[data-leave]").click()
    page.wait_for_url(f"{ADDRESS}/elsewhere")
    assert page.evaluate("history.length") == 2  # about:blank and this one: the gallery is gone


def test_the_page_can_be_left_quickly_by_escape(page):
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url(f"{ADDRESS}/elsewhere")


def test_without_a_script_the_form_sends_every_answer(chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sent: list[str] = []
    serve(page, {"/gallery": gallery("en")})

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.post_data or "")
            route.fulfill(body="taken")
        else:
            route.fallback()

    page.route(f"{ADDRESS}/gallery", answer)
    page.goto(f"{ADDRESS}/gallery")
    choose(page, ORDINARY, "yes")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("body")).to_have_text("taken")
    assert re.search(r'name="gov.policy"\s+yes\s', sent[0])
    assert re.search(r'name="sif.asked"\s+missing:not_known\s', sent[0])
    context.close()


REVIEW = """{% extends "base.html" %}{% import "parts/table.html" as table %}
{% block scripts %}<script src="{{ static('keys.js') }}" defer></script>{% endblock %}
{% block main %}{% for at in range(3) %}<section tabindex="-1" data-item id="item-{{ at }}">
<label><input type="radio" name="grade-{{ at }}" data-key="2"> E1</label>
<details><summary>Comment</summary><textarea aria-label="Comment" data-key="c"></textarea></details>
</section>{% endfor %}
{{ table.keys() }}{% endblock %}"""


@pytest.fixture
def review(chromium: Browser) -> Iterator[Page]:
    template = environment("en").from_string(REVIEW)
    opened = chromium.new_page()
    serve(
        opened, {"/review": template.render(here="/review", menu=(), person="", leave="", announcement="", failures=0)}
    )
    opened.goto(f"{ADDRESS}/review")
    yield opened
    opened.close()


def test_a_reviewer_moves_and_grades_by_keys(review):
    for key in "jjjk2":
        review.keyboard.press(key)
    expect(review.locator("#item-1 input")).to_be_checked()


def test_a_key_opens_the_comment_and_typing_in_it_grades_nothing(review):
    for key in "jc2j":
        review.keyboard.press(key)
    assert review.locator("#item-0 textarea").input_value() == "2j"


def test_a_key_shows_the_keys(review):
    review.keyboard.press("?")
    expect(review.get_by_role("dialog", name="Keys")).to_be_visible()


def test_the_gallery_renders_for_a_script():
    assert "data-autosave" in rendered("gallery.html", "en", facts("en"))
