"""Each harm that the service must not do, one test: named after the harm."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import get_args

import msgspec
import pikepdf
import pytest
from litestar.testing import TestClient
from pypdf import PdfReader
from sqlalchemy import text

from api.app import litestar
from api.page import FOLDER as TEMPLATES
from api.security import enclosed
from duediligence import library, log, mail
from duediligence.access import Actor
from duediligence.database import new_id
from duediligence.engagement import Stage
from duediligence.errors import DueDiligenceError
from duediligence.judgement import Confirmed, Decision, Nonconformity, Proposed, Severity
from duediligence.key import Key
from duediligence.organisation import Role
from duediligence.protected import Vault
from duediligence.review import Label
from duediligence.store import engagement as engagements
from duediligence.store import safety
from duediligence.store.safety import Contact
from duediligence.workflow import answering, improving, reviewing
from questionnaires import content
from risk_models.model import Attribution
from tests.api.conftest import ADDRESS, Browser, Service
from tests.served import served
from tests.stages import Parties, parties

ROOT = Path(__file__).parents[1]
SECRET = "Gizlin söz: otly daň"
"""What somebody wrote beside a protected answer."""

REASON = "The paper shows another month."
QUESTION = "Which list is meant by this?"
READ = (Stage.IN_REVIEW, Stage.CONCLUDED)
"""Stages at which others read of an assessment."""

PAGES = (
    "/assessments",
    "/assessments/{}",
    "/assessments/{}/sections/sif",
    "/assessments/{}/sections/con",
    "/assessments/{}/check",
    "/assessments/{}/result",
    "/assessments/{}/report?kind=json",
    "/assessments/{}/report?kind=xlsx",
    "/assessments/{}/report?kind=pdf",
    "/assessments/{}/plan",
    "/assessments/{}/questions",
    "/queue",
    "/queue/{}",
    "/files/{}",
    "/files/{}/sections/sif",
    "/files/{}/sections/con",
    "/api/v1/assessments/{}",
    "/api/v1/assessments/{}/answers",
    "/api/v1/assessments/{}/check",
    "/api/v1/assessments/{}/result",
    "/api/v1/assessments/{}/report?kind=json",
    "/api/v1/assessments/{}/plan",
    "/api/v1/assessments/{}/messages",
    "/api/v1/files/{}",
    "/api/v1/queue",
)


@pytest.fixture(scope="module")
def service(sqlite, tmp_path_factory) -> Iterator[Service]:
    with served(sqlite, tmp_path_factory.mktemp("harm") / "data") as found:
        yield found


@pytest.fixture(scope="module")
def around(service: Service) -> Parties:
    return parties(service.here)


@pytest.fixture(scope="module")
def told(around: Parties) -> dict[Stage, str]:
    """Give assessments that others read, in which a protected answer holds the secret."""
    return {stage: _with_secret(around, stage) for stage in READ}


def _with_secret(around: Parties, stage: Stage) -> str:
    identifier = around.here.answered(around.lead, around.site)
    with around.here.work(around.lead) as work:
        found = answering.opened(work, identifier)
        secret = msgspec.structs.replace(found.response.answers["sif.sent"], comment=SECRET, evidence=(SECRET,))
        answering.save(work, identifier, {"sif.sent": secret}, found.engagement.revision)
    return around.brought(identifier, stage)


@pytest.fixture(scope="module")
def readers(service: Service, around: Parties) -> dict[str, Browser]:
    """Give everybody who may not read protected answers, each in a browser."""
    here = service.here
    actors: dict[str, Actor] = {
        "auditor": around.auditor,
        "second reviewer": around.second,
        "lead auditor": around.lead_auditor,
        "worker representative": here.somebody((around.firm, Role.WORKER_REPRESENTATIVE)),
        "exporter": here.somebody((around.firm, Role.EXPORTER)),
        "lead of another firm": here.somebody((here.organisation(), Role.COMPANY_LEAD)),
        "administrator": here.somebody((around.operator, Role.ADMINISTRATOR)),
    }
    return {name: service.browser(actor) for name, actor in actors.items()}


def said(data: bytes) -> str:
    """Return all words of an answer, whatever its format."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return " ".join(book.read(name).decode(errors="replace") for name in book.namelist())
    if data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as document:
            attached = [spec.get_file().read_bytes().decode(errors="replace") for spec in document.attachments.values()]
        return " ".join([*attached, *(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)])
    return data.decode(errors="replace")


