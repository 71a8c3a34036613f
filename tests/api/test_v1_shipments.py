"""The JSON routes of product lines, shipments and dossiers."""

from datetime import timedelta

import pytest

from duediligence.organisation import Role
from tests.api.programs import program

LINE = {"name": "Tomatoes", "hs": "070200", "cotton": "none"}
SHIPMENT = {"reference": "T-26", "destination": "DE"}


@pytest.fixture
def firm(service):
    service.here.now += timedelta(minutes=2)  # costly routes answer again
    return service.firm()


@pytest.fixture
def exporter(service, firm):
    return program(service, service.here.somebody((firm[0], Role.EXPORTER)))


@pytest.fixture
def line(exporter, firm):
    return exporter("POST", f"/organisations/{firm[0]}/product-lines", LINE).json()


@pytest.fixture
def shipment(exporter, firm, line):
    about = SHIPMENT | {"lots": [{"line": line["id"], "mark": "1"}]}
    return exporter("POST", f"/organisations/{firm[0]}/shipments", about).json()


def test_a_line_is_entered_and_listed(exporter, firm, line):
    assert exporter("GET", f"/organisations/{firm[0]}/product-lines").json() == [line]
    assert line["about"] == LINE


def test_a_line_out_of_use_is_listed_apart(exporter, firm, line):
    gone = exporter("DELETE", f"/product-lines/{line['id']}", if_match='"1"')
    assert gone.json()["retired"]
    assert exporter("GET", f"/organisations/{firm[0]}/product-lines").json() == []
    assert exporter("GET", f"/organisations/{firm[0]}/product-lines?retired=true").json() == [gone.json()]


def test_a_change_names_the_revision_it_was_read_at(exporter, line, shipment):
    for place, about in ((f"/product-lines/{line['id']}", LINE), (f"/shipments/{shipment['id']}", SHIPMENT)):
        assert exporter("PUT", place, about).status_code == 428
        assert exporter("PUT", place, about, if_match='"7"').status_code == 412
        changed = exporter("PUT", place, about, if_match='"1"')
        assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')


def test_what_was_not_changed_costs_no_body(exporter, line, shipment):
    for place in (f"/product-lines/{line['id']}", f"/shipments/{shipment['id']}"):
        assert exporter("GET", place, if_none_match='"1"').status_code == 304


def test_what_does_not_fit_is_told_with_its_place(exporter, firm):
    refused = exporter("POST", f"/organisations/{firm[0]}/product-lines", {"name": "", "hs": "x"})
    assert refused.status_code == 422
    assert {one["where"] for one in refused.json()["problems"]} == {"name", "hs"}


def test_a_shipment_sent_again_is_entered_once(exporter, firm):
    for _ in range(2):
        exporter("POST", f"/organisations/{firm[0]}/shipments", SHIPMENT, idempotency_key="one")
    assert len(exporter("GET", f"/organisations/{firm[0]}/shipments").json()["items"]) == 1


def test_one_that_is_deleted_is_gone(exporter, shipment):
    place = f"/shipments/{shipment['id']}"
    assert exporter("DELETE", place).status_code == 428
    assert exporter("DELETE", place, if_match='"1"').status_code == 204
    assert exporter("GET", place).status_code == 404


def test_a_list_goes_on_where_it_ended(exporter, firm):
    for number in range(3):
        exporter("POST", f"/organisations/{firm[0]}/shipments", SHIPMENT | {"reference": str(number)})
    first = exporter("GET", f"/organisations/{firm[0]}/shipments?limit=2").json()
    second = exporter("GET", f"/organisations/{firm[0]}/shipments?limit=2&cursor={first['next']}").json()
    assert [one["about"]["reference"] for one in first["items"] + second["items"]] == ["2", "1", "0"]
    assert second["next"] == ""


def test_a_dossier_is_of_the_destination_unless_another_regime_is_named(exporter, shipment):
    place = f"/shipments/{shipment['id']}/dossier"
    assert exporter("GET", place).json()["regime"] == "eu-flr"
    assert exporter("GET", f"{place}?regime=us-307").json()["regime"] == "us-307"
    assert exporter("GET", f"{place}?regime=none").status_code == 404


def test_a_dossier_holds_no_id_of_a_row(exporter, firm, line, shipment):
    told = exporter("GET", f"/shipments/{shipment['id']}/dossier").text
    assert not any(identifier in told for identifier in (firm[0], line["id"], shipment["id"]))


def test_the_small_workbook_is_a_workbook(exporter, shipment):
    found = exporter("GET", f"/shipments/{shipment['id']}/dossier/workbook?language=ru")
    assert found.content.startswith(b"PK")
    assert "dossier-eu-flr.xlsx" in found.headers["content-disposition"]


def test_another_firm_finds_nothing(service, firm, line, shipment):
    stranger = program(service, service.firm()[2])
    for place in (
        f"/organisations/{firm[0]}/product-lines",
        f"/organisations/{firm[0]}/shipments",
        f"/product-lines/{line['id']}",
        f"/shipments/{shipment['id']}",
        f"/shipments/{shipment['id']}/dossier",
    ):
        assert stranger("GET", place).status_code == 404
