"""Takes the pictures of docs and of the help pages anew, from a service that runs with invented firms.

Everything happens at one moment that never changes, so that a picture differs from
the last one only where the page does.
"""

import io
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from api.app import litestar
from api.auth import cookie_name
from api.security import enclosed
from duediligence import log, signing
from duediligence.accounts import session
from duediligence.accounts.admission import admit
from duediligence.accounts.invitation import NewPerson
from duediligence.database import Connection
from duediligence.engagement import Stage
from duediligence.jobs import Bench, work_one
from duediligence.organisation import Person, Role
from duediligence.settings import Settings
from duediligence.store import engagement as engagements
from duediligence.store import person as people
from duediligence.workflow import attesting, issuing, sample, shipping
from duediligence.workflow.installation import Installation, opened
from duediligence.workflow.work import Work
from questionnaires.text import LANGUAGES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs" / "images"
HELP = ROOT / "api" / "static" / "screens"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

DESK, PHONE = (1280, 800), (360, 520)
SHARP = 1.5
"""Points of a screen to a pixel of a picture on a help page: what is read on phones."""
QUALITY = 60
SCROLL = """at => {
    const bar = document.querySelector(".leave");  // it stays in sight, and would hide what is meant
    const top = document.querySelector(at).getBoundingClientRect().top + scrollY;
    window.scrollTo(0, top - (bar ? bar.offsetHeight : 0) - 16);
}"""
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]

DIRECTOR, GREENHOUSE, WORKERS = "sample-director", "sample-greenhouse", "sample-workers"
AUDITOR, EXPORTER = "sample-auditor", "sample-export"
ADMINISTRATOR = "sample-administrator@example.test"


ASKED, JUDGED = "[data-question='ctr.language']", "[id='ctr.language']"
PROOF = f"{ASKED} details:has(textarea)"
FILE = f"{PROOF} input[type=file]"


@dataclass(frozen=True)
class Screen:
    """One page that is shown in a picture."""

    name: str
    who: str  # by their sign-in name, "" for a stranger
    address: str  # with the places of `Demo.places`
    top: str = ""  # what stands at the upper edge
    press: str = ""  # what is opened first
    without: str = ""  # what is of the machine or of the browser, and not of the page


SCREENS = (
    Screen("begin", GREENHOUSE, "/assessments/new"),
    Screen("tasks", GREENHOUSE, "/assessments/{begun}"),
    Screen("question", GREENHOUSE, "/assessments/{begun}/sections/ctr", ASKED),
    Screen("evidence", GREENHOUSE, "/assessments/{begun}/sections/ctr", PROOF, f"{PROOF} > summary", FILE),
    Screen("check", GREENHOUSE, "/assessments/{begun}/check"),
    Screen("result", DIRECTOR, "/assessments/{concluded}/result", "main figure"),
    Screen("copies", EXPORTER, "/assessments/{reviewed}/result", ".aside"),
    Screen("dossier", DIRECTOR, "/shipments/{shipment}/dossier?regime=us-307", "#asks"),
    Screen("consent", DIRECTOR, "/attestations/{drawn_up}", "#consent"),
    Screen("public", "", "/check/{signed}", "main .notice"),
    Screen("plan", DIRECTOR, "/assessments/{concluded}/plan"),
    Screen("opinion", WORKERS, "/assessments/{concluded}/opinion"),
    Screen("queue", AUDITOR, "/queue"),
    Screen("grade", AUDITOR, "/files/{reviewed}/sections/ctr", JUDGED, f"{JUDGED} .deeds summary"),
    Screen("conclude", AUDITOR, "/files/{reviewed}"),
    Screen("state", ADMINISTRATOR, "/administration", without=".facts > div:nth-child(2)"),
    Screen("organisations", ADMINISTRATOR, "/administration/organisations"),
    Screen("jobs", ADMINISTRATOR, "/administration/jobs"),
    Screen("versions", ADMINISTRATOR, "/administration/versions"),
)
"""Every page of which there is a picture in each language, for the help pages."""

DOCUMENTED = ("tasks", "result", "plan", "queue", "grade", "state", "dossier", "public")
"""Of these there is one in English in docs, on a wide screen."""


