"""A dossier tells all it knows by itself, and nothing that may not leave the firm."""

import json
from datetime import date
from pathlib import Path

import jsonschema_rs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from duediligence import dossier
from duediligence.assessment import assess
from duediligence.chain.party import About, PartyRole, PartySite
from duediligence.chain.register import Screened
from duediligence.closure import worked
from duediligence.dossier import Dossier, digest, from_json, next_of, to_json
from duediligence.dossier_facts import Material, facts
from duediligence.dossier_making import compiled
from duediligence.improvement import draft
from duediligence.record_shared import shared
from duediligence.shipment import (
    Cotton,
    Document,
    DocumentKind,
    LineAbout,
    Lot,
    Place,
    ProductInput,
    ShipmentAbout,
)
from risk_models import dossier_asks, remedies
from risk_models.cotton import Standing
from risk_models.dossier import Status
from tests.conftest import TODAY, answers, response
from tests.shipped import copy, material, register

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "dossier.json"
REGIMES = [one.id for one in dossier_asks.read().regimes]

LOT = Lot(line="yarn", mark="Y-1", quantity=5.0)
FIBRE = ProductInput(
    name="Fibre", hs="520100", country="TM", place=Place.GIN, place_name="Gin", party="gin", cotton=Cotton.TURKMEN
)
YARN = LineAbout(
    name="Yarn", hs="520512", cotton=Cotton.TURKMEN, sites=("works",), inputs=(FIBRE,), inputs_complete=True
)
TOMATOES = LineAbout(name="Tomatoes", hs="070200", cotton=Cotton.NONE, inputs_complete=True)
GIN = About(name="Example gin", roles=(PartyRole.GIN,), goods=("5201",), sites=(PartySite(country="TM", town="Mary"),))
FARM = About(name="Example farm", roles=(PartyRole.FARM,), sites=(PartySite(country="TM"),))
SHOP = About(name="Example canteen")


def chain():
    return register({"gin": GIN, "farm": FARM, "shop": SHOP}, {"gin": "", "farm": "gin", "shop": ""})


def yarn(**more: object) -> Material:
    about = ShipmentAbout(
        reference="1", destination="US", lots=(LOT,), documents=(Document(kind=DocumentKind.INVOICE),)
    )
    return material(about, {"yarn": YARN, "tomatoes": TOMATOES}, **{"register": chain(), **more})


def made(known: Material, regime: str = "us-307") -> Dossier:
    return compiled(dossier_asks.regime(regime), known, TODAY)


def status(found: Dossier, item: str) -> Status:
    return next(one.status for one in found.items if one.id == item)


class TestTheFile:
    @pytest.mark.parametrize("regime", REGIMES)
    def test_a_dossier_comes_back_as_it_was(self, regime):
        found = made(yarn(copy=copy("textile_mill")), regime)
        assert from_json(to_json(found)) == found

    def test_the_same_dossier_has_the_same_digest(self):
        assert digest(made(yarn())) == digest(made(yarn()))
        assert digest(made(yarn())) != digest(made(yarn(), "general"))

    @pytest.mark.parametrize("regime", REGIMES)
    def test_it_fits_the_published_schema(self, regime):
        validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_bytes()))
        validator.validate(json.loads(to_json(made(yarn(copy=copy("textile_mill")), regime))))

    def test_another_format_is_refused(self):
        with pytest.raises(msgspec.ValidationError):
            from_json(to_json(made(yarn())).replace(b"dossier/1", b"dossier/2"))

    def test_the_published_schema_is_that_of_the_code(self):
        command = SCHEMA.with_name("README.md").read_text()
        assert json.loads(SCHEMA.read_bytes()) == json.loads(json.dumps(dossier.schema())), (
            f"refresh it as in:\n{command}"
        )

    def test_it_explains_itself(self):
        found = made(yarn(copy=copy("textile_mill")))
        for item in found.items:
            assert {f"group:{item.group}", f"who:{item.who}", f"status:{item.status}"} <= found.names.keys()
            assert {one.what for one in item.found} <= found.names.keys()
            assert all(next_of(found, one.what) for one in item.next)

    def test_it_names_the_assessment_by_the_digest_of_its_copy(self):
        assert (
            made(yarn(copy=copy("textile_mill"))).assessment.sha256
            == made(yarn(copy=copy("textile_mill")), "general").assessment.sha256
        )
        assert made(yarn()).assessment is None


