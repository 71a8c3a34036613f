"""A part of the files is judged a second time, by somebody who learns nothing of the first."""

import hashlib
from datetime import timedelta

import msgspec
import pytest

from duediligence import key, ledger
from duediligence.access import Actor, Step
from duediligence.database import new_id
from duediligence.engagement import Part, Stage
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.evidence import File, Link
from duediligence.judgement import Graded
from duediligence.organisation import Role
from duediligence.store import double as readings
from duediligence.store import engagement as engagements
from duediligence.store import file as files
from duediligence.store.engagement import Sought
from duediligence.workflow import agreeing, assigning, doubling, learned_order, queueing, reviewing
from risk_models.agreement import Measured
from risk_models.evidence import EvidenceGrade
from tests.looking import work_off
from tests.stages import Parties, parties

WITH_PAPERS = "cotton_farm_mary"
ALL_STAGES = Sought(stages=(Stage.SUBMITTED, Stage.IN_REVIEW, Stage.CONCLUDED))


@pytest.fixture
def here(here) -> Parties:
    return parties(here)


@pytest.fixture
def blind(here) -> Actor:
    return here.here.somebody((here.body, Role.AUDITOR))


@pytest.fixture
def drawn(here) -> str:
    """Give a file with papers that was handed in and drawn by chance."""
    return draw(here, here.at(Stage.SUBMITTED, WITH_PAPERS))


@pytest.fixture
def begun(here, blind, drawn) -> str:
    """Give the same once its blind reader has begun, and its first auditor too."""
    begin(here, blind, drawn)
    here.reviewed(drawn)
    return drawn


def draw(here: Parties, identifier: str) -> str:
    with here.here.db.writing() as connection:
        readings.draw(connection, identifier, here.here.now)
    return identifier


def give(here: Parties, identifier: str, to: Actor) -> None:
    with here.here.work(here.lead_auditor) as work:
        doubling.give(work, identifier, to.person)


def begin(here: Parties, reader: Actor, identifier: str, interest: str = "") -> None:
    give(here, identifier, reader)
    with here.here.work(reader) as work:
        doubling.begin(work, identifier, interest)


def read(here: Parties, reader: Actor, identifier: str) -> doubling.BlindFile:
    with here.here.work(reader) as work:
        return doubling.read(work, identifier)


def judge_all(here: Parties, reader: Actor, identifier: str, grade: int = 1) -> None:
    with here.here.work(reader) as work:
        judged = doubling.read(work, identifier).judged
        doubling.grade(work, identifier, dict.fromkeys(judged, grade))
        doubling.finish(work, identifier)


def agreed(here: Parties) -> agreeing.Agreeing:
    with here.here.work(here.lead_auditor) as work:
        return agreeing.agreeing(work)


def hindrance(here: Parties, identifier: str, person: str) -> str:
    with here.here.work(here.lead_auditor) as work:
        _, known = doubling.candidates(work, identifier)
    return next(each.hindrance or "" for each in known if each.person == person)


class TestDrawing:
    def test_about_the_share_asked_for_is_drawn_whenever_it_is_asked(self, here):
        files = [new_id() for _ in range(1000)]
        found = {one for one in files if doubling.drawn(one, b"secret", here.here.now.date())}
        assert 60 < len(found) < 140
        assert found == {one for one in files if doubling.drawn(one, b"secret", here.here.now.date())}

    def test_who_has_not_the_key_cannot_tell_which(self, here):
        files = [new_id() for _ in range(300)]
        day = here.here.now.date()
        drawn = [[one for one in files if doubling.drawn(one, key, day)] for key in (b"one", b"other")]
        assert drawn[0] != drawn[1]

    def test_the_worker_that_looks_at_what_was_handed_in_asks_chance(self, here):
        handed_in = [here.at(Stage.SUBMITTED) for _ in range(8)]
        work_off(here.here)
        secret = key.read_or_make(here.here.settings.key_path()).secrets[0]
        with here.here.db.reading() as connection:
            drawn = {one for one in handed_in if readings.find(connection, one)}
        assert drawn == {one for one in handed_in if doubling.drawn(one, secret, here.here.now.date())}


