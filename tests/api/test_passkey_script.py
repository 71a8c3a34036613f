"""Passkeys in a real browser, with an authenticator made of software, against the running service."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from account_people import CHEAP, PHRASE, organisation, person
from gallery import browser
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from duediligence import database
from duediligence.accounts import password
from duediligence.database import new_id
from duediligence.organisation import Role
from duediligence.settings import Settings

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class Running:
    """The service at an address for which browsers make passkeys."""

    address: str
    db: database.Database


@pytest.fixture(scope="module")
def running(sqlite, tmp_path_factory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("passkeys") / "data"
    folder.mkdir(mode=0o700)
    for file in sqlite.glob("*.sqlite"):
        shutil.copy(file, folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = Settings(folder=folder, worker=False, address=f"http://localhost:{port}", language="en")
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    db = database.opened(settings)
    yield Running(settings.address, db)
    db.close()
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture
def email(running) -> str:
    """Give the address of somebody new, with the phrase for a password."""
    address = f"{new_id()}@firm.example"
    person(running.db, address, (organisation(running.db), Role.RESPONDENT), language="en")
    return address


@pytest.fixture
def page(chromium, running, email, monkeypatch) -> Iterator[Page]:
    """Give a page of a browser with a device that makes passkeys, where somebody has signed in by password."""
    monkeypatch.setattr(password, "_HASHER", CHEAP)
    opened = chromium.new_page(locale="en-GB", base_url=running.address)
    device = opened.context.new_cdp_session(opened)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    enter(opened, email)
    yield opened
    opened.close()


def enter(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.fill("#email", email)
    page.fill("#password", PHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def add(page: Page) -> None:
    page.goto("/account/passkeys")
    page.fill("#name", "office computer")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("listitem").filter(has_text="office computer")).to_be_visible()


def test_a_passkey_is_made_and_lets_in_without_a_password(page):
    add(page)
    page.get_by_role("button", name="Sign out").click()
    page.goto("/sign-in?back=/account")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_it_is_shown_before_another_is_added(page, email):
    add(page)
    page.context.clear_cookies()
    enter(page, email)
    page.goto("/account/passkeys")
    page.get_by_role("button", name="Show a passkey").click()
    expect(page.get_by_role("heading", name="Passkeys")).to_be_visible()


def test_a_browser_that_refuses_says_so_on_the_page(page):
    page.get_by_role("button", name="Sign out").click()
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("status")).to_contain_text("The passkey was not shown")
