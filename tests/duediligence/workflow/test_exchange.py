"""A workbook out and in: what only it changed is taken, what both changed is asked, what is unreadable left alone."""

import io

import msgspec
import pytest
from openpyxl import load_workbook

from duediligence.errors import NotAllowed, NotFound, Unfit, WrongMoment
from duediligence.organisation import Role
from duediligence.workflow import answering, exchange, handing_in
from questionnaires import catalogue, workbook
from questionnaires.response import Answer, Response
from tests.conftest import book

SECRET = next(question.id for question in book().questions if question.protected)


def sent(here, by, identifier, *, protected: bool = False) -> bytes:
    with here.work(by) as work:
        return exchange.written(work, identifier, "en", protected=protected)


def filled(data: bytes, **changes: Answer) -> bytes:
    """Return a workbook with some answers changed; `pro_headcount` is `pro.headcount`, an empty one is a blank."""
    said = workbook.read(data, catalogue.load).response
    answers = said.answers | {name.replace("_", ".", 1): answer for name, answer in changes.items()}
    given = {question: answer for question, answer in answers.items() if answer != Answer()}
    return rewritten(said, answers=given)


def rewritten(said: Response, **changes: object) -> bytes:
    form = catalogue.load(said.questionnaire, said.version)
    return workbook.write(form, "en", msgspec.structs.replace(said, **changes))


def saved(here, by, identifier, **changes: Answer) -> None:
    with here.work(by) as work:
        revision = answering.opened(work, identifier).engagement.revision
        answering.save(work, identifier, {name.replace("_", ".", 1): one for name, one in changes.items()}, revision)


def compared(here, by, identifier, data: bytes) -> exchange.Difference:
    with here.work(by) as work:
        return exchange.difference(work, identifier, data)


def now(here, by, identifier) -> dict[str, Answer]:
    with here.work(by) as work:
        return answering.opened(work, identifier).response.answers


@pytest.fixture
def begun(here, lead, site):
    identifier = here.begun(lead, site)
    saved(here, lead, identifier, pro_headcount=Answer(value=40.0), pro_sector=Answer(value="services"))
    return identifier


class TestDifference:
    def test_a_workbook_nobody_touched_changes_nothing(self, here, lead, site):
        identifier = here.answered(lead, site)
        found = compared(here, lead, identifier, sent(here, lead, identifier, protected=True))
        assert found.empty
        assert not found.problems

    def test_what_only_the_workbook_changed_is_taken(self, here, lead, begun):
        data = filled(sent(here, lead, begun), pro_headcount=Answer(value=50.0))
        found = compared(here, lead, begun, data)
        assert [(change.question, change.ours.value, change.theirs.value) for change in found.taken] == [
            ("pro.headcount", 40.0, 50.0)
        ]
        assert not found.conflicts

    def test_what_only_the_page_changed_stays(self, here, lead, colleague, begun):
        data = sent(here, lead, begun)
        saved(here, colleague, begun, pro_headcount=Answer(value=60.0))
        assert compared(here, lead, begun, data).empty

    def test_what_both_changed_is_asked(self, here, lead, colleague, begun):
        data = filled(sent(here, lead, begun), pro_headcount=Answer(value=50.0))
        saved(here, colleague, begun, pro_headcount=Answer(value=60.0))
        found = compared(here, lead, begun, data)
        assert [(change.question, change.ours.value, change.theirs.value) for change in found.conflicts] == [
            ("pro.headcount", 60.0, 50.0)
        ]
        assert not found.taken

    def test_what_both_changed_alike_is_no_question(self, here, lead, colleague, begun):
        data = filled(sent(here, lead, begun), pro_headcount=Answer(value=60.0))
        saved(here, colleague, begun, pro_headcount=Answer(value=60.0))
        assert compared(here, lead, begun, data).empty

    def test_an_answer_that_was_blanked_in_the_workbook_is_taken_away(self, here, lead, begun):
        data = filled(sent(here, lead, begun), pro_headcount=Answer())
        assert [change.theirs for change in compared(here, lead, begun, data).taken] == [None]

    @pytest.mark.filterwarnings("ignore:.*extension is not supported")
    def test_a_cell_that_cannot_be_read_is_named_and_its_answer_left_alone(self, here, lead, begun):
        pages = load_workbook(io.BytesIO(sent(here, lead, begun)))
        cell = next(cell for page in pages for row in page.iter_rows() for cell in row if cell.value == 40)
        cell.value = "many"
        data = io.BytesIO()
        pages.save(data)
        found = compared(here, lead, begun, data.getvalue())
        assert [problem.question for problem in found.problems] == ["pro.headcount"]
        assert found.problems[0].where.endswith(cell.coordinate)
        assert found.empty

    def test_words_that_may_name_a_person_are_told_and_not_taken(self, here, lead, begun):
        data = filled(sent(here, lead, begun), pro_headcount=Answer(value=50.0, comment="call +993 65 123456"))
        found = compared(here, lead, begun, data)
        assert [problem.code for problem in found.problems] == ["MAY_NAME_A_PERSON"]
        assert found.empty

    def test_who_answers_is_taken_where_nobody_said_it_yet(self, here, lead, begun):
        said = workbook.read(sent(here, lead, begun), catalogue.load).response
        scope = msgspec.structs.replace(said.scope, answered_by="Head of personnel")
        assert compared(here, lead, begun, rewritten(said, scope=scope)).scope.answered_by == "Head of personnel"


