"""Coming in, being invited and asking to take part: what is refused, what is kept, and that strangers learn nothing."""

import json
import re
from datetime import timedelta

import msgspec
import pyotp
import pytest
from account_people import CHEAP, PHRASE, organisation, person

from api.auth import cookie_name, device_cookie_name, failures_cookie_name
from duediligence.accounts import invitation, password, reset, second_factor
from duediligence.accounts.invitation import Wanted
from duediligence.accounts.words import sentences
from duediligence.database import new_id
from duediligence.organisation import Role
from duediligence.store import job as jobs
from duediligence.store import person as people
from tests.api.conftest import Browser, Service

ASKED = {
    "organisation_name": "Sample Firm",
    "sector": "textile",
    "region": "TM-M",
    "name": "Sample Person",
    "email": "sample@firm.example",
    "words": "",
}


@pytest.fixture(autouse=True)
def _fresh(service, monkeypatch):
    """Make passwords cheap to check, forget earlier costs, and leave no cookie behind."""
    monkeypatch.setattr(password, "_HASHER", CHEAP)
    service.here.now += timedelta(hours=1)
    yield
    service.client.cookies.clear()


@pytest.fixture
def stranger(service) -> Browser:
    return service.browser()


@pytest.fixture
def one(service):
    """Give a respondent of a firm, with the phrase for a password."""
    db = service.installation.db
    return person(db, f"{new_id()}@firm.example", (organisation(db), Role.RESPONDENT), name="Sample Person")


def names(service: Service) -> tuple[str, str]:
    return cookie_name(service.installation.settings), device_cookie_name(service.installation.settings)


def entering(stranger: Browser, one, given: str = PHRASE, back: str = "/account", **headers: str):
    return stranger.post("/sign-in", {"email": one.email, "password": given, "back": back}, **headers)


def with_app(service: Service, one) -> pyotp.TOTP:
    """Give somebody a second factor and return their app."""
    key, now = service.installation.key, service.here.now
    offer = second_factor.offer(key, one, "https://dd.example", now)
    app = pyotp.TOTP(offer.secret)
    with service.installation.db.writing() as connection:
        known = people.credentials(connection, one.id)
        second_factor.accept(connection, key, known, (offer.note, app.at(now)), now)
    service.here.now += timedelta(minutes=2)
    return app


def invited(service: Service, email: str = "", role: Role = Role.RESPONDENT) -> tuple[str, str]:
    """Return the id of a firm, and the code of an invitation to it."""
    firm, _, lead = service.firm()
    with service.installation.db.writing() as connection:
        wanted = Wanted(organisation=firm, role=role, email=email)
        return firm, invitation.invite(connection, lead, wanted, service.here.now).code


def said(answer) -> str:
    """Return the summary of what does not fit."""
    return " ".join(re.findall(r'<a href="#\w+">(.*?)</a>', answer.text))


