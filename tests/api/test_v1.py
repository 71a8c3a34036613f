"""The JSON routes: not found, not allowed, wrong moment, well done."""

from datetime import timedelta

import msgspec
import pytest

from api.v1.contract import cursor_at, place_after
from duediligence.organisation import Role
from duediligence.store.session import Scope
from tests.api.programs import program
from tests.stages import parties
from tests.world import NOW, example_answers

SEASON = {"begins": "2026-08-01", "ends": "2026-10-31"}
NOBODY = "0" * 32


@pytest.fixture
def around(service):
    """Give a firm and its reviewers; time has passed, so that costly routes answer."""
    service.here.now += timedelta(minutes=2)
    return parties(service.here)


@pytest.fixture
def firm(service, around):
    return program(service, around.lead)


@pytest.fixture
def auditor(service, around):
    return program(service, around.auditor)


@pytest.fixture
def open_one(firm, around) -> str:
    """Give the address of an assessment that is being answered."""
    return f"/assessments/{firm('POST', '/assessments', SEASON | {'site': around.site}).json()['id']}"


@pytest.fixture
def handed_in(around) -> str:
    return f"/assessments/{around.at('submitted')}"


@pytest.fixture
def file(around) -> str:
    return f"/files/{around.at('in_review')}"


def save(firm, address: str, given: dict, revision: int):
    return firm("PATCH", f"{address}/answers", {"answers": given}, if_match=f'"{revision}"')


class TestDoor:
    def test_a_stranger_is_told_to_sign_in(self, service):
        found = program(service)("GET", "/me")
        assert (found.status_code, found.headers["content-type"]) == (401, "application/problem+json")

    def test_a_key_says_whose_it_is(self, firm, around):
        assert firm("GET", "/me").json()["person"] == around.lead.person

    def test_a_key_that_reads_changes_nothing(self, service, around):
        reader = program(service, around.lead, Scope.READ)
        assert reader("POST", "/assessments", SEASON | {"site": around.site}).status_code == 403

    def test_another_firm_finds_nothing(self, service, open_one, around):
        other = service.here.organisation()
        stranger = program(service, service.here.somebody((other, Role.COMPANY_LEAD)))
        assert stranger("GET", open_one).status_code == 404
        assert stranger("GET", f"{open_one}/answers").status_code == 404
        assert stranger("GET", f"/organisations/{around.firm}").status_code == 404

    def test_roots_of_the_ledger_are_for_everybody(self, service):
        assert program(service)("GET", "/ledger/roots").status_code == 200


class TestBodies:
    def test_what_is_not_said_to_be_json_is_refused(self, firm):
        found = firm.client.post("/api/v1/assessments", content=b"{}", headers=firm.headers)
        assert found.status_code == 415

    @pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"site": "\xff"}', b"[" * 100_000, b'{"site": "\\u0000"}'])
    def test_what_is_not_json_is_refused(self, firm, body):
        headers = firm.headers | {"content-type": "application/json"}
        assert firm.client.post("/api/v1/assessments", content=body, headers=headers).status_code == 400

    def test_a_field_that_does_not_fit_is_named(self, firm):
        found = firm("POST", "/assessments", SEASON | {"site": 5})
        assert found.status_code == 400
        assert found.json()["problems"][0]["where"] == "body.$.site"

    def test_a_number_is_not_guessed_from_words(self, firm, around):
        assert firm("POST", "/assessments", SEASON | {"site": around.site, "rehearsal": "1"}).status_code == 400

    def test_an_unknown_field_is_refused(self, firm, around):
        assert firm("POST", "/assessments", SEASON | {"site": around.site, "sight": 1}).status_code == 400


class TestQuestionnaires:
    def test_every_version_is_listed(self, firm):
        assert [(one["id"], one["version"]) for one in firm("GET", "/questionnaires").json()] == [
            ("partner", "2026.1"),
            ("risk_assessment", "2026.1"),
        ]

    def test_one_costs_no_body_while_it_is_known(self, firm):
        first = firm("GET", "/questionnaires/risk_assessment/2026.1")
        again = firm("GET", "/questionnaires/risk_assessment/2026.1", if_none_match=first.headers["etag"])
        assert (again.status_code, again.content) == (304, b"")

    def test_a_version_that_does_not_exist_is_not_found(self, firm):
        assert firm("GET", "/questionnaires/risk_assessment/1999.1").status_code == 404