class TestWhoLooked:
    def test_the_reviewers_and_their_relation_to_the_state_are_told(self):
        found = made(yarn(copy=copy("greenhouse_ahal_papers", "greenhouse_ahal_papers"))).assessment
        assert [one.state_body for one in (found.reviewer, found.second_reviewer)] == [False, False]
        assert (found.label, found.announced) == ("site_checked", False)

    def test_nobody_looked_at_what_the_firm_declared_alone(self):
        found = made(yarn(copy=copy("textile_mill"))).assessment
        assert (found.label, found.reviewer) == ("self_declared", None)


class TestWhatStaysInside:
    def test_no_id_of_a_row_is_in_it(self):
        ids = {"works": "site-3f", "gin": "party-7c", "farm": "party-9d", "yarn": "line-2b"}
        text = to_json(made(renamed(ids))).decode()
        assert not [one for one in ids.values() if one in text]

    def test_a_party_that_has_no_part_in_the_goods_is_not_in_it(self):
        assert "canteen" not in to_json(made(yarn())).decode()

    def test_a_line_that_is_not_shipped_is_not_in_it(self):
        assert "Tomatoes" not in to_json(made(yarn())).decode()

    def test_no_answer_that_is_withheld_changes_it(self):
        quiet = shared(assess(response(answers({})), TODAY))
        loud = {"sif.sent": "yes", "sif.penalty": "yes", "sif.asked.by": ("hakimlik",)}
        told = shared(assess(response(answers(loud)), TODAY))
        found = [made(yarn(copy=one)) for one in (quiet, told)]
        levels = [
            [one.level for item in each.items if item.id == "state-imposed" for one in item.found] for each in found
        ]
        assert levels == [[""], ["declared"]]
        others = [[one for one in each.items if one.id != "state-imposed"] for each in found]
        assert others[0] == others[1]

    def test_actions_that_only_protected_answers_call_for_are_not_counted(self):
        copied = copy("cotton_farm_mary")
        profile = copied.profile
        plan = worked(draft(profile, remedies.read(), TODAY), ())
        hidden = [replace(one, action=replace(one.action, questions=("sif.sent",))) for one in plan]
        counted = facts(yarn(copy=copied, plan=tuple(hidden))).counts["plan.verified"]
        assert counted.of == 0


def renamed(ids: dict[str, str]) -> Material:
    site = replace(next(iter(yarn().sites.values())), id=ids["works"])
    line = replace(YARN, sites=(ids["works"],), inputs=(replace(FIBRE, party=ids["gin"]),))
    about = replace(yarn().shipment, lots=(replace(LOT, line=ids["yarn"]),))
    known = register({ids["gin"]: GIN, ids["farm"]: FARM}, {ids["gin"]: "", ids["farm"]: ids["gin"]})
    return replace(
        material(about, {ids["yarn"]: line}, register=known, copy=copy("textile_mill")), sites={ids["works"]: site}
    )


class TestTheTables:
    def test_goods_inputs_lots_and_parties_point_to_each_other_by_number(self):
        found = made(yarn())
        assert [one.name for one in found.goods] == ["Yarn"]
        assert [(one.number, one.supplier) for one in found.inputs] == [("1.1", 1)]
        assert [one.good for one in found.lots] == [1]
        assert [(one.number, one.tier, one.name, one.supplies) for one in found.chain.parties] == [
            (1, 1, "Example gin", (dossier.FIRM,)),
            (2, 2, "Example farm", (1,)),
        ]

    def test_the_chain_is_whole_when_every_input_is_listed_with_its_supplier(self):
        assert made(yarn()).chain.whole is True

    def test_the_chain_may_go_on_where_an_input_names_nobody(self):
        line = replace(YARN, inputs=(FIBRE, ProductInput(name="Wax", cotton=Cotton.NONE)))
        found = made(replace(yarn(), lines={"yarn": line}))
        assert found.chain.whole is False
        assert status(found, "suppliers") is Status.PARTLY

    def test_without_a_register_no_supplier_is_known(self):
        found = made(yarn(register=None))
        assert (found.chain.whole, found.chain.parties) == (False, ())


