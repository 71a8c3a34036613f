"""One's own account: name, password, second step, passkeys, keys and sessions; nobody reaches those of others."""

import json
import re
from datetime import timedelta

import pyotp
import pytest
from account_people import CHEAP, PHRASE, organisation, person

from api.auth import cookie_name
from api.pages.account import browser as browser_of
from duediligence.accounts import password
from duediligence.accounts.session import actor_for
from duediligence.accounts.words import sentences
from duediligence.database import new_id
from duediligence.organisation import Role
from duediligence.store import person as people
from duediligence.store import second_factor as proofs
from duediligence.store import session as sessions
from duediligence.store.second_factor import Passkey
from tests.api.conftest import Browser, Service


@pytest.fixture(autouse=True)
def _fresh(service, monkeypatch):
    """Make passwords cheap to check, forget earlier costs, and leave no cookie behind."""
    monkeypatch.setattr(password, "_HASHER", CHEAP)
    service.here.now += timedelta(hours=1)
    yield
    service.client.cookies.clear()


@pytest.fixture
def one(service):
    """Give a respondent of a firm, with the phrase for a password."""
    db = service.installation.db
    return person(
        db, f"{new_id()}@firm.example", (organisation(db), Role.RESPONDENT), name="Sample Person", language="en"
    )


@pytest.fixture
def mine(service, one) -> Browser:
    return signed_in(service, one)


def signed_in(service: Service, one, *, strong: bool = False) -> Browser:
    with service.installation.db.reading() as connection:
        actor = actor_for(connection, one, second_factor=strong)
    return service.browser(actor)


def stronger(service: Service, mine: Browser, answer) -> Browser:
    """Return the browser with the token that an answer gave it."""
    name = cookie_name(service.installation.settings)
    return Browser(mine.client, mine.headers | {"cookie": f"{name}={answer.cookies[name]}"})


def set_up(service: Service, mine: Browser) -> tuple[pyotp.TOTP, object]:
    """Set a second step up, and return the app and the answer."""
    text = mine.get("/account/second-factor").text
    note = re.search(r'name="note" value="([^"]+)"', text)[1]
    app = pyotp.TOTP(re.search(r'class="code">([A-Z2-7 ]+)<', text)[1].replace(" ", ""))
    answer = mine.post("/account/second-factor", {"note": note, "code": app.at(service.here.now)})
    service.here.now += timedelta(minutes=2)
    return app, answer


def with_passkey(service: Service, one) -> str:
    """Give somebody a passkey and return its id."""
    kept = Passkey(
        id=new_id(),
        person=one.id,
        credential=new_id().encode(),
        public_key=b"-",
        uses=0,
        name="office computer",
        created=service.here.now,
    )
    with service.installation.db.writing() as connection:
        proofs.add_passkey(connection, kept)
    return kept.id


def said(answer) -> str:
    """Return the summary of what does not fit."""
    return " ".join(re.findall(r'<a href="#\w+">(.*?)</a>', answer.text))


PAGES = ["", "/language", "/password", "/second-factor", "/passkeys", "/keys", "/sessions"]


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_led_to_the_door_and_back(service, page):
    answer = service.browser().get(f"/account{page}")
    assert answer.headers["location"] == f"/sign-in?back=/account{page}"


@pytest.mark.parametrize("page", PAGES)
def test_everybody_has_every_page_of_their_account(mine, page):
    assert mine.get(f"/account{page}").status_code == 200


class TestNameAndLanguage:
    def test_they_are_kept_and_the_pages_speak_the_language(self, mine):
        answer = mine.post("/account/language", {"name": "Another Name", "language": "ru"})
        assert answer.headers["location"] == "/account?done=language"
        assert answer.cookies["language"] == "ru"
        assert "Another Name" in mine.get("/account").text

    def test_what_does_not_fit_is_told_and_still_there(self, mine):
        answer = mine.post("/account/language", {"name": "x", "language": "fr"})
        assert answer.status_code == 422
        assert 'value="x"' in answer.text