class TestBeginning:
    def test_a_site_that_does_not_exist_is_not_found(self, firm):
        assert firm("POST", "/assessments", SEASON | {"site": NOBODY}).status_code == 404

    def test_an_auditor_begins_none(self, auditor, around):
        assert auditor("POST", "/assessments", SEASON | {"site": around.site}).status_code == 403

    def test_a_period_that_cannot_be_is_listed(self, firm, around):
        found = firm("POST", "/assessments", {"site": around.site, "begins": "2026-10-01", "ends": "2026-08-01"})
        assert (found.status_code, found.json()["problems"][0]["code"]) == (422, "PERIOD_TURNED_ROUND")

    def test_it_answers_with_the_assessment_and_where_it_is(self, firm, around):
        found = firm("POST", "/assessments", SEASON | {"site": around.site})
        assert found.status_code == 201
        assert firm.client.get(found.headers["location"], headers=firm.headers).json() == found.json()


class TestRepeatedRequests:
    def test_the_same_request_gets_the_same_answer(self, firm, around):
        begun = [firm("POST", "/assessments", SEASON | {"site": around.site}, idempotency_key="k1") for _ in range(2)]
        assert begun[0].content == begun[1].content
        assert [one.status_code for one in begun] == [201, 201]
        assert len(firm("GET", "/assessments").json()["items"]) == 1

    def test_another_request_under_the_key_is_refused(self, firm, around):
        firm("POST", "/assessments", SEASON | {"site": around.site}, idempotency_key="k2")
        other = firm("POST", "/assessments", SEASON | {"site": around.site, "rehearsal": True}, idempotency_key="k2")
        assert other.status_code == 409

    def test_what_was_refused_may_be_sent_again(self, firm, around):
        wrong = {"site": around.site, "begins": "2026-10-01", "ends": "2026-08-01"}
        assert firm("POST", "/assessments", wrong, idempotency_key="k3").status_code == 422
        assert firm("POST", "/assessments", SEASON | {"site": around.site}, idempotency_key="k3").status_code == 201

    def test_after_a_day_the_key_is_forgotten(self, service, firm, around):
        first = firm("POST", "/assessments", SEASON | {"site": around.site}, idempotency_key="k4").json()["id"]
        service.here.now += timedelta(hours=25)
        again = firm("POST", "/assessments", SEASON | {"site": around.site}, idempotency_key="k4").json()["id"]
        assert first != again

    def test_the_key_of_somebody_else_is_another(self, service, firm, around):
        colleague = program(service, service.here.somebody((around.firm, Role.RESPONDENT)))
        wanted = SEASON | {"site": around.site}
        ids = {one("POST", "/assessments", wanted, idempotency_key="k5").json()["id"] for one in (firm, colleague)}
        assert len(ids) == 2

    @pytest.mark.parametrize("key", ["", "a b", "a" * 81])
    def test_what_is_no_key_is_refused(self, firm, around, key):
        assert firm("POST", "/assessments", SEASON | {"site": around.site}, idempotency_key=key).status_code == 400

    def test_a_message_is_written_once(self, auditor, file):
        address = file.replace("files", "assessments") + "/messages"
        sent = [auditor("POST", address, {"words": "Which months?"}, idempotency_key="k6") for _ in range(2)]
        assert [(one.status_code, one.content) for one in sent] == [(204, b"")] * 2
        assert len(auditor("GET", address).json()) == 1


class TestLists:
    def test_a_list_is_read_part_by_part_and_nothing_twice(self, service, firm, around):
        begun = []
        for _ in range(5):
            begun.append(firm("POST", "/assessments", SEASON | {"site": around.site}).json()["id"])
            service.here.now += timedelta(seconds=1)
        assert [one["engagement"]["id"] for one in firm.every("/assessments", 2)] == begun[::-1]

    @pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=1-2"])
    def test_a_part_that_cannot_be_is_refused(self, firm, query):
        assert firm("GET", f"/assessments?{query}").status_code == 400

    def test_a_cursor_finds_its_place_again(self):
        assert place_after(cursor_at(NOW, NOBODY)) == (NOW, NOBODY)


