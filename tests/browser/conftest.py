"""A real browser before a real server: Chromium, and uvicorn in a thread with the clock of the tests."""

import shutil
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.app import litestar
from api.auth import cookie_name
from api.security import enclosed
from duediligence import log
from duediligence.access import Actor
from duediligence.accounts import session
from duediligence.settings import Settings
from duediligence.workflow.installation import opened
from tests import attested
from tests.stages import Parties, parties
from tests.world import World

CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


@dataclass
class Visitor:
    """Somebody in a browser, and all that went wrong behind their back."""

    context: BrowserContext
    page: Page
    address: str
    faults: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)


@dataclass
class Site:
    """The running service, the people of one firm and its reviewers, and the browser they come with."""

    here: World
    around: Parties
    chromium: Browser
    opened: list[Visitor] = field(default_factory=list)

    def visitor(self, actor: Actor | None, language: str = "en", *, javascript: bool = True) -> Visitor:
        """Open a window in which somebody is signed in; what goes wrong in it fails the test at its end."""
        context = self.chromium.new_context(viewport=PHONE, java_script_enabled=javascript)
        address = self.here.settings.address
        context.add_cookies([{"name": "language", "value": language, "url": address}])
        if actor:
            # Chromium takes a cookie of this name over http only where it was given for https, as to localhost.
            cookie = {"name": cookie_name(self.here.settings), "value": self._token(actor)}
            place = {"url": address.replace("http:", "https:") + "/", "secure": True}
            context.add_cookies([{**cookie, **place, "httpOnly": True, "sameSite": "Lax"}])
        found = Visitor(context, context.new_page(), address)
        found.page.on("console", lambda said: found.faults.append(said.text) if said.type == "error" else None)
        found.page.on("pageerror", lambda error: found.faults.append(str(error)))
        context.on(
            "request", lambda asked: None if asked.url.startswith(address) else found.faults.append(f"asks {asked.url}")
        )
        self.opened.append(found)
        return found

    def sign(self) -> None:
        """Have a worker sign and publish, in a thread: that of a test belongs to the loop of the browser."""
        with ThreadPoolExecutor(1) as thread:
            thread.submit(attested.sign, self.here).result()

    def _token(self, actor: Actor) -> str:
        with self.here.db.writing() as connection:
            return session.begin(
                connection,
                actor.person,
                "test",
                self.here.now,
                settings=self.here.settings,
                second_factor=actor.second_factor,
            )


@pytest.fixture(scope="session")
def running(sqlite, tmp_path_factory) -> Iterator[World]:
    log.guard()
    folder = tmp_path_factory.mktemp("browser") / "data"
    folder.mkdir(mode=0o700)
    for file in sqlite.glob("*.sqlite"):
        shutil.copy(file, folder)
    door = socket.create_server(("127.0.0.1", 0))
    settings = Settings(folder=folder, worker=False, address=f"http://127.0.0.1:{door.getsockname()[1]}")
    installation = opened(settings)
    here = World(installation.db, settings, installation.vault)
    app = enclosed(litestar(installation), settings, lambda: here.now)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    thread.start()
    yield here
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield found
        found.close()


@contextmanager
def visited(running: World, chromium: Browser) -> Iterator[Site]:
    """Give the service with new people; nothing that a browser complained of may be left at the end."""
    found = Site(running, parties(running), chromium)
    yield found
    for one in found.opened:
        one.context.close()
    assert [fault for one in found.opened for fault in one.faults] == []


@pytest.fixture
def site(running: World, chromium: Browser) -> Iterator[Site]:
    """Give the service with people who are there for one test."""
    with visited(running, chromium) as found:
        yield found
