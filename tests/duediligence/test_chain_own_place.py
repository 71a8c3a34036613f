"""What comes from the firm itself: unknown stays unknown, and its own findings are never talked away."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.assessment import MODEL
from duediligence.chain.drawing import Labels, drawn
from duediligence.chain.exposure import FIRM, Look
from duediligence.chain.own_place import OwnPlace, OwnShare, Span
from duediligence.chain.party import About, PartyRole, Terms
from duediligence.chain.register import Flow, Register, portfolio
from duediligence.engagement import Stage
from duediligence.errors import NotFound, Unfit, WrongMoment
from duediligence.organisation import Role
from duediligence.workflow import chain, looking_through, own_part
from risk_models import catalogue as models
from risk_models.network_path import End
from tests.stages import Parties, parties
from tests.world import world

TODAY = date(2026, 11, 21)
LEVELS = ("none", "weak", "moderate", "strong")
POINTS = dict(zip(LEVELS, (0, 25, 50, 75), strict=True))
INDICATORS = tuple(one.id for one in models.load(*MODEL).indicators)
GIN = About(name="Ak Pagta", roles=(PartyRole.GIN,))
BRIGADE = About(name="Brigada 14", roles=(PartyRole.BRIGADE_LEADER,))

shares = st.one_of(st.none(), st.floats(0, 100))
spans = st.tuples(st.sampled_from(LEVELS), st.sampled_from(LEVELS)).map(
    lambda pair: Span(low=min(pair, key=LEVELS.index), high=max(pair, key=LEVELS.index))
)


def register(own: OwnPlace = OwnPlace(), spend: float | None = 40, people: float | None = 10) -> Register:  # noqa: B008
    flows = (
        Flow("g", None, Terms(share_of_spend=spend)),
        Flow("b", None, Terms(share_of_labour=people)),
    )
    return Register(parties={"g": GIN, "b": BRIGADE}, flows=flows, seen={}, asked={}, screened={}, own=own)


def place(goods: float | None, labour: float | None, low: str = "", high: str = "") -> OwnPlace:
    found = dict.fromkeys(INDICATORS, Span(low=low, high=high)) if low else {}
    return OwnPlace(share=OwnShare(goods=goods, labour=labour), found=found, assessed=1, sites=1)


class TestExposure:
    def test_a_firm_that_works_its_own_fields_alone_reads_what_its_own_assessment_says(self):
        for level in LEVELS:
            found = Look(register(place(100, 100, level, level), people=None), TODAY).reached("ISO")
            assert (found.low, found.stated, found.high) == pytest.approx((POINTS[level],) * 3)

    def test_an_own_place_that_nobody_assessed_is_unknown(self):
        found = Look(register(place(100, 100), people=None), TODAY).reached("DEB")
        assert (found.low, found.high, found.unknown) == pytest.approx((0, 75, 1))

    def test_a_share_that_is_not_told_changes_nothing(self):
        assert Look(register(place(None, None, "none", "none")), TODAY).all() == Look(register(), TODAY).all()

    @given(shares, shares, spans)
    def test_the_worst_is_never_less_than_what_the_own_assessment_gives(self, goods, labour, span):
        own = OwnPlace(share=OwnShare(goods=goods, labour=labour), found=dict.fromkeys(INDICATORS, span))
        look = Look(register(own), TODAY)
        for row, one in enumerate(look.model.indicators):
            part = float((look.web.rules.weight[row] * look.own_parts).sum())
            assert look.reached(one.id).high >= part * POINTS[span.high] - 1e-9
            assert look.reached(one.id).low >= part * POINTS[span.low] - 1e-9

    @given(shares, shares, spans, shares, shares)
    def test_the_whole_stays_a_whole_however_the_shares_are_told(self, goods, labour, span, spend, people):
        own = OwnPlace(share=OwnShare(goods=goods, labour=labour), found=dict.fromkeys(INDICATORS, span))
        look = Look(register(own, spend, people), TODAY)
        unknown = Look(register(OwnPlace(share=own.share), spend, people), TODAY)
        for one in look.model.indicators:
            assert 0 <= look.reached(one.id).low <= look.reached(one.id).high <= 75 + 1e-6
            assert unknown.reached(one.id).high == pytest.approx(
                Look(register(spend=spend, people=people), TODAY).reached(one.id).high
            )

    @given(st.floats(1, 99), st.floats(1, 99), spans)
    def test_its_parts_and_ways_are_summands_of_what_is_stated(self, goods, labour, span):
        own = OwnPlace(share=OwnShare(goods=goods, labour=labour), found=dict.fromkeys(INDICATORS, span))
        found = Look(register(own), TODAY).detail("DEB")
        assert sum(part.stated for part in found.parts) == pytest.approx(found.reached.stated)
        assert sum(way.stated for way in found.ways) == pytest.approx(found.reached.stated)

    def test_a_grave_sign_at_a_supplier_is_reached_however_much_comes_from_own_fields(self):
        look = Look(register(place(100, 100, "none", "none")), TODAY)
        assert look.network.share[look.network.kind == 0] == pytest.approx(0)
        assert look.web.roads[0].matrix.nnz > 0

    def test_the_own_place_is_one_of_the_ways_and_one_of_the_openings(self):
        found = Look(register(place(60, 60)), TODAY).detail("DEB")
        assert ((FIRM,), End.PLACE) in {(one.parties, one.end) for one in found.ways}
        assert (FIRM, "") in {(one.party, one.kind) for one in found.openings}


def test_people_of_the_own_staff_are_named():
    found = portfolio(register(place(None, 85)), {}, TODAY).labour
    assert (found.named, found.own) == (10, 85)


def test_what_comes_from_the_firm_itself_leaves_nobody_unnamed_in_the_drawing():
    labels = Labels(
        title="",
        description="",
        firm="You",
        tier=str,
        level=dict.fromkeys((*LEVELS, ""), ""),
        more=lambda count, flagged: f"{count} {flagged}",
        unnamed="Not named",
        unnamed_by=str,
    )
    tiers: dict[str, int | None] = {"g": 1, "b": 1}
    whole = register(place(None, 90), spend=100)
    nearest, beyond = (drawn(one, tiers, labels).svg.count("Not named") for one in (register(spend=100), whole))
    assert nearest == beyond + 1


class TestTelling:
    @pytest.fixture
    def partner(self, db, settings) -> Parties:
        return parties(world(db, settings))

    def tell(self, partner: Parties, share: OwnShare, revision: int = 0, who=None) -> None:
        with partner.here.work(who or partner.lead) as work:
            own_part.tell(work, partner.firm, share, revision)

    def test_it_is_unknown_at_first_and_can_be_told_and_taken_back(self, partner):
        self.tell(partner, OwnShare(goods=60, labour=100))
        with partner.here.work(partner.lead) as work:
            assert own_part.told(work, partner.firm) == (OwnShare(goods=60, labour=100), 1)
        self.tell(partner, OwnShare(), 1)
        with partner.here.work(partner.lead) as work:
            assert own_part.told(work, partner.firm) == (OwnShare(), 2)

    @pytest.mark.parametrize("share", [-1, 101])
    def test_a_share_is_a_part_of_the_whole(self, partner, share):
        with pytest.raises(Unfit):
            self.tell(partner, OwnShare(goods=share))

    @pytest.mark.parametrize("revision", [0, 2])
    def test_who_was_slower_changes_nothing(self, partner, revision):
        self.tell(partner, OwnShare(goods=60))
        with pytest.raises(WrongMoment):
            self.tell(partner, OwnShare(goods=10), revision)

    def test_nobody_tells_it_for_another_firm(self, partner):
        stranger = partner.here.somebody((partner.here.organisation(), Role.COMPANY_LEAD))
        with pytest.raises(NotFound):
            self.tell(partner, OwnShare(goods=10), who=stranger)

    def test_a_firm_without_an_assessment_knows_nothing_of_its_own_place(self, partner):
        self.tell(partner, OwnShare(goods=100, labour=100))
        with partner.here.work(partner.lead) as work:
            assert own_part.own_place(work, partner.firm).found == {}

    def test_what_its_newest_assessment_finds_is_what_comes_from_itself(self, partner):
        self.tell(partner, OwnShare(goods=100, labour=100))
        partner.at(Stage.SUBMITTED, "cotton_farm_mary")
        with partner.here.work(partner.lead) as work:
            chain.add(work, partner.firm, About(name="Ak Pagta"))
            _, look, _ = looking_through.look(work, partner.firm)
        found = {one.indicator: one for one in look.all()}
        assert found["DEB"].low > 0
        assert found["CHL"].unknown < 1

    def test_a_site_without_an_assessment_may_be_anything(self, partner):
        self.tell(partner, OwnShare(goods=100))
        partner.at(Stage.SUBMITTED)
        partner.here.site(partner.firm, "Field 2")
        with partner.here.work(partner.lead) as work:
            found = own_part.own_place(work, partner.firm)
        assert (found.assessed, found.sites) == (1, 2)
        assert {one.high for one in found.found.values()} == {"strong"}

    def test_who_may_not_read_what_was_confided_sees_nothing_of_it_here(self, partner):
        self.tell(partner, OwnShare(goods=100))
        partner.at(Stage.SUBMITTED, "cotton_farm_mary")
        exporter = partner.here.somebody((partner.firm, Role.EXPORTER))
        with partner.here.work(exporter) as work:
            found = own_part.own_place(work, partner.firm).found
        assert found["SIF"] == Span(low="weak", high="strong")
        assert found["INT"].high == "strong"
