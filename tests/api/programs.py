"""A program that shows the key of a person."""

from dataclasses import dataclass
from datetime import timedelta

from litestar.testing import TestClient

from duediligence.access import Actor
from duediligence.accounts import api_key
from duediligence.store.session import Scope
from tests.api.conftest import Service


@dataclass
class Program:
    """What a program sends below `/api/v1`."""

    client: TestClient
    headers: dict[str, str]

    def __call__(self, method: str, address: str, json: object = None, **headers: str):
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {} if json is None else {"json": json}
        return self.client.request(method, f"/api/v1{address}", headers=self.headers | given, **sent)

    def every(self, address: str, limit: int) -> list[dict]:
        """Return all items of a list, read part by part."""
        part = self("GET", f"{address}?limit={limit}").json()
        found = part["items"]
        while part["next"]:
            part = self("GET", f"{address}?limit={limit}&cursor={part['next']}").json()
            found += part["items"]
        return found


def key_of(service: Service, actor: Actor, scope: Scope = Scope.WRITE) -> str:
    now = service.here.now
    with service.installation.db.writing() as connection:
        _, words = api_key.make(connection, actor.person, ("a program", scope, now + timedelta(days=30)), now)
    return words


def program(service: Service, actor: Actor | None = None, scope: Scope = Scope.WRITE) -> Program:
    """Return a program of somebody, or of nobody."""
    shown = {"authorization": f"Bearer {key_of(service, actor, scope)}"} if actor else {}
    return Program(service.client, {"accept-language": "en"} | shown)