class TestGiving:
    def test_it_waits_for_the_lead_auditor_and_then_for_its_reader(self, here, blind, drawn):
        give(here, drawn, blind)
        with here.here.work(here.lead_auditor) as work:
            (one,) = doubling.waiting(work)
        with here.here.work(blind) as work:
            ((reading, _),) = doubling.mine(work)
        assert (one.reading.person, reading.engagement) == (blind.person, drawn)

    def test_nobody_is_given_it_who_had_a_part_in_the_file(self, here, drawn):
        here.reviewed(drawn)
        assert hindrance(here, drawn, here.auditor.person) == "other_reviewer"

    def test_nobody_is_given_it_who_ever_was_its_auditor(self, here, drawn, blind):
        here.reviewed(drawn)
        with here.here.work(here.lead_auditor) as work:
            assigning.assign(work, drawn, Part.AUDITOR, blind.person, "She speaks Turkmen.")
        with here.here.work(blind) as work:
            reviewing.take(work, drawn, "")
        assert hindrance(here, drawn, here.auditor.person) == "other_reviewer"

    def test_nobody_is_given_it_who_leads_a_reviewing_body(self, here, drawn):
        both = here.here.somebody((here.body, Role.AUDITOR), (here.body, Role.LEAD_AUDITOR))
        assert hindrance(here, drawn, both.person) == "leads"

    def test_nobody_is_given_it_who_belongs_to_the_firm(self, here, drawn):
        both = here.here.somebody((here.body, Role.AUDITOR), (here.firm, Role.WORKER_REPRESENTATIVE))
        with pytest.raises(Unfit):
            give(here, drawn, both)

    def test_a_tie_sends_it_back_and_is_remembered_at_the_next_file(self, here, blind, drawn):
        begin(here, blind, drawn, "My brother works there.")
        with here.here.work(here.lead_auditor) as work:
            (one,) = doubling.waiting(work)
        assert one.reading.person is None
        assert hindrance(here, draw(here, here.at(Stage.SUBMITTED)), blind.person) == "tied"

    def test_given_to_somebody_else_it_begins_anew(self, here, blind, begun):
        found = read(here, blind, begun)
        with here.here.work(blind) as work:
            doubling.grade(work, begun, {found.judged[0]: 2})
        other = here.here.somebody((here.body, Role.AUDITOR))
        begin(here, other, begun)
        assert not read(here, other, begun).grades
        with pytest.raises(NotFound):
            read(here, blind, begun)

    def test_once_the_review_is_concluded_it_is_too_late(self, here, blind, drawn):
        here.reviewed(drawn)
        here.concluded(drawn)
        with pytest.raises(WrongMoment):
            give(here, drawn, blind)
        assert agreed(here).sample.missed == 1

    def test_only_a_lead_auditor_gives(self, here, blind, drawn):
        for actor, refused in ((blind, NotFound), (here.lead, NotAllowed)):
            with pytest.raises(refused), here.here.work(actor) as work:
                doubling.give(work, drawn, blind.person)


class TestBlind:
    def test_the_file_is_as_it_was_handed_in_with_no_word_of_the_first(self, here, blind, begun):
        with here.here.work(here.auditor) as work:
            reviewing.ask(work, begun, "Which months are these?")
        found = read(here, blind, begun)
        words = msgspec.json.encode((found.copy, found.grades, found.prompts)).decode()
        assert found.copy.review is None
        for trace in (here.auditor.person, here.second.person, "The paper was read.", "Which months are these?"):
            assert trace not in words

    def test_protected_answers_stay_closed_even_where_the_firm_let_its_reviewers_read_them(self, here, blind, begun):
        with here.here.db.writing() as connection:
            one = engagements.load(connection, begun)
            after = msgspec.structs.replace(one, protected_released=True)
            engagements.save(connection, one, after)
        found = read(here, blind, begun)
        assert found.copy.withheld
        assert not set(found.copy.withheld) & (set(found.copy.response.answers) | set(found.judged))

    def test_it_is_met_in_no_list_before_it_is_done(self, here, blind, begun):
        with here.here.work(blind) as work:
            shown = learned_order.waiting(work, ALL_STAGES, limit=50)
            assert begun not in {row.engagement.id for row in shown.rows}
            with pytest.raises(NotFound):
                queueing.one_waiting(work, begun)

    def test_its_reader_reviews_it_in_no_part(self, here, blind, drawn):
        begin(here, blind, drawn)
        with pytest.raises(NotAllowed), here.here.work(blind) as work:
            reviewing.take(work, drawn, "")
        judge_all(here, blind, drawn)
        with pytest.raises(NotAllowed), here.here.work(blind) as work:
            reviewing.take(work, drawn, "")

    def test_nothing_is_shown_before_the_reader_has_said_what_ties_them(self, here, blind, drawn):
        give(here, drawn, blind)
        with pytest.raises(WrongMoment):
            read(here, blind, drawn)

    def test_nobody_else_is_told_which_files_chance_drew(self, here, blind, begun):
        other = here.here.somebody((here.body, Role.AUDITOR))
        for actor in (here.auditor, here.second, here.lead_auditor, here.lead, other):
            with pytest.raises(NotFound):
                read(here, actor, begun)

    def test_a_document_that_came_after_handing_in_is_not_in_the_file(self, here, blind, drawn):
        early, late = (document(here, drawn, after) for after in (timedelta(days=-1), timedelta(days=1)))
        begin(here, blind, drawn)
        assert [linked.file.id for linked in read(here, blind, drawn).documents] == [early]
        with pytest.raises(NotFound), here.here.work(blind) as work:
            doubling.opened(work, drawn, late)

    def test_the_ledger_says_that_a_document_was_opened(self, here, blind, drawn):
        early = document(here, drawn, timedelta(days=-1))
        begin(here, blind, drawn)
        with here.here.work(blind) as work:
            doubling.opened(work, drawn, early)
        with here.here.db.reading() as connection:
            last = ledger.entries(connection, drawn)[-1]
        assert (last.event, last.by) == (Step.REVIEW_BLIND, blind.person)


