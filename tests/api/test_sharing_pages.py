"""On the pages: an assessment is shared, a workbook is read in, own shares are told, and the buyer never answers."""

import re
from datetime import timedelta

import msgspec
import pytest

from duediligence import key as keys
from duediligence.accounts import token
from duediligence.chain.party import About, Terms
from duediligence.chain.request import FORMS, Channel
from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.store import partner_request as requests
from duediligence.workflow import asking, chain
from duediligence.workflow.asking import Wanted
from duediligence.workflow.partner_code import STANDS, Renewal
from duediligence.workflow.work import ASHGABAT
from questionnaires import catalogue, workbook
from questionnaires.response import Answer, Response
from tests.api.test_partner_pages import CODE, KEPT, Guest
from tests.stages import Parties, parties

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHOSEN = {"what": "indicators", "months": "6"}


class Buyer:
    """A firm that has asked one partner, and its lead in a browser."""

    def __init__(self, service) -> None:
        self.service = service
        self.firm, _, self.lead = service.firm()
        self.browser = service.browser(self.lead)
        with service.here.work(self.lead) as work:
            self.party = chain.add(work, self.firm, About(name="Ak Pagta")).id
            chain.link(work, self.party, None, Terms(share_of_spend=40))
        self.place = f"/chain/parties/{self.party}/requests"

    def ask(self, **more: str) -> str:
        wanted = Wanted(**{"party": self.party, "channel": Channel.LINK, "language": "en"} | more)
        with self.service.here.work(self.lead) as work:
            return asking.invite(work, self.service.installation.key, wanted).link

    def request(self) -> str:
        with self.service.here.work(self.lead) as work:
            return asking.asking(work, self.party).requests[0].request.id


@pytest.fixture
def buyer(service) -> Buyer:
    service.here.now += timedelta(minutes=2)  # costly pages are free again
    return Buyer(service)


@pytest.fixture
def partner(service) -> Parties:
    return parties(service.here)


@pytest.fixture
def browser(service, partner):
    return service.browser(partner.lead)


def shares(link: str) -> str:
    return link.replace("/partner/", "/shares/")


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def agreed(browser, link: str, engagement: str):
    fields = CHOSEN | {"assessment": engagement}
    query = "&".join(f"{name}={value}" for name, value in fields.items())
    page = browser.get(f"{shares(link)}?{query}").text
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)[1]
    return page, browser.post(shares(link), fields | {"digest": digest})


class TestSharing:
    def test_a_link_offers_whoever_has_an_account_to_share_an_assessment(self, buyer, browser, service):
        link = buyer.ask()
        for who in (browser, service.browser()):
            assert f'href="{shares(link)}"' in who.get(link).text

    def test_a_stranger_is_led_to_sign_in_and_back(self, buyer, service):
        place = shares(buyer.ask())
        assert service.browser().get(place).headers["location"] == f"/sign-in?back={place}"

    def test_what_the_buyer_will_see_is_shown_before_it_sees_it(self, buyer, browser, partner):
        link, engagement = buyer.ask(), partner.at(Stage.SUBMITTED)
        page, answer = agreed(browser, link, engagement)
        assert answer.headers["location"] == "/shares"
        shown = re.findall(
            r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", re.search(r'<section class="card">.*?</section>', page, re.DOTALL)[0]
        )
        seen = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", buyer.browser.get(buyer.place).text)
        assert shown
        assert set(shown) <= set(seen)

    def test_the_buyer_reads_whose_word_it_is_on_every_page_of_the_partner(self, buyer, browser, partner):
        agreed(browser, buyer.ask(), partner.at(Stage.SUBMITTED))
        for address in (buyer.place, f"/chain/parties/{buyer.party}", "/chain"):
            page = words(buyer.browser.get(address).text)
            assert "Self-declared" in page
        assert "In this service the partner is: Altyn Hasyl" in words(
            buyer.browser.get(f"/chain/parties/{buyer.party}").text
        )

    def test_it_is_listed_and_taken_back(self, buyer, browser, partner):
        agreed(browser, buyer.ask(), partner.at(Stage.SUBMITTED))
        page = browser.get("/shares").text
        withdraw = re.search(r'action="(/shares/given/[0-9a-f]{32}/withdraw)"', page)[1]
        assert browser.post(withdraw).status_code == 303
        assert "took its consent back" in buyer.browser.get(buyer.place).text
        assert "Taken back" in browser.get("/shares").text

    def test_what_is_missing_in_the_choice_is_said(self, buyer, browser, partner):
        partner.at(Stage.SUBMITTED)
        answer = browser.get(f"{shares(buyer.ask())}?what=numbers&months=6")
        assert answer.status_code == 422
        assert 'id="assessment-error"' in answer.text

    def test_who_has_handed_nothing_in_is_told_so(self, buyer, browser):
        assert "No assessment to share yet" in browser.get(shares(buyer.ask())).text

    def test_a_link_that_leads_nowhere_is_not_found(self, browser):
        assert browser.get(f"/shares/{'x' * 43}").status_code == 404

    def test_the_buyer_itself_is_told_that_only_the_partner_answers(self, buyer):
        assert "Only the partner answers here" in buyer.browser.get(shares(buyer.ask())).text

    def test_a_respondent_shares_nothing(self, buyer, partner, service):
        respondent = service.browser(service.here.somebody((partner.firm, Role.RESPONDENT)))
        assert respondent.get(shares(buyer.ask())).status_code == 403


