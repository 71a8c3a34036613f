"""A partner is asked on the pages, answers behind its link without an account, and decides who sees what."""

import re
from datetime import timedelta

import msgspec
import pytest

from duediligence.chain.party import About
from duediligence.chain.request import Channel
from duediligence.organisation import Role
from duediligence.workflow import asking, chain
from duediligence.workflow.asking import Wanted
from questionnaires import catalogue, workbook, workbook_reader
from questionnaires.response import Answer
from tests.api.conftest import Browser

CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}\b")
KEPT = {"revision": "0", "mov.id_kept": "yes", "mov.id_kept.comment": ""}
SHARED = {"answered_by": "Director", "what": "answers", "months": "12"}


class Guest:
    """A browser of nobody, with the cookie it was given."""

    def __init__(self, service, language: str = "en") -> None:
        self.browser: Browser = service.browser()
        self.browser.headers["accept-language"] = language

    def get(self, address: str, **headers: str):
        return self._kept(self.browser.get(address, **headers))

    def post(self, address: str, fields: dict | None = None, files: dict | None = None, **headers: str):
        return self._kept(self.browser.post(address, fields, files, **headers))

    def begin(self, link: str) -> str:
        """Return the code that is shown once."""
        return CODE.search(self.post(f"{link}/begin").text)[0]

    def answered(self, link: str) -> str:
        code = self.begin(link)
        self.post(f"{link}/sections/mov", KEPT)
        assert self.post(f"{link}/check", SHARED).status_code == 303
        return code

    def _kept(self, answer):
        self.browser.client.cookies.clear()
        if given := answer.headers.get("set-cookie"):
            self.browser.headers["cookie"] = given.partition(";")[0]
        return answer


@pytest.fixture
def firm(service):
    service.here.now += timedelta(minutes=2)  # costly pages are free again
    return service.firm()


@pytest.fixture
def lead(service, firm):
    return service.browser(firm[2])


@pytest.fixture
def party(service, firm):
    with service.here.work(firm[2]) as work:
        return chain.add(work, firm[0], About(name="Ak <Pagta>")).id


@pytest.fixture
def place(party):
    return f"/chain/parties/{party}/requests"


@pytest.fixture
def link(service, firm, party):
    return asked(service, firm, party)


@pytest.fixture
def guest(service):
    return Guest(service)


def asked(service, firm, party, **more: str) -> str:
    wanted = Wanted(**{"party": party, "channel": Channel.LINK, "language": "en"} | more)
    with service.here.work(firm[2]) as work:
        return asking.invite(work, service.installation.key, wanted).link


@pytest.mark.parametrize("channel", ["link", "qr", "workbook"])
def test_a_request_is_shown_once_as_a_link_and_a_picture(lead, place, channel):
    card = lead.post(f"{place}/new", {"channel": channel, "form": "partner", "language": "tk"})
    assert card.status_code == 200
    secret = re.search(r"/partner/([\w-]{43})", card.text)[1]
    assert "<svg" in card.text
    assert secret not in lead.get(place).text


def test_a_letter_takes_the_link_past_the_buyer(lead, place):
    fields = {"channel": "mail", "form": "partner", "language": "tk", "email": "office@partner.example"}
    card = lead.post(f"{place}/new", fields)
    assert "office@partner.example" in card.text
    assert "/partner/" not in card.text


@pytest.mark.parametrize(("channel", "field"), [("", "channel"), ("mail", "email")])
def test_what_is_missing_in_a_request_is_said_at_its_field(lead, place, channel, field):
    answer = lead.post(f"{place}/new", {"channel": channel, "form": "partner", "language": "tk", "email": ""})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


def test_the_name_of_a_partner_is_escaped(lead, place):
    assert "Ak <Pagta>" not in lead.get(place).text


def test_another_firm_finds_nothing(service, place):
    stranger = service.browser(service.firm()[2])
    assert stranger.get(place).status_code == 404
    assert stranger.post(f"{place}/new", {"channel": "link"}).status_code == 404


def test_an_exporter_sees_requests_and_makes_none(service, firm, place):
    exporter = service.browser(service.here.somebody((firm[0], Role.EXPORTER)))
    assert exporter.get(place).status_code == 200
    assert exporter.get(f"{place}/new").status_code == 403


def test_the_empty_workbook_of_a_request_can_be_taken(lead, place, link):
    workbooks = re.findall(rf"{place}/\w+/workbook", lead.get(place).text)
    data = lead.get(workbooks[0]).content
    assert workbook_reader.read(data, catalogue.load).response.questionnaire == "partner"


def test_a_link_speaks_the_language_it_was_made_for(service, firm, party, guest):
    assert guest.get(asked(service, firm, party, language="ru")).headers["content-language"] == "ru"


def test_a_link_says_who_asks_and_that_it_costs_nothing(guest, link):
    page = guest.get(link).text
    assert "Altyn Hasyl" in page
    assert "You need no account" in page


def test_a_link_that_is_cut_off_says_what_is_missing_and_a_way_out(guest, link):
    answer = guest.get(link[:-3])
    assert answer.status_code == 404
    assert "leads nowhere" in answer.text
    assert 'href="/partner"' in answer.text


def test_a_link_that_was_taken_back_says_so(lead, place, guest, link):
    withdraw = re.search(rf"{place}/\w+/withdraw", lead.get(place).text)[0]
    assert lead.post(withdraw).status_code == 303
    answer = guest.get(link)
    assert answer.status_code == 410
    assert "was taken back" in answer.text


