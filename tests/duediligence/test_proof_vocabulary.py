"""What a credential is made against, published: `duediligence.proof.vocabulary`."""

import pytest
from credentials import HOST, YARN, issue

from duediligence.errors import NotFound
from duediligence.proof import untp_0_7_0, vendored, vocabulary
from duediligence.proof.vocabulary import TOPICS
from risk_models import catalogue

INSIDE = f"{HOST.address}/vocabulary/"


def ids(value: object) -> set[str]:
    """Return every address inside the vocabulary that a value names."""
    if isinstance(value, dict):
        return {value["id"]} | ids([*value.values()]) if "id" in value else ids([*value.values()])
    if isinstance(value, list):
        return set().union(*map(ids, value))
    return set()


def inside(value: object) -> set[str]:
    return {one.removeprefix(INSIDE) for one in ids(value) if one.startswith(INSIDE)}


@pytest.fixture(scope="module")
def scheme():
    return vocabulary.document(HOST, "scheme")


def test_the_scheme_fits_the_schema(scheme):
    assert vendored.faults(vendored.CONFORMITY_SCHEME, scheme) == ()


def test_the_scheme_has_a_profile_for_every_rule_set_there_ever_was(scheme):
    found = {one["id"].removeprefix(f"{INSIDE}profile/") for one in scheme["includedProfile"]}
    assert found == {"/".join(edition) for edition in catalogue.versions()}


def test_the_scheme_is_endorsed_by_nobody_else(scheme):
    assert scheme["endorsementLevel"] == "endorsed_self"


def test_no_document_names_an_address_that_does_not_resolve(scheme):
    for path in inside(scheme):
        assert vocabulary.document(HOST, path)["id"] == INSIDE + path


@pytest.mark.parametrize(("name", "reviewed"), [("textile_mill", False), ("greenhouse_ahal_papers", True)])
def test_no_credential_names_an_address_that_does_not_resolve(name, reviewed):
    named = inside(untp_0_7_0.credential(issue(name, reviewed=reviewed, shipment=YARN)))
    assert {vocabulary.document(HOST, path)["id"].removeprefix(INSIDE) for path in named} == named


def test_a_topic_says_which_one_of_uncefact_it_is():
    assert f"{TOPICS}youth-protection" in vocabulary.document(HOST, "topic/youth-protection")["definition"]


def test_what_is_said_of_answers_does_not_count_as_a_topic_of_labour(scheme):
    criteria = scheme["includedProfile"][0]["criterion"]
    asked = [one for one in criteria if one["requiredPerformance"] or one["id"].endswith("evidence-checked")]
    assert {topic["name"] for one in asked for topic in one["conformityTopic"]} == {"Quality of Information"}


def test_no_indicator_has_a_mark_to_be_passed(scheme):
    indicators = {one.id for one in catalogue.load(*catalogue.versions()[-1]).indicators}
    criteria = scheme["includedProfile"][-1]["criterion"]
    assert [one for one in criteria if one["id"].rpartition("/")[2] in indicators and one["requiredPerformance"]] == []


def test_every_score_in_a_credential_is_in_a_published_framework(scheme):
    published = {
        (score["code"], score.get("rank"))
        for one in (scheme["schemeScoringFramework"], *scheme["includedProfile"][0]["criterionScoringFramework"])
        for score in one["score"]
    }
    subject = untp_0_7_0.credential(issue(shipment=YARN))["credentialSubject"]
    stated = [
        performance["score"]
        for one in subject["conformityAssessment"]
        for performance in one["assessedPerformance"]
        if "score" in performance
    ]
    assert {(score["code"], score.get("rank")) for score in [subject["profileScore"], *stated]} <= published


@pytest.mark.parametrize(
    "path",
    [
        "",
        "scheme/2",
        "topic",
        "topic/none",
        "metric/none",
        "standard/eu-2024-3015",
        "profile/forced_labour/1999.1",
        "criterion/forced_labour/2026.1/none",
        "../secret",
    ],
)
def test_nothing_stands_at_another_address(path):
    with pytest.raises(NotFound):
        vocabulary.document(HOST, path)
