"""Real lists of facilities are understood line by line, and taken twice they change nothing."""

from pathlib import Path

import pytest

from duediligence.chain import intake, mapping, sheet
from duediligence.chain.intake import Intake
from duediligence.chain.mapping import Field
from duediligence.chain.party import Basis
from duediligence.chain.sheet import Sheet
from duediligence.organisation import Role
from duediligence.workflow import chain, chain_import
from duediligence.workflow.chain_import import Sent
from tests.world import world

LISTS = Path(__file__).parents[1] / "lists"
LINES = {
    "oar_fixture": 163,
    "osh_2": 83,
    "osh_3": 19,
    "osh_4": 81,
    "osh_5": 64,
    "osh_6": 44,
    "osh_8": 61,
    "osh_12": 15,
    "osh_15": 351,
    "wikirate_2018": 431,
}


def understood(name: str) -> Intake:
    found = sheet.read((LISTS / f"{name}.csv").read_bytes(), f"{name}.csv")
    assert isinstance(found, Sheet)
    headed = mapping.headed(found)
    return intake.taken_in(headed, mapping.proposed(headed))


def test_every_list_of_the_folder_is_tried():
    assert {path.stem for path in LISTS.glob("*.csv")} == LINES.keys()


@pytest.mark.parametrize(("name", "lines"), LINES.items(), ids=LINES)
def test_every_line_of_a_real_list_is_understood(name, lines):
    found = understood(name)
    assert not found.left_out
    assert sum(len(draft.lines) for draft in found.drafts) == lines


@pytest.mark.parametrize("name", [name for name in LINES if name != "wikirate_2018"])
def test_every_country_of_a_real_list_is_known(name):
    assert all(site.country for draft in understood(name).drafts for site in draft.about.sites)


def test_every_os_id_of_a_real_list_has_the_right_check_sign():
    assert sum(len(draft.about.identifiers) for draft in understood("oar_fixture").drafts) == LINES["oar_fixture"]


def test_a_list_of_buyers_and_their_suppliers_is_a_graph():
    found = understood("wikirate_2018")
    buyers = {supply.buyer for draft in found.drafts for supply in draft.supplies}
    assert len(buyers) == 22
    assert buyers <= {draft.about.name for draft in found.drafts}


def test_coordinates_are_not_taken_for_a_town():
    found = sheet.read((LISTS / "oar_fixture.csv").read_bytes(), "oar_fixture.csv")
    assert isinstance(found, Sheet)
    meant = {one.heading: one.field for one in mapping.proposed(mapping.headed(found))}
    assert meant == {
        "os_id": Field.OS_ID,
        "name": Field.NAME,
        "address": Field.ADDRESS,
        "country_code": Field.COUNTRY,
        "location": None,
    }


def test_a_workbook_of_the_old_kind_is_refused_with_a_way_out():
    refused = sheet.read((LISTS / "osh_12.xls").read_bytes(), "osh_12.xls")
    assert [problem.code for problem in refused] == ["FILE_OLD_EXCEL"]


@pytest.mark.parametrize("name", ["osh_2", "wikirate_2018"])
def test_a_real_list_taken_twice_changes_nothing(db, settings, name):
    here = world(db, settings)
    firm = here.organisation()
    lead = here.somebody((firm, Role.COMPANY_LEAD))
    data = (LISTS / f"{name}.csv").read_bytes()
    with here.work(lead) as work:
        first = chain_import.take(work, firm, Sent(f"{name}.csv", data))
    with here.work(lead) as work:
        before = chain.chain(work, firm)
        second = chain_import.take(work, firm, Sent(f"{name}.csv", data))
        after = chain.chain(work, firm)
    assert (second.added, second.joined) == (0, first.added)
    assert after == before


def test_suppliers_of_a_brand_stand_behind_it(db, settings):
    here = world(db, settings)
    firm = here.organisation()
    lead = here.somebody((firm, Role.COMPANY_LEAD))
    with here.work(lead) as work:
        chain_import.take(work, firm, Sent("list.csv", (LISTS / "wikirate_2018.csv").read_bytes()))
        found = chain.chain(work, firm)
    assert len(found.links) == LINES["wikirate_2018"]
    assert {tier.basis for tier in found.tiers.values()} == {Basis.STATED, Basis.UNKNOWN}
