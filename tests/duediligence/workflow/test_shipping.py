"""A firm's product lines, shipments and dossiers: entered, changed, out of use; seen by nobody else."""

import msgspec
import pytest

from duediligence import ledger
from duediligence.access import Actor, Step
from duediligence.chain.party import About, PartyRole, PartySite
from duediligence.engagement import Stage
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.organisation import Role
from duediligence.shipment import Cotton, LineAbout, Lot, ProductInput, ProductLine, Shipment, ShipmentAbout
from duediligence.workflow import chain, product_line, reviewing, shipping, shipping_dossier
from tests import attested
from tests.stages import parties
from tests.world import World

TOMATOES = LineAbout(name="Tomatoes", hs="070200", cotton=Cotton.NONE)
GIN = PartySite(country="TM")


class Firm:
    """A firm with an exporter who looks after what it ships."""

    def __init__(self, here: World) -> None:
        self.here = here
        self.id = here.organisation()
        self.lead = here.somebody((self.id, Role.COMPANY_LEAD))
        self.exporter = here.somebody((self.id, Role.EXPORTER))

    def line(self, about: LineAbout = TOMATOES, by: Actor | None = None) -> ProductLine:
        with self.here.work(by or self.exporter) as work:
            return product_line.add(work, self.id, about)

    def change_line(self, one: ProductLine, about: LineAbout) -> ProductLine:
        with self.here.work(self.exporter) as work:
            return product_line.change(work, one.id, about, one.revision)

    def shipment(self, **about: object) -> Shipment:
        with self.here.work(self.exporter) as work:
            return shipping.add(work, self.id, ShipmentAbout(**{"reference": "1", "destination": "DE", **about}))

    def change(self, one: Shipment, **about: object) -> Shipment:
        with self.here.work(self.exporter) as work:
            return shipping.change(work, one.id, msgspec.structs.replace(one.about, **about), one.revision)

    def partner(self, name: str, **more: object) -> str:
        with self.here.work(self.lead) as work:
            return chain.add(work, self.id, About(name=name, **more)).id

    def somebody(self, role: Role) -> Actor:
        return self.here.somebody((self.id, role))


@pytest.fixture
def firm(here) -> Firm:
    return Firm(here)


@pytest.fixture
def other(here) -> Firm:
    return Firm(here)


def codes(refused: pytest.ExceptionInfo[Unfit]) -> list[str]:
    return [one.code for one in refused.value.problems]


class TestProductLines:
    def test_an_exporter_enters_one_and_it_is_found_by_name(self, here, firm):
        for name in ("Çäýnek", "Ak pomidor"):
            firm.line(msgspec.structs.replace(TOMATOES, name=name))
        with here.work(firm.exporter) as work:
            assert [one.about.name for one in product_line.listed(work, firm.id)] == ["Ak pomidor", "Çäýnek"]

    def test_every_change_is_noted_in_the_ledger(self, here, firm):
        one = firm.line()
        firm.change_line(one, msgspec.structs.replace(TOMATOES, name="Cucumbers", hs="070700"))
        with here.db.reading() as connection:
            found = ledger.entries(connection, one.id)
        assert [(entry.event, entry.facts["done"]) for entry in found] == [
            (Step.SHIPMENT_EDIT, "add_line"),
            (Step.SHIPMENT_EDIT, "change_line"),
        ]

    def test_who_was_slower_overwrites_nothing(self, firm):
        one = firm.line()
        firm.change_line(one, msgspec.structs.replace(TOMATOES, hs="0702"))
        with pytest.raises(WrongMoment):
            firm.change_line(one, TOMATOES)

    def test_out_of_use_it_can_be_had_back_and_not_changed(self, here, firm):
        one = firm.line()
        with here.work(firm.exporter) as work:
            gone = product_line.retire(work, one.id, one.revision)
            assert product_line.listed(work, firm.id) == ()
            assert product_line.listed(work, firm.id, retired=True) == (gone,)
        with pytest.raises(Unfit) as refused:
            firm.change_line(gone, TOMATOES)
        assert codes(refused) == ["SHIPPING_LINE_RETIRED"]
        with here.work(firm.exporter) as work:
            assert product_line.restore(work, one.id, gone.revision).retired is None

    def test_a_supplier_is_one_of_the_own_register(self, firm, other):
        inputs = (ProductInput(name="Seed", party=other.partner("Ak Tohum")),)
        with pytest.raises(Unfit) as refused:
            firm.line(msgspec.structs.replace(TOMATOES, inputs=inputs))
        assert codes(refused) == ["SHIPPING_PARTNER_UNKNOWN"]

    def test_a_supplier_who_went_out_of_use_may_stay_named(self, here, firm):
        seed = ProductInput(name="Seed", party=firm.partner("Ak Tohum"))
        one = firm.line(msgspec.structs.replace(TOMATOES, inputs=(seed,)))
        with here.work(firm.lead) as work:
            chain.retire(work, seed.party, 1)
        assert firm.change_line(one, msgspec.structs.replace(one.about, hs="0702")).about.inputs == (seed,)

    def test_worker_representatives_see_lines_and_no_partner(self, here, firm):
        one = firm.line()
        firm.partner("Ak Tohum")
        with here.work(firm.somebody(Role.WORKER_REPRESENTATIVE)) as work:
            assert product_line.line_of(work, one.id) == one
            assert product_line.partners(work, firm.id) == {}
            with pytest.raises(NotAllowed):
                product_line.retire(work, one.id, one.revision)

    def test_another_firm_is_told_that_there_is_none(self, here, firm, other):
        one = firm.line()
        with here.work(other.exporter) as work, pytest.raises(NotFound):
            product_line.line_of(work, one.id)
        with here.work(other.exporter) as work, pytest.raises(NotFound):
            product_line.listed(work, firm.id)


