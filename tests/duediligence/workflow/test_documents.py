"""A firm shows documents: each firm for itself, reviewers what is shared, and nothing unseen."""

from datetime import date, timedelta

import pytest

from duediligence import blob, ledger
from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.evidence import Upload
from duediligence.job import Context, Nothing
from duediligence.key import read_or_make
from duediligence.organisation import Role
from duediligence.screening.screen import Screened
from duediligence.store import engagement as engagements
from duediligence.workflow import evidence, handing_in, reviewing, sweeping
from duediligence.workflow.evidence import Typed, Waiting
from duediligence.workflow.waiting import place


def note(here, words: str = "Hours are kept.") -> Screened:
    return evidence.looked_through(here.settings, words.encode(), "note.txt")


def upload(here, firm, by, **changes) -> Upload:
    values = {"organisation": firm, "by": by.person, "at": here.now, "shared": True} | changes
    return Upload(**values)


def kept(here, firm, by, words: str = "Hours are kept.", **changes) -> str:
    screened = note(here, words)
    evidence.write(here.settings, firm, screened)
    with here.work(by) as work:
        return evidence.keep(work, screened, upload(here, firm, by, **changes)).id


def tied(here, by, file: str, engagement: str, *questions: str) -> None:
    with here.work(by) as work:
        evidence.tie(work, file, engagement, questions)


@pytest.fixture
def in_review(here, lead, site, auditor):
    """Give an assessment that an auditor has taken."""
    identifier = here.answered(lead, site)
    with here.work(lead) as work:
        handing_in.submit(work, identifier)
    with here.work(auditor) as work:
        reviewing.take(work, identifier, "")
    return identifier


@pytest.fixture
def protected(lead, site, here):
    """Give the id of a protected question."""
    identifier = here.begun(lead, site)
    with here.work(lead) as work:
        one = engagements.load(work.connection, identifier)
    return next(question.id for question in evidence._book(one).questions if question.protected)


class TestKeeping:
    def test_a_file_is_found_and_opened_by_its_firm(self, here, firm, lead, colleague):
        identifier = kept(here, firm, lead)
        with here.work(colleague) as work:
            assert [file.id for file in evidence.documents(work)] == [identifier]
            file = evidence.document(work, identifier).file
        assert evidence.content(here.settings, file) == b"Hours are kept."

    def test_another_firm_finds_nothing(self, here, firm, lead):
        identifier = kept(here, firm, lead)
        stranger = here.somebody((here.organisation(name="Other"), Role.COMPANY_LEAD))
        with here.work(stranger) as work:
            assert evidence.documents(work) == ()
            with pytest.raises(NotFound):
                evidence.document(work, identifier)

    def test_a_worker_representative_adds_nothing(self, here, firm):
        somebody = here.somebody((firm, Role.WORKER_REPRESENTATIVE))
        with here.work(somebody) as work, pytest.raises(NotAllowed):
            evidence.admit(work, firm)

    def test_what_is_refused_says_why(self, here):
        with pytest.raises(Unfit) as error:
            evidence.looked_through(here.settings, b"MZ", "program.exe")
        assert [problem.code for problem in error.value.problems] == ["FILE_KIND_NOT_TAKEN"]

    def test_the_ledger_tells_the_digest_and_not_the_name(self, here, firm, lead):
        identifier = kept(here, firm, lead)
        with here.work(lead) as work:
            last = ledger.newest(work.connection)
        assert (last.subject, set(last.facts)) == (identifier, {"sha256", "size"})


