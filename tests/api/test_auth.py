"""Who asks, and whether the route is for them."""

from datetime import timedelta

import msgspec
import pytest
from account_people import NOW, enter, gate, organisation, person
from litestar import Litestar, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ImproperlyConfiguredException
from litestar.testing import TestClient
from sqlalchemy import event

from api import auth
from api.problems import AnyRequest, answering
from api.security import enclosed
from duediligence.access import Actor, Step
from duediligence.accounts import api_key
from duediligence.accounts.session import Visitor
from duediligence.organisation import Role
from duediligence.settings import Settings
from duediligence.store import person as people
from duediligence.store import session as sessions
from duediligence.store.session import Scope

HOST = "https://dd.example"


@get("/open", opt=auth.open_to_all(), sync_to_thread=False)
def open_page(request: AnyRequest) -> str:
    return request.user.name if request.user else "stranger"


@get("/style", opt=auth.for_strangers(), sync_to_thread=False)
def style(request: AnyRequest) -> str:
    return request.user.name if request.user else "stranger"


@get("/mine", opt=auth.signed_in(), sync_to_thread=False)
def mine(actor: NamedDependency[Actor], visitor: NamedDependency[Visitor]) -> str:
    assert visitor.actor == actor
    return actor.name


@post("/change", opt=auth.signed_in(), sync_to_thread=False)
def change() -> None: ...


@post("/door", opt=auth.open_to_all(), sync_to_thread=False)
def door() -> None: ...


@get("/keys", opt=auth.in_person(), sync_to_thread=False)
def keys() -> None: ...


@get("/answers", opt=auth.needs(Step.ASSESSMENT_ANSWER), sync_to_thread=False)
def answers() -> None: ...


@get("/administration", opt=auth.needs(Step.ADMINISTER), sync_to_thread=False)
def administration() -> None: ...


@get("/forgotten", sync_to_thread=False)
def forgotten() -> None: ...


ROUTES = [open_page, style, mine, change, door, keys, answers, administration]


class Service:
    """A service of a few routes, and its people."""

    def __init__(self, here, handlers=ROUTES):
        self.here, self.now = here, NOW
        app = Litestar(
            route_handlers=handlers,
            middleware=[auth.Authentication(here)],
            guards=[auth.declared],
            dependencies=auth.PROVIDED,
            exception_handlers={Exception: answering()},
            openapi_config=None,
        )
        app.state.settings = here.settings
        app.asgi_handler = enclosed(app.asgi_handler, here.settings, lambda: self.now)
        self.client = TestClient(app, base_url=HOST)

    def status(self, method: str, path: str, **headers: str) -> int:
        return self.client.request(method, path, headers=headers).status_code

    def sign_in(self, email: str = "leyli@firm.example") -> None:
        self.client.cookies.set(auth.cookie_name(self.here.settings), enter(self.here, email).token)

    def key(self, scope: Scope) -> str:
        with self.here.db.writing() as connection:
            one = people.by_email(connection, "leyli@firm.example").person
            _, words = api_key.make(connection, one.id, ("a program", scope, NOW + timedelta(days=30)), NOW)
        return f"Bearer {words}"


@pytest.fixture
def service(db, settings, monkeypatch):
    address = msgspec.structs.replace(settings, address=HOST)
    person(db, "leyli@firm.example", (organisation(db), Role.RESPONDENT), name="Leýli")
    return Service(gate(db, address, monkeypatch))


class TestStrangers:
    def test_they_see_what_is_open_to_all(self, service):
        assert service.client.get("/open").text == "stranger"

    @pytest.mark.parametrize("path", ["/mine", "/answers", "/administration", "/keys"])
    def test_they_are_asked_to_sign_in_elsewhere(self, service, path):
        assert service.status("GET", path) == 401

    @pytest.mark.parametrize("token", ["", "x", "ä", "x" * 10_000])
    def test_an_invented_token_makes_nobody_of_them(self, service, token):
        cookie = f"{auth.cookie_name(service.here.settings)}={token}".encode()
        assert service.client.get("/open", headers={"cookie": cookie}).text == "stranger"

    def test_nothing_is_written_about_them(self, service):
        statements = counted(service)
        service.client.get("/open")
        assert statements == []


