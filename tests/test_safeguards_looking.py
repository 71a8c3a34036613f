"""What reviewers are asked about a file reaches nobody but them: each harm that would follow, one test."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from duediligence.engagement import Stage
from duediligence.organisation import Role
from duediligence.store.prompt import Outcome
from duediligence.workflow import second_look
from tests.api.conftest import Service
from tests.looking import asked
from tests.served import served
from tests.stages import Parties, parties
from tests.test_safeguards_service import PAGES, said

ROOT = Path(__file__).parents[1]
QUESTION = "Soragyň hakyky sözleri"
REASON = "Barlaýjynyň sebäbi"
MORE = ("/assessments/{}/workbook", "/assessments/{}/workbook.xlsx", "/documents", "/statistics", "/reviews/order")


@pytest.fixture(scope="module")
def service(sqlite, tmp_path_factory) -> Iterator[Service]:
    with served(sqlite, tmp_path_factory.mktemp("looking") / "data") as found:
        yield found


@pytest.fixture(scope="module")
def around(service: Service) -> Parties:
    return parties(service.here)


@pytest.fixture(scope="module")
def questioned(around: Parties) -> dict[Stage, str]:
    """Give a file under review and one that is concluded, about which reviewers were asked and concluded."""
    return {stage: _questioned(around, stage) for stage in (Stage.IN_REVIEW, Stage.CONCLUDED)}


def _questioned(around: Parties, stage: Stage) -> str:
    identifier = around.at(Stage.SUBMITTED)
    prompt = asked(around.here, identifier, QUESTION)
    around.reviewed(identifier)
    with around.here.work(around.auditor) as work:
        second_look.conclude(work, identifier, prompt, Outcome.FINDING, REASON)
    if stage is Stage.CONCLUDED:
        around.concluded(identifier)
    return identifier


@pytest.mark.parametrize("stage", [Stage.IN_REVIEW, Stage.CONCLUDED])
def test_suspicion_only_reviewers_read_what_they_are_asked(service, around, questioned, stage):
    """Without this the searches below could find nothing for the wrong reason."""
    for actor in (around.auditor, around.second, around.lead_auditor):
        page = service.browser(actor).get(f"/files/{questioned[stage]}").text
        assert QUESTION in page
        assert REASON in page


@pytest.mark.parametrize("stage", [Stage.IN_REVIEW, Stage.CONCLUDED])
def test_suspicion_no_page_file_or_route_of_others_holds_a_trace_of_it(service, around, questioned, stage):
    here = service.here
    others = {
        "lead": around.lead,
        "respondent": here.somebody((around.firm, Role.RESPONDENT)),
        "worker representative": here.somebody((around.firm, Role.WORKER_REPRESENTATIVE)),
        "exporter": here.somebody((around.firm, Role.EXPORTER)),
        "lead of another firm": here.somebody((here.organisation(), Role.COMPANY_LEAD)),
        "administrator": here.somebody((around.operator, Role.ADMINISTRATOR)),
        "another auditor": here.somebody((around.body, Role.AUDITOR)),
    }
    shown = []
    for name, actor in others.items():
        browser = service.browser(actor)
        for page in (*PAGES, *MORE):
            words = said(browser.fetch(here, page.format(questioned[stage])).content)
            shown += [f"{page} to the {name}" for trace in (QUESTION, REASON) if trace in words]
    assert shown == []


@pytest.mark.parametrize("stage", [Stage.IN_REVIEW, Stage.CONCLUDED])
def test_suspicion_reviewers_themselves_carry_none_of_it_off_in_a_report(service, around, questioned, stage):
    browser = service.browser(around.lead_auditor)
    for kind in ("json", "xlsx", "pdf"):
        words = said(browser.fetch(service.here, f"/assessments/{questioned[stage]}/report?kind={kind}").content)
        assert QUESTION not in words


def test_suspicion_nothing_that_makes_a_report_or_a_record_can_reach_the_questions():
    """Nothing below reports, no record and no copy that travels imports them, nor what a firm's pages are made of."""
    makers = [*(ROOT / "duediligence" / "reports").rglob("*.py"), *(ROOT / "duediligence").glob("record*.py")]
    makers += [ROOT / "api" / "pages" / f"{name}.py" for name in ("results", "improving", "workbooks", "answering")]
    forbidden = {"duediligence.store.prompt", "duediligence.workflow.second_look", "risk_models.integrity"}
    for path in makers:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        reached = {
            f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        assert not {name for name in reached if name in forbidden or name.startswith("risk_models.integrity")}, path