class TestAnswers:
    def test_a_change_says_on_which_revision_it_was_written(self, firm, open_one):
        assert firm("PATCH", f"{open_one}/answers", {"answers": {}}).status_code == 428

    def test_a_revision_that_is_yet_to_come_is_refused(self, firm, open_one):
        assert save(firm, open_one, {}, 7).status_code == 412

    @pytest.mark.parametrize("revision", ['"x"', "*", '"-1"', "0", 'W/"0"'])
    def test_what_is_no_revision_is_refused(self, firm, open_one, revision):
        assert firm("PATCH", f"{open_one}/answers", {"answers": {}}, if_match=revision).status_code == 400

    def test_a_question_that_does_not_exist_is_not_found(self, firm, open_one):
        assert save(firm, open_one, {"pro.nothing": {"value": 1}}, 0).status_code == 404

    def test_what_fits_is_kept_beside_what_does_not(self, firm, open_one):
        found = save(firm, open_one, {"pro.headcount": {"value": 40}, "pro.sector": {"value": "mining_the_moon"}}, 0)
        assert found.status_code == 422
        assert found.json()["kept"] == ["pro.headcount"]
        assert [one["question"] for one in found.json()["problems"]] == ["pro.sector"]
        assert firm("GET", f"{open_one}/answers").json()["answers"] == {"pro.headcount": {"value": 40.0}}

    def test_an_answer_is_saved_and_the_revision_goes_on(self, firm, open_one):
        found = save(firm, open_one, {"pro.headcount": {"value": 40}}, 0)
        assert (found.status_code, found.headers["etag"]) == (200, '"1"')

    def test_an_empty_answer_takes_it_away(self, firm, open_one):
        save(firm, open_one, {"pro.headcount": {"value": 40}}, 0)
        save(firm, open_one, {"pro.headcount": {}}, 1)
        assert "answers" not in firm("GET", f"{open_one}/answers").json()

    def test_two_who_answer_different_questions_do_not_meet(self, service, firm, open_one, around):
        colleague = program(service, service.here.somebody((around.firm, Role.RESPONDENT)))
        save(firm, open_one, {"pro.headcount": {"value": 40}}, 0)
        assert save(colleague, open_one, {"pro.sector": {"value": "services"}}, 0).status_code == 200

    def test_two_who_answer_the_same_are_shown_the_difference(self, service, firm, open_one, around):
        colleague = program(service, service.here.somebody((around.firm, Role.RESPONDENT)))
        save(firm, open_one, {"pro.headcount": {"value": 40}}, 0)
        found = save(colleague, open_one, {"pro.headcount": {"value": 50}}, 0)
        (conflict,) = found.json()["conflicts"]
        assert found.status_code == 409
        assert (conflict["ours"], conflict["theirs"]) == ({"value": 50.0}, {"value": 40.0})

    def test_a_conflict_is_decided_on_the_newer_revision(self, service, firm, open_one, around):
        colleague = program(service, service.here.somebody((around.firm, Role.RESPONDENT)))
        save(firm, open_one, {"pro.headcount": {"value": 40}}, 0)
        newer = save(colleague, open_one, {"pro.headcount": {"value": 50}}, 0).json()["revision"]
        assert save(colleague, open_one, {"pro.headcount": {"value": 50}}, newer).status_code == 200

    def test_what_was_handed_in_is_not_answered_any_more(self, firm, handed_in):
        revision = firm("GET", handed_in).json()["revision"]
        assert save(firm, handed_in, {"pro.headcount": {"value": 40}}, revision).status_code == 409

    def test_protected_answers_are_only_for_those_who_may_read_them(self, service, firm, handed_in, around):
        exporter = program(service, service.here.somebody((around.firm, Role.EXPORTER)))
        seen = [one("GET", f"{handed_in}/answers").json()["answers"] for one in (firm, exporter)]
        assert any(question.startswith("sif.") for question in seen[0])
        assert not any(question.startswith("sif.") for question in seen[1])