@dataclass(frozen=True)
class Demo:
    """A running service with samples in one language."""

    installation: Installation
    language: str
    places: Mapping[str, str]

    @contextmanager
    def window(self, chromium: Browser, screen: Screen, size: tuple[int, int], sharp: float = 1) -> Iterator[Page]:
        """Give a window in which whoever sees a screen has opened it."""
        width, height = size
        context = chromium.new_context(viewport={"width": width, "height": height}, device_scale_factor=sharp)
        settings = self.installation.settings
        sealed = settings.address.replace("http:", "https:") + "/"
        context.add_cookies([{"name": "language", "value": self.language, "url": settings.address}])
        if screen.who:
            token = self._token(screen.who)
            context.add_cookies([{"name": cookie_name(settings), "value": token, "url": sealed, "secure": True}])
        page = context.new_page()
        page.clock.set_fixed_time(NOW)
        answer = page.goto(settings.address + screen.address.format_map(self.places), wait_until="networkidle")
        assert answer is not None, screen
        assert answer.ok, screen
        yield page
        context.close()

    def _token(self, who: str) -> str:
        with self.installation.db.writing() as connection:
            settings = self.installation.settings
            return session.begin(connection, person(connection, who).id, "", NOW, settings=settings, second_factor=True)


@contextmanager
def running(language: str) -> Iterator[Demo]:
    """Give a service with samples, in a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="duediligence-pictures-"))
    door = create_server(("127.0.0.1", 0))
    settings = Settings(folder=folder, worker=False, address=f"http://127.0.0.1:{door.getsockname()[1]}")
    installation = opened(settings)
    sample.make(installation, NOW, language)
    with installation.db.writing() as connection:
        new = NewPerson(email=ADMINISTRATOR, name="Jeren Mysal", language=language, password="")
        admit(connection, new, Role.ADMINISTRATOR, "Synag", NOW)
    log.guard()
    app = enclosed(litestar(installation), settings, lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    thread.start()
    try:
        # Signing has an event loop of its own, and this thread has the one of the browser.
        with ThreadPoolExecutor(1) as apart:
            attested = apart.submit(attestations, installation, language).result()
        yield Demo(installation, language, places(installation) | attested)
    finally:
        server.should_exit = True
        thread.join()
        shutil.rmtree(folder)


def places(installation: Installation) -> dict[str, str]:
    """Return what addresses name: an assessment at each of some stages."""
    stages = {"begun": Stage.ANSWERING, "reviewed": Stage.IN_REVIEW, "concluded": Stage.CONCLUDED}
    with installation.db.reading() as connection:
        every = connection.execute(engagements.listing()).all()
    return {
        name: next(row.id for row in every if row.stage == stage.value and not row.rehearsal)
        for name, stage in stages.items()
    }


def person(connection: Connection, who: str) -> Person:
    """Return one of the invented people by their sign-in name."""
    found = people.by_email(connection, who)
    assert found is not None, who
    return found.person


def attestations(installation: Installation, language: str) -> dict[str, str]:
    """Return what addresses name: a shipment, an attestation of it that waits for consent, and one that was signed."""
    with installation.db.writing() as connection:
        signing.prepare(installation.settings, connection, NOW)
        lead = session.actor_for(connection, person(connection, DIRECTOR), second_factor=True)
        work = Work(lead, NOW, connection, installation.vault, installation.settings)
        goods = shipping.listed(work, lead.memberships[0].organisation, limit=1)[0].id
        one = shipping.assessments(work, lead.memberships[0].organisation)[0].engagement.id
        signed, waiting = (attesting.draw_up(work, one, goods, "us-307", language).id for _ in range(2))
        attesting.consent(work, signed)
    bench = Bench(
        db=installation.db,
        settings=installation.settings,
        key=installation.key,
        clock=lambda: NOW,
        kinds=issuing.KINDS,
        lease=timedelta(minutes=1),
    )
    while work_one(bench, "a worker"):
        pass
    return {"shipment": goods, "drawn_up": waiting, "signed": signed}


def take(page: Page, screen: Screen, above: str, file: Path) -> None:
    """Write what somebody sees who has opened a page and scrolled to what matters.

    Args:
        page: where it was opened.
        screen: what it shows.
        above: what stands at the upper edge where the screen says nothing.
        file: where to.
    """
    if screen.press:
        page.locator(screen.press).first.click()
    if screen.without:
        page.locator(screen.without).first.evaluate("one => one.remove()")
    page.evaluate(SCROLL, screen.top or above)
    seen = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide")))
    seen.convert("RGB").save(file, quality=QUALITY, method=6)


def main() -> None:
    """Write every picture."""
    HELP.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        for language in LANGUAGES:
            with running(language) as demo:
                for screen in SCREENS:
                    with demo.window(chromium, screen, PHONE, SHARP) as page:
                        take(page, screen, "h1", HELP / f"{screen.name}-{language}.webp")
                for screen in SCREENS if language == "en" else ():
                    if screen.name in DOCUMENTED:
                        with demo.window(chromium, screen, DESK) as page:
                            take(page, screen, "body", DOCS / f"{screen.name}.webp")
        chromium.close()


if __name__ == "__main__":
    main()
