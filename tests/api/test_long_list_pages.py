"""The pages of a list, or a register, that is work for a worker: they say how far it has come and then go on."""

import pytest

from duediligence.chain.party import About, Party
from duediligence.database import new_id
from duediligence.store import party as parties
from duediligence.workflow.chain_doubles import LARGE
from tests.api.conftest import Browser
from tests.chain_long import long_list

LINES = 2_100


@pytest.fixture
def firm(service):
    return service.firm()


@pytest.fixture
def lead(service, firm) -> Browser:
    return service.browser(firm[2])


@pytest.fixture
def waits(lead) -> str:
    files = {"file": ("list.csv", long_list(LINES), "text/csv")}
    return lead.post("/chain/import", {"firm": ""}, files).headers["location"]


class TestList:
    def test_while_it_is_compared_a_page_says_so_and_leads_back_to_it(self, lead, waits):
        page = lead.get(waits)
        assert (page.status_code, page.headers["retry-after"]) == (202, "2")
        assert "Your list is being compared with the register" in page.text
        assert f'href="{waits}"' in page.text

    def test_after_that_it_is_shown_as_it_would_be_taken(self, service, lead, waits):
        page = lead.fetch(service.here, waits).text
        assert f"{LINES:,} new, 0 known already" in page

    def test_other_meanings_of_its_columns_have_an_address_of_their_own(self, service, lead, waits):
        looked = lead.post(waits, {"do": "look", "column-1": "-"}).headers["location"]
        assert looked.startswith(f"{waits}?reading=")
        page = lead.fetch(service.here, looked).text
        assert '<option value="-" selected>' in page

    def test_it_is_taken_and_leads_to_what_it_brought(self, service, lead, waits):
        taking = lead.post(waits, {"do": "take"}).headers["location"]
        assert lead.get(taking).status_code == 202
        service.here.make_files()
        taken = lead.get(taking)
        assert taken.headers["location"].startswith("/chain/imports/")
        assert lead.get(taken.headers["location"]).status_code == 200
        assert lead.get(waits).status_code == 404

    def test_what_nobody_has_ordered_leads_back_to_the_list(self, lead, waits):
        assert lead.get(f"{waits}/taken").headers["location"] == waits

    def test_one_whose_columns_cannot_be_read_so_is_refused_at_once(self, service, lead, waits):
        lead.post(waits, {"do": "take", "column-0": "-"})
        service.here.make_files()
        refused = lead.post(waits, {"do": "take", "column-0": "-"})
        assert refused.status_code == 422

    @pytest.mark.parametrize("language", ["en", "ru", "tk"])
    def test_the_page_speaks_every_language(self, lead, waits, language):
        page = lead.get(waits, cookie=f"{lead.headers['cookie']}; language={language}")
        assert (page.status_code, f'<html lang="{language}">' in page.text) == (202, True)


class TestDoubles:
    def test_a_large_register_is_compared_by_a_worker_once_a_day(self, service, firm, lead):
        names = [*(f"Kärhana {number}" for number in range(LARGE - 2)), "Ak Pagta HJ", "Ak Pagta LLC"]
        with service.installation.db.writing() as connection:
            parties.add(connection, [entered(firm, name, service.here.now) for name in names])
        assert lead.get("/chain/doubles").status_code == 202
        service.here.make_files()
        assert "Ak Pagta LLC" in lead.get("/chain/doubles").text


def entered(firm, name: str, now) -> Party:
    return Party(
        id=new_id(),
        organisation=firm[0],
        about=About(name=name),
        revision=1,
        created_by=firm[2].person,
        created=now,
        changed=now,
    )
