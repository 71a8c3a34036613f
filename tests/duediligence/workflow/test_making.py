"""Files made by a worker: once for whoever may see the same, for nobody else, and gone after a week."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from duediligence import blob, housekeeping
from duediligence.access import Actor
from duediligence.errors import NotAllowed, NotFound
from duediligence.job import Context, Job, Nothing, State
from duediligence.key import read_or_make
from duediligence.organisation import Role
from duediligence.reports import Copy
from duediligence.store import job as jobs
from duediligence.store import person as people
from duediligence.store.table import product
from duediligence.workflow import answering, exchange, handing_in, making, ordering, sweeping
from duediligence.workflow.ordering import KEPT, PAUSE, Export, Import, Made, Report, Shape, Wanted
from duediligence.workflow.waiting import place
from questionnaires import catalogue, workbook
from questionnaires.response import Answer
from questionnaires.workbook_reader import Reading
from tests.world import World


@pytest.fixture
def assessment(here, lead, site) -> str:
    return here.answered(lead, site)


@pytest.fixture
def handed_in(here, lead, assessment) -> str:
    with here.work(lead) as work:
        handing_in.submit(work, assessment)
    return assessment


@pytest.fixture
def exporter(here, firm) -> Actor:
    return here.somebody((firm, Role.EXPORTER))


@pytest.fixture
def stranger(here) -> Actor:
    return here.somebody((here.organisation(name="Another firm"), Role.COMPANY_LEAD))


def report(identifier: str, **changes: object) -> Report:
    wanted = Report(engagement=identifier, shape=Shape.WORKBOOK, copy=Copy.SHARED, language="en")
    return msgspec.structs.replace(wanted, **changes)


def ordered(here: World, by: Actor, wanted: Wanted) -> Job:
    with here.work(by) as work:
        return ordering.order(work, wanted)


def found(here: World, by: Actor, wanted: Wanted) -> Made | None:
    with here.work(by) as work:
        return ordering.made(work, wanted)


def fetched(here: World, by: Actor, wanted: Wanted) -> bytes:
    ordered(here, by, wanted)
    here.make_files()
    made = found(here, by, wanted)
    assert made
    return made.data


def context(here: World, one: Job) -> Context:
    return Context(
        job=one.id,
        by=one.by,
        db=here.db,
        settings=here.settings,
        key=read_or_make(here.settings.key_path()),
        clock=lambda: here.now,
        progress=lambda _: None,
    )


def state(here: World, one: Job) -> State:
    with here.db.reading() as connection:
        return jobs.load(connection, one.id).state


def makers(here: World) -> list[str]:
    """Return the job of each file that is kept."""
    with here.db.reading() as connection:
        return list(connection.scalars(select(product.c.job)))


def bytes_kept(here: World) -> list[bytes]:
    blobs = place(here.settings)
    return [blob.get(blobs, one.key) or b"" for one in blob.listed(blobs)]


class TestWhatIsMade:
    @pytest.mark.parametrize(("shape", "begins"), [(Shape.PDF, b"%PDF"), (Shape.WORKBOOK, b"PK")])
    def test_a_report_comes_in_the_shape_that_was_asked_for(self, here, lead, handed_in, shape, begins):
        assert fetched(here, lead, report(handed_in, shape=shape)).startswith(begins)

    def test_a_workbook_holds_the_answers_given_so_far(self, here, lead, assessment):
        data = fetched(here, lead, Export(engagement=assessment, language="ru", protected=False))
        said = workbook.read(data, catalogue.load).response
        assert said.answers["pro.sector"].value == "cotton_growing"
        assert not any(question.startswith("sif.") for question in said.answers)

    def test_protected_answers_go_with_it_where_that_was_asked_for(self, here, lead, assessment):
        data = fetched(here, lead, Export(engagement=assessment, language="ru", protected=True))
        assert "sif.asked" in workbook.read(data, catalogue.load).response.answers

    def test_a_workbook_that_was_sent_is_read(self, here, lead, assessment):
        with here.work(lead) as work:
            data = exchange.written(work, assessment, "en", protected=False)
            name = exchange.received(work, assessment, data)
        read = fetched(here, lead, Import(engagement=assessment, name=name))
        assert msgspec.json.decode(read, type=Reading) == workbook.read(data, catalogue.load)

    def test_nothing_of_it_lies_in_clear(self, here, lead, handed_in):
        fetched(here, lead, report(handed_in))
        assert bytes_kept(here)
        assert not [one for one in bytes_kept(here) if b"PK" in one[:64]]


class TestAskingTwice:
    def test_asked_twice_it_is_one_job(self, here, lead, handed_in):
        assert ordered(here, lead, report(handed_in)).id == ordered(here, lead, report(handed_in)).id

    def test_what_was_made_is_there_for_everybody_who_may_see_the_same(self, here, lead, exporter, handed_in):
        fetched(here, lead, report(handed_in))
        assert found(here, exporter, report(handed_in))

    def test_two_who_ask_at_once_have_it_made_once(self, here, lead, exporter, handed_in):
        first = ordered(here, lead, report(handed_in))
        ordered(here, exporter, report(handed_in))
        here.make_files()
        assert makers(here) == [first.id]

    @pytest.mark.parametrize("other", [{"language": "tk"}, {"shape": Shape.PDF}, {"copy": Copy.FIRM}])
    def test_another_language_shape_or_copy_is_another_file(self, here, lead, handed_in, other):
        fetched(here, lead, report(handed_in))
        assert found(here, lead, report(handed_in, **other)) is None

    def test_what_was_answered_since_is_another_file(self, here, lead, assessment):
        before = fetched(here, lead, report(assessment))
        with here.work(lead) as work:
            revision = answering.opened(work, assessment).engagement.revision
            answering.save(work, assessment, {"pro.headcount": Answer(value=77.0)}, revision)
        assert found(here, lead, report(assessment)) is None
        assert fetched(here, lead, report(assessment)) != before


class TestWhoMay:
    def test_another_firm_finds_neither_file_nor_order(self, here, lead, stranger, handed_in):
        fetched(here, lead, report(handed_in))
        for step in (found, ordered):
            with pytest.raises(NotFound):
                step(here, stranger, report(handed_in))

    def test_the_firms_own_copy_is_not_for_an_exporter(self, here, lead, exporter, handed_in):
        fetched(here, lead, report(handed_in, copy=Copy.FIRM))
        for step in (found, ordered):
            with pytest.raises(NotAllowed):
                step(here, exporter, report(handed_in, copy=Copy.FIRM))

    def test_before_it_is_handed_in_only_who_answers_gets_a_report(self, here, exporter, assessment):
        with pytest.raises(NotFound):
            ordered(here, exporter, report(assessment))

    def test_nothing_is_made_for_somebody_whose_roles_have_ended(self, here, firm, exporter, handed_in):
        one = ordered(here, exporter, report(handed_in))
        with here.db.writing() as connection:
            people.leave(connection, exporter.person, firm, Role.EXPORTER, here.now)
        here.make_files()
        assert (state(here, one), makers(here)) == (State.DONE, [])

    def test_nothing_is_made_for_somebody_who_was_shut_out(self, here, exporter, handed_in):
        one = ordered(here, exporter, report(handed_in))
        with here.db.writing() as connection:
            person = people.load(connection, exporter.person)
            people.save(connection, msgspec.structs.replace(person, disabled=here.now))
        here.make_files()
        assert (state(here, one), makers(here)) == (State.DONE, [])


class TestMishaps:
    def test_a_worker_that_dies_before_the_end_leaves_nothing_to_fetch(self, here, lead, handed_in):
        making.make(context(here, ordered(here, lead, report(handed_in))), report(handed_in))
        assert len(bytes_kept(here)) == 1
        assert found(here, lead, report(handed_in)) is None

    def test_the_next_worker_makes_it_once_all_the_same(self, here, lead, handed_in):
        one = ordered(here, lead, report(handed_in))
        making.make(context(here, one), report(handed_in))  # and died
        here.make_files()
        assert makers(here) == [one.id]
        assert found(here, lead, report(handed_in))

    def test_what_failed_is_not_begun_again_at_once(self, here, lead, handed_in):
        one = failed(here, lead, report(handed_in))
        assert ordered(here, lead, report(handed_in)).state is State.FAILED
        here.now += PAUSE
        again = ordered(here, lead, report(handed_in))
        assert (again.id, again.state) == (one.id, State.QUEUED)

    def test_bytes_that_are_lost_are_made_anew(self, here, lead, handed_in):
        fetched(here, lead, report(handed_in))
        blobs = place(here.settings)
        for one in list(blob.listed(blobs)):
            blob.delete(blobs, one.key)
        assert found(here, lead, report(handed_in)) is None
        assert fetched(here, lead, report(handed_in))

    def test_a_file_in_the_place_of_another_is_not_given_out(self, here, lead, handed_in):
        own, other = report(handed_in, copy=Copy.FIRM), report(handed_in)
        fetched(here, lead, own)
        fetched(here, lead, other)
        with here.db.writing() as connection:
            digests = {row.id: row.sha256 for row in connection.execute(select(product))}
            turned = dict(zip(digests, reversed(digests.values()), strict=True))
            for mark, digest in turned.items():
                connection.execute(product.update().where(product.c.id == mark).values(sha256=digest))
        assert found(here, lead, other) is None


class TestTheEnd:
    def test_after_a_week_it_is_made_anew_by_the_same_job(self, here, lead, handed_in):
        fetched(here, lead, report(handed_in))
        one = ordered(here, lead, report(handed_in))
        here.make_files()
        here.now += KEPT
        assert found(here, lead, report(handed_in)) is None
        again = ordered(here, lead, report(handed_in))
        assert (again.id, again.state) == (one.id, State.QUEUED)
        here.make_files()
        assert found(here, lead, report(handed_in))

    def test_the_morning_after_its_bytes_are_gone(self, here, lead, handed_in):
        fetched(here, lead, report(handed_in))
        written = max(one.written for one in blob.listed(place(here.settings)))
        here.now = max(here.now + KEPT, written + timedelta(days=2))
        morning = context(here, ordered(here, lead, report(handed_in)))
        done = housekeeping.tidy(morning, Nothing())
        with here.db.writing() as connection:
            done.write(connection)
        sweeping.sweep(morning, Nothing())
        assert (makers(here), bytes_kept(here)) == ([], [])

    def test_until_then_the_daily_sweep_leaves_it(self, here, lead, handed_in):
        fetched(here, lead, report(handed_in))
        here.now = max(one.written for one in blob.listed(place(here.settings))) + timedelta(days=2)
        sweeping.sweep(context(here, ordered(here, lead, report(handed_in))), Nothing())
        assert len(bytes_kept(here)) == 1


def failed(here: World, by: Actor, wanted: Wanted) -> Job:
    """Return a job that met a fault."""
    one = ordered(here, by, wanted)
    with here.db.writing() as connection:
        held = jobs.claim(connection, ["report"], "a worker", here.now, here.now + timedelta(minutes=1))
        assert held
        jobs.fail(connection, held, "ValueError at report.py:1", here.now)
    return one
