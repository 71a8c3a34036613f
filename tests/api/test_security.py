"""What stands before every route: host names, request ids, headers and limits."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.testing import TestClient

from api import security
from api.problems import answering
from duediligence.accounts.brake import Slowed
from duediligence.settings import Settings

HOST = "https://dd.example"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@get("/", sync_to_thread=False)
def first(request: Request) -> str:
    return f"{request.state.request_id} {request.state.now.isoformat()}"


@get("/cookie", sync_to_thread=False)
def cookie() -> Response[str]:
    return Response("x", cookies=[Cookie(key="a", value="b")])


@get("/documentation", sync_to_thread=False)
def documentation() -> Response[str]:
    return Response("x", headers={"Content-Security-Policy": "default-src 'none'"})


@get("/crash", sync_to_thread=False)
def crash() -> None:
    raise ZeroDivisionError("the secret is 42")


@get("/costly", opt=security.costly(10), sync_to_thread=False)
def costly() -> None: ...


@post("/bytes")
async def sent(request: Request) -> int:
    return len(await request.body())


def client(
    settings: Settings | None = None, base_url: str = HOST, clock: Callable[[], datetime] = lambda: NOW
) -> TestClient:
    settings = settings or Settings(address=HOST)
    app = Litestar(
        [first, cookie, documentation, crash, costly, sent],
        guards=[security.within(security.Limits())],
        exception_handlers={Exception: answering()},
        request_max_body_size=security.BODY,
        openapi_config=None,
    )
    app.state.settings = settings
    app.asgi_handler = security.enclosed(app.asgi_handler, settings, clock)
    return TestClient(app, base_url=base_url)


@pytest.mark.parametrize("path", ["/", "/nowhere", "/crash"])
class TestEveryAnswer:
    def test_it_carries_every_header(self, path):
        found = client().get(path).headers
        assert {name: found.get(name) for name in security.HEADERS} == dict(security.HEADERS)

    def test_it_carries_the_id_of_the_request(self, path):
        assert re.fullmatch(r"[0-9a-f]{16}", client().get(path).headers["x-request-id"])

    def test_the_line_stays_encrypted(self, path):
        assert "max-age" in client().get(path).headers["strict-transport-security"]


def test_a_refused_host_gets_the_headers_too():
    found = client().get("/", headers={"host": "evil.example"})
    assert (found.status_code, found.headers["x-content-type-options"]) == (400, "nosniff")
    assert found.json()["request_id"] == found.headers["x-request-id"]


def test_an_installation_without_a_certificate_is_not_told_to_stay_encrypted():
    settings = Settings(address="http://dd.example")
    assert "strict-transport-security" not in client(settings, "http://dd.example").get("/").headers


def test_a_route_may_say_otherwise():
    assert client().get("/documentation").headers["content-security-policy"] == "default-src 'none'"


def test_no_script_and_no_style_may_stand_in_a_page():
    assert "unsafe" not in security.CONTENT_SECURITY_POLICY


def test_what_sets_a_cookie_is_kept_nowhere():
    assert client().get("/cookie").headers["cache-control"] == "no-store"


def test_the_id_of_a_request_may_be_given():
    found = client().get("/", headers={"x-request-id": "proxy-0001.a"})
    assert found.headers["x-request-id"] == "proxy-0001.a"
    assert found.text == f"proxy-0001.a {NOW.isoformat()}"


@pytest.mark.parametrize("given", ["short", "x" * 65, "with blanks in it", "<script>1</script>", "a\tb\tc\td\te"])
def test_an_odd_id_is_replaced(given):
    assert client().get("/", headers={"x-request-id": given}).headers["x-request-id"] != given


class TestHosts:
    @pytest.mark.parametrize(
        ("address", "host", "status"),
        [
            (HOST, "dd.example", 200),
            (HOST, "DD.example:443", 200),
            (HOST, "dd.example:8443", 400),
            (HOST, "dd.example.evil", 400),
            (HOST, "other.example:444", 200),
            (HOST, "192.0.2.7", 400),
            ("http://127.0.0.1:8000", "localhost:8000", 200),
            ("http://127.0.0.1:8000", "127.0.0.1:8000", 200),
            ("http://127.0.0.1:8000", "[::1]:8000", 200),
            ("http://127.0.0.1:8000", "dd.example:8000", 400),
            ("http://dd.example:8000", "dd.example", 200),
            ("http://dd.example:8000", "localhost:8000", 400),
        ],
    )
    def test_only_our_own_are_answered(self, address, host, status):
        settings = Settings(address=address, hosts=("other.example:444",))
        assert client(settings).get("/", headers={"host": host}).status_code == status


class TestLimits:
    def test_a_person_or_network_that_costs_too_much_waits(self):
        found = client()
        assert [found.get("/costly").status_code for _ in range(4)] == [200, 200, 200, 429]

    def test_the_answer_says_how_long(self):
        found = client()
        answers = [found.get("/costly") for _ in range(4)]
        assert int(answers[-1].headers["retry-after"]) == 21

    def test_what_is_not_costly_goes_on(self):
        found = client()
        for _ in range(4):
            found.get("/costly")
        assert found.get("/").status_code == 200

    def test_a_bucket_fills_again(self):
        limits = security.Limits(size=10, rate=1)
        limits.take("person leyli", 10, NOW)
        with pytest.raises(Slowed):
            limits.take("person leyli", 1, NOW)
        limits.take("person leyli", 5, NOW + timedelta(seconds=5))

    def test_one_bucket_does_not_empty_another(self):
        limits = security.Limits(size=10)
        limits.take("person leyli", 10, NOW)
        limits.take("person maral", 10, NOW)

    def test_a_clock_set_back_gives_and_takes_nothing(self):
        limits = security.Limits(size=10, rate=1)
        limits.take("person leyli", 9, NOW)
        limits.take("person leyli", 1, NOW - timedelta(days=1))
        with pytest.raises(Slowed):
            limits.take("person leyli", 1, NOW - timedelta(days=1))

    def test_many_networks_fill_no_memory(self, monkeypatch):
        monkeypatch.setattr(security, "_MOST_KEPT", 10)
        limits = security.Limits()
        for number in range(100):
            limits.take(f"network 192.0.2.{number}", 1, NOW)
        assert len(limits._buckets) == 10

    def test_a_body_is_read_only_up_to_a_size(self):
        found = client().post("/bytes", content=b"x" * (security.BODY + 1))
        assert (found.status_code, found.json()["type"]) == (413, "/problems/too-large")

    def test_no_header_moves_a_request_to_another_network(self):
        found = client()
        statuses = [found.get("/costly", headers={"x-forwarded-for": f"192.0.2.{n}"}).status_code for n in range(4)]
        assert statuses[-1] == 429
