"""What a credential says, and what it never says: `duediligence.proof.untp` and its version 0.7.0."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import base58
import msgspec
import pytest
from credentials import HOST, YARN, issue, key

from duediligence import library
from duediligence.proof import jose, untp, untp_0_7_0, vendored
from duediligence.proof.issue import Issue
from duediligence.proof.untp_0_7_0_assessment import COTTON
from duediligence.review import Label
from duediligence.shipment import LONGEST_NAME, MOST_LOTS

EXAMPLES = [
    "brick_works_dashoguz",
    "builder_ashgabat",
    "cotton_farm_mary",
    "greenhouse_ahal",
    "greenhouse_ahal_papers",
    "labour_provider_lebap",
    "textile_mill",
]
NARROW = {"answers-given", "evidence-checked"}


@dataclass(frozen=True)
class Told:
    """A credential, and a way to one of its assessments."""

    whole: dict[str, Any]

    @property
    def subject(self) -> dict[str, Any]:
        return self.whole["credentialSubject"]

    @property
    def assessments(self) -> dict[str, dict[str, Any]]:
        return {one["id"].rpartition("#")[2]: one for one in self.subject["conformityAssessment"]}

    @property
    def words(self) -> str:
        return json.dumps(self.whole, ensure_ascii=False)

    def score(self, name: str) -> str:
        return self.assessments[name]["assessedPerformance"][0]["score"]["code"]


def credential(one: Issue) -> Told:
    return Told(untp_0_7_0.credential(one))


def labelled(label: Label, **face: object) -> Issue:
    """Return an issue whose face has another label and other facts."""
    one = issue()
    other = msgspec.structs.replace(one.attestation.face, label=label, **face)
    return msgspec.structs.replace(one, attestation=msgspec.structs.replace(one.attestation, label=label, face=other))


def reviewed(*, state_body: bool) -> Issue:
    one = issue("greenhouse_ahal_papers", reviewed=True)
    face = one.attestation.face
    body = msgspec.structs.replace(face.reviewer, state_body=state_body)
    face = msgspec.structs.replace(face, reviewer=body)
    return msgspec.structs.replace(one, attestation=msgspec.structs.replace(one.attestation, face=face))


@pytest.fixture(scope="module")
def farm() -> Told:
    return credential(issue(shipment=YARN))


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("shipment", [None, YARN])
def test_a_credential_for_any_example_fits_the_schema(name, shipment):
    assert vendored.faults(vendored.CONFORMITY_CREDENTIAL, credential(issue(name, shipment=shipment)).whole) == ()


@pytest.mark.parametrize(
    ("label", "claims"),
    [
        (Label.SELF_DECLARED, ("self", "no-endorsement", "declaration")),
        (Label.DOCUMENTS_REVIEWED, ("hybrid", "scheme-self", "verification")),
        (Label.SITE_CHECKED, ("hybrid", "scheme-self", "inspection")),
    ],
)
def test_no_label_claims_more_than_somebody_has_looked_at(label, claims):
    subject = credential(labelled(label)).subject
    assert (subject["assessorLevel"], subject["assessmentLevel"], subject["attestationType"]) == claims


@pytest.mark.parametrize("name", EXAMPLES)
def test_whether_something_is_met_is_said_of_narrow_criteria_alone(name):
    told = credential(issue(name, reviewed=name == "greenhouse_ahal_papers")).assessments
    assert {criterion for criterion, one in told.items() if "conformance" in one} <= NARROW


def test_papers_that_nobody_checked_do_not_count_as_checked(farm):
    assert farm.assessments["evidence-checked"]["conformance"] is False


@pytest.mark.parametrize("coverage", [0.599, 0.6])
def test_enough_was_answered_from_the_share_that_the_rules_name(coverage):
    told = credential(labelled(Label.SELF_DECLARED, coverage=coverage))
    assert told.assessments["answers-given"]["conformance"] is (coverage >= 0.6)


def test_every_indicator_has_an_assessment_of_its_own(farm):
    one = issue()
    assert {finding.indicator for finding in one.copy.profile.findings} <= farm.assessments.keys()


def test_of_state_imposed_labour_only_whether_it_was_declared_is_told(farm):
    performance = farm.assessments["SIF"]["assessedPerformance"]
    assert [(list(one), one["score"]["code"]) for one in performance] == [(["score"], "declared")]


def test_an_indicator_of_which_too_little_was_answered_is_not_called_quiet():
    one = issue()
    findings = tuple(msgspec.structs.replace(found, assessed=False) for found in one.copy.profile.findings)
    profile = msgspec.structs.replace(one.copy.profile, findings=findings)
    one = msgspec.structs.replace(one, copy=msgspec.structs.replace(one.copy, profile=profile))
    quiet = [name for name, level in one.attestation.face.indicators.items() if level == "none"]
    assert {credential(one).score(name) for name in quiet} == {"not_assessed"}


def test_cotton_laundering_the_notice_stands_first(farm):
    assert next(iter(farm.assessments)) == "import-order-notice"


def test_cotton_laundering_the_notice_opens_the_description(farm):
    assert farm.subject["description"].startswith("Since 18 May 2018 United States customs withholds cotton")


@pytest.mark.parametrize("row", [0, 1, 2])
def test_cotton_laundering_the_notice_is_on_the_page_in_every_language(farm, row):
    assert "2018" in farm.whole["renderMethod"][row]["template"]


def test_cotton_laundering_cotton_of_unknown_origin_is_called_unknown():
    one = msgspec.structs.replace(issue(), unsure=(COTTON,))
    assert credential(one).score("import-order-notice") == "not_ruled_out"


def test_goods_without_cotton_carry_no_notice_of_it():
    assert "import-order-notice" not in credential(issue("greenhouse_ahal_papers")).assessments


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_notice_is_left_out(name):
    one = issue(name)
    assert len(credential(one).assessments["risk-figures"]["specifiedCondition"]) == len(one.attestation.face.notices)


def test_false_assurance_a_state_body_is_named_as_one():
    told = credential(reviewed(state_body=True))
    assert (told.score("reviewer"), "a state body" in told.assessments["reviewer"]["description"]) == (
        "state_body",
        True,
    )


def test_bodies_that_say_they_are_no_state_bodies_are_quoted_as_saying_so():
    assert credential(reviewed(state_body=False)).score("reviewer") == "not_state_body"


def test_where_nobody_looked_that_is_said(farm):
    assert farm.score("reviewer") == "nobody"


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("language", ["tk", "ru", "en"])
def test_whitewashing_no_credential_says_that_a_firm_is_cleared(name, language):
    words = credential(issue(name, reviewed=name == "greenhouse_ahal_papers", shipment=YARN)).words
    assert library.banned()[language].search(words) is None


def test_nothing_in_a_credential_calls_itself_a_certificate(farm):
    assert "certif" not in farm.words.lower()


def test_nothing_that_people_typed_is_in_it_but_names_of_businesses_sites_and_goods():
    one = issue("greenhouse_ahal_papers", reviewed=True, shipment=YARN)
    body = one.attestation.face.reviewer
    typed = [body.role, body.interests, YARN.reference]
    assert [words for words in typed if words in credential(one).words] == []


def test_every_lot_is_named(farm):
    lots = [one["product"]["batchNumber"] for one in farm.assessments["goods"]["assessedProduct"]]
    assert lots == ["B-1201", "B-1202"]


def test_a_credential_that_names_as_many_lots_as_there_may_be_is_believed():
    marks = tuple(f"Партия-{number:04}-ХЛОПОК-ПРЯЖА-2026" for number in range(MOST_LOTS))
    goods = (msgspec.structs.replace(YARN.goods[0], name="Ж" * LONGEST_NAME, lots=marks),)
    by, one = key(), issue(shipment=msgspec.structs.replace(YARN, goods=goods))
    assert jose.verify(untp.issue(one, by), [by.public], jose.CREDENTIAL).key == by.public


def test_goods_are_called_unexamined(farm):
    assert {one["idVerifiedByCAB"] for one in farm.assessments["goods"]["assessedProduct"]} == {False}


def test_a_credential_for_one_shipment_says_that_it_is_for_no_other(farm):
    assert "For one shipment to DE only." in farm.words


def test_the_signed_report_is_named_by_its_digest(farm):
    report = farm.assessments["risk-figures"]["evidence"][0]
    digest = hashlib.sha256(b"the signed report").digest()
    assert base58.b58decode(report["digestMultibase"][1:]) == b"\x12\x20" + digest


def test_a_page_is_named_by_its_digest(farm):
    page = farm.whole["renderMethod"][0]
    digest = hashlib.sha256(page["template"].encode()).digest()
    assert base58.b58decode(page["digestMultibase"][1:]) == b"\x12\x20" + digest


def test_a_name_cannot_have_anything_filled_in_on_the_page():
    one = reviewed(state_body=False)
    body = msgspec.structs.replace(one.attestation.face.reviewer, body="{{issuer.name}}<script>")
    face = msgspec.structs.replace(one.attestation.face, reviewer=body)
    one = msgspec.structs.replace(one, attestation=msgspec.structs.replace(one.attestation, face=face))
    pages = [page["template"] for page in credential(one).whole["renderMethod"]]
    assert not [page for page in pages if "{{issuer" in page or "<script" in page]


def test_a_credential_stands_until_the_end_of_its_last_day(farm):
    assert (farm.whole["validFrom"], farm.whole["validUntil"]) == ("2026-11-21T09:30:00Z", "2027-05-20T23:59:59Z")


@pytest.mark.parametrize(("expires", "stands"), [(date(2027, 11, 21), True), (date(2027, 11, 22), False)])
def test_no_credential_stands_longer_than_twelve_months(expires, stands):
    one = issue()
    one = msgspec.structs.replace(one, attestation=msgspec.structs.replace(one.attestation, expires=expires))
    if stands:
        assert credential(one).whole["validUntil"] == "2027-11-21T23:59:59Z"
    else:
        with pytest.raises(ValueError, match="12 months"):
            credential(one)


def test_what_does_not_fit_the_schema_is_not_issued():
    one = msgspec.structs.replace(issue(), by=msgspec.structs.replace(HOST, address="https://due example.org"))
    with pytest.raises(ValueError, match="does not fit the schema"):
        credential(one)


def test_the_place_in_the_status_list_is_a_number_as_the_schema_has_it(farm):
    assert farm.whole["credentialStatus"]["statusListIndex"] == 90_001


def test_a_place_in_digits_as_the_standard_has_it_does_not_fit_the_schema(farm):
    whole = farm.whole | {"credentialStatus": untp_0_7_0.status(HOST.address, 90_001, str)}
    assert vendored.faults(vendored.CONFORMITY_CREDENTIAL, whole) == (
        'credentialStatus/statusListIndex: "90001" is not of type "integer"',
    )


def test_a_topic_stands_on_the_assessment_and_on_its_criterion(farm):
    for one in farm.assessments.values():
        assert one["conformityTopic"] == one["assessmentCriteria"][0]["conformityTopic"]


@pytest.mark.parametrize("version", untp.VERSIONS)
def test_what_is_signed_is_the_credential_of_that_version(version):
    by, one = key(), issue(shipment=YARN)
    verified = jose.verify(untp.issue(one, by, version), [by.public], jose.CREDENTIAL)
    assert json.loads(verified.payload) == untp.VERSIONS[version](one)


def test_the_version_that_is_issued_is_one_there_is():
    assert untp.CURRENT in untp.VERSIONS


def test_the_same_attestation_gives_the_same_bytes():
    one = issue(shipment=YARN)
    assert msgspec.json.encode(untp_0_7_0.credential(one)) == msgspec.json.encode(untp_0_7_0.credential(one))


def test_a_sample_says_so_in_its_name():
    sample = msgspec.structs.replace(issue().attestation, sample=True)
    whole = untp_0_7_0.credential(msgspec.structs.replace(issue(), attestation=sample))
    assert whole["name"].startswith("SAMPLE, invented")
