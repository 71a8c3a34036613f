"""The pages of product lines, shipments and dossiers: nothing typed is lost, and no other firm sees any of it."""

import re

import pytest

from duediligence.chain.party import About
from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.shipment import Cotton, LineAbout, Lot, Place, ProductInput, ProductLine, Shipment, ShipmentAbout
from duediligence.workflow import chain, product_line, shipping
from tests import attested
from tests.api.conftest import Browser, Service
from tests.api.test_queries import counted
from tests.stages import parties

INPUT = {"inputs-0.name": "Seed", "inputs-0.country": "NL", "inputs-0.place": "factory", "inputs-0.cotton": "none"}
LINE = {"name": "Tomatoes", "hs": "0702.00", "cotton": "none", **INPUT}


class Here:
    """A firm with its exporter in a browser."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.firm, self.site, self.lead = service.firm()
        self.browser = service.browser(service.here.somebody((self.firm, Role.EXPORTER)))

    def page(self, address: str) -> str:
        answer = self.browser.get(address)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def sent(self, address: str, fields: dict, status: int = 303):
        answer = self.browser.post(address, fields)
        assert answer.status_code == status, answer.status_code
        return answer

    def lines(self) -> tuple[ProductLine, ...]:
        with self.service.here.work(self.lead) as work:
            return product_line.listed(work, self.firm)

    def line(self, **about: object) -> ProductLine:
        with self.service.here.work(self.lead) as work:
            return product_line.add(work, self.firm, LineAbout(**{"name": "Tomatoes", "hs": "070200", **about}))

    def shipment(self, **about: object) -> Shipment:
        with self.service.here.work(self.lead) as work:
            return shipping.add(work, self.firm, ShipmentAbout(**{"reference": "T-26", "destination": "DE", **about}))

    def load(self, one: Shipment) -> Shipment:
        with self.service.here.work(self.lead) as work:
            return shipping.shipment_of(work, one.id)

    def partner(self, name: str) -> str:
        with self.service.here.work(self.lead) as work:
            return chain.add(work, self.firm, About(name=name)).id


@pytest.fixture
def here(service: Service) -> Here:
    return Here(service)


@pytest.fixture
def stranger(service: Service) -> Browser:
    return service.browser(service.firm()[2])


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def value_of(page: str, name: str) -> str:
    return re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)[1]


class TestProductLine:
    def test_before_the_first_one_it_is_said_what_a_line_is(self, here):
        assert "A product line is what you make again and again" in words(here.page("/product-lines"))

    def test_what_was_typed_is_kept(self, here):
        party = here.partner("Ak Tohum")
        here.sent("/product-lines/new", {**LINE, "sites": here.site, "inputs-0.party": "Ak Tohum"})
        (one,) = here.lines()
        seed = ProductInput(name="Seed", country="NL", place=Place.FACTORY, party=party, cotton=Cotton.NONE)
        wanted = LineAbout(name="Tomatoes", hs="070200", cotton=Cotton.NONE, sites=(here.site,), inputs=(seed,))
        assert one.about == wanted

    def test_a_button_adds_an_input_and_loses_nothing(self, here):
        page = here.sent("/product-lines/new", {**LINE, "do": "more"}, 200).text
        assert 'name="inputs-1.name"' in page
        assert value_of(page, "inputs-0.name") == "Seed"
        assert here.lines() == ()

    def test_a_button_takes_an_input_out(self, here):
        fields = {**LINE, "inputs-1.name": "Boxes", "do": "less-0"}
        page = here.sent("/product-lines/new", fields, 200).text
        assert value_of(page, "inputs-0.name") == "Boxes"
        assert 'name="inputs-1.name"' not in page

    def test_return_saves_and_adds_no_row(self, here):
        page = here.page("/product-lines/new")
        assert re.search(r"<button[^>]* name=\"do\" value=\"(\w+)\"", page)[1] == "save"

    def test_all_faults_come_back_at_once_with_what_was_typed(self, here):
        fields = {**LINE, "hs": "zz", "inputs-0.share": "many", "inputs-0.party": "Nobody"}
        page = here.sent("/product-lines/new", fields, 422).text
        for field in ("hs", "inputs-0.share", "inputs-0.party"):
            assert f'href="#{field}"' in page
            assert f'id="{field}"' in page
        assert 'value="many"' in page

    def test_who_was_slower_sees_both(self, here):
        one = here.line(cotton=Cotton.NONE)
        fields = {**LINE, "revision": "1"}
        here.sent(f"/product-lines/{one.id}/edit", {**fields, "name": "Cucumbers"})
        answer = here.sent(f"/product-lines/{one.id}/edit", {**fields, "name": "Melons"}, 409)
        assert "Cucumbers" in words(answer.text)
        assert value_of(answer.text, "name") == "Melons"
        here.sent(f"/product-lines/{one.id}/edit", {**fields, "name": "Melons", "revision": "2"})
        assert here.lines()[0].about.name == "Melons"

    def test_cotton_that_nobody_speaks_of_keeps_the_notice(self, here):
        assert "Turkmen cotton" in words(here.page(f"/product-lines/{here.line().id}"))
        assert "Turkmen cotton" not in words(here.page(f"/product-lines/{here.line(cotton=Cotton.NONE).id}"))

    def test_out_of_use_it_stands_apart_and_comes_back(self, here):
        one = here.line()
        here.sent(f"/product-lines/{one.id}/retire", {"revision": "1"})
        assert "Tomatoes" not in words(here.page("/product-lines"))
        assert "Tomatoes" in words(here.page("/product-lines?retired=yes"))
        here.sent(f"/product-lines/{one.id}/restore", {"revision": "2"})
        assert "Tomatoes" in words(here.page("/product-lines"))

    def test_what_a_name_holds_is_never_a_part_of_the_page(self, here):
        one = here.line(name="<script>alert(1)</script>")
        for address in ("/product-lines", f"/product-lines/{one.id}", f"/product-lines/{one.id}/edit"):
            assert "<script>alert" not in here.page(address)

    def test_another_firm_finds_nothing(self, here, stranger):
        one = here.line()
        for address in (f"/product-lines/{one.id}", f"/product-lines/{one.id}/edit"):
            assert stranger.get(address).status_code == 404
        assert "Tomatoes" not in stranger.get("/product-lines").text

    def test_two_partners_of_one_name_are_told_apart(self, here):
        first, second = here.partner("Ak Tohum"), here.partner("Ak Tohum")
        here.sent("/product-lines/new", {**LINE, "inputs-0.party": "Ak Tohum (2)"})
        assert here.lines()[0].about.inputs[0].party in {first, second}

    def test_a_partner_out_of_use_takes_no_name_from_one_in_use(self, service, here):
        gone = here.partner("Ak Tohum")
        with service.here.work(here.lead) as work:
            chain.retire(work, gone, 1)
        party, one = here.partner("Ak Tohum"), here.line(cotton=Cotton.NONE)
        here.sent(f"/product-lines/{one.id}/edit", {**LINE, "revision": "1", "inputs-0.party": "Ak Tohum"})
        assert here.lines()[0].about.inputs[0].party == party


class TestShipment:
    def test_without_a_line_it_is_said_to_enter_one_first(self, here):
        assert "Enter a product line first" in words(here.page("/shipments"))

    def test_what_was_typed_is_kept(self, here):
        fields = {"reference": " T-26 ", "destination": "DE", "ships_on": "03.12.2026", "transit-1": "TR"}
        address = here.sent("/shipments/new", fields).headers["location"]
        assert "3 December 2026" in here.page(address).replace("\N{NO-BREAK SPACE}", " ")
        assert "Türkiye" in here.page(address)

    def test_all_faults_come_back_at_once_with_what_was_typed(self, here):
        page = here.sent("/shipments/new", {"consignee": "Muster", "ships_on": "soon", "transit-0": "QQ"}, 422).text
        for field in ("reference", "destination", "ships_on", "transit-0"):
            assert f'href="#{field}"' in page
            assert f'id="{field}"' in page
        assert value_of(page, "consignee") == "Muster"

    def test_it_says_what_is_missing_and_where_that_is_entered(self, here):
        one = here.shipment()
        page = here.page(f"/shipments/{one.id}")
        for place in ("edit#consignee", "edit#ships_on", "edit#engagement", "lots/new", "documents/new"):
            assert f'href="/shipments/{one.id}/{place}"' in page

    def test_a_lot_is_added_changed_and_taken_out(self, here):
        line, one = here.line(), here.shipment()
        place = f"/shipments/{one.id}/lots"
        here.sent(f"{place}/new", {"line": line.id, "mark": "1", "quantity": "12,5", "unit": "t", "inputs": "A\nB"})
        assert here.load(one).about.lots == (Lot(line=line.id, mark="1", quantity=12.5, unit="t", inputs=("A", "B")),)
        was = value_of(here.page(f"{place}/1"), "was")
        here.sent(f"{place}/1", {"line": line.id, "mark": "2", "unit": "t", "was": was})
        assert [lot.mark for lot in here.load(one).about.lots] == ["2"]
        was = value_of(here.page(f"{place}/1"), "was")
        here.sent(f"{place}/1", {"do": "remove", "was": was})
        assert here.load(one).about.lots == ()

    def test_a_lot_is_found_again_after_another_one_was_taken_out(self, here):
        line = here.line()
        one = here.shipment(lots=(Lot(line=line.id, mark="1"), Lot(line=line.id, mark="2")))
        place = f"/shipments/{one.id}/lots"
        first, second = (value_of(here.page(f"{place}/{number}"), "was") for number in (1, 2))
        here.sent(f"{place}/1", {"do": "remove", "was": first})
        here.sent(f"{place}/2", {"line": line.id, "mark": "two", "unit": "kg", "was": second})
        assert [lot.mark for lot in here.load(one).about.lots] == ["two"]

    def test_a_lot_that_somebody_took_out_is_offered_as_a_new_one(self, here):
        line = here.line()
        one = here.shipment(lots=(Lot(line=line.id, mark="1"),))
        place = f"/shipments/{one.id}/lots"
        was = value_of(here.page(f"{place}/1"), "was")
        here.sent(f"{place}/1", {"do": "remove", "was": was})
        page = here.sent(f"{place}/1", {"line": line.id, "mark": "mine", "unit": "kg", "was": was}, 409).text
        assert f'action="{place}/new"' in page
        assert 'value="mine"' in page

    def test_a_fault_of_a_lot_is_shown_at_its_field(self, here):
        one = here.shipment()
        page = here.sent(f"/shipments/{one.id}/lots/new", {"mark": "", "unit": "kg", "made_to": "x"}, 422).text
        for field in ("line", "mark", "made_to"):
            assert f'href="#{field}"' in page

    def test_a_paper_may_come_with_its_kind(self, here):
        one = here.shipment()
        page = here.page(f"/shipments/{one.id}/documents/new?kind=flow_chart")
        assert '<option value="flow_chart" selected>' in page

    def test_a_paper_of_no_kind_is_asked_about(self, here):
        one = here.shipment()
        assert "What kind of paper" in here.sent(f"/shipments/{one.id}/documents/new", {"number": "7"}, 422).text

    def test_a_part_that_is_not_there_is_not_found(self, here):
        one = here.shipment()
        for number in ("1", "0", "-1", "x"):
            assert here.browser.get(f"/shipments/{one.id}/lots/{number}").status_code == 404

    def test_one_entered_by_mistake_is_deleted(self, here):
        one = here.shipment()
        page = here.page(f"/shipments/{one.id}")
        here.sent(f"/shipments/{one.id}/remove", {"revision": value_of(page, "revision")})
        assert "T-26" not in here.page("/shipments")

    def test_one_that_an_attestation_names_is_not_offered_for_deletion(self, service):
        all_ = parties(service.here)
        engagement = all_.at(Stage.SUBMITTED)
        goods = attested.shipment(service.here, all_.lead, all_.firm, engagement)
        attested.drawn_up(service.here, all_.lead, engagement, goods)
        browser = service.browser(all_.lead)
        page = browser.get(f"/shipments/{goods}").text
        assert "so the shipment stays" in page
        assert f"/shipments/{goods}/remove" not in page
        assert browser.post(f"/shipments/{goods}/remove", {"revision": "1"}).status_code == 409

    def test_a_long_list_goes_on_from_its_last_line(self, here):
        for number in range(30):
            here.shipment(reference=f"No {number:02}")
        later = re.search(r'href="(/shipments\?after=[0-9a-f]+)" rel="next"', here.page("/shipments"))
        second = words(here.page(later[1]))
        assert "No 04" in second
        assert "No 05" not in second

    def test_a_list_costs_the_same_however_long_it_is(self, service, here):
        here.shipment()
        with counted(service) as short:
            here.page("/shipments")
        for _ in range(5):
            here.shipment()
        with counted(service) as long:
            here.page("/shipments")
        assert len(long) == len(short)

    def test_another_firm_finds_nothing(self, here, stranger):
        one = here.shipment()
        for address in ("", "/edit", "/lots/new", "/documents/new", "/dossier", "/dossier/file"):
            assert stranger.get(f"/shipments/{one.id}{address}").status_code == 404
        assert "T-26" not in stranger.get("/shipments").text

    def test_worker_representatives_look_and_change_nothing(self, service, here):
        one = here.shipment()
        browser = service.browser(service.here.somebody((here.firm, Role.WORKER_REPRESENTATIVE)))
        page = browser.get(f"/shipments/{one.id}").text
        assert "T-26" in page
        assert f"/shipments/{one.id}/edit" not in page
        assert f"/shipments/{one.id}/remove" not in page
        assert browser.get(f"/shipments/{one.id}/edit").status_code == 403


class TestDossier:
    def test_it_stands_in_four_parts(self, here):
        page = words(here.page(f"/shipments/{here.shipment().id}/dossier"))
        parts = ("What the authority asks", "What you have", "What is missing", "What this tool cannot answer")
        assert [page.count(part) >= 1 for part in parts] == [True] * 4
        assert sorted(parts, key=page.index) == list(parts)

    def test_the_notice_on_cotton_stands_before_all_else(self, here):
        page = words(here.page(f"/shipments/{here.shipment().id}/dossier"))
        assert page.index("Turkmen cotton") < page.index("What the authority asks")

    def test_every_way_to_complete_it_leads_somewhere(self, here):
        seed = ProductInput(name="Seed")
        lots = (Lot(line=here.line(inputs=(seed,)).id, mark="1"),)
        address = f"/shipments/{here.shipment(lots=lots, destination='US').id}/dossier"
        ways = set(re.findall(r'class="over" href="([^"]+)"', here.page(address)))
        assert len(ways) > 5
        for way in ways:
            place, _, field = way.replace("&amp;", "&").partition("#")
            page = here.page(place)
            assert not field or f'id="{field}"' in page, way

    def test_answers_that_are_missing_lead_to_their_questions(self, service, here):
        around = parties(service.here)
        engagement = around.at(Stage.SUBMITTED, "cotton_farm_mary")
        with service.here.work(around.lead) as work:
            about = ShipmentAbout(reference="Y", destination="US", engagement=engagement)
            one = shipping.add(work, around.firm, about)
        page = service.browser(around.lead).get(f"/shipments/{one.id}/dossier").text
        assert f'href="/assessments/{engagement}/sections/' in page

    def test_another_regime_is_chosen_by_its_link(self, here):
        one = here.shipment()
        assert "Tariff Act" in words(here.page(f"/shipments/{one.id}/dossier?regime=us-307"))
        assert here.browser.get(f"/shipments/{one.id}/dossier?regime=none").status_code == 404

    @pytest.mark.parametrize(("kind", "beginning"), [("json", b"{"), ("xlsx", b"PK")])
    def test_it_can_be_taken_along(self, service, here, kind, beginning):
        one = here.shipment()
        answer = here.browser.get(f"/shipments/{one.id}/dossier/file?kind={kind}")
        assert (answer.status_code, answer.content[: len(beginning)]) == (200, beginning)
        assert f".{kind}" in answer.headers["content-disposition"]


class TestRegimes:
    def test_anybody_reads_what_each_regime_asks(self, service):
        browser = service.browser()
        addresses = re.findall(r'href="(/regimes/[^"]+)"', browser.get("/regimes").text)
        assert len(addresses) >= 10
        assert {browser.get(address).status_code for address in addresses} == {200}

    def test_what_was_not_read_in_a_source_is_marked(self, service):
        assert "to be confirmed" in words(service.browser().get("/regimes/eu-flr").text)

    def test_a_regime_that_is_none_is_not_found(self, service):
        assert service.browser().get("/regimes/none").status_code == 404