class TestWaiting:
    def waiting(self, here, firm, by) -> str:
        screened = note(here, "Call +993 65 123456")
        with here.work(by) as work:
            return evidence.put_by(work, Waiting(organisation=firm, screened=screened, typed=Typed(dated="32.13.2026")))

    def test_what_waits_comes_back_with_everything_typed(self, here, firm, lead):
        name = self.waiting(here, firm, lead)
        with here.work(lead) as work:
            one = evidence.waits(work, name)
        assert (one.screened.data, one.typed.dated) == (b"Call +993 65 123456", "32.13.2026")
        assert [problem.code for problem in one.screened.asks] == ["FILE_MAY_POINT_TO_PEOPLE"]

    def test_it_waits_for_its_sender_alone(self, here, firm, lead, colleague):
        name = self.waiting(here, firm, lead)
        with here.work(colleague) as work, pytest.raises(NotFound):
            evidence.waits(work, name)

    def test_it_lies_there_sealed(self, here, firm, lead):
        name = self.waiting(here, firm, lead)
        assert b"993" not in blob.get(place(here.settings), f"{firm}/{name}")

    @pytest.mark.parametrize("name", ["", "..", "0" * 64, "../../key"])
    def test_a_name_that_was_made_up_finds_nothing(self, here, lead, name):
        with here.work(lead) as work, pytest.raises(NotFound):
            evidence.waits(work, name)

    def test_evidence_is_not_read_as_something_that_waits(self, here, firm, lead):
        identifier = kept(here, firm, lead)
        with here.work(lead) as work, pytest.raises(NotFound):
            evidence.waits(work, evidence.document(work, identifier).file.sha256)

    def test_it_is_gone_once_it_was_given_up(self, here, firm, lead):
        name = self.waiting(here, firm, lead)
        with here.work(lead) as work:
            evidence.give_up(here.settings, evidence.waits(work, name), name)
            with pytest.raises(NotFound):
                evidence.waits(work, name)

    def test_without_a_confirmation_it_is_not_kept(self, here, firm, lead):
        screened = note(here, "Call +993 65 123456")
        with here.work(lead) as work, pytest.raises(Unfit):
            evidence.keep(work, screened, upload(here, firm, lead))

    @pytest.mark.parametrize(("days", "left"), [(0, 2), (2, 1)])
    def test_the_sweep_removes_what_nobody_came_back_for_and_nothing_else(self, here, firm, lead, days, left):
        kept(here, firm, lead)
        self.waiting(here, firm, lead)
        written = max(one.written for one in blob.listed(place(here.settings)))
        context = Context(
            job="sweep",
            db=here.db,
            settings=here.settings,
            key=read_or_make(here.settings.key_path()),
            clock=lambda: written + timedelta(days=days),
            progress=lambda _: None,
        )
        sweeping.sweep(context, Nothing())
        assert len(list(blob.listed(place(here.settings)))) == left


class TestAnswers:
    def test_one_document_stands_for_many_answers(self, here, firm, lead, site):
        file, engagement = kept(here, firm, lead), here.begun(lead, site)
        tied(here, lead, file, engagement, "pro.sector", "pro.headcount")
        with here.work(lead) as work:
            one = engagements.load(work.connection, engagement)
            assert set(evidence.beside(work, one)) == {"pro.sector", "pro.headcount"}

    def test_before_it_is_handed_in_a_document_can_be_taken_off(self, here, firm, lead, site):
        file, engagement = kept(here, firm, lead), here.begun(lead, site)
        tied(here, lead, file, engagement, "pro.sector")
        tied(here, lead, file, engagement)
        with here.work(lead) as work:
            assert evidence.document(work, file).links == ()

    def test_what_was_handed_in_keeps_its_documents(self, here, firm, lead, in_review):
        file = kept(here, firm, lead)
        tied(here, lead, file, in_review, "pro.sector")
        with pytest.raises(WrongMoment):
            tied(here, lead, file, in_review)

    def test_a_document_does_not_stand_for_what_the_form_does_not_ask(self, here, firm, lead, site):
        file, engagement = kept(here, firm, lead), here.begun(lead, site)
        with pytest.raises(NotFound):
            tied(here, lead, file, engagement, "no.such")

    def test_a_document_does_not_stand_for_answers_of_another_firm(self, here, firm, lead):
        file, other = kept(here, firm, lead), here.organisation(name="Other")
        theirs = here.begun(here.somebody((other, Role.COMPANY_LEAD)), here.site(other))
        with pytest.raises(NotFound):
            tied(here, lead, file, theirs, "pro.sector")

    def test_a_file_sent_again_is_not_there_twice(self, here, firm, lead, site):
        engagement = here.begun(lead, site)
        for _ in range(2):
            screened = note(here)
            evidence.write(here.settings, firm, screened)
            with here.work(lead) as work:
                evidence.attach(work, screened, upload(here, firm, lead), engagement, "pro.sector")
        with here.work(lead) as work:
            assert len(evidence.documents(work)) == 1

    def test_a_worker_representative_sees_no_document_beside_an_answer(self, here, firm, lead, site):
        file, engagement = kept(here, firm, lead), here.begun(lead, site)
        tied(here, lead, file, engagement, "pro.sector")
        with here.work(here.somebody((firm, Role.WORKER_REPRESENTATIVE))) as work:
            assert evidence.beside(work, engagements.load(work.connection, engagement)) == {}