class TestJudging:
    def test_judged_are_answers_with_a_paper_behind_them(self, here, blind, begun):
        found = read(here, blind, begun)
        assert found.judged
        assert all(found.copy.response.answers[name].evidence for name in found.judged)

    def test_a_later_grade_takes_the_place_of_an_earlier_one(self, here, blind, begun):
        name = read(here, blind, begun).judged[0]
        for grade in (2, 0):
            with here.here.work(blind) as work:
                doubling.grade(work, begun, {name: grade})
        assert read(here, blind, begun).grades[name].grade == 0

    @pytest.mark.parametrize("given", [{"gov.policy.no": 1}, {"pro.sector": 3}, {"pro.sector": -1}])
    def test_another_question_or_grade_is_refused(self, here, blind, begun, given):
        with pytest.raises(NotFound), here.here.work(blind) as work:
            doubling.grade(work, begun, given)

    def test_it_is_done_when_all_is_judged(self, here, blind, begun):
        with pytest.raises(Unfit), here.here.work(blind) as work:
            doubling.finish(work, begun)
        judge_all(here, blind, begun)
        with pytest.raises(NotFound):
            read(here, blind, begun)

    def test_nothing_about_the_file_moves(self, here, blind, begun):
        with here.here.db.reading() as connection:
            before = engagements.load(connection, begun), engagements.seals(connection, begun)
        judge_all(here, blind, begun, grade=2)
        with here.here.db.reading() as connection:
            assert (engagements.load(connection, begun), engagements.seals(connection, begun)) == before


class TestAgreeing:
    def test_it_counts_once_both_are_done(self, here, blind, begun):
        judge_all(here, blind, begun)
        assert agreed(here).sample.read == 0
        here.concluded(begun)
        found = agreed(here)
        assert found.sample.read == 1
        assert {one.files for one in found.sections} == {1}
        assert {one.measured for one in found.sections} == {Measured.TOO_FEW}

    def test_what_the_first_left_as_it_was_counts_as_their_grade(self, here, blind, begun):
        judge_all(here, blind, begun, grade=1)
        here.concluded(begun)
        assert all(one.same == 1 for one in agreed(here).sections)

    def test_what_the_first_changed_counts_as_changed(self, here, blind, begun):
        with here.here.work(here.auditor) as work:
            reviewing.decide(work, begun, Graded(grade=EvidenceGrade.E2), "The register was read.", "pro.headcount")
        judge_all(here, blind, begun, grade=1)
        here.concluded(begun)
        same = {one.section: one.same for one in agreed(here).sections}
        assert same.pop("pro") < 1
        assert set(same.values()) == {1}

    def test_nobody_but_a_lead_auditor_sees_it(self, here, blind, begun):
        with pytest.raises(NotFound), here.here.work(blind) as work:
            agreeing.agreeing(work)


def document(here: Parties, identifier: str, after: timedelta) -> str:
    """Return a document that stands for an answer since some time before or after the file was handed in."""
    with here.here.work(here.lead) as work:
        submitted = engagements.load(work.connection, identifier).submitted
        assert submitted
        one = File(
            id=new_id(),
            organisation=here.firm,
            sha256=hashlib.sha256(new_id().encode()).hexdigest(),
            size=10,
            media_type="text/csv",
            name="hours.csv",
            dated=None,
            valid_until=None,
            shared=True,
            uploaded=work.now,
            uploaded_by=here.lead.person,
        )
        files.add(work.connection, one)
        link = Link(file=one.id, engagement=identifier, question="wag.payslip")
        files.link(work.connection, here.firm, link, submitted + after)
        return one.id