class TestCottonInTheChain:
    """regulation.md 6.2, cotton laundering: the notice stands wherever cotton is not known, at any tier."""

    def clean(self, **more: object) -> Material:
        film = ProductInput(name="Film", party="film", country="TR", cotton=Cotton.NONE)
        line = replace(TOMATOES, inputs=(film,))
        parties = {"film": About(name="Example film"), "gin": GIN}
        fields = {"register": register(parties, {"film": "", "gin": ""}), **more}
        return material(
            ShipmentAbout(reference="1", destination="DE", lots=(Lot(line="t", mark="T"),)), {"t": line}, **fields
        )

    def test_it_is_gone_once_everything_is_known_to_hold_none(self):
        assert made(self.clean(), "eu-flr").gates == ()

    def test_an_input_nobody_spoke_of_brings_it_back(self):
        known = self.clean()
        more = replace(known.lines["t"], inputs=(*known.lines["t"].inputs, ProductInput(name="String", party="film")))
        assert made(replace(known, lines={"t": more}), "eu-flr").cotton is Standing.UNKNOWN

    def test_a_lot_of_a_line_nobody_finds_brings_it_back(self):
        known = self.clean()
        about = replace(known.shipment, lots=(*known.shipment.lots, Lot(line="gone", mark="G")))
        assert made(replace(known, shipment=about), "eu-flr").cotton is Standing.UNKNOWN

    def test_a_gin_anywhere_above_an_input_brings_it_back(self):
        parties = {"film": About(name="Example film"), "gin": GIN}
        known = self.clean(register=register(parties, {"film": "", "gin": "film"}))
        assert made(known, "eu-flr").cotton is Standing.TURKMEN

    def test_a_gin_anywhere_in_the_register_counts_until_every_input_names_its_supplier(self):
        known = self.clean()
        more = replace(known.lines["t"], inputs=(ProductInput(name="Film", cotton=Cotton.NONE),))
        assert made(replace(known, lines={"t": more}), "eu-flr").cotton is Standing.TURKMEN

    def test_what_the_firm_says_of_an_input_does_not_speak_for_those_further_up(self):
        spinner = About(name="Example mill", goods=("5205",), sites=(PartySite(country="TR"),))
        parties = {"film": spinner, "far": spinner}
        near = register({"film": spinner}, {"film": ""})
        assert made(self.clean(register=near), "eu-flr").cotton is Standing.NONE
        above = register(parties, {"film": "", "far": "film"})
        assert made(self.clean(register=above), "eu-flr").cotton is Standing.UNKNOWN

    def test_answers_on_the_site_keep_it_over_every_shipment(self):
        gate = made(self.clean(copy=copy("textile_mill")), "eu-flr").gates
        assert [one.id for one in gate] == ["cotton-gate"]