class TestDescribing:
    def test_dates_and_readers_can_be_changed(self, here, firm, lead):
        file = kept(here, firm, lead)
        with here.work(lead) as work:
            evidence.describe(work, file, dated=date(2026, 3, 1), valid_until=date(2027, 3, 1), shared=False)
            found = evidence.document(work, file).file
        assert (found.dated, found.valid_until, found.shared) == (date(2026, 3, 1), date(2027, 3, 1), False)

    def test_dates_the_wrong_way_round_are_refused(self, here, firm, lead):
        file = kept(here, firm, lead)
        with here.work(lead) as work, pytest.raises(Unfit):
            evidence.describe(work, file, dated=date(2027, 3, 1), valid_until=date(2026, 3, 1), shared=True)

    def test_what_reviewers_were_shown_is_not_hidden_again(self, here, firm, lead, in_review):
        file = kept(here, firm, lead)
        tied(here, lead, file, in_review, "pro.sector")
        with here.work(lead) as work, pytest.raises(WrongMoment):
            evidence.describe(work, file, dated=None, valid_until=None, shared=False)


class TestErasing:
    def test_the_bytes_and_the_name_are_gone_and_the_reason_stays(self, here, firm, lead):
        file = kept(here, firm, lead)
        with here.work(lead) as work:
            gone = evidence.erase(work, file, "Out of date")
        with here.work(lead) as work:
            evidence.discard(work, gone)
            left = evidence.document(work, file).file
        assert (left.name, left.erased_reason) == ("", "Out of date")
        assert not list(blob.listed(place(here.settings)))
        with pytest.raises(WrongMoment):
            evidence.content(here.settings, left)

    @pytest.mark.parametrize("reason", ["", " ", "x" * 501, "call +993 65 123456"])
    def test_without_a_fit_reason_nothing_is_erased(self, here, firm, lead, reason):
        file = kept(here, firm, lead)
        with here.work(lead) as work, pytest.raises(Unfit):
            evidence.erase(work, file, reason)

    def test_a_respondent_erases_nothing(self, here, firm, lead, colleague):
        file = kept(here, firm, lead)
        with here.work(colleague) as work, pytest.raises(NotAllowed):
            evidence.erase(work, file, "Out of date")


class TestReviewing:
    def test_the_reviewer_of_the_file_opens_what_is_shared(self, here, firm, lead, auditor, in_review):
        file = kept(here, firm, lead)
        tied(here, lead, file, in_review, "pro.sector")
        with here.work(auditor) as work:
            found = evidence.opened_in_review(work, in_review, file)
            last = ledger.newest(work.connection)
        assert evidence.content(here.settings, found) == b"Hours are kept."
        assert (last.event, last.subject, last.by) == ("file:see", file, auditor.person)

    def test_a_private_document_is_counted_and_not_opened(self, here, firm, lead, auditor, in_review):
        file = kept(here, firm, lead, shared=False)
        tied(here, lead, file, in_review, "pro.sector")
        with here.work(auditor) as work:
            assert len(evidence.for_reviewers(work, engagements.load(work.connection, in_review))) == 1
            with pytest.raises(NotFound):
                evidence.opened_in_review(work, in_review, file)

    def test_a_document_of_no_answer_is_not_opened(self, here, firm, lead, auditor, in_review):
        file = kept(here, firm, lead)
        with here.work(auditor) as work, pytest.raises(NotFound):
            evidence.opened_in_review(work, in_review, file)

    def test_a_reviewer_of_another_file_opens_nothing(self, here, firm, lead, second, in_review):
        file = kept(here, firm, lead)
        tied(here, lead, file, in_review, "pro.sector")
        with here.work(second) as work, pytest.raises(NotFound):
            evidence.opened_in_review(work, in_review, file)

    def test_that_a_document_stands_for_a_protected_answer_is_not_told(
        self, here, firm, lead, auditor, in_review, protected
    ):
        file = kept(here, firm, lead)
        tied(here, lead, file, in_review, protected)
        with here.work(auditor) as work:
            assert evidence.for_reviewers(work, engagements.load(work.connection, in_review)) == ()
            with pytest.raises(NotFound):
                evidence.opened_in_review(work, in_review, file)

    def test_it_is_told_once_the_firm_has_released_protected_answers(
        self, here, firm, lead, auditor, in_review, protected
    ):
        file = kept(here, firm, lead)
        tied(here, lead, file, in_review, protected)
        with here.work(lead) as work:
            handing_in.release(work, in_review)
        with here.work(auditor) as work:
            assert evidence.opened_in_review(work, in_review, file).id == file