def files_with(words: str, folder: Path) -> list[str]:
    """Return the files below a folder that hold some words in clear."""
    return [path.name for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


def jobs(service: Service) -> int:
    with service.installation.db.reading() as connection:
        # What reviewers are to look at twice is worked out for every file, whatever its signs, and told to nobody.
        return connection.execute(text("SELECT count(*) FROM job WHERE kind <> 'look'")).scalar_one()


def judged(around: Parties, identifier: str, actor: Actor, decision: Decision, reason: str = REASON) -> None:
    with around.here.work(actor) as work:
        reviewing.decide(work, identifier, decision, reason)


def test_retaliation_the_firm_itself_reads_what_it_wrote(service, around, told):
    """Without this the searches below could find nothing for the wrong reason."""
    page = service.browser(around.lead).get(f"/assessments/{told[Stage.IN_REVIEW]}/sections/sif")
    assert SECRET in page.text


def test_retaliation_no_file_of_the_service_holds_a_protected_answer_in_clear(service, told):
    assert files_with(SECRET, service.installation.settings.folder) == []


def test_retaliation_a_step_on_a_confidential_action_leaves_no_words_in_clear(service, around, told):
    with around.here.work(around.lead) as work:
        found = improving.plan(work, told[Stage.CONCLUDED])
        remedy = min(found.confidential)
        sent = improving.EvidenceSent(evidence="Hat 14-nji günde iberildi")
        improving.act(work, told[Stage.CONCLUDED], remedy, sent)
    assert files_with("Hat 14-nji", service.installation.settings.folder) == []


@pytest.mark.parametrize("stage", READ)
def test_retaliation_no_page_and_no_file_shows_a_protected_answer_to_others(service, readers, told, stage):
    shown = [
        f"{address} to the {name}"
        for name, browser in readers.items()
        for address in (page.format(told[stage]) for page in PAGES)
        if SECRET in said(browser.fetch(service.here, address).content)
    ]
    assert shown == []


def test_retaliation_no_page_shows_it_before_it_is_handed_in(readers, around):
    identifier = _with_secret(around, Stage.ANSWERING)
    shown = [
        f"{address} to the {name}"
        for name, browser in readers.items()
        for address in (page.format(identifier) for page in PAGES)
        if SECRET in said(browser.get(address).content)
    ]
    assert shown == []


def test_retaliation_the_log_of_a_crash_tells_no_answer(service, around, capfd):
    """Protected answers were sealed with another key: the crash comes with every answer at hand."""
    identifier = _with_secret(around, Stage.ANSWERING)
    running = service.installation
    broken = replace(running, vault=Vault(running.db.vault, Key((b"\x01" * 32,))))
    log.set_up(lines=True)
    app = enclosed(litestar(broken), running.settings, lambda: service.here.now)
    fields = {"revision": "1", "sif.sent": "yes", "sif.sent.comment": SECRET}
    with TestClient(app, base_url=ADDRESS, raise_server_exceptions=False) as client:
        browser = Browser(client, service.browser(around.lead).headers)
        assert browser.post(f"/assessments/{identifier}/sections/sif", fields).status_code == 500
    logged = capfd.readouterr().err
    assert "Tampered" in logged
    assert SECRET not in logged


def test_alerting_a_suspect_no_notice_goes_out_when_signs_are_strong(service, around):
    before = jobs(service)
    identifier = around.at(Stage.SUBMITTED, "cotton_farm_mary")
    with service.installation.db.reading() as connection:
        assert engagements.load(connection, identifier).stated.grave
    assert jobs(service) == before


def test_alerting_a_suspect_a_letter_has_no_room_for_a_finding():
    assert mail.Letter.__struct_fields__ == ("subject", "to", "language", "link", "organisation", "until")


def test_a_wrong_helper_a_contact_that_nobody_called_is_not_shown(service):
    contact = Contact(id=new_id(), name="Helper", reach="+993 12 000001", languages="tk", hours="9-18", checked=None)
    with service.installation.db.writing() as connection:
        safety.add_contact(connection, contact)
    assert contact.reach not in service.browser().get("/safeguarding").text


@pytest.mark.parametrize(("days", "shown"), [(90, True), (91, False)])
def test_a_wrong_helper_a_contact_is_shown_only_while_the_last_call_is_recent(service, around, days, shown):
    today = service.here.now.date()
    contact = Contact(
        id=new_id(), name="Helper", reach=f"+993 12 0000{days}", languages="tk", hours="9-18", checked=None
    )
    with service.installation.db.writing() as connection:
        safety.add_contact(connection, contact)
        safety.confirm_contact(connection, contact.id, today - timedelta(days=days), around.lead.person)
    assert (contact.reach in service.browser().get("/safeguarding").text) is shown


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_whitewashing_no_template_says_that_a_firm_is_cleared(path):
    words = " ".join(path.read_text(encoding="utf-8").split())
    assert [found[0] for pattern in library.banned().values() if (found := pattern.search(words))] == []


@pytest.mark.parametrize("language", ["tk", "ru", "en"])
def test_whitewashing_no_sentence_of_the_service_says_that_a_firm_is_cleared(language):
    paths = [path for folder in ("api", "duediligence") for path in (ROOT / folder / "texts").glob("*.yaml")]
    wrong = [
        f"{path.name}: {where}"
        for path in paths
        if path.name != "banned.yaml"
        for where, said_there in library.texts_of(content.parse(path.read_text(encoding="utf-8"), path.name))
        if library.banned()[language].search(said_there.get(language, ""))
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", get_args(Decision), ids=lambda kind: kind.__name__)
def test_arbitrary_review_nothing_is_decided_without_a_reason(around, kind):
    identifier = around.at(Stage.IN_REVIEW)
    for actor in (around.auditor, around.second, around.lead_auditor):
        for decision in _of(kind):
            with suppress(DueDiligenceError):
                judged(around, identifier, actor, decision, reason="  ")
    with around.here.work(around.auditor) as work:
        assert all(entry.reason.strip() for entry in reviewing.file(work, identifier).entries)


def _of(kind: type[Decision]) -> list[Decision]:
    given: dict[str, object] = {
        "label": Label.DOCUMENTS_REVIEWED,
        "grade": 2,
        "severity": Severity.MINOR,
        "attribution": Attribution.CAUSED,
        "words": "The list is of another month.",
        "conclude": True,
    }
    return [
        msgspec.convert(
            {"kind": kind.__struct_config__.tag, **{n: given[n] for n in kind.__struct_fields__ if n in given}}, kind
        )
    ]


def test_arbitrary_review_what_was_decided_stays_on_record(around):
    identifier = around.at(Stage.IN_REVIEW)
    with around.here.work(around.auditor) as work:
        first = reviewing.file(work, identifier).entries
    found = Nonconformity(severity=Severity.MINOR, attribution=Attribution.CAUSED, words="A list of another month.")
    judged(around, identifier, around.auditor, found)
    with around.here.work(around.auditor) as work:
        assert reviewing.file(work, identifier).entries[: len(first)] == first


def test_lone_judgement_nobody_concludes_what_they_proposed(around):
    identifier = around.at(Stage.IN_REVIEW)
    judged(around, identifier, around.auditor, Proposed())
    with pytest.raises(DueDiligenceError):
        judged(around, identifier, around.auditor, Confirmed())
    with around.here.work(around.auditor) as work:
        assert reviewing.file(work, identifier).engagement.stage is Stage.IN_REVIEW


def test_rewritten_answers_a_review_leaves_what_the_firm_answered(service, around):
    identifier = around.at(Stage.SUBMITTED)
    before = answers_of(service, identifier)
    around.reviewed(identifier)
    assert answers_of(service, identifier) == before


def test_rewritten_answers_a_reviewer_cannot_answer(service, around):
    identifier = around.at(Stage.IN_REVIEW)
    before = answers_of(service, identifier)
    fields = {"revision": "9", "gov.policy": "no", "gov.policy.comment": ""}
    service.browser(around.auditor).post(f"/assessments/{identifier}/sections/gov", fields)
    assert answers_of(service, identifier) == before


def answers_of(service: Service, identifier: str) -> bytes:
    with service.installation.db.reading() as connection:
        return engagements.load_with_response(connection, identifier)[1]


def test_a_ledger_that_tells_no_entry_holds_words_of_people(service, around):
    identifier = around.at(Stage.IN_REVIEW)
    with around.here.work(around.auditor) as work:
        reviewing.ask(work, identifier, QUESTION)
    judged(around, identifier, around.auditor, Proposed(), reason=REASON)
    with service.installation.db.reading() as connection:
        rows = connection.execute(text("SELECT * FROM ledger")).all()
    written = " ".join(str(row) for row in rows)
    assert rows
    assert [words for words in (SECRET, REASON, QUESTION, "Somebody", "@example.test") if words in written] == []