class TestPassword:
    def test_it_is_changed_and_every_other_session_ends(self, service, one, mine):
        other = signed_in(service, one)
        answer = mine.post("/account/password", {"old": PHRASE, "password": "another four words here"})
        assert answer.headers["location"] == "/account?done=password"
        assert mine.get("/account").status_code == 200
        assert other.get("/account").status_code == 303

    def test_the_old_one_must_be_right(self, mine):
        answer = mine.post("/account/password", {"old": "wrong", "password": "another four words here"})
        assert (answer.status_code, said(answer)) == (422, sentences()["password_wrong"]["en"])

    def test_a_weak_one_is_refused(self, mine):
        answer = mine.post("/account/password", {"old": PHRASE, "password": "short"})
        assert answer.status_code == 422
        assert "too short" in said(answer)


class TestSecondStep:
    def test_setting_it_up_gives_ten_recovery_codes_and_a_strong_session(self, service, mine):
        _, answer = set_up(service, mine)
        assert len(re.findall(r'<li class="code">', answer.text)) == 10
        again = stronger(service, mine, answer)
        assert "Left: 10" in again.get("/account/second-factor").text
        assert mine.get("/account").status_code == 303  # the old token opens nothing any more

    def test_a_wrong_code_asks_for_the_next_one_without_a_new_picture(self, mine):
        text = mine.get("/account/second-factor").text
        note = re.search(r'name="note" value="([^"]+)"', text)[1]
        answer = mine.post("/account/second-factor", {"note": note, "code": "1"})
        assert (answer.status_code, said(answer)) == (422, sentences()["code_wrong"]["en"])
        assert note in answer.text

    def test_a_session_without_it_must_show_it_before_anything_of_it_changes(self, service, one, mine):
        set_up(service, mine)
        weak = signed_in(service, one)
        assert "Show that it is you" in weak.get("/account/second-factor?anew=true").text
        for step in ("second-factor/remove", "recovery-codes"):
            assert weak.post(f"/account/{step}").status_code == 403
        assert weak.get("/account/passkeys/new", accept="application/json").status_code == 403

    def test_showing_it_makes_the_session_strong_and_leads_back(self, service, one, mine):
        app, _ = set_up(service, mine)
        weak = signed_in(service, one)
        fields = {"code": app.at(service.here.now), "back": "/account/recovery-codes"}
        answer = weak.post("/account/second-factor/show", fields)
        assert answer.headers["location"] == "/account/recovery-codes"
        assert stronger(service, weak, answer).get("/account/recovery-codes").status_code == 200

    def test_a_wrong_code_makes_no_session_strong(self, service, one, mine):
        set_up(service, mine)
        answer = signed_in(service, one).post("/account/second-factor/show", {"code": "1", "back": "/account"})
        assert (answer.status_code, said(answer)) == (422, sentences()["code_wrong"]["en"])

    def test_it_can_be_taken_away(self, service, one, mine):
        set_up(service, mine)
        strong = signed_in(service, one, strong=True)
        assert strong.post("/account/second-factor/remove").headers["location"] == "/account?done=second_factor"
        with service.installation.db.reading() as connection:
            assert people.credentials(connection, one.id).totp is None

    def test_new_recovery_codes_make_the_earlier_ones_void(self, service, one, mine):
        _, answer = set_up(service, mine)
        old = re.findall(r'<li class="code">([\w-]+)<', answer.text)
        fresh = signed_in(service, one, strong=True).post("/account/recovery-codes").text
        assert not set(old) & set(re.findall(r'<li class="code">([\w-]+)<', fresh))
        weak = signed_in(service, one)
        assert weak.post("/account/second-factor/show", {"code": old[0], "back": "/account"}).status_code == 422

    def test_recovery_codes_without_a_second_step_are_not_found(self, mine):
        assert mine.post("/account/recovery-codes").status_code == 404


