"""The pages on which reviewers examine a file: not found, not allowed, wrong moment, well done."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from duediligence.access import Actor
from duediligence.database import new_id
from duediligence.engagement import Stage
from duediligence.evidence import File, Link
from duediligence.judgement import Confirmed, Decision, Disputed, Graded, Proposed
from duediligence.organisation import Kind, Role
from duediligence.store import engagement as engagements
from duediligence.store import file as documents
from duediligence.store.engagement import Sought
from duediligence.workflow import answering, handing_in, learned_order, opinion, reviewing
from duediligence.workflow.opinion import Said
from questionnaires.response import Answer
from risk_models.evidence import EvidenceGrade

OPEN, PLAIN, PROTECTED = "gov.policy", "gov.training", "sif.asked"
"""A question that opens another, one that opens none, and one whose answer reviewers do not see."""

NOTHING = "0" * 32
UNTIED = {"tied": "no"}


@pytest.fixture
def here(service):
    return service.here


@pytest.fixture
def firm(service):
    return service.firm()


@pytest.fixture
def body(service):
    return service.body()


@pytest.fixture
def waiting(here, firm):
    identifier = here.answered(firm[2], firm[1], "greenhouse_ahal")
    with here.work(firm[2]) as work:
        handing_in.submit(work, identifier)
    return identifier


@pytest.fixture
def taken(here, body, waiting):
    with here.work(body[1]) as work:
        reviewing.take(work, waiting, "")
    return waiting


@pytest.fixture
def shared(here, body, taken):
    with here.work(body[2]) as work:
        reviewing.join(work, taken, "")
    return taken


@pytest.fixture
def proposed(here, body, shared):
    decide(here, body[1], shared, Proposed())
    return shared


@pytest.fixture
def disputed(here, body, proposed):
    decide(here, body[2], proposed, Disputed())
    return proposed


@pytest.fixture
def concluded(here, body, shared):
    decide(here, body[1], shared, Graded(grade=EvidenceGrade.E2), OPEN)
    decide(here, body[1], shared, Proposed())
    decide(here, body[2], shared, Confirmed())
    return shared


@pytest.fixture
def auditor(service, body):
    return service.browser(body[1])


@pytest.fixture
def second(service, body):
    return service.browser(body[2])


@pytest.fixture
def lead_auditor(service, body):
    return service.browser(body[3])


@pytest.fixture
def lead(service, firm):
    return service.browser(firm[2])


def decide(here, actor: Actor, identifier: str, decision: Decision, question: str = "") -> None:
    with here.work(actor) as work:
        reviewing.decide(work, identifier, decision, "because", question)


def judged(question: str, choice: str, reason: str = "The papers were compared") -> dict[str, str]:
    return {
        "kind": "judged",
        "question": question,
        f"{question}.decision": choice,
        f"{question}.reason": reason,
    }


def step(kind: str, reason: str = "because", **fields: str) -> dict[str, str]:
    return {"kind": kind, f"{kind}.reason": reason} | {f"{kind}.{name}": value for name, value in fields.items()}


def stage(here, identifier: str) -> Stage:
    with here.db.reading() as connection:
        return engagements.load(connection, identifier).stage


def numbers(page: str) -> list[str]:
    """Return the cells of declared and reviewed numbers."""
    return re.findall(r"<dd><span>(?:declared|reviewed)</span> (?:<strong>)?([^<]+)", page)


def queue(browser, **narrowed: str) -> str:
    """Return every page of the queue."""
    pages = []
    address = f"/queue?{urlencode(narrowed)}"
    while address:
        pages.append(browser.get(address).text)
        later = re.search(r'<a href="([^"]+)" rel="next"', pages[-1])
        address = unescape(later[1]) if later else ""
    return "".join(pages)


def document(here, firm, identifier: str, question: str, *, shared: bool) -> File:
    """Return a document of a firm that stands for one of its answers."""
    name = f"register {new_id()}.pdf"
    file = File(
        id=new_id(),
        organisation=firm[0],
        sha256="0" * 64,
        size=1,
        media_type="application/pdf",
        name=name,
        dated=None,
        valid_until=None,
        shared=shared,
        uploaded=here.now,
        uploaded_by=firm[2].person,
    )
    with here.db.writing() as connection:
        documents.add(connection, file)
        documents.link(connection, firm[0], Link(file=file.id, engagement=identifier, question=question), here.now)
    return file


PAGES = ("", "/sections/gov", "/nonconformity")


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_led_to_sign_in(service, taken, page):
    answer = service.browser().get(f"/files/{taken}{page}")
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")


@pytest.mark.parametrize("page", PAGES)
def test_an_auditor_finds_no_file_of_somebody_else(service, here, body, taken, page):
    other = service.browser(here.somebody((body[0], Role.AUDITOR)))
    assert other.get(f"/files/{taken}{page}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_what_does_not_exist_is_not_found(auditor, page):
    assert auditor.get(f"/files/{NOTHING}{page}").status_code == 404


def test_a_section_that_the_form_does_not_have_is_not_found(auditor, taken):
    assert auditor.get(f"/files/{taken}/sections/nothing").status_code == 404


@pytest.mark.parametrize("address", ["/queue", "/queue/{}", "/files/{}"])
def test_a_firm_has_no_way_to_the_pages_of_its_reviewers(lead, taken, address):
    assert lead.get(address.format(taken)).status_code == 403


def test_what_a_firm_has_not_handed_in_does_not_wait(service, here, firm, auditor):
    assert auditor.get(f"/queue/{here.begun(firm[2], firm[1])}").status_code == 404


def test_nobody_is_offered_a_file_of_the_firm_they_belong_to(service, here, firm, body, waiting):
    both = service.browser(here.somebody((firm[0], Role.RESPONDENT), (body[0], Role.AUDITOR)))
    assert waiting not in queue(both)


def test_the_queue_says_why_a_file_stands_where_it_stands(auditor, waiting):
    row = queue(auditor).split(f'href="/queue/{waiting}"')[1].split("</li>")[0]
    assert "Residual risk" in row
    assert "handed in today" in row


def test_the_queue_is_narrowed(auditor, waiting):
    assert waiting in queue(auditor, stage="submitted", sector="cotton_growing", region="TM-M")
    assert waiting not in queue(auditor, region="TM-A")


def test_ones_own_files_stand_by_themselves(auditor, taken):
    assert f"/files/{taken}" in auditor.get("/queue?mine=yes").text


@pytest.mark.parametrize("place", ["1e9", "1-nan-0-0", "after"])
def test_the_queue_forgives_a_place_that_is_none(auditor, place):
    assert auditor.get(f"/queue?{urlencode({'after': place})}").status_code == 200


def test_a_lead_auditor_sees_who_has_how_much(here, body, lead_auditor, taken):
    page = lead_auditor.get("/queue").text
    assert "1 as auditor, 0 as second reviewer" in page


def test_an_auditor_does_not_see_who_has_how_much(auditor, taken):
    assert "Who has how much" not in auditor.get("/queue").text


def test_nothing_is_taken_before_ties_are_declared(here, auditor, waiting):
    answer = auditor.post(f"/queue/{waiting}/take", {})
    assert answer.status_code == 422
    assert stage(here, waiting) is Stage.SUBMITTED


def test_a_tie_is_told_in_words(auditor, waiting):
    assert auditor.post(f"/queue/{waiting}/take", {"tied": "yes"}).status_code == 422


def test_a_declared_tie_names_nobody(auditor, waiting):
    answer = auditor.post(f"/queue/{waiting}/take", {"tied": "yes", "interest": "Call +993 65 123456"})
    assert answer.status_code == 422
    assert "+993 65 123456" in answer.text


def test_a_taken_file_opens(auditor, waiting):
    answer = auditor.post(f"/queue/{waiting}/take", UNTIED)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/files/{waiting}")
    assert auditor.get(answer.headers["location"]).status_code == 200


def test_a_file_is_taken_once(service, here, body, taken):
    other = service.browser(here.somebody((body[0], Role.AUDITOR)))
    assert other.post(f"/queue/{taken}/take", UNTIED).status_code == 409


def test_a_second_reviewer_joins(second, taken):
    answer = second.post(f"/queue/{taken}/join", {"tied": "yes", "interest": "A relative worked there"})
    assert answer.status_code == 303
    assert "A relative worked there" in second.get(f"/files/{taken}").text


def test_whoever_has_a_file_is_led_to_it(auditor, taken):
    assert auditor.get(f"/queue/{taken}").headers["location"] == f"/files/{taken}"


def test_protected_answers_are_not_on_any_page_of_a_reviewer(here, auditor, taken):
    with here.db.reading() as connection:
        sections = [f"/files/{taken}/sections/{one}" for one in ("sif", "con", "gov")]
        assert engagements.load(connection, taken).protected_released is False
    for address in (f"/files/{taken}", *sections):
        assert not re.search(r'id="sif\.', auditor.get(address).text)


def test_of_protected_answers_a_reviewer_learns_whether_they_were_assessed(auditor, taken):
    assert re.search(
        r"State-imposed labour: (Assessed|Not assessed)\.", auditor.get(f"/files/{taken}/sections/sif").text
    )


def test_released_answers_are_shown(here, firm, auditor, taken):
    with here.work(firm[2]) as work:
        handing_in.release(work, taken)
    assert f'id="{PROTECTED}"' in auditor.get(f"/files/{taken}/sections/sif").text


@pytest.mark.parametrize("choice", ["grade:2", "unsupported", "aside"])
def test_what_is_not_shown_is_not_judged(auditor, taken, choice):
    assert auditor.post(f"/files/{taken}/decisions", judged(PROTECTED, choice)).status_code == 404


def test_nothing_is_asked_about_what_is_not_shown(auditor, taken):
    fields = {"question": PROTECTED, f"{PROTECTED}.ask": "What did you write?"}
    assert auditor.post(f"/files/{taken}/questions", fields).status_code == 404


def test_drafts_of_an_answer_stay_with_the_firm(service, here, firm, body):
    identifier = here.answered(firm[2], firm[1], "greenhouse_ahal")
    for comment in ("A draft that nobody handed in", "As handed in"):
        with here.work(firm[2]) as work:
            revision = answering.opened(work, identifier).engagement.revision
            answering.save(work, identifier, {OPEN: Answer(value="no", comment=comment)}, revision)
    with here.work(firm[2]) as work:
        handing_in.submit(work, identifier)
    with here.work(body[1]) as work:
        reviewing.take(work, identifier, "")
    page = service.browser(body[1]).get(f"/files/{identifier}/sections/gov").text
    assert "before it was handed in" in page
    assert "A draft that nobody handed in" not in page


def test_an_answer_that_opens_others_is_not_offered_to_be_doubted(auditor, taken):
    page = auditor.get(f"/files/{taken}/sections/gov").text
    doubted = re.findall(r'name="([^"]+)\.decision" value="unsupported"', page)
    assert PLAIN in doubted
    assert OPEN not in doubted


@pytest.mark.parametrize(("kept", "shown"), [({"shared": True}, True), ({"shared": False}, False)])
def test_a_document_is_named_to_reviewers_only_when_it_is_shared(here, firm, auditor, taken, kept, shown):
    file = document(here, firm, taken, OPEN, **kept)
    page = auditor.get(f"/files/{taken}/sections/gov").text
    assert (f'/assessments/{taken}/documents/{file.id}"' in page) is shown
    assert (file.name in page) is shown


def test_a_document_behind_a_protected_answer_is_not_named(here, firm, auditor, taken):
    file = document(here, firm, taken, PROTECTED, shared=True)
    assert file.name not in auditor.get(f"/files/{taken}/sections/sif").text


def test_a_lead_auditor_sees_no_documents(here, firm, lead_auditor, taken):
    file = document(here, firm, taken, OPEN, shared=True)
    assert file.name not in lead_auditor.get(f"/files/{taken}/sections/gov").text


@pytest.mark.parametrize("leave", [True, False])
def test_a_state_body_reads_a_dissent_only_with_leave(here, firm, auditor, taken, leave):
    representative = here.somebody((firm[0], Role.WORKER_REPRESENTATIVE))
    with here.work(representative) as work:
        opinion.give(work, taken, Said(agrees=False, words="Overtime is not paid", state_may_read=leave))
    assert ("Overtime is not paid" in auditor.get(f"/files/{taken}").text) is leave


def test_a_grade_moves_the_reviewed_number_alone(auditor, taken):
    before = numbers(auditor.get(f"/files/{taken}/sections/gov").text)
    answer = auditor.post(f"/files/{taken}/decisions", judged(OPEN, "grade:2"))
    assert answer.headers["location"] == f"/files/{taken}/sections/gov#{OPEN}"
    after = numbers(auditor.get(f"/files/{taken}/sections/gov").text)
    assert after[::2] == before[::2]
    assert after[1::2] != before[1::2]


def test_a_decision_without_a_reason_is_not_taken_and_nothing_typed_is_lost(auditor, taken):
    answer = auditor.post(f"/files/{taken}/decisions", judged(OPEN, "grade:2", reason=""))
    assert answer.status_code == 422
    assert f'href="#{OPEN}.reason"' in answer.text
    assert re.search(r'value="grade:2"[^>]* checked', answer.text)


def test_a_reason_without_a_decision_is_kept_on_the_page(auditor, taken):
    answer = auditor.post(f"/files/{taken}/decisions", judged(OPEN, "", reason="I read the policy"))
    assert answer.status_code == 422
    assert "I read the policy" in answer.text


def test_a_grade_of_a_visit_needs_a_visit(auditor, taken):
    answer = auditor.post(f"/files/{taken}/decisions", judged(OPEN, "grade:3"))
    assert answer.status_code == 422
    assert f'href="#{OPEN}.decision"' in answer.text


def test_how_it_was_looked_at_is_told(auditor, taken):
    fields = step("looked", label="site_checked", announced="no", workers_heard="12", languages="tk")
    assert auditor.post(f"/files/{taken}/decisions", fields).status_code == 303
    assert auditor.post(f"/files/{taken}/decisions", judged(OPEN, "grade:3")).status_code == 303


@pytest.mark.parametrize("heard", ["many", "2,5", "-1"])
def test_people_heard_are_a_whole_number(auditor, taken, heard):
    fields = step("looked", label="site_checked", workers_heard=heard)
    assert auditor.post(f"/files/{taken}/decisions", fields).status_code == 422


def test_a_decision_is_taken_back_by_another_and_both_stay_in_sight(auditor, taken):
    for choice in ("unsupported", "supported"):
        assert auditor.post(f"/files/{taken}/decisions", judged(PLAIN, choice)).status_code == 303
    page = auditor.get(f"/files/{taken}").text
    assert "Not borne out by evidence" in page
    assert "Borne out after all" in page


def test_a_nonconformity_is_written_down(auditor, taken):
    fields = step(
        "nonconformity", severity="major", attribution="caused", indicator="WAG", words="Pay came six weeks late"
    )
    assert auditor.post(f"/files/{taken}/decisions", fields).headers["location"] == f"/files/{taken}#found"
    assert "Pay came six weeks late" in auditor.get(f"/files/{taken}").text


@pytest.mark.parametrize("left_out", ["severity", "attribution", "words", "reason"])
def test_a_nonconformity_is_whole(auditor, taken, left_out):
    fields = step("nonconformity", severity="major", attribution="caused", words="Pay came six weeks late")
    answer = auditor.post(f"/files/{taken}/decisions", fields | {f"nonconformity.{left_out}": ""})
    assert answer.status_code == 422
    assert f'href="#nonconformity.{left_out}"' in answer.text


def test_an_indicator_that_does_not_exist_is_not_written_down(auditor, taken):
    fields = step("nonconformity", severity="major", attribution="caused", words="Late pay", indicator="XYZ")
    assert auditor.post(f"/files/{taken}/decisions", fields).status_code == 422


def test_what_could_not_be_examined_is_a_result(auditor, taken):
    fields = step("not_assessable", words="The dormitory was locked")
    assert auditor.post(f"/files/{taken}/decisions", fields).status_code == 303
    assert "The dormitory was locked" in auditor.get(f"/files/{taken}").text


def test_a_second_reviewer_does_not_grade(second, shared):
    assert second.post(f"/files/{shared}/decisions", judged(OPEN, "grade:2")).status_code == 403


def test_nothing_is_graded_once_it_is_proposed_to_conclude(auditor, proposed):
    assert auditor.post(f"/files/{proposed}/decisions", judged(OPEN, "grade:2")).status_code == 409


def test_an_auditor_does_not_confirm_their_own_proposal(auditor, proposed):
    assert auditor.post(f"/files/{proposed}/decisions", step("confirmed")).status_code == 403


def test_two_people_conclude(here, auditor, second, shared):
    assert auditor.post(f"/files/{shared}/decisions", step("proposed")).status_code == 303
    assert second.post(f"/files/{shared}/decisions", step("confirmed")).status_code == 303
    assert stage(here, shared) is Stage.CONCLUDED


@pytest.mark.parametrize(("kind", "after"), [("concluded", Stage.CONCLUDED), ("sent_back", Stage.IN_REVIEW)])
def test_a_lead_auditor_resolves_a_dispute(here, lead_auditor, disputed, kind, after):
    assert lead_auditor.post(f"/files/{disputed}/decisions", step(kind)).status_code == 303
    assert stage(here, disputed) is after


def test_a_concluded_file_says_when_it_was_issued_and_how_long_it_holds(auditor, concluded):
    page = auditor.get(f"/files/{concluded}").text.replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(r"Issued on \d+ \w+ 20\d\d\. Holds until \d+ \w+ 20\d\d", page)


def test_after_concluding_the_declared_numbers_still_stand_beside_the_reviewed_ones(auditor, concluded):
    found = numbers(auditor.get(f"/files/{concluded}").text)
    assert found[::2] != found[1::2]


def test_withdrawing_needs_a_reason(lead_auditor, taken):
    assert lead_auditor.post(f"/files/{taken}/withdraw", {}).status_code == 422


def test_a_withdrawn_file_says_why(lead_auditor, auditor, taken):
    assert (
        lead_auditor.post(f"/files/{taken}/withdraw", {"withdraw.reason": "The papers were false"}).status_code == 303
    )
    assert "The papers were false" in auditor.get(f"/files/{taken}").text


def test_an_auditor_does_not_withdraw(auditor, taken):
    assert auditor.post(f"/files/{taken}/withdraw", {"withdraw.reason": "because"}).status_code == 403


def test_a_firm_answers_what_its_reviewer_asked(auditor, lead, taken):
    fields = {"question": OPEN, f"{OPEN}.ask": "Where is the register kept?"}
    assert auditor.post(f"/files/{taken}/questions", fields).status_code == 303
    assert "Where is the register kept?" in lead.get(f"/assessments/{taken}/questions").text
    reply = {"about": OPEN, "words": "In the office."}
    assert lead.post(f"/assessments/{taken}/questions", reply).status_code == 303
    assert "In the office." in auditor.get(f"/files/{taken}/sections/gov").text


def test_an_answer_to_a_reviewer_names_nobody(auditor, lead, taken):
    answer = lead.post(f"/assessments/{taken}/questions", {"words": "Call the worker at +993 65 123456"})
    assert answer.status_code == 422
    assert "+993 65 123456" in answer.text


def test_a_firm_writes_about_what_was_asked(lead, taken):
    assert lead.post(f"/assessments/{taken}/questions", {"about": PROTECTED, "words": "So"}).status_code == 404


def test_another_firm_finds_no_questions(service, taken):
    assert service.browser(service.firm()[2]).get(f"/assessments/{taken}/questions").status_code == 404


def test_an_exporter_reads_no_questions(service, here, firm, taken):
    exporter = service.browser(here.somebody((firm[0], Role.EXPORTER)))
    assert exporter.get(f"/assessments/{taken}/questions").status_code == 403


def test_a_reviewer_finds_the_questions_in_the_file(auditor, taken):
    assert auditor.get(f"/assessments/{taken}/questions").headers["location"] == f"/files/{taken}#messages"


def test_grave_files_come_before_all_others(here, body, waiting):
    with here.work(body[1]) as work:
        found = learned_order.waiting(work, Sought(), limit=1000).rows
    grave = [bool(row.engagement.stated and row.engagement.stated.grave) for row in found]
    assert grave == sorted(grave, reverse=True)


@pytest.mark.parametrize("language", ["tk", "ru", "en"])
def test_every_page_speaks_every_language(auditor, taken, language):
    cookie = f"{auditor.headers['cookie']}; language={language}"
    for address in ("/queue", f"/files/{taken}", f"/files/{taken}/sections/gov", f"/files/{taken}/nonconformity"):
        page = auditor.get(address, cookie=cookie)
        assert (page.status_code, page.headers["content-language"]) == (200, language)


def test_another_body_has_the_same_queue(service, here, waiting):
    other = here.organisation(Kind.REVIEWING_BODY, name="Another body")
    assert waiting in queue(service.browser(here.somebody((other, Role.AUDITOR))))
