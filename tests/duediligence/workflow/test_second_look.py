"""Answers that deserve a second look: a worker asks, a reviewer concludes, and nobody else is told."""

from random import Random

import msgspec
import pytest

from duediligence import ledger
from duediligence.assessment import codebook
from duediligence.database import new_id
from duediligence.engagement import Stage
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.evidence import File, Link
from duediligence.job import Nothing, Order
from duediligence.organisation import Role
from duediligence.preparer import Help, Preparer
from duediligence.store import engagement as engagements
from duediligence.store import file as files
from duediligence.store import job as jobs
from duediligence.store import preparer as preparers
from duediligence.store import queue_model as orders
from duediligence.store.prompt import Outcome, Raised
from duediligence.store.queue_model import Numbers
from duediligence.workflow import answering, handing_in, second_look
from duediligence.workflow.learned_order import RULE_SET
from duediligence.workflow.looking_again import TOGETHER
from duediligence.workflow.second_look import SecondLook
from questionnaires.questionnaire import Number, SelectOne
from questionnaires.response import Answer, Response
from risk_models.integrity import Kind
from tests.looking import work_off
from tests.stages import Parties, parties
from tests.world import example_answers

HARD_TO_HOLD_TOGETHER = {"wag.payslip": Answer(value="yes"), "gov.records": Answer(value="no")}
RULE = "look.payslip_without_records"


@pytest.fixture
def here(here) -> Parties:
    return parties(here)


@pytest.fixture
def contradicting(here) -> str:
    """Give a file that was handed in with two answers that are hard to hold together, and was looked at."""
    identifier = here.here.begun(here.lead, here.site)
    with here.here.work(here.lead) as work:
        answers = example_answers("greenhouse_ahal") | HARD_TO_HOLD_TOGETHER
        saved = answering.save(work, identifier, answers, 0)
        assert not saved.problems, saved.problems
        answering.describe(work, identifier, answered_by="Head of personnel", workers_consulted=False)
    here.brought(identifier, Stage.SUBMITTED)
    work_off(here.here)
    return identifier


def looked(here: Parties, identifier: str) -> SecondLook:
    with here.here.work(here.lead_auditor) as work:
        return second_look.second_look(work, identifier)


def contradiction(here: Parties, identifier: str) -> Raised:
    (one,) = [each for each in looked(here, identifier).raised if each.kind is Kind.CONTRADICTION]
    return one


def conclude(here: Parties, identifier: str, outcome: Outcome, reason: str = "The slips were printed later.") -> None:
    one = contradiction(here, identifier)
    with here.here.work(here.auditor) as work:
        second_look.conclude(work, identifier, one.id, outcome, reason)


def night(here: Parties) -> None:
    with here.here.db.writing() as connection:
        jobs.enqueue(connection, Order(kind=TOGETHER, arguments=Nothing(), once=new_id()), here.here.now)
    work_off(here.here)


def test_what_is_handed_in_is_looked_at_and_both_answers_stand_side_by_side(here, contradicting):
    one = contradiction(here, contradicting)
    assert one.prompt.rule == RULE
    assert {side.question for side in one.prompt.sides} == HARD_TO_HOLD_TOGETHER.keys()
    assert one.waiting


def test_a_file_that_holds_together_is_asked_nothing_of_that_kind(here):
    identifier = here.at(Stage.SUBMITTED)
    work_off(here.here)
    assert Kind.CONTRADICTION not in {one.kind for one in looked(here, identifier).raised}


def test_looked_at_twice_a_file_is_asked_once(here, contradicting):
    with here.here.db.writing() as connection:
        wanted = second_look.Wanted(engagement=contradicting)
        jobs.enqueue(connection, Order(kind=second_look.LOOK, arguments=wanted, once="again"), here.here.now)
    work_off(here.here)
    assert contradiction(here, contradicting)


def test_a_reviewer_concludes_with_a_reason_and_that_feeds_the_record(here, contradicting):
    here.reviewed(contradicting)
    conclude(here, contradicting, Outcome.FINDING)
    one = contradiction(here, contradicting)
    assert (one.outcome, one.reason, one.by) == (
        Outcome.FINDING,
        "The slips were printed later.",
        here.auditor.person,
    )
    with here.here.work(here.auditor) as work:
        record = second_look.records(work)[Kind.CONTRADICTION].record
    assert (record.files, record.raised, record.concluded, record.right) == (1, 1, 1, 1)
    with here.here.db.reading() as connection:
        assert ledger.newest(connection).event == "review:judge"


def test_what_could_not_be_told_counts_as_neither_right_nor_wrong(here, contradicting):
    here.reviewed(contradicting)
    conclude(here, contradicting, Outcome.UNTOLD)
    with here.here.work(here.auditor) as work:
        record = second_look.records(work)[Kind.CONTRADICTION].record
    assert (record.raised, record.concluded) == (1, 0)


def test_until_the_file_is_concluded_a_reviewer_may_think_again(here, contradicting):
    here.reviewed(contradicting)
    conclude(here, contradicting, Outcome.FINDING)
    conclude(here, contradicting, Outcome.EXPLAINED)
    assert contradiction(here, contradicting).outcome is Outcome.EXPLAINED
    here.concluded(contradicting)
    with pytest.raises(WrongMoment):
        conclude(here, contradicting, Outcome.FINDING)


@pytest.mark.parametrize("reason", ["", "  ", "Call +993 65 123456.", "x" * 501])
def test_a_conclusion_without_a_reason_fit_to_be_kept_is_refused(here, contradicting, reason):
    here.reviewed(contradicting)
    with pytest.raises(Unfit):
        conclude(here, contradicting, Outcome.FINDING, reason)