class TestSessions:
    def test_the_cookie_says_who_it_is(self, service):
        service.sign_in()
        assert service.client.get("/mine").text == "Leýli"

    def test_finding_out_takes_two_statements(self, service):
        service.sign_in()
        statements = counted(service)
        service.client.get("/mine")
        assert len(statements) == 2

    def test_a_style_looks_nobody_up(self, service):
        service.sign_in()
        statements = counted(service)
        assert service.client.get("/style").text == "stranger"
        assert statements == []

    def test_a_session_that_is_used_goes_on(self, service):
        service.sign_in()
        for _ in range(5):
            service.now += timedelta(minutes=30)
            assert service.status("GET", "/mine") == 200

    def test_a_session_that_is_not_used_ends(self, service):
        service.sign_in()
        service.now += timedelta(minutes=60)
        assert service.status("GET", "/mine") == 401

    def test_a_token_planted_before_signing_in_is_worth_nothing_after(self, service):
        planted = "planted-by-somebody-else"
        service.client.cookies.set(auth.cookie_name(service.here.settings), planted)
        enter(service.here)
        assert service.status("GET", "/mine") == 401


class TestKeys:
    def test_a_key_says_who_it_is(self, service):
        key = service.key(Scope.READ)
        assert service.client.get("/mine", headers={"authorization": key}).text == "Leýli"

    def test_a_key_that_reads_changes_nothing(self, service):
        assert service.status("POST", "/change", authorization=service.key(Scope.READ)) == 403
        assert service.status("POST", "/change", authorization=service.key(Scope.WRITE)) == 201

    def test_a_key_is_not_enough_where_a_person_is_asked_for(self, service):
        assert service.status("GET", "/keys", authorization=service.key(Scope.WRITE)) == 403

    @pytest.mark.parametrize("shown", ["Bearer", "Bearer ", "Bearer dd_x", "bearer x y", "Bearer \xff"])
    def test_a_key_that_opens_nothing_is_refused_even_where_all_is_open(self, service, shown):
        found = service.client.get("/open", headers={"authorization": shown.encode("latin-1")})
        assert found.status_code in (200, 401)
        assert shown == "Bearer" or found.status_code == 401

    def test_a_key_goes_before_a_cookie(self, service):
        service.sign_in()
        assert service.status("GET", "/mine", authorization="Bearer dd_x") == 401

    def test_the_use_of_a_key_is_noted(self, service):
        service.status("GET", "/mine", authorization=service.key(Scope.READ))
        with service.here.db.reading() as connection:
            one = people.by_email(connection, "leyli@firm.example").person
            assert [key.used for key in sessions.keys_of_person(connection, one.id)] == [NOW]


class TestOtherSites:
    @pytest.mark.parametrize("site", ["cross-site", "same-site"])
    @pytest.mark.parametrize("path", ["/change", "/door"])
    def test_a_form_of_another_site_is_refused_with_a_cookie_and_without(self, service, site, path):
        assert service.status("POST", path, **{"sec-fetch-site": site}) == 403
        service.sign_in()
        assert service.status("POST", path, **{"sec-fetch-site": site}) == 403

    @pytest.mark.parametrize("site", ["same-origin", "none"])
    def test_our_own_form_is_taken(self, service, site):
        service.sign_in()
        assert service.status("POST", "/change", **{"sec-fetch-site": site}) == 201

    @pytest.mark.parametrize(
        ("origin", "status"),
        [(HOST, 201), ("https://dd.example:9000", 403), ("https://evil.example", 403), ("null", 403), ("x", 403)],
    )
    def test_an_older_browser_tells_its_origin(self, service, origin, status):
        service.sign_in()
        assert service.status("POST", "/change", origin=origin) == status

    def test_a_cookie_from_nobody_knows_where_changes_nothing(self, service):
        service.sign_in()
        assert service.status("POST", "/change") == 403

    def test_a_program_without_a_cookie_need_not_say_where_it_is(self, service):
        assert service.status("POST", "/door") == 201

    def test_another_site_may_lead_here(self, service):
        service.sign_in()
        assert service.status("GET", "/mine", **{"sec-fetch-site": "cross-site"}) == 200

    def test_it_is_told_in_its_own_words(self, service):
        found = service.client.post("/door", headers={"sec-fetch-site": "cross-site", "accept-language": "en"})
        assert found.json()["title"] == "The request came from another site."


