"""The gallery: every part of a page once, in long words of three languages, to look at and to test.

Run as a script it writes pictures: `python tests/api/gallery.py FOLDER`.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

from api.asset import assets
from api.page import rendered
from api.part import Action, Asked, Column, Link, Task
from api.translation import words
from duediligence import source
from duediligence.assessment import assess
from duediligence.improvement import draft
from duediligence.reports import Copy
from duediligence.reports.chart import Chart
from duediligence.reports.compose import compose
from duediligence.reports.pdf import charts
from questionnaires import catalogue
from questionnaires.response import Answer, Missing
from questionnaires.text import LANGUAGES
from risk_models import remedies

EXAMPLES = Path(__file__).parents[2] / "examples"
TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, 32, tzinfo=UTC)
ADDRESS = "http://localhost"
POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]

ANSWERS = {
    "mov.id_kept": Answer(value="no", comment="4 / 140", evidence=("Ýatakhananyň depderi, 2026",)),
    "rec.channels": Answer(value=("own_staff",)),
    "sif.asked": Answer(missing=Missing.NOT_KNOWN),
    "pro.headcount": Answer(value=1240.0),
    "gov.policy.approved": Answer(value="2026-01-15"),
    "gov.policy": Answer(),
}


@cache
def _charts(language: str) -> dict[str, Chart]:
    response = source.take(EXAMPLES / "cotton_farm_mary.json").response
    assert response is not None
    assessment = assess(response, TODAY)
    plan = draft(assessment.profile, remedies.read(), TODAY)
    return charts(compose(assessment, plan, language, Copy.FIRM))


def _asked() -> Iterator[Asked]:
    questions = {question.id: question for question in catalogue.load("risk_assessment", "2026.1").questions()}
    for number, (name, answer) in enumerate(ANSWERS.items(), 1):
        yield Asked(
            question=questions[name],
            number=number,
            of=12,
            answer=answer,
            saved=NOW if answer.given else None,
            helps=("A", "B"),
            files=(Link(label="sanaw-2026-10.pdf", address="/file/1"),) if number == 1 else (),
            carried=number == 2,
        )


def facts(language: str) -> dict[str, object]:
    """Return what the gallery is told in a language."""
    t = words(language)
    form = catalogue.load("risk_assessment", "2026.1")
    titles = [t.say(section.title) for section in form.sections]
    lead = t.say(form.intro)
    done = (18, 0, 7, 7, 12, 0)
    return {
        "title": titles[11],
        "lead": lead,
        "here": "/gallery",
        "person": "Sample Person-Examplova",
        "leave": "/elsewhere",
        "menu": tuple(Link(label=title, address=f"/{at}", current=at == 0) for at, title in enumerate(titles[2:5])),
        "tabs": tuple(Link(label=title, address=f"/{at}", current=at == 1) for at, title in enumerate(titles[6:9])),
        "steps": titles[:4],
        "tasks": [
            Task(
                title=section.title[language],
                address=f"/section/{section.id}",
                done=done[at],
                asked=0 if at == 5 else len(section.questions),
                look=2 * (at == 2),
                hint=t.say(section.intro) if at < 2 else "",
            )
            for at, section in enumerate(form.sections[:6])
        ],
        "asked": tuple(_asked()),
        "problems": (("wrong", titles[0]), ("sif.asked", titles[1])),
        "options": [("a", titles[0]), ("b", titles[1], lead), ("c", titles[2])],
        "charts": [_charts(language)[name] for name in ("numbers", "strip", "controls")],
        "columns": (
            Column(label=titles[3]),
            Column(label=titles[4], address="?sort=a", sorted="ascending"),
            Column(label=titles[5], number=True, address="?sort=b"),
        ),
        "rows": [(f"{title} {at}", t.day(TODAY), t.number(1234.5 * at, 1)) for at, title in enumerate(titles[:5])],
        "actions": [
            Action(title=title, address="/a", due=due, state=state, who="Merw Audit", text=lead if at == 1 else "")
            for at, (title, due, state) in enumerate(
                zip(
                    titles[6:9],
                    (date(2026, 11, 1), date(2026, 11, 20), date(2026, 12, 5)),
                    ("closed", "overdue", "open"),
                    strict=True,
                )
            )
        ],
        "facts": ((titles[0], t.moment(NOW), "/change"), (titles[1], lead, "")),
        "today": TODAY,
    }


def gallery(language: str) -> str:
    """Return the gallery as a page."""
    return rendered("gallery.html", language, facts(language))


@contextmanager
def browser() -> Iterator[Browser]:
    """Give a Chromium that reaches no other host."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)


def serve(page: Page, pages: dict[str, str]) -> list[str]:
    """Answer a page's requests from memory, under the policy of the service; return what else it asks for or says."""
    strange: list[str] = []
    files = {f"{ADDRESS}/static/{asset.name}": asset for asset in assets().values()}

    def answer(route: Route) -> None:
        address = route.request.url
        if address in files:
            route.fulfill(body=files[address].data, content_type=files[address].kind)
        elif address.removeprefix(ADDRESS) in pages and route.request.method == "GET":
            headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
            route.fulfill(body=pages[address.removeprefix(ADDRESS)], headers=headers)
        else:
            strange.append(address)
            route.abort()

    page.route("**/*", answer)
    page.on("console", lambda message: strange.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: strange.append(str(error)))
    return strange


def _pictures(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with browser() as chromium:
        for language in LANGUAGES:
            for width in (360, 1280):
                for scheme in ("light", "dark"):
                    page = chromium.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
                    serve(page, {"/gallery": gallery(language)})
                    page.goto(f"{ADDRESS}/gallery")
                    page.evaluate(
                        "document.querySelectorAll('details').forEach((one, at) => { one.open = at % 5 < 2; })"
                    )
                    page.screenshot(path=folder / f"{language}-{width}-{scheme}.png", full_page=True)
                    page.close()


if __name__ == "__main__":
    _pictures(Path(sys.argv[1]))