class TestProtected:
    @pytest.fixture
    def secret(self, here, lead, begun):
        with here.work(lead) as work:
            answering.save(work, begun, {SECRET: Answer(comment="Kept apart")}, 1)
        return begun

    def test_protected_answers_stay_at_home_unless_they_are_asked_for(self, here, lead, secret):
        for protected in (False, True):
            said = workbook.read(sent(here, lead, secret, protected=protected), catalogue.load).response
            assert (SECRET in said.answers) is protected

    def test_a_workbook_without_them_takes_none_away(self, here, lead, secret):
        assert compared(here, lead, secret, sent(here, lead, secret)).empty

    def test_one_that_was_changed_on_the_page_meanwhile_is_asked(self, here, lead, secret):
        data = sent(here, lead, secret, protected=True)
        with here.work(lead) as work:
            answering.save(work, secret, {SECRET: Answer(comment="Changed")}, 2)
        found = compared(here, lead, secret, data)
        assert [change.question for change in found.conflicts] == [SECRET]


class TestTaking:
    def take(self, here, by, identifier, data, *theirs):
        with here.work(by) as work:
            found = exchange.difference(work, identifier, data)
            return exchange.take(work, found, theirs, found.engagement.revision)

    def test_answers_are_there_afterwards(self, here, lead, begun):
        data = filled(sent(here, lead, begun), pro_headcount=Answer(value=50.0))
        self.take(here, lead, begun, data)
        assert now(here, lead, begun)["pro.headcount"].value == 50.0

    @pytest.mark.parametrize(("theirs", "value"), [((), 60.0), (("pro.headcount",), 50.0)])
    def test_of_what_both_changed_the_chosen_answer_stands(self, here, lead, colleague, begun, theirs, value):
        data = filled(sent(here, lead, begun), pro_headcount=Answer(value=50.0))
        saved(here, colleague, begun, pro_headcount=Answer(value=60.0))
        self.take(here, lead, begun, data, *theirs)
        assert now(here, lead, begun)["pro.headcount"].value == value

    def test_what_somebody_changed_after_the_difference_was_shown_is_not_overwritten(
        self, here, lead, colleague, begun
    ):
        data = filled(sent(here, lead, begun), pro_headcount=Answer(value=50.0))
        seen = compared(here, lead, begun, data).engagement.revision
        saved(here, colleague, begun, pro_headcount=Answer(value=60.0))
        with here.work(lead) as work:
            found = exchange.difference(work, begun, data)
            came = exchange.take(work, found, ["pro.headcount"], seen)
        assert [conflict.question for conflict in came.conflicts] == ["pro.headcount"]
        assert now(here, lead, begun)["pro.headcount"].value == 60.0


class TestRefusing:
    def test_a_file_that_is_no_workbook(self, here, lead, begun):
        with here.work(lead) as work, pytest.raises(Unfit):
            exchange.received(work, begun, b"PK nothing")

    def test_a_workbook_of_another_site(self, here, lead, firm, begun):
        data = sent(here, lead, here.begun(lead, here.site(firm, "Field 9")))
        with here.work(lead) as work, pytest.raises(Unfit) as error:
            exchange.received(work, begun, data)
        assert [problem.code for problem in error.value.problems] == ["WORKBOOK_OF_ANOTHER_SCOPE"]

    def test_an_assessment_that_was_handed_in(self, here, lead, site):
        identifier = here.answered(lead, site)
        data = sent(here, lead, identifier)
        with here.work(lead) as work:
            handing_in.submit(work, identifier)
        with here.work(lead) as work, pytest.raises(WrongMoment):
            exchange.received(work, identifier, data)

    def test_somebody_who_does_not_answer(self, here, firm, lead, begun):
        data = sent(here, lead, begun)
        with here.work(here.somebody((firm, Role.EXPORTER))) as work, pytest.raises(NotAllowed):
            exchange.received(work, begun, data)

    def test_a_workbook_waits_for_its_sender_and_its_assessment_alone(self, here, lead, colleague, firm, begun):
        other = here.begun(lead, here.site(firm, "Field 9"))
        with here.work(lead) as work:
            data = exchange.written(work, begun, "en", protected=False)
            name = exchange.received(work, begun, data)
            assert exchange.waits(work, begun, name) == data
            with pytest.raises(NotFound):
                exchange.waits(work, other, name)
        with here.work(colleague) as work, pytest.raises(NotFound):
            exchange.waits(work, begun, name)
