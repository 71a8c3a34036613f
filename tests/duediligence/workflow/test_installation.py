"""A worker is woken by what a transaction ordered: once it is kept, and only then."""

from contextlib import closing
from pathlib import Path

import pytest

from duediligence import database, mail, queue
from duediligence.job import State
from duediligence.key import read_or_make
from duediligence.mail import Letter, Subject
from duediligence.store import job as jobs
from duediligence.workflow.installation import opened
from tests.world import NOW

LETTER = Letter(subject=Subject.ACCESS_REQUESTED, to="somebody@firm.example", language="en", link="/")


@pytest.fixture
def woken(settings):
    """Give a database, and what workers found in it each time they were woken."""
    found = []

    def look() -> None:
        with here.reading() as connection:
            found.append(jobs.counts(connection)[State.QUEUED])

    with closing(database.opened(settings, look)) as here:
        yield here, found


def post(connection, settings, once: str = "one") -> None:
    mail.post(connection, read_or_make(settings.key_path()), LETTER, once, NOW)


def test_a_letter_wakes_a_worker_that_finds_it(woken, settings):
    here, found = woken
    with here.writing() as connection:
        post(connection, settings)
    assert found == [1]


def test_many_letters_wake_once(woken, settings):
    here, found = woken
    with here.writing() as connection:
        for number in range(3):
            post(connection, settings, str(number))
    assert found == [3]


def test_what_was_not_kept_wakes_nobody(woken, settings):
    here, found = woken

    def fail() -> None:
        with here.writing() as connection:
            post(connection, settings)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with here.writing():
        pass
    assert found == []


def test_a_change_that_orders_nothing_wakes_nobody(woken):
    here, found = woken
    with here.writing():
        pass
    assert found == []


def test_a_job_that_is_tried_again_wakes_a_worker(woken, settings):
    here, found = woken
    with here.writing() as connection:
        post(connection, settings)
        (one,) = jobs.history(connection, most=1)
        jobs.cancel(connection, one.id, NOW)
    with here.writing() as connection:
        jobs.try_again(connection, one.id)
    assert found == [0, 1]


def test_an_installation_calls_the_workers_that_wait_at_its_queue(settings):
    with closing(opened(settings)) as here, closing(queue.opened(settings)) as calls:
        with here.db.writing() as connection:
            post(connection, settings)
        assert calls.storage.queue_size() == 1


def test_a_queue_that_cannot_be_opened_costs_nothing_that_was_written(settings):
    (settings.folder / "queue.sqlite").mkdir()
    with closing(opened(settings)) as here:
        with here.db.writing() as connection:
            post(connection, settings)
        with here.db.reading() as connection:
            assert jobs.counts(connection)[State.QUEUED] == 1


def test_an_installation_that_is_closed_holds_no_file_open(settings):
    here = opened(settings)
    with here.db.writing() as connection:
        post(connection, settings)  # wakes a worker, by a file that is opened for it
    assert held(settings)
    here.close()
    assert held(settings) == []


def held(settings) -> list[Path]:
    """Return the files of an installation that this process holds open."""
    found = [link.resolve() for link in Path("/proc/self/fd").iterdir()]
    return [path for path in found if path.is_relative_to(settings.folder)]
