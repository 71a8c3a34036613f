"""From a register to what reaches the firm: unknown stays unknown, grave stays grave, paths add up."""

from datetime import UTC, date, datetime

import pytest

from duediligence.chain.exposure import FIRM, Look, headings
from duediligence.chain.party import About, PartyRole, PartySite, Terms
from duediligence.chain.register import (
    Asked,
    Flow,
    Next,
    Register,
    Screened,
    cotton,
    nexts,
    portfolio,
    supplies_goods,
    supplies_labour,
    tiers,
)
from duediligence.chain.request import Granted, IndicatorTold, Seen, Told, What
from risk_models.network_path import End

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def told(*signs: tuple[str, str], on: date = TODAY, notices: tuple[str, ...] = ()) -> Told:
    return Told(
        on=on,
        model="forced_labour",
        model_version="2026.1",
        digest="",
        inherent=50.0,
        control=50.0,
        confidence=0.5,
        residual=50.0,
        low=10.0,
        high=90.0,
        band="high",
        highest_band="critical",
        coverage=0.5,
        note={},
        indicators=tuple(
            IndicatorTold(indicator=one, level=level, highest="strong", assessed=True) for one, level in signs
        ),
        notices=notices,
        unsure_notices=(),
        answers={},
    )


def seen(came: Told | None, granted: Granted = Granted.RUNS) -> Seen:
    return Seen(granted=granted, what=What.INDICATORS, given=NOW, until=date(2027, 6, 1), told=came)


def register(parties: dict[str, About], flows: list[Flow], **more) -> Register:
    empty = {"seen": {}, "asked": {}, "screened": {}}
    return Register(parties=parties, flows=tuple(flows), **(empty | more))


def spend(supplier: str, share: float | None, buyer: str | None = None, *goods: str) -> Flow:
    return Flow(supplier, buyer, Terms(share_of_spend=share, goods=goods))


GIN = About(name="Ak Pagta", roles=(PartyRole.GIN,))
FARM = About(name="Çeşme", roles=(PartyRole.FARM,))


class TestExposure:
    def test_a_chain_of_which_nothing_is_known_is_unknown_and_not_safe(self):
        found = Look(register({}, []), TODAY).reached("DEB")
        assert (found.low, found.high, found.worst) == (0.0, pytest.approx(75.0), "none")
        assert found.unknown == pytest.approx(1.0)
        assert found.stated == pytest.approx(50.0)

    def test_a_partner_that_reports_no_sign_of_itself_lowers_nothing(self):
        silent = register({"g": GIN}, [spend("g", 40)])
        good = silent._replace(seen={"g": seen(told(("DEB", "none")))})
        assert Look(good, TODAY).reached("DEB") == Look(silent, TODAY).reached("DEB")

    def test_a_sign_two_tiers_up_is_the_worst_that_is_reached_with_the_way_to_it(self):
        parties = {"g": GIN, "f": FARM}
        flows = [spend("g", 1), spend("f", 1, "g")]
        found = Look(register(parties, flows, seen={"f": seen(told(("DEB", "strong")))}), TODAY).reached("DEB")
        assert found.worst == "strong"
        assert found.worst_path == (FIRM, "g", "f")
        assert found.low > 0

    @pytest.mark.parametrize("granted", [Granted.WITHDRAWN, Granted.ENDED])
    def test_what_may_not_be_seen_any_more_does_not_count(self, granted):
        one = register({"g": GIN}, [spend("g", 40)], seen={"g": seen(told(("DEB", "strong")), granted)})
        assert Look(one, TODAY).reached("DEB").worst == "none"

    def test_ways_and_parts_are_summands_of_what_is_stated(self):
        one = register({"g": GIN}, [spend("g", 40, None, "5201", "5205")], seen={"g": seen(told(("DEB", "weak")))})
        found = Look(one, TODAY).detail("DEB")
        assert sum(way.stated for way in found.ways) == pytest.approx(found.reached.stated)
        assert sum(part.stated for part in found.parts) == pytest.approx(found.reached.stated)
        assert [part.good for part in found.parts if part.good] == ["5201", "5205"]

    def test_a_way_says_what_its_end_has_told(self):
        one = register({"g": GIN}, [spend("g", 40)], seen={"g": seen(told(("DEB", "weak")))})
        ends = {(way.parties, way.end): way.level for way in Look(one, TODAY).detail("DEB").ways}
        assert ends[(FIRM, "g"), End.PLACE] == "weak"
        assert ends[(FIRM,), End.UNNAMED] == ""

    def test_naming_the_rest_of_the_people_is_offered_to_the_firm(self):
        openings = Look(register({"g": GIN}, [spend("g", 100)]), TODAY).detail("DEB").openings
        assert (FIRM, "labour") in {(one.party, one.kind) for one in openings}

    def test_only_what_may_carry_a_good_is_left(self):
        parties = {"g": GIN, "b": About(name="Boxes")}
        flows = [spend("g", 40, None, "5201"), spend("b", 40, None, "4819")]
        one = register(parties, flows, seen={"b": seen(told(("DEB", "strong")))})
        assert headings(one) == ("4819", "5201")
        assert Look(one, TODAY, ("5201",)).reached("DEB").worst == "none"
        assert Look(one, TODAY, ("4819",)).reached("DEB").worst == "strong"

    def test_a_chain_in_a_circle_comes_to_an_end(self):
        flows = [spend("g", 50), spend("f", 50, "g"), spend("g", 50, "f")]
        found = Look(register({"g": GIN, "f": FARM}, flows), TODAY).reached("DEB")
        assert found.low <= found.stated <= found.high <= 75.0 + 1e-9