class TestPasskeys:
    def test_the_browser_is_told_what_to_make(self, one, mine):
        asked = mine.get("/account/passkeys/new").json()
        assert json.loads(asked["options"])["user"]["displayName"] == one.name

    def test_an_answer_that_does_not_fit_is_told(self, mine):
        note = mine.get("/account/passkeys/new").json()["note"]
        answer = mine.post("/account/passkeys", {"note": note, "credential": "{}", "name": "phone"})
        assert answer.status_code == 422

    def test_whoever_has_one_must_show_it_before_adding_another(self, service, one, mine):
        with_passkey(service, one)
        assert mine.get("/account/passkeys").headers["location"].startswith("/account/second-factor?back=")
        assert "Show a passkey" in mine.get("/account/second-factor").text

    def test_one_is_removed(self, service, one):
        kept = with_passkey(service, one)
        strong = signed_in(service, one, strong=True)
        assert "office computer" in strong.get("/account/passkeys").text
        assert strong.post(f"/account/passkeys/{kept}/remove").headers["location"] == "/account/passkeys"
        assert "office computer" not in strong.get("/account/passkeys").text

    def test_one_of_somebody_else_is_not_found(self, service, mine):
        other = person(service.installation.db, f"{new_id()}@firm.example")
        assert mine.post(f"/account/passkeys/{with_passkey(service, other)}/remove").status_code == 404


class TestKeys:
    def make(self, service, mine, **changed: str):
        day = (service.here.now + timedelta(days=30)).strftime("%d.%m.%Y")
        return mine.post("/account/keys", {"name": "import", "scope": "read", "expires": day} | changed)

    def test_a_key_is_shown_once_and_opens_the_service(self, service, mine):
        words = re.search(r'class="code">(dd_[\w-]+)<', self.make(service, mine).text)[1]
        assert words not in mine.get("/account/keys").text
        program = Browser(service.client, {"authorization": f"Bearer {words}", "accept": "text/html"})
        assert program.get("/assessments").status_code == 200

    @pytest.mark.parametrize(
        ("field", "value"), [("name", ""), ("scope", "reset"), ("expires", "soon"), ("expires", "01.01.2020")]
    )
    def test_what_does_not_fit_is_told_beside_its_field(self, service, mine, field, value):
        answer = self.make(service, mine, **{field: value})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text

    def test_a_key_is_revoked_by_its_owner_alone(self, service, mine):
        self.make(service, mine)
        address = re.search(r"/account/keys/\w+/revoke", mine.get("/account/keys").text)[0]
        other = signed_in(service, person(service.installation.db, f"{new_id()}@firm.example"))
        assert other.post(address).status_code == 404
        assert mine.post(address).headers["location"] == "/account/keys"
        assert address not in mine.get("/account/keys").text


class TestSessions:
    def test_each_is_listed_and_can_be_ended(self, service, one, mine):
        other = signed_in(service, one)
        address = re.search(r"/account/sessions/\w{64}/end", mine.get("/account/sessions").text)[0]
        assert mine.post(address).headers["location"] == "/account/sessions"
        assert other.get("/account").status_code == 303

    def test_that_of_somebody_else_is_not_found(self, service, mine):
        other = person(service.installation.db, f"{new_id()}@firm.example")
        signed_in(service, other)
        with service.installation.db.reading() as connection:
            digest = sessions.of_person(connection, other.id)[0].digest
        assert mine.post(f"/account/sessions/{digest}/end").status_code == 404

    def test_all_others_end_at_once(self, service, one, mine):
        others = [signed_in(service, one) for _ in range(2)]
        assert mine.post("/account/sessions/end").headers["location"] == "/account?done=sessions"
        assert [other.get("/account").status_code for other in others] == [303, 303]
        assert mine.get("/account").status_code == 200

    @pytest.mark.parametrize(
        ("agent", "told"),
        [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0",
                ("Firefox", "Windows"),
            ),
            ("Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/90 Mobile Safari/537.36", ("Chrome", "Android")),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17 like Mac OS X) Version/17 Safari/604.1", ("Safari", "iPhone")),
            ("a program", ("", "")),
        ],
    )
    def test_a_browser_is_told_by_its_name(self, agent, told):
        assert browser_of(agent) == told
