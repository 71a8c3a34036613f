"""Calls to programs of firms: what they say, who may be called, and that nobody is called who must not be."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

import msgspec
import pytest

from duediligence import key, webhook
from duediligence.access import Step
from duediligence.errors import NotAllowed, Unavailable, Unfit
from duediligence.job import Context, State
from duediligence.organisation import Role
from duediligence.store import job as jobs
from duediligence.webhook import Call, fits
from duediligence.worker import KINDS
from duediligence.workflow import calling, handing_in
from duediligence.workflow.calling import Wanted
from tests.world import World, world


@dataclass
class Program:
    """A program that is called, on this machine."""

    status: int = 200
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def called() -> Iterator[Program]:
    found = Program()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.calls.append((dict(self.headers), body))
            self.send_response(found.status)
            self.send_header("location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *said: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found.address = f"http://127.0.0.1:{server.server_port}/here?which=1"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def here(db, settings) -> World:
    return world(db, msgspec.structs.replace(settings, private_webhooks=True))


@pytest.fixture
def firm(here) -> str:
    return here.organisation()


@pytest.fixture
def lead(here, firm):
    return here.somebody((firm, Role.COMPANY_LEAD))


@pytest.fixture
def secrets(here) -> key.Key:
    return key.read_or_make(here.settings.key_path())


def register(here: World, lead, secrets, url: str) -> calling.Made:
    (membership,) = lead.memberships
    with here.work(lead) as work:
        return calling.register(work, secrets, membership.organisation, Wanted(url=url))


def ordered(here: World) -> list[jobs.Job]:
    with here.db.reading() as connection:
        return [one for one in jobs.history(connection, most=100) if one.kind == "call"]


def make(here: World, secrets: key.Key, one: jobs.Job) -> None:
    context = Context(
        job=one.id,
        db=here.db,
        settings=here.settings,
        key=secrets,
        clock=lambda: here.now,
        progress=lambda _: None,
    )
    webhook.call(context, msgspec.json.decode(one.arguments, type=Call))


class TestOrders:
    def test_a_step_that_changes_an_assessment_orders_a_call(self, here, lead, firm, secrets):
        register(here, lead, secrets, "https://programs.example.com/")
        here.begun(lead, here.site(firm))
        assert len(ordered(here)) == 1

    def test_each_address_of_the_firm_is_called_and_nobody_else(self, here, lead, firm, secrets):
        for name in "ab":
            register(here, lead, secrets, f"https://programs.example.com/{name}")
        other = here.organisation()
        register(here, here.somebody((other, Role.COMPANY_LEAD)), secrets, "https://others.example.com/")
        here.begun(lead, here.site(firm))
        assert [one.organisation for one in ordered(here)] == [firm, firm]

    def test_a_rehearsal_is_nobodys_business(self, here, lead, firm, secrets):
        register(here, lead, secrets, "https://programs.example.com/")
        here.begun(lead, here.site(firm), rehearsal=True)
        assert ordered(here) == []

    def test_what_reviewers_note_down_calls_nobody(self):
        assert Step.REVIEW_JUDGE not in webhook._TOLD

    def test_an_address_that_was_ended_is_not_called(self, here, lead, firm, secrets):
        made = register(here, lead, secrets, "https://programs.example.com/")
        with here.work(lead) as work:
            calling.end(work, firm, made.webhook.id)
        here.begun(lead, here.site(firm))
        assert ordered(here) == []

    def test_the_worker_knows_the_work(self):
        assert "call" in {kind.name for kind in KINDS}


class TestCalls:
    def test_it_says_which_assessment_and_where_to_look(self, here, lead, firm, secrets, called):
        register(here, lead, secrets, called.address)
        assessment = here.begun(lead, here.site(firm))
        make(here, secrets, ordered(here)[0])
        body = json.loads(called.calls[0][1])
        assert body["assessment"] == assessment
        assert body["links"]["api"].endswith(f"/api/v1/assessments/{assessment}")

    def test_it_says_nothing_of_what_was_answered_or_found(self, here, lead, firm, secrets, called):
        register(here, lead, secrets, called.address)
        assessment = here.answered(lead, here.site(firm))
        with here.work(lead) as work:
            handing_in.submit(work, assessment)
        make(here, secrets, ordered(here)[0])
        assert set(json.loads(called.calls[0][1])) == {"id", "type", "organisation", "assessment", "at", "links"}

    def test_its_signature_is_that_of_the_secret(self, here, lead, firm, secrets, called):
        made = register(here, lead, secrets, called.address)
        here.begun(lead, here.site(firm))
        make(here, secrets, ordered(here)[0])
        headers, body = called.calls[0]
        expected = webhook.signature(made.secret.encode(), headers["Webhook-Timestamp"], body)
        assert headers["Webhook-Signature"] == expected

    def test_the_same_call_made_twice_has_one_id(self, here, lead, firm, secrets, called):
        register(here, lead, secrets, called.address)
        here.begun(lead, here.site(firm))
        for _ in range(2):
            make(here, secrets, ordered(here)[0])
        assert len({headers["Webhook-Id"] for headers, _ in called.calls}) == 1

    @pytest.mark.parametrize("status", [302, 404, 500])
    def test_an_answer_that_is_not_good_is_tried_again_later(self, here, lead, firm, secrets, called, status):
        called.status = status
        register(here, lead, secrets, called.address)
        here.begun(lead, here.site(firm))
        with pytest.raises(Unavailable):
            make(here, secrets, ordered(here)[0])
        assert len(called.calls) == 1

    def test_a_port_where_nobody_listens_is_tried_again_later(self, here, lead, firm, secrets):
        register(here, lead, secrets, "http://127.0.0.1:9/")
        here.begun(lead, here.site(firm))
        with pytest.raises(Unavailable):
            make(here, secrets, ordered(here)[0])

    def test_an_address_ended_meanwhile_is_let_be(self, here, lead, firm, secrets, called):
        made = register(here, lead, secrets, called.address)
        here.begun(lead, here.site(firm))
        with here.work(lead) as work:
            calling.end(work, firm, made.webhook.id)
        make(here, secrets, ordered(here)[0])
        assert called.calls == []

    def test_the_order_does_not_hold_the_secret(self, here, lead, firm, secrets):
        made = register(here, lead, secrets, "https://programs.example.com/")
        here.begun(lead, here.site(firm))
        (one,) = ordered(here)
        assert made.secret.encode() not in one.arguments
        assert one.state is State.QUEUED


class TestWhoMayBeCalled:
    @pytest.mark.parametrize(
        "url",
        [
            "https://programs.example.com",
            "https://programs.example.com:8443/a/b?c=d",
        ],
    )
    def test_an_encrypted_address_by_name(self, url):
        assert fits(url, private=False)

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "programs.example.com",
            "http://programs.example.com",
            "ftp://programs.example.com",
            "file:///etc/passwd",
            "https://",
            "https://user:password@programs.example.com",
            "https://programs.example.com/#here",
            "https://programs.example.com/a b",
            "https://programs.example.com/\r\nX: y",
            "https://[::1",
            "https://programs.example.com:99999/",
            f"https://programs.example.com/{'x' * 500}",
        ],
    )
    def test_nothing_else(self, url):
        assert not fits(url, private=False)

    def test_without_encryption_only_where_the_installation_says_so(self):
        assert fits("http://127.0.0.1:9000/", private=True)

    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2002:a00:1::",
            "ff02::1",
        ],
    )
    def test_an_address_within_is_not_public(self, address):
        assert not webhook._is_public(webhook.ip_address(address))

    @pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
    def test_one_of_the_open_internet_is(self, address):
        assert webhook._is_public(webhook.ip_address(address))

    @pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "2130706433", "127.1", "[::1]"])
    def test_a_name_that_leads_within_is_not_called(self, here, lead, firm, secrets, called, name):
        url = called.address.replace("http://127.0.0.1", f"https://{name}")
        register(here, lead, secrets, url)
        here.begun(lead, here.site(firm))
        here.settings = msgspec.structs.replace(here.settings, private_webhooks=False)
        with pytest.raises(Unavailable, match="private"):
            make(here, secrets, ordered(here)[0])
        assert called.calls == []


class TestRegistering:
    def test_a_respondent_names_none(self, here, firm, secrets):
        with pytest.raises(NotAllowed):
            register(here, here.somebody((firm, Role.RESPONDENT)), secrets, "https://programs.example.com/")

    def test_an_address_that_does_not_fit_is_refused(self, here, lead, secrets):
        with pytest.raises(Unfit):
            register(here, lead, secrets, "gopher://programs.example.com/")

    def test_the_secret_is_kept_sealed(self, here, lead, secrets):
        made = register(here, lead, secrets, "https://programs.example.com/")
        with here.db.reading() as connection:
            _, sealed = webhook.store.load(connection, made.webhook.id)
        assert made.secret.encode() not in sealed
