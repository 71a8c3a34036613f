"""The pages of the chain: what a firm sees and changes of it, what it is asked before, and that nobody else sees it."""

import re

import pytest

from duediligence.chain.party import About, Party, PartyRole, PartySite, Terms
from duediligence.chain.request import Channel
from duediligence.organisation import Role
from duediligence.workflow import asking, chain, chain_merging
from tests.api.conftest import Browser, Service
from tests.api.programs import Program, key_of
from tests.api.test_queries import counted

LIST = "Kärhananyň ady;Ýurdy;Haryt kody;Satyn alyşdaky paýy, %\nAk Pagta HJ;Türkmenistan;5201;40\nJemi;;;40\n".encode()


class Here:
    """A firm with a chain, and its lead in a browser."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.firm, _, self.lead = service.firm()
        self.browser = service.browser(self.lead)

    def add(self, name: str, **more: object) -> Party:
        with self.service.here.work(self.lead) as work:
            return chain.add(work, self.firm, About(name=name, **more))

    def link(self, supplier: Party, buyer: Party | None = None, **terms: object) -> str:
        with self.service.here.work(self.lead) as work:
            return chain.link(work, supplier.id, buyer and buyer.id, Terms(**terms)).id

    def page(self, address: str, **headers: str) -> str:
        answer = self.browser.get(address, **headers)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def party(self, one: Party) -> Party:
        with self.service.here.work(self.lead) as work:
            return chain.entry(work, one.id).party


@pytest.fixture
def here(service: Service) -> Here:
    return Here(service)


@pytest.fixture
def stranger(service: Service) -> Browser:
    return service.browser(service.firm()[2])


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


class TestList:
    def test_an_empty_chain_says_what_to_do_first(self, here):
        page = words(here.page("/chain"))
        assert "No partner yet" in page
        assert "Enter a partner" in page

    def test_it_says_of_each_partner_that_nothing_is_known_rather_than_nothing(self, here):
        here.link(here.add("Ak Pagta"), share_of_spend=40)
        page = words(here.page("/chain"))
        assert "Ak Pagta" in page
        assert "nothing is known" in page
        assert "40 % of spend" in page

    @pytest.mark.parametrize("spelling", ["ak pagta", "Ак Пагта", "АК ПАГТА"])
    def test_a_partner_is_found_in_any_spelling(self, here, spelling):
        here.add("Ak Pagta HJ")
        here.add("Gara Nah")
        page = words(here.page(f"/chain?words={spelling}"))
        assert "Ak Pagta HJ" in page
        assert "Gara Nah" not in page

    def test_a_list_is_narrowed_by_what_follows_from_the_links(self, here):
        near, far = here.add("Near"), here.add("Far")
        here.link(near)
        here.link(far, near)
        page = words(here.page("/chain?tier=2"))
        assert "Far" in page
        assert "Near" not in page

    def test_a_long_list_goes_on_from_its_last_line(self, here):
        for number in range(30):
            here.add(f"Partner {number:02}")
        first = here.page("/chain")
        later = re.search(r'href="(/chain\?after=[0-9a-f]+)" rel="next"', first)
        second = words(here.page(later[1]))
        assert "Partner 24" in words(first)
        assert "Partner 25" in second
        assert "Partner 24" not in second

    def test_what_a_name_holds_is_never_a_part_of_the_page(self, here):
        here.link(here.add("<script>alert(1)</script>"))
        for address in ("/chain", "/chain/drawing", "/chain/exposure?indicator=DEB", "/chain/season", "/chain/doubles"):
            assert "<script>alert" not in here.page(address)

    def test_turkmen_cotton_anywhere_upstream_shows_the_notice(self, here):
        assert "Turkmen cotton" not in words(here.page("/chain"))
        here.add("Ak Pagta", roles=(PartyRole.GIN,), sites=(PartySite(country="TM"),))
        assert "Turkmen cotton" in words(here.page("/chain"))
        assert "Turkmen cotton" in words(here.page("/chain/exposure"))

    def test_it_costs_the_same_however_long_it_is(self, service, here):
        one = here.add("First")
        with counted(service) as short:
            here.page("/chain")
        with service.here.work(here.lead) as work:
            for number in range(200):
                chain.link(work, chain.add(work, here.firm, About(name=f"Partner {number}")).id, one.id, Terms())
        with counted(service) as long:
            here.page("/chain")
        assert len(long) == len(short)

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_all_of_it_can_be_saved_and_no_cell_is_a_formula(self, here, kind):
        here.add("=1+1 Pagta")
        answer = here.browser.get(f"/chain/export?kind={kind}")
        assert answer.status_code == 200
        assert f".{kind}" in answer.headers["content-disposition"]
        assert kind == "xlsx" or "'=1+1 Pagta" in answer.content.decode("utf-8-sig")

    def test_somebody_of_two_firms_chooses_between_them(self, service, here):
        other = service.here.organisation(name="Second firm")
        both = service.here.somebody((here.firm, Role.COMPANY_LEAD), (other, Role.COMPANY_LEAD))
        here.add("Ak Pagta")
        browser = service.browser(both)
        assert "Ak Pagta" in browser.get(f"/chain?firm={here.firm}").text
        assert "Ak Pagta" not in browser.get(f"/chain?firm={other}").text


class TestParty:
    def test_one_is_entered_with_site_and_number(self, here):
        fields = {
            "firm": here.firm,
            "name": "Ak Pagta",
            "roles": "gin",
            "goods": "5201, 5203",
            "months": ["9", "10"],
            "sites-0.country": "TM",
            "sites-0.town": "Mary",
            "identifiers-0.scheme": "registry",
            "identifiers-0.value": "AB 12345",
            "identifiers-0.country": "TM",
        }
        answer = here.browser.post("/chain/parties/new", fields)
        assert answer.status_code == 303
        page = words(here.page(answer.headers["location"]))
        for said in ("cotton gin", "5201, 5203", "September, October", "Mary", "AB12345"):
            assert said in page

    @pytest.mark.parametrize(
        ("field", "typed"),
        [("heads", "many"), ("tier", "0"), ("goods", "52XX"), ("identifiers-0.value", "!")],
    )
    def test_what_does_not_fit_is_said_beside_its_field_and_nothing_typed_is_lost(self, here, field, typed):
        answer = here.browser.post("/chain/parties/new", {"name": "Ak Pagta", field: typed})
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
        assert 'value="Ak Pagta"' in answer.text

    def test_who_was_slower_sees_both_and_decides(self, here):
        one = here.add("Ak Pagta")
        with here.service.here.work(here.lead) as work:
            chain.change(work, one.id, About(name="Ak Pagta", work="Ginning"), 1)
        mine = {"name": "Ak Pagta", "work": "Spinning", "revision": "1"}
        answer = here.browser.post(f"/chain/parties/{one.id}/edit", mine)
        assert answer.status_code == 409
        assert "Ginning" in answer.text
        assert 'value="Spinning"' in answer.text
        again = here.browser.post(f"/chain/parties/{one.id}/edit", mine | {"revision": "2"})
        assert again.status_code == 303
        assert here.party(one).about.work == "Spinning"

    def test_it_goes_out_of_use_and_comes_back(self, here):
        one = here.add("Ak Pagta")
        assert here.browser.post(f"/chain/parties/{one.id}/retire", {"revision": "1"}).status_code == 303
        assert "Ak Pagta" not in words(here.page("/chain"))
        assert "Ak Pagta" in words(here.page("/chain?retired=yes"))
        assert here.browser.post(f"/chain/parties/{one.id}/restore", {"revision": "2"}).status_code == 303
        assert "Ak Pagta" in words(here.page("/chain"))

    def test_its_history_says_who_did_what(self, here):
        one = here.add("Ak Pagta")
        here.browser.post(f"/chain/parties/{one.id}/edit", {"name": "Ak Pagta 2", "revision": "1"})
        page = words(here.page(f"/chain/parties/{one.id}"))
        assert "Changed" in page
        assert "Before: Ak Pagta" in page

    def test_one_that_is_asked_leads_to_its_requests(self, service, here):
        one = here.add("Ak Pagta")
        with service.here.work(here.lead) as work:
            asking.invite(work, service.installation.key, asking.Wanted(party=one.id, channel=Channel.LINK))
        assert f"/chain/parties/{one.id}/requests" in here.page(f"/chain/parties/{one.id}")
        assert "Wait for the answer" in words(here.page("/chain"))


class TestLinks:
    def test_a_supplier_of_a_supplier_is_named(self, here):
        gin, farm = here.add("Gin"), here.add("Farm")
        fields = {"way": "up", "other": farm.id, "goods": "5201", "share_of_spend": "12,5"}
        assert here.browser.post(f"/chain/parties/{gin.id}/links/new", fields).status_code == 303
        assert "12.5 % of spend" in words(here.page(f"/chain/parties/{farm.id}"))

    def test_a_link_to_nobody_is_asked_for_again(self, here):
        one = here.add("Gin")
        assert here.browser.post(f"/chain/parties/{one.id}/links/new", {"way": "down"}).status_code == 422

    def test_what_it_carries_is_changed_and_who_was_slower_is_told(self, here):
        found = here.link(here.add("Gin"), share_of_spend=10)
        fields = {"revision": "1", "share_of_spend": "20", "do": "save"}
        assert here.browser.post(f"/chain/links/{found}", fields).status_code == 303
        slower = here.browser.post(f"/chain/links/{found}", fields | {"share_of_spend": "30"})
        assert slower.status_code == 409
        assert "20" in slower.text

    def test_it_ends(self, here):
        one = here.add("Gin")
        found = here.link(one)
        assert here.browser.post(f"/chain/links/{found}", {"revision": "1", "do": "end"}).status_code == 303
        assert "Nobody, as far as is told" in words(here.page(f"/chain/parties/{one.id}"))


class TestMerging:
    def test_what_would_come_of_it_is_shown_before(self, here):
        one, other = here.add("Ak Pagta"), here.add("Ak Pagta HJ", goods=("5201",))
        page = words(here.page(f"/chain/parties/{one.id}/merge?other={other.id}"))
        assert "5201" in page
        assert here.party(other).retired is None

    def test_two_become_one_and_two_again(self, here):
        one, other = here.add("Ak Pagta"), here.add("Ak Pagta HJ")
        assert here.browser.post(f"/chain/parties/{one.id}/merge", {"other": other.id}).status_code == 303
        page = here.page(f"/chain/parties/{one.id}")
        split = re.search(r'action="(/chain/merges/[0-9a-f]+/split)"', page)[1]
        assert here.browser.post(split).status_code == 303
        assert here.party(other).retired is None

    def test_entries_that_look_like_one_are_asked_about_until_somebody_decides(self, here):
        one, other = here.add("Ak Pagta HJ"), here.add("Ak Pagta LLC")
        assert "Ak Pagta LLC" in words(here.page("/chain/doubles"))
        fields = {"first": one.id, "second": other.id, "decision": "different"}
        assert here.browser.post("/chain/doubles", fields).status_code == 303
        assert "Nothing to decide" in words(here.page("/chain/doubles"))


class TestImport:
    def sent(self, here: Here) -> str:
        answer = here.browser.post("/chain/import", {"firm": ""}, {"file": ("list.csv", LIST, "text/csv")})
        assert answer.status_code == 303
        return answer.headers["location"]

    def test_a_list_is_looked_at_before_anything_is_kept(self, here):
        page = words(here.page(self.sent(here)))
        assert "1 new, 0 known already, lines left out: 1" in page
        assert "This line holds sums" in page
        assert "No partner yet" in words(here.page("/chain"))

    def test_it_is_taken_and_taken_back(self, here):
        taken = here.browser.post(self.sent(here), {"do": "take"})
        assert taken.status_code == 303
        assert "Ak Pagta HJ" in words(here.page("/chain"))
        assert here.browser.post(f"{taken.headers['location']}/undo").status_code == 303
        assert "No partner yet" in words(here.page("/chain"))

    def test_the_meaning_of_a_column_can_be_changed(self, here):
        looked = here.browser.post(self.sent(here), {"do": "look", "column-2": "-"})
        assert "5201" not in words(here.page(looked.headers["location"])).split("The first partners")[1]

    def test_later_work_that_stands_on_it_is_named(self, here):
        taken = here.browser.post(self.sent(here), {"do": "take"}).headers["location"]
        party = re.search(r"/chain/parties/([0-9a-f]{32})", here.page(taken))[1]
        here.browser.post(f"/chain/parties/{party}/edit", {"name": "Ak Pagta 2", "revision": "1"})
        refused = here.browser.post(f"{taken}/undo")
        assert refused.status_code == 409
        assert "was changed after the import" in words(refused.text)

    def test_who_is_known_already_is_asked_about_in_place(self, here):
        known = here.add("Ak Pagta")
        address = self.sent(here)
        mark, value = re.search(
            r'name="decision-([0-9a-f]{64})" value="(same:[0-9a-f]{32})"', here.page(address)
        ).groups()
        assert here.browser.post(address, {"do": "take", f"decision-{mark}": value}).status_code == 303
        assert here.party(known).about.goods == ("5201",)

    def test_without_a_file_it_asks_for_one(self, here):
        assert here.browser.post("/chain/import", {"firm": ""}).status_code == 422


class TestSomebodyElse:
    def test_another_firm_finds_nothing_of_it(self, here, stranger):
        one, other = here.add("Ak Pagta"), here.add("Gara Nah")
        found = here.link(one)
        with here.service.here.work(here.lead) as work:
            merged = chain_merging.merge(work, one.id, other.id).id
        for address in (
            f"/chain?firm={here.firm}",
            f"/chain/drawing?firm={here.firm}",
            f"/chain/exposure?firm={here.firm}",
            f"/chain/season?firm={here.firm}",
            f"/chain/export?firm={here.firm}",
            f"/chain/parties/{one.id}",
            f"/chain/parties/{one.id}/edit",
            f"/chain/links/{found}",
        ):
            assert stranger.get(address).status_code == 404, address
        for address in (
            f"/chain/parties/{one.id}/edit",
            f"/chain/parties/{one.id}/retire",
            f"/chain/links/{found}",
            f"/chain/merges/{merged}/split",
        ):
            assert stranger.post(address, {"name": "Mine", "revision": "1"}).status_code == 404, address

    def test_another_firm_can_neither_link_to_it_nor_merge_with_it(self, service, here):
        theirs = Here(service)
        one, mine = here.add("Ak Pagta"), theirs.add("Gara Nah")
        up = {"way": "up", "other": one.id}
        assert theirs.browser.post(f"/chain/parties/{mine.id}/links/new", up).status_code == 404
        assert theirs.browser.get(f"/chain/parties/{mine.id}/merge?other={one.id}").status_code == 404
        assert theirs.browser.post(f"/chain/parties/{mine.id}/merge", {"other": one.id}).status_code == 404

    def test_a_list_that_waits_is_nobody_elses(self, here, stranger):
        address = TestImport().sent(here)
        assert stranger.get(address).status_code == 404

    def test_whoever_only_exports_sees_the_chain_and_changes_nothing(self, service, here):
        one = here.add("Ak Pagta")
        exporter = service.browser(service.here.somebody((here.firm, Role.EXPORTER)))
        page = exporter.get(f"/chain/parties/{one.id}")
        assert page.status_code == 200
        assert f"/chain/parties/{one.id}/edit" not in page.text
        assert exporter.post(f"/chain/parties/{one.id}/edit", {"name": "X", "revision": "1"}).status_code == 403


class TestProgram:
    @pytest.fixture
    def program(self, service: Service, here: Here) -> Program:
        key = key_of(service, here.lead)
        return Program(service.client, {"authorization": f"Bearer {key}"})

    def test_it_enters_links_and_looks_through_a_chain(self, here, program):
        made = program("POST", f"/chain/{here.firm}/parties", {"name": "Ak Pagta", "goods": ["5201"]})
        assert made.status_code == 201
        party = made.json()["id"]
        link = program("POST", "/chain/links", {"supplier": party, "terms": {"share_of_spend": 40.0}})
        assert link.status_code == 201
        whole = program("GET", f"/chain/{here.firm}").json()
        assert whole["spend"]["named"] == 40.0
        assert whole["parties"][0]["next"] == "ask"
        exposed = program("GET", f"/chain/{here.firm}/exposure/DEB").json()
        assert exposed["reached"]["low"] == 0.0
        assert exposed["reached"]["high"] == pytest.approx(75.0)

    def test_who_was_slower_is_refused(self, here, program):
        one = here.add("Ak Pagta")
        first = program("PUT", f"/chain/parties/{one.id}", {"name": "Ak"}, if_match='"1"')
        second = program("PUT", f"/chain/parties/{one.id}", {"name": "Gara"}, if_match='"1"')
        assert (first.status_code, second.status_code) == (200, 412)

    def test_an_indicator_that_does_not_exist_is_not_found(self, here, program):
        assert program("GET", f"/chain/{here.firm}/exposure/XXX").status_code == 404
