"""Lists of partners over JSON: not found, not allowed, wrong moment, well done; short ones at once, others as jobs."""

from datetime import timedelta

import pytest

from duediligence.chain.party import About
from duediligence.organisation import Role
from duediligence.workflow import chain
from tests.api.programs import Program, program
from tests.chain_long import long_list

LIST = b"Name;Town;Unit\nAk Pagta;Mary;7\nTejen Hasyl;Tejen;8\nTotal;;15\n"
UNKNOWN = "0" * 64


@pytest.fixture
def firm(service):
    service.here.now += timedelta(minutes=5)  # costly routes answer again
    return service.firm()


@pytest.fixture
def lead(service, firm) -> Program:
    return program(service, firm[2])


@pytest.fixture
def lists(firm) -> str:
    return f"/chain/{firm[0]}/lists"


def send(who: Program, lists: str, data: bytes = LIST):
    return who.client.post(f"/api/v1{lists}", files={"file": ("list.csv", data, "text/csv")}, headers=who.headers)


@pytest.fixture
def sent(lead, lists) -> str:
    return f"{lists}/{send(lead, lists).json()['list']}"


class TestShort:
    def test_a_list_that_is_sent_waits_where_it_is_said(self, lead, lists):
        made = send(lead, lists)
        assert (made.status_code, made.json()["lines"]) == (201, 4)
        assert lead("GET", made.headers["location"].removeprefix("/api/v1")).status_code == 200

    def test_it_is_looked_at_with_the_meaning_of_its_columns_and_every_problem_by_its_place(self, lead, sent):
        found = lead("GET", sent).json()
        assert [(one["heading"], one["field"]) for one in found["columns"]][:2] == [("Name", "name"), ("Town", "town")]
        assert [(one["code"], one["where"]) for one in found["left_out"]] == [("ROW_IS_TOTAL", "4")]
        assert (found["new"], found["known"], found["left_out_count"]) == (2, 0, 1)

    def test_its_columns_mean_what_somebody_says(self, lead, sent):
        found = lead("POST", f"{sent}/look", {"columns": {"1": "address"}}).json()
        assert [one["field"] for one in found["columns"]][:2] == ["name", "address"]

    def test_what_may_be_known_is_asked_and_taken_as_it_is_decided(self, service, firm, lead, sent):
        with service.here.work(firm[2]) as work:
            known = chain.add(work, firm[0], About(name="Ak Pahta")).id
        (asked,) = lead("GET", sent).json()["asked"]
        assert [one["party"] for one in asked["candidates"]] == [known]
        decided = {"decisions": {asked["mark"]: {"decision": "same", "party": known}}}
        batch = lead("POST", f"{sent}/taking", decided).json()
        assert (batch["added"], batch["joined"]) == (1, 1)

    def test_it_is_taken_once_and_taken_back(self, lead, lists, sent):
        made = lead("POST", f"{sent}/taking", {})
        place = made.headers["location"].removeprefix("/api/v1")
        assert (made.status_code, lead("GET", place).json()["in_the_way"]) == (201, [])
        assert lead("POST", f"{sent}/taking", {}).status_code == 404
        assert lead("DELETE", place).status_code == 204
        assert lead("DELETE", place).status_code == 409
        assert lead("GET", place).json()["batch"]["undone"]

    def test_later_work_that_stands_on_it_is_named(self, lead, sent):
        place = lead("POST", f"{sent}/taking", {}).headers["location"].removeprefix("/api/v1")
        party = lead("GET", place).json()["batch"]["rows"][0]["party"]
        lead("PUT", f"/chain/parties/{party}", {"name": "Ak Pagta HJ"}, if_match='"1"')
        assert [one["code"] for one in lead("GET", place).json()["in_the_way"]] == ["UNDO_CHANGED"]
        assert lead("DELETE", place).status_code == 422

    def test_one_that_cannot_be_read_like_this_is_not_taken(self, lead, sent):
        refused = lead("POST", f"{sent}/taking", {"columns": {"0": None}})
        assert (refused.status_code, refused.json()["problems"][0]["code"]) == (422, "LIST_WITHOUT_NAMES")

    def test_one_that_is_left_waits_no_more(self, lead, sent):
        assert lead("DELETE", sent).status_code == 204
        assert lead("GET", sent).status_code == 404

    def test_what_is_no_list_is_refused(self, lead, lists):
        refused = send(lead, lists, b"PK nothing")
        assert (refused.status_code, len(refused.json()["problems"])) == (422, 1)

    def test_a_body_that_is_no_form_is_refused(self, lead, lists):
        assert lead("POST", lists, {"file": "list"}).status_code == 415

    def test_a_form_without_a_file_is_refused(self, lead, lists):
        sent = lead.client.post(f"/api/v1{lists}", files={"other": ("a", b"b")}, headers=lead.headers)
        assert sent.status_code == 400


class TestLong:
    @pytest.fixture
    def waits(self, lead, lists) -> str:
        return f"{lists}/{send(lead, lists, long_list(2_100)).json()['list']}"

    def test_it_is_compared_and_taken_by_a_worker_that_asks_for_nothing_twice(self, service, lead, waits):
        first = lead("GET", waits)
        assert (first.status_code, first.json()["kind"], first.headers["retry-after"]) == (202, "list_look", "2")
        assert lead("GET", waits).json()["id"] == first.json()["id"]
        service.here.make_files()
        assert lead("GET", waits).json()["new"] == 2_100
        assert lead("POST", f"{waits}/taking", {}).json()["kind"] == "list_take"
        service.here.make_files()
        batch = lead("POST", f"{waits}/taking", {})
        assert (batch.status_code, batch.json()["added"]) == (201, 2_100)
        assert lead("GET", waits).status_code == 404

    def test_one_that_cannot_be_read_like_this_is_refused_at_once(self, lead, waits):
        assert lead("POST", f"{waits}/taking", {"columns": {"0": None}}).status_code == 422


class TestDoubles:
    def test_entries_that_may_be_one_are_told_with_what_speaks_for_it(self, service, firm, lead):
        with service.here.work(firm[2]) as work:
            ids = {chain.add(work, firm[0], About(name=name)).id for name in ("Ak Pagta HJ", "Ak Pagta LLC")}
        found = lead("GET", f"/chain/{firm[0]}/doubles").json()
        (pair,) = found["pairs"]
        assert {pair["first"]["id"], pair["second"]["id"]} == ids
        assert (found["count"], bool(pair["reasons"][0]["en"])) == (1, True)


class TestSomebodyElse:
    def test_another_firm_finds_nothing(self, service, firm, lists, sent):
        stranger = program(service, service.firm()[2])
        assert send(stranger, lists).status_code == 404
        assert stranger("GET", sent).status_code == 404
        assert stranger("POST", f"{sent}/taking", {}).status_code == 404
        assert stranger("GET", f"/chain/{firm[0]}/doubles").status_code == 404

    def test_a_colleague_finds_no_list_that_somebody_else_sent(self, service, firm, sent):
        colleague = program(service, service.here.somebody((firm[0], Role.COMPANY_LEAD)))
        assert colleague("GET", sent).status_code == 404

    def test_who_only_reads_may_send_none(self, service, firm, lists):
        exporter = program(service, service.here.somebody((firm[0], Role.EXPORTER)))
        assert send(exporter, lists).status_code == 403
        assert exporter("GET", f"{lists}/{UNKNOWN}").status_code == 403