class TestShipments:
    def test_the_last_changed_comes_first_and_the_list_goes_on(self, here, firm):
        first, second, third = (firm.shipment(reference=name) for name in "123")
        firm.change(first, consignee="Muster")
        with here.work(firm.exporter) as work:
            found = shipping.listed(work, firm.id, limit=2)
            assert [one.id for one in found] == [first.id, third.id]
            assert [one.id for one in shipping.listed(work, firm.id, after=third.id)] == [second.id]

    def test_lots_are_of_lines_of_the_own_firm(self, firm, other):
        with pytest.raises(Unfit) as refused:
            firm.shipment(lots=(Lot(line=other.line().id, mark="1"),))
        assert codes(refused) == ["SHIPPING_LINE_UNKNOWN"]

    def test_lots_of_a_line_out_of_use_stay(self, here, firm):
        line = firm.line()
        one = firm.shipment(lots=(Lot(line=line.id, mark="1"),))
        with here.work(firm.exporter) as work:
            product_line.retire(work, line.id, line.revision)
        assert firm.change(one, consignee="Muster").about.lots == one.about.lots

    def test_who_was_slower_overwrites_nothing(self, firm):
        one = firm.shipment()
        firm.change(one, consignee="First")
        with pytest.raises(WrongMoment):
            firm.change(one, consignee="Second")

    def test_another_firm_is_told_that_there_is_none(self, here, firm, other):
        one = firm.shipment()
        with here.work(other.exporter) as work, pytest.raises(NotFound):
            shipping.shipment_of(work, one.id)

    def test_one_entered_by_mistake_is_deleted_and_the_ledger_says_so(self, here, firm):
        one = firm.shipment()
        with here.work(firm.exporter) as work:
            shipping.remove(work, one.id, one.revision)
        with here.work(firm.exporter) as work:
            assert shipping.listed(work, firm.id) == ()
            (*_, last) = ledger.entries(work.connection, one.id)
        assert (last.event, last.facts["done"]) == (Step.SHIPMENT_EDIT, "remove")

    def test_whoever_did_not_see_its_newest_state_deletes_nothing(self, here, firm):
        one = firm.shipment()
        firm.change(one, consignee="Muster")
        with here.work(firm.exporter) as work, pytest.raises(WrongMoment):
            shipping.remove(work, one.id, one.revision)

    def test_one_that_an_attestation_names_stays(self, here):
        all_ = parties(here)
        engagement = all_.at(Stage.SUBMITTED)
        goods = attested.shipment(here, all_.lead, all_.firm, engagement)
        attested.drawn_up(here, all_.lead, engagement, goods)
        with here.work(all_.lead) as work, pytest.raises(WrongMoment, match="attestation"):
            shipping.remove(work, goods, 1)

    @pytest.mark.parametrize("role", [Role.RESPONDENT, Role.COMPANY_LEAD])
    def test_whoever_answers_may_enter_one_too(self, here, firm, role):
        with here.work(firm.somebody(role)) as work:
            assert shipping.add(work, firm.id, ShipmentAbout(reference="1", destination="DE")).revision == 1