class TestBuyersSide:
    def test_the_buyer_sees_its_own_link_and_cannot_begin(self, buyer):
        link = buyer.ask()
        page = buyer.browser.get(link)
        assert page.status_code == 200
        assert "Only the partner answers here" in page.text
        assert f'action="{link}/begin"' not in page.text
        refused = buyer.browser.post(f"{link}/begin")
        assert refused.status_code == 403
        assert "Only the partner answers here" in refused.text

    def test_the_partner_begins_behind_the_same_link(self, buyer, service):
        assert CODE.search(Guest(service).post(f"{buyer.ask()}/begin").text)


class TestReadingIn:
    def sent(self, buyer, answers: dict[str, Answer], **more: str):
        form = catalogue.load(FORMS[0], catalogue.latest(FORMS[0]))
        data = workbook.write(form, "en", Response(questionnaire=form.id, version=form.version, answers=answers))
        day = buyer.service.here.now.astimezone(ASHGABAT).strftime("%d.%m.%Y")
        fields = {"role": "Director", "consented": day, "months": "6"} | more
        files = {"file": ("partner.xlsx", data, XLSX)}
        return buyer.browser.post(f"{buyer.place}/{buyer.request()}/workbook", fields, files)

    def test_it_is_marked_as_sent_in_by_the_buyer(self, buyer):
        buyer.ask()
        assert f"{buyer.place}/{buyer.request()}/read-in" in buyer.browser.get(buyer.place).text
        assert self.sent(buyer, {"mov.id_kept": Answer(value="yes")}).status_code == 200
        assert "Sent in by you" in words(buyer.browser.get(buyer.place).text)
        assert "sent in by you" in words(buyer.browser.get("/chain").text)

    @pytest.mark.parametrize("field", ["role", "consented", "months"])
    def test_what_is_missing_is_said_at_its_field(self, buyer, field):
        buyer.ask()
        answer = self.sent(buyer, {"mov.id_kept": Answer(value="yes")}, **{field: ""})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text

    def test_without_a_file_nothing_is_read_in(self, buyer):
        buyer.ask()
        answer = buyer.browser.post(f"{buyer.place}/{buyer.request()}/workbook", {"consented": "21.11.2026"})
        assert answer.status_code == 422
        assert 'id="file-error"' in answer.text

    def test_once_the_partner_has_begun_there_is_nothing_to_read_in(self, buyer, service):
        Guest(service).begin(buyer.ask())
        assert buyer.browser.get(f"{buyer.place}/{buyer.request()}/read-in").status_code == 409
        assert self.sent(buyer, {"mov.id_kept": Answer(value="yes")}).status_code == 409

    def test_the_partner_sees_it_behind_its_link_and_has_it_taken_out(self, buyer, service):
        link = buyer.ask()
        self.sent(buyer, {"mov.id_kept": Answer(value="yes")})
        guest = Guest(service)
        assert "has read in a workbook of yours" in guest.get(link).text
        assert guest.post(f"{link}/read-in").status_code == 303
        assert "has read in a workbook of yours" not in guest.get(link).text


