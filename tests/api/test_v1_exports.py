"""The chain as lists for table programs: over JSON and on pages, in every language, for nobody else."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest

from duediligence.chain.party import About, PartyRole, Terms
from duediligence.workflow import chain
from tests.api.programs import program

WHATS = ("register", "season", "exposure", "paths")
FORMULA = "=1+1"


@pytest.fixture
def firm(service):
    """Give a firm with a farm in season, and a gin that it buys from without knowing its year."""
    service.here.now += timedelta(minutes=5)  # costly routes answer again
    firm = service.firm()
    with service.here.work(firm[2]) as work:
        farm = chain.add(work, firm[0], About(name=FORMULA, roles=(PartyRole.FARM,), months=(9, 10), peak_heads=40))
        gin = chain.add(work, firm[0], About(name="Ak Pagta", roles=(PartyRole.GIN,)))
        chain.link(work, farm.id, gin.id, Terms())
        chain.link(work, gin.id, None, Terms(share_of_spend=40.0))
    return firm


@pytest.fixture
def lead(service, firm):
    return program(service, firm[2])


def lines(answer) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.parametrize("language", ["en", "ru", "tk"])
def test_each_list_is_a_workbook_of_one_sheet(lead, firm, what, language):
    found = lead("GET", f"/chain/{firm[0]}/exports/{what}?kind=xlsx&language={language}")
    assert 'filename="' in found.headers["content-disposition"]
    assert len(openpyxl.load_workbook(io.BytesIO(found.content)).sheetnames) == 1


@pytest.mark.parametrize("what", WHATS)
def test_in_csv_no_cell_is_computed(lead, firm, what):
    found = lines(lead("GET", f"/chain/{firm[0]}/exports/{what}"))
    assert not any(cell.startswith("=") for line in found for cell in line)


def test_the_year_has_a_line_for_each_party_and_says_which_months_nobody_has_told(lead, firm):
    _, farm, gin, note = lines(lead("GET", f"/chain/{firm[0]}/exports/season"))
    assert farm[:16] == [f"'{FORMULA}", "", "", "40", *"000000001100"]
    assert gin[4:16] == [""] * 12
    assert len(note) == 1


def test_exposure_has_a_line_for_each_indicator_and_states_what_the_api_states(lead, firm):
    _, *found, note = lines(lead("GET", f"/chain/{firm[0]}/exports/exposure"))
    told = {one["indicator"]: one for one in lead("GET", f"/chain/{firm[0]}/exposure").json()["indicators"]}
    assert {line[0]: float(line[5]) for line in found} == {name: round(one["high"], 2) for name, one in told.items()}
    assert "no finding" in note[0]


def test_paths_lead_from_the_firm_to_where_they_end(lead, firm):
    _, *found, _ = lines(lead("GET", f"/chain/{firm[0]}/exports/paths"))
    assert f"you ← Ak Pagta ← {FORMULA}" in {line[2] for line in found if line[0] == "DEB"}


def test_figures_of_a_workbook_are_numbers_and_names_are_words(lead, firm):
    found = lead("GET", f"/chain/{firm[0]}/exports/season?kind=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(found.content)).active
    assert (sheet["A3"].value, sheet["A3"].data_type, sheet["D3"].value) == (FORMULA, "s", 40)


@pytest.mark.parametrize("page", ["season", "exposure"])
def test_pages_lead_to_their_lists(service, firm, page):
    browser = service.browser(firm[2])
    assert f"/chain/exports/{page}?kind=csv" in browser.get(f"/chain/{page}").text
    assert lines(browser.get(f"/chain/exports/{page}?kind=csv"))


def test_another_list_is_not_there(service, lead, firm):
    assert lead("GET", f"/chain/{firm[0]}/exports/others").status_code == 404
    assert service.browser(firm[2]).get("/chain/exports/others").status_code == 404


def test_another_firm_finds_nothing(service, firm):
    stranger = service.firm()[2]
    assert program(service, stranger)("GET", f"/chain/{firm[0]}/exports/season").status_code == 404
    assert service.browser(stranger).get(f"/chain/exports/season?firm={firm[0]}").status_code == 404
