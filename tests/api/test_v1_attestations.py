"""The JSON routes of attestations and of copies for named readers."""

import pytest

from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.proof.attestation import Attestation
from duediligence.store.session import Scope
from tests import attested
from tests.api.conftest import Service
from tests.api.programs import Program, program
from tests.stages import Parties

NOBODY = "0" * 20


@pytest.fixture(scope="module")
def all_(service: Service) -> Parties:
    firm, site, lead = service.firm()
    body, auditor, second, lead_auditor = service.body()
    return Parties(service.here, firm, site, body, "", lead, auditor, second, lead_auditor)


@pytest.fixture(scope="module")
def engagement(all_: Parties) -> str:
    return all_.at(Stage.SUBMITTED)


@pytest.fixture(scope="module")
def signed(all_: Parties, engagement: str) -> Attestation:
    """Give one that no test changes."""
    return attested.issued(all_.here, all_.lead, engagement)


@pytest.fixture
def lead(service: Service, all_: Parties) -> Program:
    return program(service, all_.lead)


@pytest.fixture
def exporter(service: Service, all_: Parties) -> Program:
    return program(service, all_.here.somebody((all_.firm, Role.EXPORTER)))


@pytest.fixture
def stranger(service: Service) -> Program:
    return program(service, service.firm()[2])


def wanted(engagement: str, **more: object) -> dict[str, object]:
    return {"assessment": engagement, "language": "en", **more}


def copy_for(one: Attestation, **more: object) -> dict[str, object]:
    return {"reader": "Example Buyer", "purpose": "Purchase", "until": one.expires.isoformat(), **more}


def test_an_assessment_of_another_firm_is_not_found(stranger: Program, engagement: str) -> None:
    assert stranger("POST", "/attestations", wanted(engagement)).status_code == 404


def test_what_was_not_handed_in_is_refused(lead: Program, all_: Parties) -> None:
    assert lead("POST", "/attestations", wanted(all_.at(Stage.ANSWERING))).status_code == 409


def test_a_shipment_without_a_regime_that_exists_is_refused(lead: Program, all_: Parties, engagement: str) -> None:
    goods = attested.shipment(all_.here, all_.lead, all_.firm, engagement)
    refused = lead("POST", "/attestations", wanted(engagement, shipment=goods, regime="nowhere"))
    assert [one["where"] for one in refused.json()["problems"]] == ["regime"]


def test_one_sent_again_is_drawn_up_once(exporter: Program, all_: Parties, engagement: str) -> None:
    first, second = (exporter("POST", "/attestations", wanted(engagement), idempotency_key="one") for _ in range(2))
    assert first.status_code == 201
    assert first.headers["location"] == f"/api/v1/attestations/{first.json()['attestation']['id']}"
    assert second.json() == first.json()


def test_it_is_consented_to_signed_and_fetched(lead: Program, exporter: Program, all_: Parties) -> None:
    code = exporter("POST", "/attestations", wanted(all_.at(Stage.SUBMITTED))).json()["attestation"]["id"]
    place = f"/attestations/{code}"
    assert exporter("POST", f"{place}/consent").status_code == 403
    assert lead("POST", f"{place}/consent").status_code == 202
    attested.sign(all_.here)
    assert lead("GET", place).json()["standing"] == "valid"
    assert lead("GET", f"{place}/report").content.startswith(b"%PDF")
    assert lead("GET", f"{place}/credential").headers["content-type"].startswith("application/vc+jwt")


def test_files_are_not_there_before_it_is_signed(lead: Program, all_: Parties, engagement: str) -> None:
    one = attested.drawn_up(all_.here, all_.lead, engagement)
    assert [lead("GET", f"/attestations/{one.id}/{what}").status_code for what in ("report", "credential")] == [404] * 2


def test_one_that_waits_is_deleted_and_one_that_was_signed_is_not(
    lead: Program, all_: Parties, engagement: str, signed: Attestation
) -> None:
    one = attested.drawn_up(all_.here, all_.lead, engagement)
    assert lead("DELETE", f"/attestations/{one.id}").status_code == 204
    assert lead("GET", f"/attestations/{one.id}").status_code == 404
    assert lead("DELETE", f"/attestations/{signed.id}").status_code == 409


def test_the_list_is_of_one_firm(lead: Program, stranger: Program, all_: Parties, signed: Attestation) -> None:
    place = f"/organisations/{all_.firm}/attestations"
    assert signed.id in [one["attestation"]["id"] for one in lead("GET", place).json()]
    assert stranger("GET", place).status_code == 404


@pytest.mark.parametrize("code", [NOBODY, "x" * 20, "short"])
def test_a_code_nobody_was_given_is_not_found(lead: Program, code: str) -> None:
    assert lead("GET", f"/attestations/{code}").status_code in (400, 404)


def test_a_reason_out_of_the_list_is_needed_to_withdraw(lead: Program, signed: Attestation) -> None:
    assert lead("POST", f"/attestations/{signed.id}/withdraw", {"because": "boredom"}).status_code == 400


def test_what_is_withdrawn_stays_withdrawn(lead: Program, all_: Parties) -> None:
    one = attested.issued(all_.here, all_.lead, all_.at(Stage.SUBMITTED))
    place = f"/attestations/{one.id}"
    assert lead("POST", f"{place}/withdraw", {"because": "error"}).json()["standing"] == "withdrawn"
    assert lead("POST", f"{place}/withdraw", {"because": "error"}).status_code == 409
    assert lead("GET", place).json()["standing"] == "withdrawn"
    assert lead("POST", f"{place}/copies", copy_for(one)).status_code == 409


def test_a_copy_is_made_listed_and_closed(service: Service, exporter: Program, signed: Attestation) -> None:
    place = f"/attestations/{signed.id}/copies"
    made = exporter("POST", place, copy_for(signed, left_out={"suppliers": "of_another"})).json()
    identifier = made["copy"]["id"]
    assert identifier in [one["id"] for one in exporter("GET", place).json()]
    assert exporter("DELETE", f"{place}/{identifier}").json()["revoked"]
    opened = service.browser().get(made["link"].removeprefix(service.installation.settings.address))
    assert opened.status_code == 410


def test_what_copies_may_not_leave_out_is_no_choice(exporter: Program, signed: Attestation) -> None:
    left_out = {"notices": "not_needed"}
    assert exporter("POST", f"/attestations/{signed.id}/copies", copy_for(signed, left_out=left_out)).status_code == 400


def test_a_copy_of_another_attestation_is_not_closed_from_here(
    lead: Program, all_: Parties, engagement: str, signed: Attestation
) -> None:
    other = attested.issued(all_.here, all_.lead, engagement, language="ru")
    identifier = lead("POST", f"/attestations/{signed.id}/copies", copy_for(signed)).json()["copy"]["id"]
    assert lead("DELETE", f"/attestations/{other.id}/copies/{identifier}").status_code == 404


def test_a_reviewing_body_is_told_of_no_copies(service: Service, all_: Parties, signed: Attestation) -> None:
    body = program(service, all_.lead_auditor)
    assert body("GET", f"/attestations/{signed.id}").status_code == 200
    assert body("GET", f"/attestations/{signed.id}/copies").status_code == 403


def test_a_key_that_only_reads_changes_nothing(service: Service, all_: Parties, signed: Attestation) -> None:
    reader = program(service, all_.lead, Scope.READ)
    assert reader("GET", f"/attestations/{signed.id}").status_code == 200
    assert reader("POST", f"/attestations/{signed.id}/withdraw", {"because": "error"}).status_code == 403
