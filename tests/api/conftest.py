"""One running service for all tests of the edge, on SQLite; every test brings its own firms and people."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from litestar.testing import TestClient

from api.app import litestar
from api.auth import session_cookie
from api.security import enclosed
from duediligence import log
from duediligence.access import Actor
from duediligence.accounts import session
from duediligence.organisation import Kind, Role
from duediligence.settings import Settings
from duediligence.workflow.installation import Installation, opened
from tests.world import World

ADDRESS = "http://127.0.0.1:8000"


@dataclass
class Service:
    """The service with a clock that the tests move, and browsers that are signed in."""

    installation: Installation
    here: World
    client: TestClient

    def browser(self, actor: Actor | None = None) -> "Browser":
        """Give a browser in which somebody is signed in, or nobody."""
        headers = {"accept": "text/html", "origin": ADDRESS, "accept-language": "en"}
        if actor:
            with self.installation.db.writing() as connection:
                token = session.begin(
                    connection,
                    actor.person,
                    "test",
                    self.here.now,
                    settings=self.installation.settings,
                    second_factor=actor.second_factor,
                )
            cookie = session_cookie(self.installation.settings, token)
            headers["cookie"] = f"{cookie.key}={cookie.value}"
        return Browser(self.client, headers)

    def firm(self) -> tuple[str, str, Actor]:
        """Give a firm with one site and its lead: their ids and the actor."""
        firm = self.here.organisation()
        return firm, self.here.site(firm), self.here.somebody((firm, Role.COMPANY_LEAD))

    def body(self) -> tuple[str, Actor, Actor, Actor]:
        """Give a reviewing body of the state with an auditor, a second reviewer and their lead."""
        body = self.here.organisation(Kind.REVIEWING_BODY, name="Reviewing body", state_body=True)
        roles = (Role.AUDITOR, Role.SECOND_REVIEWER, Role.LEAD_AUDITOR)
        auditor, second, lead = (self.here.somebody((body, role)) for role in roles)
        return body, auditor, second, lead

    def administrator(self) -> Actor:
        """Give an administrator of the operator."""
        return self.here.somebody((self.here.organisation(Kind.OPERATOR, name="Operator"), Role.ADMINISTRATOR))


@dataclass
class Browser:
    """What one person sends; redirects are not followed."""

    client: TestClient
    headers: dict[str, str]

    def get(self, address: str, **headers: str):
        return self.client.get(address, headers=self.headers | headers, follow_redirects=False)

    def fetch(self, here: World, address: str):
        """Give what is found at an address once a worker has made what was asked for."""
        answer = self.get(address)
        if answer.status_code == 202:
            here.make_files()
            answer = self.get(address)
        return answer

    def post(self, address: str, fields: dict | None = None, files: dict | None = None, **headers: str):
        return self.client.post(
            address, data=fields or {}, files=files, headers=self.headers | headers, follow_redirects=False
        )


@pytest.fixture(scope="session")
def service(sqlite, tmp_path_factory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service") / "data"
    folder.mkdir(mode=0o700)
    for file in sqlite.glob("*.sqlite"):
        shutil.copy(file, folder)
    installation = opened(Settings(folder=folder, worker=False))
    here = World(installation.db, installation.settings, installation.vault)
    log.guard()
    app = enclosed(litestar(installation), installation.settings, lambda: here.now)
    with TestClient(app, base_url=ADDRESS) as client:
        client.cookies.clear()
        yield Service(installation, here, client)
