"""Documents over JSON: not found, not allowed, wrong moment, well done; and nothing of a private one for reviewers."""

from datetime import timedelta

import pytest

from duediligence.engagement import Stage
from duediligence.organisation import Role
from tests.api.programs import Program, program
from tests.stages import parties

NOBODY = "0" * 32
TABLE = ("hours.csv", b"role,hours\nfield,40\n", "text/csv")
NAMES = ("people.csv", b"name,passport\nworker,I-AS 123456\n", "text/csv")


@pytest.fixture
def around(service):
    """Give a firm and its reviewers; time has passed, so that routes that take files answer."""
    service.here.now += timedelta(minutes=5)
    return parties(service.here)


@pytest.fixture
def firm(service, around):
    return program(service, around.lead)


@pytest.fixture
def auditor(service, around):
    return program(service, around.auditor)


@pytest.fixture
def sent(firm, around):
    """Give a document that was sent."""
    return send(firm, around.firm).json()


@pytest.fixture
def beside(firm, around):
    """Give an assessment under review with a document beside one of its answers."""
    identifier = around.at(Stage.IN_REVIEW)
    made = send(firm, around.firm, assessment=identifier, question="gov.policy").json()
    return identifier, made["id"]


def send(firm: Program, organisation: str, file=TABLE, key: str = "", **fields: str):
    headers = firm.headers | ({"idempotency-key": key} if key else {})
    fields = {"organisation": organisation, **fields}
    return firm.client.post("/api/v1/documents", data=fields, files={"file": file}, headers=headers)


def mark(firm: Program, identifier: str) -> str:
    return firm("GET", f"/documents/{identifier}").headers["etag"]


def erase(firm: Program, identifier: str):
    body = {"reason": "It was of another month."}
    return firm("POST", f"/documents/{identifier}/erasure", body, if_match=mark(firm, identifier))


class TestSending:
    def test_into_another_firm_finds_no_such_thing(self, service, firm):
        assert send(firm, service.firm()[0]).status_code == 404

    def test_by_somebody_who_may_not_add_is_refused(self, service, around):
        exporter = program(service, service.here.somebody((around.firm, Role.EXPORTER)))
        assert send(exporter, around.firm).status_code == 403

    def test_a_document_is_kept_and_said_where(self, firm, around):
        answer = send(firm, around.firm, dated="2026-09-01")
        assert answer.status_code == 201
        assert firm("GET", answer.headers["location"].removeprefix("/api/v1")).json()["file"]["dated"] == "2026-09-01"

    def test_what_a_person_must_look_at_is_listed(self, firm, around):
        answer = send(firm, around.firm, NAMES)
        assert answer.status_code == 422
        assert answer.json()["problems"]

    def test_what_a_person_has_looked_at_is_kept(self, firm, around):
        assert send(firm, around.firm, NAMES, confirmed="yes").status_code == 201

    def test_a_kind_that_is_not_taken_is_refused_on_the_same_grounds_as_on_the_page(self, firm, around):
        answer = send(firm, around.firm, ("tool.exe", b"MZ", "application/octet-stream"))
        assert [one["code"] for one in answer.json()["problems"]] == ["FILE_KIND_NOT_TAKEN"]

    def test_twice_under_one_key_is_kept_once(self, firm, around):
        first, again = (send(firm, around.firm, key="one-file") for _ in range(2))
        assert again.headers["idempotent-replay"] == "true"
        assert first.json() == again.json()

    def test_another_file_under_the_same_key_is_refused(self, firm, around):
        send(firm, around.firm, key="one-file")
        other = ("hours.csv", b"role,hours\nfield,60\n", "text/csv")
        assert send(firm, around.firm, other, key="one-file").status_code == 409

    def test_json_is_no_form(self, firm):
        assert firm("POST", "/documents", {"organisation": NOBODY}).status_code == 415

    @pytest.mark.parametrize(
        "fields",
        [
            {"dated": "1.9.2026"},
            {"shared": "perhaps"},
            {"question": "gov.policy"},
            {"colour": "red"},
            {"file": "no file"},
        ],
    )
    def test_a_field_that_does_not_fit_is_named(self, firm, around, fields):
        files = {} if "file" in fields else {"file": TABLE}
        fields = {"organisation": around.firm, **fields}
        answer = firm.client.post("/api/v1/documents", data=fields, files=files or {"x": TABLE}, headers=firm.headers)
        assert answer.status_code == 400
        assert answer.json()["problems"]

    def test_beside_a_protected_answer_it_is_the_firms_alone(self, firm, around):
        identifier = around.at(Stage.ANSWERING)
        kept = send(firm, around.firm, assessment=identifier, question="sif.asked").json()
        assert kept["shared"] is False