class TestFacts:
    def test_a_paper_without_number_and_day_is_half_a_paper(self):
        papers = facts(yarn()).counts
        assert (papers["papers.invoice"].number, papers["papers.invoice"].whole) == (1, False)
        assert papers["papers.contract"].number == 0

    def test_a_second_paper_of_a_kind_does_not_undo_the_first(self):
        whole = Document(kind=DocumentKind.INVOICE, number="8", on=date(2026, 11, 1))
        about = replace(yarn().shipment, documents=(whole, Document(kind=DocumentKind.INVOICE)))
        assert facts(replace(yarn(), shipment=about)).counts["papers.invoice"].whole

    def test_only_the_farm_needs_no_supplier(self):
        assert facts(yarn()).counts["chain.suppliers"].lacking == ()
        cut = register({"gin": GIN}, {"gin": ""})
        assert facts(yarn(register=cut)).counts["chain.suppliers"].lacking == ("1",)

    def test_a_screened_party_counts(self):
        seen = chain()._replace(screened={"gin": Screened(stage="decided", rescreen_on=None)})
        assert facts(yarn(register=seen)).counts["chain.screened"].number == 1

    def test_every_fact_has_a_name_and_every_name_is_a_fact(self):
        plan = worked(draft(copy("textile_mill").profile, remedies.read(), TODAY), ())
        known = facts(yarn(copy=copy("greenhouse_ahal_papers", "greenhouse_ahal_papers"), plan=plan)).counts
        named = {name for name in dossier_asks.read().words.facts if "." in name}
        assert named == {name for name in known if name != "papers.other"}

    def test_a_review_counts_for_what_it_was(self):
        known = facts(yarn(copy=copy("greenhouse_ahal_papers", "greenhouse_ahal_papers"))).counts
        held = {name for name, one in known.items() if name.startswith("review.") and one.number}
        assert held == {
            f"review.{one}" for one in ("made", "visit", "unannounced", "no_state_body", "second", "workers_heard")
        }


inputs = st.builds(
    ProductInput,
    name=st.just("Input"),
    hs=st.sampled_from(["", "520100", "392010"]),
    country=st.sampled_from(["", "TM", "TR"]),
    place=st.sampled_from(Place),
    place_name=st.sampled_from(["", "Place"]),
    party=st.sampled_from([None, "gin", "farm", "shop"]),
    cotton=st.sampled_from(Cotton),
)
papers = st.builds(
    Document,
    kind=st.sampled_from(DocumentKind),
    number=st.sampled_from(["", "7"]),
    on=st.sampled_from([None, date(2026, 11, 1)]),
)
lots = st.builds(Lot, line=st.just("line"), mark=st.sampled_from(["", "M"]), quantity=st.sampled_from([None, 2.0]))
lines = st.builds(
    LineAbout,
    name=st.just("Line"),
    hs=st.sampled_from(["070200", "520512", "610910"]),
    cotton=st.sampled_from(Cotton),
    inputs=st.lists(inputs, max_size=3).map(tuple),
    inputs_complete=st.booleans(),
)


@st.composite
def materials(draw: st.DrawFn) -> Material:
    about = ShipmentAbout(
        reference="1",
        destination="US",
        lots=tuple(draw(st.lists(lots, min_size=1, max_size=2))),
        documents=tuple(draw(st.lists(papers, max_size=3))),
    )
    return material(about, {"line": draw(lines)}, register=draw(st.sampled_from([None, chain()])))


@given(materials(), st.sampled_from(REGIMES), st.data())
@settings(max_examples=60)
def test_one_thing_more_never_turns_have_into_missing(known, regime, data):
    about, line = known.shipment, known.lines["line"]
    more = data.draw(
        st.one_of(
            papers.map(lambda one: replace(known, shipment=replace(about, documents=(*about.documents, one)))),
            lots.map(lambda one: replace(known, shipment=replace(about, lots=(*about.lots, one)))),
            inputs.map(lambda one: replace(known, lines={"line": replace(line, inputs=(*line.inputs, one))})),
        )
    )
    for before, after in zip(made(known, regime).items, made(more, regime).items, strict=True):
        assert (before.status, after.status) != (Status.HAVE, Status.MISSING), before.id


@given(materials(), st.sampled_from(REGIMES))
@settings(max_examples=60)
def test_the_notice_stands_unless_all_cotton_is_told_as_none_or_other(known, regime):
    told = [known.lines["line"].cotton, *(one.cotton for one in known.lines["line"].inputs)]
    if not {Cotton.NONE, Cotton.OTHER}.issuperset(told):
        assert made(known, regime).notices[0].id == "cotton-gate"
