"""The first administrator makes an account by a link, once."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from litestar.testing import TestClient

from api.app import litestar
from api.security import enclosed
from duediligence.accounts import first_administrator
from duediligence.organisation import Role
from duediligence.settings import Settings
from duediligence.store import person as people
from duediligence.workflow.installation import opened

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ADDRESS = "http://127.0.0.1:8000"
HEADERS = {"accept": "text/html", "origin": ADDRESS, "accept-language": "en"}
FORM = {
    "operator": "Edara",
    "name": "Aýna Nusga",
    "email": "Gozegci",
    "language": "tk",
    "password": "dört kitap we bir alma",
}


class Place:
    """An installation that nobody administers yet, with a clock that the tests move."""

    def __init__(self, installation) -> None:
        self.installation, self.now = installation, NOW
        app = enclosed(litestar(installation), installation.settings, lambda: self.now)
        self.client = TestClient(app, base_url=ADDRESS)
        self.path = self.link() or ""

    def link(self) -> str | None:
        with self.installation.db.reading() as connection:
            return first_administrator.path(connection, self.installation.key, self.now)

    def get(self):
        return self.client.get(self.path, headers=HEADERS, follow_redirects=False)

    def post(self, **changes):
        return self.client.post(self.path, data=FORM | changes, headers=HEADERS, follow_redirects=False)


@pytest.fixture
def place(tmp_path):
    with closing(opened(Settings(folder=tmp_path / "data"))) as installation:
        yield Place(installation)


def test_the_link_opens_a_form(place):
    assert place.get().status_code == 200


def test_a_link_that_is_none_opens_nothing(place):
    place.path = "/set-up/AAAA"
    assert place.get().status_code == 404
    assert place.post().status_code == 404


def test_after_a_day_the_link_is_void(place):
    place.now += timedelta(days=1)
    assert place.get().status_code == 404


def test_what_does_not_fit_is_told_and_what_was_typed_stays(place):
    answer = place.post(operator="", password="short")
    assert answer.status_code == 422
    assert 'value="Aýna Nusga"' in answer.text
    assert answer.text.count('class="field wrong"') == 2


def test_whoever_fills_it_in_administers_the_service_and_is_led_to_a_second_factor(place):
    answer = place.post()
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/second-factor")
    assert "session=" in answer.headers["set-cookie"]
    with place.installation.db.reading() as connection:
        found = people.by_email(connection, "gozegci")
        assert found
        assert [one.role for one in people.memberships(connection, found.person.id)] == [Role.ADMINISTRATOR]


def test_the_link_serves_once(place):
    place.post()
    assert place.post(email="ikinji").status_code == 404


def test_there_is_no_link_once_there_is_an_administrator(place):
    place.post()
    assert place.link() is None


def test_two_links_make_one_administrator(place):
    first, place.now = place.path, place.now + timedelta(minutes=1)
    place.path = place.link() or ""
    place.post()
    place.path = first
    assert place.post(email="ikinji").status_code == 404