class TestOne:
    def test_of_another_firm_is_not_found(self, service, sent):
        stranger = program(service, service.firm()[2])
        assert stranger("GET", f"/documents/{sent['id']}").status_code == 404
        assert stranger("GET", f"/documents/{sent['id']}/content").status_code == 404

    def test_is_fetched_as_it_was_sent(self, firm, sent):
        answer = firm("GET", f"/documents/{sent['id']}/content")
        assert answer.content == TABLE[1]
        assert answer.headers["content-disposition"].startswith("attachment")

    def test_that_is_known_already_costs_no_body(self, firm, sent):
        known = mark(firm, sent["id"])
        assert firm("GET", f"/documents/{sent['id']}", if_none_match=known).status_code == 304

    def test_is_described_at_the_state_that_was_read(self, firm, sent):
        body = {"dated": "2026-09-01", "valid_until": None, "shared": False}
        known = mark(firm, sent["id"])
        first, again = (firm("PUT", f"/documents/{sent['id']}/about", body, if_match=known) for _ in range(2))
        assert (first.json()["file"]["shared"], again.status_code) == (False, 412)

    def test_stands_for_the_answers_it_is_tied_to(self, firm, around, sent):
        assessment = around.at(Stage.ANSWERING)
        address = f"/documents/{sent['id']}/answers/{assessment}"
        answer = firm("PUT", address, {"questions": ["gov.policy", "gov.training"]}, if_match=mark(firm, sent["id"]))
        assert [one["question"] for one in answer.json()["answers"]] == ["gov.policy", "gov.training"]

    def test_beside_what_was_handed_in_stays(self, firm, beside):
        assessment, identifier = beside
        address = f"/documents/{identifier}/answers/{assessment}"
        assert firm("PUT", address, {"questions": []}, if_match=mark(firm, identifier)).status_code == 409

    def test_erased_leaves_the_reason_and_not_the_name(self, firm, sent):
        after = erase(firm, sent["id"]).json()["file"]
        assert (after["name"], after["erased_reason"]) == ("", "It was of another month.")
        assert firm("GET", f"/documents/{sent['id']}/content").status_code == 409

    def test_is_erased_once(self, firm, sent):
        erase(firm, sent["id"])
        assert erase(firm, sent["id"]).status_code == 409


def test_documents_are_listed_part_by_part_the_newest_first(firm, around):
    names = [f"hours {number}.csv" for number in range(3)]
    for name in names:
        send(firm, around.firm, (name, *TABLE[1:]))
    assert [one["name"] for one in firm.every("/documents", 2)] == names[::-1]


class TestForReviewers:
    def test_whoever_does_not_review_the_file_finds_nothing(self, service, around, beside):
        stranger = program(service, service.here.somebody((around.body, Role.AUDITOR)))
        assert stranger("GET", f"/files/{beside[0]}/documents").status_code == 404

    def test_a_shared_document_is_listed_and_opened(self, auditor, beside):
        file, identifier = beside
        assert [one["id"] for one in auditor("GET", f"/files/{file}/documents").json()] == [identifier]
        assert auditor("GET", f"/files/{file}/documents/{identifier}/content").content == TABLE[1]

    def test_a_private_document_is_counted_and_nothing_more(self, firm, auditor, around):
        file = around.at(Stage.IN_REVIEW)
        kept = send(firm, around.firm, assessment=file, question="gov.policy", shared="no").json()
        (one,) = auditor("GET", f"/files/{file}/documents").json()
        assert (one["state"], one["id"], one["name"]) == ("private", "", "")
        assert auditor("GET", f"/files/{file}/documents/{kept['id']}/content").status_code == 404