class TestLostCode:
    def begun(self, buyer, service, **fields: str) -> tuple[str, Guest]:
        link, guest = buyer.ask(channel=Channel.MAIL, email="office@partner.example"), Guest(service)
        guest.post(f"{link}/begin", fields)
        guest.post(f"{link}/sections/mov", KEPT)
        return link, guest

    def test_a_letter_is_offered_where_that_was_agreed_and_leads_to_a_new_code(self, buyer, service):
        link, _ = self.begun(buyer, service, recovery="yes")
        other = Guest(service)
        assert f'action="{link}/code/lost"' in other.get(link).text
        assert "A letter is on its way" in other.post(f"{link}/code/lost").text
        identifier = buyer.request()
        with service.here.work(buyer.lead) as work:
            one = requests.load_request(work.connection, identifier)
        key = keys.read_or_make(service.installation.settings.key_path())
        note = token.note(key, "partner code", Renewal(one.id, one.party_key), service.here.now + STANDS)
        assert "Make a new code" in other.get(f"/partner/renew/{note}").text
        assert CODE.search(other.post(f"/partner/renew/{note}").text)
        assert re.search(r'value="yes"[^>]* checked', other.get(f"{link}/sections/mov").text)
        assert other.get(f"/partner/renew/{note}").status_code == 404

    def test_otherwise_none_is_offered_and_none_is_sent(self, buyer, service):
        link, _ = self.begun(buyer, service)
        other = Guest(service)
        assert "/code/lost" not in other.get(link).text
        assert other.post(f"{link}/code/lost").status_code == 403

    def test_behind_a_new_link_the_earlier_answers_are_named(self, buyer, service):
        self.begun(buyer, service)
        assert "Behind an earlier link answers were begun" in Guest(service).get(buyer.ask()).text
        assert "stay with the old code" in buyer.browser.get(buyer.place).text


class TestOwnShare:
    def test_it_is_unknown_until_it_is_told_on_the_page_of_the_register(self, buyer):
        page = buyer.browser.get("/chain").text
        assert "Goods from yourselves: not known" in words(page)
        assert 'action="/chain/own"' in page
        assert buyer.browser.post("/chain/own", {"own_goods": "62,5", "revision": "0"}).status_code == 303
        assert "Goods from yourselves: 62 %" in words(buyer.browser.get("/chain").text).replace("62.5", "62")

    def test_what_will_not_do_is_said_at_its_field(self, buyer):
        for typed in ("101", "much"):
            answer = buyer.browser.post("/chain/own", {"own_labour": typed, "revision": "0"})
            assert answer.status_code == 422
            assert 'id="own_labour-error"' in answer.text

    def test_who_was_slower_is_told(self, buyer):
        buyer.browser.post("/chain/own", {"own_goods": "10", "revision": "0"})
        assert buyer.browser.post("/chain/own", {"own_goods": "20", "revision": "0"}).status_code == 409

    def test_an_own_place_of_which_nothing_is_known_is_said_to_be_unknown(self, buyer):
        buyer.browser.post("/chain/own", {"own_goods": "100", "own_labour": "100", "revision": "0"})
        page = words(buyer.browser.get("/chain/exposure").text)
        assert "what happens there is unknown" in page
        assert "50.0" not in page

    def test_every_way_of_looking_at_one_indicator_names_the_own_place(self, buyer):
        buyer.browser.post("/chain/own", {"own_goods": "50", "own_labour": "50", "revision": "0"})
        page = words(buyer.browser.get("/chain/exposure?indicator=DEB").text)
        assert "Your own place: not known" in page
        assert "From own fields and own work" in page

    def test_an_exporter_sees_it_and_tells_nothing(self, buyer, service):
        exporter = service.browser(service.here.somebody((buyer.firm, Role.EXPORTER)))
        assert "Goods from yourselves" in exporter.get("/chain").text
        assert exporter.post("/chain/own", {"own_goods": "10", "revision": "0"}).status_code == 403


def test_a_partner_in_the_list_of_programs_bears_no_name_of_another_register(buyer, browser, partner):
    agreed(browser, buyer.ask(), partner.at(Stage.SUBMITTED))
    with buyer.service.here.work(buyer.lead) as work:
        entry = chain.entry(work, buyer.party)
    assert partner.lead.person not in msgspec.json.encode(entry.changes).decode()