def test_its_firm_and_other_reviewers_are_told_of_no_question(here, contradicting):
    one = contradiction(here, contradicting)
    stranger = here.here.somebody((here.body, Role.AUDITOR))
    for actor in (here.lead, stranger):
        with here.here.work(actor) as work, pytest.raises((NotFound, NotAllowed)):
            second_look.second_look(work, contradicting)
        with here.here.work(actor) as work, pytest.raises((NotFound, NotAllowed)):
            second_look.conclude(work, contradicting, one.id, Outcome.EXPLAINED, "It is so.")
    with here.here.work(here.lead) as work, pytest.raises(NotFound):
        second_look.records(work)


def test_no_question_moves_a_number_or_the_answers(here, contradicting):
    with here.here.db.reading() as connection:
        before = engagements.load(connection, contradicting)
    here.reviewed(contradicting)
    conclude(here, contradicting, Outcome.FINDING)
    with here.here.db.reading() as connection:
        after = engagements.load(connection, contradicting)
    assert after.stated == before.stated


def test_a_look_beside_too_few_others_is_not_taken_and_that_is_said(here, contradicting):
    night(here)
    missed = {one.kind: one for one in looked(here, contradicting).not_looked}
    assert missed.keys() == {Kind.ALIKE, Kind.UNUSUAL}
    assert missed[Kind.ALIKE].have == 1


def test_a_copy_among_firms_that_should_not_share_a_hand_is_asked_about_once(here):
    random = Random(1)
    drawn = [_drawn(random) for _ in range(14)]
    files = [_handed_in(here, answers) for answers in (*drawn, drawn[0])]
    night(here)
    copied = {identifier: _of_kind(here, identifier, Kind.ALIKE) for identifier in files}
    assert {identifier for identifier, found in copied.items() if found} == {files[0], files[-1]}
    assert copied[files[0]][0].prompt.files == (files[-1],)
    night(here)
    assert len(_of_kind(here, files[0], Kind.ALIKE)) == 1


def test_firms_that_name_the_same_helper_are_not_asked_why_they_answer_alike(here):
    random = Random(1)
    drawn = [_drawn(random) for _ in range(14)]
    files = [_handed_in(here, answers) for answers in (*drawn, drawn[0])]
    with here.here.db.writing() as connection:
        for identifier, name in ((files[0], "Ak Maslahat HJ"), (files[-1], "«Ак Маслахат»")):
            preparers.keep(connection, identifier, Preparer(help=Help.ORGANISATION, name=name), here.here.now)
    night(here)
    assert not any(_of_kind(here, identifier, Kind.ALIKE) for identifier in files)


def test_a_document_that_another_firm_shows_too_is_asked_about_unless_its_firm_keeps_it_to_itself(here):
    others = [here.here.organisation() for _ in range(2)]
    shown = [_paper(here, firm, "ab" * 32, shared=True) for firm in (here.firm, others[0])]
    kept = _paper(here, others[1], "ab" * 32, shared=False)
    for identifier in (*shown, kept):
        with here.here.db.writing() as connection:
            second_look.look_soon(connection, identifier, here.here.now)
    work_off(here.here)
    (one,) = _of_kind(here, shown[0], Kind.SAME_PAPER)
    assert one.prompt.files == (shown[1],)
    assert not _of_kind(here, kept, Kind.SAME_PAPER)


def _of_kind(here: Parties, identifier: str, kind: Kind) -> list[Raised]:
    return [one for one in looked(here, identifier).raised if one.kind is kind]


def _drawn(random: Random) -> dict[str, Answer]:
    questions = [one for one in codebook("risk_assessment", "2026.1").questions if not one.protected]
    chosen = {one.id: Answer(value=random.choice(one.choices).id) for one in questions if isinstance(one, SelectOne)}
    counted = {one.id: Answer(value=float(random.randint(0, 100))) for one in questions if isinstance(one, Number)}
    return chosen | counted


def _handed_in(here: Parties, answers: dict[str, Answer]) -> str:
    """Return a file of a new firm, written straight into the store and looked at by itself."""
    firm = here.here.organisation()
    site = here.here.site(firm)
    lead = here.here.somebody((firm, Role.COMPANY_LEAD))
    identifier = here.here.begun(lead, site)
    with here.here.db.writing() as connection:
        one, data = engagements.load_with_response(connection, identifier)
        response = msgspec.structs.replace(msgspec.json.decode(data, type=Response), answers=answers)
        engagements.replace_response(connection, one, one, msgspec.json.encode(response))
        after = msgspec.structs.replace(one, stage=Stage.SUBMITTED, submitted=here.here.now)
        engagements.save(connection, one, after)
        orders.keep(connection, identifier, Numbers(rule_set=RULE_SET, rule=0.0, features={}), here.here.now)
    return identifier


def _paper(here: Parties, firm: str, sha256: str, *, shared: bool) -> str:
    """Return a file that was handed in and for one of whose answers a document stands."""
    site = here.here.site(firm)
    lead = here.here.somebody((firm, Role.COMPANY_LEAD))
    identifier = here.here.answered(lead, site, "greenhouse_ahal")
    paper = File(
        id=new_id(),
        organisation=firm,
        sha256=sha256,
        size=1,
        media_type="application/pdf",
        name="paper.pdf",
        dated=None,
        valid_until=None,
        shared=shared,
        uploaded=here.here.now,
        uploaded_by=lead.person,
    )
    with here.here.db.writing() as connection:
        files.add(connection, paper)
        files.link(connection, firm, Link(file=paper.id, engagement=identifier, question="gov.records"), here.here.now)
    with here.here.work(lead) as work:
        handing_in.submit(work, identifier)
    return identifier