class TestHandingIn:
    def test_what_is_missing_is_listed(self, firm, open_one):
        assert "ROLE_MISSING" in [one["code"] for one in firm("GET", f"{open_one}/check").json()["problems"]]
        assert firm("POST", f"{open_one}/submission", if_match='"0"').status_code == 422

    def test_a_stale_revision_hands_nothing_in(self, firm, open_one):
        save(firm, open_one, {"pro.headcount": {"value": 40}}, 0)
        assert firm("POST", f"{open_one}/submission", if_match='"0"').status_code == 412

    def test_answers_about_result_report_and_plan(self, firm, open_one):
        given = msgspec.to_builtins(example_answers("greenhouse_ahal"))
        assert save(firm, open_one, given, 0).status_code == 200
        about = {"answered_by": "Head of personnel", "workers_consulted": True}
        described = firm("PUT", f"{open_one}/about", about, if_match='"1"')
        assert described.headers["etag"] == '"2"'
        assert firm("GET", f"{open_one}/check").json() == {"problems": []}
        live = firm("GET", f"{open_one}/result").json()["assessment"]["whole"]["profile"]
        submitted = firm("POST", f"{open_one}/submission", if_match='"2"').json()
        assert submitted["stage"] == "submitted"
        assert submitted["stated"]["residual"] == live["residual"]
        assert firm("GET", f"{open_one}/report?kind=json").json()["profile"]["residual"] == live["residual"]
        assert firm("GET", f"{open_one}/plan").json()["actions"]

    def test_it_is_not_handed_in_twice(self, firm, handed_in):
        etag = firm("GET", handed_in).headers["etag"]
        assert firm("POST", f"{handed_in}/submission", if_match=etag).status_code == 409

    def test_what_was_handed_in_is_not_deleted(self, firm, handed_in):
        etag = firm("GET", handed_in).headers["etag"]
        assert firm("DELETE", handed_in, if_match=etag).status_code == 409

    def test_what_was_not_can_be(self, firm, open_one):
        assert firm("DELETE", open_one, if_match='"0"').status_code == 204
        assert firm("GET", open_one).status_code == 404

    def test_an_exporter_gets_the_copy_that_may_travel(self, service, handed_in, around):
        exporter = program(service, service.here.somebody((around.firm, Role.EXPORTER)))
        found = exporter("GET", f"{handed_in}/result").json()
        assert (found["assessment"]["whole"], found["plan"]) == (None, None)
        assert exporter("GET", f"{handed_in}/report?kind=json&copy=firm").status_code == 403

    def test_releasing_protected_answers_takes_more_than_a_key(self, firm, handed_in):
        etag = firm("GET", handed_in).headers["etag"]
        found = firm("POST", f"{handed_in}/release", if_match=etag)
        assert (found.status_code, found.json()["type"]) == (403, "/problems/second-factor-needed")


class TestSections:
    def test_a_section_is_given_to_colleagues(self, service, firm, open_one, around):
        colleague = service.here.somebody((around.firm, Role.RESPONDENT))
        assert firm("PUT", f"{open_one}/sections/pro/people", {"people": [colleague.person] * 2}).status_code == 204

    def test_nobody_of_another_firm_gets_one(self, firm, open_one, around):
        given = firm("PUT", f"{open_one}/sections/pro/people", {"people": [around.auditor.person]})
        assert given.status_code == 404


class TestPlans:
    def test_an_action_is_taken_on(self, firm, handed_in):
        action = firm("GET", f"{handed_in}/plan").json()["actions"][0]["action"]
        step = {"step": {"kind": "agreed", "owner": action["owners"][0]}}
        found = firm("POST", f"{handed_in}/plan/{action['remedy']}/steps", step)
        assert (found.status_code, found.json()["status"]) == (201, "agreed")

    def test_an_action_that_is_not_in_it_is_not_found(self, firm, handed_in):
        step = {"step": {"kind": "verified"}}
        assert firm("POST", f"{handed_in}/plan/no.such/steps", step).status_code == 404

    def test_what_was_not_sent_is_not_verified(self, firm, handed_in):
        remedy = firm("GET", f"{handed_in}/plan").json()["actions"][0]["action"]["remedy"]
        found = firm("POST", f"{handed_in}/plan/{remedy}/steps", {"step": {"kind": "verified"}})
        assert found.status_code == 409

    def test_there_is_none_before_it_is_handed_in(self, firm, open_one):
        assert firm("GET", f"{open_one}/plan").status_code == 404


