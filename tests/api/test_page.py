"""Pages as answers: their language, what they let be kept, and the files they load."""

from types import SimpleNamespace

import pytest
from gallery import facts
from litestar import Litestar, Request, Response, get
from litestar.testing import TestClient

from api.asset import address, assets
from api.page import own_path, page
from api.pages import around
from questionnaires.text import LANGUAGES


@get("/shown", sync_to_thread=False)
def shown(request: Request[object, object, object]) -> Response[str]:
    given = facts("en")
    del given["here"], given["person"]
    return page(request, "gallery.html", given, status=422)


@pytest.fixture(scope="module")
def client():
    app = Litestar([shown, *around.ROUTES], openapi_config=None)
    app.state.settings = SimpleNamespace(language="tk")
    with TestClient(app) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _no_cookies_left(client):
    client.cookies.clear()


def test_a_page_is_html_with_the_status_it_was_given(client):
    answer = client.get("/shown")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "text/html; charset=utf-8")


def test_a_page_is_kept_by_nobody_on_its_way(client):
    assert client.get("/shown").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_speaks_the_language_of_the_browser(client, language):
    answer = client.get("/shown", headers={"Accept-Language": language})
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.text


def test_a_page_speaks_the_language_of_the_installation_to_everybody_else(client):
    assert client.get("/shown", headers={"Accept-Language": "fr"}).headers["content-language"] == "tk"


def test_a_choice_of_language_stays(client):
    client.get("/language/ru?back=/shown", follow_redirects=False)
    assert client.get("/shown", headers={"Accept-Language": "en"}).headers["content-language"] == "ru"


def test_a_choice_of_language_comes_back_to_the_same_place(client):
    text = client.get("/shown?page=2&sort=a", headers={"Accept-Language": "en"}).text
    assert 'href="/language/ru?back=/shown%3Fpage%3D2%26sort%3Da"' in text
    back = client.get("/language/ru?back=/shown%3Fpage%3D2%26sort%3Da", follow_redirects=False)
    assert (back.status_code, back.headers["location"]) == (303, "/shown?page=2&sort=a")


def test_a_language_that_nobody_writes_is_not_found(client):
    assert client.get("/language/fr", follow_redirects=False).status_code == 404


@pytest.mark.parametrize(
    "target",
    ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:x", "", "/a\r\nb"],
)
def test_coming_back_never_leads_elsewhere(target):
    assert own_path(target) == "/"


def test_a_file_is_kept_for_a_year_under_the_name_of_its_content(client):
    answer = client.get(address("app.css"))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.content == assets()["app.css"].data


def test_a_file_that_is_still_good_is_not_sent_again(client):
    tag = client.get(address("app.js")).headers["etag"]
    answer = client.get(address("app.js"), headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize("name", ["app.css", "app.00000000.css", "..%2Fpage.py", "nothing"])
def test_no_other_file_is_found(client, name):
    assert client.get(f"/static/{name}").status_code == 404