class TestAssessments:
    @pytest.mark.parametrize("stage", list(Stage))
    def test_those_travel_that_were_handed_in_and_not_withdrawn(self, here, stage):
        around = parties(here)
        engagement = around.at(stage)
        about = ShipmentAbout(reference="1", destination="DE", engagement=engagement)
        with here.work(around.lead) as work:
            if stage in shipping.TRAVELLING:
                assert [one.engagement.id for one in shipping.assessments(work, around.firm)] == [engagement]
                assert shipping.add(work, around.firm, about).about.engagement == engagement
                return
            with pytest.raises(Unfit) as refused:
                shipping.add(work, around.firm, about)
        assert codes(refused) == ["SHIPPING_ASSESSMENT_UNKNOWN"]

    def test_that_of_another_firm_does_not(self, here, firm):
        with pytest.raises(Unfit) as refused:
            firm.shipment(engagement=parties(here).at(Stage.SUBMITTED))
        assert codes(refused) == ["SHIPPING_ASSESSMENT_UNKNOWN"]


class TestDossier:
    def test_the_destination_says_which_regime_to_begin_with(self, here, firm):
        found = {}
        for country in ("US", "DE", "KZ"):
            one = firm.shipment(destination=country)
            with here.work(firm.exporter) as work:
                found[country] = shipping_dossier.prepared(work, one.id).dossier.regime
        assert found == {"US": "us-307", "DE": "eu-flr", "KZ": "general"}

    def test_another_regime_can_be_asked_for_and_one_that_is_none_is_not_found(self, here, firm):
        one = firm.shipment()
        with here.work(firm.exporter) as work:
            assert shipping_dossier.prepared(work, one.id, "us-307").dossier.regime == "us-307"
            with pytest.raises(NotFound):
                shipping_dossier.prepared(work, one.id, "none")

    def test_a_withdrawn_assessment_travels_no_longer(self, here):
        around = parties(here)
        engagement = around.at(Stage.SUBMITTED)
        with here.work(around.lead) as work:
            about = ShipmentAbout(reference="1", destination="DE", engagement=engagement)
            one = shipping.add(work, around.firm, about).id
            assert shipping_dossier.prepared(work, one).dossier.assessment
        with here.work(around.lead_auditor) as work:
            reviewing.withdraw(work, engagement, "The period was given wrongly.")
        with here.work(around.lead) as work:
            assert shipping_dossier.prepared(work, one).dossier.assessment is None

    def test_cotton_of_a_partner_keeps_the_notice_whoever_looks(self, here, firm):
        seed = ProductInput(name="Packing", cotton=Cotton.NONE)
        line = firm.line(msgspec.structs.replace(TOMATOES, inputs=(seed,), inputs_complete=True))
        firm.partner("Ak Pagta", roles=(PartyRole.GIN,), sites=(GIN,))
        one = firm.shipment(lots=(Lot(line=line.id, mark="1"),))
        for role in (Role.EXPORTER, Role.WORKER_REPRESENTATIVE):
            with here.work(firm.somebody(role)) as work:
                assert shipping_dossier.cotton_notice(work, one) is not None
                assert shipping_dossier.prepared(work, one.id).dossier.notices[0].id == "cotton-gate"

    def test_names_of_partners_are_left_out_for_those_who_may_not_see_them(self, here, firm):
        party = firm.partner("Ak Tohum", sites=(PartySite(country="TM", town="Mary", address="Street 1"),))
        line = firm.line(msgspec.structs.replace(TOMATOES, inputs=(ProductInput(name="Seed", party=party),)))
        one = firm.shipment(lots=(Lot(line=line.id, mark="1"),))
        told = {}
        for role in (Role.EXPORTER, Role.WORKER_REPRESENTATIVE):
            with here.work(firm.somebody(role)) as work:
                told[role] = shipping_dossier.prepared(work, one.id).dossier
        named, nameless = told[Role.EXPORTER], told[Role.WORKER_REPRESENTATIVE]
        assert named.chain.parties[0].name == "Ak Tohum"
        assert (nameless.chain.parties[0].name, nameless.chain.parties[0].address) == ("", "")
        assert named.items == nameless.items

    def test_another_firm_is_told_that_there_is_none(self, here, firm, other):
        one = firm.shipment()
        with here.work(other.exporter) as work, pytest.raises(NotFound):
            shipping_dossier.prepared(work, one.id)