class TestReviews:
    def test_a_firm_sees_no_queue(self, firm):
        assert firm("GET", "/queue").status_code == 403

    def test_what_was_handed_in_waits_in_the_queue(self, auditor, handed_in):
        waiting = {one["engagement"]["id"] for one in auditor.every("/queue", 100)}
        assert handed_in.removeprefix("/assessments/") in waiting

    def test_the_queue_is_read_part_by_part(self, auditor, around):
        for _ in range(2):
            around.at("submitted")
        first = auditor("GET", "/queue?limit=1").json()
        second = auditor("GET", f"/queue?limit=1&cursor={first['next']}").json()
        assert first["items"] != second["items"]

    def test_a_file_is_taken_with_interests_declared(self, auditor, handed_in):
        file = handed_in.replace("assessments", "files")
        assert auditor("GET", file).status_code == 404
        taken = auditor("POST", f"{file}/reviewers", {"part": "auditor", "interest": ""})
        assert taken.json()["stage"] == "in_review"
        assert auditor("GET", file).status_code == 200

    def test_protected_answers_are_not_in_a_file(self, auditor, file):
        found = auditor("GET", file).json()
        assert found["declared"]["whole"] is None
        assert not any(name.startswith("sif.") for name in found["declared"]["shared"]["response"]["answers"])

    def test_a_decision_needs_a_reason(self, auditor, file):
        decided = {"decision": {"kind": "graded", "grade": 1}, "reason": "", "question": "gov.policy"}
        assert auditor("POST", f"{file}/decisions", decided).status_code == 422

    def test_a_decision_is_an_entry_of_the_file(self, auditor, file):
        decided = {"decision": {"kind": "graded", "grade": 1}, "reason": "Only a draft.", "question": "gov.policy"}
        assert auditor("POST", f"{file}/decisions", decided).status_code == 201
        assert auditor("GET", file).json()["entries"][-1]["decision"] == decided["decision"]

    def test_an_auditor_does_not_confirm(self, auditor, file):
        decided = {"decision": {"kind": "confirmed"}, "reason": "It is fine."}
        assert auditor("POST", f"{file}/decisions", decided).status_code == 403


class TestOrganisations:
    def test_one_sees_ones_own(self, firm, around):
        assert [one["id"] for one in firm("GET", "/organisations").json()] == [around.firm]

    def test_a_site_is_added_and_changed(self, firm, around):
        sites = f"/organisations/{around.firm}/sites"
        one = firm("POST", sites, {"name": "Field 2", "region": "TM-M"}).json()
        changed = firm("PUT", f"{sites}/{one['id']}", {"name": "Field 3", "region": "TM-L"}).json()
        assert (changed["name"], changed["region"]) == ("Field 3", "TM-L")

    def test_a_region_that_does_not_exist_is_refused(self, firm, around):
        found = firm("POST", f"/organisations/{around.firm}/sites", {"name": "Field 2", "region": "XX"})
        assert found.status_code == 422


class TestWebhooks:
    def test_a_lead_names_an_address_and_ends_it(self, firm, around):
        hooks = f"/organisations/{around.firm}/webhooks"
        made = firm("POST", hooks, {"url": "https://programs.example.com/here"}).json()
        assert firm("GET", hooks).json() == [made["webhook"]]
        assert firm("DELETE", f"{hooks}/{made['webhook']['id']}").status_code == 204
        assert firm("GET", hooks).json() == []

    def test_the_secret_is_shown_once(self, firm, around):
        hooks = f"/organisations/{around.firm}/webhooks"
        secret = firm("POST", hooks, {"url": "https://programs.example.com/here"}).json()["secret"]
        assert secret not in firm("GET", hooks).text

    @pytest.mark.parametrize(
        "url", ["http://programs.example.com/", "https://a:b@c.example/", "file:///etc", "https://"]
    )
    def test_an_address_that_may_not_be_called_is_refused(self, firm, around, url):
        assert firm("POST", f"/organisations/{around.firm}/webhooks", {"url": url}).status_code == 422

    def test_an_administrator_names_none(self, service, around):
        administrator = program(service, service.administrator())
        hooks = f"/organisations/{around.firm}/webhooks"
        assert administrator("POST", hooks, {"url": "https://programs.example.com/"}).status_code == 403

    def test_a_firm_has_only_so_many(self, firm, around):
        hooks = f"/organisations/{around.firm}/webhooks"
        made = [firm("POST", hooks, {"url": "https://programs.example.com/"}).status_code for _ in range(6)]
        assert made == [201] * 5 + [409]


class TestTheRest:
    def test_a_job_of_somebody_else_is_not_found(self, firm):
        assert firm("GET", f"/jobs/{NOBODY}").status_code == 404

    def test_statistics_are_not_for_firms(self, firm):
        assert firm("GET", "/statistics").status_code == 403

    def test_documents_are_listed(self, firm):
        assert firm("GET", "/documents").json() == {"items": [], "next": ""}