class TestSigningIn:
    def test_the_right_password_leads_to_where_one_wanted_to_go(self, service, stranger, one):
        answer = entering(stranger, one)
        assert (answer.status_code, answer.headers["location"]) == (303, "/account")
        session, device = names(service)
        assert answer.cookies[session]
        assert answer.cookies[device]

    def test_whoever_came_in_is_known_by_the_cookie(self, service, stranger, one):
        session, _ = names(service)
        given = entering(stranger, one).cookies[session]
        assert "Sample Person" in stranger.get("/account", cookie=f"{session}={given}").text

    @pytest.mark.parametrize("back", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example"])
    def test_signing_in_never_leads_elsewhere(self, stranger, one, back):
        assert entering(stranger, one, back=back).headers["location"] == "/"

    def test_a_wrong_password_keeps_the_address_and_never_the_password(self, stranger, one):
        answer = entering(stranger, one, "not the right phrase")
        assert answer.status_code == 422
        assert one.email in answer.text
        assert "not the right phrase" not in answer.text

    def test_nobody_learns_whether_an_address_is_known(self, stranger, one):
        known = entering(stranger, one, "not the right phrase")
        unknown = entering(stranger, msgspec.structs.replace(one, email="nobody@firm.example"), "not the right phrase")
        assert said(known) == said(unknown) == sentences()["sign_in_wrong"]["en"]

    def test_after_many_failures_one_is_told_how_long_to_wait(self, stranger, one):
        answers = [entering(stranger, one, "not the right phrase") for _ in range(7)]
        assert answers[-1].status_code == 429
        assert answers[-1].headers["retry-after"]
        assert "Nobody is locked out" in answers[-1].text

    def test_the_next_page_says_how_many_attempts_had_failed_and_says_it_once(self, service, stranger, one):
        for _ in range(2):
            entering(stranger, one, "not the right phrase")
        cookies = entering(stranger, one).cookies
        session, failures = names(service)[0], failures_cookie_name(service.installation.settings)
        page = stranger.get("/account", cookie=f"{session}={cookies[session]}; {failures}={cookies[failures]}")
        assert "hasabyňyza girmek 2 gezek başartmady" in page.text
        assert f'{failures}=""; ' in page.headers["set-cookie"]

    def test_without_failures_nothing_is_said_of_any(self, service, stranger, one):
        assert failures_cookie_name(service.installation.settings) not in entering(stranger, one).cookies

    @pytest.mark.parametrize("said", ["", "many", "-1", "1" * 50, "<b>"])
    def test_a_count_that_is_none_is_passed_over(self, service, said):
        browser = service.browser(service.firm()[2])
        failures = failures_cookie_name(service.installation.settings)
        page = browser.get("/account", cookie=f"{browser.headers['cookie']}; {failures}={said}")
        assert "attempt" not in page.text

    def test_signing_in_anew_ends_the_session_that_the_browser_had(self, service, stranger, one):
        session, _ = names(service)
        old = entering(stranger, one).cookies[session]
        entering(stranger, one, cookie=f"{session}={old}")
        assert stranger.get("/account", cookie=f"{session}={old}").status_code == 303

    def test_another_site_signs_nobody_in(self, stranger, one):
        assert entering(stranger, one, **{"sec-fetch-site": "cross-site"}).status_code == 403

    def test_whoever_is_in_already_goes_on(self, service):
        _, _, lead = service.firm()
        answer = service.browser(lead).get("/sign-in?back=/organisations")
        assert (answer.status_code, answer.headers["location"]) == (303, "/organisations")


class TestSecondStep:
    def test_the_right_password_alone_opens_nothing(self, service, stranger, one):
        with_app(service, one)
        answer = entering(stranger, one)
        assert answer.headers["location"] == "/sign-in/code?back=/account"
        assert names(service)[0] not in answer.cookies

    def test_the_code_lets_in(self, service, stranger, one):
        app = with_app(service, one)
        note = entering(stranger, one).cookies["halfway"]
        fields = {"code": app.at(service.here.now), "back": "/account"}
        answer = stranger.post("/sign-in/code", fields, cookie=f"halfway={note}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/account")
        assert answer.cookies[names(service)[0]]

    def test_a_wrong_code_is_told_on_the_same_page(self, service, stranger, one):
        with_app(service, one)
        note = entering(stranger, one).cookies["halfway"]
        answer = stranger.post("/sign-in/code", {"code": "1"}, cookie=f"halfway={note}")
        assert (answer.status_code, said(answer)) == (422, sentences()["code_wrong"]["en"])

    def test_a_code_without_a_password_lets_nobody_in(self, stranger):
        answer = stranger.post("/sign-in/code", {"code": "123456"})
        assert (answer.status_code, said(answer)) == (422, sentences()["sign_in_again"]["en"])

    def test_the_page_for_the_code_is_only_for_whoever_typed_a_password(self, stranger):
        assert stranger.get("/sign-in/code?back=/account").headers["location"] == "/sign-in?back=/account"


class TestPasskey:
    def test_the_browser_is_told_what_to_ask_for(self, stranger):
        asked = stranger.get("/sign-in/passkey").json()
        assert json.loads(asked["options"])["challenge"]
        assert asked["note"]

    def test_an_answer_that_nobody_signed_lets_nobody_in(self, stranger):
        note = stranger.get("/sign-in/passkey").json()["note"]
        answer = stranger.post("/sign-in/passkey", {"note": note, "credential": "{}"})
        assert (answer.status_code, said(answer)) == (422, sentences()["passkey_refused"]["en"])


class TestSigningOut:
    def test_the_session_ends_and_the_cookie_goes(self, service):
        _, _, lead = service.firm()
        browser = service.browser(lead)
        answer = browser.post("/sign-out")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert browser.get("/account").headers["location"].startswith("/sign-in")

    def test_whoever_is_out_already_is_told_nothing_else(self, stranger):
        assert stranger.post("/sign-out").headers["location"] == "/"


class TestForgotten:
    def test_the_page_says_the_same_whether_or_not_anybody_has_the_address(self, stranger, one):
        known = stranger.post("/forgotten", {"email": one.email})
        assert known.status_code == 200
        assert known.text == stranger.post("/forgotten", {"email": "nobody@firm.example"}).text

    def test_a_letter_goes_to_whoever_has_the_address(self, service, stranger, one):
        stranger.post("/forgotten", {"email": one.email})
        moment = service.here.now
        name = f"reset {one.id} {moment:%Y%m%d%H}{moment.minute // 10}"
        with service.installation.db.reading() as connection:
            assert jobs.ordered(connection, [name]) == {name}

    def test_a_link_gives_a_new_password(self, service, stranger, one):
        with service.installation.db.reading() as connection:
            letter = reset.ask(connection, service.installation.key, one.email, service.here.now)
        assert letter.note in stranger.get(f"/reset/{letter.note}").text
        answer = stranger.post("/reset", {"code": letter.note, "password": "another four words here"})
        assert answer.headers["location"] == "/sign-in?done=password"
        assert entering(stranger, one, "another four words here").status_code == 303

    def test_a_void_code_is_told_and_asked_for_again(self, stranger):
        answer = stranger.post("/reset", {"code": "AAAA-BBBB", "password": "another four words here"})
        assert (answer.status_code, said(answer)) == (422, sentences()["reset_void"]["en"])
        assert 'id="code"' in answer.text


class TestInvitation:
    def test_a_code_is_read_however_it_was_typed(self, service, stranger):
        _, code = invited(service)
        answer = stranger.post("/invitation", {"code": code.lower().replace("-", " ")})
        assert answer.headers["location"] == f"/invitation/{code}"

    @pytest.mark.parametrize("address", ["/invitation/AAAA-BBBB", "/invitation/%20"])
    def test_a_void_code_is_told(self, stranger, address):
        answer = stranger.get(address)
        assert (answer.status_code, said(answer)) == (422, sentences()["invitation_void"]["en"])

    def test_it_says_who_invites_and_to_what(self, service, stranger):
        _, code = invited(service)
        text = stranger.get(f"/invitation/{code}").text
        assert "Altyn Hasyl invites you" in text
        assert "Respondent" in text

    def test_somebody_new_gets_an_account_and_is_in(self, service, stranger):
        firm, code = invited(service)
        email = f"{new_id()}@firm.example"
        fields = {"email": email, "name": "Sample Person", "language": "ru", "password": PHRASE}
        answer = stranger.post(f"/invitation/{code}", fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert answer.cookies[names(service)[0]]
        with service.installation.db.reading() as connection:
            found = people.by_email(connection, email).person
            assert [one.organisation for one in people.memberships(connection, found.id)] == [firm]
            assert found.language == "ru"

    def test_all_that_does_not_fit_is_told_at_once_and_nothing_typed_is_lost(self, service, stranger):
        _, code = invited(service)
        answer = stranger.post(f"/invitation/{code}", {"email": "a b", "name": "x", "language": "en", "password": "y"})
        assert answer.status_code == 422
        assert re.findall(r'<a href="#(\w+)">', answer.text) == ["email", "name", "password"]
        assert 'value="a b"' in answer.text

    def test_an_invitation_for_one_address_is_taken_by_that_one_alone(self, service, stranger):
        email = f"{new_id()}@firm.example"
        _, code = invited(service, email)
        fields = {"email": "other@firm.example", "name": "Sample Person", "language": "en", "password": PHRASE}
        assert stranger.post(f"/invitation/{code}", fields).status_code == 303
        with service.installation.db.reading() as connection:
            assert people.by_email(connection, email)
            assert not people.by_email(connection, "other@firm.example")

    def test_somebody_who_is_signed_in_accepts_with_one_step(self, service):
        firm, code = invited(service)
        _, _, other = service.firm()
        browser = service.browser(other)
        assert "You are signed in as Somebody" in browser.get(f"/invitation/{code}").text
        assert browser.post(f"/invitation/{code}/accept").headers["location"] == "/"
        with service.installation.db.reading() as connection:
            assert firm in people.organisations_of(connection, other.person)

    def test_an_administrator_is_led_to_a_second_step(self, service, stranger):
        boss = service.administrator()
        wanted = Wanted(organisation=boss.memberships[0].organisation, role=Role.ADMINISTRATOR)
        with service.installation.db.writing() as connection:
            code = invitation.invite(connection, boss, wanted, service.here.now).code
        fields = {"email": f"{new_id()}@op.example", "name": "Sample Person", "language": "en", "password": PHRASE}
        assert stranger.post(f"/invitation/{code}", fields).headers["location"] == "/account/second-factor"

    def test_one_that_is_meant_for_somebody_else_is_refused(self, service):
        _, code = invited(service, "other@firm.example")
        answer = service.browser(service.firm()[2]).post(f"/invitation/{code}/accept")
        assert (answer.status_code, said(answer)) == (422, sentences()["invitation_for_another"]["en"])

    def test_it_works_once(self, service, stranger):
        _, code = invited(service)
        service.browser(service.firm()[2]).post(f"/invitation/{code}/accept")
        assert stranger.get(f"/invitation/{code}").status_code == 422


class TestAskingToJoin:
    def test_a_request_waits_for_an_administrator_who_gets_a_letter(self, service, stranger):
        boss = service.administrator()
        email = f"{new_id()}@firm.example"
        assert "Your request has arrived" in stranger.post("/join", ASKED | {"email": email}).text
        text = service.browser(boss).get("/administration/organisations").text
        identifier = re.findall(r"/requests/(\w{32})", text)[-1]
        name = f"request {identifier} {boss.person}"
        with service.installation.db.reading() as connection:
            assert jobs.ordered(connection, [name]) == {name}

    @pytest.mark.parametrize("field", ["organisation_name", "sector", "region", "name", "email"])
    def test_what_is_missing_is_told_beside_its_field(self, stranger, field):
        answer = stranger.post("/join", ASKED | {field: ""})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text

    def test_a_request_that_does_not_fit_is_not_kept(self, service, stranger):
        name = f"Sample {new_id()}"
        stranger.post("/join", ASKED | {"organisation_name": name, "region": "elsewhere"})
        assert name not in service.browser(service.administrator()).get("/administration/organisations").text