class TestKinds:
    def test_a_brigade_leader_sends_people_and_no_goods(self):
        about = About(name="Brigada 14", roles=(PartyRole.BRIGADE_LEADER,))
        assert supplies_labour(about, Terms())
        assert not supplies_goods(about, Terms())

    def test_a_supplier_of_whom_nothing_is_told_sends_goods(self):
        assert supplies_goods(About(name="Ak"), Terms())
        assert not supplies_labour(About(name="Ak"), Terms())

    def test_a_mill_that_sends_people_as_well_does_both(self):
        terms = Terms(share_of_spend=10, share_of_labour=20)
        assert supplies_goods(GIN, terms)
        assert supplies_labour(GIN, terms)


class TestCotton:
    def test_a_gin_in_turkmenistan_is_turkmen_cotton(self):
        gin = About(name="Ak", roles=(PartyRole.GIN,), sites=(PartySite(country="TM"),))
        assert cotton(register({"g": gin}, [])).turkmen == ("g",)

    def test_a_spinner_abroad_says_nothing_of_where_its_cotton_grew(self):
        spinner = About(name="Iplik", goods=("5205",), sites=(PartySite(country="TR"),))
        assert cotton(register({"s": spinner}, [])).unknown == ("s",)

    def test_what_a_link_carries_counts_as_well(self):
        assert cotton(register({"s": About(name="Ak")}, [spend("s", 10, None, "5201")])).unknown == ("s",)

    def test_what_a_partner_answers_of_its_cotton_counts_whatever_its_goods(self):
        one = register({"s": About(name="Ak")}, [], seen={"s": seen(told(notices=("cotton-gate",)))})
        assert cotton(one).turkmen == ("s",)

    def test_boxes_are_no_cotton(self):
        assert cotton(register({"s": About(name="Ak", goods=("4819",))}, [])) == ((), ())


class TestNext:
    def next(self, **more) -> Next:
        flow = more.pop("flow", spend("g", 40))
        return nexts(register({"g": GIN}, [flow], **more), TODAY, NOW)["g"]

    def test_who_was_never_asked_is_to_be_asked(self):
        assert self.next() is Next.ASK

    def test_who_was_asked_is_waited_for_until_the_request_runs_out(self):
        assert self.next(asked={"g": Asked(NOW, LATER, None)}) is Next.WAIT
        assert self.next(asked={"g": Asked(NOW, NOW, None)}) is Next.REMIND

    def test_a_grave_sign_comes_before_all_else_until_somebody_has_screened(self):
        signs = {"g": seen(told(("DEB", "strong"), on=date(2020, 1, 1)))}
        assert self.next(seen=signs) is Next.LOOK
        assert self.next(seen=signs, screened={"g": Screened("open", None)}) is Next.RENEW

    def test_answers_that_may_not_be_seen_any_more_are_asked_for_anew(self):
        assert self.next(seen={"g": seen(None, Granted.WITHDRAWN)}) is Next.RENEW

    def test_a_day_to_screen_again_that_has_come_is_said(self):
        assert self.next(screened={"g": Screened("decided", TODAY)}) is Next.RESCREEN

    def test_a_share_that_nobody_told_is_asked_for_last(self):
        known = {"seen": {"g": seen(told())}, "screened": {"g": Screened("decided", None)}}
        assert self.next(**known, flow=spend("g", None)) is Next.SHARE
        assert self.next(**known) is Next.NOTHING


def test_a_portfolio_says_how_much_of_the_spend_is_named_and_has_answered():
    parties = {"g": GIN, "f": FARM, "x": About(name="X")}
    one = register(
        parties, [spend("g", 30), spend("f", 20), spend("x", None)], seen={"g": seen(told(("DEB", "strong")))}
    )
    found = portfolio(one, nexts(one, TODAY, NOW), TODAY)
    assert (found.spend.named, found.spend.answered, found.spend.untold) == (50.0, 30.0, 1)
    assert found.flagged == {"DEB": {"strong": 1}}


def test_shares_of_more_than_the_whole_count_as_the_whole():
    one = register({"g": GIN, "f": FARM}, [spend("g", 90), spend("f", 90)])
    assert portfolio(one, {}, TODAY).spend.named == 100.0


def test_a_tier_counts_the_links_to_the_firm_even_in_a_circle():
    one = register(
        {"g": GIN, "f": FARM, "x": About(name="X", tier=4)}, [spend("g", 1), spend("f", 1, "g"), spend("g", 1, "f")]
    )
    assert {party: tier.number for party, tier in tiers(one).items()} == {"g": 1, "f": 2, "x": 4}