class TestSteps:
    def test_a_role_that_includes_the_step_comes_in(self, service):
        service.sign_in()
        assert service.status("GET", "/answers") == 200

    def test_a_role_that_does_not_is_refused(self, service):
        service.sign_in()
        assert service.status("GET", "/administration") == 403

    def test_a_sensitive_step_asks_for_the_second_factor(self, service):
        operator = organisation(service.here.db, "operator")
        person(service.here.db, "jeren@service.example", (operator, Role.ADMINISTRATOR))
        service.sign_in("jeren@service.example")
        found = service.client.get("/administration")
        assert (found.status_code, found.json()["type"]) == (403, "/problems/second-factor-needed")


class TestDeclarations:
    def test_a_service_with_a_route_that_declares_nothing_is_stopped_at_its_start(self):
        app = Litestar([*ROUTES, forgotten], dependencies=auth.PROVIDED, openapi_config=None)
        with pytest.raises(ImproperlyConfiguredException, match="/forgotten"):
            auth.refuse_undeclared(app)

    def test_a_route_that_declares_nothing_is_closed_all_the_same(self, service):
        assert Service(service.here, [*ROUTES, forgotten]).status("GET", "/forgotten") == 500

    def test_asking_for_the_methods_of_an_address_needs_no_declaration(self, service):
        assert service.status("OPTIONS", "/mine") == 204

    def test_every_route_here_declares_something(self):
        assert auth.undeclared(Litestar(ROUTES, dependencies=auth.PROVIDED, openapi_config=None)) == ()


class TestCookies:
    @pytest.mark.parametrize(
        ("address", "name"),
        [
            ("https://dd.example", "__Host-session"),
            ("http://localhost:8000", "__Host-session"),
            ("http://127.0.0.1:8000", "__Host-session"),
            ("http://192.0.2.7:8000", "session"),
        ],
    )
    def test_the_cookie_is_bound_to_the_host_wherever_a_browser_keeps_it_so(self, address, name):
        assert auth.session_cookie(Settings(address=address), "x").key == name

    def test_the_cookie_of_a_session_is_hidden_from_scripts_and_other_sites(self):
        written = auth.session_cookie(Settings(address="https://dd.example"), "x").to_header(header="")
        assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(written.strip().split("; "))
        assert "Domain" not in written

    def test_an_empty_token_takes_the_cookie_away(self):
        assert "Max-Age=0" in auth.session_cookie(Settings(), "").to_header(header="")

    def test_a_browser_that_signed_in_is_known_again_by_its_cookie(self, service):
        entered = enter(service.here)

        @get("/caller", opt=auth.open_to_all(), sync_to_thread=False)
        def caller(request: AnyRequest) -> Response[str]:
            found = auth.caller(request, service.here.settings)
            return Response(f"{found.network} {found.device == entered.device}")

        again = Service(service.here, [caller])
        cookie = auth.device_cookie(service.here.settings, entered.device)
        again.client.cookies.set(cookie.key, cookie.value)
        assert again.client.get("/caller").text.endswith("True")


def counted(service) -> list[str]:
    """Return a list that fills with what is sent to the main database, but for beginnings of transactions."""
    found: list[str] = []

    def note(*sent: object) -> None:
        if not str(sent[2]).startswith("BEGIN"):
            found.append(str(sent[2]))

    for engine in (service.here.db.reader, service.here.db.writer):
        event.listen(engine, "before_cursor_execute", note)
    return found