def test_a_partner_answers_hands_in_and_the_buyer_sees_what_it_shares(lead, place, guest, link):
    guest.answered(link)
    assert "You have handed in" in guest.get(link).text
    page = lead.get(place).text
    assert "Shared until" in page
    assert "Answers" in page


def test_the_code_opens_the_answers_on_another_device(service, guest, link):
    code = guest.begin(link)
    guest.post(f"{link}/sections/mov", KEPT)
    other = Guest(service)
    assert "/sections/mov" not in other.get(link).text
    assert other.post(f"{link}/code", {"code": code.lower()}).status_code == 303
    assert re.search(r'value="yes"[^>]* checked', other.get(f"{link}/sections/mov").text)


def test_whoever_made_the_link_reads_no_answer_behind_it(lead, guest, link):
    guest.begin(link)
    guest.post(f"{link}/sections/mov", KEPT)
    assert lead.get(f"{link}/sections/mov").headers["location"] == link
    assert "checked" not in lead.get(link).text


def test_a_code_that_opens_nothing_is_said_at_its_field(guest, link):
    for address in (f"{link}/code", "/partner"):
        answer = guest.post(address, {"code": "7KQM"})
        assert answer.status_code == 422
        assert 'id="code-error"' in answer.text


def test_one_answer_is_saved_by_itself(guest, link):
    guest.begin(link)
    answer = guest.post(f"{link}/sections/mov", KEPT | {"question": "mov.id_kept"}, **{"x-part": "saved"})
    assert (answer.status_code, answer.headers["x-revision"]) == (200, "1")


def test_an_answer_changed_elsewhere_is_shown_beside_ones_own(guest, link):
    guest.begin(link)
    guest.post(f"{link}/sections/mov", KEPT)
    late = KEPT | {"mov.id_kept": "no", "question": "mov.id_kept"}
    answer = guest.post(f"{link}/sections/mov", late, **{"x-part": "saved"})
    assert answer.status_code == 409
    assert "mine:mov.id_kept:1" in answer.text


def test_handing_in_says_what_is_missing(guest, link):
    guest.begin(link)
    assert guest.post(f"{link}/check", {"answered_by": "", "what": ""}).status_code == 422
    answer = guest.post(f"{link}/check", SHARED | {"answered_by": ""})
    assert 'id="answered_by-error"' in answer.text


def test_a_partner_takes_its_consent_back_and_the_buyer_sees_only_that(lead, place, firm, guest, link):
    guest.answered(link)
    assert guest.post(f"/partner/own/{firm[0]}", {"what": "nothing"}).status_code == 303
    page = lead.get(place).text
    assert "took its consent back" in page
    assert "Residual risk" not in page
    assert "Indicators" not in page


@pytest.mark.parametrize(("what", "told"), [("numbers", False), ("indicators", True)])
def test_answers_never_stand_under_a_narrower_consent(lead, place, firm, guest, link, what, told):
    guest.answered(link)
    guest.post(f"/partner/own/{firm[0]}", {"what": what, "months": "3"})
    page = lead.get(place).text
    assert ("Debt bondage" in page, "<summary><u>Answers" in page) == (told, False)


def test_a_second_buyer_can_be_given_what_was_answered_before(service, guest, link):
    code = guest.answered(link)
    second = service.firm()
    with service.here.work(second[2]) as work:
        other = chain.add(work, second[0], About(name="Ak Pagta")).id
    again = asked(service, second, other)
    later = Guest(service)
    later.post(f"{again}/code", {"code": code})
    page = later.get(again).text
    assert f"{again}/share" in page
    assert later.post(f"{again}/share", {"what": "numbers", "months": "3"}).status_code == 303
    assert "Shared until" in service.browser(second[2]).get(f"/chain/parties/{other}/requests").text


def test_a_workbook_goes_out_and_comes_back(guest, link):
    guest.begin(link)
    data = guest.get(f"{link}/workbook?lang=tk").content
    said = workbook_reader.read(data, catalogue.load).response
    form = catalogue.load(said.questionnaire, said.version)
    filled = workbook.write(form, "tk", msgspec.structs.replace(said, answers={"mov.id_kept": Answer(value="yes")}))
    answer = guest.post(f"{link}/workbook", {}, {"file": ("form.xlsx", filled)})
    assert answer.status_code == 200
    assert re.search(r'value="yes"[^>]* checked', guest.get(f"{link}/sections/mov").text)


@pytest.mark.parametrize("content", [b"", b"PK nothing"])
def test_what_is_no_workbook_is_refused_with_the_reason(guest, link, content):
    guest.begin(link)
    answer = guest.post(f"{link}/workbook", {}, {"file": ("form.xlsx", content)})
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text


def test_leaving_a_device_closes_the_answers(guest, link):
    guest.begin(link)
    guest.post("/partner/leave")
    assert guest.get(f"{link}/sections/mov").headers["location"] == link
    assert "checked" not in guest.get(link).text


def test_what_is_kept_under_a_code_is_found_without_a_link(service, guest, link):
    code = guest.answered(link)
    other = Guest(service)
    assert other.get("/partner/own").headers["location"] == "/partner"
    assert other.post("/partner", {"code": code}).headers["location"] == "/partner/own"
    assert "Altyn Hasyl" in other.get("/partner/own").text
